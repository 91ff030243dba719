"""How good a ranking or a set of probabilities is."""

import numpy as np

from triage.judging.arrays import Flags, Scores


def average_precision(scores: Scores, wanted: Flags) -> float:
    """The mean precision at the places of the wanted in the ranking (1 is perfect; NaN if none is wanted)."""
    if not wanted.any():
        return float("nan")
    hits = wanted[np.argsort(-scores, kind="stable")]
    places = np.flatnonzero(hits) + 1
    return float(np.mean(np.arange(1, len(places) + 1) / places))


def read_share(scores: Scores, wanted: Flags, recall: float) -> float:
    """The share of the ranking, from its top, that must be read to meet this share of the wanted (NaN if none is)."""
    if not wanted.any():
        return float("nan")
    places = np.flatnonzero(wanted[np.argsort(-scores, kind="stable")]) + 1
    needed = int(np.ceil(recall * len(places) - 1e-9))
    return float(places[max(needed, 1) - 1] / len(scores))


def calibration_error(confidence: Scores, right: Flags, bins: int = 10) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy over `bins` equal bins of confidence,
    weighted by how many fall in each (Guo et al. 2017, "On Calibration of Modern Neural Networks", eq. 3)."""
    if len(confidence) == 0:
        return float("nan")
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(float(confidence[place == b].mean()) - float(right[place == b].mean())) * float((place == b).mean())
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def expected_error(confidence: Scores, bins: int = 10, draws: int = 1000) -> float:
    """The calibration error that chance alone gives so many papers if every confidence were exactly true: the mean over
    simulated outcomes, always the same ones. A smaller error cannot be distinguished from this."""
    dice = np.random.default_rng(0)
    outcomes = dice.random((draws, len(confidence))) < confidence
    return float(np.mean([calibration_error(confidence, right, bins) for right in outcomes]))
