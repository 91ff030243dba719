"""`triage publish`."""

import difflib
from datetime import date
from pathlib import Path

import typer

from triage.commands.opening import open_workspace
from triage.errors import ListChanged
from triage.lock import PATIENCE
from triage.models import show_path
from triage.screens.console import plural, say, shorten, write, write_json
from triage.steps import publish
from triage.workspace import Workspace, write_list


def run(folder: Path | None, dry_run: bool, check: bool, new_sections: bool, json: bool) -> None:
    """Publishes; or prints the diff; or exits with 1 if something is unpublished, as it does for a paper that had to be
    left out."""
    with open_workspace(folder) as workspace:
        plan = make_plan(workspace, new_sections) if check or dry_run else publish_now(workspace, new_sections)
        if check:
            _check(plan, json)
            return
        if json:
            write_json(
                {
                    "list": str(workspace.config.list),
                    "written": not dry_run and plan.before != plan.after,
                    "published": [
                        {
                            "id": p.paper_id,
                            "section": list(p.section),
                            "line": p.line,
                            "entry": p.entry,
                            "already": p.already,
                        }
                        for p in plan.placed
                    ],
                    "left": [{"id": one.paper_id, "reason": one.reason} for one in plan.left],
                    "diff": diff(plan, workspace.config.list.name),
                }
            )
        elif dry_run:
            write(diff(plan, workspace.config.list.name).rstrip("\n"))
            if not plan.placed and not plan.left:
                say("nothing to publish: no accepted entry is waiting; `triage review` decides on drafts")
        else:
            _tell(plan, workspace.config.list)
        for line in left_out(plan) if not json else ():
            say(line)
        if plan.left:
            raise typer.Exit(1)


def left_out(plan: publish.Plan) -> list[str]:
    """A line for each accepted paper that publishing leaves out: why, and what to do about it."""
    return [f"not published: {one.paper_id} {shorten(one.title, 60)}: {one.reason}" for one in plan.left]


def make_plan(workspace: Workspace, new_sections: bool = False) -> publish.Plan:
    """What publishing would do now, to the list as its file has it; `new_sections` makes those that a person asked
    for."""
    workspace.reread_list()
    return publish.plan(
        workspace.store,
        workspace.document,
        workspace.house,
        workspace.config.publish,
        date.today(),
        new_sections,
    )


def publish_now(
    workspace: Workspace, new_sections: bool = False, shown: publish.Plan | None = None, patience: float = PATIENCE
) -> publish.Plan:
    """Writes the list, and the ledger before and after it: what is killed in between is found out by looking. Nobody
    else publishes meanwhile; after `patience` seconds of waiting for somebody, LockedError names them. Raises
    ListChanged if another program wrote the list, or if it would not become what a person was `shown`."""
    with workspace.alone("publish", among="list", patience=patience):
        plan = make_plan(workspace, new_sections)
        if shown is not None and (plan.before, plan.after) != (shown.before, shown.after):
            raise ListChanged(
                f"{workspace.config.list.name} was changed meanwhile, or what is accepted was; nothing was written,"
                " look at the diff again"
            )
        publish.announce(workspace.store, plan.placed)
        if plan.before != plan.after:
            write_list(workspace.config.list, plan.before, plan.after)
        publish.record(workspace.store, plan.placed)
        workspace.reread_list()
    return plan


def diff(plan: publish.Plan, name: str) -> str:
    """A unified diff of the list; "" if nothing changes."""
    lines = difflib.unified_diff(
        plan.before.splitlines(keepends=True), plan.after.splitlines(keepends=True), f"a/{name}", f"b/{name}", n=2
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _check(plan: publish.Plan, json: bool) -> None:
    waiting = [p for p in plan.placed if not p.already]
    if json:
        write_json({"unpublished": [p.paper_id for p in waiting] + [one.paper_id for one in plan.left]})
    for one in waiting if not json else ():
        say(f"unpublished: {one.paper_id} {shorten(one.title, 60)}")
    for line in left_out(plan) if not json else ():
        say(line)
    if waiting or plan.left:
        raise typer.Exit(1)


def _tell(plan: publish.Plan, path: Path) -> None:
    if not plan.placed:
        if not plan.left:
            say("nothing to publish: no accepted entry is waiting; `triage review` decides on drafts")
        return
    for one in plan.placed:
        mark = "stands in the list already" if one.already else "added"
        say(f"  {mark}: {shorten(one.title, 60)}  ->  {show_path(one.section)}, line {one.line}")
    added = sum(not p.already for p in plan.placed)
    say(f"{path.name}: {plural(added, 'entry', 'entries')} added. `git diff` shows them; commit when you like.")
