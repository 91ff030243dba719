"""Other people's text made harmless for the place it is put: a Markdown line, a code span, HTML, a link's address.

A title or summary comes from outside. What a reader sees is that text, and nothing in it opens or closes a link, a tag,
a code span, emphasis, a cell, a line or a block. By the rules of CommonMark (https://spec.commonmark.org/0.31.2/) and
of GitHub's tables and strikethrough.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

_URL = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_MARKS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|[\[\]`*]|_+|(?<=\S)~|(?<=\s)#(?=#*$)"
    r"|&(?=(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)|<(?=[A-Za-z/!?]|[^\s<>@]{1,64}@)"
)
"""What acts inside a line."""
_BLOCK = re.compile(r"(?:#{1,6}(?=\s|$)|[-+](?=\s|$)|[>|]|(?=[-=:])[-=:|\s]+$)|(\d{1,9})(?=[.)](?:\s|$))")
"""What makes a line a heading, an item, a quotation, a rule, a row."""
_BARE_ADDRESS = re.compile(r"(?<=http)(s?):(?=//)|(?<=www)\.", re.IGNORECASE)
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


class Place(StrEnum):
    """Where in an entry a text stands."""

    LINE = "line"
    CODE = "code"
    HTML = "html"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Plain:
    """A text as it is meant, to be escaped for the place it is put. `cell` says that it is part of a table's row."""

    text: str
    cell: bool = False


def escaped(plain: Plain, place: Place = Place.LINE) -> str:
    """The text, on one line, written so that in this place a reader sees just that text."""
    shown = one_line(plain.text)
    if place is Place.CODE:
        shown = shown.replace("`", "'")
    elif place is Place.ATTRIBUTE:
        shown = html.escape(shown)
    elif place is Place.HTML:
        # Between tags Markdown may or may not be read: entities mean the same either way.
        shown = _MARKS.sub(_as_entities, shown)
        shown = _BARE_ADDRESS.sub(lambda sign: sign.group()[:-1] + _entity(sign.group()[-1]), shown)
    else:
        block = _BLOCK.match(shown)
        shown = _MARKS.sub(_with_backslashes, shown)
        if block:
            digits = block.group(1) or ""
            shown = f"{digits}\\{shown[len(digits) :]}"
    return shown.replace("|", "&#124;" if place is Place.HTML else "\\|") if plain.cell else shown


def _with_backslashes(marks: re.Match[str]) -> str:
    found = marks.group()
    if found in "<&":
        return _entity(found)
    return found if _is_no_emphasis(marks) else "".join(f"\\{mark}" for mark in found)


def _as_entities(marks: re.Match[str]) -> str:
    return marks.group() if _is_no_emphasis(marks) else "".join(map(_entity, marks.group()))


def _entity(mark: str) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(mark, f"&#{ord(mark)};")


def _is_no_emphasis(marks: re.Match[str]) -> bool:
    """Underscores within a word, or between blanks."""
    if not marks.group().startswith("_"):
        return False
    before, after = marks.string[: marks.start()][-1:], marks.string[marks.end() : marks.end() + 1]
    return (before.isalnum() and after.isalnum()) or (before.isspace() and after.isspace())


def safe_url(url: str | None) -> str | None:
    """An http(s) address that cannot end its own parentheses, quotes or cell; None for any other scheme."""
    if not url or not _URL.fullmatch(url.strip()):
        return None
    return quote(url.strip(), safe=":/?#@!$&*+,;=%~-._", errors="replace")
