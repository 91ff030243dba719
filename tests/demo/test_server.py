"""The stand-in over loopback: the `arxiv` package and plain HTTP both find what arXiv would give."""

import gzip
import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import arxiv  # type: ignore[import-untyped]
import pytest
import requests

from triage.demo.faults import Fault, parse_faults
from triage.demo.papers import BadRow
from triage.demo.server import StandIn, serving

ROWS = [
    {
        "id": f"2599.{number:05}",
        "title": f"Pipes & <leaks>, part {number}",
        "abstract": "Water\nruns \x0b down.",
        "authors": ["Ada Example", "Bo Sample"],
        "categories": ["cs.SD", "cs.LG"],
        "comment": "Accepted somewhere" if number % 2 else None,
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
    "journal_ref": "J. Inv. Res. 3",
    "doi": "10.9999/old",
}


def client(standin: StandIn, page_size: int = 10) -> arxiv.Client:
    made = arxiv.Client(page_size=page_size, delay_seconds=0, num_retries=0)
    made.query_url_format = standin.api_url + "?{}"
    return made


def test_the_arxiv_package_pages_through_a_search() -> None:
    with serving([*ROWS, OLD]) as standin:
        search = arxiv.Search(
            "all:water",
            max_results=None,
            sort_by=arxiv.SortCriterion.SubmittedDate,
            sort_order=arxiv.SortOrder.Ascending,
        )
        results = list(client(standin).results(search))
        assert [result.get_short_id() for result in results] == [f"2599.{n:05}v1" for n in range(1, 26)]
        assert len(standin.asked("/api/query")) == 3
    first = results[0]
    assert first.title == "Pipes & <leaks>, part 1"
    assert first.summary == "Water\nruns  down."
    assert [author.name for author in first.authors] == ["Ada Example", "Bo Sample"]
    assert first.comment == "Accepted somewhere"
    assert results[1].comment is None
    assert first.primary_category == "cs.SD"
    assert first.published == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert first.pdf_url == "https://arxiv.org/pdf/2599.00001v1"


def test_ids_with_versions_old_style_and_unknown() -> None:
    with serving([*ROWS, OLD]) as standin:
        search = arxiv.Search(id_list=["hep-th/9901001", "hep-th/9901001v1", "2599.00007", "2599.09999"])
        latest, first, seven = client(standin, 100).results(search)
    assert latest.get_short_id() == "hep-th/9901001v3"
    assert (latest.updated.year, latest.journal_ref, latest.doi) == (2001, "J. Inv. Res. 3", "10.9999/old")
    assert first.get_short_id() == "hep-th/9901001v1"
    assert first.updated.year == 1999
    assert seven.get_short_id() == "2599.00007v1"


def test_a_query_narrows_an_id_list() -> None:
    with serving(ROWS) as standin:
        search = arxiv.Search('ti:"part 7"', id_list=["2599.00007", "2599.00008"])
        assert [result.get_short_id() for result in client(standin).results(search)] == ["2599.00007v1"]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("id_list=abc", "incorrect id format for abc"),
        ("search_query=ti:(a", "unbalanced parentheses"),
        ("search_query=all:a&start=-1", "start must be non-negative"),
        ("search_query=all:a&max_results=many", "max_results must be an integer"),
        ("search_query=all:a&sortBy=colour", "sortBy must be in"),
    ],
)
def test_refusals_are_error_feeds_with_status_400(parameters: str, said: str) -> None:
    with serving(ROWS) as standin:
        answer = requests.get(f"{standin.api_url}?{parameters}", timeout=5)
    assert answer.status_code == 400
    assert f"<summary>{said}" in answer.text
    assert "<title>Error</title>" in answer.text
    assert "/api/errors#" in answer.text


def test_nothing_found_is_an_empty_feed() -> None:
    with serving(ROWS) as standin:
        answer = requests.get(f"{standin.api_url}?search_query=all:nothing", timeout=5)
    assert answer.status_code == 200
    assert "<opensearch:totalResults>0<" in answer.text
    assert "<entry>" not in answer.text


def test_orders() -> None:
    rows = [*ROWS[:2], {**ROWS[2], "updated": "2026-03-01"}, {**ROWS[3], "title": "Water water"}]

    def first(sort_by: str, order: str) -> str:
        with serving(rows) as standin:
            url = f"{standin.api_url}?search_query=all:water&max_results=1&sortBy={sort_by}&sortOrder={order}"
            return requests.get(url, timeout=5).text.partition("/abs/")[2][:10]

    assert first("submittedDate", "ascending") == "2599.00001"
    assert first("submittedDate", "descending") == "2599.00004"
    assert first("lastUpdatedDate", "descending") == "2599.00003"
    assert first("relevance", "descending") == "2599.00004"


def test_the_newest_version_of_a_row_counts() -> None:
    newer = {**ROWS[0], "version": 2, "title": "Second thoughts"}
    with serving([newer, ROWS[0]]) as standin:
        (result,) = client(standin).results(arxiv.Search(id_list=["2599.00001"]))
    assert (result.title, result.get_short_id()) == ("Second thoughts", "2599.00001v2")


def test_faults_come_in_order_and_then_end() -> None:
    with serving(ROWS, faults=parse_faults("429:2,503,empty,cut,reset"), retry_after=7) as standin:
        url = f"{standin.api_url}?search_query=all:water"
        first, second, third, empty = (requests.get(url, timeout=5) for _ in range(4))
        assert [first.status_code, second.status_code, third.status_code] == [429, 429, 503]
        assert first.headers["Retry-After"] == "7"
        assert "<opensearch:totalResults>25<" in empty.text
        assert "<entry>" not in empty.text
        for _ in range(2):
            with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
                requests.get(url, timeout=5)
        assert requests.get(url, timeout=5).text.count("<entry>") == 10
        assert [asked.fault for asked in standin.log] == ["429", "429", "503", "empty", "cut", "reset", None]


def test_a_slow_answer_and_a_delay() -> None:
    with serving(ROWS, faults=[Fault("slow")], slow=0.2, delay=0.01) as standin:
        began = time.monotonic()
        requests.get(f"{standin.api_url}?search_query=all:water", timeout=5)
        assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("text", ["flood:3", "429:many", "429:-1"])
def test_an_unknown_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no fault"):
        parse_faults(text)


def test_pdfs_by_id_whatever_the_style(tmp_path: Path) -> None:
    (tmp_path / "hep-th").mkdir()
    (tmp_path / "hep-th" / "9901001.pdf").write_bytes(b"%PDF-old")
    (tmp_path / "math_0309136.pdf").write_bytes(b"%PDF-flat")
    (tmp_path / "2599.00001.pdf").write_bytes(b"%PDF-new")
    (tmp_path / "secret.txt").write_text("no PDF")
    with serving([], tmp_path) as standin:

        def body(name: str) -> bytes:
            return requests.get(f"{standin.pdf_url}/{name}", timeout=5).content

        assert body("2599.00001") == body("2599.00001v4") == body("2599.00001v1.pdf") == b"%PDF-new"
        assert body("hep-th/9901001v2") == b"%PDF-old"
        assert body("math/0309136") == b"%PDF-flat"
        for name in ("2599.00002", "secret.txt", "../secret", "%2e%2e/secret"):
            assert requests.get(f"{standin.pdf_url}/{name}", timeout=5).status_code == 404


def test_an_abstract_page_is_escaped() -> None:
    with serving(ROWS) as standin:
        page = requests.get(f"{standin.url}/abs/2599.00001v1", timeout=5).text
        assert "Pipes &amp; &lt;leaks&gt;, part 1" in page
        assert requests.get(f"{standin.url}/abs/2599.09999", timeout=5).status_code == 404


def test_it_stops_with_its_context() -> None:
    with serving(ROWS) as standin:
        url = standin.api_url
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)


@pytest.mark.parametrize(
    ("line", "said"), [("{", "not JSON"), ("[1]", "not a JSON object"), ('{"id": "1"}', "needs id, title")]
)
def test_a_bad_row_names_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_text("\n" + line + "\n")
    with pytest.raises(BadRow, match=said) as caught, serving([path]):
        pass
    assert "papers.jsonl, line 2" in str(caught.value)


def test_as_a_program_it_prints_its_address_and_stops_on_a_signal(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, ROWS)).encode()))
    command = [sys.executable, "-m", "triage.demo.server", "--papers", str(path), "--port", "0", "--fault", "429:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        try:
            assert url.startswith("http://127.0.0.1:")
            statuses = [requests.get(f"{url}/api/query?search_query=all:water", timeout=5).status_code for _ in "ab"]
            assert statuses == [429, 200]
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=5) == 0


def test_a_real_month_is_answered_quickly(shared_data: Path) -> None:
    with serving([shared_data / "stream" / "2025-06.jsonl.gz"]) as standin:
        url = f"{standin.api_url}?search_query=submittedDate:[202506010000+TO+202506302359]&max_results=1"
        began = time.process_time()
        text = requests.get(url, timeout=10).text
        assert time.process_time() - began < 0.8
    assert "<opensearch:totalResults>4903<" in text


def test_a_subject_class_in_an_old_id_is_passed_over() -> None:
    with serving([{"id": "math/0309136", "title": "Knots", "first_listed": "2003-09-08"}]) as standin:
        (result,) = client(standin).results(arxiv.Search(id_list=["math.GT/0309136v1"]))
    assert result.get_short_id() == "math/0309136v1"
