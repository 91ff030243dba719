"""The pane on the right: styled text that scrolls, drawn line by line so that another paper needs no new layout."""

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual


class PaperPane(ScrollView, can_focus=True):
    """Shows one paper's content, wrapped to its width, from the top."""

    BINDINGS: ClassVar[list[BindingType]] = [("up,k", "scroll_up", "Up"), ("down,j", "scroll_down", "Down")]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.content = Content("")
        self._strips: list[Strip] = []

    def show(self, content: Content, *, stay: bool = False) -> None:
        """Draws this instead, from its first line, or with `stay` from where it was scrolled to."""
        self.content = content
        self._wrap()
        if not stay:
            self.scroll_to(y=0, animate=False)

    def on_resize(self, event: Resize) -> None:
        self._wrap()

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        width = self.size.width
        at = y + self.scroll_offset.y
        style = self.visual_style.rich_style
        if at >= len(self._strips):
            return Strip.blank(width, style)
        return self._strips[at].crop_extend(0, width, style)

    def _wrap(self) -> None:
        width = self.size.width
        if width > 0:
            self._strips = Visual.to_strips(self, self.content, width, None, self.visual_style)
            self.virtual_size = Size(0, len(self._strips))
            self.refresh()
