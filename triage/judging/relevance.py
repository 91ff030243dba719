"""Does a paper belong on the list: learned from its entries, its owner's decisions, and the watch as background.

Nobody labels what a list left out, so unlabelled papers of the watch stand against the entries (learning from positive
and unlabelled examples, Elkan & Noto 2008). Every score is given by a model that did not learn from that paper.
Four witnesses are heard: meaning and words together, words alone, the titles' letters, nearness to the list's centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from triage.judging.evidence import Example, like_watched, recency
from triage.judging.importance import (
    Announced,
    Importance,
    learn_importance,
    learn_names,
    nearness,
    no_importance,
    wanted_bonuses,
)
from triage.judging.measure import Flags, Scores
from triage.judging.words import Weights, learn_weights, letter_terms, spoken, word_terms
from triage.services import Vectors

FOLDS = 3
MEANING = 1.5
"""Length of a vector beside its unit row of words: vectors have fewer, surer columns."""

MANY = 1000
"""Texts from which a word must stand in five of them to count: rarer ones are noise then, and all there is before."""

SHARES = (0.8, 1 / 15, 1 / 15, 1 / 15)
"""How much each witness counts. The first knows most of what the others know; they steady it where entries are few."""

LOOSENESS = 3.0
"""How freely a model follows its examples (the C of logistic regression): 1 ranks 2 points of average precision worse,
10 no better, over eight splits of seven lists."""


@dataclass(frozen=True, slots=True)
class Background:
    """Unlabelled papers of the watch with their texts' vectors and what else they announced; of the first few also
    their titles' vectors (shape (few, dimension)), which teach what a bare title is worth."""

    texts: Sequence[str]
    vectors: Vectors
    title_vectors: Vectors
    announced: Sequence[Announced]


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
class RelevanceModel:
    """`models` by fold, each a triple (meaning and words, words alone, letters); `held_out` are the scores of wanted
    examples (only of those with abstracts, if there are enough) and their weights, `background` those of the
    background; each score by models that did not learn from that paper."""

    words: Weights
    letters: Weights
    models: tuple[tuple[Any, ...], ...]
    centre: Vectors
    tails: tuple[Tail, ...]
    importance: Importance
    held_out: Scores
    held_out_weights: Scores
    background: Scores

    def score(self, texts: Sequence[str], vectors: Vectors, said: Sequence[Announced]) -> Scores:
        """How much rarer than the background each new text is, in nats, with what else the papers announced; 0 if
        nothing could be learned."""
        if not self.models:
            return np.zeros(len(texts))
        rows = self.words.rows(texts)
        kinds = (_join(vectors, rows), rows, self.letters.rows(texts))
        raw = [
            np.mean([models[kind].decision_function(part) for models in self.models], axis=0)
            for kind, part in enumerate(kinds)
        ]
        return _sum(self.tails, (*raw, vectors @ self.centre)) + self.importance.bonus(
            self.importance.names.signs(said)
        )

    def weighty(self, text: str, count: int) -> tuple[str, ...]:
        """The words of this text that speak most for it, weightiest first."""
        if not self.models:
            return ()
        weight = np.mean([models[1].coef_[0] for models in self.models], axis=0)
        row = self.words.rows([text]).toarray()[0]
        gains = [
            (float(row[place] * weight[place]), term) for term in spoken(text) if (place := self.words.place(term))
        ]
        best = sorted((gain for gain in gains if gain[0] > 0), reverse=True)
        chosen: list[str] = []
        for gain, term in best:
            if gain > 0 and len(chosen) < count and not any(term in other or other in term for other in chosen):
                chosen.append(term)
        return tuple(chosen)


def learn_relevance(examples: Sequence[Example], vectors: Vectors, background: Background) -> RelevanceModel:
    """Learns from examples with the vectors of their texts (shape (examples, dimension)), and from the background;
    without any of the one or of the other nothing can be learned."""
    texts = [example.text for example in examples]
    wanted = np.array([example.wanted for example in examples], dtype=bool)
    every = [*texts, *background.texts]
    least = 5 if len(every) >= MANY else 2
    words, letters = learn_weights(every, word_terms, least), learn_weights(every, letter_terms, least)
    if not wanted.any() or not background.texts:
        held = np.zeros(int(wanted.sum()))
        none = np.zeros(len(background.texts))
        return RelevanceModel(words, letters, (), vectors[:0], (), no_importance(), held, held + 1, none)
    weights = np.array([example.weight for example in examples]) * recency(examples)
    bare = np.array([not example.abstract for example in examples], dtype=bool)
    filled, titles = _fill_in(vectors, bare, background)
    few, count = len(titles), len(background.texts)
    seen_words, new_words = words.rows(texts), words.rows(background.texts)
    new_letters = letters.rows(background.texts)
    title_words = words.rows([text.partition("\n")[0] for text in background.texts[:few]])
    inside = _Rows((_join(filled, seen_words), seen_words, letters.rows(texts)), np.arange(len(examples)) % FOLDS)
    outside = _Rows(
        (
            vstack([_join(background.vectors, new_words), _join(titles, title_words)]).tocsr(),
            vstack([new_words, title_words]).tocsr(),
            vstack([new_letters, new_letters[:few]]).tocsr(),
        ),
        np.concatenate([np.arange(count), np.arange(few)]) % FOLDS,
    )
    # The steps are too small to share: on a busy machine threads that wait for each other take ten times as long.
    with threadpool_limits(limits=1):
        models, own, apart = _cross(inside, outside, wanted, weights)
    centre, near = _centre(vectors, wanted, weights)
    raw = (*(scores[:count] for scores in apart), background.vectors @ centre)
    tails = tuple(Tail(np.sort(scores)) for scores in raw)
    held_out = _sum(tails, (*own, near))
    if few:
        # A bare title is compared with bare titles: its few words all speak, for good or ill.
        beside = (*(scores[count:] for scores in apart), background.title_vectors @ centre)
        among_titles = _sum(tuple(Tail(np.sort(scores)) for scores in beside), (*own, near))
        held_out = np.where(bare, among_titles, held_out)
    others = _sum(tails, raw)
    judged_by = like_watched(examples, wanted)
    importance, held, shares, bonus = _weigh(examples, wanted, judged_by, held_out, weights, background, others)
    return RelevanceModel(words, letters, models, centre, tails, importance, held, shares, others + bonus)


def _weigh(
    examples: Sequence[Example],
    wanted: Flags,
    judged_by: Flags,
    scores: Scores,
    weights: Scores,
    background: Background,
    others: Scores,
) -> tuple[Importance, Scores, Scores, Scores]:
    """The importance of papers beside their text; with it the held-out scores of those that the queue is judged by,
    their weights, and what it adds to the background's."""
    said = [example.announced for example in examples]
    names = learn_names([one for one, yes in zip(said, wanted, strict=True) if yes], background.announced)
    signs = np.where(wanted[:, None], names.signs(said, listed=True), names.signs(said))
    beside = names.signs(background.announced, seen=True)
    importance = learn_importance(names, signs, wanted, scores, weights, beside, others)
    own = np.zeros(len(examples))
    for fold in range(FOLDS):
        held = np.arange(len(examples)) % FOLDS == fold
        keep = _others(held, wanted)
        apart = learn_importance(names, signs[keep], wanted[keep], scores[keep], weights[keep], beside, others)
        own[held] = apart.bonus(signs[held])
    whole = judged_by & ~np.isnan(signs).any(axis=1)
    blank = judged_by & ~whole
    typical = wanted_bonuses(importance, beside, nearness(scores[judged_by], weights[judged_by], others))
    held_out = [scores[whole] + own[whole], np.add.outer(scores[blank], typical).ravel()]
    shares = [weights[whole], np.repeat(weights[blank] / len(typical), len(typical))]
    return importance, np.concatenate(held_out), np.concatenate(shares), importance.bonus(beside)


@dataclass(frozen=True, slots=True)
class _Rows:
    kinds: tuple[Any, ...]
    folds: NDArray[np.int64]


def _cross(
    inside: _Rows, outside: _Rows, wanted: Flags, weights: Scores
) -> tuple[tuple[tuple[Any, ...], ...], list[Scores], list[Scores]]:
    """The models of all folds, and their scores of what they left out, inside and outside, by each kind of row."""
    own = [np.zeros(len(inside.folds)) for _ in inside.kinds]
    others = [np.zeros(len(outside.folds)) for _ in outside.kinds]
    models = []
    for fold in range(FOLDS):
        keep_in = _others(inside.folds == fold, wanted)
        keep_out = _others(outside.folds == fold, np.ones(len(outside.folds), dtype=bool))
        labels = np.concatenate([wanted[keep_in], np.zeros(int(keep_out.sum()), dtype=bool)])
        shares = np.concatenate([weights[keep_in], np.ones(int(keep_out.sum()))])
        learned = []
        for kind, (rows_in, rows_out) in enumerate(zip(inside.kinds, outside.kinds, strict=True)):
            model = _fit(vstack([rows_in[keep_in], rows_out[keep_out]]).tocsr(), labels, shares)
            for scores, held, rows in (
                (own[kind], inside.folds == fold, rows_in),
                (others[kind], outside.folds == fold, rows_out),
            ):
                if held.any():
                    scores[held] = model.decision_function(rows[held])
            learned.append(model)
        models.append(tuple(learned))
    return tuple(models), own, others


def _others(held: Flags, needed: Flags) -> Flags:
    """All but the held-out, or all where nothing needed would be left to learn from."""
    return ~held if (needed & ~held).any() else np.ones(len(held), dtype=bool)


@dataclass(frozen=True, slots=True)
class _Silent:
    """A model that says nothing, of texts without a word in common."""

    coef_: NDArray[np.float64]

    def decision_function(self, rows: Any) -> Scores:
        return np.zeros(rows.shape[0])


def _fit(rows: Any, labels: Flags, weights: Scores) -> Any:
    """Logistic regression in which wanted and unwanted weigh the same in all."""
    if not rows.shape[1]:
        return _Silent(np.zeros((1, rows.shape[1])))
    share = weights.copy()
    for side in (labels, ~labels):
        share[side] *= len(labels) / (2 * share[side].sum())
    return LogisticRegression(C=LOOSENESS, max_iter=60, tol=1e-3).fit(rows, labels, share)


def _fill_in(vectors: Vectors, bare: Flags, background: Background) -> tuple[Vectors, Vectors]:
    """The examples' vectors with those of bare titles replaced by what their abstracts' would be (ridge regression of
    a text's vector on its title's), and the same for the background's titles.

    Without it a model tells titles from abstracts rather than wanted from unwanted.
    """
    few = len(background.title_vectors)
    if not bare.any() or few < 2:
        return vectors, vectors[:0]
    heads, bodies = background.title_vectors, background.vectors[:few]
    middle_head, middle_body = heads.mean(axis=0), bodies.mean(axis=0)
    centred = heads - middle_head
    ridge = centred.T @ centred + 10.0 * np.eye(heads.shape[1], dtype=np.float32)
    turn = np.linalg.solve(ridge, centred.T @ (bodies - middle_body))

    def fill(rows: Vectors) -> Vectors:
        guessed = (rows - middle_head) @ turn + middle_body
        guessed /= np.maximum(np.linalg.norm(guessed, axis=1, keepdims=True), 1e-9)
        return np.asarray(guessed, dtype=np.float32)

    filled = vectors.copy()
    filled[bare] = fill(vectors[bare])
    return filled, fill(background.title_vectors)


def _centre(vectors: Vectors, wanted: Flags, weights: Scores) -> tuple[Vectors, Scores]:
    """The weighted mean of the wanted vectors, and every example's nearness to it without its own share."""
    shares = (weights * wanted).astype(np.float32)[:, None]
    total = (vectors * shares).sum(axis=0)
    near = vectors @ total - (shares * vectors**2).sum(axis=1)
    whole = max(float(shares.sum()), 1e-9)
    rest = np.maximum(whole - shares[:, 0], 1e-9)
    return total / whole, np.where(shares.sum() > shares[:, 0], near / rest, 0.0).astype(np.float64)


def _sum(tails: Sequence[Tail], raw: tuple[Any, ...]) -> Scores:
    parts = [share * tail.rarity(scores) for share, tail, scores in zip(SHARES, tails, raw, strict=True)]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _join(vectors: Vectors, words: Any) -> Any:
    return hstack([csr_matrix(vectors * np.float32(MEANING)), words]).tocsr()
