"""What a person has changed on a paper without deciding yet; in the store, so that a killed terminal loses nothing."""

from dataclasses import dataclass

from triage.lists.house import House, render
from triage.models import Facts, Record, SectionPath, Verdict
from triage.steps.review import Answer, entry_for
from triage.storage import Store
from triage.storage.codec import dump, load


@dataclass(frozen=True, slots=True)
class Change:
    """Another section, entry text, note or set of facts; None where nothing was changed."""

    section: SectionPath | None = None
    entry: str | None = None
    note: str | None = None
    facts: Facts | None = None
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
    """The entry as it would be accepted: the person's text, else written from the person's facts, else the draft's."""
    if change.entry is not None:
        return change.entry
    section = section_now(record, change)
    if change.facts is not None:
        return render(house, change.facts, section)
    return entry_for(record, house, section)


def answer_with(verdict: Verdict, record: Record, change: Change, house: House) -> Answer:
    """The verdict together with all that was changed."""
    if verdict is Verdict.REJECT:
        return Answer(verdict, note=change.note)
    written = change.entry is not None or change.facts is not None
    entry = entry_now(record, change, house) if written else None
    return Answer(verdict, change.section, entry, change.note, change.new_section)


def _name(paper_id: str) -> str:
    return f"change:{paper_id}"
