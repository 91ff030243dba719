"""One at a time, by name, and never held by the dead."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.errors import LockedError
from triage.lock import alone, owners

HOLDER = """
import sys
from pathlib import Path
from triage.lock import alone
with alone(Path(sys.argv[1]), "fetch", "Ada Ranid", waiting=print):
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock until it gets a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "work.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_is_told_who_is_at_work(holder: "subprocess.Popen[str]", tmp_path: Path) -> None:
    said: list[str] = []
    with (
        pytest.raises(LockedError, match=rf"`triage fetch` of Ada Ranid \(process {holder.pid} on "),
        alone(tmp_path / "work.lock", "fetch", "Bo", patience=0.3, waiting=said.append),
    ):
        raise AssertionError("two at work")
    assert len(said) == 1 and "waiting for `triage fetch` of Ada Ranid" in said[0] and "since 2" in said[0]
    assert [(one.command, one.pid) for one in owners(tmp_path)] == [("fetch", holder.pid)]


def test_the_second_goes_on_when_the_first_has_ended(holder: "subprocess.Popen[str]", tmp_path: Path) -> None:
    def let_go(_: str) -> None:
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()

    with alone(tmp_path / "work.lock", "reindex", "Bo", waiting=let_go):
        pass
    assert owners(tmp_path) == []


def test_the_lock_of_a_killed_process_is_taken_over(holder: "subprocess.Popen[str]", tmp_path: Path) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    said: list[str] = []
    assert owners(tmp_path) == []
    with alone(tmp_path / "work.lock", "fetch", "Bo", patience=0, waiting=said.append):
        assert said == []
