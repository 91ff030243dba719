"""A small disk of memory, to be filled or made read-only, where the system lets us mount one."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Disk:
    """A small disk, mounted at `place`."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def make_read_only(self) -> None:
        """From now on nothing on it can be written."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.place)], check=True)

    @contextmanager
    def full(self) -> Iterator[None]:
        """For the length of the block there is no byte left on it."""
        filler = self.place / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while file.write(b"\0" * 512):
                    pass
            except OSError:
                pass
        yield
        filler.unlink()


@contextmanager
def mounted(place: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of so many megabytes in the new folder `place`; skips the test where none can be mounted."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here; run this as root")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
