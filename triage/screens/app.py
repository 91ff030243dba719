"""`triage review`: the queue on the left, the paper on the right, one key per decision."""

import gc
import sys
from collections.abc import Callable, Sequence
from threading import Thread
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from triage.collection import Store
from triage.collection.waiting import Line, lines
from triage.errors import TriageError
from triage.models import Record, Verdict
from triage.screens import actions, describe
from triage.screens.console import one_line
from triage.screens.pages import KEYS, Finish, Help, keys_content
from triage.screens.paper import PaperPane, paper_content
from triage.screens.queue_list import QueueList
from triage.screens.review_session import ReviewSession
from triage.steps.review import WAITING, Tally, as_shown, doubtful, edited_section, nothing_to_undo

_NARROW = 100
"""Columns below which the panes are stacked."""
_LEARN_AFTER = 0.7
"""Seconds without a decision before the judge learns in the background: not while somebody decides at speed."""
_MESSAGE_TIME = 6
"""Seconds that a message stays."""
_SWITCH_INTERVAL = 0.0005
"""Seconds after which the learner's thread must let the screen's go on (Python's own 5 ms can be felt in a key)."""


class ReviewApp(App[Tally]):
    """The review of one session's queue on the full screen. Returns what was decided."""

    CSS_PATH = "review.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "triage review"
    BINDINGS: ClassVar[list[BindingType]] = [
        *[(key.key, key.action, key.label) for key in KEYS],
        ("enter", "default", "accept if sure"),
        ("O", "visit('abs')", "abstract page"),
        ("escape", "clear", "clear"),
        ("pagedown", "scroll(1)", "scroll"),
        ("pageup", "scroll(-1)", "scroll"),
        *[(str(number), f"file({number})", f"section {number}") for number in range(1, describe.SUGGESTED + 1)],
    ]

    class Learned(Message):
        """The waiting papers as they are judged now, or why they could not be judged again."""

        def __init__(self, fresh: Sequence[Line], problem: str | None) -> None:
            super().__init__()
            self.fresh = fresh
            self.problem = problem

    def __init__(self, session: ReviewSession) -> None:
        super().__init__()
        self.session = session
        self._learning = False
        self._learn_again = False
        self._learn_timer: Timer | None = None
        self._shown: Record | None = None
        self._message_timer: Timer | None = None

    @property
    def queue(self) -> QueueList:
        """The queue's widget."""
        return self.screen_stack[0].query_one(QueueList)

    @property
    def current(self) -> str | None:
        """The id of the paper under the cursor."""
        return self.queue.cursor

    def shown_record(self) -> Record | None:
        """Everything known about the paper under the cursor, with the judgement that is on the screen."""
        paper_id = self.current
        return None if paper_id is None else as_shown(self.session.record(paper_id), self._shown)

    def compose(self) -> ComposeResult:
        yield Static(id="status")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Input(placeholder="filter: words of title, authors or section", id="filter")
                yield Static("  rel sure   (? explains the symbols)", id="legend", markup=False)
                yield QueueList(self.session.has_twin, id="queue")
                yield Static(id="message", markup=False)
            yield PaperPane(id="paper")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.theme = "ansi-dark"
        sys.setswitchinterval(_SWITCH_INTERVAL)
        self.session.load()
        self.queue.focus()
        self.draw(None)
        if not self.is_headless:
            self.call_after_refresh(_settle)

    def on_resize(self, event: Resize) -> None:
        self.screen_stack[0].set_class(event.size.width < _NARROW, "narrow")
        self._part("#keys").update(keys_content(event.size.width - 2))

    def on_queue_list_moved(self, event: QueueList.Moved) -> None:
        self.draw_paper()

    def draw(self, cursor: str | None) -> None:
        """Draws everything, with the cursor on this paper."""
        self._draw_queue(cursor)
        self._draw_status()
        self.draw_paper()

    def draw_paper(self, *, stay: bool = False) -> None:
        """Draws the paper under the cursor; with `stay` without scrolling."""
        pane = self.screen_stack[0].query_one(PaperPane)
        paper_id = self.current
        if paper_id is None:
            self._shown = None
            pane.show(self._nothing())
            return
        self._shown = record = self.session.record(paper_id)
        try:
            pane.show(paper_content(self.session, record, self.session.done.get(paper_id)), stay=stay)
        except TriageError as error:
            pane.show(Content.styled(one_line(str(error)), "bold $warning"))

    def _draw_queue(self, cursor: str | None) -> None:
        self.queue.show(self.session.rows(), cursor, self.session.done, self.session.selected)

    def _draw_status(self) -> None:
        counted, parts = self.session.store.session_counts(), [one_line(self.session.name)]
        parts.append(f"{self.session.waiting()} waiting")
        parts += [f"{counted[stage]} {stage.value}" for stage in describe.COUNTED if counted[stage]]
        if self.session.selected:
            parts.append(f"{len(self.session.selected)} selected")
        if self.session.words:
            parts.append(f"filter: {one_line(' '.join(self.session.words))}")
        if self._learning:
            parts.append("learning")
        self._part("#status").update(Content(" · ".join(parts)), layout=False)

    def _nothing(self) -> Content:
        if self.session.words:
            return Content("No paper matches the filter. Esc clears it.")
        return Content("Nothing is waiting for review. `triage fetch` looks for new papers; q quits.")

    def _part(self, name: str) -> Static:
        return self.screen_stack[0].query_one(name, Static)

    def action_accept(self) -> None:
        self._decide(Verdict.ACCEPT)

    def action_reject(self) -> None:
        self._decide(Verdict.REJECT)

    def action_later(self) -> None:
        self._decide(Verdict.LATER)

    def action_default(self) -> None:
        """Enter: accepts, unless the section is in doubt."""
        record = self.shown_record()
        if record is None:
            return
        edit = self.session.store.unsaved_edits.of(record.paper.id)
        if edit.section is None and doubtful(edited_section(record, edit), record):
            self.say("The section is in doubt: a accepts it, s chooses another, 1 to 9 accept into a suggested one.")
        else:
            self._decide(Verdict.ACCEPT)

    def _decide(self, verdict: Verdict) -> bool:
        paper_id = self.current
        if paper_id is None:
            return False
        self.hush()
        self._reread()
        try:
            made = self.session.decide(verdict, self.session.targets(paper_id), self._shown)
        except TriageError as error:
            self.draw(paper_id)
            self.say(str(error), problem=True)
            return False
        following = paper_id if paper_id not in self.session.done else self.session.next_after(paper_id)
        self.draw(following or paper_id)
        if len(made) > 1:
            self.say(f"{len(made)} papers {describe.DONE[verdict]}; u undoes them all.")
        self._learn_soon()
        if following is None and not self.session.words:
            self.action_finish()
        return True

    def action_undo(self) -> None:
        undone = self.session.undo()
        if not undone:
            reason = nothing_to_undo(self.session.store)
            self.say(f"{reason[0].upper()}{reason[1:]}.")
            return
        self.draw(undone[-1].paper_id)
        title = one_line(self.session.record(undone[-1].paper_id).paper.title)
        what = title if len(undone) == 1 else f"{len(undone)} papers"
        self.say(f"No longer {describe.DONE[undone[0].verdict]}: {what}")
        self._learn_soon()

    def action_select(self) -> None:
        paper_id = self.current
        if paper_id is not None:
            self.session.selected ^= {paper_id}
            self.queue.action_move(1)
            self._draw_queue(self.current)
            self._draw_status()

    def action_take(self, number: int) -> None:
        """A click on a suggested section: shows the entry there."""
        actions.take_suggestion(self, number)

    def action_file(self, number: int) -> None:
        """1 to 9: accepts into the judge's section of that number."""
        section = actions.take_suggestion(self, number)
        if section is not None and self._decide(Verdict.ACCEPT):
            self.say(f"Accepted into {describe.section_name(section)}; u undoes it.")

    def action_section(self) -> None:
        self._reread()
        self._with_record(actions.choose_section)

    def action_edit(self) -> None:
        self._with_record(actions.edit_entry)

    def action_field(self) -> None:
        self._with_record(actions.edit_field)

    def action_note(self) -> None:
        self._with_record(actions.write_note)

    def action_similar(self) -> None:
        self._with_record(actions.show_similar)

    def _with_record(self, action: Callable[["ReviewApp", Record], None]) -> None:
        record = self.shown_record()
        if record is not None:
            action(self, record)

    def action_jump(self) -> None:
        actions.jump(self)

    def action_open(self) -> None:
        self.action_visit("pdf")

    def action_visit(self, wanted: str) -> None:
        """Opens one of the paper's links."""
        record = self.shown_record()
        if record is not None:
            actions.visit(self, record, wanted)

    def action_filter(self) -> None:
        field = self.screen_stack[0].query_one("#filter", Input)
        field.add_class("open")
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter":
            self.session.filter(event.value.casefold().split())
            self.draw(self.current)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "filter":
            event.input.set_class(bool(event.value.strip()), "open")
            self.queue.focus()

    def action_clear(self) -> None:
        """Esc: back to the whole queue, with nothing selected."""
        field = self.screen_stack[0].query_one("#filter", Input)
        field.value = ""
        field.remove_class("open")
        self.session.filter(())
        self.session.selected.clear()
        self.hush()
        self.queue.focus()
        self.draw(self.current)

    def action_scroll(self, pages: int) -> None:
        paper = self.screen_stack[0].query_one(PaperPane)
        paper.scroll_relative(y=pages * max(1, paper.size.height - 2), animate=False)

    def action_help(self) -> None:
        self.push_screen(Help())

    def action_finish(self) -> None:
        """The counts, with the way to the diff and publishing, back to the queue, or out."""

        def done(choice: str | None) -> None:
            self._reread()
            if choice == "quit":
                self.exit(self.session.tally)

        self.push_screen(Finish(self.session), done)

    def _reread(self) -> None:
        try:
            self.session.reread()
        except TriageError as error:
            self.say(str(error), problem=True)

    def say(self, text: str, problem: bool = False) -> None:
        """Shows a short message below the queue, where it covers neither the entry nor the keys. A problem stays until
        the next decision or Esc."""
        message = self._part("#message")
        message.update(Content.styled(one_line(text), "bold $warning" if problem else "bold"))
        message.add_class("open")
        if self._message_timer is not None:
            self._message_timer.stop()
        self._message_timer = None if problem else self.set_timer(_MESSAGE_TIME, self.hush)

    def hush(self) -> None:
        """Hides the message."""
        self._part("#message").remove_class("open")

    def _learn_soon(self) -> None:
        if self.session.learn is None:
            return
        if self._learn_timer is not None:
            self._learn_timer.stop()
        self._learn_timer = self.set_timer(_LEARN_AFTER, self._learn)

    def _learn(self) -> None:
        self._learn_again = self._learning
        if not self._learning:
            self._learning = True
            self._draw_status()
            Thread(target=self._learn_and_post, daemon=True, name="learn").start()  # ends with the program

    def _learn_and_post(self) -> None:
        """On a thread of its own: judges the waiting papers again and posts `Learned`, whatever happens."""
        fresh: Sequence[Line] = ()
        problem: str | None = "judging the papers again failed; your decisions are saved"
        try:
            if self.session.learn is not None:
                self.session.learn()
            with Store(self.session.store.folder) as store:
                fresh = lines(store.connection, WAITING)
            problem = None
        except TriageError as error:
            problem = str(error)
        finally:
            self.post_message(self.Learned(fresh, problem))

    def on_review_app_learned(self, event: Learned) -> None:
        self._learning = False
        self._reread()
        if event.problem:
            self.say(event.problem, problem=True)
        waiting = [line for line in event.fresh if line.paper_id not in self.session.done]
        if self.session.resort(self.current, waiting):
            self._draw_queue(self.current)
            self.draw_paper(stay=True)
        self._draw_status()
        if self._learn_again:
            self._learn()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A search that fails must not end the review: every decision is kept, and the reason is shown."""
        if event.state is WorkerState.ERROR:
            self.say(f"{event.worker.name}: {type(event.worker.error).__name__}: {event.worker.error}", problem=True)


def _settle() -> None:
    """After the first paint: whatever is loaded by now stays. Searching all of it for garbage would be felt in every
    thirteenth key (150 ms with 5,000 drafts), and before the first paint."""
    gc.freeze()
    gc.enable()
