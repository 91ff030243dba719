"""From scores to probabilities that mean what they say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from triage.judging.measure import Scores

Matrix = NDArray[np.float64]


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
    handful of papers from certainty: sharpness about 8 (ridge scores span about 1), habit about 0.
    """
    share = weights / max(float(weights.mean()), 1e-12)

    def loss(values: NDArray[np.float64]) -> float:
        temper = Temper(float(np.exp(values[0])), float(values[1]))
        hit = (chances(scores, prior, temper) * right).sum(axis=1)
        return float(-(share * np.log(np.maximum(hit, 1e-12))).sum() + (values[0] - 2) ** 2 / 2 + 2 * values[1] ** 2)

    best = minimize(loss, np.array([2.0, 0.0]), method="Nelder-Mead", options={"xatol": 0.02, "fatol": 0.01})
    return Temper(float(np.exp(best.x[0])), float(best.x[1]))


@dataclass(frozen=True, slots=True)
class Curve:
    """Log-odds of being wanted as a straight line over a score."""

    slope: float
    offset: float

    def chance(self, scores: Scores) -> Scores:
        """Probabilities, 0 to 1."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.slope * scores + self.offset, -30, 30))))


def fit_curve(wanted: Scores, weights: Scores, background: Scores) -> Curve:
    """The probability of being wanted by score, from held-out wanted scores and an unlabelled background.

    A balanced logistic fit gives the density ratio; the share of wanted papers in the background then follows by
    expectation maximisation (Saerens, Latinne & Decaestecker 2002), as nobody labelled the background.
    """
    if len(wanted) == 0 or len(background) == 0:
        return Curve(1.0, 0.0)
    middle = float((np.average(wanted, weights=weights) + background.mean()) / 2)
    spread = max(float(np.concatenate([wanted, background]).std()), 1e-9)
    share = weights / weights.sum()

    def loss(values: NDArray[np.float64]) -> float:
        slope, offset = np.exp(values[0]), values[1]
        inside = slope * (wanted - middle) / spread + offset
        outside = slope * (background - middle) / spread + offset
        fit = (share * np.logaddexp(0, -inside)).sum() + np.logaddexp(0, outside).mean()
        return float(fit + 0.01 * values[0] ** 2)

    best = minimize(loss, np.array([0.0, 0.0]), method="Nelder-Mead", options={"xatol": 0.01, "fatol": 1e-4})
    slope = float(np.exp(best.x[0])) / spread
    offset = float(best.x[1]) - slope * middle
    return Curve(slope, offset + _log_odds_of_wanted(slope * background + offset))


def _log_odds_of_wanted(log_ratio: Scores, rounds: int = 200) -> float:
    odds, least = -4.0, float(np.log(1 / (len(log_ratio) + 1)))
    for _ in range(rounds):
        share = float((1 / (1 + np.exp(-np.clip(log_ratio + odds, -30, 30)))).mean())
        renewed = max(float(np.log(share / (1 - share + 1e-12))), least)
        if abs(renewed - odds) < 1e-4:
            return renewed
        odds = renewed
    return odds
