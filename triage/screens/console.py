"""Where output goes: data to stdout, talk to stderr."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.text import Text

from triage.screens.text import safe


def talk_console() -> Console:
    """stderr, for progress and remarks."""
    return Console(stderr=True, highlight=False)


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
