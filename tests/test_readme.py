"""README.md and the guides name every command, no other, and only options that the commands have."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from scripts.commands import TARGET, commands, page
from triage.config import Config
from triage.screens.pages import KEYS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {
    path.relative_to(ROOT).as_posix(): path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
_ROW = re.compile(r"^\| `triage (\S+)((?:[^`|]|\\\|)*)` \|", re.MULTILINE)
_CALL = re.compile(r"(?:`|^\$ |&& )triage ([a-z]+)([^`\n]*)", re.MULTILINE)
_OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


COMMANDS = {
    name: {"-h", "--help", *(option for one in command.params for option in (*one.opts, *one.secondary_opts))}
    for name, command in commands().items()
}


def test_the_table_has_every_command_and_no_other() -> None:
    assert sorted(name for name, _ in _ROW.findall(README)) == sorted(COMMANDS)


def test_the_help_of_every_command_is_in_the_docs() -> None:
    assert TARGET.read_text(encoding="utf-8") == page(), "`python scripts/commands.py` renews it"


@pytest.mark.parametrize("name", PAGES)
def test_options_exist(name: str) -> None:
    text = PAGES[name].read_text(encoding="utf-8")
    for command, rest in (*_ROW.findall(text), *_CALL.findall(text)):
        assert command in COMMANDS, f"{name}: there is no `triage {command}`"
        said = re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", rest)
        unknown = set(_OPTION.findall(said)) - COMMANDS[command]
        assert not unknown, f"{name}: `triage {command}` has no {unknown}"


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    path = PAGES[name]
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        assert target.startswith(("http", "#")) or (path.parent / target).exists(), f"{name}: {target}"


@pytest.mark.parametrize("name", [f.name for f in fields(Config) if f.name != "root"])
def test_every_setting_is_explained(name: str) -> None:
    settings = (ROOT / "docs" / "adopt.md").read_text(encoding="utf-8").partition("## All settings")[2]
    assert f"[{name}]" in settings or f"`{name}`" in settings


def test_the_guide_has_the_keys_of_the_review() -> None:
    guide = (
        (ROOT / "docs" / "review.md").read_text(encoding="utf-8").partition("## The keys")[2].partition("\nPapers")[0]
    )
    rows = re.findall(r"^\| (?:`(.)`|(space)) ", guide, re.MULTILINE)
    assert [letter or "␣" for letter, _ in rows] == [key.shown for key in KEYS]


def test_the_two_commands_are_there() -> None:
    assert "pip install . && triage demo" in README
    assert "pip install -e '.[dev]' && pytest" in README


def test_the_readme_stays_short() -> None:
    before, _, _ = README.partition("## Commands")
    assert len(before.splitlines()) <= 140
