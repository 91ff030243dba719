"""`triage search` and `triage similar`."""

import webbrowser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.text import Text

from triage.commands.opening import open_workspace, paper_named, section_named
from triage.models import Stage, show_path
from triage.screens.console import data_console, one_line, say, shorten, write_json
from triage.steps.search import LISTED, SearchHit, SearchReport
from triage.steps.search import search as find
from triage.steps.search import similar as find_similar
from triage.when import day_of

_PASSAGE = 240


def search(
    folder: Path | None,
    words: Sequence[str],
    *,
    k: int = 10,
    section: str | None = None,
    since: str | None = None,
    stage: Stage | None = None,
    open_page: bool = False,
    json: bool = False,
) -> None:
    """Prints the `k` papers that answer the words best, and with `open_page` opens the first one's page."""
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        with workspace.progress("searching", None):
            report = find(
                workspace.store,
                workspace.vectors,
                workspace.index,
                " ".join(words),
                k=k,
                section=show_path(path) if path else None,
                since=day_of(since, "--since", date.today()) if since else None,
                stage=stage,
            )
        _print(report, json, workspace.config.list.name)
        if open_page and report.hits:
            _open(report.hits[0])


def similar(folder: Path | None, paper: str, *, k: int = 10, json: bool = False) -> None:
    """Prints the `k` papers nearest to one."""
    with open_workspace(folder) as workspace:
        record = paper_named(workspace, paper)
        with workspace.progress("searching", None):
            report = find_similar(workspace.store, workspace.vectors, workspace.index, record.paper.id, k=k)
        _print(report, json, workspace.config.list.name)


def _print(report: SearchReport, json: bool, list_name: str) -> None:
    if report.limits:
        say(report.limits)
    if json:
        write_json([_json(hit) for hit in report.hits])
        return
    console = data_console()
    for number, hit in enumerate(report.hits):
        if number:
            console.print()
        console.print(Text(one_line(hit.title), style="bold"))
        console.print(Text(one_line(" · ".join(filter(None, _facts(hit, list_name)))), style="cyan"))
        if hit.text:
            console.print(_passage(hit))
    if not report.hits:
        say(f"nothing found; searched {report.searched}. {report.why}".rstrip())
        for hit in report.nearest:
            say(f"  nearest: {hit.paper_id} {shorten(hit.title, 60)}")


def _facts(hit: SearchHit, list_name: str) -> list[str]:
    """What stands below a hit's title: its id, where the text is from, its stage, section and line in the list."""
    entry, place = hit.entry, hit.heading.lower()
    if hit.page:
        place = ", ".join(filter(None, (f"p. {hit.page}", hit.heading)))
    elif hit.heading == LISTED and entry:
        place = f"{entry.venue or ''} {entry.year or ''}".strip()
    line = f"{list_name}:{entry.line}" if entry else ""
    return [hit.paper_id, place, hit.stage.value, hit.section[-1] if hit.section else "", line]


def _json(hit: SearchHit) -> dict[str, Any]:
    return {
        "id": hit.paper_id,
        "title": hit.title,
        "score": round(hit.score, 4),
        "passage": hit.text,
        "page": hit.page,
        "section": list(hit.section),
        "url": hit.url,
        "stage": hit.stage.value,
        "heading": hit.heading,
        "highlights": [list(span) for span in hit.highlights],
        "line": hit.entry.line if hit.entry else None,
        "venue": hit.entry.venue if hit.entry else None,
        "year": hit.entry.year if hit.entry else None,
    }


def _passage(hit: SearchHit) -> Text:
    """The part of the passage around its first highlight, with the words that matched in bold."""
    first = hit.highlights[0][0] if hit.highlights else 0
    begin = max(0, hit.text.rfind(" ", 0, max(0, first - _PASSAGE // 3)) + 1) if first > _PASSAGE // 2 else 0
    end = len(hit.text) if len(hit.text) - begin <= _PASSAGE else hit.text.rfind(" ", begin, begin + _PASSAGE)
    shown = Text("…" if begin else "")
    at = begin
    for start, stop in hit.highlights:
        if start >= at and stop <= end:
            shown.append(_inner_line(hit.text[at:start]))
            shown.append(_inner_line(hit.text[start:stop]), style="bold")
            at = stop
    shown.append(_inner_line(hit.text[at:end]))
    return shown.append("…" if end < len(hit.text) else "")


def _inner_line(text: str) -> str:
    """`one_line` that keeps a blank at either end, for a part of a line."""
    left = " " if text[:1].isspace() else ""
    right = " " if text[-1:].isspace() and text.strip() else ""
    return left + one_line(text) + right


def _open(hit: SearchHit) -> None:
    if hit.url and hit.url.startswith(("http://", "https://", "file://")):
        webbrowser.open(hit.url)
