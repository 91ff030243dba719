"""Fields read anew in the light of the whole list: where every entry has its authors in italics, so has this one."""

from dataclasses import replace

from triage.lists.chunks import Chunk, Parse, fill
from triage.lists.grammar import END, START, Grammar
from triage.lists.variants import gap_key, role_class, shape_of

_RENAMED = frozenset(("note", "venue", "authors", "summary", "title", "date", "datasets", "year", "text"))


def retag(grammar: Grammar, parse: Parse) -> Parse:
    """The same cuts; a field that the list writes nowhere in this way takes the role of the one that stands there."""
    chunks = list(parse.chunks)
    kinds = [role_class(chunk.role) for chunk in chunks]
    changed = False
    for place, chunk in enumerate(chunks):
        if kinds[place] not in _RENAMED or _usual(grammar, chunk, kinds, place, parse.gaps[place]):
            continue
        role = _better(grammar, chunk, kinds, place, parse.gaps[place])
        if role:
            chunks[place] = _renamed(chunk, role)
            kinds[place] = role
            changed = True
    return replace(parse, chunks=tuple(chunks)) if changed else parse


def _usual(grammar: Grammar, chunk: Chunk, kinds: list[str], place: int, gap: str) -> bool:
    habits = grammar.habits
    kind = kinds[place]
    if kinds.count(kind) > 1 or shape_of(chunk.form, chunk.role) not in habits.shapes.get(kind, ()):
        return False
    before = kinds[place - 1] if place else START
    seen = habits.between.get((before, kind))
    return seen is None or gap_key(gap, before, kind) in seen


def _better(grammar: Grammar, chunk: Chunk, kinds: list[str], place: int, gap: str) -> str | None:
    habits = grammar.habits
    before = kinds[place - 1] if place else START
    after = kinds[place + 1] if place + 1 < len(kinds) else END
    if not chunk.values:
        return None
    for kind in habits.ranks:
        if kind == kinds[place] or kind in ("link", "note", "number", "mark") or kind in kinds:
            continue
        renamed = _renamed(chunk, kind)
        fits = shape_of(renamed.form, kind) in habits.shapes.get(kind, ())
        if (
            fits
            and gap_key(gap, before, kind) in habits.between.get((before, kind), ())
            and (kind, after) in habits.seen
        ):
            return kind
    return None


def _renamed(chunk: Chunk, role: str) -> Chunk:
    """The chunk with all its text as one field of that role."""
    first = chunk.form.index("{" + chunk.values[0][0])
    last = chunk.form.rindex("}") + 1
    inner = chunk.form[first:last]
    value = fill(inner, chunk.values)
    return Chunk(role, chunk.form[:first] + "{" + role + "}" + chunk.form[last:], ((role, value),))
