"""The feed against the stand-in over loopback, with the real `arxiv` package in between."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from triage.demo.faults import parse_faults
from triage.demo.server import serving
from triage.errors import ConfigError, FeedError
from triage.models import Paper
from triage.sources.arxiv import ArxivFeed
from triage.sources.manners import TRIES, Pace

SINCE, UNTIL = date(2026, 2, 1), date(2026, 2, 28)
ROWS = [
    {
        "id": f"2599.{number:05}",
        "title": f"Pipes, part {number}",
        "abstract": "Water  runs\ndown.",
        "authors": ["Ada Example"],
        "categories": ["cs.SD"],
        "first_listed": f"2026-02-{number:02}",
    }
    for number in range(1, 26)
]
OLD = {
    "id": "hep-th/9901001",
    "title": "An old one",
    "first_listed": "1999-01-04",
    "version": 3,
    "updated": "2001-05-06",
    "comment": "12 pages",
    "journal_ref": "J. Inv. Res. 3",
    "doi": "10.9999/old",
}


def ids(feed: ArxivFeed, query: str = "all:water", start: int = 0) -> list[str]:
    return [paper.id for page in feed.window(query, SINCE, UNTIL, start) for paper in page.papers]


def test_a_window_comes_page_by_page_oldest_first() -> None:
    with serving([*ROWS, OLD]) as standin:
        pages = list(ArxivFeed(standin.api_url, Pace(0), page_size=10).window("all:water", SINCE, UNTIL))
    assert [(page.start, page.total, len(page.papers)) for page in pages] == [(0, 25, 10), (10, 25, 10), (20, 25, 5)]
    assert [paper.id for page in pages for paper in page.papers] == [row["id"] for row in ROWS]


def test_a_window_goes_on_from_a_position() -> None:
    with serving(ROWS) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0), page_size=10)
        assert ids(feed, start=13) == [f"2599.{number:05}" for number in range(14, 26)]
        (page,) = feed.window("all:water", SINCE, UNTIL, start=25)
    assert (page.papers, page.start, page.total) == ((), 25, 25)


@pytest.mark.parametrize("start", [0, 1, 6, 7, 13, 24, 25, 40])
def test_a_window_of_too_many_papers_is_asked_for_in_parts(start: int) -> None:
    with serving(ROWS) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0), page_size=3, deepest=6)
        pages = list(feed.window("all:water", SINCE, UNTIL, start))
        begins = [int(parse_qs(urlsplit(one.path).query)["start"][0]) for one in standin.log]
    assert [paper.id for page in pages for paper in page.papers] == [row["id"] for row in ROWS[start:]]
    assert {page.total for page in pages} == {25}
    assert pages[0].start == start
    assert all(one.start + len(one.papers) == other.start for one, other in pairwise(pages))
    assert max(begins) < 6


def test_a_day_of_too_many_papers_is_paged_through_all_the_same() -> None:
    rows = [{**row, "first_listed": "2026-02-07"} for row in ROWS]
    with serving(rows) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0), page_size=4, deepest=6)
        assert len(ids(feed)) == 25
        assert len(ids(feed, start=20)) == 5


def test_days_are_whole_and_the_query_stays_together() -> None:
    with serving(ROWS) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0))
        (page,) = feed.window('ti:"part 3" OR ti:pipes', date(2026, 2, 3), date(2026, 2, 5))
    assert [paper.id for paper in page.papers] == ["2599.00003", "2599.00004", "2599.00005"]


def test_a_result_becomes_a_paper() -> None:
    with serving([OLD, ROWS[0]]) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0), pdf_url="http://pdfs.invalid/pdf/")
        old, new = feed.by_id(["hep-th/9901001v2", "https://arxiv.org/abs/2599.00001"])
    assert old == Paper(
        id="hep-th/9901001",
        title="An old one",
        comment="12 pages",
        journal_ref="J. Inv. Res. 3",
        doi="10.9999/old",
        version=3,
        published=date(1999, 1, 4),
        updated=date(2001, 5, 6),
        abs_url="https://arxiv.org/abs/hep-th/9901001",
        pdf_url="http://pdfs.invalid/pdf/hep-th/9901001v3",
    )
    assert (new.abstract, new.authors, new.categories) == ("Water runs down.", ("Ada Example",), ("cs.SD",))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Ada Ångström", "Ada Ångström"),
        ("Zoë Müller-Weiß", "Zoë Müller-Weiß"),
        ("Łukasz Żółć", "Łukasz Żółć"),
        ("王 小明", "王 小明"),
        ("Götz Weißl à".encode().decode("latin-1"), "Götz Weißl à"),
        ("Plain Name", "Plain Name"),
    ],
)
def test_names_that_were_encoded_twice_are_put_right(sent: str, kept: str) -> None:
    with serving([{**ROWS[0], "authors": [sent], "comment": sent}]) as standin:
        (paper,) = ArxivFeed(standin.api_url, Pace(0)).by_id(["2599.00001"])
    assert paper.authors == (kept,)
    assert paper.comment == kept


def test_by_id_asks_for_a_hundred_at_a_time_and_leaves_out_the_unknown() -> None:
    wanted = [*(str(row["id"]) for row in ROWS), *(f"2599.{number:05}" for number in range(100, 290)), "no id", ""]
    with serving(ROWS) as standin:
        found = list(ArxivFeed(standin.api_url, Pace(0)).by_id(wanted))
        assert len(standin.asked("/api/query")) == 3
    assert [paper.id for paper in found] == [row["id"] for row in ROWS]


def test_by_id_of_nothing_asks_nothing() -> None:
    with serving(ROWS) as standin:
        assert list(ArxivFeed(standin.api_url, Pace(0)).by_id(["nothing", "10.1/x"])) == []
        assert not standin.log


@pytest.mark.parametrize("fault", ["429:3,503:1,empty:1", "cut:2", "reset:2", "empty:3", "503:7"])
def test_faults_are_outlived(fault: str) -> None:
    with serving(ROWS, faults=parse_faults(fault), retry_after=0.01) as standin:
        assert len(ids(ArxivFeed(standin.api_url, Pace(0.001), page_size=10))) == 25


def test_retry_after_is_honoured_between_requests() -> None:
    with serving(ROWS, faults=parse_faults("429:1"), retry_after=0.3) as standin:
        ids(ArxivFeed(standin.api_url, Pace(0.001)))
        first, second = (asked.at for asked in standin.log)
    assert second - first >= 0.3


def test_the_pace_is_kept_over_pages() -> None:
    with serving(ROWS) as standin:
        ids(ArxivFeed(standin.api_url, Pace(0.1), page_size=10))
        times = [asked.at for asked in standin.log]
    assert len(times) == 3
    assert all(later - earlier >= 0.09 for earlier, later in pairwise(times))


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (f"429:{TRIES}", "HTTP 429"),
        (f"empty:{TRIES}", "sends none from position 0"),
        (f"cut:{TRIES}", "arXiv"),
        (f"reset:{TRIES}", "reset"),
    ],
)
def test_what_does_not_pass_is_one_clear_error(fault: str, said: str) -> None:
    with serving(ROWS, faults=parse_faults(fault), retry_after=0) as standin:
        with pytest.raises(FeedError, match=said) as caught:
            ids(ArxivFeed(standin.api_url, Pace(0)))
        assert len(standin.log) == TRIES
    assert "\n" not in str(caught.value)
    assert "try again later" in str(caught.value)


def test_a_server_that_asks_for_an_hour_is_not_asked_again() -> None:
    with serving(ROWS, faults=parse_faults("429:9"), retry_after=3600) as standin:
        with pytest.raises(FeedError, match="asks to wait 3600 s"):
            ids(ArxivFeed(standin.api_url, Pace(0)))
        assert len(standin.log) == 1


def test_a_slow_answer_is_given_up_in_time() -> None:
    with serving(ROWS, faults=parse_faults("slow:1"), slow=1.0) as standin:
        assert len(ids(ArxivFeed(standin.api_url, Pace(0), timeout=0.3))) == 25
        assert standin.log[0].fault is None


def test_pages_that_came_before_a_failure_are_given() -> None:
    with serving(ROWS) as standin:
        pages = ArxivFeed(standin.api_url, Pace(0), page_size=10).window("all:water", SINCE, UNTIL)
        first = next(pages)
    assert len(first.papers) == 10
    with pytest.raises(FeedError, match="cannot reach 127"):
        next(pages)


def test_a_query_that_arxiv_would_refuse_is_not_sent() -> None:
    with serving(ROWS) as standin:
        with pytest.raises(ConfigError, match=r"triage.toml, \[watch\] query"):
            ids(ArxivFeed(standin.api_url, Pace(0)), "ti:(water")
        assert not standin.log


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that always answers the same."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/api/query"
    finally:
        server.shutdown()
        server.server_close()


ERROR = b"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://arxiv.org/</id><entry>
<id>https://arxiv.org/api/errors#a_reason</id><title>Error</title><updated>2026-01-01T00:00:00Z</updated>
<summary>a reason
of its own</summary></entry></feed>"""


@pytest.mark.parametrize("status", [200, 400])
def test_a_refusal_is_given_in_arxivs_words_whatever_its_status(status: int) -> None:
    with answering(status, ERROR) as url, pytest.raises(FeedError) as caught:
        ids(ArxivFeed(url, Pace(0)))
    assert "a reason of its own" in str(caught.value)
    assert "[watch] query in triage.toml" in str(caught.value)


def test_refused_ids_are_left_out() -> None:
    with answering(400, ERROR) as url:
        assert list(ArxivFeed(url, Pace(0)).by_id(["2599.00001", "2599.00002", "2599.00003"])) == []


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"not here", "HTTP 404"),
        (200, b"<html>Welcome to the hotel network</html>", "does not answer like arXiv"),
        (200, b"", "does not answer like arXiv"),
    ],
)
def test_a_server_that_is_not_arxiv(status: int, body: bytes, said: str) -> None:
    with answering(status, body) as url, pytest.raises(FeedError, match=said) as caught:
        ids(ArxivFeed(url, Pace(0)))
    assert "[watch] api_url" in str(caught.value)


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving(ROWS) as standin:
        assert len(ids(ArxivFeed(standin.api_url, Pace(0)))) == 25


def test_an_address_that_is_none() -> None:
    with pytest.raises(FeedError, match=r"no http address; check \[watch\] api_url"):
        ids(ArxivFeed("export.example/api", Pace(0)))


def test_recorded_answers_are_understood(shared_data: Path) -> None:
    recorded = shared_data / "arxiv_raw"
    with answering(200, next(recorded.glob("arxiv.py__id_astro-ph_0601001*")).read_bytes()) as url:
        (paper,) = ArxivFeed(url, Pace(0)).by_id(["astro-ph/0601001"])
    assert (paper.id, paper.version, paper.published) == ("astro-ph/0601001", 1, date(2006, 1, 2))
    assert paper.journal_ref == "ActaAstron.56:1-50,2006"
    with answering(200, next(recorded.glob("arxiv.py__id_1707.08567*")).read_bytes()) as url:
        (paper,) = ArxivFeed(url, Pace(0)).by_id(["1707.08567"])
    assert "Dirk Wübben" in paper.authors
    refusal = next(recorded.glob("*status400*")).read_bytes()
    with answering(400, refusal) as url, pytest.raises(FeedError, match="incorrect id format for abc"):
        ids(ArxivFeed(url, Pace(0)))
    with answering(200, next(recorded.glob("arxiv.py__id_0000.0000*")).read_bytes()) as url:
        assert ids(ArxivFeed(url, Pace(0))) == []
