"""Progress bars on stderr: shown in a terminal for what takes longer than two seconds, silent elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from triage.services import Advance

_PATIENCE = 2.0


class Bars:
    """Fulfils services.Progress with rich."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._busy = False

    @contextmanager
    def __call__(self, label: str, total: int | None) -> Iterator[Advance]:
        """A bar named `label` of `total` parts (None: unknown), until the block ends."""
        if not self._console.is_terminal or self._busy:
            yield _nothing
            return
        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )
        task = bar.add_task(label, total=total)
        began = time.monotonic()
        shown = False

        def advance(count: int = 1) -> None:
            nonlocal shown
            bar.advance(task, count)
            if not shown and time.monotonic() - began > _PATIENCE:
                shown = True
                bar.start()

        self._busy = True
        try:
            yield advance
        finally:
            self._busy = False
            if shown:
                bar.stop()


class Silence:
    """Fulfils services.Progress by showing nothing."""

    @contextmanager
    def __call__(self, label: str, total: int | None) -> Iterator[Advance]:
        """Nothing is shown."""
        yield _nothing


def _nothing(count: int = 1) -> None:
    """Progress that nobody sees."""
