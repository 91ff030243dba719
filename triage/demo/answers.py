"""Answers to /api/query: the parameters in, an Atom feed or an error feed out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from triage.demo import atom
from triage.demo.papers import Served, select, split_version
from triage.demo.query import BadQuery, parse

MAX_PAGE = 2000
_ORDERS = ("relevance", "lastUpdatedDate", "submittedDate")
_SUBJECT_CLASS = re.compile(r"\.[A-Za-z\-]+/")
_ID = re.compile(r"^[A-Za-z0-9.\-]+(/\d{7})?(v\d+)?$")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a content type, and the bytes."""

    status: int
    kind: str
    body: bytes


class Library:
    """The papers, oldest first, and by id."""

    def __init__(self, papers: Sequence[Served]) -> None:
        self.papers = tuple(papers)
        self.by_id = {paper.id: paper for paper in papers}
        self.entry = lru_cache(maxsize=50_000)(atom.entry)


def api_answer(library: Library, request: str, empty: bool = False) -> Answer:
    """The feed for a request's query string; `empty` leaves the entries out but keeps their number, as arXiv
    sometimes does."""
    try:
        given = dict(parse_qsl(request, keep_blank_values=True))
        start, size = _number(given, "start", 0), _number(given, "max_results", 10)
        found = _found(library, given)
    except BadQuery as error:
        return Answer(400, "application/atom+xml; charset=utf-8", atom.error_feed(str(error)).encode())
    page = [] if empty else found[start : start + min(size, MAX_PAGE)]
    body = atom.results_feed(
        "&".join(f"{name}={quote(value, safe=':/,*[]()')}" for name, value in given.items()),
        [library.entry(paper, version) for paper, version in page],
        start,
        min(size, MAX_PAGE),
        len(found),
    )
    return Answer(200, "application/atom+xml; charset=utf-8", body.encode())


def _found(library: Library, given: Mapping[str, str]) -> list[tuple[Served, int | None]]:
    """Papers with the version asked for, in order. Raises BadQuery."""
    order, direction = given.get("sortBy", "relevance"), given.get("sortOrder", "descending")
    if order not in _ORDERS:
        raise BadQuery(f"sortBy must be in: {', '.join(_ORDERS)}")
    if direction not in ("ascending", "descending"):
        raise BadQuery("sortOrder must be in: ascending, descending")
    text = given.get("search_query", "").strip()
    names = [name.strip() for name in given.get("id_list", "").split(",") if name.strip()]
    if not names:
        if not text:
            return []
        return [(paper, None) for paper in select(library.papers, parse(text), order, direction == "descending")]
    listed = [found for name in names if (found := _named(library, name)) is not None]
    if text:
        query = parse(text)
        listed = [(paper, version) for paper, version in listed if query.matches(paper.search)]
    return listed


def _named(library: Library, name: str) -> tuple[Served, int | None] | None:
    bare, version = split_version(name)
    paper = library.by_id.get(bare) or library.by_id.get(_SUBJECT_CLASS.sub("/", bare))
    if paper is not None:
        return (paper, version) if version is None or 1 <= version <= paper.version else None
    if not _ID.match(name) or not any(c.isdigit() for c in name):
        raise BadQuery(f"incorrect id format for {name}")
    return None


def _number(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise BadQuery(f"{name} must be an integer") from None
    if value < 0:
        raise BadQuery(f"{name} must be non-negative")
    return value
