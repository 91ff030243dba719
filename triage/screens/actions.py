"""What the review's keys do beyond deciding: choose another section, edit the entry or a field, write a note, look at
similar papers, go elsewhere, open a link."""

import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from textual.content import Content

from triage.drafting.entry import BY_NAME, FIELDS, Field, changed, shown
from triage.errors import TriageError
from triage.house.problems import refusal
from triage.models import Record, SectionPath, UnsavedEdit, show_path
from triage.screens import describe
from triage.screens.console import one_line
from triage.screens.dialogs import EntryEditor, Item, Picker, Prompt
from triage.screens.paper import entry_lines
from triage.screens.review_session import Similar
from triage.steps.review import edited_entry, edited_section, facts_of

if TYPE_CHECKING:
    from triage.screens.app import ReviewApp

_TEXT_BROWSERS = ("w3m", "links", "elinks", "lynx", "www-browser")
_HINTS = {"names": "separated by ;", "words": "separated by commas", "day": "2026-11-22"}


def take_suggestion(app: "ReviewApp", number: int) -> SectionPath | None:
    """Chooses the judge's section of this number for the paper, or for all selected; None if there is none."""
    record = app.shown_record()
    offered = describe.suggestions(record) if record else ()
    if record is None or not 0 < number <= len(offered):
        return None
    _move(app, record, offered[number - 1], new=False)
    return offered[number - 1]


def choose_section(app: "ReviewApp", record: Record) -> None:
    """Picks a section of the list, or a new one that the person has typed and chosen."""
    taxonomy = app.session.document.taxonomy
    items, start = section_items(record, taxonomy), describe.new_section(record)
    if start and start not in taxonomy:
        items.insert(1, Item("*", f"new section: {describe.section_name(start)}", "named after these papers"))

    def make(query: str) -> Item | None:
        path = _typed_path(query)
        return Item(f"+{query}", f"new section: {describe.section_name(path)}") if path not in ((), *taxonomy) else None

    def chosen(key: str | None) -> None:
        if key is None:
            return
        if key == "*":
            _move(app, record, start, new=True)
        elif key.startswith("+"):
            _move(app, record, _typed_path(key[1:]), new=True)
        else:
            _move(app, record, taxonomy[int(key)], new=False)

    app.push_screen(Picker("Which section?", items, "type part of its name; A > B makes a new section", make), chosen)


def section_items(record: Record, taxonomy: Sequence[SectionPath]) -> list[Item]:
    """The list's sections to choose from, the judge's likeliest first; a key is a place in the taxonomy."""
    judged = record.judgement
    chances = {choice.section: choice.probability for choice in judged.sections} if judged else {}
    numbered = sorted(enumerate(taxonomy), key=lambda pair: -chances.get(pair[1], 0.0))
    return [
        Item(str(number), one_line(path[-1] if path else ""), _section_hint(path, chances.get(path, 0.0)))
        for number, path in numbered
    ]


def edit_entry(app: "ReviewApp", record: Record) -> None:
    """Opens the entry's text in an editor."""
    session = app.session
    edit = session.store.unsaved_edits.of(record.paper.id)
    section = edited_section(record, edit)

    def preview(text: str) -> Content:
        return Content("\n").join(entry_lines(session, record, replace(edit, entry=text)))

    def refuse(text: str) -> str | None:
        if section not in session.document.taxonomy:
            return None if text.strip() else "it is empty"
        return refusal(session.document, session.house, section, text, facts_of(record))

    def typed(text: str | None) -> None:
        if text is not None:
            _keep(app, record, replace(edit, entry=text))

    app.push_screen(EntryEditor(edited_entry(record, edit, session.house) or "", preview, refuse), typed)


def edit_field(app: "ReviewApp", record: Record) -> None:
    """Picks a field and changes it; the entry is rewritten from the fields."""
    facts = facts_of(record)

    def picked(name: str | None) -> None:
        if name is not None:
            _type_field(app, record, BY_NAME[name])

    items = [Item(one.name, one.label, one_line(shown(facts, one))) for one in FIELDS]
    app.push_screen(Picker("Which field?", items), picked)


def _type_field(app: "ReviewApp", record: Record, one: Field) -> None:
    facts = facts_of(record)

    def check(value: str) -> str | None:
        try:
            changed(facts, one, value)
        except TriageError as error:
            return str(error)
        return None

    def typed(value: str | None) -> None:
        if value is None or value == shown(facts, one):
            return
        try:
            app.session.change_field(record.paper.id, one.name, value)
        except TriageError as error:
            app.say(str(error), problem=True)
        app.draw_paper()

    hint = _HINTS.get(one.kind, "leave empty if not known")
    app.push_screen(Prompt(one.label, shown(facts, one), hint, check), typed)


def write_note(app: "ReviewApp", record: Record) -> None:
    """A note that is stored with the decision."""
    edit = app.session.store.unsaved_edits.of(record.paper.id)

    def typed(text: str | None) -> None:
        if text is not None:
            _keep(app, record, replace(edit, note=text.strip() or None))

    app.push_screen(Prompt("Note, saved with your decision", edit.note or ""), typed)


def show_similar(app: "ReviewApp", record: Record) -> None:
    """Lists similar entries and papers; choosing a waiting paper goes there."""

    def show(found: Sequence[Similar], problem: str | None) -> None:
        items = [Item(one.paper_id or f"?{n}", one_line(one.title), one_line(one.where)) for n, one in enumerate(found)]
        if items:
            app.push_screen(Picker("Similar to this paper", items), lambda key: _go(app, key))
        if problem or not items:
            app.say(problem or "No similar papers were found.", problem=bool(problem))

    def search() -> None:
        app.call_from_thread(show, *app.session.find_similar(record))

    app.run_worker(search, "similar", group="similar", exclusive=True, thread=True, exit_on_error=False)


def jump(app: "ReviewApp") -> None:
    """Goes to a section's first paper, or to a paper."""
    rows = app.session.rows()
    items = [
        Item(f"#{below.line.paper_id}", describe.section_name(row.section), f"{row.waiting} waiting")
        for row, below in pairwise(rows)
        if row.line is None and below.line is not None
    ]
    papers = [row.line for row in rows if row.line is not None]
    items += [Item(line.paper_id, one_line(line.title), line.paper_id) for line in papers]
    app.push_screen(Picker("Go to", items), lambda key: _go(app, key))


def visit(app: "ReviewApp", record: Record, wanted: str) -> None:
    """Opens one of the paper's links in a browser (with --web, in the one that shows the review)."""
    found = describe.links(record)
    url = found.get(wanted) or found.get("pdf") or found.get("abs")
    if url is None:
        app.say("No link is known for this paper.")
        return
    app.say(f"Opening {url}")
    if app.session.open is not None:
        app.session.open(url)
    elif app.is_web:
        app.open_url(url)
    elif _has_graphical_browser():
        app.run_worker(lambda: webbrowser.open(url), thread=True)


def _go(app: "ReviewApp", key: str | None) -> None:
    if key is None:
        return
    paper_id = key.removeprefix("#")
    if any(line.paper_id == paper_id for line in app.session.lines):
        app.queue.point_at(paper_id)
    else:
        app.say("That one is not in the queue.")


def _move(app: "ReviewApp", record: Record, section: SectionPath, *, new: bool) -> None:
    app.session.move(record.paper.id, section, new=new)
    app.draw_paper()


def _keep(app: "ReviewApp", record: Record, edit: UnsavedEdit) -> None:
    app.session.store.unsaved_edits.keep(record.paper.id, edit)
    app.draw_paper()


def _typed_path(text: str) -> SectionPath:
    return tuple(part.strip() for part in text.split(">") if part.strip())


def _section_hint(path: SectionPath, chance: float) -> str:
    sure = describe.percent(chance) if chance >= describe.SHOWN_CHANCE else ""
    return "  ".join(part for part in (one_line(show_path(path[:-1])), sure) if part)


def _has_graphical_browser() -> bool:
    """Whether opening a link leaves this terminal alone; a text browser would take it over."""
    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return False
    return str(name) not in _TEXT_BROWSERS
