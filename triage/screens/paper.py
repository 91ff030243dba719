"""The pane on the right: what the paper is, how its entry would stand in the list, and why there; as styled text, and
the widget that scrolls it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.events import Resize
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from triage.models import Record, SectionPath, UnsavedEdit, Verdict
from triage.screens import describe
from triage.screens.console import one_line, visible_lines
from triage.screens.review_session import ReviewSession
from triage.steps.review import doubtful, edited_entry, edited_section, facts_of, preview

HEAD, QUIET, STRONG, WARN, ADDED, KEY = "bold $secondary", "dim", "bold", "bold $warning", "$success", "bold reverse"


class PaperPane(ScrollView, can_focus=True):
    """Shows one paper's content, wrapped to its width and drawn line by line: another paper needs no new layout."""

    BINDINGS: ClassVar[list[BindingType]] = [("up,k", "scroll_up", "Up"), ("down,j", "scroll_down", "Down")]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.content = Content("")
        self._strips: list[Strip] = []

    def show(self, content: Content, *, stay: bool = False) -> None:
        """Draws this content from its first line, or with `stay` from where the pane was scrolled to."""
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


def paper_content(session: ReviewSession, record: Record, decided: Verdict | None = None) -> Content:
    """The whole pane for one paper. `decided` is what was decided in this review already."""
    edit = session.store.unsaved_edits.of(record.paper.id)
    section = edited_section(record, edit)
    lines: list[Content] = [Content.styled(one_line(record.paper.title), STRONG)]
    lines += _about(record)
    if decided:
        lines.append(Content.styled(describe.decided_line(decided), WARN))
    lines += [Content(""), *_where(record, edit, section)]
    lines += entry_lines(session, record, edit)
    if edit.note:
        lines.append(Content.assemble(("Your note  ", HEAD), one_line(edit.note)))
    lines += [Content(""), *_why(record), *_abstract(record)]
    return Content("\n").join(lines)


def entry_lines(session: ReviewSession, record: Record, edit: UnsavedEdit) -> list[Content]:
    """The entry as it would stand in the list, one Content per line, between the lines above and below it."""
    section, entry = edited_section(record, edit), edited_entry(record, edit, session.house)
    if entry is None:
        return [Content.styled(f"no draft yet: `triage draft {record.paper.id}` makes one", WARN)]
    if not entry.strip():
        return []
    stands = preview(session.document, session.house, section, entry, facts_of(record))
    lines = [Content.styled(f"  {text}", QUIET) for text in _filled_lines(stands.above)[-2:]]
    lines += [Content.styled(f"+ {text}", ADDED) for text in visible_lines(stands.entry.strip("\r\n"))]
    lines += [Content.styled(f"  {text}", QUIET) for text in _filled_lines(stands.below)[:2]]
    return lines


def clickable(text: str, action: str) -> Content:
    """Text that runs an action of the application when it is clicked."""
    return Content.styled(text, Style.from_meta({"@click": action}))


def _filled_lines(text: str) -> Sequence[str]:
    return [line for line in visible_lines(text.strip("\r\n")) if line.strip()]


def _about(record: Record) -> Iterator[Content]:
    names = describe.authors(record.paper.authors)
    if names:
        yield Content(names)
    found = describe.links(record)
    opened = Content("  ").join(clickable(name, f"app.visit('{name}')").stylize("underline") for name in found)
    yield Content.assemble((describe.venue(record), QUIET), ("  " if found else ""), opened)
    remarks = describe.remarks(record)
    if remarks:
        yield Content.styled("! " + " · ".join(remarks), WARN)
    summary = record.draft.facts.summary if record.draft else None
    if summary:
        yield Content(one_line(summary))


def _where(record: Record, edit: UnsavedEdit, section: SectionPath) -> Iterator[Content]:
    line = Content.assemble(("Goes to  ", HEAD), (describe.section_line(record, section), STRONG))
    if edit.new_section:
        line = line.append_text("  new section", WARN)
    elif edit.section is None and doubtful(section, record):
        line = line.append_text("  in doubt: a accepts, Enter does not", WARN)
    yield line
    others = describe.runners_up(record, section)
    if others:
        parts = [
            clickable(f"{(key := describe.key_hint(number))} {text}", f"app.take({number})").stylize(KEY, 0, len(key))
            for number, text in others
        ]
        yield Content.assemble(("or  ", QUIET), Content(" · ").join(parts))
    start = describe.new_section_line(record)
    if start:
        yield Content.assemble(("or  ", QUIET), (start, WARN))


def _why(record: Record) -> Iterator[Content]:
    found = describe.evidence(record)
    if found:
        yield Content.styled("Why", HEAD)
    for line in found:
        yield Content(f"  {line}")


def _abstract(record: Record) -> Iterator[Content]:
    text = one_line(record.paper.abstract)
    if not text:
        return
    content = Content(text)
    for start, end in describe.weighed(text, record.judgement.words if record.judgement else ()):
        content = content.stylize("bold underline", start, end)
    yield Content("")
    yield Content.styled("Abstract", HEAD)
    yield content
