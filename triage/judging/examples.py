"""What the list and its owner have said so far, in the one form that every learner takes.

The list and the ledger read as evidence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage.identity import title_key
from triage.judging.measure import Flags
from triage.judging.metadata import NOTHING, SAID, Announced, announced, gives_code
from triage.models import Decision, Paper, SectionPath, Verdict

HALF_LIFE = 1.0
"""Years after which an entry counts half. Fields move within a year or two: what a list added lately says more of what
it will add next."""

ENOUGH = 20
"""Examples with abstracts from which a twentieth can be told: then those with bare titles need not stand in."""


@dataclass(frozen=True, slots=True)
class Example:
    """A paper that the list has, or that its owner decided about.

    `sections` are its right places (any is right; empty if it was rejected or stands outside the taxonomy),
    `when` the year it is from, as a fraction (2025.5), `weight` how much it counts (1 for an entry of the list),
    `announced` what is known of it beside its text; `decided` tells a paper that its owner decided about.
    """

    title: str
    abstract: str = ""
    sections: tuple[SectionPath, ...] = ()
    when: float | None = None
    weight: float = 1.0
    wanted: bool = True
    announced: Announced = NOTHING
    decided: bool = False

    @property
    def text(self) -> str:
        """What is embedded: the same form as `triage.search.vectors.paper_text`."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title


def like_watched(examples: Sequence[Example], chosen: Flags) -> Flags:
    """Those of the chosen that tell how a watched paper would fare: the ones with abstracts if there are ENOUGH, since
    a bare title is harder to judge; else all."""
    full = chosen & np.array([bool(example.abstract) for example in examples], dtype=bool)
    return full if int(full.sum()) >= ENOUGH else chosen


def recency(examples: Sequence[Example]) -> NDArray[np.float64]:
    """How much each example counts for its age, from 0 to 1; one of unknown age counts as the median one."""
    known = [example.when for example in examples if example.when is not None]
    if not known:
        return np.ones(len(examples))
    newest, middle = max(known), float(np.median(known))
    ages = [newest - (middle if example.when is None else example.when) for example in examples]
    return np.asarray(0.5 ** (np.array(ages) / HALF_LIFE))


PERSON_WEIGHT = 3.0
"""A decision made today says more of what is wanted than an entry that somebody once added."""

CODE_HABIT = 0.1
"""The share of entries with a link to code from which a list is taken to give it wherever there is one."""


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
    """The sections of a venue that papers are not filed under by subject: only a paper's own remark can lead there."""
    kinds = {section.path: section.kind for section in document.sections}
    filing = set(filing_sections(document))
    return [path for path in document.taxonomy if kinds.get(path) == "venue" and path not in filing]


def gather(
    document: ListedDocument, known: Mapping[str, Paper], decisions: Sequence[Decision], papers: Mapping[str, Paper]
) -> list[Example]:
    """The evidence: each entry once with all its sections, with its abstract where known; then the decided papers,
    a person's word replacing the list's."""
    examples: dict[str, Example] = {}
    links_code = _links_code(document.entries)
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
            announced=announced(paper) if paper else _of_entry(entry, links_code),
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
            weight=PERSON_WEIGHT,
            wanted=decision.verdict is Verdict.ACCEPT,
            announced=announced(paper),
            decided=True,
        )
    return list(examples.values())


def _links_code(entries: Sequence[ListedEntry]) -> bool:
    """Whether the list is in the habit of linking code: one that never does says nothing by leaving it out."""
    return sum(gives_code(entry.links) for entry in entries) >= len(entries) * CODE_HABIT


def _of_entry(entry: ListedEntry, links_code: bool) -> Announced:
    whole = entry.authors if "et al" not in entry.text.casefold() else ()
    return Announced(tuple(whole), SAID[gives_code(entry.links)] if links_code else None)


def _year(entry: ListedEntry, paper: Paper | None) -> float | None:
    if paper and paper.published:
        return _fraction(paper.published)
    month = re.match(r"(\d\d)(\d\d)\.", entry.arxiv_id or "")
    if month:
        return 2000 + int(month[1]) + (int(month[2]) - 0.5) / 12
    return entry.year + 0.5 if entry.year else None


def _fraction(day: date | None) -> float | None:
    return day.year + (day.timetuple().tm_yday - 0.5) / 366 if day else None
