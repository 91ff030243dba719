"""Out-of-fold scores, empirical p-values, and their combination."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from triage.judging.ensemble import (
    BackgroundDistribution,
    TrainingSet,
    combine,
    combine_out_of_fold,
    cross_validate,
    training_rows,
)

DICE = np.random.default_rng(3)


def training_set(hidden: int = 0) -> TrainingSet:
    """Thirty wanted papers on one side of a plane, ninety of the background on the other; `hidden` of these, the first
    ones, are wanted in truth."""
    inside = DICE.normal(1.0, 0.5, (30, 4))
    outside = DICE.normal(-1.0, 0.5, (90, 4))
    outside[:hidden] = DICE.normal(1.0, 0.5, (hidden, 4))
    flags = np.ones(30, dtype=bool)
    return TrainingSet((csr_matrix(inside),), (csr_matrix(outside),), flags, np.ones(30), ~flags, 90)


def test_a_score_is_minus_the_logarithm_of_its_empirical_p_value() -> None:
    known = BackgroundDistribution(np.arange(100.0))
    assert known.minus_log_p(np.array([0.0, 50.0])) == pytest.approx([np.log(101 / 100), np.log(101 / 50)])
    beyond = known.minus_log_p(np.array([99.0, 109.0, 119.0]))
    assert beyond[1] - beyond[0] == pytest.approx(beyond[2] - beyond[1]) and beyond[1] > beyond[0]


def test_one_score_of_a_background_is_no_distribution() -> None:
    assert list(BackgroundDistribution(np.array([2.0])).minus_log_p(np.array([1.0, 3.0]))) == [1.0, 3.0]


def test_held_out_examples_score_above_the_background() -> None:
    made = training_set()
    scores = cross_validate(made, np.zeros(90))
    _, held_out, others = combine_out_of_fold(made, (1.0,), scores.examples, scores.background, np.zeros(90))
    assert held_out.min() > np.quantile(others, 0.95)


def test_a_probably_wanted_paper_counts_less_as_unwanted() -> None:
    made = training_set(hidden=30)
    plain, softened = (
        cross_validate(made, np.zeros(90)),
        cross_validate(made, np.concatenate([np.full(30, 0.9), np.zeros(60)])),
    )
    assert softened.background[0][:30].mean() > plain.background[0][:30].mean() + 0.5


def test_all_of_a_background_may_be_probably_wanted() -> None:
    scores = cross_validate(training_set(), np.ones(90))
    assert np.isfinite(scores.examples[0]).all() and np.isfinite(scores.background[0]).all()


def test_without_features_every_score_is_zero() -> None:
    made = training_set()
    empty = TrainingSet((csr_matrix((30, 0)),), (csr_matrix((90, 0)),), made.wanted, made.weights, made.title_only, 90)
    scores = cross_validate(empty, np.zeros(90))
    assert not scores.examples[0].any() and scores.models[0][0].coef_.shape == (1, 0)


def test_a_bare_title_is_compared_with_titles() -> None:
    flags = np.ones(4, dtype=bool)
    title_only = np.array([True, True, False, False])
    made = TrainingSet((csr_matrix((4, 1)),), (csr_matrix((150, 1)),), flags, np.ones(4), title_only, 100)
    scores = np.concatenate([np.arange(100.0), np.arange(50.0) / 10])
    _, held_out, _ = combine_out_of_fold(made, (1.0,), (np.full(4, 4.0),), (scores,), np.zeros(100))
    assert held_out[0] == held_out[1] > 1.5
    assert held_out[2] == held_out[3] < 0.1


def test_shares_weigh_the_members() -> None:
    distributions = (BackgroundDistribution(np.arange(10.0)), BackgroundDistribution(np.arange(10.0)))
    one, other = np.array([9.0]), np.array([0.0])
    assert combine((1.0, 0.0), distributions, (one, other)) == pytest.approx(distributions[0].minus_log_p(one))


def test_the_only_wanted_example_is_always_learned_from() -> None:
    needed = np.array([True, False, False])
    assert training_rows(np.array([True, False, False]), needed).all()
    assert list(training_rows(np.array([False, True, False]), needed)) == [True, False, True]
