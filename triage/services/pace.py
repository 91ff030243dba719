"""One polite pace over all of arXiv's endpoints, and trying again when a server asks for patience. Every wait that a
person would notice is shown, with its reason.

arXiv asks for one request every three seconds over one connection (https://info.arxiv.org/help/api/tou.html), so the
feed and the downloads share one `Pace`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from triage.services import Advance, Progress

T = TypeVar("T")

TRIES = 8
LONGEST_BACK_OFF = 60.0
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for more is left alone until the next run."""


SHOWN = 1.0
"""Seconds from which a wait is shown."""


class TryAgain(Exception):
    """One attempt failed in a way that may pass; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


@contextmanager
def _silence(label: str, total: int | None) -> Iterator[Advance]:
    yield lambda count=1: None


class Pace:
    """At least `delay` seconds between the starts of two requests, and one request at a time. `progress` shows each
    wait, and what for."""

    def __init__(
        self,
        delay: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        progress: Progress = _silence,
    ) -> None:
        self.delay = delay
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._progress = progress
        self._next = float("-inf")
        self._reason = ""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for its turn and holds it until the context ends."""
        with self._lock:
            self._wait(self._next - self._clock())
            self._next = max(self._next, self._clock() + self.delay)
            self._reason = ""
            yield

    def rest(self, seconds: float, reason: str) -> None:
        """Nobody asks anything before `seconds` from now; `reason` is what the server said."""
        self._next = max(self._next, self._clock() + seconds)
        self._reason = reason

    def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        if seconds < SHOWN:
            self._sleep(seconds)
            return
        why = self._reason or f"one request every {self.delay:g} s"
        with self._progress(f"waiting {seconds:.0f} s for arXiv: {why}", None):
            self._sleep(seconds)


def patiently(pace: Pace, attempt: Callable[[], T], tries: int = TRIES) -> T:
    """What `attempt` returns, each attempt in its turn. After a TryAgain it rests as long as the server asked; if the
    server named no time, twice as long each time (up to LONGEST_BACK_OFF seconds). Raises the last TryAgain after
    `tries` attempts, or when the server asks for more than LONGEST_WAIT seconds."""
    back_off = pace.delay
    for number in range(1, tries + 1):
        try:
            with pace.turn():
                return attempt()
        except TryAgain as failure:
            if number == tries or (failure.wait or 0.0) > LONGEST_WAIT:
                raise
            if failure.wait is None:
                pace.rest(back_off, failure.reason)
                back_off = min(back_off * 2, LONGEST_BACK_OFF)
            else:
                pace.rest(failure.wait, f"{failure.reason} and asks for the wait")
    raise ValueError("tries must be at least 1")


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date (RFC 9110, 10.2.3). None if it says
    nothing usable."""
    if header is None:
        return None
    text = header.strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return seconds if 0 <= seconds < float("inf") else None
