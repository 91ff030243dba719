"""`triage reindex`."""

import dataclasses
from pathlib import Path

from triage.commands.opening import open_workspace
from triage.screens.console import say, write_json
from triage.steps.reindex import reindex


def run(folder: Path | None, json: bool) -> None:
    """Makes the index anew."""
    with open_workspace(folder, quiet=json) as workspace:
        report = reindex(workspace.store, workspace.vectors, workspace.index, workspace.progress)
        if json:
            write_json(dataclasses.asdict(report))
        else:
            say(f"indexed {report.papers:,} papers and {report.passages:,} passages")
