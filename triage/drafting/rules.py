"""The facts about a paper that rules can find in its own texts, and what a list's entries say of the list: which fields
it writes, its one-liners, its data sets, its flags. Nothing is guessed; what is not known stays empty."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from triage.drafting.datasets import Gazetteer, find_datasets, learn_gazetteer
from triage.drafting.links import find_links
from triage.drafting.sentences import clean
from triage.drafting.summary import summarise
from triage.drafting.tex import plain_text
from triage.drafting.venue import find_venue
from triage.identity import arxiv_id, title_key
from triage.models import Facts, FullText, Paper, SectionPath

_USUAL = 0.15
"""A list "writes" a field when this share of its entries, or of a section's, has it."""

_ENOUGH = 5
"""A section of fewer entries has no shares of its own."""

_DRAFTED_WHERE_USUAL = ("summary", "abstract", "datasets")


class ListedEntry(Protocol):
    """The part of a list's entry that drafting learns from; `fields` maps a field's name to its text."""

    @property
    def title(self) -> str: ...
    @property
    def section(self) -> SectionPath: ...
    @property
    def summary(self) -> str | None: ...
    @property
    def datasets(self) -> Sequence[str]: ...
    @property
    def fields(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class ListStatistics:
    """What the list writes. `summaries` pairs an entry's title with its one-liner; `shares` says for each section
    (and for (), the whole list) how large a share of its entries has a field; `gazetteer` holds its dataset names."""

    summaries: Mapping[str, str]
    shares: Mapping[SectionPath, Mapping[str, float]]
    gazetteer: Gazetteer

    def writes(self, name: str, section: SectionPath) -> bool:
        """Whether entries of this section (if it has at least five, else of the list) usually have the field."""
        return self.shares.get(section, self.shares.get((), {})).get(name, 0.0) >= _USUAL

    def written(self, section: SectionPath) -> tuple[str, ...]:
        """The fields that entries of this section usually have, of those that are drafted only where they are usual."""
        return tuple(name for name in _DRAFTED_WHERE_USUAL if self.writes(name, section))


def learn_statistics(entries: Sequence[ListedEntry]) -> ListStatistics:
    """The statistics of a list with these entries."""
    counts: dict[SectionPath, Counter[str]] = {(): Counter()}
    sizes: Counter[SectionPath] = Counter()
    for entry in entries:
        # A block for the abstract that the maintainer left empty is still a block that this list gives its entries.
        names = {name for name, value in entry.fields.items() if value.strip() or name == "abstract"}
        for path in ((), entry.section):
            counts.setdefault(path, Counter()).update(names)
            sizes[path] += 1
    shares = {
        path: {name: count / sizes[path] for name, count in counter.items()}
        for path, counter in counts.items()
        if path == () or sizes[path] >= _ENOUGH
    }
    summaries = {entry.title: clean(entry.summary) for entry in entries if entry.summary and entry.title}
    gazetteer = learn_gazetteer([tuple(entry.datasets) for entry in entries if entry.datasets])
    return ListStatistics(summaries, shares, gazetteer)


@dataclass(frozen=True, slots=True)
class Extracted:
    """The facts that rules found, and notes on what a reviewer should know of them."""

    facts: Facts
    notes: tuple[str, ...] = ()


def gather_facts(
    paper: Paper,
    text: FullText | None,
    statistics: ListStatistics,
    section: SectionPath,
    flags: Mapping[str, str] | None = None,
) -> Extracted:
    """What may be written of `paper` in this section of the list. `flags` are the list's own, as `learn_flags` found
    them."""
    venue = find_venue(plain_text(paper.comment or ""), paper.journal_ref)
    year = venue.year if venue and venue.year else _preprint_year(paper)
    flags = flags or {}
    marks = flags_for(paper, flags, text)
    notes = []
    if marks:
        notes.append("flagged " + ", ".join(f'{mark} (no word begins with "{flags[mark]}")' for mark in marks))
    if venue and not venue.year and year:
        notes.append(f"{venue.name} is stated without a year; {year} is when the preprint appeared")
    links = find_links(paper, text)
    abstract: str | None = None
    summary: str | None = None
    datasets: tuple[str, ...] = ()
    if statistics.writes("abstract", section):
        abstract = clean(plain_text(paper.abstract)) or None
    if statistics.writes("summary", section) and paper.abstract:
        summary = summarise(paper.abstract, tuple(statistics.summaries.values()), paper.title)
    if statistics.writes("datasets", section):
        datasets = find_datasets(reading_texts(paper, text)[1:], statistics.gazetteer)
    facts = Facts(
        title=_title(paper),
        authors=tuple(name for author in paper.authors if (name := clean(plain_text(author)))),
        venue=clean(venue.name) if venue else None,
        year=year,
        day=paper.published,
        arxiv_id=arxiv_id(paper.id),
        doi=paper.doi,
        paper_url=_published_at(paper),
        code_url=links.code,
        project_url=links.project,
        data_url=links.data,
        summary=summary,
        abstract=abstract,
        datasets=datasets,
        marks=marks,
    )
    return Extracted(facts, tuple(notes))


def reading_texts(paper: Paper, text: FullText | None) -> Sequence[str]:
    """The paper's texts as they are read, from the most telling on: title, abstract, then the pages."""
    pages = tuple(page.text for page in text.pages) if text and text.source == "pdf" else ()
    return (plain_text(paper.title), plain_text(paper.abstract), *pages)


def _preprint_year(paper: Paper) -> int | None:
    """The year in which the preprint appeared: an arXiv id of today's form begins with it, else the feed has the
    day."""
    number = arxiv_id(paper.id) or ""
    if number[:4].isdigit() and 1 <= int(number[2:4]) <= 12:
        return 2000 + int(number[:2])
    return paper.published.year if paper.published else None


def _title(paper: Paper) -> str:
    """The title without TeX, as long as it stays recognisable as the same title: a list's entries are found by it."""
    title = clean(plain_text(paper.title))
    return title if title_key(title) == title_key(paper.title) else clean(paper.title)


def _published_at(paper: Paper) -> str | None:
    """The address of the published version: by its DOI; else, of a paper that is not on arXiv, where its page or PDF
    was found; else none."""
    if paper.doi:
        return f"https://doi.org/{paper.doi}"
    return None if arxiv_id(paper.id) else paper.abs_url or paper.pdf_url


_WITHOUT = re.compile(
    r"\b(?:non|not|no|other than|outside|beyond|except)\b[\s-]++(?:(?:on|about|for|in|the|of)\s*+)?"
    r"(?P<subject>[A-Za-z]{4,})",
    re.IGNORECASE,
)


def learn_flags(text: str, marks: Sequence[str]) -> Mapping[str, str]:
    """The flags among `marks` that the list's text explains as "not X", each with the beginning of the word X.

    A legend is a line of the form "flag: meaning" ("*: papers that are not on bridges"). A flag that says what a paper
    is, not what it is not, is left to people.
    """
    found = {}
    for mark in marks:
        legend = re.search(
            rf"^[ \t>*+-]{{0,12}}?[`'\"]?{re.escape(mark)}[`'\"]?\s*+(?:[:=]|-++|–|means)\s*+(?P<meaning>.{{3,120}})$",
            text,
            re.MULTILINE,
        )
        subject = _WITHOUT.search(clean(legend.group("meaning"))) if legend else None
        if subject:
            found[mark] = re.sub(r"(?:al|ed|ing|ion|s)$", "", subject.group("subject").casefold())
    return found


def flags_for(paper: Paper, flags: Mapping[str, str], text: FullText | None = None) -> tuple[str, ...]:
    """The flags that apply: title, abstract and whatever was read of the paper never use a word that begins like the
    flag's subject."""
    if not paper.abstract:
        return ()
    pages = [page.text for page in text.pages] if text else []
    words = " ".join((paper.title, paper.abstract, *pages)).casefold()
    return tuple(mark for mark, stem in flags.items() if not re.search(rf"\b\w{{0,3}}{re.escape(stem)}", words))
