"""What the queue leaves out, told by scores that its cut was not chosen by."""

import numpy as np
import pytest

from triage.judging.calibration import choose_cut, try_queue
from triage.judging.examples import Example
from triage.models import HeldOut


def listed(count: int, decided: int = 0) -> list[Example]:
    return [Example(f"Entry {n}", decided=n >= count) for n in range(count + decided)]


def test_of_a_hundred_entries_about_five_are_left_out() -> None:
    scores = np.random.default_rng(3).normal(size=100)
    tried = try_queue(scores, np.ones(100), np.arange(100), listed(100))
    assert tried.entries == 100
    assert 4 <= tried.missed <= 7


def test_old_entries_count_as_much_as_new_ones() -> None:
    """The cut keeps 95 % of the recent; that many old ones would not be found any more is said."""
    scores = np.concatenate([np.linspace(0, 1, 50), np.linspace(2, 3, 50)])
    weights = np.concatenate([np.full(50, 0.01), np.ones(50)])
    order = np.random.default_rng(0).permutation(100)
    assert choose_cut(scores, weights) > 2
    assert try_queue(scores[order], weights[order], np.arange(100), listed(100)).missed >= 50


def test_an_entry_of_several_scores_is_one_entry() -> None:
    places = np.repeat(np.arange(40), 20)
    scores = np.tile(np.linspace(0, 1, 20), 40)
    tried = try_queue(scores, np.full(800, 1 / 20), places, listed(40))
    assert tried.entries == 40
    assert 1 <= tried.missed <= 3


def test_accepted_papers_stand_apart() -> None:
    scores = np.concatenate([np.linspace(1, 2, 30), [0.0, 1.9]])
    tried = try_queue(scores, np.ones(32), np.arange(32), listed(30, decided=2))
    assert (tried.entries, tried.accepted, tried.accepted_missed) == (30, 2, 1)


@pytest.mark.parametrize(
    ("missed", "entries", "low", "high"),
    [(2, 40, 0.0138, 0.1650), (0, 20, 0.0, 0.1611), (50, 1000, 0.0381, 0.0653)],
)
def test_the_bounds_are_wilsons(missed: int, entries: int, low: float, high: float) -> None:
    assert HeldOut(entries, missed).bounds == pytest.approx((low, high), abs=5e-4)
