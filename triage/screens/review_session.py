"""The state of one review, the same for the full screen and line by line: the queue's rows, what is decided, selected
and filtered, and what the review may call. No terminal in here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from triage.collection import Store
from triage.collection.waiting import Line, authors, lines
from triage.errors import TriageError
from triage.house.format import House
from triage.lists.document import Document
from triage.models import Decision, Record, SectionPath, Stage, UnsavedEdit, Verdict, show_path
from triage.screens.describe import section_name, twin
from triage.steps.edit import edit
from triage.steps.review import WAITING, Tally, answer_with, as_shown, decide, edited_entry, order, queue


@dataclass(frozen=True, slots=True)
class Similar:
    """A paper or listed entry that is similar to another: its title, its stage and section in words, and its id (None
    for an entry)."""

    title: str
    where: str
    paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the queue: a section's heading (`line` is None) with how many of its papers wait, or a paper."""

    section: SectionPath
    line: Line | None = None
    waiting: int = 0


@dataclass(slots=True)
class ReviewSession:
    """One review of one list.

    What it may call (None: not possible here; all may raise TriageError): `learn` judges the waiting papers again from
    the decisions so far; it runs on a thread of its own and must open its own store. `diff` returns what `publish
    --dry-run` prints; `publish` publishes and returns a sentence about it, or raises ListChanged if the result would
    differ from the last `diff`. `reload` reads the list's file again. `similar` finds papers like the one of an id,
    also on a thread of its own; `open` shows a web address. With `top`, only that many papers are reviewed, the most
    relevant.

    Its state: `lines` in reading order; `done`, this review's decisions by paper id; `selected` paper ids; the filter's
    `words`; the `tally`.
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
    lines: list[Line] = field(default_factory=list, init=False)
    done: dict[str, Verdict] = field(default_factory=dict, init=False)
    selected: set[str] = field(default_factory=set, init=False)
    words: tuple[str, ...] = field(default=(), init=False)
    tally: Tally = field(default_factory=Tally, init=False)
    _batches: list[int] = field(default_factory=list, init=False)
    """How many decisions each undo takes back."""
    _authors: dict[str, str] = field(default_factory=dict, init=False)
    _twins: dict[str, bool] = field(default_factory=dict, init=False)
    _rows: list[Row] = field(default_factory=list, init=False)
    _heads: dict[str, int] = field(default_factory=dict, init=False)
    _places: dict[str, int] = field(default_factory=dict, init=False)

    def load(self) -> None:
        """Reads the queue."""
        self.lines = queue(self.store, self.document, self.top)
        self._rows = []

    def reread(self) -> None:
        """Reads the list's file again. Raises TriageError if it cannot be read; then the list stays as it was."""
        if self.reload is not None:
            self.document = self.reload()

    def record(self, paper_id: str) -> Record:
        """Everything known about a paper."""
        return self.store.record(paper_id)

    def rows(self) -> list[Row]:
        """What the queue shows: the lines that pass the filter, under a heading wherever the section changes. The same
        list object, updated in place, unless the order, the filter or the queue has changed."""
        if not self._rows:
            self._arrange()
        return self._rows

    def filter(self, words: Iterable[str]) -> None:
        """Shows only papers with all these words (in lower case) in title, authors, section or id."""
        self.words = tuple(words)
        self._rows = []

    def waiting(self) -> int:
        """How many papers wait, without those kept for later."""
        return sum(line.stage is Stage.DRAFTED for line in self.lines)

    def has_twin(self, line: Line) -> bool:
        """Whether the paper seems to be a listed one under another title; looked up once for each."""
        if line.paper_id not in self._twins:
            judged = self.store.judgements.get(line.paper_id)
            self._twins[line.paper_id] = judged is not None and twin(line.title, judged.neighbours) is not None
        return self._twins[line.paper_id]

    def targets(self, paper_id: str) -> list[str]:
        """What the next decision applies to: the selected papers in reading order, or this one."""
        if not self.selected:
            return [paper_id]
        return [line.paper_id for line in self.lines if line.paper_id in self.selected]

    def move(self, paper_id: str, section: SectionPath, *, new: bool) -> None:
        """Chooses another section for this paper, or for all that are selected; `new` if the list does not have it."""
        for target in self.targets(paper_id):
            kept = self.store.unsaved_edits.of(target)
            self.store.unsaved_edits.keep(target, replace(kept, section=section, new_section=new))

    def change_field(self, paper_id: str, name: str, text: str) -> None:
        """Stores what a person said of a field and rewrites the entry from the fields. Raises TriageError if the text
        does not fit the field."""
        made = edit(self.store, self.house, paper_id, {name: text}, rewrite=True)
        kept = self.store.unsaved_edits.of(paper_id)
        self.store.unsaved_edits.keep(paper_id, replace(kept, entry=made.decided))

    def find_similar(self, record: Record) -> tuple[list[Similar], str | None]:
        """The nearest listed entries, then what `similar` finds besides, and why that failed, if it did."""
        near = record.judgement.neighbours if record.judgement else ()
        found = [Similar(one.title, f"listed, {section_name(one.section)}, {one.similarity:.2f}") for one in near]
        titles = {one.title for one in near}
        try:
            others = self.similar(record.paper.id) if self.similar else ()
        except TriageError as error:
            return found, str(error)
        return [*found, *(one for one in others if one.title not in titles)], None

    def decide(self, verdict: Verdict, paper_ids: Sequence[str], shown: Record | None = None) -> list[Decision]:
        """Stores one decision for each paper, with everything the person has edited; `shown` is what the screen says of
        one of them. Raises as `steps.review.decide`; what was decided before the error stays decided."""
        made: list[Decision] = []
        try:
            for paper_id in paper_ids:
                record = as_shown(self.record(paper_id), shown)
                answer = answer_with(verdict, record, self.store.unsaved_edits.of(paper_id))
                made.append(decide(self.store, paper_id, answer, document=self.document, house=self.house))
                self.store.unsaved_edits.forget(paper_id)
                self.done[paper_id] = verdict
                self.selected.discard(paper_id)
        finally:
            self.tally.decisions.extend(made)
            if made:
                self._batches.append(len(made))
                self._refresh({decision.paper_id for decision in made})
        return made

    def undo(self) -> list[Decision]:
        """Undoes the last decision, or all of the last ones made at once; empty if there is nothing to undo."""
        undone: list[Decision] = []
        for _ in range(self._batches.pop() if self._batches else 1):
            decision = self.store.ledger.undo()
            if decision is None:
                break
            undone.append(decision)
            self._restore(decision)
        numbers = {decision.number for decision in undone}
        self.tally.decisions = [one for one in self.tally.decisions if one.number not in numbers]
        self.tally.undone += len(undone)
        self._refresh({decision.paper_id for decision in undone})
        return undone

    def resort(self, paper_id: str | None, fresh: Iterable[Line]) -> bool:
        """Takes in newly judged lines and sorts what is below this paper; it and everything above stay in place. New
        papers come in, unless only the most relevant were asked for. Returns whether anything changed."""
        new = {line.paper_id: line for line in fresh}
        known = {line.paper_id for line in self.lines}
        before = self.lines
        self.lines = [new.get(line.paper_id, line) for line in self.lines]
        at = next((n for n, line in enumerate(self.lines) if line.paper_id == paper_id), -1)
        above, below = self.lines[: at + 1], self.lines[at + 1 :]
        if self.top is None:
            below += [line for key, line in new.items() if key not in known and line.stage in WAITING]
        taxonomy = list(self.document.taxonomy)
        if above and above[-1].section in taxonomy:
            turn = taxonomy.index(above[-1].section)
            taxonomy = taxonomy[turn:] + taxonomy[:turn]
        self.lines = above + order(below, taxonomy)
        self._rows = []
        return self.lines != before

    def next_below(self, paper_id: str) -> str | None:
        """The next undecided paper below this one among those shown, None if there is none."""
        rows = self.rows()
        return self._first_undecided(islice(rows, self._places.get(paper_id, -1) + 1, None))

    def next_after(self, paper_id: str) -> str | None:
        """The next undecided paper below this one, else the first of all, None if all shown are decided."""
        return self.next_below(paper_id) or self._first_undecided(self.rows())

    def _first_undecided(self, rows: Iterable[Row]) -> str | None:
        found = (row.line.paper_id for row in rows if row.line is not None and row.line.paper_id not in self.done)
        return next(found, None)

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

    def _passes(self, line: Line) -> bool:
        if not self.words:
            return True
        if not self._authors:
            self._authors = authors(self.store.connection)
        names = self._authors.get(line.paper_id, "")
        text = f"{line.title} {names} {show_path(line.section)} {line.paper_id}".casefold()
        return all(word in text for word in self.words)

    def _restore(self, decision: Decision) -> None:
        """The person's own words become unsaved edits again, and a paper decided in an earlier session returns to the
        queue."""
        self.done.pop(decision.paper_id, None)
        record = self.record(decision.paper_id)
        moved = decision.section if decision.section and decision.section != record.section else None
        drafted = edited_entry(record, UnsavedEdit(section=moved), self.house)
        kept = UnsavedEdit(
            section=moved,
            entry=decision.entry if decision.entry != drafted else None,
            note=decision.note,
            new_section=moved is not None and moved not in self.document.taxonomy,
        )
        self.store.unsaved_edits.keep(decision.paper_id, kept)
        if record.decision is not None and record.stage not in WAITING:
            self.done[decision.paper_id] = record.decision.verdict
        if all(line.paper_id != decision.paper_id for line in self.lines):
            self.lines[:0] = lines(self.store.connection, tuple(Stage), decision.paper_id)
            self._rows = []

    def _refresh(self, paper_ids: set[str]) -> None:
        """Reads the lines of these papers again."""
        fresh = {
            line.paper_id: line
            for paper_id in paper_ids
            for line in lines(self.store.connection, tuple(Stage), paper_id)
        }
        if fresh:
            self.lines = [fresh.get(line.paper_id, line) for line in self.lines]
        for key in fresh.keys() & self._places.keys() if self._rows else ():
            place, head = self._places[key], self._heads[key]
            self._rows[place] = Row(self._rows[place].section, fresh[key])
            self._count(head)
