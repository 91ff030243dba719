"""Asking a model for a JSON answer: one question with one retry, and many within a budget, none paid for twice.

What is asked and what an answer is worth is the asker's business: a Question brings its messages, its schema, how a
reply is read and what speaks against it. Here it is put, put once more with what was wrong, and noted in a ledger.
Nothing that a model or its server does raises an error.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from triage.errors import ModelError, ModelSetupError, ModelUnavailable
from triage.llm.prompts import Prompt
from triage.models import Call, CallOutcome, Fault
from triage.protocols import LanguageModel, Message, ModelReply

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

PATIENCE = 3
"""Questions in a row without a reply; after so many the server is left alone for this run."""

CUT = "cut short"
"""The kind of fault of a reply that was longer than it might be."""

_LONGEST_REASON = 500
_SHOWN_AGAIN = 4000
"""Characters of a reply that the model is shown when it is asked once more."""


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """All that is sent to a model, and what is done with its reply. `key` is a hash of what the answer depends on: a
    reply that came for the same key is used again. `purpose` is for the ledger ("draft", "trial", …), `paper_id` the
    paper that is asked about. `parse` reads a reply, or says what is wrong with it; `objection` says what speaks
    against an answer that could be read, if it is worth asking once more."""

    key: str
    purpose: str
    messages: tuple[Message, ...]
    schema: Mapping[str, object]
    parse: Callable[[str], T | Fault]
    objection: Callable[[T], Fault | None] = lambda _: None
    paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """What came of a question: an answer, or the fault because of which there is none. An answer that met an objection
    twice is given all the same: what of it stands is for the caller to say. `asked` is False if the question was not
    put, `failed` is True if the last call brought no reply, `cut` if the reply was longer than it might be."""

    question: Question[T]
    answer: T | None = None
    fault: Fault | None = None
    asked: bool = True
    failed: bool = False
    cut: bool = False


class Ledger(Protocol):
    """Where calls are noted: the store's `calls`."""

    def kept(self, prompt_key: str) -> str | None:
        """The reply that was used for this prompt."""

    def refused(self, prompt_key: str) -> Call | None:
        """The last call for this prompt, if its reply was not used."""

    def add(self, call: Call) -> None:
        """Notes a call."""


@dataclass
class Budget:
    """Tokens that may be used; counts those used."""

    limit: int
    used: int = 0

    @property
    def spent(self) -> bool:
        """Whether nothing more may be asked."""
        return self.used >= self.limit


@dataclass
class Asker:
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

    def ask(self, questions: Sequence[Question[T]], *, again: bool = False) -> Iterator[Reply[T]]:
        """What came of each question, as it comes in. Replies that came before are not asked for again, unless `again`;
        once the budget is spent or the server is left alone (`over`), the rest comes back unasked.

        Whoever stops in the middle (Ctrl-C too) does not wait for calls that are under way.
        """
        waiting = deque(questions)
        running: set[Future[_Conversation[T]]] = set()
        while waiting or running:
            while waiting and len(running) < (self.parallel if self._answered else 1):
                question = waiting.popleft()
                ready = None if again else self._replied(question)
                ready = ready or self._withheld(question)
                if ready:
                    yield ready
                else:
                    running.add(self._begin(question))
            if running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield self._noted(future.result())

    def unasked(self, questions: Sequence[Question[T]]) -> int:
        """How many of these questions no reply is known to."""
        return sum(self._replied(question) is None for question in questions)

    def _begin(self, question: Question[T]) -> "Future[_Conversation[T]]":
        """Asks in a thread that does not keep the program from ending."""
        future: Future[_Conversation[T]] = Future()

        def run() -> None:
            try:
                future.set_result(_converse(self.model, question, self.retry, self.max_tokens))
            except BaseException as error:  # noqa: BLE001 - it is raised again where the result is asked for
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        return future

    def _replied(self, question: Question[T]) -> Reply[T] | None:
        """What came of this question before: a reply that was kept, or one that could not be used (unless because it
        was cut at another limit than today's)."""
        text = self.ledger.kept(question.key)
        if text is not None:
            answer = question.parse(text)
            if not isinstance(answer, Fault):
                return Reply(question, answer)
        call = self.ledger.refused(question.key)
        if call is None or call.fault is None:
            return None
        cut = call.fault.kind == CUT
        if cut and call.max_tokens != self.max_tokens:
            return None
        return Reply(question, fault=call.fault, cut=cut)

    def _withheld(self, question: Question[T]) -> Reply[T] | None:
        """This question, if no further one is put."""
        why = self.over
        if not why and self.budget.spent:
            why = f"the budget of {self.budget.limit:,} tokens for one fetch is spent ([llm] max_tokens_per_fetch)"
        return Reply(question, fault=Fault("", why), asked=False) if why else None

    def _noted(self, talk: "_Conversation[T]") -> Reply[T]:
        for attempt in talk.attempts:
            self._note(talk.reply.question, attempt)
        self.budget.used += max(1, sum(_tokens(attempt.reply) for attempt in talk.attempts))
        self._silent = self._silent + 1 if talk.silent else 0
        self._answered = self._answered or not talk.reply.failed
        if talk.over:
            self.over = self.over or str(talk.reply.fault)
        elif self._silent >= PATIENCE:
            self.over = self.over or f"it was left alone after {PATIENCE} questions in a row without a reply"
        return talk.reply

    def _note(self, question: Question[T], attempt: "_Attempt") -> None:
        reply, fault = attempt.reply, attempt.fault
        self.ledger.add(
            Call(
                question.purpose,
                self.model.name,
                question.key,
                attempt.outcome,
                attempt.seconds,
                Fault(fault.kind, fault.reason[:_LONGEST_REASON]) if fault else None,
                question.paper_id,
                reply.text if reply else None,
                self.max_tokens,
                reply.tokens_in if reply else None,
                reply.tokens_out if reply else None,
                reply.cost if reply else None,
            )
        )


def _tokens(reply: ModelReply | None) -> int:
    """Tokens used, by the server's count, else about four characters each."""
    return (reply.tokens_in or 0) + (reply.tokens_out or len(reply.text) // 4) if reply else 0


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One call, and what is to be noted of it."""

    reply: ModelReply | None
    outcome: CallOutcome
    fault: Fault | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Conversation(Generic[T]):
    """The calls that one question took. `silent`: the server gave no reply to the last; `over`: no further call to this
    model makes sense."""

    reply: Reply[T]
    attempts: tuple[_Attempt, ...]
    silent: bool = False
    over: bool = False


def _converse(model: LanguageModel, question: Question[T], retry: Prompt, max_tokens: int) -> _Conversation[T]:
    """Puts the question, and once more if the reply cannot be read or meets an objection; a reply that was cut is not
    asked for again, since the next would be too."""
    messages = list(question.messages)
    attempts: list[_Attempt] = []
    answer: T | None = None
    fault: Fault | None = None
    cut = False
    for last in (False, True):
        began = time.monotonic()
        try:
            reply = model.ask(messages, question.schema, max_tokens)
        except ModelError as error:
            fault = Fault("", str(error))
            attempts.append(_Attempt(None, CallOutcome.NO_REPLY, fault, time.monotonic() - began))
            failed = Reply(question, answer, fault, failed=True)
            over, silent = isinstance(error, ModelSetupError), isinstance(error, ModelUnavailable)
            return _Conversation(failed, tuple(attempts), silent, over)
        parsed = question.parse(reply.text)
        if isinstance(parsed, Fault):
            cut, readable = reply.cut, False
            fault = _cut_at(max_tokens, parsed) if cut else parsed
        else:
            answer, readable = parsed, True
            fault = question.objection(parsed)
        if fault is None or (last and readable):
            outcome = CallOutcome.PARTIAL if fault else CallOutcome.KEPT
            return _Conversation(Reply(question, answer), (*attempts, _Attempt(reply, outcome, fault, reply.seconds)))
        attempts.append(_Attempt(reply, CallOutcome.REFUSED, fault, reply.seconds))
        if cut:
            break
        asked_again = (Message(role, text) for role, text in retry.fill({"reason": str(fault)}))
        messages += [Message("assistant", reply.text[:_SHOWN_AGAIN]), *asked_again]
    if answer is not None:
        return _Conversation(Reply(question, answer), tuple(attempts))
    return _Conversation(Reply(question, fault=fault, cut=cut), tuple(attempts))


def _cut_at(max_tokens: int, fault: Fault) -> Fault:
    return Fault(CUT, f"the reply was cut at {max_tokens} tokens ({fault}); raise [llm] max_answer_tokens")


def strict_schema(model: type[BaseModel]) -> dict[str, object]:
    """The JSON schema of a reply, every field required and no other allowed, as strict servers want it."""
    schema: dict[str, object] = _strict(model.model_json_schema())
    return schema


def _strict(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(value) for key, value in schema.items() if key not in ("title", "default")}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {name: _strict(value) for name, value in schema["properties"].items()}
        made["required"] = list(schema["properties"])
        made["additionalProperties"] = False
    return made


_OPEN_BRACES = 20
"""Places at which a reply's JSON may begin."""

_THINKS = re.compile(r"[\s\ufeff]*+<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_ANSWERS = re.compile(r"[\s\ufeff]*+(?:\{|```)")


def read_json(text: str, model: type[M]) -> M | Fault:
    """The first JSON object in a reply that has the fields which `model` requires, whether bare, in a code fence or
    amid chatter; else what is wrong with the reply."""
    said = _without_thoughts(text)
    if not text.strip():
        return Fault("empty reply", "there is nothing in it")
    if not said.strip():
        return Fault("only thoughts", "it never came to an answer")
    required = {name for name, info in model.model_fields.items() if info.is_required()}
    value = _first_object(said, required)
    if value is None:
        return Fault("no JSON", "the reply holds no whole JSON object")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Fault("wrong field", f"{where}: {first['msg'][:300]}")


def _without_thoughts(text: str) -> str:
    """A reply without what a model thought aloud before it answered: blocks <think>…</think> at its beginning (some
    servers leave out the first mark); "" if such a block never ends."""
    place = 0
    while opened := _THINKS.match(text, place):
        ended = _THOUGHT.search(text, opened.end())
        if ended is None:
            return ""
        place = ended.end()
    if place == 0 and not _ANSWERS.match(text) and (ended := _THOUGHT.search(text)):
        place = ended.end()
    return text[place:]


def _first_object(text: str, required: set[str]) -> object | None:
    decoder = json.JSONDecoder()
    for start in [match.start() for match in re.finditer(r"\{", text)][:_OPEN_BRACES]:
        try:
            value, _ = decoder.raw_decode(text, start)
        except (json.JSONDecodeError, RecursionError):
            continue
        if isinstance(value, dict) and required <= value.keys():
            return value
    return None
