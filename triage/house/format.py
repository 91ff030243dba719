"""The house format: how a list writes entries and values, learned from its entries and proven by them, and new entries
written in it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from triage import identity
from triage.errors import ListError
from triage.house.compose import age, compose, learn_grammars, plain_template
from triage.house.grammar import Grammar
from triage.house.template import Nodes, fields_of, parse_template, write
from triage.lists.document import Document, Entry, scan
from triage.lists.escape import Plain, one_line, safe_url
from triage.lists.fields import LONGEST_NAME, entry_marker, read_fields
from triage.lists.sections import VENUE, section_kind
from triage.lists.values import LONG, learn_dates, match_venue, style_of, write_date, write_people
from triage.models import Facts, SectionPath

_PREPRINT = re.compile(r"\W*(?:arxiv|preprint|corr|arxiv preprint|biorxiv|medrxiv)\W*(?:preprint)?\W*", re.IGNORECASE)
_ARXIV_URL = re.compile(r"(https?)://(?:www\.)?arxiv\.org/(abs|pdf)/[\w.\-/]+?(v\d+)?(\.pdf)?$", re.IGNORECASE)
_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/([\w.\-]+/[\w.\-]+?)(?:\.git)?(?:[/?#].*)?$", re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class Style:
    """How the list writes values.

    `preprint` is the venue of a preprint ("" if none is written); `venues` are the spellings that the list uses;
    `arxiv_url` has {id}; `date` is a pattern such as "YYYY/MM/DD"; `months` the twelve names; `mark` one star, `marks`
    the signs before entries; `both_links` whether published version and preprint are linked side by side;
    `short_year` whether 2024 is written 24.
    """

    authors: str = "comma"
    date: str = "YYYY-MM-DD"
    months: tuple[str, ...] = LONG
    preprint: str = ""
    venues: tuple[str, ...] = ()
    arxiv_url: str = "https://arxiv.org/abs/{id}"
    mark: str = ""
    marks: tuple[str, ...] = ()
    both_links: bool = False
    short_year: bool = False


def learn_style(entries: Sequence[Entry]) -> Style:
    """Learns from the entries' own fields."""
    values = [entry.fields for entry in entries]
    date, months = learn_dates([v["date"] for v in values if v.get("date")])
    marks = Counter(v["mark"] for v in values if v.get("mark"))
    both = sum("arxiv" in v and "paper" in v for v in values)
    alone = sum("arxiv" in v for v in values)
    years = [v["year"] for v in values if v.get("year")]
    return Style(
        authors=style_of([v["authors"] for v in values if v.get("authors")]),
        date=date or "YYYY-MM-DD",
        months=months,
        preprint=_preprint(values),
        venues=_venues(values),
        arxiv_url=_arxiv_url(entries),
        mark=_unit(marks),
        marks=tuple(mark for mark, _ in marks.most_common(6)),
        both_links=both * 5 > alone,
        short_year=sum(len(year) == 2 for year in years) * 2 > len(years) > 0,
    )


def _preprint(values: Sequence[Mapping[str, str]]) -> str:
    """What stands for the venue where a paper is only on arXiv; "" if nothing does."""
    seen: Counter[str] = Counter()
    for fields in values:
        venue = fields.get("venue", "")
        link = fields.get("paper") or fields.get("arxiv") or ""
        if _PREPRINT.fullmatch(venue):
            seen[venue] += 1
        elif not venue and identity.arxiv_id(link):
            seen[""] += 1
    return seen.most_common(1)[0][0] if sum(seen.values()) >= 2 else "arXiv"


def _venues(values: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The spellings of venues, the commonest of each first."""
    seen = Counter(fields["venue"] for fields in values if fields.get("venue"))
    return tuple(name for name, _ in seen.most_common(120))


def _venue_key(name: str) -> str:
    plain = re.sub(r"\bworkshops?\b", "w", name.casefold())
    return "".join(c for c in plain if c.isalnum())


def _spelled(name: str, style: Style) -> str | None:
    """A venue as the list spells it; None if the list does not know it."""
    key = _venue_key(name)
    return next((known for known in style.venues if _venue_key(known) == key), None)


def _arxiv_url(entries: Sequence[Entry]) -> str:
    shapes: Counter[tuple[str, str, str]] = Counter()
    linked = sorted((entry for entry in entries if entry.arxiv_id), key=age)
    for entry in linked[-max(12, len(linked) // 4) :]:
        for link in entry.links:
            found = _ARXIV_URL.match(link)
            if found:
                shapes[found[1].lower(), found[2].lower(), found[4] or ""] += 1
    scheme, place, suffix = shapes.most_common(1)[0][0] if shapes else ("https", "abs", "")
    return f"{scheme}://arxiv.org/{place}/{{id}}{suffix}"


def _unit(marks: Counter[str]) -> str:
    """One star, if the marks are runs of one sign."""
    if not marks:
        return ""
    shortest = min(marks, key=len)
    runs = sum(count for mark, count in marks.items() if mark == shortest * (len(mark) // len(shortest)))
    return shortest if runs == sum(marks.values()) and len(marks) > 1 else ""


def values_of(facts: Facts, style: Style, fields: frozenset[str], row: bool = False) -> dict[str, str | Plain]:
    """The facts as the texts of these fields; what is unknown is left out. What comes from outside is `Plain`, to be
    escaped where it is put; `row` says that this is in a table."""

    def plain(text: str | None) -> Plain | None:
        return Plain(text, row) if text and one_line(text) else None

    arxiv = style.arxiv_url.replace("{id}", facts.arxiv_id) if facts.arxiv_id else None
    day, year = facts.day, facts.year or (facts.day.year if facts.day else None)
    found: dict[str, str | Plain | None] = {
        "title": plain(one_line(facts.title).removesuffix(".").rstrip()),
        "authors": plain(write_people(facts.authors, style.authors)),
        "venue": _venue(facts, style) or plain(facts.venue),
        "year": str(year)[-2:] if year and style.short_year else str(year) if year else None,
        "date": write_date(day, style.date, style.months) if day else None,
        "code": safe_url(facts.code_url),
        "project": safe_url(facts.project_url),
        "data": safe_url(facts.data_url),
        "figure": safe_url(facts.figure_url),
        "summary": plain(facts.summary),
        "abstract": plain(facts.abstract),
        "datasets": plain(", ".join(facts.datasets)),
        "mark": _mark(facts, style),
        "number": "1",
        "arxiv_id": plain(facts.arxiv_id),
        "doi": plain(facts.doi),
    }
    found |= _paper_links(facts, style, fields, safe_url(arxiv))
    found |= {part: plain(text) for part, text in _parts_of_title(facts.title).items()}
    repository = _GITHUB.match(facts.code_url or "")
    found["repo"] = repository.group(1) if repository else None
    return {name: value for name, value in found.items() if value}


def _parts_of_title(title: str) -> dict[str, str]:
    """Name and subtitle of a title such as "KiteNet: Wings that Learn"; empty if it has no name."""
    name, colon, subtitle = one_line(title).removesuffix(".").partition(": ")
    return {"name": name, "subtitle": subtitle.strip()} if colon and len(name.split()) <= LONGEST_NAME else {}


def _venue(facts: Facts, style: Style) -> str | None:
    """The venue in the list's own words, if it has some for it."""
    if facts.venue:
        return _spelled(facts.venue, style)
    return style.preprint if facts.arxiv_id else None


def _paper_links(facts: Facts, style: Style, fields: frozenset[str], arxiv: str | None) -> dict[str, str | None]:
    """The published version and the preprint, side by side or one of them, as the list does."""
    published = safe_url(facts.paper_url) or (
        safe_url(f"https://doi.org/{facts.doi}") if facts.doi and not arxiv else None
    )
    if "arxiv" not in fields:
        return {"paper": published or arxiv}
    if style.both_links or "paper" not in fields:
        return {"paper": published, "arxiv": arxiv}
    if facts.venue or not arxiv:
        return {"paper": published or arxiv}
    return {"arxiv": arxiv}


def _mark(facts: Facts, style: Style) -> str | None:
    if facts.stars and style.mark:
        return style.mark * facts.stars
    return "".join(mark for mark in facts.marks if mark in style.marks) or None


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
    def fields(self) -> frozenset[str]:
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
    return any(chunk.field == "number" for chunk in entry.parsed.parse.chunks[:1])


def _templates(entries: Sequence[Entry], style: Style) -> list[Template]:
    """The templates of entries of one kind. Of what a template writes of a new paper, the list's own reader must find
    title and address again; one of which it does not is for no section, and if that is so of all, a plain one is added.
    """
    columns = entries[0].columns
    found: list[Template] = []
    for grammar, covered in learn_grammars(entries):
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
        text = write(template.nodes, values_of(paper, style, template.fields, row=bool(template.columns)))
        if template.kind in ("item", "paragraph"):
            found = scan(f"# List\n\n{text}\n").entries
            if [entry.text for entry in found] != [text]:
                return False
        fields = read_fields(text, template.columns)
        if fields.title != paper.title or (template.fields & _PAPER_LINKS and fields.arxiv_id != paper.arxiv_id):
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


def _markers(entries: Sequence[Entry]) -> dict[SectionPath, str]:
    """Section to what begins its entries, if they do not all begin alike."""
    seen: dict[SectionPath, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        if not _is_counted(entry):
            seen[entry.section][entry.parsed.parse.gaps[0]] += 1
    usual = {path: counts.most_common(1)[0][0] for path, counts in seen.items()}
    return usual if len(set(usual.values())) > 1 else {}


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
    values = values_of(facts, house.style, template.fields, row=bool(template.columns))
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
    match = match_venue(section[-1])
    said = dict(match.values) if match else {}
    year = said.get("year", "")
    if "venue" not in said or not year.isdigit():
        return facts
    return replace(facts, venue=said["venue"], year=int(year) if len(year) == 4 else 2000 + int(year))


def _own_marker(template: Template, text: str) -> str:
    """What begins the template's text, before it is changed for a section."""
    known = [marker for marker in template.markers.values() if text.startswith(marker)]
    return max((*known, entry_marker(text)), key=len)
