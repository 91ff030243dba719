"""`triage prompts`: what a model is asked."""

from pathlib import Path

from rich.table import Table

from triage.commands.opening import open_workspace
from triage.llm.prompts import Prompt, copy_prompts, load_prompts
from triage.screens.console import data_console, one_line, say, write_json


def prompts(folder: Path | None, *, copy: bool = False, json: bool = False) -> None:
    """Lists the prompts with what each is for; with `copy` puts those that the workspace lacks into its folder
    `prompts`, where a person may edit them."""
    with open_workspace(folder) as workspace:
        own = workspace.prompts
    if copy:
        copied = list(copy_prompts(own))
        for path in copied:
            say(f"copied to {path}")
        if not copied:
            say(f"nothing to copy: {own} has every prompt")
    found = load_prompts(own)
    if json:
        write_json([_row(prompt) for prompt in found])
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("prompt", "asks for", "variables", "file"):
        table.add_column(name, overflow="fold")
    for prompt in found:
        file = f"{one_line(str(prompt.file))}{' (edited)' if prompt.edited else ''}"
        table.add_row(prompt.name, prompt.purpose, ", ".join(prompt.variables), file)
    data_console().print(table)
    if not copy and not own.is_dir():
        say("to edit them: triage prompts --copy")


def _row(prompt: Prompt) -> dict[str, object]:
    return {
        "name": prompt.name,
        "purpose": prompt.purpose,
        "variables": list(prompt.variables),
        "optional": sorted(prompt.optional),
        "file": str(prompt.file),
        "edited": prompt.edited,
    }
