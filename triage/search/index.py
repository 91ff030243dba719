"""The vector index in Chroma: a folder of ours, or a server that a team shares. SQLite stays the truth."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from triage.errors import VectorIndexError
from triage.protocols import Hit, Index, Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI


_DATABASE = "chroma.sqlite3"
_BATCH = 2000
_KEYS_PER_PAGE = 20_000
_HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}

T = TypeVar("T")


def open_index(
    folder: Path | None, url: str | None, model: str, workspace: str = "", tell: Callable[[str], None] = lambda _: None
) -> Index:
    """The index for vectors of `model` of the workspace with this id: on the Chroma server at `url` (http://host:port)
    if there is one, else in `folder`. Raises VectorIndexError without either.

    It is opened when first used; then every method raises VectorIndexError if that fails. `tell` gets a line when
    vectors of an earlier triage, whose collections were named by the model alone, are taken over.
    """
    if url:
        return ChromaIndex(lambda: _server(url), model, url, workspace, shared=True, tell=tell)
    if folder is None:
        raise VectorIndexError(
            "no place for the vector index: set store in triage.toml, or [index] url for a Chroma server"
        )
    return ChromaIndex(lambda: _local(folder), model, str(folder), workspace, shared=False, tell=tell)


class ChromaIndex:
    """Two collections of a Chroma client, named after the workspace, since several may share a server, and after the
    embedding model, since a collection's dimension is fixed."""

    def __init__(
        self,
        connect: "Callable[[], ClientAPI]",
        model: str,
        place: str,
        workspace: str,
        *,
        shared: bool,
        tell: Callable[[str], None],
    ) -> None:
        self._connect = connect
        self._model = model
        self._place = place
        self._workspace = workspace
        self._shared = shared
        self._tell = tell
        self._opened: dict[str, Collection] = {}

    @cached_property
    def _client(self) -> "ClientAPI":
        return self._connect()

    def add(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Adds or replaces vectors, shape (n_keys, dimension); of a key given twice the last counts. Raises
        VectorIndexError."""
        last = {key: row for row, key in enumerate(keys)}
        rows = sorted(last.values())

        def put(opened: "Collection") -> None:
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                opened.upsert(ids=[keys[row] for row in batch], embeddings=vectors[batch])

        self._with(collection, put)

    def nearest(self, collection: str, vector: Vectors, k: int) -> list[Hit]:
        """The `k` nearest keys to one vector of shape (dimension,) or (1, dimension), nearest first; fewer if there are
        fewer. Raises VectorIndexError."""
        query = vector.reshape(1, -1)

        def ask(opened: "Collection") -> list[Hit]:
            found = opened.query(query_embeddings=query, n_results=max(1, k), include=["distances"])
            distances = (found["distances"] or [[]])[0]
            return [Hit(key, 1.0 - float(far)) for key, far in zip(found["ids"][0], distances, strict=True)]

        return self._with(collection, ask)

    def count(self, collection: str) -> int:
        """How many vectors the collection holds. Raises VectorIndexError."""
        if not (self._shared or self._opened or (Path(self._place) / _DATABASE).exists()):
            return 0  # Without waiting for Chroma to start.
        return self._with(collection, lambda opened: int(opened.count()))

    def keys(self, collection: str) -> set[str]:
        """Every key that the collection holds. Raises VectorIndexError."""
        return self._with(collection, lambda opened: set(_all_keys(opened)))

    def remove(self, collection: str, keys: Iterable[str]) -> None:
        """Removes these keys; unknown ones are ignored. Raises VectorIndexError."""
        gone = list(dict.fromkeys(keys))

        def drop(opened: "Collection") -> None:
            for start in range(0, len(gone), _BATCH):
                opened.delete(ids=gone[start : start + _BATCH])

        self._with(collection, drop)

    def _with(self, collection: str, act: "Callable[[Collection], T]") -> T:
        import httpx
        from chromadb.errors import ChromaError

        try:
            if collection not in self._opened:
                self._opened[collection] = self._open(collection)
            return act(self._opened[collection])
        except (ChromaError, ValueError, OSError, RuntimeError, sqlite3.Error, httpx.HTTPError) as error:
            raise VectorIndexError(
                f"vector index {self._place} ({collection}, {self._model}): {_line(error)}; "
                "`triage reindex` rebuilds it from papers.db"
            ) from error

    def _open(self, collection: str) -> "Collection":
        name = collection_name(collection, self._model, self._workspace)
        opened = _find(self._client, name)
        if opened is not None:
            return opened
        before = _find(self._client, collection_name(collection, self._model)) if self._workspace else None
        if before is not None and not self._shared:
            before.modify(name=name)
            self._say_once(f"vector index {self._place}: its collections now have this workspace's own name")
            return before
        opened = self._client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": _HNSW})
        if before is not None:
            _copy(before, opened)
            self._say_once(f"vector index {self._place}: its vectors were copied into this workspace's own collections")
        return opened

    def _say_once(self, text: str) -> None:
        self._tell(text)
        self._tell = lambda _: None


def collection_name(collection: str, model: str, workspace: str = "") -> str:
    """A name that Chroma takes (3 to 512 of letters, digits, "._-"), different for different models and workspaces."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", model).strip("-")[:80]
    digest = hashlib.blake2b(model.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return "-".join(filter(None, (collection, workspace, plain, digest)))


def _find(client: "ClientAPI", name: str) -> "Collection | None":
    from chromadb.errors import NotFoundError

    try:
        return client.get_collection(name, embedding_function=None)
    except NotFoundError:
        return None


def _copy(source: "Collection", target: "Collection") -> None:
    start = 0
    while (page := source.get(include=["embeddings"], limit=_BATCH, offset=start))["ids"]:
        target.upsert(ids=page["ids"], embeddings=page["embeddings"])
        start += len(page["ids"])


def _all_keys(opened: "Collection") -> Iterator[str]:
    start = 0
    while page := opened.get(include=[], limit=_KEYS_PER_PAGE, offset=start)["ids"]:
        yield from page
        start += len(page)


def _local(folder: Path) -> "ClientAPI":
    import chromadb
    from chromadb.errors import ChromaError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=folder, settings=_settings())
    except (ChromaError, ValueError, OSError, RuntimeError, sqlite3.Error) as error:
        raise VectorIndexError(
            f"vector index {folder}: {_line(error)}; move the folder away and run `triage reindex`"
        ) from error


def _server(url: str) -> "ClientAPI":
    import chromadb
    import httpx
    from chromadb.errors import ChromaError

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VectorIndexError(
            f"[index] url = {url!r} is not the address of a Chroma server, such as http://localhost:8000"
        )
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
        return chromadb.HttpClient(parts.hostname, port, ssl=parts.scheme == "https", settings=_settings())
    except (ChromaError, ValueError, OSError, RuntimeError, httpx.HTTPError) as error:
        raise VectorIndexError(
            f"[index] url = {url!r}: {_line(error)}; start it with `chroma run --path FOLDER`, or leave url out"
        ) from error


def _settings() -> Any:
    """Chroma's settings without what it would take from the environment or from a file .env in the current folder: a
    list's folder is not ours, and a server that a triage.toml names gets no secret of the person's."""
    from chromadb.config import Settings

    secrets = {"chroma_client_auth_provider": None, "chroma_client_auth_credentials": None}
    return Settings(_env_file=None, anonymized_telemetry=False, **secrets)


def _line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
