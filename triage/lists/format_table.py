"""The house format as the [format] table of triage.toml: written, read, and checked key by key."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, cast

from triage.errors import ConfigError
from triage.lists.format import House, Style, Template
from triage.lists.template import fields_of, parse_template
from triage.lists.values import LONG, STYLES

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
