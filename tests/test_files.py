"""Writing a file: whole or not at all, with whatever process killed in the middle."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from triage.errors import FileError
from triage.files import write_atomically

BIG = 1 << 20
CHILD = f"""
import resource, signal, sys
from pathlib import Path
from triage.files import write_atomically

signal.signal(signal.SIGXFSZ, getattr(signal, sys.argv[2]))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
resource.setrlimit(resource.RLIMIT_FSIZE, ({BIG // 2}, {BIG // 2}))
write_atomically(Path(sys.argv[1]), b"x" * {BIG})
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "README.md"
    file.write_bytes(b"old")
    return file


def write_with_too_little_room(path: Path, when_full: str) -> subprocess.CompletedProcess[str]:
    """A process of its own that may write half of what it wants; then it is killed, or told that there is no room."""
    command = [sys.executable, "-c", CHILD, str(path), when_full]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


def test_a_writer_killed_in_the_middle_leaves_the_old_file_and_the_next_one_cleans_up(path: Path) -> None:
    done = write_with_too_little_room(path, "SIG_DFL")
    assert done.returncode == -signal.SIGXFSZ
    assert path.read_bytes() == b"old"
    assert len(names(path)) == 2
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert names(path) == ["README.md"]


def test_a_full_disk_is_said_and_the_old_file_stands(path: Path) -> None:
    done = write_with_too_little_room(path, "SIG_IGN")
    assert "FileError" in done.stderr
    assert f"{path} cannot be written: File too large; the file is as it was" in done.stderr
    assert path.read_bytes() == b"old"
    assert names(path) == ["README.md"]


def test_what_a_living_process_is_writing_is_left_alone(path: Path) -> None:
    holder = f"""
import fcntl, sys
from pathlib import Path
with Path({str(path)!r}).with_name(".README.md.triage-0000").open("xb") as file:
    fcntl.flock(file, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", holder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        write_atomically(path, b"new")
        assert names(path) == [".README.md.triage-0000", "README.md"]
        other.communicate("")
    write_atomically(path, b"newer")
    assert names(path) == ["README.md"]


def test_link_and_mode_are_kept_and_a_new_file_has_the_usual_mode(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("LINK.md")
    link.symlink_to(path.name)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o640
    fresh, usual = path.with_name("fresh"), path.with_name("usual")
    usual.touch()
    write_atomically(fresh, b"")
    assert fresh.stat().st_mode == usual.stat().st_mode


def test_a_read_only_file_and_folder_are_refused() -> None:
    attempt = """
import os, sys
from pathlib import Path
from triage.errors import FileError
from triage.files import write_atomically

if os.geteuid() == 0:  # Root may write everywhere.
    os.setgid(65534)
    os.setuid(65534)
for path in (Path("read_only"), Path("closed/file")):
    try:
        write_atomically(path, b"new")
    except FileError as error:
        print(error)
"""
    with tempfile.TemporaryDirectory() as folder:
        owner = 65534 if os.geteuid() == 0 else os.geteuid()
        closed = Path(folder, "closed")
        closed.mkdir()
        for path, mode in ((Path(folder, "read_only"), 0o440), (closed / "file", 0o640), (closed, 0o500)):
            if path != closed:
                path.touch()
            path.chmod(mode)
            os.chown(path, owner, -1)
        os.chown(folder, owner, -1)
        done = subprocess.run([sys.executable, "-c", attempt], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == [
            "read_only cannot be written: it is read-only; the file is as it was",
            "closed/file cannot be written: permission is denied; the file is as it was",
        ]
        assert Path(folder, "read_only").read_bytes() == b""
        closed.chmod(0o700)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone/README\.md cannot be written: No such file or directory"):
        write_atomically(tmp_path / "gone" / "README.md", b"")
