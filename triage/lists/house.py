"""The house format: templates learned from a list's entries, proven by them, and new entries written in it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from triage.errors import ListError
from triage.lists.chunks import Parse
from triage.lists.compose import compose, plain_template
from triage.lists.dates import LONG
from triage.lists.document import Document, Entry, scan
from triage.lists.entry_lines import entry_marker
from triage.lists.escape import Plain
from triage.lists.fields import read_fields
from triage.lists.grammar import Grammar, differs, learn_grammar
from triage.lists.headings import VENUE, section_kind
from triage.lists.leaves import venue_leaf
from triage.lists.retag import retag
from triage.lists.style import Style, learn_style, recency, values_of
from triage.lists.table import check_table
from triage.lists.template import Nodes, fields_of, parse_template, write
from triage.models import Facts, SectionPath

_MOST_TEMPLATES = 6
_MOST_IN_ALL = 8
_PAPER_LINKS = frozenset(("paper", "arxiv"))
_TRIED = tuple(
    Facts(
        title="How the small kites of 1843 were flown at night",
        authors=("Ada Finch", "Bo Larsen"),
        venue=venue,
        year=2025,
        day=date(2025, 6, 3),
        arxiv_id="2506.00001",
        code_url=code,
    )
    for venue, code in (("ICML", None), (None, "https://github.com/kites/night"))
)
"""Papers of which a template is asked whether it can be read again."""


@dataclass(frozen=True)
class Template:
    """One shape of entry. `text` is what a person may edit; `grammar` (absent after a reading from triage.toml) knows
    the list's lesser variants; `columns` are a table's headings; `sections` where it is used, with how often (none: it
    is not for new papers); `markers` what begins an entry there, if sections differ in that."""

    text: str
    kind: str = "item"
    columns: tuple[str, ...] = ()
    count: int = 0
    sections: Mapping[SectionPath, int] = field(default_factory=dict)
    grammar: Grammar | None = None
    markers: Mapping[SectionPath, str] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> Nodes:
        """The parsed text. Raises ConfigError if it cannot be parsed."""
        return parse_template(self.text)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The fields it can show."""
        return frozenset(fields_of(self.nodes))


@dataclass(frozen=True)
class House:
    """A list's format: its templates, the most used first, how it writes values, and its line ending."""

    templates: tuple[Template, ...]
    style: Style
    newline: str = "\n"


def learn(document: Document) -> House:
    """The house format of a list. Raises ListError if it has no entry."""
    return learn_from(document.entries, document.text)


def learn_from(entries: Sequence[Entry], text: str = "") -> House:
    """The house format of these entries; `text` tells the line ending."""
    if not entries:
        raise ListError('the list has no entry to learn a format from. Start one with "triage init --new".')
    groups: dict[tuple[tuple[str, ...], bool], list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[entry.columns, not entry.columns and _is_counted(entry)].append(entry)
    style = learn_style(entries)
    templates = [template for members in groups.values() for template in _templates(members, style)]
    windows = text.count("\r\n") * 2 > text.count("\n")
    return House(tuple(_most_used(templates)), style, "\r\n" if windows else "\n")


def _is_counted(entry: Entry) -> bool:
    """Whether the entry begins with a number that counts it."""
    return any(chunk.role == "number" for chunk in entry.parsed.parse.chunks[:1])


def _templates(entries: Sequence[Entry], style: Style) -> list[Template]:
    """The templates of entries of one kind. Of what a template writes of a new paper, the list's own reader must find
    title and address again; one of which it does not is for no section, and if that is so of all, a plain one is added.
    """
    columns = entries[0].columns
    found: list[Template] = []
    for grammar, covered in _grammars(entries):
        kind = Counter(entry.kind for entry in covered).most_common(1)[0][0]
        sections = Counter(entry.section for entry in covered)
        text = compose(grammar, bool(columns))
        markers = {} if columns else _markers(covered)
        found.append(Template(text, kind, columns, len(covered), dict(sections), grammar, markers))
    fit = [_is_read_again(template, style) for template in found]
    plain = [] if any(fit) else [replace(found[0], text=plain_template(entries), count=0, grammar=None, markers={})]
    return plain + [one if good else replace(one, sections={}) for one, good in zip(found, fit, strict=True)]


def _is_read_again(template: Template, style: Style) -> bool:
    """Whether what the template writes of a paper is found in a list again, with its title and its address."""
    for paper in _TRIED:
        text = write(template.nodes, values_of(paper, style, template.roles, row=bool(template.columns)))
        if template.kind in ("item", "paragraph"):
            found = scan(f"# List\n\n{text}\n").entries
            if [entry.text for entry in found] != [text]:
                return False
        fields = read_fields(text, template.columns)
        if fields.title != paper.title or (template.roles & _PAPER_LINKS and fields.arxiv_id != paper.arxiv_id):
            return False
    return True


def _most_used(templates: Sequence[Template]) -> list[Template]:
    """At most eight, those for new papers before others and the most used first; but no kind of table goes without
    one."""
    ranked = sorted(templates, key=lambda template: (not template.sections, -template.count))
    first = {template.columns: number for number, template in reversed(list(enumerate(ranked)))}
    needed = set(first.values())
    spare = [number for number in range(len(ranked)) if number not in needed]
    kept = needed | set(spare[: max(0, _MOST_IN_ALL - len(needed))])
    return [ranked[number] for number in sorted(kept)]


def _grammars(entries: Sequence[Entry]) -> list[tuple[Grammar, list[Entry]]]:
    """As few grammars as explain the entries: what the first cannot write is learned from anew, if it is many."""
    found: list[tuple[Grammar, list[Entry]]] = []
    left = list(entries)
    while left and len(found) < _MOST_TEMPLATES:
        core = _core(left) if len(left) > 3 else left
        grammar = learn_grammar([_parse(entry) for entry in core])
        read = {entry.start: retag(grammar, _parse(entry)) for entry in left}
        covered = [entry for entry in left if differs(grammar, read[entry.start]) is None]
        if not covered:
            covered = core
        taken = {entry.start for entry in covered}
        others = [entry for entry in left if entry.start not in taken]
        found.append((learn_grammar([read[entry.start] for entry in covered], recency(covered)), covered))
        if len(others) < max(2, round(0.01 * len(entries))):
            break
        left = others
    return found


def _markers(entries: Sequence[Entry]) -> dict[SectionPath, str]:
    """Section to what begins its entries, if they do not all begin alike."""
    seen: dict[SectionPath, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if not _is_counted(entry):
            seen[entry.section][entry.parsed.parse.gaps[0]] += 1
    usual = {path: counts.most_common(1)[0][0] for path, counts in seen.items()}
    return usual if len(set(usual.values())) > 1 else {}


def _core(entries: Sequence[Entry]) -> list[Entry]:
    """The entries whose kind of lines is the commonest: those that share how title and marker are set."""
    shapes: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        parse = _parse(entry)
        title = next((chunk.form for chunk in parse.chunks if chunk.role == "title"), "")
        shapes[(title.replace(":stop", ""),)].append(entry)
    return max(shapes.values(), key=len)


def _parse(entry: Entry) -> Parse:
    parse = entry.parsed.parse
    if "\r" not in entry.text:
        return parse
    return Parse(parse.chunks, tuple(gap.replace("\r\n", "\n") for gap in parse.gaps))


def template_for(house: House, section: SectionPath) -> Template:
    """The template that this section uses most; in an empty one, that of the nearest sections around it."""
    scores = [0.0] * len(house.templates)
    weight = 1.0
    for depth in range(len(section), -1, -1):
        votes = [
            sum(count for path, count in template.sections.items() if path[:depth] == section[:depth])
            for template in house.templates
        ]
        total = sum(votes)
        if total:
            # A section of few entries is no evidence: each level of headings counts as much as two entries below it.
            certain = total / (total + 2)
            scores = [score + weight * certain * vote / total for score, vote in zip(scores, votes, strict=True)]
            weight *= 1 - certain
    return house.templates[scores.index(max(scores))]


def marker_for(template: Template, section: SectionPath) -> str | None:
    """What begins an entry in this section (or in those nearest to it), if sections differ in it."""
    for depth in range(len(section), -1, -1):
        seen: Counter[str] = Counter()
        for path, marker in template.markers.items():
            if path[:depth] == section[:depth]:
                seen[marker] += template.sections.get(path, 1)
        if seen:
            return seen.most_common(1)[0][0]
    return None


def render(house: House, facts: Facts, section: SectionPath) -> str:
    """The entry's exact text for that section, with the list's line endings and without blank lines around it.

    In a venue's own section ("CVPR 2025") a paper of which no venue is known has that one.
    """
    template = template_for(house, section)
    facts = _at_home(facts, section)
    values = values_of(facts, house.style, template.roles, row=bool(template.columns))
    return write_entry(house, template, values, section)


def write_entry(house: House, template: Template, fields: Mapping[str, str | Plain], section: SectionPath) -> str:
    """The entry's text from the texts of its fields, by this template: with what begins an entry in that section, and
    with the list's line endings."""
    text = write(template.nodes, fields)
    marker = marker_for(template, section)
    if marker is not None:
        text = marker + text[len(_own_marker(template, text)) :]
    return text.replace("\r\n", "\n").replace("\n", house.newline)


def _at_home(facts: Facts, section: SectionPath) -> Facts:
    if facts.venue or not section or section_kind(section[-1]) != VENUE:
        return facts
    leaf = venue_leaf(section[-1])
    said = dict(leaf.values) if leaf else {}
    year = said.get("year", "")
    if "venue" not in said or not year.isdigit():
        return facts
    return replace(facts, venue=said["venue"], year=int(year) if len(year) == 4 else 2000 + int(year))


def _own_marker(template: Template, text: str) -> str:
    """What begins the template's text, before it is changed for a section."""
    known = [marker for marker in template.markers.values() if text.startswith(marker)]
    return max((*known, entry_marker(text)), key=len)


def to_table(house: House) -> dict[str, object]:
    """The house format as plain values for triage.toml's [format]; `from_table` reads them back."""
    style = house.style
    return {
        "authors": style.authors,
        "date": style.date,
        "months": list(style.months),
        "preprint": style.preprint,
        "venues": list(style.venues),
        "arxiv_url": style.arxiv_url,
        "mark": style.mark,
        "marks": list(style.marks),
        "both_links": style.both_links,
        "short_year": style.short_year,
        "newline": "crlf" if house.newline == "\r\n" else "lf",
        "templates": [_template_table(template) for template in house.templates],
    }


def _template_table(template: Template) -> dict[str, object]:
    used = sorted(template.sections.items(), key=lambda item: -item[1])
    return {
        "entry": template.text,
        "kind": template.kind,
        "columns": list(template.columns),
        "count": template.count,
        "sections": [
            {"path": list(path), "count": count}
            | ({"marker": template.markers[path]} if path in template.markers else {})
            for path, count in used
        ],
    }


def from_table(table: Mapping[str, object]) -> House:
    """The house format that `to_table` wrote, perhaps edited. Raises ConfigError, naming the key that does not fit."""
    check_table(table)
    plain = cast(dict[str, Any], dict(table))
    style = Style(
        authors=plain.get("authors", "comma"),
        date=plain.get("date", "YYYY-MM-DD"),
        months=tuple(plain.get("months") or LONG),
        preprint=plain.get("preprint", ""),
        venues=tuple(plain.get("venues", ())),
        arxiv_url=plain.get("arxiv_url", "https://arxiv.org/abs/{id}"),
        mark=plain.get("mark", ""),
        marks=tuple(plain.get("marks", ())),
        both_links=plain.get("both_links", False),
        short_year=plain.get("short_year", False),
    )
    templates = tuple(
        Template(
            text=template["entry"],
            kind=template.get("kind", "item"),
            columns=tuple(template.get("columns", ())),
            count=template.get("count", 0),
            sections={tuple(used["path"]): used.get("count", 1) for used in template.get("sections", ())},
            markers={tuple(used["path"]): used["marker"] for used in template.get("sections", ()) if "marker" in used},
        )
        for template in plain["templates"]
    )
    return House(templates, style, "\r\n" if plain.get("newline") == "crlf" else "\n")
