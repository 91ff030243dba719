"""The witnesses of relevance: models that learn wanted papers from a background, each heard only on what it did not
learn from.

Texts as weighted words and word pairs, titles as weighted letter sequences. Fast: a thousand abstracts in a blink.

Terms are kept as hashes (CRC-32 of a term's UTF-8), so that a text takes two small arrays and no dictionary.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.linear_model import LogisticRegression

from triage.judging.measure import Flags, Scores
from triage.protocols import Vectors

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


Terms = tuple[NDArray[np.uint32], NDArray[np.int64]]
"""Term hashes, ascending, and how often each occurs."""

TITLE_COUNTS = 3
"""A word of the title counts as if it stood there three times: a title is the paper's own choice of what matters."""

# Hyphens part words: lists and papers do not agree on "zero-shot" and "zero shot".
_TOKEN = re.compile(r"[^\W_]{2,}")
_ADDRESS = re.compile(r"https?://\S+")
_GRAMS = (3, 4, 5)
_PRIME = np.uint32(16777619)


def tokens(text: str) -> list[str]:
    """The words of a text in small letters, without addresses and the commonest English words."""
    found: list[str] = _TOKEN.findall(_ADDRESS.sub(" ", text).casefold())
    return [word for word in found if word not in ENGLISH_STOP_WORDS]


@lru_cache(maxsize=8192)
def word_terms(text: str) -> Terms:
    """Words and pairs of neighbouring words of a text whose first line is its title."""
    title, _, rest = text.partition("\n")
    head, body = tokens(title), tokens(rest)
    terms = [*_pairs(head) * TITLE_COUNTS, *_pairs(body)]
    return _counted(np.array([zlib.crc32(term.encode("utf-8", "surrogatepass")) for term in terms], dtype=np.uint32))


@lru_cache(maxsize=8192)
def letter_terms(text: str) -> Terms:
    """Sequences of three to five bytes in the first line (the title), which see through inflection and compounds."""
    title = " ".join(text.partition("\n")[0].casefold().split())
    letters = np.frombuffer(f" {title} ".encode("utf-8", "surrogatepass"), dtype=np.uint8).astype(np.uint32)
    found = []
    for size in _GRAMS:
        if len(letters) < size:
            continue
        hashed = np.full(len(letters) - size + 1, size, dtype=np.uint32)
        for place in range(size):
            hashed = hashed * _PRIME ^ letters[place : len(letters) - size + 1 + place]
        found.append(hashed)
    return _counted(np.concatenate(found) if found else np.zeros(0, dtype=np.uint32))


@dataclass(frozen=True, slots=True)
class Weights:
    """Learned term weights: `terms` ascending, `rarity` beside them (the smoothed inverse document frequency)."""

    split: Callable[[str], Terms]
    terms: NDArray[np.uint32]
    rarity: NDArray[np.float64]

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """Shape (texts, terms): (1 + log count) · rarity, each row of length 1; unknown terms are left out."""
        shape = (len(texts), len(self.terms))
        if not texts or not len(self.terms):
            return csr_matrix(shape, dtype=np.float32)
        split = [self.split(text) for text in texts]
        row = np.repeat(np.arange(len(texts)), [len(terms) for terms, _ in split])
        terms, counts = np.concatenate([t for t, _ in split]), np.concatenate([c for _, c in split])
        places = np.searchsorted(self.terms, terms)
        places[places == len(self.terms)] = 0
        known = self.terms[places] == terms
        row, places = row[known], places[known]
        values = (1 + np.log(counts[known])) * self.rarity[places]
        lengths = np.sqrt(np.bincount(row, weights=values**2, minlength=len(texts)))
        values /= np.maximum(lengths[row], 1e-12)
        starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(texts)))])
        return csr_matrix((values.astype(np.float32), places, starts), shape=shape)

    def places(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The columns of words and pairs of words ("word word"), -1 for each that was never seen."""
        if not terms or not len(self.terms):
            return np.full(len(terms), -1)
        hashed = np.array([zlib.crc32(term.encode("utf-8", "surrogatepass")) for term in terms], dtype=np.uint32)
        found = np.minimum(np.searchsorted(self.terms, hashed), len(self.terms) - 1)
        return np.where(self.terms[found] == hashed, found, -1)


def learn_weights(texts: Sequence[str], split: Callable[[str], Terms], least: int = 1) -> Weights:
    """Term weights from texts; a term must stand in at least `least` of them."""
    every = [split(text)[0] for text in texts]
    terms, found_in = np.unique(np.concatenate(every) if every else np.zeros(0, dtype=np.uint32), return_counts=True)
    kept = found_in >= least
    return Weights(split, terms[kept], np.log((1 + len(texts)) / (1 + found_in[kept])) + 1)


def spoken(text: str) -> list[str]:
    """The words and word pairs of a text as `word_terms` counts them, in order, each once."""
    title, _, rest = text.partition("\n")
    return list(dict.fromkeys([*_pairs(tokens(title)), *_pairs(tokens(rest))]))


def _pairs(words: list[str]) -> list[str]:
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


def _counted(hashes: NDArray[np.uint32]) -> Terms:
    terms, counts = np.unique(hashes, return_counts=True)
    return terms, counts
