"""The pane on the left: the queue, one row per paper under its section. Only visible rows are drawn, so thousands cost
nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from triage.collection.waiting import Line
from triage.models import Stage, Verdict
from triage.screens.console import one_line
from triage.screens.describe import MARKS, section_name
from triage.screens.review_session import Row


class QueueList(ScrollView, can_focus=True):
    """Rows of sections and papers, with a cursor that only stops at papers."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("up,k", "move(-1)", "Up"),
        ("down,j", "move(1)", "Down"),
        ("home", "end(-1)", "First"),
        ("end", "end(1)", "Last"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"queue--heading", "queue--paper", "queue--done", "queue--cursor"}

    class Moved(Message):
        """The cursor moved to another paper."""

        def __init__(self, paper_id: str | None) -> None:
            super().__init__()
            self.paper_id = paper_id

    def __init__(self, has_twin: Callable[[Line], bool], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: Sequence[Row] = ()
        self._places: dict[str, int] = {}
        self._done: Mapping[str, Verdict] = {}
        self._selected: set[str] = set()
        self._has_twin = has_twin
        self.cursor: str | None = None

    def show(self, rows: Sequence[Row], cursor: str | None, done: Mapping[str, Verdict], selected: set[str]) -> None:
        """Draws these rows with the cursor on this paper, or on the first one if this one is not shown."""
        if rows is not self._rows:
            self._places = {row.line.paper_id: at for at, row in enumerate(rows) if row.line is not None}
        self._rows, self._done, self._selected = rows, done, selected
        if cursor not in self._places:
            cursor = next(iter(self._places), None)
        self.virtual_size = Size(0, len(rows))
        self.cursor = cursor
        self._follow()
        self.refresh()

    def point_at(self, paper_id: str) -> None:
        """Moves the cursor to this paper and posts `Moved`; does nothing if the paper is not shown."""
        if paper_id != self.cursor and paper_id in self._places:
            self.cursor = paper_id
            self._follow()
            self.refresh()
            self.post_message(self.Moved(paper_id))

    def action_move(self, step: int) -> None:
        """One paper up or down."""
        at = self._places.get(self.cursor or "", -1) + step
        while 0 <= at < len(self._rows):
            line = self._rows[at].line
            if line is not None:
                self.point_at(line.paper_id)
                return
            at += step

    def action_end(self, side: int) -> None:
        """The first paper or the last."""
        ids = list(self._places)
        if ids:
            self.point_at(ids[-1] if side > 0 else ids[0])

    def on_click(self, event: Click) -> None:
        at = int(event.y + self.scroll_offset.y)
        line = self._rows[at].line if 0 <= at < len(self._rows) else None
        if line is not None:
            self.point_at(line.paper_id)

    def on_resize(self, event: Resize) -> None:
        self._follow()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        width = self.size.width
        at = y + self.scroll_offset.y
        if at >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[at]
        if row.line is None:
            text = f"{section_name(row.section)}  {row.waiting or 'done'}"
            return _strip(_cut_left(text, width), width, self.get_component_rich_style("queue--heading"))
        kind = "queue--done" if row.line.paper_id in self._done else "queue--paper"
        style = self.get_component_rich_style(kind)
        if row.line.paper_id == self.cursor:
            style = self.get_component_rich_style("queue--cursor")
        return _strip(self._paper(row), width, style)

    def _paper(self, row: Row) -> str:
        line = row.line
        if line is None:
            return ""
        chosen = "◉" if line.paper_id in self._selected else " "
        decided = self._done.get(line.paper_id)
        mark = MARKS[decided] if decided else "…" if line.stage is Stage.LATER else " "
        flags = ("-" if line.source != "pdf" else " ") + ("m" if line.by not in (None, "rules") else " ")
        flags += "=" if self._has_twin(line) else " "
        return f"{chosen}{mark}{_two(line.relevance)} {_two(line.confidence)} {flags} {one_line(line.title)}"

    def _follow(self) -> None:
        at = self._places.get(self.cursor or "")
        if at is None:
            return
        above = 1 if at > 0 and self._rows[at - 1].line is None else 0
        self.scroll_to_region(Region(0, at - above, 1, 1 + above), animate=False, force=True, x_axis=False)


def _two(share: float) -> str:
    return f"{min(max(round(share * 100), 0), 99):2d}"


def _strip(text: str, width: int, style: Style) -> Strip:
    return Strip([Segment(set_cell_size(text, width), style)], width)


def _cut_left(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) >= width:
        text = text[1:]
    return "…" + text
