"""The fields of an entry that a person may change by hand, each as one line of text."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from triage.errors import TriageError
from triage.models import Facts
from triage.screens.escaping import web_address


@dataclass(frozen=True, slots=True)
class Field:
    """One field of `Facts`: its name there, its label, and its kind: text, names, words, year, day, stars or link."""

    name: str
    label: str
    kind: str = "text"


FIELDS = (
    Field("title", "Title"),
    Field("authors", "Authors", "names"),
    Field("venue", "Venue"),
    Field("year", "Year", "year"),
    Field("day", "Day", "day"),
    Field("paper_url", "Paper link", "link"),
    Field("code_url", "Code link", "link"),
    Field("project_url", "Project link", "link"),
    Field("data_url", "Data link", "link"),
    Field("summary", "Summary"),
    Field("datasets", "Datasets", "words"),
    Field("stars", "Stars", "stars"),
    Field("marks", "Marks", "words"),
)
_SEPARATOR = {"names": "; ", "words": ", "}


def shown(facts: Facts, one: Field) -> str:
    """The field's value as one line; empty if it is not known. Authors are separated by semicolons."""
    value = getattr(facts, one.name)
    if one.kind in _SEPARATOR:
        return _SEPARATOR[one.kind].join(value)
    return "" if value is None else str(value)


def changed(facts: Facts, one: Field, text: str) -> Facts:
    """The facts with this field set from one line; an empty line means not known. Raises TriageError if the text does
    not fit the field."""
    values: dict[str, Any] = {one.name: _value(one, " ".join(text.split()))}
    return replace(facts, **values)


def _value(one: Field, text: str) -> object:
    if one.kind in _SEPARATOR:
        return tuple(part.strip() for part in text.split(_SEPARATOR[one.kind].strip()) if part.strip())
    if not text:
        if one.name == "title":
            raise TriageError("an entry needs a title")
        return None
    if one.kind in ("year", "stars"):
        lowest, highest = (1900, 2200) if one.kind == "year" else (1, 3)
        if not text.isdigit() or not lowest <= int(text) <= highest:
            raise TriageError(f"{one.label}: {text!r} is not a number from {lowest} to {highest}")
        return int(text)
    if one.kind == "day":
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise TriageError(f"{one.label}: {text!r} is not a day like 2026-11-22") from None
    if one.kind == "link" and web_address(text) is None:
        raise TriageError(f"{one.label}: {text!r} is not an address that begins with http:// or https://")
    return text
