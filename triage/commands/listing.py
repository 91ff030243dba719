"""`triage list`."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table
from rich.text import Text

from triage.commands.opening import open_workspace
from triage.commands.reports import record_json
from triage.commands.sections import section_named
from triage.models import Record, Stage
from triage.screens.console import data_console, say, write_json
from triage.screens.text import one_line, plural

_GAP = 2


def run(folder: Path | None, stages: Sequence[Stage] | None, section: str | None, json: bool) -> None:
    """Lists the records at these stages and under this section."""
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        records = workspace.store.records(*(stages or ()), section=path)
        if json:
            write_json([record_json(record) for record in records])
            return
        if not records:
            counts = workspace.store.stage_counts()
            there = (
                ", ".join(f"{n} {stage.value}" for stage, n in counts.items() if n)
                or "nothing yet; `triage fetch` brings papers"
            )
            say(f"no paper matches; in the store: {there}")
            return
        console = data_console()
        console.print(_table(records, console.width))
        say(plural(len(records), "paper"))


def _table(records: Sequence[Record], width: int) -> Table:
    ids = max(len(record.paper.id) for record in records)
    stages = max(len(record.stage.value) for record in records)
    left = max(30, width - ids - stages - len("100%") - 4 * _GAP)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0))
    table.add_column("id", no_wrap=True, width=ids)
    table.add_column("stage", no_wrap=True, width=stages)
    table.add_column("rel", justify="right", no_wrap=True, width=len("100%"))
    table.add_column("title", no_wrap=True, overflow="ellipsis", width=left * 2 // 3)
    table.add_column("section", no_wrap=True, overflow="ellipsis", width=left - left * 2 // 3)
    for record in records:
        relevance = f"{record.judgement.relevance:.0%}" if record.judgement else ""
        table.add_row(
            Text(record.paper.id),
            record.stage.value,
            relevance,
            Text(one_line(record.paper.title)),
            Text(one_line(record.section[-1]) if record.section else ""),
        )
    return table
