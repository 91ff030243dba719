"""PDFs from arXiv (or the stand-in): whole files or none, at the one pace that all of arXiv's endpoints share."""

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import IO, TYPE_CHECKING

from triage.errors import ReadError
from triage.identity import arxiv_id
from triage.models import Paper
from triage.sources.manners import (
    Http,
    Pace,
    Refused,
    TryAgain,
    Unreachable,
    cause,
    check_busy,
    patiently,
    transient_failures,
)

if TYPE_CHECKING:
    import requests


MAX_BYTES = 60_000_000
MAGIC_WITHIN = 1024
"""A PDF's magic may stand anywhere in the first 1,024 bytes (PDF 1.7, appendix H.3.4.1)."""

_BLOCK = 65_536


class Downloads:
    """Downloads PDFs. Seconds: `timeout` for connecting and for each wait, `deadline` for a whole file. `max_bytes` is
    the greatest size of a file; `unreachable_hint` is what to say where nobody answers."""

    def __init__(
        self,
        pdf_url: str = "https://arxiv.org/pdf",
        pace: Pace | None = None,
        timeout: float = 60.0,
        max_bytes: int = MAX_BYTES,
        deadline: float = 600.0,
        unreachable_hint: str = "the next run tries again",
    ) -> None:
        self._pdf_url = pdf_url.rstrip("/")
        self._pace = pace or Pace()
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._deadline = deadline
        self._unreachable_hint = unreachable_hint
        self._arxiv = Http([self._pdf_url])

    def download(self, paper: Paper, target: Path) -> None:
        """Writes the paper's PDF to `target`, whole or not at all. arXiv's papers come from [watch] pdf_url in the
        version that is stored, others from where they say. Raises ReadError, which says what was refused."""
        if arxiv_id(paper.id):
            self._download(f"{self._pdf_url}/{paper.id}v{paper.version}", target, self._arxiv)
        elif paper.pdf_url:
            self.download_from(paper.pdf_url, target)
        else:
            raise ReadError(f"{paper.id} names no PDF; give it with `triage add FILE.pdf`")

    def download_from(self, url: str, target: Path) -> None:
        """Writes the PDF at an address that a person gave to `target`, whole or not at all. It may redirect to any
        public host, and to no private one but its own and that of [watch] pdf_url. Raises ReadError."""
        self._download(url, target, Http([url, self._pdf_url], public=True))

    def _download(self, url: str, target: Path, http: Http) -> None:
        try:
            patiently(self._pace, lambda: self._once(url, target, http))
        except TryAgain as error:
            raise ReadError(f"{url}: {error.reason}; the next run tries again") from error
        except OSError as error:
            raise ReadError(f"{target}: cannot be written: {error.strerror or error}") from error

    def _once(self, url: str, target: Path, http: Http) -> None:
        import requests

        try:
            with transient_failures(url), http.get(url, timeout=self._timeout) as response:
                _check_status(response, url)
                self._keep(response, target)
        except Refused as error:
            told = f"{error}" if str(error).startswith(url[:200]) else f"{url[:200]}: {error}"
            raise ReadError(f"{told}; download the PDF yourself and give it with `triage add FILE.pdf`") from error
        except Unreachable as error:
            raise ReadError(f"{error}; {self._unreachable_hint}") from error
        except requests.RequestException as error:
            raise ReadError(f"{url}: {cause(error)}") from error

    def _keep(self, response: "requests.Response", target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        ends = time.monotonic() + self._deadline
        with _whole(target) as file:
            size, head = 0, b""
            for block in response.iter_content(_BLOCK):
                head = (head + block)[:MAGIC_WITHIN] if len(head) < MAGIC_WITHIN else head
                size += len(block)
                if size > self._max_bytes:
                    raise ReadError(f"{response.url} is larger than {self._max_bytes / 1e6:.0f} MB; it was not kept")
                if time.monotonic() > ends:
                    raise ReadError(f"{response.url} did not arrive within {self._deadline:.0f} s; it was not kept")
                file.write(block)
            announced = response.headers.get("Content-Length", "")
            is_plain = "Content-Encoding" not in response.headers
            if is_plain and announced.isdigit() and size < int(announced):
                raise TryAgain(f"the file broke off after {size} of {announced} bytes")
            if b"%PDF-" not in head:
                raise ReadError(f"{response.url} sends no PDF but {_kind(response, head)}")


def _check_status(response: "requests.Response", url: str) -> None:
    status = response.status_code
    check_busy(response)
    if status in (404, 410):
        raise ReadError(f"{url}: there is no PDF (HTTP {status}); the paper may be withdrawn")
    if status != 200:
        raise ReadError(f"{url}: HTTP {status} ({response.reason})")


def _kind(response: "requests.Response", head: bytes) -> str:
    if not head:
        return "an empty file"
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
    return f"a page of type {kind[:50]}" if kind and kind != "application/pdf" else "something else"


@contextmanager
def _whole(target: Path) -> Iterator[IO[bytes]]:
    """A file that becomes `target` if all goes well, and is gone if not; what a process that was killed has left of it
    is removed."""
    for left in target.parent.glob(f".{escape(target.stem)}-*.part"):
        left.unlink(missing_ok=True)
    part = target.with_name(f".{target.stem}-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
