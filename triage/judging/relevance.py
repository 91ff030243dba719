"""Does a paper belong on the list: learned from its entries, its owner's decisions, and the watch as background.

Nobody labels what a list left out, so unlabelled papers of the watch stand against the entries (learning from positive
and unlabelled examples, Elkan & Noto 2008). A first model finds those that are probably wanted, and they count less as
unwanted in the second. The ensemble has four members: vectors and words, words alone, letter n-grams of the titles,
and the cosine to the list's centroid. Metadata features are added to its score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import vstack
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from triage.judging.arrays import Flags, Rows, Scores
from triage.judging.ensemble import (
    FOLDS,
    BackgroundDistribution,
    TrainingSet,
    combine,
    combine_out_of_fold,
    cross_validate,
    training_rows,
    vectors_and_words,
)
from triage.judging.examples import Example, like_watched, recency
from triage.judging.features import TfIdf, fit_tfidf, letter_terms, word_terms, words_and_pairs
from triage.judging.metadata import (
    UNKNOWN_LIST,
    Metadata,
    MetadataModel,
    MetadataSet,
    fit_metadata,
    metadata_set,
    similarity_to_wanted,
    typical_scores,
)
from triage.protocols import Vectors

MANY = 1000
"""Texts from which a word must stand in five of them to count: rarer ones are noise then, and all there is before."""

SHARES = (0.8, 1 / 15, 1 / 15, 1 / 15)
"""How much each member counts. The first knows most of what the others know; they steady it where entries are few."""

RIDGE = 10.0
"""The penalty of the regression that imputes missing abstracts."""


@dataclass(frozen=True, slots=True)
class Background:
    """Unlabelled papers of the watch: their texts, the texts' vectors (shape (n_papers, dimension)) and metadata; of
    the first few also their titles' vectors (shape (n_titles, dimension)), which teach what a bare title is worth."""

    texts: Sequence[str]
    vectors: Vectors
    title_vectors: Vectors
    metadata: Sequence[Metadata]


@dataclass(frozen=True, slots=True)
class HeldOutScores:
    """Scores of wanted examples by models that did not learn from them (only of those with abstracts, if there are
    enough), their weights, and the `rows` of these examples, of which one may have several scores. All of shape
    (n_scores,)."""

    scores: Scores
    weights: Scores
    rows: Rows


@dataclass(frozen=True, slots=True)
class RelevanceModel:
    """The trained ensemble: `models` by fold, each a triple (vectors and words, words alone, letters), none if nothing
    could be learned; `background` are the background's own scores, each by models that did not learn from that
    paper."""

    words: TfIdf
    letters: TfIdf
    models: tuple[tuple[Any, ...], ...]
    centroid: Vectors
    distributions: tuple[BackgroundDistribution, ...]
    metadata: MetadataModel
    held_out: HeldOutScores
    background: Scores

    def score(self, texts: Sequence[str], vectors: Vectors, metadata: Sequence[Metadata]) -> Scores:
        """The score of new papers by their texts, the texts' vectors (shape (n_papers, dimension)) and metadata: minus
        the natural logarithm of the combined p-value, and what metadata adds. 0 if nothing could be learned."""
        if not self.models:
            return np.zeros(len(texts))
        words = self.words.transform(texts)
        members = (vectors_and_words(vectors, words), words, self.letters.transform(texts))
        scores = [
            np.mean([models[member].decision_function(rows) for models in self.models], axis=0)
            for member, rows in enumerate(members)
        ]
        cosines = np.asarray(vectors @ self.centroid, dtype=np.float64)
        combined = combine(SHARES, self.distributions, (*scores, cosines))
        return combined + self.metadata.score(self.metadata.authors.features(metadata))

    def top_words(self, text: str, count: int) -> tuple[str, ...]:
        """The words and word pairs of this text that speak most for it, the strongest first."""
        if not self.models:
            return ()
        terms = words_and_pairs(text)
        columns = self.words.columns(terms)
        row = self.words.transform([text]).toarray()[0]
        weight = np.mean([models[1].coef_[0] for models in self.models], axis=0)
        gains = zip(row[columns] * weight[columns] * (columns >= 0), terms, strict=True) if len(row) else ()
        best = sorted(((float(gain), term) for gain, term in gains if gain > 0), reverse=True)
        chosen: list[str] = []
        for _, term in best:
            if len(chosen) < count and not any(term in other or other in term for other in chosen):
                chosen.append(term)
        return tuple(chosen)


def fit_relevance(examples: Sequence[Example], vectors: Vectors, background: Background) -> RelevanceModel:
    """Learns from examples with the vectors of their texts (shape (n_examples, dimension)), and from the background;
    without wanted examples, or without a background, nothing can be learned."""
    wanted = np.array([example.wanted for example in examples], dtype=bool)
    texts = [*(example.text for example in examples), *background.texts]
    least = 5 if len(texts) >= MANY else 2
    words, letters = fit_tfidf(texts, word_terms, least), fit_tfidf(texts, letter_terms, least)
    if not wanted.any() or not background.texts:
        zeros, rows = np.zeros(int(wanted.sum())), np.flatnonzero(wanted)
        held_out, scores = HeldOutScores(zeros, zeros + 1, rows), np.zeros(len(background.texts))
        return RelevanceModel(words, letters, (), vectors[:0], (), UNKNOWN_LIST, held_out, scores)
    training = _training_set(examples, vectors, background, words, letters, wanted)
    metadata = metadata_set([example.metadata for example in examples], wanted, training.weights, background.metadata)
    # The steps are too small to share: on a busy machine threads that wait for each other take ten times as long.
    with threadpool_limits(limits=1):
        probably_wanted = _probably_wanted(training.first_member(), metadata)
        members = cross_validate(training, probably_wanted)
    centroid, cosines = _centroid(vectors, wanted, training.weights)
    rows_of_background = [background.vectors, background.title_vectors] if training.titles else [background.vectors]
    background_cosines = np.concatenate([rows @ centroid for rows in rows_of_background])
    own, others = (*members.examples, cosines), (*members.background, background_cosines)
    distributions, scores, background_scores = combine_out_of_fold(training, SHARES, own, others, probably_wanted)
    model = fit_metadata(metadata, scores, background_scores, np.ones(len(wanted), dtype=bool))
    return RelevanceModel(
        words,
        letters,
        members.models,
        centroid,
        distributions,
        model,
        _held_out(metadata, model, like_watched(examples, wanted), scores, background_scores),
        background_scores + model.score(metadata.background),
    )


def _training_set(
    examples: Sequence[Example],
    vectors: Vectors,
    background: Background,
    words: TfIdf,
    letters: TfIdf,
    wanted: Flags,
) -> TrainingSet:
    """The feature matrices of the first three members."""
    texts = [example.text for example in examples]
    title_only = np.array([not example.abstract for example in examples], dtype=bool)
    vectors, title_vectors = _impute_abstracts(vectors, title_only, background)
    titles = len(title_vectors)
    example_words, background_words = words.transform(texts), words.transform(background.texts)
    background_letters = letters.transform(background.texts)
    title_words = words.transform([text.partition("\n")[0] for text in background.texts[:titles]])
    return TrainingSet(
        examples=(vectors_and_words(vectors, example_words), example_words, letters.transform(texts)),
        background=(
            vstack(
                [
                    vectors_and_words(background.vectors, background_words),
                    vectors_and_words(title_vectors, title_words),
                ]
            ).tocsr(),
            vstack([background_words, title_words]).tocsr(),
            vstack([background_letters, background_letters[:titles]]).tocsr(),
        ),
        wanted=wanted,
        weights=np.array([example.weight for example in examples]) * recency(examples),
        title_only=title_only,
        papers=len(background.texts),
    )


def _probably_wanted(training: TrainingSet, metadata: MetadataSet) -> Scores:
    """The probability that each paper of the background is wanted itself, by a model for which none is."""
    none = np.zeros(training.papers)
    scores = cross_validate(training, none)
    _, examples, background = combine_out_of_fold(training, (1.0,), scores.examples, scores.background, none)
    model = fit_metadata(metadata, examples, background, np.ones(len(examples), dtype=bool))
    return model.probability(background + model.score(metadata.background))


def _held_out(
    metadata: MetadataSet, model: MetadataModel, judged_by: Flags, scores: Scores, background_scores: Scores
) -> HeldOutScores:
    """The out-of-fold scores of the examples that the queue is judged by, with what their metadata adds by models that
    did not learn from it. One whose metadata is unknown has a score for each of its typical values."""
    added = np.zeros(len(scores))
    for fold in range(FOLDS):
        in_fold = np.arange(len(scores)) % FOLDS == fold
        fold_model = fit_metadata(metadata, scores, background_scores, training_rows(in_fold, metadata.wanted))
        added[in_fold] = fold_model.score(metadata.examples[in_fold])
    known = judged_by & ~np.isnan(metadata.examples).any(axis=1)
    unknown = judged_by & ~known
    likeness = similarity_to_wanted(scores[judged_by], metadata.weights[judged_by], background_scores)
    typical = typical_scores(model, metadata.background, likeness)
    spread = np.repeat(metadata.weights[unknown] / len(typical), len(typical))
    return HeldOutScores(
        np.concatenate([scores[known] + added[known], np.add.outer(scores[unknown], typical).ravel()]),
        np.concatenate([metadata.weights[known], spread]),
        np.concatenate([np.flatnonzero(known), np.repeat(np.flatnonzero(unknown), len(typical))]),
    )


def _impute_abstracts(vectors: Vectors, title_only: Flags, background: Background) -> tuple[Vectors, Vectors]:
    """The examples' vectors with those of bare titles replaced by what their abstracts' would be (ridge regression of
    a text's vector on its title's), and the same for the background's titles.

    Without it a model learns to separate titles from abstracts rather than wanted from unwanted.
    """
    titles = len(background.title_vectors)
    if not title_only.any() or titles < 2:
        return vectors, vectors[:0]
    heads, bodies = background.title_vectors, background.vectors[:titles]
    head_mean, body_mean = heads.mean(axis=0), bodies.mean(axis=0)
    centred = heads - head_mean
    gram = centred.T @ centred + RIDGE * np.eye(heads.shape[1], dtype=np.float32)
    coefficients = np.linalg.solve(gram, centred.T @ (bodies - body_mean))

    def predict(rows: Vectors) -> Vectors:
        predicted = (rows - head_mean) @ coefficients + body_mean
        predicted /= np.maximum(np.linalg.norm(predicted, axis=1, keepdims=True), 1e-9)
        return np.asarray(predicted, dtype=np.float32)

    filled = vectors.copy()
    filled[title_only] = predict(vectors[title_only])
    return filled, predict(background.title_vectors)


def _centroid(vectors: Vectors, wanted: Flags, weights: Scores) -> tuple[Vectors, Scores]:
    """The weighted mean of the wanted vectors, and every example's dot product with it, leaving the example out."""
    shares = (weights * wanted).astype(np.float32)[:, None]
    total = (vectors * shares).sum(axis=0)
    products = vectors @ total - (shares * vectors**2).sum(axis=1)
    whole = max(float(shares.sum()), 1e-9)
    rest = np.maximum(whole - shares[:, 0], 1e-9)
    return total / whole, np.where(shares.sum() > shares[:, 0], products / rest, 0.0).astype(np.float64)
