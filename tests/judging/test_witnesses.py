"""Models that learn in folds, and how rare a score is."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from triage.judging.ensemble import Bench, Tail, all_but, hear, stand, together

DICE = np.random.default_rng(3)


def bench(hidden: int = 0) -> Bench:
    """Thirty wanted papers on one side of a plane, ninety of the background on the other; `hidden` of these, the first
    ones, are wanted in truth."""
    inside = DICE.normal(1.0, 0.5, (30, 4))
    outside = DICE.normal(-1.0, 0.5, (90, 4))
    outside[:hidden] = DICE.normal(1.0, 0.5, (hidden, 4))
    flags = np.ones(30, dtype=bool)
    return Bench((csr_matrix(inside),), (csr_matrix(outside),), flags, np.ones(30), ~flags, 90)


def test_rarity_is_the_logarithm_of_the_share_above() -> None:
    tail = Tail(np.arange(100.0))
    assert tail.rarity(np.array([0.0, 50.0])) == pytest.approx([np.log(101 / 100), np.log(101 / 50)])
    beyond = tail.rarity(np.array([99.0, 109.0, 119.0]))
    assert beyond[1] - beyond[0] == pytest.approx(beyond[2] - beyond[1]) and beyond[1] > beyond[0]


def test_one_score_of_a_background_tells_no_tail() -> None:
    assert list(Tail(np.array([2.0])).rarity(np.array([1.0, 3.0]))) == [1.0, 3.0]


def test_what_was_held_out_is_told_apart() -> None:
    made = bench()
    heard = hear(made, np.zeros(90))
    _, held_out, others = stand(made, (1.0,), heard.own, heard.others, np.zeros(90))
    assert held_out.min() > np.quantile(others, 0.95)


def test_a_paper_that_is_likely_wanted_pulls_less_to_the_other_side() -> None:
    made = bench(hidden=30)
    plain, softened = hear(made, np.zeros(90)), hear(made, np.concatenate([np.full(30, 0.9), np.zeros(60)]))
    assert softened.others[0][:30].mean() > plain.others[0][:30].mean() + 0.5


def test_all_of_a_background_may_be_likely_wanted() -> None:
    heard = hear(bench(), np.ones(90))
    assert np.isfinite(heard.own[0]).all() and np.isfinite(heard.others[0]).all()


def test_rows_without_columns_say_nothing() -> None:
    made = bench()
    empty = Bench((csr_matrix((30, 0)),), (csr_matrix((90, 0)),), made.wanted, made.weights, made.bare, 90)
    heard = hear(empty, np.zeros(90))
    assert not heard.own[0].any() and heard.models[0][0].coef_.shape == (1, 0)


def test_a_bare_title_is_compared_with_titles() -> None:
    flags = np.ones(4, dtype=bool)
    bare = np.array([True, True, False, False])
    made = Bench((csr_matrix((4, 1)),), (csr_matrix((150, 1)),), flags, np.ones(4), bare, 100)
    scores = np.concatenate([np.arange(100.0), np.arange(50.0) / 10])
    _, held_out, _ = stand(made, (1.0,), (np.full(4, 4.0),), (scores,), np.zeros(100))
    assert held_out[0] == held_out[1] > 1.5
    assert held_out[2] == held_out[3] < 0.1


def test_shares_weigh_the_witnesses() -> None:
    tails = (Tail(np.arange(10.0)), Tail(np.arange(10.0)))
    one, other = np.array([9.0]), np.array([0.0])
    assert together((1.0, 0.0), tails, (one, other)) == pytest.approx(tails[0].rarity(one))


def test_nothing_is_held_out_that_all_depends_on() -> None:
    needed = np.array([True, False, False])
    assert all_but(np.array([True, False, False]), needed).all()
    assert list(all_but(np.array([False, True, False]), needed)) == [True, False, True]
