"""Text features: tf-idf of words and word pairs, and of the letter n-grams of titles.

Terms are kept as hashes (CRC-32 of their UTF-8), so that a text takes two small arrays and no dictionary; a thousand
abstracts take about 0.2 seconds.
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
"""Hashes of terms, ascending, and how often each occurs."""

TITLE_COUNTS = 3
"""A word of the title counts as if it stood there three times: a title is the paper's own choice of what matters."""

# Hyphens part words: lists and papers do not agree on "zero-shot" and "zero shot".
_TOKEN = re.compile(r"[^\W_]{2,}")
_ADDRESS = re.compile(r"https?://\S+")
_NGRAM_SIZES = (3, 4, 5)
_FNV_PRIME = np.uint32(16777619)


@dataclass(frozen=True, slots=True)
class TfIdf:
    """A fitted vocabulary: `terms` ascending, each with its smoothed inverse document frequency (`idf`)."""

    split: Callable[[str], Terms]
    terms: NDArray[np.uint32]
    idf: NDArray[np.float64]

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Rows of length 1, shape (n_texts, n_terms), of (1 + log count) · idf; unknown terms are left out."""
        shape = (len(texts), len(self.terms))
        if not texts or not len(self.terms):
            return csr_matrix(shape, dtype=np.float32)
        split = [self.split(text) for text in texts]
        row = np.repeat(np.arange(len(texts)), [len(terms) for terms, _ in split])
        terms, counts = np.concatenate([t for t, _ in split]), np.concatenate([c for _, c in split])
        columns = np.searchsorted(self.terms, terms)
        columns[columns == len(self.terms)] = 0
        known = self.terms[columns] == terms
        row, columns = row[known], columns[known]
        values = (1 + np.log(counts[known])) * self.idf[columns]
        lengths = np.sqrt(np.bincount(row, weights=values**2, minlength=len(texts)))
        values /= np.maximum(lengths[row], 1e-12)
        starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(texts)))])
        return csr_matrix((values.astype(np.float32), columns, starts), shape=shape)

    def columns(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """The columns of words and word pairs ("word word"), -1 for each that is unknown."""
        if not terms or not len(self.terms):
            return np.full(len(terms), -1)
        hashed = hash_terms(terms)
        found = np.minimum(np.searchsorted(self.terms, hashed), len(self.terms) - 1)
        return np.where(self.terms[found] == hashed, found, -1)


def fit_tfidf(texts: Sequence[str], split: Callable[[str], Terms], least: int = 1) -> TfIdf:
    """The vocabulary of the texts, without terms that stand in fewer than `least` of them."""
    every = [split(text)[0] for text in texts]
    terms, found_in = np.unique(np.concatenate(every) if every else np.zeros(0, dtype=np.uint32), return_counts=True)
    kept = found_in >= least
    return TfIdf(split, terms[kept], np.log((1 + len(texts)) / (1 + found_in[kept])) + 1)


def tokens(text: str) -> list[str]:
    """The words of a text in lower case, without addresses and English stop words."""
    found: list[str] = _TOKEN.findall(_ADDRESS.sub(" ", text).casefold())
    return [word for word in found if word not in ENGLISH_STOP_WORDS]


def words_and_pairs(text: str) -> list[str]:
    """The words and word pairs of a text whose first line is its title, in order, each once."""
    title, _, rest = text.partition("\n")
    return list(dict.fromkeys([*_with_pairs(tokens(title)), *_with_pairs(tokens(rest))]))


@lru_cache(maxsize=8192)
def word_terms(text: str) -> Terms:
    """Words and pairs of neighbouring words of a text whose first line is its title."""
    title, _, rest = text.partition("\n")
    return _count(hash_terms([*_with_pairs(tokens(title)) * TITLE_COUNTS, *_with_pairs(tokens(rest))]))


@lru_cache(maxsize=8192)
def letter_terms(text: str) -> Terms:
    """Sequences of three to five bytes of the title (the first line), which see through inflection and compounds."""
    title = " ".join(text.partition("\n")[0].casefold().split())
    letters = np.frombuffer(f" {title} ".encode("utf-8", "surrogatepass"), dtype=np.uint8).astype(np.uint32)
    found = [np.zeros(0, dtype=np.uint32)]
    for size in _NGRAM_SIZES:
        count = max(len(letters) - size + 1, 0)
        hashed = np.full(count, size, dtype=np.uint32)
        for place in range(size):
            hashed = hashed * _FNV_PRIME ^ letters[place : count + place]
        found.append(hashed)
    return _count(np.concatenate(found))


def hash_terms(terms: Sequence[str]) -> NDArray[np.uint32]:
    """The hash of each word or word pair, as `word_terms` gives it."""
    return np.array([zlib.crc32(term.encode("utf-8", "surrogatepass")) for term in terms], dtype=np.uint32)


def _with_pairs(words: list[str]) -> list[str]:
    return [*words, *(f"{one} {two}" for one, two in pairwise(words))]


def _count(hashes: NDArray[np.uint32]) -> Terms:
    terms, counts = np.unique(hashes, return_counts=True)
    return terms, counts
