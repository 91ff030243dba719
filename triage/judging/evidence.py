"""What the list and its owner have said so far, in the one form that every learner takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.judging.importance import NOTHING, Announced
from triage.judging.measure import Flags
from triage.models import SectionPath

HALF_LIFE = 1.0
"""Years after which an entry counts half. Fields move within a year or two: what a list added lately says more of what
it will add next."""

ENOUGH = 20
"""Examples with abstracts from which a twentieth can be told: then those with bare titles need not stand in."""


@dataclass(frozen=True, slots=True)
class Example:
    """A paper that the list has, or that its owner decided about.

    `sections` are its right places (any is right; empty if it was rejected or stands outside the taxonomy),
    `when` the year it is from, as a fraction (2025.5), `weight` how much it counts (1 for an entry of the list),
    `announced` what is known of it beside its text; `decided` tells a paper that its owner decided about.
    """

    title: str
    abstract: str = ""
    sections: tuple[SectionPath, ...] = ()
    when: float | None = None
    weight: float = 1.0
    wanted: bool = True
    announced: Announced = NOTHING
    decided: bool = False

    @property
    def text(self) -> str:
        """What is embedded: the same form as `triage.vectors.paper_text`."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title


def like_watched(examples: Sequence[Example], chosen: Flags) -> Flags:
    """Those of the chosen that tell how a watched paper would fare: the ones with abstracts if there are ENOUGH, since
    a bare title is harder to judge; else all."""
    full = chosen & np.array([bool(example.abstract) for example in examples], dtype=bool)
    return full if int(full.sum()) >= ENOUGH else chosen


def recency(examples: Sequence[Example]) -> NDArray[np.float64]:
    """How much each example counts for its age, from 0 to 1; one of unknown age counts as the median one."""
    known = [example.when for example in examples if example.when is not None]
    if not known:
        return np.ones(len(examples))
    newest, middle = max(known), float(np.median(known))
    ages = [newest - (middle if example.when is None else example.when) for example in examples]
    return np.asarray(0.5 ** (np.array(ages) / HALF_LIFE))
