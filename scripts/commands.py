"""Writes docs/commands.md: the help of every command, as the program has it: `python scripts/commands.py`."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from triage.cli import app

TARGET = Path(__file__).parent.parent / "docs" / "commands.md"
_HEAD = """# Commands and options

Written by `python scripts/commands.py` from the commands themselves; `triage COMMAND --help` says the same.
"""
_NUMBER = re.compile(r"<(?:int|float)[^>]*>|(?:INTEGER|FLOAT)(?: RANGE)?")
_TEXT = re.compile("<str>")
_CHOICE = re.compile(r"[<\[](?:list\[)?([a-z|]+)\]?[>\]]")
_RANGE = re.compile(r" *\[x>=\d\]|(?<=\d); *\d[^\]]*(?=\])")


def commands() -> dict[str, TyperCommand]:
    """The commands of triage by name, in the order of its help."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    return {name: command for name, command in group.commands.items() if isinstance(command, TyperCommand)}


def page() -> str:
    """The whole of docs/commands.md."""
    return "\n".join([_HEAD, *("\n".join(_command(name, command)) for name, command in commands().items())])


def _command(name: str, command: TyperCommand) -> Iterator[str]:
    context = typer.Context(command, info_name=f"triage {name}")
    yield f"## triage {name}\n"
    yield f"```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```\n"
    yield f"{_paragraphs(command.help or '')}\n"
    rows = [_row(one, context) for one in command.params if isinstance(one, TyperArgument | TyperOption)]
    if rows:
        yield "| | |\n|---|---|"
        yield from (f"| `{_cell(what)}` | {_cell(meaning)} |" for what, meaning in rows)
        yield ""


def _row(one: TyperArgument | TyperOption, context: typer.Context) -> tuple[str, str]:
    """How it is written, and what it means; the type's name as a placeholder, whatever this Typer calls it."""
    if isinstance(one, TyperArgument):
        return one.metavar or one.name or "", one.help or ""
    written, meaning = one.get_help_record(context) or (one.opts[0], "")
    return _CHOICE.sub(r"\1", _TEXT.sub("TEXT", _NUMBER.sub("N", written))), _RANGE.sub("", meaning)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").strip()


def _paragraphs(text: str) -> str:
    """A help text with each paragraph on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")
