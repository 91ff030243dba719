"""One question to a model, with one retry that names what was wrong. Nothing that a model does raises here.

Many questions to a model: some at a time, within a budget of tokens, none asked twice, every call in the ledger.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Protocol

from triage.drafting.answers import Answer, read_reply
from triage.drafting.questions import Question
from triage.errors import ModelError, ModelSetupError, ModelUnavailable
from triage.llm.prompts import Prompt
from triage.protocols import LanguageModel, Message, ModelReply


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call: the reply, None if there was none, its verdict ("kept", "kept in part: why", "no reply: why", or why
    the reply was not used), and how long it took."""

    reply: ModelReply | None
    verdict: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a conversation came to. `answer` is the last reply that could be read, `raw` its text; `trouble` says why
    there is none. `failed`: the last call brought no reply; `silent`: because the server gave none; `over`: no further
    call to this model makes sense; `cut`: the reply was longer than it might be."""

    attempts: tuple[Attempt, ...]
    answer: Answer | None = None
    raw: str = ""
    trouble: str = ""
    over: bool = False
    silent: bool = False
    cut: bool = False

    @property
    def failed(self) -> bool:
        """Whether the last call brought no reply."""
        return bool(self.attempts) and self.attempts[-1].reply is None

    @property
    def tokens(self) -> int:
        """Tokens used, by the server's count, else about four characters each."""
        replies = [attempt.reply for attempt in self.attempts if attempt.reply]
        return sum((r.tokens_in or 0) + (r.tokens_out or len(r.text) // 4) for r in replies)


def converse(
    model: LanguageModel, question: Question, retry: Prompt, objection: Callable[[Answer], str], max_tokens: int
) -> Outcome:
    """Asks for at most `max_tokens` of answer, and asks once more if the reply cannot be read or `objection` (given the
    answer, "" for none) says so; a reply that was cut is not asked for again, since the next would be too.

    An answer that still meets an objection is given back all the same: what of it stands is for the caller to say.
    """
    messages = list(question.messages)
    attempts: list[Attempt] = []
    answer: Answer | None = None
    raw = ""
    for last in (False, True):
        began = time.monotonic()
        try:
            reply = model.ask(messages, question.schema, max_tokens)
        except ModelError as error:
            attempts.append(Attempt(None, f"no reply: {error}", time.monotonic() - began))
            over, silent = isinstance(error, ModelSetupError), isinstance(error, ModelUnavailable)
            return Outcome(tuple(attempts), answer, raw, str(error), over, silent)
        read = read_reply(reply.text, question.wanted)
        fault, cut = read.fault, bool(read.fault) and reply.cut
        if read.answer is not None:
            answer, raw = read.answer, reply.text
            fault = objection(read.answer)
        elif cut:
            fault = f"{cut_at(max_tokens)}: {fault}; raise [llm] max_answer_tokens"
        if not fault or (last and read.answer is not None):
            attempts.append(Attempt(reply, f"kept in part: {fault}" if fault else "kept", reply.seconds))
            return Outcome(tuple(attempts), answer, raw)
        attempts.append(Attempt(reply, fault, reply.seconds))
        if cut:
            break
        messages += [Message("assistant", reply.text[:4000]), *_again(retry, fault)]
    return Outcome(tuple(attempts), answer, raw, "" if answer else attempts[-1].verdict, cut=cut and not answer)


def cut_at(max_tokens: int) -> str:
    """How the verdict on a reply that was cut at this limit begins."""
    return f"cut at {max_tokens} tokens"


def _again(retry: Prompt, fault: str) -> list[Message]:
    return [Message(role, text) for role, text in retry.fill({"reason": fault})]


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
