"""The measures of benchmarks.judge, by hand-made cases."""

import numpy as np
import pytest

from benchmarks.metrics import average_precision, calibration_error, expected_error, read_share


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


def test_chance_alone_gives_few_papers_a_calibration_error() -> None:
    few, many = np.linspace(0.3, 0.9, 20), np.linspace(0.3, 0.9, 5000)
    assert 0.08 < expected_error(few, draws=200) < 0.3
    assert expected_error(many, draws=50) < 0.03
    assert expected_error(np.ones(20), draws=20) == 0.0
