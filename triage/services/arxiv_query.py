"""What arXiv would refuse or silently misread in a query, found before anything is asked.

https://info.arxiv.org/help/api/user-manual.html#query_details
"""

import re
from datetime import date

from triage.errors import ConfigError

FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all", "submittedDate", "lastUpdatedDate")
_PIECE = re.compile(r'"[^"]*"|\[[^\]]*\]|[()]|[^\s()"\[\]]+')
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
    pieces = _PIECE.findall(text)
    return _bad_brackets(pieces) or _bad_word(pieces) or _bad_order(pieces)


def _bad_brackets(pieces: list[str]) -> str | None:
    depth = 0
    for piece in pieces:
        depth += (piece == "(") - (piece == ")")
        if depth < 0:
            return "a closing parenthesis has no opening one"
    return "a closing parenthesis is missing" if depth else None


def _bad_word(pieces: list[str]) -> str | None:
    for piece in pieces:
        if piece[0] in '"[()':
            continue
        if piece.upper() in _OPERATORS and piece not in _OPERATORS:
            return f"{piece!r} must be written {piece.upper()!r}, else arXiv searches for the word"
        if piece in ("NOT", "not"):
            return f"{piece!r} is unknown to arXiv; write ANDNOT"
        name, colon, rest = piece.partition(":")
        if colon and name not in FIELDS:
            return f"{name!r} is no field of arXiv; there are {', '.join(FIELDS)}"
        if colon and not rest and name.endswith("Date") is False and piece == pieces[-1]:
            return f"nothing stands behind {piece!r}"
    return None


def _bad_order(pieces: list[str]) -> str | None:
    before = "("
    for piece in [*pieces, ")"]:
        if piece in _OPERATORS and (before in _OPERATORS or before == "("):
            return f"{piece} has nothing before it"
        if piece == ")" and before in _OPERATORS:
            return f"{before} has nothing behind it"
        if piece == ")" and before == "(":
            return "a pair of parentheses is empty"
        before = piece
    return None
