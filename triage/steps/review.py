"""What a person decides on proposed papers: the queue, how a paper stands in it, decisions and undoing them.

Knows no screen. Decisions are only ever added: undoing one adds another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import Levenshtein

from triage.collection import Store
from triage.collection.waiting import Line, lines
from triage.drafting.entry import STEP, other_text, refiled, rewritten
from triage.errors import TriageError
from triage.house.format import House
from triage.house.place import place, surroundings
from triage.house.problems import refusal
from triage.lists.document import Document
from triage.lists.sections import match_section
from triage.models import Decision, Facts, Record, SectionPath, Stage, UnsavedEdit, Verdict, proposed_section, show_path
from triage.when import local

WAITING = (Stage.DRAFTED, Stage.LATER)
DOUBTFUL = 0.5
"""Below this probability of the proposed section, Enter does not accept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of one paper. Without `section` or `entry`, the draft's are taken."""

    verdict: Verdict
    section: SectionPath | None = None
    entry: str | None = None
    note: str | None = None
    new_section: bool = False


@dataclass(slots=True)
class Tally:
    """What happened in one review: the decisions that hold, and how many were undone."""

    decisions: list[Decision] = field(default_factory=list)
    undone: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many papers are at each stage: of those `decided` in this session (by the decision that holds, whatever was
    decided or undone before), and of all that are `stored`, as `triage status` counts them."""

    decided: Mapping[Stage, int]
    stored: Mapping[Stage, int]


def counts(store: Store) -> Counts:
    """The present counts. Everything that reports on a review takes them from here."""
    return Counts(store.session_counts(), store.stage_counts())


def order(waiting: Sequence[Line], taxonomy: Sequence[SectionPath]) -> list[Line]:
    """The lines grouped by proposed section (in the list's own order, then sections it does not have; papers kept for
    later last). Within a section the surest come first, by the probability that both paper and section are right."""
    rank = {path: number for number, path in enumerate(taxonomy)}
    for line in waiting:
        rank.setdefault(line.section, len(rank))

    def key(line: Line) -> tuple[bool, int, float, float]:
        sure = line.relevance * line.confidence
        return (line.stage is Stage.LATER, rank[line.section], -sure, -line.relevance)

    return sorted(waiting, key=key)


def queue(store: Store, document: Document, top: int | None = None) -> list[Line]:
    """The waiting papers, or the `top` most relevant of them, in the order in which to review them (see `order`)."""
    waiting = lines(store.connection, WAITING)
    if top is not None:
        waiting = sorted(waiting, key=lambda line: (-line.relevance, line.paper_id))[:top]
    return order(waiting, document.taxonomy)


def as_shown(fresh: Record, shown: Record | None) -> Record:
    """A record as the store has it now, with the judgement that was `shown`: a key means the section on the screen,
    even if the judge has learned something since."""
    if shown is None or shown.paper.id != fresh.paper.id:
        return fresh
    return replace(fresh, judgement=shown.judgement)


def doubtful(section: SectionPath, record: Record) -> bool:
    """Whether this section is too unsure to accept by default. One that a person chose never is."""
    judged = record.judgement
    if record.decision and record.decision.section == section:
        return False
    if judged is None:
        return True
    chance = next((choice.probability for choice in judged.sections if choice.section == section), 0.0)
    return chance < DOUBTFUL or judged.fits_nowhere


def entry_for(record: Record, house: House, section: SectionPath) -> str | None:
    """The entry as it would be accepted into `section`: the person's own text, else the draft's, rewritten if the list
    formats that section differently. None without a draft."""
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


def edited_section(record: Record, edit: UnsavedEdit) -> SectionPath:
    """The section into which the paper would be accepted."""
    return edit.section if edit.section is not None else record.section


def edited_entry(record: Record, edit: UnsavedEdit, house: House) -> str | None:
    """The entry as it would be accepted. None without a draft."""
    return edit.entry if edit.entry is not None else entry_for(record, house, edited_section(record, edit))


def answer_with(verdict: Verdict, record: Record, edit: UnsavedEdit) -> Answer:
    """The verdict with everything that was edited; an accepted paper goes into the section that `record` proposes
    unless another was chosen."""
    if verdict is Verdict.REJECT:
        return Answer(verdict, note=edit.note)
    section = edited_section(record, edit) if verdict is Verdict.ACCEPT else edit.section
    return Answer(verdict, section, edit.entry, edit.note, edit.new_section)


def facts_of(record: Record) -> Facts:
    """What may be written about the paper: the draft's facts, else what the feed said."""
    if record.draft:
        return record.draft.facts
    paper = record.paper
    return Facts(title=paper.title, authors=paper.authors, day=paper.published)


@dataclass(frozen=True, slots=True)
class Preview:
    """An entry, with its number if the list numbers entries, and the text above and below it: another entry, the
    section's heading, or "" at the section's end and in a section that does not exist yet."""

    above: str
    entry: str
    below: str


def preview(document: Document, house: House, section: SectionPath, entry: str, facts: Facts) -> Preview:
    """The entry as it would stand in the list. Raises ListError if the text is empty."""
    found = document.section(section)
    if found is None:
        return Preview("", entry, "")
    edits = place(document, house, section, entry, facts)
    above, below = surroundings(document, edits)
    heading = document.text[found.start : found.body]
    return Preview(heading if above is None else above, edits[0].replacement.strip("\r\n") or entry, below or "")


def decide(store: Store, paper_id: str, answer: Answer, *, document: Document, house: House) -> Decision:
    """Stores a person's answer and returns the decision. Raises UnknownPaper, and TriageError if the paper is published
    already and, for an accepted one, if the list does not have the section (the message names the nearest), there is no
    entry, or the entry, whoever wrote it, would break the list's structure."""
    record = store.record(paper_id)
    if record.stage is Stage.PUBLISHED:
        raise TriageError(f"{paper_id} is already in the list; change or remove its entry there")
    if answer.verdict is not Verdict.ACCEPT:
        aside = Decision(paper_id, answer.verdict, answer.section or (), answer.entry, answer.note)
        return store.ledger.decide(aside)
    section = answer.section if answer.section is not None else record.section
    if section not in document.sections_to_fill and not answer.new_section:
        if not section:
            raise TriageError(f'{paper_id} has no section yet; choose one with --section "A > B"')
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


def nothing_to_undo(store: Store) -> str:
    """Why the ledger has nothing of this person's to undo."""
    last = store.ledger.last()
    if last is None:
        return "there is nothing to undo: no unpublished paper has been decided"
    return f"there is nothing of yours to undo; {whose(last)}; to overrule it, decide on that paper"


def whose(last: Decision) -> str:
    """Who made the last decision, and when, in local time."""
    by = last.person or "somebody"
    at = f" at {local(last.at)}" if last.at else ""
    return f"the last decision, {last.verdict.value} {last.paper_id}, was made by {by}{at}"


@dataclass(frozen=True, slots=True)
class Corrections:
    """How much people changed before accepting. `distance` is the mean edit distance (Levenshtein) between draft and
    decision as a share of the longer text: 0 if nothing was changed, 1 if everything was."""

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
    """Compares every accepted entry with the machine's draft at that time. Papers accepted without a draft do not
    count."""
    moved = edited = unchanged = 0
    distances: list[float] = []
    for decision in store.ledger.current():
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
