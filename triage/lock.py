"""The lock for what must not run twice in one workspace. It ends with its process, however that ends, so that none is
ever left behind; and it names its owner."""

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from triage.errors import LockedError, StoreError, reason
from triage.when import local

try:
    import fcntl
except ImportError:  # Windows: nothing is locked there.
    fcntl = None  # type: ignore[assignment]

PATIENCE = 60.0
"""Seconds to wait for the owner."""
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is at work: a command of a person, and where to find its process; `since` is a time in UTC."""

    command: str
    person: str
    pid: int
    host: str
    since: str

    def __str__(self) -> str:
        began = local(datetime.fromisoformat(self.since))
        return f"`triage {self.command}` of {self.person} (process {self.pid} on {self.host}, since {began})"


@contextmanager
def alone(
    path: Path, command: str, person: str, *, patience: float | None = None, waiting: Callable[[str], None]
) -> Iterator[None]:
    """Holds the lock file at `path` for the length of the block, as `command` of `person`. If another process holds it,
    `waiting` is told who, and after `patience` seconds (else PATIENCE) LockedError is raised. Raises StoreError if the
    file cannot be made."""
    try:
        file = path.open("a+b")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {reason(error)}") from None
    with file:
        _wait(file, path, PATIENCE if patience is None else patience, waiting)
        _sign(file, Owner(command, person, os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat()))
        try:
            yield
        finally:
            file.truncate(0)


def owners(folder: Path) -> list[Owner]:
    """Who holds a lock in this folder now."""
    found: list[Owner] = []
    for path in sorted(folder.glob("*.lock")) if fcntl else ():
        try:
            with path.open("rb") as file:
                if not _take(file, shared=True):
                    found += filter(None, [_read(path)])
        except OSError:
            continue
    return found


def _wait(file: BinaryIO, path: Path, patience: float, waiting: Callable[[str], None]) -> None:
    end = time.monotonic() + patience
    told = False
    while not _take(file):
        owner = _read(path) or "another process"
        if time.monotonic() >= end:
            raise LockedError(f"{owner} is still at work in {path.parent}; run this again when it has ended")
        if not told:
            waiting(f"waiting for {owner}; Ctrl-C gives up")
            told = True
        time.sleep(_PAUSE)


def _take(file: BinaryIO, shared: bool = False) -> bool:
    """Whether the lock is ours now; also where the file system knows no locks."""
    if fcntl:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
    return True


def _sign(file: BinaryIO, owner: Owner) -> None:
    try:
        file.truncate(0)
        file.write(json.dumps(asdict(owner)).encode())
        file.flush()
    except OSError as error:
        raise StoreError(f"{file.name} cannot be written: {reason(error)}") from None


def _read(path: Path) -> Owner | None:
    """The owner that has signed, None if nobody has yet or what stands there is something else."""
    try:
        return Owner(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
