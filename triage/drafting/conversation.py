"""One question to a model, with one retry that names what was wrong. Nothing that a model does raises here."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from triage.drafting.answer import Answer, read_reply
from triage.drafting.asking import Question
from triage.errors import ModelError, ModelSetupError, ModelUnavailable
from triage.prompts import Prompt
from triage.services import LanguageModel, Message, ModelReply


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
