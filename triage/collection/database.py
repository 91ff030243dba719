"""One connection to papers.db: immediate transactions, patience with other processes, errors that name the file."""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from triage.errors import DamagedError, LockedError, StoreError, reason
from triage.lock import owners

_PATIENCE = 60.0
"""Seconds to wait for another process that is writing."""
_PAUSE = 0.02
_BATCH = 500

_FULL = "the disk is full; make room and run this again"
_LEAST = 200_000
"""Bytes without which nothing is written: SQLite alone wants a few dozen thousand for its log."""

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
    never fails half-way because another process wrote meanwhile. Inside another one it is a part of that.
    Where nothing can be written, `refused` says why, and every transaction raises StoreError; temporary tables can be
    made outside of one."""

    def __init__(self, connection: sqlite3.Connection, path: Path, refused: str = "") -> None:
        self._connection = connection
        self._depth = 0
        self.path = path
        self.refused = refused

    def execute(self, statement: str, values: Values = ()) -> Rows:
        """Runs one statement. Raises StoreError."""
        try:
            return Rows(self._connection.execute(statement, values), self.path)
        except sqlite3.Error as error:
            raise store_error(self.path, error) from error
        except UnicodeEncodeError as error:
            raise _unreadable_text(error) from None

    def among(self, statement: str, wanted: Iterable[str]) -> Iterator[Any]:
        """The rows of a statement in which `{wanted}` stands for a list of values: as many statements as these values
        need. Raises StoreError."""
        values = list(wanted)
        for start in range(0, len(values), _BATCH):
            batch = values[start : start + _BATCH]
            yield from self.execute(statement.replace("{wanted}", ",".join("?" * len(batch))), batch)

    def executemany(self, statement: str, rows: Iterable[Values]) -> None:
        """Runs one statement for each of the rows, as one transaction. Raises StoreError."""
        with self:
            try:
                self._connection.executemany(statement, rows)
            except sqlite3.Error as error:
                raise store_error(self.path, error) from error
            except UnicodeEncodeError as error:
                raise _unreadable_text(error) from None

    def __enter__(self) -> "Database":
        if self.refused:
            raise _unwritable(self.path, self.refused)
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
            if not _is_busy(error) or time.monotonic() > end:
                connection.close()
                raise
            time.sleep(_PAUSE)
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file that cannot be written; it may hold temporary tables. Raises sqlite3.Error."""
    log = path.with_name(f"{path.name}-wal")
    # Without a log of recent changes the file is all there is, and nothing has to be made beside it.
    how = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def cannot_write(error: sqlite3.Error) -> bool:
    """Whether the file might still be read: the disk is full or read-only, or the right to write is lacking."""
    return _name(error).startswith(("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_PERM"))


def store_error(path: Path, error: sqlite3.Error) -> Exception:
    """What to raise for an error of SQLite about the file at `path`: a StoreError that says what is the matter and what
    helps, or `error` itself where the statement is wrong."""
    name = _name(error)
    if _is_busy(error):
        return LockedError(
            f"{path}: {_who(path.parent)} has been writing to it for {_PATIENCE:.0f} s; run this again when that ends"
        )
    if cannot_write(error) and (not name.startswith("SQLITE_IOERR") or why_not(path.parent)):
        return _unwritable(path, refusal(path.parent, error))
    if name.startswith("SQLITE_CORRUPT") or name == "SQLITE_NOTADB":
        return DamagedError(f"{path} is damaged ({error}); `triage doctor` says what can be done")
    if name.startswith("SQLITE_IOERR"):
        return StoreError(f"{path}: the disk failed ({error}, {name}); copy the file elsewhere before anything else")
    return error


def _is_busy(error: sqlite3.Error) -> bool:
    return _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _who(folder: Path) -> str:
    return " and ".join(map(str, owners(folder))) or "another program"


def _unreadable_text(error: UnicodeEncodeError) -> StoreError:
    around = error.object[max(0, error.start - 20) : error.end + 20].encode("utf-8", "replace").decode()
    return StoreError(f"a text with bytes that are not UTF-8 cannot be kept, near {around!r}; save it as UTF-8")


def _unwritable(path: Path, why: str) -> StoreError:
    return StoreError(
        f"{path} cannot be written: {why}. What was stored is kept; list, show, search, status and export work"
    )


def refusal(folder: Path, error: sqlite3.Error) -> str:
    """Why something in this folder could not be written, and what helps."""
    full = "" if _name(error) != "SQLITE_FULL" else _FULL
    return full or why_not(folder) or str(error)


def why_not(place: Path) -> str:
    """Why a file, or something in a folder, cannot be written, and what helps; "" if it can."""
    try:
        if hasattr(os, "statvfs") and os.statvfs(place).f_flag & os.ST_RDONLY:
            return "the disk is read-only"
        if shutil.disk_usage(place).free < _LEAST:
            return _FULL
    except OSError as error:
        return reason(error)
    return "" if os.access(place, os.W_OK) else "you have no right to write there"


def _name(error: sqlite3.Error) -> str:
    """SQLite's own name of the error, such as "SQLITE_FULL"; "" if the error is Python's."""
    return getattr(error, "sqlite_errorname", "")
