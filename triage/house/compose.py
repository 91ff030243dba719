"""The grammars of a list's entries, as few as explain them, and each written as one template text that a person can
read: optional groups, runs of links, alternatives."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from triage.house.grammar import END, START, Grammar, differs, field_class, learn_grammar, options, reclassify
from triage.lists.chunks import Parse
from triage.lists.document import Entry
from triage.lists.fields import entry_marker
from triage.lists.values import escape

_RARE = 0.04
_OFTEN = 0.1
"""A share of the entries that have a note of their own (a tag, an institution) which makes it part of the format."""
_MOST_TEMPLATES = 6
_LINKED = re.compile(
    r"(?<!\[)\[(\[*+[^\[\]]*\{title(?::stop)?\}[^\[\]]*\]*?)\]\(\{(?:paper|link)\}[^()]*\)"
    r"|<a\b[^<>]*\{(?:paper|link)\}[^<>]*>(?=.*\{title)|</a>"
)
_VENUE_LABEL = re.compile(r"\[[^\[\]]*\{venue[^\[\]]*(\]{1,2})\(\{paper\}")
_SUBTITLE = re.compile(r"(?<=\{name\}):(?=[*_]*+ *+\{subtitle)|[ :]*+\{subtitle(?::stop)?\}")
_UNKNOWABLE = frozenset(("track", "link_label"))
"""Slots that no paper's facts can fill: ways of writing that need them are for reading only."""


def compose(grammar: Grammar, row: bool = False) -> str:
    """The template: the title always, everything else only where it is known; of a table's `row`, every cell."""
    order = [field for field in grammar.order if _kept(grammar, field, row)]
    pivot = order.index("title") if "title" in order else 0
    parts = [escape(_first_gap(grammar, order))]
    for place, field in enumerate(order[:pivot]):
        gap = _usual_after(grammar, field, order[place + 1 :])
        parts.append(
            _always(grammar, field, "", gap) if row and "|" in gap else "{?" + _ways(grammar, field, gap) + "}"
        )
    if order:
        parts.append(_title(grammar, order[pivot]))
    rest = order[pivot + 1 :]
    if row:
        parts += [_cell(grammar, field, order) for field in rest]
    else:
        parts += _runs(grammar, rest, order[: pivot + 1])
    parts.append(escape(_conditional_end(grammar)))
    return "".join(parts)


def plain_template(entries: Sequence[Entry]) -> str:
    """The least that every reader understands, for entries of one kind of which no better template was learned."""
    columns = entries[0].columns
    link = "{?[{title}]({paper}){|}{title}}"
    if columns:
        return "| " + " | ".join([link, *[""] * (len(columns) - 1)]) + " |"
    if re.match(r"\s*<li\b", entries[0].text):
        return '<li>{?<a href="{paper}">{title}</a>{|}{title}}</li>'
    if any(chunk.field == "number" for chunk in entries[0].parsed.parse.chunks[:1]):
        return "{number}. " + link
    begin = Counter(entry_marker(entry.text) for entry in entries).most_common(1)[0][0]
    if entries[0].kind == "headed":
        return begin + "{title}{?\n\n[Paper]({paper})}"
    return begin + "**{title}**{? [[Paper]]({paper})}" if entries[0].kind == "paragraph" else (begin or "- ") + link


def learn_grammars(entries: Sequence[Entry]) -> list[tuple[Grammar, list[Entry]]]:
    """As few grammars as explain the entries: if the first cannot write many of them, those get one of their own."""
    found: list[tuple[Grammar, list[Entry]]] = []
    left = list(entries)
    while left and len(found) < _MOST_TEMPLATES:
        core = _core(left) if len(left) > 3 else left
        grammar = learn_grammar([_parse(entry) for entry in core])
        read = {entry.start: reclassify(grammar, _parse(entry)) for entry in left}
        covered = [entry for entry in left if differs(grammar, read[entry.start]) is None]
        if not covered:
            covered = core
        taken = {entry.start for entry in covered}
        others = [entry for entry in left if entry.start not in taken]
        found.append((learn_grammar([read[entry.start] for entry in covered], recency(covered)), covered))
        if len(others) < max(2, round(0.01 * len(entries))):
            break
        left = others
    return found


def _core(entries: Sequence[Entry]) -> list[Entry]:
    """The entries whose kind of lines is the commonest: those that share how title and marker are set."""
    shapes: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        parse = _parse(entry)
        title = next((chunk.pattern for chunk in parse.chunks if chunk.field == "title"), "")
        shapes[(title.replace(":stop", ""),)].append(entry)
    return max(shapes.values(), key=len)


def _parse(entry: Entry) -> Parse:
    parse = entry.parsed.parse
    if "\r" not in entry.text:
        return parse
    return Parse(parse.chunks, tuple(gap.replace("\r\n", "\n") for gap in parse.gaps))


def recency(entries: Sequence[Entry]) -> list[int]:
    """How much each entry tells of today's conventions: 3 for the newest third (by arXiv id, else year), 2, 1."""
    keys = [age(entry) for entry in entries]
    ranks = sorted(range(len(entries)), key=lambda place: keys[place])
    weights = [1] * len(entries)
    for rank, place in enumerate(ranks):
        weights[place] = 1 + (3 * rank) // max(1, len(ranks))
    return weights


def age(entry: Entry) -> float:
    found = re.match(r"(\d\d)(\d\d)\.", entry.arxiv_id or "")
    if found:
        return 2000 + int(found[1]) + int(found[2]) / 13
    return float(entry.year or 0)


def _kept(grammar: Grammar, field: str, row: bool) -> bool:
    """Fields worth a place in the template: those that a new paper can fill and that are no rarity.

    A field that another field shows far more often (a venue in brackets beside the one in the link) is not repeated.
    """
    share = grammar.presence[field] / max(1, grammar.size)
    if field == "title":
        return True
    slots = (
        frozenset().union(*(grammar.slots[pattern] for pattern in _patterns(grammar, field)))
        if _patterns(grammar, field)
        else None
    )
    if row and share >= 0.5:
        return True
    if slots is None or field in ("link", "number_2") or (_copy(field) and field_class(field) != "note"):
        return False
    if field_class(field) == "note":
        return share >= _OFTEN
    shown = slots & frozenset(("venue", "year", "authors", "date", "title"))
    for other in grammar.order:
        if other != field and shown and grammar.presence[other] > 2 * grammar.presence[field]:
            shared = shown & frozenset().union(
                *(grammar.slots[pattern] for pattern in _patterns(grammar, other) or [""] if pattern)
            )
            if shared:
                return False
    return share >= _RARE


def _copy(field: str) -> bool:
    return field.rpartition("_")[2].isdigit()


def _first_gap(grammar: Grammar, order: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for (before, _), gaps in grammar.gaps.items():
        if before == START:
            seen.update(gaps)
    return seen.most_common(1)[0][0] if seen else ""


def _conditional_end(grammar: Grammar) -> str:
    seen = grammar.leads.get(END)
    end = seen.most_common(1)[0][0] if seen else ""
    if seen and re.fullmatch(r"[ \t]*\|[ \t]*", end) and seen[end] < 0.6 * sum(seen.values()):
        return " |"
    return end


def _usual_after(grammar: Grammar, field: str, following: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for after in following:
        seen.update(grammar.gaps.get((field, after), {}))
    if not seen:
        # None of those that stay in the template ever stood right behind it: what stood there led to something else.
        for (before, after), gaps in grammar.gaps.items():
            if before == field and after != END:
                seen.update(gaps)
    return seen.most_common(1)[0][0] if seen else " "


def _ways(grammar: Grammar, field: str, after: str = "", lead: str = "") -> str:
    """The field's patterns, those with more fields first; each with the text around it."""
    patterns = _all_patterns(grammar, field)
    return "{|}".join(escape(lead) + pattern + escape(after) for pattern in patterns)


def _patterns(grammar: Grammar, field: str) -> list[str]:
    """The commonest pattern of every set of fields, the larger sets first."""
    best: dict[frozenset[str], str] = {}
    for pattern in options(grammar.patterns[field], grammar.size):
        if not any(
            slot in _UNKNOWABLE or (_copy(slot) and not slot.startswith("note_")) for slot in grammar.slots[pattern]
        ):
            best.setdefault(grammar.slots[pattern], pattern)
    with_fields = sorted((slots for slots in best if slots), key=len, reverse=True)
    return [best[slots] for slots in with_fields if not _said_elsewhere(grammar, field, slots, best)]


def _is_unknowable(slot: str) -> bool:
    return slot in _UNKNOWABLE or (_copy(slot) and not slot.startswith("note_"))


def _said_elsewhere(grammar: Grammar, field: str, slots: frozenset[str], best: Mapping[frozenset[str], str]) -> bool:
    """Whether a shorter pattern is commoner and what it lacks mostly stands elsewhere in the entry: a link labelled
    "bioRxiv" among those labelled "paper", behind titles with "[2021 bioRxiv]" before them."""
    counts = grammar.patterns[field]
    elsewhere: set[str] = set()
    for other in grammar.order:
        if other != field and grammar.presence[other] * 2 > grammar.size:
            elsewhere |= grammar.slots[grammar.patterns[other].most_common(1)[0][0]]
    return any(
        shorter and shorter < slots and counts[pattern] > counts[best[slots]] and slots - shorter <= elsewhere
        for shorter, pattern in best.items()
    )


def _all_patterns(grammar: Grammar, field: str) -> list[str]:
    """The field's patterns, and what is written where none of them can be."""
    patterns = _patterns(grammar, field)
    return [*patterns, *_with_plain_label(patterns), *_standing_in(grammar, field)]


def _with_plain_label(ways: Sequence[str]) -> list[str]:
    """Where every link to the paper is labelled with its venue or DOI, a way for a paper that has none."""
    if ways and all("{doi}" in way for way in ways):
        return [ways[-1].replace("{doi}", "arXiv")]
    if not ways or not all(_VENUE_LABEL.search(way) for way in ways):
        return []
    return [_VENUE_LABEL.sub(r"[paper\1({paper}", ways[-1], count=1)]


def _standing_in(grammar: Grammar, field: str) -> list[str]:
    """What most entries write where they lack this field: "[code]" without an address."""
    absent = grammar.size - grammar.presence[field]
    return [
        pattern
        for pattern, count in grammar.patterns[field].most_common(1)
        if not grammar.slots[pattern] and count > absent
    ]


def _title(grammar: Grammar, field: str) -> str:
    """The title's ways; where it is a link, the last way is without one, for a paper that has no address yet."""
    patterns = _patterns(grammar, field) or [grammar.patterns[field].most_common(1)[0][0]]
    if all("{subtitle" in pattern for pattern in patterns):
        patterns = [*patterns, _SUBTITLE.sub("", patterns[0]).replace("{name}", "{title}")]
    if all("{paper}" in pattern or "{link}" in pattern for pattern in patterns):
        whole = next((pattern for pattern in patterns if "{title" in pattern), patterns[0])
        bare = _LINKED.sub(lambda found: found.group(1) or "", whole)
        patterns = [*patterns, bare] if bare != whole else patterns
    return patterns[0] if len(patterns) == 1 else "{?" + "{|}".join(patterns) + "}"


def _always(grammar: Grammar, field: str, lead: str, after: str) -> str:
    return escape(lead) + "{?" + _with_empty(grammar, field) + "}" + escape(after)


def _with_empty(grammar: Grammar, field: str) -> str:
    """The ways of a cell, the last being what the list writes when it has nothing to say."""
    empty = [pattern for pattern, _ in grammar.patterns[field].most_common() if not grammar.slots[pattern]]
    ways = _patterns(grammar, field)
    return "{|}".join([*ways, empty[0] if empty else _usual_empty(grammar)])


def _usual_empty(grammar: Grammar) -> str:
    """What this table writes into cells that have nothing to say, wherever it says so."""
    seen: Counter[str] = Counter()
    for field, patterns in grammar.patterns.items():
        if "title" not in field:
            seen.update(
                {
                    pattern: count
                    for pattern, count in patterns.items()
                    if not grammar.slots[pattern] and len(pattern) <= 12
                }
            )
    return seen.most_common(1)[0][0] if seen else ""


def _cell(grammar: Grammar, field: str, order: Sequence[str]) -> str:
    seen: Counter[str] = Counter()
    for (before, after), gaps in grammar.gaps.items():
        if after == field and before in order:
            seen.update(gaps)
    lead = seen.most_common(1)[0][0] if seen else " | "
    if seen and re.fullmatch(r"[ \t]*\|[ \t]*", lead) and seen[lead] < 0.6 * sum(seen.values()) and seen[" | "] > 0:
        lead = " | "
    if "|" not in lead:
        return "{?" + _ways(grammar, field, lead=lead) + "}"
    condition = _presence_decides(grammar, field, seen)
    shown = condition or escape(lead)
    return shown + "{?" + _with_empty(grammar, field) + "}"


def _presence_decides(grammar: Grammar, field: str, seen: Counter[str]) -> str | None:
    """Both of two gaps that compete before a field, if the presence of another field tells which it is."""
    if len(seen) < 2 or seen.most_common(2)[1][1] < 0.1 * sum(seen.values()):
        return None
    first, second = (gap for gap, _ in seen.most_common(2))
    best: tuple[float, str, str, str] | None = None
    for other in grammar.order:
        slots = grammar.slots[grammar.patterns[other].most_common(1)[0][0]]
        if other == field or not slots or grammar.presence[other] == grammar.size:
            continue
        with_other, without = _split(grammar.parses, field, other, first, second)
        for yes, no in ((first, second), (second, first)):
            right = with_other[yes] + without[no]
            total = sum(with_other.values()) + sum(without.values())
            if total and right / total > (best[0] if best else 0.9):
                best = (right / total, sorted(slots)[0], yes, no)
    if best is None:
        return None
    return "{?" + escape(best[2]) + "{" + best[1] + ":if}{|}" + escape(best[3]) + "}"


def _split(parses: Sequence[Parse], field: str, other: str, *gaps: str) -> tuple[Counter[str], Counter[str]]:
    with_other: Counter[str] = Counter()
    without: Counter[str] = Counter()
    for parse in parses:
        fields = [chunk.field for chunk in parse.chunks]
        if field in fields:
            gap = parse.gaps[fields.index(field)]
            if gap in gaps:
                (with_other if other in fields else without)[gap] += 1
    return with_other, without


def _runs(grammar: Grammar, rest: Sequence[str], before: Sequence[str]) -> list[str]:
    """Fields after the title: alone with what leads to them, or in runs with a common joint."""
    parts: list[str] = []
    place = 0
    outside = list(before)
    while place < len(rest):
        lead = _lead(grammar, outside, rest[place])
        members = [rest[place]]
        joint: str | None = None
        while place + len(members) < len(rest):
            following = rest[place + len(members)]
            gap = _lead(grammar, members, following, strict=True)
            from_outside = _lead(grammar, outside, following, strict=True)
            if gap is None or gap == lead or "\n" in gap or (joint is not None and gap != joint):
                break
            if from_outside is not None and from_outside != lead:
                break
            joint = gap
            members.append(following)
        if joint is None:
            parts.append("{?" + _ways(grammar, members[0], lead=lead or "") + "}")
        else:
            inner = "{|}".join(_one(grammar, field) for field in members)
            parts.append("{?" + escape(lead or "") + "{*" + escape(joint) + "{|}" + inner + "}}")
        outside += members
        place += len(members)
    return parts


def _one(grammar: Grammar, field: str) -> str:
    patterns = _all_patterns(grammar, field)
    return patterns[0] if len(patterns) == 1 else "{?" + "{|}".join(patterns) + "}"


def _lead(grammar: Grammar, before: Sequence[str], field: str, strict: bool = False) -> str | None:
    seen: Counter[str] = Counter()
    for other in before:
        seen.update(grammar.gaps.get((other, field), {}))
    if seen:
        return seen.most_common(1)[0][0]
    if strict:
        return None
    own = grammar.leads.get(field)
    return own.most_common(1)[0][0] if own else " "
