"""Zotero's web API, version 3 (https://www.zotero.org/support/dev/web_api/v3/basics): the items of a library.

An item becomes an item of CSL-JSON, as Zotero itself exports it, so that what follows knows one format.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from triage.errors import FeedError
from triage.models import ImportedRecord
from triage.sources.manners import (
    Http,
    Pace,
    Refused,
    TryAgain,
    Unreachable,
    cause,
    check_busy,
    patiently,
    retry_after,
    transient_failures,
)

API = "https://api.zotero.org"
PAGE = 100
"""Items a page; the API gives no more."""

_ADDRESS = re.compile(r"(?:zotero:|https?://(?:www\.|api\.)?zotero\.org/)(users|groups)/(\d+)(/[\w/-]*)?")
_COLLECTION = re.compile(r"/collections/([A-Z0-9]{8})(?=/|$)")
_NOT_WORKS = frozenset(("attachment", "note", "annotation"))
_TYPES = {
    "journalArticle": "article-journal", "magazineArticle": "article-magazine", "newspaperArticle": "article-newspaper",
    "conferencePaper": "paper-conference", "preprint": "article", "book": "book", "bookSection": "chapter",
    "thesis": "thesis", "report": "report", "manuscript": "manuscript", "webpage": "webpage", "blogPost": "post-weblog",
    "dataset": "dataset", "computerProgram": "software", "presentation": "speech", "patent": "patent",
    "encyclopediaArticle": "entry-encyclopedia", "letter": "personal_communication", "film": "motion_picture",
    "artwork": "graphic", "map": "map", "videoRecording": "motion_picture", "standard": "standard",
}  # fmt: skip
_FIELDS = {
    "title": "title", "publicationTitle": "container-title", "proceedingsTitle": "container-title",
    "bookTitle": "container-title", "websiteTitle": "container-title", "conferenceName": "event-title",
    "volume": "volume", "issue": "issue", "pages": "page", "publisher": "publisher", "university": "publisher",
    "institution": "publisher", "repository": "publisher", "place": "publisher-place", "archiveID": "number",
    "edition": "edition", "series": "collection-title", "seriesNumber": "collection-number", "numPages":
    "number-of-pages", "DOI": "DOI", "ISBN": "ISBN", "ISSN": "ISSN", "url": "URL", "abstractNote": "abstract",
    "language": "language", "shortTitle": "title-short", "journalAbbreviation": "container-title-short",
    "extra": "note", "genre": "genre",
}  # fmt: skip
_CREATORS = {"author": "author", "editor": "editor", "bookAuthor": "container-author", "translator": "translator",
             "seriesEditor": "collection-editor", "contributor": "contributor"}  # fmt: skip
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@dataclass(frozen=True, slots=True)
class Library:
    """A Zotero library, or one collection of it: `kind` is "users" or "groups"."""

    kind: str
    number: str
    collection: str = ""

    @property
    def path(self) -> str:
        """Its items' place in the API."""
        collection = f"/collections/{self.collection}" if self.collection else ""
        return f"/{self.kind}/{self.number}{collection}/items/top"


def library(text: str) -> Library | None:
    """The library that "zotero:users/475425", "zotero:groups/36222/collections/ABCD2345" or an address at zotero.org
    names; None if it names none."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None:
        return None
    collection = _COLLECTION.search(found.group(3) or "")
    return Library(found.group(1), found.group(2), collection.group(1) if collection else "")


class Zotero:
    """Asks Zotero for a library's items, page after page, and waits as long as it asks (its Backoff and Retry-After
    headers). A library that is not public needs the key in ZOTERO_API_KEY, which is sent to `base_url` alone."""

    def __init__(self, base_url: str = "", pace: Pace | None = None, timeout: float = 60.0) -> None:
        self._base = (base_url or os.environ.get("ZOTERO_API_URL", "").strip() or API).rstrip("/")
        self._pace = pace or Pace(delay=0.5)
        self._timeout = timeout
        self._http = Http([self._base])

    def records(self, wanted: Library) -> list[ImportedRecord]:
        """The works of the library, in the order of their keys. Raises FeedError."""
        found: list[ImportedRecord] = []
        start = 0
        while True:
            url = f"{self._base}{wanted.path}?format=json&sort=dateAdded&direction=asc&limit={PAGE}&start={start}"
            items, total = self._page(url)
            found += [record for item in items if (record := record_of_item(item)) is not None]
            start += len(items)
            if not items or start >= total:
                return found

    def _page(self, url: str) -> tuple[list[Mapping[str, Any]], int]:
        try:
            return patiently(self._pace, lambda: self._once(url))
        except TryAgain as error:
            raise FeedError(f"Zotero: {error.reason}; run this again later") from error

    def _once(self, url: str) -> tuple[list[Mapping[str, Any]], int]:
        import requests

        headers = {"Zotero-API-Version": "3"}
        if key := os.environ.get("ZOTERO_API_KEY", "").strip():
            headers["Zotero-API-Key"] = key
        try:
            with transient_failures(url), self._http.get(url, timeout=self._timeout, headers=headers) as response:
                return self._read(response)
        except Refused as error:
            raise FeedError(f"Zotero: {error}") from error
        except Unreachable as error:
            raise FeedError(str(error)) from error
        except requests.RequestException as error:
            raise TryAgain(cause(error)) from error

    def _read(self, response: Any) -> tuple[list[Mapping[str, Any]], int]:
        status, headers = response.status_code, response.headers
        check_busy(response)
        if status in (401, 403):
            raise FeedError(
                "Zotero: this library is not public; set ZOTERO_API_KEY to a key that may read it"
                " (https://www.zotero.org/settings/keys)"
            )
        if status == 404:
            raise FeedError("Zotero knows no such library or collection; check its number")
        if status != 200:
            raise FeedError(f"Zotero answers HTTP {status}")
        if rest := retry_after(headers.get("Backoff")):
            self._pace.rest(rest, "Zotero asks for a pause")
        try:
            items = json.loads(response.content)
        except ValueError as error:
            raise FeedError(f"Zotero's answer is not JSON: {error}") from error
        if not isinstance(items, list):
            raise FeedError("Zotero's answer is not a list of items")
        total = headers.get("Total-Results", "")
        return [item for item in items if isinstance(item, dict)], int(total) if total.isdigit() else len(items)


def record_of_item(item: Mapping[str, Any]) -> ImportedRecord | None:
    """An item as a record of CSL-JSON; None for notes, attachments and what else is not a work."""
    data = item.get("data", item)
    kind = data.get("itemType")
    if not isinstance(kind, str) or kind in _NOT_WORKS:
        return None
    found: dict[str, Any] = {"id": _key(data), "type": _TYPES.get(kind, "document")}
    for name, csl in _FIELDS.items():
        text = data.get(name)
        if isinstance(text, str) and text.strip() and csl not in found:
            found[csl] = " ".join(text.split())
    for creator in data.get("creators") or ():
        if isinstance(creator, dict) and (name_of := _name(creator)):
            found.setdefault(_CREATORS.get(str(creator.get("creatorType")), "author"), []).append(name_of)
    if parts := _date_parts(str(data.get("date") or "")):
        found["issued"] = {"date-parts": [parts]}
    tags = [tag["tag"] for tag in data.get("tags") or () if isinstance(tag, dict) and isinstance(tag.get("tag"), str)]
    if tags:
        found["keyword"] = ", ".join(tags)
    if kind == "preprint":
        found.setdefault("genre", "preprint")
    return ImportedRecord("csl-json", found["type"], found["id"], (("item", json.dumps(found, ensure_ascii=False)),))


def _key(data: Mapping[str, Any]) -> str:
    """The citation key that a person gave the item: in Zotero's own field, or in a line of "extra" as Better BibTeX."""
    own = data.get("citationKey")
    line = re.search(r"^Citation Key:\s*(\S+)", str(data.get("extra") or ""), re.MULTILINE)
    return own if isinstance(own, str) and own else line.group(1) if line else ""


def _name(creator: Mapping[str, Any]) -> dict[str, str]:
    if isinstance(creator.get("name"), str) and creator["name"].strip():
        return {"literal": creator["name"].strip()}
    parts = {"family": creator.get("lastName"), "given": creator.get("firstName")}
    return {part: text.strip() for part, text in parts.items() if isinstance(text, str) and text.strip()}


def _date_parts(text: str) -> list[int]:
    """Year, month and day of a date as people type it into Zotero: "2024-06-03", "06/2007", "May 01, 1980", "1992"."""
    if found := re.match(r"(\d{4})(?:[-/](\d{1,2}))?(?:[-/](\d{1,2}))?(?:T|\b)", text.strip()):
        return [int(part) for part in found.groups() if part and int(part)]
    year = re.search(r"\b(\d{4})\b", text)
    if year is None:
        return []
    if found := re.match(r"\s*(\d{1,2})/(?:(\d{1,2})/)?\d{4}", text):
        return [int(year.group(1)), int(found.group(1))] if found.group(2) is None else [int(year.group(1))]
    month = next((at for at, name in enumerate(_MONTHS, 1) if re.search(rf"\b{name}", text, re.IGNORECASE)), None)
    day = re.search(r"\b(\d{1,2})\b", text)
    parts = [int(year.group(1)), month, int(day.group(1)) if day and month else None]
    return [part for part in parts if part]
