"""What PyMuPDF sees in a PDF, as plain values. Runs in the child process that `pdf_worker` is."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from triage.reading.mend import mend_line
from triage.reading.page import Anchor, Line, Mark, RawDocument, RawPage

if TYPE_CHECKING:
    from pymupdf import Document, Page

_SUPERSCRIPT, _ITALIC, _BOLD = 1, 2, 16
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|cmbx|-medi$|medi(?!um)|\bb$|-b$", re.I)
_ITALIC_NAME = re.compile(r"ital|obli|cmti|slant", re.I)
_MARKERS = re.compile(r"^[\s\d,*∗†‡§¶⋆♯♠♣♦a-h]{1,6}$")


def raw_document(document: "Document") -> RawDocument:
    """Lines, outline, bibliography anchors and web links of an open PDF."""
    pages = tuple(raw_page(page) for page in document)
    outline = tuple(
        Mark(int(level), mend_line(title), int(page)) for level, title, page, *_ in document.get_toc() if page > 0
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
    """The page's lines."""
    import pymupdf

    flags = pymupdf.TEXT_PRESERVE_WHITESPACE | pymupdf.TEXT_MEDIABOX_CLIP
    found = page.get_text("dict", flags=flags)
    drawn = [raw for block in found["blocks"] for raw in block.get("lines", ())]
    lines = [line for raw in drawn if raw["dir"][0] > 0.9 for line in _lines(raw["spans"])]
    turned = (mend_line("".join(span["text"] for span in raw["spans"])) for raw in drawn if abs(raw["dir"][1]) > 0.9)
    aside = tuple(text for text in turned if len(text) > 1)
    return RawPage(page.number + 1, float(found["width"]), float(found["height"]), tuple(lines), aside)


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
    spans = _without_markers(spans)
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


def _without_markers(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The spans without the raised signs that lead to footnotes, affiliations and references."""
    return [span for span in spans if not _is_marker(span)]


def _is_marker(span: dict[str, Any]) -> bool:
    return bool(span["flags"] & _SUPERSCRIPT and _MARKERS.match(span["text"]))


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
