"""Which papers a person is asked to read."""

from triage.judging.measure import Scores, weighted_quantile

RECALL = 0.95

QUEUED = 0.5
"""The relevance from which a paper is queued."""

TYPICAL = 0.9
"""The relevance of the list's typical entry, seen as a watched paper would be."""

ASIDE = 0.05
"""The relevance of the typical paper that is set aside."""


def choose_cut(wanted: Scores, weights: Scores, recall: float = RECALL) -> float:
    """The highest threshold that keeps this weighted share of held-out wanted scores; minus infinity if there are none,
    since then nothing is known and everything is read."""
    if len(wanted) == 0:
        return float("-inf")
    return weighted_quantile(wanted, weights, 1 - recall)
