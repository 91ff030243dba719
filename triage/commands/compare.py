"""`triage compare`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table

from triage.commands.model import confirmed
from triage.commands.opening import open_workspace
from triage.errors import TriageError
from triage.llm.client import open_model
from triage.screens.console import data_console, one_line, say, write_json
from triage.steps.compare import Comparison, compare


def run(folder: Path | None, models: Sequence[str], json: bool) -> None:
    """Asks each model to file every decided paper, and says which agreed more with the person."""
    if len(models) < 2:
        raise TriageError("name two models to compare, as in `triage compare gpt-5-mini gpt-5-nano`")
    with open_workspace(folder) as workspace:
        llm = workspace.config.llm
        found = compare(
            workspace.store,
            workspace.document,
            confirmed(lambda: [open_model(name, llm.base_url, llm.timeout_seconds) for name in models]),
            settings=llm,
            progress=workspace.progress,
        )
        if json:
            write_json([asdict(row) for row in found])
            return
        data_console().print(_table(found))
        for row in found:
            if row.trouble:
                say(f"{row.model}: {row.trouble}")


def _table(found: Sequence[Comparison]) -> Table:
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
