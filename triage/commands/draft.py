"""`triage draft`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import typer

from triage.commands.model import model_or_reason
from triage.commands.opening import open_workspace
from triage.commands.reports import record_json
from triage.commands.show import named
from triage.screens.console import say, shorten, write, write_json
from triage.steps.draft import draft


def run(folder: Path | None, ids: Sequence[str], model: str | None, again: bool, offline: bool, json: bool) -> None:
    """Drafts these papers anew. Exits with 1 if one could not be drafted."""
    with open_workspace(folder) as workspace:
        if model:
            workspace.config = replace(workspace.config, llm=replace(workspace.config.llm, model=model))
        records = [workspace.store.record(named(paper_id)) for paper_id in ids]
        asked, trouble = model_or_reason(workspace, offline)
        report = draft(
            workspace.store,
            workspace.document,
            workspace.house,
            records,
            model=asked,
            settings=workspace.config.llm,
            progress=workspace.progress,
            again=again,
            no_model=trouble,
            tell=say,
        )
        for failure in report.failures:
            say(failure)
        after = [workspace.store.record(record.paper.id) for record in records]
        if json:
            write_json([record_json(record, workspace.house) for record in after])
        else:
            for record in after:
                by = record.draft.by if record.draft else "nobody"
                say(f"{record.paper.id} {shorten(record.paper.title, 60)}: drafted by {by}")
                if record.draft:
                    write(record.draft.entry.rstrip("\n"))
            for problem in report.problems:
                say(f"problem: {problem.paper_id}: {problem.message}")
        if report.problems:
            raise typer.Exit(1)
