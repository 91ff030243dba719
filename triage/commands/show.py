"""`triage show`."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from triage.commands.opening import open_workspace
from triage.commands.reports import record_json
from triage.errors import ReadError
from triage.identity import arxiv_id, file_stem
from triage.models import Decision, Record, show_path
from triage.screens.console import data_console, one_line, safe, say, shorten, write, write_json
from triage.screens.describe import listed_authors, new_section_line
from triage.steps.card import Card, card
from triage.steps.review import proposed_entry
from triage.when import local
from triage.workspace import Workspace

_LISTED = 8


def run(folder: Path | None, paper_id: str, figure: Path | None, json: bool) -> None:
    """Shows one paper's card; or saves its first figure."""
    with open_workspace(folder) as workspace:
        record = workspace.store.record(named(paper_id))
        if figure is not None:
            _save_figure(workspace, record.paper.id, figure)
            return
        around = card(workspace.store, workspace.vectors, workspace.index, record.paper.id)
        if json:
            write_json(record_json(record, workspace.house) | _more(record, around))
            return
        _print(data_console(), record, around, workspace)


def _save_figure(workspace: Workspace, paper_id: str, target: Path) -> None:
    text = workspace.store.texts.get(paper_id)
    if text is None or not text.figures:
        raise ReadError(f"no figure of {paper_id} is known; `triage add {paper_id}` reads its PDF")
    pdf = workspace.pdf_folder / f"{file_stem(paper_id)}.pdf"
    workspace.reader.save_figure(pdf, text.figures[0], target)
    say(f"wrote {target}: {shorten(text.figures[0].caption, 70)}")


def named(text: str) -> str:
    """The paper id that a person means by `text`: an id with or without version, or an arXiv address."""
    return arxiv_id(text) or text


def _more(record: Record, around: Card) -> dict[str, Any]:
    paper = record.paper
    return {
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "comment": paper.comment,
        "url": paper.abs_url,
        "read_from": record.text_source,
        "sections": [
            {"section": list(c.section), "probability": round(c.probability, 4)}
            for c in (record.judgement.sections if record.judgement else ())
        ],
        "none_fits": round(record.judgement.none_fits, 4) if record.judgement else None,
        "new_section": _new_section(record),
        "words": list(record.judgement.words) if record.judgement else [],
        "listed_authors": dict(record.judgement.listed_authors) if record.judgement else {},
        "datasets": list(record.draft.facts.datasets) if record.draft else [],
        "notes": list(record.draft.notes) if record.draft else [],
        "quotes": dict(record.draft.quotes) if record.draft else {},
        "outline": [{"title": h.title, "page": h.page} for h in around.outline],
        "references_here": [{"id": r.paper_id, "title": r.title} for r in around.references],
        "cited_by": [{"id": r.paper_id, "title": r.title} for r in around.cited_by],
        "nearest": [{"id": r.paper_id, "title": r.title} for r in around.nearest],
        "decided": _decision_json(record.decision),
        "problems": [{"step": p.step, "message": p.message} for p in record.problems],
    }


def _decision_json(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None or decision.at is None:
        return None
    return {
        "verdict": decision.verdict.value,
        "person": decision.person,
        "at": decision.at.isoformat(),
        "note": decision.note,
    }


def _decided(decision: Decision | None) -> str:
    """What was decided last, by whom, when and with which note."""
    if decision is None or decision.at is None:
        return ""
    by = f" by {decision.person}" if decision.person else ""
    note = f": {decision.note}" if decision.note else ""
    return f"{decision.verdict.value}{by}, {local(decision.at)}{note}"


def _new_section(record: Record) -> dict[str, Any] | None:
    cluster = record.judgement.cluster if record.judgement else None
    if cluster is None:
        return None
    return {"words": list(cluster.words), "papers": list(cluster.papers), "more": cluster.more}


def _print(console: Console, record: Record, around: Card, workspace: Workspace) -> None:
    paper, judged, draft = record.paper, record.judgement, record.draft
    console.print(Text(one_line(paper.title), style="bold"))
    console.print(Text(one_line(", ".join(paper.authors)) or "no authors known", style="dim"))
    page, day = paper.abs_url or "", paper.published.isoformat() if paper.published else ""
    where = ["" if paper.id in page else paper.id, page, paper.comment or "", day]
    console.print(Text("  ".join(one_line(part) for part in where if part), style="dim"))
    _row(console, "stage", record.stage.value + (f", read from the {record.text_source}" if record.text_source else ""))
    _row(console, "decided", _decided(record.decision))
    _in_the_list(console, record, workspace.config.list.name)
    if judged:
        _row(console, "relevance", f"{judged.relevance:.0%}")
        for number, choice in enumerate(judged.sections[:3]):
            _row(console, "section" if number == 0 else "or", f"{show_path(choice.section)}  {choice.probability:.0%}")
        _row(console, "or", new_section_line(record))
        for number, neighbour in enumerate(judged.neighbours):
            _row(console, "like" if number == 0 else "", f"{neighbour.title}  ({show_path(neighbour.section[-1:])})")
        _row(console, "by", listed_authors(record))
        _row(console, "words", ", ".join(judged.words))
    if draft:
        _row(console, "summary", draft.facts.summary or "")
        _row(console, "datasets", ", ".join(draft.facts.datasets))
        _row(console, "code", draft.facts.code_url or "")
        _row(console, "drafted", f"by {draft.by}")
        for note in draft.notes:
            _row(console, "note", note)
    for problem in record.problems:
        _row(console, "problem", f"{problem.step}: {problem.message}")
    if paper.abstract:
        console.print()
        console.print(Text(safe(paper.abstract)))
    for label, lines in (
        ("outline", [f"p. {h.page}  {h.title}" for h in around.outline]),
        ("cites, here", [f"{r.paper_id}  {r.title}" for r in around.references[:_LISTED]]),
        ("cited by", [f"{r.paper_id}  {r.title}" for r in around.cited_by[:_LISTED]]),
        ("nearest", [f"{r.paper_id}  {r.title}" for r in around.nearest[:_LISTED]]),
    ):
        if lines:
            console.print()
            for number, line in enumerate(lines):
                _row(console, label if number == 0 else "", line)
    entry = proposed_entry(record, workspace.house)
    if entry:
        console.print(Text(f"\nthe entry in {workspace.config.list.name}:", style="dim"))
        write(entry.rstrip())


def _in_the_list(console: Console, record: Record, name: str) -> None:
    """When it was published, and where the list has it."""
    published = record.publication
    if published and published.at:
        gone = "" if published.stands else f"; {name} does not have it any more"
        _row(console, "published", f"{local(published.at)}{gone}")
    for number, listed in enumerate(record.entries):
        _row(console, "in the list" if number == 0 else "", f"{show_path(listed.section)}, line {listed.line}")


def _row(console: Console, label: str, value: str) -> None:
    if value:
        console.print(Text.assemble((f"{label:<12}", "cyan"), one_line(value)))
