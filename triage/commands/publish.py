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
from triage.steps import publish as publishing
from triage.workspace import Workspace, write_list


def publish(
    folder: Path | None,
    *,
    dry_run: bool = False,
    check: bool = False,
    new_sections: bool = False,
    json: bool = False,
) -> None:
    """Publishes; or, for a `dry_run`, prints the diff. Exits with 1 if a paper had to be left out, or, as a `check`, if
    anything is unpublished."""
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
            _print_published(plan, workspace.config.list)
        for line in left_out(plan) if not json else ():
            say(line)
        if plan.left:
            raise typer.Exit(1)


def left_out(plan: publishing.Plan) -> list[str]:
    """A line for each accepted paper that publishing leaves out, with the reason and the cure."""
    return [f"not published: {one.paper_id} {shorten(one.title, 60)}: {one.reason}" for one in plan.left]


def make_plan(workspace: Workspace, new_sections: bool = False) -> publishing.Plan:
    """What publishing would do now to the list's file; `new_sections` also creates the sections that a person asked
    for."""
    workspace.reread_list()
    return publishing.plan(
        workspace.store,
        workspace.document,
        workspace.house,
        workspace.config.publish,
        date.today(),
        new_sections,
    )


def publish_now(
    workspace: Workspace, new_sections: bool = False, shown: publishing.Plan | None = None, patience: float = PATIENCE
) -> publishing.Plan:
    """Writes the list, and the ledger before and after it, so that the next command notices if this one was killed in
    between. Only one process publishes at a time: after waiting `patience` seconds for another, raises LockedError with
    its name. Raises ListChanged if another program wrote the list, or if the result would differ from what a person was
    `shown`."""
    with workspace.alone("publish", among="list", patience=patience):
        plan = make_plan(workspace, new_sections)
        if shown is not None and (plan.before, plan.after) != (shown.before, shown.after):
            raise ListChanged(
                f"{workspace.config.list.name} or the accepted papers have changed meanwhile; nothing was"
                " written, look at the diff again"
            )
        publishing.announce(workspace.store, plan.placed)
        if plan.before != plan.after:
            write_list(workspace.config.list, plan.before, plan.after)
        publishing.record(workspace.store, plan.placed)
        workspace.reread_list()
    return plan


def diff(plan: publishing.Plan, name: str) -> str:
    """A unified diff of the list; "" if nothing changes."""
    lines = difflib.unified_diff(
        plan.before.splitlines(keepends=True), plan.after.splitlines(keepends=True), f"a/{name}", f"b/{name}", n=2
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _check(plan: publishing.Plan, json: bool) -> None:
    waiting = [p for p in plan.placed if not p.already]
    if json:
        write_json({"unpublished": [p.paper_id for p in waiting] + [one.paper_id for one in plan.left]})
    for one in waiting if not json else ():
        say(f"unpublished: {one.paper_id} {shorten(one.title, 60)}")
    for line in left_out(plan) if not json else ():
        say(line)
    if waiting or plan.left:
        raise typer.Exit(1)


def _print_published(plan: publishing.Plan, path: Path) -> None:
    if not plan.placed:
        if not plan.left:
            say("nothing to publish: no accepted entry is waiting; `triage review` decides on drafts")
        return
    for one in plan.placed:
        mark = "is already in the list" if one.already else "added"
        say(f"  {mark}: {shorten(one.title, 60)}  ->  {show_path(one.section)}, line {one.line}")
    added = sum(not p.already for p in plan.placed)
    say(f"{path.name}: {plural(added, 'entry', 'entries')} added. `git diff` shows them; commit when you like.")
