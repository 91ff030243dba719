"""Text as it was written: ligatures and accents mended, words broken at a line's end put together, rows joined into
paragraphs; and how far a page's text can be trusted."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from statistics import median

from triage.reading.layout import Row

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_COMBINING = {
    "¨": "\u0308", "´": "\u0301", "ˆ": "\u0302", "˜": "\u0303", "˚": "\u030a", "ˇ": "\u030c", "¯": "\u0304",
    "˘": "\u0306", "˙": "\u0307", "˝": "\u030b", "¸": "\u0327", "˛": "\u0328", "`": "\u0300",
}  # fmt: skip
_APART = re.compile(r"([¨´ˆ˜˚ˇ¯˘˙˝¸˛]) ?([A-Za-zıȷ])|(?<=[A-Za-z])(`)([aeiouAEIOU])(?=[A-Za-z])")
_DOTLESS = str.maketrans("ıȷ", "ij")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]-)((?:[^\W\d_]++-)*[^\W\d_]++)[-‐\u00ad]$")
_GOES_ON = re.compile(r"^([^\W\d_]+)")
_BAD = re.compile("[\ufffd\ue000-\uf8ff]")
_SENTENCE_ENDS = (".", "!", "?", ":", ".”", '."', ".)")


def mend_line(text: str) -> str:
    """Ligatures spelt out, accents put on their letters, blanks single, nothing invisible."""
    for ligature, letters in _LIGATURES.items():
        text = text.replace(ligature, letters)
    if not text.isascii() or "`" in text:
        text = _APART.sub(_accented, text)
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word, hyphens included, occurs in the middle of a line; tells how a broken word is spelt."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(found.group().lower() for found in _WORD.finditer(text))
    return counts


def page_text(rows: Sequence[Row], breaks: Collection[int], joints: Collection[int], words: Counter[str]) -> str:
    """The rows of one page as text: a paragraph a line, with an empty line between.

    At `breaks` (places in `rows`) a paragraph begins and at `joints` it goes on, whatever the type says; `words` is the
    paper's own spelling.
    """
    leading = usual_gap(rows)
    paragraphs: list[str] = []
    for place, row in enumerate(rows):
        if place and (place in joints or (place not in breaks and _goes_on(rows[place - 1], row, leading))):
            paragraphs[-1] = join_lines(paragraphs[-1], row.text, words)
        else:
            paragraphs.append(row.text)
    return "\n\n".join(paragraphs)


def join_rows(rows: Sequence[Row], words: Counter[str]) -> str:
    """The rows as one paragraph."""
    text = ""
    for row in rows:
        text = join_lines(text, row.text, words) if text else row.text
    return text


def join_lines(first: str, second: str, words: Counter[str]) -> str:
    """Two lines as one: a word broken with a hyphen is put together as the rest of the paper spells it."""
    broken, rest = _BROKEN.search(first), _GOES_ON.match(second)
    if not broken or not rest:
        link = "" if first.endswith(("/", "–")) and not first.endswith(" –") else " "
        return f"{first}{link}{second}"
    head, tail = broken.group(1), rest.group(1)
    kept, closed = words[f"{head}-{tail}".lower()], words[(head + tail).lower()]
    compound = "-" in head or not tail[0].islower() or _are_words(head, tail, words)
    if kept > closed or (not closed and compound):
        return first + second
    return first[: broken.end(1)] + second


def usual_gap(rows: Sequence[Row]) -> float:
    """The blank between two rows of one paragraph, in points."""
    gaps = [row.gap for row in rows if -3 < row.gap < 1.2 * row.size]
    return median(gaps) if gaps else 3.0


def quality(text: str) -> float:
    """How far a page's text can be trusted (0 to 1): the share of characters and of words that look real."""
    letters = [c for c in text if not c.isspace()]
    if not letters:
        return 0.0
    bad = len(_BAD.findall(text)) + text.count("(cid:") * 5
    words = text.split()
    odd = sum(len(word) > 40 or (len(word) > 3 and not any(c.isalnum() for c in word)) for word in words)
    crumbs = sum(len(word) == 1 and word.isalpha() for word in words) / len(words)
    real = 1.0 - min(1.0, bad / len(letters) * 2) - odd / len(words) - max(0.0, crumbs - 0.25)
    return round(max(0.0, min(1.0, real)), 3)


def _are_words(head: str, tail: str, words: Counter[str]) -> bool:
    """Whether both parts are words of this paper, so that the hyphen is the writer's and not the printer's."""
    return min(len(head), len(tail)) >= 4 and min(words[head.lower()], words[tail.lower()]) >= 2


def _accented(found: re.Match[str]) -> str:
    accent, letter = found[1] or found[3], (found[2] or found[4])
    made = unicodedata.normalize("NFC", letter.translate(_DOTLESS) + _COMBINING[accent])
    return made if len(made) == 1 else found.group()


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
