"""The keys of the review, the same on the full screen and line by line, and its two whole pages: the help, and the end
of the review with its counts, the diff and publishing."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from triage.errors import ListChanged, TriageError
from triage.models import Stage
from triage.screens import describe
from triage.screens.console import one_line, visible_lines
from triage.screens.paper import clickable
from triage.screens.review_session import ReviewSession
from triage.steps.review import counts, edits_needed


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name in Textual, how it is shown, its action, its label and its line in the help."""

    key: str
    shown: str
    action: str
    label: str
    help: str


KEYS = (
    Key("a", "a", "accept", "accept", "as shown; Enter too, unless the section is in doubt"),
    Key("r", "r", "reject", "reject", "not for this list; it is never proposed again"),
    Key("l", "l", "later", "later", "decide another time; it moves to the end of the queue"),
    Key("s", "s", "section", "section", "choose another; 1 to 9 accept into a suggested one"),
    Key("e", "e", "edit", "edit", "the entry's text, with a live preview"),
    Key("f", "f", "field", "field", "change one field; the entry is rewritten to match"),
    Key("n", "n", "note", "note", "a note to yourself, saved with the decision"),
    Key("o", "o", "open", "open", "the PDF in a browser; O opens the abstract page"),
    Key("m", "m", "similar", "similar", "papers and entries that are similar to this one"),
    Key("u", "u", "undo", "undo", "the last decision; press again for the one before"),
    Key("space", "␣", "select", "select", "several papers; the next decision applies to all"),
    Key("slash", "/", "filter", "filter", "only papers with these words in title, authors, section"),
    Key("g", "g", "jump", "jump", "to a section or a paper"),
    Key("question_mark", "?", "help", "help", "this page"),
    Key("q", "q", "finish", "finish", "counts, diff and publishing"),
)
_OTHER_KEYS = (
    ("↑ ↓ j k", "previous or next paper; Home and End: first and last"),
    ("PgUp PgDn", "scroll the paper"),
    ("Esc", "close a dialog; clear the filter and the selection"),
)
_SYMBOLS = (
    " 93 82   relevance, and how sure the section is, in percent",
    " -  no PDF was read    m  drafted by a model    =  preprint of a listed paper?",
    " ✓ ✗ …  accepted, rejected, kept for later    ◉  selected",
)
_DIFF_COLOURS = {"+": "$success", "-": "$error", "@": "$secondary"}


class Help(ModalScreen[None]):
    """Every key with what it does, and what the symbols in the queue mean."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,q,enter", "dismiss(None)", "Close")]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog tall"):
            yield Static(help_content())

    def on_click(self) -> None:
        self.dismiss(None)


class Finish(ModalScreen[str]):
    """What was decided, the diff that publishing would make, and publishing with one key. Returns "back" or "quit"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,b", "dismiss('back')", "Back"),
        ("q", "dismiss('quit')", "Quit"),
        ("d", "diff", "Diff"),
        ("p", "publish", "Publish"),
    ]

    def __init__(self, session: ReviewSession) -> None:
        super().__init__()
        self._session = session
        self._seen = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Static(summary_content(self._session), id="summary")
            yield Static(self._offer(), id="offer")
            with VerticalScroll(id="diff"):
                yield Static(id="changes")

    def action_diff(self) -> None:
        """Shows what publishing would change in the list."""
        if self._session.diff is None:
            return
        try:
            text = self._session.diff()
        except TriageError as error:
            self._say(str(error), "bold $warning")
            return
        self._seen = True
        self.query_one("#changes", Static).update(diff_content(text))
        self.query_one("#diff").focus()
        self.query_one("#offer", Static).update(self._offer())

    def action_publish(self) -> None:
        """Publishes what the diff has shown; shows the diff first."""
        if self._session.publish is None or not self._seen:
            self.action_diff()
            return
        try:
            said = self._session.publish()
        except TriageError as error:
            self._seen = self._seen and not isinstance(error, ListChanged)
            self._say(str(error), "bold $warning")
        else:
            self._seen = False
            self._say(said, "bold $success")
            self.query_one("#summary", Static).update(summary_content(self._session))
        self.query_one("#offer", Static).update(self._offer())

    def _say(self, text: str, style: str) -> None:
        self.query_one("#changes", Static).update(Content.styled(one_line(text), style))

    def _offer(self) -> Content:
        parts = []
        accepted = counts(self._session.store).stored[Stage.ACCEPTED]
        if accepted and self._session.diff is not None:
            label = f" p  publish {accepted} " if self._seen else " p  show the diff, then publish "
            parts.append(clickable(label, "screen.publish").stylize("reverse"))
        parts.append(clickable(" b  back to the queue ", "screen.dismiss('back')").stylize("reverse"))
        parts.append(clickable(" q  quit ", "screen.dismiss('quit')").stylize("reverse"))
        return Content("  ").join(parts)


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


def help_content() -> Content:
    """The keys and symbols as text."""
    lines = [Content.styled("Keys", "bold")]
    lines += [Content.assemble((f" {key.shown}  ", "bold"), f"{key.label:<8}", key.help) for key in KEYS]
    lines += [Content.assemble((f" {keys}  ", "bold"), what) for keys, what in _OTHER_KEYS]
    lines += [Content(""), Content.styled("The queue", "bold"), *map(Content, _SYMBOLS)]
    return Content("\n").join(lines)


def summary_content(session: ReviewSession) -> Content:
    """What was decided in this review and in all, as text."""
    counted, undone = counts(session.store), session.tally.undone
    lines = [Content.styled("This review   in all", "bold")]
    rows = [(counted.decided[stage], counted.stored[stage], said) for stage, said in describe.COUNTED.items()]
    rows.append((session.waiting(), counted.stored[Stage.DRAFTED], "still waiting"))
    lines += [Content(f"{here:11,}  {stored:7,}  {said}") for here, stored, said in rows]
    if undone:
        lines.append(Content(f"{undone:11,}  {'':7}  undone"))
    needed = edits_needed(session.store)
    if needed.accepted:
        unchanged = f"{needed.unchanged} of {needed.accepted} accepted as drafted so far"
        lines.append(Content(f"  {unchanged}; mean edit distance {needed.distance:.3f}"))
    return Content("\n").join([*lines, Content("")])


def diff_content(text: str) -> Content:
    """A unified diff as styled text; without one, says that nothing would change."""
    if not text.strip():
        return Content("Publishing would change nothing.")
    return Content("\n").join(Content.styled(line, _DIFF_COLOURS.get(line[:1], "")) for line in visible_lines(text))
