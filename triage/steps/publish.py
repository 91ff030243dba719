"""Accepted entries into the list: a few new lines in the right place, not one other byte."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from triage.config import Publish
from triage.errors import ListError
from triage.identity import title_key
from triage.lists.bumps import bump_edits, bumps
from triage.lists.document import Document, read
from triage.lists.house import House
from triage.lists.insert import apply, place
from triage.lists.new_section import make_section
from triage.lists.several import also_in
from triage.models import Facts, Record, SectionPath, Stage, show_path
from triage.storage import Store


@dataclass(frozen=True, slots=True)
class Placed:
    """One paper's entry as it stands in the new text. `already` if the list had it before."""

    paper_id: str
    title: str
    section: SectionPath
    entry: str
    already: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would do: the list's text before and after, and what came in."""

    before: str
    after: str
    placed: tuple[Placed, ...]


def plan(
    store: Store, document: Document, house: House, settings: Publish, today: date, new_sections: bool = False
) -> Plan:
    """Places every accepted, unpublished entry; in its venue's section too, and with counts and dates brought up to
    `today`, if the settings say so. `new_sections` makes the sections that a person asked for.

    Raises ListError naming the paper if its section is gone, and if the file is in the middle of a merge.
    """
    _refuse_conflict(document)
    before = document.text
    placed: list[Placed] = []
    for accepted in store.records(Stage.ACCEPTED):
        if new_sections and accepted.section and document.section(accepted.section) is None:
            document = read(apply(document.text, [make_section(document, accepted.section)]), young=True)
        document, done = _place(document, house, accepted, settings.several_sections)
        placed.append(done)
    added = sum(not one.already for one in placed)
    if added and settings.bump:
        wanted = [bump for bump in bumps(document) if bump.kind in settings.bump]
        document = read(apply(document.text, bump_edits(document, wanted, today, added)))
    return Plan(before, document.text, tuple(placed))


def record(store: Store, placed: Sequence[Placed]) -> None:
    """Notes in the ledger that these entries stand in the list."""
    for one in placed:
        store.ledger.publish(one.paper_id, one.section, one.entry)


def _place(document: Document, house: House, record: Record, several: bool) -> tuple[Document, Placed]:
    paper, section, entry = record.paper, record.section, record.entry
    if entry is None:
        raise ListError(
            f"{paper.id} was accepted without an entry; give one with `triage accept {paper.id} --entry FILE`"
        )
    if _stands(document, record, section):
        return document, Placed(paper.id, paper.title, section, entry, already=True)
    if document.section(section) is None:
        raise ListError(
            f"{paper.id} was accepted for {show_path(section)!r}, which the list does not have; choose another with"
            f' `triage accept {paper.id} --section "A > B"`, or have it made with `triage publish --new-sections`'
        )
    facts = record.draft.facts if record.draft else Facts(title=paper.title, day=paper.published)
    document = _put(document, house, section, entry, facts)
    for other in also_in(document, facts, section) if several else ():
        if not _stands(document, record, other):
            document = _put(document, house, other, entry, facts)
    return document, Placed(paper.id, paper.title, section, entry)


def _put(document: Document, house: House, section: SectionPath, entry: str, facts: Facts) -> Document:
    return read(apply(document.text, place(document, house, section, entry, facts)))


def _stands(document: Document, record: Record, section: SectionPath) -> bool:
    wanted = title_key(record.paper.title)
    return any(
        entry.section == section
        and (
            (entry.arxiv_id is not None and entry.arxiv_id == record.paper.id) or title_key(entry.title or "") == wanted
        )
        for entry in document.entries
    )


def _refuse_conflict(document: Document) -> None:
    for number, line in enumerate(document.text.split("\n"), 1):
        if line.startswith(("<<<<<<< ", ">>>>>>> ")):
            raise ListError(f"line {number} of the list is a merge conflict; resolve it and publish again")
