"""Publishing accepted entries: a few new lines in the right places, nothing else changed, and no paper twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.collection import Store
from triage.config import Publish
from triage.drafting.entry import other_text
from triage.errors import ListError
from triage.house.edit import also_in, find_upkeep, make_section, upkeep_edits
from triage.house.format import House
from triage.house.place import apply, place
from triage.house.problems import refusal
from triage.lists.document import Document, Entry, conflict_line, read
from triage.lists.lookup import Lookup
from triage.models import Facts, Paper, Publication, Record, SectionPath, Stage, show_path


@dataclass(frozen=True, slots=True)
class Placed:
    """One paper's entry as it is in the new text, with its section and line there. `already` if the list had the paper
    before, in whatever section; then nothing is added."""

    paper_id: str
    title: str
    section: SectionPath
    entry: str
    already: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An accepted paper that cannot be published as it is, with the reason and the cure."""

    paper_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing would do: the list's text before and after, what is added, and what has to be left out."""

    before: str
    after: str
    placed: tuple[Placed, ...]
    left: tuple[LeftOut, ...] = ()


def plan(
    store: Store, document: Document, house: House, settings: Publish, today: date, new_sections: bool = False
) -> Plan:
    """Places every accepted, unpublished entry that the list does not have yet. As the settings say, an entry also goes
    into its venue's section, and counts and dates are updated to `today`. `new_sections` creates the sections that a
    person asked for. A paper without an entry, whose section is gone, or whose entry would change how the rest of the
    list is read, is left out and stops no other.

    Raises ListError if the file contains an unresolved merge conflict.
    """
    _refuse_conflict(document)
    work = _Placing(document, house, settings.several_sections, new_sections)
    placed: list[Placed] = []
    left: list[LeftOut] = []
    for accepted in store.records(Stage.ACCEPTED):
        try:
            placed.append(work.place(accepted))
        except ListError as error:
            left.append(LeftOut(accepted.paper.id, accepted.paper.title, str(error)))
    added = sum(not one.already for one in placed)
    after = work.document
    if added and settings.bump:
        wanted = [one for one in find_upkeep(after) if one.kind in settings.bump]
        after = read(apply(after.text, upkeep_edits(after, wanted, today, added)))
    return Plan(document.text, after.text, tuple(_located(placed, after)), tuple(left))


def announce(store: Store, placed: Sequence[Placed]) -> None:
    """Records what is about to be written: if this process is killed meanwhile, the next command finds out from the
    list whether it was."""
    store.ledger.announce(Publication(one.paper_id, one.section, one.entry) for one in placed)


def record(store: Store, placed: Sequence[Placed]) -> None:
    """Records that these entries are in the list now."""
    for one in placed:
        store.ledger.publish(one.paper_id, one.section, one.entry)


class _Placing:
    """The list while entries are added one after the other."""

    def __init__(self, document: Document, house: House, several: bool, new_sections: bool) -> None:
        self.document = document
        self._house = house
        self._several = several
        self._new_sections = new_sections
        self._lookup = Lookup(document.entries)

    def place(self, record: Record) -> Placed:
        """Puts the entry into its section unless the list has the paper; with several sections, into each where it
        belongs and is not yet. Raises ListError, with nothing changed, if the list cannot take it."""
        paper, section, entry = record.paper, record.section, record.entry
        if entry is None:
            raise ListError(f"it was accepted without an entry; give one with `triage accept {paper.id} --entry FILE`")
        facts = record.draft.facts if record.draft else Facts(title=paper.title, day=paper.published)
        there = self._lookup.find(paper, facts, entry)
        if not there or self._several:
            before = self.document
            try:
                lacking = self._put_where_lacking(record, section, entry, facts, there)
            except ListError:
                self.document = before
                raise
            if lacking:
                return Placed(paper.id, paper.title, lacking[0], entry)
        found = next((one for one in there if one.section == section), there[0])
        return Placed(paper.id, paper.title, found.section, found.text, already=True)

    def _put_where_lacking(
        self, record: Record, section: SectionPath, entry: str, facts: Facts, there: Sequence[Entry]
    ) -> list[SectionPath]:
        """Returns the sections into which the entry went."""
        self._create(record, section)
        also = also_in(self.document, facts, section) if self._several else ()
        lacking = [path for path in (section, *also) if all(one.section != path for one in there)]
        for path in lacking:
            reason = refusal(self.document, self._house, path, entry, facts)
            if reason:
                raise ListError(f"the entry is refused: {reason}; {other_text(record.paper.id)}")
        for path in lacking:
            self._put(record.paper, path, entry, facts)
        return lacking

    def _put(self, paper: Paper, section: SectionPath, entry: str, facts: Facts) -> None:
        text = apply(self.document.text, place(self.document, self._house, section, entry, facts))
        self.document = read(text)
        self._lookup.add(Entry(section, len(text), len(text), 0, entry), paper, facts)

    def _create(self, record: Record, section: SectionPath) -> None:
        """Creates the section, and those above it, if the list lacks them."""
        if self.document.section(section) is not None:
            return
        if not self._new_sections:
            raise ListError(
                f"it was accepted for {show_path(section)!r}, which the list does not have; choose"
                f' another with `triage accept {record.paper.id} --section "A > B"`, or create it with'
                " `triage publish --new-sections`"
            )
        for path in (section[:depth] for depth in range(1, len(section) + 1)):
            if self.document.section(path) is None:
                self.document = read(apply(self.document.text, [make_section(self.document, path)]), may_be_empty=True)


def _located(placed: Sequence[Placed], after: Document) -> list[Placed]:
    """The entries with their text and line as they will be read from the list. Raises ListError if one will not be."""
    lookup = Lookup(after.entries)
    found = []
    for one in placed:
        entry = lookup.as_written(one.entry, one.section)
        if entry is None or entry.section != one.section:
            raise ListError(
                f"{one.paper_id}: its entry would not be read as one of the list's in {show_path(one.section)!r};"
                f" give another text with `triage accept {one.paper_id} --entry FILE`"
            )
        found.append(replace(one, entry=entry.text, line=entry.line))
    return found


def _refuse_conflict(document: Document) -> None:
    number = conflict_line(document.text)
    if number is not None:
        raise ListError(f"line {number} of the list is an unresolved merge conflict; resolve it, then publish again")
