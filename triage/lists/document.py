"""A README read as a list: sections, entries, templates kept for copying, each with its exact place in the text.

Also what is an entry: bullets, table rows and paragraphs that name a paper, and, in lists that give every paper a
heading of its own, those headings. Joining `Document.pieces` gives back the text, character for character, whatever the
text is.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from triage.errors import ListError
from triage.lists.fields import EntryFields, read_fields
from triage.lists.sections import (
    HOUSEKEEPING,
    TOPIC,
    Section,
    is_group_name,
    leads_elsewhere,
    looks_like_paper,
    read_sections,
    sections_without_papers,
)
from triage.lists.structure import BLANK, HEADED, ROW, RULE, Block, Line, find_blocks, read_lines
from triage.lists.values import label_kind
from triage.models import SectionPath

_ANCHOR_LINK = re.compile(r"\]\(\s*+#[^)]{0,500}\)|href\s*=\s*[\"']#", re.IGNORECASE)
_LINK = re.compile(r"\]\(\s*<?[^)\s]+|href\s*=\s*[\"']?[^\"'\s>]+|https?://\S+|\]\(\s*\)", re.IGNORECASE)
_FULL_LINK = re.compile(r"\]\(\s*+<?[^)#\s]|href\s*=\s*[\"'][^#\"']|https?://", re.IGNORECASE)
_EMPTY_LINK = re.compile(r"\]\(\s*+(?:(?:url|link|#|xxx?|\.\.\.)\s*+)?\)", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_MARKUP = re.compile(r"!?\[\[?|\]\]?\([^)]{0,2000}\)\]?|</?[A-Za-z][^<>]*+>|https?://\S+|[*_`|>#\\\[\]()]")
_PLACEHOLDER = re.compile(
    r"\b(?:paper|title|name|authors?|venue|conference|year|link|url|code|abs|pdf|arxiv|datasets?|project|page|date|brief|summary|description|tba|xxx+|yyyy|mm|dd)\b",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\s*(?:[-*+]\s+)?\W{0,4}[A-Za-z][A-Za-z /-]{1,24}\W{0,3}[:：]")
_LINKED = re.compile(r"\]\([^)#\s]|href\s*=|https?://", re.IGNORECASE)
_ADDRESS_BELOW = re.compile(r"\n[ \t]*(?:[A-Za-z]{2,10}[ \t]?[:：][ \t]*)?<?https?://[^\s<>]++>?[ \t]*\Z")
"""A title's address on the line below it, alone or behind a label."""
_FEW_LINES = 4
_MOSTLY_PAPERS = 0.6
_LEAST = 3
Headed = Mapping[int, tuple[SectionPath, int, int]]
"""Section index to the entry it is: the path it stands under, its first and its last line (indices)."""
_DEEPEST = 6
_ENOUGH_LINES = 60
_ENOUGH_LETTERS = 3000
_START = 'To start a new list, run "triage init --new".'


@dataclass(frozen=True)
class Entry:
    """One listed paper (or dataset, or tool): text[start:end] of its document, without the last line's ending.

    `kind` is "item", "paragraph", "row" or "headed"; `columns` are a table's headings, else ().
    """

    section: SectionPath
    start: int
    end: int
    line: int
    text: str
    kind: str = "item"
    columns: tuple[str, ...] = ()

    @cached_property
    def parsed(self) -> EntryFields:
        """What the entry says, read without knowledge of the rest of the list."""
        return read_fields(self.text, self.columns)

    @property
    def fields(self) -> Mapping[str, str]:
        """Field name to text: title, authors, venue, year, date, paper, code, summary, datasets, …"""
        return self.parsed.values

    @property
    def title(self) -> str:
        """The paper's title as plain text; empty if none was found."""
        return self.parsed.title

    @property
    def arxiv_id(self) -> str | None:
        """The arXiv id that a link gives away."""
        return self.parsed.arxiv_id

    @property
    def doi(self) -> str | None:
        """The DOI that a link gives away."""
        return self.parsed.doi

    @property
    def links(self) -> tuple[str, ...]:
        """Every link target, in order."""
        return self.parsed.links

    @property
    def venue(self) -> str | None:
        """Where it appeared, without the year, as the list writes it."""
        return self.parsed.values.get("venue") or None

    @property
    def year(self) -> int | None:
        """The year of the venue, else of the date."""
        return self.parsed.year

    @property
    def summary(self) -> str | None:
        """The list's own sentence about the paper."""
        return self.parsed.values.get("summary") or None

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data sets that the entry names."""
        return self.parsed.datasets

    @property
    def authors(self) -> tuple[str, ...]:
        """The authors as the list names them, "First Last" each."""
        return self.parsed.authors


@dataclass(frozen=True)
class Document:
    """A list's text with everything found in it. `templates` are entries kept for copying: empty of a paper."""

    text: str
    sections: tuple[Section, ...]
    entries: tuple[Entry, ...]
    templates: tuple[Entry, ...] = ()
    title: str = ""
    lines: Sequence[Line] = field(default=(), repr=False)

    @cached_property
    def pieces(self) -> tuple[str, ...]:
        """The text cut at every section, entry and template: joined, they are the text."""
        cuts = {0, len(self.text)}
        for section in self.sections:
            cuts.update((section.start, section.body, section.end))
        for entry in (*self.entries, *self.templates):
            cuts.update((entry.start, entry.end))
        places = sorted(cuts)
        return tuple(self.text[a:b] for a, b in itertools.pairwise(places))

    @cached_property
    def by_section(self) -> Mapping[SectionPath, tuple[Entry, ...]]:
        """The entries of each section, in the list's order."""
        found: dict[SectionPath, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.section, []).append(entry)
        return {path: tuple(entries) for path, entries in found.items()}

    @cached_property
    def taxonomy(self) -> tuple[SectionPath, ...]:
        """The section paths under which a new paper may be filed, in the list's order.

        Those that hold papers, and empty ones beside them (same parent, no sections below, no text of their own). In a
        list without any entry: every section but the title and housekeeping.
        """
        holding = set(self.by_section)
        if not holding:
            return self._topics
        parents = {path[:-1] for path in holding}
        inner = {section.path[:-1] for section in self.sections}
        found: dict[SectionPath, None] = {}
        for section in self.sections:
            if section.path == (self.title,) and section.path not in holding:
                continue
            empty = not self.text[section.body : section.end].strip(" \t\r\n-*_")
            beside = section.path[:-1] in parents and section.path not in inner and empty
            if section.path in holding or (beside and section.kind != HOUSEKEEPING):
                found[section.path] = None
        for path in self.by_section:
            found.setdefault(path, None)
        return tuple(found)

    @property
    def _topics(self) -> tuple[SectionPath, ...]:
        kept = (one for one in self.sections if one.level and one.kind != HOUSEKEEPING)
        return tuple(dict.fromkeys(one.path for one in kept if one.path != (self.title,)))

    @property
    def sections_to_fill(self) -> tuple[SectionPath, ...]:
        """Where a person may put a paper: the taxonomy, and every other heading but the title and housekeeping."""
        others = (one.path for one in self.sections if one.kind != HOUSEKEEPING and one.path != (self.title,))
        return tuple(dict.fromkeys((*self.taxonomy, *others)))

    def section(self, path: SectionPath) -> Section | None:
        """The (first) section of this path, None if the list has none."""
        return next((section for section in self.sections if section.path == path), None)


def read(text: str, may_be_empty: bool = False) -> Document:
    """Reads a README. Raises ListError for an empty text, a binary one, or, unless it `may_be_empty` of entries, one in
    which no entry is found."""
    if not text.strip():
        raise ListError(f"the list is empty: nothing to learn a format from. {_START}")
    if "\x00" in text[:8192]:
        raise ListError(f"the list is not a text file (it holds zero bytes). Name a Markdown file. {_START}")
    document = scan(text)
    if not document.entries and not may_be_empty:
        raise ListError(
            "no entry was found in the list: expected bullets, paragraphs or table rows with a title and a link. "
            f"Add one by hand and run again. {_START}"
        )
    return document


def scan(text: str) -> Document:
    """Like `read`, for any text: a list may turn out to hold no entry at all."""
    lines = read_lines(text)
    sections, bodies, title = read_sections(text, lines)
    headed = headed_entries(lines, sections, bodies)
    sections, bodies = without(sections, bodies, headed)
    found = [(section, _candidates(lines, first, end)) for section, (first, end) in zip(sections, bodies, strict=True)]
    paragraphs = _paragraphs_are_entries(lines, found)
    entries: list[Entry] = []
    templates: list[Entry] = []
    intro: list[Entry] = []
    for number, (section, candidates) in enumerate(found):
        into = intro if number == 0 and len(found) > 1 and section.path == (title,) else entries
        for block in _chosen(lines, section, candidates, paragraphs):
            entry = _entry(text, lines, section.path, block)
            if is_template(entry.text):
                templates.append(entry)
            elif is_entry(entry.text, block.kind):
                into.append(entry)
    for path, first, last in headed.values():
        entries.append(_entry(text, lines, path or (title or "Papers",), Block(HEADED, first, last)))
    entries = _papers(entries)
    entries = sorted([*entries, *_alike(intro, entries)], key=lambda entry: entry.start)
    return Document(text, tuple(sections), tuple(entries), tuple(templates), title, lines)


def conflict_line(text: str) -> int | None:
    """The number of the first line that git left behind in the middle of a merge, None if there is none."""
    if "<<<<<<< " not in text and ">>>>>>> " not in text:
        return None
    marks = ("<<<<<<< ", ">>>>>>> ")
    return next((number for number, line in enumerate(text.split("\n"), 1) if line.startswith(marks)), None)


def _alike(intro: Sequence[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """What stands under the list's title is no entry (our other work, how to help) unless it looks like the others."""
    if not entries or not intro:
        return list(intro)
    shapes = {_look(entry) for entry in entries}
    return [entry for entry in intro if _look(entry) in shapes]


def _look(entry: Entry) -> tuple[str, tuple[str, ...], str, str]:
    parse = entry.parsed.parse
    pattern = next((chunk.pattern for chunk in parse.chunks if chunk.field == "title"), "")
    return entry.kind, entry.columns, parse.gaps[0], pattern.replace(":stop", "")


def _candidates(lines: Sequence[Line], first: int, end: int) -> list[Block]:
    found: list[Block] = []
    for block in find_blocks(lines, first, end):
        found.extend(_opened(lines, block, 0))
    return found


def _papers(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without whole sections of other things, and, in a list of papers, without the tools, data and talks
    that stand among them."""
    others = sections_without_papers([(entry.section, entry.text) for entry in entries])
    kept = [entry for entry in entries if entry.section not in others]
    alike = [looks_like_paper(entry.text) for entry in kept]
    if sum(alike) < _MOSTLY_PAPERS * len(kept):
        return kept
    return [
        entry
        for entry, is_alike in zip(kept, alike, strict=True)
        if is_alike or not leads_elsewhere(entry.text) or (entry.venue and entry.year)
    ]


def _opened(lines: Sequence[Line], block: Block, depth: int) -> list[Block]:
    """An item that only names a group is replaced by the items nested in it, up to a few levels down."""
    if depth > _DEEPEST:
        return [block]
    name = lines[block.first].text
    marked = "**" in name or "<" in name
    if block.kind != "item" or block.last == block.first or "](" in name or (marked and not is_group_name(name)):
        return [block]
    nested = find_blocks(lines, block.first + 1, block.last + 1)
    items = [inner for inner in nested if inner.kind == "item"]
    if items and sum(is_entry(_text_of(lines, inner), "item", nested=True) for inner in items) * 2 > len(items):
        return [deeper for inner in items for deeper in _opened(lines, inner, depth + 1)]
    return [block]


def _text_of(lines: Sequence[Line], block: Block) -> str:
    """The block's text for telling what it is; its first lines suffice."""
    last = min(block.last, block.first + _ENOUGH_LINES)
    return "\n".join(lines[i].text.strip()[:_ENOUGH_LETTERS] for i in range(block.first, last + 1))


def _paragraphs_are_entries(lines: Sequence[Line], found: Sequence[tuple[Section, Sequence[Block]]]) -> bool:
    """Whether this list writes its entries as paragraphs: most of what looks like an entry is one."""
    kinds: Counter[str] = Counter()
    for section, candidates in found:
        if section.kind == HOUSEKEEPING:
            continue
        for block in candidates:
            content = _text_of(lines, block)
            if is_entry(content, block.kind) and not is_contents(content):
                kinds["paragraph" if block.kind in ("paragraph", "html") else "other"] += 1
    return kinds["paragraph"] > kinds["other"]


def _chosen(lines: Sequence[Line], section: Section, candidates: Sequence[Block], paragraphs: bool) -> list[Block]:
    """The blocks of a section that may be entries."""
    if section.kind == HOUSEKEEPING:
        return [block for block in candidates if is_template(_text_of(lines, block))]
    listed = [block for block in candidates if block.kind in ("item", "row")]
    if listed and sum(is_contents(_text_of(lines, block)) for block in listed) * 2 > len(listed):
        return []
    if paragraphs:
        return [block for block in candidates if block.kind in ("paragraph", "row")] or listed
    return listed


def _entry(text: str, lines: Sequence[Line], path: SectionPath, block: Block) -> Entry:
    start, last = lines[block.first].start, lines[block.last]
    end = last.start + len(last.text)
    columns = _columns(lines[block.header].text) if block.header is not None and block.kind == ROW else ()
    return Entry(path, start, end, lines[block.first].number, text[start:end], block.kind, columns)


def _columns(header: str) -> tuple[str, ...]:
    return tuple(re.sub(r"[*_`]", "", cell).strip() for cell in header.strip().strip("|").split("|"))


def is_contents(text: str) -> bool:
    """Whether every link of the block leads into the page itself."""
    inside = len(_ANCHOR_LINK.findall(text))
    return inside > 0 and inside >= len(_LINK.findall(text))


def is_template(text: str) -> bool:
    """Whether this is an entry without a paper: links without targets, and no words but those of labels."""
    if _FULL_LINK.search(text) or not _EMPTY_LINK.search(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", _PLACEHOLDER.sub(" ", _MARKUP.sub(" ", text)))
    return "****" in text or len(words) <= 3


def is_entry(text: str, kind: str, nested: bool = False) -> bool:
    """Whether the block names something with a title and points at it, dates it, or sets it off in bold."""
    if is_contents(text):
        return False
    words = re.findall(r"[^\W\d_]{2,}", _MARKUP.sub(" ", text))
    linked = bool(_LINK.search(text))
    if kind == "row":
        return bool(words) and (linked or len(words) >= 3)
    if kind in ("paragraph", "html"):
        if _ADDRESS_BELOW.search(text) and "\n" in text.strip() and not text.startswith(("[", "http")):
            return text.count("\n") <= _FEW_LINES and len(words) >= 4
        starts = re.match(r"\s*(?::\w+:\s*+)*+(?:[^\w\s*\[<]+\s*)?(?:\*\*|\[|<b>|<strong>|\d+[.)]\s)", text) is not None
        return starts and linked and len(words) >= (2 if "**" in text[:4] else 4) and ("](" in text or "href" in text)
    if nested:
        return linked and len(words) >= 1 and label_kind(" ".join(words)) is None
    return (linked and len(words) >= 1) or (len(words) >= 5 and (bool(_YEAR.search(text)) or "**" in text))


def headed_entries(lines: Sequence[Line], sections: Sequence[Section], bodies: Sequence[tuple[int, int]]) -> Headed:
    """The sections that are entries: three or more sisters, most with a title's words and nothing but a paper's own
    lines beneath."""
    sisters: dict[tuple[int, SectionPath], list[int]] = defaultdict(list)
    for number, section in enumerate(sections):
        innermost = number + 1 == len(sections) or sections[number + 1].level <= section.level
        if section.level > 1 and innermost and section.kind == TOPIC:
            sisters[section.level, section.path[:-1]].append(number)
    found: dict[int, tuple[SectionPath, int, int]] = {}
    for (_, parent), numbers in sisters.items():
        fitting = [number for number in numbers if _is_paper(lines, bodies[number])]
        words = sum(len(sections[number].title.split()) for number in fitting)
        if len(fitting) >= max(_LEAST, 0.7 * len(numbers)) and words >= 4 * len(fitting):
            for number in fitting:
                first, end = bodies[number]
                found[number] = (parent, first - 1, _last_written(lines, first - 1, end))
    return found


def without(
    sections: Sequence[Section], bodies: Sequence[tuple[int, int]], headed: Headed
) -> tuple[list[Section], list[tuple[int, int]]]:
    """The sections that are no entries; what stood under those that are belongs to the section above."""
    kept: list[Section] = []
    ranges: list[tuple[int, int]] = []
    for number, (section, body) in enumerate(zip(sections, bodies, strict=True)):
        if number not in headed:
            kept.append(section)
            ranges.append(body)
        elif kept:
            kept[-1] = replace(kept[-1], end=section.end)
    return kept, ranges


def _is_paper(lines: Sequence[Line], body: tuple[int, int]) -> bool:
    first, end = body
    text = [line.text for line in lines[first - 1 : end]]
    if not _LINKED.search("\n".join(text)):
        return False
    blocks = find_blocks(lines, first, end)
    items = [block for block in blocks if block.kind in ("item", "row")]
    if any(block.kind == "row" for block in items) or len(blocks) > 12:
        return False
    return all(_own_line(lines[block.first].text) for block in items)


def _own_line(text: str) -> bool:
    """Whether a bullet is about the paper above it ("Authors: …", "[code](…)") rather than about another one."""
    if _LABELLED.match(text) and not re.match(r"\s*(?:[-*+]\s+)?\*\*[^*]{40,}", text):
        return True
    label = re.sub(r"\]\([^)]*\)|[\[\]*_`]|https?://\S+|^\s*[-*+]\s+", " ", text)
    return label_kind(" ".join(label.split())) is not None or "](" not in text


def _last_written(lines: Sequence[Line], first: int, end: int) -> int:
    last = end - 1
    while last > first and (lines[last].kind in (BLANK, RULE)):
        last -= 1
    return last
