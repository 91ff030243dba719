"""One request at a time, never two starts too close, and patience that ends."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from triage.protocols import Advance
from triage.sources.manners import LONGEST_WAIT, Pace, TryAgain, patiently, retry_after


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def paced(delay: float = 3.0) -> tuple[Pace, Clock]:
    clock = Clock()
    return Pace(delay, clock.read, clock.sleep), clock


def test_the_first_turn_comes_at_once_and_the_next_after_the_delay() -> None:
    pace, clock = paced()
    starts = []
    for work in (0.5, 10.0, 0.0):
        with pace.turn():
            starts.append(clock.now)
            clock.now += work
    assert starts == [100.0, 103.0, 113.0]


def test_rest_holds_everybody_back() -> None:
    pace, clock = paced()
    with pace.turn():
        pass
    pace.rest(30, "busy")
    with pace.turn():
        assert clock.now == 130.0


def test_one_request_at_a_time() -> None:
    pace = Pace(0)
    inside = [0, 0]

    def work() -> None:
        with pace.turn():
            inside[0] += 1
            inside[1] = max(inside)
            time.sleep(0.005)
            inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inside == [0, 1]


def failing(times: int, wait: float | None = None) -> Callable[[], str]:
    left = [times]

    def attempt() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise TryAgain("busy", wait)
        return "done"

    return attempt


def test_back_off_doubles() -> None:
    pace, clock = paced()
    assert patiently(pace, failing(4)) == "done"
    assert clock.slept == [3.0, 6.0, 12.0, 24.0]


def test_every_wait_that_a_person_would_notice_is_shown_with_its_reason() -> None:
    clock = Clock()
    shown: list[tuple[str, float]] = []

    @contextmanager
    def progress(label: str, total: int | None) -> Iterator[Advance]:
        before = clock.now
        yield lambda count=1: None
        shown.append((label, clock.now - before))

    pace = Pace(3.0, clock.read, clock.sleep, progress)
    assert patiently(pace, failing(2)) == "done"
    assert patiently(pace, failing(1, wait=40.0)) == "done"
    clock.now += 2.5
    with pace.turn():
        pass
    assert shown == [
        ("waiting 3 s for arXiv: busy", 3.0),
        ("waiting 6 s for arXiv: busy", 6.0),
        ("waiting 3 s for arXiv: one request every 3 s", 3.0),
        ("waiting 40 s for arXiv: busy and asks for the wait", 40.0),
    ]
    assert clock.slept[-1] == 0.5


def test_a_server_is_given_the_time_it_asks_for() -> None:
    pace, clock = paced()
    assert patiently(pace, failing(1, wait=40.0)) == "done"
    assert clock.slept == [40.0]


def test_a_server_that_asks_for_little_is_asked_at_the_pace() -> None:
    pace, clock = paced()
    assert patiently(pace, failing(3, wait=1.0)) == "done"
    assert clock.slept == [3.0, 3.0, 3.0]


def test_patience_ends() -> None:
    pace, clock = paced()
    with pytest.raises(TryAgain, match="busy"):
        patiently(pace, failing(100))
    assert max(clock.slept) == 60.0
    assert sum(clock.slept) < 300


def test_a_server_that_asks_for_too_much_is_left_alone() -> None:
    pace, clock = paced()
    with pytest.raises(TryAgain):
        patiently(pace, failing(1, wait=LONGEST_WAIT + 1))
    assert clock.slept == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("5", 5.0), (" 2.5 ", 2.5), ("-1", None), ("nan", None), ("inf", None), ("soon", None), ("", None)],
)
def test_retry_after_in_seconds(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


def test_retry_after_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    assert retry_after(later) == pytest.approx(90, abs=3)
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") is None
