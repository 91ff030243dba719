"""Other people's text made harmless for the place it is put: a Markdown line, a link's address, a table's cell.

A title or summary comes from outside and must not open a link, a tag, a code span, a new line or a new cell.
"""

import re
from urllib.parse import quote

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_URL = re.compile(r"https?://[^\s]+", re.IGNORECASE)


def one_line(text: str) -> str:
    """No line breaks, no control characters, single blanks."""
    return re.sub(r"\s+", " ", "".join(c if c.isprintable() or c.isspace() else " " for c in text)).strip()


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
