"""An entry block read as fields: title, authors, venue, year, date, links by what they are, summary, data sets, …"""

import html
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage import identity
from triage.lists.chunks import Parse
from triage.lists.pairs import pair_up, without_links
from triage.lists.parsing import parse_entry
from triage.lists.people import split_people

_ATTRIBUTE = re.compile(r"(?:href|src)\s*+=\s*+[\"']?([^\"'\s>]+)", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>)\]|\"']+", re.IGNORECASE)
_TAG = re.compile(r"(?<!\\)</?[A-Za-z][^<>]*+>")
_WRITTEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|\*\*|`|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
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
    links = _links(text)
    # What a text merely spells out, such as an address in a title, tells less than what it links to.
    telling = [address for address, bare in sorted(links.items(), key=lambda item: item[1])]
    return EntryFields(
        parse=parse,
        values=values,
        title=plain(values.get("title", "")),
        links=tuple(links),
        arxiv_id=next((found for link in telling if (found := identity.arxiv_id(link))), None),
        doi=next((found for link in telling if (found := identity.doi(link))), None),
        year=_year(values),
        authors=split_people(values.get("authors", "")),
        datasets=tuple(name.strip() for name in values.get("datasets", "").split(",") if name.strip()),
    )


def plain(text: str) -> str:
    """Markdown as a reader sees it, on one line."""
    shown = _WRITTEN.sub(_shown, without_links(_TAG.sub("", text)))
    return " ".join(shown.split()).strip(' *"“”').removesuffix(".").strip()


def _shown(written: re.Match[str]) -> str:
    return written["escaped"] or (html.unescape(written["entity"]) if written["entity"] else "")


def _links(text: str) -> dict[str, bool]:
    """Every address in the entry's order, and whether it stands there bare, as text. In a label it is no address."""
    found: list[tuple[int, str, bool]] = []
    spans: list[tuple[int, int]] = []
    for link in pair_up(text).links.values():
        found.append((link.target, link.address(text), False))
        spans.append((link.start, link.end))
    for attribute in _ATTRIBUTE.finditer(text):
        found.append((attribute.start(), attribute.group(1), False))
        spans.append(attribute.span())
    starts = sorted(spans)
    for bare in _BARE.finditer(text):
        before = bisect_right(starts, (bare.start(), len(text))) - 1
        if before < 0 or starts[before][1] <= bare.start():
            found.append((bare.start(), bare.group().rstrip(".,;:!?"), True))
    links: dict[str, bool] = {}
    for _, address, is_bare in sorted(found):
        if address:
            links[address] = links.get(address, True) and is_bare
    return links


def _year(values: Mapping[str, str]) -> int | None:
    for name in ("year", "date", "venue"):
        found = re.search(r"(?:19|20)\d\d", values.get(name, ""))
        if found:
            return int(found.group())
    short = re.fullmatch(r"\d\d", values.get("year", ""))
    return 2000 + int(short.group()) if short else None
