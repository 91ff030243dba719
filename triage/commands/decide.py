"""`triage accept`, `reject`, `later`, `undo`: the review's decisions from a script."""

import sys
from collections.abc import Sequence
from pathlib import Path

from triage.commands.opening import open_workspace
from triage.commands.sections import section_for
from triage.errors import TriageError
from triage.models import show_path
from triage.screens.console import say, shorten
from triage.steps import review


def accept(folder: Path | None, ids: Sequence[str], section: str | None, entry: Path | None, note: str | None) -> None:
    """Accepts each paper; all ids are looked up before the first is decided."""
    if entry is not None and len(ids) > 1:
        raise TriageError("--entry gives one entry's text, so accept one paper at a time with it")
    with open_workspace(folder) as workspace:
        text = _read(entry)
        records = [workspace.store.record(paper_id) for paper_id in ids]
        places = [section_for(workspace, record, section) for record in records]
        for record, (path, new) in zip(records, places, strict=True):
            decision = review.accept(
                workspace.store,
                record.paper.id,
                document=workspace.document,
                house=workspace.house,
                section=path,
                entry=text,
                note=note,
                new_section=new,
            )
            where = show_path(decision.section) + (" (new: triage publish --new-sections)" if new else "")
            say(f"accepted {record.paper.id} {shorten(record.paper.title, 50)}  ->  {where}")


def reject(folder: Path | None, ids: Sequence[str], note: str | None) -> None:
    """Rejects each paper."""
    with open_workspace(folder) as workspace:
        for record in [workspace.store.record(paper_id) for paper_id in ids]:
            review.reject(workspace.store, record.paper.id, note=note)
            say(f"rejected {record.paper.id} {shorten(record.paper.title, 60)}")


def later(folder: Path | None, ids: Sequence[str], note: str | None) -> None:
    """Puts each paper off."""
    with open_workspace(folder) as workspace:
        for record in [workspace.store.record(paper_id) for paper_id in ids]:
            review.later(workspace.store, record.paper.id, note=note)
            say(f"put off {record.paper.id} {shorten(record.paper.title, 60)}")


def undo(folder: Path | None) -> None:
    """Takes back the person's last decision on an unpublished paper; says so if somebody else decided since."""
    with open_workspace(folder) as workspace:
        last = workspace.store.ledger.last()
        decision = review.undo(workspace.store)
        if decision is None:
            say(review.nothing_to_undo(workspace.store))
            return
        title = workspace.store.record(decision.paper_id).paper.title
        say(f"taken back: {decision.verdict.value} {decision.paper_id} {shorten(title, 60)}")
        if last and last.number != decision.number:
            say(f"{review.whose(last)}, and stands")


def _read(entry: Path | None) -> str | None:
    if entry is None:
        return None
    if str(entry) == "-":
        return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    try:
        return entry.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise TriageError(f"{entry} cannot be read: {error.strerror}") from None
