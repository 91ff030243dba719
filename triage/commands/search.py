"""`triage search` and `triage similar`."""

import webbrowser
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rich.text import Text

from triage.commands.opening import open_workspace
from triage.commands.sections import section_named
from triage.commands.show import named
from triage.models import Stage
from triage.screens.console import data_console, say, write_json
from triage.screens.text import one_line, shorten
from triage.steps.search import SearchHit, search
from triage.steps.search import similar as find_similar
from triage.when import day_of

_PASSAGE = 220


def run(
    folder: Path | None,
    words: Sequence[str],
    k: int,
    section: str | None,
    since: str | None,
    stages: Sequence[Stage] | None,
    open_page: bool,
    json: bool,
) -> None:
    """Searches papers and passages."""
    with open_workspace(folder, quiet=json) as workspace:
        report = search(
            workspace.store,
            workspace.vectors,
            workspace.index,
            " ".join(words),
            k=k,
            section=section_named(workspace, section),
            since=day_of(since, date.today()) if since else None,
            stages=tuple(stages or ()),
        )
        if json:
            write_json([_json(hit) for hit in report.hits])
        elif not report.hits:
            say(report.why or "nothing was found")
        else:
            _print(report.hits)
        if open_page and report.hits:
            _open(report.hits[0])


def similar(folder: Path | None, paper_id: str, k: int, json: bool) -> None:
    """The papers nearest to one."""
    with open_workspace(folder, quiet=json) as workspace:
        record = workspace.store.record(named(paper_id))
        hits = find_similar(workspace.store, workspace.vectors, workspace.index, record.paper.id, k=k)
        if json:
            write_json([_json(hit) for hit in hits])
        elif hits:
            _print(hits)
        else:
            say("no other paper is in the store")


def _json(hit: SearchHit) -> dict[str, Any]:
    return {
        "id": hit.paper_id,
        "title": hit.title,
        "score": round(hit.score, 4),
        "passage": hit.passage,
        "page": hit.page,
        "section": list(hit.section),
        "url": hit.url,
        "stage": hit.stage.value,
    }


def _print(hits: Sequence[SearchHit]) -> None:
    console = data_console()
    for hit in hits:
        place = f"p. {hit.page}" if hit.page else "abstract"
        where = hit.section[-1] if hit.section else ""
        console.print(Text.assemble((one_line(hit.title), "bold")))
        console.print(
            Text(one_line(f"  {hit.paper_id}  {hit.score:.2f}  {place}  {hit.stage.value}  {where}"), style="dim")
        )
        console.print(Text("  " + shorten(hit.passage, _PASSAGE)))


def _open(hit: SearchHit) -> None:
    address = hit.url if not hit.page else f"{hit.url}#page={hit.page}"
    if address and address.startswith(("http://", "https://", "file://")):
        webbrowser.open(address)
