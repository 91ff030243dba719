"""The grammar of a list: which fields its entries have, in which order and forms, with what between them.

Lists mix small variants freely: blanks at a line's end, `\\\\` or `<br>`, what joins two links. Each is brought to one
form for comparing; which variants a list really uses is counted apart, over all places, so that a list's own ways are
choices and a slip that occurs once stays a deviation.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from triage.lists.chunks import Chunk, Parse, fill

LINKS = frozenset("paper arxiv code project data demo video model slides supplement bibtex reviews link".split())
_BREAK = re.compile(r"(?:(?<![ \t])[ \t]++)?(?:(?:\\|<br\s*+/?>)[ \t]*+)?(?=\n|\Z)", re.IGNORECASE)
_BAR = re.compile(r"(?:(?<![ \t])[ \t]++)?\|[ \t]*+")
_BLANKS = re.compile(r"[ \t]{1,40}")
_SHAPE = re.compile(
    r"(?P<open>(?:\*\*)?\[++(?:\*\*|`)?)(?P<label>.*?)(?P<middle>(?:\*\*|`)?(?<!\])\]++[ ]?\(<?)\{\w+\}(?P<end>.*)",
    re.DOTALL,
)
_COLON = re.compile(r"(:[*_]*)[ \t]*(?=\{)")
START = "^"
END = "$"
_VARIANTS = {
    "joint": "what joins two links",
    "bar": "the padding of a cell",
    "break": "a line's end",
    "paragraph": "the blank line",
    "blanks": "a run of blanks",
    "colon": "what follows a label",
}
_RENAMED = frozenset(("note", "venue", "authors", "summary", "title", "date", "datasets", "year", "text"))


def role_class(role: str) -> str:
    """Links are one class, whatever their label; so are notes; a second field of a kind counts as the first."""
    base = re.sub(r"_\d+$", "", role)
    return "link" if base in LINKS else base


@lru_cache(maxsize=65536)
def gap_key(gap: str, before: str, after: str) -> str:
    """A gap without its free variation; `before` and `after` are role classes."""
    if before == after == "link" and "\n" not in gap and "|" not in gap and len(gap) <= 4:
        return "<joint>"
    if "|" in gap and "\n" not in gap:
        return re.sub(r"(?:(?<![ \t])[ \t]++)?<br\s*+/?>", "<br>", _BAR.sub("|", gap))
    key = _BREAK.sub("", gap) if after == "$" or "\n" in gap else gap
    key = re.sub(r"\n[ \t]*(?=\n)", "\n", key)
    key = re.sub(r"\n{2,}", "\n\n", key)
    return _BLANKS.sub(" ", key) if "\n" not in key else key


def gap_variants(gap: str, before: str, after: str) -> list[tuple[str, str]]:
    """The variants that a gap shows: (kind, as written)."""
    found: list[tuple[str, str]] = []
    if before == after == "link" and "\n" not in gap and "|" not in gap and len(gap) <= 4:
        return [("joint", gap)]
    if "|" in gap and "\n" not in gap:
        return [
            ("bar", "even" if match.group() in (" | ", "| ", " |", "|") else "padded") for match in _BAR.finditer(gap)
        ]
    if "\n" in gap or after == "$":
        found += [
            ("break", match.group()) for match in _BREAK.finditer(gap) if match.end() == len(gap) or match.group()
        ]
        blank = re.search(r"\n[ \t]*(?:\n[ \t]*)+", gap)
        if blank:
            found.append(("paragraph", blank.group().rstrip(" \t")))
    else:
        found += [("blanks", match.group()) for match in _BLANKS.finditer(gap)]
    return found


@lru_cache(maxsize=65536)
def shape_of(form: str, role: str) -> str:
    """A form without its label (links) and without the blanks after a label's colon."""
    if role_class(role) == "link":
        found = _SHAPE.fullmatch(form)
        if found:
            return found["open"] + "…" + found["middle"] + "{}" + found["end"]
    return _COLON.sub(r"\1 ", re.sub(r"\{(\w+?)_\d+((?::\w+)?)\}", r"{\1\2}", form).replace(":stop}", "}"))


def form_variants(chunk: Chunk) -> list[tuple[str, str]]:
    """The variants that a form shows."""
    return [("colon", match.group()) for match in _COLON.finditer(chunk.form)]


def common(seen: Counter[str], least: int) -> frozenset[str]:
    """Those seen often enough to be a habit, and always the most frequent."""
    return frozenset([way for way, count in seen.items() if count >= least] + [way for way, _ in seen.most_common(1)])


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

    @cached_property
    def habits(self) -> "Habits":
        """What of it is often enough to be the list's own way."""
        return habits_of(self)

    def usual_gap(self, before: str, role: str) -> str | None:
        """The most frequent text between two neighbours; None if they were never neighbours."""
        seen = self.gaps.get((before, role))
        return seen.most_common(1)[0][0] if seen else None


def learn_grammar(parses: Sequence[Parse], weights: Sequence[int] = ()) -> Grammar:
    """Counts forms, gaps and the order of roles; `weights` (1 each by default) let recent entries count for more."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    slots: dict[str, frozenset[str]] = {}
    gaps: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    presence: Counter[str] = Counter()
    for parse, weight in zip(parses, weights or [1] * len(parses), strict=True):
        roles = [START, *(chunk.role for chunk in parse.chunks), END]
        for place, gap in enumerate(parse.gaps):
            gaps[roles[place], roles[place + 1]][gap] += weight
        for chunk in parse.chunks:
            forms[chunk.role][chunk.form] += weight
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
    wins = {role: sum(before[other, role] > before[role, other] for other in kept if other != role) for role in kept}
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
    return 1 if size < 16 else max(2, round(size * 0.01))


def options(seen: Counter[str], size: int, limit: int = 8) -> tuple[str, ...]:
    """The list's own ways among those seen, the most frequent first."""
    least = supported(size)
    common = [way for way, count in seen.most_common(limit) if count >= least]
    return tuple(common or [way for way, _ in seen.most_common(1)])


def differs(grammar: Grammar, parse: Parse) -> str | None:
    """What in an entry the grammar cannot write, in words; None if it can write all of it."""
    habits = grammar.habits
    rank = -1
    before = START
    for chunk, gap in zip(parse.chunks, parse.gaps, strict=False):
        kind = role_class(chunk.role)
        if kind == "note" and chunk.form.startswith("{note") and "\n" in gap:
            before = kind
            continue
        if kind not in habits.shapes:
            return f"{_shown(chunk)} is found in no other entry of this form"
        place = habits.ranks.get(kind, rank)
        if place < rank and kind not in ("link", "note"):
            return f"the {kind} stands elsewhere than in other entries"
        rank = max(rank, place) if kind not in ("link", "note") else rank
        shape = shape_of(chunk.form, chunk.role)
        if shape not in habits.shapes[kind]:
            usual = grammar.forms.get(chunk.role) or habits.any_form(kind)
            return f"{_shown(chunk)} is written {chunk.form!r}, usually {usual.most_common(1)[0][0]!r}"
        reason = _unusual(form_variants(chunk), habits) or _gap_differs(grammar, before, kind, gap)
        if reason:
            return reason
        before = kind
    return _gap_differs(grammar, before, END, parse.gaps[-1])


def _gap_differs(grammar: Grammar, before: str, after: str, gap: str) -> str | None:
    habits = grammar.habits
    key = gap_key(gap, before, after)
    if before == "note" and (key == "" if after == END else "\n" in gap):
        return _unusual(gap_variants(gap, before, after), habits)
    if key not in habits.between.get((before, after), habits.leading.get(after, frozenset())):
        name = {END: "the end", START: "the beginning"}
        seen = habits.seen.get((before, after)) or Counter({"": 1})
        usual = seen.most_common(1)[0][0]
        return f"between {name.get(before, before)} and {name.get(after, after)} stands {gap!r}, usually {usual!r}"
    return _unusual(gap_variants(gap, before, after), habits)


def _unusual(variants: Sequence[tuple[str, str]], habits: "Habits") -> str | None:
    for kind, way in variants:
        known = habits.variants.get(kind)
        if known is not None and way not in known:
            return f"{_VARIANTS[kind]} is {way!r}, which the list hardly ever does"
    return None


@dataclass(frozen=True)
class Habits:
    """What a list does often enough to be its own way, by class of role; derived from a Grammar."""

    shapes: Mapping[str, frozenset[str]]
    between: Mapping[tuple[str, str], frozenset[str]]
    leading: Mapping[str, frozenset[str]]
    variants: Mapping[str, frozenset[str]]
    ranks: Mapping[str, int]
    seen: Mapping[tuple[str, str], Counter[str]]
    forms: Mapping[str, Counter[str]]

    def any_form(self, kind: str) -> Counter[str]:
        """The forms of a class of roles."""
        return self.forms[kind]


def habits_of(grammar: Grammar) -> Habits:
    """Counts shapes, gaps and variants of a grammar's entries by class."""
    least = supported(grammar.size)
    shapes: dict[str, Counter[str]] = defaultdict(Counter)
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    between: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    variants: dict[str, Counter[str]] = defaultdict(Counter)
    leading: dict[str, Counter[str]] = defaultdict(Counter)
    for parse in grammar.parses:
        kinds = [START, *(role_class(chunk.role) for chunk in parse.chunks), END]
        for chunk, kind in zip(parse.chunks, kinds[1:], strict=False):
            shapes[kind][shape_of(chunk.form, chunk.role)] += 1
            forms[kind][chunk.form] += 1
            for name, way in form_variants(chunk):
                variants[name][way] += 1
        for gap, before, after in zip(parse.gaps, kinds, kinds[1:], strict=False):
            key = gap_key(gap, before, after)
            between[before, after][key] += 1
            leading[after][key] += 1
            seen[before, after][gap] += 1
            for name, way in gap_variants(gap, before, after):
                variants[name][way] += 1
    kept = {pair: counts for pair, counts in between.items() if sum(counts.values()) >= least}
    order = [role_class(role) for role in grammar.order]
    return Habits(
        shapes={kind: common(counts, least) for kind, counts in shapes.items() if sum(counts.values()) >= least},
        between={pair: common(counts, least) for pair, counts in kept.items()},
        leading={kind: common(counts, least) for kind, counts in leading.items()},
        variants={kind: common(counts, least) for kind, counts in variants.items()},
        ranks={kind: order.index(kind) for kind in order},
        seen=seen,
        forms=forms,
    )


def _shown(chunk: Chunk) -> str:
    value = dict(chunk.values).get(chunk.role) or (chunk.values[0][1] if chunk.values else chunk.form)
    return f"the {chunk.role.replace('_', ' ')} {value[:60]!r}"


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
