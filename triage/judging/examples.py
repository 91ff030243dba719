"""The list and its owner's decisions as training examples, in the one form that every model takes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np

from triage.identity import title_key
from triage.judging.arrays import Flags, Scores
from triage.judging.metadata import CODE_NAMED, UNKNOWN, Metadata, links_to_code, metadata_of
from triage.models import Decision, Paper, SectionPath, Verdict

HALF_LIFE = 1.0
"""Years after which an entry counts half. Fields move within a year or two: what a list added lately is the best
evidence of what it will add next."""

ENOUGH_ABSTRACTS = 20
"""Examples with abstracts that are enough to find the lowest twentieth of them; with fewer, bare titles count too."""

DECISION_WEIGHT = 3.0
"""A decision made today is better evidence of what is wanted than an entry that somebody once added."""

LINKS_CODE = 0.1
"""The share of entries with a link to code from which a list is taken to give it wherever there is one."""


@dataclass(frozen=True, slots=True)
class Example:
    """A paper that the list has, or that its owner decided about.

    `sections` are its right places (any is right; empty if it was rejected or stands outside the taxonomy),
    `when` the year it is from, as a fraction (2025.5), `weight` how much it counts (1 for an entry of the list),
    `decided` whether it is here by a decision.
    """

    title: str
    abstract: str = ""
    sections: tuple[SectionPath, ...] = ()
    when: float | None = None
    weight: float = 1.0
    wanted: bool = True
    metadata: Metadata = UNKNOWN
    decided: bool = False

    @property
    def text(self) -> str:
        """What is embedded: as `Paper.title_and_abstract`."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title


class ListedEntry(Protocol):
    """What judging needs to know of an entry of the list."""

    @property
    def title(self) -> str: ...
    @property
    def section(self) -> SectionPath: ...
    @property
    def arxiv_id(self) -> str | None: ...
    @property
    def year(self) -> int | None: ...
    @property
    def authors(self) -> Sequence[str]: ...
    @property
    def links(self) -> Sequence[str]: ...
    @property
    def text(self) -> str: ...


class ListedSection(Protocol):
    """What judging needs to know of a heading; `kind` is "topic", "venue", "time" or "housekeeping"."""

    @property
    def path(self) -> SectionPath: ...
    @property
    def kind(self) -> str: ...


class ListedDocument(Protocol):
    """What judging needs to know of the list."""

    @property
    def entries(self) -> Sequence[ListedEntry]: ...
    @property
    def taxonomy(self) -> Sequence[SectionPath]: ...
    @property
    def sections(self) -> Sequence[ListedSection]: ...


def filing_sections(document: ListedDocument) -> list[SectionPath]:
    """The sections that papers are filed under: of the taxonomy those about a topic; a list that sorts by venue or
    year alone is filed by these."""
    kinds = {section.path: section.kind for section in document.sections}
    papers = [path for path in document.taxonomy if kinds.get(path) != "housekeeping"]
    topics = [path for path in papers if kinds.get(path, "topic") == "topic"]
    return topics or papers or list(document.taxonomy)


def venue_sections(document: ListedDocument) -> list[SectionPath]:
    """The sections of a venue that papers are not filed under by subject: only a paper's own comment can lead there."""
    kinds = {section.path: section.kind for section in document.sections}
    filing = set(filing_sections(document))
    return [path for path in document.taxonomy if kinds.get(path) == "venue" and path not in filing]


def collect_examples(
    document: ListedDocument, known: Mapping[str, Paper], decisions: Sequence[Decision], papers: Mapping[str, Paper]
) -> list[Example]:
    """Each entry once with all its sections, with its abstract where known (`known`: papers by arXiv id); then the
    papers decided about (`papers`, by id), a person's decision replacing the list's entry. Papers put off are left
    out."""
    examples: dict[str, Example] = {}
    gives_code = _gives_code(document.entries)
    for entry in document.entries:
        if not entry.title.strip():
            continue
        key = title_key(entry.title) or entry.title
        paper = known.get(entry.arxiv_id or "")
        before = examples.get(key)
        sections = (*(before.sections if before else ()), entry.section)
        examples[key] = Example(
            title=entry.title,
            abstract=paper.abstract if paper else "",
            sections=tuple(dict.fromkeys(sections)),
            when=_year(entry, paper),
            metadata=metadata_of(paper) if paper else _metadata(entry, gives_code),
        )
    for decision in decisions:
        paper = papers.get(decision.paper_id)
        if paper is None or decision.verdict is Verdict.LATER:
            continue
        examples[title_key(paper.title) or paper.id] = Example(
            title=paper.title,
            abstract=paper.abstract,
            sections=(decision.section,) if decision.section else (),
            when=_fraction(paper.published),
            weight=DECISION_WEIGHT,
            wanted=decision.verdict is Verdict.ACCEPT,
            metadata=metadata_of(paper),
            decided=True,
        )
    return list(examples.values())


def like_watched(examples: Sequence[Example], chosen: Flags) -> Flags:
    """Those of the chosen that are most like watched papers: the ones with abstracts if there are enough, since a bare
    title is harder to judge; else all."""
    full = chosen & np.array([bool(example.abstract) for example in examples], dtype=bool)
    return full if int(full.sum()) >= ENOUGH_ABSTRACTS else chosen


def recency(examples: Sequence[Example]) -> Scores:
    """How much each example counts for its age, from 0 to 1, halving every HALF_LIFE; one of unknown age counts as the
    median one."""
    known = [example.when for example in examples if example.when is not None]
    if not known:
        return np.ones(len(examples))
    newest, median = max(known), float(np.median(known))
    ages = [newest - (median if example.when is None else example.when) for example in examples]
    return np.asarray(0.5 ** (np.array(ages) / HALF_LIFE))


def _gives_code(entries: Sequence[ListedEntry]) -> bool:
    """Whether the list gives code where there is some: in one that never does, a missing link means nothing."""
    return sum(links_to_code(entry.links) for entry in entries) >= len(entries) * LINKS_CODE


def _metadata(entry: ListedEntry, gives_code: bool) -> Metadata:
    whole = entry.authors if "et al" not in entry.text.casefold() else ()
    return Metadata(tuple(whole), CODE_NAMED[links_to_code(entry.links)] if gives_code else None)


def _year(entry: ListedEntry, paper: Paper | None) -> float | None:
    if paper and paper.published:
        return _fraction(paper.published)
    month = re.match(r"(\d\d)(\d\d)\.", entry.arxiv_id or "")
    if month:
        return 2000 + int(month[1]) + (int(month[2]) - 0.5) / 12
    return entry.year + 0.5 if entry.year else None


def _fraction(day: date | None) -> float | None:
    return day.year + (day.timetuple().tm_yday - 0.5) / 366 if day else None
