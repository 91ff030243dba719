"""Whether a list files one paper in several sections on purpose, such as a venue's section and a topic's."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from triage.identity import title_key
from triage.lists.document import Document
from triage.lists.headings import TIME, VENUE
from triage.models import Facts, SectionPath

_LEAST = 5


@dataclass(frozen=True, slots=True)
class SeveralSections:
    """`twice` of `papers` titles stand in more than one section (`share`); `kinds` counts the pairs of section kinds
    ("topic", "venue", "time") among them, the commonest first. `deliberate` says that this is the list's habit."""

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
