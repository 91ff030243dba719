"""What stands in the list: every entry with its place, its fields and the paper that it belongs to.

The list's file is the truth; the table `entries` is what it said when it was last read. An entry whose paper nobody
knows yet brings one of its own, with the title and the authors that the entry gives.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from triage.collection.codec import dump_path, load, load_path, now
from triage.collection.database import Database
from triage.collection.papers import LIST, Papers
from triage.identity import identity_of, ids_in
from triage.models import KeptEntry, ListedAs, Paper, ReadEntry, SectionPath

_COLUMNS = "paper_id, section, line, title, venue, year, text"
_ROW = f"{_COLUMNS}, words"
_BATCH = 500
_LINK = re.compile(r"https?://[^\s\"<>\])}]+")
_NOBODY: Mapping[tuple[SectionPath, str], str] = {}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many entries the list has, for how many papers; of how many of these papers the abstract is known, and of how
    many the PDF was read."""

    entries: int = 0
    papers: int = 0
    abstracts: int = 0
    pdfs: int = 0


class Entries:
    """The table `entries`."""

    def __init__(self, connection: Database, papers: Papers) -> None:
        self._db = connection
        self._papers = papers
        self._linked: frozenset[str] | None = None

    def all(self) -> list[ListedAs]:
        """Every entry, in the list's order."""
        return [_entry(row) for row in self._db.execute(f"SELECT {_COLUMNS} FROM entries ORDER BY number")]

    def of(self, paper_ids: Iterable[str]) -> dict[str, tuple[ListedAs, ...]]:
        """The entries of each of these papers that stand in the list, in its order; a list may have one paper in
        several sections."""
        query = f"SELECT {_COLUMNS} FROM entries WHERE paper_id IN ({{wanted}}) ORDER BY number"
        found: dict[str, list[ListedAs]] = {}
        for row in self._db.among(query, paper_ids):
            found.setdefault(row[0], []).append(_entry(row))
        return {paper_id: tuple(entries) for paper_id, entries in found.items()}

    def on_line(self, line: int) -> str | None:
        """The id of the paper whose entry has this line (1-based) of the list's file, or None."""
        row = self._db.execute(
            """SELECT paper_id, line + length(rtrim(text, char(10, 13)))
                   - length(replace(rtrim(text, char(10, 13)), char(10), '')) AS last
               FROM entries WHERE line <= ? ORDER BY line DESC LIMIT 1""",
            (line,),
        ).fetchone()
        return row[0] if row and line <= row[1] else None

    def mention(self, paper: Paper) -> bool:
        """Whether an entry names this paper, be it as its own or not: it links to the paper's id, or has its title, and
        neither authors nor years speak against that."""
        identity = identity_of(paper)
        if identity.ids & self._linked_ids():
            return True
        rows = self._db.execute(
            "SELECT paper_id FROM aliases WHERE alias = ? AND paper_id IN (SELECT paper_id FROM entries)",
            (f"title:{identity.title}",),
        )
        return any(self._papers.identity(paper_id).may_be(identity) for (paper_id,) in rows.fetchall())

    def _linked_ids(self) -> frozenset[str]:
        """Every id that a link of any entry holds."""
        if self._linked is None:
            texts = self._db.execute("SELECT text FROM entries")
            links = {link for (text,) in texts for link in _LINK.findall(text)}
            self._linked = frozenset(found for link in links for found in ids_in(link))
        return self._linked

    def count(self) -> int:
        """How many entries there are."""
        return int(self._db.execute("SELECT count(*) FROM entries").fetchone()[0])

    def coverage(self) -> Coverage:
        """How much is known of the papers in the list."""
        row = self._db.execute(
            """SELECT (SELECT count(*) FROM entries), count(*),
                   coalesce(sum(coalesce(json_extract(p.data, '$.abstract'), '') != ''), 0),
                   coalesce(sum(t.source = 'pdf'), 0)
               FROM papers AS p LEFT JOIN texts AS t ON t.paper_id = p.id
               WHERE p.id IN (SELECT paper_id FROM entries)"""
        ).fetchone()
        return Coverage(*row)

    def sections(self, paper_ids: Sequence[str]) -> Mapping[str, SectionPath]:
        """The (first) section that each of these papers stands in, of those that stand in the list."""
        found: dict[str, SectionPath] = {}
        for start in range(0, len(paper_ids), _BATCH):
            batch = paper_ids[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            for paper_id, section in self._db.execute(
                f"SELECT paper_id, section FROM entries WHERE paper_id IN ({marks}) ORDER BY number", batch
            ):
                found.setdefault(paper_id, load_path(section))
        return found

    def words(self, paper_ids: Sequence[str]) -> dict[str, str]:
        """What the list says of each of these papers, as a reader sees it, of those that stand in the list."""
        found: dict[str, str] = {}
        for start in range(0, len(paper_ids), _BATCH):
            batch = paper_ids[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            for paper_id, words in self._db.execute(
                f"SELECT paper_id, words FROM entries WHERE paper_id IN ({marks}) ORDER BY number", batch
            ):
                found.setdefault(paper_id, words)
        return found

    def known(self) -> dict[str, Paper]:
        """The papers of entries whose metadata arXiv was asked for and gave, by the arXiv id it was asked for."""
        rows = self._db.execute(
            "SELECT a.key, p.data FROM answers AS a JOIN papers AS p ON p.id = a.paper_id ORDER BY a.key"
        )
        return {key: load(Paper, data) for key, data in rows}

    def asked(self) -> set[str]:
        """The arXiv ids of entries that arXiv was asked for, whether it knew them or not."""
        return {row[0] for row in self._db.execute("SELECT key FROM answers")}

    def keep_answers(self, asked: Iterable[str], found: Mapping[str, Paper]) -> None:
        """Keeps what arXiv answered for each id it was asked for."""
        moment = now()
        with self._db:
            for key in asked:
                paper = found.get(key)
                if paper is not None:
                    self._papers.save(paper, LIST)
                self._db.execute(
                    "INSERT OR REPLACE INTO answers (key, paper_id, at) VALUES (?, ?, ?)",
                    (key, paper.id if paper else None, moment),
                )

    def texts(self) -> set[tuple[SectionPath, str]]:
        """The section and text of every entry."""
        rows = self._db.execute("SELECT section, text FROM entries").fetchall()
        paths = {path: load_path(path) for path in {path for path, _ in rows}}
        return {(paths[path], text) for path, text in rows}

    def replace(
        self, read: Iterable[ReadEntry | KeptEntry], owners: Mapping[tuple[SectionPath, str], str] = _NOBODY
    ) -> bool:
        """The list now holds these entries and no others; what was kept stays as it was read before. `owners` are the
        papers that entries, by section and text, were written for. Papers that have left the list stay in the store,
        and so does all that is known of them. False, and nothing is changed, if what was kept is not there any more
        because another process has read the list meanwhile."""
        self._linked = None
        with self._db:
            entries = list(read)
            there = self.texts()
            if any(isinstance(one, KeptEntry) and (one.section, one.text) not in there for one in entries):
                return False
            united: dict[str, str] = {}
            papers = {
                at: self._paper_of(one, owners.get((one.section, one.text)), united)
                for at, one in enumerate(entries)
                if isinstance(one, ReadEntry)
            }
            # A later entry may have told that the papers of two earlier ones are one: only that one is still there.
            for other, kept in united.items():
                papers = {at: kept if paper_id == other else paper_id for at, paper_id in papers.items()}
            before = {(row[1], row[6]): row for row in self._db.execute(f"SELECT {_ROW} FROM entries")}
            rows = []
            for at, one in enumerate(entries):
                section = dump_path(one.section)
                if isinstance(one, ReadEntry):
                    rows.append((papers[at], section, one.line, one.title, one.venue, one.year, one.text, one.words))
                else:
                    old = before[section, one.text]
                    rows.append((*old[:2], one.line, *old[3:]))
            staying = {(row[1], row[6]) for row in rows}
            left = (row[0] for spot, row in before.items() if spot not in staying)
            self._db.execute("DELETE FROM entries")
            self._db.executemany(f"INSERT INTO entries ({_ROW}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self._papers.index_words(dict.fromkeys([*left, *papers.values()]))
            return True

    def _paper_of(self, entry: ReadEntry, owner: str | None, united: dict[str, str]) -> str:
        """The id of the entry's paper: of a stored one that it names, else of the `owner` that it was written for, else
        of a new one. An entry that names two stored papers by their ids says that they are one; `united` then gets the
        ids that are gone, in order, each with the one that stays."""
        found = self._papers.find(entry.identity)
        if not found and owner is not None:
            found = [owner]
        if not found:
            paper = _paper(entry)
            other = self._papers.get(paper.id)
            if other is not None and other.title != paper.title:  # Two short hashes may be the same.
                paper = _paper(entry, _LONG)
            self._papers.save(paper, LIST)
            found = [paper.id]
        kept = self._papers.unite(found)
        united.update(dict.fromkeys(found[1:], kept))
        self._papers.add_aliases(kept, entry.identity)
        return kept


_SHORT, _LONG = 4, 16
"""Bytes of the hash by which a paper is called that has no other id."""


def _paper(entry: ReadEntry, size: int = _SHORT) -> Paper:
    """What an entry says of its paper, as a paper. It is called by its arXiv id or DOI if the entry has one, else by a
    hash, of so many bytes, of what tells it from others."""
    ids = {name.partition(":")[0]: name for name in sorted(entry.identity.ids)}
    doi = ids["doi"].removeprefix("doi:") if "doi" in ids else None
    if "arxiv" in ids:
        paper_id = ids["arxiv"].removeprefix("arxiv:")
    else:
        said = json.dumps([*entry.identity.aliases, sorted(entry.identity.names)] if entry.title else entry.text)
        paper_id = ids.get("doi") or f"list:{hashlib.blake2b(said.encode(), digest_size=size).hexdigest()}"
    url = next((link for link in entry.links if link.startswith(("http://", "https://"))), None)
    return Paper(paper_id, entry.title or entry.words[:200], authors=entry.authors, doi=doi, abs_url=url)


def _entry(row: tuple[str, str, int, str, str | None, int | None, str]) -> ListedAs:
    paper_id, section, line, title, venue, year, text = row
    return ListedAs(paper_id, load_path(section), line, title, venue, year, text)
