"""Fills the vector index from SQLite, which is the truth: what is missing in it gets a vector."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.collection import Store
from triage.protocols import Index, Progress
from triage.search.vectors import CachedVectors

_CHUNK = 512


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """How many vectors of papers and passages were put into the index, and how many stale ones were taken out."""

    papers: int
    passages: int
    removed: int


def reindex(store: Store, vectors: CachedVectors, index: Index, progress: Progress) -> ReindexReport:
    """Makes the index hold exactly what the store holds. It may be interrupted at any time, and the next run continues
    from there. Raises VectorIndexError."""
    there = index.keys("papers")
    stale = there - set(store.papers.ids())
    index.remove("papers", stale)
    store.indexed.keep(vectors.model, there - stale)
    papers = index_papers(store, vectors, index, progress)
    there, wanted = index.keys("passages"), store.words.passage_keys()
    index.remove("passages", there - wanted)
    missing = sorted(wanted - there)
    with progress("indexing passages", len(missing)) as advance:
        for chunk in _chunks(missing):
            texts = {passage.key: passage.text for passage in store.words.keyed(chunk).values()}
            index.add("passages", list(texts), vectors.embed(list(texts.values())))
            advance(len(chunk))
    return ReindexReport(papers, len(missing), len(stale) + len(there - wanted))


def index_papers(store: Store, vectors: CachedVectors, index: Index, progress: Progress) -> int:
    """Adds the title-and-abstract vector of every stored paper that the index lacks; returns how many were added.

    The store remembers what was indexed, so that this is instant when nothing is new. An index that holds fewer (its
    folder was deleted, or it is another server) is then compared key by key. Raises VectorIndexError.
    """
    lacking = store.indexed.lacking(vectors.model)
    if not lacking:
        return 0
    if index.count("papers") < store.indexed.count(vectors.model):
        store.indexed.keep(vectors.model, index.keys("papers"))
        lacking = store.indexed.lacking(vectors.model)
    with progress("indexing papers", len(lacking)) as advance:
        for chunk in _chunks(lacking):
            papers = store.papers.by_ids(chunk)
            texts = [paper.title_and_abstract for paper in papers]
            index.add("papers", [paper.id for paper in papers], vectors.embed(texts))
            store.indexed.add(vectors.model, chunk)
            advance(len(chunk))
    return len(lacking)


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
