"""The reply's schema, and replies read back."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.question import Answer, Wanted, explain, read_answer, reply_model
from triage.llm.asking import strict_schema
from triage.models import Fault

WANTED = Wanted((("A", "One"), ("B", "Two")), summary=True, datasets=True, stars=True)


def test_the_section_is_an_enum_and_every_object_is_closed() -> None:
    schema = strict_schema(reply_model(WANTED))
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert properties["section"] == {"enum": ["A > One", "B > Two", "none of these"], "type": "string"}
    assert schema["required"] == list(properties)
    assert schema["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())  # type: ignore[attr-defined]


def test_only_what_the_list_writes_is_asked_for() -> None:
    told = explain(Wanted((("A",),), details=False))
    assert [line.split(":")[0] for line in told.splitlines()] == ["- section", "- section_reason"]
    assert "stars" not in explain(Wanted((("A",),), summary=True))


def test_a_whole_answer_is_read() -> None:
    reply = {
        "section": "A > One",
        "summary": " finds  it\x1b[2J ",
        "summary_quote": "q",
        "stars": 2,
        "datasets": [{"name": "X", "quote": "y"}],
    }
    answer = read_answer(json.dumps(reply), WANTED)
    assert isinstance(answer, Answer)
    assert answer.summary is not None
    assert (answer.section, answer.summary.value, answer.stars) == (("A", "One"), "finds it", 2)
    assert answer.datasets[0].value == "X"


def test_none_of_these_is_no_section() -> None:
    assert read_answer('{"section": "none of these"}', WANTED) == Answer(None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty reply"),
        ("I think A.", "no JSON"),
        ('{"section": "A > One"', "no JSON"),
        ("[1, 2]", "no JSON"),
        ('{"other": 1}', "no JSON"),
        ('{"section": "C"}', "wrong field: section"),
        ('{"section": "A > One", "stars": 9}', "wrong field: stars"),
        ('{"section": "A > One", "datasets": "X"}', "wrong field: datasets"),
    ],
)
def test_what_cannot_be_used_says_why(text: str, fault: str) -> None:
    read = read_answer(text, WANTED)
    assert isinstance(read, Fault)
    assert str(read).startswith(fault)


THOUGHT = 'First {"section": "B > Two"} comes to mind. But no: '


@pytest.mark.parametrize(
    "text",
    [
        "<think>{}</think>[]",
        "\n<think>\n{}\n</think>\n\n```json\n[]\n```",
        "{}</think>[]",
        "<THINKING>{}</THINKING>Here it is: []",
        "<think></think><think>{}</think>[]",
    ],
)
def test_what_a_model_thinks_aloud_is_no_answer(text: str) -> None:
    whole = text.replace("{}", THOUGHT).replace("[]", '{"section": "A > One", "section_reason": "a </think> mark"}')
    answer = read_answer(whole, WANTED)
    assert answer == Answer(("A", "One"), "a </think> mark")


def test_a_model_that_never_stops_thinking_has_not_answered() -> None:
    assert str(read_answer(f"<think>{THOUGHT}", WANTED)).startswith("only thoughts")
    assert isinstance(read_answer('{"section": "A > One", "section_reason": "of </think>"}', WANTED), Answer)


def test_a_million_thoughts_take_no_time() -> None:
    began = time.process_time()
    for text in ("<think></think>" * 250_000, "<think>" * 500_000, " " * 1_000_000, "</think>" * 500_000):
        assert isinstance(read_answer(text, WANTED), Fault)
    assert time.process_time() - began < 2


@given(
    st.one_of(
        st.text(),
        st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)).map(
            lambda v: json.dumps({"section": v, "summary": v})
        ),
    )
)
def test_no_reply_breaks_it(text: str) -> None:
    assert isinstance(read_answer(text, WANTED), Answer | Fault)
