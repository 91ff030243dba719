"""Reading at arXiv's pace, and the memory of a fetch; parts of benchmarks.speed."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.quiet import quiet
from triage.collection import Store
from triage.demo.server import serving
from triage.models import Paper
from triage.reading.reader import open_reader
from triage.search.embedder import DEFAULT_MODEL, open_embedder
from triage.search.index import open_index
from triage.search.vectors import CachedVectors
from triage.sources.manners import Pace
from triage.sources.pdfs import Downloads
from triage.steps.read import read

DELAY = 3.0
_PAGES = 10

FETCH = """
import json, resource, sys, tempfile
from pathlib import Path
from benchmarks.folders import load_stream, to_paper
from benchmarks.quiet import quiet
from triage.search.embedder import open_embedder
from triage.search.index import open_index
from triage.reading.reader import open_reader
from triage.steps.read import read
from triage.steps.reindex import index_papers
from triage.collection import Store
from triage.search.vectors import CachedVectors
papers = [to_paper(row) for row in load_stream([Path(p) for p in sys.argv[1:]])]
peaks = []
with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
    vectors = CachedVectors(open_embedder(), store, quiet)
    index = open_index(Path(folder) / "chroma", None, "all-MiniLM-L6-v2")
    for part in (papers[:500], papers[500:1000]):
        for paper in part:
            store.papers.save(paper)
        read(store, part, None, open_reader(60, 1024), vectors, index, Path(folder) / "pdf", quiet)
        index_papers(store, vectors, index, quiet)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
print(json.dumps(peaks))
"""


def fetch_ratio(papers: Sequence[Paper], count: int) -> float:
    """Seconds of reading `count` PDFs through the stand-in over what the pace alone would take."""
    asked = papers[:count]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store") as store:
        pdfs = Path(folder) / "served"
        pdfs.mkdir()
        for place, paper in enumerate(asked):
            _print_paper(paper, papers[place * 30 : place * 30 + 30], pdfs / f"{paper.id}.pdf")
            store.papers.save(paper)
        vectors = CachedVectors(open_embedder(), store, quiet)
        index = open_index(Path(folder) / "chroma", None, DEFAULT_MODEL)
        rows = [{"id": paper.id, "title": paper.title, "first_listed": str(paper.published)} for paper in asked]
        reader = open_reader(60, 1024)
        with serving(rows, pdfs) as server:
            source = Downloads(server.pdf_url, Pace(DELAY))
            start = time.perf_counter()
            report = read(store, asked, source, reader, vectors, index, Path(folder) / "pdf", quiet)
            spent = time.perf_counter() - start
            requests = len(server.asked("/pdf"))
        reader.close()
    print(f"read {report.read}, {len(report.problems)} problems, {requests} requests, {spent:.1f} s", file=sys.stderr)
    return round(spent / (requests * DELAY), 3)


def peak_memory(stream: Sequence[Path]) -> dict[str, Any]:
    """Largest resident size in MB of a process that stores, reads and indexes 500, then 1,000 papers without PDFs."""
    command = [sys.executable, "-c", FETCH, *(str(path.resolve()) for path in stream)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    half, whole = json.loads(done.stdout)
    return {"rss_mb": whole, "rss_mb_500": half}


def _print_paper(paper: Paper, others: Sequence[Paper], path: Path) -> None:
    """A PDF of ten full pages about what its neighbours' abstracts say."""
    import pymupdf

    document = pymupdf.open()
    words = " ".join(other.abstract for other in others).split()
    for number in range(_PAGES):
        page = document.new_page()
        if number == 0:
            page.insert_textbox((72, 40, 540, 90), paper.title, fontsize=15)
        part = " ".join(words[number * 500 : number * 500 + 500])
        page.insert_textbox((72, 100, 540, 780), part, fontsize=10)
    document.save(path)
