"""How much of what a question asks a sentence says, and what stands around it: the words that tell what is asked, each
weighed by how rare it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.evidence.prose import is_prose
from triage.evidence.source import Evidence, Source
from triage.evidence.words import WordIndex, stem, stems

_TOKEN = re.compile(r"[^\W_]+")

# Words with which one asks; what one asks about is told by the others.
_ASKING = frozenset(
    map(
        stem,
        """
        after always another anyone anything approach article author become beat best better big bigger can change
        choose chosen come compare describe do done exist far find found gave get give given go good happen help hold
        hold improve instead kind know large larger less long longer look low made make many mean method much need new
        notice number often one ones paper perform place propose put quantity reach report result rid say see seen sort
        study take taken tell term think told tried try turn two type use used want way well work write written year
        """.split(),
    )
)
_ASKING_WEIGHT, _NAME_WEIGHT = 0.2, 1.5
_AROUND = 2
"""So many sentences before and after one are read with it."""
_BESIDE = 3
"""Two words that stand so close say together what they say beside each other in the question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks: the weight of each telling stem, which of them are names or numbers, and those that stand
    beside each other. `shown` are the words as the question has them."""

    weights: dict[str, float]
    names: frozenset[str]
    pairs: tuple[tuple[str, str], ...]
    shown: dict[str, str]

    def share(self, said: frozenset[str]) -> float:
        """Which share of the question's weight these stems have, 0 to 1."""
        return sum(weight for word, weight in self.weights.items() if word in said) / self.total

    @property
    def total(self) -> float:
        """The weight of all words; never 0."""
        return sum(self.weights.values()) or 1.0


@dataclass(frozen=True, slots=True)
class Covered:
    """Which share of a question (0 to 1) one sentence says, which with the sentences around it, with the paper's title
    and abstract as well, and which the whole paper; `beside` is that of words that stand together in the question and
    around the sentence."""

    sentence: float
    around: float
    about: float
    paper: float
    beside: float


class Covering:
    """Papers indexed once, to ask how much of a question their sentences say."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """`sources` are those of the evidence that will be asked about."""
        prose = [sentence.text for source in sources for sentence in source.sentences if is_prose(sentence)]
        self._index = WordIndex(prose)
        self._stems = {source.paper_id: [stems(sentence.text) for sentence in source.sentences] for source in sources}
        self._papers = {source.paper_id: _whole(source, self._stems[source.paper_id]) for source in sources}
        self._heads = {source.paper_id: _head(source, self._stems[source.paper_id]) for source in sources}
        self._places = {
            (source.paper_id, sentence.page, sentence.start): at
            for source in sources
            for at, sentence in enumerate(source.sentences)
        }

    def asked(self, question: str) -> Asked:
        """What is asked, each word weighed by how rare it is in these papers."""
        weights: dict[str, float] = {}
        shown: dict[str, str] = {}
        names, pairs, before = set[str](), list[tuple[str, str]](), ""
        for place, found in enumerate(_TOKEN.finditer(question)):
            word = next(iter(stems(found.group())), "")
            if word:
                shown.setdefault(word, found.group())
                if _is_name(found.group(), place):
                    names.add(word)
                kind = _NAME_WEIGHT if word in names else _ASKING_WEIGHT if word in _ASKING else 1.0
                weights[word] = self._index.rarity(word) * kind
                if before:
                    pairs.append((before, word))
            before = word
        return Asked(weights, frozenset(names), tuple(pairs), shown)

    def unknown(self, asked: Asked) -> list[str]:
        """The words of the question that none of the papers has, as the question writes them; not those with which one
        asks."""
        known = frozenset[str]().union(*self._papers.values())
        return [shown for word, shown in asked.shown.items() if word not in known and word not in _ASKING]

    def covered(self, asked: Asked, evidence: Evidence) -> Covered:
        """How much of the question a sentence of these papers says."""
        paper_id, sentence = evidence.source.paper_id, evidence.sentence
        said = self._stems[paper_id]
        at = self._places[paper_id, sentence.page, sentence.start]
        near = [word for one in said[max(0, at - _AROUND) : at + _AROUND + 1] for word in one]
        around = frozenset(near)
        return Covered(
            sentence=asked.share(frozenset(said[at])),
            around=asked.share(around),
            about=asked.share(around | self._heads[paper_id]),
            paper=asked.share(self._papers[paper_id]),
            beside=_beside(asked, near) if asked.pairs else asked.share(around),
        )


def _whole(source: Source, said: Sequence[Sequence[str]]) -> frozenset[str]:
    return frozenset(word for one in said for word in one) | frozenset(stems(source.title))


def _head(source: Source, said: Sequence[Sequence[str]]) -> frozenset[str]:
    """The words of the title and the abstract."""
    abstract = (
        word
        for sentence, one in zip(source.sentences, said, strict=True)
        if "abstract" in sentence.heading.lower()
        for word in one
    )
    return frozenset(stems(source.title)) | frozenset(abstract)


def _beside(asked: Asked, near: Sequence[str]) -> float:
    weights = {pair: asked.weights[pair[0]] + asked.weights[pair[1]] for pair in asked.pairs}
    held = sum(weight for pair, weight in weights.items() if _stand_close(pair, near))
    return held / (sum(weights.values()) or 1.0)


def _stand_close(pair: tuple[str, str], words: Sequence[str]) -> bool:
    first, second = pair
    return any(
        word == first and second in words[max(0, at - _BESIDE) : at + _BESIDE + 1] for at, word in enumerate(words)
    )


def _is_name(word: str, place: int) -> bool:
    """A number, or capitals where no sentence begins."""
    return any(char.isdigit() for char in word) or (place > 0 and not word.islower())
