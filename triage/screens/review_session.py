"""What a review needs besides a person: the store, the list, and what to call.

What lies on the reviewer's desk: the queue's lines, what is decided, selected and filtered. No terminal in here.

An entry as it will stand in the list: between its new neighbours.

Learning beside the screen: on a thread that ends with the program, so that nobody waits for it at the end.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from threading import Thread

from textual.message import Message

from triage.collection import Store
from triage.collection.waiting import Line, authors, lines
from triage.errors import TriageError
from triage.lists.document import Document
from triage.lists.format import House
from triage.lists.place import place, surroundings
from triage.models import Decision, Facts, Record, SectionPath, Stage, UnsavedEdit, Verdict, show_path
from triage.screens.describe import twin
from triage.steps.edit import edit
from triage.steps.review import WAITING, Answer, Tally, as_shown, decide, entry_for, order, queue_lines, undo


@dataclass(frozen=True, slots=True)
class Similar:
    """A paper or listed entry that resembles another; `paper_id` is None for an entry of the list."""

    title: str
    where: str
    likeness: float | None = None
    paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """One review of one list.

    `learn` judges the waiting papers anew from the decisions so far; it is called on a thread of its own and must open
    its own store. `diff` is what `publish --dry-run` prints; `publish` does it and says so in a sentence, or raises
    ListChanged if the list would not become what `diff` said last. `reload` gives the list as its file has it now.
    `similar` finds papers like that of an id, on a thread of its own as well; `open` shows a web address. All may raise
    TriageError. None: cannot be done here. `top`: only so many papers, the most relevant ones.
    """

    store: Store
    document: Document
    house: House
    name: str = ""
    learn: Callable[[], None] | None = None
    diff: Callable[[], str] | None = None
    publish: Callable[[], str] | None = None
    reload: Callable[[], Document] | None = None
    similar: Callable[[str], Sequence[Similar]] | None = None
    open: Callable[[str], None] | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the queue: a section's heading (`line` is None) with how many of its papers wait, or a paper."""

    section: SectionPath
    line: Line | None = None
    waiting: int = 0


@dataclass(slots=True)
class Desk:
    """The state of one review. `lines` are in reading order; `done` are this session's decisions by paper id; `batches`
    says how many decisions each undo takes back."""

    session: Session
    lines: list[Line] = field(default_factory=list)
    done: dict[str, Verdict] = field(default_factory=dict)
    selected: set[str] = field(default_factory=set)
    words: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)
    batches: list[int] = field(default_factory=list)
    authors: dict[str, str] = field(default_factory=dict)
    twins: dict[str, bool] = field(default_factory=dict)
    _rows: list[Row] = field(default_factory=list)
    _heads: dict[str, int] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def load(self) -> None:
        """Reads the queue."""
        self.lines = queue_lines(self.session.store, self.session.document, top=self.session.top)
        self._rows = []

    def rows(self) -> list[Row]:
        """What the queue shows: the lines that pass the filter, under a heading wherever the section changes. The same
        list as before, brought up to date, unless the order, the filter or the queue has changed."""
        if not self._rows:
            self._arrange()
        return self._rows

    def filter(self, words: Iterable[str]) -> None:
        """Shows only papers that have all these words in title, authors, section or id."""
        self.words = tuple(words)
        self._rows = []

    def _arrange(self) -> None:
        rows: list[Row] = []
        self._heads = {}
        self._places = {}
        head = 0
        last: tuple[SectionPath, bool] | None = None
        for line in self.lines:
            if not self._passes(line):
                continue
            group = (line.section, line.stage is Stage.LATER and line.paper_id not in self.done)
            if group != last:
                last, head = group, len(rows)
                rows.append(Row(line.section))
            self._heads[line.paper_id] = head
            self._places[line.paper_id] = len(rows)
            rows.append(Row(line.section, line))
        self._rows = rows
        for head in set(self._heads.values()):
            self._count(head)

    def _count(self, head: int) -> None:
        """Counts the undecided papers under the heading at this row."""
        number = 0
        for row in islice(self._rows, head + 1, None):
            if row.line is None:
                break
            number += row.line.paper_id not in self.done
        self._rows[head] = Row(self._rows[head].section, None, number)

    def waiting(self) -> int:
        """How many papers wait that were not kept for later."""
        return sum(line.stage is Stage.DRAFTED for line in self.lines)

    def targets(self, paper_id: str) -> list[str]:
        """What the next decision goes to: the selected papers in reading order, or this one."""
        if not self.selected:
            return [paper_id]
        return [line.paper_id for line in self.lines if line.paper_id in self.selected]

    def decide(self, verdict: Verdict, paper_ids: Sequence[str], shown: Record | None = None) -> list[Decision]:
        """Puts one decision a paper into the store, with all the person has changed; `shown` is what the screen
        says of one of them. Raises as `steps.review.decide`; what was decided before the error stays decided."""
        made: list[Decision] = []
        store, house = self.session.store, self.session.house
        try:
            for paper_id in paper_ids:
                record = as_shown(store.record(paper_id), shown)
                change = store.unsaved_edits.of(paper_id)
                answer = answer_with(verdict, record, change, house)
                made.append(decide(store, paper_id, answer, document=self.session.document, house=house))
                store.unsaved_edits.forget(paper_id)
                self.done[paper_id] = verdict
                self.selected.discard(paper_id)
        finally:
            self.tally.decisions.extend(made)
            if made:
                self.batches.append(len(made))
                self._refresh({decision.paper_id for decision in made})
        return made

    def undo(self) -> list[Decision]:
        """Takes back the last decision, or all of the last ones made at once; empty if there is nothing to undo."""
        taken: list[Decision] = []
        for _ in range(self.batches.pop() if self.batches else 1):
            decision = undo(self.session.store)
            if decision is None:
                break
            taken.append(decision)
            self._restore(decision)
        numbers = {decision.number for decision in taken}
        self.tally.decisions = [one for one in self.tally.decisions if one.number not in numbers]
        self.tally.undone += len(taken)
        self._refresh({decision.paper_id for decision in taken})
        return taken

    def _restore(self, decision: Decision) -> None:
        """The person's own words go back to the paper as undecided changes, and a paper of an earlier session back
        into the queue."""
        store, house = self.session.store, self.session.house
        self.done.pop(decision.paper_id, None)
        record = store.record(decision.paper_id)
        moved = decision.section if decision.section and decision.section != record.section else None
        drafted = entry_now(record, UnsavedEdit(section=moved), house)
        change = UnsavedEdit(
            section=moved,
            entry=decision.entry if decision.entry != drafted else None,
            note=decision.note,
            new_section=moved is not None and moved not in self.session.document.taxonomy,
        )
        store.unsaved_edits.keep(decision.paper_id, change)
        if record.decision is not None and record.stage not in WAITING:
            self.done[decision.paper_id] = record.decision.verdict
        if all(line.paper_id != decision.paper_id for line in self.lines):
            self.lines[:0] = lines(store.connection, tuple(Stage), decision.paper_id)
            self._rows = []

    def resort(self, paper_id: str | None, fresh: Iterable[Line]) -> bool:
        """Takes up newly judged lines and sorts what lies below this paper; it and all above it stay where they are.
        Papers that were not there come in, unless only the most relevant were asked for. Tells whether anything moved.
        """
        new = {line.paper_id: line for line in fresh}
        known = {line.paper_id for line in self.lines}
        before = self.lines
        self.lines = [new.get(line.paper_id, line) for line in self.lines]
        at = next((n for n, line in enumerate(self.lines) if line.paper_id == paper_id), -1)
        above, below = self.lines[: at + 1], self.lines[at + 1 :]
        if self.session.top is None:
            below += [line for key, line in new.items() if key not in known and line.stage in WAITING]
        taxonomy = list(self.session.document.taxonomy)
        if above and above[-1].section in taxonomy:
            turn = taxonomy.index(above[-1].section)
            taxonomy = taxonomy[turn:] + taxonomy[:turn]
        self.lines = above + order(below, taxonomy)
        self._rows = []
        return self.lines != before

    def next_after(self, paper_id: str) -> str | None:
        """The next undecided paper below this one, else the first of all, None when all shown are decided."""
        rows = self.rows()
        below = islice(rows, self._places.get(paper_id, -1) + 1, None)
        for row in chain(below, rows):
            if row.line is not None and row.line.paper_id not in self.done:
                return row.line.paper_id
        return None

    def has_twin(self, line: Line) -> bool:
        """Whether the paper seems to be a listed one under another title; looked up once for each."""
        if line.paper_id not in self.twins:
            judged = self.session.store.judgements.get(line.paper_id)
            self.twins[line.paper_id] = judged is not None and twin(line.title, judged.neighbours) is not None
        return self.twins[line.paper_id]

    def record(self, paper_id: str) -> Record:
        """Everything known about a paper."""
        return self.session.store.record(paper_id)

    def _refresh(self, paper_ids: set[str]) -> None:
        if not paper_ids:
            return
        fresh = {
            line.paper_id: line
            for paper_id in paper_ids
            for line in lines(self.session.store.connection, tuple(Stage), paper_id)
        }
        for at, line in enumerate(self.lines):
            if line.paper_id in fresh:
                self.lines[at] = fresh[line.paper_id]
        for key in fresh.keys() & self._places.keys() if self._rows else ():
            place, head = self._places[key], self._heads[key]
            self._rows[place] = Row(self._rows[place].section, fresh[key])
            self._count(head)

    def _passes(self, line: Line) -> bool:
        if not self.words:
            return True
        if not self.authors:
            self.authors = authors(self.session.store.connection)
        names = self.authors.get(line.paper_id, "")
        text = f"{line.title} {names} {show_path(line.section)} {line.paper_id}".casefold()
        return all(word in text for word in self.words)


@dataclass(frozen=True, slots=True)
class Standing:
    """The entry with its number as the list would have it, and the texts above and below: an entry's, the section's
    heading, or empty at the section's end and in a section that does not exist yet."""

    above: str
    entry: str
    below: str


def standing(document: Document, house: House, section: SectionPath, entry: str, facts: Facts) -> Standing:
    """Where this entry would come to stand. Raises ListError if the text is empty."""
    found = document.section(section)
    if found is None:
        return Standing("", entry, "")
    edits = place(document, house, section, entry, facts)
    above, below = surroundings(document, edits)
    heading = document.text[found.start : found.body]
    return Standing(above if above is not None else heading, _inserted(entry, edits[0].replacement), below or "")


def _inserted(entry: str, replacement: str) -> str:
    return replacement.strip("\r\n") or entry


def section_now(record: Record, change: UnsavedEdit) -> SectionPath:
    """The section the paper would be accepted into."""
    return change.section if change.section is not None else record.section


def entry_now(record: Record, change: UnsavedEdit, house: House) -> str | None:
    """The entry as it would be accepted: the person's text, else the draft's."""
    return change.entry if change.entry is not None else entry_for(record, house, section_now(record, change))


def answer_with(verdict: Verdict, record: Record, change: UnsavedEdit, house: House) -> Answer:
    """The verdict together with all that was changed; an accepted paper goes where this record says."""
    if verdict is Verdict.REJECT:
        return Answer(verdict, note=change.note)
    section = section_now(record, change) if verdict is Verdict.ACCEPT else change.section
    return Answer(verdict, section, change.entry, change.note, change.new_section)


def change_field(store: Store, house: House, paper_id: str, name: str, text: str) -> UnsavedEdit:
    """Keeps what a person said of a field; the entry is written anew from the fields. Gives the undecided changes as
    they are then. Raises TriageError if the text does not fit the field."""
    change = store.unsaved_edits.of(paper_id)
    made = edit(store, house, paper_id, {name: text}, rewrite=True)
    change = replace(change, entry=made.decided)
    store.unsaved_edits.keep(paper_id, change)
    return change


class Learned(Message):
    """The waiting papers as they are judged now, or why they could not be judged anew."""

    def __init__(self, fresh: Sequence[Line], problem: str | None) -> None:
        super().__init__()
        self.fresh = fresh
        self.problem = problem


def learn_beside(session: Session, post: Callable[[Message], object]) -> None:
    """Calls the session's `learn` on a thread of its own and posts `Learned` when it has ended, however it ended."""
    folder, learn = session.store.folder, session.learn

    def run() -> None:
        fresh: Sequence[Line] = ()
        problem: str | None = "the judge failed; your decisions are kept"
        try:
            if learn is not None:
                learn()
            with Store(folder) as store:
                fresh = lines(store.connection, WAITING)
            problem = None
        except TriageError as error:
            problem = str(error)
        finally:
            post(Learned(fresh, problem))

    Thread(target=run, daemon=True, name="learn").start()
