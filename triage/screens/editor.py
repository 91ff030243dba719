"""The entry's text, edited with a live view of how it will stand; what would break the list is refused."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Static, TextArea

from triage.screens.escaping import from_editor, to_editor

_PAUSE = 0.25


class EntryEditor(ModalScreen[str | None]):
    """A multi-line editor. `preview` draws the text between its neighbours, `refuse` says why it cannot stand there
    (None if it can). Gives back the new text, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+s", "keep", "Keep"),
        ("f2", "keep", "Keep"),
        ("escape", "dismiss(None)", "Cancel"),
    ]

    def __init__(self, entry: str, preview: Callable[[str], Content], refuse: Callable[[str], str | None]) -> None:
        super().__init__()
        self._entry = entry
        self._preview = preview
        self._refuse = refuse
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Static(Content.assemble(("Edit the entry", "bold"), ("   Ctrl+S or F2 keeps it, Esc cancels", "dim")))
            yield TextArea(to_editor(self._entry), id="entry", compact=True, highlight_cursor_line=False)
            yield Static(id="verdict")
            with VerticalScroll(id="preview"):
                yield Static(id="standing")

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()
        self._look()

    def on_text_area_changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._look)

    def action_keep(self) -> None:
        """Gives the text back if it may stand in the list."""
        if self._look():
            self.dismiss(self._typed())

    def _typed(self) -> str:
        return from_editor(self.query_one(TextArea).text)

    def _look(self) -> bool:
        reason = self._refuse(self._typed())
        said = ("✓ stands as one entry", "$success") if reason is None else (f"✗ refused: {reason}", "bold $warning")
        self.query_one("#verdict", Static).update(Content.styled(*said))
        self.query_one("#standing", Static).update(self._preview(self._typed()))
        return reason is None
