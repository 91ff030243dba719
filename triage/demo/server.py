"""A small arXiv stand-in on 127.0.0.1: `python -m triage.demo.server --papers FILE.jsonl --pdfs DIR --port 0`.

It answers /api/query as arXiv's API does (https://info.arxiv.org/help/api/user-manual.html), /pdf/ID and /abs/ID, makes
faults on request, and keeps a log of what it was asked. The first line on stdout is its address.
"""

import argparse
import signal
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from triage.demo.answers import Answer, Library, api_answer
from triage.demo.faults import SPOILT, Fault, FaultLine, parse_faults, spoil
from triage.demo.papers import BadRow, Source, load, split_version

MAX_CONNECTIONS = 16
MAX_LOG = 10_000
_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that came in: when (monotonic seconds), what, and the status and fault it met."""

    at: float
    path: str
    status: int
    fault: str | None = None


@dataclass(slots=True)
class StandIn:
    """A running stand-in. `url` is its address without a slash; `log` is what it was asked, oldest first."""

    url: str
    log: deque[Asked]

    @property
    def api_url(self) -> str:
        """What goes into triage.toml as [watch] api_url."""
        return f"{self.url}/api/query"

    @property
    def pdf_url(self) -> str:
        """What goes into triage.toml as [watch] pdf_url."""
        return f"{self.url}/pdf"

    def asked(self, start: str) -> list[Asked]:
        """The requests whose path starts so."""
        return [asked for asked in list(self.log) if asked.path.startswith(start)]


@dataclass(frozen=True, slots=True)
class _Behaviour:
    library: Library
    pdfs: dict[str, Path]
    faults: FaultLine
    pdf_faults: FaultLine
    delay: float
    slow: float
    retry_after: float
    log: deque[Asked] = field(default_factory=lambda: deque(maxlen=MAX_LOG))


@contextmanager
def serving(
    papers: Iterable[Source],
    pdfs: Path | None = None,
    *,
    faults: Iterable[Fault] = (),
    pdf_faults: Iterable[Fault] = (),
    delay: float = 0.0,
    slow: float = 5.0,
    retry_after: float = 1.0,
    port: int = 0,
) -> Iterator[StandIn]:
    """Serves `papers` (files or rows) and the PDFs below `pdfs` (a file's stem is the paper's id) until the context
    ends. `delay` and `slow` are seconds before each answer and before a slow one; `retry_after` goes into the header
    of a 429 or 503. Raises BadRow, OSError."""
    behaviour = _Behaviour(
        library=Library(load(papers)),
        pdfs=_pdfs(pdfs),
        faults=FaultLine(faults),
        pdf_faults=FaultLine(pdf_faults),
        delay=delay,
        slow=slow,
        retry_after=retry_after,
    )
    server = _Server(("127.0.0.1", port), partial(_Handler, behaviour))
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield StandIn(f"http://127.0.0.1:{server.server_address[1]}", behaviour.log)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    """At most MAX_CONNECTIONS answers at a time; more wait in the system's queue."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: partial["_Handler"]) -> None:
        super().__init__(address, handler)
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        self._slots.acquire()
        super().process_request(request, client_address)

    def process_request_thread(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One request a connection (HTTP/1.0), so that an idle client holds no slot."""

    timeout = _PATIENCE

    def __init__(self, behaviour: _Behaviour, *rest: object) -> None:
        self._behaviour = behaviour
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answers a query, a PDF or a page."""
        url = urlsplit(self.path)
        path = unquote(url.path)
        here = self._behaviour
        is_api = path == "/api/query"
        fault = here.faults.take() if is_api else here.pdf_faults.take() if path.startswith("/pdf/") else None
        time.sleep(here.delay + (here.slow if fault == "slow" else 0.0))
        if fault in ("429", "503"):
            answer = Answer(int(fault), "text/plain", b"Rate exceeded." if fault == "429" else b"Service unavailable.")
        elif is_api:
            answer = api_answer(here.library, url.query, empty=fault == "empty")
            if fault in SPOILT:
                answer = replace(answer, body=spoil(fault, answer.body))
        elif path.startswith("/pdf/"):
            answer = _pdf(here.pdfs, path.removeprefix("/pdf/"))
        else:
            answer = _page(here.library, path)
        here.log.append(Asked(time.monotonic(), self.path, answer.status, fault))
        if fault == "reset":
            self._drop()
        else:
            self._send(answer, cut=fault == "cut")

    def _send(self, answer: Answer, cut: bool) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.status in (429, 503):
            self.send_header("Retry-After", f"{self._behaviour.retry_after:g}")
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if cut else answer.body)

    def _drop(self) -> None:
        """Closes the connection with a reset instead of an answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def finish(self) -> None:
        """Closes the streams; a client that went away is no news."""
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the log is kept, not printed."""


def _pdfs(folder: Path | None) -> dict[str, Path]:
    """The PDFs by id: "2506.01234.pdf", "hep-th_9901001.pdf" and "hep-th/9901001.pdf" are found by their ids."""
    if folder is None:
        return {}
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.pdf")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        found[name] = found[name.replace("/", "_")] = path
    return found


def _pdf(pdfs: dict[str, Path], name: str) -> Answer:
    name = name.removesuffix(".pdf")
    bare = split_version(name)[0]
    for key in (name, name.replace("/", "_"), bare, bare.replace("/", "_")):
        if key in pdfs:
            return Answer(200, "application/pdf", pdfs[key].read_bytes())
    return Answer(404, "text/plain", b"No PDF of that paper here.")


def _page(library: Library, path: str) -> Answer:
    paper = library.by_id.get(split_version(path.removeprefix("/abs/"))[0]) if path.startswith("/abs/") else None
    if paper is None:
        return Answer(404, "text/plain", b"Nothing here: this is a stand-in for arXiv's API.")
    body = (
        f"<!doctype html><title>[{escape(paper.id)}] {escape(paper.title)}</title><h1>{escape(paper.title)}</h1>"
        f"<p>{escape(', '.join(paper.authors))}</p><blockquote>{escape(paper.abstract)}</blockquote>"
    )
    return Answer(200, "text/html; charset=utf-8", body.encode("utf-8", "replace"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Serves until it is told to stop (Ctrl-C or SIGTERM)."""
    parser = argparse.ArgumentParser(prog="python -m triage.demo.server", description="A stand-in for arXiv.")
    parser.add_argument("--papers", type=Path, nargs="+", action="extend", required=True, metavar="FILE.jsonl[.gz]")
    parser.add_argument("--pdfs", type=Path, metavar="DIR", help="PDFs named after the papers' ids")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--delay", type=float, default=0.0, metavar="S", help="seconds before every answer")
    parser.add_argument("--slow", type=float, default=5.0, metavar="S", help="seconds that a slow fault takes")
    parser.add_argument("--retry-after", type=float, default=1.0, metavar="S", help="header of a 429 or 503")
    parser.add_argument("--fault", type=parse_faults, default=[], metavar="429:3,503:1,empty:1,cut:1,reset:1,slow:1")
    parser.add_argument("--pdf-fault", type=parse_faults, default=[], metavar="429:1", help="the same for PDFs")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        with serving(
            options.papers,
            options.pdfs,
            faults=options.fault,
            pdf_faults=options.pdf_fault,
            delay=options.delay,
            slow=options.slow,
            retry_after=options.retry_after,
            port=options.port,
        ) as standin:
            print(standin.url, flush=True)
            with suppress(KeyboardInterrupt):
                stop.wait()
    except (BadRow, OSError) as error:
        print(f"the stand-in cannot start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
