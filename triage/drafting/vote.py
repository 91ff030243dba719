"""A model's choice of section as a vote: it may settle what the judge leaves open, and nothing else.

A paper's text can make a model say anything, so a vote cannot reach beyond the sections that the judge finds likely
itself, it weighs as much as the model was right on the list's own entries, and no probability rises by it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.drafting.question import MOST_SECTIONS, Answer, Questions
from triage.drafting.rules import ListedEntry
from triage.llm.asking import Asker, Question
from triage.models import Choice, Paper, SectionPath, open_sections
from triage.protocols import Progress

MOST = 24
"""How many of the list's entries a model is tried on."""

_ENOUGH = 3
"""Fewer than this part of the entries wanted tell nothing."""


@dataclass(frozen=True, slots=True)
class ModelTrial:
    """How a model did on entries whose section is known: asked, and right. `whole` if every entry was asked about;
    `trouble` says why it stopped, if a call failed."""

    asked: int = 0
    right: int = 0
    whole: bool = False
    trouble: str = ""

    @property
    def accuracy(self) -> float:
        """Its share of right votes, drawn towards a half while little is known (Laplace's rule of succession)."""
        return (self.right + 1) / (self.asked + 2)


def weigh(choices: Sequence[Choice], vote: SectionPath | None, trial: ModelTrial, options: int) -> SectionPath:
    """The judge's likeliest section, or the one that a model chose among `options` sections if it is open to a vote and
    likelier by Bayes' rule: a model votes for the right section with its accuracy and for each other one alike.

    A vote by a model that was never tried changes nothing. Gives () where the judge has no section.
    """
    if not choices:
        return ()
    best = choices[0]
    if vote is None or trial.asked == 0 or options < 2 or vote not in open_sections(choices):
        return best.section
    wrong = (1 - trial.accuracy) / (options - 1)
    chosen = next(choice for choice in choices if choice.section == vote)
    return vote if chosen.probability * trial.accuracy > best.probability * wrong else best.section


def try_model(
    questions: Questions, asker: Asker, most: int, tell: Callable[[str], None], progress: Progress
) -> ModelTrial:
    """Asks the model to file up to `most` of the list's entries, each without itself among the examples; announced by
    `tell`, and stopped by the first call that brings no reply. A list of few entries or one section is no trial."""
    truth = {question.key: (question, section) for question, section in _trial_questions(questions, most)}
    if len(truth) < min(most, MOST) // _ENOUGH or not truth:
        return ModelTrial()
    tell(
        f"{questions.model} is first asked to file {len(truth)} of your list's entries, to learn how far its choice of"
        " section can be trusted; once per model"
    )
    asked = right = 0
    with progress(f"trying {questions.model} on the list's own entries", len(truth)) as advance:
        for reply in asker.ask([question for question, _ in truth.values()]):
            if reply.failed or not reply.asked:
                return ModelTrial(asked, right, trouble=str(reply.fault))
            asked += 1
            right += reply.answer is not None and reply.answer.section == truth[reply.question.key][1]
            advance()
    tell(f"{questions.model} put {right} of {asked} where your list has them")
    return ModelTrial(asked, right, whole=True)


def _trial_entries(entries: Sequence[ListedEntry], most: int) -> list[ListedEntry]:
    """Up to `most` titled entries to try a model on, spread over the sections and the same every time."""
    ordered = sorted(
        (entry for entry in entries if entry.title),
        key=lambda entry: hashlib.blake2b(entry.title.encode("utf-8", "replace"), digest_size=8).digest(),
    )
    by_section: dict[SectionPath, list[ListedEntry]] = {}
    for entry in ordered:
        by_section.setdefault(entry.section, []).append(entry)
    chosen: list[ListedEntry] = []
    while len(chosen) < most and any(by_section.values()):
        for waiting in by_section.values():
            if waiting and len(chosen) < most:
                chosen.append(waiting.pop(0))
    return chosen


def _trial_questions(questions: Questions, most: int) -> list[tuple[Question[Answer], SectionPath]]:
    """The questions, each with the section in which the list has the entry."""
    made = []
    for entry in _trial_entries(questions.entries, most):
        paper = Paper(id=f"listed: {entry.title}", title=entry.title, abstract=questions.abstracts.get(entry.title, ""))
        likely = questions.examples.sections(f"{entry.title} {paper.abstract}", MOST_SECTIONS, but=entry.title)
        if len(likely) > 1:
            made.append((questions.file(paper, likely, "trial"), entry.section))
    return made
