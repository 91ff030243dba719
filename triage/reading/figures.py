"""Figures by their captions."""

import re
from collections import Counter
from collections.abc import Sequence

from triage.models import Figure
from triage.reading.layout import Row
from triage.reading.text import join_rows, usual_gap

_CAPTION = re.compile(
    r"^(?:figure|fig\.?)\s*(?P<number>[A-Z]?\.?\d{1,2}(?:\.\d{1,2})?)\s*(?P<mark>[.:|–—-])?\s*(?P<text>.*)$", re.I
)


def figures(rows: Sequence[Row], words: Counter[str]) -> tuple[Figure, ...]:
    """Each figure whose caption opens a paragraph with "Figure 3:" or "Fig. 3.", in reading order."""
    found: dict[str, Figure] = {}
    for place, row in enumerate(rows):
        opening = _CAPTION.match(row.text)
        if not opening or not _opens(rows, place, opening):
            continue
        number = opening["number"].lstrip(".")
        end = _end(rows, place)
        text = join_rows(rows[place:end], words)
        caption = _CAPTION.match(text)
        if number not in found and caption:
            found[number] = Figure(caption["text"].strip(), row.page, number)
    return tuple(found.values())


def caption_number(text: str) -> str | None:
    """The number of the figure whose caption begins so."""
    found = _CAPTION.match(text)
    return found["number"].lstrip(".") if found and found["mark"] else None


def _opens(rows: Sequence[Row], place: int, opening: re.Match[str]) -> bool:
    """A caption has a mark after its number or begins in bold, and does not go on a sentence of the row above."""
    row = rows[place]
    marked = bool(opening["mark"]) or (row.lead or "").casefold().startswith("fig") or row.bold
    above = rows[place - 1] if place else None
    apart = above is None or above.column != row.column or row.gap > 0.35 * row.size or above.text.endswith((".", ":"))
    return marked and apart and opening["mark"] not in ("-", "–")


def _end(rows: Sequence[Row], place: int) -> int:
    leading = usual_gap(rows[place : place + 6])
    end = place + 1
    while end < len(rows):
        row, before = rows[end], rows[end - 1]
        near = row.column == before.column and row.page == before.page and row.gap <= leading + 0.4 * row.size
        if not near or abs(row.size - rows[place].size) > 0.8 or _CAPTION.match(row.text) or end - place > 25:
            break
        end += 1
    return end
