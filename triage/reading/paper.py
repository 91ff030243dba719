"""A PDF's lines read as a paper."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from triage.errors import ReadError
from triage.models import FullText, Heading, PageText, Table
from triage.reading.figures import figures
from triage.reading.front import abstract, authors, imprint, title
from triage.reading.headings import PlacedHeading, body_font, headings
from triage.reading.layout import RawDocument, Row, in_reading_order, without_margins
from triage.reading.references import references
from triage.reading.tables import tables
from triage.reading.text import count_words, page_text, quality

_FEWEST, _FEWEST_A_PAGE, _SHORT = 150, 20, 3000
_WITHDRAWN = re.compile(
    r"\b(?:(?:has|have) been|is|was) (?:withdrawn|retracted)\b|\bwithdraw(?:n|al)\b.{0,60}\b(?:authors?|arxiv|paper)\b",
    re.I | re.S,
)


def read_paper(raw: RawDocument, paper_id: str, version: int) -> FullText:
    """What the lines of a PDF say: title, abstract, headings, references, figures and the text of each page."""
    inner = without_margins(raw.pages)
    rows = in_reading_order(inner)
    words = count_words(row.text for row in rows)
    found = headings(rows, raw.outline, body_font(rows))
    name = title(rows, raw, words)
    pages = tuple(_pages(raw, rows, found, words))
    return FullText(
        paper_id=paper_id,
        version=version,
        source="pdf",
        pages=pages,
        title=name,
        abstract=abstract(rows, found, words),
        headings=tuple(Heading(heading.title, heading.page, heading.level) for heading in found),
        references=references(rows, found, raw.anchors, words),
        links=raw.links,
        figures=figures(rows, words),
        authors=authors(raw, name or ""),
        imprint=imprint(raw),
        made=raw.made,
        tables=tuple(_proven(table, pages[table.page - 1].text) for table in tables(inner)),
    )


def _proven(table: Table, page: str) -> Table:
    """The table with the cells that stand on its page as the page is kept, the others empty."""
    text = " ".join(page.split())
    rows = tuple(tuple(cell if cell in text else "" for cell in row) for row in table.rows)
    return replace(table, rows=rows)


def check_text(text: FullText) -> None:
    """Raises ReadError if this is no paper's text: images only, unreadable characters, or a notice of withdrawal."""
    letters = sum(c.isalnum() for page in text.pages for c in page.text)
    if letters < max(_FEWEST, _FEWEST_A_PAGE * len(text.pages)):
        raise ReadError("has no text, only images; the abstract serves")
    whole = " ".join(page.text for page in text.pages)
    if len(text.pages) <= 3 and letters < _SHORT and _WITHDRAWN.search(whole):
        raise ReadError("is a notice that the paper was withdrawn")
    weights = [len(page.text) for page in text.pages]
    if sum(page.quality * weight for page, weight in zip(text.pages, weights, strict=True)) < 0.4 * sum(weights):
        raise ReadError("has a text layer that cannot be read; the abstract serves")


def _pages(
    raw: RawDocument, rows: Sequence[Row], found: Sequence[PlacedHeading], words: Counter[str]
) -> list[PageText]:
    texts: dict[int, str] = {}
    start = 0
    edges = {place for heading in found for place in (heading.first, heading.last)}
    inside = {place for heading in found for place in range(heading.first + 1, heading.last)}
    for number, group in groupby(rows, key=lambda row: row.page):
        part = list(group)
        breaks = {place - start for place in edges if start <= place < start + len(part)}
        kept = {place - start for place in inside if start <= place < start + len(part)}
        texts[number] = page_text(part, breaks, kept, words)
        start += len(part)
    return [PageText(page.number, text := texts.get(page.number, ""), quality(text)) for page in raw.pages]
