"""The outline of a survey: its sections with their papers, made from the list's taxonomy, kept in outline.toml, and
edited there by a person.

People write surveys of about eight main sections with eighteen below them. So tiny sections stand together, and one
that has grown huge is split.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from triage.models import SectionPath
from triage.writing.markup import one_line

MOST_MAIN = 12
TINY = 3
"""A section of fewer papers stands with others of its kind."""
HUGE = 20
"""A section of more papers, without sections below it, is split."""
LEAST_PART = 3

TO_PLACE = "To place"
"""The section for papers of which the outline does not say where they belong."""
OTHER = "Other topics"


@dataclass(frozen=True, slots=True)
class OutlineSection:
    """A section: the citation keys of its `papers`, and the sections below it. Papers that come to the `lists` sections
    of the list later belong here. `words` is how long it shall be, None: its share of the whole."""

    title: str
    papers: tuple[str, ...] = ()
    sections: tuple["OutlineSection", ...] = ()
    lists: tuple[SectionPath, ...] = ()
    words: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The papers of this section and of those below it."""
        return (*self.papers, *(key for below in self.sections for key in below.keys))


@dataclass(frozen=True, slots=True)
class Outline:
    """What a survey is to say, and where. `words` is how long it shall be as a whole, None: as its papers need."""

    title: str
    sections: tuple[OutlineSection, ...] = ()
    words: int | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Every paper, in order, each once."""
        return tuple(dict.fromkeys(key for section in self.sections for key in section.keys))


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper with the section of the list where it stands."""

    key: str
    title: str
    section: SectionPath


Split = Callable[[Sequence[str]], Sequence[tuple[str, Sequence[str]]]]
"""Parts the papers of a huge section, given by key, into named groups; [] if they are all alike."""


def make_outline(title: str, papers: Sequence[Placed], split: Split = lambda _: ()) -> Outline:
    """An outline of these papers, given in the list's order: the list's sections, tiny ones together, huge ones
    split."""
    roots = _tree(papers)
    while len(roots) == 1 and roots[0].sections:
        only = roots[0]
        own = (replace(only, sections=()),) if only.papers else ()
        roots = [*own, *only.sections]
    mains = [_balanced(_two_levels(root), split) for root in roots]
    mains = _gathered(mains, OTHER)
    if len(mains) > MOST_MAIN:
        by_size = sorted(mains, key=lambda one: len(one.keys))
        small = {id(one) for one in by_size[: len(mains) - MOST_MAIN + 1]}
        rest = [replace(one, papers=one.keys, sections=()) for one in mains if id(one) in small]
        mains = [one for one in mains if id(one) not in small]
        mains.append(OutlineSection(OTHER, sections=tuple(rest)))
    return Outline(one_line(title), tuple(mains))


def _tree(papers: Sequence[Placed]) -> list[OutlineSection]:
    """The list's sections as they are, each with the papers that stand right in it."""
    own: dict[SectionPath, list[str]] = {}
    for paper in papers:
        for depth in range(1, len(paper.section)):
            own.setdefault(paper.section[:depth], [])
        own.setdefault(paper.section or (OTHER,), []).append(paper.key)

    def below(above: SectionPath) -> list[OutlineSection]:
        return [
            OutlineSection(clean_title(path[-1]), tuple(keys), tuple(below(path)), (path,))
            for path, keys in own.items()
            if path[:-1] == above
        ]

    return below(())


def clean_title(heading: str) -> str:
    """A heading of the list as a survey has it: without the number and the signs in front."""
    text = re.sub(r"^(?:[^\w(]+|(?:\d{1,3}\.)*\d{1,3}[.):]?\s+)+", "", one_line(heading))
    return text.rstrip(" :·–-") or one_line(heading)


def _two_levels(section: OutlineSection) -> OutlineSection:
    """What stands deeper than one level below joins what it stands under."""
    flat = tuple(
        replace(below, papers=below.keys, sections=(), lists=tuple(_all_lists(below))) for below in section.sections
    )
    return replace(section, sections=flat)


def _all_lists(section: OutlineSection) -> Iterator[SectionPath]:
    yield from section.lists
    for below in section.sections:
        yield from _all_lists(below)


def _balanced(section: OutlineSection, split: Split) -> OutlineSection:
    below = _gathered(section.sections, f"Other work on {_inside(section.title)}")
    if len(below) == 1 and (not section.papers or len(below[0].papers) < TINY):
        # One section below another says nothing that its parent does not.
        return replace(section, papers=section.keys, sections=(), lists=(*section.lists, *below[0].lists))
    section = replace(section, sections=tuple(below))
    if len(section.papers) <= HUGE:
        return section
    parts = [(name, keys) for name, keys in split(section.papers) if len(keys) >= LEAST_PART]
    if len(parts) < 2:
        return section
    named = {key for _, keys in parts for key in keys}
    rest = tuple(key for key in section.papers if key not in named)
    split_off = tuple(OutlineSection(name, tuple(keys)) for name, keys in parts)
    return replace(section, papers=rest, sections=(*split_off, *section.sections))


def _inside(title: str) -> str:
    """A title within a sentence: its first word small, unless it is a name or an acronym."""
    first = title.split(" ", maxsplit=1)[0]
    return title[:1].lower() + title[1:] if first[1:].islower() else title


def _gathered(sections: Sequence[OutlineSection], title: str) -> list[OutlineSection]:
    """The sections, those with hardly any papers as one at the end; a single tiny one stays as it is."""
    tiny = [one for one in sections if len(one.keys) < TINY]
    if len(tiny) < 2:
        return list(sections)
    lists = tuple(path for one in tiny for path in _all_lists(one))
    other = OutlineSection(title, tuple(key for one in tiny for key in one.keys), lists=lists)
    return [*(one for one in sections if len(one.keys) >= TINY), other]


def place_new(outline: Outline, papers: Sequence[Placed]) -> tuple[Outline, dict[str, tuple[str, ...]]]:
    """The outline with those of these papers that it lacks, and where each went, as titles of sections: where papers of
    their section of the list belong, else into "To place"."""
    known = set(outline.keys)
    went: dict[str, tuple[str, ...]] = {}
    for paper in papers:
        if paper.key in known:
            continue
        path = _home(outline.sections, paper.section)
        outline = replace(outline, sections=_with(outline.sections, path or (TO_PLACE,), paper.key))
        went[paper.key] = path or (TO_PLACE,)
    return outline, went


def _home(sections: Sequence[OutlineSection], wanted: SectionPath) -> tuple[str, ...]:
    """The titles of the section that takes papers of this section of the list, or of the nearest one above it."""
    homes = {path: titles for titles, section in walk(sections) for path in section.lists}
    for depth in range(len(wanted), 0, -1):
        if wanted[:depth] in homes:
            return homes[wanted[:depth]]
    return ()


def walk(
    sections: Sequence[OutlineSection], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], OutlineSection]]:
    """Every section with the titles from the outermost to its own, in order."""
    for section in sections:
        path = (*above, section.title)
        yield path, section
        yield from walk(section.sections, path)


def _with(sections: tuple[OutlineSection, ...], path: tuple[str, ...], key: str) -> tuple[OutlineSection, ...]:
    place = next((n for n, section in enumerate(sections) if section.title == path[0]), None)
    if place is None:
        return (*sections, OutlineSection(path[0], (key,)))
    section = sections[place]
    if len(path) == 1:
        changed = replace(section, papers=(*section.papers, key))
    else:
        changed = replace(section, sections=_with(section.sections, path[1:], key))
    return (*sections[:place], changed, *sections[place + 1 :])
