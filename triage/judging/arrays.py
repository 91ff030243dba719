"""The arrays of this folder, and what several of its models compute with them."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
"""Shape (n_samples,)."""

Matrix = NDArray[np.float64]
"""Two dimensions, in the order that its docstring names."""

Flags = NDArray[np.bool_]

Rows = NDArray[np.intp]
"""Row numbers of another array."""


def logistic(log_odds: Matrix) -> Matrix:
    """Log odds as probabilities; beyond ±30 they are cut, so that nothing overflows."""
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def weighted_quantile(scores: Scores, weights: Scores, share: float) -> float:
    """The lowest score that no more than this share of the weight lies below. Raises IndexError without scores."""
    order = np.argsort(scores)
    below = np.cumsum(weights[order]) / weights.sum()
    return float(scores[order][min(int(np.searchsorted(below, share, side="right")), len(scores) - 1)])


def weighted_quantiles(scores: Scores, weights: Scores, count: int) -> Scores:
    """`count` equally likely values, ascending, that stand for the weighted scores: the middle of each part."""
    levels = (np.arange(count) + 0.5) / count
    return np.array([weighted_quantile(scores, weights, float(level)) for level in levels])
