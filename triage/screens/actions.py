"""What the review's dialogs do: another section, another text, another field, a note, a look at similar papers."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from textual.content import Content

from triage.drafting.entry import BY_NAME, FIELDS, Field, changed, shown
from triage.errors import TriageError
from triage.lists.problems import refusal
from triage.models import Record, SectionPath, UnsavedEdit, show_path
from triage.screens import describe
from triage.screens.console import one_line
from triage.screens.dialogs import EntryEditor, Item, Picker, Prompt
from triage.screens.paper import entry_lines
from triage.screens.review_session import (
    Similar,
    change_field,
    entry_now,
    section_now,
)
from triage.steps.review import facts_of

if TYPE_CHECKING:
    from triage.screens.app import ReviewApp


def take_suggestion(app: "ReviewApp", number: int) -> SectionPath | None:
    """The judge's section of this number becomes that of the paper, or of all selected; None if there is none."""
    paper_id = app.current
    offered = describe.suggestions(app.record(paper_id)) if paper_id else ()
    if paper_id is None or not 0 < number <= len(offered):
        return None
    _move(app, paper_id, offered[number - 1], new=False)
    return offered[number - 1]


def choose_section(app: "ReviewApp") -> None:
    """Picks a section of the list, or makes a new one that the person has typed and confirmed."""
    paper_id = app.current
    if paper_id is None:
        return
    taxonomy = app.session.document.taxonomy
    record = app.desk.record(paper_id)
    items, start = section_items(record, taxonomy), describe.new_section(record)
    if start and start not in taxonomy:
        items.insert(1, Item("*", f"new section: {describe.place(start)}", "in these papers' words"))

    def make(query: str) -> Item | None:
        path = _typed_path(query)
        known = path in taxonomy
        return Item("+" + query, f"new section: {describe.place(path)}") if path and not known else None

    def chosen(key: str | None) -> None:
        if key is None:
            return
        if key == "*":
            _move(app, paper_id, start, new=True)
        elif key.startswith("+"):
            _move(app, paper_id, _typed_path(key[1:]), new=True)
        else:
            _move(app, paper_id, taxonomy[int(key)], new=False)

    app.push_screen(Picker("Which section?", items, "letters of the section; A > B makes a new one", make), chosen)


def section_items(record: Record, taxonomy: Sequence[SectionPath]) -> list[Item]:
    """The list's sections to choose from, the judge's likeliest first; a key is a place in the taxonomy."""
    judged = record.judgement
    chances = {choice.section: choice.probability for choice in judged.sections} if judged else {}
    numbered = sorted(enumerate(taxonomy), key=lambda pair: -chances.get(pair[1], 0.0))
    return [
        Item(str(number), one_line(path[-1] if path else ""), _beside(path, chances.get(path)))
        for number, path in numbered
    ]


def edit_entry(app: "ReviewApp") -> None:
    """Opens the entry's text in an editor."""
    paper_id = app.current
    if paper_id is None:
        return
    session = app.session
    record, edit = app.desk.record(paper_id), session.store.unsaved_edits.of(paper_id)
    section = section_now(record, edit)

    def preview(text: str) -> Content:
        return Content("\n").join(entry_lines(session, record, replace(edit, entry=text), section))

    def refuse(text: str) -> str | None:
        if section not in session.document.taxonomy:
            return None if text.strip() else "it is empty"
        return refusal(session.document, session.house, section, text, facts_of(record))

    def chosen(text: str | None) -> None:
        if text is not None:
            _keep(app, paper_id, replace(edit, entry=text))

    app.push_screen(EntryEditor(entry_now(record, edit, session.house) or "", preview, refuse), chosen)


def edit_field(app: "ReviewApp") -> None:
    """Picks a field and changes it; the entry is written anew from the fields."""
    paper_id = app.current
    if paper_id is None:
        return
    session, facts = app.session, facts_of(app.desk.record(paper_id))
    items = [Item(one.name, one.label, one_line(shown(facts, one))) for one in FIELDS]

    def picked(name: str | None) -> None:
        if name is None:
            return
        one = BY_NAME[name]

        def typed(value: str | None) -> None:
            if value is None or value == shown(facts, one):
                return
            try:
                change_field(session.store, session.house, paper_id, one.name, value)
            except TriageError as error:
                app.say(str(error), problem=True)
            app.draw_paper()

        def check(value: str) -> str | None:
            try:
                changed(facts, one, value)
            except TriageError as error:
                return str(error)
            return None

        app.push_screen(Prompt(one.label, shown(facts, one), _hints(one), check), typed)

    app.push_screen(Picker("Which field?", items), picked)


def write_note(app: "ReviewApp") -> None:
    """A note that goes into the ledger with the decision."""
    paper_id = app.current
    if paper_id is None:
        return
    edit = app.session.store.unsaved_edits.of(paper_id)

    def typed(text: str | None) -> None:
        if text is not None:
            _keep(app, paper_id, replace(edit, note=text.strip() or None))

    app.push_screen(Prompt("A note, kept with your decision", edit.note or ""), typed)


def show_similar(app: "ReviewApp") -> None:
    """Lists what resembles the paper; choosing a waiting paper goes there."""
    paper_id = app.current
    if paper_id is None:
        return
    record = app.desk.record(paper_id)
    near = record.judgement.neighbours if record.judgement else ()
    items = [
        Item(f"!{number}", one_line(one.title), f"listed in {describe.place(one.section)}, {one.similarity:.2f}")
        for number, one in enumerate(near)
    ]

    def show(found: Sequence[Similar], problem: str | None) -> None:
        if problem:
            app.say(problem, problem=True)
        papers = [
            Item(one.paper_id or f"?{n}", one_line(one.title), one_line(one.where)) for n, one in enumerate(found)
        ]
        if items or papers:
            app.push_screen(Picker("Similar to this paper", [*items, *papers]), lambda key: _go(app, key))
        elif not problem:
            app.say("Nothing resembles this paper.")

    def search() -> None:
        found: Sequence[Similar] = ()
        problem = None
        try:
            found = app.session.similar(paper_id) if app.session.similar else ()
        except TriageError as error:
            problem = str(error)
        app.call_from_thread(show, found, problem)

    if app.session.similar is None:
        show((), None)
    else:
        app.run_worker(search, "similar", group="similar", exclusive=True, thread=True, exit_on_error=False)


def jump(app: "ReviewApp") -> None:
    """Goes to a section's first paper, or to a paper."""
    rows = app.desk.rows()
    items: list[Item] = []
    for row, following in pairwise(rows):
        if row.line is None and following.line is not None:
            items.append(Item(f"#{following.line.paper_id}", describe.place(row.section), f"{row.waiting} waiting"))
    papers = [row.line for row in rows if row.line is not None]
    items += [Item(line.paper_id, one_line(line.title), line.paper_id) for line in papers]
    app.push_screen(Picker("Go to", items), lambda key: _go(app, key))


def _go(app: "ReviewApp", key: str | None) -> None:
    if key is None:
        return
    paper_id = key.removeprefix("#")
    if any(line.paper_id == paper_id for line in app.desk.lines):
        app.queue.point_at(paper_id)
    else:
        app.say("That one is not waiting for a decision.")


def _move(app: "ReviewApp", paper_id: str, section: SectionPath, *, new: bool) -> None:
    for target in app.desk.targets(paper_id):
        edit = app.session.store.unsaved_edits.of(target)
        app.session.store.unsaved_edits.keep(target, replace(edit, section=section, new_section=new))
    app.draw_paper()


def _keep(app: "ReviewApp", paper_id: str, edit: UnsavedEdit) -> None:
    app.session.store.unsaved_edits.keep(paper_id, edit)
    app.draw_paper()


def _typed_path(text: str) -> SectionPath:
    return tuple(part.strip() for part in text.split(">") if part.strip())


def _beside(path: SectionPath, chance: float | None) -> str:
    above = one_line(show_path(path[:-1]))
    sure = describe.percent(chance) if chance is not None and chance >= 0.005 else ""
    return "  ".join(part for part in (above, sure) if part)


def _hints(one: Field) -> str:
    return {"names": "separated by ;", "words": "separated by commas", "day": "2026-11-22"}.get(
        one.kind, "empty: not known"
    )
