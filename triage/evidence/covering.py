"""How much of what a question asks a sentence says, and what stands around it: the words that tell what is asked, each
weighed by how rare it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.evidence.prose import is_prose
from triage.evidence.retrieve import Embed
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
_COUNTED = 5
"""A number counts what is named within so many words behind it."""

_HOW_MANY = re.compile(r"\bhow many\s+([\w-]{1,40}(?:\s+[\w-]{1,40}){0,3})", re.I)
_VERB = re.compile(r"\b(?:do|does|did|is|are|was|were|has|have|had|can|makes?|gives?|of|in|on|for|with|to)\b", re.I)
_HOW_LONG = re.compile(r"\bhow (?:long|fast|slow)\b|\bhow much (?:time|longer|faster|slower)\b", re.I)
_HOW_MUCH = re.compile(
    r"\bhow (?:much|large|big|old|often|well)\b|\b(?:resolution|score|auc|accuracy|rate|dice)\b", re.I
)
_TIME = re.compile(
    r"\d\s{0,2}(?:hours?|min(?:utes?)?|s(?:ec(?:onds?)?)?|ms|days?|weeks?|months?|years?|epochs?|iterations|steps)\b",
    re.I,
)
_COUNTS = frozenset("one two three four five six seven eight nine ten eleven twelve".split())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks: the weight of each telling stem, and which of them are names or numbers. `shown` are the
    words as the question has them."""

    weights: dict[str, float]
    names: frozenset[str]
    shown: dict[str, str]

    def share(self, said: frozenset[str]) -> float:
        """Which share of the question's weight these stems have, 0 to 1."""
        return sum(weight for word, weight in self.weights.items() if word in said) / self.total

    @property
    def total(self) -> float:
        """The weight of all words; never 0."""
        return sum(self.weights.values()) or 1.0

    @property
    def subject(self) -> "Asked":
        """The same without the words with which one asks, unless there are no others."""
        kept = {word: weight for word, weight in self.weights.items() if word in self.names or word not in _ASKING}
        return replace(self, weights=kept or self.weights)


@dataclass(frozen=True, slots=True)
class Covered:
    """Which share of a question (0 to 1) one sentence says, which with the sentences around it, with the paper's title
    and abstract as well, and which the whole paper."""

    sentence: float
    around: float
    about: float
    paper: float


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
        names = set[str]()
        for place, found in enumerate(_TOKEN.finditer(question)):
            word = next(iter(stems(found.group())), "")
            if word:
                shown.setdefault(word, found.group())
                if _is_name(found.group(), place):
                    names.add(word)
                kind = _NAME_WEIGHT if word in names else _ASKING_WEIGHT if word in _ASKING else 1.0
                weights[word] = self._index.rarity(word) * kind
        return Asked(weights, frozenset(names), shown)

    def unknown(self, asked: Asked) -> list[str]:
        """The words of the question that none of the papers has, as the question writes them; not those with which one
        asks."""
        known = frozenset[str]().union(*self._papers.values())
        return [asked.shown[word] for word in asked.subject.weights if word not in known]

    def missing(self, asked: Asked, evidence: Evidence) -> list[str]:
        """The words of the question that the sentence's paper does not have; not those with which one asks."""
        there = self._papers[evidence.source.paper_id]
        return [asked.shown[word] for word in asked.subject.weights if word not in there]

    def covered(self, asked: Asked, evidence: Evidence) -> Covered:
        """How much of the question a sentence of these papers says."""
        paper_id = evidence.source.paper_id
        said, at = self._stems[paper_id], self._place(evidence)
        around = frozenset(word for one in said[_near(at)] for word in one)
        return Covered(
            sentence=asked.share(frozenset(said[at])),
            around=asked.share(around),
            about=asked.share(around | self._heads[paper_id]),
            paper=asked.share(self._papers[paper_id]),
        )

    def in_paper(self, asked: Asked, evidence: Evidence) -> float:
        """Which share of the question the sentence's whole paper has."""
        return asked.share(self._papers[evidence.source.paper_id])

    def meant(self, asked: Asked, evidence: Evidence, embed: Embed | None) -> float:
        """Which share of the question's subject (0 to 1) the sentence, those around it and the paper's title say; a
        word that is not there counts as far as the nearest word in meaning is like it. Raises ModelError."""
        paper_id, title = evidence.source.paper_id, evidence.source.title
        at, subject = self._place(evidence), asked.subject
        there = frozenset(word for one in self._stems[paper_id][_near(at)] for word in one) | frozenset(stems(title))
        missing = [word for word in subject.weights if word not in there]
        share = subject.share(there)
        if embed is None or not missing:
            return share
        text = " ".join([title, *(sentence.text for sentence in evidence.source.sentences[_near(at)])])
        words = list(dict.fromkeys(word for word in _TOKEN.findall(text.lower()) if stems(word)))
        if not words:
            return share
        vectors = embed([*words, *(asked.shown[word].lower() for word in missing)])
        alike = (vectors[len(words) :] @ vectors[: len(words)].T).max(axis=1).clip(0, 1)
        weights = [subject.weights[word] for word in missing]
        return share + sum(weight * float(one) for weight, one in zip(weights, alike, strict=True)) / subject.total

    def _place(self, evidence: Evidence) -> int:
        sentence = evidence.sentence
        return self._places[evidence.source.paper_id, sentence.page, sentence.start]


def fits(question: str, text: str) -> float:
    """How well a sentence has the form of an answer (0 to 1): whether it counts what a question counts, has a time or a
    number where one is asked for; 0 for questions that ask for neither."""
    if counted := _HOW_MANY.search(question):
        wanted = frozenset(stems(_VERB.split(counted[1])[0]))
        words = _TOKEN.findall(text)
        numbers = [at for at, word in enumerate(words) if word[0].isdigit() or word.lower() in _COUNTS]
        behind = (stems(" ".join(words[at + 1 : at + 1 + _COUNTED])) for at in numbers)
        return 1.0 if any(not wanted.isdisjoint(one) for one in behind) else 0.3 * bool(numbers)
    if _HOW_LONG.search(question):
        return float(_TIME.search(text) is not None)
    return float(_HOW_MUCH.search(question) is not None and any(char.isdigit() for char in text))


def _near(at: int) -> slice:
    """The sentence there and those around it."""
    return slice(max(0, at - _AROUND), at + _AROUND + 1)


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


def _is_name(word: str, place: int) -> bool:
    """A number, or capitals where no sentence begins."""
    return any(char.isdigit() for char in word) or (place > 0 and not word.islower())
