"""Add: ids, addresses and PDF files into a temporary store, over loopback."""

from collections.abc import Iterator
from pathlib import Path

import pymupdf
import pytest

from tests.steps.water_list import look
from triage.collection import Store
from triage.collection.papers import PERSON, WATCH
from triage.demo.papers import Row
from triage.demo.server import serving
from triage.drafting.venue import Venue, find_venue
from triage.errors import ReadError
from triage.models import Decision, Draft, Facts, FullText, PageText, Paper, Passage, Stage, Verdict
from triage.reading.reader import open_reader
from triage.sources.arxiv import ArxivFeed
from triage.sources.manners import Pace
from triage.sources.pdfs import Downloads
from triage.steps.add import AddReport, add, described

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


def put(store: Store, *items: str) -> AddReport:
    with serving(ROWS) as standin:
        feed, downloads = ArxivFeed(standin.api_url, Pace(0)), Downloads(standin.pdf_url, Pace(0))
        return add(store, feed, items, reader=LineReader(), downloads=downloads)


def put_offline(store: Store, *items: str) -> AddReport:
    return add(store, None, items, reader=LineReader())


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
        report = add(store, feed, items, reader=LineReader())
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
    look(store, "- Pipes [[2026]](https://example.org/pipes)")
    report = put(store, "2599.00001", "2599.00002")
    assert (report.known, report.added) == (("2599.00001",), ("2599.00002",))
    assert list(store.papers.of(WATCH, PERSON)) == [store.papers.get("2599.00002")]


def test_one_bad_item_stops_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "no.pdf").write_text("hello")
    items = [
        "2599.09999",
        "nonsense",
        str(tmp_path / "no.pdf"),
        str(tmp_path / "absent.pdf"),
        "https://doi.org/10.9999/elsewhere",
        "ftp://example.org/paper.pdf",
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
        items[5]: "there is no such file",
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


def test_a_pdf_without_a_title_is_named_after_its_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "wells 2024.pdf"
    path.write_text("%PDF\n\n\ntext")
    (paper_id,) = put(store, str(path)).added
    paper = store.papers.get(paper_id)
    assert paper is not None and paper.title == "wells 2024"


def first_page(path: Path) -> Path:
    """A real PDF with title, authors, abstract, a running head and a copyright note."""
    words = "We dam springs and measure how much water is left for those below. " * 8
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 40), "MIDL 2026 - Full paper track", fontsize=8)
        page.insert_text((100, 100), "Springs and Dams of the Upper Valley", fontsize=17)
        page.insert_text((120, 130), "Jane Doe, Wei Zhang and Ana Souza", fontsize=11)
        page.insert_text((120, 145), "University of the North", fontsize=9)
        page.insert_text((250, 190), "Abstract", fontsize=12)
        page.insert_textbox((90, 200, 500, 420), words, fontsize=10)
        page.insert_text((72, 440), "1 Introduction", fontsize=12)
        page.insert_textbox((72, 450, 520, 700), words, fontsize=10)
        page.insert_text((72, 800), "(c) 2026 J. Doe, W. Zhang and A. Souza.", fontsize=8)
        pdf.save(path)
    return path


def test_a_pdf_s_first_page_tells_title_authors_venue_and_year(store: Store, tmp_path: Path) -> None:
    reader = open_reader(60, 1024)
    item = str(first_page(tmp_path / "s.pdf"))
    (paper_id,) = add(store, None, [item], reader=reader).added
    paper = store.papers.get(paper_id)
    reader.close()
    assert paper is not None
    assert paper.title == "Springs and Dams of the Upper Valley"
    assert paper.authors == ("Jane Doe", "Wei Zhang", "Ana Souza")
    assert paper.abstract.startswith("We dam springs")
    assert find_venue(paper.comment, paper.journal_ref) == Venue("MIDL", 2026)


@pytest.mark.parametrize(
    ("imprint", "venue"),
    [
        (("Proceedings of Machine Learning Research 102:1-9, 2019", "MIDL 2019 - Full paper track"), ("MIDL", 2019)),
        (("This CVPR paper is the Open Access version, provided by the CVF.", "(c) 2024 IEEE"), ("CVPR", 2024)),
        (("Under review as a conference paper at ICLR 2025",), None),
        (("Preprint. Under review.", "7"), None),
        ((), None),
    ],
)
def test_the_venue_is_the_one_that_took_the_paper(imprint: tuple[str, ...], venue: tuple[str, int] | None) -> None:
    paper = described(FullText("pdf:1", 1, "pdf", (), title="T", imprint=imprint), "pdf:1", "t")
    assert find_venue(None, paper.journal_ref) == (Venue(*venue) if venue else None)


def test_the_address_of_a_pdf_is_downloaded_and_kept(store: Store, tmp_path: Path) -> None:
    served = tmp_path / "served"
    served.mkdir()
    (served / "2599.00777.pdf").write_text("%PDF-1.7\nSprings and Dams\nWe dam springs.\ntext %%EOF")
    with serving(ROWS, served) as standin:
        url = f"{standin.pdf_url}/2599.00777"
        downloads = Downloads(standin.pdf_url, Pace(0))
        report = add(store, None, [url, f"{url}8"], reader=LineReader(), downloads=downloads)
    (paper_id,) = report.added
    paper = store.papers.get(paper_id)
    assert paper is not None and (paper.title, paper.pdf_url) == ("Springs and Dams", url)
    (kept,) = (store.folder / "pdf").iterdir()
    assert kept.name == f"{paper_id.replace(':', '_')}.pdf" and kept.read_bytes().startswith(b"%PDF-1.7")
    (problem,) = report.problems
    assert problem.paper_id == f"{url}8" and "404" in problem.message


def test_what_a_person_corrected_stays_when_the_file_is_added_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "w.pdf"
    path.write_text("%PDF\nSPR1NGS\nabstract\ntext")
    (paper_id,) = put(store, str(path)).added
    store.person_facts.give(paper_id, {"title": "Springs"})
    assert put(store, str(path)).stored == (paper_id,)
    paper = store.papers.get(paper_id)
    assert paper is not None and paper.title == "Springs"


def test_arxiv_s_stamp_up_the_margin_is_found(store: Store, tmp_path: Path) -> None:
    path = first_page(tmp_path / "stamped.pdf")
    with pymupdf.open(path) as pdf:
        pdf[0].insert_text((30, 520), "arXiv:2599.00001v2 [cs.SD] 3 Feb 2026", fontsize=20, rotate=90)
        pdf.saveIncr()
    reader = open_reader(60, 1024)
    with serving(ROWS) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0))
        report = add(store, feed, [str(path)], reader=reader)
    reader.close()
    assert report.added == ("2599.00001",)


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
    report = add(store, feed, ["2599.00001", "2599.00002"], reader=LineReader())
    assert [problem.paper_id for problem in report.problems] == ["2599.00001", "2599.00002"]
    assert "cannot reach" in report.problems[0].message


def added_from_a_pdf(store: Store, tmp_path: Path) -> str:
    """A paper that a person added as a file, read, drafted and put off; its title is the one that arXiv gives."""
    path = tmp_path / "wells.pdf"
    path.write_text("%PDF\nOld Knots in Deep Wells\nabstract\ntext")
    (paper_id,) = put(store, str(path)).added
    text = FullText(paper_id, 1, "pdf", (PageText(1, "Wells run deep."),))
    store.texts.save(text, [Passage("k1", paper_id, 0, "Intro", 1, 0, 10, "Wells run deep.")])
    store.drafts.save(Draft(paper_id, ("Wells",), Facts("Old Knots"), "- old knots", key="k"))
    store.ledger.decide(Decision(paper_id, Verdict.LATER, note="ask Bo"))
    return paper_id


KNOTS: Row = {"id": "2599.00009", "title": "Old knots in deep wells", "first_listed": "2026-02-09", "version": 3}


def test_a_preprint_added_after_its_pdf_is_that_paper_with_all_that_was_known(store: Store, tmp_path: Path) -> None:
    before = added_from_a_pdf(store, tmp_path)
    with serving([KNOTS]) as standin:
        report = add(store, ArxivFeed(standin.api_url, Pace(0)), ["2599.00009"], reader=LineReader())
    assert report == AddReport(stored=("2599.00009",))
    assert store.papers.ids() == ["2599.00009"]
    record = store.record("2599.00009")
    assert (record.paper.version, record.paper.abstract) == (3, "abstract")
    assert record.draft is not None and record.draft.entry == "- old knots"
    assert record.decision is not None and (record.decision.verdict, record.decision.note) == (Verdict.LATER, "ask Bo")
    assert store.texts.state("2599.00009") == (3, "pdf"), "the file that a person gave is not replaced by arXiv's"
    assert [passage.paper_id for passage in store.texts.passages("2599.00009")] == ["2599.00009"]
    assert [file.name for file in (store.folder / "pdf").iterdir()] == ["2599.00009.pdf"]
    assert put(store, str(tmp_path / "wells.pdf")).stored == ("2599.00009",)
    assert store.papers.get(before) is None


def test_what_arxiv_says_of_a_listed_paper_is_kept_under_its_id(store: Store) -> None:
    look(store, "- Old Knots in Deep Wells [[2026]](https://example.org/knots)")
    (placeholder,) = store.papers.ids()
    with serving([KNOTS]) as standin:
        report = add(store, ArxivFeed(standin.api_url, Pace(0)), ["2599.00009"], reader=LineReader())
    assert placeholder.startswith("list:") and report == AddReport(known=("2599.00009",))
    assert store.stages() == {"2599.00009": Stage.LISTED}
    assert [one.paper_id for one in store.entries.all()] == ["2599.00009"]


def test_a_newer_version_replaces_the_stored_one(store: Store) -> None:
    store.papers.save(Paper("2599.00001", "Pipes, first", version=1))
    assert put(store, "2599.00001").stored == ("2599.00001",)
    paper = store.papers.get("2599.00001")
    assert paper is not None
    assert (paper.title, paper.version) == ("Pipes", 2)
