"""What stands on a page without belonging to its text: running headers and footers, page and line numbers, stamps."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from triage.reading.page import Line, RawPage

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


def strip(pages: Sequence[RawPage]) -> list[RawPage]:
    """The pages without line numbers, running headers and footers, page numbers and notices at the edge."""
    numbered = [replace(page, lines=_without_line_numbers(page)) for page in pages]
    repeated = _repeated(numbered)
    body = _body_size(numbered)
    return [replace(page, lines=tuple(_kept(page, repeated, body))) for page in numbered]


def _kept(page: RawPage, repeated: set[str], body: float) -> list[Line]:
    kept = []
    rows = sorted(line.middle for line in page.lines)
    for line in page.lines:
        edge = _at_edge(page, line)
        lone = edge and _is_apart(line, rows)
        drop = (edge and line.size <= body + _LARGE) and (
            _shape(line.text) in repeated
            or bool(_PAGE_NUMBER.match(line.text))
            or (bool(_NOTICE.match(line.text)) and line.size <= body + 0.1)
            or (lone and line.size < body - 0.9)
        )
        if not drop:
            kept.append(line)
    return kept


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


def _body_size(pages: Sequence[RawPage]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0
