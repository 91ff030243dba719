"""The README names every command, and its settings are the settings."""

from dataclasses import fields
from pathlib import Path

import pytest

from triage.cli import app
from triage.config import Config

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
NAMES = sorted({c.name or c.callback.__name__.rstrip("_") for c in app.registered_commands if c.callback})


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_has_every_command(name: str) -> None:
    assert f"| `triage {name}" in README


@pytest.mark.parametrize("name", [f.name for f in fields(Config) if f.name != "root"])
def test_the_readme_has_every_setting(name: str) -> None:
    assert f"[{name}]" in README or f"`{name}`" in README


def test_the_two_commands_are_there() -> None:
    assert "pip install . && triage demo" in README
    assert "pip install -e '.[dev]' && pytest" in README
