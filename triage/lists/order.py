"""The order that a section keeps its entries in, and where in it a new entry belongs."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.identity import title_key
from triage.lists.document import Entry
from triage.lists.leaves import MONTHS

Key = tuple[int, ...] | tuple[str, ...]

_DIVIDER = re.compile(r"^[ \t]*(?:[-*_](?:[ \t]*[-*_]){2,}|<hr\b.*|\*\*[^*\n]+\*\*:?)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Order:
    """How a section is ordered. `key` is "date", "year", "title" or "" (none: new entries go where `newest` says);
    `descending` puts the newest (or Z) first; `agreement` is the share of neighbours that stand so (0 to 1)."""

    key: str
    descending: bool
    agreement: float
    by_venue: bool = False

    @property
    def words(self) -> str:
        """The order as a maintainer would say it."""
        if self.key == "title":
            return "alphabetical" + (", Z first" if self.descending else "")
        if self.key:
            return f"by {self.key}, {'newest' if self.descending else 'oldest'} first"
        return "new entries on top" if self.descending else "new entries at the end"


def date_key(entry: Entry) -> Key | None:
    """(year, month, day) of the entry's date, month and day 0 where unknown."""
    text = entry.fields.get("date", "")
    year = re.search(r"(?:19|20)\d\d", text)
    if not year:
        return None
    word = re.search(r"[A-Za-z]{3,}", text)
    rest = [int(number) for number in re.findall(r"\d{1,2}(?!\d)", text.replace(year.group(), " ", 1))]
    if word and word.group()[:3].lower() in MONTHS:
        return (int(year.group()), MONTHS.index(word.group()[:3].lower()) + 1, rest[0] if rest else 0)
    return (int(year.group()), *([*rest[:2], 0, 0])[:2])


def year_key(entry: Entry) -> Key | None:
    """(year,) of the venue, else of the date."""
    return (entry.year,) if entry.year else None


def _title_sort_key(entry: Entry) -> Key | None:
    key = title_key(entry.title)
    return (key,) if key else None


KEYS: dict[str, Callable[[Entry], Key | None]] = {"date": date_key, "year": year_key, "title": _title_sort_key}


def order_of(entries: Sequence[Entry], around: Callable[[], Sequence[Sequence[Entry]]] = tuple) -> Order:
    """The order of one section; a section too short to tell follows the others (`around`, asked only then)."""
    best = Order("", False, 0.0)
    for name, key in KEYS.items():
        own = _pairs(entries, key)
        others = [_pairs(section, key) for section in around()] if own[0] + own[1] < 5 else []
        up = own[0] + sum(pair[0] for pair in others)
        down = own[1] + sum(pair[1] for pair in others)
        known = sum(key(entry) is not None for entry in entries)
        if up + down == 0 or known * 2 < len(entries) or (name == "title" and up + down < 6):
            continue
        agreement = max(up, down) / (up + down)
        # A year agrees wherever a date does: the finer key is right unless it is clearly worse.
        if agreement >= (0.92 if name == "title" else 0.75) and agreement > best.agreement + 0.15 * bool(best.key):
            best = Order(name, down > up, agreement, name == "year" and _grouped(entries))
    if best.key:
        return best
    up, down = _pairs(entries, year_key)
    return Order("", down > up * 2 and down >= 3, 0.0)


def _pairs(entries: Sequence[Entry], key: Callable[[Entry], Key | None]) -> tuple[int, int]:
    """How many neighbours rise and how many fall."""
    keys = [found for entry in entries if (found := key(entry)) is not None]
    up = sum(a < b for a, b in itertools.pairwise(keys))  # type: ignore[operator]
    down = sum(a > b for a, b in itertools.pairwise(keys))  # type: ignore[operator]
    return up, down


def _grouped(entries: Sequence[Entry]) -> bool:
    """Whether entries of one year and venue stand together."""
    seen = [(entry.year, (entry.venue or "").casefold()) for entry in entries]
    runs = 1 + sum(a != b for a, b in itertools.pairwise(seen))
    return len(seen) - len(set(seen)) >= 2 and runs <= len(set(seen)) * 1.15


def group_of(text: str, entries: Sequence[Entry], new: Entry) -> tuple[int, int]:
    """The stretch entries[first:end] that `new` belongs to, where rules or bold lines cut a section into stretches
    of their own (journals, then conferences): the one with most papers of its venue, else the longest."""
    cuts = [0]
    for place in range(1, len(entries)):
        if _DIVIDER.search(text[entries[place - 1].end : entries[place].start]):
            cuts.append(place)
    stretches = list(zip(cuts, [*cuts[1:], len(entries)], strict=True))
    venue = (new.venue or "").casefold()

    def fits(stretch: tuple[int, int]) -> tuple[int, int]:
        inside = entries[stretch[0] : stretch[1]]
        return sum(bool(venue) and (entry.venue or "").casefold() == venue for entry in inside), len(inside)

    return max(stretches, key=fits)


def position(entries: Sequence[Entry], new: Entry, order: Order) -> int:
    """The index among `entries` where `new` belongs: the one that leaves the fewest entries out of order."""
    if not order.key:
        return 0 if order.descending else len(entries)
    key = KEYS[order.key]
    mine = key(new)
    if mine is None:
        return 0 if order.descending else len(entries)
    keys = [key(entry) for entry in entries]
    wrong_after = sum(_misplaced_after(found, mine, order.descending) for found in keys)
    costs = [wrong_after]
    cost = wrong_after
    for found in keys:
        cost -= _misplaced_after(found, mine, order.descending)
        cost += _misplaced_before(found, mine, order.descending)
        costs.append(cost)
    least = min(costs)
    best = [place for place, cost in enumerate(costs) if cost == least]
    if order.by_venue:
        venue = (new.venue or "").casefold()
        same = [
            p
            for p in best
            if p > 0 and (entries[p - 1].venue or "").casefold() == venue and entries[p - 1].year == new.year
        ]
        if same:
            return same[-1]
    return best[0] if order.descending else best[-1]


def _misplaced_before(found: Key | None, mine: Key, descending: bool) -> int:
    if found is None:
        return 0
    return int(found < mine if descending else found > mine)  # type: ignore[operator]


def _misplaced_after(found: Key | None, mine: Key, descending: bool) -> int:
    if found is None:
        return 0
    return int(found > mine if descending else found < mine)  # type: ignore[operator]
