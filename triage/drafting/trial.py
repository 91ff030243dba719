"""A model tried on the list's own entries: how far its choice of section can be trusted before it counts."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.drafting.answers import Answer
from triage.drafting.calling import Caller
from triage.drafting.questions import MOST_SECTIONS, Asker, Earned, Question
from triage.drafting.rules import ListedEntry
from triage.models import Paper, SectionPath
from triage.protocols import Progress

MOST = 24
"""How many of the list's entries a model is tried on."""

_ENOUGH = 3
"""Fewer than this part of the entries wanted tell nothing."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial came to. `whole` if every entry was asked about; `trouble` says why it stopped, if a call failed."""

    earned: Earned
    whole: bool = False
    trouble: str = ""


def try_model(asker: Asker, caller: Caller, most: int, tell: Callable[[str], None], progress: Progress) -> Trial:
    """Asks the model to file up to `most` of the list's entries, each without itself among the examples; announced by
    `tell`, and stopped by the first call that brings no reply. A list of few entries or one section is no trial."""
    questions, truth = _questions(asker, most)
    if len(questions) < min(most, MOST) // _ENOUGH or not questions:
        return Trial(Earned())
    tell(
        f"{asker.model} is first asked to file {len(questions)} of your list's entries, to learn how far its choice of"
        " section can be trusted; once per model"
    )
    asked = right = 0
    with progress(f"trying {asker.model} on the list's own entries", len(questions)) as advance:
        for done in caller.ask([(question, _no_objection) for question in questions]):
            if done.outcome is None or done.outcome.failed:
                return Trial(Earned(asked, right), trouble=done.outcome.trouble if done.outcome else done.unasked)
            asked += 1
            answer = done.outcome.answer
            right += answer is not None and done.question.options.get(answer.section or "") == truth[done.question.key]
            advance()
    tell(f"{asker.model} put {right} of {asked} where your list has them")
    return Trial(Earned(asked, right), whole=True)


def trial_entries(entries: Sequence[ListedEntry], most: int) -> list[ListedEntry]:
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


def _questions(asker: Asker, most: int) -> tuple[list[Question], dict[str, SectionPath]]:
    """The questions, and the section in which the list has each entry, by the question's key."""
    questions: dict[str, Question] = {}
    truth: dict[str, SectionPath] = {}
    for entry in trial_entries(asker.entries, most):
        paper = Paper(id=f"listed: {entry.title}", title=entry.title, abstract=asker.abstracts.get(entry.title, ""))
        likely = asker.index.sections(f"{entry.title} {paper.abstract}", MOST_SECTIONS, but=entry.title)
        if len(likely) > 1:
            question = asker.file_question(paper, likely, "trial")
            questions[question.key], truth[question.key] = question, entry.section
    return list(questions.values()), truth


def _no_objection(answer: Answer) -> str:
    return ""
