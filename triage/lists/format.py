"""The [format] part of triage.toml checked key by key.

How a list writes values: authors, dates, preprints, arXiv addresses; and a paper's facts written that way.

A grammar written as one template text that a person can read: optional groups, runs of links, alternatives.

The house format: templates learned from a list's entries, proven by them, and new entries written in it.
"""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from triage import identity
from triage.errors import ConfigError, ListError
from triage.lists.document import Document, Entry, scan
from triage.lists.escape import Plain, one_line, safe_url
from triage.lists.fields import entry_marker, read_fields, retag
from triage.lists.grammar import END, START, Grammar, differs, learn_grammar, options, role_class
from triage.lists.structure import VENUE, section_kind
from triage.lists.template import Nodes, Parse, fields_of, parse_template, write
from triage.lists.values import LONG, STYLES, escape, learn_dates, style_of, venue_leaf, write_date, write_people
from triage.models import Facts, SectionPath

_TEXTS = ("authors", "date", "preprint", "arxiv_url", "mark", "newline")
_LISTS = ("months", "marks", "venues")
_FLAGS = ("both_links", "short_year")
_KEYS = frozenset((*_TEXTS, *_LISTS, *_FLAGS, "templates"))
_KINDS = ("item", "paragraph", "row", "headed")
_NEWLINES = ("lf", "crlf")
_DATE_SIGNS = ("YYYY", "MM", "M", "DD", "D", "Dth", "Mon", "Month")
FILLED = frozenset(
    "title authors venue year date paper arxiv code project data figure summary abstract datasets mark number arxiv_id"
    " repo".split()
)
"""The fields that a new entry's facts can fill. A list's own columns and notes have other names, and stay empty."""
_ALIKE = 0.8
"""A field that cannot be filled and is so much like one that can is misspelt."""
_TEMPLATE_KEYS = frozenset(("entry", "kind", "columns", "count", "sections"))


def check_table(table: Mapping[str, object]) -> None:
    """Raises ConfigError, naming the key and the cure, if the table is not one that `to_table` could have written."""
    _known(table, _KEYS, "[format]")
    for key in _TEXTS:
        _is(table.get(key, ""), str, f"[format] {key}", "a text")
    for key in _FLAGS:
        _is(table.get(key, False), bool, f"[format] {key}", "true or false")
    for key in _LISTS:
        _texts(table.get(key, []), f"[format] {key}")
    _one_of(table.get("authors", "comma"), STYLES, "[format] authors")
    _one_of(table.get("newline", "lf"), _NEWLINES, "[format] newline")
    date = table.get("date")
    if isinstance(date, str) and date and not any(sign in date for sign in _DATE_SIGNS):
        raise ConfigError(f"[format] date is {date!r}; it must hold some of {', '.join(_DATE_SIGNS)}")
    arxiv = table.get("arxiv_url")
    if isinstance(arxiv, str) and ("{id}" not in arxiv or not arxiv.startswith(("http://", "https://"))):
        raise ConfigError(f"[format] arxiv_url is {arxiv!r}; it must be an address with {{id}} in it")
    months = table.get("months")
    if isinstance(months, list) and months and len(months) != 12:
        raise ConfigError(f"[format] months holds {len(months)} names; it needs all twelve")
    templates = table.get("templates")
    if not isinstance(templates, list) or not templates:
        raise ConfigError("[format] templates is missing or empty")
    for number, template in enumerate(templates, 1):
        _template(template, f"[[format.templates]] number {number}")


def _template(template: object, name: str) -> None:
    if not isinstance(template, Mapping):
        raise ConfigError(f"{name} is not a table")
    _known(template, _TEMPLATE_KEYS, name)
    _is(template.get("entry"), str, f"{name} entry", "a text with {title}")
    _entry(str(template["entry"]), f"{name} entry")
    _one_of(template.get("kind", "item"), _KINDS, f"{name} kind")
    _count(template.get("count", 0), f"{name} count")
    _texts(template.get("columns", []), f"{name} columns")
    sections = template.get("sections", [])
    if not isinstance(sections, list):
        raise ConfigError(f"{name} sections is not a list of tables with path and count")
    for section in sections:
        if not isinstance(section, Mapping):
            raise ConfigError(f"{name} sections is not a list of tables with path and count")
        _texts(section.get("path"), f"{name} sections path")
        _count(section.get("count", 0), f"{name} sections count")
        _is(section.get("marker", ""), str, f"{name} sections marker", "a text")


def _entry(text: str, name: str) -> None:
    """Refuses a template whose braces do not fit together, and one with a misspelt field."""
    try:
        fields = set(fields_of(parse_template(text)))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
    for used in sorted(fields - FILLED):
        near = difflib.get_close_matches(used, FILLED, 1, _ALIKE)
        if near and not used.removeprefix(near[0]).removeprefix("_").isdigit():
            raise ConfigError(f"{name}: there is no field {{{used}}}; did you mean {{{near[0]}}}?")


def _one_of(value: object, choices: Sequence[str], name: str) -> None:
    if value not in choices:
        raise ConfigError(f"{name} is {value!r}; it must be one of {', '.join(choices)}")


def _count(value: object, name: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{name} is {value!r}; it must be a number, 0 or more")


def _known(table: Mapping[str, object], keys: frozenset[str], name: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(keys))}"
            raise ConfigError(f"{name} has an unknown key {key!r}; {hint}")


def _is(value: object, kind: type, name: str, wanted: str) -> None:
    if not isinstance(value, kind):
        raise ConfigError(f"{name} is {value!r}; it must be {wanted}")


def _texts(value: object, name: str) -> None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{name} is {value!r}; it must be a list of texts")


_PREPRINT = re.compile(r"\W*(?:arxiv|preprint|corr|arxiv preprint|biorxiv|medrxiv)\W*(?:preprint)?\W*", re.IGNORECASE)
_ARXIV_URL = re.compile(r"(https?)://(?:www\.)?arxiv\.org/(abs|pdf)/[\w.\-/]+?(v\d+)?(\.pdf)?$", re.IGNORECASE)
_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/([\w.\-]+/[\w.\-]+?)(?:\.git)?(?:[/?#].*)?$", re.IGNORECASE)


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


def recency(entries: Sequence[Entry]) -> list[int]:
    """How much each entry tells of today's habits: 3 for the newest third (by arXiv id, else year), 2, 1."""
    keys = [_age(entry) for entry in entries]
    ranks = sorted(range(len(entries)), key=lambda place: keys[place])
    weights = [1] * len(entries)
    for rank, place in enumerate(ranks):
        weights[place] = 1 + (3 * rank) // max(1, len(ranks))
    return weights


def _age(entry: Entry) -> float:
    found = re.match(r"(\d\d)(\d\d)\.", entry.arxiv_id or "")
    if found:
        return 2000 + int(found[1]) + int(found[2]) / 13
    return float(entry.year or 0)


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
    linked = sorted((entry for entry in entries if entry.arxiv_id), key=_age)
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


def values_of(facts: Facts, style: Style, roles: frozenset[str], row: bool = False) -> dict[str, str | Plain]:
    """The facts as the texts of the fields in `roles`; what is unknown is left out. What comes from outside is `Plain`,
    to be escaped where it is put; `row` says that this is in a table."""

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
    }
    found |= _paper_links(facts, style, roles, safe_url(arxiv))
    repository = _GITHUB.match(facts.code_url or "")
    found["repo"] = repository.group(1) if repository else None
    return {name: value for name, value in found.items() if value}


def _venue(facts: Facts, style: Style) -> str | None:
    """The venue in the list's own words, if it has some for it."""
    if facts.venue:
        return _spelled(facts.venue, style)
    return style.preprint if facts.arxiv_id else None


def _paper_links(facts: Facts, style: Style, roles: frozenset[str], arxiv: str | None) -> dict[str, str | None]:
    """The published version and the preprint, side by side or one of them, as the list does."""
    published = safe_url(facts.paper_url) or (
        safe_url(f"https://doi.org/{facts.doi}") if facts.doi and not arxiv else None
    )
    if "arxiv" not in roles:
        return {"paper": published or arxiv}
    if style.both_links or "paper" not in roles:
        return {"paper": published, "arxiv": arxiv}
    if facts.venue or not arxiv:
        return {"paper": published or arxiv}
    return {"arxiv": arxiv}


def _mark(facts: Facts, style: Style) -> str | None:
    if facts.stars and style.mark:
        return style.mark * facts.stars
    return "".join(mark for mark in facts.marks if mark in style.marks) or None


_RARE = 0.04
_LINKED = re.compile(
    r"(?<!\[)\[(\[*+[^\[\]]*\{title(?::stop)?\}[^\[\]]*\]*?)\]\(\{(?:paper|link)\}[^()]*\)"
    r"|<a\b[^<>]*\{(?:paper|link)\}[^<>]*>(?=.*\{title)|</a>"
)
_VENUE_LABEL = re.compile(r"\[[^\[\]]*\{venue[^\[\]]*(\]{1,2})\(\{paper\}")
_UNKNOWABLE = frozenset(("track", "link_label", "note"))
"""Slots that no paper's facts can fill: ways of writing that need them are for reading only."""


def compose(grammar: Grammar, row: bool = False) -> str:
    """The template: the title always, everything else only where it is known; of a table's `row`, every cell."""
    order = [role for role in grammar.order if _kept(grammar, role, row)]
    pivot = order.index("title") if "title" in order else 0
    parts = [escape(_first_gap(grammar, order))]
    for place, role in enumerate(order[:pivot]):
        gap = _usual_after(grammar, role, order[place + 1 :])
        parts.append(_always(grammar, role, "", gap) if row and "|" in gap else "{?" + _ways(grammar, role, gap) + "}")
    if order:
        parts.append(_title(grammar, order[pivot]))
    rest = order[pivot + 1 :]
    if row:
        parts += [_cell(grammar, role, order) for role in rest]
    else:
        parts += _runs(grammar, rest, order[: pivot + 1])
    parts.append(escape(_conditional_end(grammar)))
    return "".join(parts)


def plain_template(entries: Sequence[Entry]) -> str:
    """The least that every reader understands, for entries of one kind of which no better template was learned."""
    columns = entries[0].columns
    link = "{?[{title}]({paper}){|}{title}}"
    if columns:
        return "| " + " | ".join([link, *[""] * (len(columns) - 1)]) + " |"
    if re.match(r"\s*<li\b", entries[0].text):
        return '<li>{?<a href="{paper}">{title}</a>{|}{title}}</li>'
    if any(chunk.role == "number" for chunk in entries[0].parsed.parse.chunks[:1]):
        return "{number}. " + link
    begin = Counter(entry_marker(entry.text) for entry in entries).most_common(1)[0][0]
    if entries[0].kind == "headed":
        return begin + "{title}{?\n\n[Paper]({paper})}"
    return begin + "**{title}**{? [[Paper]]({paper})}" if entries[0].kind == "paragraph" else (begin or "- ") + link


def _kept(grammar: Grammar, role: str, row: bool) -> bool:
    """Roles worth a place in the template: those that a new paper can fill and that are no rarity.

    A field that another role shows far more often (a venue in brackets beside the one in the link) is not repeated.
    """
    share = grammar.presence[role] / max(1, grammar.size)
    if role == "title":
        return True
    slots = (
        frozenset().union(*(grammar.slots[form] for form in _forms(grammar, role))) if _forms(grammar, role) else None
    )
    if row and share >= 0.5:
        return True
    if slots is None or role_class(role) == "note" or role in ("link", "number_2") or _copy(role):
        return False
    shown = slots & frozenset(("venue", "year", "authors", "date", "title"))
    for other in grammar.order:
        if other != role and shown and grammar.presence[other] > 2 * grammar.presence[role]:
            shared = shown & frozenset().union(
                *(grammar.slots[form] for form in _forms(grammar, other) or [""] if form)
            )
            if shared:
                return False
    return share >= _RARE


def _copy(role: str) -> bool:
    return role.rpartition("_")[2].isdigit()


def _first_gap(grammar: Grammar, order: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for (before, _), gaps in grammar.gaps.items():
        if before == START:
            seen.update(gaps)
    return seen.most_common(1)[0][0] if seen else ""


def _conditional_end(grammar: Grammar) -> str:
    seen = grammar.leads.get(END)
    end = seen.most_common(1)[0][0] if seen else ""
    if seen and re.fullmatch(r"[ \t]*\|[ \t]*", end) and seen[end] < 0.6 * sum(seen.values()):
        return " |"
    return end


def _usual_after(grammar: Grammar, role: str, following: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for after in following:
        seen.update(grammar.gaps.get((role, after), {}))
    if not seen:
        # None of those that stay in the template ever stood right behind it: what stood there led to something else.
        for (before, after), gaps in grammar.gaps.items():
            if before == role and after != END:
                seen.update(gaps)
    return seen.most_common(1)[0][0] if seen else " "


def _ways(grammar: Grammar, role: str, after: str = "", lead: str = "") -> str:
    """The role's forms, those with more fields first; each with the text around it."""
    forms = _all_forms(grammar, role)
    return "{|}".join(escape(lead) + form + escape(after) for form in forms)


def _forms(grammar: Grammar, role: str) -> list[str]:
    """The commonest form of every set of fields, the larger sets first."""
    best: dict[frozenset[str], str] = {}
    for form in options(grammar.forms[role], grammar.size):
        if not any(slot in _UNKNOWABLE or _copy(slot) for slot in grammar.slots[form]):
            best.setdefault(grammar.slots[form], form)
    with_fields = sorted((slots for slots in best if slots), key=len, reverse=True)
    return [best[slots] for slots in with_fields if not _said_elsewhere(grammar, role, slots, best)]


def _said_elsewhere(grammar: Grammar, role: str, slots: frozenset[str], best: Mapping[frozenset[str], str]) -> bool:
    """Whether a shorter form is commoner and what it lacks mostly stands elsewhere in the entry: a link labelled
    "bioRxiv" among those labelled "paper", behind titles with "[2021 bioRxiv]" before them."""
    counts = grammar.forms[role]
    elsewhere: set[str] = set()
    for other in grammar.order:
        if other != role and grammar.presence[other] * 2 > grammar.size:
            elsewhere |= grammar.slots[grammar.forms[other].most_common(1)[0][0]]
    return any(
        shorter and shorter < slots and counts[form] > counts[best[slots]] and slots - shorter <= elsewhere
        for shorter, form in best.items()
    )


def _all_forms(grammar: Grammar, role: str) -> list[str]:
    """The role's forms, and what is written where none of them can be."""
    forms = _forms(grammar, role)
    return [*forms, *_with_plain_label(forms), *_standing_in(grammar, role)]


def _with_plain_label(ways: Sequence[str]) -> list[str]:
    """Where every link to the paper is labelled with its venue, a way for a paper of which no venue is known."""
    if not ways or not all(_VENUE_LABEL.search(way) for way in ways):
        return []
    return [_VENUE_LABEL.sub(r"[paper\1({paper}", ways[-1], count=1)]


def _standing_in(grammar: Grammar, role: str) -> list[str]:
    """What most entries write where they lack this field: "[code]" without an address."""
    absent = grammar.size - grammar.presence[role]
    return [form for form, count in grammar.forms[role].most_common(1) if not grammar.slots[form] and count > absent]


def _title(grammar: Grammar, role: str) -> str:
    """The title's ways; where it is a link, the last way is without one, for a paper that has no address yet."""
    forms = _forms(grammar, role) or [grammar.forms[role].most_common(1)[0][0]]
    if all("{paper}" in form or "{link}" in form for form in forms):
        bare = _LINKED.sub(lambda found: found.group(1) or "", forms[0])
        forms = [*forms, bare] if bare != forms[0] else forms
    return forms[0] if len(forms) == 1 else "{?" + "{|}".join(forms) + "}"


def _always(grammar: Grammar, role: str, lead: str, after: str) -> str:
    return escape(lead) + "{?" + _with_empty(grammar, role) + "}" + escape(after)


def _with_empty(grammar: Grammar, role: str) -> str:
    """The ways of a cell, the last being what the list writes when it has nothing to say."""
    empty = [form for form, _ in grammar.forms[role].most_common() if not grammar.slots[form]]
    ways = _forms(grammar, role)
    return "{|}".join([*ways, empty[0] if empty else _usual_empty(grammar)])


def _usual_empty(grammar: Grammar) -> str:
    """What this table writes into cells that have nothing to say, wherever it says so."""
    seen: Counter[str] = Counter()
    for role, forms in grammar.forms.items():
        if "title" not in role:
            seen.update({form: count for form, count in forms.items() if not grammar.slots[form] and len(form) <= 12})
    return seen.most_common(1)[0][0] if seen else ""


def _cell(grammar: Grammar, role: str, order: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for (before, after), gaps in grammar.gaps.items():
        if after == role and before in order:
            seen.update(gaps)
    lead = seen.most_common(1)[0][0] if seen else " | "
    if seen and re.fullmatch(r"[ \t]*\|[ \t]*", lead) and seen[lead] < 0.6 * sum(seen.values()) and seen[" | "] > 0:
        lead = " | "
    if "|" not in lead:
        return "{?" + _ways(grammar, role, lead=lead) + "}"
    condition = _presence_decides(grammar, role, seen)
    shown = condition or escape(lead)
    return shown + "{?" + _with_empty(grammar, role) + "}"


def _presence_decides(grammar: Grammar, role: str, seen: Counter[str]) -> str | None:
    """Where two gaps compete before a role and the presence of another field tells which, both, with that condition."""
    if len(seen) < 2 or seen.most_common(2)[1][1] < 0.1 * sum(seen.values()):
        return None
    first, second = (gap for gap, _ in seen.most_common(2))
    best: tuple[float, str, str, str] | None = None
    for other in grammar.order:
        slots = grammar.slots[grammar.forms[other].most_common(1)[0][0]]
        if other == role or not slots or grammar.presence[other] == grammar.size:
            continue
        with_other, without = _split(grammar.parses, role, other, first, second)
        for yes, no in ((first, second), (second, first)):
            right = with_other[yes] + without[no]
            total = sum(with_other.values()) + sum(without.values())
            if total and right / total > (best[0] if best else 0.9):
                best = (right / total, sorted(slots)[0], yes, no)
    if best is None:
        return None
    return "{?" + escape(best[2]) + "{" + best[1] + ":if}{|}" + escape(best[3]) + "}"


def _split(parses: Sequence[Parse], role: str, other: str, *gaps: str) -> tuple[Counter[str], Counter[str]]:
    with_other: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for parse in parses:
        roles = [chunk.role for chunk in parse.chunks]
        if role in roles:
            gap = parse.gaps[roles.index(role)]
            if gap in gaps:
                (with_other if other in roles else without)[gap] += 1
    return with_other, without


def _runs(grammar: Grammar, rest: Sequence[str], before: Sequence[str]) -> list[str]:
    """Roles after the title: alone with what leads to them, or in runs with a common joint."""
    parts: list[str] = []
    place = 0
    outside = list(before)
    while place < len(rest):
        lead = _lead(grammar, outside, rest[place])
        members = [rest[place]]
        joint: str | None = None
        while place + len(members) < len(rest):
            following = rest[place + len(members)]
            gap = _lead(grammar, members, following, strict=True)
            from_outside = _lead(grammar, outside, following, strict=True)
            if gap is None or gap == lead or "\n" in gap or (joint is not None and gap != joint):
                break
            if from_outside is not None and from_outside != lead:
                break
            joint = gap
            members.append(following)
        if joint is None:
            parts.append("{?" + _ways(grammar, members[0], lead=lead or "") + "}")
        else:
            inner = "{|}".join(_one(grammar, role) for role in members)
            parts.append("{?" + escape(lead or "") + "{*" + escape(joint) + "{|}" + inner + "}}")
        outside += members
        place += len(members)
    return parts


def _one(grammar: Grammar, role: str) -> str:
    forms = _all_forms(grammar, role)
    return forms[0] if len(forms) == 1 else "{?" + "{|}".join(forms) + "}"


def _lead(grammar: Grammar, before: Sequence[str], role: str, strict: bool = False) -> str | None:
    seen: Counter[str] = Counter()
    for other in before:
        seen.update(grammar.gaps.get((other, role), {}))
    if seen:
        return seen.most_common(1)[0][0]
    if strict:
        return None
    own = grammar.leads.get(role)
    return own.most_common(1)[0][0] if own else " "


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
