"""`triage prompts` and `compare`: what a model is asked, and which of two models agrees more with a person."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from triage.commands.opening import confirmed, open_workspace
from triage.errors import TriageError
from triage.llm.client import open_model
from triage.llm.prompts import Prompt, copy_prompts, load_prompts
from triage.screens.console import data_console, one_line, say, write_json
from triage.steps.compare import Comparison
from triage.steps.compare import compare as compare_models


def prompts(folder: Path | None, *, copy: bool = False, json: bool = False) -> None:
    """Prints the prompts with the purpose of each; with `copy`, first copies those that the workspace's folder
    `prompts` lacks, where a person may edit them."""
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
        write_json([_prompt_json(prompt) for prompt in found])
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("prompt", "asks for", "variables", "text"):
        table.add_column(name, overflow="fold")
    for prompt in found:
        where = f"prompts/{prompt.file.name}" if prompt.file.parent == own else "comes with triage"
        edited = ", edited" if prompt.edited else ""
        table.add_row(prompt.name, prompt.purpose, ", ".join(prompt.variables), where + edited)
    data_console().print(table)
    if not copy and not own.is_dir():
        say("to edit them: triage prompts --copy")


def _prompt_json(prompt: Prompt) -> dict[str, object]:
    return {
        "name": prompt.name,
        "purpose": prompt.purpose,
        "variables": list(prompt.variables),
        "optional": sorted(prompt.optional),
        "file": str(prompt.file),
        "edited": prompt.edited,
    }


def compare(folder: Path | None, models: Sequence[str], *, json: bool = False) -> None:
    """Asks each model to file every decided paper, and prints which agrees more with the person."""
    if len(models) < 2:
        raise TriageError("name two models to compare, as in `triage compare gpt-5-mini gpt-5-nano`")
    with open_workspace(folder) as workspace:
        llm = workspace.config.llm
        found = compare_models(
            workspace.store,
            workspace.document,
            confirmed(lambda: [open_model(name, llm.base_url, llm.timeout_seconds) for name in models]),
            settings=llm,
            prompts=workspace.prompts,
            progress=workspace.progress,
        )
        if json:
            write_json([asdict(row) for row in found])
            return
        data_console().print(_comparison_table(found))
        for row in found:
            if row.trouble:
                say(f"{row.model}: {row.trouble}")


def _comparison_table(found: Sequence[Comparison]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("model", "sections right", "the judge", "rejects right", "unusable", "tokens", "cost", "seconds"):
        table.add_column(name, justify="left" if name == "model" else "right")
    for row in found:
        table.add_row(
            one_line(row.model),
            f"{row.accepted_agreed} of {row.accepted}",
            str(row.judge_agreed),
            f"{row.rejected_agreed} of {row.rejected}",
            str(row.unusable),
            f"{row.tokens_in + row.tokens_out:,}",
            "unknown" if row.cost is None else f"${row.cost:.4f}",
            f"{row.seconds:.0f}",
        )
    return table
