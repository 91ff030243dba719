"""The witnesses of relevance: models that learn wanted papers from a background, each heard only on what it did not
learn from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from triage.judging.measure import Flags, Scores
from triage.services import Vectors

FOLDS = 3

MEANING = 1.5
"""Length of a vector beside its unit row of words: vectors have fewer, surer columns."""

LOOSENESS = 3.0
"""How freely a model follows its examples (the C of logistic regression): 1 ranks 2 points of average precision worse,
10 no better, over eight splits of seven lists."""

EVEN = 0.5
"""A paper of the background is taken for wanted from this likelihood on."""

SURELY = 0.999
"""No paper of the background is taken out altogether, however likely it is wanted."""


@dataclass(frozen=True, slots=True)
class Tail:
    """Turns a score into minus the logarithm of the share of the background above it (a p-value, as Fisher's)."""

    scores: Scores

    def rarity(self, scores: Scores) -> Scores:
        """Between the background's scores by interpolation, beyond the highest in a straight line."""
        count = len(self.scores)
        if count < 2:
            return scores
        heights = -np.log((count - np.arange(count)) / (count + 1))
        first = int(count * 0.95)
        slope = (heights[-1] - heights[first]) / max(self.scores[-1] - self.scores[first], 1e-9)
        above = np.maximum(scores - self.scores[-1], 0.0)
        return np.asarray(np.interp(scores, self.scores, heights) + above * slope)


@dataclass(frozen=True, slots=True)
class Bench:
    """What the witnesses learn from. `inside` and `outside` hold a matrix for each witness: of the examples, and of the
    background's `papers` with the bare titles of the first few of them below. `wanted`, `weights` and `bare` (a title
    without an abstract) are of the examples."""

    inside: tuple[Any, ...]
    outside: tuple[Any, ...]
    wanted: Flags
    weights: Scores
    bare: Flags
    papers: int

    @property
    def titles(self) -> int:
        """How many of the background's bare titles stand below its papers."""
        return int(self.outside[0].shape[0]) - self.papers

    def first(self) -> "Bench":
        """With the first witness alone."""
        return replace(self, inside=self.inside[:1], outside=self.outside[:1])


@dataclass(frozen=True, slots=True)
class Heard:
    """`models` by fold, one for each witness, and what they say of what they did not learn from: of the examples
    (`own`) and of the background's papers and titles (`others`), by witness."""

    models: tuple[tuple[Any, ...], ...]
    own: tuple[Scores, ...]
    others: tuple[Scores, ...]


def hear(bench: Bench, likely: Scores) -> Heard:
    """Learns in folds. `likely` says how likely each paper of the background is wanted itself: it counts the less as
    unwanted."""
    folds_in = np.arange(len(bench.wanted)) % FOLDS
    folds_out = np.concatenate([np.arange(bench.papers), np.arange(bench.titles)]) % FOLDS
    counts = 1 - np.minimum(np.concatenate([likely, likely[: bench.titles]]), SURELY)
    own = tuple(np.zeros(len(folds_in)) for _ in bench.inside)
    others = tuple(np.zeros(len(folds_out)) for _ in bench.outside)
    models = []
    for fold in range(FOLDS):
        keep_in = all_but(folds_in == fold, bench.wanted)
        keep_out = all_but(folds_out == fold, np.ones(len(folds_out), dtype=bool))
        labels = np.concatenate([bench.wanted[keep_in], np.zeros(int(keep_out.sum()), dtype=bool)])
        shares = np.concatenate([bench.weights[keep_in], counts[keep_out]])
        learned = []
        for kind, (rows_in, rows_out) in enumerate(zip(bench.inside, bench.outside, strict=True)):
            model = _fit(vstack([rows_in[keep_in], rows_out[keep_out]]).tocsr(), labels, shares)
            for scores, held, rows in (
                (own[kind], folds_in == fold, rows_in),
                (others[kind], folds_out == fold, rows_out),
            ):
                if held.any():
                    scores[held] = model.decision_function(rows[held])
            learned.append(model)
        models.append(tuple(learned))
    return Heard(tuple(models), own, others)


def stand(
    bench: Bench, shares: Sequence[float], own: Sequence[Scores], others: Sequence[Scores], likely: Scores
) -> tuple[tuple[Tail, ...], Scores, Scores]:
    """The tail of each witness, and how rare the examples and the background's papers are by all of them together, each
    counting by its share. A paper of the background that is `likely` wanted is no measure of what is rare."""
    raw = [scores[: bench.papers] for scores in others]
    other = likely < EVEN if (likely < EVEN).any() else np.ones(bench.papers, dtype=bool)
    tails = tuple(Tail(np.sort(scores[other])) for scores in raw)
    held_out = together(shares, tails, own)
    if bench.titles:
        # A bare title is compared with bare titles: its few words all speak, for good or ill.
        few = other[: bench.titles] if other[: bench.titles].any() else np.ones(bench.titles, dtype=bool)
        among_titles = together(shares, [Tail(np.sort(scores[bench.papers :][few])) for scores in others], own)
        held_out = np.where(bench.bare, among_titles, held_out)
    return tails, held_out, together(shares, tails, raw)


def together(shares: Sequence[float], tails: Sequence[Tail], raw: Sequence[Scores]) -> Scores:
    """The witnesses' rarities, each counting by its share."""
    parts = [share * tail.rarity(scores) for share, tail, scores in zip(shares, tails, raw, strict=True)]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def all_but(held: Flags, needed: Flags) -> Flags:
    """All but the held-out, or all where nothing needed would be left to learn from."""
    return ~held if (needed & ~held).any() else np.ones(len(held), dtype=bool)


def join(vectors: Vectors, words: Any) -> Any:
    """Rows of meaning and words side by side."""
    return hstack([csr_matrix(vectors * np.float32(MEANING)), words]).tocsr()


@dataclass(frozen=True, slots=True)
class _Silent:
    """A model that says nothing, of texts without a word in common."""

    coef_: NDArray[np.float64]

    def decision_function(self, rows: Any) -> Scores:
        return np.zeros(rows.shape[0])


def _fit(rows: Any, labels: Flags, weights: Scores) -> Any:
    """Logistic regression in which wanted and unwanted weigh the same in all."""
    if not rows.shape[1]:
        return _Silent(np.zeros((1, 0)))
    share = weights.copy()
    for side in (labels, ~labels):
        share[side] *= len(labels) / (2 * share[side].sum())
    return LogisticRegression(C=LOOSENESS, max_iter=60, tol=1e-3).fit(rows, labels, share)
