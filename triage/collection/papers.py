"""Every paper once: as its feed, its file or the list describes it, what else it is known as, and what went wrong."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import datetime

from triage.collection.codec import dump, dump_time, load, now
from triage.collection.database import Database
from triage.identity import file_stem, identity_of, last_names, title_key
from triage.models import Identity, Paper, Problem, Stage

BACKGROUND, LIST, WATCH, PERSON = "background", "list", "watch", "person"
"""Where a paper came from, the weakest first: papers of the list's fields that nobody asked for (the judge learns from
them what the list is not), the list itself, the watch, a person."""

_BY_ALIAS = "SELECT paper_id FROM aliases WHERE alias IN ({wanted})"


class Papers:
    """The tables `papers`, `aliases`, `paper_words` and `problems`. Papers of the background are never among those that
    are given without being asked for."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        row = self._db.execute("SELECT data FROM papers WHERE id = ?", (paper_id,)).fetchone()
        return load(Paper, row[0]) if row else None

    def all(self) -> Iterator[Paper]:
        """Every paper, in the order they came."""
        for (data,) in self._db.execute("SELECT data FROM papers WHERE origin != 'background' ORDER BY number"):
            yield load(Paper, data)

    def of(self, *origins: str) -> Iterator[Paper]:
        """The papers of these origins, in the order they came."""
        marks = ",".join("?" * len(origins))
        for (data,) in self._db.execute(f"SELECT data FROM papers WHERE origin IN ({marks}) ORDER BY number", origins):
            yield load(Paper, data)

    def ids(self) -> list[str]:
        """Every paper's id, in the order they came."""
        rows = self._db.execute("SELECT id FROM papers WHERE origin != 'background' ORDER BY number")
        return [row[0] for row in rows]

    def count(self, *origins: str) -> int:
        """How many papers there are, or are of these origins."""
        marks = ",".join("?" * len(origins))
        where = f"origin IN ({marks})" if origins else "origin != 'background'"
        return int(self._db.execute(f"SELECT count(*) FROM papers WHERE {where}", origins).fetchone()[0])

    def twin(self, paper: Paper) -> Paper | None:
        """The stored paper that is this one: by its id, else by what else it is known as."""
        same = self.get(paper.id)
        if same is not None:
            return same
        found = self.find(identity_of(paper))
        return self.get(found[0]) if found else None

    def same(self, paper: Paper) -> list[str]:
        """Ids of the stored papers that are this one: itself first, then those called by an arXiv id."""
        here = self._db.execute("SELECT 1 FROM papers WHERE id = ?", (paper.id,)).fetchone()
        return [paper.id] * bool(here) + self.find(identity_of(paper), besides=paper.id)

    def find(self, identity: Identity, besides: str = "") -> list[str]:
        """Ids of the stored papers, `besides` one, that are this work, those called by an arXiv id first."""
        candidates = {key for (key,) in self._db.among(_BY_ALIAS, identity.aliases)} - {besides}
        same = [key for key in candidates if self.identity(key).is_same(identity)]
        return sorted(same, key=lambda key: (_rank(key), key))

    def titled(self, part: str) -> list[tuple[str, str]]:
        """Ids and titles of the papers with `part` in their title, as `title_key` compares titles; those that were
        added first come first."""
        key = title_key(part)
        if not key:
            return []
        rows = self._db.execute(
            "SELECT id, title FROM papers WHERE origin != 'background' AND instr(title_key, ?) ORDER BY number", (key,)
        )
        return [(paper_id, title) for paper_id, title in rows]

    def identity(self, paper_id: str) -> Identity:
        """All that tells this paper from others, by every name under which it was ever seen."""
        names, year, title = self._db.execute(
            """SELECT json_extract(data, '$.authors'), CAST(substr(published, 1, 4) AS INTEGER), title_key
               FROM papers WHERE id = ?""",
            (paper_id,),
        ).fetchone()
        aliases = [row[0] for row in self._db.execute("SELECT alias FROM aliases WHERE paper_id = ?", (paper_id,))]
        kinds = {alias: alias.partition(":")[0] for alias in aliases}
        return Identity(
            frozenset(alias for alias, kind in kinds.items() if kind not in ("address", "title")),
            frozenset(alias.removeprefix("address:") for alias, kind in kinds.items() if kind == "address"),
            title,
            last_names(json.loads(names or "[]")),
            year,
        )

    def add_aliases(self, paper_id: str, identity: Identity) -> None:
        """The paper is also known by these."""
        self._db.executemany(
            "INSERT OR IGNORE INTO aliases (alias, paper_id) VALUES (?, ?)",
            [(alias, paper_id) for alias in identity.aliases],
        )

    def merge(self, paper: Paper, origin: str, same: Sequence[str]) -> tuple[str, bool]:
        """Keeps what a source says now of a paper; `same` are the ids that the method of that name gives for it. The
        paper and those of them that are no arXiv id are one record from then on, under an arXiv id if one is known.
        What is said of an older version, or of a paper stored under another arXiv id, changes nothing but the origin;
        what is no longer said stays. Gives the paper's id, and whether something is new."""
        named_as_well = [key for key in same if _rank(key) <= _rank(paper.id)]
        kept = min(named_as_well, key=lambda key: (_rank(key), key != paper.id), default=paper.id)
        before, now_said, changed = self.get(kept), paper, True
        if before is not None:
            newer = kept == paper.id and paper.version >= before.version
            now_said = _filled(paper, before) if newer else before
            changed = replace(now_said, pdf_url=before.pdf_url) != before
        if before is None or changed or origin == PERSON or _ORIGINS.index(origin) > _ORIGINS.index(self.origin(kept)):
            self.save(now_said, origin)
        others = [key for key in same if key != kept and _rank(key)]
        self.unite([kept, *others])
        return kept, changed or bool(others)

    def unite(self, paper_ids: Sequence[str]) -> str:
        """Makes these records, which turned out to be one paper, one: under the first of the ids, with everything that
        was known, read, judged, drafted and decided under the others. Gives the id."""
        kept, *gone = paper_ids
        if not gone:
            return kept
        with self._db:
            for other in gone:
                self._absorb(kept, other)
        return kept

    def _absorb(self, kept: str, gone: str) -> None:
        first, second = self.get(kept), self.get(gone)
        if first is None or second is None:
            return
        self.save(_filled(first, second), self.origin(gone))
        self._keep_the_better_text(kept, gone)
        self._db.execute("DELETE FROM indexed WHERE paper_id = ?", (gone,))
        for table in _ONE_PER_PAPER:
            self._db.execute(f"UPDATE OR IGNORE {table} SET paper_id = ? WHERE paper_id = ?", (kept, gone))
        if self._db.execute("SELECT 1 FROM passages WHERE paper_id = ?", (kept,)).fetchone():
            self._db.execute("DELETE FROM passages WHERE paper_id = ?", (gone,))
        for table in _MANY_PER_PAPER:
            self._db.execute(f"UPDATE {table} SET paper_id = ? WHERE paper_id = ?", (kept, gone))
        for table in ("texts", "judgements", "drafts"):
            self._db.execute(
                f"UPDATE {table} SET data = json_set(data, '$.paper_id', ?) WHERE paper_id = ?", (kept, kept)
            )
        for table in _ONE_PER_PAPER:
            self._db.execute(f"DELETE FROM {table} WHERE paper_id = ?", (gone,))
        self._db.execute("DELETE FROM paper_words WHERE rowid = (SELECT number FROM papers WHERE id = ?)", (gone,))
        self._db.execute("DELETE FROM papers WHERE id = ?", (gone,))

    def _keep_the_better_text(self, kept: str, gone: str) -> None:
        """A PDF that was read goes before an abstract. It counts as read in the paper's present version: the versions
        of a file are none of arXiv's."""
        sources = dict(self._db.among("SELECT paper_id, source FROM texts WHERE paper_id IN ({wanted})", [kept, gone]))
        if sources.get(gone) != "pdf" or sources.get(kept) == "pdf":
            return
        for table in ("texts", "passages", "citations"):
            self._db.execute(f"DELETE FROM {table} WHERE paper_id = ?", (kept,))
        self._db.execute(
            """UPDATE texts SET version = p.version, data = json_set(texts.data, '$.version', p.version)
               FROM papers AS p WHERE p.id = ? AND texts.paper_id = ?""",
            (kept, gone),
        )
        folder = self._db.path.parent / "pdf"
        file, target = (folder / f"{file_stem(key)}.pdf" for key in (gone, kept))
        if file.exists() and not target.exists():
            with suppress(OSError):
                file.rename(target)

    def origin(self, paper_id: str) -> str:
        """Where this paper, which is stored, came from."""
        return str(self._db.execute("SELECT origin FROM papers WHERE id = ?", (paper_id,)).fetchone()[0])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes the saves inside it one transaction: all of them are kept, or none."""
        with self._db:
            yield

    def save(self, paper: Paper, origin: str = WATCH) -> None:
        """Adds the paper, or replaces what is known of it; the stronger of two origins stays."""
        with self._db:
            self._db.execute(
                f"""INSERT INTO papers (id, title, title_key, doi, published, version, origin, added_at, data)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET title = excluded.title, title_key = excluded.title_key,
                       doi = excluded.doi, published = excluded.published, version = excluded.version,
                       data = excluded.data,
                       origin = CASE WHEN {_STRENGTH.format("excluded")} > {_STRENGTH.format("papers")}
                           THEN excluded.origin ELSE papers.origin END""",
                (
                    paper.id,
                    paper.title,
                    title_key(paper.title),
                    paper.doi.lower() if paper.doi else None,
                    paper.published.isoformat() if paper.published else None,
                    paper.version,
                    origin,
                    now(),
                    dump(paper),
                ),
            )
            self.add_aliases(paper.id, identity_of(paper))
            if origin != BACKGROUND:
                self.index_words([paper.id])

    def mark(self, paper_id: str, origin: str) -> None:
        """This paper, which is stored, came from there too; the stronger of two origins stays."""
        if _ORIGINS.index(origin) > _ORIGINS.index(self.origin(paper_id)):
            with self._db:
                self._db.execute("UPDATE papers SET origin = ? WHERE id = ?", (origin, paper_id))
                self.index_words([paper_id])

    def index_words(self, paper_ids: Iterable[str]) -> None:
        """Brings the word index up to date for these papers: title, abstract, authors, and what the list says. A paper
        that was only ever listed is in it as long as it stands in the list."""
        for paper_id in paper_ids:
            self._db.execute(
                "DELETE FROM paper_words WHERE rowid = (SELECT number FROM papers WHERE id = ?)", (paper_id,)
            )
            self._db.execute(
                """INSERT INTO paper_words (rowid, id, title, abstract, authors, entry)
                   SELECT number, id, title, coalesce(json_extract(data, '$.abstract'), ''),
                       coalesce((SELECT group_concat(value, ', ') FROM json_each(data, '$.authors')), ''),
                       coalesce((SELECT group_concat(words, char(10)) FROM entries WHERE paper_id = papers.id), '')
                   FROM papers WHERE id = ? AND (
                       origin IN ('watch', 'person') OR EXISTS (SELECT 1 FROM entries WHERE paper_id = papers.id))""",
                (paper_id,),
            )

    def asked(self, paper_ids: Iterable[str]) -> None:
        """arXiv has just said what these papers are; those that are not stored are passed over."""
        moment = now()
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO asked (paper_id, at) SELECT id, ? FROM papers WHERE id = ?",
                [(moment, paper_id) for paper_id in paper_ids],
            )

    def not_asked_since(self, moment: datetime, stages: Iterable[Stage]) -> list[str]:
        """Ids of the papers at these stages that arXiv was not asked about since `moment`, longest ago first."""
        wanted = [stage.value for stage in stages]
        rows = self._db.execute(
            f"""SELECT s.paper_id, coalesce(a.at, s.added_at) AS last FROM stages AS s
                LEFT JOIN asked AS a ON a.paper_id = s.paper_id
                WHERE s.stage IN ({",".join("?" * len(wanted))}) AND last < ? ORDER BY last, s.paper_id""",
            (*wanted, dump_time(moment)),
        )
        return [row[0] for row in rows]

    def problems(self) -> list[Problem]:
        """All open problems, the oldest first."""
        rows = self._db.execute("SELECT paper_id, step, message FROM problems ORDER BY at, paper_id")
        return [Problem(*row) for row in rows]

    def problems_of(self, paper_ids: Iterable[str]) -> dict[str, list[Problem]]:
        """The open problems of each of these papers that has any."""
        found: dict[str, list[Problem]] = {}
        for row in self._db.among(
            "SELECT paper_id, step, message FROM problems WHERE paper_id IN ({wanted}) ORDER BY at", paper_ids
        ):
            found.setdefault(row[0], []).append(Problem(*row))
        return found

    def set_problem(self, problem: Problem) -> None:
        """Keeps a problem until `clear_problem`."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO problems (paper_id, step, message, at) VALUES (?, ?, ?, ?)",
                (
                    problem.paper_id,
                    problem.step,
                    problem.message,
                    now(),
                ),
            )

    def clear_problem(self, paper_id: str, step: str) -> None:
        """The step succeeded for this paper."""
        with self._db:
            self._db.execute("DELETE FROM problems WHERE paper_id = ? AND step = ?", (paper_id, step))

    def by_ids(self, ids: Iterable[str]) -> list[Paper]:
        """The papers of these ids that are stored, in the order given."""
        wanted = list(ids)
        found = dict(self._db.among("SELECT id, data FROM papers WHERE id IN ({wanted})", wanted))
        return [load(Paper, found[paper_id]) for paper_id in wanted if paper_id in found]


_ORIGINS = (BACKGROUND, LIST, WATCH, PERSON)
_STRENGTH = f"instr('{' '.join(_ORIGINS)}', {{}}.origin)"
_ONE_PER_PAPER = (
    "aliases",
    "texts",
    "citations",
    "judgements",
    "publications",
    "problems",
    "person_facts",
    "unsaved_edits",
    "asked",
    "citation_keys",
    "imported_records",
)
_MANY_PER_PAPER = ("entries", "answers", "passages", "drafts", "decisions", "calls")


def _rank(paper_id: str) -> int:
    """How good a name an id is: an arXiv id, a DOI, a PDF's hash, a record's, an entry's."""
    kinds = ("doi", "pdf", "file", "list")
    kind = paper_id.partition(":")[0]
    return kinds.index(kind) + 1 if kind in kinds else 0


def _filled(paper: Paper, other: Paper) -> Paper:
    """The paper with what only the other record says of it."""
    lacking = {field.name: getattr(other, field.name) for field in fields(Paper) if not getattr(paper, field.name)}
    return replace(paper, **lacking)
