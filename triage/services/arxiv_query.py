"""What arXiv would refuse or silently misread in a query, found before anything is asked.

https://info.arxiv.org/help/api/user-manual.html#query_details
"""

import re
from datetime import date

from triage.errors import ConfigError

TEXT_FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all")
DATE_FIELDS = ("submittedDate", "lastUpdatedDate")

_PIECE = re.compile(
    r"""(?P<mark>[()])
    |(?:(?P<field>[^\s()"\[\]:]+):)?(?:"(?P<phrase>[^"]*)"|\[(?P<range>[^\[\]]*)\]|(?P<word>[^\s()"\[\]]+)|(?=\())""",
    re.VERBOSE,
)
_RANGE = re.compile(r"^\s*\d{8}(?:\d{4}|\d{6})?\s+TO\s+\d{8}(?:\d{4}|\d{6})?\s*$")
_OPERATORS = ("AND", "OR", "ANDNOT")


def check_query(text: str, where: str = "triage.toml, [watch] query") -> None:
    """Raises ConfigError, naming `where`, if arXiv would refuse or misread this query."""
    reason = _objection(text)
    if reason:
        raise ConfigError(f'{where}: {reason}; a query looks like ti:"anomaly detection" AND cat:cs.CV')


def in_window(query: str, since: date, until: date) -> str:
    """The query, limited to papers submitted from `since` to `until`, both included (UTC)."""
    return f"({query}) AND submittedDate:[{since:%Y%m%d}0000 TO {until:%Y%m%d}2359]"


def _objection(text: str) -> str | None:
    if not text.strip():
        return "it is empty"
    if text.count('"') % 2:
        return 'a quotation mark (") is missing'
    if text.count("[") != text.count("]"):
        return "a square bracket is missing"
    if _PIECE.sub("", text).strip():
        return "a square bracket stands where none belongs"
    pieces = list(_PIECE.finditer(text))
    wrong = next(filter(None, map(_wrong_piece, pieces)), None)
    return _wrong_nesting(pieces) or wrong or _wrong_order(pieces)


def _wrong_nesting(pieces: list[re.Match[str]]) -> str | None:
    depth = 0
    for piece in pieces:
        depth += (piece["mark"] == "(") - (piece["mark"] == ")")
        if depth < 0:
            return "a closing parenthesis has no opening one"
    return "a closing parenthesis is missing" if depth else None


def _wrong_piece(piece: re.Match[str]) -> str | None:
    """What is wrong with one word, phrase or range."""
    field, word = piece["field"], piece["word"]
    if field is None and word is not None and (wrong := _wrong_word(word)):
        return wrong
    if field is not None and field not in TEXT_FIELDS + DATE_FIELDS:
        return f"{field!r} is no field of arXiv; there are {', '.join(TEXT_FIELDS + DATE_FIELDS)}"
    if (field in DATE_FIELDS or piece["range"] is not None) and not (
        field in DATE_FIELDS and _RANGE.match(piece["range"] or "")
    ):
        return f"{piece[0]!r} is no range of days; write submittedDate:[202606010000 TO 202606302359]"
    sought = piece["phrase"] if word is None else word
    if sought is not None and not any(letter.isalnum() for letter in sought):
        return f"{piece[0]!r} holds no word to look for"
    return None


def _wrong_word(word: str) -> str | None:
    """What is wrong with a word that has no field before it."""
    if word.endswith(":"):
        return f"nothing stands behind {word!r}"
    if word.upper() == "NOT":
        return f"{word!r} is unknown to arXiv; write ANDNOT"
    if word.upper() in _OPERATORS and word not in _OPERATORS:
        return f"{word!r} must be written {word.upper()!r}, else arXiv searches for the word"
    return None


def _wrong_order(pieces: list[re.Match[str]]) -> str | None:
    """An operator or a pair of parentheses with nothing to work on."""
    before = "("
    words = [piece["mark"] or piece[0] for piece in pieces if piece["mark"] or not piece[0].endswith(":")]
    for word in [*words, ")"]:
        if word in _OPERATORS and (before in _OPERATORS or before == "("):
            return f"{word} has nothing before it"
        if word == ")" and before in _OPERATORS:
            return f"{before} has nothing behind it"
        if word == ")" and before == "(":
            return "a pair of parentheses is empty"
        before = word
    return None
