"""Many questions to a model: some at a time, within a budget of tokens, none asked twice, every call in the ledger."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Protocol

from triage.drafting.answer import Answer, read_reply
from triage.drafting.asking import Question
from triage.drafting.conversation import Attempt, Outcome, converse
from triage.prompts import Prompt
from triage.services import LanguageModel


class Ledger(Protocol):
    """Where calls are noted: the store's `calls`."""

    def kept(self, prompt_key: str) -> str | None: ...

    def note(
        self,
        purpose: str,
        model: str,
        prompt_key: str,
        paper_id: str | None,
        verdict: str,
        *,
        reply: str | None,
        seconds: float,
        tokens: tuple[int | None, int | None],
        cost: float | None,
    ) -> None: ...


@dataclass
class Budget:
    """Tokens that may be used; counts those used."""

    limit: int
    used: int = 0

    @property
    def spent(self) -> bool:
        """Whether nothing more may be asked."""
        return self.used >= self.limit


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what came of it, and why it was not asked if it was not. `cached` when the ledger had the reply."""

    question: Question
    outcome: Outcome | None
    unasked: str = ""
    cached: bool = False


Objection = Callable[[Answer], str]


@dataclass(frozen=True)
class Caller:
    """Puts questions to one model. `parallel` is how many calls may be under way at once."""

    model: LanguageModel
    ledger: Ledger
    retry: Prompt
    budget: Budget
    parallel: int
    over: list[str] = field(default_factory=list)

    def ask(self, questions: Sequence[tuple[Question, Objection]]) -> Iterator[Asked]:
        """What came of each question, as it comes in. Replies that were kept before are not asked for again; once the
        budget is spent or the server is of no use (`over` then says why, once), the rest comes back unasked."""
        waiting = deque(questions)
        running: dict[Future[Outcome], Question] = {}
        with ThreadPoolExecutor(max_workers=self.parallel) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < self.parallel:
                        question, objection = waiting.popleft()
                        ready = self._without_asking(question)
                        if ready:
                            yield ready
                            continue
                        running[pool.submit(converse, self.model, question, self.retry, objection)] = question
                        if not self._tried:
                            break
                    if running:
                        done, _ = wait(running, return_when=FIRST_COMPLETED)
                        for future in done:
                            yield self._noted(running.pop(future), future.result())
            finally:
                for future in running:
                    future.cancel()

    @property
    def _tried(self) -> bool:
        """Whether the server has answered before: the first question goes alone, so that a wrong key fails once."""
        return self.budget.used > 0

    def _without_asking(self, question: Question) -> Asked | None:
        raw = self.ledger.kept(question.key)
        if raw is not None:
            answer = read_reply(raw, question.wanted).answer
            if answer is not None:
                return Asked(question, Outcome((), answer, raw), cached=True)
        if self.over:
            return Asked(question, None, self.over[0])
        if self.budget.spent:
            return Asked(question, None, f"the budget of {self.budget.limit:,} tokens for one fetch is spent")
        return None

    def _noted(self, question: Question, outcome: Outcome) -> Asked:
        for attempt in outcome.attempts:
            self._note(question, attempt)
        self.budget.used += max(1, outcome.tokens)
        if outcome.over and not self.over:
            self.over.append(outcome.trouble)
        return Asked(question, outcome)

    def _note(self, question: Question, attempt: Attempt) -> None:
        reply = attempt.reply
        self.ledger.note(
            question.purpose,
            self.model.name,
            question.key,
            question.paper_id,
            attempt.verdict[:500],
            reply=reply.text if reply else None,
            seconds=reply.seconds if reply else 0.0,
            tokens=(reply.tokens_in, reply.tokens_out) if reply else (None, None),
            cost=reply.cost if reply else None,
        )
