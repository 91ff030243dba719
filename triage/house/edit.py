"""Edits of a list other than entries: a new section, a list to start with, counters and dates kept current.

Also the other sections of a list that a paper belongs to, where the list files one paper in several.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from triage.errors import ListError
from triage.house.place import Edit, line_ending
from triage.identity import title_key
from triage.lists.document import Document
from triage.lists.sections import TIME, VENUE, Section
from triage.lists.values import date_format, write_date
from triage.models import Facts, SectionPath, show_path

_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+\S")
TEMPLATE = "- **** [[Paper]]() [[Code]]()"
"""Kept in a comment of the new list, to copy by hand; `default_table` is the same for triage."""
UPDATED = "updated"
COUNT = "count"
LOG = "log"
KINDS = (UPDATED, COUNT, LOG)
_DATE = (
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}(?:\s?[-/.月]\s?\d{1,2})?"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z][a-z]{2,8}\.?,?\s+(?:19|20)\d\d"
    r"|[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d|[A-Z][a-z]{2,8}\.?,?\s+(?:19|20)\d\d"
)
_UPDATED = re.compile(
    r"(?:last[\s_-]*(?:updated?|modified)|updated?\s+(?:on|at|by|time)|latest\s+update|update\s*(?:time|date)|as\s+of)"
    rf"\W{{1,12}}?({_DATE})",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"(?:(?:total|number)[^\n\d]{0,30}?(?:papers|entries|works)\W{0,6}?|(?:papers|entries)\s*[:：(]\s*\**|currently\W+|\()"
    r"(\d{1,5})(?=\W{0,4}(?:papers|entries|works|\*|\)|$))"
    r"|(?<![\d.])(\d{1,5})\s+(?:papers|entries)\b(?:\s+(?:in total|so far|listed|collected))",
    re.IGNORECASE | re.MULTILINE,
)
_LOG_LINE = re.compile(rf"([ \t]*[-*+][ \t]+(?:[^\w\s\[(*]+[ \t]*)?[\[(*]*)({_DATE})")
_LEAST = 5


def make_section(document: Document, path: SectionPath) -> Edit:
    """The edit that puts the heading of `path` after its last sibling, else below its parent. Raises ListError if the
    parent is missing, the section is there already, or the headings around are not Markdown's own (#)."""
    if document.section(path) is not None:
        raise ListError(f"the list has the section {show_path(path)} already")
    name = " ".join(path[-1].split()) if path else ""
    if not name:
        raise ListError("a new section needs a name")
    parent = path[:-1]
    if parent and document.section(parent) is None:
        raise ListError(
            f"{show_path(path)} cannot be made: the list has no section {show_path(parent)}; write it by hand"
        )
    siblings = [s for s in document.sections if s.path[:-1] == parent and s.path != (document.title,)]
    marks = _marks(document, siblings, parent, path)
    at = _place(document, siblings, parent)
    newline = line_ending(document.text, max(0, at - 1))
    before = document.text[:at]
    gap = newline * max(0, 2 - _trailing_breaks(before)) if before else ""
    after = newline if document.text[at:].strip() else ""
    return Edit(at, at, f"{gap}{marks} {name}{newline}{after}")


def _marks(document: Document, siblings: Sequence[Section], parent: SectionPath, path: SectionPath) -> str:
    if not siblings and not parent:
        return "##"
    if siblings:
        found = _ATX.match(document.text[siblings[-1].start : siblings[-1].body])
    else:
        above = document.section(parent)
        found = _ATX.match(document.text[above.start : above.body]) if above else None
    if found is None:
        raise ListError(f"the headings around {show_path(path)} are not written with #; write its heading by hand")
    return found.group(1) if siblings else found.group(1) + "#"


def _place(document: Document, siblings: Sequence[Section], parent: SectionPath) -> int:
    """Behind the last sibling that holds entries (housekeeping such as licences stays last), with all below it."""
    above = document.section(parent)
    if not siblings:
        return above.end if above else len(document.text)
    held = {entry.section[: len(parent) + 1] for entry in document.entries}
    last = max((s for s in siblings if s.path in held), default=siblings[-1], key=lambda s: s.start)
    below = [s.end for s in document.sections if s.path[: len(last.path)] == last.path]
    return max(below)


def _trailing_breaks(text: str) -> int:
    count = 0
    for char in reversed(text):
        if char == "\n":
            count += 1
        elif char not in " \t\r":
            break
    return count


def new_list(title: str, sections: Sequence[str]) -> str:
    """A README with these sections and no entry yet. A section "A > B" becomes B under A."""
    lines = [f"# {title.strip() or 'Paper list'}", "", "## Contents", ""]
    paths = [tuple(part.strip() for part in section.split(">") if part.strip()) for section in sections]
    headings: list[tuple[str, ...]] = []
    for path in paths or [("Papers",)]:
        for depth in range(1, len(path) + 1):
            if path[:depth] not in headings:
                headings.append(path[:depth])
    anchors: dict[str, int] = {}
    for path in headings:
        lines.append(f"{'  ' * (len(path) - 1)}- [{path[-1]}](#{_anchor(path[-1], anchors)})")
    lines += ["", "<!-- To add a paper by hand, copy this line into its section:", TEMPLATE, "-->"]
    for path in headings:
        lines += ["", "#" * (len(path) + 1) + " " + path[-1]]
    return "\n".join(lines) + "\n"


def _anchor(heading: str, taken: dict[str, int]) -> str:
    """The anchor that GitHub gives a heading: lower case, blanks as hyphens, other signs left out, repeats numbered."""
    name = "".join(c if c.isalnum() or c in "-_" else "-" if c == " " else "" for c in heading.lower())
    count = taken.get(name, 0)
    taken[name] = count + 1
    return f"{name}-{count}" if count else name


def default_table() -> dict[str, object]:
    """The [format] for a new list: one line with venue, links and a sentence beneath."""
    entry = (
        "- {?[{venue} {year}] {|}[{year}] }**{title:stop}**{? *{authors:stop}*}"
        "{? {* {|}[[Paper]]({paper}){|}[[Code]]({code}){|}[[Project]]({project})}}{?\n  - {summary}}"
    )
    return {
        "authors": "first-et-al",
        "date": "YYYY-MM-DD",
        "preprint": "arXiv",
        "arxiv_url": "https://arxiv.org/abs/{id}",
        "templates": {"main": entry},
    }


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A place that may change: `kind` is "updated", "count" or "log"; `text` what stands at [start:end], `line` where.

    For a log, start = end: where a new line would go, and `text` is the line now on top.
    """

    kind: str
    start: int
    end: int
    line: int
    text: str


def find_upkeep(document: Document) -> tuple[Upkeep, ...]:
    """Every such place outside the entries, in the order of the text."""
    inside = [(entry.start, entry.end) for entry in document.entries]
    found: list[Upkeep] = []
    entries = len(document.entries)
    for line in document.lines:
        for match in _UPDATED.finditer(line.text):
            found.append(_upkeep(UPDATED, line.start, line.number, match, 1))
        for match in _COUNT.finditer(line.text):
            group = 1 if match.group(1) else 2
            if abs(int(match.group(group)) - entries) <= max(2, entries * 0.1):
                found.append(_upkeep(COUNT, line.start, line.number, match, group))
    found += _logs(document)
    found = [place for place in found if not any(a <= place.start < b for a, b in inside)]
    return tuple(sorted(found, key=lambda place: place.start))


def _upkeep(kind: str, offset: int, number: int, match: re.Match[str], group: int) -> Upkeep:
    return Upkeep(kind, offset + match.start(group), offset + match.end(group), number, match.group(group))


def _logs(document: Document) -> list[Upkeep]:
    """The top of each update log: a housekeeping section whose bullets begin with dates, newest first."""
    found: list[Upkeep] = []
    for section in document.sections:
        if section.kind != "housekeeping":
            continue
        lines = [line for line in document.lines if section.body <= line.start < section.end]
        dated = [line for line in lines if _LOG_LINE.match(line.text)]
        if dated:
            found.append(Upkeep(LOG, dated[0].start, dated[0].start, dated[0].number, dated[0].text))
    return found


def upkeep_edits(document: Document, wanted: Sequence[Upkeep], today: date, added: int) -> tuple[Edit, ...]:
    """The edits that bring these places up to date after `added` new papers. Dates keep their pattern."""
    edits: list[Edit] = []
    for place in wanted:
        if place.kind == COUNT:
            edits.append(Edit(place.start, place.end, str(int(place.text) + added)))
        elif place.kind == UPDATED:
            pattern = date_format(place.text)
            if pattern:
                edits.append(Edit(place.start, place.end, write_date(today, pattern[0])))
        elif place.kind == LOG:
            match = _LOG_LINE.match(place.text)
            pattern = date_format(match.group(2)) if match else None
            if match and pattern:
                closing = {"[": "]", "(": ")"}.get(match.group(1)[-1:], "")
                stars = "**" if "**" in match.group(1) else ""
                papers = "1 paper" if added == 1 else f"{added} papers"
                line = f"{match.group(1)}{write_date(today, pattern[0])}{closing}{stars}: Added {papers}."
                edits.append(Edit(place.start, place.end, line + line_ending(document.text, place.start)))
    return tuple(edits)


@dataclass(frozen=True, slots=True)
class SeveralSections:
    """`twice` of `papers` titles stand in more than one section (`share`); `kinds` counts the pairs of section kinds
    ("topic", "venue", "time") among them, the commonest first. `deliberate` says that the list does so on purpose."""

    papers: int
    twice: int
    share: float
    kinds: tuple[tuple[tuple[str, str], int], ...]
    deliberate: bool


def several_sections(document: Document) -> SeveralSections:
    """Counts titles that stand in several sections."""
    kinds = {section.path: section.kind for section in document.sections}
    homes: dict[str, dict[SectionPath, None]] = defaultdict(dict)
    for entry in document.entries:
        if entry.title:
            homes[title_key(entry.title)][entry.section] = None
    pairs: Counter[tuple[str, str]] = Counter()
    twice = 0
    dated = (VENUE, TIME)
    crossed = 0
    for paths in homes.values():
        if len(paths) < 2:
            continue
        twice += 1
        found = sorted({kinds.get(path, "topic") for path in paths}, reverse=True)
        pair = (found[0], found[-1])
        pairs[pair] += 1
        crossed += any(kind in dated for kind in found) and "topic" in found
    share = twice / len(homes) if homes else 0.0
    deliberate = crossed >= _LEAST or (twice >= _LEAST and share >= 0.1)
    return SeveralSections(len(homes), twice, share, tuple(pairs.most_common()), deliberate)


def also_in(document: Document, facts: Facts, section: SectionPath) -> tuple[SectionPath, ...]:
    """The other sections in which a paper filed under `section` belongs too: an existing one named after its venue
    and year, or its year. Never a section that the list does not have."""
    chosen = document.section(section)
    if chosen is None or chosen.kind in (VENUE, TIME) or facts.year is None:
        return ()
    names = (
        {_key(f"{facts.venue} {facts.year}"), _key(f"{facts.venue} {facts.year % 100:02d}")} if facts.venue else set()
    )
    found: list[SectionPath] = []
    for other in document.sections:
        if other.path == section or other.path in found:
            continue
        fits_venue = other.kind == VENUE and _key(other.title) in names
        fits_year = other.kind == TIME and not facts.venue and _key(other.title) == str(facts.year)
        if (fits_venue or fits_year) and other.path in document.taxonomy:
            found.append(other.path)
    return tuple(found)


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
