"""CSL-JSON, the format of citation processors (https://citationstyles.org): records written, and files read."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from triage.errors import TriageError
from triage.identity import arxiv_id, doi
from triage.models import ImportedRecord
from triage.writing.records import (
    ARTICLE,
    BOOK,
    CHAPTER,
    CONFERENCE,
    OTHER,
    OTHERS,
    PREPRINT,
    REPORT,
    THESIS,
    BibRecord,
    Name,
    ReadFile,
)

_TYPES = {
    ARTICLE: "article-journal", CONFERENCE: "paper-conference", PREPRINT: "article", BOOK: "book", CHAPTER: "chapter",
    THESIS: "thesis", REPORT: "report", OTHER: "document",
}  # fmt: skip
_KINDS = {name: kind for kind, name in _TYPES.items()}


def csl_item(key: str, record: BibRecord) -> dict[str, Any]:
    """The record as one item of CSL-JSON."""
    parts = [part for part in (record.year, record.month, record.day if record.month else None) if part]
    preprint = record.kind == PREPRINT
    item = {
        "id": key,
        "type": _TYPES[record.kind],
        "title": record.title,
        "author": [_name(name) for name in record.authors if name != OTHERS],
        "editor": [_name(name) for name in record.editors if name != OTHERS],
        "container-title": record.container,
        "issued": {"date-parts": [parts]} if parts else None,
        "volume": record.volume,
        "issue": record.number,
        "page": record.pages,
        "genre": "preprint" if preprint else "",
        "publisher": "arXiv" if preprint and record.arxiv_id else record.publisher,
        "number": f"arXiv:{record.arxiv_id}" if preprint and record.arxiv_id else "",
        "archive": "arXiv" if record.arxiv_id else "",
        "archive_location": record.arxiv_id,
        "DOI": record.any_doi,
        "URL": record.any_url,
        "keyword": ", ".join(record.keywords),
        "abstract": record.abstract,
    }
    return {name: value for name, value in item.items() if value}


def rewrite_csl(key: str, imported: ImportedRecord) -> dict[str, Any]:
    """An imported item again, under its key."""
    item: dict[str, Any] = json.loads(imported.fields[0][1])
    return {**item, "id": key}


def write_csl(items: Sequence[Mapping[str, Any]]) -> str:
    """The items as a file."""
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: text for part, text in parts.items() if text}


def read_csl(text: str) -> ReadFile:
    """The items of a CSL-JSON file, in order; what is not an item is said with its number. Raises TriageError if the
    file is not JSON, or not an array of items."""
    try:
        items = json.loads(text)
    except ValueError as error:
        raise TriageError(f"it is not JSON: {error}") from None
    if isinstance(items, dict) and isinstance(items.get("items"), list):
        items = items["items"]
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        raise TriageError("it is not CSL-JSON, which is an array of items")
    records, problems = [], []
    for number, item in enumerate(items, 1):
        if isinstance(item, dict) and isinstance(item.get("type"), str):
            key = str(item.get("citation-key") or item.get("id") or "")
            fields = (("item", json.dumps(item, ensure_ascii=False)),)
            records.append(ImportedRecord("csl-json", item["type"], key, fields))
        else:
            problems.append(f"item {number} is not a record: it has no type")
    return ReadFile(tuple(records), tuple(problems))


def record_from_csl(imported: ImportedRecord) -> BibRecord:
    """What an imported item says; what is not of the form that CSL-JSON prescribes is passed over."""
    item: dict[str, Any] = json.loads(imported.fields[0][1])

    def text(name: str) -> str:
        value = item.get(name)
        return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""

    dates = _date(item.get("issued"))
    places = (text("archive_location"), text("number"), text("DOI"), text("URL"), text("note"))
    number = next(filter(None, (arxiv_id(_as_link(place)) for place in places)), "")
    kind = _KINDS.get(imported.kind, OTHER)
    if kind == PREPRINT and not (number or "preprint" in text("genre").lower()):
        kind = OTHER
    elif kind == OTHER and number:
        kind = PREPRINT
    return BibRecord(
        kind=kind,
        title=_plain(text("title")),
        authors=_people(item.get("author")),
        editors=_people(item.get("editor")),
        container=_plain(text("container-title")),
        year=dates[0] if dates else None,
        month=dates[1] if len(dates) > 1 and 1 <= dates[1] <= 12 else None,
        day=dates[2] if len(dates) > 2 else None,
        volume=text("volume"),
        number=text("issue"),
        pages=text("page"),
        publisher="" if number and kind == PREPRINT else text("publisher"),
        doi=doi(text("DOI")) or "",
        arxiv_id=number,
        url="" if number and "arxiv.org" in text("URL") else text("URL"),
        abstract=_plain(text("abstract")),
        keywords=tuple(word.strip() for word in text("keyword").split(",") if word.strip()),
    )


def _as_link(text: str) -> str:
    return f"https://doi.org/{text}" if text.startswith("10.") else text


def _plain(text: str) -> str:
    """The text without the few tags that CSL-JSON knows."""
    return re.sub(r"</?(?:i|b|sub|sup|sc|span)(?: [^<>]*)?>", "", text)


def _date(value: object) -> list[int]:
    if not isinstance(value, dict):
        return []
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list):
        return [int(part) for part in parts[0] if str(part).isdigit()]
    found = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", str(value.get("raw") or value.get("literal") or ""))
    return [int(part) for part in found.groups() if part] if found else []


def _people(value: object) -> tuple[Name, ...]:
    found = []
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            part = {name: " ".join(str(text).split()) for name, text in one.items() if isinstance(text, str)}
            particle = part.get("non-dropping-particle") or part.get("dropping-particle") or ""
            found.append(
                Name(
                    part.get("family", ""),
                    part.get("given", ""),
                    particle,
                    part.get("suffix", ""),
                    part.get("literal", ""),
                )
            )
    return tuple(name for name in found if name != Name())
