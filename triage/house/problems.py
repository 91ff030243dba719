"""What may be wrong: entries that a list's owner may want to look at, and texts that cannot stand as one entry.

The second question is the same for what rules, a model or a person wrote.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache

from triage.house.format import House
from triage.house.place import Edit, apply, place
from triage.identity import title_key
from triage.lists.document import Document, Entry, scan
from triage.models import Facts, SectionPath

_EMPTY_LINK = re.compile(r"(?<!\[)\[++([^\[\]]*+)\]++\(\s*+\)")
_USUAL = 0.9
_LEAST = 10
_ABOVE, _BELOW = "# A\n\n", "\n\n# Z\n"
"""Headings that stand for the rest of the list."""
_NUMBER = re.compile(r"^\W{0,12}\d{1,5}")
_MANY = 100
_OPEN = "(an unclosed fence, comment or tag?)"


@dataclass(frozen=True, slots=True)
class Problem:
    """An entry with its line (from 1), and what looks wrong, in words."""

    line: int
    title: str
    what: str


def find_problems(document: Document) -> tuple[Problem, ...]:
    """Links without a target, one arXiv address under two titles, a paper twice in one section, and a missing year
    where nearly every entry has one; in the list's order."""
    found = [*_empty_links(document), *_shared_addresses(document), *_repeats(document), *_missing_years(document)]
    return tuple(sorted(found, key=lambda problem: problem.line))


def _problem(entry: Entry, what: str) -> Problem:
    return Problem(entry.line, entry.title, what)


def _empty_links(document: Document) -> list[Problem]:
    found = []
    for entry in document.entries:
        labels = [label.strip() or "a link" for label in _EMPTY_LINK.findall(entry.text)]
        if labels:
            found.append(_problem(entry, f"no address behind {', '.join(labels)}"))
    return found


def _shared_addresses(document: Document) -> list[Problem]:
    titles: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in document.entries:
        if entry.arxiv_id and entry.title:
            titles[entry.arxiv_id].setdefault(title_key(entry.title), entry)
    found = []
    for number, entries in titles.items():
        first, *others = entries.values()
        found += [_problem(other, f"the same arXiv address ({number}) as line {first.line}") for other in others]
    return found


def _repeats(document: Document) -> list[Problem]:
    found = []
    for entries in document.by_section.values():
        first: dict[str, Entry] = {}
        for entry in entries:
            key = title_key(entry.title)
            if key and key in first:
                found.append(_problem(entry, f"stands in this section already, at line {first[key].line}"))
            first.setdefault(key, entry)
    return found


def _missing_years(document: Document) -> list[Problem]:
    kinds = Counter(entry.kind for entry in document.entries)
    dated = Counter(entry.kind for entry in document.entries if entry.year is not None)
    usual = {kind for kind, count in kinds.items() if count >= _LEAST and dated[kind] >= _USUAL * count}
    return [_problem(e, "no year") for e in document.entries if e.year is None and e.kind in usual]


def refusal(document: Document, house: House, section: SectionPath, entry: str, facts: Facts) -> str | None:
    """Why this text cannot stand in this section as one entry, or None if it can: with it, the list must read as
    before plus one entry there, whatever the text holds (headings, bullets, unclosed fences or comments). Raises
    ListError if the list has no such section."""
    if not entry.strip():
        return "it is empty"
    edits = place(document, house, section, entry, facts)
    start, end = _surroundings(document, edits[0])
    known = [one.text for one in document.entries if start <= one.start < end]
    # A section that reads the same by itself shows what the edits change: a long list, whose few entries more cannot
    # change how the rest is read, need not be read again.
    if len(document.entries) >= _MANY and all(start < edit.start <= end for edit in edits):
        text = document.text[start:end]
        before = _alone(text)
        if [one.text for one in before.entries] == known:
            moved = [Edit(edit.start - start, edit.end - start, edit.replacement) for edit in edits]
            return _difference(before, scan(f"{_ABOVE}{apply(text, moved)}{_BELOW}"), entry)
    after = scan(apply(document.text, edits))
    inside = sum(one.section == section for one in after.entries) - len(document.by_section.get(section, ()))
    return _difference(document, after, entry) or (None if inside == 1 else "it would not stand in its section")


def _surroundings(document: Document, edit: Edit) -> tuple[int, int]:
    """Where the section begins and ends in which the edit is made; all of the text if there is none."""
    inside = ((one.start, one.end) for one in document.sections if one.level and one.start < edit.start <= one.end)
    return next(inside, (0, len(document.text)))


@lru_cache(maxsize=64)
def _alone(section: str) -> Document:
    return scan(f"{_ABOVE}{section}{_BELOW}")


def _difference(before: Document, after: Document, entry: str) -> str | None:
    """What else is different than this entry more."""
    more = len(after.entries) - len(before.entries)
    headings = [one.path for one in after.sections] != [one.path for one in before.sections]
    old = Counter(_words(one.text) for one in before.entries)
    new = Counter(_words(one.text) for one in after.entries)
    reasons = (
        (more < 0, f"it would swallow {1 - more} of the entries around it {_OPEN}"),
        (headings and len(after.sections) < len(before.sections), f"it would swallow what follows it {_OPEN}"),
        (headings, "it would change the list's headings"),
        (more == 0, "it would not stand as an entry of its own; begin it the way its neighbours do"),
        (more > 1, f"it would be read as {more} entries; one at a time"),
        (bool(old - new), "it would run together with the entry next to it"),
        (new - old != Counter((_words(entry),)), "only a part of it would be read as the entry"),
    )
    return next((reason for broken, reason in reasons if broken), None)


def _words(entry: str) -> str:
    """An entry's text without its number, which goes up when one is put before it, and without runs of blanks."""
    return " ".join(_NUMBER.sub("", entry).split())
