"""Where output goes: results to stdout, messages to stderr."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

from triage.screens.text import safe

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
