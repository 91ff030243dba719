"""What a person sees of long work: in a terminal something within a second that moves, elsewhere plain lines."""

import fcntl
import io
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from triage.demo.sample import write_sample
from triage.demo.server import serving
from triage.screens import progress
from triage.screens.progress import Bars

READY = b"READY"
HEAD = """
import time
from triage.screens.console import say, talk_console
from triage.screens.progress import Bars
show = Bars(talk_console())
print("READY", flush=True)
"""


class Seen:
    """What a command wrote into a terminal of 80 columns, and when: seconds since it wrote READY."""

    def __init__(self, command: Sequence[str], folder: Path | None = None) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
        process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=folder, start_new_session=True
        )
        os.close(slave)
        self.events: list[tuple[float, bytes]] = []
        began = time.monotonic()
        while True:
            if not select.select([master], [], [], 120)[0]:
                process.kill()
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not data:
                break
            _, ready, after = data.partition(READY)
            if ready:
                began = time.monotonic()
                self.events.clear()
                data = after
            if data.strip():
                self.events.append((time.monotonic() - began, data))
        os.close(master)
        self.code = process.wait()

    @property
    def text(self) -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(data for _, data in self.events).decode())

    @property
    def first(self) -> float:
        return self.events[0][0]

    @property
    def longest_silence(self) -> float:
        """Seconds, from the first to the last output."""
        return max(later - earlier for (earlier, _), (later, _) in pairwise(self.events))

    def frames(self, label: str) -> int:
        """How often the label was drawn."""
        return self.text.count(label)


def seen(body: str) -> Seen:
    return Seen([sys.executable, "-c", HEAD + body])


def test_work_that_says_nothing_is_seen_within_a_second_and_moves() -> None:
    shown = seen("with show('learning', None): time.sleep(1.5)")
    assert shown.first < 1.0
    assert shown.frames("learning") >= 3
    assert "learning 0:01" in shown.text


@pytest.mark.parametrize("package", ["sklearn.linear_model", "onnxruntime", "chromadb"])
def test_the_import_of_a_heavy_package_is_seen(package: str) -> None:
    shown = seen(f"with show('embedding', None):\n    import {package}\n    time.sleep(2)")
    assert shown.code == 0, shown.text
    assert shown.first < 1.0
    assert shown.frames("embedding") >= 3


def test_what_is_done_at_once_does_not_flicker() -> None:
    assert seen("for n in range(20):\n    with show('quick', 5): pass").events == []


def test_work_inside_other_work_has_a_row_of_its_own_and_remarks_stand_above() -> None:
    shown = seen(
        """
with show("reading", 3) as advance:
    for number in range(3):
        with show(f"waiting {number} s for arXiv: it is busy", None):
            time.sleep(0.5)
        say(f"remark {number}")
        advance()
print("done")
"""
    )
    assert "2/3 0:0" in shown.text and "left 0:0" in shown.text
    assert "waiting 2 s for arXiv: it is busy 0:00" in shown.text
    assert re.findall(r"^remark \d", shown.text.replace("\r", "\n"), re.MULTILINE) == [
        f"remark {number}" for number in range(3)
    ]
    assert shown.text.rstrip().endswith("done")


def test_lines_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("_TICK", 0.01), ("_LINE_AFTER", 0.1), ("_SHORTEST_PAUSE", 0.2), ("_LONGEST_PAUSE", 5.0)):
        monkeypatch.setattr(progress, name, seconds)
    file = io.StringIO()
    bars = Bars(Console(file=file, width=80))
    with bars("quick", 3):
        pass
    with bars("reading", 1000) as advance:
        for _ in range(4):
            with bars("waiting 3 s for arXiv: one request every 3 s", None):
                time.sleep(0.2)
            advance(200)
    lines = file.getvalue().splitlines()
    assert lines[0] in ("... reading: 0 of 1,000", "... reading: 200 of 1,000")
    assert 2 <= sum(line.startswith("... reading") for line in lines) <= 4
    assert lines.count("... waiting 3 s for arXiv: one request every 3 s") == 1
    assert "\x1b" not in file.getvalue()


@pytest.mark.slow
def test_a_whole_fetch_is_never_mute(tmp_path: Path) -> None:
    sample = write_sample(tmp_path)
    with serving([sample.papers_path], pdfs=sample.pdf_folder, delay=0.3) as standin:
        places = ["--api-url", standin.api_url, "--pdf-url", standin.pdf_url, "--delay", "2"]
        command = [sys.executable, "-m", "triage"]
        subprocess.run([*command, "init", "README.md", *places, "--offline"], cwd=tmp_path, check=True)
        window = ["--since", str(sample.since), "--until", str(sample.until)]
        shown = Seen([*command, "fetch", *window, "--read", "3"], tmp_path)
    assert shown.code == 0
    assert shown.longest_silence < 2.0
    works = ("asking arXiv", "waiting 2 s for arXiv: one request every 2 s", "learning from the list", "reading")
    assert [work for work in works if not shown.frames(work)] == []
    assert "Next: triage review" in shown.text
