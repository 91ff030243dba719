"""`triage review`."""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from triage.collection import Store
from triage.commands.learning import Learner
from triage.commands.opening import open_workspace
from triage.commands.publish import diff, left_out, make_plan, publish_now
from triage.config import find_workspace
from triage.lists.document import Document
from triage.models import Stage, show_path
from triage.screens.console import plural, say
from triage.screens.describe import counts_line
from triage.screens.progress import Silence
from triage.screens.review_session import ReviewSession, Similar
from triage.search.vectors import CachedVectors
from triage.steps.publish import Plan
from triage.steps.review import counts
from triage.workspace import Workspace


def review(
    folder: Path | None, *, plain: bool = False, web: bool = False, port: int = 8008, top: int | None = None
) -> None:
    """Reviews on the full screen, in a browser (`web`), or line by line (`plain`, and without a terminal); of a long
    queue only the `top` most relevant papers."""
    if web:
        from triage.screens.web import serve

        root = folder.resolve() if folder else find_workspace(Path.cwd())
        chosen = ("--top", str(top)) if top else ()
        serve((*_command(), "review", "--workspace", str(root), *chosen), port, say)
        return
    with open_workspace(folder, quiet=True) as workspace, Learner(workspace.config.root) as learner:
        if plain or not _full_screen():
            from triage.screens.plain import review_plain

            review_plain(open_session(workspace, top=top), sys.stdin, sys.stdout)
            return
        gc.disable()  # the screen enables it again after its first paint
        from triage.screens.app import ReviewApp

        if ReviewApp(open_session(workspace, learner, top)).run() is not None:
            _print_counts(workspace.store)


def open_session(
    workspace: Workspace, learn: Callable[[], None] | None = None, top: int | None = None
) -> ReviewSession:
    """A review of this workspace's queue; `learn` and `top` as in `ReviewSession`."""

    shown: Plan | None = None

    def plan_diff() -> str:
        nonlocal shown
        shown = make_plan(workspace, new_sections=True)
        return "\n".join((diff(shown, workspace.config.list.name), *left_out(shown)))

    def publish() -> str:
        plan = publish_now(workspace, new_sections=True, shown=shown, patience=0)
        placed = plan.placed
        added = sum(not one.already for one in placed)
        there = f"; {len(placed) - added} were there already" if added < len(placed) else ""
        left = "".join(f"; {line}" for line in left_out(plan))
        return f"{plural(added, 'entry', 'entries')} added to {workspace.config.list.name}{there}{left}"

    def reload() -> Document:
        workspace.reread_list()
        return workspace.document

    return ReviewSession(
        workspace.store,
        workspace.document,
        workspace.house,
        name=workspace.config.list.name,
        learn=learn,
        diff=plan_diff,
        publish=publish,
        reload=reload,
        similar=_finder(workspace),
        top=top,
    )


def _finder(workspace: Workspace) -> Callable[[str], Sequence[Similar]]:
    folder, embedder = workspace.store.folder, workspace.embedder

    def find(paper_id: str) -> Sequence[Similar]:
        from triage.steps.search import similar

        with Store(folder) as store:
            report = similar(store, CachedVectors(embedder, store, Silence()), workspace.index, paper_id)
            return [
                Similar(hit.title, f"{hit.stage.value}, {show_path(hit.section)}", hit.paper_id) for hit in report.hits
            ]

    return find


def _full_screen() -> bool:
    if os.environ.get("TEXTUAL_DRIVER"):
        return True
    return sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def _command() -> tuple[str, ...]:
    """How this program was called, so that the review in the browser runs the same one."""
    called = shutil.which(sys.argv[0])
    return (called,) if called and Path(called).name == "triage" else (sys.executable, "-P", "-m", "triage")


def _print_counts(store: Store) -> None:
    counted = counts(store)
    say(counts_line(counted))
    unpublished = counted.stored[Stage.ACCEPTED]
    if unpublished:
        say(f"{plural(unpublished, 'accepted entry waits', 'accepted entries wait')}: `triage publish`")
