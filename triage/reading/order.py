"""Lines into rows in the order they are read, in one column or two."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from triage.reading.page import Line, RawPage, Row

_SLACK = 4.0
"""Points by which a line may stick out of its column."""
_TOP = 999.0


@dataclass(frozen=True, slots=True)
class _Split:
    """A place for the gutter and the characters on either side of it and across it."""

    x: float
    left: int
    right: int
    across: int


def rows(pages: Sequence[RawPage]) -> list[Row]:
    """Every row of the document in reading order. Pages follow the gutter that most two-column pages share."""
    gutters = [split.x for page in pages if (split := _gutter(page)) and _is_two(split)]
    shared = median(gutters) if gutters and len(gutters) >= 0.3 * len(pages) else None
    found: list[Row] = []
    for page in pages:
        found.extend(_page_rows(page, _own_gutter(page, shared)))
    return found


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
        for cells in _on_one_row(column):
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
        for side in (
            [line for line in band if line.x1 <= gutter + _SLACK],
            [line for line in band if line.x1 > gutter + _SLACK],
        ):
            if side:
                columns.append(side)

    previous: Line | None = None
    for line in sorted(wide, key=lambda line: line.middle):
        between = [one for one in pending if one.middle < line.y0 - 1]
        if between or previous is None:
            flush(line.y0 - 1)
            columns.append([])
        while pending and pending[0].middle < line.y1:
            columns[-1].append(pending.pop(0))
        columns[-1].append(line)
        previous = line
    flush(float("inf"))
    return [column for column in columns if column]


def _on_one_row(lines: Sequence[Line]) -> list[list[Line]]:
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
        gap=_TOP if bottom is None else top - bottom,
        size=max((line.size for line in cells if len(line.text) > 2), default=main.size),
        font=main.font,
        bold=all(line.bold for line in cells if any(c.isalpha() for c in line.text)) and main.bold,
        italic=main.italic,
        lead=cells[0].text if len(cells) > 1 and cells[0].bold and not main.bold else cells[0].lead,
    )
