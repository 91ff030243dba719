"""`triage review`: the queue on the left, the paper on the right, one key for each decision."""

import gc
import sys
import webbrowser
from dataclasses import replace
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from triage.errors import TriageError
from triage.models import Decision, Record, Verdict
from triage.screens import actions, describe
from triage.screens.console import one_line
from triage.screens.pages import KEYS, Finish, Help
from triage.screens.paper import PaperPane, clickable, paper_content
from triage.screens.queue_list import QueueList
from triage.screens.review_session import Desk, Learned, Session, learn_beside, section_now
from triage.steps.review import Tally, as_shown, doubtful, nothing_to_undo

NARROW = 100
_LEARN_AFTER = 0.7
"""Seconds without a decision before the judge learns beside the screen: not while somebody decides at speed."""
_SAID_FOR = 6
"""Seconds that a message stays."""
_TURN = 0.0005
"""Seconds after which the learner's thread must let the screen's go on (Python's own 5 ms can be felt in a key)."""


class ReviewApp(App[Tally]):
    """The review of one session's queue. Returns what was decided."""

    CSS_PATH = "review.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "triage review"
    BINDINGS: ClassVar[list[BindingType]] = [
        *[(key.key, key.action, key.label) for key in KEYS],
        ("enter", "default", "accept if sure"),
        ("O", "open_abstract", "abstract page"),
        ("escape", "clear", "clear"),
        ("pagedown", "scroll(1)", "scroll"),
        ("pageup", "scroll(-1)", "scroll"),
        *[(str(number), f"file({number})", f"section {number}") for number in range(1, describe.SUGGESTED + 1)],
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.desk = Desk(session)
        self._learning = False
        self._again = False
        self._timer: Timer | None = None
        self._shown: Record | None = None
        self._silence: Timer | None = None

    @property
    def queue(self) -> QueueList:
        """The queue's widget."""
        return self.screen_stack[0].query_one(QueueList)

    @property
    def current(self) -> str | None:
        """The id of the paper under the cursor."""
        return self.queue.cursor

    def compose(self) -> ComposeResult:
        yield Static(id="status")
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield Input(placeholder="filter: words of title, authors or section", id="filter")
                yield Static("  rel sure   (? explains the signs)", id="legend", markup=False)
                yield QueueList(self.desk.has_twin, id="queue")
                yield Static(id="message", markup=False)
            yield PaperPane(id="paper")
        yield Static(id="keys")

    def on_mount(self) -> None:
        self.theme = "ansi-dark"
        sys.setswitchinterval(_TURN)
        self.desk.load()
        self.queue.focus()
        self.draw(None)
        if not self.is_headless:
            self.call_after_refresh(_settle)

    def on_resize(self, event: Resize) -> None:
        self.screen_stack[0].set_class(event.size.width < NARROW, "narrow")
        self.screen_stack[0].query_one("#keys", Static).update(keys_content(event.size.width - 2))

    def on_queue_list_moved(self, event: QueueList.Moved) -> None:
        self.draw_paper()

    def draw(self, cursor: str | None) -> None:
        """Draws everything anew, with the cursor on this paper."""
        self.queue.show(self.desk.rows(), cursor, self.desk.done, self.desk.selected)
        self.draw_status()
        self.draw_paper()

    def draw_status(self) -> None:
        """Draws the line at the top."""
        counted, parts = self.session.store.session_counts(), [one_line(self.session.name)]
        parts.append(f"{self.desk.waiting()} waiting")
        parts += [f"{counted[stage]} {stage.value}" for stage in describe.COUNTED if counted[stage]]
        if self.desk.selected:
            parts.append(f"{len(self.desk.selected)} selected")
        if self.desk.words:
            parts.append(f"filter: {one_line(' '.join(self.desk.words))}")
        if self._learning:
            parts.append("learning")
        self.screen_stack[0].query_one("#status", Static).update(Content(" · ".join(parts)), layout=False)

    def record(self, paper_id: str) -> Record:
        """Everything known about a paper, with the judgement that is on the screen."""
        return as_shown(self.desk.record(paper_id), self._shown)

    def draw_paper(self, *, stay: bool = False) -> None:
        """Draws the paper under the cursor; with `stay` scrolled as it was."""
        pane = self.screen_stack[0].query_one(PaperPane)
        paper_id = self.current
        if paper_id is None:
            self._shown = None
            pane.show(self._nothing())
            return
        record, change = self.desk.record(paper_id), self.session.store.unsaved_edits.of(paper_id)
        self._shown = record
        verdict = self.desk.done.get(paper_id)
        decided = describe.DONE[verdict] if verdict else None
        try:
            pane.show(paper_content(self.session, record, change, decided), stay=stay)
        except TriageError as error:
            pane.show(Content.styled(one_line(str(error)), "bold $warning"))

    def _nothing(self) -> Content:
        if self.desk.words:
            return Content("No paper passes the filter. Esc clears it.")
        return Content("Nothing is waiting for review. `triage fetch` looks for new papers; q ends.")

    def action_accept(self) -> None:
        self._decide(Verdict.ACCEPT)

    def action_reject(self) -> None:
        self._decide(Verdict.REJECT)

    def action_later(self) -> None:
        self._decide(Verdict.LATER)

    def action_default(self) -> None:
        """Enter: accepts, unless the section is in doubt."""
        paper_id = self.current
        if paper_id is None:
            return
        record, change = self.record(paper_id), self.session.store.unsaved_edits.of(paper_id)
        if change.section is None and doubtful(section_now(record, change), record):
            self.say("This section is in doubt: a accepts, s chooses another, 1 to 9 accept into a suggested one.")
        else:
            self._decide(Verdict.ACCEPT)

    def _decide(self, verdict: Verdict) -> bool:
        paper_id = self.current
        if paper_id is None:
            return False
        self.hush()
        self.reread()
        try:
            made = self.desk.decide(verdict, self.desk.targets(paper_id), self._shown)
        except TriageError as error:
            self.draw(paper_id)
            self.say(str(error), problem=True)
            return False
        following = paper_id if paper_id not in self.desk.done else self.desk.next_after(paper_id)
        self.draw(following or paper_id)
        if len(made) > 1:
            self.say(f"{len(made)} papers {describe.DONE[verdict]}; u takes all back.")
        self._learn_soon()
        if following is None and not self.desk.words:
            self.action_finish()
        return True

    def action_undo(self) -> None:
        taken: list[Decision] = self.desk.undo()
        if not taken:
            reason = nothing_to_undo(self.session.store)
            self.say(f"{reason[0].upper()}{reason[1:]}.")
            return
        self.draw(taken[-1].paper_id)
        what = describe.DONE[taken[0].verdict]
        title = one_line(self.desk.record(taken[-1].paper_id).paper.title)
        self.say(f"No longer {what}: " + (title if len(taken) == 1 else f"{len(taken)} papers"))
        self._learn_soon()

    def action_select(self) -> None:
        paper_id = self.current
        if paper_id is not None:
            self.desk.selected ^= {paper_id}
            self.queue.action_move(1)
            self.queue.show(self.desk.rows(), self.current, self.desk.done, self.desk.selected)
            self.draw_status()

    def action_take(self, number: int) -> None:
        """A click on a suggested section: shows the entry there."""
        actions.take_suggestion(self, number)

    def action_file(self, number: int) -> None:
        """1 to 9: accepts into the judge's section of that number."""
        section = actions.take_suggestion(self, number)
        if section is not None and self._decide(Verdict.ACCEPT):
            self.say(f"Accepted into {describe.place(section)}; u takes it back.")

    def action_section(self) -> None:
        self.reread()
        actions.choose_section(self)

    def action_edit(self) -> None:
        actions.edit_entry(self)

    def action_field(self) -> None:
        actions.edit_field(self)

    def action_note(self) -> None:
        actions.write_note(self)

    def action_similar(self) -> None:
        actions.show_similar(self)

    def action_jump(self) -> None:
        actions.jump(self)

    def action_open(self) -> None:
        self.action_visit("pdf")

    def action_open_abstract(self) -> None:
        self.action_visit("abs")

    def action_visit(self, wanted: str) -> None:
        """Opens one of the paper's addresses in a browser (the reader's own browser with --web)."""
        paper_id = self.current
        if paper_id is None:
            return
        found = describe.links(self.desk.record(paper_id))
        url = found.get(wanted) or found.get("pdf") or found.get("abs")
        if url is None:
            self.say("No address is known for this paper.")
            return
        self.say(f"Opening {url}")
        if self.session.open is not None:
            self.session.open(url)
        elif self.is_web:
            self.open_url(url)
        elif _graphical():
            self.run_worker(lambda: webbrowser.open(url), thread=True)

    def action_filter(self) -> None:
        field = self.screen_stack[0].query_one("#filter", Input)
        field.add_class("open")
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter":
            self.desk.filter(event.value.casefold().split())
            self.draw(self.current)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "filter":
            event.input.set_class(bool(event.value.strip()), "open")
            self.queue.focus()

    def action_clear(self) -> None:
        """Esc: back to the whole queue, nothing selected."""
        field = self.screen_stack[0].query_one("#filter", Input)
        field.value = ""
        field.remove_class("open")
        self.desk.filter(())
        self.desk.selected.clear()
        self.hush()
        self.queue.focus()
        self.draw(self.current)

    def action_scroll(self, pages: int) -> None:
        paper = self.screen_stack[0].query_one("#paper")
        paper.scroll_relative(y=pages * max(1, paper.size.height - 2), animate=False)

    def action_help(self) -> None:
        self.push_screen(Help())

    def action_finish(self) -> None:
        """The summary; it leads to the diff and publishing, back to the queue, or out."""

        def done(choice: str | None) -> None:
            self.reread()
            if choice == "quit":
                self.exit(self.desk.tally)

        self.push_screen(Finish(self.desk), done)

    def reread(self) -> None:
        """Takes up the list as its file has it now; while it cannot be read, it stays as it was."""
        if self.session.reload is None:
            return
        try:
            document = self.session.reload()
        except TriageError as error:
            self.say(str(error), problem=True)
            return
        if document is not self.session.document:
            self.session = self.desk.session = replace(self.session, document=document)

    def say(self, text: str, problem: bool = False) -> None:
        """A short message below the queue, where it covers neither the entry nor the keys; a problem stays
        until the next decision or Esc."""
        message = self.screen_stack[0].query_one("#message", Static)
        message.update(Content.styled(one_line(text), "bold $warning" if problem else "bold"))
        message.add_class("open")
        if self._silence is not None:
            self._silence.stop()
        self._silence = None if problem else self.set_timer(_SAID_FOR, self.hush)

    def hush(self) -> None:
        """Takes the message away."""
        self.screen_stack[0].query_one("#message", Static).remove_class("open")

    def _learn_soon(self) -> None:
        if self.session.learn is None:
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_LEARN_AFTER, self._learn)

    def _learn(self) -> None:
        self._again = self._learning
        if not self._learning:
            self._learning = True
            self.draw_status()
            learn_beside(self.session, self.post_message)

    def on_learned(self, event: Learned) -> None:
        self._learning = False
        self.reread()
        if event.problem:
            self.say(event.problem, problem=True)
        waiting = [line for line in event.fresh if line.paper_id not in self.desk.done]
        if self.desk.resort(self.current, waiting):
            self.queue.show(self.desk.rows(), self.current, self.desk.done, self.desk.selected)
            self.draw_paper(stay=True)
        self.draw_status()
        if self._again:
            self._learn()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A search that fails must not end the review: every decision is kept, and the reason is shown."""
        if event.state is WorkerState.ERROR:
            self.say(f"{event.worker.name}: {type(event.worker.error).__name__}: {event.worker.error}", problem=True)


def keys_content(width: int) -> Content:
    """The keys for the footer, in as many rows of `width` cells as they need; each can be clicked."""
    rows: list[list[Content]] = [[]]
    used = 0
    for key in KEYS:
        shown = clickable(f"{key.shown} {key.label}", f"app.{key.action}").stylize("bold", 0, 1)
        if used + len(shown) > width and rows[-1]:
            rows.append([])
            used = 0
        rows[-1].append(shown)
        used += len(shown) + 2
    return Content("\n").join(Content("  ").join(row) for row in rows)


def _settle() -> None:
    """After the first paint: what is loaded by now stays. Searching all of it for garbage would be felt in every
    thirteenth key (150 ms with 5,000 drafts), and before the first paint."""
    gc.freeze()
    gc.enable()


def _graphical() -> bool:
    """Whether opening a browser leaves this terminal alone: text browsers would take it over."""
    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return False
    return str(name) not in ("w3m", "links", "elinks", "lynx", "www-browser")
