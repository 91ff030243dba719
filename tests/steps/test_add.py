"""Add: ids, addresses and PDF files into a temporary store, over loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from triage.demo.papers import Row
from triage.demo.server import serving
from triage.errors import ReadError
from triage.identity import ListedPapers
from triage.models import FullText, PageText, Paper, Stage
from triage.services.arxiv_feed import ArxivFeed
from triage.services.pace import Pace
from triage.steps.add import AddReport, add
from triage.storage import Store

ROWS: list[Row] = [
    {"id": "2599.00001", "title": "Pipes", "first_listed": "2026-02-01", "version": 2},
    {"id": "2599.00002", "title": "Taps", "first_listed": "2026-02-02"},
    {"id": "2599.00003", "title": "Wells", "first_listed": "2026-02-03"},
    {"id": "hep-th/9901001", "title": "Old strings", "first_listed": "1999-01-04"},
    {"id": "math/0309136", "title": "Old knots", "first_listed": "2003-09-08"},
]


class LineReader:
    """Reads a file whose first line is the title and whose second is the abstract."""

    def read(self, path: Path, paper_id: str, version: int) -> FullText:
        text = path.read_text()
        if not text.startswith("%PDF"):
            raise ReadError(f"{path.name} is no PDF")
        title, abstract, page = (*text.split("\n")[1:], "", "", "")[:3]
        return FullText(paper_id, version, "pdf", (PageText(1, page),), title=title or None, abstract=abstract or None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as opened:
        yield opened


def put(store: Store, *items: str, listed: ListedPapers | None = None) -> AddReport:
    with serving(ROWS) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0))
        return add(store, feed, items, known=listed or ListedPapers([]), reader=LineReader())


def put_offline(store: Store, *items: str) -> AddReport:
    return add(store, None, items, known=ListedPapers([]), reader=LineReader())


@pytest.mark.parametrize(
    ("item", "paper_id"),
    [
        ("2599.00001", "2599.00001"),
        ("arXiv:2599.00001v1", "2599.00001"),
        ("https://arxiv.org/pdf/2599.00001v2", "2599.00001"),
        ("https://huggingface.co/papers/2599.00002", "2599.00002"),
        ("https://doi.org/10.48550/arXiv.2599.00003", "2599.00003"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("https://arxiv.org/abs/math.GT/0309136", "math/0309136"),
    ],
)
def test_whatever_names_an_arxiv_paper(store: Store, item: str, paper_id: str) -> None:
    report = put(store, item)
    assert report == AddReport(added=(paper_id,))
    paper = store.papers.get(paper_id)
    assert paper is not None
    assert paper.title


def test_several_at_once_are_asked_together_and_named_once(store: Store) -> None:
    with serving(ROWS) as standin:
        items = ["2599.00001", "https://arxiv.org/abs/2599.00001", "2599.00002"]
        feed = ArxivFeed(standin.api_url, Pace(0))
        report = add(store, feed, items, known=ListedPapers([]), reader=LineReader())
        assert len(standin.log) == 1
    assert report.added == ("2599.00001", "2599.00002")


def test_a_person_s_paper_is_queued_without_the_machine_s_consent(store: Store) -> None:
    store.papers.save(Paper("2599.00002", "Taps"))
    report = put(store, "2599.00002")
    assert report.stored == ("2599.00002",)
    origin = store.connection.execute("SELECT origin FROM papers").fetchone()[0]
    assert origin == "person"
    assert store.record("2599.00002").stage is Stage.WATCHED


def test_what_the_list_has_is_said_and_not_stored(store: Store) -> None:
    class Entry:
        title = "Pipes"
        arxiv_id = None
        doi = None
        links = ()

    report = put(store, "2599.00001", "2599.00002", listed=ListedPapers([Entry()]))
    assert (report.known, report.added) == (("2599.00001",), ("2599.00002",))
    assert store.papers.count() == 1


def test_one_bad_item_stops_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_text("hello")
    items = [
        "2599.09999",
        "nonsense",
        str(tmp_path / "no.pdf"),
        str(tmp_path / "absent.pdf"),
        "https://doi.org/10.9999/elsewhere",
        "https://example.org/paper",
        "x" * 5000,
        "2599.00002",
    ]
    report = put(store, *items)
    assert report.added == ("2599.00002",)
    assert {problem.paper_id: problem.message for problem in report.problems} == {
        items[0]: "arXiv knows no such paper; check the id",
        items[1]: "it is no arXiv id, no address and no PDF file",
        items[2]: "no.pdf is no PDF",
        items[3]: "there is no such file",
        items[4]: "arXiv is not asked by DOI; give the paper's arXiv id, or add its PDF file",
        items[5]: "no arXiv paper is at this address; download its PDF and add the file",
        items[6]: "it is no arXiv id, no address and no PDF file",
    }
    assert {problem.step for problem in report.problems} == {"add"}


def test_a_doi_of_a_stored_paper(store: Store) -> None:
    store.papers.save(Paper("2599.00001", "Pipes", doi="10.9999/Pipes"))
    assert put(store, "https://doi.org/10.9999/pipes").stored == ("2599.00001",)


def test_a_pdf_file_becomes_a_paper_and_is_copied(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "my paper.pdf"
    path.write_text("%PDF\nSprings and Dams\nWe dam springs.\ntext")
    report = put(store, str(path))
    (paper_id,) = report.added
    assert paper_id.startswith("pdf:")
    paper = store.papers.get(paper_id)
    assert paper is not None
    assert (paper.title, paper.abstract) == ("Springs and Dams", "We dam springs.")
    copied = store.folder / "pdf" / f"{paper_id.replace(':', '_')}.pdf"
    assert copied.read_bytes() == path.read_bytes()
    assert put(store, str(path)).stored == (paper_id,)
    assert [p.name for p in copied.parent.iterdir()] == [copied.name]


def test_a_pdf_that_arxiv_stamped_is_that_paper(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "download.pdf"
    path.write_text("%PDF\nPIPES\n\narXiv:2599.00001v1 [cs.SD] 1 Feb 2026 Pipes carry water.")
    assert put(store, str(path)).added == ("2599.00001",)
    assert (store.folder / "pdf" / "2599.00001.pdf").exists()
    assert put_offline(store, str(path)).stored == ("2599.00001",)


def test_a_pdf_of_a_stored_paper_is_that_paper(store: Store, tmp_path: Path) -> None:
    store.papers.save(Paper("2599.00003", "Wells of the Plain", authors=("Ada Example",)))
    path = tmp_path / "w.pdf"
    path.write_text("%PDF\nWELLS OF THE PLAIN\nabstract\ntext")
    assert put(store, str(path)).stored == ("2599.00003",)
    assert (store.folder / "pdf" / "2599.00003.pdf").exists()


def test_a_pdf_without_a_title_is_a_problem(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "w.pdf"
    path.write_text("%PDF\n\n\ntext")
    (problem,) = put(store, str(path)).problems
    assert problem.message == "no title can be read from it; give the paper's arXiv id instead"
    assert store.papers.count() == 0


def test_offline_only_files_and_stored_papers_can_be_added(store: Store, tmp_path: Path) -> None:
    store.papers.save(Paper("2599.00002", "Taps"))
    path = tmp_path / "w.pdf"
    path.write_text("%PDF\nSprings\nabstract\ntext")
    report = put_offline(store, "2599.00001", "2599.00002", str(path))
    assert len(report.added) == 1
    assert report.stored == ("2599.00002",)
    (problem,) = report.problems
    assert problem.paper_id == "2599.00001"
    assert "offline" in problem.message


def test_an_unreachable_arxiv_is_a_problem_of_each_item(store: Store) -> None:
    feed = ArxivFeed("http://127.0.0.1:9/api/query", Pace(0))
    report = add(store, feed, ["2599.00001", "2599.00002"], known=ListedPapers([]), reader=LineReader())
    assert [problem.paper_id for problem in report.problems] == ["2599.00001", "2599.00002"]
    assert "cannot reach" in report.problems[0].message


def test_a_newer_version_replaces_the_stored_one(store: Store) -> None:
    store.papers.save(Paper("2599.00001", "Pipes, first", version=1))
    assert put(store, "2599.00001").stored == ("2599.00001",)
    paper = store.papers.get("2599.00001")
    assert paper is not None
    assert (paper.title, paper.version) == ("Pipes", 2)
