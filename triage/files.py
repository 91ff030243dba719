"""The one way to write a file that a person owns (the list, triage.toml): whole or not at all, whatever happens."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import BinaryIO

from triage.errors import FileError, reason

try:
    import fcntl
except ImportError:  # Windows: leftovers are told by nothing there, and stay.
    fcntl = None  # type: ignore[assignment]

_MARK = ".triage-"


def write_atomically(path: Path, data: bytes) -> None:
    """Makes `data` the content of the file at `path`, which exists or not; its folder must exist.

    A reader, a crash or a power cut finds the old content or the new, never a part: the data goes into a temporary
    file beside it, reaches the disk, and takes the old one's place. A symbolic link is followed, not replaced; mode
    and owner are kept where the system allows; temporary files that killed processes left behind are removed.
    Raises FileError, and then the file is as it was.
    """
    target = path.resolve()
    try:
        _refuse_read_only(target)
        _remove_leftovers(target)
        part = target.with_name(f".{target.name}{_MARK}{secrets.token_hex(4)}")
        try:
            with part.open("xb") as file:
                _claim(file)
                _take_over(file, target)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise FileError(f"{path} cannot be written: {reason(error)}; the file is as it was") from None


def _refuse_read_only(target: Path) -> None:
    """Replacing a file needs no right to write into it; a person who took that right away means it."""
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(None, "it is read-only")


def _claim(file: BinaryIO) -> None:
    """Marks the open file as being written: the lock ends with the process, however it ends."""
    if fcntl:
        with contextlib.suppress(OSError):  # A file system without locks.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_leftovers(target: Path) -> None:
    """Removes temporary files of `target` that no living process is writing."""
    if not fcntl:
        return
    for part in target.parent.glob(f".{_escaped(target.name)}{_MARK}*"):
        with contextlib.suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _take_over(file: BinaryIO, target: Path) -> None:
    """Owner and mode of the file that is about to be replaced; a new file has what the system gives it."""
    try:
        before = target.stat()
    except FileNotFoundError:
        return
    if hasattr(os, "fchown"):
        with contextlib.suppress(PermissionError):
            os.fchown(file.fileno(), before.st_uid, before.st_gid)
    Path(file.name).chmod(before.st_mode & 0o7777)


def _sync_folder(folder: Path) -> None:
    """The new name reaches the disk too, where the system can say so for a folder."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
