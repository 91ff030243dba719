"""A model's choice of section as a vote: it may settle what the judge leaves open, and nothing else.

A paper's text can make a model say anything, so a vote cannot reach beyond the sections that the judge finds likely
itself, it weighs what the model has earned on the list's own entries, and no probability rises by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.models import Choice, SectionPath, open_sections


@dataclass(frozen=True, slots=True)
class Earned:
    """How a model did on entries whose section is known: asked, and right."""

    asked: int = 0
    right: int = 0

    @property
    def accuracy(self) -> float:
        """Its share of right votes, drawn towards a half while little is known (Laplace's rule of succession)."""
        return (self.right + 1) / (self.asked + 2)


def weigh(choices: Sequence[Choice], vote: SectionPath | None, earned: Earned, options: int) -> SectionPath:
    """The judge's likeliest section, or the one that a model chose among `options` sections if it is open to a vote and
    likelier by Bayes' rule: a model votes for the right section with its accuracy and for each other one alike.

    A vote by a model that was never tried changes nothing. Gives () where the judge has no section.
    """
    if not choices:
        return ()
    best = choices[0]
    if vote is None or earned.asked == 0 or options < 2 or vote not in open_sections(choices):
        return best.section
    wrong = (1 - earned.accuracy) / (options - 1)
    chosen = next(choice for choice in choices if choice.section == vote)
    return vote if chosen.probability * earned.accuracy > best.probability * wrong else best.section
