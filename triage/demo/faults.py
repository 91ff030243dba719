"""Faults that the stand-in makes on request, so that a client can prove that it lives with them."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass

SPOILT = {
    "undated": (rb"<(updated|published)>[^<]*</\1>", b""),
    "misdated": (rb"(<published>)[^<]*", rb"\1yesterday"),
    "unclosed": (rb"</title>(.*)</entry>", rb"\1"),
    "nameless": (rb"<id>[^<]*</id>", b""),
}
"""What is done to the second entry of a page: a pattern and what takes the place of all that it finds."""

KINDS = ("429", "503", "empty", "cut", "reset", "slow", *SPOILT)
_PART = re.compile(r"^(\w+)(?::(\d+))?$")


@dataclass(frozen=True, slots=True)
class Fault:
    """`count` requests in a row go wrong in this way: HTTP 429 or 503, an empty page with a nonzero total, a body cut
    in the middle, a dropped connection, a slow answer, or a page whose second entry is SPOILT."""

    kind: str
    count: int = 1


def parse_faults(text: str) -> list[Fault]:
    """ "429:3,503:1,empty" → the faults, in order. Raises ValueError."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = _PART.match(part)
        if match is None or match[1] not in KINDS:
            raise ValueError(f"{part!r} is no fault; write KIND:COUNT with a kind of {', '.join(KINDS)}")
        found.append(Fault(match[1], int(match[2] or 1)))
    return found


def spoil(kind: str, body: bytes) -> bytes:
    """The page with its second entry spoilt; pages of fewer entries stay as they are."""
    begins = [found.start() for found in re.finditer(rb"<entry>", body)]
    if len(begins) < 2:
        return body
    first, end = begins[1], begins[2] if len(begins) > 2 else body.index(b"</feed>")
    pattern, instead = SPOILT[kind]
    return body[:first] + re.sub(pattern, instead, body[first:end], flags=re.DOTALL) + body[end:]


class FaultLine:
    """The faults still to come; each request takes one."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._kinds = [fault.kind for fault in faults for _ in range(fault.count)]
        self._lock = threading.Lock()

    def take(self) -> str | None:
        """The kind of fault that the present request shall meet, or None."""
        with self._lock:
            return self._kinds.pop(0) if self._kinds else None
