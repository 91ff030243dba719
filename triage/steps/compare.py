"""Replays the papers that a person has decided: which model would have agreed more, and what that took."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.collection import Store
from triage.config import Llm
from triage.drafting.question import MOST_SECTIONS, Answer, Prompts, Questions, load_prompts
from triage.drafting.rules import learn_statistics
from triage.errors import TriageError
from triage.lists.document import Document
from triage.llm.asking import Asker, Budget
from triage.models import Decision, Verdict
from triage.protocols import LanguageModel, Progress


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one model did. `accepted` and `rejected` are the papers asked about; a model agrees with an accepted one by
    choosing the person's section, with a rejected one by "none of these". `unusable` replies agree with nothing;
    `judge_agreed` is how many accepted papers the judge alone had right. `cost` in US dollars, None if unknown;
    `trouble` is the first reason for an answer that is missing."""

    model: str
    accepted: int
    accepted_agreed: int
    rejected: int
    rejected_agreed: int
    judge_agreed: int
    unusable: int
    tokens_in: int
    tokens_out: int
    cost: float | None
    seconds: float
    trouble: str = ""

    @property
    def agreement(self) -> float:
        """The share of the person's decisions that the model agrees with; 0 if there are none."""
        asked = self.accepted + self.rejected
        return (self.accepted_agreed + self.rejected_agreed) / asked if asked else 0.0


def compare(
    store: Store,
    document: Document,
    models: Sequence[LanguageModel],
    *,
    settings: Llm,
    progress: Progress,
    prompts: Path | None = None,
) -> list[Comparison]:
    """Asks each model to file every decided paper; those that agree most come first. Replies once paid for are reused.
    `prompts` is the workspace's folder of prompts. Raises TriageError if nothing was decided yet, ConfigError if a
    prompt cannot be used."""
    decided = [d for d in store.ledger.current() if d.verdict is not Verdict.LATER]
    if not decided:
        raise TriageError("nothing to compare on: no paper was accepted or rejected yet; `triage review` first")
    loaded = load_prompts(prompts)
    made = [_replay(store, document, model, decided, settings, progress, loaded) for model in models]
    return sorted(made, key=lambda row: -row.agreement)


def _replay(
    store: Store,
    document: Document,
    model: LanguageModel,
    decided: Sequence[Decision],
    settings: Llm,
    progress: Progress,
    prompts: Prompts,
) -> Comparison:
    statistics = learn_statistics(document.entries)
    make = Questions(model.name, document.title, statistics, document.entries, {}, stars=False, prompts=prompts)
    budget = Budget(settings.max_tokens_per_fetch)
    asker = Asker(model, store.calls, prompts.retry, budget, settings.parallel, settings.max_answer_tokens)
    questions, decisions, judge_agreed = [], {}, 0
    for decision in decided:
        paper, judgement = store.papers.get(decision.paper_id), store.judgements.get(decision.paper_id)
        if paper is None or judgement is None:
            continue
        sections = [choice.section for choice in judgement.sections[:MOST_SECTIONS]]
        questions.append(make.file(paper, sections, "compare"))
        decisions[paper.id] = decision
        judge_agreed += decision.verdict is Verdict.ACCEPT and judgement.section == decision.section
    agreed = {Verdict.ACCEPT: 0, Verdict.REJECT: 0}
    unusable, trouble = 0, ""
    with progress(f"asking {model.name}", len(questions)) as advance:
        for reply in asker.ask(questions):
            decision = decisions[reply.question.paper_id or ""]
            trouble = trouble or str(reply.fault or "")
            unusable += reply.answer is None
            agreed[decision.verdict] += reply.answer is not None and _agrees(reply.answer, decision)
            advance()
    spent = store.calls.spent([question.key for question in questions])
    count = {verdict: sum(d.verdict is verdict for d in decisions.values()) for verdict in agreed}
    return Comparison(
        model=model.name,
        accepted=count[Verdict.ACCEPT],
        accepted_agreed=agreed[Verdict.ACCEPT],
        rejected=count[Verdict.REJECT],
        rejected_agreed=agreed[Verdict.REJECT],
        judge_agreed=judge_agreed,
        unusable=unusable,
        tokens_in=spent.tokens_in,
        tokens_out=spent.tokens_out,
        cost=spent.cost,
        seconds=spent.seconds,
        trouble=trouble,
    )


def _agrees(answer: Answer, decision: Decision) -> bool:
    if decision.verdict is Verdict.REJECT:
        return answer.section is None
    return answer.section is not None and answer.section == decision.section
