"""A draft's entry as a person edits it: its fields, a person's values of them, its text for another section."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from triage.errors import TriageError
from triage.house.format import House, render
from triage.identity import arxiv_id, doi
from triage.lists.values import split_people
from triage.models import Draft, Facts, Paper, SectionPath


@dataclass(frozen=True, slots=True)
class Field:
    """One field of `Facts`: its name there, its label, and its kind: text, names, words, year, day, stars, link, arxiv
    or doi. `option` is the command line's name for it; `help` says what belongs there."""

    name: str
    label: str
    kind: str
    option: str
    help: str


STEP = "entry"
"""The step to which a problem belongs that only another text of the entry solves."""

FIELDS = (
    Field("title", "Title", "text", "title", "the title"),
    Field("authors", "Authors", "names", "authors", '"Ada Marsh; Bo Quill"'),
    Field("venue", "Venue", "text", "venue", 'where it appeared, without the year: "MICCAI"'),
    Field("year", "Year", "year", "year", "when it appeared there, else the preprint's"),
    Field("day", "Day", "day", "day", "when it first appeared: 2026-11-22"),
    Field("arxiv_id", "arXiv id", "arxiv", "arxiv", "2506.01234"),
    Field("doi", "DOI", "doi", "doi", "10.1000/182"),
    Field("paper_url", "Paper link", "link", "url", "the published version's address"),
    Field("code_url", "Code link", "link", "code", "the code's address"),
    Field("project_url", "Project link", "link", "project", "the project page's address"),
    Field("data_url", "Data link", "link", "data", "the data's address"),
    Field("summary", "Summary", "text", "summary", "what it does, in a line"),
    Field("abstract", "Abstract", "text", "abstract", "for lists that show it"),
    Field("datasets", "Datasets", "words", "datasets", '"BraTS, ISLES"'),
    Field("figure_url", "Figure link", "link", "figure", "a picture's address, for lists that show one"),
    Field("stars", "Stars", "stars", "stars", "how much it matters, 1 to 3"),
    Field("marks", "Marks", "words", "marks", 'the list\'s own flags, such as "*"'),
)
BY_NAME: Mapping[str, Field] = {one.name: one for one in FIELDS}

_SEPARATOR = {"names": "; ", "words": ", "}
_LONGEST_LINK = 2000


def shown(facts: Facts, one: Field) -> str:
    """The field's value as one line; empty if it is not known. Authors are separated by semicolons."""
    value = getattr(facts, one.name)
    if one.kind in _SEPARATOR:
        return _SEPARATOR[one.kind].join(value)
    return "" if value is None else str(value)


def changed(facts: Facts, one: Field, text: str) -> Facts:
    """The facts with this field set from one line; an empty line means not known. Raises TriageError if the text does
    not fit the field."""
    values: dict[str, Any] = {one.name: _value(one, " ".join(text.split()))}
    return replace(facts, **values)


def edited(draft: Draft, given: Mapping[str, str], house: House) -> Draft:
    """The draft with a person's values of its fields (lines of text by field, "" for not known) in place of the
    machine's, which stay with it as `machine_facts` and `machine_entry`. Raises TriageError if a text does not fit its
    field."""
    facts, entry = draft.machine_facts or draft.facts, draft.machine_entry or draft.entry
    by_machine = replace(draft, facts=facts, entry=entry, machine_facts=None, machine_entry=None)
    for name, text in given.items():
        facts = changed(facts, BY_NAME[name], text)
    if facts == by_machine.facts:
        return by_machine
    written = render(house, facts, draft.section)
    return replace(by_machine, facts=facts, entry=written, machine_facts=by_machine.facts, machine_entry=entry)


def corrected(paper: Paper, given: Mapping[str, str]) -> Paper:
    """The paper with a person's values, if all that is known of it was read from its PDF, so that lists and searches
    show them too; any other paper as its feed has it. Raises TriageError if a text does not fit its field."""
    if not paper.id.startswith("pdf:"):
        return paper
    facts = Facts(title=paper.title, authors=paper.authors, doi=paper.doi)
    for name in ("title", "authors", "doi"):
        if name in given:
            facts = changed(facts, BY_NAME[name], given[name])
    return replace(paper, title=facts.title, authors=facts.authors, doi=facts.doi)


def rewritten(draft: Draft, house: House, section: SectionPath) -> str:
    """The draft's entry, rendered for another section; the same text if the list writes both sections alike."""
    rendered = render(house, draft.facts, section)
    return draft.entry if rendered == render(house, draft.facts, draft.section) else rendered


def other_text(paper_id: str) -> str:
    """How a person gives a paper another text."""
    return f"write it differently: `e` in the review, or `triage accept {paper_id} --entry FILE`"


def refiled(draft: Draft, house: House, section: SectionPath) -> Draft:
    """The draft as the judge would have it in another section."""
    machine = draft.machine_entry
    if draft.machine_facts is not None and machine is not None:
        machine = rewritten(replace(draft, facts=draft.machine_facts, entry=machine), house, section)
    entry = rewritten(draft, house, section)
    return replace(draft, section=section, entry=entry, machine_entry=machine, voted=False)


def _value(one: Field, text: str) -> object:
    if one.kind in _SEPARATOR:
        if one.kind == "names" and ";" not in text:
            return split_people(text)
        return tuple(part.strip() for part in text.split(_SEPARATOR[one.kind].strip()) if part.strip())
    if not text:
        if one.name == "title":
            raise TriageError("an entry needs a title")
        return None
    if one.kind in ("year", "stars"):
        lowest, highest = (1900, 2200) if one.kind == "year" else (1, 3)
        if not (text.isascii() and text.isdigit() and lowest <= int(text[:9]) <= highest):
            raise TriageError(f"{one.label}: {text!r} is not a number from {lowest} to {highest}")
        return int(text)
    if one.kind == "day":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise TriageError(f"{one.label}: {text!r} is not a date like 2026-11-22") from None
    return _address(one, text)


def _address(one: Field, text: str) -> str:
    if one.kind == "link" and not _is_link(text):
        raise TriageError(f"{one.label}: {text!r} is not an address that begins with http:// or https://")
    if one.kind == "arxiv":
        found = arxiv_id(text)
        if found is None:
            raise TriageError(f"{one.label}: {text!r} is not an arXiv id like 2506.01234")
        return found
    if one.kind == "doi":
        found = doi(text)
        if found is None:
            raise TriageError(f"{one.label}: {text!r} is not a DOI like 10.1000/182")
        return found
    return text


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    whole = len(text) <= _LONGEST_LINK and " " not in text and text.isprintable()
    return whole and parts.scheme in ("http", "https") and bool(parts.hostname)
