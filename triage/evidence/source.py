"""A paper as evidence: its sentences in reading order, each with its page and the place on it.

A sentence is never changed: `text` is the page's text from `start` to `end`, so that whoever opens the page finds it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.models import Paper, Passage, Table

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|No|Dr|Prof|St|w\.r\.t|a\.k\.a)|"
    r"\b[A-Z])\.$"
)
_END = re.compile(r"[.!?][\"'”)\]]*\s+(?=[\"'“(\[]?(?:[A-Z0-9$]|[a-z]{1,12}[A-Z]))|\n\s*\n\s*")

ABSTRACT_PAGE = 0
"""The page of a sentence that is known from the feed's abstract only."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a paper. `page` is 1-based, 0 for the feed's abstract; `start` and `end` are character offsets in
    that page's text; `heading` is the section of the paper in which it stands, "" where that is unknown."""

    text: str
    page: int
    start: int
    end: int
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A paper with everything that may be said of it: sentences in reading order; none if only its title is known."""

    paper_id: str
    title: str
    sentences: tuple[Sentence, ...] = ()
    year: int | None = None
    authors: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    @property
    def pages(self) -> frozenset[int]:
        """The pages that sentences stand on."""
        return frozenset(sentence.page for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence chosen for a question or a section. `id` ("e7") is how a model names it; `score` (higher is better)
    orders what was chosen together and means nothing else."""

    id: str
    source: Source
    sentence: Sentence
    score: float = 0.0


def source_of(paper: Paper, passages: Sequence[Passage], tables: Sequence[Table] = ()) -> Source:
    """The paper as evidence, from its passages in reading order and the tables that were read of it; from its abstract
    where nothing was read."""
    year = paper.published.year if paper.published else None
    if passages:
        sentences = tuple(sentence for passage in passages for sentence in _of_passage(passage))
    else:
        sentences = tuple(
            Sentence(paper.abstract[start:end], ABSTRACT_PAGE, start, end, "Abstract")
            for start, end in sentence_spans(paper.abstract)
        )
    return Source(paper.id, paper.title, sentences, year, paper.authors, tuple(tables))


def _of_passage(passage: Passage) -> Iterator[Sentence]:
    for start, end in sentence_spans(passage.text):
        at = passage.start
        yield Sentence(passage.text[start:end], passage.page, at + start, at + end, passage.section)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end offset of each sentence of `text`, in order, without the blanks around it. A paragraph's end, which
    is an empty line, ends a sentence too."""
    spans, start = [], 0
    for stop in _END.finditer(text):
        if text[stop.start()] in ".!?" and _ABBREVIATION.search(text, max(start, stop.start() - 11), stop.start() + 1):
            continue
        spans.append((start, stop.end()))
        start = stop.end()
    spans.append((start, len(text)))
    trimmed = ((first, first + len(text[first:last].rstrip())) for first, last in spans)
    moved = ((last - len(text[first:last].lstrip()), last) for first, last in trimmed)
    return [(first, last) for first, last in moved if first < last]
