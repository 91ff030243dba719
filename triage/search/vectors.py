"""The vectors that the store keeps: a cache before the embedder, and an index where nothing can be written."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from triage.collection import Store
from triage.errors import VectorIndexError
from triage.identity import text_key
from triage.protocols import Embedder, Hit, Progress, Vectors
from triage.search.embedder import INT8

_CHUNK = 64
"""Texts between two advances of the progress: a second or so."""


class CachedVectors:
    """An embedder whose answers are kept in the store (as float16: cosine to the float32 vector above 0.9999)."""

    def __init__(self, embedder: Embedder, store: Store, progress: Progress) -> None:
        self._embedder = embedder
        self._store = store
        self._progress = progress

    @property
    def model(self) -> str:
        """The embedding model's name, whether or not its weights are integers: what is indexed and judged by the one is
        not done again for the other."""
        return self._embedder.model.removesuffix(INT8)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order; only texts never seen before are computed, and kept as they come. Raises
        ModelError."""
        keys = [text_key(text) for text in texts]
        known = _kept(self._store, self.model, keys)
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            known.update(self._compute(fresh))
        return _unit_rows([known[key] for key in keys])

    def question(self, text: str) -> Vectors:
        """The unit vector of a question, of shape (1, dimension); it is not kept, so that searching writes nothing."""
        return self._embedder.embed([text])

    def cosines(self, keys: Sequence[str], question: Vectors) -> dict[str, float]:
        """Cosines of the vector of a question, shape (1, dimension), to those vectors that the store has; nothing is
        embedded. `keys` are `text_key`s."""
        kept = _kept(self._store, self.model, keys)
        return dict(zip(kept, (_rows(list(kept.values())) @ question[0]).tolist(), strict=True)) if kept else {}

    def _compute(self, fresh: dict[str, str]) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        keys = sorted(fresh, key=lambda key: len(fresh[key]))
        with self._progress("embedding", len(keys)) as advance:
            for start in range(0, len(keys), _CHUNK):
                chunk = keys[start : start + _CHUNK]
                rows = self._embedder.embed([fresh[key] for key in chunk]).astype(np.float16)
                batch = {key: row.tobytes() for key, row in zip(chunk, rows, strict=True)}
                if not self._store.read_only:
                    self._store.vectors.save(self._embedder.model, batch)
                made.update(batch)
                advance(len(chunk))
        return made


class ReadOnlyIndex:
    """A vector index where nothing can be written, so that Chroma cannot open its own: it compares with every vector
    that the store has. It may be used from any thread."""

    def __init__(self, folder: Path, model: str) -> None:
        """`folder` holds papers.db; `model` is the embedding model's name."""
        self._folder = folder
        self._model = model
        self._held: dict[str, tuple[list[str], Vectors]] = {}

    def nearest(self, collection: str, vector: Vectors, k: int) -> list[Hit]:
        """The `k` nearest keys to one vector of shape (dimension,) or (1, dimension), nearest first."""
        keys, rows = self._vectors(collection)
        if not keys:
            return []
        scores = rows @ vector.reshape(-1)
        return [Hit(keys[place], float(scores[place])) for place in np.argsort(-scores, kind="stable")[:k]]

    def count(self, collection: str) -> int:
        """How many vectors there are."""
        return len(self._vectors(collection)[0])

    def keys(self, collection: str) -> set[str]:
        """The keys that have a vector."""
        return set(self._vectors(collection)[0])

    def add(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Raises VectorIndexError: nothing can be written."""
        raise self._refusal()

    def remove(self, collection: str, keys: Iterable[str]) -> None:
        """Raises VectorIndexError: nothing can be written."""
        raise self._refusal()

    def _refusal(self) -> VectorIndexError:
        return VectorIndexError(f"the vector index in {self._folder} cannot be written: the store cannot either")

    def _vectors(self, collection: str) -> tuple[list[str], Vectors]:
        if collection not in self._held:
            with Store(self._folder) as store:
                if collection == "papers":
                    texts = {paper.id: text_key(paper.title_and_abstract) for paper in store.papers.all()}
                else:
                    texts = {key: key for key in store.words.passage_keys()}
                known = _kept(store, self._model, list(texts.values()))
            keys = [key for key, text in texts.items() if text in known]
            self._held[collection] = keys, _unit_rows([known[texts[key]] for key in keys])
        return self._held[collection]


def _kept(store: Store, model: str, keys: Sequence[str]) -> dict[str, bytes]:
    """The stored vectors of these texts: those of integer weights, and for texts that have none those of float32
    weights, which an earlier triage made. One question finds the same among both."""
    wanted = list(dict.fromkeys(keys))
    kept = store.vectors.get(model + INT8, wanted)
    return kept | store.vectors.get(model, [key for key in wanted if key not in kept])


def _rows(stored: Sequence[bytes]) -> Vectors:
    return np.frombuffer(b"".join(stored), dtype=np.float16).reshape(len(stored), -1).astype(np.float32)


def _unit_rows(stored: Sequence[bytes]) -> Vectors:
    """Stored vectors as rows of length 1."""
    if not stored:
        return np.zeros((0, 0), dtype=np.float32)
    vectors = _rows(stored)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return vectors
