"""Small dialogs over the review: choose one of many by typing a few letters, or type one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from triage.screens.escaping import from_editor, to_editor
from triage.screens.text import one_line

_MOST = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to choose: what is given back, what is shown, and what is shown beside it."""

    key: str
    label: str
    hint: str = ""


def ranked(query: str, items: Sequence[Item]) -> list[Item]:
    """The items that fit the query, best first: all its words stand in the label or hint (begun words before inner
    ones, labels before hints); else its letters stand in the label in this order. An empty query keeps the order."""
    words = query.casefold().split()
    if not words:
        return list(items)
    scored = [(_score(words, item), number) for number, item in enumerate(items)]
    return [items[number] for score, number in sorted((-score, number) for score, number in scored if score > 0)]


class Picker(ModalScreen[str | None]):
    """A list that narrows while one types. Gives back the chosen item's key, or None.

    `make` turns what was typed into an item of its own (a new section, say), or None."""

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
            yield Input(placeholder=self._hint or "type a few letters, Enter chooses, Esc cancels", id="query")
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
    """One line of text. Gives back what was typed (it may be empty), or None. `check` says why a text is refused."""

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
            yield Static(Content.styled("Enter keeps it, Esc cancels", "dim"), id="refusal")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        value = from_editor(event.value)
        reason = self._check(value) if self._check else None
        if reason is None:
            self.dismiss(value)
        else:
            self.query_one("#refusal", Static).update(Content.styled(one_line(reason), "bold $warning"))


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
