"""A process of test_together.py: `person.py SECONDS COMMAND…` gives the commands one after the other, again and again
until the time is up, and prints how often. It stops with what was said at the first that fails."""

import io
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout

from triage.cli import main


def give(words: Sequence[str]) -> None:
    """Runs `triage WORDS…` in this process."""
    sys.argv = ["triage", *words]
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            main()
    except SystemExit as stop:
        if stop.code:
            sys.exit(f"{words}: {said.getvalue()}")


def repeat(seconds: float, commands: Sequence[str]) -> int:
    """Gives all commands at least once, and until so many seconds are over."""
    end = time.monotonic() + seconds
    turns = 0
    while not turns or time.monotonic() < end:
        for command in commands:
            give(command.split())
        turns += 1
    return turns


if __name__ == "__main__":
    print(repeat(float(sys.argv[1]), sys.argv[2:]))
