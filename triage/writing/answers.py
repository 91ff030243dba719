"""An answer out of a collection, without a model: the sentences that say it, word for word, or that no paper does."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from triage.evidence.covering import Asked, Covered, Covering, fits
from triage.evidence.prose import is_prose
from triage.evidence.retrieve import Embed, Retriever
from triage.evidence.source import Evidence, Source
from triage.evidence.words import stems

QUOTES = "quotes"
"""Who wrote an answer of quotations: nobody."""

QUOTED = 3
"""How many sentences an answer has, unless more are asked for."""

_DEPTH = 60
"""So many of the best sentences are looked at."""
_NEAREST = 3
"""So many passages are shown beside a refusal."""
_ALIKE = 0.6
"""Two sentences that share this part of their words say the same."""
_FAR = 0.6
"""A sentence that scores less than this share of the best is not quoted."""

# Set by scripts/fit_answers.py: which sentences are chosen, by hand over its questions; whether they answer, by a fit.
_SENTENCE, _AROUND, _ABOUT, _PAPER, _COSINE, _FORM = 0.5, 0.2, 0.4, 0.1, 0.7, 0.2
WEIGHTS = {"meant": 9.74, "paper": 3.94, "cosine": 7.55}
BIAS = -15.86
_USUAL_COSINE = 0.55
"""Where there is no embedding model."""

_DOUBTFUL = re.compile(
    r"[\ufffd\ue000-\uf8ff\x00-\x08|∥√∑∏∂∀∃∇⌈⌉⌊⌋ˆ˜⊙⊗{}]"  # no sign of prose, or one that a font does not explain
    r"|[^\W\d_][−×∈∼≈∗·→⊆∪∩]|[−×∈∼≈∗·→⊆∪∩][^\W\d_]|−(?![\s\d.])|\d ?−(?!\d)"  # a formula that lost its raised signs
    r"|\d ?=|[A-Z]{3}[a-z]{2}|(?<!\S)\S{40}|\s[.,;](?!\d)"  # words run together, or something left out between them
    r"|(?:\d[\d.,]{0,9}\s+){4}"  # a table's row
)
_WHOLE = re.compile(r"[.!?][\])”’\"']{0,3}$")


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence of an answer with the papers' sentences that it rests on. `is_quote`: it is the first of them, word
    for word."""

    text: str
    evidence: tuple[Evidence, ...]
    is_quote: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the collection says to a question. Without sentences it does not say, `reason` says why, and `nearest` are
    the sentences that come nearest. `probability` (0 to 1) is that of being answered, as estimated from them. `by` is
    who wrote it; of a language model's sentences `dropped` were not borne out, and `note` says why it has no part in
    the answer although it was asked."""

    question: str
    sentences: tuple[AnswerSentence, ...] = ()
    nearest: tuple[Evidence, ...] = ()
    probability: float = 0.0
    reason: str = ""
    by: str = QUOTES
    dropped: int = 0
    note: str = ""

    @property
    def answered(self) -> bool:
        """Whether the collection says something."""
        return bool(self.sentences)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with what speaks for it: how much of the question it covers, its cosine to the question (0 where there
    is no embedding model), and how well it has the form of an answer."""

    evidence: Evidence
    covered: Covered
    cosine: float
    form: float

    @property
    def score(self) -> float:
        """What sentences are chosen by."""
        said = self.covered
        words = _SENTENCE * said.sentence + _AROUND * said.around + _ABOUT * said.about + _PAPER * said.paper
        return words + _COSINE * self.cosine + _FORM * self.form


class Answers:
    """Papers, read once, that questions are put to."""

    def __init__(
        self, sources: Sequence[Source], embed: Embed | None, is_known: Callable[[str], bool] = lambda _: False
    ) -> None:
        """Only what stands in `sources` is ever quoted. Without `embed`, words alone decide. `is_known` tells of a word
        that stands in none of `sources` whether it stands in the rest of the collection."""
        self.sources = tuple(sources)
        self._embed = embed
        self._is_known = is_known
        self._retriever = Retriever(sources, embed, lambda sentence: is_prose(sentence) and is_clean(sentence.text))
        self._covering = Covering(sources)

    def answer(self, question: str, most: int = QUOTED) -> Answer:
        """At most `most` sentences that answer the question, grouped by paper, the likeliest paper first, in reading
        order within each; or why there is none. Raises ModelError if the embedding model cannot be used."""
        asked = self._covering.asked(question)
        weighed = self._weighed(question, asked)
        if not weighed:
            return Answer(question, reason=_nothing_like(self._unknown(asked)))
        chance = probability(self._signs(asked, weighed))
        if chance < 0.5:
            nearest = tuple(one.evidence for one in _different(weighed, _NEAREST))
            return Answer(question, (), nearest, chance, self._why(asked, weighed[0]))
        chosen = [one.evidence for one in _different(weighed, most)]
        return Answer(question, tuple(_as_read(chosen)), (), chance)

    def evidence(self, question: str, limit: int) -> list[Evidence]:
        """The sentences from which an answer may be written, best first: what a model is given."""
        weighed = self._weighed(question, self._covering.asked(question))
        return [one.evidence for one in weighed[:limit]]

    def signs(self, question: str) -> dict[str, float]:
        """What tells whether the question is answered, by name; all 0 if nothing bears on it."""
        asked = self._covering.asked(question)
        weighed = self._weighed(question, asked)
        return self._signs(asked, weighed) if weighed else dict.fromkeys(WEIGHTS, 0.0)

    def _signs(self, asked: Asked, weighed: Sequence[Weighed]) -> dict[str, float]:
        best = weighed[0]
        return {
            "meant": self._covering.meant(asked, best.evidence, self._embed),
            "paper": self._covering.in_paper(asked.subject, best.evidence),
            "cosine": best.cosine if self._embed else _USUAL_COSINE,
        }

    def _weighed(self, question: str, asked: Asked) -> list[Weighed]:
        """The sentences that bear on the question and can be quoted, best first."""
        found = self._retriever.rank(f"{question.rstrip(' ?')}?", _DEPTH)
        cosines = _cosines(question, found, self._embed)
        weighed = [
            Weighed(one, self._covering.covered(asked, one), cosine, fits(question, one.sentence.text))
            for one, cosine in zip(found, cosines, strict=True)
        ]
        return sorted(weighed, key=lambda one: -one.score)

    def _unknown(self, asked: Asked) -> list[str]:
        return [word for word in self._covering.unknown(asked) if not self._is_known(word)]

    def _why(self, asked: Asked, best: Weighed) -> str:
        """Why the best sentence does not answer, as far as words tell."""
        if unknown := self._unknown(asked):
            return _nothing_like(unknown)
        if missing := self._covering.missing(asked, best.evidence):
            return f"the nearest paper does not speak of {_quoted(missing)}"
        return "the papers have these words, but no passage brings them together"


def probability(signs: Mapping[str, float]) -> float:
    """The estimated probability (0 to 1) that the collection answers a question with these signs."""
    return 1 / (1 + math.exp(-(BIAS + sum(weight * signs[name] for name, weight in WEIGHTS.items()))))


def is_clean(text: str) -> bool:
    """Whether a sentence is whole and was read without doubt: no signs that no font explains, no words run together, no
    formula, whose raised and lowered signs have no place in a line."""
    return not _DOUBTFUL.search(text) and _WHOLE.search(text) is not None


def _cosines(question: str, found: Sequence[Evidence], embed: Embed | None) -> list[float]:
    if embed is None or not found:
        return [0.0] * len(found)
    rows = embed([question, *(one.sentence.text for one in found)])
    return [float(cosine) for cosine in np.asarray(rows[1:] @ rows[0])]


def _different(weighed: Sequence[Weighed], most: int) -> list[Weighed]:
    """The best sentences, at most `most` and one of a page, none of which says again what another says."""
    chosen: list[Weighed] = []
    for one in weighed:
        if len(chosen) == most or one.score < _FAR * weighed[0].score:
            break
        if not any(_page(one) == _page(other) or _alike(one, other) for other in chosen):
            chosen.append(one)
    return chosen


def _page(one: Weighed) -> tuple[str, int]:
    return one.evidence.source.paper_id, one.evidence.sentence.page


def _alike(one: Weighed, other: Weighed) -> bool:
    said, also = set(stems(one.evidence.sentence.text)), set(stems(other.evidence.sentence.text))
    return len(said & also) >= _ALIKE * min(len(said), len(also))


def _as_read(chosen: Sequence[Evidence]) -> list[AnswerSentence]:
    """Paper by paper, the first chosen first; within a paper in reading order."""
    papers = list(dict.fromkeys(one.source.paper_id for one in chosen))
    ordered = sorted(
        chosen,
        key=lambda one: (papers.index(one.source.paper_id), one.sentence.page, one.sentence.start),
    )
    return [AnswerSentence(" ".join(one.sentence.text.split()), (one,)) for one in ordered]


def _nothing_like(unknown: Sequence[str]) -> str:
    return f"no paper says {_quoted(unknown)}" if unknown else "no sentence of these papers has any of these words"


def _quoted(words: Sequence[str]) -> str:
    shown = [f"“{word}”" for word in words]
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
