"""What a list keeps about itself and changes with every addition: the day of the last update, how many papers, a log.

Found and offered, never changed unless the caller (that is, triage.toml) says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from triage.lists.dates import pattern_of, write_date
from triage.lists.document import Document
from triage.lists.insert import Edit, line_ending

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


@dataclass(frozen=True, slots=True)
class Bump:
    """A place that may change: `kind` is "updated", "count" or "log"; `text` what stands at [start:end], `line` where.

    For a log, start = end: where a new line would go, and `text` is the line now on top.
    """

    kind: str
    start: int
    end: int
    line: int
    text: str


def bumps(document: Document) -> tuple[Bump, ...]:
    """Every such place outside the entries, in the order of the text."""
    inside = [(entry.start, entry.end) for entry in document.entries]
    found: list[Bump] = []
    entries = len(document.entries)
    for line in document.lines:
        for match in _UPDATED.finditer(line.text):
            found.append(_bump(UPDATED, line.start, line.number, match, 1))
        for match in _COUNT.finditer(line.text):
            group = 1 if match.group(1) else 2
            if abs(int(match.group(group)) - entries) <= max(2, entries * 0.1):
                found.append(_bump(COUNT, line.start, line.number, match, group))
    found += _logs(document)
    found = [bump for bump in found if not any(a <= bump.start < b for a, b in inside)]
    return tuple(sorted(found, key=lambda bump: bump.start))


def _bump(kind: str, offset: int, number: int, match: re.Match[str], group: int) -> Bump:
    return Bump(kind, offset + match.start(group), offset + match.end(group), number, match.group(group))


def _logs(document: Document) -> list[Bump]:
    """The top of each update log: a housekeeping section whose bullets begin with dates, newest first."""
    found: list[Bump] = []
    for section in document.sections:
        if section.kind != "housekeeping":
            continue
        lines = [line for line in document.lines if section.body <= line.start < section.end]
        dated = [line for line in lines if _LOG_LINE.match(line.text)]
        if dated:
            found.append(Bump(LOG, dated[0].start, dated[0].start, dated[0].number, dated[0].text))
    return found


def bump_edits(document: Document, wanted: Sequence[Bump], today: date, added: int) -> tuple[Edit, ...]:
    """The edits that bring these places up to date after `added` new papers. Dates keep their pattern."""
    edits: list[Edit] = []
    for bump in wanted:
        if bump.kind == COUNT:
            edits.append(Edit(bump.start, bump.end, str(int(bump.text) + added)))
        elif bump.kind == UPDATED:
            pattern = pattern_of(bump.text)
            if pattern:
                edits.append(Edit(bump.start, bump.end, write_date(today, pattern[0])))
        elif bump.kind == LOG:
            match = _LOG_LINE.match(bump.text)
            pattern = pattern_of(match.group(2)) if match else None
            if match and pattern:
                closing = {"[": "]", "(": ")"}.get(match.group(1)[-1:], "")
                stars = "**" if "**" in match.group(1) else ""
                papers = "1 paper" if added == 1 else f"{added} papers"
                line = f"{match.group(1)}{write_date(today, pattern[0])}{closing}{stars}: Added {papers}."
                edits.append(Edit(bump.start, bump.end, line + line_ending(document.text, bump.start)))
    return tuple(edits)
