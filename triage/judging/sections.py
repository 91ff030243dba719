"""Whether no section fits: how often the list opened one, and how weakly the best section speaks for a paper.

What a paper of a section unknown so far looks like is learned from the list itself: each section is taken away in turn
with all its papers, and the others are asked about them. Ridge regression answers that without learning anew.

Where a paper goes: a calibrated distribution over the sections of a list.

Kernel ridge regression on three likenesses that speak equally: of meaning (vectors), of words, of the titles' letters.
The sections' own names are learned as if they were papers, so that a section of one entry, or of none, has a voice.
Its leave-one-out answers have a closed form, and from them the probabilities are calibrated.

A paper's own remark ("accepted at CVPR 2025") may name the section it belongs to, where a list sorts by venue.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import spotrf, spotri
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from triage.judging.calibration import Temper, chances, fit_temper
from triage.judging.ensemble import Weights, learn_weights, letter_terms, word_terms
from triage.judging.examples import Example, like_watched, recency
from triage.models import SectionPath
from triage.protocols import Vectors

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


NOISE = 0.1
"""What a paper has of its own beside what it shares with its section, as a share of its likeness to itself."""

MOST = 3000
"""Examples learned from, the newest: the time grows with the cube."""

_NUMBERING = re.compile(
    r"^[\W_]*(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]\d{0,2}(?=[.):])|[IVX]+(?=[.):]))(?:[.):]+\s*(?=[^\W\d_])|[.):]*\s+(?=\w))"
)


@dataclass(frozen=True, slots=True)
class SectionModel:
    """Knows the sections and how to tell them apart. `sections` are the columns of what `predict` gives."""

    sections: tuple[SectionPath, ...]
    likeness: "Likeness | None"
    answers: Matrix
    prior: Matrix
    temper: Temper
    novelty: Novelty

    def predict(self, texts: Sequence[str], vectors: Vectors) -> tuple[Matrix, Matrix]:
        """Probabilities of the sections, shape (texts, sections), rows summing to 1; and of none of them fitting."""
        if self.likeness is None:
            return np.tile(np.exp(self.prior), (len(texts), 1)), np.zeros(len(texts))
        alike = self.likeness.to(texts, vectors)
        scores = alike @ self.answers
        return chances(scores, self.prior, self.temper), self.novelty.chance(scores)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The learned examples as rows of vectors, words and letters."""

    centre: Vectors
    vectors: Vectors
    words: Weights
    letters: Weights
    word_rows: csr_matrix
    letter_rows: csr_matrix
    scale: float

    def among(self) -> Matrix:
        """Shape (examples, examples): how alike they are among themselves."""
        words = self.word_rows @ self.word_rows.T
        letters = self.letter_rows @ self.letter_rows.T
        return self._sum(self.vectors @ self.vectors.T, words, letters)

    def to(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        """Shape (texts, examples): how alike they are, 3 at most."""
        words = self.words.rows(texts) @ self.word_rows.T
        letters = self.letters.rows(texts) @ self.letter_rows.T
        return self._sum((vectors - self.centre) @ self.vectors.T, words, letters)

    def _sum(self, meaning: NDArray[Any], words: csr_matrix, letters: csr_matrix) -> Matrix:
        return np.asarray(meaning * self.scale + words.toarray() + letters.toarray(), dtype=np.float64)


def plain_name(path: SectionPath) -> str:
    """A section's name with its parent's, without numbering and emoji: "Unsupervised AD Memory Bank"."""
    return " ".join(_NUMBERING.sub("", heading).strip() or heading for heading in path[-2:])


def learn_sections(
    examples: Sequence[Example],
    vectors: Vectors,
    sections: Sequence[SectionPath],
    name_vectors: Vectors,
) -> SectionModel:
    """Learns from examples and their texts' vectors (shape (examples, dimension)) to choose among `sections`;
    `name_vectors` are those of the sections' plain names (shape (sections, dimension))."""
    column = {path: number for number, path in enumerate(sections)}
    rows = [row for row, e in enumerate(examples) if e.wanted and any(path in column for path in e.sections)]
    fresh = recency(examples)
    rows = sorted(sorted(rows, key=lambda row: -fresh[row] * examples[row].weight)[:MOST])
    chosen = [examples[row] for row in rows]
    truth = np.zeros((len(rows) + len(sections), len(sections)))
    for place, example in enumerate(chosen):
        truth[place, [column[path] for path in example.sections if path in column]] = 1
    truth[len(rows) :] = np.eye(len(sections))
    truth /= np.maximum(truth.sum(axis=1, keepdims=True), 1)
    weights = np.array([example.weight for example in chosen])
    recent = truth[: len(rows)] * (weights * fresh[rows])[:, None]
    prior = np.log((recent.sum(axis=0) + 0.5) / max(recent.sum() + 0.5 * len(sections), 1e-9))
    if len(sections) < 2 or not rows:
        return SectionModel(tuple(sections), None, truth, prior, Temper(1.0, 0.0), NEVER)
    likeness = _likeness(chosen, vectors[rows], [plain_name(path) for path in sections], name_vectors)
    return _solve(likeness, chosen, truth, prior, np.concatenate([weights, np.ones(len(sections))]), tuple(sections))


def _likeness(examples: Sequence[Example], vectors: Vectors, names: Sequence[str], name_vectors: Vectors) -> Likeness:
    texts = [*(example.text for example in examples), *names]
    words, letters = learn_weights(texts, word_terms), learn_weights(texts, letter_terms)
    together = np.vstack([vectors, name_vectors])
    centre = together.mean(axis=0)
    centred = together - centre
    # The three likenesses get the same mean likeness of a text to itself: 1.
    scale = 1 / max(float((centred**2).sum(axis=1).mean()), 1e-9)
    return Likeness(centre, centred, words, letters, words.rows(texts), letters.rows(texts), scale)


def _solve(
    likeness: Likeness,
    examples: Sequence[Example],
    truth: Matrix,
    prior: Matrix,
    weights: Matrix,
    sections: tuple[SectionPath, ...],
) -> SectionModel:
    """Ridge regression of section membership; leave-one-out answers as in Rifkin & Lippert 2007, eq. 8."""
    alike = likeness.among()
    noisy = alike.astype(np.float32)
    noisy[np.diag_indices(len(noisy))] += (3 * NOISE / weights).astype(np.float32)
    inverse = _inverse(noisy)
    answers = inverse @ truth
    count = len(examples)
    left_out = truth - answers / np.maximum(np.diag(inverse), 1e-9)[:, None]
    seen_alike = like_watched(examples, np.ones(count, dtype=bool))
    judged_by = np.flatnonzero(seen_alike)
    temper = fit_temper(left_out[judged_by], truth[judged_by] > 0, prior, weights[judged_by])
    novelty = learn_novelty(inverse, answers, left_out, truth, seen_alike)
    return SectionModel(sections, likeness, answers, prior, temper, novelty)


def _inverse(matrix: NDArray[np.float32]) -> Matrix:
    """The inverse of a symmetric positive definite matrix, by Cholesky: a third of the work of the general one."""
    factor, _ = spotrf(matrix, lower=True, clean=True)
    lower, _ = spotri(factor, lower=True, overwrite_c=True)
    whole = (lower + lower.T).astype(np.float64)
    whole[np.diag_indices(len(whole))] /= 2
    return np.asarray(whole)


SURETY = 50.0
"""How much likelier a section becomes that the paper's own remark names."""

_BESIDE = frozenset({"workshop", "workshops", "submitted", "review"})
"""A remark with one of these names a venue that the paper is not, or not yet, part of."""

_WORD = re.compile(r"[^\W\d_]{2,}|\d{4}")


def prefer_named(
    spread: NDArray[np.float64], sections: Sequence[SectionPath], remarks: Sequence[str]
) -> NDArray[np.float64]:
    """The probabilities (shape (papers, sections)) with those of sections raised that a paper's remark names in full,
    the year included. Headings without a year are topics and left alone."""
    wanted = [(column, words) for column, path in enumerate(sections) if (words := _venue_words(path))]
    if not wanted:
        return spread
    raised = spread.copy()
    for row, remark in enumerate(remarks):
        said = set(_WORD.findall(remark.casefold()))
        for column, words in wanted:
            if words <= said:
                raised[row, column] *= SURETY
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def add_named(
    spread: NDArray[np.float64], venues: Sequence[SectionPath], remarks: Sequence[str]
) -> NDArray[np.float64]:
    """The probabilities (shape (papers, sections)) with a column more for each of the `venues`, sections that no
    paper's text can tell: nothing, or SURETY times an even share where a paper's remark names it in full."""
    named = np.zeros((len(spread), len(venues)))
    words = [_venue_words(path) for path in venues]
    for row, remark in enumerate(remarks):
        said = set(_WORD.findall(remark.casefold()))
        if said & _BESIDE:
            continue
        named[row] = [bool(word) and word <= said for word in words]
    both = np.hstack([spread, named * SURETY / max(spread.shape[1], 1)])
    return np.asarray(both / np.maximum(both.sum(axis=1, keepdims=True), 1e-12))


def _venue_words(path: SectionPath) -> frozenset[str]:
    words = frozenset(_WORD.findall(path[-1].casefold())) if path else frozenset()
    return words if len(words) > 1 and any(word.isdigit() for word in words) else frozenset()
