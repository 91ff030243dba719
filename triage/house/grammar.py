"""The grammar of a list: which fields its entries have, in which order, in which patterns, with what between them.

Lists mix small variants freely: blanks at a line's end, `\\\\` or `<br>`, what joins two links. Each is brought to one
spelling for comparing; which variants a list really uses is counted apart, over all places. What occurs often enough
is a convention of the list, what occurs once stays a deviation.
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
_RECLASSIFIED = frozenset(("note", "venue", "authors", "summary", "title", "date", "datasets", "year", "text"))


def field_class(field: str) -> str:
    """Links are one class, whatever their label; so are notes; a second field of a kind counts as the first."""
    base = re.sub(r"_\d+$", "", field)
    return "link" if base in LINKS else base


@lru_cache(maxsize=65536)
def gap_key(gap: str, before: str, after: str) -> str:
    """A gap without its free variation; `before` and `after` are field classes."""
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
def shape_of(pattern: str, field: str) -> str:
    """A pattern without its label (links) and without the blanks after a label's colon."""
    if field_class(field) == "link":
        found = _SHAPE.fullmatch(pattern)
        if found:
            return found["open"] + "…" + found["middle"] + "{}" + found["end"]
    return _COLON.sub(r"\1 ", re.sub(r"\{(\w+?)_\d+((?::\w+)?)\}", r"{\1\2}", pattern).replace(":stop}", "}"))


def pattern_variants(chunk: Chunk) -> list[tuple[str, str]]:
    """The variants that a pattern shows."""
    return [("colon", match.group()) for match in _COLON.finditer(chunk.pattern)]


def common(seen: Counter[str], least: int) -> frozenset[str]:
    """Those seen often enough to be a convention, and always the most frequent."""
    return frozenset([way for way, count in seen.items() if count >= least] + [way for way, _ in seen.most_common(1)])


@dataclass(frozen=True)
class Grammar:
    """Counts over `size` entries. `order` are the fields as they follow each other."""

    size: int
    order: tuple[str, ...]
    patterns: Mapping[str, Counter[str]]
    slots: Mapping[str, frozenset[str]]
    gaps: Mapping[tuple[str, str], Counter[str]]
    presence: Mapping[str, int]
    parses: tuple[Parse, ...]

    @cached_property
    def leads(self) -> Mapping[str, Counter[str]]:
        """Field to what stood before it, whatever came first."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (_, field), seen in self.gaps.items():
            found[field].update(seen)
        return found

    @cached_property
    def conventions(self) -> "Conventions":
        """What of it is often enough to be the list's own way."""
        return learn_conventions(self)


def learn_grammar(parses: Sequence[Parse], weights: Sequence[int] = ()) -> Grammar:
    """Counts patterns, gaps and orders of fields; `weights` (1 each by default) let recent entries count for more."""
    patterns: dict[str, Counter[str]] = defaultdict(Counter)
    slots: dict[str, frozenset[str]] = {}
    gaps: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    presence: Counter[str] = Counter()
    for parse, weight in zip(parses, weights or [1] * len(parses), strict=True):
        fields = [START, *(chunk.field for chunk in parse.chunks), END]
        for place, gap in enumerate(parse.gaps):
            gaps[fields[place], fields[place + 1]][gap] += weight
        for chunk in parse.chunks:
            patterns[chunk.field][chunk.pattern] += weight
            slots[chunk.pattern] = chunk.slots
            presence[chunk.field] += 1
    return Grammar(len(parses), _order(parses, presence), patterns, slots, gaps, presence, tuple(parses))


def _order(parses: Sequence[Parse], presence: Mapping[str, int]) -> tuple[str, ...]:
    """Fields so that most pairs stand as they mostly stand in the entries."""
    before: Counter[tuple[str, str]] = Counter()
    places: dict[str, list[float]] = defaultdict(list)
    for parse in parses:
        fields = [chunk.field for chunk in parse.chunks]
        for i, field in enumerate(fields):
            places[field].append(i)
            if len(fields) <= 24:
                before.update((field, other) for other in fields[i + 1 :])
    kept = [field for field in presence if presence[field] >= supported(len(parses))]
    title = [field for field in kept if field == "title"]
    kept = kept if kept else list(presence)
    wins = {
        field: sum(before[other, field] > before[field, other] for other in kept if other != field) for field in kept
    }
    average = {field: sum(places[field]) / len(places[field]) for field in kept}
    ordered = sorted(kept, key=lambda field: (wins[field], average[field]))
    return tuple(_settled(ordered, before)) if title or kept else ()


def _settled(ordered: list[str], before: Counter[tuple[str, str]]) -> list[str]:
    """Neighbours that mostly stand the other way round change places (insertion sort over the majority)."""
    done: list[str] = []
    for field in ordered:
        place = len(done)
        while place > 0 and before[field, done[place - 1]] > before[done[place - 1], field]:
            place -= 1
        done.insert(place, field)
    return done


def supported(size: int) -> int:
    """How often a pattern or gap must occur among `size` entries to be the list's own rather than an exception."""
    return 1 if size < 16 else max(2, round(size * 0.01))


def options(seen: Counter[str], size: int, limit: int = 8) -> tuple[str, ...]:
    """The list's own ways among those seen, the most frequent first."""
    least = supported(size)
    common = [way for way, count in seen.most_common(limit) if count >= least]
    return tuple(common or [way for way, _ in seen.most_common(1)])


def differs(grammar: Grammar, parse: Parse) -> str | None:
    """What in an entry the grammar cannot write, in words; None if it can write all of it."""
    conventions = grammar.conventions
    rank = -1
    before = START
    for chunk, gap in zip(parse.chunks, parse.gaps, strict=False):
        kind = field_class(chunk.field)
        if kind == "note" and chunk.pattern.startswith("{note") and "\n" in gap:
            before = kind
            continue
        if kind not in conventions.shapes:
            return f"{_shown(chunk)} is found in no other entry of this form"
        place = conventions.ranks.get(kind, rank)
        if place < rank and kind not in ("link", "note"):
            return f"the {kind} stands elsewhere than in other entries"
        rank = max(rank, place) if kind not in ("link", "note") else rank
        shape = shape_of(chunk.pattern, chunk.field)
        if shape not in conventions.shapes[kind]:
            usual = grammar.patterns.get(chunk.field) or conventions.patterns[kind]
            return f"{_shown(chunk)} is written {chunk.pattern!r}, usually {usual.most_common(1)[0][0]!r}"
        reason = _unusual(pattern_variants(chunk), conventions) or _gap_differs(grammar, before, kind, gap)
        if reason:
            return reason
        before = kind
    return _gap_differs(grammar, before, END, parse.gaps[-1])


def _gap_differs(grammar: Grammar, before: str, after: str, gap: str) -> str | None:
    conventions = grammar.conventions
    key = gap_key(gap, before, after)
    if before == "note" and (key == "" if after == END else "\n" in gap):
        return _unusual(gap_variants(gap, before, after), conventions)
    if key not in conventions.between.get((before, after), conventions.leading.get(after, frozenset())):
        name = {END: "the end", START: "the beginning"}
        seen = conventions.seen.get((before, after)) or Counter({"": 1})
        usual = seen.most_common(1)[0][0]
        return f"between {name.get(before, before)} and {name.get(after, after)} stands {gap!r}, usually {usual!r}"
    return _unusual(gap_variants(gap, before, after), conventions)


def _unusual(variants: Sequence[tuple[str, str]], conventions: "Conventions") -> str | None:
    for kind, way in variants:
        known = conventions.variants.get(kind)
        if known is not None and way not in known:
            return f"{_VARIANTS[kind]} is {way!r}, which the list hardly ever does"
    return None


@dataclass(frozen=True)
class Conventions:
    """What a list does often enough to be its own way, by class of field; derived from a Grammar."""

    shapes: Mapping[str, frozenset[str]]
    between: Mapping[tuple[str, str], frozenset[str]]
    leading: Mapping[str, frozenset[str]]
    variants: Mapping[str, frozenset[str]]
    ranks: Mapping[str, int]
    seen: Mapping[tuple[str, str], Counter[str]]
    patterns: Mapping[str, Counter[str]]


def learn_conventions(grammar: Grammar) -> Conventions:
    """Counts shapes, gaps and variants of a grammar's entries by class."""
    least = supported(grammar.size)
    shapes: dict[str, Counter[str]] = defaultdict(Counter)
    patterns: dict[str, Counter[str]] = defaultdict(Counter)
    between: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    variants: dict[str, Counter[str]] = defaultdict(Counter)
    leading: dict[str, Counter[str]] = defaultdict(Counter)
    for parse in grammar.parses:
        kinds = [START, *(field_class(chunk.field) for chunk in parse.chunks), END]
        for chunk, kind in zip(parse.chunks, kinds[1:], strict=False):
            shapes[kind][shape_of(chunk.pattern, chunk.field)] += 1
            patterns[kind][chunk.pattern] += 1
            for name, way in pattern_variants(chunk):
                variants[name][way] += 1
        for gap, before, after in zip(parse.gaps, kinds, kinds[1:], strict=False):
            key = gap_key(gap, before, after)
            between[before, after][key] += 1
            leading[after][key] += 1
            seen[before, after][gap] += 1
            for name, way in gap_variants(gap, before, after):
                variants[name][way] += 1
    kept = {pair: counts for pair, counts in between.items() if sum(counts.values()) >= least}
    order = [field_class(field) for field in grammar.order]
    return Conventions(
        shapes={kind: common(counts, least) for kind, counts in shapes.items() if sum(counts.values()) >= least},
        between={pair: common(counts, least) for pair, counts in kept.items()},
        leading={kind: common(counts, least) for kind, counts in leading.items()},
        variants={kind: common(counts, least) for kind, counts in variants.items()},
        ranks={kind: order.index(kind) for kind in order},
        seen=seen,
        patterns=patterns,
    )


def _shown(chunk: Chunk) -> str:
    value = dict(chunk.values).get(chunk.field) or (chunk.values[0][1] if chunk.values else chunk.pattern)
    return f"the {chunk.field.replace('_', ' ')} {value[:60]!r}"


def reclassify(grammar: Grammar, parse: Parse) -> Parse:
    """The same cuts; a field that the list writes nowhere in this way takes the field of the one that stands there."""
    chunks = list(parse.chunks)
    kinds = [field_class(chunk.field) for chunk in chunks]
    changed = False
    for place, chunk in enumerate(chunks):
        if kinds[place] not in _RECLASSIFIED or _usual(grammar, chunk, kinds, place, parse.gaps[place]):
            continue
        field = _better_field(grammar, chunk, kinds, place, parse.gaps[place])
        if field:
            chunks[place] = _as_field(chunk, field)
            kinds[place] = field
            changed = True
    return replace(parse, chunks=tuple(chunks)) if changed else parse


def _usual(grammar: Grammar, chunk: Chunk, kinds: list[str], place: int, gap: str) -> bool:
    conventions = grammar.conventions
    kind = kinds[place]
    if kinds.count(kind) > 1 or shape_of(chunk.pattern, chunk.field) not in conventions.shapes.get(kind, ()):
        return False
    before = kinds[place - 1] if place else START
    seen = conventions.between.get((before, kind))
    return seen is None or gap_key(gap, before, kind) in seen


def _better_field(grammar: Grammar, chunk: Chunk, kinds: list[str], place: int, gap: str) -> str | None:
    conventions = grammar.conventions
    before = kinds[place - 1] if place else START
    after = kinds[place + 1] if place + 1 < len(kinds) else END
    if not chunk.values:
        return None
    for kind in conventions.ranks:
        if kind == kinds[place] or kind in ("link", "note", "number", "mark") or kind in kinds:
            continue
        renamed = _as_field(chunk, kind)
        fits = shape_of(renamed.pattern, kind) in conventions.shapes.get(kind, ())
        if (
            fits
            and gap_key(gap, before, kind) in conventions.between.get((before, kind), ())
            and (kind, after) in conventions.seen
        ):
            return kind
    return None


def _as_field(chunk: Chunk, field: str) -> Chunk:
    """The chunk with all its text as one field of that field."""
    first = min(chunk.pattern.index("{" + name) for name, _ in chunk.values if "{" + name in chunk.pattern)
    last = chunk.pattern.rindex("}") + 1
    inner = chunk.pattern[first:last]
    value = fill(inner, chunk.values)
    return Chunk(field, chunk.pattern[:first] + "{" + field + "}" + chunk.pattern[last:], ((field, value),))
