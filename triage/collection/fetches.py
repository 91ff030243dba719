"""How far the watch has come, and small remembered facts."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from triage.collection.codec import load_time, now
from triage.collection.database import Database

OVERLAP = timedelta(days=3)
"""arXiv indexes late: a paper submitted on one day may be found a few days later."""

Days = tuple[date, date]
"""The first and the last day of a stretch, both included."""

_DAY = timedelta(days=1)
_RUN = "fetch that has begun"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One window of a query, begun on the day `started`: `position` papers of it are stored, the last of them submitted
    on the day `reached`; `complete` when all are."""

    number: int
    query: str
    since: date
    until: date
    position: int
    complete: bool
    started: date
    reached: date | None = None

    @property
    def stored(self) -> Days | None:
        """The days of which every paper is stored that arXiv had when it was asked."""
        if self.complete:
            return self.since, self.until
        return _days(self.since, self.reached - _DAY) if self.reached else None

    @property
    def settled(self) -> Days | None:
        """Of these the days of which arXiv had every paper by then."""
        if self.stored is None:
            return None
        return _days(self.since, min(self.stored[1], self.started - OVERLAP - _DAY))


class Fetches:
    """The table `fetches`."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def begin(self, query: str, since: date, until: date) -> Fetch:
        """The unfinished fetch of this very window if there is one, else a new one."""
        unfinished = [fetch for fetch in self.all(query) if (fetch.since, fetch.until) == (since, until)]
        if unfinished and not unfinished[-1].complete:
            return unfinished[-1]
        moment = now()
        with self._db:
            cursor = self._db.execute(
                "INSERT INTO fetches (query, since, until, position, started_at) VALUES (?, ?, ?, 0, ?)",
                (query, since.isoformat(), until.isoformat(), moment),
            )
        return Fetch(cursor.lastrowid or 0, query, since, until, 0, complete=False, started=_day(moment))

    def move(self, number: int, position: int, reached: date | None = None) -> None:
        """`position` papers of the window are stored; the last was submitted on the day `reached` (None: as before)."""
        with self._db:
            self._db.execute(
                "UPDATE fetches SET position = ?, reached = coalesce(?, reached) WHERE number = ?",
                (position, reached.isoformat() if reached else None, number),
            )

    def finish(self, number: int) -> None:
        """The window is complete."""
        with self._db:
            self._db.execute("UPDATE fetches SET finished_at = ? WHERE number = ?", (now(), number))

    def all(self, query: str) -> list[Fetch]:
        """Every fetch of this query, in the order they were begun."""
        rows = self._db.execute(
            """SELECT number, since, until, position, finished_at, started_at, reached FROM fetches
               WHERE query = ? ORDER BY number""",
            (query,),
        )
        return [
            Fetch(
                number,
                query,
                date.fromisoformat(since),
                date.fromisoformat(until),
                position,
                complete=finished is not None,
                started=_day(started),
                reached=date.fromisoformat(reached) if reached else None,
            )
            for number, since, until, position, finished, started, reached in rows
        ]

    def last_complete(self, query: str) -> Fetch | None:
        """The complete fetch of this query that reaches furthest."""
        complete = [fetch for fetch in self.all(query) if fetch.complete]
        return max(complete, key=lambda fetch: (fetch.until, fetch.number), default=None)

    def gaps(self, query: str) -> list[Days]:
        """The days of this query, between the first and the last that were ever asked for, whose papers are not all
        stored: fetches were interrupted, or left them out."""
        begun = self._begun(query)
        if not begun:
            return []
        last = max(fetch.until for fetch in begun)
        return _between([fetch.stored for fetch in begun], min(fetch.since for fetch in begun), last)

    def first_open(self, query: str, until: date) -> date | None:
        """The first day, from the first that was ever asked for, of which arXiv may have papers that are not stored.
        None if there is none up to `until`, or if the query was never asked."""
        begun = self._begun(query)
        first = min((fetch.since for fetch in begun), default=until + _DAY)
        return next((since for since, _ in _between([fetch.settled for fetch in begun], first, until)), None)

    @contextmanager
    def run(self) -> Iterator[None]:
        """A whole run of `triage fetch`, from asking arXiv to the last draft. Only its good end is the end of it."""
        with self._db:
            self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_RUN, now()))
        yield
        with self._db:
            self._db.execute("DELETE FROM meta WHERE name = ?", (_RUN,))

    def unfinished_run(self) -> datetime | None:
        """When the last run began, if it has not come to its end: it was interrupted, or goes on."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (_RUN,)).fetchone()
        return load_time(row[0]) if row else None

    def _begun(self, query: str) -> list[Fetch]:
        """The fetches that brought something: one that failed at once was perhaps a mistake."""
        return [fetch for fetch in self.all(query) if fetch.complete or fetch.position]


def _days(first: date, last: date) -> Days | None:
    return (first, last) if first <= last else None


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).date()


def _between(stretches: Iterable[Days | None], first: date, last: date) -> list[Days]:
    """The stretches from `first` to `last` that none of `stretches` covers."""
    gaps: list[Days] = []
    for since, until in sorted(filter(None, stretches)):
        if since > first and first <= last:
            gaps.append((first, min(since - _DAY, last)))
        first = max(first, until + _DAY)
    if first <= last:
        gaps.append((first, last))
    return gaps


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
