"""The facts about a paper that rules alone can tell: nothing guessed, everything from the paper's own texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.drafting.datasets import find_datasets
from triage.drafting.habits import Habits
from triage.drafting.links import find_links
from triage.drafting.marks import flags_for
from triage.drafting.sentences import clean
from triage.drafting.summary import summarise
from triage.drafting.tex import plain_text
from triage.drafting.venue import find_venue
from triage.identity import arxiv_id, title_key
from triage.models import Facts, FullText, Paper, SectionPath


@dataclass(frozen=True, slots=True)
class Told:
    """The facts that rules found, and notes on what a reader should know of them."""

    facts: Facts
    notes: tuple[str, ...] = ()


def gather_facts(
    paper: Paper, text: FullText | None, habits: Habits, section: SectionPath, flags: Mapping[str, str] | None = None
) -> Told:
    """What may be written of `paper` in this section of a list with these habits; unknown stays empty. `flags`
    are the list's own, as `learn_flags` found them."""
    venue = find_venue(plain_text(paper.comment or ""), paper.journal_ref)
    links = find_links(paper, text)
    year = venue.year if venue and venue.year else preprint_year(paper)
    notes: tuple[str, ...] = ()
    marks = flags_for(paper, flags or {}, text)
    if marks:
        told = ", ".join(f'{mark} (no word begins with "{(flags or {})[mark]}")' for mark in marks)
        notes = (f"flagged {told}",)
    if venue and not venue.year and year:
        notes = (
            *notes,
            f"{venue.name} is stated without a year; {year} is when the preprint appeared",
        )
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
        summary=_summary(paper, habits, section),
        abstract=clean(plain_text(paper.abstract)) or None if habits.writes("abstract", section) else None,
        datasets=_datasets(paper, text, habits, section),
        marks=marks,
    )
    return Told(facts, notes)


def _title(paper: Paper) -> str:
    """The title without TeX, as long as it is still told to be the same title: a list's entries are found by it."""
    title = clean(plain_text(paper.title))
    return title if title_key(title) == title_key(paper.title) else clean(paper.title)


def preprint_year(paper: Paper) -> int | None:
    """The year in which the preprint appeared: today's arXiv ids begin with it, else the feed's day tells."""
    number = arxiv_id(paper.id) or ""
    if number[:4].isdigit() and 1 <= int(number[2:4]) <= 12:
        return 2000 + int(number[:2])
    return paper.published.year if paper.published else None


def _published_at(paper: Paper) -> str | None:
    """The address of the published version: by its DOI; else, of a paper that is not on arXiv, where its page or PDF
    was found; else none."""
    if paper.doi:
        return f"https://doi.org/{paper.doi}"
    return None if arxiv_id(paper.id) else paper.abs_url or paper.pdf_url


def _summary(paper: Paper, habits: Habits, section: SectionPath) -> str | None:
    if not paper.abstract or not habits.writes("summary", section):
        return None
    return summarise(paper.abstract, tuple(habits.summaries.values()), paper.title)


def _datasets(paper: Paper, text: FullText | None, habits: Habits, section: SectionPath) -> tuple[str, ...]:
    if not habits.writes("datasets", section):
        return ()
    return find_datasets(reading_texts(paper, text)[1:], habits.gazetteer)


def reading_texts(paper: Paper, text: FullText | None) -> Sequence[str]:
    """The paper's texts as they are read, from the most telling on: title, abstract, then the pages."""
    pages = tuple(page.text for page in text.pages) if text and text.source == "pdf" else ()
    return (plain_text(paper.title), plain_text(paper.abstract), *pages)
