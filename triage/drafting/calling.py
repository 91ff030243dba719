"""Many questions to a model: some at a time, within a budget of tokens, none asked twice, every call in the ledger."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol

from triage.drafting.answer import Answer, read_reply
from triage.drafting.asking import Question
from triage.drafting.conversation import Attempt, Outcome, converse, cut_at
from triage.prompts import Prompt
from triage.services import LanguageModel

PATIENCE = 3
"""Questions in a row without a reply; after so many the server is left alone for this run."""


class Ledger(Protocol):
    """Where calls are noted: the store's `calls`."""

    def kept(self, prompt_key: str) -> str | None: ...

    def refused(self, prompt_key: str) -> str | None: ...

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


@dataclass
class Caller:
    """Puts questions to one model, in one run. `parallel` is how many calls may be under way at once, `max_tokens` the
    longest answer. `over` says why no further question is put, once that is so."""

    model: LanguageModel
    ledger: Ledger
    retry: Prompt
    budget: Budget
    parallel: int
    max_tokens: int
    over: str = ""
    _silent: int = field(default=0, init=False)
    _answered: bool = field(default=False, init=False)

    def ask(self, questions: Sequence[tuple[Question, Objection]], *, again: bool = False) -> Iterator[Asked]:
        """What came of each question, as it comes in. Replies that came before are not asked for again, unless `again`;
        once the budget is spent or the server is left alone (`over`), the rest comes back unasked.

        Whoever stops in the middle (Ctrl-C too) does not wait for calls that are under way.
        """
        waiting = deque(questions)
        running: dict[Future[Outcome], Question] = {}
        while waiting or running:
            while waiting and len(running) < (self.parallel if self._answered else 1):
                question, objection = waiting.popleft()
                ready = None if again else self._replied(question)
                ready = ready or self._withheld(question)
                if ready:
                    yield ready
                else:
                    running[self._begin(question, objection)] = question
            if running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield self._noted(running.pop(future), future.result())

    def unasked(self, questions: Sequence[tuple[Question, Objection]]) -> int:
        """How many of these questions no reply is known to."""
        return sum(self._replied(question) is None for question, _ in questions)

    def _begin(self, question: Question, objection: Objection) -> Future[Outcome]:
        """Asks in a thread that does not keep the program from ending."""
        future: Future[Outcome] = Future()

        def run() -> None:
            try:
                future.set_result(converse(self.model, question, self.retry, objection, self.max_tokens))
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def _replied(self, question: Question) -> Asked | None:
        """What came of this question before: a reply that was kept, or one that could not be used (unless because it
        was cut at another limit than today's)."""
        raw = self.ledger.kept(question.key)
        if raw is not None:
            answer = read_reply(raw, question.wanted).answer
            if answer is not None:
                return Asked(question, Outcome((), answer, raw), cached=True)
        verdict = self.ledger.refused(question.key)
        if verdict is None:
            return None
        cut = verdict.startswith("cut at ")
        if cut and not verdict.startswith(cut_at(self.max_tokens)):
            return None
        return Asked(question, Outcome((), trouble=verdict, cut=cut), cached=True)

    def _withheld(self, question: Question) -> Asked | None:
        """This question, if no further one is put."""
        if self.over:
            return Asked(question, None, self.over)
        if self.budget.spent:
            why = f"the budget of {self.budget.limit:,} tokens for one fetch is spent ([llm] max_tokens_per_fetch)"
            return Asked(question, None, why)
        return None

    def _noted(self, question: Question, outcome: Outcome) -> Asked:
        for attempt in outcome.attempts:
            self._note(question, attempt)
        self.budget.used += max(1, outcome.tokens)
        self._silent = self._silent + 1 if outcome.silent else 0
        self._answered = self._answered or not outcome.failed
        if outcome.over:
            self.over = self.over or outcome.trouble
        elif self._silent >= PATIENCE:
            self.over = self.over or f"it was left alone after {PATIENCE} questions in a row without a reply"
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
            seconds=attempt.seconds,
            tokens=(reply.tokens_in, reply.tokens_out) if reply else (None, None),
            cost=reply.cost if reply else None,
        )
