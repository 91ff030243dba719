"""Judge, read, draft, index: what `fetch` and `add` do with whatever lacks it."""

from dataclasses import dataclass

from triage.errors import ModelSetupError
from triage.models import Problem, Stage
from triage.services import LanguageModel
from triage.steps.draft import draft
from triage.steps.judge import JudgeReport, judge
from triage.steps.read import read
from triage.steps.reindex import index_papers
from triage.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Processed:
    """How many papers each step worked on this time, and the problems that are open now."""

    judged: JudgeReport
    read: int
    drafted: int
    problems: tuple[Problem, ...]
    by_model: int = 0
    trouble: str = ""


def process(workspace: Workspace, *, pdf: bool, offline: bool) -> Processed:
    """Brings every stored paper as far as it goes without a person."""
    store, progress = workspace.store, workspace.progress
    judged = judge(store, workspace.document, workspace.vectors, progress)
    waiting = [p for p in map(store.papers.get, store.stages(Stage.QUEUED, Stage.DRAFTED)) if p is not None]
    source = workspace.downloads if pdf and not offline else None
    reading = read(
        store,
        waiting,
        source,
        workspace.reader,
        workspace.vectors,
        workspace.index,
        workspace.pdf_folder,
        progress,
    )
    model, trouble = model_or_reason(workspace, offline)
    undecided = store.records(Stage.QUEUED, Stage.DRAFTED)
    drafting = draft(
        store,
        workspace.document,
        workspace.house,
        undecided,
        model=model,
        settings=workspace.config.llm,
        progress=progress,
    )
    index_papers(store, workspace.vectors, workspace.index, progress)
    return Processed(
        judged,
        reading.read,
        drafting.drafted,
        tuple(store.papers.problems()),
        drafting.by_model,
        trouble or drafting.trouble,
    )


def model_or_reason(workspace: Workspace, offline: bool) -> tuple[LanguageModel | None, str]:
    """The language model if one is set and may be asked; else None, and why not if that is a mistake."""
    if offline:
        return None, ""
    try:
        return workspace.model, ""
    except ModelSetupError as error:
        return None, str(error)
