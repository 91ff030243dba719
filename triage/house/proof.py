"""The proof of a house format: entries that it was not learned from are written again from their own fields, and the
result is compared with what stands in the list, byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.house.format import House, Template, learn, learn_from, template_for, write_entry
from triage.house.grammar import differs, reclassify
from triage.lists.document import Document, Entry

_FOLDS = 4
_NEARLY_ALL = 0.8
_CONTEXT = 20
_LONG_FIELDS = frozenset(("abstract", "bibtex", "details", "summary"))


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that the format writes differently, with its line (from 1) and what differs, in words."""

    line: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the format does with entries that it was not learned from.

    `tested` is how many were tried: all, or none if the list has only one. `rendered` is the share of them (0 to 1)
    that one of the list's templates writes to the byte from the entry's own fields; `rendered_new` the share that the
    template does which a new paper in the entry's section would get. `different` are those that no template writes.
    `fields_per_entry` is the mean number of fields recognised.
    """

    entries: int
    sections: int
    templates: int
    tested: int
    rendered: float
    rendered_new: float
    fields_per_entry: float
    different: tuple[Difference, ...]


def prove(document: Document) -> Proof:
    """Learns from three quarters of the entries and writes the others, four times. Raises ListError if there is no
    entry."""
    entries = document.entries
    folds = min(_FOLDS, len(entries))
    different: list[Difference] = []
    tested = by_new = 0
    for fold in range(folds if folds > 1 else 0):
        learned = learn_from([entry for i, entry in enumerate(entries) if i % folds != fold], document.text)
        for entry in entries[fold::folds]:
            tested += 1
            why = why_not(learned, entry)
            if why:
                different.append(Difference(entry.line, entry.title, why))
            else:
                by_new += writes(learned, template_for(learned, entry.section), entry)
    return Proof(
        entries=len(entries),
        sections=len(document.taxonomy),
        templates=len(learn(document).templates),
        tested=tested,
        rendered=1 - len(different) / tested if tested else 0.0,
        rendered_new=by_new / tested if tested else 0.0,
        fields_per_entry=sum(len(_fields(entry)) for entry in entries) / len(entries),
        different=tuple(sorted(different, key=lambda one: one.line)),
    )


def writes(house: House, template: Template, entry: Entry) -> bool:
    """Whether this template, given the entry's own fields, writes the entry as it stands."""
    return template.columns == entry.columns and write_entry(house, template, entry.fields, entry.section) == entry.text


def why_not(house: House, entry: Entry) -> str | None:
    """Why no template of the house writes this entry from its fields; None if one does."""
    lumped = _lumped(entry)
    if lumped:
        return lumped
    if any(writes(house, template, entry) for template in house.templates):
        return None
    alike = [template for template in house.templates if template.columns == entry.columns]
    if not alike:
        return "no other entry stands in a table with these columns"
    return _shape_differs(alike, entry) or _text_differs(house, alike, entry)


def _fields(entry: Entry) -> list[tuple[str, str]]:
    """Those that carry something."""
    return [(name, value) for name, value in entry.parsed.parse_values() if value]


def _lumped(entry: Entry) -> str | None:
    """A field that holds (nearly) all of the entry would write it again whatever the format: that proves nothing."""
    fields = _fields(entry)
    if len(fields) < 2:
        return "fewer than two fields were told apart"
    for name, value in fields:
        if name in _LONG_FIELDS or value.startswith("http"):
            continue
        if "\n" in value:
            return f"the {_words(name)} goes over more than one line"
        if "](" in value:
            return f"the {_words(name)} holds a link of its own"
        if len(value) > _NEARLY_ALL * len(entry.text) and name != "title":
            return f"the {_words(name)} holds nearly the whole entry"
    return None


def _shape_differs(templates: Sequence[Template], entry: Entry) -> str | None:
    """What the list's entries hardly ever do and this one does, in words; None if it is written as others are."""
    reasons: list[str] = []
    for template in templates:
        if template.grammar is not None:
            why = differs(template.grammar, reclassify(template.grammar, entry.parsed.parse))
            if why is None:
                return None
            reasons.append(why)
    return reasons[0] if reasons else None


def _text_differs(house: House, templates: Sequence[Template], entry: Entry) -> str:
    """Where the text of the template that comes nearest leaves the entry's, in words."""
    written = [write_entry(house, template, entry.fields, entry.section) for template in templates]
    nearest = max(written, key=lambda text: _common(text, entry.text))
    at = _common(nearest, entry.text)
    while at and entry.text[at - 1].isalnum():
        at -= 1
    return f"the format writes {_excerpt(nearest, at)}, the list has {_excerpt(entry.text, at)}"


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _excerpt(text: str, at: int) -> str:
    return repr(text[at : at + _CONTEXT]) if at < len(text) else "nothing more"


def _words(name: str) -> str:
    return name.replace("_", " ")
