"""The child process that reads PDFs and draws their figures, and the only module of this folder that uses PyMuPDF.

Each line on stdin is a request and each line on stdout its answer, both in JSON; `reader.py` is the other end.
"""

import json
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import TypeAdapter

from triage.errors import ReadError, reason
from triage.models import FullText
from triage.reading.figures import caption_number
from triage.reading.layout import Anchor, Line, OutlineEntry, RawDocument, RawPage
from triage.reading.paper import check_text, read_paper
from triage.reading.text import mend_line

if TYPE_CHECKING:
    from pymupdf import Document, Page, Rect

_SUPERSCRIPT, _ITALIC, _BOLD = 1, 2, 16
"""Bits of a span's flags."""
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|cmbx|-medi$|medi(?!um)|\bb$|-b$", re.I)
_ITALIC_NAME = re.compile(r"ital|obli|cmti|slant", re.I)
_MARKER = re.compile(r"^[\s\d,*∗†‡§¶⋆♯♠♣♦a-h]{1,6}$")
_DPI = 200
"""Of a drawn figure."""
_LARGEST = 16_000_000
"""Pixels: a figure that fills a large page is drawn more coarsely."""
_BODY = 45
"""A line of so many characters is text, not a label."""
_SMALLEST = 20.0
"""Points: what is smaller in width or height is no figure."""
_HEAD, _TAIL = 1024, 2048
"""Bytes in which "%PDF-" and "%%EOF" are looked for; the tail is larger in a large file."""


def main() -> None:
    """Answers requests until stdin ends. Its argument: megabytes of memory beyond what libraries need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    _limit_memory(int(sys.argv[1]))
    _say(answers, {"ready": True})
    for line in sys.stdin.buffer:
        _say(answers, _answer(json.loads(line)))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import pymupdf

    try:
        with _opened(Path(request["path"])) as document:
            if request["do"] == "figure":
                draw_figure(document, request["page"], request["number"], Path(request["target"]))
                return {"text": ""}
            text = read_paper(raw_document(document), request["paper_id"], request["version"])
        check_text(text)
        return {"text": TypeAdapter(FullText).dump_json(text, exclude_defaults=True).decode()}
    except ReadError as error:
        return {"error": str(error)}
    except OSError as error:
        return {"error": f"{error.filename or request['path']}: {reason(error)}"}
    except MemoryError:
        return {"error": "needs more memory than [read] megabytes in triage.toml allows"}
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
        return {"error": f"cannot be read: {str(error).partition(chr(10))[0]}"}


@contextmanager
def _opened(path: Path) -> "Iterator[Document]":
    """The open PDF. Raises ReadError if it is none, or encrypted, or cut short."""
    import pymupdf

    start, end = _ends(path)
    if b"%PDF-" not in start:
        raise ReadError(f"is no PDF{' but a web page' if b'<html' in start.lower() else ''}; fetch it again")
    try:
        document = pymupdf.open(path, filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.EmptyFileError, pymupdf.mupdf.FzErrorBase) as error:
        raise ReadError("is damaged or cut short; fetch it again") from error
    with document:
        if document.needs_pass:
            raise ReadError("is encrypted; put an open copy in its place")
        if document.is_repaired and b"%%EOF" not in end:
            raise ReadError("is cut short; fetch it again")
        if document.page_count == 0:
            raise ReadError("has no pages; fetch it again")
        yield document


def _ends(path: Path) -> tuple[bytes, bytes]:
    """The first and last bytes of the file, where a PDF says what it is and that it is complete."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
        size = path.stat().st_size
        file.seek(max(0, size - max(_TAIL, size // 20)))
        return start, file.read()


def _limit_memory(megabytes: int) -> None:
    """Allows so much memory on top of what is mapped now; where the system has no such limit there is none."""
    try:
        import resource
    except ImportError:
        return
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        limit = used + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _say(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


def raw_document(document: "Document") -> RawDocument:
    """Lines, outline, bibliography anchors and web links of an open PDF."""
    pages = tuple(raw_page(page) for page in document)
    outline = tuple(
        OutlineEntry(int(level), mend_line(title), int(page))
        for level, title, page, *_ in document.get_toc()
        if page > 0
    )
    links = dict.fromkeys(link["uri"] for page in document for link in page.get_links() if link.get("uri"))
    said = {name: mend_line(text) for name, text in (document.metadata or {}).items() if text}
    return RawDocument(
        pages,
        outline,
        tuple(_anchors(document, pages)),
        tuple(links),
        said.get("title"),
        said.get("author"),
        said.get("subject"),
        _day(said.get("creationDate", "")),
    )


def _day(stamp: str) -> date | None:
    """The day of a PDF's time stamp, "D:20240109110440+01'00'"."""
    found = re.match(r"D:(\d{4})(\d\d)(\d\d)", stamp)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def raw_page(page: "Page") -> RawPage:
    """The page's lines of text."""
    import pymupdf

    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    found = page.get_text("dict", flags=flags)
    drawn = [raw for block in found["blocks"] for raw in block.get("lines", ())]
    lines = [line for raw in drawn if raw["dir"][0] > 0.9 for line in _lines(raw["spans"])]
    turned = (mend_line("".join(span["text"] for span in raw["spans"])) for raw in drawn if abs(raw["dir"][1]) > 0.9)
    sideways = tuple(text for text in turned if len(text) > 1)
    return RawPage(page.number + 1, float(found["width"]), float(found["height"]), tuple(lines), sideways)


def _lines(spans: list[dict[str, Any]]) -> Iterator[Line]:
    """The line, cut where a blank is wider than any between words: numbers in a margin, columns set close together."""
    part: list[dict[str, Any]] = []
    for span in spans:
        if part and span["bbox"][0] - part[-1]["bbox"][2] > 1.2 * max(span["size"], part[-1]["size"]):
            yield from _line(part)
            part = []
        part.append(span)
    yield from _line(part)


def _line(spans: list[dict[str, Any]]) -> Iterator[Line]:
    parts = _parts(spans)
    spans = [span for span in spans if not _is_marker(span)]
    shown = [span for span in spans if span["text"].strip()]
    if not shown:
        return
    text = mend_line("".join(span["text"] for span in spans))
    if not text:
        return
    weight: Counter[str] = Counter()
    bold = italic = letters = 0
    for span in shown:
        count = len(span["text"].strip())
        weight[span["font"]] += count
        letters += count
        bold += count * _is_bold(span)
        italic += count * _is_italic(span)
    yield Line(
        text=text,
        x0=shown[0]["bbox"][0],
        y0=min(span["bbox"][1] for span in shown),
        x1=shown[-1]["bbox"][2],
        y1=max(span["bbox"][3] for span in shown),
        size=round(max(span["size"] for span in shown), 1),
        font=weight.most_common(1)[0][0],
        bold=bold > 0.7 * letters,
        italic=italic > 0.7 * letters,
        lead=_lead(spans),
        parts=parts,
    )


def _parts(spans: list[dict[str, Any]]) -> tuple[str, ...]:
    """The texts between raised signs; () if there is no such sign."""
    parts = [""]
    for span in spans:
        if _is_marker(span):
            parts.append("")
        else:
            parts[-1] += span["text"]
    return tuple(part for text in parts if (part := mend_line(text))) if len(parts) > 1 else ()


def _lead(spans: list[dict[str, Any]]) -> str:
    """The bold or italic beginning of a line that goes on otherwise."""
    for marked in (_is_bold, _is_italic):
        count = 0
        while count < len(spans) and (marked(spans[count]) or not spans[count]["text"].strip()):
            count += 1
        if 0 < count < len(spans):
            return mend_line("".join(span["text"] for span in spans[:count]))
    return ""


def _is_marker(span: dict[str, Any]) -> bool:
    """Whether it is a raised sign that leads to a footnote, an affiliation or a reference."""
    return bool(span["flags"] & _SUPERSCRIPT and _MARKER.match(span["text"]))


def _is_bold(span: dict[str, Any]) -> bool:
    return bool(span["flags"] & _BOLD or _BOLD_NAME.search(span["font"]))


def _is_italic(span: dict[str, Any]) -> bool:
    return bool(span["flags"] & _ITALIC or _ITALIC_NAME.search(span["font"]))


def _anchors(document: "Document", pages: tuple[RawPage, ...]) -> Iterator[Anchor]:
    """Where LaTeX's hyperref put bibliography items: destinations named "cite.KEY", counted from the page's bottom."""
    for name, place in document.resolve_names().items():
        page = place.get("page", -1)
        if name.startswith("cite.") and 0 <= page < len(pages) and place.get("to"):
            x, y = place["to"]
            yield Anchor(name, page + 1, float(x), pages[page].height - float(y))


def draw_figure(document: "Document", page_number: int, number: str | None, target: Path) -> None:
    """Draws the figure of that number (or the first) of a page (1-based) into the PNG file `target`, without its
    caption. Raises ReadError if there is no such page or caption, or nothing is drawn next to it; OSError."""
    import pymupdf

    if not 1 <= page_number <= document.page_count:
        raise ReadError(f"has no page {page_number}")
    page = document[page_number - 1]
    lines = raw_page(page).lines
    caption = next((line for line in lines if (found := caption_number(line.text)) and number in (None, found)), None)
    if caption is None:
        raise ReadError(f"page {page_number} has no caption of figure {number or ''}".rstrip())
    area = _area(page, lines, caption)
    if area is None:
        raise ReadError(f"nothing is drawn at the caption of figure {number or ''} on page {page_number}")
    scale = min(_DPI / 72, (_LARGEST / max(1.0, area.width * area.height)) ** 0.5)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(page.get_pixmap(matrix=pymupdf.Matrix(scale, scale), clip=area, alpha=False).tobytes("png"))


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


def _grown(area: "Rect", points: float) -> "Rect":
    import pymupdf

    return pymupdf.Rect(area.x0 - points, area.y0 - points, area.x1 + points, area.y1 + points)


if __name__ == "__main__":
    main()
