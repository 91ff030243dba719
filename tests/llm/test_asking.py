"""Questions of any kind: nothing here knows of papers or drafts."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import BaseModel

from triage.collection import Store
from triage.errors import ModelError, ModelSetupError, ModelUnavailable
from triage.llm.asking import CUT, PATIENCE, Asker, Budget, Question, read_json, strict_schema
from triage.llm.prompts import load_prompt
from triage.models import CallOutcome, Fault
from triage.protocols import Message, ModelReply


class Count(BaseModel):
    """A number of frogs."""

    frogs: int


def parse(text: str) -> int | Fault:
    read = read_json(text, Count)
    return read if isinstance(read, Fault) else read.frogs


def too_many(frogs: int) -> Fault | None:
    return Fault("too many", f"{frogs} is more than the pond holds") if frogs > 9 else None


def question(key: str = "k") -> Question[int]:
    return Question(key, "count", (Message("user", key),), strict_schema(Count), parse, too_many)


@dataclass
class Model:
    """Answers from a list, one after the other, then the last again; an error is raised."""

    said: Sequence[str | ModelError]
    cut: bool = False
    asked: list[Sequence[Message]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    name: str = "tiny"

    def check(self) -> str:
        return "fine"

    def ask(self, messages: Sequence[Message], schema: Mapping[str, object], max_tokens: int) -> ModelReply:
        with self.lock:
            self.asked.append(tuple(messages))
            said = self.said[min(len(self.asked), len(self.said)) - 1]
        if isinstance(said, ModelError):
            raise said
        return ModelReply(said, 10, 5, 0.1, cut=self.cut)


@pytest.fixture
def asker(tmp_path: Path) -> Callable[..., Asker]:
    def make(model: Model, budget: int = 10_000, max_tokens: int = 100) -> Asker:
        return Asker(model, Store(tmp_path).calls, load_prompt("retry"), Budget(budget), 2, max_tokens)

    return make


def outcomes(asked: Asker) -> list[str]:
    ledger = asked.ledger
    assert not isinstance(ledger, Asker)
    rows = ledger._db.execute("SELECT outcome FROM calls ORDER BY number")  # type: ignore[attr-defined]
    return [outcome for (outcome,) in rows]


def test_an_answer_is_kept_and_not_paid_for_twice(asker: Callable[..., Asker]) -> None:
    model = Model(['{"frogs": 3}'])
    ask = asker(model)
    for _ in range(2):
        (reply,) = ask.ask([question()])
        assert (reply.answer, reply.fault) == (3, None)
    assert ask.unasked([question(), question("new")]) == 1
    list(ask.ask([question()], again=True))
    assert (len(model.asked), ask.budget.used) == (2, 30)


@pytest.mark.parametrize(
    ("said", "answer", "noted"),
    [
        (["three", '{"frogs": 0}'], 0, ["refused", "kept"]),
        (['{"frogs": 12}', '{"frogs": 8}'], 8, ["refused", "kept"]),
        (['{"frogs": 12}', '{"frogs": 11}'], 11, ["refused", "kept in part"]),
        (['{"frogs": 12}', "eleven"], 12, ["refused", "refused"]),
        (["three", ModelUnavailable("gone")], None, ["refused", "no reply"]),
        (["three", "four"], None, ["refused", "refused"]),
    ],
)
def test_a_fault_is_named_once(
    asker: Callable[..., Asker], said: list[str | ModelError], answer: int | None, noted: list[str]
) -> None:
    model = Model(said)
    ask = asker(model)
    (reply,) = ask.ask([question()])
    assert reply.answer == answer
    assert outcomes(ask) == noted
    assert len(model.asked) == 2
    fault = "too many: 12 is more than the pond holds" if "12" in str(said[0]) else "no JSON"
    assert fault in model.asked[1][-1].text


def test_a_reply_that_was_cut_waits_for_more_room(asker: Callable[..., Asker]) -> None:
    model = Model(['{"frogs": '], cut=True)
    (reply,) = asker(model).ask([question()])
    assert (reply.cut, reply.fault and reply.fault.kind, len(model.asked)) == (True, CUT, 1)
    (again,) = asker(model).ask([question()])
    assert (again.fault, len(model.asked)) == (reply.fault, 1)
    list(asker(model, max_tokens=200).ask([question()]))
    assert len(model.asked) == 2


def test_a_spent_budget_leaves_the_rest_unasked(asker: Callable[..., Asker]) -> None:
    replies = list(asker(Model(['{"frogs": 1}']), budget=15).ask([question("a"), question("b")]))
    assert [reply.asked for reply in replies] == [True, False]
    assert "the budget of 15 tokens" in str(replies[1].fault)


@pytest.mark.parametrize(
    ("error", "calls"), [(ModelUnavailable("busy"), PATIENCE), (ModelSetupError("no key"), 1), (ModelError("odd"), 5)]
)
def test_a_server_is_left_alone(asker: Callable[..., Asker], error: ModelError, calls: int) -> None:
    model = Model([error])
    ask = asker(model)
    replies = list(ask.ask([question(str(number)) for number in range(5)]))
    assert len(model.asked) == calls
    assert [reply.asked for reply in replies] == [True] * calls + [False] * (5 - calls)
    assert all(reply.failed or not reply.asked for reply in replies)
    assert outcomes(ask) == [CallOutcome.NO_REPLY] * calls
