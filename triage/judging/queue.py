"""Which papers a person is asked to read, and what of the wanted that leaves out."""

from collections.abc import Sequence

import numpy as np

from triage.judging.evidence import Example
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
