"""What the list and its owner have said so far, in the one form that every learner takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.models import SectionPath


@dataclass(frozen=True, slots=True)
class Example:
    """A paper that the list has, or that its owner decided about.

    `sections` are its right places (any is right; empty if it was rejected or stands outside the taxonomy),
    `when` the year it is from, as a fraction (2025.5), `weight` how much it counts (1 for an entry of the list).
    """

    title: str
    abstract: str = ""
    sections: tuple[SectionPath, ...] = ()
    when: float | None = None
    weight: float = 1.0
    wanted: bool = True

    @property
    def text(self) -> str:
        """What is embedded: the same form as `triage.vectors.paper_text`."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title


def labelled(examples: Sequence[Example]) -> list[Example]:
    """The examples that stand in a section."""
    return [example for example in examples if example.wanted and example.sections]
