"""Progress of long work, on stderr: bars in a terminal, a line of text now and then elsewhere."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Lock, Thread

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from triage.protocols import Advance
from triage.screens.console import drawing_on, safe

_TICK = 0.1
"""Seconds between two looks at the work."""
_BAR_AFTER = 0.3
"""Seconds until work gets a bar: what is done sooner would only flicker."""
_LINE_AFTER = 2.0
"""Seconds until work gets a line where there is no terminal."""
_REDRAWS = 8
"""How often a second the bars are drawn."""
_BAR_WIDTH = 20
_SHORTEST_PAUSE = 10.0
_LONGEST_PAUSE = 60.0
"""Seconds between two lines about the same work: as long as it has taken so far, within these limits."""


class Bars:
    """A `protocols.Progress` that shows nested work, and work on several threads, as several bars or lines. A
    thread of its own draws them, so that work is shown even before its first part is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._lock = Lock()
        self._works: list[_Work] = []
        self._ended = Event()
        self._display: ExitStack | None = None
        self._spinner = Spinner("dots")
        self._said: dict[str, float] = {}

    @contextmanager
    def __call__(self, label: str, total: int | None) -> Iterator[Advance]:
        """Shows work named `label` of `total` parts (None: unknown) until the end of the block."""
        work = _Work(safe(label), total)
        with self._lock:
            self._works.append(work)
            if len(self._works) == 1:
                self._ended = Event()
                Thread(target=self._show_all, args=(self._ended,), daemon=True, name="progress").start()
        try:
            yield partial(self._advance, work)
        finally:
            self._end(work)

    def _advance(self, work: "_Work", count: int = 1) -> None:
        with self._lock:
            work.done += count

    def _end(self, work: "_Work") -> None:
        with self._lock:
            self._works.remove(work)
            if self._works:
                return
            self._ended.set()
            display, self._display = self._display, None
        if display:
            display.close()

    def _show_all(self, ended: Event) -> None:
        """Shows all work until the last has ended."""
        while not ended.wait(_TICK):
            with self._lock:
                if ended.is_set():
                    return
                if not self._is_live:
                    for work in self._works:
                        self._print_line(work)
                elif self._display is None and any(work.age >= _BAR_AFTER for work in self._works):
                    self._display = self._open_display()

    def _open_display(self) -> ExitStack:
        live = Live(
            console=self._console,
            get_renderable=self._drawn,
            refresh_per_second=_REDRAWS,
            transient=True,
            redirect_stdout=False,  # stdout is for results, and is not drawn over
        )
        display = ExitStack()
        display.enter_context(drawing_on(self._console))
        display.enter_context(live)
        return display

    def _drawn(self) -> Group:
        return Group(*(work.drawn(self._spinner) for work in list(self._works) if work.age >= _BAR_AFTER))

    def _print_line(self, work: "_Work") -> None:
        if work.age < max(_LINE_AFTER, work.next_line):
            return
        work.next_line = work.age + min(max(_SHORTEST_PAUSE, work.age), _LONGEST_PAUSE)
        line = work.line()
        now = time.monotonic()
        if now - self._said.get(line, -_LONGEST_PAUSE) >= _LONGEST_PAUSE:
            self._said[line] = now
            self._console.print(Text(f"... {line}"), soft_wrap=True)


@dataclass(eq=False, slots=True)
class _Work:
    """One piece of work in progress."""

    label: str
    total: int | None
    done: int = 0
    began: float = field(default_factory=time.monotonic)
    next_line: float = 0.0

    @property
    def age(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.began

    @property
    def is_counted(self) -> bool:
        """Whether it has several parts."""
        return self.total is not None and self.total > 1

    def line(self) -> str:
        """How far it is, as a line of text."""
        if self.is_counted:
            return f"{self.label}: {self.done:,} of {self.total:,}"
        return self.label if self.age < _SHORTEST_PAUSE else f"{self.label}: {self.age:.0f} s so far"

    def drawn(self, spinner: Spinner) -> Table:
        """How far it is, as one row: a bar and the time left if it has several parts, else only the time so far."""
        row = Table.grid(padding=(0, 1))
        if not self.total or not self.is_counted:
            row.add_row(spinner, Text(self.label), _clock(self.age))
            return row
        left = self.age / self.done * (self.total - self.done) if self.done else None
        text = f"{self.done:,}/{self.total:,} {_clock(self.age)}" + (f" left {_clock(left)}" if left else "")
        row.add_row(spinner, Text(self.label), ProgressBar(self.total, self.done, width=_BAR_WIDTH), text)
        return row


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


class Silence:
    """A `protocols.Progress` that shows nothing."""

    @contextmanager
    def __call__(self, label: str, total: int | None) -> Iterator[Advance]:
        """Shows nothing."""
        yield _nothing


def _nothing(count: int = 1) -> None:
    """Shows nothing."""
