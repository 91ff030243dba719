"""A progress that shows nothing, for benchmarks."""

from collections.abc import Iterator
from contextlib import contextmanager

from triage.protocols import Advance


@contextmanager
def quiet(label: str, total: int | None) -> Iterator[Advance]:
    """Shows nothing."""

    def advance(count: int = 1) -> None:
        del count

    yield advance
