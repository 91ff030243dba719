"""`triage export` and `triage import`: the collection as a bibliography; decisions as a file."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from triage.collection import exchange
from triage.collection.papers import PERSON
from triage.commands.opening import open_workspace, section_named
from triage.errors import FileError, TriageError, reason
from triage.files import write_atomically
from triage.models import ExportFormat, Record, SectionPath, Stage
from triage.screens.console import plural, say
from triage.steps import export as steps
from triage.when import day_of
from triage.workspace import Workspace

_STANDARD = Path("-")
_TAKEN = (Stage.LISTED, Stage.PUBLISHED, Stage.ACCEPTED)


def export(
    folder: Path | None,
    *,
    form: ExportFormat,
    stages: Sequence[Stage] = (),
    section: str | None = None,
    since: str | None = None,
    out: Path | None = None,
    ascii_only: bool = False,
) -> None:
    """Writes the papers at these stages as a bibliography, to the file `out` or to stdout. Without stages: what stands
    in the list, is accepted, or was added by a person and not rejected. Raises FileError, TriageError."""
    if ascii_only and form not in (ExportFormat.BIB, ExportFormat.BIBLATEX):
        raise TriageError(f"--ascii is for bib and biblatex; {form} is always Unicode")
    day = day_of(since, "--since", date.today()) if since else None
    out = None if out == _STANDARD else out
    with open_workspace(folder) as workspace:
        if out is not None:
            _check_target(workspace, out)
        path = section_named(workspace, section)
        of_stages = _at(workspace, stages)
        records = [record for record in of_stages if _stands_in(record, path)]
        if day is not None:
            records = steps.appeared_since(workspace.store, records, day)
        text = steps.export(workspace.store, records, form, ascii_only=ascii_only)
        _write(text.encode("utf-8", "replace"), out)
        left = workspace.store.papers.count() - len(records)
    where = f" written to {out}" if out else ""
    say(f"{plural(len(records), 'record')}{where}{_left_out(left, stages, section, since)}")
    if unknown := sum(not record.paper.authors for record in records):
        say(f"no author is known of {plural(unknown, 'record')}; keys never change, so fetch first: it asks arXiv")


def _at(workspace: Workspace, stages: Sequence[Stage]) -> list[Record]:
    store = workspace.store
    if stages:
        return store.records(*stages)
    own = {paper.id for paper in store.papers.of(PERSON)}
    return [
        record
        for record in store.records()
        if record.stage in _TAKEN or (record.paper.id in own and record.stage != Stage.REJECTED)
    ]


def _stands_in(record: Record, path: SectionPath | None) -> bool:
    """Whether the paper stands, or is to stand, under this section: a list may have one paper in several."""
    if path is None:
        return True
    sections = [record.section, *(entry.section for entry in record.entries)]
    return any(section[: len(path)] == path for section in sections)


def _left_out(left: int, stages: Sequence[Stage], section: str | None, since: str | None) -> str:
    if not left or stages or section or since:
        return ""
    return f"; not among them: {plural(left, 'paper')} undecided or rejected (--stage names what you want)"


def _check_target(workspace: Workspace, out: Path) -> None:
    """No bibliography is written over the list, the settings or the store."""
    target = out.resolve()
    config = workspace.config
    if target in (config.list.resolve(), config.file.resolve()) or config.store.resolve() in target.parents:
        raise FileError(f"{out} belongs to the workspace; name another file for the bibliography")


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_atomically(out, data)


def export_decisions(folder: Path | None, *, decisions: Path) -> None:
    """Writes every decision to the file `decisions`, or to stdout if it is "-". Raises FileError."""
    with open_workspace(folder) as workspace:
        lines = list(exchange.export_decisions(workspace.store))
    _write("".join(f"{line}\n" for line in lines).encode(), None if decisions == _STANDARD else decisions)
    if decisions != _STANDARD:
        say(f"{plural(len(lines), 'decision')} written to {decisions}; `triage import --decisions` reads them")


def import_decisions(folder: Path | None, *, decisions: Path) -> None:
    """Adds the decisions in the file `decisions`, or on stdin if it is "-". Raises FileError."""
    lines = _read(decisions)
    source = "standard input" if decisions == _STANDARD else str(decisions)
    with open_workspace(folder) as workspace:
        done = exchange.import_decisions(workspace.store, lines, source)
    known = f"; {done.known:,} were here already" if done.known else ""
    say(f"imported {plural(done.decisions, 'decision')} and {plural(done.papers, 'paper')}{known}")


def _read(file: Path) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if file == _STANDARD else file.read_bytes()
        return data.decode().split("\n")
    except OSError as error:
        raise FileError(f"{file} cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise FileError(f"{file} is not UTF-8 text; give the file that `triage export --decisions` wrote") from None
