"""Texts from papers, lists and models made safe for a terminal.

Where output goes: results to stdout, messages to stderr.

Hostile text on its way to a terminal, an editor or a browser, beyond what `screens.text` does.

A small chart for the terminal.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

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


_drawing: list[Console] = []


def talk_console() -> Console:
    """stderr, for progress and remarks; while something is drawn there, the console that draws it, so that a remark
    stands above the drawing."""
    return _drawing[-1] if _drawing else Console(stderr=True, highlight=False)


@contextmanager
def drawing_on(console: Console) -> Iterator[None]:
    """Makes `console` the one that remarks go to."""
    _drawing.append(console)
    try:
        yield
    finally:
        _drawing.remove(console)


def data_console() -> Console:
    """stdout, for tables a person reads."""
    return Console(highlight=False)


def say(message: str) -> None:
    """One remark on stderr."""
    talk_console().print(Text(safe(message)), soft_wrap=True)


def write(text: str) -> None:
    """Plain text on stdout, made safe for a terminal."""
    print(safe(text) if sys.stdout.isatty() else text.encode("utf-8", "replace").decode())


def write_json(value: Any) -> None:
    """One JSON value on stdout, in ASCII so that every byte of a broken list survives every terminal."""
    print(json.dumps(value, indent=2))


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


_BARS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 8


def curve(points: Sequence[tuple[float, float]], width: int = 60, height: int = _HEIGHT) -> list[str]:
    """Lines that draw a rising curve of (x, y), both from 0 to 1, as columns; [] without points."""
    if not points:
        return []
    ordered = sorted(points)
    columns = []
    for number in range(width):
        x = (number + 1) / width
        columns.append(max((y for at, y in ordered if at <= x + 1e-9), default=0.0))
    lines = []
    for row in range(height, 0, -1):
        cells = "".join(_cell(value * height - (row - 1)) for value in columns)
        label = {height: "100%", (height + 1) // 2: " 50%"}.get(row, "    ")
        lines.append(f"{label} │{cells}")
    lines.append("     └" + "─" * width)
    return lines


def _cell(part: float) -> str:
    return _BARS[round(min(1.0, max(0.0, part)) * (len(_BARS) - 1))]
