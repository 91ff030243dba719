"""`triage init`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from json import dumps, loads
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from triage.collection import Store
from triage.commands.opening import open_workspace
from triage.config import FILE_NAME, load
from triage.config_file import Learned, Places, Written, new_file, renew
from triage.errors import ConfigError, ListError
from triage.files import write_atomically
from triage.house.edit import default_table, new_list
from triage.house.format import Template
from triage.house.format_table import (
    LearnedFormat,
    edits_of_old_table,
    format_source,
    from_json,
    name_templates,
    section_notes,
    settings_of,
    templates_in,
    to_table,
)
from triage.house.proof import Proof
from triage.lists.document import scan
from triage.screens.console import data_console, one_line, plural, say, shorten, talk_console, write, write_json
from triage.screens.progress import Bars
from triage.steps.adopt import Adoption, adopt, learn_background, learn_known
from triage.workspace import LEARNED_FORMAT, Workspace, read_list

_QUERY, _FORMAT = "learned:query", "learned:format"
"""The store keeps under these names what was written to triage.toml last, to see later what a person changed."""
_SHOWN = 8
_NEW_SECTIONS = ("Surveys", "Methods", "Datasets")


def init(
    folder: Path | None,
    *,
    list_file: Path | None = None,
    new: bool = False,
    api_url: str | None = None,
    pdf_url: str | None = None,
    delay: float | None = None,
    offline: bool = False,
    json: bool = False,
) -> None:
    """Adopts the list and writes or renews triage.toml in `folder`, else here."""
    root = (folder or Path.cwd()).resolve()
    file = root / FILE_NAME
    path = _list_path(list_file, file, new)
    options = {"api_url": api_url, "pdf_url": pdf_url, "delay_seconds": delay}
    given = {name: value for name, value in options.items() if value is not None}
    if new:
        _start(path, file, given)
        return
    with Bars(talk_console())("learning how the list is written", None):
        adoption = _adopt(path, file.exists())
    before = _before(root) if file.exists() else _Before()
    learned = name_templates(adoption.house, before.templates, format_source(adoption.document.text))
    settings = Learned(adoption.topic.query, settings_of(learned), section_notes(learned))
    notes = _write(file, _seen_from(root, path), given, settings, before, learned)
    with open_workspace(root) as workspace:
        _remember(workspace.store, settings, learned)
        problem = None if offline else _ask_arxiv(workspace, adoption)
        if json:
            write_json(_json(adoption, workspace))
        else:
            _tell(adoption, workspace, notes, problem)


@dataclass(frozen=True, slots=True)
class _Before:
    """What an earlier `init` wrote and learned."""

    written: Written = field(default_factory=Written)
    templates: Mapping[str, Template] = field(default_factory=dict)


def _before(root: Path) -> _Before:
    with open_workspace(root) as workspace:
        meta = workspace.store.meta
        query, form = meta.get(_QUERY), meta.get(_FORMAT)
        learned = from_json(meta.get(LEARNED_FORMAT))
        templates = learned.templates if learned else templates_in(workspace.config.format)
    return _Before(Written(loads(query) if query else None, form), templates)


def _list_path(list_file: Path | None, file: Path, new: bool) -> Path:
    if list_file is not None:
        return list_file.resolve()
    if file.exists():
        return load(file.parent).list
    if new:
        return file.parent / "README.md"
    raise ConfigError("name your list's file, as in `triage init README.md`; `triage init --new` starts one")


def _start(path: Path, file: Path, options: Mapping[str, Any]) -> None:
    """Writes a list without entries, unless there is one already, and settings without a query."""
    text = read_list(path) if path.exists() else ""
    for taken, found in ((path, scan(text).entries), (file, file.exists())):
        if found:
            raise ListError(f"{taken} exists already; adopt the list with `triage init {path.name}`")
    wrote = [file]
    if not text.strip():
        name = path.resolve().parent.name.replace("-", " ").title()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, new_list(name, _NEW_SECTIONS).encode())
        wrote.insert(0, path)
    file.parent.mkdir(parents=True, exist_ok=True)
    places = Places(_seen_from(file.parent, path), **options)
    write_atomically(file, new_file(places, Learned("", default_table(), {})).encode())
    say(f"wrote {' and '.join(map(str, wrote))}")
    say(f"Next: name your sections in {path.name}, then bring in the first papers by arXiv id: triage add 2506.01234")
    say(f"To watch arXiv, put a query under [watch] in {file.name}; then: triage fetch --since 7d")


def _adopt(path: Path, started: bool) -> Adoption:
    """What was learned of the list. Raises ListError; for a list that triage `started` and that is still empty, it says
    what to do first."""
    text = read_list(path)
    try:
        return adopt(text)
    except ListError as error:
        if started and text.strip() and not scan(text).entries:
            raise ListError(
                f"{path} has no entry yet to learn from; bring in the first papers by arXiv id with `triage add`"
            ) from None
        raise ListError(f"{path}: {error}") from None


def _seen_from(root: Path, path: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _write(
    file: Path, list_name: str, options: Mapping[str, Any], settings: Learned, before: _Before, learned: LearnedFormat
) -> list[str]:
    """Writes a new triage.toml, or renews one; `options` are the [watch] values that were given this time. Gives what a
    person should know about the file, a line each."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, new_file(Places(list_name, **options), settings).encode())
        return []
    config = load(file.parent)
    if config.list.resolve() != (file.parent / list_name).resolve():
        raise ConfigError(f"{file} is for {config.list}; change its `list`, or use another folder with --workspace DIR")
    edits, notes = None, []
    if isinstance(config.format.get("templates"), list):
        edits = edits_of_old_table(config.format, before.written.old_table(), learned)
        notes.append(f"what was learned about venues and sections moved from {file.name} to the store")
    text, kept = renew(file.read_text(encoding="utf-8-sig"), settings, options, before.written, file, edits)
    line_end = b"\r\n" if b"\r\n" in file.read_bytes() else b"\n"
    write_atomically(file, text.encode().replace(b"\n", line_end))
    return notes + [f"{part} stays as {file.name} has it; delete it there to have it learned again" for part in kept]


def _remember(store: Store, settings: Learned, learned: LearnedFormat) -> None:
    store.meta.set(_QUERY, dumps(settings.query))
    store.meta.set(_FORMAT, settings.block())
    store.meta.set(LEARNED_FORMAT, learned.to_json())


def _ask_arxiv(workspace: Workspace, adoption: Adoption) -> str | None:
    ids = [entry.arxiv_id for entry in adoption.document.entries if entry.arxiv_id]
    _, problem = learn_known(workspace.store, workspace.feed, ids, workspace.progress)
    return problem or learn_background(workspace.store, workspace.feed, date.today(), workspace.progress)


def _json(adoption: Adoption, workspace: Workspace) -> dict[str, Any]:
    proof = adoption.proof
    return {
        "sections": [list(path) for path in adoption.document.taxonomy],
        "entries": len(adoption.document.entries),
        "query": workspace.config.watch.query,
        "format": {
            "templates": to_table(adoption.house),
            "tested": proof.tested,
            "rendered": round(proof.rendered, 4),
            "rendered_new": round(proof.rendered_new, 4),
            "fields_per_entry": round(proof.fields_per_entry, 2),
            "different": [{"line": d.line, "title": d.title, "differs": d.why} for d in proof.different],
        },
        "several_sections": adoption.several.deliberate,
        "problems": [{"line": s.line, "title": s.title, "what": s.what} for s in adoption.problems],
        "upkeep": [{"kind": b.kind, "line": b.line, "text": b.text} for b in adoption.upkeep],
        "known_abstracts": len(workspace.store.entries.known()),
    }


def _tell(adoption: Adoption, workspace: Workspace, notes: Sequence[str], problem: str | None) -> None:
    document, config = adoption.document, workspace.config
    data_console().print(_summary(adoption, workspace))
    say("\nan entry as this list writes it:")
    write(document.entries[0].text.rstrip())
    _tell_different(adoption)
    _tell_problems(adoption)
    _tell_offers(adoption)
    for note in notes:
        say(note)
    if problem:
        say(f"\narXiv could not be asked for the listed papers' abstracts ({problem})")
        say("their titles serve until `triage init` is run again")
    say(f"\nwrote {config.file.name}. Next: triage fetch --since 7d")


def _summary(adoption: Adoption, workspace: Workspace) -> Table:
    document = adoption.document
    ids = sum(entry.arxiv_id is not None for entry in document.entries)
    known = len(workspace.store.entries.known())
    names = ", ".join(path[-1] for path in document.taxonomy if path)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("list", Text(workspace.config.list.name))
    table.add_row("entries", f"{len(document.entries):,}, {ids:,} with an arXiv id, {known:,} abstracts known")
    table.add_row("sections", Text(f"{len(document.taxonomy)}: {shorten(names, 150)}"))
    table.add_row("query", Text(one_line(workspace.config.watch.query)))
    table.add_row("format", _proven(adoption.proof))
    return table


def _proven(proof: Proof) -> str:
    """What the format was tried on and what came of it."""
    templates = plural(proof.templates, "template")
    if not proof.tested:
        return f"{templates}; one entry is not enough to test it"
    new = f"; {proof.rendered_new:.0%} in the form that a new paper gets" if proof.rendered_new < proof.rendered else ""
    return (
        f"{templates}; {proof.rendered:.0%} of the entries match to the byte when rewritten from their fields by a"
        f" format learned from other entries{new}"
    )


def _tell_offers(adoption: Adoption) -> None:
    if adoption.several.deliberate:
        say(f"\n{adoption.several.share:.0%} of the papers are listed in several sections;")
        say("set `several_sections = true` under [publish] to list new ones so too")
    for place in adoption.upkeep:
        say(f"\nline {place.line}: {shorten(place.text, 60)!r}")
        say(f'add "{place.kind}" to [publish] bump, and publishing keeps it current')


def _tell_problems(adoption: Adoption) -> None:
    if adoption.problems:
        say(f"\n{plural(len(adoption.problems), 'entry', 'entries')} worth a look:")
        _tell_lines([(one.line, one.title, one.what) for one in adoption.problems])


def _tell_different(adoption: Adoption) -> None:
    different = adoption.proof.different
    if not different:
        return
    say(f"\n{plural(len(different), 'entry', 'entries')} that the format would write differently:")
    _tell_lines([(one.line, one.title, one.why) for one in different])


def _tell_lines(rows: Sequence[tuple[int, str, str]]) -> None:
    for line, title, what in rows[:_SHOWN]:
        say(f"  line {line}: {shorten(title or '(no title)', 40)}: {shorten(what, 70)}")
    if len(rows) > _SHOWN:
        say(f"  and {len(rows) - _SHOWN} more; `triage init --json` has them all")
