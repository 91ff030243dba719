"""Other people's text made harmless for the place it is put: a Markdown line, a link's address, a table's cell.

A title or summary comes from outside and must not open a link, a tag, a code span, a new line or a new cell.
"""

import re
import unicodedata
from urllib.parse import quote

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_URL = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_ODD = re.compile(r"[^\x20-\x7e]")
_JOINERS = "\u200c\u200d"


def one_line(text: str) -> str:
    """No line breaks, single blanks, none of the characters that nobody sees (controls, directions, soft hyphens).

    Joiners stay where they join: between emoji, and in scripts other than Latin.
    """
    return " ".join(_ODD.sub(lambda found: _visible(text, found.start()), text).split())


def _visible(text: str, place: int) -> str:
    character = text[place]
    if character in _JOINERS:
        joins = 0 < place < len(text) - 1 and _can_join(text[place - 1]) and _can_join(text[place + 1])
        return character if joins else ""
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    return " " if category in ("Cc", "Cs", "Co", "Zl", "Zp", "Zs") else character


def _can_join(character: str) -> bool:
    letter = not character.isascii() and unicodedata.category(character)[0] in "LMS"
    return letter and not unicodedata.name(character, "").startswith("LATIN")


def safe_text(text: str) -> str:
    """Text for a Markdown line."""
    shown = one_line(text)
    shown = _TAG.sub("&lt;", shown).replace("`", "\\`")
    shown = re.sub(r"\]\s*([(\[])", r"\\]\1", shown)
    shown = re.sub(
        r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|\*", lambda m: "".join("\\" + c for c in m.group()), shown
    )
    return re.sub(r"!\[", r"!\\[", shown)


def safe_title(text: str) -> str:
    """Text that may stand inside a link or bold: brackets that do not pair up are escaped."""
    shown = safe_text(text).removesuffix(".")
    depth, balanced = 0, True
    for character in shown.replace("\\]", "").replace("\\[", ""):
        depth += (character == "[") - (character == "]")
        balanced = balanced and depth >= 0
    if depth or not balanced:
        shown = re.sub(r"(?<!\\)([\[\]])", r"\\\1", shown)
    return shown


def safe_cell(text: str) -> str:
    """Text for a table's cell."""
    return re.sub(r"(?<!\\)\|", r"\\|", one_line(text) if "\n" in text else text)


def safe_url(url: str | None) -> str | None:
    """An http(s) address that cannot end its own parentheses; None for any other scheme."""
    if not url or not _URL.fullmatch(url.strip()):
        return None
    return quote(url.strip(), safe=":/?#@!$&'*+,;=%~-._")
