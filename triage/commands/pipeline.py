"""Judge, read, draft, index: what `fetch` and `add` do with whatever lacks it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from triage.collection import Store
from triage.collection.papers import PERSON, WATCH
from triage.collection.waiting import lines
from triage.commands.model import model_or_reason
from triage.models import Paper, Problem, Stage
from triage.protocols import PdfSource
from triage.screens.console import plural, say
from triage.steps.draft import draft
from triage.steps.judge import REVIEW_BATCH, JudgeReport, judge
from triage.steps.read import ReadReport, read
from triage.steps.reindex import index_papers
from triage.workspace import Workspace


@contextmanager
def kept_when_stopped(store: Store) -> Iterator[None]:
    """Ctrl-C ends the block, and the command with exit code 130, after it was said what is kept and how to go on."""
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
    `abstracts` the papers of which only the abstract serves."""

    judged: JudgeReport
    read: int
    drafted: int
    problems: tuple[Problem, ...]
    by_model: int = 0
    failures: tuple[str, ...] = ()
    abstracts: int = 0


def process(workspace: Workspace, *, pdf: bool, offline: bool, most: int | None = None) -> Processed:
    """Brings every stored paper as far as it goes without a person; the most relevant first. With `most`, PDFs are
    downloaded for so many papers only."""
    store, progress = workspace.store, workspace.progress
    model, trouble = model_or_reason(workspace, offline)
    judged = judge(store, workspace.document, workspace.vectors, progress)
    source = workspace.downloads if pdf and not offline else None
    waiting = _most_relevant_first(store)
    if source is not None:
        unread = sum(store.texts.source(paper.id) != "pdf" for paper in waiting[:most])
        if warning := long_reading(unread, workspace.config.watch.delay_seconds):
            say(warning)
    done = [_read(workspace, waiting[:most], source)]
    if most is not None:
        done.append(_read(workspace, waiting[most:], None))
    undecided = store.records(Stage.QUEUED, Stage.DRAFTED, Stage.LATER)
    drafting = draft(
        store,
        workspace.document,
        workspace.house,
        undecided,
        model=model,
        settings=workspace.config.llm,
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
    """What to say before more PDFs are downloaded than a person reviews at a sitting, one every so many seconds; "" if
    they are no more."""
    if pdfs <= REVIEW_BATCH:
        return ""
    return (
        f"{pdfs:,} PDFs, one every {seconds:g} s, take {pdfs * seconds / 60:.0f} minutes or more, the most relevant"
        f" first; to read fewer: Ctrl-C, then triage fetch --read {REVIEW_BATCH}"
    )


def _most_relevant_first(store: Store) -> list[Paper]:
    """The papers that wait for a person: whoever interrupts has the best of them."""
    waiting = sorted(lines(store.connection, (Stage.QUEUED, Stage.DRAFTED)), key=lambda line: -line.relevance)
    papers = (store.papers.get(line.paper_id) for line in waiting)
    return [paper for paper in papers if paper is not None]


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
