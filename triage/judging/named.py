"""A paper's own remark ("accepted at CVPR 2025") may name the section it belongs to, where a list sorts by venue."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from triage.models import SectionPath

SURETY = 50.0
"""How much likelier a section becomes that the paper's own remark names."""

_BESIDE = frozenset({"workshop", "workshops", "submitted", "review"})
"""A remark with one of these names a venue that the paper is not, or not yet, part of."""

_WORD = re.compile(r"[^\W\d_]{2,}|\d{4}")


def prefer_named(
    spread: NDArray[np.float64], sections: Sequence[SectionPath], remarks: Sequence[str]
) -> NDArray[np.float64]:
    """The probabilities (shape (papers, sections)) with those of sections raised that a paper's remark names in full,
    the year included. Headings without a year are topics and left alone."""
    wanted = [(column, words) for column, path in enumerate(sections) if (words := _venue_words(path))]
    if not wanted:
        return spread
    raised = spread.copy()
    for row, remark in enumerate(remarks):
        said = set(_WORD.findall(remark.casefold()))
        for column, words in wanted:
            if words <= said:
                raised[row, column] *= SURETY
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def add_named(
    spread: NDArray[np.float64], venues: Sequence[SectionPath], remarks: Sequence[str]
) -> NDArray[np.float64]:
    """The probabilities (shape (papers, sections)) with a column more for each of the `venues`, sections that no
    paper's text can tell: nothing, or SURETY times an even share where a paper's remark names it in full."""
    named = np.zeros((len(spread), len(venues)))
    words = [_venue_words(path) for path in venues]
    for row, remark in enumerate(remarks):
        said = set(_WORD.findall(remark.casefold()))
        if said & _BESIDE:
            continue
        named[row] = [bool(word) and word <= said for word in words]
    both = np.hstack([spread, named * SURETY / max(spread.shape[1], 1)])
    return np.asarray(both / np.maximum(both.sum(axis=1, keepdims=True), 1e-12))


def _venue_words(path: SectionPath) -> frozenset[str]:
    words = frozenset(_WORD.findall(path[-1].casefold())) if path else frozenset()
    return words if len(words) > 1 and any(word.isdigit() for word in words) else frozenset()
