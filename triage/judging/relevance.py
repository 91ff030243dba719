"""Does a paper belong on the list: learned from its entries, its owner's decisions, and the watch as background.

Nobody labels what a list left out, so unlabelled papers of the watch stand against the entries (learning from positive
and unlabelled examples, Elkan & Noto 2008); those that a first look takes for wanted count less against them.
Every score is given by a model that did not learn from that paper. Four witnesses are heard: meaning and words
together, words alone, the titles' letters, nearness to the list's centre; then what else a paper announced.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import vstack
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from triage.judging.ensemble import (
    FOLDS,
    Bench,
    Tail,
    Weights,
    all_but,
    hear,
    join,
    learn_weights,
    letter_terms,
    spoken,
    stand,
    together,
    word_terms,
)
from triage.judging.examples import Example, like_watched, recency
from triage.judging.measure import Flags, Places, Scores
from triage.judging.metadata import (
    Announced,
    Importance,
    Names,
    Signs,
    learn_importance,
    learn_names,
    nearness,
    no_importance,
    wanted_bonuses,
)
from triage.protocols import Vectors

MANY = 1000
"""Texts from which a word must stand in five of them to count: rarer ones are noise then, and all there is before."""

SHARES = (0.8, 1 / 15, 1 / 15, 1 / 15)
"""How much each witness counts. The first knows most of what the others know; they steady it where entries are few."""


@dataclass(frozen=True, slots=True)
class Background:
    """Unlabelled papers of the watch with their texts' vectors and what else they announced; of the first few also
    their titles' vectors (shape (few, dimension)), which teach what a bare title is worth."""

    texts: Sequence[str]
    vectors: Vectors
    title_vectors: Vectors
    announced: Sequence[Announced]


@dataclass(frozen=True, slots=True)
class RelevanceModel:
    """`models` by fold, each a triple (meaning and words, words alone, letters); `held_out` are the scores of wanted
    examples (only of those with abstracts, if there are enough), their weights, and the places of these examples, of
    which one may have several scores; `background` are the scores of the background; each score by models that did not
    learn from that paper."""

    words: Weights
    letters: Weights
    models: tuple[tuple[Any, ...], ...]
    centre: Vectors
    tails: tuple[Tail, ...]
    importance: Importance
    held_out: Scores
    held_out_weights: Scores
    held_out_places: Places
    background: Scores

    def score(self, texts: Sequence[str], vectors: Vectors, said: Sequence[Announced]) -> Scores:
        """How much rarer than the background each new text is, in nats, with what else the papers announced; 0 if
        nothing could be learned."""
        if not self.models:
            return np.zeros(len(texts))
        rows = self.words.rows(texts)
        kinds = (join(vectors, rows), rows, self.letters.rows(texts))
        raw = [
            np.mean([models[kind].decision_function(part) for models in self.models], axis=0)
            for kind, part in enumerate(kinds)
        ]
        near = np.asarray(vectors @ self.centre, dtype=np.float64)
        rarity = together(SHARES, self.tails, (*raw, near))
        return rarity + self.importance.bonus(self.importance.names.signs(said))

    def weighty(self, text: str, count: int) -> tuple[str, ...]:
        """The words of this text that speak most for it, weightiest first."""
        if not self.models:
            return ()
        terms = spoken(text)
        places = self.words.places(terms)
        row = self.words.rows([text]).toarray()[0]
        weight = np.mean([models[1].coef_[0] for models in self.models], axis=0)
        gains = zip(row[places] * weight[places] * (places >= 0), terms, strict=True) if len(row) else ()
        best = sorted(((float(gain), term) for gain, term in gains if gain > 0), reverse=True)
        chosen: list[str] = []
        for _, term in best:
            if len(chosen) < count and not any(term in other or other in term for other in chosen):
                chosen.append(term)
        return tuple(chosen)


def learn_relevance(examples: Sequence[Example], vectors: Vectors, background: Background) -> RelevanceModel:
    """Learns from examples with the vectors of their texts (shape (examples, dimension)), and from the background;
    without any of the one or of the other nothing can be learned."""
    wanted = np.array([example.wanted for example in examples], dtype=bool)
    every = [*(example.text for example in examples), *background.texts]
    least = 5 if len(every) >= MANY else 2
    words, letters = learn_weights(every, word_terms, least), learn_weights(every, letter_terms, least)
    if not wanted.any() or not background.texts:
        held, none = np.zeros(int(wanted.sum())), np.zeros(len(background.texts))
        places = np.flatnonzero(wanted)
        return RelevanceModel(words, letters, (), vectors[:0], (), no_importance(), held, held + 1, places, none)
    bench = _lay_out(examples, vectors, background, words, letters, wanted)
    seen = _see(examples, background, wanted)
    # The steps are too small to share: on a busy machine threads that wait for each other take ten times as long.
    with threadpool_limits(limits=1):
        likely = _first_look(bench.first(), seen)
        heard = hear(bench, likely)
    centre, near = _centre(vectors, wanted, bench.weights)
    there = [background.vectors, background.title_vectors] if bench.titles else [background.vectors]
    beside = np.concatenate([rows @ centre for rows in there])
    tails, held_out, others = stand(bench, SHARES, (*heard.own, near), (*heard.others, beside), likely)
    importance = _importance(bench, seen, np.ones(len(wanted), dtype=bool), held_out, others)
    judged_by = like_watched(examples, wanted)
    held_out, weights, places = _held_out(bench, seen, importance, judged_by, held_out, others)
    background_scores = others + importance.bonus(seen.beside)
    return RelevanceModel(
        words, letters, heard.models, centre, tails, importance, held_out, weights, places, background_scores
    )


def _lay_out(
    examples: Sequence[Example],
    vectors: Vectors,
    background: Background,
    words: Weights,
    letters: Weights,
    wanted: Flags,
) -> Bench:
    """The examples and the background as each witness reads them."""
    texts = [example.text for example in examples]
    bare = np.array([not example.abstract for example in examples], dtype=bool)
    filled, titles = _fill_in(vectors, bare, background)
    few = len(titles)
    seen_words, new_words = words.rows(texts), words.rows(background.texts)
    new_letters = letters.rows(background.texts)
    title_words = words.rows([text.partition("\n")[0] for text in background.texts[:few]])
    return Bench(
        inside=(join(filled, seen_words), seen_words, letters.rows(texts)),
        outside=(
            vstack([join(background.vectors, new_words), join(titles, title_words)]).tocsr(),
            vstack([new_words, title_words]).tocsr(),
            vstack([new_letters, new_letters[:few]]).tocsr(),
        ),
        wanted=wanted,
        weights=np.array([example.weight for example in examples]) * recency(examples),
        bare=bare,
        papers=len(background.texts),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """What else was announced: the `names` that stand on the list, the signs of examples and of the background."""

    names: Names
    signs: Signs
    beside: Signs


def _see(examples: Sequence[Example], background: Background, wanted: Flags) -> _Seen:
    said = [example.announced for example in examples]
    names = learn_names([example.announced for example in examples if example.wanted], background.announced)
    signs = np.where(wanted[:, None], names.signs(said, listed=True), names.signs(said))
    return _Seen(names, signs, names.signs(background.announced, seen=True))


def _first_look(bench: Bench, seen: _Seen) -> Scores:
    """How likely each paper of the background is wanted itself, by what is heard if none were."""
    none = np.zeros(bench.papers)
    heard = hear(bench, none)
    _, held_out, others = stand(bench, (1.0,), heard.own, heard.others, none)
    importance = _importance(bench, seen, np.ones(len(held_out), dtype=bool), held_out, others)
    return importance.chance(others + importance.bonus(seen.beside))


def _importance(bench: Bench, seen: _Seen, kept: Flags, scores: Scores, others: Scores) -> Importance:
    """What is learned of the importance of papers from the examples that are `kept`."""
    signs, wanted, weights = seen.signs[kept], bench.wanted[kept], bench.weights[kept]
    return learn_importance(seen.names, signs, wanted, scores[kept], weights, seen.beside, others)


def _held_out(
    bench: Bench, seen: _Seen, importance: Importance, judged_by: Flags, scores: Scores, others: Scores
) -> tuple[Scores, Scores, Places]:
    """The scores of the examples that the queue is judged by, with what their signs add as learned without them, their
    weights, and which examples they are. One whose signs are not known stands for all that it might have."""
    own = np.zeros(len(scores))
    for fold in range(FOLDS):
        held = np.arange(len(scores)) % FOLDS == fold
        own[held] = _importance(bench, seen, all_but(held, bench.wanted), scores, others).bonus(seen.signs[held])
    whole = judged_by & ~np.isnan(seen.signs).any(axis=1)
    blank = judged_by & ~whole
    near = nearness(scores[judged_by], bench.weights[judged_by], others)
    typical = wanted_bonuses(importance, seen.beside, near)
    held_out = [scores[whole] + own[whole], np.add.outer(scores[blank], typical).ravel()]
    weights = [bench.weights[whole], np.repeat(bench.weights[blank] / len(typical), len(typical))]
    places = [np.flatnonzero(whole), np.repeat(np.flatnonzero(blank), len(typical))]
    return np.concatenate(held_out), np.concatenate(weights), np.concatenate(places)


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
