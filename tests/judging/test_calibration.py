"""The queue's threshold, evaluated by scores that it was not chosen by, and the scale of relevance."""

import numpy as np
import pytest

from triage.judging.calibration import evaluate_queue, fit_scale, queue_threshold
from triage.judging.examples import Example
from triage.models import HeldOut


def listed(count: int, decided: int = 0) -> list[Example]:
    return [Example(f"Entry {n}", decided=n >= count) for n in range(count + decided)]


def test_of_a_hundred_entries_about_five_are_left_out() -> None:
    scores = np.random.default_rng(3).normal(size=100)
    tried = evaluate_queue(scores, np.ones(100), np.arange(100), listed(100))
    assert tried.entries == 100
    assert 4 <= tried.missed <= 7


def test_old_entries_count_as_much_as_new_ones() -> None:
    """The threshold keeps 95 % of the recent; that it loses many of the old is counted."""
    scores = np.concatenate([np.linspace(0, 1, 50), np.linspace(2, 3, 50)])
    weights = np.concatenate([np.full(50, 0.01), np.ones(50)])
    order = np.random.default_rng(0).permutation(100)
    assert queue_threshold(scores, weights) > 2
    assert evaluate_queue(scores[order], weights[order], np.arange(100), listed(100)).missed >= 50


def test_an_entry_of_several_scores_is_one_entry() -> None:
    rows = np.repeat(np.arange(40), 20)
    scores = np.tile(np.linspace(0, 1, 20), 40)
    tried = evaluate_queue(scores, np.full(800, 1 / 20), rows, listed(40))
    assert tried.entries == 40
    assert 1 <= tried.missed <= 3


def test_accepted_papers_stand_apart() -> None:
    scores = np.concatenate([np.linspace(1, 2, 30), [0.0, 1.9]])
    tried = evaluate_queue(scores, np.ones(32), np.arange(32), listed(30, decided=2))
    assert (tried.entries, tried.accepted, tried.accepted_missed) == (30, 2, 1)


@pytest.mark.parametrize(
    ("missed", "entries", "low", "high"),
    [(2, 40, 0.0138, 0.1650), (0, 20, 0.0, 0.1611), (50, 1000, 0.0381, 0.0653)],
)
def test_the_bounds_are_wilsons(missed: int, entries: int, low: float, high: float) -> None:
    assert HeldOut(entries, missed).bounds == pytest.approx((low, high), abs=5e-4)


def test_the_threshold_keeps_the_asked_share_by_weight() -> None:
    scores = np.arange(100.0)
    assert queue_threshold(scores, np.ones(100)) == 5.0
    heavy_low = np.where(scores < 5, 10.0, 1.0)
    assert queue_threshold(scores, heavy_low) == 0.0
    assert queue_threshold(np.zeros(0), np.zeros(0)) == float("-inf")
    assert queue_threshold(np.array([3.0]), np.array([0.5])) == 3.0


def test_scale_has_its_three_marks_whatever_the_watch_holds() -> None:
    wanted, even = np.linspace(20, 40, 101), np.ones(101)
    threshold = queue_threshold(wanted, even)
    for many in (100, 10_000):
        scale = fit_scale(wanted, even, np.linspace(0, 12, many), threshold)
        at = scale.relevance(np.array([threshold, 30.0, 6.0, threshold - 0.1, 45.0]))
        assert at[:3] == pytest.approx([0.5, 0.9, 0.05], abs=0.01)
        assert at[3] < 0.5 and 0.97 < at[4] < 1


def test_scale_of_little_or_nothing() -> None:
    none = np.zeros(0)
    assert fit_scale(none, none, np.ones(5), queue_threshold(none, none)).relevance(np.ones(2)).tolist() == [0.5, 0.5]
    one = np.array([3.0])
    scale = fit_scale(one, np.ones(1), none, queue_threshold(one, np.ones(1)))
    assert scale.relevance(np.array([3.0]))[0] == 0.5
