"""How a sentence and a paper look side by side, for every paper of a collection at once.

A wrong citation is seen best by comparison: another paper of the collection fits the sentence better. A long paper is
looked at through windows of the length of an abstract, so that it does not win by its length alone.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix

from triage.evidence.source import Source
from triage.evidence.words import stems
from triage.protocols import Vectors
from triage.verifying.names import find_names

Embed = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, shape (texts, dimension)."""

Matrix = NDArray[np.float64]

WORD_FEATURES = ("bm25", "bm25_share", "title_words", "title_share", "names", "acronym", "author", "title_letters")
"""What is seen without vectors:

bm25           BM25 of the best window (Robertson & Zaragoza 2009)
bm25_share     the same as a share of what the sentence could reach
title_words    idf of the sentence's words that stand in the title, as a share of the sentence
title_share    the same as a share of the title
names          idf of the sentence's names that stand in the best window, as a share of the sentence
acronym        1 if a name is spelled by the first letters of the title's words
author         1 if an author's surname stands in the sentence
title_letters  idf of the title's sequences of four letters that stand in the sentence, as a share of the title
"""

FEATURES = (*WORD_FEATURES, "cosine")
"""With vectors: also the cosine of the sentence to the paper's title and its first window, often the abstract."""

_WINDOW = 250
"""Words: nearly every abstract fits into one window."""

_K1, _B = 1.2, 0.75
"""BM25 as usual."""

_WORD = re.compile(r"[^\W_]+")


def head(source: Source) -> str:
    """What stands for a paper among vectors: the title and, below a blank line, the first sentences up to the length of
    an abstract; that is how the store has papers embedded, if nothing but their abstract is known."""
    first = _windows(source)[0]
    return f"{source.title}\n\n{' '.join(first)}" if first else source.title


def _windows(source: Source) -> list[list[str]]:
    found: list[list[str]] = [[]]
    length = 0
    for sentence in source.sentences:
        words = len(sentence.text.split())
        if length and length + words > _WINDOW:
            found.append([])
            length = 0
        found[-1].append(sentence.text)
        length += words
    return found


@dataclass(frozen=True, slots=True)
class _Counts:
    """How often each term stands in each text: `matrix` of shape (texts, terms), `columns` by term."""

    matrix: csc_matrix
    columns: dict[str, int]

    def of(self, wanted: Iterable[str]) -> list[int]:
        """The columns of those of the terms that any of the texts has."""
        return [self.columns[term] for term in wanted if term in self.columns]


def _count(texts: Iterable[Iterable[str]], rows: int) -> _Counts:
    columns: dict[str, int] = {}
    places: list[tuple[int, int, int]] = []
    for row, text in enumerate(texts):
        places += [(row, columns.setdefault(term, len(columns)), n) for term, n in Counter(text).items()]
    row_of, column_of, values = np.array(places, dtype=np.int64).reshape(-1, 3).T
    return _Counts(csc_matrix((values.astype(np.float64), (row_of, column_of)), shape=(rows, len(columns))), columns)


def _idf(papers_with: Matrix, papers: int) -> Matrix:
    return np.log(1 + (papers - papers_with + 0.5) / (papers_with + 0.5))


class Collection:
    """The papers of a collection, ready to be compared with sentences. Nothing in it changes once it is made."""

    def __init__(self, sources: Sequence[Source], embed: Embed | None = None) -> None:
        """`embed` is asked once for each paper, and once for each sentence that is compared."""
        self.sources = tuple(sources)
        self._embed = embed
        self._vectors = embed([head(source) for source in sources]) if embed and sources else None
        titles = [stems(source.title) for source in sources]
        windows = [
            [*title, *(term for sentence in window for term in stems(sentence))]
            for title, source in zip(titles, sources, strict=True)
            for window in _windows(source)
        ]
        self._first = np.cumsum([0, *(len(_windows(source)) for source in sources)])[:-1]
        self._weigh_words(windows)
        self._weigh_titles(titles)
        self._authors = [frozenset(_surname(author) for author in source.authors) for source in sources]
        self._initials = ["".join(word[0] for word in _WORD.findall(source.title.casefold())) for source in sources]

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the columns of `compare`."""
        return WORD_FEATURES if self._vectors is None else FEATURES

    def _weigh_words(self, windows: list[list[str]]) -> None:
        counts = _count(windows, len(windows))
        frequent = counts.matrix
        lengths = np.array([len(window) for window in windows], dtype=np.float64)
        slow = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()) if len(lengths) else 1.0, 1.0))
        weights = frequent.data * (_K1 + 1) / (frequent.data + slow[frequent.indices])
        self._words = counts.columns
        self._bm25 = csc_matrix((weights, frequent.indices, frequent.indptr), shape=frequent.shape)
        self._present = csc_matrix((np.ones_like(weights), frequent.indices, frequent.indptr), shape=frequent.shape)
        paper_of = np.searchsorted(self._first, np.arange(len(windows)), side="right") - 1
        term_of = np.repeat(np.arange(frequent.shape[1]), np.diff(frequent.indptr))
        once = np.unique(term_of * max(len(self.sources), 1) + paper_of[frequent.indices])
        papers_with = np.bincount(once // max(len(self.sources), 1), minlength=frequent.shape[1])
        self._idf = _idf(papers_with.astype(np.float64), len(self.sources))
        self._unknown = float(_idf(np.zeros(1), len(self.sources))[0])

    def _weigh_titles(self, titles: list[list[str]]) -> None:
        """Words of titles, and neighbouring words as one: "Deep Speech" is also called "DeepSpeech"."""
        written = [_WORD.findall(source.title.casefold()) for source in self.sources]
        joined = [[one + two for one, two in pairwise(words)] for words in written]
        both = ({*title, *pairs} for title, pairs in zip(titles, joined, strict=True))
        self._title_words = _count(both, len(titles))
        weights = [sum(self._weight(term) for term in dict.fromkeys(title)) for title in titles]
        self._title_weight = np.maximum(np.array(weights, dtype=np.float64), 1.0)
        self._letters = _count((set(_letters(source.title)) for source in self.sources), len(titles))
        matrix = self._letters.matrix
        self._letters_idf = _idf(np.asarray(matrix.sum(axis=0)).ravel(), len(titles))
        self._letters_weight = np.maximum(matrix @ self._letters_idf, 1.0)

    def _weight(self, term: str) -> float:
        column = self._words.get(term)
        return self._unknown if column is None else float(self._idf[column])

    def compare(self, text: str) -> Matrix:
        """The features of a sentence with every paper, shape (papers, features); each is 0 where nothing is alike."""
        wanted = list(dict.fromkeys(stems(text)))
        whole = max(sum(self._weight(term) for term in wanted), 1e-9)
        known = [self._words[term] for term in wanted if term in self._words]
        called = [part for name in find_names(text) for part in _WORD.findall(name.text)]
        named = [self._words[term] for term in dict.fromkeys(stems(" ".join(called))) if term in self._words]
        bm25 = self._best(self._bm25[:, known] @ self._idf[known])
        in_title = [term for term in wanted if term in self._title_words.columns]
        title = self._title_words.matrix[:, self._title_words.of(in_title)] @ np.array(
            [self._weight(term) for term in in_title]
        )
        letters = self._letters.of(set(_letters(text)))
        columns = [
            bm25,
            bm25 / (whole * (_K1 + 1)),
            title / whole,
            np.minimum(title / self._title_weight, 1.0),
            self._best(self._present[:, named] @ self._idf[named]) / whole,
            self._acronyms(called),
            self._named_authors(text),
            (self._letters.matrix[:, letters] @ self._letters_idf[letters]) / self._letters_weight,
        ]
        if self._vectors is not None and self._embed is not None:
            columns.append(self._vectors @ self._embed([text])[0])
        return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)

    def _best(self, by_window: Matrix) -> Matrix:
        """Each paper's best window."""
        return np.maximum.reduceat(by_window, self._first) if len(self._first) else by_window

    def _acronyms(self, called: Sequence[str]) -> Matrix:
        capitals = ["".join(sign for sign in name if sign.isupper()).casefold() for name in called]
        acronyms = [letters for letters in capitals if len(letters) > 2]
        return np.array([float(any(_spells(one, initials) for one in acronyms)) for initials in self._initials])

    def _named_authors(self, text: str) -> Matrix:
        capitalised = {word.casefold() for word in _WORD.findall(text) if word[0].isupper() and len(word) > 1}
        return np.array([float(not capitalised.isdisjoint(authors)) for authors in self._authors])


def _letters(text: str) -> list[str]:
    plain = f" {' '.join(_WORD.findall(text.casefold()))} "
    return [plain[start : start + 4] for start in range(len(plain) - 3)]


def _spells(acronym: str, initials: str) -> bool:
    """Whether the acronym's letters are among a title's initials in this order: "rcr" in "rclo" is not."""
    rest = iter(initials)
    return all(letter in rest for letter in acronym)


def _surname(author: str) -> str:
    """Of "Ada Lovelace" and "Lovelace, Ada", in lower case."""
    words = _WORD.findall(author.partition(",")[0].casefold())
    return words[-1] if words else ""
