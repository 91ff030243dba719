"""A person decides, one paper after the other. Knows no screen: it takes records and a function that answers.

Every decision is in the ledger before the next paper is asked for; taking one back is a line in the ledger too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rapidfuzz.distance import Levenshtein

from triage.collection import Store
from triage.collection.waiting import Line, lines
from triage.drafting.entry import STEP, other_text, refiled, rewritten
from triage.errors import TriageError
from triage.lists.document import Document
from triage.lists.format import House
from triage.lists.problems import refusal
from triage.lists.sections import match_section
from triage.models import Decision, Facts, Record, SectionPath, Stage, Verdict, proposed_section, show_path
from triage.when import local

WAITING = (Stage.DRAFTED, Stage.LATER)
DOUBTFUL = 0.5
"""Below this probability of the proposed section, accepting takes a key of its own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one paper. Without `section` or `entry` the draft's hold."""

    verdict: Verdict
    section: SectionPath | None = None
    entry: str | None = None
    note: str | None = None
    new_section: bool = False


@dataclass(frozen=True, slots=True)
class Several:
    """One answer each for several papers, given at once."""

    answers: tuple[tuple[str, Answer], ...]


@dataclass(frozen=True, slots=True)
class Go:
    """Ask about this paper next."""

    paper_id: str


Reply = Answer | Several | Go | Literal["undo", "skip", "stop"]


@dataclass(slots=True)
class Tally:
    """What happened in one review."""

    decisions: list[Decision] = field(default_factory=list)
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers stand at each stage: of those `decided` in this session (by the decision that holds, whatever was
    said before or taken back), and of all in the store, as `triage status` says."""

    decided: Mapping[Stage, int]
    stored: Mapping[Stage, int]


def counts(store: Store) -> Counts:
    """The counts as they are now; everything that tells of a review takes them from here."""
    return Counts(store.session_counts(), store.stage_counts())


def order(waiting: Sequence[Line], taxonomy: Sequence[SectionPath]) -> list[Line]:
    """The lines grouped by proposed section (in the list's own order; unknown sections after them, papers kept for
    later last), surest first within a section: by the probability that the paper belongs and the section is right."""
    rank = {path: number for number, path in enumerate(taxonomy)}
    unknown: dict[SectionPath, int] = {}
    for line in waiting:
        if line.section not in rank:
            unknown.setdefault(line.section, len(rank) + len(unknown))

    def key(line: Line) -> tuple[bool, int, float, float]:
        place_ = rank.get(line.section, unknown.get(line.section, 0))
        sure = line.relevance * line.confidence
        return (line.stage is Stage.LATER, place_, -sure, -line.relevance)

    return sorted(waiting, key=key)


def queue_lines(
    store: Store, document: Document, stages: Sequence[Stage] = WAITING, top: int | None = None
) -> list[Line]:
    """The queue as light lines, or its `top` most relevant ones, in the order a person should meet it (see `order`)."""
    waiting = lines(store.connection, stages)
    if top is not None:
        waiting = sorted(waiting, key=lambda line: (-line.relevance, line.paper_id))[:top]
    return order(waiting, document.taxonomy)


def queue(store: Store, document: Document, stages: Sequence[Stage] = WAITING, top: int | None = None) -> list[Record]:
    """The papers at these stages (or the `top` most relevant of them), with everything known, in the order a person
    should meet them (see `order`)."""
    return [store.record(line.paper_id) for line in queue_lines(store, document, stages, top)]


def as_shown(fresh: Record, shown: Record | None) -> Record:
    """A record as the store has it now, but with the judgement that was shown of it: the key that a person presses
    means the section on the screen, though the judge may have learned something meanwhile."""
    if shown is None or shown.paper.id != fresh.paper.id:
        return fresh
    return replace(fresh, judgement=shown.judgement)


def doubtful(section: SectionPath, record: Record) -> bool:
    """Whether the machine is too unsure of this section for accepting to be the default; a person's choice never is."""
    judged = record.judgement
    if record.decision and record.decision.section == section:
        return False
    if judged is None:
        return True
    chance = next((choice.probability for choice in judged.sections if choice.section == section), 0.0)
    return chance < DOUBTFUL or judged.fits_nowhere


def entry_for(record: Record, house: House, section: SectionPath) -> str | None:
    """The entry as it would be accepted into `section`: the person's own text; the draft's, written anew where the
    list writes other entries in that section. None without a draft."""
    decided = record.decision
    if decided and decided.entry and decided.section in ((), section):
        return decided.entry
    draft = record.draft
    if draft is None:
        return decided.entry if decided else None
    if section == draft.section:
        return draft.entry
    return rewritten(draft, house, section)


def proposed_entry(record: Record, house: House) -> str | None:
    """The entry as it stands in the list, was decided, or would be accepted into `record.section`; None without any."""
    draft = record.draft
    if draft is None or record.entry != draft.entry:
        return record.entry
    return entry_for(record, house, record.section)


def facts_of(record: Record) -> Facts:
    """What may be written about the paper: the draft's facts, else what the feed said."""
    if record.draft:
        return record.draft.facts
    paper = record.paper
    return Facts(title=paper.title, authors=paper.authors, day=paper.published)


def decide(store: Store, paper_id: str, answer: Answer, *, document: Document, house: House) -> Decision:
    """Puts a person's answer into the ledger and gives the decision back. Raises UnknownPaper, and TriageError if the
    section is not the list's (the message names the nearest), if there is no entry to accept, if the entry, whoever
    wrote it, would break the list's structure, or if the paper is published already."""
    record = store.record(paper_id)
    if record.stage is Stage.PUBLISHED:
        raise TriageError(f"{paper_id} stands in the list already; edit it there")
    if answer.verdict is Verdict.REJECT:
        return store.ledger.decide(Decision(paper_id, Verdict.REJECT, note=answer.note))
    section = answer.section if answer.section is not None else record.section
    if answer.verdict is Verdict.LATER:
        kept = Decision(paper_id, Verdict.LATER, answer.section or (), answer.entry, answer.note)
        return store.ledger.decide(kept)
    if section not in document.sections_to_fill and not answer.new_section:
        if not section:
            raise TriageError(f'{paper_id} has no section yet; say which: --section "A > B"')
        section = match_section(show_path(section), document.taxonomy, prefixes=False)
    entry = answer.entry if answer.entry is not None else entry_for(record, house, section)
    if entry is None:
        raise TriageError(f"{paper_id} has no draft to accept; `triage draft {paper_id}` makes one")
    reason = refusal(document, house, section, entry, facts_of(record)) if document.section(section) else None
    if reason:
        raise TriageError(f"{paper_id}: the entry is refused: {reason}; {other_text(paper_id)}")
    store.papers.clear_problem(paper_id, STEP)
    proposed = proposed_section(record.judgement, record.draft)
    if record.draft and record.section == proposed != record.draft.section:
        store.drafts.save(refiled(record.draft, house, proposed))  # what `edits_needed` compares with is what was shown
    return store.ledger.decide(Decision(paper_id, Verdict.ACCEPT, section, entry, answer.note))


def accept(
    store: Store,
    paper_id: str,
    *,
    document: Document,
    house: House,
    section: SectionPath | None = None,
    entry: str | None = None,
    note: str | None = None,
    new_section: bool = False,
) -> Decision:
    """The paper goes into the list: the newest draft, or `entry`, in the draft's section, or `section`, which must be
    one of the taxonomy's unless `new_section`. Raises as `decide`."""
    answer = Answer(Verdict.ACCEPT, section, entry, note, new_section)
    return decide(store, paper_id, answer, document=document, house=house)


def reject(store: Store, paper_id: str, note: str | None = None) -> Decision:
    """The paper is not for this list, and never comes back. Raises UnknownPaper, TriageError if it is published."""
    _refuse_published(store, paper_id)
    return store.ledger.decide(Decision(paper_id, Verdict.REJECT, note=note))


def later(store: Store, paper_id: str, note: str | None = None) -> Decision:
    """The paper waits at the queue's end. Raises UnknownPaper, TriageError if it is published."""
    _refuse_published(store, paper_id)
    return store.ledger.decide(Decision(paper_id, Verdict.LATER, note=note))


def undo(store: Store) -> Decision | None:
    """Takes back this person's last decision on an unpublished paper, and gives it; None if there is none."""
    return store.ledger.undo()


def nothing_to_undo(store: Store) -> str:
    """Why `undo` gave None."""
    last = store.ledger.last()
    if last is None:
        return "there is nothing to undo: no decision on an unpublished paper stands"
    return f"there is nothing of yours to undo; {whose(last)}; to overrule it, decide on that paper"


def whose(last: Decision) -> str:
    """Who made the last decision, and when, in local time."""
    by = last.person or "somebody"
    at = f" at {local(last.at)}" if last.at else ""
    return f"the last decision, {last.verdict.value} {last.paper_id}, was made by {by}{at}"


def review(
    store: Store,
    records: Sequence[Record],
    answer: Callable[[Record, str | None], Reply],
    *,
    document: Document,
    house: House,
    reread: Callable[[], Document] | None = None,
) -> Tally:
    """Asks `answer` about each record in turn and puts each decision into the ledger at once. The second argument is
    why the last reply was refused, or None. `reread` gives the list as it stands when a decision is made, if it may
    have changed since `document`. "undo" goes back to the paper decided last, "skip" goes on without a
    decision, `Go` goes to a paper, "stop" ends."""
    tally = Tally()
    waiting = list(records)
    at = 0
    refused: str | None = None
    while at < len(waiting):
        reply = answer(waiting[at], refused)
        refused = None
        if reply == "stop":
            break
        try:
            if isinstance(reply, Answer):
                reply = Several(((waiting[at].paper.id, reply),))
            if isinstance(reply, Several):
                document = reread() if reread else document
                _decide_all(store, reply, tally, document, house)
                done = {paper_id for paper_id, _ in reply.answers}
                waiting, at = _left(waiting, at, done)
            elif isinstance(reply, Go):
                at = next((n for n, one in enumerate(waiting) if one.paper.id == reply.paper_id), at)
            elif reply == "undo":
                at = _step_back(store, waiting, at, tally)
            else:
                at += 1
        except TriageError as error:
            refused = str(error)
    return tally


def _decide_all(store: Store, several: Several, tally: Tally, document: Document, house: House) -> None:
    for paper_id, answer in several.answers:
        tally.decisions.append(decide(store, paper_id, answer, document=document, house=house))


def _left(waiting: list[Record], at: int, done: set[str]) -> tuple[list[Record], int]:
    before = sum(record.paper.id not in done for record in waiting[:at])
    return [record for record in waiting if record.paper.id not in done], before


def _step_back(store: Store, waiting: list[Record], at: int, tally: Tally) -> int:
    taken = undo(store)
    if taken is None:
        raise TriageError(nothing_to_undo(store))
    tally.undone += 1
    tally.decisions = [one for one in tally.decisions if one.number != taken.number]
    fresh = store.record(taken.paper_id)
    for number, record in enumerate(waiting):
        if record.paper.id == taken.paper_id:
            waiting[number] = fresh
            return number
    waiting.insert(at, fresh)
    return at


@dataclass(frozen=True, slots=True)
class Corrections:
    """How much of the machine's work people changed before accepting it. `distance` is the mean edit distance between
    draft and decision (Levenshtein) as a share of the longer text (0: nothing changed, 1: all of it)."""

    accepted: int
    unchanged: int
    moved: int
    edited: int
    distance: float

    @property
    def unchanged_share(self) -> float:
        """The share of accepted entries taken as drafted, 0 to 1; 1 if none was accepted."""
        return self.unchanged / self.accepted if self.accepted else 1.0


def edits_needed(store: Store) -> Corrections:
    """Compares every accepted entry with what the machine had drafted when it was accepted. Accepted papers that never
    had a draft do not count."""
    moved = edited = unchanged = 0
    distances: list[float] = []
    for decision in store.ledger.standing():
        if decision.verdict is not Verdict.ACCEPT:
            continue
        draft = store.drafts.at(decision.paper_id, decision.at)
        if draft is None or decision.entry is None:
            continue
        distance = Levenshtein.normalized_distance(draft.machine_entry or draft.entry, decision.entry)
        distances.append(distance)
        moved += decision.section != draft.section
        edited += distance > 0
        unchanged += distance == 0 and decision.section == draft.section
    mean = sum(distances) / len(distances) if distances else 0.0
    return Corrections(len(distances), unchanged, moved, edited, mean)


def _refuse_published(store: Store, paper_id: str) -> None:
    if store.record(paper_id).stage is Stage.PUBLISHED:
        raise TriageError(f"{paper_id} stands in the list already; take it out there")
