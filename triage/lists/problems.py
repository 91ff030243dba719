"""Slips that a list's owner may want to know of: entries that read well and are probably wrong all the same."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass

from triage.identity import title_key
from triage.lists.document import Document, Entry

_EMPTY_LINK = re.compile(r"(?<!\[)\[++([^\[\]]*+)\]++\(\s*+\)")
_USUAL = 0.9
_LEAST = 10


@dataclass(frozen=True, slots=True)
class Slip:
    """An entry with its line (from 1), and what looks wrong, in words."""

    line: int
    title: str
    what: str


def find_slips(document: Document) -> tuple[Slip, ...]:
    """Links without a target, one arXiv address under two titles, a paper twice in one section, and a missing year
    where nearly every entry has one; in the list's order."""
    found = [*_empty_links(document), *_shared_addresses(document), *_repeats(document), *_missing_years(document)]
    return tuple(sorted(found, key=lambda slip: slip.line))


def _slip(entry: Entry, what: str) -> Slip:
    return Slip(entry.line, entry.title, what)


def _empty_links(document: Document) -> list[Slip]:
    found = []
    for entry in document.entries:
        labels = [label.strip() or "a link" for label in _EMPTY_LINK.findall(entry.text)]
        if labels:
            found.append(_slip(entry, f"no address behind {', '.join(labels)}"))
    return found


def _shared_addresses(document: Document) -> list[Slip]:
    titles: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in document.entries:
        if entry.arxiv_id and entry.title:
            titles[entry.arxiv_id].setdefault(title_key(entry.title), entry)
    found = []
    for number, entries in titles.items():
        first, *others = entries.values()
        found += [_slip(other, f"the same arXiv address ({number}) as line {first.line}") for other in others]
    return found


def _repeats(document: Document) -> list[Slip]:
    found = []
    for entries in document.by_section.values():
        first: dict[str, Entry] = {}
        for entry in entries:
            key = title_key(entry.title)
            if key and key in first:
                found.append(_slip(entry, f"stands in this section already, at line {first[key].line}"))
            first.setdefault(key, entry)
    return found


def _missing_years(document: Document) -> list[Slip]:
    kinds = Counter(entry.kind for entry in document.entries)
    dated = Counter(entry.kind for entry in document.entries if entry.year is not None)
    usual = {kind for kind, count in kinds.items() if count >= _LEAST and dated[kind] >= _USUAL * count}
    return [_slip(e, "no year") for e in document.entries if e.year is None and e.kind in usual]
