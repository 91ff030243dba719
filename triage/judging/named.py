"""A paper's own remark ("accepted at CVPR 2025") may name the section it belongs to, where a list sorts by venue."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from triage.models import SectionPath

SURETY = 50.0
"""How much likelier a section becomes that the paper's own remark names."""

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


def _venue_words(path: SectionPath) -> frozenset[str]:
    words = frozenset(_WORD.findall(path[-1].casefold())) if path else frozenset()
    return words if len(words) > 1 and any(word.isdigit() for word in words) else frozenset()
