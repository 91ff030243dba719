"""`triage list`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.cells import cell_len, set_cell_size

from triage.commands.opening import open_workspace
from triage.commands.reports import record_json
from triage.commands.sections import section_named
from triage.identity import title_key
from triage.models import Record, Stage, show_path
from triage.screens.console import data_console, one_line, plural, say, write, write_json

_GAP = "  "
_LEAST_TITLE = 24
"""In a terminal too narrow for so many characters of a title and its section, the section is left out."""


def run(
    folder: Path | None,
    stages: Sequence[Stage] | None,
    section: str | None,
    json: bool,
    sort: str = "relevance",
    top: int | None = None,
) -> None:
    """Lists the records at these stages and under this section, or the first `top` of them, in the order of `sort`."""
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        records = in_order(workspace.store.records(*(stages or ()), section=path), sort)
        shown = records[:top]
        if json:
            write_json([record_json(record, workspace.house) for record in shown])
            return
        if not records:
            counts = workspace.store.stage_counts()
            there = (
                ", ".join(f"{n} {stage.value}" for stage, n in counts.items() if n)
                or "nothing yet; `triage fetch` brings papers"
            )
            say(f"no paper matches; in the store: {there}")
            return
        console = data_console()
        for line in table(shown, console.width if console.is_terminal else None):
            write(line)
        of_them = f" of {len(records):,}" if len(shown) < len(records) else ""
        say(f"{plural(len(shown), 'paper')}{of_them}")


def in_order(records: Sequence[Record], sort: str) -> list[Record]:
    """The records by "relevance" (those that were never judged last), "title", "section" or "stage", each in the order
    in which they came where that says nothing; or only so, for "added"."""
    stages = list(Stage)
    keys: dict[str, Callable[[Record], tuple[object, ...]]] = {
        "relevance": lambda one: (one.judgement is None, -(one.judgement.relevance if one.judgement else 0.0)),
        "title": lambda one: (title_key(one.paper.title),),
        "section": lambda one: (show_path(one.section).casefold(),),
        "stage": lambda one: (stages.index(one.stage),),
        "added": lambda one: (),
    }
    return sorted(records, key=keys[sort])


def table(records: Sequence[Record], width: int | None) -> list[str]:
    """A line for each record, under a line of headings: titles and sections are cut to fit `width` cells, never ids;
    nothing is cut without a width."""
    rows = [("id", "stage", "rel", "title", "section"), *map(_row, records)]
    ids, stages = (max(cell_len(row[column]) for row in rows) for column in (0, 1))
    left = None if width is None else width - ids - stages - len("100%") - 4 * len(_GAP)
    titles, sections = max(cell_len(row[3]) for row in rows), max(cell_len(row[4]) for row in rows)
    if left is not None:
        sections = min(sections, left // 3) if left >= _LEAST_TITLE * 3 // 2 else 0
        titles = max(1, min(titles, left - sections)) if left >= _LEAST_TITLE else titles
    lines = []
    for paper_id, stage, relevance, title, section in rows:
        start = _GAP.join((set_cell_size(paper_id, ids), set_cell_size(stage, stages), f"{relevance:>4}"))
        lines.append(_GAP.join((start, _cut(title, titles), _cut(section, sections))).rstrip())
    return lines


def _row(record: Record) -> tuple[str, str, str, str, str]:
    relevance = f"{record.judgement.relevance:.0%}" if record.judgement else ""
    section = one_line(record.section[-1]) if record.section else ""
    return one_line(record.paper.id), record.stage.value, relevance, one_line(record.paper.title), section


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, width - 1) + "…" if width else ""
