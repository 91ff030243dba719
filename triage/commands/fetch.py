"""`triage fetch`."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from triage.collection import Store
from triage.commands.model import model_or_reason
from triage.commands.opening import open_workspace
from triage.commands.pipeline import Processed, kept_when_stopped, process
from triage.commands.reports import held_out_json
from triage.errors import ConfigError
from triage.identity import ListedPapers
from triage.models import Stage
from triage.screens.console import plural, say, shorten, write_json
from triage.screens.describe import batch_line, held_out_line, problem_lines
from triage.sources.arxiv import check_query
from triage.steps.adopt import learn_background
from triage.steps.judge import REVIEW_BATCH
from triage.steps.watch import RefreshReport, WatchReport, refresh, watch, window
from triage.workspace import Workspace

_PROBLEMS_SHOWN = 5


def run(
    folder: Path | None,
    since: str | None,
    until: str | None,
    limit: int | None,
    pdf: bool,
    offline: bool,
    json: bool,
    most: int | None = None,
) -> None:
    """Watches, judges, reads (with `most`, so many PDFs only), drafts, and ends with the funnel."""
    with open_workspace(folder) as workspace, workspace.alone("fetch"):
        model_or_reason(workspace, offline)  # a question to the person comes before the long work, not after it
        with kept_when_stopped(workspace.store), workspace.store.fetches.run():
            report, renewed = (_offline(), RefreshReport()) if offline else _ask(workspace, since, until, limit)
            done = process(workspace, pdf=pdf, offline=offline, most=most)
        if json:
            write_json(_json(report, renewed, done))
        else:
            _tell(report, renewed, done, workspace.store)


def _ask(
    workspace: Workspace, since: str | None, until: str | None, limit: int | None
) -> tuple[WatchReport, RefreshReport]:
    """What arXiv has that is new, and what has changed of the papers that wait or are accepted."""
    report = _watch(workspace, since, until, limit)
    renewed = refresh(workspace.store, workspace.feed, datetime.now(UTC), workspace.progress)
    learn_background(workspace.store, workspace.feed, report.until, workspace.progress)
    return report, renewed


def _watch(workspace: Workspace, since: str | None, until: str | None, limit: int | None) -> WatchReport:
    config = workspace.config
    if not config.watch.query.strip():
        raise ConfigError(
            f"{config.file}: [watch] query is empty; write one, or run `triage init` to have one proposed"
        )
    check_query(config.watch.query, f"{config.file}, [watch] query")
    first, last = window(workspace.store, config.watch.query, since, until, date.today())
    with workspace.progress("reading the list", None):
        listed = ListedPapers(workspace.document.entries)
    if not since and workspace.store.fetches.gaps(config.watch.query):
        say(f"asking from {first} on, the first day that was never fetched; --since asks for less")
    return watch(
        workspace.store,
        workspace.feed,
        config.watch.query,
        first,
        last,
        known=listed,
        exclude=config.watch.exclude,
        limit=limit,
        progress=workspace.progress,
    )


def _offline() -> WatchReport:
    today = date.today()
    return WatchReport(today, today, complete=False, why="offline: arXiv was not asked")


def _json(report: WatchReport, renewed: RefreshReport, done: Processed) -> dict[str, Any]:
    return {
        "seen": report.seen,
        "new": report.new,
        "updated": report.updated,
        "known": report.known,
        "excluded": report.excluded,
        "unread": list(report.unread),
        "changed": list(renewed.changed),
        "judged": done.judged.judged,
        "queued": done.judged.queued,
        "set_aside": done.judged.set_aside,
        "held_out": held_out_json(done.judged.trial.held_out),
        "review_batch": REVIEW_BATCH,
        "batch_recall": done.judged.trial.batch_recall,
        "read": done.read,
        "abstracts": done.abstracts,
        "drafted": done.drafted,
        "by_model": done.by_model,
        "model_trouble": "; ".join(done.failures),
        "problems": [{"id": p.paper_id, "step": p.step, "message": p.message} for p in done.problems],
        "why": report.why,
    }


def _tell(report: WatchReport, renewed: RefreshReport, done: Processed, store: Store) -> None:
    judged = done.judged
    say(
        f"seen {report.seen:,} -> new {report.new + report.excluded:,} -> not excluded {report.new:,}"
        f" -> {_read(done)} -> drafted {done.drafted:,}; {judged.queued:,} now wait for you"
    )
    if report.why:
        say(report.why)
    _tell_changes(renewed, store)
    say(f"{plural(judged.queued, 'paper')} in the queue, {judged.set_aside:,} set aside as off topic")
    if judged.trial.held_out:
        say(held_out_line(judged.trial.held_out))
    if done.by_model:
        say(f"{plural(done.by_model, 'draft')} with the model's help")
    for failure in done.failures:
        say(failure)
    for line in problem_lines(done.problems, _PROBLEMS_SHOWN):
        say(shorten(line, 200))
    if judged.trial.batch_recall is not None:
        say(batch_line(REVIEW_BATCH, judged.trial.batch_recall))
    if judged.queued:
        say("Next: triage review")


def _read(done: Processed) -> str:
    """What was read this time: a PDF that could not be read, or was not asked for, was not read."""
    instead = f" and {plural(done.abstracts, 'abstract')} in place of one" if done.abstracts else ""
    return f"read {plural(done.read, 'PDF')}{instead}"


def _tell_changes(renewed: RefreshReport, store: Store) -> None:
    """What arXiv says otherwise now of papers that wait for a person or were accepted."""
    if renewed.changed:
        say(f"{plural(len(renewed.changed), 'stored paper has', 'stored papers have')} changed at arXiv")
    accepted = store.stages(Stage.ACCEPTED)
    for paper_id in renewed.changed:
        if paper_id in accepted:
            say(f"  {paper_id} is accepted with its entry as it was; to look again: triage show {paper_id}")
    if renewed.problem:
        say(f"not all stored papers could be asked about: {renewed.problem}")
