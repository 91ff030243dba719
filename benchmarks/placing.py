"""Where a list's order puts its own entries: each is taken out of today's file, and the place asked for is compared
with where it stood.

The file is cut and the places are counted here; whether a section keeps an order that can be recognised is told here
too, by other rules than `triage.house.place` has.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.published import lines_of
from triage.house import place
from triage.house.format import House
from triage.lists import document
from triage.lists.document import Document, Entry
from triage.models import SectionPath

Key = tuple[int, ...] | str

_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+|(?:href|src)=\S+")
_DAY = re.compile(r"\b((?:19|20)\d\d)[-/.](\d{1,2})(?:[-/.](\d{1,2}))?\b")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf)/(\d\d)(\d\d)\.(\d{4,5})")
_TITLE = re.compile(r"\*\*(.{8,}?)\*\*|\[([^\[\]]{12,})\]")
_ENOUGH = 4
_ALMOST_ALL = 0.9


@dataclass(frozen=True)
class Places:
    """How many entries came back within one entry of where they stood, of how many: in sections whose order can be
    recognised, and in the others. `by_key`: of the former, those that came within one entry of any place that the order
    allows them (papers of one year may stand in any order among each other)."""

    ordered: int = 0
    ordered_of: int = 0
    by_key: int = 0
    other: int = 0
    other_of: int = 0


def measure_places(read: Document, learned: House, random: Random, most: int) -> Places:
    """Takes out the entries of sections with at least two, one at a time: all of them, or a random `most`."""
    sections = {path: entries for path, entries in read.by_section.items() if len(entries) > 1}
    tried = [(path, at) for path, entries in sections.items() for at in range(len(entries))]
    if len(tried) > most:
        tried = random.sample(tried, most)
    orders = {path: recognised([entry.text for entry in entries]) for path, entries in sections.items()}
    ordered = ordered_of = by_key = other = other_of = 0
    for path, at in tried:
        landed = _landed(read, learned, sections[path][at])
        near = landed is not None and abs(landed - at) <= 1
        keys = orders[path]
        if keys is None:
            other_of += 1
            other += near
        else:
            ordered_of += 1
            ordered += near
            by_key += near or (landed is not None and _allowed(keys, at, landed))
    return Places(ordered, ordered_of, by_key, other, other_of)


def _landed(read: Document, learned: House, entry: Entry) -> int | None:
    """How many entries of its section stand above the place that a file without this entry gives it; None if its
    section is gone with it."""
    left = document.scan(without(read.text, entry.line - 1, entry.text.count("\n") + 1))
    if left.section(entry.section) is None:
        return None
    edits = place.place(left, learned, entry.section, entry.text)
    at = next(edit.start for edit in edits if edit.start == edit.end and edit.replacement.strip())
    return sum(other.start < at for other in left.by_section.get(entry.section, ()))


def without(text: str, first: int, count: int) -> str:
    """The text without `count` lines from line `first` (from 0) on, and without the blank lines below them if a blank
    line stands above too."""
    lines = lines_of(text)
    end = first + count
    if first and not lines[first - 1].strip():
        while end < len(lines) and not lines[end].strip():
            end += 1
    return "".join(lines[:first] + lines[end:])


def recognised(texts: Sequence[str]) -> list[Key | None] | None:
    """The keys by which a section's entries are in order (turned round where the newest come first); None if they are
    in none.

    At least four neighbours must differ in the key, and nine in ten of those must stand the same way round.
    """
    best: tuple[float, list[Key | None]] | None = None
    for key in (_day, _arxiv, _year, _title):
        keys = [key(text) for text in texts]
        known = [found for found in keys if found is not None]
        if len(known) < _ALMOST_ALL * len(keys):
            continue
        rising = sum(_less(a, b) for a, b in itertools.pairwise(known))
        falling = sum(_less(b, a) for a, b in itertools.pairwise(known))
        share = max(rising, falling) / max(1, rising + falling)
        if rising + falling >= _ENOUGH and share >= _ALMOST_ALL and (best is None or share > best[0]):
            best = share, keys if rising > falling else [_turned(found) for found in keys]
    return best[1] if best else None


def _allowed(keys: Sequence[Key | None], place: int, landed: int) -> bool:
    """Whether no place near by breaks the order less than within one entry of `landed`."""
    mine = keys[place]
    rest = [*keys[:place], *keys[place + 1 :]]
    if mine is None:
        return False

    def broken(at: int) -> int:
        above = sum(key is not None and _less(mine, key) for key in rest[:at])
        return above + sum(key is not None and _less(key, mine) for key in rest[at:])

    least = min(broken(at) for at in range(len(rest) + 1))
    return any(broken(at) == least for at in range(max(0, landed - 1), min(len(rest), landed + 1) + 1))


def _less(one: Key, other: Key) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return str(one) < str(other)
    return one < other


def _turned(key: Key | None) -> Key | None:
    """A key that sorts the other way round."""
    if key is None:
        return None
    return "".join(chr(0x10FFFF - ord(c)) for c in key) if isinstance(key, str) else tuple(-part for part in key)


def _day(text: str) -> Key | None:
    found = _DAY.search(_TARGET.sub(" ", text))
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def _year(text: str) -> Key | None:
    found = _YEAR.search(_TARGET.sub(" ", text))
    return (int(found[1]),) if found else None


def _arxiv(text: str) -> Key | None:
    found = _ARXIV.search(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _title(text: str) -> Key | None:
    found = _TITLE.search(_TARGET.sub("]", text))
    words = re.sub(r"\W+", "", (found[1] or found[2]) if found else _TARGET.sub("", text).split("\n")[0])
    return words.casefold() or None


def heading_lines(read: Document, path: SectionPath) -> frozenset[int | None]:
    """The lines (from 0) of the headings under which entries of this section stand; None: before the first heading."""
    return frozenset(
        read.text.count("\n", 0, section.start) if section.level else None
        for section in read.sections
        if section.path == path
    )
