"""Tables of numbers by their captions. Their cells are found by where words stand, since most tables have no lines
between their columns.

A cell is what stands on the page, to the sign. What cannot be told for certain is left out: a header that spans columns
nobody can tell has no text, and what is no grid of numbers is no table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from triage.models import Table
from triage.reading.layout import Line, RawPage, gutters, on_one_row

_CAPTION = re.compile(
    r"^(?:table|tab\.)\s*(?P<number>[A-Z]{0,3}\.?\d{0,2}(?:\.\d{1,2})?)\s?(?P<mark>[.:|–—])\s*(?P<text>.*)$", re.I
)
_NUMBER = re.compile(r"[<>≤≥~≈+±−–-]?\s?(?:\d|\.\d)[\d.,]{0,14}+(?![-–]?[^\W\d_]{2})")
_NOTHING = re.compile(r"(?:[-–—−✗✓×]|n/?a|none)$", re.I)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_AWAY = 48.0
"""Points between a caption and its table, at most."""
_APART = 2.4
"""A gap of so many sizes of type ends a table."""
_MOST_ROWS, _MOST_HEADERS = 60, 6
_BARE = 4.0
"""Points that a column without a header costs, so that headers rather span it."""
_PROSE = 8
"""A line alone of so many words is text."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Where a column's cells stand, in points."""

    x0: float
    x1: float

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2


def tables(pages: Sequence[RawPage]) -> tuple[Table, ...]:
    """The tables of numbers on the pages (without their margins), in order of their captions. `columns` are the
    headers, the ones above a column put together from the top down."""
    found = []
    for page, gutter in zip(pages, gutters(pages), strict=True):
        captions = [line for line in page.lines if _opens(line)]
        for opening in captions:
            table = _table(page, gutter, opening, captions)
            if table:
                found.append(table)
    return tuple(found)


def _opens(line: Line) -> bool:
    found = _CAPTION.match(line.text)
    return bool(found and any(c.isalnum() for c in found["number"]) and (found["text"] or line.bold))


def _table(page: RawPage, gutter: float | None, opening: Line, captions: Sequence[Line]) -> Table | None:
    lines = _beside(page.lines, gutter, opening)
    rows = on_one_row(lines)
    start = next(place for place, row in enumerate(rows) if opening in row)
    others = {id(line) for line in captions if line is not opening}
    end = _caption_end(rows, start, others)
    caption = _CAPTION.match(" ".join(line.text for row in rows[start:end] for line in row))
    below = _stretch(rows[end:], _bottom(rows[end - 1]), opening, others, down=True)
    above = _stretch(rows[:start][::-1], opening.y0, opening, others, down=False)[::-1]
    grid = _grid(below) or _grid(above)
    if not grid or not caption:
        return None
    columns, cells = grid
    return Table(caption["text"].strip(), page.number, columns, cells, caption["number"].strip("."))


def _beside(lines: Sequence[Line], gutter: float | None, opening: Line) -> list[Line]:
    """The lines of the caption's column; all of them if it crosses the gutter or there is none."""
    if gutter is None or opening.x0 < gutter - 4 < gutter + 4 < opening.x1:
        return list(lines)
    if opening.x1 <= gutter + 4:
        return [line for line in lines if line.x1 <= gutter + 4]
    return [line for line in lines if line.x0 >= gutter - 4]


def _caption_end(rows: Sequence[list[Line]], start: int, others: set[int]) -> int:
    """The place behind the caption's last row: rows of its type, close below one another, as wide as text."""
    end, size = start + 1, rows[start][0].size
    widest = max(row[-1].x1 for row in rows[start : start + 1])
    while end < len(rows) and end - start < 16:
        row, before = rows[end], rows[end - 1]
        gap = _top(row) - _bottom(before)
        full = before[-1].x1 > widest - 0.25 * (widest - rows[start][0].x0)
        same = abs(max(line.size for line in row) - size) <= 0.8 and not any(id(line) in others for line in row)
        if gap > 0.5 * size or not same or not full or (len(row) > 1 and not _is_prose(row)):
            break
        widest = max(widest, row[-1].x1)
        end += 1
    return end


def _top(row: Sequence[Line]) -> float:
    return min(line.y0 for line in row)


def _bottom(row: Sequence[Line]) -> float:
    return max(line.y1 for line in row)


def _is_prose(row: Sequence[Line]) -> bool:
    """Whether the row is a line of text: few parts, many words."""
    words = sum(len(_WORDS.findall(line.text)) for line in row)
    return len(row) <= 2 and words >= _PROSE and max(len(line.text) for line in row) > 45


def _stretch(
    rows: Sequence[list[Line]], edge: float, opening: Line, others: set[int], *, down: bool
) -> list[list[Line]]:
    """The rows that follow the caption, nearest first, as far as they may belong to its table."""
    found: list[list[Line]] = []
    for row in rows[:_MOST_ROWS]:
        gap = _top(row) - edge if down else edge - _bottom(row)
        size = median(line.size for line in row)
        if gap > (_APART * size if found else _AWAY) or any(id(line) in others for line in row):
            break
        if _is_prose(row) or (found and abs(size - median(line.size for line in found[0])) > 2.6):
            break
        found.append(row)
        edge = _bottom(row) if down else _top(row)
    return found


def _grid(rows: Sequence[list[Line]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]] | None:
    """Headers and cells of the rows; None if they are no grid of numbers."""
    data = [place for place, row in enumerate(rows) if _is_data(row)]
    if len(data) < 1:
        return None
    first, last = data[0], data[-1]
    columns = _columns([rows[place] for place in data])
    if not 2 <= len(columns) <= 24:
        return None
    cells = []
    for row in rows[first : last + 1]:
        placed = _placed(row, columns)
        if placed is None:
            return None
        cells.append(placed)
    numbers = sum(bool(_is_value(cell)) for row in cells for cell in row[1:])
    if numbers < 2 or numbers < 0.4 * sum(bool(cell) for row in cells for cell in row[1:]):
        return None
    return _headers(rows[:first], columns), tuple(cells)


def _is_value(text: str) -> bool:
    return bool(_NUMBER.match(text)) and len(_WORDS.findall(text)) <= 2


def _is_data(row: Sequence[Line]) -> bool:
    """Whether the row holds values, and hardly anything else behind its label."""
    values = [line for line in row if _is_value(line.text)]
    behind = [line for line in row[1:] if not _is_value(line.text) and not _NOTHING.match(line.text)]
    if not values or len(behind) > len(values):
        return False
    return len(row) > 1 or len(values) > 1


def _columns(rows: Sequence[list[Line]]) -> list[_Column]:
    """The columns that the rows with most cells have, widened by the cells of the others that lie in one alone."""
    most = max(len(row) for row in rows)
    found: list[_Column] = []
    for line in sorted((line for row in rows if len(row) >= most - 1 for line in row), key=lambda line: line.x0):
        if found and line.x0 < found[-1].x1 - 1:
            found[-1] = _Column(found[-1].x0, max(found[-1].x1, line.x1))
        else:
            found.append(_Column(line.x0, line.x1))
    return found


def _placed(row: Sequence[Line], columns: Sequence[_Column]) -> tuple[str, ...] | None:
    """The row's texts by column; None if one of its numbers lies between two columns."""
    texts = [""] * len(columns)
    for line in row:
        over = [place for place, one in enumerate(columns) if min(one.x1, line.x1) - max(one.x0, line.x0) > 0]
        if len(over) > 1 and _is_value(line.text):
            return None
        if not over:
            near = min(range(len(columns)), key=lambda place: abs(columns[place].middle - line.middle_x))
            if _is_value(line.text) and abs(columns[near].middle - line.middle_x) > 30:
                return None
            over = [near]
        texts[over[0]] = f"{texts[over[0]]} {line.text}".strip()
    return tuple(texts)


def _headers(rows: Sequence[list[Line]], columns: Sequence[_Column]) -> tuple[str, ...]:
    """The text above each column, from the top down. A header spans columns only if each has one of its own below."""
    texts: list[list[str]] = [[] for _ in columns]
    for band in reversed(_bands(rows[-_MOST_HEADERS:])):
        headed = [bool(text) for text in texts]
        placed = _spans(band[0], columns, headed) if len(band) == 1 else _direct(band, columns)
        for line, places in reversed(list(placed)):
            for place in places:
                texts[place].insert(0, line.text)
    return tuple(" ".join(part) for part in texts)


def _bands(rows: Sequence[list[Line]]) -> list[list[list[Line]]]:
    """The rows, those together that stand between each other's lines: headers of one and of two lines side by side."""
    found: list[list[list[Line]]] = []
    for row in rows:
        if found and row[0].middle - found[-1][-1][0].middle < 0.8 * row[0].size:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def _direct(band: Sequence[list[Line]], columns: Sequence[_Column]) -> Iterator[tuple[Line, range]]:
    """Each header with the one column that it stands above."""
    for line in (line for row in band for line in row):
        over = [place for place, one in enumerate(columns) if min(one.x1, line.x1) - max(one.x0, line.x0) > 0]
        if len(over) == 1:
            yield line, range(over[0], over[0] + 1)


def _spans(row: Sequence[Line], columns: Sequence[_Column], headed: Sequence[bool]) -> Iterator[tuple[Line, range]]:
    """Each header of the row with the columns it stands above; one that fits no run of columns is left out."""
    for line, (off, places) in zip(row, _fitted(row, columns, headed)[1], strict=True):
        if off <= 0.5 * line.size + 0.1 * (line.x1 - line.x0) + 3:
            yield line, places


_Runs = tuple[float, list[tuple[float, range]]]
"""How far off a row's headers are in all, and for each how far off it is and the run of columns it stands above."""


def _fitted(row: Sequence[Line], columns: Sequence[_Column], headed: Sequence[bool]) -> _Runs:
    """The cheapest way to give the row's headers runs of columns, in order."""
    count = len(columns)
    best: dict[int, _Runs] = {0: (0.0, [])}
    for line in row:
        after: dict[int, _Runs] = {}
        for used, (cost, runs) in best.items():
            for start in range(used, count):
                for stop in _stops(start, headed):
                    off = _off(line, columns[start:stop])
                    total = cost + off + _BARE * (start - used)
                    if stop not in after or total < after[stop][0]:
                        after[stop] = (total, [*runs, (off, range(start, stop))])
        best = after
    ways = [(cost + _BARE * (count - used), runs) for used, (cost, runs) in best.items()]
    return min(ways, key=lambda way: way[0], default=(1e9, [(1e9, range(0)) for _ in row]))


def _stops(start: int, headed: Sequence[bool]) -> Iterator[int]:
    """Where a run from `start` may end: behind one column, or behind several that have headers of their own. The first
    column, which holds the labels, is never a part of several."""
    yield start + 1
    stop = start + 2
    while start > 0 and stop <= len(headed) and all(headed[start:stop]):
        yield stop
        stop += 1


def _off(line: Line, run: Sequence[_Column]) -> float:
    """How far a header is from standing above the run of columns, in points: above its middle, or where it begins."""
    first, last = run[0].x0, run[-1].x1
    sticks = max(0.0, first - line.x1) + max(0.0, line.x0 - last)
    wider = 0.1 * max(0.0, (line.x1 - line.x0) - (last - first))
    return min(abs(line.x0 - first), abs(line.middle_x - (first + last) / 2)) + sticks + wider
