"""What a person says of a paper: its title, authors, venue, links, summary … No machine overwrites it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from triage.collection import Store
from triage.drafting.entry import BY_NAME, corrected, edited, rewritten
from triage.errors import TriageError
from triage.house.format import House
from triage.models import Draft, Record, Stage


@dataclass(frozen=True, slots=True)
class Edited:
    """The draft with what the person said. `decided` is the entry that a decision on the old draft would now have; None
    if there is no such decision or it would not change."""

    draft: Draft
    decided: str | None = None


def edit(
    store: Store,
    house: House,
    paper_id: str,
    values: Mapping[str, str],
    *,
    reset: Collection[str] = (),
    rewrite: bool = False,
) -> Edited:
    """Stores what a person said of a paper's fields (lines of text by field, "" for not known), gives those of `reset`
    back to the machine, and rewrites the draft's entry. Raises UnknownPaper, and TriageError, with nothing stored, if
    the paper is published or has no draft, if a field is unknown, if a text does not fit its field, or, without
    `rewrite`, if the decision has an entry that the person wrote."""
    record = store.record(paper_id)
    before = record.draft
    if record.stage is Stage.PUBLISHED:
        raise TriageError(f"{paper_id} is already in the list; change its entry there")
    if before is None:
        raise TriageError(f"{paper_id} has no draft yet; `triage draft {paper_id}` makes one")
    for name in (*values, *reset):
        if name not in BY_NAME:
            raise TriageError(f"an entry has no field {name!r}; fields: {', '.join(BY_NAME)}")
    given = {name: text for name, text in store.person_facts.of(paper_id).items() if name not in reset} | dict(values)
    after = edited(before, given, house)
    decided = _new_decided_entry(record, before, after, house, rewrite)
    store.person_facts.forget(paper_id, reset)
    store.person_facts.give(paper_id, values)
    if after != before:
        store.drafts.save(after)
    better = corrected(record.paper, values)
    if better != record.paper:
        store.papers.save(better)
    return Edited(after, decided)


def _new_decided_entry(record: Record, before: Draft, after: Draft, house: House, rewrite: bool) -> str | None:
    decision = record.decision
    if decision is None or not decision.entry:
        return None
    section = decision.section or before.section
    if decision.entry != rewritten(before, house, section) and not rewrite:
        raise TriageError(
            f"{record.paper.id} has an entry that you wrote yourself; replace it with"
            f" `triage accept {record.paper.id} --entry FILE`, or undo that decision with `triage undo`"
        )
    anew = rewritten(after, house, section)
    return anew if anew != decision.entry else None
