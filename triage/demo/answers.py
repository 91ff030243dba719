"""Answers to /api/query: the parameters in, an Atom feed out, in the form of arXiv's answers of spring 2026."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import parse_qsl, quote
from xml.sax.saxutils import escape, quoteattr

from triage.demo.papers import Served, select, split_version
from triage.demo.query import BadQuery, parse

MAX_PAGE = 2000
_ORDERS = ("relevance", "lastUpdatedDate", "submittedDate")
_SUBJECT_CLASS = re.compile(r"\.[A-Za-z\-]+/")
_ID = re.compile(r"^[A-Za-z0-9.\-]+(/\d{7})?(v\d+)?$")
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">
"""


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
        self.entry = lru_cache(maxsize=50_000)(atom_entry)


def api_answer(library: Library, request: str, empty: bool = False) -> Answer:
    """The feed for a request's query string; `empty` leaves the entries out but keeps their number, as arXiv
    sometimes does."""
    try:
        given = dict(parse_qsl(request, keep_blank_values=True))
        start, size = _number(given, "start", 0), _number(given, "max_results", 10)
        found = _found(library, given)
    except BadQuery as error:
        return Answer(400, "application/atom+xml; charset=utf-8", error_feed(str(error)).encode())
    page = [] if empty else found[start : start + min(size, MAX_PAGE)]
    body = results_feed(
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


def results_feed(request: str, entries: Sequence[str], start: int, page_size: int, total: int) -> str:
    """A page of results. `request` is the query string as asked; `entries` come from `atom_entry`."""
    key = hashlib.sha1(request.encode(), usedforsecurity=False).hexdigest()[:27]
    head = (
        f"  <id>https://arxiv.org/api/{key}</id>\n"
        f"  <title>arXiv Query: {_text(request)}</title>\n"
        f"  <updated>{_now()}</updated>\n"
        f'  <link href={_value("https://arxiv.org/api/query?" + request)} type="application/atom+xml"/>\n'
    )
    return _HEAD + head + _counts(page_size, total, start) + "".join(entries) + "</feed>\n"


def atom_entry(paper: Served, version: int | None = None) -> str:
    """One result; `version` is the one asked for, if any."""
    name = f"{paper.id}v{version or paper.version}"
    updated = paper.published if version == 1 else paper.updated
    parts = [
        f"    <id>http://arxiv.org/abs/{_text(name)}</id>",
        f"    <title>{_text(paper.title)}</title>",
        f"    <updated>{updated}</updated>",
        f'    <link href={_value(f"https://arxiv.org/abs/{name}")} rel="alternate" type="text/html"/>',
        f'    <link href={_value(f"https://arxiv.org/pdf/{name}")} rel="related" type="application/pdf" title="pdf"/>',
        f"    <summary>{_text(paper.abstract)}</summary>",
        *(f'    <category term={_value(c)} scheme="http://arxiv.org/schemas/atom"/>' for c in paper.categories),
        f"    <published>{paper.published}</published>",
    ]
    if paper.comment:
        parts.append(f"    <arxiv:comment>{_text(paper.comment)}</arxiv:comment>")
    if paper.categories:
        parts.append(f"    <arxiv:primary_category term={_value(paper.categories[0])}/>")
    if paper.journal_ref:
        parts.append(f"    <arxiv:journal_ref>{_text(paper.journal_ref)}</arxiv:journal_ref>")
    parts += [f"    <author>\n      <name>{_text(author)}</name>\n    </author>" for author in paper.authors]
    if paper.doi:
        parts.append(f"    <arxiv:doi>{_text(paper.doi)}</arxiv:doi>")
        doi_url = f"https://doi.org/{paper.doi}"
        parts.append(f'    <link href={_value(doi_url)} rel="related" title="doi"/>')
    return "  <entry>\n" + "\n".join(parts) + "\n  </entry>\n"


def error_feed(reason: str) -> str:
    """What arXiv sends with HTTP status 400: a feed whose only entry says what is wrong."""
    now = _now()
    place = "https://arxiv.org/api/errors#" + re.sub(r"[^A-Za-z0-9.\-]+", "_", reason)
    return (
        f"{_HEAD}  <id>https://arxiv.org/</id>\n  <title>arXiv Search Results</title>\n  <updated>{now}</updated>\n"
        + _counts(1, 1, 0)
        + f"  <entry>\n    <id>{_text(place)}</id>\n    <title>Error</title>\n    <updated>{now}</updated>\n"
        f'    <link href={_value(place)} rel="alternate" type="text/html"/>\n'
        f"    <summary>{_text(reason)}</summary>\n"
        "    <author>\n      <name>arXiv api core</name>\n    </author>\n  </entry>\n</feed>\n"
    )


def _counts(page_size: int, total: int, start: int) -> str:
    return (
        f"  <opensearch:itemsPerPage>{page_size}</opensearch:itemsPerPage>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n"
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(value: str) -> str:
    return escape(_FORBIDDEN.sub("", value))


def _value(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("", value))
