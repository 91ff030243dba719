"""What is a sentence that one could quote, and what is debris of a page: headings, tables, references, captions,
formulas, affiliations, sentences that a page's end cut."""

import re

from triage.evidence.source import Sentence

_WORD = re.compile(r"[^\W\d_]{2,}")
_TOKEN = re.compile(r"\S+")
_BAD_HEADING = re.compile(r"^[\W\d]{0,9}(?:[A-Z]\W{1,3})?(?:references|bibliography|acknowledge?ments?)\b", re.I)
_CAPTION = re.compile(r"^(?:fig(?:ure)?|table|tab|algorithm|listing)s?\.? ?[\dA-Z][\d.]{0,4}[a-z]?\s?[.:|]", re.I)
_REFERENCE = re.compile(
    r"\barXiv (?:preprint|e-prints)\b|\bIn Proc(?:eedings|\.)|\bpp\. ?\d|\b\d{1,4} ?\(\d{1,3}\) ?: ?\d|\bdoi ?[.:]",
    re.I,
)
_ADDRESS = re.compile(r"@[\w.-]+\.[a-z]{2,}|©|\bcopyright\b|\bUniversit(?:y|ät|é) of\b.{0,80},.{0,80},", re.I)
_FEWEST, _MOST = 5, 90


def is_prose(sentence: Sentence) -> bool:
    """Whether this can be quoted as a sentence of the paper."""
    text = sentence.text.strip()
    words = _WORD.findall(text)
    if not _FEWEST <= len(words) <= _MOST or _BAD_HEADING.search(sentence.heading):
        return False
    if not (text[0].isupper() or text[0].isdigit() or text[0] in "\"'“‘([") or text[-1] not in ".!?\"'”’)]":
        return False
    if _CAPTION.search(text) or _REFERENCE.search(text) or _ADDRESS.search(text):
        return False
    return sum(map(len, words)) >= 0.6 * sum(map(len, _TOKEN.findall(text)))
