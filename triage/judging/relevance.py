"""Does a paper belong on the list: learned from its entries, its owner's decisions, and the watch as background."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression

from triage.judging.evidence import Example
from triage.judging.measure import Flags, Scores
from triage.judging.words import word_weights
from triage.services import Vectors

FOLDS = 3


@dataclass(frozen=True, slots=True)
class Background:
    """Unlabelled papers of the watch: texts with their vectors (shape (texts, dimension))."""

    texts: Sequence[str]
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class RelevanceModel:
    """Models by fold: the model of a fold has learned neither the examples nor the background of that fold.

    `held_out` are the scores of the wanted examples, `background` those of the background, each by its fold's model.
    """

    words: Any
    models: tuple[Any, ...]
    held_out: Scores
    background: Scores

    def score(self, texts: Sequence[str], vectors: Vectors) -> Scores:
        """Log-odds of new texts against the background: the mean over the models, 0 if nothing could be learned."""
        if not self.models:
            return np.zeros(len(texts))
        rows = _join(vectors, self.words.transform(texts))
        return np.asarray(np.mean([model.decision_function(rows) for model in self.models], axis=0))

    def weighty(self, text: str, count: int) -> tuple[str, ...]:
        """The words of this text that speak most for it, weightiest first."""
        if not self.models:
            return ()
        row = self.words.transform([text])
        size = row.shape[1]
        weight = np.mean([model.coef_[0][-size:] for model in self.models], axis=0)
        gain = row.multiply(weight).toarray()[0]
        names = self.words.get_feature_names_out()
        return tuple(str(names[i]) for i in np.argsort(-gain)[:count] if gain[i] > 0)


def learn_relevance(examples: Sequence[Example], vectors: Vectors, background: Background) -> RelevanceModel:
    """Learns from examples with their text's vectors and from the background, crosswise in folds."""
    words = word_weights([*(e.text for e in examples), *background.texts])
    wanted = np.array([e.wanted for e in examples], dtype=bool)
    if not wanted.any() or (wanted.all() and not background.texts):
        return RelevanceModel(words, (), np.zeros(int(wanted.sum())), np.zeros(len(background.texts)))
    seen = _join(vectors, words.transform([e.text for e in examples]))
    new = _join(background.vectors, words.transform(background.texts))
    weights = np.array([e.weight for e in examples])
    fold_seen, fold_new = np.arange(len(examples)) % FOLDS, np.arange(len(background.texts)) % FOLDS
    own, others, models = np.zeros(len(examples)), np.zeros(len(background.texts)), []
    for fold in range(FOLDS):
        inside, outside = _others(fold_seen == fold, wanted), _others(fold_new == fold, np.ones(len(fold_new), bool))
        rows = vstack([seen[inside], new[outside]]).tocsr()
        labels = np.concatenate([wanted[inside], np.zeros(int(outside.sum()), dtype=bool)])
        model = _fit(rows, labels, np.concatenate([weights[inside], np.ones(int(outside.sum()))]))
        for place, held, side in ((own, fold_seen == fold, seen), (others, fold_new == fold, new)):
            if held.any():
                place[held] = model.decision_function(side[held])
        models.append(model)
    return RelevanceModel(words, tuple(models), own[wanted], others)


def _others(held: Flags, needed: Flags) -> Flags:
    """All but the held-out, or all where nothing needed would be left to learn from."""
    return ~held if (needed & ~held).any() else np.ones(len(held), dtype=bool)


def _fit(rows: Any, labels: Flags, weights: Scores) -> Any:
    share = weights.copy()
    for side in (labels, ~labels):
        if not side.any():
            continue
        share[side] *= len(labels) / (2 * share[side].sum())
    return LogisticRegression(C=1.0, max_iter=200).fit(rows, labels, share)


def _join(vectors: Vectors, words: Any) -> Any:
    return hstack([csr_matrix(vectors * 2.0), words]).tocsr()
