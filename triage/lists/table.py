"""The [format] part of triage.toml checked key by key."""

from collections.abc import Mapping

from triage.errors import ConfigError
from triage.lists.people import STYLES

_TEXTS = ("authors", "date", "preprint", "arxiv_url", "mark", "newline")
_LISTS = ("months", "marks", "venues")
_FLAGS = ("both_links", "short_year")
_KEYS = frozenset((*_TEXTS, *_LISTS, *_FLAGS, "templates"))
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
    if table.get("authors", "comma") not in STYLES:
        raise ConfigError(f"[format] authors = {table['authors']!r}: choose one of {', '.join(STYLES)}")
    months = table.get("months")
    if isinstance(months, list) and months and len(months) != 12:
        raise ConfigError(f"[format] months holds {len(months)} names; it needs all twelve")
    templates = table.get("templates")
    if not isinstance(templates, list) or not templates:
        raise ConfigError('[format] templates is missing or empty; run "triage init" on the list to learn it again')
    for number, template in enumerate(templates, 1):
        _template(template, f"[[format.templates]] number {number}")


def _template(template: object, name: str) -> None:
    if not isinstance(template, Mapping):
        raise ConfigError(f"{name} is not a table")
    _known(template, _TEMPLATE_KEYS, name)
    _is(template.get("entry"), str, f"{name} entry", "a text with {title}")
    _is(template.get("kind", "item"), str, f"{name} kind", "a text")
    _is(template.get("count", 0), int, f"{name} count", "a number")
    _texts(template.get("columns", []), f"{name} columns")
    sections = template.get("sections", [])
    if not isinstance(sections, list):
        raise ConfigError(f"{name} sections is not a list of tables with path and count")
    for section in sections:
        if not isinstance(section, Mapping):
            raise ConfigError(f"{name} sections is not a list of tables with path and count")
        _texts(section.get("path"), f"{name} sections path")
        _is(section.get("count", 0), int, f"{name} sections count", "a number")
        _is(section.get("marker", ""), str, f"{name} sections marker", "a text")


def _known(table: Mapping[str, object], keys: frozenset[str], name: str) -> None:
    for key in table:
        if key not in keys:
            raise ConfigError(f"{name} has an unknown key {key!r}; known are {', '.join(sorted(keys))}")


def _is(value: object, kind: type, name: str, wanted: str) -> None:
    if not isinstance(value, kind):
        raise ConfigError(f"{name} is {value!r}; it must be {wanted}")


def _texts(value: object, name: str) -> None:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{name} is {value!r}; it must be a list of texts")
