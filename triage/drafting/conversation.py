"""One question to a model, with one retry that names what was wrong. Nothing that a model does raises here."""

from collections.abc import Callable
from dataclasses import dataclass

from triage.drafting.answer import Answer, read_reply
from triage.drafting.asking import Question
from triage.errors import ModelError, ModelSetupError
from triage.prompts import Prompt
from triage.services import LanguageModel, Message, ModelReply

MAX_TOKENS = 600
FILING_TOKENS = 120


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call: the reply, None if there was none, and its verdict: "kept", "kept in part: why", or why it was not."""

    reply: ModelReply | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a conversation came to. `answer` is the last reply that could be read, `raw` its text; `trouble` says why
    there is none, `over` that no further call to this model makes sense."""

    attempts: tuple[Attempt, ...]
    answer: Answer | None = None
    raw: str = ""
    trouble: str = ""
    over: bool = False

    @property
    def tokens(self) -> int:
        """Tokens used, by the server's count, else about four characters each."""
        replies = [attempt.reply for attempt in self.attempts if attempt.reply]
        return sum((r.tokens_in or 0) + (r.tokens_out or len(r.text) // 4) for r in replies)


def converse(model: LanguageModel, question: Question, retry: Prompt, objection: Callable[[Answer], str]) -> Outcome:
    """Asks, and asks once more if the reply cannot be read or `objection` (given the answer, "" for none) says so.

    An answer that still meets an objection is given back all the same: what of it stands is for the caller to say.
    """
    messages = list(question.messages)
    attempts: list[Attempt] = []
    answer: Answer | None = None
    raw = ""
    for last in (False, True):
        try:
            reply = model.ask(messages, question.schema, MAX_TOKENS if question.wanted.details else FILING_TOKENS)
        except ModelError as error:
            attempts.append(Attempt(None, f"no reply: {error}"))
            return Outcome(tuple(attempts), answer, raw, str(error), isinstance(error, ModelSetupError))
        read = read_reply(reply.text, question.wanted)
        fault = read.fault + (" (it was cut at the token limit)" if read.fault and reply.cut else "")
        if read.answer is not None:
            answer, raw = read.answer, reply.text
            fault = objection(read.answer)
        if not fault or (last and read.answer is not None):
            attempts.append(Attempt(reply, f"kept in part: {fault}" if fault else "kept"))
            return Outcome(tuple(attempts), answer, raw)
        attempts.append(Attempt(reply, fault))
        messages += [Message("assistant", reply.text[:4000]), *_again(retry, fault)]
    return Outcome(tuple(attempts), answer, raw, "" if answer else attempts[-1].verdict)


def _again(retry: Prompt, fault: str) -> list[Message]:
    return [Message(role, text) for role, text in retry.fill({"reason": fault})]
