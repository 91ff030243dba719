"""Section headings: found by the PDF's outline if it has a useful one, else by number, name and type. And what a line
says by itself: its section number, and whether it is a heading that papers of every field use."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.identity import title_key
from triage.reading.layout import OutlineEntry, Row, usual_size

_NUMBER = re.compile(
    r"^(?:(?:appendix|section|chapter|appendice|annex)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}(?=[.)\s])|[A-Z](?:\.\d{1,2}){0,3}(?=[.):\s]))[.):]*\s+(?=\S)",
    re.IGNORECASE,
)
_WORDED = re.compile(r"^(?:appendix|section|chapter|annex)\b", re.I)
_KNOWN = re.compile(
    r"^(?:abstract|introduction|background|related works?|preliminaries|methods?|methodology|experiments?|results?|"
    r"discussions?|conclusions?|concluding remarks|limitations?|acknowledge?ments?|references|bibliography|"
    r"literature cited|appendix|appendices|supplementa(?:ry|l) (?:materials?|information)|supplement|"
    r"ethic(?:s|al)(?: statement| considerations?)?|broader impacts?(?: statement)?|impact statement|"
    r"reproducibility(?: statement)?|data availability(?: statement)?|code availability|funding|"
    r"author contributions?|(?:conflicts?|declaration) of (?:competing )?interests?|competing interests|future work|"
    r"(?:discussions?|conclusions?|results?|limitations?) and (?:discussions?|conclusions?|future works?|limitations?)|"
    r"materials and methods|experiments and results|neurips paper checklist|impact statements?)$",
    re.I,
)
_REFERENCES = re.compile(r"^(?:references?(?: and notes)?|bibliography|literature cited|works cited)$", re.I)
_CAPITAL = re.compile(r"(?<![A-Z])([B-HJ-Z]) ([A-Z]{2,})")
_ARTICLE = re.compile(r"(?<![A-Z])([AI]) ([A-Z]{2,})")
_SPACED = re.compile(r"^(?:[A-Z] ){3,}[A-Z]$")
_LONGEST = 130
"""Characters; a longer row is text."""
_OPENING = re.compile(r"^(?:abstract|introduction)\b", re.I)


@dataclass(frozen=True, slots=True)
class PlacedHeading:
    """A heading in the rows: those from `first` up to but not including `last`. `lead` headings run into their text."""

    title: str
    page: int
    level: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class BodyFont:
    """The type of most text: size in points and font."""

    size: float
    font: str


def headings(rows: Sequence[Row], outline: Sequence[OutlineEntry], body: BodyFont) -> list[PlacedHeading]:
    """The headings in reading order. `body` is the type of most text."""
    by_type = _after_title(_by_type(rows, body), rows)
    useful = len(outline) >= 3 and len(outline) >= 0.4 * len(by_type)
    return _merged(rows, outline, by_type) if useful else by_type


def body_font(rows: Sequence[Row]) -> BodyFont:
    """The type that most text is set in."""
    fonts: Counter[str] = Counter()
    for row in rows:
        fonts[row.font] += len(row.text)
    return BodyFont(usual_size(rows), fonts.most_common(1)[0][0] if rows else "")


def number_of(line: str) -> str:
    """The section number that a line begins with ("2.1", "IV", "A.3"), or ""."""
    line = line.strip()
    found = _NUMBER.match(line)
    if not found or not _is_number(found["number"], line) or _KNOWN.match(_closed(line)):
        return ""
    return found["number"]


def bare_title(line: str) -> str:
    """A heading without its number: "2.1. Memory Banks" → "Memory Banks"; letters set apart are put together."""
    line = line.strip()
    found = _NUMBER.match(line) if number_of(line) else None
    line = _closed(line[found.end() :].strip() if found else line)
    return line.rstrip(":").strip() if len(line) > 1 else line


def is_known(line: str) -> bool:
    """Whether this is a heading that papers of every field use, numbered or not."""
    return bool(_KNOWN.match(bare_title(line).rstrip(".:— -")))


def is_references(line: str) -> bool:
    """Whether a heading opens the list of references."""
    return bool(_REFERENCES.match(bare_title(line).rstrip(".:")))


def is_abstract(line: str) -> bool:
    """Whether a heading opens the abstract."""
    return bare_title(line).rstrip(".:—- ").casefold() == "abstract"


def _closed(line: str) -> str:
    """Letters set apart ("A B S T R A C T") and capitals set apart from small ones ("R ELATED W ORK") put together."""
    if _SPACED.match(line):
        return line.replace(" ", "").capitalize()
    if not line.isupper():
        return line
    closed = _CAPITAL.sub(r"\1\2", line)
    wholly = _ARTICLE.sub(r"\1\2", closed)
    return wholly if closed != line or _KNOWN.match(wholly) else closed


def _is_number(number: str, line: str) -> bool:
    """A lone letter or roman numeral counts only as a capital and set off: "A Proofs", "I." yes, "A method" no."""
    if number[0].isdigit():
        return True
    if not number[0].isupper():
        return bool(_WORDED.match(line))
    after = line[line.find(number) + len(number) :]
    if len(number) == 1 and after[:1].isspace() and not _WORDED.match(line):
        following = after.strip()
        return number not in "AI" or line.isupper() or (following[:1].isupper() and not following.split()[0].isupper())
    return True


def _after_title(found: list[PlacedHeading], rows: Sequence[Row]) -> list[PlacedHeading]:
    """Nothing above the abstract or introduction on the first page is a heading."""
    opening = [h.first for h in found if h.page == 1 and _OPENING.match(bare_title(rows[h.first].text))]
    return [heading for heading in found if not opening or heading.first >= opening[0]]


def _by_type(rows: Sequence[Row], body: BodyFont) -> list[PlacedHeading]:
    sure = [_is_sure(row, body) for row in rows]
    styles = Counter(_style(row) for row, is_sure in zip(rows, sure, strict=True) if is_sure)
    numbering = sum(bool(number_of(row.text)) for row, is_sure in zip(rows, sure, strict=True) if is_sure)
    trusted = {style for style, count in styles.items() if count >= 2 and numbering <= 0.4 * styles.total()}
    found: list[PlacedHeading] = []
    place = 0
    numbers = _Numbers()
    while place < len(rows):
        row = rows[place]
        end = _end(rows, place)
        numbered = number_of(row.text)
        is_heading = sure[place] or (_style(row) in trusted and _could_be(row, body) and not numbered)
        level = numbers.level(numbered) if is_heading and numbered else int(is_heading)
        if level:
            title = bare_title(" ".join(one.text for one in rows[place:end]))
            if is_references(title):
                numbers.back_matter()
            found.append(PlacedHeading(title, row.page, level, place, end))
            place = end
        else:
            lead = _run_in(row)
            level = numbers.level(number_of(lead)) if lead else 0
            if level:
                found.append(PlacedHeading(bare_title(lead).rstrip(".: "), row.page, level, place, place))
            place += 1
    return _levelled(found, rows)


def _run_in(row: Row) -> str:
    """A numbered heading in bold or italic that text follows on the same row, such as "3.1.2 Training. We train"."""
    lead = row.lead.strip()
    bare = bare_title(lead)
    fits = number_of(lead).count(".") >= 1 and 3 <= len(bare) <= 90 and bare[0].isupper()
    return lead if fits and row.x0 < row.left + 2.5 * row.size else ""


def _is_sure(row: Row, body: BodyFont) -> bool:
    """A row that says by its number or name, and by its type, that it is a heading."""
    if not _could_be(row, body):
        return False
    stands_out = _stands_out(row, body)
    if is_known(row.text):
        return stands_out or row.gap > 0.6 * row.size
    return bool(number_of(row.text)) and stands_out


def _could_be(row: Row, body: BodyFont) -> bool:
    text = row.text
    letters = sum(c.isalpha() for c in text)
    if len(text) > _LONGEST or letters < 3 or letters < 0.5 * len(text.replace(" ", "")):
        return False
    if text[-1] in ".,;" and not is_known(text):
        return False
    bare = bare_title(text)
    return (
        bool(bare)
        and (bare[0].isupper() or bare[0].isdigit())
        and row.size >= body.size - 0.6
        and row.gap > -0.5 * row.size
    )


def _stands_out(row: Row, body: BodyFont) -> bool:
    bare = bare_title(row.text)
    capitals = sum(c.isupper() for c in bare) > 0.8 * sum(c.isalpha() for c in bare)
    other_font = row.font != body.font and "." in number_of(row.text) and row.gap > 0.6 * row.size
    return (
        row.bold
        or other_font
        or row.size > body.size + 0.7
        or (capitals and len(bare) > 4)
        or (row.italic and row.gap > 2)
    )


def _end(rows: Sequence[Row], place: int) -> int:
    """One past the last row of a heading that begins at `place`: long headings go on in the same type."""
    first = rows[place]
    end = place + 1
    while end < len(rows) and end < place + 4:
        row, before = rows[end], rows[end - 1]
        same = _style(row) == _style(first) and row.page == first.page and row.column == first.column
        full = before.x1 > first.left + 0.7 * (first.right - first.left)
        if not (same and full and row.gap < 0.6 * row.size and not number_of(row.text) and not is_known(row.text)):
            break
        end += 1
    return end


def _style(row: Row) -> tuple[str, float, bool]:
    return (row.font, round(row.size * 2) / 2, row.bold)


class _Numbers:
    """Whether section numbers follow each other, so that a numbered list or a table is no section."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._roman = ""

    def level(self, number: str) -> int:
        """The level of a heading of this number (1 is outermost), 0 if it does not follow the numbers before. Lone
        letters lie under roman numerals."""
        parent, _, own = number.rpartition(".")
        if not parent and self._roman and own.isalpha() and not _roman(own):
            parent = self._roman
        elif parent and not self._seen(parent):
            return 0
        kind = f"{parent}|{'n' if own.isdigit() else 'r' if _roman(own) and not parent else 'a'}"
        before, value = self._last.get(kind, 0), _value(own)
        if not before < value <= before + 2:
            return 0
        self._last[kind] = value
        if kind == "|r":
            self._roman = own
        return parent.count(".") + 2 if parent else 1

    def back_matter(self) -> None:
        """What follows is lettered anew."""
        self._roman = ""

    def _seen(self, parent: str) -> bool:
        grand = parent.rpartition(".")[0]
        return any(self._last.get(f"{grand}|{kind}", 0) for kind in "nra")


def _value(own: str) -> int:
    if own.isdigit():
        return int(own)
    return _roman(own) or ord(own[0].upper()) - ord("A") + 1


def _roman(text: str) -> int:
    digits = {"I": 1, "V": 5, "X": 10}
    if not text or any(c not in digits for c in text.upper()):
        return 0
    values = [digits[c] for c in text.upper()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < after else value for value, after in pairs)


def _levelled(found: list[PlacedHeading], rows: Sequence[Row]) -> list[PlacedHeading]:
    """Unnumbered headings get the level of numbered ones in the same type."""
    levels: dict[tuple[str, float, bool], Counter[int]] = {}
    for heading in found:
        row = rows[heading.first]
        if number_of(row.text):
            levels.setdefault(_style(row), Counter())[heading.level] += 1

    def level(heading: PlacedHeading) -> int:
        row = rows[heading.first]
        counts = levels.get(_style(row))
        if counts is None or number_of(row.text) or is_known(row.text):
            return heading.level
        return counts.most_common(1)[0][0]

    return [replace(heading, level=level(heading)) for heading in found]


def _merged(
    rows: Sequence[Row], outline: Sequence[OutlineEntry], by_type: Sequence[PlacedHeading]
) -> list[PlacedHeading]:
    """The outline's headings where they stand in the rows, and what only the type shows but is known by name."""
    keys = [title_key(bare_title(row.text)) for row in rows]
    found: list[PlacedHeading] = []
    start = 0
    for mark in outline:
        place = _find(rows, keys, mark, start)
        if place is None:
            continue
        end = _covering(rows, keys, place, title_key(bare_title(mark.title)))
        shown = bare_title(" ".join(row.text for row in rows[place:end]))
        title = shown if title_key(shown) == title_key(bare_title(mark.title)) else bare_title(mark.title)
        found.append(PlacedHeading(title, rows[place].page, mark.level, place, end))
        start = place + 1
    taken = {place for heading in found for place in range(heading.first, heading.last)}
    extra = [h for h in by_type if h.first not in taken and is_known(rows[h.first].text)]
    return sorted([*found, *extra], key=lambda heading: heading.first)


def _find(rows: Sequence[Row], keys: Sequence[str], mark: OutlineEntry, start: int) -> int | None:
    """The row where the outline's mark stands: behind the one before, on the page it names, and looking like a heading,
    if there is one that does."""
    wanted = title_key(bare_title(mark.title))
    if not wanted:
        return None

    def could_be(place: int) -> bool:
        key = keys[place]
        begins = len(key) >= min(12, len(wanted)) and (wanted.startswith(key) or key.startswith(wanted))
        return abs(rows[place].page - mark.page) <= 1 and bool(key) and (key == wanted or begins)

    def rank(place: int) -> tuple[bool, bool, bool, int]:
        row = rows[place]
        plain = not (row.bold or row.lead or keys[place] == wanted or number_of(row.text))
        return (place < start, row.page != mark.page, plain, place)

    return min(filter(could_be, range(len(rows))), key=rank, default=None)


def _covering(rows: Sequence[Row], keys: Sequence[str], place: int, wanted: str) -> int:
    """One past the last row that the outline's title covers."""
    end, key = place + 1, keys[place]
    while end < len(rows) and len(key) < len(wanted) and wanted.startswith(key + title_key(rows[end].text)):
        key += title_key(rows[end].text)
        end += 1
    return end
