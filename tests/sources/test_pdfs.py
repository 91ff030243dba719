"""PDFs over loopback: whole or not at all, and nothing but http."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from triage.demo.faults import parse_faults
from triage.demo.server import serving
from triage.errors import FeedError, ReadError
from triage.models import Paper
from triage.sources.arxiv import ArxivFeed
from triage.sources.manners import TRIES, Http, Pace, Refused
from triage.sources.pdfs import Downloads

PDF = b"%PDF-1.7\n" + b"x" * 200_000 + b"\n%%EOF"


@pytest.fixture
def pdfs(tmp_path: Path) -> Path:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "2599.00001.pdf").write_bytes(PDF)
    (folder / "hep-th_9901001.pdf").write_bytes(PDF)
    (folder / "2599.00666.pdf").write_bytes(b"<html>not a PDF</html>")
    (folder / "2599.00000.pdf").write_bytes(b"")
    return folder


def left(target: Path) -> list[str]:
    """What stands in the target's folder."""
    return sorted(path.name for path in target.parent.iterdir()) if target.parent.exists() else []


def test_a_pdf_arrives_whole_in_the_stored_version(pdfs: Path, tmp_path: Path) -> None:
    target = tmp_path / "store" / "pdf" / "one.pdf"
    with serving([], pdfs) as standin:
        Downloads(standin.pdf_url, Pace(0)).download(Paper("2599.00001", "One", version=2), target)
        assert [asked.path for asked in standin.log] == ["/pdf/2599.00001v2"]
    assert target.read_bytes() == PDF
    assert left(target) == ["one.pdf"]
    (tmp_path / "ordinary").touch()
    assert target.stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_an_old_style_id(pdfs: Path, tmp_path: Path) -> None:
    with serving([], pdfs) as standin:
        Downloads(standin.pdf_url, Pace(0)).download(Paper("hep-th/9901001", "Old"), tmp_path / "old.pdf")
    assert (tmp_path / "old.pdf").read_bytes() == PDF


def test_faults_are_outlived(pdfs: Path, tmp_path: Path) -> None:
    with serving([], pdfs, pdf_faults=parse_faults("429,503,cut,reset"), retry_after=0.01) as standin:
        Downloads(standin.pdf_url, Pace(0.001)).download(Paper("2599.00001", "One"), tmp_path / "one.pdf")
        assert len(standin.log) == 5
    assert (tmp_path / "one.pdf").read_bytes() == PDF


@pytest.mark.parametrize(
    ("paper_id", "said"),
    [
        ("2599.00002", "there is no PDF .HTTP 404.; the paper may be withdrawn"),
        ("2599.00666", "sends no PDF but something else"),
        ("2599.00000", "sends no PDF but an empty file"),
    ],
)
def test_what_is_no_pdf_is_not_kept(pdfs: Path, tmp_path: Path, paper_id: str, said: str) -> None:
    target = tmp_path / "pdf" / "x.pdf"
    with serving([], pdfs) as standin, pytest.raises(ReadError, match=said):
        Downloads(standin.pdf_url, Pace(0)).download(Paper(paper_id, "X"), target)
    assert left(target) == []


def test_a_file_that_is_too_large_is_not_kept(pdfs: Path, tmp_path: Path) -> None:
    target = tmp_path / "pdf" / "x.pdf"
    with serving([], pdfs) as standin, pytest.raises(ReadError, match="larger than"):
        Downloads(standin.pdf_url, Pace(0), max_bytes=100_000).download(Paper("2599.00001", "X"), target)
    assert left(target) == []


def test_a_failed_download_leaves_the_file_of_before(pdfs: Path, tmp_path: Path) -> None:
    target = tmp_path / "pdf" / "x.pdf"
    target.parent.mkdir()
    target.write_bytes(b"%PDF before")
    faults = parse_faults(f"cut:{TRIES}")
    with serving([], pdfs, pdf_faults=faults) as standin, pytest.raises(ReadError, match="the next run tries again"):
        Downloads(standin.pdf_url, Pace(0)).download(Paper("2599.00001", "X"), target)
    assert target.read_bytes() == b"%PDF before"
    assert left(target) == ["x.pdf"]


def test_what_a_killed_process_left_of_a_download_is_removed(pdfs: Path, tmp_path: Path) -> None:
    target = tmp_path / "pdf" / "2599.00001.pdf"
    target.parent.mkdir()
    (target.parent / ".2599.00001-0a1b2c3d.part").write_bytes(b"%PDF half")
    (target.parent / ".2599.00002-0a1b2c3d.part").write_bytes(b"%PDF another's")
    with serving([], pdfs) as standin:
        Downloads(standin.pdf_url, Pace(0)).download(Paper("2599.00001", "One"), target)
    assert left(target) == [".2599.00002-0a1b2c3d.part", "2599.00001.pdf"]


def test_a_paper_from_elsewhere_needs_an_address() -> None:
    with pytest.raises(ReadError, match="triage add"):
        Downloads("http://127.0.0.1:9/pdf", Pace(0)).download(Paper("doi:10.9999/x", "X"), Path("never.pdf"))


@contextmanager
def redirecting(places: dict[str, str]) -> Iterator[str]:
    """A server that sends each path elsewhere."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", places[self.path.partition("?")[0]])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("file:///etc/hostname", "no http address"),
        ("ftp://127.0.0.1/x", "no http address"),
        ("http://[::1", "no http address"),
        ("http://127.0.0.1:99999999/x", "x.pdf|Invalid|Failed|not at arXiv|inside this machine"),
        ("/a", "redirects"),
    ],
)
def test_redirects_stay_with_http_and_end(tmp_path: Path, place: str, said: str) -> None:
    paper = Paper("pdf:1", "X")
    with redirecting({"/a": place}) as url, pytest.raises(ReadError, match=said):
        Downloads(url, Pace(0)).download(Paper(paper.id, "X", pdf_url=f"{url}/a"), tmp_path / "x.pdf")
    assert not (tmp_path / "x.pdf").exists()


def test_a_redirect_to_a_host_that_the_settings_name_is_followed(pdfs: Path, tmp_path: Path) -> None:
    with serving([], pdfs) as standin, redirecting({"/a": f"{standin.pdf_url}/2599.00001"}) as url:
        Downloads(standin.pdf_url, Pace(0)).download(Paper("pdf:1", "X", pdf_url=f"{url}/a"), tmp_path / "x.pdf")
    assert (tmp_path / "x.pdf").read_bytes() == PDF


def test_an_address_that_a_person_gives_may_redirect_within_its_own_host(pdfs: Path, tmp_path: Path) -> None:
    with serving([], pdfs) as standin, redirecting({"/a": "/b", "/b": f"{standin.pdf_url}/2599.00001"}) as url:
        Downloads(standin.pdf_url, Pace(0)).download_from(f"{url}/a", tmp_path / "x.pdf")
    assert (tmp_path / "x.pdf").read_bytes() == PDF


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0"])
def test_no_redirect_leads_into_this_machine(pdfs: Path, tmp_path: Path, name: str) -> None:
    with serving([], pdfs) as inside:
        port = inside.url.rpartition(":")[2]
        said = pytest.raises(ReadError, match=r"inside this machine or its network; .* `triage add FILE\.pdf`")
        with redirecting({"/a": f"http://{name}:{port}/pdf/2599.00001"}) as url, said:
            Downloads("https://arxiv.org/pdf", Pace(0)).download_from(f"{url}/a", tmp_path / "x.pdf")
        assert list(inside.log) == []
    assert not (tmp_path / "x.pdf").exists()


def test_a_name_that_stands_for_this_machine_is_found_out_before_anything_is_sent(pdfs: Path) -> None:
    with serving([], pdfs) as inside:
        port = int(inside.url.rpartition(":")[2])
        adapter = Http([], public=True)._guarded.get_adapter("http://")
        pool = adapter.poolmanager.connection_from_host("localhost", port, "http")  # type: ignore[attr-defined]
        with pytest.raises(Refused, match=r"leads to 127\.0\.0\.1|leads to ::1"):
            pool.urlopen("GET", "/pdf/2599.00001", retries=False)
        assert list(inside.log) == []


@pytest.mark.parametrize("place", ["https://elsewhere.example/x.pdf", "http://arxiv.org.evil.example/x.pdf"])
def test_the_pdf_of_an_arxiv_paper_comes_from_arxiv_or_the_host_of_the_settings(tmp_path: Path, place: str) -> None:
    with redirecting({"/2599.00001v1": place}) as url, pytest.raises(ReadError, match="is not at arXiv"):
        Downloads(url, Pace(0)).download(Paper("2599.00001", "X"), tmp_path / "x.pdf")


@pytest.mark.parametrize("place", ["https://static.arxiv.org/x.pdf", "https://arxiv.org/pdf/x"])
def test_arxivs_own_hosts_may_be_asked(tmp_path: Path, place: str) -> None:
    with (
        redirecting({"/2599.00001v1": place}) as url,
        pytest.raises(ReadError, match=r"cannot reach|tests may not reach"),
    ):
        Downloads(url, Pace(0)).download(Paper("2599.00001", "X"), tmp_path / "x.pdf")


def test_the_feed_is_sent_nowhere_else_either() -> None:
    with serving([]) as inside:
        with redirecting({"/api/query": inside.api_url}) as url, pytest.raises(FeedError, match="is not at arXiv"):
            list(ArxivFeed(f"{url}/api/query", Pace(0)).by_id(["2599.00001"]))
        assert list(inside.log) == []


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot reach 127"):
        Downloads("http://127.0.0.1:9/pdf", Pace(0)).download(Paper("2599.00001", "X"), tmp_path / "x.pdf")


def test_a_folder_that_cannot_be_written(pdfs: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with serving([], pdfs) as standin, pytest.raises(ReadError, match="cannot be written"):
        Downloads(standin.pdf_url, Pace(0)).download(Paper("2599.00001", "X"), tmp_path / "taken" / "x.pdf")
