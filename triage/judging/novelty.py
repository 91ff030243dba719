"""Whether no section fits: how often the list opened one, and how weakly the best section speaks for a paper.

What a paper of a section unknown so far looks like is learned from the list itself: each section is taken away in turn
with all its papers, and the others are asked about them. Ridge regression answers that without learning anew.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Matrix = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_RATE = 0.05
"""How likely a next paper opens a section where the list alone would say less: of some 350 papers that were added to
eight lists one in 25 went into a section that was not there before, and more of those of young lists."""

MOST_RATE = 0.5


@dataclass(frozen=True, slots=True)
class Novelty:
    """`slope` and `offset` turn the best section's score into the logarithm of how much likelier it is where the right
    section is missing than where it is there; `rate` is how likely that is beforehand."""

    slope: float
    offset: float
    rate: float

    def chance(self, scores: Matrix) -> Matrix:
        """Probability that no section fits, by the sections' scores (shape (papers, sections))."""
        if not self.rate:
            return np.zeros(len(scores))
        logits = self.offset + self.slope * scores.max(axis=1) + np.log(self.rate / (1 - self.rate))
        return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


NEVER = Novelty(0.0, 0.0, 0.0)
"""Where there is nothing to choose from."""


def learn_novelty(inverse: Matrix, answers: Matrix, left_out: Matrix, truth: Matrix, counted: Flags) -> Novelty:
    """From the solved regression of section membership: the inverse (shape (rows, rows)), its answers, what it answers
    for each row without it, and the truth (all of shape (rows, sections)). The first rows are papers, of which
    `counted` says whether they are looked at; the last rows are the sections' names, in order.

    Among n papers each section had a first one, but sections get rarer as a list grows: half as often as that the next
    paper opens one (the predictive rule of Pitman & Yor 1997, discount one half).
    """
    papers = truth.shape[0] - truth.shape[1]
    right = truth[:papers] > 0
    rate = float(np.clip(0.5 * (right.any(axis=0).sum() + 1) / (papers + 1), LEAST_RATE, MOST_RATE))
    single = counted & (right.sum(axis=1) == 1)
    if not single.any():
        return Novelty(0.0, 0.0, rate)
    there = left_out[:papers][single].max(axis=1)
    missing, shares = _without_their_section(inverse, answers, truth, single)
    if not len(missing):
        return Novelty(0.0, 0.0, rate)
    slope, offset = _fit(there, missing, shares)
    return Novelty(slope, offset, rate)


def _without_their_section(inverse: Matrix, answers: Matrix, truth: Matrix, single: Flags) -> tuple[Matrix, Matrix]:
    """The best score that papers get when their section and all that stands in it alone is gone (Rifkin & Lippert 2007,
    leaving out many rows at once), and how much each counts: every section the same."""
    papers, sections = truth.shape[0] - truth.shape[1], truth.shape[1]
    alone = (truth[:papers] > 0).sum(axis=1) == 1
    best, shares = [], []
    for section in range(sections):
        gone = np.flatnonzero(alone & (truth[:papers, section] > 0))
        asked = single[gone]
        # A section that is most of the list is the list: no other stands for what would be left without it.
        if not asked.any() or len(gone) > papers / 2:
            continue
        rows = np.append(gone, papers + section)
        left_out = truth[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], answers[rows])
        best.append(np.delete(left_out[:-1][asked], section, axis=1).max(axis=1))
        shares.append(np.full(int(asked.sum()), 1 / asked.sum()))
    return (np.concatenate(best), np.concatenate(shares)) if best else (np.zeros(0), np.zeros(0))


def _fit(there: Matrix, missing: Matrix, shares: Matrix) -> tuple[float, float]:
    """Slope and offset of a logistic regression of "missing" on the best score, both sides weighing the same. Its
    penalty keeps a handful of papers from certainty; a higher score never speaks for missing."""
    scores = np.concatenate([there, missing])
    middle, width = float(scores.mean()), max(float(scores.std()), 1e-6)
    labels = np.concatenate([np.zeros(len(there)), np.ones(len(missing))])
    weights = np.concatenate([np.full(len(there), 1 / len(there)), shares / shares.sum()]) * len(scores) / 2
    model = LogisticRegression().fit(((scores - middle) / width)[:, None], labels, weights)
    slope = min(float(model.coef_[0, 0]), 0.0) / width
    return slope, float(model.intercept_[0]) - slope * middle if slope else 0.0
