"""The proof that a house format was understood: learned on one half of the list, it must write the other half again."""

from dataclasses import dataclass

from triage.lists.chunks import restore
from triage.lists.document import Document, Entry
from triage.lists.grammar import differs
from triage.lists.house import House, learn, learn_from
from triage.lists.retag import retag
from triage.lists.template import write

_SWALLOWS = 0.8


@dataclass(frozen=True, slots=True)
class Deviant:
    """An entry that the format does not write, with its line (from 1) and what differs, in words."""

    line: int
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Proof:
    """`rerendered` is the share of entries that templates learned from the *other* half write byte for byte, the
    list's own variants counted as choices; `by_default` the share without any such choice; `fields_per_entry` the
    mean number of fields that were told apart."""

    entries: int
    sections: int
    templates: int
    rerendered: float
    by_default: float
    fields_per_entry: float
    deviants: tuple[Deviant, ...]


def prove(document: Document) -> Proof:
    """Learns on every second entry and writes the others, both ways. Raises ListError if there is no entry."""
    house = learn(document)
    halves = (document.entries[0::2], document.entries[1::2])
    reasons: dict[int, str] = {}
    plain = 0
    for known, unseen in (halves, halves[::-1]):
        if not known or not unseen:
            continue
        learned = learn_from(known, document.text)
        for entry in unseen:
            why = why_not(learned, entry)
            if why:
                reasons[entry.start] = why
            else:
                plain += by_default(learned, entry)
    if len(document.entries) == 1:
        reasons = {}
    deviants = tuple(
        Deviant(entry.line, entry.title, reasons[entry.start]) for entry in document.entries if entry.start in reasons
    )
    count = len(document.entries)
    return Proof(
        entries=count,
        sections=len(document.taxonomy),
        templates=len(house.templates),
        rerendered=1 - len(reasons) / count,
        by_default=plain / count,
        fields_per_entry=sum(len(real_fields(entry)) for entry in document.entries) / count,
        deviants=deviants,
    )


def real_fields(entry: Entry) -> list[str]:
    """The fields of an entry that carry something."""
    return [name for name, value in entry.parsed.parse_values() if value]


def why_not(house: House, entry: Entry) -> str | None:
    """Why no template of the house writes this entry from its fields; None if one does."""
    parse = entry.parsed.parse
    if restore(parse) != entry.text:
        return "its fields do not give it back"
    swallowed = _swallowed(entry)
    if swallowed:
        return swallowed
    reasons = []
    for template in house.templates:
        if template.grammar is not None and template.columns == entry.columns:
            why = differs(template.grammar, retag(template.grammar, parse))
            if why is None:
                return None
            reasons.append(why)
    return reasons[0] if reasons else "no other entry has this shape"


def by_default(house: House, entry: Entry) -> bool:
    """Whether a template writes the entry from its fields alone, with no choice among the list's variants."""
    values = dict(entry.fields)
    return any(
        write(template.nodes, values) == entry.text for template in house.templates if template.columns == entry.columns
    )


def _swallowed(entry: Entry) -> str | None:
    """Fields must be real: at least two, and no field of one line may hold (nearly) all of the entry."""
    values = [(name, value) for name, value in entry.parsed.parse_values() if value]
    if len(values) < 2:
        return "fewer than two fields were told apart"
    notes = sum(len(value) for name, value in values if name.startswith("note"))
    if notes > 0.6 * len(entry.text):
        return "most of it was not understood and is kept as a note"
    for name, value in values:
        if name in ("abstract", "bibtex", "details", "summary"):
            continue
        if "\n" in value:
            return f"the {name} goes over more than one line"
        if len(value) > _SWALLOWS * len(entry.text) and name != "title" and not value.startswith("http"):
            return f"the {name} holds nearly the whole entry"
    return None
