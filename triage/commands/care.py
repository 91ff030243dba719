"""`triage status`, `doctor` and `reindex`: how the workspace stands, whether this machine is ready, and the index."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage import lock
from triage.collection.database import why_not
from triage.commands.opening import confirmed, open_workspace
from triage.commands.reports import held_out_json, problems_json
from triage.errors import DamagedError, TriageError
from triage.llm.credentials import OFFICIAL, key_for, origin
from triage.models import Cluster
from triage.screens.console import data_console, one_line, plural, say, write_json
from triage.screens.describe import batch_line, held_out_line, problem_lines
from triage.screens.progress import Silence
from triage.sources.arxiv import check_query
from triage.steps.judge import REVIEW_BATCH, trial
from triage.steps.reindex import reindex as rebuild_index
from triage.steps.review import Corrections, edits_needed
from triage.steps.status import Status
from triage.steps.status import status as gather
from triage.when import local
from triage.workspace import Workspace

_NEW_SECTIONS = 5
_TAKEN_OUT = 5
"""How many new sections, and how many papers taken out of the list, are named."""
_PURPOSES = {"draft": "draft entries", "trial": "file listed entries", "compare": "file decided papers"}
_LEAST_FREE = 500_000_000
"""Bytes on the disk; with less, `doctor` warns."""


def status(folder: Path | None, *, costs: bool = False, json: bool = False) -> None:
    """Prints where things stand, and every open problem."""
    with open_workspace(folder) as workspace:
        store = workspace.store
        tried = trial(store)
        found = gather(store, workspace.config.watch.query, tried.held_out, tried.batch_recall)
        corrections = edits_needed(store)
        if json:
            write_json(_status_json(found, corrections))
            return
        console = data_console()
        if not any(found.stages.values()):
            say("the store is empty; `triage fetch --since 7d` brings papers")
        for line in _status_lines(found, corrections, workspace):
            console.print(Text(line), soft_wrap=True)
        if costs:
            _print_costs(console, found)
        for line in problem_lines(found.problems):
            console.print(Text(line), soft_wrap=True)


def _status_lines(found: Status, corrections: Corrections, workspace: Workspace) -> list[str]:
    lines = [f"{count:>7,}  {stage.value}" for stage, count in found.stages.items() if count]
    listed = found.in_list
    if listed.entries:
        papers = "" if listed.entries == listed.papers else f" for {plural(listed.papers, 'paper')}"
        lines.append(
            f"{workspace.config.list.name}: {plural(listed.entries, 'entry', 'entries')}{papers},"
            f" {listed.abstracts:,} with abstract, {listed.pdfs:,} with the PDF read"
        )
    at_work = lock.owners(workspace.store.folder)
    lines += [f"at work now: {owner}" for owner in at_work]
    lines += _fetched(found, any(owner.command == "fetch" for owner in at_work))
    lines.append(f"{found.set_aside:,} set aside as off topic")
    if found.held_out:
        lines.append(held_out_line(found.held_out))
    if found.batch_recall is not None:
        lines.append(batch_line(REVIEW_BATCH, found.batch_recall))
    lines += _taken_out(found, workspace.config.list.name)
    lines += _new_sections(found)
    if corrections.accepted:
        accepted = plural(corrections.accepted, "accepted entry", "accepted entries")
        lines.append(
            f"edits needed: {corrections.unchanged_share:.0%} of {accepted} stand as drafted,"
            f" mean edit distance {corrections.distance:.0%}"
        )
    return lines + [f"refused by the guard: {reason}: {count}" for reason, count in found.refusals.items()]


def _fetched(found: Status, is_fetching: bool) -> list[str]:
    """How far arXiv was fetched, and what an interrupted fetch has left to do."""
    until = found.last_fetch.isoformat() if found.last_fetch else ""
    if found.unfinished and not is_fetching:
        lines = [f"the fetch of {local(found.unfinished)} was interrupted; `triage fetch` goes on with it"]
        lines += [f"arXiv was asked up to {until}"] if until else []
    else:
        lines = [f"last complete fetch: up to {until}" if until else "no complete fetch yet"]
    left = ((found.unjudged, "to be judged"), (found.undrafted, "to be drafted"))
    waiting = [f"{plural(count, 'paper')} {what}" for count, what in left if count]
    if waiting and not is_fetching:
        lines.append(f"{' and '.join(waiting)}: `triage fetch` does it, with --offline without asking arXiv")
    if found.gaps:
        days = [f"{since}" if since == until_ else f"{since} to {until_}" for since, until_ in found.gaps]
        lines.append(f"never fetched: {', '.join(days)}; `triage fetch` without --since begins there")
    return lines


def _taken_out(found: Status, name: str) -> list[str]:
    """Which published papers the list does not have any more, and what can be done."""
    if not found.taken_out:
        return []
    first, more = found.taken_out[:_TAKEN_OUT], len(found.taken_out) - _TAKEN_OUT
    ids = ", ".join(first) + (f" and {more} more" if more > 0 else "")
    stand = "published entry no longer stands", "published entries no longer stand"
    return [
        f"{plural(len(found.taken_out), *stand)} in {name}: {ids}",
        "  to put back: triage publish; to leave out for good: triage reject ID",
    ]


def _new_sections(found: Status) -> list[str]:
    """A line for each new section that several papers would start."""
    several = [(Cluster(words).name, count) for words, count in found.new_sections if words and count > 1]
    return [
        one_line(f"{count} queued papers would start a new section: “{name}”")
        for name, count in several[:_NEW_SECTIONS]
    ]


def _print_costs(console: Console, found: Status) -> None:
    """What each model was asked for and what that cost; then why calls brought no reply."""
    if not found.usage:
        console.print("no model was ever asked")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("model", "asked to", "calls", "used", "refused", "no reply", "tokens in", "out", "seconds", "cost"):
        table.add_column(name, justify="left" if name in ("model", "asked to") else "right")
    for usage in found.usage:
        counts = (usage.calls, usage.kept, usage.calls - usage.kept - usage.unanswered, usage.unanswered)
        tokens = (usage.tokens_in, usage.tokens_out, round(usage.seconds))
        price = "unknown" if usage.cost is None else f"${usage.cost:.4f}"
        purpose = _PURPOSES.get(usage.purpose, usage.purpose)
        table.add_row(one_line(usage.model), purpose, *(f"{number:,}" for number in (*counts, *tokens)), price)
    console.print(table)
    for (model, reason), count in found.outages.items():
        console.print(Text(one_line(f"no reply from {model}: {plural(count, 'call')}: {reason}")))


def _status_json(found: Status, corrections: Corrections) -> dict[str, Any]:
    return {
        "stages": {stage.value: count for stage, count in found.stages.items()},
        "in_list": asdict(found.in_list),
        "last_fetch": found.last_fetch.isoformat() if found.last_fetch else None,
        "set_aside": found.set_aside,
        "unjudged": found.unjudged,
        "unfinished_fetch": found.unfinished.isoformat() if found.unfinished else None,
        "gaps": [[since.isoformat(), until.isoformat()] for since, until in found.gaps],
        "held_out": held_out_json(found.held_out),
        "review_batch": REVIEW_BATCH,
        "batch_recall": found.batch_recall,
        "taken_out": list(found.taken_out),
        "new_sections": [{"words": list(words), "papers": count} for words, count in found.new_sections],
        "accepted": corrections.accepted,
        "unchanged_share": round(corrections.unchanged_share, 4),
        "edit_distance": round(corrections.distance, 4),
        "refusals": dict(found.refusals),
        "usage": [
            {
                "model": u.model,
                "purpose": u.purpose,
                "calls": u.calls,
                "used": u.kept,
                "no_reply": u.unanswered,
                "tokens_in": u.tokens_in,
                "tokens_out": u.tokens_out,
                "seconds": round(u.seconds, 1),
                "cost": u.cost,
            }
            for u in found.usage
        ],
        "outages": [{"model": m, "reason": reason, "calls": n} for (m, reason), n in found.outages.items()],
        "problems": problems_json(found.problems),
    }


def reindex(folder: Path | None, *, json: bool = False) -> None:
    """Brings the search index in line with the store, and prints what it holds."""
    with open_workspace(folder) as workspace, workspace.alone("reindex"):
        report = rebuild_index(workspace.store, workspace.vectors, workspace.index, workspace.progress)
        papers, passages = (workspace.index.count(name) for name in ("papers", "passages"))
        added = report.papers + report.passages
        if json:
            write_json({"papers": papers, "passages": passages, "added": added, "removed": report.removed})
        else:
            say(f"the index holds {plural(papers, 'paper')} and {plural(passages, 'passage')};")
            say(f"{added:,} were added now, {report.removed:,} outdated ones removed")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `doctor` checked: `state` is "ok", "warning" or "broken", `detail` says what was found."""

    name: str
    state: str
    detail: str


Check = Callable[[Workspace], tuple[str, str]]
"""Gives state and detail of a Finding. May raise TriageError: what it checks is then broken."""


def doctor(folder: Path | None, *, offline: bool = False, json: bool = False) -> None:
    """Checks everything that a fetch needs. Exits with 1 if something is broken."""
    with open_workspace(folder) as workspace:
        findings = [_find(name, check, workspace) for name, check in _checks(offline).items()]
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


def _checks(offline: bool) -> dict[str, Check]:
    checks: dict[str, Check] = {
        "settings": _settings,
        "list": _list,
        "store": _store,
        "embedding": _embedding,
        "index": _index,
        "pdf": _pdf,
        "key": _key,
    }
    return checks if offline else checks | {"arxiv": _arxiv, "model": _model}


def _find(name: str, check: Check, workspace: Workspace) -> Finding:
    # The check of the key may ask the person something, which nothing may be drawn over.
    show = Silence() if check is _key else workspace.progress
    try:
        with show(f"checking the {name}", None):
            state, detail = check(workspace)
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
        " name a new folder as `store` in triage.toml and import them: `triage import --decisions decisions.jsonl`."
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
    return "ok", f"read in a separate process, with {read.seconds} s and {read.megabytes} MB at most"


def _key(workspace: Workspace) -> tuple[str, str]:
    llm = workspace.config.llm
    if not llm.model:
        return "ok", "[llm] names no model, so none is asked; drafts are made by rule"
    address = llm.base_url or os.environ.get("OPENAI_BASE_URL") or OFFICIAL
    host = origin(address)
    if not os.environ.get("OPENAI_API_KEY"):
        if host == origin(OFFICIAL):
            return "broken", f"[llm] model is {llm.model}, but OPENAI_API_KEY is not set in the environment"
        return "ok", f"no OPENAI_API_KEY is set; fine if {host} needs none"
    if confirmed(lambda: key_for(address)):
        return "ok", f"OPENAI_API_KEY is sent to {host} and to no other host"
    return "ok", f"{host} is asked without your OPENAI_API_KEY, as you decided"


def _arxiv(workspace: Workspace) -> tuple[str, str]:
    began = time.monotonic()
    found = list(workspace.feed.by_id(["1706.03762"]))
    seconds = time.monotonic() - began
    return "ok", f"{workspace.config.watch.api_url} answered in {seconds:.1f} s ({plural(len(found), 'paper')})"


def _model(workspace: Workspace) -> tuple[str, str]:
    model = confirmed(lambda: workspace.model)
    return "ok", model.check() if model else "none is set"
