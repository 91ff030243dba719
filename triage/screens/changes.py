"""What a person has changed on a paper without deciding yet; in the store, so that a killed terminal loses nothing."""

from dataclasses import dataclass, replace

from triage.lists.house import House
from triage.models import Record, SectionPath, Verdict
from triage.steps.edit import edit
from triage.steps.review import Answer, entry_for
from triage.storage import Store
from triage.storage.codec import dump, load


@dataclass(frozen=True, slots=True)
class Change:
    """Another section, entry text or note; None where nothing was changed."""

    section: SectionPath | None = None
    entry: str | None = None
    note: str | None = None
    new_section: bool = False


def load_change(store: Store, paper_id: str) -> Change:
    """The undecided changes of this paper."""
    kept = store.meta.get(_name(paper_id))
    return load(Change, kept) if kept else Change()


def save_change(store: Store, paper_id: str, change: Change) -> None:
    """Keeps the changes until they are decided on."""
    store.meta.set(_name(paper_id), dump(change) if change != Change() else "")


def forget_change(store: Store, paper_id: str) -> None:
    """The changes went into a decision."""
    if store.meta.get(_name(paper_id)):
        store.meta.set(_name(paper_id), "")


def section_now(record: Record, change: Change) -> SectionPath:
    """The section the paper would be accepted into."""
    return change.section if change.section is not None else record.section


def entry_now(record: Record, change: Change, house: House) -> str | None:
    """The entry as it would be accepted: the person's text, else the draft's."""
    return change.entry if change.entry is not None else entry_for(record, house, section_now(record, change))


def answer_with(verdict: Verdict, record: Record, change: Change, house: House) -> Answer:
    """The verdict together with all that was changed; an accepted paper goes where this record says."""
    if verdict is Verdict.REJECT:
        return Answer(verdict, note=change.note)
    section = section_now(record, change) if verdict is Verdict.ACCEPT else change.section
    return Answer(verdict, section, change.entry, change.note, change.new_section)


def change_field(store: Store, house: House, paper_id: str, name: str, text: str) -> Change:
    """Keeps what a person said of a field; the entry is written anew from the fields. Gives the undecided changes as
    they are then. Raises TriageError if the text does not fit the field."""
    change = load_change(store, paper_id)
    made = edit(store, house, paper_id, {name: text}, rewrite=True)
    change = replace(change, entry=made.decided)
    save_change(store, paper_id, change)
    return change


def _name(paper_id: str) -> str:
    return f"change:{paper_id}"
