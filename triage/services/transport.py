"""HTTP sessions, and what a failed request means for people and for trying again."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

_HERE = ("127.0.0.1", "localhost", "::1")


def session_for(url: str) -> "requests.Session":
    """A session for requests to `url`'s host. A proxy that the environment names is not asked for this very machine,
    where the stand-in runs."""
    import requests

    session = requests.Session()
    session.trust_env = urlsplit(url).hostname not in _HERE
    return session


def cause(error: BaseException) -> str:
    """The innermost reason of a failed request, in one line without addresses of objects."""
    import requests

    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the answer breaks off in the middle"
    inner = _innermost(error)
    text = re.sub(r"^<[^>]*>:\s*|^[\w.]+\(.*?\):\s*|^\[Errno -?\d+\]\s*", "", str(inner))
    return " ".join(text.split()) or type(inner).__name__


def unreachable(error: BaseException) -> bool:
    """Whether no connection came about at all (no network, no such host, nobody listens)."""
    import requests
    from urllib3.exceptions import NewConnectionError

    return isinstance(error, requests.exceptions.ProxyError | requests.ConnectTimeout) or isinstance(
        _innermost(error), NewConnectionError
    )


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
