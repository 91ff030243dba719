"""What lies on the reviewer's desk: the queue's lines, what is decided, selected and filtered. No terminal in here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from triage.models import Decision, Record, SectionPath, Stage, Verdict, show_path
from triage.screens import changes
from triage.screens.describe import twin
from triage.screens.session import Session
from triage.steps.review import WAITING, Tally, as_shown, decide, order, queue_lines, undo
from triage.storage.waiting import Line, authors, lines


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
                change = changes.load_change(store, paper_id)
                answer = changes.answer_with(verdict, record, change, house)
                made.append(decide(store, paper_id, answer, document=self.session.document, house=house))
                changes.forget_change(store, paper_id)
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
        drafted = changes.entry_now(record, changes.Change(section=moved), house)
        change = changes.Change(
            section=moved,
            entry=decision.entry if decision.entry != drafted else None,
            note=decision.note,
            new_section=moved is not None and moved not in self.session.document.taxonomy,
        )
        changes.save_change(store, decision.paper_id, change)
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
