"""Hostile text made harmless for a terminal: what cannot be seen is shown, and nothing moves the cursor."""

import unicodedata

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_SURROGATES = range(0xDC80, 0xDD00)
_STAND_INS = 0x10FE80


def visible(text: str) -> str:
    """`text` on one line, with control characters as pictures (escape becomes \u241b), blanks collapsed, and bytes that
    are no UTF-8, direction overrides and other invisible characters as \ufffd."""
    return " ".join("".join(map(_shown, " ".join(text.split()))).split())


def visible_lines(text: str) -> list[str]:
    """The lines of `text`, each made harmless as `visible` does, indentation and inner blanks kept."""
    return ["".join(map(_shown, line.expandtabs(4))) for line in text.replace("\r\n", "\n").split("\n")]


def to_editor(text: str) -> str:
    """`text` for an editor that only takes UTF-8: undecodable bytes become private characters; `from_editor` undoes it."""
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


def _shown(character: str) -> str:
    code = ord(character)
    if code in _PICTURES:
        return _PICTURES[code]
    if code < 0x7F:
        return character
    kind = unicodedata.category(character)
    if character in "\u200d\ufe0e\ufe0f":
        return character
    return "\ufffd" if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else character
