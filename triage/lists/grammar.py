"""What a set of entries has in common: which fields, in which order, in which forms, with what between them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from triage.lists.chunks import Chunk, Parse
from triage.lists.leaves import escape

START = "^"
END = "$"


@dataclass(frozen=True)
class Grammar:
    """Counts over `size` entries. `order` are the roles as they follow each other; `forms` and `gaps` what was seen."""

    size: int
    order: tuple[str, ...]
    forms: Mapping[str, Counter[str]]
    slots: Mapping[str, frozenset[str]]
    gaps: Mapping[tuple[str, str], Counter[str]]
    presence: Mapping[str, int]
    parses: tuple[Parse, ...]

    @cached_property
    def leads(self) -> Mapping[str, Counter[str]]:
        """Role to what stood before it, whatever came first."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (_, role), seen in self.gaps.items():
            found[role].update(seen)
        return found

    def usual_gap(self, before: str, role: str) -> str | None:
        """The most frequent text between two neighbours; None if they were never neighbours."""
        seen = self.gaps.get((before, role))
        return seen.most_common(1)[0][0] if seen else None


def form_key(chunk: Chunk) -> str:
    """A chunk's form; roles name its alternatives."""
    return chunk.form


def learn_grammar(parses: Sequence[Parse]) -> Grammar:
    """Counts forms, gaps and the order of roles."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    slots: dict[str, frozenset[str]] = {}
    gaps: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    presence: Counter[str] = Counter()
    for parse in parses:
        roles = [START, *(chunk.role for chunk in parse.chunks), END]
        for place, gap in enumerate(parse.gaps):
            gaps[roles[place], roles[place + 1]][gap] += 1
        for chunk in parse.chunks:
            forms[chunk.role][chunk.form] += 1
            slots[chunk.form] = chunk.slots
            presence[chunk.role] += 1
    return Grammar(len(parses), _order(parses, presence), forms, slots, gaps, presence, tuple(parses))


def _order(parses: Sequence[Parse], presence: Mapping[str, int]) -> tuple[str, ...]:
    """Roles so that most pairs stand as they mostly stand in the entries."""
    before: Counter[tuple[str, str]] = Counter()
    places: dict[str, list[float]] = defaultdict(list)
    for parse in parses:
        roles = [chunk.role for chunk in parse.chunks]
        for i, role in enumerate(roles):
            places[role].append(i)
            if len(roles) <= 24:
                before.update((role, other) for other in roles[i + 1 :])
    kept = [role for role in presence if presence[role] >= supported(len(parses))]
    title = [role for role in kept if role == "title"]
    kept = kept if kept else list(presence)
    wins = {
        role: sum(before[other, role] > before[role, other] for other in kept if other != role)
        for role in kept
    }
    average = {role: sum(places[role]) / len(places[role]) for role in kept}
    ordered = sorted(kept, key=lambda role: (wins[role], average[role]))
    return tuple(_settled(ordered, before)) if title or kept else ()


def _settled(ordered: list[str], before: Counter[tuple[str, str]]) -> list[str]:
    """Neighbours that mostly stand the other way round change places (insertion sort over the majority)."""
    done: list[str] = []
    for role in ordered:
        place = len(done)
        while place > 0 and before[role, done[place - 1]] > before[done[place - 1], role]:
            place -= 1
        done.insert(place, role)
    return done


def supported(size: int) -> int:
    """How often a form or gap must occur among `size` entries to be the list's own rather than a slip."""
    return 1 if size < 8 else max(2, round(size * 0.01))


def options(seen: Counter[str], size: int, limit: int = 8) -> tuple[str, ...]:
    """The list's own ways among those seen, the most frequent first."""
    least = supported(size)
    common = [way for way, count in seen.most_common(limit) if count >= least]
    return tuple(common or [way for way, _ in seen.most_common(1)])


def differs(grammar: Grammar, parse: Parse) -> str | None:
    """What in an entry the grammar cannot write, in words; None if it can write all of it."""
    at = 0
    before = START
    for chunk, gap in zip(parse.chunks, parse.gaps, strict=False):
        if chunk.role not in grammar.order:
            return f"{_shown(chunk)} is found in no other entry of this form"
        place = grammar.order.index(chunk.role)
        if place < at:
            return f"the {chunk.role.replace('_', ' ')} stands elsewhere than in other entries"
        at = place + 1
        if chunk.form not in options(grammar.forms[chunk.role], grammar.size):
            usual = grammar.forms[chunk.role].most_common(1)[0][0]
            return f"{_shown(chunk)} is written {chunk.form!r}, usually {usual!r}"
        reason = _gap_differs(grammar, before, chunk.role, gap)
        if reason:
            return reason
        before = chunk.role
    return _gap_differs(grammar, before, END, parse.gaps[-1])


def _gap_differs(grammar: Grammar, before: str, role: str, gap: str) -> str | None:
    own = grammar.gaps.get((before, role), Counter())
    known = set(options(own, grammar.size)) if own else set()
    if not own or sum(own.values()) < supported(grammar.size):
        known |= set(options(grammar.leads.get(role, Counter()), grammar.size))
    if gap in known:
        return None
    name = {END: "the end", START: "the beginning"}
    usual = grammar.usual_gap(before, role)
    return f"between {name.get(before, before)} and {name.get(role, role)} stands {gap!r}, usually {usual!r}"


def _shown(chunk: Chunk) -> str:
    value = dict(chunk.values).get(chunk.role) or (chunk.values[0][1] if chunk.values else chunk.form)
    return f"the {chunk.role.replace('_', ' ')} {value[:60]!r}"


def plain_gap(gap: str) -> str:
    """A gap as template text."""
    return escape(gap)
