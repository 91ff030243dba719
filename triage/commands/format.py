"""`triage format`."""

import difflib
import json
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from triage.commands.opening import open_workspace
from triage.commands.sections import section_named
from triage.commands.show import named
from triage.drafting.entry import BY_NAME, FIELDS
from triage.errors import TriageError
from triage.lists.format import render
from triage.models import Facts, SectionPath
from triage.screens.console import write
from triage.workspace import Workspace


def run(folder: Path | None, paper_id: str | None, fields: Path | None, section: str | None) -> None:
    """Prints the entry of a stored paper, or of facts given as JSON."""
    if (paper_id is None) == (fields is None):
        raise TriageError("give either a paper's ID or --fields FILE.json")
    with open_workspace(folder) as workspace:
        path = section_named(workspace, section)
        if paper_id is not None:
            record = workspace.store.record(named(paper_id))
            if record.draft is None:
                raise TriageError(f"{record.paper.id} has no draft yet; `triage draft {record.paper.id}` makes one")
            facts, path = record.draft.facts, path or record.section
        else:
            facts, path = _facts(fields), path or _first_section(workspace)
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
        key = ".".join(map(str, first["loc"])) or "the whole"
        raise TriageError(f"{name}: {key}: {first['msg']}; {_told()}") from None
    return facts


def _check_names(text: str, name: str) -> None:
    """Refuses what is no JSON object, and fields that no entry has."""
    try:
        given = json.loads(text)
    except ValueError as error:
        raise TriageError(f"{name} is no JSON: {error}; {_told()}") from None
    if not isinstance(given, dict):
        raise TriageError(f"{name} holds no JSON object; {_told()}")
    for field in given:
        if field not in BY_NAME:
            near = difflib.get_close_matches(field, BY_NAME, 1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise TriageError(f"{name}: there is no field {field!r}; {hint}{_told()}")


def _told() -> str:
    """The fields and what they hold, in a line."""
    kinds = {"names": "a list of texts", "words": "a list of texts", "year": "a number", "stars": "1 to 3"}
    return "fields: " + ", ".join(f"{one.name} ({kinds.get(one.kind, one.kind)})" for one in FIELDS)


def _first_section(workspace: Workspace) -> SectionPath:
    return workspace.document.taxonomy[0] if workspace.document.taxonomy else ()
