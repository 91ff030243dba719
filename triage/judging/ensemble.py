"""The ensemble that separates wanted papers from a background: out-of-fold scores, combined as p-values.

Each member is a logistic regression on features of its own. It is trained in folds, so that every paper gets a score
from a model that did not learn from it (the out-of-fold scores of stacking, Wolpert 1992). A score becomes an empirical
p-value among the background's, and the members' p-values are combined by Fisher's method with fixed weights (Good
1955).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from triage.judging.arrays import Flags, Scores
from triage.protocols import Vectors

FOLDS = 3

VECTOR_LENGTH = 1.5
"""Length of a text's vector next to its tf-idf row of length 1: vectors have fewer columns, which say more each."""

INVERSE_REGULARISATION = 3.0
"""The C of logistic regression: 1 ranks 2 points of average precision worse, 10 no better, over eight splits of seven
lists."""

PROBABLY_WANTED = 0.5
"""From this probability on a paper of the background does not count as background."""

MOST_PROBABLE = 0.999
"""No paper of the background is left out altogether, however probably it is wanted."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """What the members learn from. `examples` and `background` hold a feature matrix for each member, of shape
    (n_samples, n_features). Those of the background are its `papers`, followed by the bare titles of the first few of
    them. `wanted`, `weights` and `title_only` (no abstract is known) are of the examples."""

    examples: tuple[Any, ...]
    background: tuple[Any, ...]
    wanted: Flags
    weights: Scores
    title_only: Flags
    papers: int

    @property
    def titles(self) -> int:
        """How many of the background's bare titles follow its papers."""
        return int(self.background[0].shape[0]) - self.papers

    def first_member(self) -> "TrainingSet":
        """The training set of the first member alone."""
        return replace(self, examples=self.examples[:1], background=self.background[:1])


@dataclass(frozen=True, slots=True)
class OutOfFoldScores:
    """`models` by fold, one for each member; and each member's scores of the `examples` and of the `background`, by
    the model of the fold that did not learn from them."""

    models: tuple[tuple[Any, ...], ...]
    examples: tuple[Scores, ...]
    background: tuple[Scores, ...]


@dataclass(frozen=True, slots=True)
class BackgroundDistribution:
    """How a member scores the background: `scores`, ascending."""

    scores: Scores

    def minus_log_p(self, scores: Scores) -> Scores:
        """Minus the natural logarithm of each score's empirical p-value: the share of the background that scores at
        least as high. Interpolated between the background's scores, extended in a straight line above the highest."""
        count = len(self.scores)
        if count < 2:
            return scores
        heights = -np.log((count - np.arange(count)) / (count + 1))
        first = int(count * 0.95)
        slope = (heights[-1] - heights[first]) / max(self.scores[-1] - self.scores[first], 1e-9)
        above = np.maximum(scores - self.scores[-1], 0.0)
        return np.asarray(np.interp(scores, self.scores, heights) + above * slope)


def cross_validate(training: TrainingSet, probably_wanted: Scores) -> OutOfFoldScores:
    """Trains every member on all folds but one, in turn. `probably_wanted` is the probability that each paper of the
    background is wanted itself: the higher, the less it counts as unwanted (Elkan & Noto 2008)."""
    example_folds = np.arange(len(training.wanted)) % FOLDS
    background_folds = np.concatenate([np.arange(training.papers), np.arange(training.titles)]) % FOLDS
    unwanted = 1 - np.minimum(np.concatenate([probably_wanted, probably_wanted[: training.titles]]), MOST_PROBABLE)
    example_scores = tuple(np.zeros(len(example_folds)) for _ in training.examples)
    background_scores = tuple(np.zeros(len(background_folds)) for _ in training.background)
    models = []
    for fold in range(FOLDS):
        in_fold, background_in_fold = example_folds == fold, background_folds == fold
        learned = training_rows(in_fold, training.wanted)
        background_learned = training_rows(background_in_fold, np.ones(len(background_folds), dtype=bool))
        labels = np.concatenate([training.wanted[learned], np.zeros(int(background_learned.sum()), dtype=bool)])
        weights = np.concatenate([training.weights[learned], unwanted[background_learned]])
        members = []
        for member, (examples, background) in enumerate(zip(training.examples, training.background, strict=True)):
            model = _fit(vstack([examples[learned], background[background_learned]]).tocsr(), labels, weights)
            for scores, held_out, rows in (
                (example_scores[member], in_fold, examples),
                (background_scores[member], background_in_fold, background),
            ):
                if held_out.any():
                    scores[held_out] = model.decision_function(rows[held_out])
            members.append(model)
        models.append(tuple(members))
    return OutOfFoldScores(tuple(models), example_scores, background_scores)


def combine_out_of_fold(
    training: TrainingSet,
    shares: Sequence[float],
    examples: Sequence[Scores],
    background: Sequence[Scores],
    probably_wanted: Scores,
) -> tuple[tuple[BackgroundDistribution, ...], Scores, Scores]:
    """Each member's distribution over the background, and the combined scores of the examples and of the background's
    papers. Papers of the background that are probably wanted are left out of the distributions."""
    papers = [scores[: training.papers] for scores in background]
    unwanted = _or_all(probably_wanted < PROBABLY_WANTED)
    distributions = tuple(BackgroundDistribution(np.sort(scores[unwanted])) for scores in papers)
    combined = combine(shares, distributions, examples)
    if training.titles:
        # A bare title is compared with bare titles: its few words weigh more, for good or ill.
        few = _or_all(unwanted[: training.titles])
        titles = [BackgroundDistribution(np.sort(scores[training.papers :][few])) for scores in background]
        combined = np.where(training.title_only, combine(shares, titles, examples), combined)
    return distributions, combined, combine(shares, distributions, papers)


def combine(
    shares: Sequence[float], distributions: Sequence[BackgroundDistribution], scores: Sequence[Scores]
) -> Scores:
    """The members' scores, of shape (n_samples,) each, as one: Fisher's sum of minus log p-values, every member with
    its share (Good 1955)."""
    parts = [s * known.minus_log_p(raw) for s, known, raw in zip(shares, distributions, scores, strict=True)]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def training_rows(held_out: Flags, needed: Flags) -> Flags:
    """All rows that are not held out, or all of them where none of the needed would be left to learn from."""
    return ~held_out if (needed & ~held_out).any() else np.ones(len(held_out), dtype=bool)


def vectors_and_words(vectors: Vectors, words: Any) -> Any:
    """Rows of vectors and tf-idf side by side."""
    return hstack([csr_matrix(vectors * np.float32(VECTOR_LENGTH)), words]).tocsr()


@dataclass(frozen=True, slots=True)
class _NoFeatures:
    """Stands for a logistic regression where the texts have no term in common: every score is 0."""

    coef_: NDArray[np.float64]

    def decision_function(self, rows: Any) -> Scores:
        return np.zeros(rows.shape[0])


def _fit(rows: Any, labels: Flags, weights: Scores) -> Any:
    """Logistic regression in which wanted and unwanted have the same total weight."""
    if not rows.shape[1]:
        return _NoFeatures(np.zeros((1, 0)))
    balanced = weights.copy()
    for side in (labels, ~labels):
        balanced[side] *= len(labels) / (2 * balanced[side].sum())
    return LogisticRegression(C=INVERSE_REGULARISATION, max_iter=60, tol=1e-3).fit(rows, labels, balanced)


def _or_all(chosen: Flags) -> Flags:
    """The chosen, or all where none is."""
    return chosen if chosen.any() else np.ones(len(chosen), dtype=bool)
