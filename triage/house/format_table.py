"""The house format outside of memory: what was learned of it, as JSON for the store; what a person may read and change
of it, as the [format] table of triage.toml; and the two together, where the person has the last word.

The [format] of an older triage.toml is an array of templates with all the statistics (`to_table`); it is still read.
Today's has a few values and the templates by name, and the statistics are in the store.
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from triage.errors import ConfigError
from triage.house.format import House, Style, Template, template_for
from triage.house.template import fields_of, parse_template
from triage.identity import text_key
from triage.lists.escape import one_line
from triage.lists.fields import entry_marker
from triage.lists.values import STYLES
from triage.models import PATH_SEPARATOR, SectionPath

SETTINGS = ("authors", "date", "preprint", "arxiv_url")
"""The values that triage.toml shows; the others are learned, and may be set there too."""
FILLED = frozenset(
    "title name subtitle authors venue year date paper arxiv code project data figure summary abstract datasets mark "
    "number arxiv_id doi repo".split()
)
"""The fields that a new entry's facts can fill. A list's own columns and notes have other names, and stay empty."""
_TEXTS = ("authors", "date", "preprint", "arxiv_url", "mark", "newline")
_LISTS = ("months", "marks", "venues")
_FLAGS = ("both_links", "short_year")
_KEYS = frozenset((*_TEXTS, *_LISTS, *_FLAGS, "templates"))
_TEMPLATE_KEYS = frozenset(("entry", "kind", "columns", "count", "sections"))
_KINDS = ("item", "paragraph", "row", "headed")
_NEWLINES = ("lf", "crlf")
_DATE_SIGNS = ("YYYY", "MM", "M", "DD", "D", "Dth", "Mon", "Month")
_ALIKE = 0.8
"""A field that cannot be filled and is so much like one that can is misspelt."""
_LEARNING = "format-1"
"""Changes when another format would be learned from the same list than before."""
_SURE = 3
"""So many entries in a section outweigh all sections around it (see `template_for`)."""
_NAME_WORDS = 3
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class LearnedFormat:
    """What was learned of a list's format: the format, the names of its templates in their order, and `source`, which
    identifies the list's text."""

    house: House
    names: tuple[str, ...]
    source: str = ""

    @property
    def templates(self) -> dict[str, Template]:
        """The templates by name."""
        return dict(zip(self.names, self.house.templates, strict=True))

    def to_json(self) -> str:
        """All of it as one JSON text, but for the grammars; `from_json` reads it back."""
        return json.dumps({"source": self.source, "names": self.names, "format": to_table(self.house)})


def from_json(text: str | None) -> LearnedFormat | None:
    """What `LearnedFormat.to_json` wrote; None if there is nothing, or something that this triage cannot read."""
    try:
        kept = json.loads(text or "null")
        return LearnedFormat(from_table(kept["format"]), tuple(kept["names"]), kept["source"])
    except (ValueError, TypeError, KeyError, ConfigError):
        return None


def format_source(text: str) -> str:
    """Identifies a list's text and the rules by which its format is learned."""
    return f"{_LEARNING}:{text_key(text)}"


def templates_in(table: Mapping[str, object]) -> dict[str, Template]:
    """The templates of a [format] table by name; of where they are used it says nothing. Raises ConfigError."""
    check_table(table)
    said = table.get("templates", {})
    return {name: _template_from(_as_table(value)) for name, value in said.items()} if isinstance(said, Mapping) else {}


def name_templates(house: House, before: Mapping[str, Template], source: str = "") -> LearnedFormat:
    """The format with a name for each template. A template that has the text of one of those of `before`, else one that
    is used in the same sections, keeps its name; the others are named after the section that uses them most. Names in
    `before` of which no section is known may be given again: they are those that another store gave."""
    names: dict[int, str] = {}
    for alike in (_same_text, _shared):
        for number, template in enumerate(house.templates):
            free = {name: old for name, old in before.items() if name not in names.values()}
            best = max(free, key=lambda name: alike(template, free[name]), default="")
            if number not in names and best and alike(template, free[best]):
                names[number] = best
    for number, (template, paths) in enumerate(_uses(house)):
        if number not in names:
            name = _heading_name([*paths, *template.sections][:1]) if number else "main"
            taken = {*names.values(), *(old for old, template in before.items() if template.sections)}
            names[number] = next(one for one in (name, *(f"{name}-{n}" for n in range(2, 99))) if one not in taken)
    return LearnedFormat(house, tuple(names[number] for number in range(len(house.templates))), source)


def _same_text(one: Template, other: Template) -> int:
    return (one.text == other.text) * (1 + (one.columns == other.columns) + _shared(one, other))


def _shared(one: Template, other: Template) -> int:
    """How many entries two templates for the same columns have in the same sections."""
    if one.columns != other.columns:
        return 0
    return sum(min(count, other.sections.get(path, 0)) for path, count in one.sections.items())


def _heading_name(paths: Sequence[SectionPath]) -> str:
    """A name for triage.toml from the first words of a heading, with those above it if it has no letters."""
    words: list[str] = []
    for heading in reversed(paths[0] if paths else ()):
        words = re.findall(r"[a-z0-9]+", heading.casefold()) + words
        if any(word.isalpha() for word in words):
            break
    first = next((number for number, word in enumerate(words) if word.isalpha()), 0)
    return "-".join(words[first : first + _NAME_WORDS]) or "other"


def settings_of(learned: LearnedFormat) -> dict[str, Any]:
    """The [format] table of triage.toml: a few values, and the text of each template that some section uses."""
    table = to_table(learned.house)
    shown = {name: template.text for name, (template, paths) in _named_uses(learned).items() if paths}
    return {key: table[key] for key in SETTINGS} | {"templates": shown}


def section_notes(learned: LearnedFormat) -> dict[str, str]:
    """Template name → a table's columns and the sections that use it, in words."""
    notes = {}
    for name, (template, paths) in _named_uses(learned).items():
        headings = list(dict.fromkeys(path[-1] if path else "the list" for path in paths))
        more = f" and {len(headings) - _SHOWN} more" if len(headings) > _SHOWN else ""
        table = f"table with {' | '.join(template.columns)}: " if template.columns else ""
        notes[name] = one_line(table + ", ".join(headings[:_SHOWN]) + more)
    return notes


def _named_uses(learned: LearnedFormat) -> dict[str, tuple[Template, list[SectionPath]]]:
    return dict(zip(learned.names, _uses(learned.house), strict=True))


def _uses(house: House) -> list[tuple[Template, list[SectionPath]]]:
    """Each template with the sections in which new papers get it, the fullest first; among them headings above the
    sections with entries, if it is for no others. Not all that were learned have any: some are only for reading."""
    filled = {path: 0 for template in house.templates for path in template.sections}
    above = {path[:depth]: 0 for path in filled for depth in range(len(path) - 1, -1, -1)}
    used: dict[int, list[SectionPath]] = {id(template): [] for template in house.templates}
    for path in (*filled, *above):
        places = used[id(template_for(house, path))]
        if path in filled or not places:
            places.append(path)
    return [
        (template, sorted(used[id(template)], key=lambda path: -template.sections.get(path, 0)))
        for template in house.templates
    ]


def house_from(table: Mapping[str, object], learned: LearnedFormat | None) -> House:
    """The house format: what [format] of triage.toml says, and what was learned where it says nothing. A table that
    holds the whole format, as all did once, needs nothing else. Raises ConfigError, naming the key and the cure."""
    check_table(table)
    if isinstance(table.get("templates"), list):
        return from_table(table)
    known = learned.house if learned else House((), Style())
    templates = learned.templates if learned else {}
    said = cast(Mapping[str, Any], table.get("templates", {}))
    for name, value in said.items():
        written = _template_from(_as_table(value))
        old = templates.get(name)
        templates[name] = _rewritten(old, written) if old else written
    for name, value in said.items():
        for path in () if isinstance(value, str) else value.get("sections", ()):
            templates = _assigned(templates, name, tuple(path.split(PATH_SEPARATOR)))
    return House(tuple(templates.values()), _style(table, known.style), _newline(table, known.newline))


def _as_table(value: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return {"entry": value} if isinstance(value, str) else {**value, "sections": []}


def _rewritten(old: Template, new: Template) -> Template:
    """The learned template with the person's text; what begins an entry is as sections have it, unless the person
    changed it."""
    markers = old.markers if entry_marker(old.text) == entry_marker(new.text) else {}
    return replace(old, text=new.text, columns=new.columns or old.columns, markers=markers, grammar=None)


def _assigned(templates: Mapping[str, Template], name: str, path: SectionPath) -> dict[str, Template]:
    """The templates, with this one for the section, whatever was used there."""
    count = max(_SURE, sum(template.sections.get(path, 0) for template in templates.values()))
    found = {}
    for other, template in templates.items():
        sections = {one: number for one, number in template.sections.items() if one != path}
        found[other] = replace(template, sections=sections | ({path: count} if other == name else {}))
    return found


def edits_of_old_table(
    table: Mapping[str, object], written: Mapping[str, object] | None, learned: LearnedFormat
) -> dict[str, Any]:
    """What a person changed in a [format] that holds the whole format, as the [format] of today says it. `written` is
    what `triage init` had written there; None if that is not known: then it is what differs from what is learned, but
    for venues that the list knows. Raises ConfigError."""
    usual = written or to_table(learned.house)
    edits = {key: value for key, value in table.items() if key != "templates" and value != usual.get(key)}
    if written is None and set(cast(list[str], edits.get("venues", ()))) <= set(learned.house.style.venues):
        edits.pop("venues", None)
    texts = {template["entry"] for template in cast(list[Any], usual["templates"])}
    texts |= {template.text for template in learned.house.templates}
    changed = [template for template in from_table(table).templates if template.text not in texts]
    named = name_templates(House(tuple(changed), Style()), learned.templates)
    return edits | {"templates": {name: _as_setting(one, name, learned) for name, one in named.templates.items()}}


def _as_setting(template: Template, name: str, learned: LearnedFormat) -> str | dict[str, object]:
    if name in learned.templates or not template.sections:
        return template.text
    return {
        "entry": template.text,
        "kind": template.kind,
        "columns": list(template.columns),
        "sections": [PATH_SEPARATOR.join(path) for path in template.sections],
    }


def check_table(table: Mapping[str, object]) -> None:
    """Raises ConfigError, naming the key and the cure, if this cannot be a [format] table."""
    _known(table, _KEYS, "[format]")
    for key in _TEXTS:
        _is(table.get(key, ""), str, f"[format] {key}", "a string")
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
    for name, template in _named(table.get("templates", {})):
        _check_template(template, name)


def _named(templates: object) -> Iterator[tuple[str, object]]:
    """Each template with what to call it in a message."""
    if isinstance(templates, Mapping):
        for name, template in templates.items():
            yield f"[format.templates] {name}", {"entry": template} if isinstance(template, str) else template
    elif isinstance(templates, list) and templates:
        yield from ((f"[[format.templates]] number {number}", one) for number, one in enumerate(templates, 1))
    else:
        raise ConfigError("[format] templates is empty or not a table, as in [format.templates] main = '- {title}'")


def _check_template(template: object, name: str) -> None:
    if not isinstance(template, Mapping):
        raise ConfigError(f"{name} is {template!r}; it must be a string with {{title}}, or a table with `entry`")
    _known(template, _TEMPLATE_KEYS, name)
    _is(template.get("entry"), str, f"{name} entry", "a string with {title}")
    named = not name.startswith("[[")
    _check_entry(str(template["entry"]), name if named else f"{name} entry", named)
    _one_of(template.get("kind", "item"), _KINDS, f"{name} kind")
    _count(template.get("count", 0), f"{name} count")
    _texts(template.get("columns", []), f"{name} columns")
    sections = template.get("sections", [])
    if named:
        _texts(sections, f"{name} sections")
        return
    if not isinstance(sections, list) or not all(isinstance(section, Mapping) for section in sections):
        raise ConfigError(f"{name} sections is not a list of tables with path and count")
    for section in sections:
        _texts(section.get("path"), f"{name} sections path")
        _count(section.get("count", 0), f"{name} sections count")
        _is(section.get("marker", ""), str, f"{name} sections marker", "a string")


def _check_entry(text: str, name: str, titled: bool) -> None:
    """Refuses a template whose braces do not fit together, one with a misspelt field, and one without a title."""
    try:
        used = set(fields_of(parse_template(text)))
    except ConfigError as error:
        raise ConfigError(f"{name}: {error}") from None
    for field in sorted(used - FILLED):
        near = difflib.get_close_matches(field, FILLED, 1, _ALIKE)
        if near and not field.removeprefix(near[0]).removeprefix("_").isdigit():
            raise ConfigError(f"{name}: there is no field {{{field}}}; did you mean {{{near[0]}}}?")
    if titled and "title" not in used and not {"name", "subtitle"} <= set(used):
        raise ConfigError(f"{name} has no {{title}}; without it an entry could not be found in the list again")


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
        raise ConfigError(f"{name} is {value!r}; it must be a list of strings")


def to_table(house: House) -> dict[str, object]:
    """The whole house format, but for its grammars, as plain values; `from_table` reads them back."""
    style = {field.name: getattr(house.style, field.name) for field in fields(Style)}
    return {
        **{key: list(value) if isinstance(value, tuple) else value for key, value in style.items()},
        "newline": "crlf" if house.newline == "\r\n" else "lf",
        "templates": [_template_table(template) for template in house.templates],
    }


def _template_table(template: Template) -> dict[str, object]:
    return {
        "entry": template.text,
        "kind": template.kind,
        "columns": list(template.columns),
        "count": template.count,
        "sections": [
            {"path": list(path), "count": count}
            | ({"marker": template.markers[path]} if path in template.markers else {})
            for path, count in template.sections.items()
        ],
    }


def from_table(table: Mapping[str, object]) -> House:
    """The house format that `to_table` wrote, perhaps edited. Raises ConfigError, naming the key that does not fit."""
    check_table(table)
    templates = cast(list[Mapping[str, Any]], table["templates"])
    return House(tuple(map(_template_from, templates)), _style(table, Style()), _newline(table, "\n"))


def _template_from(template: Mapping[str, Any]) -> Template:
    used = template.get("sections", ())
    return Template(
        text=template["entry"],
        kind=template.get("kind", "item"),
        columns=tuple(template.get("columns", ())),
        count=template.get("count", 0),
        sections={tuple(one["path"]): one.get("count", 1) for one in used},
        markers={tuple(one["path"]): one["marker"] for one in used if "marker" in one},
    )


def _style(table: Mapping[str, Any], usual: Style) -> Style:
    """The style of a checked table; `usual` for what it does not say, and for an empty list of months."""
    said: dict[str, Any] = {}
    for field in fields(Style):
        value = table.get(field.name)
        if value is not None and (field.name != "months" or value):
            said[field.name] = tuple(value) if isinstance(value, list) else value
    return replace(usual, **said)


def _newline(table: Mapping[str, object], usual: str) -> str:
    return {"lf": "\n", "crlf": "\r\n"}[str(table["newline"])] if "newline" in table else usual
