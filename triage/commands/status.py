"""`triage status`."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage import lock
from triage.commands.opening import open_workspace
from triage.commands.reports import held_out_json
from triage.models import Cluster
from triage.screens.console import data_console, one_line, plural, say, write_json
from triage.screens.describe import batch_line, held_out_line, problem_lines
from triage.steps.judge import REVIEW_BATCH, trial
from triage.steps.review import Corrections, edits_needed
from triage.steps.status import Status, status
from triage.when import local

_NEW_SECTIONS = 5
_PURPOSES = {"draft": "draft entries", "trial": "file listed entries", "compare": "file decided papers"}
_TAKEN_OUT = 5


def run(folder: Path | None, costs: bool, json: bool) -> None:
    """Where things stand."""
    with open_workspace(folder) as workspace:
        store = workspace.store
        tried = trial(store)
        found = status(store, workspace.config.watch.query, tried.held_out, tried.batch_recall)
        at_work = lock.owners(store.folder)
        corrections = edits_needed(store)
        if json:
            write_json(_json(found, corrections))
            return
        console = data_console()
        for stage, count in found.stages.items():
            if count:
                console.print(f"{count:>7,}  {stage.value}")
        if not any(found.stages.values()):
            say("the store is empty; `triage fetch --since 7d` brings papers")
        is_fetching = any(owner.command == "fetch" for owner in at_work)
        lines = [*(f"at work now: {owner}" for owner in at_work), *_fetched(found, is_fetching)]
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
        for reason, count in found.refusals.items():
            lines.append(f"refused by the guard: {reason}: {count}")
        for line in lines:
            console.print(Text(line), soft_wrap=True)
        if costs:
            _costs(console, found)
        for line in problem_lines(found.problems):
            console.print(Text(line), soft_wrap=True)


def _fetched(found: Status, is_fetching: bool) -> list[str]:
    """How far arXiv was fetched, and what an interrupted fetch has left to do."""
    until = found.last_fetch.isoformat() if found.last_fetch else ""
    if found.unfinished and not is_fetching:
        lines = [f"the fetch of {local(found.unfinished)} did not come to its end; `triage fetch` goes on with it"]
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


def _costs(console: Console, found: Status) -> None:
    """What each model was asked for and what that took; then why calls brought no reply."""
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


def _taken_out(found: Status, name: str) -> list[str]:
    """Says which published papers the list does not have any more, and what can be done."""
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


def _json(found: Status, corrections: Corrections) -> dict[str, Any]:
    return {
        "stages": {stage.value: count for stage, count in found.stages.items()},
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
        "problems": [{"id": p.paper_id, "step": p.step, "message": p.message} for p in found.problems],
    }
