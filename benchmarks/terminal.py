"""`triage review` in a pseudo-terminal, as fingers meet it: the time to its first paint, and from each key to
the paper that the key leads to."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from triage.collection import Store
from triage.identity import text_key
from triage.models import Choice, Draft, Facts, Judgement, Paper
from triage.search.embedder import DEFAULT_MODEL

_SECTIONS = tuple((f"Part {part}", f"Topic {part}.{topic}") for part in range(1, 6) for topic in range(1, 9))
_PATIENCE = 30.0
_DIMENSION = 384
_MARK = re.compile(rb"A\d{5} Writer")


@dataclass(frozen=True, slots=True)
class ScreenTimes:
    """Seconds: from the start of the process to the first paint, and from each key to its effect."""

    first_paint: float
    keys: tuple[float, ...]

    @property
    def p95(self) -> float:
        """The 95th percentile of the keys' times."""
        return quantiles(self.keys, n=20)[-1]

    @property
    def median(self) -> float:
        """The median of the keys' times."""
        return median(self.keys)


def time_screen(folder: Path, drafts: int, keys: int) -> ScreenTimes:
    """Makes a workspace with so many invented drafts in `folder`, reviews it in a terminal of 120 by 40 cells, and
    presses `keys` keys: down, reject, accept and later in turn, mostly fast, with a pause after every fifth, in
    which the judge learns."""
    _workspace(folder, drafts)
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    command = [sys.executable, "-m", "triage", "review", "--workspace", str(folder)]
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    started = time.perf_counter()
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        try:
            shown, at = _next(master, b"")
            first = at - started
            time.sleep(1.0)
            times = []
            for turn in range(keys):
                _drain(master)
                pressed = time.perf_counter()
                os.write(master, (b"j", b"r", b"a", b"l")[turn % 4])
                shown, at = _next(master, shown)
                times.append(at - pressed)
                time.sleep(1.2 if turn % 5 == 4 else 0.15)
        finally:
            process.send_signal(signal.SIGKILL)
            os.close(master)
    return ScreenTimes(first, tuple(times))


def _workspace(folder: Path, drafts: int) -> None:
    (folder / "README.md").write_text(_list(), encoding="utf-8")
    command = [sys.executable, "-m", "triage", "init", "README.md", "--offline"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    with Store(folder / "store") as store:
        store.connection.execute("PRAGMA synchronous = OFF")
        store.judgements.save(_fill(store, drafts))
        store.vectors.save(DEFAULT_MODEL, _vectors(store))


def _vectors(store: Store) -> dict[str, bytes]:
    """A vector for each paper, as a fetch leaves them behind: the learner beside the screen then embeds nothing."""
    papers = list(store.papers.all())
    drawn = np.random.default_rng(7).normal(size=(len(papers), _DIMENSION)).astype(np.float16)
    return {text_key(paper.title_and_abstract): row.tobytes() for paper, row in zip(papers, drawn, strict=True)}


def _fill(store: Store, drafts: int) -> Sequence[Judgement]:
    """Saves the papers in the order in which the queue will show them: by section, surest first."""
    judgements = []
    for number in range(drafts):
        section = _SECTIONS[number * len(_SECTIONS) // drafts]
        sure = 0.99 - 0.4 * number / drafts
        paper = Paper(
            f"2607.{number:05d}", f"An Invented Study of Item {number}", _ABSTRACT, (_mark(number).decode(), "B Writer")
        )
        facts = Facts(paper.title, paper.authors, "Venue", 2026, paper_url=f"https://example.org/{number}")
        entry = f"- [Venue 2026] **{paper.title}** [[paper]]({facts.paper_url})"
        others = [path for path in _SECTIONS if path != section][:3]
        choices = (Choice(section, sure), *(Choice(path, (1 - sure) / 3) for path in others))
        store.papers.save(paper)
        store.drafts.save(Draft(paper.id, section, facts, entry))
        judgements.append(Judgement(paper.id, 0.9, True, choices, words=("invented", "study")))
    return judgements


def _list() -> str:
    parts = ["# An Invented List\n"]
    part = ""
    for number, (outer, inner) in enumerate(_SECTIONS):
        if outer != part:
            parts.append(f"\n## {outer}\n")
            part = outer
        parts.append(f"\n### {inner}\n\n")
        parts += [
            f"- [Venue {2025 - n // 5}] **Listed Work {number}.{n}** [[paper]](https://example.org/w/{number}/{n})\n"
            for n in range(20)
        ]
    return "".join(parts)


def _mark(number: int) -> bytes:
    return f"A{number:05d} Writer".encode()


def _next(terminal: int, shown: bytes) -> tuple[bytes, float]:
    """The first author of the next paper that the terminal shows instead of that of `shown` (the judge may have put
    another one there than stood below it), and the moment at which it was sent. Raises TimeoutError."""
    end = time.perf_counter() + _PATIENCE
    seen = b""
    while True:
        ready, _, _ = select.select([terminal], [], [], max(0.0, end - time.perf_counter()))
        if not ready:
            raise TimeoutError(f"after {shown!r} no other paper came within {_PATIENCE:g} s; last: {seen[-500:]!r}")
        seen = seen[-100:] + os.read(terminal, 65536)
        others = [mark for mark in _MARK.findall(seen) if mark != shown]
        if others:
            return others[-1], time.perf_counter()


def _drain(terminal: int) -> None:
    while select.select([terminal], [], [], 0)[0]:
        os.read(terminal, 65536)


_ABSTRACT = (
    "This invented abstract stands for a real one of usual length. It says what the study is about, why the question "
    "matters, how an answer was sought, what was found and what remains open. Its words carry no meaning beyond that, "
    "and it is long enough to fill some lines of a pane in a terminal, as abstracts do. "
) * 2
