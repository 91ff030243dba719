"""`triage reindex`."""

from pathlib import Path

from triage.commands.opening import open_workspace
from triage.screens.console import plural, say, write_json
from triage.steps.reindex import reindex


def run(folder: Path | None, json: bool) -> None:
    """Brings the index to what the store holds, and says how much that is."""
    with open_workspace(folder) as workspace, workspace.alone("reindex"):
        report = reindex(workspace.store, workspace.vectors, workspace.index, workspace.progress)
        papers, passages = (workspace.index.count(name) for name in ("papers", "passages"))
        if json:
            write_json(
                {
                    "papers": papers,
                    "passages": passages,
                    "added": report.papers + report.passages,
                    "removed": report.removed,
                }
            )
        else:
            say(f"the index holds {plural(papers, 'paper')} and {plural(passages, 'passage')};")
            say(f"{report.papers + report.passages:,} came in now, {report.removed:,} stale ones went out")
