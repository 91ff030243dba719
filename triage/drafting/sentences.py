"""A text cut into sentences, and words brought to a comparable form."""

import re
import unicodedata

from triage.lists.escape import one_line

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|Fig|Figs|Eq|Eqs|Sec|Tab|Ref|Refs|No|Dr|Prof|St|w\.r\.t|a\.k\.a)|"
    r"\b[A-Z])\.$"
)


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, blanks evened out."""
    flat = " ".join(text.split())
    parts, start = [], 0
    for stop in re.finditer(r"[.!?][\"'”)\]]*\s+(?=[\"'“(\[]?(?:[A-Z0-9$]|[a-z]{1,12}[A-Z]))", flat):
        before = flat[start : stop.start() + 1]
        if _ABBREVIATION.search(before[-12:]):
            continue
        parts.append(flat[start : stop.end()].strip())
        start = stop.end()
    if flat[start:].strip():
        parts.append(flat[start:].strip())
    return parts


def plain(text: str) -> str:
    """`text` for comparing: compatibility forms (ligatures) resolved, hyphenation at line ends joined, soft hyphens and
    invisible marks removed, quotes and dashes made plain, blanks evened out, lower case."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    text = re.sub(r"(?<=\w)[-‐]\s*\n\s*(?=[a-z])", "", text)
    text = text.translate(str.maketrans("‘’“”–—‐‑−", "''\"\"-----"))
    return " ".join(text.split()).casefold()


def without_long_words(text: str) -> str:
    """`text` without runs of more than 60 characters that are no words in any language, so that no pattern has to walk
    them again and again."""
    return re.sub(r"[^\s]{61,}", " ", text)


def clean(text: str) -> str:
    """`text` on one line without control, escape, direction or other invisible characters."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?", "", text)
    return one_line(text)
