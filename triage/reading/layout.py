"""What the PDF library sees on a page, as plain values, and the rows of text in reading order that it becomes, in one
column or two, without running headers and footers, page and line numbers and notices."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from statistics import median

_SLACK = 4.0
"""Points by which a line may stick out of its column."""
TOP = 999.0
"""The gap above the first row of a column."""
_EDGE = 0.09
"""Share of the page's height at top and bottom in which headers and footers stand."""
_LARGE = 2.5
"""Type so much larger than most text is a title, even where headers stand."""
_LINE_NUMBERS = 6
"""So many numbers in one margin are line numbers."""
_TABLE = 500
"""More numbers than this on a page are a table."""
_NUMBER = re.compile(r"^\d{1,4}$")
_PAGE_NUMBER = re.compile(
    r"^(?:page\s*+)?(?:[-–—]\s*+)?(?:\d{1,4}|[ivxl]{1,6})\s*+(?:(?:of|/)\s*+\d{1,4}\s*+)?[-–—]?$", re.I
)
_NOTICE = re.compile(
    r"^(?:arXiv:\S+\s*+(?:v\d++\s*+)?\[|©|\(c\)\s|copyright\b|preprint\b|under review\b|published as a|"
    r"accepted (?:at|to|by)|proceedings of\b|permission to make|\d{4} IEEE|ISSN|ISBN|https?://doi\.org/|doi:)",
    re.I,
)
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of horizontal text. Coordinates are points from the top left; `size` is the largest font size in it,
    `font` the font of most of its letters; `bold` whether most letters are. `lead` is its bold or italic beginning, if
    the rest is not; `parts` are its texts between raised signs, such as names between numbers of affiliations."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    lead: str = ""
    parts: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        """Half its height down."""
        return (self.y0 + self.y1) / 2

    @property
    def middle_x(self) -> float:
        """Half its width to the right."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page (1-based number): its size in points and its lines in the order of the file. `sideways` are the texts
    that run up or down it, such as arXiv's stamp."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    sideways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of the PDF's outline: level (1 is outermost), title and page."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a link to a bibliography item leads: page and the point (from the top left)."""

    name: str
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A PDF as its library sees it. `title`, `author` and `subject` are what it says of itself, `made` the day it was
    made."""

    pages: tuple[RawPage, ...]
    outline: tuple[OutlineEntry, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    links: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    subject: str | None = None
    made: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on one line of one column. `left` and `right` are the column's edges; `gap` is the blank above it in
    points, TOP at the top of a column; `column` counts a page's columns and bands in reading order."""

    text: str
    page: int
    column: int
    x0: float
    y0: float
    x1: float
    y1: float
    left: float
    right: float
    gap: float
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    lead: str = ""


def in_reading_order(pages: Sequence[RawPage]) -> list[Row]:
    """Every row of the document in reading order. Pages follow the gutter that most two-column pages share."""
    return [row for page, gutter in zip(pages, gutters(pages), strict=True) for row in _page_rows(page, gutter)]


def gutters(pages: Sequence[RawPage]) -> list[float | None]:
    """Where each page's two columns part, in points from the left; None for a page of one column."""
    own = [split.x for page in pages if (split := _gutter(page)) and _is_two(split)]
    shared = median(own) if own and len(own) >= 0.3 * len(pages) else None
    return [_own_gutter(page, shared) for page in pages]


def without_margins(pages: Sequence[RawPage]) -> list[RawPage]:
    """The pages without line numbers, running headers and footers, page numbers and notices at the edge."""
    numbered = [replace(page, lines=_without_line_numbers(page)) for page in pages]
    repeated = _repeated(numbered)
    body = usual_size(line for page in numbered for line in page.lines)
    return [replace(page, lines=tuple(_kept(page, repeated, body))) for page in numbered]


@dataclass(frozen=True, slots=True)
class _Split:
    """A place for the gutter and the characters on either side of it and across it."""

    x: float
    left: int
    right: int
    across: int


def usual_size(lines: Iterable[Line | Row], step: float = 0.5) -> float:
    """The size of type that most text is set in, in points, rounded to `step`; 10 if there is no text."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size / step) * step] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _own_gutter(page: RawPage, shared: float | None) -> float | None:
    own = _gutter(page)
    if own and _is_two(own):
        return own.x if shared is None or abs(own.x - shared) > 20 else shared
    if shared is not None:
        split = _split_at(page, shared)
        if split.left > 150 and split.right > 150:
            return shared
    return None


def _gutter(page: RawPage) -> _Split | None:
    """The place near the middle that fewest characters cross, in the middle of the widest such stretch."""
    start, stop = int(page.width * 0.38), int(page.width * 0.62)
    splits = [_split_at(page, float(x)) for x in range(start, stop, 2)]
    if not splits:
        return None
    fewest = min(split.across for split in splits)
    runs: list[list[_Split]] = [[]]
    for split in splits:
        if split.across <= fewest * 1.05 + 10:
            runs[-1].append(split)
        elif runs[-1]:
            runs.append([])
    widest = max(runs, key=len)
    return widest[len(widest) // 2]


def _split_at(page: RawPage, x: float) -> _Split:
    left = right = across = 0
    for line in page.lines:
        if line.x1 <= x + _SLACK:
            left += len(line.text)
        elif line.x0 >= x - _SLACK:
            right += len(line.text)
        else:
            across += len(line.text)
    return _Split(x, left, right, across)


def _is_two(split: _Split) -> bool:
    total = split.left + split.right + split.across
    return total > 0 and split.across < 0.4 * total and min(split.left, split.right) > 0.15 * total


def _page_rows(page: RawPage, gutter: float | None) -> list[Row]:
    found: list[Row] = []
    for number, column in enumerate(_columns(page.lines, gutter)):
        left, right = min(line.x0 for line in column), max(line.x1 for line in column)
        bottom: float | None = None
        for cells in on_one_row(column):
            row = _row(cells, page.number, number, left, right, bottom)
            found.append(row)
            bottom = max(row.y1, bottom or 0.0)
    return found


def _columns(lines: Sequence[Line], gutter: float | None) -> list[list[Line]]:
    """The lines of each column in reading order: bands between lines that cross the gutter, left before right."""
    if gutter is None:
        return [list(lines)] if lines else []
    wide = [line for line in lines if line.x0 < gutter - _SLACK and line.x1 > gutter + _SLACK]
    crossing = {id(line) for line in wide}
    pending = sorted((line for line in lines if id(line) not in crossing), key=lambda line: line.middle)
    columns: list[list[Line]] = []

    def flush(until: float) -> None:
        band = []
        while pending and pending[0].middle < until:
            band.append(pending.pop(0))
        columns.append([line for line in band if line.x1 <= gutter + _SLACK])
        columns.append([line for line in band if line.x1 > gutter + _SLACK])

    for line in sorted(wide, key=lambda line: line.middle):
        if not columns or any(one.middle < line.y0 - 1 for one in pending):
            flush(line.y0 - 1)
            columns.append([])
        while pending and pending[0].middle < line.y1:
            columns[-1].append(pending.pop(0))
        columns[-1].append(line)
    flush(float("inf"))
    return [column for column in columns if column]


def on_one_row(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines whose heights overlap by half share a row; within it they stand from left to right."""
    grouped: list[list[Line]] = []
    top = bottom = 0.0
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        overlap = min(bottom, line.y1) - max(top, line.y0)
        beside = grouped and all(line.x0 >= other.x1 - 2 or line.x1 <= other.x0 + 2 for other in grouped[-1])
        if beside and overlap > 0.5 * min(line.y1 - line.y0, bottom - top):
            grouped[-1].append(line)
            top, bottom = min(top, line.y0), max(bottom, line.y1)
        else:
            grouped.append([line])
            top, bottom = line.y0, line.y1
    return [sorted(group, key=lambda line: line.x0) for group in grouped]


def _row(cells: Sequence[Line], page: int, column: int, left: float, right: float, bottom: float | None) -> Row:
    main = max(cells, key=lambda line: len(line.text))
    top = min(line.y0 for line in cells)
    return Row(
        text=" ".join(line.text for line in cells),
        page=page,
        column=column,
        x0=cells[0].x0,
        y0=top,
        x1=max(line.x1 for line in cells),
        y1=max(line.y1 for line in cells),
        left=left,
        right=right,
        gap=TOP if bottom is None else top - bottom,
        size=max((line.size for line in cells if len(line.text) > 2), default=main.size),
        font=main.font,
        bold=all(line.bold for line in cells if any(c.isalpha() for c in line.text)) and main.bold,
        italic=main.italic,
        lead=cells[0].text if len(cells) > 1 and cells[0].bold and not main.bold else cells[0].lead,
    )


def _kept(page: RawPage, repeated: set[str], body: float) -> list[Line]:
    middles = [line.middle for line in page.lines]

    def belongs(line: Line) -> bool:
        if not _at_edge(page, line) or line.size > body + _LARGE:
            return True
        return not (
            _shape(line.text) in repeated
            or _PAGE_NUMBER.match(line.text)
            or (line.size <= body + 0.1 and _NOTICE.match(line.text))
            or (line.size < body - 0.9 and _is_apart(line, middles))
        )

    return [line for line in page.lines if belongs(line)]


def _without_line_numbers(page: RawPage) -> tuple[Line, ...]:
    """Drops columns of rising numbers beside the text, whether they stand alone or begin or end a line."""
    alone = [line for line in page.lines if _NUMBER.match(line.text)]
    drop: set[int] = set()
    for line in alone if len(alone) <= _TABLE else ():
        mates = [m for m in alone if abs(m.x1 - line.x1) < 3 or abs(m.x0 - line.x0) < 3]
        if len(mates) >= _LINE_NUMBERS and _rises(mates) and _is_beside(page, line, mates):
            drop.add(id(line))
    return tuple(line for line in page.lines if id(line) not in drop)


def _rises(lines: Sequence[Line]) -> bool:
    numbers = [int(line.text) for line in sorted(lines, key=lambda line: line.y0)]
    steps = [later - earlier for earlier, later in pairwise(numbers)]
    return sum(step in (1, 5, 10) for step in steps) >= 0.8 * len(steps)


def _is_beside(page: RawPage, line: Line, mates: Sequence[Line]) -> bool:
    """Whether hardly any other text shares the strip that these numbers stand in."""
    left, right = min(m.x0 for m in mates), max(m.x1 for m in mates)
    own = {id(mate) for mate in mates}
    inside = sum(other.x0 < right and other.x1 > left for other in page.lines if id(other) not in own)
    return inside <= 0.25 * len(mates)


def _repeated(pages: Sequence[RawPage]) -> set[str]:
    """Shapes (digits blurred) of lines at the edge of at least three pages, or of a quarter of them."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line.text) for line in page.lines if _at_edge(page, line)})
    needed = max(2, min(3, len(pages) // 3)) if len(pages) < 12 else 3
    return {shape for shape, count in seen.items() if count >= needed}


def _at_edge(page: RawPage, line: Line) -> bool:
    return line.middle < page.height * _EDGE or line.middle > page.height * (1 - _EDGE)


def _is_apart(line: Line, middles: Sequence[float]) -> bool:
    """Whether there is more than a line's blank between this line and the text."""
    others = [abs(middle - line.middle) for middle in middles if abs(middle - line.middle) > line.size * 0.5]
    return not others or min(others) > line.size * 2.2


def _shape(text: str) -> str:
    return _DIGITS.sub("#", text).casefold().strip()
