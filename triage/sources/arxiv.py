"""arXiv's API as a `Feed`, with the `arxiv` package (4.0). A query that arXiv would refuse or silently misread is found
before anything is asked (https://info.arxiv.org/help/api/user-manual.html#query_details).

The package writes queries and parses entries; what it lacks is here: one shared pace, a time limit, patience with 429,
503, empty and cut pages, `Retry-After`, arXiv's own words when it refuses, and a name for entries that it cannot read.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from triage.errors import ConfigError, FeedError
from triage.identity import arxiv_id
from triage.models import Paper
from triage.protocols import FeedPage
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
    import arxiv  # type: ignore[import-untyped]
    import requests

TEXT_FIELDS = ("ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all")
DATE_FIELDS = ("submittedDate", "lastUpdatedDate")
_PIECE = re.compile(
    r"""(?P<mark>[()])
    |(?:(?P<field>[^\s()"\[\]:]+):)?(?:"(?P<phrase>[^"]*)"|\[(?P<range>[^\[\]]*)\]|(?P<word>[^\s()"\[\]]+)|(?=\())""",
    re.VERBOSE,
)
_RANGE = re.compile(r"^\s*\d{8}(?:\d{4}|\d{6})?\s+TO\s+\d{8}(?:\d{4}|\d{6})?\s*$")
_OPERATORS = ("AND", "OR", "ANDNOT")
API_URL = "https://export.arxiv.org/api/query"
PDF_URL = "https://arxiv.org/pdf"
ONLINE = "is this machine online?"
MAX_PAGE = 2000
IDS_PER_REQUEST = 100
DEEPEST = 10_000
"""Papers of one answer that may be paged through: far behind its beginning pages come slowly or empty, and arXiv
refuses what begins beyond 30,000."""
_QUERY = "the query; change [watch] query in triage.toml"
_TOTAL = re.compile(rb"<opensearch:totalResults[^>]*>\s*(\d+)\s*</")
_START = re.compile(rb"<opensearch:startIndex[^>]*>\s*(\d+)\s*</")
_ENTRY = re.compile(rb"<entry[\s>]")
_ERROR = re.compile(rb"<id>[^<]*/api/errors[^<]*</id>")
_SUMMARY = re.compile(rb"<summary[^>]*>(.*?)</summary>", re.DOTALL)
_ID = re.compile(rb"<id>\s*(https?://[^<\s]{1,200}?/abs/[^<\s]{1,100})\s*</id>")
_VERSION = re.compile(r"v(\d+)$")


class ArxivFeed:
    """Fulfils `protocols.Feed`. `api_url` and `pdf_url` come from [watch] in triage.toml; `timeout` is in seconds, for
    connecting and for each wait on the answer; `unreachable_hint` is what to say where nobody answers."""

    def __init__(
        self,
        api_url: str = API_URL,
        pace: Pace | None = None,
        page_size: int = MAX_PAGE,
        pdf_url: str = PDF_URL,
        timeout: float = 60.0,
        deepest: int = DEEPEST,
        unreachable_hint: str = ONLINE,
    ) -> None:
        self._api_url = api_url.rstrip("?/")
        self._pdf_url = pdf_url.rstrip("/")
        self._http = Http([self._api_url])
        self._pace = pace or Pace()
        self._page_size = max(1, min(page_size, MAX_PAGE))
        self._timeout = timeout
        self._deepest = max(1, deepest)
        self._unreachable_hint = unreachable_hint

    def window(self, query: str, since: date, until: date, start: int = 0) -> Iterator[FeedPage]:
        """Papers that match `query` and were submitted from `since` to `until`, both included, oldest first, page by
        page from position `start`; a window that holds nothing yields one empty page. A window of more papers than
        arXiv answers for reliably is asked for in parts. Raises ConfigError for a query that arXiv would refuse,
        FeedError for everything that goes wrong on the way."""
        check_query(query)
        if start < self._deepest:
            pages = self._pages(query, since, until, start)
            first = next(pages)
            yield first
            if first.total <= self._deepest:
                yield from pages
                return
            total = first.total
            start = first.end
        else:
            total = self._total(query, since, until)
            if start >= total:
                yield FeedPage((), start, total)
        if start >= total:
            return
        before = 0
        for first_day, last_day, count in self._parts(query, since, until, total):
            if start < before + count:
                for page in self._pages(query, first_day, last_day, max(start - before, 0)):
                    yield FeedPage(page.papers, before + page.start, total, page.unread)
            before += count

    def _pages(self, query: str, since: date, until: date, start: int) -> Iterator[FeedPage]:
        search = _search(query, since, until)
        while True:
            answer = self._ask(search, start, self._page_size, _QUERY)
            papers, unread = self._papers(answer.content, f"an entry from {since} to {until}, at place", start)
            yield FeedPage(papers, start, answer.total, unread)
            start += answer.entries
            if start >= answer.total or not answer.entries:
                return

    def _total(self, query: str, since: date, until: date) -> int:
        return self._ask(_search(query, since, until), 0, 1, _QUERY).total

    def _parts(self, query: str, since: date, until: date, total: int) -> Iterator[tuple[date, date, int]]:
        """The window halved until no part holds too many papers, or is a single day; each with how many it holds."""
        if total <= self._deepest or since >= until:
            yield since, until, total
            return
        middle = since + (until - since) // 2
        early = self._total(query, since, middle)
        yield from self._parts(query, since, middle, early)
        yield from self._parts(query, middle + timedelta(days=1), until, total - early)

    def by_id(self, ids: Sequence[str]) -> Iterator[Paper]:
        """The papers of these arXiv ids, up to 100 a request; ids that arXiv does not know, or that are none, are left
        out. Raises FeedError."""
        wanted = list(dict.fromkeys(found for text in ids if (found := arxiv_id(text))))
        for start in range(0, len(wanted), IDS_PER_REQUEST):
            yield from self._by_id(wanted[start : start + IDS_PER_REQUEST])

    def _by_id(self, ids: Sequence[str]) -> list[Paper]:
        """One request; if arXiv refuses it, halves it until the id that it does not like is alone."""
        import arxiv

        search = arxiv.Search(id_list=list(ids), max_results=len(ids))
        try:
            answer = self._ask(search, 0, len(ids), "the ids")
        except _RefusedRequest:
            if len(ids) == 1:
                return []
            middle = len(ids) // 2
            return self._by_id(ids[:middle]) + self._by_id(ids[middle:])
        return list(self._papers(answer.content, "", 0)[0])

    def _ask(self, search: "arxiv.Search", start: int, size: int, asked: str) -> "_Answer":
        """arXiv's answer, however often it takes to get it; `asked` names in messages what it may refuse."""
        import arxiv

        client = arxiv.Client()
        client.query_url_format = self._api_url + "?{}"
        url = client._format_url(search, start, size)
        with _as_feed_errors(self._api_url):
            return patiently(self._pace, lambda: self._once(url, asked))

    def _once(self, url: str, asked: str) -> "_Answer":
        import requests

        try:
            with transient_failures(url), self._http.get(url, timeout=self._timeout) as response:
                _ = response.content  # is read here, where it may fail
        except Refused as error:
            raise FeedError(f"arXiv ({self._api_url}): {error}; check [watch] api_url in triage.toml") from error
        except Unreachable as error:
            raise FeedError(f"{error}; {self._unreachable_hint}") from error
        except requests.exceptions.ContentDecodingError as error:
            raise TryAgain(cause(error)) from error
        check_busy(response)
        return _answer(response, asked)

    def _papers(self, content: bytes, place: str, start: int) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
        """The papers of an answer that begins at position `start`, and the names of the entries that are none: their
        arXiv ids, else `place` with their number."""
        papers: list[Paper] = []
        unread: list[str] = []
        for number, (block, result) in enumerate(_results(content), start + 1):
            paper = self._paper(result) if result else None
            if paper:
                papers.append(paper)
            else:
                unread.append(_name(block) or f"{place} {number}")
        return tuple(papers), tuple(unread)

    def _paper(self, result: "arxiv.Result") -> Paper | None:
        """The paper of one entry; None if it does not say which paper it is."""
        name = result.entry_id.partition("/abs/")[2] or result.entry_id
        version = _VERSION.search(name)
        bare = name[: version.start()] if version else name
        number = int(version[1]) if version else 1
        if arxiv_id(bare) is None:
            return None
        return Paper(
            id=bare,
            title=_line(result.title) or bare,
            abstract=_line(result.summary) or "",
            authors=tuple(filter(None, (_line(author.name) for author in result.authors))),
            categories=tuple(result.categories),
            comment=_line(result.comment),
            journal_ref=_line(result.journal_ref),
            doi=_line(result.doi),
            version=number,
            published=result.published.date(),
            updated=result.updated.date(),
            abs_url=f"https://arxiv.org/abs/{bare}",
            pdf_url=f"{self._pdf_url}/{bare}v{number}",
        )


def check_query(text: str, where: str = "triage.toml, [watch] query") -> None:
    """Raises ConfigError, naming `where`, if arXiv would refuse or misread this query."""
    reason = _objection(text)
    if reason:
        raise ConfigError(f'{where}: {reason}; a query looks like ti:"anomaly detection" AND cat:cs.CV')


def in_window(query: str, since: date, until: date) -> str:
    """The query, limited to papers submitted from `since` to `until`, both included (UTC)."""
    return f"({query}) AND submittedDate:[{since:%Y%m%d}0000 TO {until:%Y%m%d}2359]"


def _objection(text: str) -> str | None:
    if not text.strip():
        return "it is empty"
    if text.count('"') % 2:
        return 'a quotation mark (") is missing'
    if text.count("[") != text.count("]"):
        return "a square bracket is missing"
    if _PIECE.sub("", text).strip():
        return "a square bracket stands where none belongs"
    pieces = list(_PIECE.finditer(text))
    wrong = next(filter(None, map(_wrong_piece, pieces)), None)
    return _wrong_nesting(pieces) or wrong or _wrong_order(pieces)


def _wrong_nesting(pieces: list[re.Match[str]]) -> str | None:
    depth = 0
    for piece in pieces:
        depth += (piece["mark"] == "(") - (piece["mark"] == ")")
        if depth < 0:
            return "a closing parenthesis has no opening one"
    return "a closing parenthesis is missing" if depth else None


def _wrong_piece(piece: re.Match[str]) -> str | None:
    """What is wrong with one word, phrase or range."""
    field, word = piece["field"], piece["word"]
    if field is None and word is not None and (wrong := _wrong_word(word)):
        return wrong
    if field is not None and field not in TEXT_FIELDS + DATE_FIELDS:
        return f"{field!r} is no field of arXiv; there are {', '.join(TEXT_FIELDS + DATE_FIELDS)}"
    if (field in DATE_FIELDS or piece["range"] is not None) and not (
        field in DATE_FIELDS and _RANGE.match(piece["range"] or "")
    ):
        return f"{piece[0]!r} is no range of days; write submittedDate:[202606010000 TO 202606302359]"
    sought = piece["phrase"] if word is None else word
    if sought is not None and not any(letter.isalnum() for letter in sought):
        return f"{piece[0]!r} holds no word to look for"
    return None


def _wrong_word(word: str) -> str | None:
    """What is wrong with a word that has no field before it."""
    if word.endswith(":"):
        return f"nothing stands behind {word!r}"
    if word.upper() == "NOT":
        return f"{word!r} is unknown to arXiv; write ANDNOT"
    if word.upper() in _OPERATORS and word not in _OPERATORS:
        return f"{word!r} must be written {word.upper()!r}, else arXiv searches for the word"
    return None


def _wrong_order(pieces: list[re.Match[str]]) -> str | None:
    """An operator or a pair of parentheses with nothing to work on."""
    before = "("
    words = [piece["mark"] or piece[0] for piece in pieces if piece["mark"] or not piece[0].endswith(":")]
    for word in [*words, ")"]:
        if word in _OPERATORS and (before in _OPERATORS or before == "("):
            return f"{word} has nothing before it"
        if word == ")" and before in _OPERATORS:
            return f"{before} has nothing behind it"
        if word == ")" and before == "(":
            return "a pair of parentheses is empty"
        before = word
    return None


def _search(query: str, since: date, until: date) -> "arxiv.Search":
    import arxiv

    return arxiv.Search(
        in_window(query, since, until),
        max_results=None,
        sort_by=arxiv.SortCriterion.SubmittedDate,
        sort_order=arxiv.SortOrder.Ascending,
    )


class _RefusedRequest(FeedError):
    """arXiv said no to what was asked, in its own words."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """One page as it came: how many entries it holds, and how many the whole query has."""

    content: bytes
    entries: int
    total: int


def _answer(response: "requests.Response", asked: str) -> _Answer:
    """The page that arXiv sent. Raises FeedError, and TryAgain if it is cut or empty where it should not be."""
    body = response.content
    if _ERROR.search(body) or response.status_code == 400:
        raise _RefusedRequest(f"arXiv refused {asked}: {_said(body)}")
    place = response.url.partition("?")[0]
    if response.status_code != 200:
        status = f"HTTP {response.status_code} ({response.reason})"
        raise FeedError(f"{place} answers {status}; check [watch] api_url in triage.toml")
    if not body.rstrip().endswith(b"</feed>"):
        if b"<feed" not in body:
            raise FeedError(f"{place} does not answer like arXiv's API; check [watch] api_url in triage.toml")
        raise TryAgain("its answer breaks off in the middle")
    total, start, entries = _number(_TOTAL, body), _number(_START, body), len(_ENTRY.findall(body))
    if not entries and start < total:
        raise TryAgain(f"it says there are {total} papers and sends none from position {start} on")
    return _Answer(body, entries, total)


def _results(content: bytes) -> list[tuple[bytes, "arxiv.Result | None"]]:
    """Each entry of the feed with what the package reads in it. If it cannot read all, each is read for itself, so that
    a broken one takes no other with it; for one that it cannot read there is None."""
    from arxiv import _feed

    logging.getLogger("arxiv").setLevel(logging.ERROR)
    begins = [found.start() for found in _ENTRY.finditer(content)]
    blocks = [content[first:end] for first, end in zip(begins, (*begins[1:], len(content)), strict=False)]
    with suppress(ValueError):  # a date that is none
        results = _feed.parse(content).results
        if len(results) == len(blocks):
            return list(zip(blocks, results, strict=True))
    read: list[tuple[bytes, arxiv.Result | None]] = []
    for block in blocks:
        whole = content[: begins[0]] + block.partition(b"</entry>")[0] + b"</entry></feed>"
        try:
            found = _feed.parse(whole).results
        except ValueError:
            found = []
        read.append((block, found[0] if len(found) == 1 else None))
    return read


def _name(block: bytes) -> str | None:
    """The arXiv id in an entry that could not be read."""
    found = _ID.search(block)
    return arxiv_id(found[1].decode("ascii", "replace")) if found else None


@contextmanager
def _as_feed_errors(api_url: str) -> Iterator[None]:
    """Turns what the request may raise into FeedError."""
    import arxiv
    from requests import exceptions as rx

    try:
        yield
    except TryAgain as error:
        asks = f" and asks to wait {error.wait:.0f} s" if error.wait else ""
        raise FeedError(
            f"arXiv ({api_url}): {error.reason}{asks}; what came so far is kept, try again later"
        ) from error
    except (rx.MissingSchema, rx.InvalidSchema, rx.InvalidURL) as error:
        raise FeedError(f"{api_url!r} is no http address; check [watch] api_url in triage.toml") from error
    except (rx.RequestException, arxiv.ArxivError) as error:
        raise FeedError(f"arXiv ({api_url}): {cause(error)}; check [watch] api_url in triage.toml") from error


def _said(body: bytes) -> str:
    summary = _SUMMARY.search(body)
    text = (summary[1] if summary else re.sub(rb"<[^>]*>", b" ", body)).decode("utf-8", "replace")
    return (_line(text) or "no reason given")[:200]


def _number(pattern: re.Pattern[bytes], body: bytes) -> int:
    found = pattern.search(body)
    return int(found[1]) if found else 0


def _line(text: str | None) -> str | None:
    """`text` in one line, None if it is empty. Some of arXiv's answers (spring 2026) are encoded twice: "GÃ¶tz" is
    "Götz", and nothing that is right already survives the way back."""
    if not text:
        return None
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return " ".join(text.split()) or None
