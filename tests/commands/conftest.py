"""What the tests of commands share."""

import sys
from collections.abc import Callable

import pytest

from triage.cli import main


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs `triage WORDS…` in this process, in the current folder, and gives its exit code."""

    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["triage", *words])
        try:
            main()
        except SystemExit as stop:
            return int(stop.code or 0)
        return 0

    return run
