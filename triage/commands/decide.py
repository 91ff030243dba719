"""`triage accept`, `reject`, `later`, `undo`, `edit`, `draft`: what a person decides and corrects, from a script."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.text import Text

from triage.commands.opening import model_or_reason, open_workspace, paper_id_of, paper_named, section_for
from triage.commands.reports import record_json
from triage.drafting.entry import BY_NAME, FIELDS, Field, changed, shown
from triage.errors import TriageError
from triage.house.format import template_for
from triage.models import Decision, Record, Verdict, show_path
from triage.screens.console import data_console, one_line, say, shorten, write, write_json
from triage.steps import review
from triage.steps.draft import draft as draft_entries
from triage.steps.edit import edit as edit_facts
from triage.steps.review import Answer
from triage.workspace import Workspace

_ASKED = {"title": "title", "authors": "authors", "venue": "venue", "year": "year", "paper_url": "paper"}
"""The fields that a person is asked for if a PDF did not give them, with the name that a list's format uses."""


def accept(
    folder: Path | None,
    ids: Sequence[str],
    *,
    section: str | None = None,
    entry: Path | None = None,
    note: str | None = None,
) -> None:
    """Accepts the papers; all ids are looked up before the first is decided."""
    if entry is not None and len(ids) > 1:
        raise TriageError("--entry is the text of one entry; accept one paper at a time with it")
    with open_workspace(folder) as workspace:
        text = _read(entry)
        records = _by_id(workspace, ids)
        places = [section_for(workspace, record, section) for record in records]
        for record, (path, new) in zip(records, places, strict=True):
            decision = _decide(workspace, record, Answer(Verdict.ACCEPT, path, text, note, new))
            where = show_path(decision.section) + (" (new: triage publish --new-sections)" if new else "")
            say(f"accepted {record.paper.id} {shorten(record.paper.title, 50)}  ->  {where}")


def reject(folder: Path | None, ids: Sequence[str], *, note: str | None = None) -> None:
    """Rejects the papers; all ids are looked up before the first is decided."""
    with open_workspace(folder) as workspace:
        for record in _by_id(workspace, ids):
            _decide(workspace, record, Answer(Verdict.REJECT, note=note))
            say(f"rejected {record.paper.id} {shorten(record.paper.title, 60)}")


def later(folder: Path | None, ids: Sequence[str], *, note: str | None = None) -> None:
    """Puts the papers off; all ids are looked up before the first is decided."""
    with open_workspace(folder) as workspace:
        for record in _by_id(workspace, ids):
            _decide(workspace, record, Answer(Verdict.LATER, note=note))
            say(f"put off {record.paper.id} {shorten(record.paper.title, 60)}")


def undo(folder: Path | None) -> None:
    """Takes back the person's last decision on an unpublished paper; says so if somebody else has decided since."""
    with open_workspace(folder) as workspace:
        last = workspace.store.ledger.last()
        decision = workspace.store.ledger.undo()
        if decision is None:
            say(review.nothing_to_undo(workspace.store))
            return
        title = workspace.store.record(decision.paper_id).paper.title
        say(f"taken back: {decision.verdict.value} {decision.paper_id} {shorten(title, 60)}")
        if last and last.number != decision.number:
            say(f"{review.whose(last)}, and stands")


def draft(
    folder: Path | None,
    papers: Sequence[str],
    *,
    model: str | None = None,
    again: bool = False,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Drafts these papers' entries again. Exits with 1 if one could not be drafted."""
    with open_workspace(folder) as workspace:
        if model:
            workspace.config = replace(workspace.config, llm=replace(workspace.config.llm, model=model))
        records = [paper_named(workspace, text) for text in papers]
        asked, trouble = model_or_reason(workspace, offline)
        report = draft_entries(
            workspace.store,
            workspace.document,
            workspace.house,
            records,
            model=asked,
            settings=workspace.config.llm,
            prompts=workspace.prompts,
            progress=workspace.progress,
            again=again,
            no_model=trouble,
            tell=say,
        )
        for failure in report.failures:
            say(failure)
        after = [workspace.store.record(record.paper.id) for record in records]
        if json:
            write_json([record_json(record, workspace.house) for record in after])
        else:
            for record in after:
                by = record.draft.by if record.draft else "nobody"
                say(f"{record.paper.id} {shorten(record.paper.title, 60)}: drafted by {by}")
                if record.draft:
                    write(record.draft.entry.rstrip("\n"))
            for problem in report.problems:
                say(f"problem: {problem.paper_id}: {problem.message}")
        if report.problems:
            raise typer.Exit(1)


def edit(
    folder: Path | None,
    paper: str,
    *,
    values: Mapping[str, str | None],
    reset: Sequence[str] = (),
    json: bool = False,
) -> None:
    """Keeps the values given, by field, and takes the machine's again for those to `reset`; without any, prints what
    each field holds."""
    given = {name: value for name, value in values.items() if value is not None}
    machine = [_field_named(name).name for name in reset]
    with open_workspace(folder) as workspace:
        record = _drafted(workspace, paper_named(workspace, paper))
        if given or machine:
            record = _change(workspace, record, given, machine)
        if json:
            write_json(record_json(record, workspace.house) | {"fields": _fields(workspace, record)})
        elif given or machine:
            title = shorten(review.facts_of(record).title, 60)
            say(f"edited {record.paper.id} {title}  ->  {show_path(record.section)}")
            _write_entry(workspace, record)
        else:
            _print_fields(workspace, record)


def complete(workspace: Workspace, paper_ids: Sequence[str]) -> None:
    """Prints what was read from each PDF among these papers. What the list writes and the PDF did not give is asked for
    at a terminal; elsewhere the command that sets it is printed."""
    asking = sys.stdin.isatty() and sys.stderr.isatty()
    for paper_id in paper_ids:
        record = workspace.store.record(paper_id)
        if not paper_id.startswith("pdf:") or record.draft is None:
            continue
        facts = review.facts_of(record)
        read = [f"{one.label.lower()}: {value}" for one in FIELDS if one.name in _ASKED if (value := shown(facts, one))]
        say(f"  {shorten('; '.join(read), 400)}")
        missing = _missing(workspace, record)
        if missing and asking:
            _ask(workspace, record, missing)
        elif missing:
            options = " ".join(f"--{one.option} …" for one in missing)
            say(f"  not read from the PDF: {', '.join(one.label.lower() for one in missing)};")
            say(f"  triage edit {paper_id} {options}")


def _by_id(workspace: Workspace, ids: Sequence[str]) -> list[Record]:
    return [workspace.store.record(paper_id_of(text)) for text in ids]


def _read(entry: Path | None) -> str | None:
    if entry is None:
        return None
    if str(entry) == "-":
        return sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
    try:
        return entry.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise TriageError(f"{entry} cannot be read: {error.strerror}") from None


def _decide(workspace: Workspace, record: Record, answer: Answer) -> Decision:
    return review.decide(workspace.store, record.paper.id, answer, document=workspace.document, house=workspace.house)


def _change(workspace: Workspace, record: Record, given: Mapping[str, str], reset: Sequence[str] = ()) -> Record:
    """The record with these values in its fields. If it was decided, the decision is repeated with the new entry.
    Raises TriageError, with nothing changed, if a value does not fit."""
    store, decision = workspace.store, record.decision
    made = edit_facts(store, workspace.house, record.paper.id, given, reset=reset)
    if made.decided is not None and decision is not None:
        answer = Answer(decision.verdict, decision.section or None, made.decided, decision.note, new_section=True)
        _decide(workspace, record, answer)
    return store.record(record.paper.id)


def _missing(workspace: Workspace, record: Record) -> list[Field]:
    """The fields that an entry in this section shows and that nothing is known of. A title taken from the file's name
    counts as unknown."""
    facts = review.facts_of(record)
    fields = template_for(workspace.house, record.section).fields
    text = workspace.store.texts.get(record.paper.id)
    untitled = text is not None and not text.title and "title" not in workspace.store.person_facts.of(record.paper.id)
    return [
        BY_NAME[name]
        for name, role in _ASKED.items()
        if (untitled if name == "title" else role in fields and not shown(facts, BY_NAME[name]))
    ]


def _ask(workspace: Workspace, record: Record, missing: Sequence[Field]) -> None:
    say("  The PDF did not give these; press Enter to leave one empty:")
    given: dict[str, str] = {}
    for one in missing:
        value = _asked(record, one)
        if value is None:
            break
        if value:
            given[one.name] = value
    if given:
        record = _change(workspace, record, given)
    _write_entry(workspace, record)


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
            changed(review.facts_of(record), one, line)
        except TriageError as error:
            say(f"  {error}")
        else:
            return line.strip()


def _drafted(workspace: Workspace, record: Record) -> Record:
    """The record, with a draft by rule if it had none."""
    if record.draft is not None:
        return record
    settings, progress = workspace.config.llm, workspace.progress
    draft_entries(workspace.store, workspace.document, workspace.house, [record], settings=settings, progress=progress)
    return workspace.store.record(record.paper.id)


def _write_entry(workspace: Workspace, record: Record) -> None:
    write((review.proposed_entry(record, workspace.house) or "").rstrip("\n"))


def _field_named(text: str) -> Field:
    for one in FIELDS:
        if text in (one.name, one.option):
            return one
    raise TriageError(f"an entry has no field {text!r}; fields: {', '.join(one.option for one in FIELDS)}")


def _fields(workspace: Workspace, record: Record) -> dict[str, dict[str, str]]:
    facts, given = review.facts_of(record), workspace.store.person_facts.of(record.paper.id)
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
