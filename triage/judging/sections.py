"""Where a paper goes: a calibrated distribution over the sections of a list.

Kernel ridge regression on three likenesses that speak equally: of meaning (vectors), of words, of the titles' letters.
The sections' own names are learned as if they were papers, so that a section of one entry, or of none, has a voice.
Its leave-one-out answers have a closed form, and from them the probabilities are calibrated.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import spotrf, spotri
from scipy.sparse import csr_matrix

from triage.judging.calibration import Temper, chances, fit_temper
from triage.judging.evidence import Example, like_watched, recency
from triage.judging.novelty import NEVER, Novelty, learn_novelty
from triage.judging.words import Weights, learn_weights, letter_terms, word_terms
from triage.models import SectionPath
from triage.services import Vectors

Matrix = NDArray[np.float64]

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
