"""The list of references: cut into items, and each item read as authors, title, year, arXiv id and DOI, in the styles
that papers use."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from triage.identity import arxiv_id, doi
from triage.models import Reference
from triage.reading.headings import PlacedHeading, is_references
from triage.reading.layout import TOP, Anchor, Row
from triage.reading.text import join_rows, usual_gap

_LONGEST = 2000
_MARKER = re.compile(r"^(?:\[[^\]]{1,40}\]|\(?\d{1,3}[.)])\s*")
_ARXIV = re.compile(
    r"(?:arxiv\s*+(?:(?:preprint|e-prints?)\s*+)?(?:arxiv\s*+)?(?:[:,]\s*+)?|abs/|arxiv\.org/\w{1,20}/)"
    r"(\d{4}\.\s?\d{4,5}|[a-z-]{1,20}/\d{7})",
    re.I,
)
_QUOTED = re.compile(r"[“\"‘'](?P<title>[^”\"]{12,400}?)[,.?!]?[”\"](?!\w)")
_YEAR_AFTER = re.compile(
    r"^(?P<authors>.{3,}?)[.,]?(?:(?<!\s)\s++)?\((?P<year>(?:19|20)\d\d)[a-z]?(?:,[^)]{0,20})?\)[.:,]?\s*+(?P<rest>.+)$",
    re.DOTALL,
)
_YEAR_SENTENCE = re.compile(r"^(?P<authors>.{3,}?)\.\s++(?P<year>(?:19|20)\d\d)[a-z]?\.\s++(?P<rest>.+)$", re.DOTALL)
_COLON = re.compile(r"^(?P<authors>(?:[^:.]|\.(?=[,:\s-])){3,300}?):\s+(?P<rest>.+)$")
_PRINTED_YEAR = re.compile(r"(?<![\d.:/-])((?:19|20)\d\d)[a-z]?(?![\d/]|-\d)")
_SENTENCE = re.compile(
    r"(?<=[^\sA-Z.][a-z0-9)?!”\"])[.?!]\s+(?=[A-Z0-9“\"(])|(?<=[a-z]{2})\.\s+|(?<=\b[A-Z]{2})\.\s+|[?!]\s+"
)
_AUTHORS_END = re.compile(r"(?<=[^\W\d_][^\W\d_])\.\s+(?=\S)|(?<=et al)\.\s+")
_AND = re.compile(r"(?:,\s++|(?<!\s)\s++)(?:and|&)\s++|(?:(?<!\s)\s++)?;\s*+|,\s*+&\s*+")
_INITIALS = re.compile(r"^(?:[A-Z]\.?[\s-]*){1,4}$")
_CUT_INITIAL = re.compile(r"(?<![^\W_])[A-Z]$")
_BRACKETED = re.compile(r"^\[(\d{1,3})\]")
_DOTTED = re.compile(r"^\(?(\d{1,3})[.)](?=\s)")
_LABELLED = re.compile(r"^\[[A-Za-z+*]{1,8}\d{2,4}[a-z]?\]|^\[[^\]\d]{2,40}[,(]?\s?(?:19|20)\d\d[a-z]?\)?\]")
_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_SET_IN = 25.0
"""Points by which the rows of an item may be set in."""
_ITEM_ENDS = (".", "]", ")", "/")


def references(
    rows: Sequence[Row], found: Sequence[PlacedHeading], anchors: Sequence[Anchor], words: Counter[str]
) -> tuple[Reference, ...]:
    """The items under the last heading "References", in order; () if there is none."""
    start, end = _region(rows, found)
    part = rows[start:end]
    starts = _starts(part, anchors)
    items = [join_rows(part[first:last], words) for first, last in pairwise([*starts, len(part)])]
    return tuple(parse_reference(item) for item in items if len(item) > 15 and any(c.isalpha() for c in item))


def _region(rows: Sequence[Row], found: Sequence[PlacedHeading]) -> tuple[int, int]:
    """The rows of the list: from its heading to the next one that is no part of it."""
    opening = [heading for heading in found if is_references(rows[heading.first].text)]
    if not opening:
        return 0, 0
    start = opening[-1].last
    later = [heading.first for heading in found if heading.first >= start]
    return start, later[0] if later else len(rows)


def _starts(rows: Sequence[Row], anchors: Sequence[Anchor]) -> list[int]:
    """Where items begin: by their numbers, labels, the link targets of the PDF, hanging lines, or blanks."""
    if not rows:
        return []
    for pattern in (_BRACKETED, _DOTTED):
        places = _in_sequence(rows, pattern)
        if len(places) >= 3 and places[0] <= 2:
            return places
    labelled = [place for place, row in enumerate(rows) if _LABELLED.match(row.text)]
    if len(labelled) >= 3 and labelled[0] <= 1:
        return labelled
    hanging = _hanging(rows)
    linked = _linked(rows, anchors)
    if linked and (not hanging or abs(len(hanging) - len(linked)) > 0.03 * len(linked)):
        return linked
    return hanging or _by_gap(rows)


def _in_sequence(rows: Sequence[Row], pattern: re.Pattern[str]) -> list[int]:
    """Places whose number is one more than that before (a number lost in between is forgiven)."""
    places: list[int] = []
    last = 0
    for place, row in enumerate(rows):
        found = pattern.match(row.text)
        if found and last < int(found[1]) <= last + (2 if places else 1):
            places.append(place)
            last = int(found[1])
    return places


def _linked(rows: Sequence[Row], anchors: Sequence[Anchor]) -> list[int]:
    """The row at or just under each link target."""
    places: set[int] = set()
    pages = {row.page for row in rows}
    for anchor in anchors:
        if anchor.page not in pages:
            continue
        near = [
            (abs(row.y0 - anchor.y) + (0 if row.left - 40 <= anchor.x <= row.right else 200), place)
            for place, row in enumerate(rows)
            if row.page == anchor.page and row.y1 > anchor.y - 1
        ]
        if near:
            places.add(min(near)[1])
    return sorted(places) if len(places) >= 3 else []


def _hanging(rows: Sequence[Row]) -> list[int]:
    """Rows at the left edge of their column, if the others are set in; [] if the list is not set that way."""
    edges = _left_edges(rows)
    places = []
    indented = 0
    for place, row in enumerate(rows):
        inset = row.x0 - edges[row.page, row.column]
        if inset < 3:
            places.append(place)
        elif inset < 40:
            indented += 1
    if not places or indented < 0.2 * len(rows) or len(places) > 0.85 * len(rows):
        return []
    return [place for place in places if _may_open(rows, place)]


def _left_edges(rows: Sequence[Row]) -> dict[tuple[int, int], float]:
    """Each column's edge. A column may hold nothing but the set-in rest of an item: columns in the same place on other
    pages tell."""
    own = {key: min(row.x0 for row in group) for key, group in _by_column(rows).items()}
    return {key: min(other for other in own.values() if abs(other - edge) < _SET_IN) for key, edge in own.items()}


def _by_column(rows: Sequence[Row]) -> dict[tuple[int, int], list[Row]]:
    groups: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.page, row.column), []).append(row)
    return groups


def _may_open(rows: Sequence[Row], place: int) -> bool:
    text = rows[place].text
    return text[:1].isupper() or text[:1].isdigit() or text[:1] in "[“\"'(" or place == 0 or len(text) > 20


def _by_gap(rows: Sequence[Row]) -> list[int]:
    """Rows after a larger blank, else after what looks like the end of an item."""
    leading = usual_gap(rows)
    after_gap = [place for place, row in enumerate(rows) if not place or row.gap > leading + 0.25 * row.size]
    tops = sum(row.gap == TOP for row in rows)
    if len(after_gap) - tops >= 0.15 * len(rows):
        return [place for place in after_gap if rows[place].gap != TOP or not place or _item_ended(rows, place)]
    return [0] + [place for place in range(1, len(rows)) if _item_ended(rows, place) and _short(rows[place - 1])]


def _item_ended(rows: Sequence[Row], place: int) -> bool:
    before, row = rows[place - 1], rows[place]
    return before.text.endswith(_ITEM_ENDS) and row.text[:1].isupper()


def _short(row: Row) -> bool:
    return row.x1 < row.right - 2 * row.size


def parse_reference(item: str) -> Reference:
    """The item as printed, with whatever could be told apart; what is not sure is left out."""
    text = _MARKER.sub("", item[:_LONGEST]).strip()
    found = _ARXIV.search(text)
    identifier = arxiv_id(found[1].replace(" ", "")) if found else None
    authors, rest = _split(text)
    title = _title(text, rest) if authors else None
    return Reference(
        text=text,
        title=title,
        authors=_people(authors),
        year=_year(text, title),
        arxiv_id=identifier,
        doi=doi(text),
    )


def _split(text: str) -> tuple[str, str]:
    """Authors and what follows them."""
    for pattern in (_YEAR_AFTER, _YEAR_SENTENCE):
        found = pattern.match(text)
        if found and len(found["authors"]) < 600 and _are_people(found["authors"]):
            return found["authors"], found["rest"]
    quoted = _QUOTED.search(text)
    if quoted and quoted.start() > 3:
        return text[: quoted.start()].rstrip(" ,."), text[quoted.start() :]
    colon = _COLON.match(text)
    if colon and _are_people(colon["authors"]):
        return colon["authors"], colon["rest"]
    for end in _AUTHORS_END.finditer(text):
        return text[: end.start()], text[end.end() :]
    return "", text


def _are_people(text: str) -> bool:
    """Whether this reads like names: short pieces between commas, most words with a capital."""
    pieces = [piece for piece in re.split(r",|\band\b|&|;", text) if piece.strip()]
    names = [word for piece in pieces for word in piece.split()]
    capital = sum(word[:1].isupper() for word in names)
    return bool(names) and capital >= 0.6 * len(names) and len(names) / len(pieces) <= 5


def _title(text: str, rest: str) -> str | None:
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted["title"].strip()
    end = _SENTENCE.search(rest)
    title = rest[: end.start() + (rest[end.start()] in "?!")] if end else rest.rstrip(".")
    title = title.strip(' .,“”"')
    return title if 8 <= len(title) <= 300 and " " in title else None


def _year(text: str, title: str | None) -> int | None:
    """The last year outside the title."""
    outside = text.replace(title, " ") if title else text
    years = _PRINTED_YEAR.findall(outside)
    return int(years[-1]) if years else None


def _people(text: str) -> tuple[str, ...]:
    """Names as printed; "Doe, J." stays one name."""
    text = re.sub(r"(?:,\s*+|(?<!\s)\s++)?(?:et al\.?|others)$", "", text.strip().rstrip(",.: "))
    text += "." if _CUT_INITIAL.search(text) else ""
    names: list[str] = []
    for part in _AND.split(text):
        for piece in (piece.strip() for piece in part.split(",")):
            if names and _INITIALS.match(piece) and "," not in names[-1] and not _INITIALS.match(names[-1]):
                names[-1] = f"{names[-1]}, {piece}"
            elif piece and len(piece) < 60:
                names.append(piece)
    return tuple(names)
