"""Atom feeds in the form of arXiv's API answers (as recorded in spring 2026)."""

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from triage.demo.papers import Served

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" \
xmlns="http://www.w3.org/2005/Atom">
"""


def results_feed(request: str, entries: Sequence[str], start: int, page_size: int, total: int) -> str:
    """A page of results. `request` is the query string as asked; `entries` come from `entry`."""
    key = hashlib.sha1(request.encode(), usedforsecurity=False).hexdigest()[:27]
    head = (
        f"  <id>https://arxiv.org/api/{key}</id>\n"
        f"  <title>arXiv Query: {_text(request)}</title>\n"
        f"  <updated>{_now()}</updated>\n"
        f'  <link href={_value("https://arxiv.org/api/query?" + request)} type="application/atom+xml"/>\n'
    )
    return _HEAD + head + _counts(page_size, total, start) + "".join(entries) + "</feed>\n"


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


def entry(paper: Served, version: int | None = None) -> str:
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
