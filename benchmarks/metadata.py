"""The facts that a paper's metadata gives, for drafting entries that maintainers later wrote by hand."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benchmarks.folders import ListFolder, to_paper
from triage import identity
from triage.drafting.rules import gather_facts, learn_statistics
from triage.house.format import House, template_for
from triage.identity import title_key
from triage.lists.document import Document, Entry
from triage.lists.fields import parse_entry
from triage.lists.values import split_people
from triage.models import Facts, SectionPath


@dataclass(frozen=True)
class Draft:
    """A paper's facts, the section its maintainers chose, and the block they wrote."""

    facts: Facts
    section: SectionPath
    raw: str
    answer: Entry
    recorded: bool


def draft_facts(read: Document, learned: House, folder: ListFolder) -> list[Draft]:
    """One draft for every row of papers.jsonl, from its metadata alone, by the same rules as `triage fetch --offline`.

    The section is the maintainers' own. A row without authors (an arXiv record always has them) takes those of the
    same addition, as names. `recorded` says that the row has what a feed gives: an arXiv id and authors.
    """
    statistics = learn_statistics(read.entries)
    authors = {title_key(row["title"]): split_people(row.get("authors") or "") for row in folder.additions}
    found = []
    for row in folder.papers:
        section = _section(read, tuple(row.get("section") or ()))
        raw = row["raw"].strip("\n")
        columns = template_for(learned, section).columns if raw.lstrip().startswith("|") else ()
        answer = Entry(section, 0, len(raw), 1, raw, "row" if columns else "item", columns)
        paper = to_paper(row)
        names = paper.authors or authors.get(title_key(answer.title), ())
        number = paper.id if identity.arxiv_id(paper.id) else None
        paper = replace(paper, authors=names, published=_first_day(number, paper.published))
        facts = gather_facts(paper, None, statistics, section).facts
        found.append(Draft(facts, section, raw, answer, recorded=bool(number and names)))
    return found


def _section(read: Document, path: SectionPath) -> SectionPath:
    """The README's own path for a section as the data names it: with or without the list's title."""
    for candidate in (path, path[1:]):
        if any(section.path == candidate for section in read.sections):
            return candidate
    return path if len(read.taxonomy) > 1 else read.taxonomy[0]


def _first_day(number: str | None, listed: date | None) -> date | None:
    """The day of the first version: the day it was listed, unless its id tells of an earlier month."""
    if number is None or not re.match(r"\d{4}\.", number):
        return listed
    month = date(2000 + int(number[:2]), int(number[2:4]), 1)
    if listed and month <= listed < month + timedelta(days=34):
        return listed
    return month


def known_facts(draft: Draft) -> Facts:
    """The same facts with those that the maintainers added copied from their entry: a perfect source."""
    values = {
        name: value for chunk in parse_entry(draft.raw, draft.answer.columns).chunks for name, value in chunk.values
    }
    facts = draft.facts
    entry = draft.answer
    return replace(
        facts,
        title=entry.title or facts.title,
        authors=(*entry.authors, *(("others",) if " al" in values.get("authors", "") else ())) or facts.authors,
        venue=values.get("venue"),
        year=entry.year or facts.year,
        paper_url=values.get("paper"),
        code_url=values.get("code"),
        project_url=values.get("project"),
        data_url=values.get("data"),
        summary=values.get("summary"),
        abstract=values.get("abstract"),
        datasets=entry.datasets,
        figure_url=values.get("figure"),
        marks=(values["mark"],) if "mark" in values else (),
    )
