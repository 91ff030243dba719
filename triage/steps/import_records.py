"""Import: the records of a bibliography become papers of the collection, each once, and are kept word for word."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from triage.collection import Store
from triage.collection.papers import PERSON
from triage.errors import FeedError, FileError, TriageError, reason
from triage.identity import identify, title_key
from triage.models import Identity, ImportedRecord, Paper, Stage
from triage.protocols import Feed
from triage.sources.zotero import library
from triage.writing.files import SUFFIXES, read_records, work_of
from triage.writing.records import OTHERS, BibRecord, ReadFile, display_name

_ASKED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of the `read` records: those of `listed` papers and of papers `stored` before were added to what is
    known of them, `repeated` ones are records of a paper that stands earlier in the same file, and `added` are the ids
    of new papers. `problems` say what could not be read, or looked up."""

    read: int
    added: tuple[str, ...]
    listed: int
    stored: int
    repeated: int
    problems: tuple[str, ...] = ()


def is_bibliography(item: str) -> bool:
    """Whether a person means a file of records or a Zotero library by this."""
    return (item.lower().endswith(SUFFIXES) and "://" not in item) or library(item) is not None


def read_file(path: Path) -> ReadFile:
    """The records of a .bib, .ris or CSL-JSON file. Raises TriageError naming the file."""
    try:
        return read_records(path.name, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise FileError(f"{path} is not UTF-8 text; save it as UTF-8 and run this again") from None
    except TriageError as error:
        raise TriageError(f"{path} cannot be read: {error}") from None


def import_records(store: Store, feed: Feed | None, file: ReadFile) -> ImportReport:
    """Adds the papers that the records describe, as found by a person; those that the collection has are found by their
    identity and keep what is known of them. What arXiv has is looked up, unless there is no `feed`. A record's own key
    becomes the paper's, unless the paper has one."""
    works = [work_of(record) for record in file.records]
    problems = list(file.problems)
    from_feed = _looked_up(store, feed, works, problems)
    listed = {paper_id for paper_id, stage in store.stages().items() if stage in (Stage.LISTED, Stage.PUBLISHED)}
    counts = {"listed": 0, "stored": 0, "repeated": 0}
    added: dict[str, None] = {}
    met: dict[str, ImportedRecord] = {}
    keys = store.bibliography.taken()
    with store.papers.together():
        for record, work, identity in zip(file.records, works, identities(works), strict=True):
            paper = from_feed.get(work.arxiv_id) or _paper(record, work, identity)
            found = store.papers.find(identity) or _of_key(store, keys.get(record.key.lower()), work)
            if not found and store.papers.get(paper.id) is not None:
                found = [paper.id]
            if earlier := [one for one in (*found, paper.id) if one in met]:
                counts["repeated"] += 1
                store.papers.add_aliases(earlier[0], identity)
                continue
            if found and (paper.id in found or not work.arxiv_id):
                paper_id = found[0]
                store.papers.mark(paper_id, PERSON)
            else:
                paper_id, _ = store.papers.merge(paper, PERSON, found)
            if found:
                counts["listed" if listed & {paper_id, *found} else "stored"] += 1
            else:
                added[paper_id] = None
            met[paper_id] = record
            store.papers.add_aliases(paper_id, identity)
        store.bibliography.keep(met)
        _give_keys(store, met)
    return ImportReport(len(works), tuple(added), problems=tuple(problems), **counts)


def identities(works: Sequence[BibRecord]) -> list[Identity]:
    """What tells each of these works from others. An address that stands at works of different titles does not, nor
    does the id in it: a wrong link does not make two works one."""
    titles: dict[str, set[str]] = {}
    for work in works:
        for name in _linked(work):
            titles.setdefault(name, set()).add(title_key(work.title))
    doubtful = {name for name, named in titles.items() if len(named) > 1}
    return [
        identify(
            ids=(work.arxiv_id, work.doi),
            links=() if doubtful & set(_linked(work)) else (work.url,),
            title=work.title,
            authors=[name.family or name.literal for name in work.authors if name != OTHERS],
            year=work.year,
        )
        for work in works
    ]


def _linked(work: BibRecord) -> tuple[str, ...]:
    """What the work's address says it is."""
    linked = identify(links=(work.url,))
    return (*linked.ids, *linked.addresses)


def _looked_up(store: Store, feed: Feed | None, works: Sequence[BibRecord], problems: list[str]) -> dict[str, Paper]:
    """What arXiv says of the works that it has and the collection lacks."""
    if feed is None:
        return {}
    wanted = list(dict.fromkeys(work.arxiv_id for work in works if work.arxiv_id))
    stored = {paper.id for paper in store.papers.by_ids(wanted)}
    lacking = [one for one in wanted if one not in stored]
    found: dict[str, Paper] = {}
    try:
        for start in range(0, len(lacking), _ASKED_AT_ONCE):
            found.update({paper.id: paper for paper in feed.by_id(lacking[start : start + _ASKED_AT_ONCE])})
    except FeedError as error:
        problems.append(f"arXiv was not asked about all of them: {error}; the records serve until `triage fetch`")
    return found


def _paper(record: ImportedRecord, work: BibRecord, identity: Identity) -> Paper:
    """The paper as its record describes it."""
    if work.arxiv_id:
        paper_id = work.arxiv_id
    elif work.doi:
        paper_id = f"doi:{work.doi}"
    else:
        told = [*identity.aliases, sorted(identity.names), work.year] if work.title else [record.fields]
        paper_id = f"file:{hashlib.blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()}"
    where = " ".join(part for part in (work.container, str(work.year or "")) if part)
    return Paper(
        id=paper_id,
        title=work.title or record.key or paper_id,
        abstract=work.abstract,
        authors=tuple(display_name(name) for name in work.authors if name != OTHERS),
        categories=(work.arxiv_class,) if work.arxiv_class else (),
        journal_ref=where if work.container else None,
        doi=work.doi or None,
        published=_day(work),
        abs_url=work.any_url or None,
    )


def _day(work: BibRecord) -> date | None:
    try:
        return date(work.year, work.month, work.day) if work.year and work.month and work.day else None
    except ValueError:
        return None


def _of_key(store: Store, paper_id: str | None, work: BibRecord) -> list[str]:
    """The paper that is cited by the record's key, if it has the record's title too: one whose title is short and whose
    authors nobody knows is found again that way alone."""
    paper = store.papers.get(paper_id) if paper_id else None
    return [paper.id] if paper and title_key(paper.title) == title_key(work.title) else []


def _give_keys(store: Store, met: Mapping[str, ImportedRecord]) -> None:
    """Each paper is cited by its record's key; one whose key another paper has gets a new one when it is exported."""
    taken = store.bibliography.taken()
    own = {}
    for paper_id, record in met.items():
        if record.key and record.key.lower() not in taken:
            own[paper_id] = record.key
            taken[record.key.lower()] = paper_id
    store.bibliography.give(own)
