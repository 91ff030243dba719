"""Verify: a draft's sentences against the papers that they cite, and its bibliography against ours."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from triage.collection import Store
from triage.errors import FileError, TriageError, reason
from triage.evidence.source import Source
from triage.models import ImportedRecord
from triage.verifying.check import Checker
from triage.verifying.claims import uncited
from triage.verifying.drafts import Draft, read_draft
from triage.verifying.records import OurWorks, RecordVerdict, Verdict, check_record, find_ours
from triage.verifying.verdict import Checked, Statement, Support
from triage.writing.files import work_of
from triage.writing.records import BibRecord, ReadFile

_LARGEST = 20_000_000
WRONG = (Verdict.WRONG, Verdict.ANOTHER)
"""Verdicts on a record that have to be put right."""


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record of a draft's bibliography: the file and line it stands in, its key and title, whether the draft cites
    it, and what it is to our records; `paper_id` is our paper that it means, "" if we have none."""

    file: str
    line: int
    key: str
    title: str
    cited: bool
    verdict: RecordVerdict
    paper_id: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a draft. `checked` are its citing sentences with their verdicts, in order; `uncited` those that
    claim something and cite nothing; `papers` the cited papers of the collection by the draft's key; `records` the
    records of its bibliographies, in order; `unknown` the keys that nobody knows."""

    draft: Draft
    checked: tuple[Checked, ...]
    uncited: tuple[Statement, ...] = ()
    papers: Mapping[str, Source] = field(default_factory=dict)
    records: tuple[CheckedRecord, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[Support, int]:
        """How many citing sentences have each verdict."""
        counted = Counter(one.support for one in self.checked)
        return {support: counted[support] for support in Support}

    @property
    def wrong_records(self) -> tuple[CheckedRecord, ...]:
        """The records that have to be put right."""
        return tuple(one for one in self.records if one.verdict.verdict in WRONG)

    @property
    def unused(self) -> tuple[str, ...]:
        """The keys of records that the draft neither cites nor lists."""
        return () if "*" in self.draft.listed else tuple(one.key for one in self.records if not one.cited)

    @property
    def is_wrong(self) -> bool:
        """Whether something in the draft has to be put right."""
        return self.counts[Support.UNSUPPORTED] > 0 or bool(self.wrong_records)


def open_draft(path: Path) -> Draft:
    """The draft in this file, with what it includes from its own folder or below. Raises TriageError naming the
    file."""
    folder = path.resolve().parent

    def include(name: str) -> tuple[str, str] | None:
        for written in (name, f"{name}.tex"):
            found = _inside(folder, written)
            if found and found.suffix.lower() in (".tex", ".ltx"):
                return found.relative_to(folder).as_posix(), _text(found)
        return None

    return read_draft(path.name, _text(path), include)


def named_bibliographies(path: Path, draft: Draft) -> tuple[list[Path], list[str]]:
    """The bibliographies that the draft in this file names and that lie in its folder or below; and the names of the
    others, which a person has to name."""
    folder, found, others = path.resolve().parent, [], []
    for name in draft.bibliographies:
        written = name if name.lower().endswith((".bib", ".json", ".ris")) else f"{name}.bib"
        if file := _inside(folder, written):
            found.append(file)
        else:
            others.append(name)
    return list(dict.fromkeys(found)), others


def _inside(folder: Path, name: str) -> Path | None:
    try:
        found = (folder / name).resolve()
        return found if found.is_relative_to(folder) and found.is_file() else None
    except (OSError, ValueError):
        return None


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise TriageError(f"{path} is larger than any draft; name the text's own file")
        data = path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {reason(error)}") from None
    if b"\0" in data:
        raise TriageError(f"{path} is not a text file; drafts are Markdown or LaTeX")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


@dataclass(frozen=True, slots=True)
class Bibliography:
    """A file of records: its name, and what it holds."""

    name: str
    file: ReadFile


def verify(
    store: Store,
    draft: Draft,
    checker: Checker,
    sources: Sequence[Source],
    *,
    bibliographies: Sequence[Bibliography] = (),
    works: Mapping[str, BibRecord] | None = None,
    heading: str = "",
    today: date,
) -> Report:
    """Checks a draft, or what stands under this `heading`. `sources` are all papers of the collection, and `works` what
    a bibliography says of each, by paper id; without bibliographies they are not needed. A key of the draft is that of
    its own bibliography's record, if there is one, else one of ours. Raises TriageError if there is no such heading."""
    part = draft.under(heading) if heading else draft
    ours = OurWorks(works or {})
    taken = store.bibliography.taken()
    cited = {*draft.keys, *draft.listed}
    records = [_record(one, ours, taken, cited, today) for one in _records(bibliographies)]
    by_id = {source.paper_id: source for source in sources}
    meant = {record.key.lower(): record.paper_id for record in reversed(records)}
    papers: dict[str, Source | None] = {}
    for key in part.keys:
        paper_id = meant.get(key.lower(), taken.get(key.lower()))
        if paper_id is not None:
            papers[key] = by_id.get(paper_id)
    return Report(
        part,
        tuple(checker.check(part.cited, papers)),
        tuple(uncited(part.statements)),
        {key: source for key, source in papers.items() if source is not None},
        tuple(records),
        tuple(key for key in part.keys if key not in papers),
    )


@dataclass(frozen=True, slots=True)
class _Record:
    file: str
    record: ImportedRecord
    cut_off: bool


def _records(bibliographies: Sequence[Bibliography]) -> Iterator[_Record]:
    for one in bibliographies:
        broken = {problem.split(":")[0] for problem in one.file.problems}
        for record in one.file.records:
            yield _Record(one.name, record, f"line {record.line}" in broken)


def _record(one: _Record, ours: OurWorks, taken: Mapping[str, str], cited: set[str], today: date) -> CheckedRecord:
    """A record against all our works. A key that is ours counts only where nothing else tells which work is meant."""
    theirs, key = work_of(one.record), one.record.key
    verdict = check_record(theirs, ours, today, taken.get(key.lower(), ""), one.cut_off)
    return CheckedRecord(
        one.file,
        one.record.line,
        key,
        theirs.title,
        cited=key in cited,
        verdict=verdict,
        paper_id=find_ours(theirs, ours),
    )
