"""Whether no section fits: how often the list opens a new one, and how strange the paper is to what it holds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Novelty:
    """`usual` are the listed papers' own mean likenesses to their nearest others, ascending; `rate` how likely a next
    paper opens a section; `known` how many examples there are."""

    usual: tuple[float, ...]
    rate: float
    known: int

    def chance(self, alike: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability that no section fits, by likeness to every example (shape (papers, examples)).

        The share of listed papers that are at least as strange is a p-value; -1/(e p ln p) bounds the evidence that it
        can bring against "one of us" (Sellke, Bayarri & Berger 2001).
        """
        if not self.usual:
            return np.zeros(len(alike))
        below = np.searchsorted(np.array(self.usual), _nearest(alike), side="right")
        p = (below + 1) / (len(self.usual) + 1)
        bound = np.where(p < 1 / np.e, -1 / (np.e * p * np.log(np.minimum(p, 0.99))), 1.0)
        return np.asarray(self.rate * bound / (self.rate * bound + 1 - self.rate))


def learn_novelty(alike: NDArray[np.float64], right: NDArray[np.bool_]) -> Novelty:
    """From the examples' likeness to each other and their sections (shapes (examples, examples), (examples, sections)).

    The share of papers that are alone in their section estimates how likely the next opens one (Good & Turing).
    """
    count = len(alike)
    if count < 2:
        return Novelty((), 0.0, count)
    others = alike.copy()
    np.fill_diagonal(others, -np.inf)
    alone = int((right.sum(axis=0) == 1).sum())
    rate = min((alone + 0.5) / (count + 1), 0.5)
    return Novelty(tuple(float(x) for x in np.sort(_nearest(others))), rate, count)


def _nearest(alike: NDArray[np.float64]) -> NDArray[np.float64]:
    kept = min(NEAREST, max(alike.shape[1] - 1, 1))
    return np.asarray(np.sort(alike, axis=1)[:, -kept:].mean(axis=1))
