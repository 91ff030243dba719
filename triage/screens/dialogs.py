"""The review's dialogs: choose one of many by typing a few letters, type one line, or edit the entry's text with a live
preview. None of them knows of papers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from triage.screens.console import from_editor, one_line, to_editor

_MOST = 200
"""How many items a picker shows."""
_PAUSE = 0.25
"""Seconds without typing before the preview is drawn."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to choose: the key that is returned, the label that is shown, and a hint next to it."""

    key: str
    label: str
    hint: str = ""


def ranked(query: str, items: Sequence[Item]) -> list[Item]:
    """The items that match the query, best first: all its words are in the label or hint (starts of words before other
    matches, labels before hints), or its letters are in the label in this order. An empty query keeps the order."""
    words = query.casefold().split()
    if not words:
        return list(items)
    scored = [(_score(words, item), number) for number, item in enumerate(items)]
    return [items[number] for score, number in sorted((-score, number) for score, number in scored if score > 0)]


class Picker(ModalScreen[str | None]):
    """A list that narrows as one types. Returns the chosen item's key, or None.

    `make` may turn what was typed into an item of its own, such as a new section."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Cancel")]

    def __init__(
        self, title: str, items: Sequence[Item], hint: str = "", make: Callable[[str], Item | None] | None = None
    ) -> None:
        super().__init__()
        self._title = title
        self._items = items
        self._hint = hint
        self._make = make

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog tall"):
            yield Static(Content.styled(one_line(self._title), "bold"))
            yield Input(placeholder=self._hint or "type a few letters; Enter chooses, Esc cancels", id="query")
            yield OptionList(id="choices", markup=False)

    def on_mount(self) -> None:
        self._fill("")
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        choices = self.query_one(OptionList)
        if choices.highlighted is not None:
            self.dismiss(choices.get_option_at_index(choices.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def on_key(self, event: Key) -> None:
        moves = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
        if event.key in moves:
            getattr(self.query_one(OptionList), f"action_{moves[event.key]}")()
            event.stop()

    def _fill(self, query: str) -> None:
        items = ranked(query, self._items)[:_MOST]
        made = self._make(query) if self._make else None
        choices = self.query_one(OptionList)
        choices.clear_options()
        for item in [*items, *([made] if made else [])]:
            text = Content(item.label)
            if item.hint:
                text = text.append_text(f"  {item.hint}", "dim")
            choices.add_option(Option(text, id=item.key))
        choices.highlighted = 0 if choices.option_count else None


class Prompt(ModalScreen[str | None]):
    """One line of text. Returns what was typed (it may be empty), or None. `check` returns why a text is refused."""

    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss(None)", "Cancel")]

    def __init__(self, title: str, value: str = "", hint: str = "", check: Callable[[str], str | None] | None = None):
        super().__init__()
        self._title = title
        self._value = value
        self._hint = hint
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content.styled(one_line(self._title), "bold"))
            yield Input(to_editor(self._value), placeholder=self._hint)
            yield Static(Content.styled("Enter saves, Esc cancels", "dim"), id="refusal")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        value = from_editor(event.value)
        reason = self._check(value) if self._check else None
        if reason is None:
            self.dismiss(value)
        else:
            self.query_one("#refusal", Static).update(Content.styled(one_line(reason), "bold $warning"))


class EntryEditor(ModalScreen[str | None]):
    """A multi-line editor. `preview` draws the text between its neighbours; `refuse` returns why the list cannot take
    it (None if it can). Returns the new text, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("ctrl+s,f2", "save", "Save"),
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
            yield Static(Content.assemble(("Edit the entry", "bold"), ("   Ctrl+S or F2 saves, Esc cancels", "dim")))
            yield TextArea(to_editor(self._entry), id="entry", compact=True, highlight_cursor_line=False)
            yield Static(id="verdict")
            with VerticalScroll(id="preview"):
                yield Static(id="rendered")

    def on_mount(self) -> None:
        self.query_one(TextArea).focus()
        self._check_text()

    def on_text_area_changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._check_text)

    def action_save(self) -> None:
        """Returns the text if the list can take it."""
        if self._check_text():
            self.dismiss(self._typed())

    def _typed(self) -> str:
        return from_editor(self.query_one(TextArea).text)

    def _check_text(self) -> bool:
        reason = self._refuse(self._typed())
        said = ("✓ can be added as it is", "$success") if reason is None else (f"✗ refused: {reason}", "bold $warning")
        self.query_one("#verdict", Static).update(Content.styled(*said))
        self.query_one("#rendered", Static).update(self._preview(self._typed()))
        return reason is None


def _score(words: Sequence[str], item: Item) -> float:
    label, hint = item.label.casefold(), item.hint.casefold()
    if all(word in label or word in hint for word in words):
        starts = sum(f" {word}" in f" {label}" for word in words)
        inside = sum(word in label for word in words)
        return 2 + starts + inside / 2 + 1 / (1 + len(label))
    at = -1
    for letter in "".join(words):
        at = label.find(letter, at + 1)
        if at < 0:
            return 0
    return 1 / (1 + at)
