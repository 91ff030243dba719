"""One connection to papers.db: immediate transactions, patience with other processes, errors that name the file."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from triage.errors import StoreError

_PATIENCE = 60.0
"""Seconds to wait for another process that is writing."""
_PAUSE = 0.02

Values = Sequence[Any] | Mapping[str, Any]


class Rows:
    """The answer to one statement: rows as tuples, read once."""

    def __init__(self, cursor: sqlite3.Cursor, path: Path) -> None:
        self._cursor = cursor
        self._path = path

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._cursor
        except sqlite3.Error as error:
            raise store_error(self._path, error) from error

    def fetchone(self) -> Any:
        """The next row, or None."""
        return next(iter(self), None)

    def fetchall(self) -> list[Any]:
        """All rows that are left."""
        return list(self)

    @property
    def lastrowid(self) -> int:
        """The number of the row that was inserted last."""
        return self._cursor.lastrowid or 0

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount


class Database:
    """A connection. Statements outside of `with database:` are kept one by one; `with database:` is one transaction,
    kept whole at its end or, after an exception, not at all. It takes the right to write at its beginning, so that it
    never fails half-way because another process wrote meanwhile. Inside another one it is a part of that."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._depth = 0
        self.path = path

    def execute(self, statement: str, values: Values = ()) -> Rows:
        """Runs one statement. Raises StoreError."""
        try:
            return Rows(self._connection.execute(statement, values), self.path)
        except sqlite3.Error as error:
            raise store_error(self.path, error) from error

    def executemany(self, statement: str, rows: Iterable[Values]) -> None:
        """Runs one statement for each of the rows, as one transaction. Raises StoreError."""
        with self:
            try:
                self._connection.executemany(statement, rows)
            except sqlite3.Error as error:
                raise store_error(self.path, error) from error

    def __enter__(self) -> "Database":
        self.execute(f"SAVEPOINT part_{self._depth}" if self._depth else "BEGIN IMMEDIATE")
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        part = f"part_{self._depth}"
        if kind is None:
            try:
                self.execute(f"RELEASE {part}" if self._depth else "COMMIT")
            except StoreError:
                self._roll_back(part)
                raise
        else:
            self._roll_back(part)

    def _roll_back(self, part: str) -> None:
        if not self._connection.in_transaction:
            return  # a full disk has rolled it back already
        if self._depth:
            self.execute(f"ROLLBACK TO {part}")
            self.execute(f"RELEASE {part}")
        else:
            self.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def connect(path: Path) -> sqlite3.Connection:
    """A connection in WAL mode to the file at `path`, which is made if need be, in a folder that is there. It waits
    for other processes, also for those that open the file for the first time at the same moment. Raises
    sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself here, lest two that change the mode wait for each other.
            if _name(error) not in ("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY", "SQLITE_LOCKED") or time.monotonic() > end:
                connection.close()
                raise
            time.sleep(_PAUSE)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def store_error(path: Path, error: sqlite3.Error) -> Exception:
    """What to raise for an error of SQLite about the file at `path`: a StoreError that says what is the matter and what
    helps, or `error` itself where the statement is wrong."""
    name = _name(error)
    if name.startswith("SQLITE_BUSY") or name.startswith("SQLITE_LOCKED"):
        text = f"another program has been writing to it for {_PATIENCE:.0f} s; wait for it to end, then run this again"
    elif name in ("SQLITE_CORRUPT", "SQLITE_NOTADB") or name.startswith("SQLITE_CORRUPT"):
        text = f"it is damaged ({error}); `triage doctor` says what can be done"
    elif isinstance(error, sqlite3.OperationalError) and name not in ("", "SQLITE_ERROR"):
        text = str(error)
    else:
        return error
    return StoreError(f"{path}: {text}")


def _name(error: sqlite3.Error) -> str:
    """SQLite's own name of the error, such as "SQLITE_FULL"; "" if the error is Python's."""
    return getattr(error, "sqlite_errorname", "")
