"""Survey: its files, written whole the first time, and brought up to date later without touching what a person
wrote."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from triage.errors import ConfigError, FileError, TriageError, reason
from triage.files import write_atomically
from triage.models import TextFormat
from triage.protocols import Progress
from triage.verifying.verdict import Checked, Support
from triage.writing.document import Document, Figure, Work
from triage.writing.figures import as_png
from triage.writing.markup import Piece, joined, pieces_of
from triage.writing.outline import Outline, Placed, Split, make_outline, place_new
from triage.writing.outline_file import line_of, outline_toml, read_outline, with_papers
from triage.writing.protocol import Search
from triage.writing.revising import Change, Written, revise
from triage.writing.survey import Compare, WriteSection, compose, markup_of

OUTLINE, LOCK, FIGURES = "outline.toml", "survey.lock.json", "figures"
BIBLIOGRAPHY = "references"


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """What a run of `write_survey` did: the file, whether the outline was `outlined` now, the text as it was made, the
    `changes` of an update; `left_out` are papers that the outline lacks, by key, `placed` those that were put into it,
    with the titles of their sections, `unknown` those of the outline that were not taken, and `kept` names files beside
    the text that a person changed and that stay as they are.
    `checked` is what the checker said of the sentences that were kept, `dropped` are those that it found
    unsupported."""

    file: Path
    outline: Outline
    document: Document
    outlined: bool
    changes: tuple[Change, ...] = ()
    left_out: tuple[str, ...] = ()
    placed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    checked: tuple[Checked, ...] = ()
    dropped: tuple[str, ...] = ()


Check = Callable[[str], Sequence[Checked]]
"""What the checker says of each citing sentence of a text in the survey's format."""


def write_survey(
    folder: Path,
    form: TextFormat,
    works: Mapping[str, Work],
    papers: Sequence[Placed],
    search: Search,
    *,
    title: str,
    write: WriteSection,
    compare: Compare,
    bibliography: Callable[[Sequence[str]], Mapping[str, str]],
    is_key: Callable[[str], bool],
    progress: Progress,
    check: Check = lambda _: (),
    split: Split = lambda _: (),
    words: int | None = None,
    update: bool = False,
) -> SurveyReport:
    """Writes survey.md or survey.tex in `folder`, with outline.toml, references.bib and figures, from these works (by
    key) and where they stand in the list; `title` names a new outline. With `update`, only what is stale.

    `bibliography` gives the .bib entry of each of these keys; `is_key` tells whether any paper has a key; what `check`
    finds unsupported is left out; `write`
    writes a section, `compare` its table, `split` parts a huge one. Raises ConfigError for outline.toml, FileError, and
    TriageError if the text has a person's edits and it is no update, or if there is nothing to update or to write.
    """
    file = folder / f"survey.{form}"
    lock = _Lock.read(folder / LOCK, form)
    before = _text_of(file)
    _check(file, before, lock, update)
    if not papers:
        raise TriageError("there is no paper to write about; accept some, or name another --section")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{folder} cannot be made: {reason(error)}") from None
    outline, outlined, placed = _outline(folder / OUTLINE, papers, title, split, update, is_key)
    outline = replace(outline, words=words or outline.words)
    known = set(outline.keys)
    left_out = tuple(paper.key for paper in papers if paper.key not in known)
    with progress("writing", len(known & works.keys())) as advance:
        survey = compose(
            outline, works, search, write, compare, left_out=search.taken - len(known & works.keys()), advance=advance
        )
    entries = bibliography(sorted(survey.document.cited))
    pieces = pieces_of(survey.document, markup_of(form), "".join(entries.values()))
    with progress("checking", None):
        pieces, checked, dropped = _supported(pieces, check)
    now = Written(tuple(pieces), survey.basis, survey.made_from)
    changes: tuple[Change, ...] = ()
    if update and lock is not None and before is not None:
        revision = revise(before, lock.written, now)
        text, changes, now = revision.text, revision.changes, revision.written
    else:
        text = joined(now.pieces)
    kept = _write_beside(folder, form, survey.document.figures, entries)
    if text != before:
        data = text.encode("utf-8", "replace")
        _Lock(now, _hash(data), lock).write(folder / LOCK, form)
        write_atomically(file, data)
    _Lock(now).write(folder / LOCK, form)
    unknown = tuple(key for key in outline.keys if key not in works)
    return SurveyReport(
        file, outline, survey.document, outlined, changes, left_out, placed, unknown, kept, checked, dropped
    )


def _check(file: Path, before: str | None, lock: "_Lock | None", update: bool) -> None:
    if update:
        if before is None:
            raise TriageError(f"there is no {file} to bring up to date; leave out --update to have it written")
        if lock is None:
            raise TriageError(f"{file.with_name(LOCK)} does not know {file.name}; move {file} away for a new one")
    elif before is not None and (lock is None or before.replace("\r\n", "\n") != joined(lock.written.pieces)):
        raise TriageError(f"{file} has text of yours; `triage survey --update` keeps it, --out DIR writes elsewhere")


def _outline(
    file: Path,
    papers: Sequence[Placed],
    title: str,
    split: Split,
    update: bool,
    is_key: Callable[[str], bool],
) -> tuple[Outline, bool, Mapping[str, tuple[str, ...]]]:
    """The outline in the file, which is made if there is none, whether it was, and what an update put into it."""
    titles = {paper.key: paper.title for paper in papers}
    text = _text_of(file)
    if text is None:
        outline = make_outline(title, papers, split)
        write_atomically(file, outline_toml(outline, titles).encode())
        return outline, True, {}
    outline = read_outline(text, file)
    for key in outline.keys:
        if not is_key(key):
            line = line_of(text, key)
            raise ConfigError(
                f"{file}:{line}: no paper has the key {key!r}; `triage export` shows the keys of your papers"
            )
    if not update:
        return outline, False, {}
    outline, placed = place_new(outline, papers)
    if placed:
        write_atomically(file, with_papers(text, placed, titles).encode())
    return outline, False, placed


def _supported(pieces: Sequence[Piece], check: Check) -> tuple[list[Piece], tuple[Checked, ...], tuple[str, ...]]:
    """The pieces without the sentences that the checker finds unsupported, what it said of the others, and the lines
    that were left out. A sentence stands on a line of its own. Tables stay as they are: what is in them (venues, years)
    need not stand in the papers."""
    checked = check(joined(pieces))
    wrong = {one.statement.line for one in checked if one.support is Support.UNSUPPORTED}
    found: list[Piece] = []
    dropped: dict[int, str] = {}
    sentences: set[int] = set()
    start = 1
    for piece in pieces:
        lines = dict(enumerate(piece.text.split("\n"), start))
        start += len(lines) + 1
        if piece.about == "table":
            found.append(piece)
            continue
        sentences |= lines.keys()
        bad = wrong & lines.keys()
        dropped |= {line: lines[line] for line in sorted(bad)}
        if len(bad) < len(lines):
            kept = "\n".join(text for line, text in lines.items() if line not in bad)
            found.append(replace(piece, text=kept) if bad else piece)
    left = tuple(one for one in checked if one.statement.line in sentences - dropped.keys())
    return found, left, tuple(dropped.values())


def _write_beside(
    folder: Path, form: TextFormat, figures: Sequence[Figure], entries: Mapping[str, str]
) -> tuple[str, ...]:
    """Writes the bibliography and, for Markdown, the figures. What a person changed stays, and is named; entries that a
    changed bibliography lacks are added to it."""
    wanted = {f"{BIBLIOGRAPHY}.bib": "\n".join(entries.values()).encode("utf-8", "replace")}
    if form is TextFormat.MD:
        (folder / FIGURES).mkdir(exist_ok=True)
        wanted |= {f"{FIGURES}/{figure.name}.svg": figure.svg.encode("utf-8", "replace") for figure in figures}
        wanted |= {f"{FIGURES}/{figure.name}.png": as_png(figure.svg) for figure in figures}
    hashes = dict(_read_json(folder / LOCK).get("files", {}))
    kept = []
    for name, data in wanted.items():
        file, present = folder / name, _bytes_of(folder / name)
        if present is not None and _hash(present) != hashes.get(name):
            kept.append(name)
            if file.suffix == ".bib":
                _complete(file, present, entries)
            continue
        hashes[name] = _hash(data)
        if data != present:
            write_atomically(file, data)
    _write_json(folder / LOCK, {**_read_json(folder / LOCK), "files": hashes})
    return tuple(kept)


def _complete(file: Path, present: bytes, entries: Mapping[str, str]) -> None:
    """Adds to a person's bibliography the entries that it lacks."""
    known = present.decode("utf-8", "replace").lower()
    new = [entry for key, entry in entries.items() if f"{{{key.lower()}," not in known]
    if new:
        write_atomically(file, b"\n".join([present.rstrip(b"\n") + b"\n", *(entry.encode() for entry in new)]))


def _text_of(file: Path) -> str | None:
    """The file's text, its line endings kept; None if there is none. Raises FileError."""
    data = _bytes_of(file)
    try:
        return None if data is None else data.decode()
    except UnicodeDecodeError:
        raise FileError(f"{file} is not UTF-8 text; save it as UTF-8") from None


def _bytes_of(file: Path) -> bytes | None:
    """What the file holds; None if there is none. Raises FileError."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"{file} cannot be read: {reason(error)}") from None


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _read_json(file: Path) -> dict[str, Any]:
    """What survey.lock.json says; {} if there is none. Raises FileError if it is damaged."""
    try:
        found = json.loads(_text_of(file) or "{}")
        if isinstance(found, dict) and isinstance(found.get("files", {}), dict):
            return found
    except ValueError:
        pass
    raise FileError(f"{file} is damaged; move it and the survey away to have both made anew")


def _write_json(file: Path, value: Mapping[str, Any]) -> None:
    write_atomically(file, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class _Lock:
    """What survey.lock.json knows of the survey in one format: what triage wrote. While the text is being written,
    `coming` is the hash that it will have, and `earlier` what was known before: if the program is killed in between,
    the text itself tells which of the two holds."""

    written: Written
    coming: str = ""
    earlier: "_Lock | None" = None

    @classmethod
    def read(cls, file: Path, form: TextFormat) -> "_Lock | None":
        """What the file knows of this format, None if nothing. Raises FileError if it is damaged."""
        found = _read_json(file).get(form.value)
        if found is None:
            return None
        try:
            lock = cls._of(found)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise FileError(f"{file} is damaged; move it and the survey away to have both made anew") from None
        if not lock.coming:
            return lock
        text = _text_of(file.parent / f"survey.{form}")
        return replace(lock, coming="") if text is not None and _hash(text.encode()) == lock.coming else lock.earlier

    @classmethod
    def _of(cls, found: Mapping[str, Any]) -> "_Lock":
        pieces = tuple(
            Piece(tuple(one["section"]), one["about"], int(one["number"]), one["text"], tuple(one["keys"]))
            for one in found["pieces"]
        )
        basis = {tuple(one["section"]): str(one["basis"]) for one in found["basis"]}
        earlier = found.get("earlier")
        written = Written(pieces, basis, dict(found["made_from"]))
        return cls(written, found.get("coming", ""), cls._of(earlier) if earlier else None)

    def write(self, file: Path, form: TextFormat) -> None:
        """Notes this beside what the file knows of the other format and of other files."""
        _write_json(file, {**_read_json(file), form.value: self._json()})

    def _json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "pieces": [asdict(piece) for piece in self.written.pieces],
            "basis": [{"section": list(path), "basis": basis} for path, basis in self.written.basis.items()],
            "made_from": dict(self.written.made_from),
        }
        if self.coming:
            found["coming"] = self.coming
            found["earlier"] = replace(self.earlier, coming="", earlier=None)._json() if self.earlier else None
        return found
