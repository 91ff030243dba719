"""A model's choice of section as a vote: it weighs what the model has earned on the list's own entries."""

from collections.abc import Sequence
from dataclasses import dataclass

from triage.models import Choice, SectionPath


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
    """The likeliest section given the judge's probabilities and a model's vote among `options` sections, by Bayes'
    rule: a model votes for the right section with its accuracy and for each other one alike.

    A vote by a model that was never tried, for none of the sections, or for one outside the judge's, changes nothing.
    """
    if not choices:
        return ()
    best = choices[0].section
    if vote is None or earned.asked == 0 or vote not in {choice.section for choice in choices} or options < 2:
        return best
    wrong = (1 - earned.accuracy) / (options - 1)
    weights = {
        choice.section: choice.probability * (earned.accuracy if choice.section == vote else wrong)
        for choice in choices
    }
    likeliest = max(weights, key=lambda path: weights[path])
    return likeliest if weights[likeliest] > weights[best] else best
