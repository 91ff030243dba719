"""Manners towards servers: one polite pace, patience when a server asks for it, and requests that go only where they
may go.

arXiv asks for one request every three seconds over one connection (https://info.arxiv.org/help/api/tou.html), so the
feed and the downloads share one `Pace`. Every wait that a person would notice is shown, with its reason.

A server may answer with a redirect to anywhere, this machine and the network behind it included. So redirects are
followed here, hop by hop, and only to where a person or the settings sent us, to arXiv, or to the public internet.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from triage.protocols import Advance, Progress

if TYPE_CHECKING:
    import requests

T = TypeVar("T")
USER_AGENT = "triage (keeps curated paper lists; one request at a time)"
TRIES = 8
LONGEST_BACK_OFF = 60.0
"""Seconds between two tries, where the server names no time."""
LONGEST_WAIT = 300.0
"""Seconds; a server that asks for more is left alone until the next run."""
SHOWN = 1.0
"""Seconds from which a wait is shown."""
MAX_REDIRECTS = 5
ARXIV = "arxiv.org"
HERE = ("127.0.0.1", "localhost", "::1")
"""Names of this very machine."""


@contextmanager
def _silence(label: str, total: int | None) -> Iterator[Advance]:
    yield lambda count=1: None


class Pace:
    """At least `delay` seconds between the starts of two requests, and one request at a time. `progress` shows each
    wait, and what for."""

    def __init__(
        self,
        delay: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        progress: Progress = _silence,
    ) -> None:
        self.delay = delay
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._progress = progress
        self._next = float("-inf")
        self._reason = ""

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for its turn and holds it until the context ends."""
        with self._lock:
            self._wait(self._next - self._clock())
            self._next = max(self._next, self._clock() + self.delay)
            self._reason = ""
            yield

    def rest(self, seconds: float, reason: str) -> None:
        """Nobody asks anything before `seconds` from now; `reason` is what the server said."""
        self._next = max(self._next, self._clock() + seconds)
        self._reason = reason

    def _wait(self, seconds: float) -> None:
        if seconds <= 0:
            return
        if seconds < SHOWN:
            self._sleep(seconds)
            return
        why = self._reason or f"one request every {self.delay:g} s"
        with self._progress(f"waiting {seconds:.0f} s for arXiv: {why}", None):
            self._sleep(seconds)


def patiently(pace: Pace, attempt: Callable[[], T], tries: int = TRIES) -> T:
    """What `attempt` returns, each attempt in its turn. After a TryAgain it rests as long as the server asked; if the
    server named no time, twice as long each time (up to LONGEST_BACK_OFF seconds). Raises the last TryAgain after
    `tries` attempts, or when the server asks for more than LONGEST_WAIT seconds."""
    back_off = pace.delay
    for number in range(1, tries + 1):
        try:
            with pace.turn():
                return attempt()
        except TryAgain as failure:
            if number == tries or (failure.wait or 0.0) > LONGEST_WAIT:
                raise
            if failure.wait is None:
                pace.rest(back_off, failure.reason)
                back_off = min(back_off * 2, LONGEST_BACK_OFF)
            else:
                pace.rest(failure.wait, f"{failure.reason} and asks for the wait")
    raise ValueError("tries must be at least 1")


class TryAgain(Exception):
    """One attempt failed in a way that may pass; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


class Http:
    """GET requests with redirects followed within bounds. `named` are addresses that a person or triage.toml gave:
    their host and port may always be asked. Others must be arXiv's own hosts or, with `public`, any host of the public
    internet; never an address of this machine or of a private network. Nothing goes from https back to http."""

    def __init__(self, named: Iterable[str], *, public: bool = False) -> None:
        self._named = {_origin(url) for url in named}
        self._public = public

    def get(self, url: str, *, timeout: float, headers: dict[str, str] | None = None) -> "requests.Response":
        """The open answer (its body is read when asked for; the caller closes it), after at most MAX_REDIRECTS
        redirects. Raises Refused, requests.RequestException."""
        first = url
        for _ in range(MAX_REDIRECTS + 1):
            session = self._session(url)
            response = session.get(url, headers=headers, timeout=timeout, stream=True, allow_redirects=False)
            if not response.is_redirect:
                return response
            response.close()
            before, url = url, _joined(url, response.headers["Location"])
            if before.startswith("https:") and _split(url).scheme == "http":
                raise Refused(f"{_short(before)} sends on to an unencrypted address; nothing was fetched from there")
        raise Refused(f"{_short(first)}: more than {MAX_REDIRECTS} redirects")

    def _session(self, url: str) -> "requests.Session":
        """The session that may ask for this address. Raises Refused."""
        parts = _split(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(f"{_short(url)} is no http address")
        if _origin(url) in self._named:
            return self._here if parts.hostname in HERE else self._direct
        if not (self._public or _is_arxiv(parts.hostname)):
            raise Refused(f"{_short(url)} is not at arXiv; nothing was fetched from there")
        _refuse_private(parts.hostname)
        return self._guarded

    @cached_property
    def _direct(self) -> "requests.Session":
        return _session()

    @cached_property
    def _here(self) -> "requests.Session":
        """A proxy that the environment names is not asked for this very machine, where the stand-in runs."""
        session = _session()
        session.trust_env = False
        return session

    @cached_property
    def _guarded(self) -> "requests.Session":
        session = _session()
        for scheme in ("http://", "https://"):
            session.mount(scheme, _public_adapter())
        return session


class Refused(Exception):
    """A request that would go where none may go; the message says where and why."""


class Unreachable(Exception):
    """No connection came about at all: no network, no such host, or nobody listens there."""


@contextmanager
def transient_failures(url: str) -> Iterator[None]:
    """Raises TryAgain in place of a failure that may pass, Unreachable where no connection to the host of `url` came
    about; other errors of requests go through."""
    import requests
    from urllib3.exceptions import NewConnectionError

    try:
        yield
    except requests.ConnectionError as error:
        no_connection = requests.exceptions.ProxyError | requests.ConnectTimeout
        if isinstance(error, no_connection) or isinstance(_innermost(error), NewConnectionError):
            raise Unreachable(f"cannot reach {urlsplit(url).netloc}: {cause(error)}") from error
        raise TryAgain(cause(error)) from error
    except (requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
        raise TryAgain(cause(error)) from error


def check_busy(response: "requests.Response") -> None:
    """Raises TryAgain if the server is too busy to answer (HTTP 429 and 5xx)."""
    status = response.status_code
    if status == 429 or status >= 500:
        wait = retry_after(response.headers.get("Retry-After"))
        raise TryAgain(f"it answers HTTP {status} ({response.reason})", wait)


def retry_after(header: str | None) -> float | None:
    """Seconds that a Retry-After header asks for: a number or an HTTP date (RFC 9110, 10.2.3). None if it says
    nothing usable."""
    if header is None:
        return None
    text = header.strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - datetime.now(UTC)).total_seconds()
    return seconds if 0 <= seconds < float("inf") else None


def cause(error: BaseException) -> str:
    """The innermost reason of a failed request, in one line without addresses of objects."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer breaks off in the middle"
    inner = _innermost(error)
    text = re.sub(r"^<[^>]*>:\s*|^[\w.]+\(.*?\):\s*", "", str(inner)).rpartition("[Errno ")[2]
    text = re.sub(r"^-?\d+\]\s*", "", text)
    return " ".join(text.split()) or type(inner).__name__


def _session() -> "requests.Session":
    """A session that never looks where an answer redirects to: else it would read the whole of that answer first."""
    import requests

    class Session(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> str | None:
            return None

    session = Session()
    session.headers["User-Agent"] = USER_AGENT
    return session


def _origin(url: str) -> tuple[str, int]:
    """Host and port of an address; ("", 0) if it has none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return "", 0


def _split(url: str) -> SplitResult:
    """The parts of an address. Raises Refused."""
    try:
        return urlsplit(url)
    except ValueError:
        raise Refused(f"{_short(url)} is no http address") from None


def _joined(url: str, location: str) -> str:
    """Where a redirect leads. Raises Refused."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused(f"{_short(location)} is no http address") from None


def _short(url: str) -> str:
    return url.partition("?")[0][:200]


def _is_arxiv(host: str) -> bool:
    return host == ARXIV or host.endswith(f".{ARXIV}")


def _public_adapter() -> "requests.adapters.HTTPAdapter":
    """Looks at each connection before anything is sent on it: a name may stand for any address. (Behind a proxy it is
    the proxy that finds the address, and that decides.)"""
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class PublicConnection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn())

    class PublicSecureConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn())

    class PublicPool(HTTPConnectionPool):
        ConnectionCls = PublicConnection

    class PublicSecurePool(HTTPSConnectionPool):
        ConnectionCls = PublicSecureConnection

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": PublicPool, "https": PublicSecurePool}
    return adapter


def _checked(connection: socket.socket) -> socket.socket:
    try:
        _refuse_private(str(connection.getpeername()[0]))
    except Refused:
        connection.close()
        raise
    return connection


def _refuse_private(host: str) -> None:
    """Raises Refused if `host` is an address that is not public, or a name of this machine."""
    try:
        is_public = ip_address(host.partition("%")[0]).is_global
    except ValueError:
        is_public = not (host == "localhost" or host.endswith((".localhost", ".local", ".internal")))
    if not is_public:
        raise Refused(f"it leads to {host}, inside this machine or its network; nothing was fetched from there")


def _innermost(error: BaseException) -> BaseException:
    """Follows requests' and urllib3's wrapping (the reason is an attribute, or the last argument)."""
    inner = error
    while True:
        last = inner.args[-1] if inner.args else None
        under = getattr(inner, "reason", None)
        following = under if isinstance(under, BaseException) else last
        if not isinstance(following, BaseException) or following is inner:
            return inner
        inner = following
