"""`triage edit`: what a person knows better than the machine; and asking for what a PDF did not say."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.text import Text

from triage.commands.opening import open_workspace
from triage.commands.reports import record_json
from triage.commands.show import named
from triage.drafting.entry import BY_NAME, FIELDS, Field, changed, shown
from triage.errors import TriageError
from triage.lists.format import template_for
from triage.models import Record, show_path
from triage.screens.console import data_console, one_line, say, shorten, write, write_json
from triage.steps.draft import draft
from triage.steps.edit import edit
from triage.steps.review import Answer, decide, facts_of, proposed_entry
from triage.workspace import Workspace

_ASKED = {"title": "title", "authors": "authors", "venue": "venue", "year": "year", "paper_url": "paper"}
"""The fields that a person is asked for where a PDF did not say them, by what a list's format calls them."""


def run(folder: Path | None, paper_id: str, values: Mapping[str, str | None], reset: Sequence[str], json: bool) -> None:
    """Keeps the values given, by field; without any, shows what each field holds."""
    given = {name: value for name, value in values.items() if value is not None}
    again = [_field_named(name).name for name in reset]
    with open_workspace(folder) as workspace:
        record = _drafted(workspace, named(paper_id))
        if given or again:
            record = change(workspace, record, given, again)
        if json:
            write_json(record_json(record, workspace.house) | {"fields": _fields(workspace, record)})
        elif given or again:
            say(f"edited {record.paper.id} {shorten(facts_of(record).title, 60)}  ->  {show_path(record.section)}")
            write((proposed_entry(record, workspace.house) or "").rstrip("\n"))
        else:
            _print_fields(workspace, record)


def change(workspace: Workspace, record: Record, given: Mapping[str, str], reset: Sequence[str] = ()) -> Record:
    """The record with these values in its fields. A decision on the draft before is made anew with the entry as it is
    now. Raises TriageError, with nothing changed, where something does not fit."""
    store, decision = workspace.store, record.decision
    made = edit(store, workspace.house, record.paper.id, given, reset=reset)
    if made.decided is not None and decision is not None:
        answer = Answer(decision.verdict, decision.section or None, made.decided, decision.note, new_section=True)
        decide(store, record.paper.id, answer, document=workspace.document, house=workspace.house)
    return store.record(record.paper.id)


def complete(workspace: Workspace, paper_ids: Sequence[str]) -> None:
    """Of papers that were read from a PDF: says what was read, and asks at the terminal for what the list writes and
    the PDF did not say; elsewhere says how to give it."""
    asking = sys.stdin.isatty() and sys.stderr.isatty()
    for paper_id in paper_ids:
        record = workspace.store.record(paper_id)
        if not paper_id.startswith("pdf:") or record.draft is None:
            continue
        facts = facts_of(record)
        read = [f"{one.label.lower()}: {value}" for one in FIELDS if one.name in _ASKED if (value := shown(facts, one))]
        say(f"  {shorten('; '.join(read), 400)}")
        missing = _missing(workspace, record)
        if missing and asking:
            _ask(workspace, record, missing)
        elif missing:
            options = " ".join(f"--{one.option} …" for one in missing)
            say(f"  not read from the PDF: {', '.join(one.label.lower() for one in missing)};")
            say(f"  triage edit {paper_id} {options}")


def _missing(workspace: Workspace, record: Record) -> list[Field]:
    """The fields that an entry in this section shows and that nothing is known of; a title taken from the file's name
    is not known either."""
    facts = facts_of(record)
    roles = template_for(workspace.house, record.section).roles
    text = workspace.store.texts.get(record.paper.id)
    nameless = text is not None and not text.title and "title" not in workspace.store.person_facts.of(record.paper.id)
    return [
        BY_NAME[name]
        for name, role in _ASKED.items()
        if (nameless if name == "title" else role in roles and not shown(facts, BY_NAME[name]))
    ]


def _ask(workspace: Workspace, record: Record, missing: Sequence[Field]) -> None:
    say("  Not read from the PDF, Enter where you do not know it:")
    given: dict[str, str] = {}
    for one in missing:
        value = _asked(record, one)
        if value is None:
            break
        if value:
            given[one.name] = value
    if given:
        record = change(workspace, record, given)
    write((proposed_entry(record, workspace.house) or "").rstrip("\n"))


def _asked(record: Record, one: Field) -> str | None:
    """A value that fits the field, "" for none, None at the end of the input."""
    while True:
        sys.stderr.write(f"  {one.label} ({one.help}): ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            return None
        if not line.strip():
            return ""
        try:
            changed(facts_of(record), one, line)
        except TriageError as error:
            say(f"  {error}")
        else:
            return line.strip()


def _drafted(workspace: Workspace, paper_id: str) -> Record:
    """The record, with a draft by rule if it had none."""
    record = workspace.store.record(paper_id)
    if record.draft is not None:
        return record
    settings, progress = workspace.config.llm, workspace.progress
    draft(workspace.store, workspace.document, workspace.house, [record], settings=settings, progress=progress)
    return workspace.store.record(paper_id)


def _field_named(text: str) -> Field:
    for one in FIELDS:
        if text in (one.name, one.option):
            return one
    raise TriageError(f"an entry has no field {text!r}; fields: {', '.join(one.option for one in FIELDS)}")


def _fields(workspace: Workspace, record: Record) -> dict[str, dict[str, str]]:
    facts, given = facts_of(record), workspace.store.person_facts.of(record.paper.id)
    return {
        one.name: {"value": shown(facts, one), "by": "person" if one.name in given else "machine"} for one in FIELDS
    }


def _print_fields(workspace: Workspace, record: Record) -> None:
    console = data_console()
    for name, one in _fields(workspace, record).items():
        said = "  (yours)" if one["by"] == "person" else ""
        console.print(
            Text.assemble((f"{BY_NAME[name].option:<10}", "cyan"), one_line(one["value"]) or "-", (said, "dim"))
        )
