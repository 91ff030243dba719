"""Draws one figure of a PDF page: what is drawn between its caption and the text above. Runs in the child process."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from triage.errors import ReadError
from triage.reading.figures import caption_number
from triage.reading.page import Line
from triage.services.pdf_pages import raw_page

if TYPE_CHECKING:
    from pymupdf import Page, Rect

_DPI = 200
_LARGEST = 16_000_000
"""Pixels: a figure that fills a large page is drawn more coarsely."""
_BODY = 45
"""A line of so many characters is text, not a label."""
_SMALLEST = 20.0


def draw_figure(page: "Page", number: str | None, target: Path) -> None:
    """Draws the figure of that number (or the first) into the PNG file `target`, without its caption. Raises ReadError
    if the page has no such caption, or nothing is drawn beside it; OSError."""
    lines = raw_page(page).lines
    caption = next((line for line in lines if (found := caption_number(line.text)) and number in (None, found)), None)
    if caption is None:
        raise ReadError(f"page {page.number + 1} has no caption of figure {number or ''}".rstrip())
    area = _area(page, lines, caption)
    if area is None:
        raise ReadError(f"nothing is drawn at the caption of figure {number or ''} on page {page.number + 1}")
    scale = min(_DPI / 72, (_LARGEST / max(1.0, area.width * area.height)) ** 0.5)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(page.get_pixmap(matrix=_matrix(scale), clip=area, alpha=False).tobytes("png"))


def _area(page: "Page", lines: Sequence[Line], caption: Line) -> "Rect | None":
    """The rectangle around what is drawn above the caption (else below it), up to the next text."""
    left, right = _width(page, lines, caption)
    text = [line for line in lines if len(line.text) >= _BODY and line.x0 < right and line.x1 > left]
    drawn = _drawn(page)
    top = max((line.y1 for line in text if line.y1 <= caption.y0 and not _inside(line, drawn)), default=0.0)
    above = _union(page, drawn, lines, (left, top, right, caption.y0))
    if above is not None:
        return above
    end = min((line.y0 for line in text if line.y0 > caption.y1 + 60), default=page.rect.height)
    return _union(page, drawn, lines, (left, caption.y1, right, end))


def _width(page: "Page", lines: Sequence[Line], caption: Line) -> tuple[float, float]:
    """The column, or the whole page, that the caption belongs to."""
    middle = page.rect.width / 2
    across = sum(len(line.text) >= _BODY and line.x0 < middle - 20 and line.x1 > middle + 20 for line in lines)
    if across > 4:
        return 0.0, page.rect.width
    if caption.x1 < middle + 10:
        return 0.0, middle
    if caption.x0 > middle - 10:
        return middle, page.rect.width
    return 0.0, page.rect.width


def _drawn(page: "Page") -> "list[Rect]":
    import pymupdf

    images = [pymupdf.Rect(image["bbox"]) for image in page.get_image_info()]
    return [rect for rect in (*images, *page.cluster_drawings()) if rect.width > 1 and rect.height > 1]


def _inside(line: Line, drawn: "Sequence[Rect]") -> bool:
    return any(r.x0 <= line.x0 and r.x1 >= line.x1 and r.y0 <= line.y0 and r.y1 >= line.y1 for r in drawn)


def _union(
    page: "Page", drawn: "Sequence[Rect]", lines: Sequence[Line], within: tuple[float, float, float, float]
) -> "Rect | None":
    """What is drawn within these bounds, with the labels around it."""
    import pymupdf

    bounds = pymupdf.Rect(within) & page.rect
    found = [rect & bounds for rect in drawn if rect.intersects(bounds)]
    found = [rect for rect in found if not rect.is_empty]
    if not found:
        return None
    area = found[0]
    for rect in found[1:]:
        area |= rect
    for line in lines:
        label = pymupdf.Rect(line.x0, line.y0, line.x1, line.y1)
        if len(line.text) < _BODY and bounds.contains(label) and _grown(area, 12).intersects(label):
            area |= label
    if area.width < _SMALLEST or area.height < _SMALLEST:
        return None
    return _grown(area, 2) & page.rect


def _matrix(scale: float) -> object:
    import pymupdf

    return pymupdf.Matrix(scale, scale)


def _grown(area: "Rect", points: float) -> "Rect":
    import pymupdf

    return pymupdf.Rect(area.x0 - points, area.y0 - points, area.x1 + points, area.y1 + points)
