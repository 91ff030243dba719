"""Texts from papers, lists and models made safe for a terminal."""

import re
import unicodedata

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_KEPT = {"\n", "\t"}


def safe(text: str) -> str:
    """`text` without terminal escape sequences, control characters, direction overrides and undecodable bytes."""
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPES.sub("", text)
    return "".join(c if _harmless(c) else "�" if "\ud800" <= c <= "\udfff" else "" for c in text)


def one_line(text: str) -> str:
    """`safe`, with every run of blanks and line breaks made one blank."""
    return " ".join(safe(text).split())


def shorten(text: str, width: int) -> str:
    """`text` on one line of at most `width` characters, cut at a word with an ellipsis."""
    line = one_line(text)
    if len(line) <= width:
        return line
    cut = line[: max(1, width - 1)]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > width // 2 else cut).rstrip(" ,;:-") + "…"


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 paper", "2 papers", "2 entries"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _harmless(char: str) -> bool:
    return char in _KEPT or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"} or char in "\u200d\ufe0f"
