"""Which sentences bear on a text: out of one paper, or of a whole collection.

First come the sentences with its words (BM25 over all of them); the best of these are looked at closely, the best of
those by meaning too. So a question to thousands of papers embeds no more than a question to one: some forty sentences.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from triage.evidence.prose import is_prose
from triage.evidence.source import Evidence, Sentence, Source
from triage.evidence.words import Scores, WordIndex, letters, stems, telling
from triage.protocols import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts in, unit vectors out, shape (texts, dimension); the caller's keeps what it has embedded before."""

_BY_WORDS = 300
"""So many sentences, the best by BM25, are looked at closely."""
_BY_MEANING = 40
"""So many of those are embedded. With a hundred no other sentence comes among the first ten."""

SIGNS = ("words", "letters", "pairs", "own", "introduction", "meaning")
"""What speaks for a sentence: words and four letters in a row that it shares with the text (BM25 as a share of the
best), neighbouring words that it shares, speaking of "this paper", standing in the introduction, cosine."""

# Fitted by scripts/fit_retrieval.py.
_STATEMENT = {"words": 3.0, "letters": 1.6, "pairs": 0.5, "own": 1.6, "introduction": 0.9, "meaning": 2.6}
_QUESTION = _STATEMENT | {"own": 0.0, "introduction": 0.0}
"""What is asked may be answered anywhere; what others say of a paper it says of itself at its beginning."""

_OWN = re.compile(r"\b(?:this|the present) (?:paper|article|work|study|thesis|report)\b", re.I)
_BRACKETS = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]")
_AUTHOR, _YEAR = r"[^\W\d_a-z][\w’'-]{1,30}", r"(?:19|20)\d\d[a-z]?\b"
_A_YEAR = re.compile(rf"\b{_YEAR}")
_AUTHORS = re.compile(
    rf"\b{_AUTHOR} et al\b\.?(?:,? \(?{_YEAR}\)?)?"
    rf"|\b{_AUTHOR}(?:(?:, and | and | & |, ){_AUTHOR}){{1,5}},? \(?{_YEAR}\)?"
    rf"|\b{_AUTHOR}(?:, | \(){_YEAR}\)?"
)


def rank_sentences(query: str, sources: Sequence[Source], embed: Embed | None, limit: int) -> list[Evidence]:
    """The sentences of these papers that bear on `query`, best first, at most `limit`, with ids "e1", "e2", …; without
    `embed` by their words alone. To ask the same papers often, build one Retriever."""
    return Retriever(sources, embed).rank(query, limit)


class Retriever:
    """The sentences of papers, indexed once and asked often."""

    def __init__(
        self, sources: Sequence[Source], embed: Embed | None, allowed: Callable[[Sentence], bool] = is_prose
    ) -> None:
        """Only sentences that are `allowed` are indexed: those that can be quoted, unless otherwise said. Nothing is
        embedded yet."""
        self._embed = embed
        self._sentences = [(one, sentence) for one in sources for sentence in one.sentences if allowed(sentence)]
        self._index = WordIndex([sentence.text for _, sentence in self._sentences], stems, telling)

    def rank(self, query: str, limit: int) -> list[Evidence]:
        """The sentences that bear on `query`, best first, at most `limit`. A query that ends with a question mark is a
        question, any other a statement about papers, whose citations do not count. Raises ModelError if the embedding
        model cannot be used."""
        if limit <= 0:
            return []
        found = self.signs(query, max(limit, _BY_MEANING))
        scores = found.signs @ _weights(query)
        order = np.argsort(-scores, kind="stable")[:limit]
        return [
            replace(found.candidates[at], id=f"e{place}", score=float(scores[at])) for place, at in enumerate(order, 1)
        ]

    def signs(self, query: str, most: int) -> "Signs":
        """What speaks for each of the sentences that may bear on `query`, at most `most` of them."""
        text, weights = without_citations(query), _weights(query)
        words = self._index.score(text)
        rows = np.argsort(-words, kind="stable")[:_BY_WORDS]
        if self._embed is None:
            rows = rows[words[rows] > 0]
        if not len(rows):
            return Signs((), np.zeros((0, len(SIGNS))))
        plain = self._plain_signs(text, rows, words[rows])
        best = np.argsort(-(plain @ weights[:-1]), kind="stable")[:most]
        found = [Evidence("", *self._sentences[row]) for row in rows[best]]
        return Signs(found, np.column_stack([plain[best], self._meaning(text, found)]))

    def _plain_signs(self, text: str, rows: NDArray[np.intp], words: Scores) -> NDArray[np.float64]:
        """All signs but the last, meaning; shape (rows, SIGNS - 1)."""
        found = [self._sentences[row][1] for row in rows]
        asked = set(pairwise(stems(text)))
        columns: list[ArrayLike] = [
            np.sqrt(_share(words)),
            _share(WordIndex([one.text for one in found], letters).score(text)),
            [min(3, len(asked & set(pairwise(stems(one.text))))) for one in found],
            [_OWN.search(one.text) is not None for one in found],
            ["introduction" in one.heading.lower() for one in found],
        ]
        return np.column_stack(columns).astype(np.float64)

    def _meaning(self, text: str, found: Sequence[Evidence]) -> Scores:
        """Cosines of the text to these sentences."""
        if self._embed is None:
            return np.zeros(len(found), dtype=np.float32)
        vectors = self._embed([text, *(one.sentence.text for one in found)])
        cosines: Scores = vectors[1:] @ vectors[0]
        return cosines


@dataclass(frozen=True, slots=True)
class Signs:
    """Sentences that may bear on a text, and what speaks for each: shape (candidates, SIGNS)."""

    candidates: Sequence[Evidence]
    signs: NDArray[np.float64]


def _weights(query: str) -> NDArray[np.float64]:
    weights = _QUESTION if query.rstrip().endswith("?") else _STATEMENT
    return np.array([weights[name] for name in SIGNS])


def without_citations(text: str) -> str:
    """A text without what it cites: "[3]", "(Doe et al., 2020)", "Doe and Roe (2020)"; as it is where nothing
    else would be left."""
    bare = _AUTHORS.sub(" ", _BRACKETS.sub(lambda found: " " if _is_citation(found.group()) else found.group(), text))
    return bare if bare != text and stems(bare) else text


def _is_citation(bracketed: str) -> bool:
    """Whether it is "[3, 4]" or names a year and more: a year alone belongs to the authors before it."""
    inner = bracketed[1:-1]
    if any(letter.isalpha() for letter in inner):
        return _A_YEAR.search(inner) is not None
    return bracketed[0] == "[" and any(letter.isdigit() for letter in inner)


def _share(scores: Scores) -> Scores:
    return scores / max(float(scores.max()), 1e-9)
