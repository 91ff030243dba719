"""Reading: PDFs that come, PDFs that lie there, PDFs that fail; nothing twice."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from triage.collection import Store
from triage.errors import ReadError
from triage.models import FullText, PageText, Paper
from triage.protocols import Advance, Index, Vectors
from triage.search.index import open_index
from triage.search.vectors import CachedVectors
from triage.steps.read import NOT_ASKED, read

WHOLE = b"%PDF-1.7 ... %%EOF"


class CountingEmbedder:
    """Random unit vectors; remembers what it was asked."""

    model = "count"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        made = np.random.default_rng(len(self.texts)).normal(size=(len(texts), 8)).astype(np.float32)
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


class Shelf:
    """Gives PDFs out; `broken` ids fail."""

    def __init__(self, broken: Sequence[str] = (), data: bytes = WHOLE) -> None:
        self.broken = set(broken)
        self.data = data
        self.asked: list[str] = []
        self.threads: set[str] = set()

    def download(self, paper: Paper, target: Path) -> None:
        self.asked.append(paper.id)
        self.threads.add(threading.current_thread().name)
        if paper.id in self.broken:
            raise ReadError(f"{paper.id}: 404")
        target.write_bytes(self.data)


class Eye:
    """Reads whatever lies there as one page with the paper's id; `blind` ids fail."""

    def __init__(self, blind: Sequence[str] = ()) -> None:
        self.blind = set(blind)

    def read(self, path: Path, paper_id: str, version: int) -> FullText:
        if paper_id in self.blind:
            raise ReadError(f"{path.name}: is encrypted")
        return FullText(paper_id, version, "pdf", (PageText(1, f"Text of {paper_id} in version {version} at last."),))


@contextmanager
def silent(label: str, total: int | None) -> Iterator[Advance]:
    def advance(count: int = 1) -> None:
        del count

    yield advance


PAPERS = tuple(Paper(f"2501.0000{n}", f"Paper {n}", f"The abstract of paper {n} says little.") for n in range(3))


class Desk:
    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "store")
        self.embedder = CountingEmbedder()
        self.vectors = CachedVectors(self.embedder, self.store, silent)
        self.index: Index = open_index(folder / "chroma", None, "count")
        self.pdfs = folder / "pdf"
        for paper in PAPERS:
            self.store.papers.save(paper)

    def read(
        self, source: Shelf | None, eye: Eye | None = None, papers: Sequence[Paper] = PAPERS
    ) -> tuple[int, int, int]:
        report = read(self.store, papers, source, eye or Eye(), self.vectors, self.index, self.pdfs, silent)
        return report.read, report.abstracts, len(report.problems)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


def test_every_paper_is_read_and_found(desk: Desk) -> None:
    shelf = Shelf()
    assert desk.read(shelf) == (3, 0, 0)
    assert shelf.asked == [paper.id for paper in PAPERS]
    assert threading.current_thread().name not in shelf.threads
    assert desk.store.texts.source("2501.00001") == "pdf"
    assert len(desk.index.keys("passages")) == 3
    assert (desk.pdfs / "2501.00001.pdf").read_bytes() == WHOLE


def test_nothing_is_read_or_embedded_twice(desk: Desk) -> None:
    shelf = Shelf()
    desk.read(shelf)
    embedded = len(desk.embedder.texts)
    assert desk.read(shelf) == (0, 0, 0)
    assert len(shelf.asked) == 3
    assert len(desk.embedder.texts) == embedded


def test_without_pdfs_the_abstract_serves_until_there_are(desk: Desk) -> None:
    assert desk.read(None) == (0, 3, 0)
    text = desk.store.texts.get("2501.00000")
    assert text is not None
    assert (text.source, text.note) == ("abstract", NOT_ASKED)
    assert desk.store.texts.passages("2501.00000")[0].page == 0
    assert desk.read(None) == (0, 0, 0)
    before = desk.index.keys("passages")
    assert desk.read(Shelf()) == (3, 0, 0)
    assert desk.index.keys("passages").isdisjoint(before)


def test_papers_without_a_pdf_go_into_the_index_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[int] = []
    add = desk.index.add

    def counting(collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        added.append(len(keys))
        add(collection, keys, vectors)

    monkeypatch.setattr(desk.index, "add", counting)
    assert desk.read(None) == (0, 3, 0)
    assert added == [3]
    assert desk.read(None) == (0, 0, 0)
    assert {desk.store.texts.source(paper.id) for paper in PAPERS} == {"abstract"}


def test_a_pdf_of_ones_own_is_read_without_asking_anyone(desk: Desk) -> None:
    desk.pdfs.mkdir()
    (desk.pdfs / "2501.00001.pdf").write_bytes(b"mine")
    assert desk.read(None) == (1, 2, 0)
    assert desk.store.texts.source("2501.00001") == "pdf"
    assert (desk.pdfs / "2501.00001.pdf").read_bytes() == b"mine"


def test_a_bad_pdf_stops_nothing_and_is_tried_again(desk: Desk) -> None:
    assert desk.read(Shelf(broken=["2501.00000"]), Eye(blind=["2501.00001"])) == (1, 2, 2)
    assert [(p.paper_id, p.step) for p in desk.store.papers.problems()] == [
        ("2501.00000", "read"),
        ("2501.00001", "read"),
    ]
    assert desk.store.texts.source("2501.00001") == "abstract"
    shelf = Shelf()
    assert desk.read(shelf) == (2, 0, 0)
    assert shelf.asked == ["2501.00000"]
    assert desk.store.papers.problems() == []


def test_half_a_download_is_asked_for_again(desk: Desk) -> None:
    desk.read(Shelf(data=b"%PDF-1.7 ..."), Eye(blind=[paper.id for paper in PAPERS]))
    assert not list(desk.pdfs.iterdir())


def test_a_new_version_is_read_and_the_old_passages_go(desk: Desk) -> None:
    desk.read(Shelf())
    newer = replace(PAPERS[0], version=2)
    desk.store.papers.save(newer)
    assert desk.read(Shelf(), papers=[newer]) == (1, 0, 0)
    (passage,) = desk.store.texts.passages(newer.id)
    assert "version 2" in passage.text
    assert len(desk.index.keys("passages")) == 3


def test_the_pdf_of_a_new_version_is_downloaded_and_until_it_comes_the_old_text_stays(desk: Desk) -> None:
    desk.read(Shelf())
    newer = replace(PAPERS[0], version=2)
    desk.store.papers.save(newer)
    assert desk.read(None, papers=[newer]) == (0, 0, 0)
    assert desk.read(Shelf(broken=[newer.id]), papers=[newer]) == (0, 0, 1)
    text = desk.store.texts.get(newer.id)
    assert text is not None and (text.version, text.source) == (1, "pdf")
    shelf = Shelf(data=WHOLE + b" of version 2 %%EOF")
    assert desk.read(shelf, papers=[newer]) == (1, 0, 0)
    assert shelf.asked == [newer.id]
    assert (desk.pdfs / "2501.00000.pdf").read_bytes() == shelf.data
    assert desk.store.papers.problems() == []


def test_who_stops_does_not_wait_for_the_download_that_is_under_way(desk: Desk) -> None:
    class Slow(Shelf):
        def download(self, paper: Paper, target: Path) -> None:
            if paper.id != PAPERS[0].id:
                time.sleep(30)
            super().download(paper, target)

    class Tired(Eye):
        def read(self, path: Path, paper_id: str, version: int) -> FullText:
            raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        desk.read(Slow(), Tired())
    (download,) = [thread for thread in threading.enumerate() if thread.name == "download"]
    assert time.monotonic() - began < 10
    assert download.daemon


def test_an_interruption_keeps_what_was_done(desk: Desk) -> None:
    class Tired(Eye):
        def read(self, path: Path, paper_id: str, version: int) -> FullText:
            if paper_id == "2501.00002":
                raise KeyboardInterrupt
            return super().read(path, paper_id, version)

    with pytest.raises(KeyboardInterrupt):
        desk.read(Shelf(), Tired())
    assert desk.store.texts.source("2501.00001") == "pdf"
    assert desk.read(Shelf()) == (1, 0, 0)
