"""From scores to figures that mean the same on every list: relevance, the queue's threshold, section probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from triage.judging.arrays import Flags, Matrix, Rows, Scores, logistic, weighted_quantile
from triage.judging.examples import Example
from triage.models import HeldOut

RECALL = 0.95
"""The share of the wanted that the queue is meant to hold."""

QUEUED = 0.5
"""The relevance from which a paper is queued."""

TYPICAL = 0.9
"""The relevance of the list's typical entry, seen as a watched paper would be."""

SET_ASIDE = 0.05
"""The relevance of the typical paper that is set aside."""

SMALLEST_GAP = 0.1
"""The scale's marks lie at least this far from the threshold (in nats): smaller differences mean nothing."""

LOG_SHARPNESS, PRIOR_WEIGHT = 2.0, 0.15
"""The temperature expected before any paper is seen: the logarithm of its sharpness (ridge scores span about 1), and a
small weight of the prior, which decides where the scores are even."""

_PARTS = 10


@dataclass(frozen=True, slots=True)
class RelevanceScale:
    """Relevance from 0 to 1 by three marks: TYPICAL is the list's typical entry (the median, as a watched paper would
    be seen), one half is the queue's threshold, SET_ASIDE the typical paper that is set aside; in log odds, straight
    lines between (`below` and `above` are their slopes).

    It is not a probability: how rare wanted papers are depends on the query, not on the paper, and nobody labels what a
    list left out. So a wider query moves relevance no more than it moves the three marks.
    """

    threshold: float
    below: float
    above: float

    def relevance(self, scores: Scores) -> Scores:
        """Relevance of scores, 0 to 1, shape (n_samples,); from one half on a paper is queued."""
        if not np.isfinite(self.threshold):
            return np.full(len(scores), QUEUED)
        beyond = scores - self.threshold
        return logistic(np.where(beyond >= 0, self.above, self.below) * beyond)


def fit_scale(wanted: Scores, weights: Scores, background: Scores, threshold: float) -> RelevanceScale:
    """The scale of held-out wanted scores with their weights, the background's scores and the queue's threshold."""
    aside = background[background < threshold]
    typical = weighted_quantile(wanted, weights, 0.5) if len(wanted) else threshold
    return RelevanceScale(
        threshold=threshold,
        below=_log_odds(1 - SET_ASIDE) / max(threshold - float(np.median(aside)), SMALLEST_GAP) if len(aside) else 1.0,
        above=_log_odds(TYPICAL) / max(typical - threshold, SMALLEST_GAP) if len(wanted) else 1.0,
    )


def queue_threshold(wanted: Scores, weights: Scores, recall: float = RECALL) -> float:
    """The highest threshold that keeps this weighted share of held-out wanted scores; minus infinity if there are none,
    since then nothing is known and everything is read."""
    if len(wanted) == 0:
        return float("-inf")
    return weighted_quantile(wanted, weights, 1 - recall)


def evaluate_queue(scores: Scores, weights: Scores, rows: Rows, examples: Sequence[Example]) -> HeldOut:
    """What the queue would have done with the wanted `examples` at these `rows`: the held-out scores of each tenth
    are compared with the threshold that the others give (ten-fold cross-validation). An example with several scores
    counts by how many lie below."""
    below = np.zeros(len(scores))
    for part in range(_PARTS):
        held_out = rows % _PARTS == part
        if held_out.any() and not held_out.all():
            below[held_out] = scores[held_out] < queue_threshold(scores[~held_out], weights[~held_out])
    tried = np.unique(rows)
    times = np.bincount(rows, minlength=len(examples))
    shares = np.bincount(rows, weights=below, minlength=len(examples)) / np.maximum(times, 1)
    decided = np.array([examples[row].decided for row in tried], dtype=bool)
    entries, accepted = tried[~decided], tried[decided]
    return HeldOut(
        len(entries), round(float(shares[entries].sum())), len(accepted), round(float(shares[accepted].sum()))
    )


@dataclass(frozen=True, slots=True)
class Temperature:
    """Temperature scaling: `sharpness` is the inverse temperature, `prior` the weight of the log prior (how often a
    section was used of late)."""

    sharpness: float
    prior: float

    def probabilities(self, scores: Matrix, log_prior: Scores) -> Matrix:
        """Softmax of scores, shape (n_samples, n_classes), with the classes' log prior; rows sum to 1."""
        logits = scores * self.sharpness + log_prior * self.prior
        spread = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(spread / spread.sum(axis=1, keepdims=True))


def fit_temperature(scores: Matrix, right: Flags, log_prior: Scores, weights: Scores) -> Temperature:
    """The temperature under which held-out scores make the right classes likeliest (Guo et al. 2017, section 4.2).

    `scores` and `right` have shape (n_samples, n_classes), `weights` (n_samples,); a row may have several right
    classes. A mild prior keeps a handful of papers from certainty.
    """
    share = weights / max(float(weights.mean()), 1e-12)

    def loss(values: NDArray[np.float64]) -> float:
        temperature = Temperature(float(np.exp(values[0])), float(values[1]))
        hit = (temperature.probabilities(scores, log_prior) * right).sum(axis=1)
        penalty = (values[0] - LOG_SHARPNESS) ** 2 / 2 + 10 * (values[1] - PRIOR_WEIGHT) ** 2
        return float(-(share * np.log(np.maximum(hit, 1e-12))).sum() + penalty)

    start = np.array([LOG_SHARPNESS, PRIOR_WEIGHT])
    simplex = start + np.array([[0.0, 0.0], [0.5, 0.0], [0.0, 0.3]])
    options = {"initial_simplex": simplex, "xatol": 0.02, "fatol": 0.01}
    best = minimize(loss, start, method="Nelder-Mead", options=options)
    return Temperature(float(np.exp(best.x[0])), float(best.x[1]))


def _log_odds(chance: float) -> float:
    return float(np.log(chance / (1 - chance)))
