"""An entry block read as fields: title, authors, venue, year, date, links by what they are, summary, data sets, …"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage import identity
from triage.lists.chunks import Parse
from triage.lists.parsing import parse_entry
from triage.lists.people import split_people

_URL = re.compile(
    r"\]\(\s*<?([^)\s>]+)|(?:href|src)\s*=\s*[\"']?([^\"'\s>]+)|(https?://[^\s<>)\]|\"']+)", re.IGNORECASE
)


@dataclass(frozen=True)
class EntryFields:
    """What an entry says. `values` maps field names to the text as the list writes it; `parse` gives it back whole."""

    parse: Parse
    values: Mapping[str, str]
    title: str
    links: tuple[str, ...]
    arxiv_id: str | None
    doi: str | None
    year: int | None
    authors: tuple[str, ...]
    datasets: tuple[str, ...]

    def parse_values(self) -> list[tuple[str, str]]:
        """Every slot with its text, in order."""
        return [pair for chunk in self.parse.chunks for pair in chunk.values]


def read_fields(text: str, columns: Sequence[str] = ()) -> EntryFields:
    """Reads one entry; `columns` are its table's headings, if it is a row."""
    parse = parse_entry(text, columns)
    values: dict[str, str] = {}
    for chunk in parse.chunks:
        for name, value in chunk.values:
            values.setdefault(name, value)
    links = tuple(dict.fromkeys(_links(text)))
    return EntryFields(
        parse=parse,
        values=values,
        title=plain(values.get("title", "")),
        links=links,
        arxiv_id=next((found for link in links if (found := identity.arxiv_id(link))), None),
        doi=next((found for link in links if (found := identity.doi(link))), None),
        year=_year(values),
        authors=split_people(values.get("authors", "")),
        datasets=tuple(name.strip() for name in values.get("datasets", "").split(",") if name.strip()),
    )


def plain(text: str) -> str:
    """Markdown as a reader sees it, on one line."""
    shown = re.sub(r"</?[A-Za-z][^>]*>", "", text)
    shown = re.sub(r"!?\[([^\[\]]*)\]\([^)]*\)", r"\1", shown)
    shown = re.sub(r"\\([\\`*_{}\[\]()#+\-.!|&<>$])", r"\1", re.sub(r"\*\*|`", "", shown))
    return re.sub(r"\s+", " ", shown).strip(' *"“”').removesuffix(".").strip()


def _links(text: str) -> list[str]:
    return [next(part for part in found.groups() if part) for found in _URL.finditer(text)]


def _year(values: Mapping[str, str]) -> int | None:
    for name in ("year", "date", "venue"):
        found = re.search(r"(?:19|20)\d\d", values.get(name, ""))
        if found:
            return int(found.group())
    short = re.fullmatch(r"\d\d", values.get("year", ""))
    return 2000 + int(short.group()) if short else None
