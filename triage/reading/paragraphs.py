"""Rows joined into paragraphs and pages of text."""

from collections import Counter
from collections.abc import Collection, Sequence
from statistics import median

from triage.reading.mend import join
from triage.reading.page import Row

_SENTENCE_ENDS = (".", "!", "?", ":", ".”", '."', ".)")


def page_text(rows: Sequence[Row], breaks: Collection[int], joints: Collection[int], words: Counter[str]) -> str:
    """The rows of one page as text: a paragraph a line, with an empty line between.

    At `breaks` (places in `rows`) a paragraph begins and at `joints` it goes on, whatever the type says; `words` is the
    paper's own spelling.
    """
    leading = usual_gap(rows)
    paragraphs: list[str] = []
    for place, row in enumerate(rows):
        if place and (place in joints or (place not in breaks and _goes_on(rows[place - 1], row, leading))):
            paragraphs[-1] = join(paragraphs[-1], row.text, words)
        else:
            paragraphs.append(row.text)
    return "\n\n".join(paragraphs)


def joined(rows: Sequence[Row], words: Counter[str]) -> str:
    """The rows as one paragraph."""
    text = ""
    for row in rows:
        text = join(text, row.text, words) if text else row.text
    return text


def usual_gap(rows: Sequence[Row]) -> float:
    """The blank between two rows of one paragraph, in points."""
    gaps = [row.gap for row in rows if -3 < row.gap < 1.2 * row.size]
    return median(gaps) if gaps else 3.0


def _goes_on(before: Row, row: Row, leading: float) -> bool:
    if abs(before.size - row.size) > 1.2 and min(len(before.text), len(row.text)) > 12:
        return False
    ended = before.text.endswith(_SENTENCE_ENDS)
    if before.column != row.column:
        return not ended and row.text[:1].islower() and before.bold == row.bold
    if row.gap > leading + 0.45 * row.size:
        return False
    indented = row.x0 > row.left + 0.7 * row.size
    was_indented = before.x0 > before.left + 0.7 * before.size
    short = before.x1 < before.right - 2 * before.size
    return not (ended and ((indented and not was_indented) or (short and row.text[:1].isupper())))
