"""What several folders need from outside, as Protocols: a feed, a PDF reader, an embedder, a vector index, a language
model, a progress bar. Each is fulfilled by one module that imports its package when it is first used, so that
`triage --help` stays instant. What only one step needs stands with that step."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from triage.models import FullText, Paper

Vectors = NDArray[np.float32]
"""Shape (texts, dimension), every row of length 1."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed: its papers, where it starts, and how many entries the whole window holds. `unread` names the
    page's entries that could not be read: by arXiv id, or, where not even that was found, by their place."""

    papers: tuple[Paper, ...]
    start: int
    total: int
    unread: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """Where the next page starts."""
        return self.start + len(self.papers) + len(self.unread)


class Feed(Protocol):
    """A source of papers. Every method may raise FeedError."""

    def window(self, query: str, since: date, until: date, start: int = 0) -> Iterator[FeedPage]:
        """Papers that match `query` and were submitted from `since` to `until`, both included, oldest first,
        page by page from position `start`."""

    def by_id(self, ids: Sequence[str]) -> Iterator[Paper]:
        """The papers of these arXiv ids, up to 100 a request; ids that are unknown, or whose entry cannot be read, are
        left out."""


class PdfReader(Protocol):
    """Reads a PDF."""

    def read(self, path: Path, paper_id: str, version: int) -> FullText:
        """The text of the PDF at `path`. Raises ReadError if it is encrypted, has no text, is cut, or is no PDF."""


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def model(self) -> str:
        """The model's name, as triage.toml gives it."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector a text, in the order given."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A vector found in the index: its key and its cosine to the query."""

    key: str
    score: float


class Index(Protocol):
    """The vector index: two collections, "papers" (key: paper id) and "passages" (key: passage key)."""

    def add(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces vectors."""

    def nearest(self, collection: str, vector: Vectors, k: int) -> list[Hit]:
        """The `k` nearest keys, nearest first."""

    def count(self, collection: str) -> int:
        """How many vectors the collection holds."""

    def keys(self, collection: str) -> set[str]:
        """Every key that the collection holds."""

    def remove(self, collection: str, keys: Iterable[str]) -> None:
        """Removes these keys; unknown ones are ignored."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation; `role` is "system", "user" or "assistant"."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class ModelReply:
    """What a language model wrote. Token counts are the server's, None where it gives none; `seconds` is how long it
    took; `cost` in US dollars where the price is known; `cut` when it stopped at the token limit."""

    text: str
    tokens_in: int | None
    tokens_out: int | None
    seconds: float
    cost: float | None = None
    cut: bool = False


class LanguageModel(Protocol):
    """A chat model that can be asked for JSON. May be called from several threads at once."""

    @property
    def name(self) -> str:
        """The model's name, as the server knows it."""

    def check(self) -> str:
        """Asks for one word and says how that went, in one line. Raises ModelError."""

    def ask(self, messages: Sequence[Message], schema: Mapping[str, object], max_tokens: int) -> ModelReply:
        """The model's reply, asked to fit the JSON schema; it may not. Raises ModelError, or ModelSetupError if no
        further call makes sense."""


class Advance(Protocol):
    """Moves a progress bar on."""

    def __call__(self, count: int = 1) -> None: ...


class Progress(Protocol):
    """Shows how far a long step is: `with progress("reading", 30) as advance: … advance()`."""

    def __call__(self, label: str, total: int | None) -> AbstractContextManager[Advance]: ...
