"""`triage backtest`: how well triage would have done, replayed with the list's git history."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from rich.text import Text

from triage.collection import Store
from triage.collection.papers import BACKGROUND, PERSON, WATCH
from triage.commands.opening import open_workspace
from triage.errors import FeedError
from triage.identity import text_key
from triage.lists.document import Document, read
from triage.lists.lookup import READING, Lookup
from triage.models import show_path
from triage.screens.console import curve, data_console, one_line, plural, say, shorten, write_json
from triage.sources.git import text_as_of
from triage.steps.backtest import Addition, BacktestReport
from triage.steps.backtest import backtest as replay_list
from triage.steps.watch import watch
from triage.when import day_of
from triage.workspace import Workspace

_DEFAULT = "3m"
_NAMED = 12
"""How many papers of a kind are named."""


def backtest(folder: Path | None, *, since: str | None = None, offline: bool = False, json: bool = False) -> None:
    """Replays the list's history in a store of its own, so that the real queue is left alone."""
    with open_workspace(folder) as workspace:
        today = date.today()
        day = day_of(since or _DEFAULT, "--since", today)
        with workspace.progress("looking up the list's history", None):
            before = read(text_as_of(workspace.config.list, day))
        with Store(workspace.config.store / "backtest") as replay:
            _fill(workspace, replay, before, day, today, offline)
            report = replay_list(replay, before, workspace.document, day, workspace.vectors, workspace.progress)
        if json:
            write_json(_backtest_json(report))
        else:
            _print_backtest(report)


def _fill(workspace: Workspace, replay: Store, before: Document, day: date, today: date, offline: bool) -> None:
    """What arXiv announced since the day, whether the list has it by now or not, and what is known of older entries."""
    entries = workspace.store.entries
    replay.entries.keep_answers(entries.asked(), entries.known())
    for paper in workspace.store.papers.of(BACKGROUND):
        replay.papers.save(paper, BACKGROUND)
    replay.look(Lookup(before.entries).read_entries(), {}, f"{READING}:{text_key(before.text)}")
    with replay.papers.together():
        for paper in workspace.store.papers.of(WATCH, PERSON):
            if paper.published and paper.published >= day and not replay.entries.mention(paper):
                replay.papers.save(paper)
    if offline:
        return
    query, exclude = workspace.config.watch.query, workspace.config.watch.exclude
    try:
        watch(replay, workspace.feed, query, day, today, exclude=exclude, progress=workspace.progress)
    except FeedError as error:
        say(f"{error}")
        say("replaying with the papers in the store; run it again, and the fetch goes on where it stopped")


def _backtest_json(report: BacktestReport) -> dict[str, Any]:
    row = asdict(report)
    row["since"] = report.since.isoformat()
    row["recall"] = report.recall
    return row


def _print_backtest(report: BacktestReport) -> None:
    additions = len(report.caught) + len(report.missed)
    lines = [
        f"since {report.since.isoformat()}, with the list as it was then:",
        f"{report.announced:>7,}  announced papers matched the query",
        f"{report.would_read:>7,}  would have waited for you; {report.minutes_saved:,} you would not have read"
        f" ({report.minutes_saved / 60:.1f} hours at a minute a paper)",
        f"{additions:>7,}  of them were really added: {len(report.caught)} caught, {len(report.missed)} missed",
    ]
    if report.filed:
        lines.append(
            f"{report.right_first:>7,}  of {report.filed} filed right at first, {report.right_in_three} in three"
        )
    if report.unseen:
        lines.append(
            f"{len(report.unseen):>7,}  additions were not among them (older papers, other sources, another query)"
        )
    console = data_console()
    for line in lines:
        console.print(Text(line))
    _print_additions("caught", report.caught)
    _print_additions("missed", report.missed)
    if report.unseen:
        say("\nnot announced in that time, or not matched by the query:")
        for title in report.unseen[:_NAMED]:
            say(f"  {shorten(title, 74)}")
    if additions:
        console.print(Text("\nadditions found, by the share of the queue that is read from the top:"))
        for line in curve(report.curve, width=min(60, console.width - 8)):
            console.print(Text(line))
    else:
        say("no addition was announced in that time, so nothing can be said of recall")


def _print_additions(label: str, additions: tuple[Addition, ...]) -> None:
    console = data_console()
    if additions:
        console.print(Text(f"\n{label}:"))
    for one in additions[:_NAMED]:
        where = show_path(one.proposed[0]) if one.proposed else "no section"
        console.print(Text(one_line(f"  {one.place:>4}. {shorten(one.title, 44)}  {shorten(where, 24)}")))
    if len(additions) > _NAMED:
        console.print(Text(f"  and {plural(len(additions) - _NAMED, 'more paper')}"))
