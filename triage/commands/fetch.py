"""`triage fetch`."""

from datetime import date
from pathlib import Path
from typing import Any

from triage.commands.model import model_or_reason
from triage.commands.opening import open_workspace
from triage.commands.pipeline import Processed, process
from triage.errors import ConfigError
from triage.identity import ListedPapers
from triage.screens.console import say, write_json
from triage.screens.describe import first_ones
from triage.screens.text import plural, shorten
from triage.services.arxiv_query import check_query
from triage.steps.adopt import learn_background
from triage.steps.judge import EVENING
from triage.steps.watch import WatchReport, watch, window
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
        report = _offline() if offline else _watch(workspace, since, until, limit)
        done = process(workspace, pdf=pdf, offline=offline, most=most)
        if json:
            write_json(_json(report, done))
        else:
            _tell(report, done)


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
    report = watch(
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
    learn_background(workspace.store, workspace.feed, last, workspace.progress)
    return report


def _offline() -> WatchReport:
    today = date.today()
    return WatchReport(today, today, complete=False, why="offline: arXiv was not asked")


def _json(report: WatchReport, done: Processed) -> dict[str, Any]:
    return {
        "seen": report.seen,
        "new": report.new,
        "updated": report.updated,
        "known": report.known,
        "excluded": report.excluded,
        "judged": done.judged.judged,
        "queued": done.judged.queued,
        "set_aside": done.judged.set_aside,
        "in_evening": done.judged.in_evening,
        "read": done.read,
        "drafted": done.drafted,
        "by_model": done.by_model,
        "model_trouble": "; ".join(done.failures),
        "problems": [{"id": p.paper_id, "step": p.step, "message": p.message} for p in done.problems],
        "why": report.why,
    }


def _tell(report: WatchReport, done: Processed) -> None:
    say(
        f"seen {report.seen:,} -> new {report.new + report.excluded:,} -> not excluded {report.new:,}"
        f" -> read {done.read:,} -> drafted {done.drafted:,}; {done.judged.queued:,} now wait for you"
    )
    if report.why:
        say(report.why)
    say(
        f"{plural(done.judged.queued, 'paper')} in the queue, {done.judged.set_aside:,} set aside as off topic"
        f" (about {done.judged.expected_misses:.0f} of them wrongly)"
    )
    if done.by_model:
        say(f"{plural(done.by_model, 'draft')} with the model's help")
    for failure in done.failures:
        say(failure)
    for problem in done.problems[:_PROBLEMS_SHOWN]:
        say(f"problem: {problem.paper_id} ({problem.step}): {shorten(problem.message, 120)}")
    if len(done.problems) > _PROBLEMS_SHOWN:
        say(f"and {len(done.problems) - _PROBLEMS_SHOWN} more problems; `triage status` lists them")
    if done.judged.in_evening is not None:
        say(first_ones(EVENING, done.judged.in_evening))
    if done.judged.queued:
        say("Next: triage review")
