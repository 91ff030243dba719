"""Lists that give every paper a heading of its own, with authors and links beneath it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from triage.lists.blocks import cut
from triage.lists.headings import TOPIC
from triage.lists.leaves import label_kind
from triage.lists.lines import BLANK, Line
from triage.lists.section import Section
from triage.models import SectionPath

_LABELLED = re.compile(r"\s*(?:[-*+]\s+)?\W{0,4}[A-Za-z][A-Za-z /-]{1,24}\W{0,3}[:：]")
_LINK = re.compile(r"\]\([^)#\s]|href\s*=|https?://", re.IGNORECASE)
_LEAST = 3

Headed = Mapping[int, tuple[SectionPath, int, int]]
"""Section index to the entry it is: the path it stands under, its first and its last line (indices)."""


def headed_entries(lines: Sequence[Line], sections: Sequence[Section], bodies: Sequence[tuple[int, int]]) -> Headed:
    """The sections that are entries: three or more sisters, most with a title's words and nothing but a paper's own
    lines beneath."""
    sisters: dict[tuple[int, SectionPath], list[int]] = defaultdict(list)
    for number, section in enumerate(sections):
        leaf = number + 1 == len(sections) or sections[number + 1].level <= section.level
        if section.level > 1 and leaf and section.kind == TOPIC:
            sisters[section.level, section.path[:-1]].append(number)
    found: dict[int, tuple[SectionPath, int, int]] = {}
    for (_, parent), numbers in sisters.items():
        fitting = [number for number in numbers if _is_paper(lines, bodies[number])]
        words = sum(len(sections[number].title.split()) for number in fitting)
        if len(fitting) >= max(_LEAST, 0.7 * len(numbers)) and words >= 4 * len(fitting):
            for number in fitting:
                first, end = bodies[number]
                found[number] = (parent, first - 1, _last_written(lines, first - 1, end))
    return found


def without(
    sections: Sequence[Section], bodies: Sequence[tuple[int, int]], headed: Headed
) -> tuple[list[Section], list[tuple[int, int]]]:
    """The sections that are no entries; what stood under those that are belongs to the section above."""
    kept: list[Section] = []
    ranges: list[tuple[int, int]] = []
    for number, (section, body) in enumerate(zip(sections, bodies, strict=True)):
        if number not in headed:
            kept.append(section)
            ranges.append(body)
        elif kept:
            kept[-1] = replace(kept[-1], end=section.end)
    return kept, ranges


def _is_paper(lines: Sequence[Line], body: tuple[int, int]) -> bool:
    first, end = body
    text = [line.text for line in lines[first - 1 : end]]
    if not _LINK.search("\n".join(text)):
        return False
    blocks = cut(lines, first, end)
    items = [block for block in blocks if block.kind in ("item", "row")]
    if any(block.kind == "row" for block in items) or len(blocks) > 12:
        return False
    return all(_own_line(lines[block.first].text) for block in items)


def _own_line(text: str) -> bool:
    """Whether a bullet tells of the paper above it ("Authors: …", "[code](…)") rather than of one of its own."""
    if _LABELLED.match(text) and not re.match(r"\s*(?:[-*+]\s+)?\*\*[^*]{40,}", text):
        return True
    label = re.sub(r"\]\([^)]*\)|[\[\]*_`]|https?://\S+|^\s*[-*+]\s+", " ", text)
    return label_kind(" ".join(label.split())) is not None or "](" not in text


def _last_written(lines: Sequence[Line], first: int, end: int) -> int:
    last = end - 1
    while last > first and (lines[last].kind in (BLANK, "rule")):
        last -= 1
    return last
