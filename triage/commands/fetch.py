"""`triage fetch` and `triage add`: new papers come in, are judged, read and drafted, and wait for a person."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typer

from triage.collection import Store
from triage.collection.papers import PERSON, WATCH
from triage.collection.waiting import lines
from triage.commands.decide import complete
from triage.commands.opening import model_or_reason, open_workspace
from triage.commands.reports import held_out_json, problems_json, record_json
from triage.errors import ConfigError, TriageError
from triage.models import Paper, Problem, Stage
from triage.screens.console import plural, say, shorten, write_json
from triage.screens.describe import batch_line, held_out_line, problem_lines
from triage.sources.arxiv import check_query
from triage.sources.zotero import Zotero, library
from triage.steps.add import AddReport
from triage.steps.add import add as add_papers
from triage.steps.adopt import learn_background
from triage.steps.draft import draft
from triage.steps.import_records import ImportReport, import_records, is_bibliography, read_file
from triage.steps.judge import REVIEW_BATCH, JudgeReport, judge
from triage.steps.read import PdfSource, ReadReport, read
from triage.steps.reindex import index_papers
from triage.steps.watch import RefreshReport, WatchReport, refresh, watch, window
from triage.workspace import Workspace
from triage.writing.records import ReadFile

_PROBLEMS_SHOWN = 5


def fetch(
    folder: Path | None,
    *,
    since: str | None = None,
    until: str | None = None,
    limit: int | None = None,
    pdf: bool = True,
    top: int | None = None,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Asks arXiv for new papers, judges, reads (with `top`, only so many PDFs) and drafts them, and prints how many
    came how far."""
    with open_workspace(folder) as workspace, workspace.alone("fetch"):
        model_or_reason(workspace, offline)  # What has to be asked is asked before the long work.
        with kept_when_stopped(workspace.store), workspace.store.fetches.run():
            report, renewed = (_offline(), RefreshReport()) if offline else _ask(workspace, since, until, limit)
            done = process(workspace, pdf=pdf, offline=offline, top=top)
        if json:
            write_json(_fetch_json(report, renewed, done))
        else:
            _print_fetch(report, renewed, done, workspace.store)


def add(
    folder: Path | None,
    items: Sequence[str],
    *,
    pdf: bool | None = None,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Adds the papers, and those of bibliographies (files and Zotero libraries), then judges, reads and drafts them.
    Unless `pdf` says so, PDFs are read only where no bibliography was given, which may bring hundreds. Exits with 1 if
    an item could not be added."""
    sources = [item for item in items if is_bibliography(item)]
    with open_workspace(folder) as workspace, kept_when_stopped(workspace.store):
        feed = None if offline else workspace.feed
        with workspace.progress("reading the bibliography", None) if sources else nullcontext():
            files = [(source, _records_of(source, offline)) for source in sources]
        with workspace.progress("looking up the papers", None):
            imports = [(source, import_records(workspace.store, feed, file)) for source, file in files]
            report = add_papers(
                workspace.store,
                feed,
                [item for item in items if item not in sources],
                reader=workspace.reader,
                downloads=None if offline else workspace.downloads,
                pdf_folder=workspace.pdf_folder,
            )
        with workspace.alone("add"):
            done = process(workspace, pdf=not sources if pdf is None else pdf, offline=offline)
        for failure in done.failures:
            say(failure)
        if json:
            write_json(_add_json(workspace, report, imports))
        else:
            _print_add(workspace, report, imports)
            if done.drafted:
                say("Next: triage review")
        if report.problems:
            raise typer.Exit(1)


def _records_of(source: str, offline: bool) -> ReadFile:
    """The records of a file or of a Zotero library. Raises TriageError."""
    if (wanted := library(source)) is None:
        return read_file(Path(source))
    if offline:
        raise TriageError(f"{source} cannot be asked offline; run this again without --offline")
    return ReadFile(tuple(Zotero().records(wanted)))


def _add_json(workspace: Workspace, report: AddReport, imports: Sequence[tuple[str, ImportReport]]) -> dict[str, Any]:
    new = [paper_id for _, done in imports for paper_id in done.added]
    records = [workspace.store.record(paper_id) for paper_id in (*report.added, *report.stored, *new)]
    return {
        "added": [record_json(record, workspace.house) for record in records],
        "known": list(report.known),
        "problems": problems_json(report.problems),
        "files": [
            {
                "file": source,
                "records": done.read,
                "listed": done.listed,
                "stored": done.stored,
                "repeated": done.repeated,
                "added": len(done.added),
                "problems": list(done.problems),
            }
            for source, done in imports
        ],
    }


def _print_add(workspace: Workspace, report: AddReport, imports: Sequence[tuple[str, ImportReport]]) -> None:
    for source, done in imports:
        parts = [
            f"{count:,} {what}"
            for count, what in (
                (done.listed, "in the list already"),
                (done.stored, "in the store already"),
                (done.repeated, "twice in the file"),
                (len(done.added), "added"),
            )
            if count
        ]
        say(f"{source}: {plural(done.read, 'record')}: {', '.join(parts) or 'nothing to add'}")
        for unread in done.problems:
            say(f"{source}: {unread}")
    records = [workspace.store.record(paper_id) for paper_id in (*report.added, *report.stored)]
    for record in records:
        say(f"added {record.paper.id} {shorten(record.paper.title, 60)} ({record.stage.value})")
    for paper_id in report.known:
        say(f"{paper_id} is already in the list")
    for problem in report.problems:
        say(f"not added: {problem.paper_id}: {problem.message}")
    complete(workspace, [record.paper.id for record in records])


@contextmanager
def kept_when_stopped(store: Store) -> Iterator[None]:
    """At Ctrl-C, says what is kept and how to continue, and ends the command with exit code 130."""
    try:
        yield
    except KeyboardInterrupt:
        counts = (store.judgements.unjudged(), "to judge"), (store.stage_counts()[Stage.QUEUED], "to read and draft")
        left = " and ".join(f"{count:,} {what}" for count, what in counts if count)
        stored = plural(store.papers.count(WATCH, PERSON), "paper") + (f" ({left})" if left else "")
        say(f"stopped; what was done so far is kept: {stored} in the store. `triage fetch` goes on from here")
        raise typer.Exit(130) from None


@dataclass(frozen=True, slots=True)
class Processed:
    """How many papers each step worked on this time, and the problems that are open now. `read` counts PDFs,
    `abstracts` papers whose abstract was used because there was no PDF."""

    judged: JudgeReport
    read: int
    drafted: int
    problems: tuple[Problem, ...]
    by_model: int = 0
    failures: tuple[str, ...] = ()
    abstracts: int = 0


def process(workspace: Workspace, *, pdf: bool, offline: bool, top: int | None = None) -> Processed:
    """Judges, reads, drafts and indexes whatever lacks it, the most relevant papers first. With `top`, only so many
    PDFs are downloaded."""
    store, progress = workspace.store, workspace.progress
    model, trouble = model_or_reason(workspace, offline)
    judged = judge(store, workspace.document, workspace.vectors, progress)
    source = workspace.downloads if pdf and not offline else None
    waiting = _most_relevant_first(store)
    if source is not None:
        unread = sum(store.texts.source(paper.id) != "pdf" for paper in waiting[:top])
        if warning := long_reading(unread, workspace.config.watch.delay_seconds):
            say(warning)
    done = [_read(workspace, waiting[:top], source)]
    if top is not None:
        done.append(_read(workspace, waiting[top:], None))
    drafting = draft(
        store,
        workspace.document,
        workspace.house,
        store.records(Stage.QUEUED, Stage.DRAFTED, Stage.LATER),
        model=model,
        settings=workspace.config.llm,
        prompts=workspace.prompts,
        progress=progress,
        no_model=trouble,
        tell=say,
    )
    index_papers(store, workspace.vectors, workspace.index, progress)
    return Processed(
        judged,
        sum(reading.read for reading in done),
        drafting.drafted,
        tuple(store.papers.problems()),
        drafting.by_model,
        drafting.failures,
        sum(reading.abstracts for reading in done),
    )


def long_reading(pdfs: int, seconds: float) -> str:
    """The warning before more PDFs are downloaded, one every so many seconds, than a person reviews at a sitting; ""
    for fewer."""
    if pdfs <= REVIEW_BATCH:
        return ""
    return (
        f"{pdfs:,} PDFs, one every {seconds:g} s, take {pdfs * seconds / 60:.0f} minutes or more, the most relevant"
        f" first; to read fewer: Ctrl-C, then triage fetch --read {REVIEW_BATCH}"
    )


def _most_relevant_first(store: Store) -> list[Paper]:
    waiting = sorted(lines(store.connection, (Stage.QUEUED, Stage.DRAFTED)), key=lambda line: -line.relevance)
    return store.papers.by_ids(line.paper_id for line in waiting)


def _read(workspace: Workspace, papers: Sequence[Paper], source: PdfSource | None) -> ReadReport:
    return read(
        workspace.store,
        papers,
        source,
        workspace.reader,
        workspace.vectors,
        workspace.index,
        workspace.pdf_folder,
        workspace.progress,
    )


def _ask(
    workspace: Workspace, since: str | None, until: str | None, limit: int | None
) -> tuple[WatchReport, RefreshReport]:
    """What is new at arXiv, and what has changed of the papers that wait or are accepted."""
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
    if not since and workspace.store.fetches.gaps(config.watch.query):
        say(f"fetching from {first} on, the first day that was never fetched; --since asks for less")
    return watch(
        workspace.store,
        workspace.feed,
        config.watch.query,
        first,
        last,
        exclude=config.watch.exclude,
        limit=limit,
        progress=workspace.progress,
    )


def _offline() -> WatchReport:
    today = date.today()
    return WatchReport(today, today, complete=False, why="offline: arXiv was not asked")


def _fetch_json(report: WatchReport, renewed: RefreshReport, done: Processed) -> dict[str, Any]:
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
        "problems": problems_json(done.problems),
        "why": report.why,
    }


def _print_fetch(report: WatchReport, renewed: RefreshReport, done: Processed, store: Store) -> None:
    judged = done.judged
    say(
        f"seen {report.seen:,} -> new {report.new + report.excluded:,} -> not excluded {report.new:,}"
        f" -> {read_line(done)} -> drafted {done.drafted:,}; {judged.queued:,} now wait for you"
    )
    if report.why:
        say(report.why)
    _print_changes(renewed, store)
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


def read_line(done: Processed) -> str:
    """What was read this time; a PDF that was skipped or failed does not count."""
    instead = f" and {plural(done.abstracts, 'abstract')} in place of one" if done.abstracts else ""
    return f"read {plural(done.read, 'PDF')}{instead}"


def _print_changes(renewed: RefreshReport, store: Store) -> None:
    """What has changed at arXiv of papers that wait for a person or were accepted."""
    if renewed.changed:
        say(f"{plural(len(renewed.changed), 'stored paper has', 'stored papers have')} changed at arXiv")
    accepted = store.stages(Stage.ACCEPTED)
    for paper_id in renewed.changed:
        if paper_id in accepted:
            say(f"  {paper_id} was accepted and keeps its entry; to check it: triage show {paper_id}")
    if renewed.problem:
        say(f"not all stored papers could be checked for changes: {renewed.problem}")
