"""Which papers a person is asked to read, and what of the wanted that leaves out.

From scores to probabilities that mean what they say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from triage.judging.examples import Example
from triage.judging.measure import Places, Scores, weighted_quantile
from triage.models import HeldOut

RECALL = 0.95

QUEUED = 0.5
"""The relevance from which a paper is queued."""

TYPICAL = 0.9
"""The relevance of the list's typical entry, seen as a watched paper would be."""

_PARTS = 10

ASIDE = 0.05
"""The relevance of the typical paper that is set aside."""


def choose_cut(wanted: Scores, weights: Scores, recall: float = RECALL) -> float:
    """The highest threshold that keeps this weighted share of held-out wanted scores; minus infinity if there are none,
    since then nothing is known and everything is read."""
    if len(wanted) == 0:
        return float("-inf")
    return weighted_quantile(wanted, weights, 1 - recall)


def try_queue(scores: Scores, weights: Scores, places: Places, examples: Sequence[Example]) -> HeldOut:
    """What the queue would have done with the wanted `examples` at these `places`: the held-out scores of each tenth
    are compared with the cut that the others give. An example with several scores counts by how many lie below."""
    below = np.zeros(len(scores))
    for part in range(_PARTS):
        held = places % _PARTS == part
        if held.any() and not held.all():
            below[held] = scores[held] < choose_cut(scores[~held], weights[~held])
    tried = np.unique(places)
    times = np.bincount(places, minlength=len(examples))
    shares = np.bincount(places, weights=below, minlength=len(examples)) / np.maximum(times, 1)
    decided = np.array([examples[place].decided for place in tried], dtype=bool)
    ours, theirs = tried[~decided], tried[decided]
    return HeldOut(len(ours), round(float(shares[ours].sum())), len(theirs), round(float(shares[theirs].sum())))


Matrix = NDArray[np.float64]

SHARP, HABIT = 2.0, 0.15
"""What is expected of a temper before any paper speaks: the logarithm of its sharpness (ridge scores span about 1), and
a little habit, which settles what the scores leave open."""

LEAST = 0.1
"""Scores nearer than this (in nats) are not told apart: no mark of the scale lies nearer to the cut."""


@dataclass(frozen=True, slots=True)
class Temper:
    """How sharp scores are and how much is left to how often a section was used of late."""

    sharpness: float
    habit: float


def chances(scores: Matrix, prior: Matrix, temper: Temper) -> Matrix:
    """Rows of probabilities from rows of scores and the columns' log prior."""
    logits = scores * temper.sharpness + prior * temper.habit
    spread = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(spread / spread.sum(axis=1, keepdims=True))


def fit_temper(scores: Matrix, right: NDArray[np.bool_], prior: Matrix, weights: Scores) -> Temper:
    """The temper under which held-out scores make the right columns likeliest (temperature scaling, Guo et al. 2017).

    `scores` and `right` have shape (papers, columns); a row may have several right columns. A mild prior keeps a
    handful of papers from certainty.
    """
    share = weights / max(float(weights.mean()), 1e-12)

    def loss(values: NDArray[np.float64]) -> float:
        temper = Temper(float(np.exp(values[0])), float(values[1]))
        hit = (chances(scores, prior, temper) * right).sum(axis=1)
        doubt = (values[0] - SHARP) ** 2 / 2 + 10 * (values[1] - HABIT) ** 2
        return float(-(share * np.log(np.maximum(hit, 1e-12))).sum() + doubt)

    start = np.array([SHARP, HABIT])
    simplex = start + np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.3]])
    steps = {"initial_simplex": simplex, "xatol": 0.02, "fatol": 0.01}
    best = minimize(loss, start, method="Nelder-Mead", options=steps)
    return Temper(float(np.exp(best.x[0])), float(best.x[1]))


@dataclass(frozen=True, slots=True)
class Scale:
    """Relevance from 0 to 1 by three marks: TYPICAL is the list's typical entry (the median, as a watched paper would
    be seen), one half is the queue's cut, ASIDE the typical paper that is set aside; straight in log-odds between.

    It depends on how many papers are watched no more than its three marks do. It is no share of what is watched: how
    rare wanted papers are is a fact of the query, not of the paper, and nobody labels what a list left out.
    """

    cut: float
    below: float
    above: float

    def relevance(self, scores: Scores) -> Scores:
        """Relevance of scores, 0 to 1; from one half on a paper is queued."""
        if not np.isfinite(self.cut):
            return np.full(len(scores), QUEUED)
        beyond = scores - self.cut
        logits = np.where(beyond >= 0, self.above, self.below) * beyond
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def learn_scale(wanted: Scores, weights: Scores, background: Scores, cut: float) -> Scale:
    """The scale of held-out wanted scores with their weights, the background's scores and the queue's cut."""
    aside = background[background < cut]
    typical = weighted_quantile(wanted, weights, 0.5) if len(wanted) else cut
    return Scale(
        cut=cut,
        below=_log_odds(1 - ASIDE) / max(cut - float(np.median(aside)), LEAST) if len(aside) else 1.0,
        above=_log_odds(TYPICAL) / max(typical - cut, LEAST) if len(wanted) else 1.0,
    )


def _log_odds(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))
