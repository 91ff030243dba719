"""Hostile text on its way to a terminal, an editor or a browser, beyond what `screens.text` does."""

import unicodedata

from triage.screens.text import safe

_SURROGATES = range(0xDC80, 0xDD00)
_STAND_INS = 0x10FE80


def visible_lines(text: str) -> list[str]:
    """The lines of `text`, each made safe for a terminal, indentation and inner blanks kept."""
    return [safe(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n")]


def to_editor(text: str) -> str:
    """`text` for an editor that only takes UTF-8: undecodable bytes become private characters."""
    return "".join(chr(_STAND_INS + ord(c) - 0xDC80) if ord(c) in _SURROGATES else c for c in text)


def from_editor(text: str) -> str:
    """What `to_editor` was given, edits kept."""
    stand_ins = range(_STAND_INS, _STAND_INS + len(_SURROGATES))
    return "".join(chr(ord(c) - _STAND_INS + 0xDC80) if ord(c) in stand_ins else c for c in text)


def web_address(url: str | None) -> str | None:
    """The address if it is one a browser may be sent to (http or https, no blanks or control characters), else None."""
    if not url or not url.lower().startswith(("http://", "https://")) or len(url) > 2000:
        return None
    return None if any(c.isspace() or unicodedata.category(c)[0] == "C" for c in url) else url
