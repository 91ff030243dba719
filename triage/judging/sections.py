"""Where a paper goes: calibrated probabilities of the sections of a list, and whether none of them fits.

Kernel ridge regression of section membership on three kernels that count equally: vectors, words, and letter n-grams of
the titles. The sections' own names are learned as if they were papers, so that a section of one entry, or of none, can
be proposed. Its leave-one-out predictions have a closed form (Rifkin & Lippert 2007), and from them the probabilities
are calibrated by temperature scaling (Guo et al. 2017).

What a paper of a missing section looks like is learned from the list itself: each section is taken away in turn with
all its papers, and the others are asked about them. Ridge regression answers that without being trained again.
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

from triage.judging.arrays import Flags, Matrix, Scores, logistic
from triage.judging.calibration import Temperature, fit_temperature
from triage.judging.examples import Example, like_watched, recency
from triage.judging.features import TfIdf, fit_tfidf, letter_terms, word_terms
from triage.models import SectionPath
from triage.protocols import Vectors

NOISE = 0.1
"""The ridge penalty: the share of a paper's kernel with itself that it does not have in common with its section."""

MAX_EXAMPLES = 3000
"""Examples learned from, the newest: the time grows with the cube."""

LEAST_RATE = 0.05
"""The lowest probability that the next paper opens a section: of some 350 papers that were added to eight lists one in
25 went into a section that was not there before, in young lists more."""

MOST_RATE = 0.5

NAMED_ODDS = 50.0
"""How much likelier a section becomes that the paper's own comment names."""

_NOT_PUBLISHED_THERE = frozenset({"workshop", "workshops", "submitted", "review"})
"""A comment with one of these names a venue that the paper is not, or not yet, part of."""

_WORD = re.compile(r"[^\W\d_]{2,}|\d{4}")
_NUMBERING = re.compile(
    r"^[\W_]*(?:\d{1,2}(?:\.\d{1,2})*|[A-Z]\d{0,2}(?=[.):])|[IVX]+(?=[.):]))(?:[.):]+\s*(?=[^\W\d_])|[.):]*\s+(?=\w))"
)


@dataclass(frozen=True, slots=True)
class Novelty:
    """A model of whether a paper's section is missing: `slope` and `offset` turn the best section's score into the
    logarithm of how much likelier it is where the section is missing than where it is there; `rate` is how likely that
    is beforehand."""

    slope: float
    offset: float
    rate: float

    def probability(self, scores: Matrix) -> Scores:
        """The probability that no section fits, shape (n_papers,), by the sections' scores, shape (n_papers,
        n_sections)."""
        if not self.rate:
            return np.zeros(len(scores))
        return logistic(self.offset + self.slope * scores.max(axis=1) + np.log(self.rate / (1 - self.rate)))


NO_NOVELTY = Novelty(0.0, 0.0, 0.0)
"""Where there is nothing to choose from."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """How alike texts are to the training texts (examples, then section names), held as rows of centred vectors and
    tf-idf. `scale` gives the vectors the same mean kernel of a text with itself as the tf-idf rows have: 1."""

    centre: Vectors
    vectors: Vectors
    scale: float
    words: TfIdf
    letters: TfIdf
    word_rows: csr_matrix
    letter_rows: csr_matrix

    def gram(self) -> Matrix:
        """The kernel of the training texts among themselves, shape (n_training, n_training)."""
        words = self.word_rows @ self.word_rows.T
        letters = self.letter_rows @ self.letter_rows.T
        return self._sum(self.vectors @ self.vectors.T, words, letters)

    def to(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        """The kernel of new texts with the training texts, shape (n_texts, n_training), 3 at most."""
        words = self.words.transform(texts) @ self.word_rows.T
        letters = self.letters.transform(texts) @ self.letter_rows.T
        return self._sum((vectors - self.centre) @ self.vectors.T, words, letters)

    def _sum(self, vectors: NDArray[Any], words: csr_matrix, letters: csr_matrix) -> Matrix:
        return np.asarray(vectors * self.scale + words.toarray() + letters.toarray(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class SectionModel:
    """The trained regression over `sections`. `kernel` is None where there is nothing to choose from; `dual` are the
    dual coefficients, shape (n_training, n_sections)."""

    sections: tuple[SectionPath, ...]
    kernel: Kernel | None
    dual: Matrix
    log_prior: Scores
    temperature: Temperature
    novelty: Novelty

    def predict(self, texts: Sequence[str], vectors: Vectors) -> tuple[Matrix, Scores]:
        """Probabilities of the sections, shape (n_texts, n_sections), rows summing to 1; and the probability of none of
        them fitting, shape (n_texts,). `vectors` are those of the texts, shape (n_texts, dimension)."""
        if self.kernel is None:
            return np.tile(np.exp(self.log_prior), (len(texts), 1)), np.zeros(len(texts))
        scores = self.kernel.to(texts, vectors) @ self.dual
        return self.temperature.probabilities(scores, self.log_prior), self.novelty.probability(scores)


def plain_name(path: SectionPath) -> str:
    """A section's name with its parent's, without numbering and emoji: "Unsupervised AD Memory Bank"."""
    return " ".join(_NUMBERING.sub("", heading).strip() or heading for heading in path[-2:])


def fit_sections(
    examples: Sequence[Example],
    vectors: Vectors,
    sections: Sequence[SectionPath],
    name_vectors: Vectors,
) -> SectionModel:
    """Learns from examples and their texts' vectors (shape (n_examples, dimension)) to choose among `sections`;
    `name_vectors` are those of the sections' plain names (shape (n_sections, dimension))."""
    column = {path: number for number, path in enumerate(sections)}
    rows = [row for row, e in enumerate(examples) if e.wanted and any(path in column for path in e.sections)]
    fresh = recency(examples)
    rows = sorted(sorted(rows, key=lambda row: -fresh[row] * examples[row].weight)[:MAX_EXAMPLES])
    chosen = [examples[row] for row in rows]
    truth = np.zeros((len(rows) + len(sections), len(sections)))
    for place, example in enumerate(chosen):
        truth[place, [column[path] for path in example.sections if path in column]] = 1
    truth[len(rows) :] = np.eye(len(sections))
    truth /= np.maximum(truth.sum(axis=1, keepdims=True), 1)
    weights = np.array([example.weight for example in chosen])
    recent = truth[: len(rows)] * (weights * fresh[rows])[:, None]
    log_prior = np.log((recent.sum(axis=0) + 0.5) / max(recent.sum() + 0.5 * len(sections), 1e-9))
    if len(sections) < 2 or not rows:
        return SectionModel(tuple(sections), None, truth, log_prior, Temperature(1.0, 0.0), NO_NOVELTY)
    texts = [*(example.text for example in chosen), *(plain_name(path) for path in sections)]
    kernel = _kernel(texts, np.vstack([vectors[rows], name_vectors]))
    inverse = _penalised_inverse(kernel.gram(), np.concatenate([weights, np.ones(len(sections))]))
    dual = inverse @ truth
    # Rifkin & Lippert 2007, eq. 8.
    left_out = truth - dual / np.maximum(np.diag(inverse), 1e-9)[:, None]
    seen_alike = like_watched(chosen, np.ones(len(chosen), dtype=bool))
    judged_by = np.flatnonzero(seen_alike)
    temperature = fit_temperature(left_out[judged_by], truth[judged_by] > 0, log_prior, weights[judged_by])
    novelty = fit_novelty(inverse, dual, left_out, truth, seen_alike)
    return SectionModel(tuple(sections), kernel, dual, log_prior, temperature, novelty)


def fit_novelty(inverse: Matrix, dual: Matrix, left_out: Matrix, truth: Matrix, counted: Flags) -> Novelty:
    """From the solved regression of section membership: the inverse (shape (n_training, n_training)), its dual
    coefficients, its leave-one-out predictions and the truth (all of shape (n_training, n_sections)). The first rows
    are papers, of which those that are `counted` are looked at; the last rows are the sections' names, in order.

    Among n papers each section had a first one, but sections get rarer as a list grows: half as often as that the next
    paper opens one (the predictive rule of Pitman & Yor 1997, discount one half).
    """
    papers = truth.shape[0] - truth.shape[1]
    right = truth[:papers] > 0
    rate = float(np.clip(0.5 * (right.any(axis=0).sum() + 1) / (papers + 1), LEAST_RATE, MOST_RATE))
    alone = right.sum(axis=1) == 1
    single = counted & alone
    missing, shares = _without_their_section(inverse, dual, truth, alone, single)
    if not len(missing):
        return Novelty(0.0, 0.0, rate)
    return Novelty(*_missing_against_there(left_out[:papers][single].max(axis=1), missing, shares), rate)


def prefer_named(probabilities: Matrix, sections: Sequence[SectionPath], comments: Sequence[str]) -> Matrix:
    """The probabilities (shape (n_papers, n_sections)) with those of sections raised that a paper's own comment names
    in full ("accepted at CVPR 2025"), the year included. Headings without a year are topics and left alone."""
    venues = [(column, words) for column, path in enumerate(sections) if (words := _venue_words(path))]
    if not venues:
        return probabilities
    raised = probabilities.copy()
    for row, comment in enumerate(comments):
        said = set(_WORD.findall(comment.casefold()))
        for column, words in venues:
            if words <= said:
                raised[row, column] *= NAMED_ODDS
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def add_named(probabilities: Matrix, venues: Sequence[SectionPath], comments: Sequence[str]) -> Matrix:
    """The probabilities (shape (n_papers, n_sections)) with one more column for each of the `venues`, sections that do
    not follow from a paper's text: 0, or NAMED_ODDS times an even share where a paper's comment names it in full."""
    named = np.zeros((len(probabilities), len(venues)))
    words = [_venue_words(path) for path in venues]
    for row, comment in enumerate(comments):
        said = set(_WORD.findall(comment.casefold()))
        if not said & _NOT_PUBLISHED_THERE:
            named[row] = [bool(word) and word <= said for word in words]
    both = np.hstack([probabilities, named * NAMED_ODDS / max(probabilities.shape[1], 1)])
    return np.asarray(both / np.maximum(both.sum(axis=1, keepdims=True), 1e-12))


def _kernel(texts: Sequence[str], vectors: Vectors) -> Kernel:
    words, letters = fit_tfidf(texts, word_terms), fit_tfidf(texts, letter_terms)
    centre = vectors.mean(axis=0)
    centred = vectors - centre
    scale = 1 / max(float((centred**2).sum(axis=1).mean()), 1e-9)
    return Kernel(centre, centred, scale, words, letters, words.transform(texts), letters.transform(texts))


def _penalised_inverse(gram: Matrix, weights: Scores) -> Matrix:
    """The inverse of the kernel matrix with the ridge penalty, less of it for rows of more weight; by Cholesky, a third
    of the work of the general inverse."""
    penalised = gram.astype(np.float32)
    penalised[np.diag_indices(len(penalised))] += (3 * NOISE / weights).astype(np.float32)
    factor, _ = spotrf(penalised, lower=True, clean=True)
    lower, _ = spotri(factor, lower=True, overwrite_c=True)
    inverse = (lower + lower.T).astype(np.float64)
    inverse[np.diag_indices(len(inverse))] /= 2
    return np.asarray(inverse)


def _without_their_section(
    inverse: Matrix, dual: Matrix, truth: Matrix, alone: Flags, single: Flags
) -> tuple[Scores, Scores]:
    """The best score that the `single` papers get when their section and all that stands in it alone is gone (leaving
    out many rows at once, Rifkin & Lippert 2007), and how much each counts: every section the same. Nothing where no
    section can be taken away."""
    papers, best, shares = len(alone), [np.zeros(0)], [np.zeros(0)]
    for section in range(truth.shape[1]):
        gone = np.flatnonzero(alone & (truth[:papers, section] > 0))
        asked = single[gone]
        # A section that is most of the list is the list: no other stands for what would be left without it.
        if not asked.any() or len(gone) > papers / 2:
            continue
        rows = np.append(gone, papers + section)
        left_out = truth[rows] - np.linalg.solve(inverse[np.ix_(rows, rows)], dual[rows])
        best.append(np.delete(left_out[:-1][asked], section, axis=1).max(axis=1))
        shares.append(np.full(int(asked.sum()), 1 / asked.sum()))
    return np.concatenate(best), np.concatenate(shares)


def _missing_against_there(there: Scores, missing: Scores, shares: Scores) -> tuple[float, float]:
    """Slope and offset of a logistic regression of "missing" on the best score, both sides weighing the same. Its
    penalty keeps a handful of papers from certainty; a higher score never makes "missing" likelier."""
    scores = np.concatenate([there, missing])
    mean, width = float(scores.mean()), max(float(scores.std()), 1e-6)
    labels = np.concatenate([np.zeros(len(there)), np.ones(len(missing))])
    weights = np.concatenate([np.full(len(there), 1 / len(there)), shares / shares.sum()]) * len(scores) / 2
    model = LogisticRegression().fit(((scores - mean) / width)[:, None], labels, weights)
    slope = min(float(model.coef_[0, 0]), 0.0) / width
    return slope, float(model.intercept_[0]) - slope * mean if slope else 0.0


def _venue_words(path: SectionPath) -> frozenset[str]:
    words = frozenset(_WORD.findall(path[-1].casefold())) if path else frozenset()
    return words if len(words) > 1 and any(word.isdigit() for word in words) else frozenset()
