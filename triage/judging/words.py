"""Texts as weighted words and word pairs, titles as weighted letter sequences. Fast: a thousand abstracts in a blink.

Terms are kept as hashes (CRC-32 of a term's UTF-8), so that a text takes two small arrays and no dictionary.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

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
