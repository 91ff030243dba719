"""Known-item search: `python -m benchmarks.search --stream FILE…` prints one JSON object; a table goes to stderr.

6,000 abstracts of the stream are stored without their titles, and 1,000 of the titles are asked: is the right paper
first, among the first ten? Baselines of the same run: words alone (FTS5's BM25), vectors alone, and their plain sum
(reciprocal ranks, offset 60).
"""

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.folders import Row, load_stream, to_paper
from benchmarks.quiet import quiet
from triage.collection import Store
from triage.protocols import Index
from triage.search.embedder import DEFAULT_MODEL, open_embedder
from triage.search.index import open_index
from triage.search.ranking import fuse, words
from triage.search.vectors import CachedVectors
from triage.steps.reindex import index_papers
from triage.steps.search import search

PAPERS, QUERIES, DEPTH = 6000, 1000, 200

Ranking = Callable[[str], Sequence[str]]


def main() -> None:
    """Stores, asks, counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stream", type=Path, nargs="+", required=True)
    parser.add_argument("--papers", type=int, default=PAPERS)
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows = _sample(options.stream, options.papers, options.seed)
    asked = rows[: options.queries]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        vectors = CachedVectors(open_embedder(), store, quiet)
        index = open_index(Path(folder) / "chroma", None, DEFAULT_MODEL)
        for row in rows:
            store.papers.save(replace(to_paper(row), title=""))
        index_papers(store, vectors, index, quiet)
        vectors.embed([row["title"] for row in asked])
        result = _measure(asked, _rankings(store, vectors, index))
    joined = result.pop("search")
    print(json.dumps({**joined, "baselines": result, "papers": len(rows), "queries": len(asked)}))


def _sample(paths: Sequence[Path], count: int, seed: int) -> list[Row]:
    """Papers with title and abstract, each title once, shuffled by `seed`."""
    once: dict[str, Row] = {}
    for row in load_stream(list(paths)):
        if row.get("abstract") and row.get("title") and row.get("id"):
            once.setdefault(row["title"].casefold(), row)
    rows = list(once.values())
    random.Random(seed).shuffle(rows)
    return rows[:count]


def _rankings(store: Store, vectors: CachedVectors, index: Index) -> dict[str, Ranking]:
    def by_words(title: str) -> Sequence[str]:
        return [paper_id for paper_id, _ in store.words.papers(words(title), DEPTH)]

    def by_vectors(title: str) -> Sequence[str]:
        return [hit.key for hit in index.nearest("papers", vectors.embed([title]), DEPTH)]

    def by_sum(title: str) -> Sequence[str]:
        return list(fuse([by_words(title), by_vectors(title)]))

    def by_search(title: str) -> Sequence[str]:
        plain = title.replace('"', " ").replace(" -", " ")
        return [hit.paper_id for hit in search(store, vectors, index, plain, k=10).hits]

    return {"words": by_words, "vectors": by_vectors, "sum": by_sum, "search": by_search}


def _measure(asked: Sequence[Row], rankings: dict[str, Ranking]) -> dict[str, dict[str, float]]:
    result: dict[str, dict[str, float]] = {}
    for name, ranking in rankings.items():
        ranks = []
        for row in asked:
            found = list(ranking(row["title"]))[:DEPTH]
            ranks.append(found.index(row["id"]) + 1 if row["id"] in found else 0)
        count = max(1, len(ranks))
        result[name] = {
            "r1": round(sum(rank == 1 for rank in ranks) / count, 4),
            "r10": round(sum(0 < rank <= 10 for rank in ranks) / count, 4),
            "mrr": round(sum(1 / rank for rank in ranks if rank) / count, 4),
        }
        figures = "  ".join(f"{key} {value:.3f}" for key, value in result[name].items())
        print(f"{name:10} {figures}", file=sys.stderr)
    return result


if __name__ == "__main__":
    main()
