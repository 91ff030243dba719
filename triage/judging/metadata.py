"""Metadata features: is code given, how many wrote the paper, do its authors stand on the list.

On a broad list the subject decides little: of ten papers about it one is added. What lists prefer apart from the
subject is the prior; the entries' own metadata and the owner's decisions move it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from triage.judging.arrays import Flags, Scores, logistic, weighted_quantiles
from triage.models import Paper

MetadataFeatures = NDArray[np.float64]
"""Shape (n_papers, 3): is code or a project page given (0 to 1), the logarithm of the number of authors, how well the
authors are known to the list. NaN where it is not known."""

PRIOR_MEAN = np.array([0.6, 0.6, 1.0])
"""What lists prefer before anything is known of this one, in log odds per unit: a paper with code is nearly twice as
likely to be added, one with three times the authors as well."""

PRIOR_DEVIATION = np.array([0.5, 0.5, 1.0])
"""How far a list may be from that (a standard deviation)."""

LOWEST_WEIGHTS = np.array([0.0, -1.0, 0.0])
"""No list is against code, or against the authors whom it lists: what looks so is chance. Some prefer small teams."""

LARGE_TEAM = 60.0
"""Authors beyond which more make no difference."""

CODE_NAMED = (0.15, 0.75)
"""How likely a paper's announcement links to code if the list's entry does not, and if it does."""

QUANTILES = 20
"""Equally likely values that stand for all that unknown metadata may add."""

LOWEST_SLOPE = 0.3
"""The text's score never counts for less, or the metadata would decide alone."""

_NEWTON_STEPS = 50
_ADDRESSES = ("http://", "https://", "github.com", "github.io", "huggingface.co")
_CODE_HOST = re.compile(r"\b(?:github|gitlab|bitbucket|huggingface|codeberg|gitee)\.|\.github\.io", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a paper apart from its text: its `authors` (empty: unknown), and the probability that its
    announcement gives an address of code or of a project (None: unknown)."""

    authors: tuple[str, ...] = ()
    gives_code: float | None = None


UNKNOWN = Metadata()
"""Of a paper of which only the title is known."""


def metadata_of(paper: Paper) -> Metadata:
    """The metadata of a paper as it was announced."""
    if not paper.authors and not paper.abstract:
        return UNKNOWN
    text = f"{paper.abstract} {paper.comment or ''}".casefold()
    return Metadata(paper.authors, float(any(address in text for address in _ADDRESSES)))


def links_to_code(links: Iterable[str]) -> bool:
    """Whether one of an entry's addresses is that of a code host."""
    return any(_CODE_HOST.search(link) for link in links)


@dataclass(frozen=True, slots=True)
class AuthorCounts:
    """How many wanted papers, and how many of the background, each author wrote, by `name_key`."""

    listed: Mapping[str, int]
    background: Mapping[str, int]

    def features(
        self, papers: Sequence[Metadata], *, listed: bool = False, background: bool = False
    ) -> MetadataFeatures:
        """The features of papers. What they contributed to the counts themselves is taken off if they were counted as
        `listed` or as `background`."""
        rows = np.full((len(papers), 3), np.nan)
        for row, paper in enumerate(papers):
            if paper.gives_code is not None:
                rows[row, 0] = paper.gives_code
            if paper.authors:
                rows[row, 1] = np.log(min(len(paper.authors), LARGE_TEAM))
                rows[row, 2] = self._known(paper.authors, int(listed), int(background))
        return rows

    def listed_authors(self, authors: Sequence[str], most: int) -> tuple[tuple[str, int], ...]:
        """Those of the authors who stand on the list and are not merely namesakes of many, with how many of its
        entries they wrote, most first."""
        counts = [(name, self.listed.get(key := name_key(name), 0), self.background.get(key, 0)) for name in authors]
        known = [(name, listed) for name, listed, background in counts if listed and 2 * listed >= background]
        return tuple(sorted(known, key=lambda pair: -pair[1])[:most])

    def _known(self, authors: Sequence[str], listed: int, background: int) -> float:
        # A name that many people share counts by how rare it is among all papers.
        keys = {name_key(name) for name in authors}
        shares = (
            (self.listed.get(key, 0) - listed) / (1 + max(self.background.get(key, 0) - background, 0)) for key in keys
        )
        return float(np.log1p(sum(share for share in shares if share > 0)))


def count_authors(listed: Sequence[Metadata], background: Sequence[Metadata]) -> AuthorCounts:
    """Counts the authors of wanted papers and of the background."""

    def count(papers: Sequence[Metadata]) -> Mapping[str, int]:
        return Counter(key for paper in papers for key in {name_key(name) for name in paper.authors})

    return AuthorCounts(count(listed), count(background))


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """A name without accents, stops and capitals."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s]|_", " ", bare).casefold().split())


@dataclass(frozen=True, slots=True)
class MetadataModel:
    """Log odds that a paper is wanted: `intercept` + `slope` · the text's score + `weights` · (features − `centre`).
    `centre` is the mean of papers whose texts are about as likely wanted."""

    authors: AuthorCounts
    centre: NDArray[np.float64]
    weights: NDArray[np.float64]
    slope: float
    intercept: float

    def probability(self, scores: Scores) -> Scores:
        """The probability that papers are wanted rather than background, by the sum of the text's score and the
        metadata's."""
        return logistic(self.intercept + self.slope * scores)

    def score(self, features: MetadataFeatures) -> Scores:
        """What metadata adds to the text's score, shape (n_papers,): its log odds in the unit of that score (divided
        by `slope`), 0 for features that are unknown."""
        known = np.where(np.isnan(features), 0.0, features - self.centre)
        return np.asarray(known @ self.weights / self.slope, dtype=np.float64)


UNKNOWN_LIST = MetadataModel(AuthorCounts({}, {}), np.zeros(3), np.zeros(3), 1.0, -5.0)
"""Of a list of which nothing is known: metadata adds nothing."""


@dataclass(frozen=True, slots=True)
class MetadataSet:
    """What a metadata model is learned from: the features of the examples (shape (n_examples, 3)) with whether they are
    `wanted` and their `weights`, and the features of the background (shape (n_background, 3))."""

    authors: AuthorCounts
    examples: MetadataFeatures
    wanted: Flags
    weights: Scores
    background: MetadataFeatures


def metadata_set(
    examples: Sequence[Metadata], wanted: Flags, weights: Scores, background: Sequence[Metadata]
) -> MetadataSet:
    """The features of examples and background, none of which counts as known to the list by itself."""
    authors = count_authors([paper for paper, ours in zip(examples, wanted, strict=True) if ours], background)
    features = np.where(wanted[:, None], authors.features(examples, listed=True), authors.features(examples))
    return MetadataSet(authors, features, wanted, weights, authors.features(background, background=True))


def fit_metadata(data: MetadataSet, scores: Scores, background_scores: Scores, kept: Flags) -> MetadataModel:
    """Logistic regression with a Gaussian prior, by Newton's method (Bishop 2006, section 4.3.3), of wanted against
    background on the metadata and the text's out-of-fold score: `scores` of the examples, of which those that are
    `kept` are learned from (both of shape (n_examples,)), and `background_scores` (shape (n_background,)).

    Unknown features of wanted papers are replaced by what the model so far expects of wanted papers (expectation
    maximisation, Dempster, Laird & Rubin 1977): where all are unknown the prior stays as it is.
    """
    features, wanted, weights, scores = data.examples[kept], data.wanted[kept], data.weights[kept], scores[kept]
    likeness = similarity_to_wanted(scores[wanted], weights[wanted], background_scores)
    centre = _weighted_mean(data.background, likeness)
    rows = np.vstack([features, data.background]) - centre
    labels = np.concatenate([wanted, np.zeros(len(background_scores), dtype=bool)])
    unknown = np.isnan(rows)
    blank, rows[unknown] = unknown & labels[:, None], 0.0
    design = np.column_stack([np.ones(len(rows)), np.concatenate([scores, background_scores]), rows])
    counts = np.concatenate([_example_weights(features, wanted, weights), np.ones(len(background_scores))])
    prior = np.concatenate([[-5.0, 1.0], PRIOR_MEAN])
    precision = np.diag(1 / np.concatenate([[5.0, 0.5], PRIOR_DEVIATION]) ** 2)
    found = prior.copy()
    for _ in range(_NEWTON_STEPS):
        likely = logistic(design @ found)
        chance = counts * likely
        pull = chance[len(wanted) :]
        expected = pull @ design[len(wanted) :, 2:] / max(float(pull.sum()), 1e-12)
        design[:, 2:] = np.where(blank, expected, design[:, 2:])
        gradient = design.T @ (counts * labels - chance) - precision @ (found - prior)
        hessian = (design * (chance * (1 - likely))[:, None]).T @ design + precision
        step = np.clip(np.linalg.solve(hessian, gradient), -2, 2)
        found = found + step
        if np.abs(step).max() < 1e-3:
            break
    learned = np.maximum(found[2:], LOWEST_WEIGHTS)
    return MetadataModel(data.authors, centre, learned, max(float(found[1]), LOWEST_SLOPE), float(found[0]))


def _example_weights(features: MetadataFeatures, wanted: Flags, weights: Scores) -> Scores:
    """How much each example counts, where a paper of the background counts 1: none more than that, and rejected papers
    no more in all than wanted ones whose metadata is known. Otherwise a few rejected papers would count against
    whatever they have in common."""
    counts = weights / max(float(weights.max(initial=0.0)), 1e-12)
    known = float(counts[wanted & ~np.isnan(features).any(axis=1)].sum())
    rejected = float(counts[~wanted].sum())
    return np.where(wanted, counts, counts * min(1.0, known / max(rejected, 1e-12)))


def typical_scores(model: MetadataModel, background: MetadataFeatures, likeness: Scores) -> Scores:
    """What metadata typically adds for wanted papers, as QUANTILES equally likely values, ascending; stands in where an
    entry's own metadata is unknown. Estimated from the background: each paper weighs by the `likeness` of its text to
    the wanted, and more the likelier its metadata is among wanted papers."""
    if not likeness.any():
        return np.zeros(1)
    scores = model.score(background)
    weights = likeness * np.exp(model.slope * (scores - scores.max()))
    return weighted_quantiles(scores, weights, QUANTILES)


def similarity_to_wanted(scores: Scores, weights: Scores, background_scores: Scores) -> Scores:
    """From 0 to 1, shape (n_background,): one half where a text of the background scores as high as the wanted examples
    do on average, whose scores and weights these are."""
    if not len(scores):
        return np.zeros(len(background_scores))
    return logistic(background_scores - np.average(scores, weights=weights))


def _weighted_mean(features: MetadataFeatures, weights: Scores) -> NDArray[np.float64]:
    """The mean of the known features."""
    known = (~np.isnan(features)) * weights[:, None]
    total = (np.nan_to_num(features) * weights[:, None]).sum(axis=0)
    return np.asarray(total / np.maximum(known.sum(axis=0), 1e-12))
