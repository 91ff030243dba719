"""Where a new entry goes and the smallest edit that puts it there: every other byte of the list stays.

A section's order is learned from the entries it has (by date, year or title); a section too short to tell follows the
others.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from triage.errors import ListError
from triage.house.format import House, template_for
from triage.identity import title_key
from triage.lists.document import Document, Entry
from triage.lists.sections import Section
from triage.lists.structure import is_delimiter_row
from triage.lists.values import MONTHS
from triage.models import Facts, SectionPath, show_path

Key = tuple[int, ...] | tuple[str, ...]
_DIVIDER = re.compile(r"^[ \t]*(?:[-*_](?:[ \t]*[-*_]){2,}|<hr\b.*|\*\*[^*\n]+\*\*:?)[ \t]*\r?$", re.MULTILINE)
_NUMBER = re.compile(r"(\s*)(\d{1,5})(?=[.)]|\s*\|)|(\s*\|\s*)(\d{1,5})(?=\s*\|)")
_ENOUGH_ENTRIES = 150
_ENOUGH_OF_ONE = 30


@dataclass(frozen=True, slots=True)
class Edit:
    """document.text[start:end] becomes `replacement`."""

    start: int
    end: int
    replacement: str


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits made. Raises ListError if two of them overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at or edit.end < edit.start or edit.end > len(text):
            raise ListError("two edits of the list overlap; publish one entry at a time")
        parts += [text[at : edit.start], edit.replacement]
        at = edit.end
    return "".join((*parts, text[at:]))


def place(
    document: Document, house: House, section: SectionPath, entry_text: str, facts: Facts | None = None
) -> tuple[Edit, ...]:
    """The edits that put `entry_text` into `section` where the list's own order wants it.

    `facts` tells year and day where the entry does not show them. Raises ListError if the list has no such section,
    or the text holds no entry.
    """
    found = _section(document, section)
    text = entry_text.replace("\r\n", "\n").strip("\n")
    if not text.strip():
        raise ListError(f"an empty entry cannot be put into {show_path(section)}; edit the draft first")
    own = _own_kind(document, house, section)
    new = _as_entry(section, text, own, facts)
    if not own:
        return (_into_empty(document, house, found, text),)
    first, end = group_of(document.text, own, new)
    group = own[first:end]
    order = order_of(group, lambda: [own, *_around(document, section)])
    index = first + position(group, new, order)
    if first and index == first and order.descending:
        return place_before(document, own, index, text)
    return place_at(document, own, index, text)


def place_at(document: Document, own: Sequence[Entry], index: int, text: str) -> tuple[Edit, ...]:
    """The edits that make `text` the entry number `index` (from 0) among `own`, entries of one section in order."""
    if index == 0:
        return place_before(document, own, 0, text)
    text, renumbered = _numbered(document, own, index, text)
    newline = line_ending(document.text, own[index - 1].end)
    body = text.replace("\n", newline)
    blank = _blank_between(document, own, newline)
    at = _line_end(document.text, own[index - 1].end)
    if at == len(document.text) and not document.text.endswith("\n"):
        return (Edit(at, at, newline + blank + body), *renumbered)
    return (Edit(at, at, blank + body + newline), *renumbered)


def place_before(document: Document, own: Sequence[Entry], index: int, text: str) -> tuple[Edit, ...]:
    """Like `place_at`, right before the entry that is number `index` now: on top of its stretch of the section."""
    text, renumbered = _numbered(document, own, index, text)
    at = own[index].start
    newline = line_ending(document.text, own[index].end)
    blank = _blank_between(document, own, newline)
    return (Edit(at, at, text.replace("\n", newline) + newline + blank), *renumbered)


def surroundings(document: Document, edits: Sequence[Edit]) -> tuple[str | None, str | None]:
    """The texts of the entries above and below the first edit, in the same section; None where there is none."""
    if not edits:
        return None, None
    at = edits[0].start
    home = next((s for s in reversed(document.sections) if s.start <= at), None)
    path = home.path if home else ()
    above = [e for e in document.entries if e.end <= at and (e.section == path or not path)]
    below = [e for e in document.entries if e.start >= at and (e.section == path or not path)]
    return (above[-1].text if above else None), (below[0].text if below else None)


def line_ending(text: str, at: int) -> str:
    """How the line around this offset ends, or, if it is the last and has no end, the line before it: in a file of
    mixed line endings a new line takes its neighbour's."""
    end = text.find("\n", at)
    if end < 0:
        end = text.rfind("\n", 0, at)
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def _section(document: Document, path: SectionPath) -> Section:
    same = [section for section in document.sections if section.path == path]
    if not same:
        raise ListError(
            f"the list has no section {show_path(path)!r}; choose one of those that `triage show` names, "
            "or add the heading to the list first"
        )
    held = {entry.section for entry in document.entries}
    if len(same) > 1 and path in held:
        counts = [sum(s.start <= e.start < s.end for e in document.by_section[path]) for s in same]
        return same[counts.index(max(counts))]
    return same[0]


def _own_kind(document: Document, house: House, path: SectionPath) -> list[Entry]:
    """The section's entries of the shape that a new one will have (one table, or the bullets), in order."""
    entries = document.by_section.get(path, ())
    if not entries:
        return []
    columns = template_for(house, path).columns
    same = [entry for entry in entries if entry.columns == columns]
    if not same:
        commonest = Counter(entry.columns for entry in entries).most_common(1)[0][0]
        same = [entry for entry in entries if entry.columns == commonest]
    home = _section(document, path)
    inside = [entry for entry in same if home.start <= entry.start < home.end]
    return inside or same


def _around(document: Document, path: SectionPath) -> list[Sequence[Entry]]:
    """Other sections, as many as are needed to tell how this list orders its entries."""
    found: list[Sequence[Entry]] = []
    count = 0
    for other, entries in document.by_section.items():
        if other != path and count < _ENOUGH_ENTRIES:
            found.append(entries[:_ENOUGH_OF_ONE])
            count += len(found[-1])
    return found


def _as_entry(section: SectionPath, text: str, own: Sequence[Entry], facts: Facts | None) -> Entry:
    columns = own[0].columns if own else ()
    entry = Entry(section, 0, len(text), 1, text, own[0].kind if own else "item", columns)
    if facts and facts.day and "date" not in entry.fields and any("date" in other.fields for other in own[:20]):
        return replace(entry, text=f"{text} ({facts.day.isoformat()})", columns=())
    return entry


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _blank_between(document: Document, own: Sequence[Entry], newline: str) -> str:
    """The blank lines that usually stand between two entries: in this section, else in the list."""
    if own and own[0].columns:
        return ""
    counts = _blank_counts(document, own)
    if not counts:
        for entries in document.by_section.values():
            if not entries[0].columns:
                counts.update(_blank_counts(document, entries))
    # Paragraphs run into each other without a blank line.
    least = int(bool(own) and own[0].kind in ("paragraph", "headed"))
    return newline * max(least, counts.most_common(1)[0][0] if counts else 0)


def _blank_counts(document: Document, entries: Sequence[Entry]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for above, below in itertools.pairwise(entries):
        between = document.text[above.end : below.start]
        if not between.strip():
            counts[max(0, between.count("\n") - 1)] += 1
    return counts


def _into_empty(document: Document, house: House, section: Section, text: str) -> Edit:
    """Into a section that holds no entry: under its table's head, else under its heading."""
    inside = [line for line in document.lines if section.body <= line.start < section.end]
    heads = [line for line in inside if is_delimiter_row(line)]
    written = [line for line in inside if line.text.strip()]
    columns = template_for(house, section.path).columns
    above = heads if heads and columns else written
    newline = line_ending(document.text, above[-1].start if above else max(0, section.body - 1))
    if columns and not heads:
        text = _table_head(document, columns) + text
    elif text.startswith("<li"):
        text = f"<ul>\n{text}\n</ul>"
    body = text.replace("\n", newline)
    if heads and columns:
        at = heads[-1].end
        lead = "" if document.text[:at].endswith("\n") else newline
        return Edit(at, at, lead + body + newline)
    after = written[-1].end if written else section.body
    before = _usual_lead(document) if not written else 1
    at = after
    lead = "" if document.text[:at].endswith("\n") or at == 0 else newline
    blank = 0
    while blank < before and document.text.startswith(("\n", "\r\n"), at):
        at = _line_end(document.text, at)
        blank += 1
    ending = newline
    follows = document.text[at : at + 2]
    if follows and not follows.startswith(("\n", "\r\n")):
        ending += newline
    if not follows and lead:
        ending = ""
    return Edit(at, at, lead + newline * (before - blank) + body + ending)


def _table_head(document: Document, columns: Sequence[str]) -> str:
    """The two lines above the rows of the list's table with these columns, for a section that has no table yet."""
    row = next((entry for entry in document.entries if entry.columns == tuple(columns)), None)
    above = [line for line in document.lines if row is not None and line.start < row.start]
    for place in range(len(above) - 1, 0, -1):
        if is_delimiter_row(above[place]):
            return f"{above[place - 1].text}\n{above[place].text}\n"
    return ""


def _usual_lead(document: Document) -> int:
    """How many blank lines usually stand between a heading and its first entry."""
    counts: Counter[int] = Counter()
    for section in document.sections:
        first = next(
            (entry for entry in document.by_section.get(section.path, ()) if entry.start >= section.body), None
        )
        if first and first.start < section.end and section.level:
            between = document.text[section.body : first.start]
            if not between.strip():
                counts[between.count("\n")] += 1
    return min(2, counts.most_common(1)[0][0]) if counts else 1


def _numbered(document: Document, own: Sequence[Entry], index: int, text: str) -> tuple[str, list[Edit]]:
    """The text with its number, and the edits that renumber the entries after it, if the section counts its entries."""
    spans = [_number_span(entry) for entry in own]
    if not own or any(span is None for span in spans):
        return text, []
    numbers = [int(document.text[a:b]) for a, b in (span for span in spans if span)]
    rising = all(b - a == 1 for a, b in itertools.pairwise(numbers))
    falling = len(numbers) > 1 and all(a - b == 1 for a, b in itertools.pairwise(numbers))
    if not rising and not falling:
        same = len(set(numbers)) == 1
        return _with_number(text, numbers[0] if same else max(numbers) + 1), []
    if rising:
        mine, moved = numbers[0] + index, range(index, len(own))
    else:
        mine, moved = (numbers[index - 1] if index else numbers[0] + 1), range(index)
    edits = []
    for i in moved:
        a, b = spans[i] or (0, 0)
        edits.append(Edit(a, b, str(numbers[i] + 1)))
    return _with_number(text, mine), edits


def _number_span(entry: Entry) -> tuple[int, int] | None:
    found = _number_in(entry.text) if "number" in entry.fields else None
    return (entry.start + found[0], entry.start + found[1]) if found else None


def _with_number(text: str, number: int) -> str:
    found = _number_in(text)
    return f"{text[: found[0]]}{number}{text[found[1] :]}" if found else text


def _number_in(text: str) -> tuple[int, int] | None:
    """Where the number of an entry stands in its text."""
    found = _NUMBER.match(text)
    return (found.span(2) if found.group(2) else found.span(4)) if found else None


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


def order_in(document: Document, house: House, section: SectionPath) -> Order:
    """The order that a section keeps, for showing it to its owner."""
    own = _own_kind(document, house, section)
    return order_of(own, lambda: _around(document, section))


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
    costs = [sum(_is_wrong(mine, found, order) for found in keys)]
    for found in keys:
        costs.append(costs[-1] - _is_wrong(mine, found, order) + _is_wrong(found, mine, order))
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


def _is_wrong(above: Key | None, below: Key | None, order: Order) -> bool:
    """Whether entries of these keys, one anywhere above the other, break the order."""
    if above is None or below is None:
        return False
    return above < below if order.descending else above > below  # type: ignore[operator]


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
