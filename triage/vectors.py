"""Texts to vectors, each text only once: what the store has is not embedded again."""

from collections.abc import Sequence

import numpy as np

from triage.identity import text_key
from triage.models import Paper
from triage.services import Embedder, Progress, Vectors
from triage.storage import Store

_CHUNK = 64
"""Texts between two advances of the progress: a second or so."""


def paper_text(paper: Paper) -> str:
    """What is embedded for a paper: its title and abstract, or the title alone."""
    return f"{paper.title}\n\n{paper.abstract}" if paper.abstract else paper.title


class CachedVectors:
    """An embedder whose answers are kept in the store (as float16: cosine to the float32 vector above 0.9999)."""

    def __init__(self, embedder: Embedder, store: Store, progress: Progress) -> None:
        self._embedder = embedder
        self._store = store
        self._progress = progress

    @property
    def model(self) -> str:
        """The embedding model's name."""
        return self._embedder.model

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in order; only texts never seen before are computed, and kept as they come."""
        keys = [text_key(text) for text in texts]
        known = self._store.vectors.get(self.model, list(dict.fromkeys(keys)))
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            known.update(self._compute(fresh))
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        rows = np.frombuffer(b"".join(known[key] for key in keys), dtype=np.float16)
        vectors = rows.reshape(len(keys), -1).astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, 1e-12)
        return vectors

    def question(self, text: str) -> Vectors:
        """The unit vector of a question, of shape (1, dimension); it is not kept, so that searching writes nothing."""
        return self._embedder.embed([text])

    def _compute(self, fresh: dict[str, str]) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        keys = sorted(fresh, key=lambda key: len(fresh[key]))
        with self._progress("embedding", len(keys)) as advance:
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                rows = self._embedder.embed([fresh[key] for key in chunk]).astype(np.float16)
                batch = {key: row.tobytes() for key, row in zip(chunk, rows, strict=True)}
                self._store.vectors.save(self.model, batch)
                made.update(batch)
                advance(len(chunk))
        return made
