"""Whether a number follows from others: as difference, ratio, change in percent, share, sum or mean.

A number is called wrong only after this, so what may be derived from what is bounded: numbers of one unit that stand
near each other, and only where the words around the number say so ("lower by", "on average").
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from triage.verifying.numbers import Quantity, is_rounded

_COUNT = 10
"""An average is also a ratio of counts, of so many things at least."""
_MOST = 24
"""Numbers among which one is derived; beyond, any number follows from some two of them."""
_CHANGE = re.compile(
    r"\b(?:by|gains?|gaps?|drop(?:s|ped)?|margins?|difference|improv\w{0,8}|increas\w{0,4}|decreas\w{0,4}|reduc\w{0,6}|"
    r"rais\w{1,3}|ris(?:es?|ing)|fell|falls?|higher|lower|better|worse|more|less|fewer|faster|slower|larger|smaller|"
    r"outperform\w{0,4}|surpass\w{0,4}|exceed\w{0,4}|ahead|behind|below|above|short of|relative|boost\w{0,4}|"
    r"sav\w{1,4}|loss|los[et]\w{0,3}|losing|add(?:s|ed|ing)?|costs?|degrad\w{0,6}|points?|pp)\b",
    re.I,
)
_SHARE = re.compile(r"\b(?:of|share|proportion|fraction|portion|rate|accounts?|remaining|rest|other)\b", re.I)
_TOTAL = re.compile(r"\b(?:total|altogether|overall|sum|combined|together|in all|comprises?|consists?|both)\b", re.I)
_MEAN = re.compile(r"\b(?:averag\w{0,3}|mean)\b", re.I)
_MULTIPLE = re.compile(
    r"\b(?:times|fold|twice|double\w?|half|halv\w{1,3}|triple\w?|factor|ratio|order of|per|each)\b|×", re.I
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the words around a claimed number say of where it comes from; nothing else is derived."""

    change: bool
    share: bool
    total: bool
    mean: bool
    multiple: bool
    error: bool


def said_of(claimed: Quantity, text: str) -> Said:
    """What the words near `claimed` in `text`, its sentence, say of it."""
    near = text[max(0, claimed.start - 90) : claimed.end + 60]
    return Said(
        change=bool(_CHANGE.search(near)),
        share=claimed.kind == "percent" and bool(_SHARE.search(near)),
        total=bool(_TOTAL.search(near)),
        mean=bool(_MEAN.search(near)),
        multiple=claimed.kind == "times" or bool(_MULTIPLE.search(near)),
        error=bool(re.search(r"\berrors?\b", near, re.I)),
    )


def is_derived(claimed: Quantity, said: Said, known: Sequence[Quantity]) -> bool:
    """Whether the claimed number follows from two of the `known` ones, or from all of them (their sum, their mean).
    They are those of one sentence and its neighbours, of a row or of a column: at most 24 count."""
    known = known[:_MOST]
    if any(_follows(claimed, said, abs(one.value), abs(other.value)) for one, other in _pairs(known)):
        return True
    values = [abs(one.value) for one in known]
    if said.share and len(values) > 2 and any(is_rounded(claimed, 100 * one / sum(values)) for one in values if one):
        return True
    if len(values) < 2 or not (said.total or said.mean):
        return False
    stretches = [
        values[at : at + size] for size in range(2, min(len(values), 12) + 1) for at in range(len(values) - size + 1)
    ]
    return any(
        (said.total and is_rounded(claimed, sum(part))) or (said.mean and is_rounded(claimed, sum(part) / len(part)))
        for part in stretches
    )


def _pairs(known: Sequence[Quantity]) -> Iterator[tuple[Quantity, Quantity]]:
    return (
        (one, other)
        for one, other in combinations(known, 2)
        if one.value != other.value and (one.kind == other.kind or {one.kind, other.kind} <= {"percent", "points", ""})
    )


def _follows(claimed: Quantity, said: Said, one: float, other: float) -> bool:
    low, high = sorted((one, other))
    if said.multiple and low > 0 and (is_rounded(claimed, high / low) or is_rounded(claimed, low / high)):
        return True
    if said.mean and low >= _COUNT and is_rounded(claimed, high / low):
        return True
    if said.change and claimed.kind not in ("times",):
        scales = (1.0, 100.0) if claimed.kind in ("percent", "points") and high <= 1 else (1.0,)
        if any(is_rounded(claimed, (high - low) * scale) for scale in scales):
            return True
        if claimed.kind == "percent" and low > 0 and _is_relative(claimed, low, high, said):
            return True
    return said.share and high > 0 and is_rounded(claimed, 100 * low / high)


def _is_relative(claimed: Quantity, low: float, high: float, said: Said) -> bool:
    """Whether the claimed percentage is the change from one to the other; of an error where accuracies are known, that
    of what they lack of 1 or of 100."""
    whole = 1.0 if high <= 1 else 100.0
    bases = (low, high, whole - low) if said.error and low < whole and high <= whole else (low, high)
    changes = [100 * (high - low) / base for base in bases if base > 0]
    return any(is_rounded(claimed, change) or 0 <= change - claimed.value < claimed.step for change in changes)
