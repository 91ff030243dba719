"""Which sentences bear on a text: out of one paper, or of a whole collection.

Words come first (BM25 over all sentences), meaning second (cosine of the best few hundred only), so that a question to
thousands of papers embeds no more than a question to one.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from triage.evidence.prose import is_prose
from triage.evidence.source import Evidence, Source
from triage.evidence.words import WordIndex
from triage.protocols import Vectors

Embed = Callable[[Sequence[str]], Vectors]
"""Texts in, unit vectors out, shape (texts, dimension); the caller's keeps what it has embedded before."""

_CANDIDATES = 200
"""So many sentences, the best by their words, are embedded for a question."""

_MEANING = 1.5


def rank_sentences(query: str, sources: Sequence[Source], embed: Embed | None, limit: int) -> list[Evidence]:
    """The sentences of these papers that bear on `query`, best first, at most `limit`, with ids "e1", "e2", …; without
    `embed` by their words alone. To ask the same papers often, build one Retriever."""
    return Retriever(sources, embed).rank(query, limit)


class Retriever:
    """The sentences of papers, indexed once and asked often."""

    def __init__(self, sources: Sequence[Source], embed: Embed | None) -> None:
        """Only sentences that can be quoted (`prose.is_prose`) are indexed. Nothing is embedded yet."""
        self._embed = embed
        self._sentences = [(one, sentence) for one in sources for sentence in one.sentences if is_prose(sentence)]
        self._index = WordIndex([sentence.text for _, sentence in self._sentences])

    def rank(self, query: str, limit: int) -> list[Evidence]:
        """The sentences that bear on `query`, best first, at most `limit`. Raises ModelError if the embedding model
        cannot be used."""
        words = self._index.score(query)
        if not len(words) or limit <= 0:
            return []
        rows = np.argsort(-words, kind="stable")[:_CANDIDATES]
        scores = words[rows] / max(float(words.max()), 1e-9)
        if self._embed is None:
            rows, scores = rows[scores > 0], scores[scores > 0]
        else:
            scores = scores + _MEANING * self._cosines(query, rows)
        order = np.argsort(-scores, kind="stable")[:limit]
        chosen = [(*self._sentences[rows[at]], float(scores[at])) for at in order]
        return [Evidence(f"e{place}", one, sentence, score) for place, (one, sentence, score) in enumerate(chosen, 1)]

    def _cosines(self, query: str, rows: NDArray[np.intp]) -> Vectors:
        assert self._embed is not None
        vectors = self._embed([query, *(self._sentences[row][1].text for row in rows)])
        cosines: Vectors = vectors[1:] @ vectors[0]
        return cosines
