"""Zotero's library over HTTP: a server of our own that answers as its API does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from triage.errors import FeedError
from triage.sources.manners import Pace
from triage.sources.zotero import Library, Zotero, library, record_of_item
from triage.writing.csl import record_from_csl


def item(number: int, **data: Any) -> dict[str, Any]:
    return {"key": f"AB{number:06}", "data": {"itemType": "journalArticle", "title": f"Frogs {number}", **data}}


@contextmanager
def serving(
    items: list[dict[str, Any]], trouble: list[tuple[int, dict[str, str]]] | None = None
) -> Iterator[tuple[str, list[Any]]]:
    """The address of a server with these items, and the requests it got; `trouble` are answers that it gives first."""
    asked: list[Any] = []
    first = list(trouble or [])

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked.append((parts.path, dict(self.headers)))
            status, headers = first.pop(0) if first else (200, {})
            start = int(parse_qs(parts.query).get("start", ["0"])[0])
            limit = int(parse_qs(parts.query).get("limit", ["25"])[0])
            body = json.dumps(items[start : start + limit]).encode()
            self.send_response(status)
            for name, value in {"Total-Results": str(len(items)), **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


def zotero(address: str) -> Zotero:
    return Zotero(address, Pace(delay=0.0, sleep=lambda seconds: None))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zotero:users/475425", Library("users", "475425")),
        ("zotero:groups/36222/collections/QM6T3KHX", Library("groups", "36222", "QM6T3KHX")),
        ("https://www.zotero.org/groups/36222/smart_cities/library", Library("groups", "36222")),
        (
            "https://www.zotero.org/groups/36222/smart_cities/collections/QM6T3KHX",
            Library("groups", "36222", "QM6T3KHX"),
        ),
        ("https://www.zotero.org/z_public_library", None),
        ("2406.01234", None),
        ("https://elsewhere.example/users/1", None),
    ],
)
def test_addresses(text: str, found: Library | None) -> None:
    assert library(text) == found


def test_every_page_is_asked_for() -> None:
    with serving([item(number) for number in range(230)]) as (address, asked):
        records = zotero(address).records(Library("users", "1"))
    assert len(records) == 230 and len(asked) == 3
    assert asked[0][0] == "/users/1/items/top" and asked[0][1]["Zotero-API-Version"] == "3"


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOTERO_API_KEY", "s3cret")
    with serving([item(1)]) as (address, asked):
        zotero(address).records(Library("groups", "2", "ABCD2345"))
    assert asked[0][0] == "/groups/2/collections/ABCD2345/items/top" and asked[0][1]["Zotero-API-Key"] == "s3cret"


def test_it_waits_when_it_is_asked_to() -> None:
    waits: list[float] = []
    with serving([item(1)], [(429, {"Retry-After": "7"}), (503, {})]) as (address, asked):
        pace = Pace(delay=0.5, clock=lambda: 0.0, sleep=waits.append)
        assert len(Zotero(address, pace).records(Library("users", "1"))) == 1
    assert len(asked) == 3 and waits[0] == 7.0


def test_a_backoff_header_slows_the_next_page() -> None:
    waits: list[float] = []
    with serving([item(number) for number in range(150)], [(200, {"Backoff": "9"})]) as (address, _):
        Zotero(address, Pace(delay=0.0, clock=lambda: 0.0, sleep=waits.append)).records(Library("users", "1"))
    assert waits == [9.0]


@pytest.mark.parametrize(("status", "said"), [(403, "ZOTERO_API_KEY"), (404, "check its number"), (400, "HTTP 400")])
def test_refusals_say_what_to_do(status: int, said: str) -> None:
    with serving([], [(status, {})]) as (address, _), pytest.raises(FeedError, match=said):
        zotero(address).records(Library("users", "1"))


def test_items_become_records() -> None:
    data = item(
        1, itemType="conferencePaper", proceedingsTitle="Proc. of Ponds", date="06/2007", DOI="10.1000/x", pages="1-9",
        creators=[{"creatorType": "author", "firstName": "Dee", "lastName": "Pond"},
                  {"creatorType": "author", "name": "Frog Society"}, {"creatorType": "editor", "lastName": "Newt"}],
        tags=[{"tag": "frogs"}, {"tag": "dusk"}], extra="note\nCitation Key: pond07", abstractNote=" We  count. ",
    )  # fmt: skip
    record = record_of_item(data)
    assert record is not None and (record.key, record.kind) == ("pond07", "paper-conference")
    work = record_from_csl(record)
    assert (work.title, work.container, work.year, work.month, work.doi) == (
        "Frogs 1",
        "Proc. of Ponds",
        2007,
        6,
        "10.1000/x",
    )
    assert [name.family or name.literal for name in (*work.authors, *work.editors)] == ["Pond", "Frog Society", "Newt"]
    assert (work.keywords, work.abstract) == (("frogs", "dusk"), "We count.")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("2024-06-03", [2024, 6, 3]),
        ("May 01, 1980", [1980, 5, 1]),
        ("1992", [1992]),
        ("December 2004", [2004, 12]),
        ("", None),
    ],
)
def test_dates_as_people_type_them(text: str, parts: list[int] | None) -> None:
    record = record_of_item(item(1, date=text))
    assert record is not None
    issued = json.loads(record.fields[0][1]).get("issued")
    assert issued == ({"date-parts": [parts]} if parts else None)


@pytest.mark.parametrize("kind", ["note", "attachment", "annotation", None])
def test_what_is_not_a_work_is_left_out(kind: str | None) -> None:
    assert record_of_item({"data": {"itemType": kind, "title": "x"}}) is None
