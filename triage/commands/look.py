"""`triage list`, `show` and `format`: the collection as a table, one paper, one entry."""

import difflib
import json as json_format
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from triage.commands import Order
from triage.commands.opening import open_workspace, paper_named, section_named
from triage.commands.reports import card_json, record_json
from triage.drafting.entry import BY_NAME, FIELDS
from triage.errors import ReadError, TriageError
from triage.house.format import render
from triage.identity import file_stem, title_key
from triage.models import Decision, Facts, Record, Stage, show_path
from triage.screens.console import data_console, one_line, plural, safe, say, shorten, write, write_json
from triage.screens.describe import listed_authors, new_section_line
from triage.steps.card import Card, Related, card
from triage.steps.review import proposed_entry
from triage.when import local
from triage.workspace import Workspace

_GAP = "  "
_LEAST_TITLE = 24
"""In a terminal too narrow for so many characters of a title and its section, the section is left out."""
_RELATED = 8
"""How many citing, cited and similar papers are shown of each."""


def list_(
    folder: Path | None,
    *,
    stages: Sequence[Stage] = (),
    section: str | None = None,
    order: Order = Order.RELEVANCE,
    top: int | None = None,
    json: bool = False,
) -> None:
    """Lists the papers at these stages (or all) and under this section, or the first `top` of them."""
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        records = in_order(workspace.store.records(*stages, section=path), order)
        shown = records[:top]
        if json:
            write_json([record_json(record, workspace.house) for record in shown])
            return
        if not records:
            counts = workspace.store.stage_counts()
            stored = ", ".join(f"{count:,} {stage.value}" for stage, count in counts.items() if count)
            say(f"no paper matches; in the store: {stored or 'nothing yet; `triage fetch` brings papers'}")
            return
        console = data_console()
        for line in table(shown, console.width if console.is_terminal else None):
            write(line)
        of_all = f" of {len(records):,}" if len(shown) < len(records) else ""
        say(f"{plural(len(shown), 'paper')}{of_all}")


def in_order(records: Sequence[Record], order: Order) -> list[Record]:
    """The records in this order, papers without judgement last; what is equal stays in the order it was added."""
    stages = list(Stage)
    keys: dict[Order, Callable[[Record], tuple[object, ...]]] = {
        Order.RELEVANCE: lambda one: (one.judgement is None, -(one.judgement.relevance if one.judgement else 0.0)),
        Order.TITLE: lambda one: (title_key(one.paper.title),),
        Order.SECTION: lambda one: (show_path(one.section).casefold(),),
        Order.STAGE: lambda one: (stages.index(one.stage),),
        Order.ADDED: lambda one: (),
    }
    return sorted(records, key=keys[order])


def table(records: Sequence[Record], width: int | None) -> list[str]:
    """A line for each record, below a line of headings. Titles and sections are cut to fit `width` cells, ids never;
    without a width nothing is cut."""
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


def show(folder: Path | None, paper: str, *, figure: Path | None = None, json: bool = False) -> None:
    """Prints all that is known of one paper; or saves its first figure."""
    with open_workspace(folder) as workspace:
        record = paper_named(workspace, paper)
        if figure is not None:
            _save_figure(workspace, record.paper.id, figure)
            return
        around = card(workspace.store, workspace.vectors, workspace.index, record.paper.id)
        if json:
            write_json(record_json(record, workspace.house) | card_json(record, around))
        else:
            _print_card(data_console(), record, around, workspace)


def _save_figure(workspace: Workspace, paper_id: str, target: Path) -> None:
    text = workspace.store.texts.get(paper_id)
    if text is None or not text.figures:
        raise ReadError(f"no figure of {paper_id} is known; `triage add {paper_id}` reads its PDF")
    pdf = workspace.pdf_folder / f"{file_stem(paper_id)}.pdf"
    workspace.reader.save_figure(pdf, text.figures[0], target)
    say(f"wrote {target}: {shorten(text.figures[0].caption, 70)}")


def _print_card(console: Console, record: Record, around: Card, workspace: Workspace) -> None:
    paper, name = record.paper, workspace.config.list.name
    console.print(Text(one_line(paper.title), style="bold"))
    console.print(Text(one_line(", ".join(paper.authors)) or "no authors known", style="dim"))
    page, day = paper.abs_url or "", paper.published.isoformat() if paper.published else ""
    known = ["" if paper.id in page else paper.id, page, paper.comment or "", day]
    console.print(Text("  ".join(one_line(part) for part in known if part), style="dim"))
    _print_row(
        console, "stage", record.stage.value + (f", read from the {record.text_source}" if record.text_source else "")
    )
    _print_row(console, "decided", _decided(record.decision))
    _print_place(console, record, name)
    _print_judgement(console, record)
    _print_draft(console, record)
    for problem in record.problems:
        _print_row(console, "problem", f"{problem.step}: {problem.message}")
    if paper.abstract:
        console.print()
        console.print(Text(safe(paper.abstract)))
    _print_list(console, "outline", [f"p. {heading.page}  {heading.title}" for heading in around.outline])
    for label, papers in (
        ("cites, here", around.references),
        ("cited by", around.cited_by),
        ("nearest", around.nearest),
    ):
        _print_list(console, label, _related(papers))
    entry = proposed_entry(record, workspace.house)
    if entry:
        console.print(Text(f"\nthe entry in {name}:", style="dim"))
        write(entry.rstrip())


def _decided(decision: Decision | None) -> str:
    """What was decided last, by whom, when and with which note."""
    if decision is None or decision.at is None:
        return ""
    by = f" by {decision.person}" if decision.person else ""
    note = f": {decision.note}" if decision.note else ""
    return f"{decision.verdict.value}{by}, {local(decision.at)}{note}"


def _print_place(console: Console, record: Record, name: str) -> None:
    """When it was published, and where and how the list has it."""
    published = record.publication
    if published and published.at:
        gone = "" if published.stands else f"; {name} does not have it any more"
        _print_row(console, "published", f"{local(published.at)}{gone}")
    lines = [f"{show_path(entry.section)}, {name}:{entry.line}" for entry in record.entries]
    _print_rows(console, "in the list", lines)
    venues = [f"{entry.venue or ''} {entry.year or ''}".strip() for entry in record.entries]
    _print_rows(console, "venue", list(dict.fromkeys(filter(None, venues))))


def _print_judgement(console: Console, record: Record) -> None:
    judged = record.judgement
    if judged is None:
        return
    _print_row(console, "relevance", f"{judged.relevance:.0%}")
    for number, choice in enumerate(judged.sections[:3]):
        _print_row(console, "or" if number else "section", f"{show_path(choice.section)}  {choice.probability:.0%}")
    _print_row(console, "or", new_section_line(record))
    _print_rows(console, "like", [f"{near.title}  ({show_path(near.section[-1:])})" for near in judged.neighbours])
    _print_row(console, "by", listed_authors(record))
    _print_row(console, "words", ", ".join(judged.words))


def _print_draft(console: Console, record: Record) -> None:
    draft = record.draft
    if draft is None:
        return
    _print_row(console, "summary", draft.facts.summary or "")
    _print_row(console, "datasets", ", ".join(draft.facts.datasets))
    _print_row(console, "code", draft.facts.code_url or "")
    _print_row(console, "drafted", f"by {draft.by}")
    for note in draft.remarks:
        _print_row(console, "note", note)


def _related(papers: Sequence[Related]) -> list[str]:
    return [f"{one.paper_id}  {one.title}" for one in papers[:_RELATED]]


def _print_list(console: Console, label: str, lines: Sequence[str]) -> None:
    if lines:
        console.print()
        _print_rows(console, label, lines)


def _print_rows(console: Console, label: str, values: Sequence[str]) -> None:
    for number, value in enumerate(values):
        _print_row(console, "" if number else label, value)


def _print_row(console: Console, label: str, value: str) -> None:
    if value:
        console.print(Text.assemble((f"{label:<12}", "cyan"), one_line(value)))


def format_(
    folder: Path | None, *, paper: str | None = None, fields: Path | None = None, section: str | None = None
) -> None:
    """Prints the entry of a stored paper, or of facts given as JSON."""
    if (paper is None) == (fields is None):
        raise TriageError("give either a paper's ID or --fields FILE.json")
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        if paper is not None:
            record = paper_named(workspace, paper)
            if record.draft is None:
                raise TriageError(f"{record.paper.id} has no draft yet; `triage draft {record.paper.id}` makes one")
            facts, path = record.draft.facts, path or record.section
        else:
            sections = workspace.document.taxonomy
            facts, path = _facts(fields), path or (sections[0] if sections else ())
        write(render(workspace.house, facts, path).rstrip("\n"))


def _facts(file: Path | None) -> Facts:
    try:
        text = sys.stdin.read() if file is None or str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TriageError(f"{file} cannot be read: {error}") from None
    name = "stdin" if file is None or str(file) == "-" else str(file)
    _check_names(text, name)
    try:
        facts: Facts = TypeAdapter(Facts).validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the object"
        raise TriageError(f"{name}: {key}: {first['msg']}; {_field_line()}") from None
    return facts


def _check_names(text: str, name: str) -> None:
    """Refuses what is not a JSON object, and fields that no entry has."""
    try:
        given = json_format.loads(text)
    except ValueError as error:
        raise TriageError(f"{name} is not JSON: {error}; {_field_line()}") from None
    if not isinstance(given, dict):
        raise TriageError(f"{name} does not hold a JSON object; {_field_line()}")
    for field in given:
        if field not in BY_NAME:
            near = difflib.get_close_matches(field, BY_NAME, 1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise TriageError(f"{name}: there is no field {field!r}; {hint}{_field_line()}")


def _field_line() -> str:
    kinds = {"names": "a list of texts", "words": "a list of texts", "year": "a number", "stars": "1 to 3"}
    return "fields: " + ", ".join(f"{one.name} ({kinds.get(one.kind, one.kind)})" for one in FIELDS)
