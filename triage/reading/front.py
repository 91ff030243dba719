"""Title, abstract and where it appeared, from the first page."""

import re
from collections import Counter
from collections.abc import Sequence

from triage.reading.headings import Found
from triage.reading.page import RawDocument, Row
from triage.reading.paragraphs import joined
from triage.reading.sections import is_abstract, is_known

_UPPER_PART = 0.62
_LONGEST = 700
_EDGE, _HEAD, _FOOT = 0.07, 0.15, 0.75
"""Shares of the page's height: where lines of any type are head or foot, and where small type is."""
_IMPRINT, _ASIDE = 300, 20
"""Most characters of a statement, and most statements that run up a page: figures have such texts too."""
_RUN_IN = re.compile(r"^(?:abstract|summary)\s*[-—–.:]+\s*", re.I)
_AFTER = re.compile(
    r"^(?:key ?-?words?|index terms|ccs concepts|categories and subject|general terms|acm reference|"
    r"additional key ?words|msc\b|pacs\b|jel\b|code(?: is)? available|date:|correspondence)",
    re.I,
)
_MARKS = re.compile(r"(?<=\w)[\s]*[*∗†‡§¶⋆]+$")


def title(rows: Sequence[Row], raw: RawDocument, words: Counter[str]) -> str | None:
    """The largest type in the upper part of the first page; else what the PDF says of itself."""
    height = raw.pages[0].height if raw.pages else 0.0
    upper = [row for row in rows if row.page == 1 and row.y0 < height * _UPPER_PART]
    spoken = [row for row in upper if sum(c.isalpha() for c in row.text) >= 4 and not is_known(row.text)]
    if not spoken:
        return raw.title
    largest = max(row.size for row in spoken)
    first = next(place for place, row in enumerate(upper) if row in spoken and row.size > largest - 0.6)
    lines = [upper[first]]
    for row in upper[first + 1 :]:
        if abs(row.size - upper[first].size) > 0.8 or row.gap > 1.6 * row.size or row.bold != upper[first].bold:
            break
        lines.append(row)
    return _MARKS.sub("", joined(lines, words)).strip() or raw.title


def imprint(raw: RawDocument) -> tuple[str, ...]:
    """What the head and foot of the first page and the file itself say of where and when the paper appeared, a line
    each; texts of others, to be checked before anything is made of them."""
    if not raw.pages:
        return ()
    page = raw.pages[0]
    sizes: Counter[float] = Counter()
    for line in page.lines:
        sizes[round(line.size)] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    said = [
        line.text[:_IMPRINT]
        for line in page.lines
        if line.size < body + 1.5 and (line.middle < page.height * _HEAD or line.middle > page.height * _FOOT)
        if line.size < body - 0.5 or line.middle < page.height * _EDGE or line.middle > page.height * (1 - _EDGE)
    ]
    of_file = (raw.subject[:_IMPRINT],) if raw.subject else ()
    return tuple(dict.fromkeys([*said, *(text[:_IMPRINT] for text in page.aside[:_ASIDE]), *of_file]))


def abstract(rows: Sequence[Row], found: Sequence[Found], words: Counter[str]) -> str | None:
    """The text under "Abstract", or run into that word; without it the longest paragraph before the introduction."""
    starts = [heading.first for heading in found]
    for heading in found:
        if is_abstract(rows[heading.first].text) and heading.page <= 3:
            return _until_heading(rows, heading.last, starts, words, "")
    for place, row in enumerate(rows):
        run_in = _RUN_IN.match(row.text)
        if row.page > 2:
            break
        if run_in or (is_abstract(row.lead) and row.text.casefold().startswith("abstract")):
            opening = row.text[run_in.end() :] if run_in else row.text[len("abstract") :].lstrip(" .:—–-")
            return _until_heading(rows, place + 1, starts, words, opening)
    return _unnamed(rows, starts, words)


def _until_heading(
    rows: Sequence[Row], start: int, starts: Sequence[int], words: Counter[str], opening: str
) -> str | None:
    end = min((place for place in starts if place >= start), default=len(rows))
    kept: list[Row] = []
    count = len(opening.split())
    for row in rows[start:end]:
        if _AFTER.match(row.text) or count > _LONGEST:
            break
        if kept and (row.size < kept[0].size - 0.6 or row.size > kept[0].size + 2.5):
            continue
        kept.append(row)
        count += len(row.text.split())
    text = joined(kept, words)
    if opening:
        text = f"{opening} {text}" if not opening.endswith("-") else opening[:-1] + text
    return text.strip() or None


def _unnamed(rows: Sequence[Row], starts: Sequence[int], words: Counter[str]) -> str | None:
    end = next((place for place in starts if rows[place].page <= 2), 0)
    best: list[Row] = []
    block: list[Row] = []
    for row in rows[:end]:
        if block and (row.gap > row.size or row.column != block[-1].column or abs(row.size - block[-1].size) > 0.6):
            block = []
        block.append(row)
        if sum(len(one.text) for one in block) > sum(len(one.text) for one in best):
            best = list(block)
    text = joined(best, words)
    return text if len(text.split()) >= 50 else None
