"""The keys of the review, the same on the full screen and line by line.

Whole pages over the review: the keys, and the end of the review with its diff and publishing.
"""

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
from triage.screens.review_session import Desk
from triage.steps.review import counts, edits_needed


@dataclass(frozen=True, slots=True)
class Key:
    """One key: what it is called for Textual, how it is shown, the action, its label and what the help says."""

    key: str
    shown: str
    action: str
    label: str
    help: str


KEYS = (
    Key("a", "a", "accept", "accept", "as shown; Enter does it too where the section is sure"),
    Key("r", "r", "reject", "reject", "not for this list, and never asked again"),
    Key("l", "l", "later", "later", "another day; it waits at the end of the queue"),
    Key("s", "s", "section", "section", "another section; 1 to 9 accept into a suggested one"),
    Key("e", "e", "edit", "edit", "the entry's text, with a live preview"),
    Key("f", "f", "field", "field", "one field of it; the entry is written anew"),
    Key("n", "n", "note", "note", "a note to yourself, kept with the decision"),
    Key("o", "o", "open", "open", "the PDF in a browser; O the abstract page"),
    Key("m", "m", "similar", "similar", "papers and entries that resemble this one"),
    Key("u", "u", "undo", "undo", "takes back the last decision, again the one before, …"),
    Key("space", "␣", "select", "select", "the next decision goes to all selected papers"),
    Key("slash", "/", "filter", "filter", "only papers with these words in title, authors, section"),
    Key("g", "g", "jump", "jump", "go to a section or a paper"),
    Key("question_mark", "?", "help", "help", "this page"),
    Key("q", "q", "finish", "finish", "the summary, and publishing"),
)


_DIFF = {"+": "$success", "-": "$error", "@": "$secondary"}


class Help(ModalScreen[None]):
    """Every key with what it does, and what the signs in the queue mean."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape,question_mark,q,enter", "dismiss(None)", "Close")]

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog tall"):
            yield Static(help_content())

    def on_click(self) -> None:
        self.dismiss(None)


class Finish(ModalScreen[str]):
    """What was decided, the diff that publishing would make, and publishing on one key. Gives back "back" or "quit"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,b", "dismiss('back')", "Back"),
        ("q", "dismiss('quit')", "Quit"),
        ("d", "diff", "Diff"),
        ("p", "publish", "Publish"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._seen = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Static(summary_content(self._desk), id="summary")
            yield Static(self._offer(), id="offer")
            with VerticalScroll(id="diff"):
                yield Static(id="changes")

    def action_diff(self) -> None:
        """Shows what publishing would change in the list."""
        if self._desk.session.diff is None:
            return
        try:
            text = self._desk.session.diff()
        except TriageError as error:
            self._say(str(error), "bold $warning")
            return
        self._seen = True
        self.query_one("#changes", Static).update(diff_content(text))
        self.query_one("#diff").focus()
        self.query_one("#offer", Static).update(self._offer())

    def action_publish(self) -> None:
        """Publishes what the diff has shown; the first time only shows it."""
        if self._desk.session.publish is None or not self._seen:
            self.action_diff()
            return
        try:
            said = self._desk.session.publish()
        except ListChanged as error:
            self._seen = False
            self._say(str(error), "bold $warning")
        except TriageError as error:
            self._say(str(error), "bold $warning")
        else:
            self._seen = False
            self._say(said, "bold $success")
            self.query_one("#summary", Static).update(summary_content(self._desk))
        self.query_one("#offer", Static).update(self._offer())

    def _say(self, text: str, style: str) -> None:
        self.query_one("#changes", Static).update(Content.styled(one_line(text), style))

    def _offer(self) -> Content:
        parts = []
        accepted = counts(self._desk.session.store).stored[Stage.ACCEPTED]
        if accepted and self._desk.session.diff is not None:
            label = f" p  publish {accepted} " if self._seen else " p  show the diff, then publish "
            parts.append(clickable(label, "screen.publish").stylize("reverse"))
        parts.append(clickable(" b  back to the queue ", "screen.dismiss('back')").stylize("reverse"))
        parts.append(clickable(" q  quit ", "screen.dismiss('quit')").stylize("reverse"))
        return Content("  ").join(parts)


def help_content() -> Content:
    """The keys and signs as text."""
    lines = [Content.styled("Keys", "bold")]
    lines += [Content.assemble((f" {key.shown}  ", "bold"), (f"{key.label:<8}", ""), key.help) for key in KEYS]
    for keys, what in (
        ("↑ ↓ j k", "the paper above or below; Home and End go to the first and last"),
        ("PgUp PgDn", "scroll the paper's pane"),
        ("Esc", "closes a dialog, clears the filter and the selection"),
    ):
        lines.append(Content.assemble((f" {keys}  ", "bold"), what))
    lines += [Content(""), Content.styled("The queue", "bold")]
    lines += [
        Content(" 93 82   relevance and how sure the section is, in percent"),
        Content(" -  no PDF was read    m  drafted by a model    =  preprint of a listed paper?"),
        Content(" ✓ ✗ …  accepted, rejected, kept for later    ◉  selected"),
    ]
    return Content("\n").join(lines)


def summary_content(desk: Desk) -> Content:
    """What this review brought, as text."""
    counted, undone = counts(desk.session.store), desk.tally.undone
    lines = [Content.styled("This review   in all", "bold")]
    rows = [(counted.decided[stage], counted.stored[stage], said) for stage, said in describe.COUNTED.items()]
    rows.append((desk.waiting(), counted.stored[Stage.DRAFTED], "still waiting"))
    lines += [Content(f"{here:11,}  {stored:7,}  {said}") for here, stored, said in rows]
    if undone:
        lines.append(Content(f"{undone:11,}  {'':7}  taken back"))
    needed = edits_needed(desk.session.store)
    if needed.accepted:
        lines.append(
            Content(
                f"  Edits needed so far: {needed.unchanged} of {needed.accepted} accepted entries stand as drafted, "
                f"mean edit distance {needed.distance:.3f}"
            )
        )
    return Content("\n").join([*lines, Content("")])


def diff_content(text: str) -> Content:
    """A unified diff as styled text; without one, says that nothing would change."""
    if not text.strip():
        return Content("Publishing would change nothing.")
    return Content("\n").join(Content.styled(line, _DIFF.get(line[:1], "")) for line in visible_lines(text))
