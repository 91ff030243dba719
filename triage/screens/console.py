"""What goes to a terminal: texts of papers, lists and models made harmless, results to stdout and messages to stderr,
and a small chart."""

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
_JOINERS = "\u200d\ufe0f"
"""Characters without a form of their own that join others, as in emoji."""
_BROKEN_BYTES = range(0xDC80, 0xDD00)
"""Bytes that are not UTF-8, as Python's "surrogateescape" reads them."""
_STAND_INS = range(0x10FE80, 0x10FE80 + len(_BROKEN_BYTES))
"""Private characters that stand for them in an editor."""
_LONGEST_LINK = 2000
_BARS = " ▁▂▃▄▅▆▇█"
_drawing: list[Console] = []


def safe(text: str) -> str:
    """`text` without terminal escape sequences, control characters and direction overrides; broken bytes become "�"."""
    if text.isascii() and text.isprintable():
        return text
    text = _ESCAPES.sub("", text)
    return "".join(c if _is_harmless(c) else "�" if "\ud800" <= c <= "\udfff" else "" for c in text)


def one_line(text: str) -> str:
    """`safe` text on one line, with single spaces."""
    return " ".join(safe(text).split())


def visible_lines(text: str) -> list[str]:
    """The lines of `text`, each made safe, with their indentation and inner spaces."""
    return [safe(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n")]


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


def to_editor(text: str) -> str:
    """`text` for an editor that takes only UTF-8: broken bytes become private characters."""
    return _exchanged(text, _BROKEN_BYTES, _STAND_INS)


def from_editor(text: str) -> str:
    """The text that an editor returns, with the broken bytes that `to_editor` replaced."""
    return _exchanged(text, _STAND_INS, _BROKEN_BYTES)


def web_address(url: str | None) -> str | None:
    """The address if a browser may be sent to it (http or https, no spaces or control characters), else None."""
    if not url or not url.lower().startswith(("http://", "https://")) or len(url) > _LONGEST_LINK:
        return None
    return None if any(c.isspace() or unicodedata.category(c)[0] == "C" for c in url) else url


def data_console() -> Console:
    """stdout, for tables that a person reads."""
    return Console(highlight=False)


def talk_console() -> Console:
    """stderr, for progress and messages; while progress is drawn there, the console that draws it, so that messages
    appear above the bars."""
    return _drawing[-1] if _drawing else Console(stderr=True, highlight=False)


@contextmanager
def drawing_on(console: Console) -> Iterator[None]:
    """Sends messages to `console` inside the block."""
    _drawing.append(console)
    try:
        yield
    finally:
        _drawing.remove(console)


def say(message: str) -> None:
    """One message on stderr."""
    talk_console().print(Text(safe(message)), soft_wrap=True)


def write(text: str) -> None:
    """Plain text on stdout, made safe if that is a terminal."""
    print(safe(text) if sys.stdout.isatty() else text.encode("utf-8", "replace").decode())


def write_json(value: Any) -> None:
    """One JSON value on stdout, in ASCII, so that broken bytes survive."""
    print(json.dumps(value, indent=2))


def curve(points: Sequence[tuple[float, float]], width: int = 60, height: int = 8) -> list[str]:
    """Lines that draw a rising curve of (x, y), both from 0 to 1, as columns; [] without points."""
    if not points:
        return []
    columns = [max((y for x, y in points if x <= (number + 1) / width + 1e-9), default=0.0) for number in range(width)]
    lines = []
    for row in range(height, 0, -1):
        cells = "".join(_bar(value * height - (row - 1)) for value in columns)
        label = {height: "100%", (height + 1) // 2: " 50%"}.get(row, "    ")
        lines.append(f"{label} │{cells}")
    return [*lines, "     └" + "─" * width]


def _is_harmless(char: str) -> bool:
    return char in _KEPT or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"} or char in _JOINERS


def _exchanged(text: str, old: range, new: range) -> str:
    return "".join(chr(new[ord(c) - old.start]) if ord(c) in old else c for c in text)


def _bar(part: float) -> str:
    return _BARS[round(min(1.0, max(0.0, part)) * (len(_BARS) - 1))]
