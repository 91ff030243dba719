"""Which papers a person is asked to read."""

import numpy as np

from triage.judging.measure import Scores

RECALL = 0.95


def choose_cut(wanted: Scores, weights: Scores, recall: float = RECALL) -> float:
    """The highest threshold that keeps this weighted share of held-out wanted scores; minus infinity if there are none,
    since then nothing is known and everything is read."""
    if len(wanted) == 0:
        return float("-inf")
    order = np.argsort(wanted)
    below = np.cumsum(weights[order]) / weights.sum()
    return float(wanted[order][int(np.searchsorted(below, 1 - recall, side="right"))])
