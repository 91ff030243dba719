"""Which papers a person is asked to read."""

from dataclasses import dataclass

import numpy as np

from triage.judging.measure import Scores

RECALL = 0.95


@dataclass(frozen=True, slots=True)
class Cut:
    """A threshold on relevance and the share of the wanted that is expected above it."""

    threshold: float
    recall: float


def choose_cut(wanted: Scores, recall: float = RECALL) -> Cut:
    """The highest threshold that keeps this share of held-out wanted scores and what is likelier wanted than not."""
    if len(wanted) == 0:
        return Cut(0.0, 1.0)
    ordered = np.sort(wanted)
    dropped = int(np.floor((1 - recall) * len(ordered) + 1e-9))
    return Cut(min(float(ordered[dropped]), 0.0), float((len(ordered) - dropped) / len(ordered)))
