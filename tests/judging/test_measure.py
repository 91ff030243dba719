"""Measures by hand-made cases."""

import numpy as np
import pytest

from triage.judging.calibration import choose_cut, learn_scale
from triage.judging.measure import average_precision, calibration_error, expected_error, read_share


def test_average_precision() -> None:
    scores = np.array([0.9, 0.8, 0.7, 0.1])
    assert average_precision(scores, np.array([True, False, True, False])) == pytest.approx((1 + 2 / 3) / 2)
    assert np.isnan(average_precision(scores, np.zeros(4, dtype=bool)))


def test_read_share_counts_up_to_the_last_needed() -> None:
    scores = np.array([5.0, 4.0, 3.0, 2.0, 1.0])
    wanted = np.array([True, False, True, False, True])
    assert read_share(scores, wanted, 0.5) == pytest.approx(3 / 5)
    assert read_share(scores, wanted, 0.95) == 1.0
    assert read_share(scores, wanted, 1 / 3) == pytest.approx(1 / 5)


def test_calibration_error() -> None:
    right = np.array([True] * 8 + [False] * 2)
    assert calibration_error(np.full(10, 0.8), right) == pytest.approx(0)
    assert calibration_error(np.full(10, 1.0), right) == pytest.approx(0.2)


def test_cut_keeps_the_asked_share_by_weight() -> None:
    scores = np.arange(100.0)
    assert choose_cut(scores, np.ones(100)) == 5.0
    heavy_low = np.where(scores < 5, 10.0, 1.0)
    assert choose_cut(scores, heavy_low) == 0.0
    assert choose_cut(np.zeros(0), np.zeros(0)) == float("-inf")
    assert choose_cut(np.array([3.0]), np.array([0.5])) == 3.0


def test_scale_has_its_three_marks_whatever_the_watch_holds() -> None:
    wanted, even = np.linspace(20, 40, 101), np.ones(101)
    cut = choose_cut(wanted, even)
    for many in (100, 10_000):
        scale = learn_scale(wanted, even, np.linspace(0, 12, many), cut)
        at = scale.relevance(np.array([cut, 30.0, 6.0, cut - 0.1, 45.0]))
        assert at[:3] == pytest.approx([0.5, 0.9, 0.05], abs=0.01)
        assert at[3] < 0.5 and 0.97 < at[4] < 1


def test_scale_of_little_or_nothing() -> None:
    none = np.zeros(0)
    assert learn_scale(none, none, np.ones(5), choose_cut(none, none)).relevance(np.ones(2)).tolist() == [0.5, 0.5]
    one = np.array([3.0])
    scale = learn_scale(one, np.ones(1), none, choose_cut(one, np.ones(1)))
    assert scale.relevance(np.array([3.0]))[0] == 0.5


def test_chance_alone_gives_few_papers_a_calibration_error() -> None:
    few, many = np.linspace(0.3, 0.9, 20), np.linspace(0.3, 0.9, 5000)
    assert 0.08 < expected_error(few, draws=200) < 0.3
    assert expected_error(many, draws=50) < 0.03
    assert expected_error(np.ones(20), draws=20) == 0.0
