"""`triage doctor`."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import typer
from rich.text import Text

from triage.collection.database import why_not
from triage.commands.model import confirmed
from triage.commands.opening import open_workspace
from triage.errors import DamagedError, TriageError
from triage.llm.credentials import OFFICIAL, key_for, origin
from triage.models import Paper
from triage.screens.console import data_console, one_line, plural, write_json
from triage.screens.progress import Silence
from triage.sources.arxiv import check_query
from triage.workspace import Workspace

_LEAST_FREE = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: "ok", "warning" or "broken", and what was seen."""

    name: str
    state: str
    detail: str


def run(folder: Path | None, offline: bool, json: bool) -> None:
    """Looks at everything a fetch needs. Exits with 1 if something is broken."""
    with open_workspace(folder) as workspace:
        findings = [_look(name, look, workspace) for name, look in _looks(offline)]
    if json:
        write_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            style = {"ok": "green", "warning": "yellow", "broken": "red"}[finding.state]
            data_console().print(
                Text.assemble((f"{finding.state:<8}", style), f"{finding.name:<10}", one_line(finding.detail))
            )
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def _looks(offline: bool) -> list[tuple[str, Callable[[Workspace], tuple[str, str]]]]:
    looks: list[tuple[str, Callable[[Workspace], tuple[str, str]]]] = [
        ("settings", _settings),
        ("list", _list),
        ("store", _store),
        ("embedding", _embedding),
        ("index", _index),
        ("pdf", _pdf),
        ("key", _key),
    ]
    return looks if offline else [*looks, ("arxiv", _arxiv), ("model", _model)]


def _look(name: str, look: Callable[[Workspace], tuple[str, str]], workspace: Workspace) -> Finding:
    # The key's look may ask the person something, which nothing may be drawn over.
    show = Silence() if look is _key else workspace.progress
    try:
        with show(f"looking at the {name}", None):
            state, detail = look(workspace)
    except TriageError as error:
        state, detail = "broken", str(error)
    return Finding(name, state, detail)


def _settings(workspace: Workspace) -> tuple[str, str]:
    query = workspace.config.watch.query
    if not query:
        return "warning", f"{workspace.config.file}: [watch] query is empty, so nothing can be fetched"
    check_query(query, f"{workspace.config.file}, [watch] query")
    return "ok", str(workspace.config.file)


def _list(workspace: Workspace) -> tuple[str, str]:
    entries, sections = len(workspace.document.entries), len(workspace.document.taxonomy)
    detail = f"{workspace.config.list}: {plural(entries, 'entry', 'entries')} in {plural(sections, 'section')}"
    return ("ok" if entries else "warning"), detail


def _store(workspace: Workspace) -> tuple[str, str]:
    path = workspace.config.store / "papers.db"
    try:
        store = workspace.store
        damage = store.damage()
    except DamagedError as error:
        return "broken", f"{error}. {_rescue(path)}"
    if damage:
        return "broken", f"{path} is damaged: {damage}. {_rescue(path)}"
    free = shutil.disk_usage(store.folder).free
    detail = f"{path}: {plural(store.papers.count(), 'paper')}, {free / 1e9:.0f} GB free"
    refused = why_not(store.folder) or why_not(path)
    if refused:
        return "warning", f"{detail}; it can be read but not written: {refused}"
    return ("ok" if free > _LEAST_FREE else "warning"), detail


def _rescue(path: Path) -> str:
    """What helps against a damaged store, in an order that loses no decision."""
    copies = sorted(path.parent.glob(f"{path.name}.before-*"))
    earlier = f" An earlier copy of it: {copies[-1]}." if copies else ""
    return (
        f"Nothing was changed. First copy the folder {path.parent} to a safe place; then save your decisions with"
        " `triage export --decisions decisions.jsonl` (if that fails, `sqlite3 papers.db .recover` reads more); then"
        " name a new folder as `store` in triage.toml and take them in: `triage import --decisions decisions.jsonl`."
        f"{earlier}"
    )


def _embedding(workspace: Workspace) -> tuple[str, str]:
    began = time.monotonic()
    (vector,) = workspace.embedder.embed(["a short sentence to try the model with"])
    return "ok", f"{workspace.embedder.model}: {len(vector)} dimensions, ready in {time.monotonic() - began:.1f} s"


def _index(workspace: Workspace) -> tuple[str, str]:
    keys = len(workspace.index.keys("papers"))
    papers = workspace.store.papers.count()
    detail = f"{workspace.config.index.url or workspace.config.store / 'chroma'}: {plural(keys, 'paper')}"
    if keys < papers:
        return "warning", f"{detail} of {papers:,} in the store; `triage reindex` adds the rest"
    return "ok", detail


def _pdf(workspace: Workspace) -> tuple[str, str]:
    if not hasattr(workspace.reader, "read"):
        return "broken", "no PDF reader"
    read = workspace.config.read
    return "ok", f"parsed apart, with {read.seconds} s and {read.megabytes} MB a paper"


def _key(workspace: Workspace) -> tuple[str, str]:
    llm = workspace.config.llm
    if not llm.model:
        return "ok", "no model is set in [llm], so none is asked; drafts are made by rule"
    address = llm.base_url or os.environ.get("OPENAI_BASE_URL") or OFFICIAL
    host = origin(address)
    if not os.environ.get("OPENAI_API_KEY"):
        if host == origin(OFFICIAL):
            return "broken", f"[llm] model is {llm.model}, but OPENAI_API_KEY is not set in the environment"
        return "ok", f"no OPENAI_API_KEY; fine if {host} asks for none"
    if confirmed(lambda: key_for(address)):
        return "ok", f"OPENAI_API_KEY is sent to {host} and to no other host"
    return "ok", f"{host} is asked without your OPENAI_API_KEY, as you said"


def _arxiv(workspace: Workspace) -> tuple[str, str]:
    began = time.monotonic()
    found: list[Paper] = list(workspace.feed.by_id(["1706.03762"]))
    seconds = time.monotonic() - began
    return "ok", f"{workspace.config.watch.api_url} answered in {seconds:.1f} s ({plural(len(found), 'paper')})"


def _model(workspace: Workspace) -> tuple[str, str]:
    model = confirmed(lambda: workspace.model)
    return "ok", model.check() if model else "none is set"
