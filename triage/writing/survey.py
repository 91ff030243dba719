"""A survey put together: what it says of itself around the sections on its papers, and what each part was made from."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from triage.models import SectionPath, TextFormat
from triage.writing import protocol
from triage.writing.document import Document, Section, Table, Work
from triage.writing.markup import Markdown, Markup
from triage.writing.outline import Outline, OutlineSection, walk
from triage.writing.protocol import Search
from triage.writing.tex import Latex

WORDS_A_PAPER = 75
"""How long a section is for each of its papers, unless the outline says otherwise."""
LEAST_WORDS = 150

WriteSection = Callable[[str, Sequence[Work], int], Section]
"""Writes the section of this title on these works, in about so many words."""


Compare = Callable[[str, Sequence[Work]], Table | None]
"""The table that compares these works, None if there is nothing to compare; the text is the caption's beginning."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey with what it was made from: by the path of a section's titles, a fingerprint of its works and place in
    the outline (`basis`), and by key one of each work (`made_from`)."""

    document: Document
    basis: Mapping[SectionPath, str]
    made_from: Mapping[str, str]


def markup_of(form: TextFormat) -> Markup:
    """The writer of this format."""
    return Latex() if form is TextFormat.TEX else Markdown()


def compose(
    outline: Outline,
    works: Mapping[str, Work],
    search: Search,
    write: WriteSection,
    compare: Compare,
    *,
    left_out: int = 0,
    advance: Callable[[int], None] = lambda _: None,
) -> Survey:
    """The survey that this outline describes, of these works, by key; keys of the outline that are not among them are
    passed over, and sections without a work left out. `left_out` papers were taken, and are not in the outline;
    `advance` is told how many works each section was written from."""
    shares = _shares(outline)
    mains: list[Section] = []
    groups: dict[str, Sequence[Work]] = {}
    for main in outline.sections:
        found = _works(main.keys, works)
        if found:
            groups[main.title] = found
            mains.append(_main_section(main, works, shares, write, compare, advance))
    every = _works(outline.keys, works)
    named = sorted({one.by for main in mains for one in main.sentences if one.by})
    search = replace(search, language_model=", ".join(named))
    before = protocol.introduction(groups)
    after = (protocol.method(search, every, left_out), protocol.limits(search, every))
    document = Document(outline.title, (), (before, *mains, *after))
    document = replace(document, abstract=(protocol.abstract(groups, len(_comparing(mains))),))
    return Survey(document, _basis(outline, works), {work.key: fingerprint(work) for work in every})


def _main_section(
    main: OutlineSection,
    works: Mapping[str, Work],
    shares: Mapping[SectionPath, int],
    write: WriteSection,
    compare: Compare,
    advance: Callable[[int], None],
) -> Section:
    """A main section. If there are sections below it, one table compares all its works, and they have none."""

    def written(section: OutlineSection, path: SectionPath) -> Section:
        own = _works(section.papers, works)
        made = write(section.title, own, shares[path]) if own else Section(section.title)
        advance(len(own))
        below = [written(one, (*path, one.title)) for one in section.sections if _works(one.keys, works)]
        return replace(made, sections=tuple(below))

    section = written(main, (main.title,))
    if not section.sections:
        return section
    groups = {one.title: _works(one.keys, works) for one in main.sections if _works(one.keys, works)}
    if own := _works(main.papers, works):
        groups = {"in general": own, **groups}
    table = compare(main.title, _works(main.keys, works))
    bare = tuple(_without_tables(one) for one in section.sections)
    paragraphs = (protocol.overview(groups), *section.paragraphs)
    return replace(section, paragraphs=paragraphs, tables=(table,) if table else (), sections=bare)


def _without_tables(section: Section) -> Section:
    return replace(section, tables=(), sections=tuple(map(_without_tables, section.sections)))


def _comparing(sections: Iterable[Section]) -> list[Table]:
    return [table for section in sections for table in (*section.tables, *_comparing(section.sections))]


def _works(keys: Iterable[str], works: Mapping[str, Work]) -> list[Work]:
    return [works[key] for key in dict.fromkeys(keys) if key in works]


def _shares(outline: Outline) -> dict[SectionPath, int]:
    """How many words each section's own papers get: what the outline says of the section, else their share of what it
    says of the whole, else as many as so many papers need."""
    count = max(1, sum(len(section.papers) for _, section in walk(outline.sections)))
    found: dict[SectionPath, int] = {}
    for path, section in walk(outline.sections):
        share = WORDS_A_PAPER * len(section.papers)
        if outline.words:
            share = outline.words * len(section.papers) // count
        found[path] = section.words or (share if outline.words else max(LEAST_WORDS, share))
    return found


def _basis(outline: Outline, works: Mapping[str, Work]) -> dict[SectionPath, str]:
    return {
        path: _hash("\n".join(f"{work.key} {fingerprint(work)}" for work in _works(section.keys, works)))
        for path, section in walk(outline.sections)
    }


def fingerprint(work: Work) -> str:
    """What is known of a work, as a short text that changes with it."""
    said = "\n".join(f"{one.page} {one.start} {one.text}" for one in work.source.sentences)
    return _hash(f"{work.source.title}\n{work.facts!r}\n{said}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
