"""Reads the papers that wait: PDF, passages, vectors, all in the shadow of downloads that keep arXiv's pace."""

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from typing import Protocol

from triage.collection import Store
from triage.errors import FeedError, ReadError
from triage.identity import arxiv_id, file_stem
from triage.models import FullText, Paper, Passage, Problem
from triage.protocols import Index, PdfReader, Progress
from triage.reading.passages import passages
from triage.search.vectors import CachedVectors

STEP = "read"
NOT_ASKED = "no PDF was asked for"

_TAIL = 2048

_ABSTRACTS = 64
"""Papers without a PDF that are kept together: the index takes as long for one as for many, and only seconds of work
are lost if it is interrupted."""


class PdfSource(Protocol):
    """Where PDFs come from."""

    def download(self, paper: Paper, target: Path) -> None:
        """Writes the paper's PDF to `target`, whole or not at all. Raises ReadError."""


@dataclass(frozen=True, slots=True)
class ReadReport:
    """Of how many papers the PDF was read this time, of how many others there was only the abstract, and what went
    wrong."""

    read: int
    abstracts: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A paper whose turn it is: its PDF, or why there is none."""

    paper: Paper
    path: Path | None
    reason: str | None = None
    fresh: bool = False


def read(
    store: Store,
    papers: Sequence[Paper],
    source: PdfSource | None,
    reader: PdfReader,
    vectors: CachedVectors,
    index: Index,
    pdf_folder: Path,
    progress: Progress,
) -> ReadReport:
    """Reads each paper whose present version was not read yet; a bad PDF leaves a problem and the abstract serves.

    A new version's PDF is downloaded again; while that cannot be, what was read of the old one stays.
    Without a `source` only PDFs that lie in `pdf_folder` (named `file_stem(id)`.pdf) are read, and what came from an
    abstract for that reason is read again once there is one. It may be interrupted: each paper with a PDF is kept when
    done, those without one together.
    Raises VectorIndexError.
    """
    waiting = [paper for paper in papers if _waits(store, paper, source is not None, pdf_folder)]
    pdfs = abstracts = 0
    problems: list[Problem] = []
    if not waiting:
        return ReadReport(0, 0, ())
    gathered: list[tuple[Paper, FullText]] = []
    outdated = {paper.id for paper in waiting if _is_outdated(store, paper)}
    with progress("reading", len(waiting)) as advance, _arrivals(waiting, outdated, source, pdf_folder) as arrivals:
        for arrival in arrivals:
            text, problem = _text(arrival, reader)
            if not (problem and arrival.paper.id in outdated):
                gathered.append((arrival.paper, text))
                pdfs += text.source == "pdf"
                abstracts += text.source == "abstract"
            if problem:
                problems.append(problem)
                store.papers.set_problem(problem)
            else:
                store.papers.clear_problem(arrival.paper.id, STEP)
            if arrival.path is not None or problem or len(gathered) == _ABSTRACTS:
                _keep(store, vectors, index, gathered)
                gathered.clear()
            advance()
        _keep(store, vectors, index, gathered)
    return ReadReport(pdfs, abstracts, tuple(problems))


def _waits(store: Store, paper: Paper, pdf: bool, pdf_folder: Path) -> bool:
    version, origin = store.texts.state(paper.id)
    if version is None:
        return True
    if version < paper.version:
        return pdf or origin != "pdf"
    return origin == "abstract" and ((pdf and _names_pdf(paper)) or _place(pdf_folder, paper).exists())


def _names_pdf(paper: Paper) -> bool:
    """Whether it is known where the paper's PDF is; of an imported record it may not be."""
    return paper.pdf_url is not None or arxiv_id(paper.id) is not None


def _is_outdated(store: Store, paper: Paper) -> bool:
    """Whether the PDF that lies here is that of an older version."""
    version, origin = store.texts.state(paper.id)
    return origin == "pdf" and version is not None and version < paper.version


def _place(folder: Path, paper: Paper) -> Path:
    return folder / f"{file_stem(paper.id)}.pdf"


@contextmanager
def _arrivals(
    papers: Sequence[Paper], outdated: Container[str], source: PdfSource | None, folder: Path
) -> Iterator[Iterator[_Arrival]]:
    """The papers as their PDFs come: those on disk at once, the others, and the `outdated` ones anew, as a thread
    downloads them one by one. Whoever leaves does not wait for the download that is under way."""
    paths = {paper.id: _place(folder, paper) for paper in papers}
    here = [
        paper
        for paper in papers
        if source is None or not _names_pdf(paper) or (paths[paper.id].exists() and paper.id not in outdated)
    ]
    found = {paper.id for paper in here}
    arrived: SimpleQueue[_Arrival | None] = SimpleQueue()
    left = Event()

    def download_all() -> None:
        try:
            for paper in papers:
                if left.is_set():
                    return
                if paper.id not in found:
                    arrived.put(_download(paper, source, paths[paper.id]))
        finally:
            arrived.put(None)

    def each() -> Iterator[_Arrival]:
        for paper in here:
            path = paths[paper.id]
            yield _Arrival(paper, path) if path.exists() else _Arrival(paper, None)
        while (arrival := arrived.get()) is not None:
            yield arrival

    Thread(target=download_all, daemon=True, name="download").start()
    try:
        yield each()
    finally:
        left.set()


def _download(paper: Paper, source: PdfSource | None, path: Path) -> _Arrival:
    if source is None:
        return _Arrival(paper, None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        source.download(paper, path)
    except (ReadError, FeedError, OSError) as error:
        return _Arrival(paper, None, str(error))
    return _Arrival(paper, path, fresh=True)


def _text(arrival: _Arrival, reader: PdfReader) -> tuple[FullText, Problem | None]:
    """What is read of the paper; where its PDF fails, its abstract and the problem."""
    paper, reason = arrival.paper, arrival.reason
    if arrival.path is not None:
        try:
            return reader.read(arrival.path, paper.id, paper.version), None
        except ReadError as error:
            reason = str(error)
            if arrival.fresh and not _is_whole(arrival.path):
                arrival.path.unlink(missing_ok=True)
    text = FullText(paper.id, paper.version, "abstract", (), abstract=paper.abstract or None, note=reason or NOT_ASKED)
    return text, Problem(paper.id, STEP, reason) if reason else None


def _is_whole(path: Path) -> bool:
    """Whether a download that cannot be read is at least a complete PDF, so that asking again would not help."""
    data = path.read_bytes()
    return data[:1024].find(b"%PDF-") >= 0 and data[-_TAIL:].find(b"%%EOF") >= 0


def _keep(store: Store, vectors: CachedVectors, index: Index, texts: Sequence[tuple[Paper, FullText]]) -> None:
    """Vectors first, the truth last: an interrupted paper is simply read again."""
    cut = [passages(paper, text) for paper, text in texts]
    made: dict[str, Passage] = {}
    for passage in chain.from_iterable(cut):
        made.setdefault(passage.key, passage)
    if made:
        rows = vectors.embed([passage.text for passage in made.values()])
        index.add("passages", list(made), rows)
    for (paper, text), passed in zip(texts, cut, strict=True):
        stale = {passage.key for passage in store.texts.passages(paper.id)} - made.keys()
        store.texts.save(text, passed)
        if stale:
            shared = {passage.key for passage in store.words.keyed(sorted(stale)).values()}
            index.remove("passages", stale - shared)
