"""`triage add`."""

from collections.abc import Sequence
from pathlib import Path

import typer

from triage.commands.edit import complete
from triage.commands.opening import open_workspace
from triage.commands.pipeline import kept_when_stopped, process
from triage.commands.reports import record_json
from triage.identity import ListedPapers
from triage.screens.console import say, shorten, write_json
from triage.steps.add import add


def run(folder: Path | None, items: Sequence[str], pdf: bool, offline: bool, json: bool) -> None:
    """Adds the papers, then judges, reads and drafts them. Exits with 1 if an item could not be added."""
    with open_workspace(folder) as workspace, kept_when_stopped(workspace.store):
        with workspace.progress("looking up the papers", None):
            report = add(
                workspace.store,
                None if offline else workspace.feed,
                items,
                known=ListedPapers(workspace.document.entries),
                reader=workspace.reader,
                downloads=None if offline else workspace.downloads,
                pdf_folder=workspace.pdf_folder,
            )
        with workspace.alone("add"):
            done = process(workspace, pdf=pdf, offline=offline)
        for failure in done.failures:
            say(failure)
        records = [workspace.store.record(paper_id) for paper_id in (*report.added, *report.stored)]
        if json:
            write_json(
                {
                    "added": [record_json(record, workspace.house) for record in records],
                    "known": list(report.known),
                    "problems": [{"id": p.paper_id, "step": p.step, "message": p.message} for p in report.problems],
                }
            )
        else:
            for record in records:
                say(f"added {record.paper.id} {shorten(record.paper.title, 60)} ({record.stage.value})")
            for paper_id in report.known:
                say(f"{paper_id} stands in the list already")
            for problem in report.problems:
                say(f"not added: {problem.paper_id}: {problem.message}")
            complete(workspace, [record.paper.id for record in records])
            if done.drafted:
                say("Next: triage review")
        if report.problems:
            raise typer.Exit(1)
