"""The only door to store/: one SQLite file, papers.db, with a small class for each idea it holds."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType

from triage.collection import schema
from triage.collection.bibliography import Bibliography
from triage.collection.calls import Calls
from triage.collection.database import Database, cannot_write, connect, connect_to_read, refusal, store_error, why_not
from triage.collection.decisions import Ledger, PersonFacts, UnsavedEdits, reviewer
from triage.collection.entries import Entries
from triage.collection.fetches import Fetches, Meta
from triage.collection.machine import Drafts, Judgements, Texts, VectorCache
from triage.collection.papers import Papers
from triage.collection.words import Indexed, Words
from triage.errors import StoreError, UnknownPaper, reason
from triage.evidence.source import Source, source_of
from triage.models import KeptEntry, ReadEntry, Record, Reviewer, SectionPath, Stage


class Store:
    """Everything a workspace remembers. Use as a context manager, or call `close`. `copied` is where the store lies as
    it was before this triage brought it up to date, None if it was up to date; `workspace` is the store's own id."""

    def __init__(self, folder: Path, who: Reviewer | None = None) -> None:
        """Opens (and makes, if need be) `folder`/papers.db; decisions are recorded as those of `who`, or of the one who
        is logged in. Raises StoreError."""
        self.folder = folder
        self.path = folder / "papers.db"
        self._db, self.copied = _open(self.path)
        self.papers = Papers(self._db)
        self.judgements = Judgements(self._db)
        self.texts = Texts(self._db)
        self.drafts = Drafts(self._db)
        self.ledger = Ledger(self._db, who or reviewer())
        self.person_facts = PersonFacts(self._db)
        self.unsaved_edits = UnsavedEdits(self._db)
        self.vectors = VectorCache(self._db)
        self.fetches = Fetches(self._db)
        self.bibliography = Bibliography(self._db)
        self.entries = Entries(self._db, self.papers)
        self.calls = Calls(self._db)
        self.meta = Meta(self._db)
        self.words = Words(self._db)
        self.indexed = Indexed(self._db)
        self.workspace = self.meta.get("workspace") or ""

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept: the disk is read-only or full, or the right to write is lacking."""
        return bool(self._db.refused)

    @property
    def connection(self) -> Database:
        """For what reads several tables at once, such as the queue's lines."""
        return self._db

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    def look(
        self, entries: Iterable[ReadEntry | KeptEntry], published: Mapping[str, tuple[SectionPath, str]], seen: str
    ) -> None:
        """Notes that the list now holds these `entries`, among them the `published` ones, by paper id with section and
        text; `seen` identifies the list's text. In a store that cannot be written, the entries stay those that were
        read last, and what is published holds for this connection alone."""
        try:
            with self._db:
                owners = {place: paper_id for paper_id, place in published.items()}
                if self.entries.replace(entries, owners):
                    self.ledger.look(published, seen)
        except StoreError:
            self.ledger.look_only(published)

    def damage(self) -> str:
        """What is wrong with the file in its structure; "" if it is whole. Takes seconds for each gigabyte."""
        found = [str(text) for (text,) in self._db.execute("PRAGMA quick_check(1)")]
        return "" if found == ["ok"] else "; ".join(found)

    def stages(self, *stages: Stage) -> dict[str, Stage]:
        """Paper id → stage, in the order the papers came; only these stages, or all."""
        where = f"WHERE stage IN ({','.join('?' * len(stages))})" if stages else ""
        rows = self._db.execute(
            f"SELECT paper_id, stage FROM stages {where} ORDER BY added_at, paper_id",
            [s.value for s in stages],
        )
        return {paper_id: Stage(stage) for paper_id, stage in rows}

    def stage_counts(self) -> dict[Stage, int]:
        """How many papers stand at each stage."""
        counts = dict.fromkeys(Stage, 0)
        counts.update(
            (Stage(stage), number)
            for stage, number in self._db.execute("SELECT stage, count(*) FROM stages GROUP BY stage")
        )
        return counts

    def session_counts(self) -> dict[Stage, int]:
        """How many of the papers whose decision this session made stand at each stage."""
        counts = dict.fromkeys(Stage, 0)
        rows = self._db.execute(
            """SELECT s.stage, count(*) FROM latest_decisions AS d JOIN stages AS s ON s.paper_id = d.paper_id
               WHERE d.session = ? GROUP BY s.stage""",
            (self.ledger.who.session,),
        )
        counts.update((Stage(stage), number) for stage, number in rows)
        return counts

    def record(self, paper_id: str) -> Record:
        """Everything known about one paper. Raises UnknownPaper."""
        stage = self._db.execute("SELECT stage FROM stages WHERE paper_id = ?", (paper_id,)).fetchone()
        found = self._records({paper_id: Stage(stage[0]) if stage else Stage.WATCHED})
        if not found:
            raise UnknownPaper(f"no paper {paper_id!r} in {self.path}; `triage list` shows what is there")
        return found[0]

    def records(self, *stages: Stage, section: SectionPath | None = None) -> list[Record]:
        """Everything known about the papers at these stages (or all), under this section (or any), in the order they
        came."""
        found = self._records(self.stages(*stages))
        if section is None:
            return found
        return [r for r in found if r.section[: len(section)] == section]

    def evidence(self, paper_ids: Iterable[str]) -> list[Source]:
        """These papers with every sentence and table that was read of them, in the order that they came."""
        papers = self.papers.by_ids(paper_ids)
        return [source_of(paper, self.texts.passages(paper.id), self.texts.tables(paper.id)) for paper in papers]

    def _records(self, stages: Mapping[str, Stage]) -> list[Record]:
        """Everything known about these papers: each table is asked for all of them at once."""
        sources, judgements, drafts = self.texts.sources(stages), self.judgements.of(stages), self.drafts.of(stages)
        decisions, publications = self.ledger.decisions_of(stages), self.ledger.publications_of(stages)
        entries, problems = self.entries.of(stages), self.papers.problems_of(stages)
        return [
            Record(
                paper=paper,
                stage=stages[paper.id],
                text_source=sources.get(paper.id),
                judgement=judgements.get(paper.id),
                draft=drafts.get(paper.id),
                decision=decisions.get(paper.id),
                publication=publications.get(paper.id),
                entries=entries.get(paper.id, ()),
                problems=tuple(problems.get(paper.id, ())),
            )
            for paper in self.papers.by_ids(stages)
        ]


def _open(path: Path) -> tuple[Database, Path | None]:
    """The database, up to date, and the copy that was made of it if it was not."""
    if path.exists() and (refused := why_not(path) or why_not(path.parent)):
        return _open_to_read(path, refused), None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as unless_opened:
            connection = connect(path)
            unless_opened.callback(connection.close)
            copied = schema.bring_up_to_date(connection, path)
            connection.execute("PRAGMA foreign_keys = ON")
            unless_opened.pop_all()
    except OSError as error:
        raise StoreError(f"{error.filename or path}: {reason(error)}") from error
    except sqlite3.Error as error:
        if cannot_write(error) and path.is_file() and path.stat().st_size:
            return _open_to_read(path, refusal(path.parent, error)), None
        raise store_error(path, error) from error
    return Database(connection, path), copied


def _open_to_read(path: Path, refused: str) -> Database:
    """The database for reading alone. One of an older format is brought up to date in memory."""
    try:
        connection = connect_to_read(path)
        if schema.is_old(connection, path):
            old, connection = connection, sqlite3.connect(":memory:", isolation_level=None)
            with closing(old):
                old.backup(connection)
            schema.migrate(connection)
    except sqlite3.Error as error:
        if cannot_write(error):
            raise StoreError(f"{path} can be neither written nor read ({error}); check its rights") from error
        raise store_error(path, error) from error
    return Database(connection, path, refused)
