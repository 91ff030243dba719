"""How far the watch has come, what arXiv said of listed entries, and small remembered facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from triage.models import Paper
from triage.storage.codec import dump, load, now
from triage.storage.database import Database


@dataclass(frozen=True, slots=True)
class Fetch:
    """One window of a query: `position` papers of it are stored; `complete` when all are."""

    number: int
    query: str
    since: date
    until: date
    position: int
    complete: bool


class Fetches:
    """The table `fetches`."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def begin(self, query: str, since: date, until: date) -> Fetch:
        """The unfinished fetch of this very window if there is one, else a new one."""
        row = self._db.execute(
            """SELECT number, position FROM fetches WHERE query = ? AND since = ? AND until = ? AND finished_at IS NULL
               ORDER BY number DESC LIMIT 1""",
            (query, since.isoformat(), until.isoformat()),
        ).fetchone()
        if row:
            return Fetch(row[0], query, since, until, row[1], complete=False)
        with self._db:
            cursor = self._db.execute(
                "INSERT INTO fetches (query, since, until, position, started_at) VALUES (?, ?, ?, 0, ?)",
                (query, since.isoformat(), until.isoformat(), now()),
            )
        return Fetch(cursor.lastrowid or 0, query, since, until, 0, complete=False)

    def move(self, number: int, position: int) -> None:
        """`position` papers of the window are stored."""
        with self._db:
            self._db.execute("UPDATE fetches SET position = ? WHERE number = ?", (position, number))

    def finish(self, number: int) -> None:
        """The window is complete."""
        with self._db:
            self._db.execute(
                "UPDATE fetches SET finished_at = ? WHERE number = ?",
                (now(), number),
            )

    def last_complete(self, query: str) -> Fetch | None:
        """The complete fetch of this query that reaches furthest."""
        row = self._db.execute(
            """SELECT number, since, until, position FROM fetches WHERE query = ? AND finished_at IS NOT NULL
               ORDER BY until DESC, number DESC LIMIT 1""",
            (query,),
        ).fetchone()
        if row is None:
            return None
        return Fetch(row[0], query, date.fromisoformat(row[1]), date.fromisoformat(row[2]), row[3], complete=True)


class Known:
    """The table `known`: what arXiv says of entries that the list already has, by arXiv id."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def all(self) -> dict[str, Paper]:
        """Every listed paper whose metadata was fetched, by arXiv id."""
        rows = self._db.execute("SELECT entry_key, data FROM known WHERE data IS NOT NULL")
        return {key: load(Paper, data) for key, data in rows}

    def asked(self) -> set[str]:
        """The ids that were asked for, whether arXiv knew them or not."""
        return {row[0] for row in self._db.execute("SELECT entry_key FROM known")}

    def save(self, asked: Iterable[str], found: Mapping[str, Paper]) -> None:
        """Keeps the answer for each id asked for."""
        moment = now()
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO known (entry_key, data, asked_at) VALUES (?, ?, ?)",
                ((key, dump(found[key]) if key in found else None, moment) for key in asked),
            )


class Background:
    """The table `background`: papers of the list's fields that nobody asked for. The judge learns from them what the
    list is not; they are never shown, judged or searched."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def all(self) -> list[Paper]:
        """Every background paper."""
        return [load(Paper, data) for (data,) in self._db.execute("SELECT data FROM background ORDER BY paper_id")]

    def count(self) -> int:
        """How many there are."""
        return int(self._db.execute("SELECT count(*) FROM background").fetchone()[0])

    def save(self, papers: Iterable[Paper]) -> None:
        """Adds papers."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO background (paper_id, data) VALUES (?, ?)",
                ((paper.id, dump(paper)) for paper in papers),
            )


class Meta:
    """The table `meta`: small remembered facts by name."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, name: str) -> str | None:
        """The value kept under this name."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set(self, name: str, value: str) -> None:
        """Keeps a value under this name."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))
