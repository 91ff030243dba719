"""Where a paper goes: a calibrated distribution over the sections of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from triage.judging.evidence import Example
from triage.judging.words import word_weights
from triage.models import SectionPath
from triage.services import Vectors

Probabilities = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SectionModel:
    """Knows the sections and how to tell them apart. `sections` are the columns of what `predict` gives."""

    sections: tuple[SectionPath, ...]
    by_vector: Any
    by_words: Any
    words: Any
    prior: Probabilities

    def predict(self, texts: Sequence[str], vectors: Vectors) -> Probabilities:
        """Shape (texts, sections); every row sums to 1."""
        if self.by_vector is None:
            return np.tile(self.prior, (len(texts), 1))
        logs = np.log(_spread(self.by_vector, vectors, self.prior))
        logs = logs + np.log(_spread(self.by_words, self.words.transform(texts), self.prior))
        mixed = np.exp(logs / 2 - (logs / 2).max(axis=1, keepdims=True))
        return np.asarray(mixed / mixed.sum(axis=1, keepdims=True))


def learn_sections(examples: Sequence[Example], vectors: Vectors, sections: Sequence[SectionPath]) -> SectionModel:
    """Learns from examples and their text's vectors (shape (examples, dimension)) to choose among `sections`."""
    column = {path: number for number, path in enumerate(sections)}
    rows, labels, weights = list[int](), list[int](), list[float]()
    for row, example in enumerate(examples):
        for path in example.sections:
            if example.wanted and path in column:
                rows.append(row)
                labels.append(column[path])
                weights.append(example.weight / len(example.sections))
    counts = np.bincount(labels, weights=weights, minlength=len(sections))[: len(sections)] + 0.5
    prior = counts / max(counts.sum(), 1.0)
    if len(set(labels)) < 2:
        return SectionModel(tuple(sections), None, None, None, prior)
    texts = [examples[row].text for row in rows]
    words = word_weights(texts)
    by_vector = LogisticRegression(C=10.0, max_iter=300).fit(vectors[rows], labels, weights)
    by_words = LogisticRegression(C=10.0, max_iter=300).fit(words.transform(texts), labels, weights)
    return SectionModel(tuple(sections), by_vector, by_words, words, prior)


def _spread(model: Any, rows: Any, prior: Probabilities) -> Probabilities:
    """The model's probabilities over all sections; those it never saw get a little of the prior."""
    full = np.tile(prior * 0.05, (rows.shape[0], 1))
    full[:, model.classes_] += 0.95 * model.predict_proba(rows)
    return np.asarray(full / full.sum(axis=1, keepdims=True))
