"""The papers that the stand-in serves: JSONL rows in, searchable papers out."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triage.demo.query import Query, Searchable, words

Row = Mapping[str, Any]
Source = Path | Row
"""A file of rows (.jsonl or .jsonl.gz), or one row."""

_VERSION = re.compile(r"v(\d+)$")


class BadRow(Exception):
    """A row that is no paper; the message names file and line."""


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """One paper as the stand-in knows it. `published` and `updated` are RFC 3339 in UTC."""

    id: str
    version: int
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    comment: str | None
    journal_ref: str | None
    doi: str | None
    published: str
    updated: str
    search: Searchable


def load(sources: Iterable[Source]) -> list[Served]:
    """Every paper of the sources, oldest first; of several rows with one id the highest version counts, then the
    last. Raises BadRow."""
    newest: dict[str, Served] = {}
    for where, row in _rows(sources):
        try:
            paper = _served(row)
        except (KeyError, TypeError, ValueError) as error:
            raise BadRow(f"{where}: no paper: {error!r}; a row needs id, title and first_listed") from error
        known = newest.get(paper.id)
        if known is None or paper.version >= known.version:
            newest[paper.id] = paper
    return sorted(newest.values(), key=lambda paper: (paper.published, paper.id))


def split_version(text: str) -> tuple[str, int | None]:
    """ "2506.01234v2" → ("2506.01234", 2); without a version → (text, None)."""
    found = _VERSION.search(text)
    return (text[: found.start()], int(found[1])) if found and found.start() else (text, None)


def select(papers: Sequence[Served], query: Query, order: str, descending: bool) -> list[Served]:
    """The papers that match, in the order asked for; `papers` come oldest first."""
    found = [paper for paper in papers if query.matches(paper.search)]
    if order == "relevance":
        found.sort(key=lambda paper: sum(paper.search.text["all"].count(phrase) for phrase in query.phrases))
    elif order == "lastUpdatedDate":
        found.sort(key=lambda paper: (paper.updated, paper.id))
    return found[::-1] if descending else found


def _rows(sources: Iterable[Source]) -> Iterator[tuple[str, Row]]:
    for source in sources:
        if not isinstance(source, Path):
            yield f"row {source.get('id')!r}", source
            continue
        is_packed = source.suffix == ".gz"
        with gzip.open(source, "rt", encoding="utf-8") if is_packed else source.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield f"{source}, line {number}", _row(line, f"{source}, line {number}")


def _row(line: str, where: str) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadRow(f"{where}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadRow(f"{where}: not a JSON object")
    return row


def _served(row: Row) -> Served:
    paper_id, in_id = split_version(str(row["id"]))
    published = _stamp(row.get("published") or row["first_listed"])
    updated = _stamp(row["updated"]) if row.get("updated") else published
    authors = tuple(row.get("authors") or ())
    categories = tuple(row.get("categories") or ())
    texts = {
        "ti": row["title"],
        "au": " | ".join(authors),
        "abs": row.get("abstract") or "",
        "co": row.get("comment") or "",
        "jr": row.get("journal_ref") or "",
        "cat": " | ".join(categories),
        "rn": row.get("report_number") or "",
        "id": paper_id,
    }
    text = {name: words(value) for name, value in texts.items()}
    text["all"] = "|".join(text.values())
    dates = {"submittedDate": _digits(published), "lastUpdatedDate": _digits(updated)}
    return Served(
        id=paper_id,
        version=int(row.get("version") or in_id or 1),
        title=row["title"],
        abstract=row.get("abstract") or "",
        authors=authors,
        categories=categories,
        comment=row.get("comment"),
        journal_ref=row.get("journal_ref"),
        doi=row.get("doi"),
        published=published,
        updated=updated,
        search=Searchable(text, dates),
    )


def _stamp(value: str) -> str:
    """A day or an ISO time as arXiv writes it; a day counts from its noon."""
    if not re.match(r"^\d{4}-\d\d-\d\d", value):
        raise ValueError(f"{value!r} is not a date")
    return f"{value[:10]}T12:00:00Z" if len(value) == 10 else value.replace(" ", "T").split("+")[0].rstrip("Z") + "Z"


def _digits(stamp: str) -> str:
    return re.sub(r"\D", "", stamp)[:14]
