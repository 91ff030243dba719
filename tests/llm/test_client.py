"""The OpenAI-compatible client against a scripted server: forms, faults, retries, and a key that never gets out."""

import gzip
import json
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.model_server import Json, Said, Script, serve
from triage.errors import ModelError, ModelSetupError, ModelUnavailable
from triage.llm.client import ChatModel, open_model, price
from triage.protocols import Message

KEY = "sk-secret-0123456789"
SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
ASK = [Message("user", "Say a word.")]


def always(said: Said) -> Script:
    return lambda request, number: said


def model_at(url: str, timeout: float = 5.0, retries: int = 2) -> ChatModel:
    return ChatModel("tiny", url, KEY, timeout, retries)


def test_a_reply_comes_with_its_tokens_and_costs_nothing_here() -> None:
    with serve(always(Said('{"word": "yes"}'))) as server:
        reply = model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert (reply.text, reply.tokens_in, reply.tokens_out, reply.cost) == ('{"word": "yes"}', 100, 20, 0.0)
    assert server.requests[0]["response_format"]["json_schema"]["schema"] == SCHEMA
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_reply_that_was_cut_says_so() -> None:
    with serve(always(Said('{"word": "ye', finish="length"))) as server:
        assert model_at(server.base_url).ask(ASK, SCHEMA, 5).cut


def test_retry_after_is_honoured() -> None:
    def script(request: Json, number: int) -> Said:
        return Said("slow down", 429, {"Retry-After": "1"}) if number == 0 else Said("{}")

    with serve(script) as server:
        began = time.monotonic()
        assert model_at(server.base_url).ask(ASK, SCHEMA, 50).text == "{}"
    assert 0.9 < time.monotonic() - began < 4
    assert len(server.requests) == 2


def test_a_server_that_asks_for_minutes_is_not_waited_for() -> None:
    with (
        serve(always(Said("slow down", 429, {"Retry-After": "3600"}))) as server,
        pytest.raises(ModelUnavailable, match="asks to wait 3600 s"),
    ):
        model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 1


def test_a_server_error_is_tried_again_and_then_told() -> None:
    with (
        serve(always(Said("out of memory", 500))) as server,
        pytest.raises(ModelUnavailable, match="out of memory"),
    ):
        model_at(server.base_url, retries=1).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 2


def test_a_failing_server_costs_three_requests_and_two_seconds() -> None:
    began = time.monotonic()
    with serve(always(Said("out of memory", 500))) as server, pytest.raises(ModelUnavailable):
        open_model("tiny", server.base_url).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 3
    assert time.monotonic() - began < 4


def test_a_slow_server_is_given_up_after_one_request() -> None:
    with (
        serve(always(Said("{}", delay=0.6))) as server,
        pytest.raises(ModelUnavailable, match=r"did not answer within 0\.2 s"),
    ):
        open_model("tiny", server.base_url, timeout_seconds=0.2).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_server_that_sends_a_byte_now_and_then_is_given_up_too(status: int) -> None:
    began = time.monotonic()
    with (
        serve(always(Said(raw=b" " * 200, status=status, drip=0.05))) as server,
        pytest.raises(ModelUnavailable, match="did not answer within"),
    ):
        model_at(server.base_url, timeout=0.3, retries=0).ask(ASK, SCHEMA, 50)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("raw", [b" " * 3_000_000, b"bad request " * 200_000, b"context " * 300_000])
def test_what_a_server_says_of_a_refusal_is_read_in_no_time(raw: bytes) -> None:
    began = time.process_time()
    with serve(always(Said(raw=raw, status=400))) as server, pytest.raises(ModelError) as told:
        model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert time.process_time() - began < 2
    assert len(str(told.value)) < 1000


def test_a_zipped_refusal_does_not_grow() -> None:
    raw = gzip.compress(b"x" * 50_000_000)
    with serve(always(Said(raw=raw, status=500, headers={"Content-Encoding": "gzip"}))) as server:
        tracemalloc.start()
        with pytest.raises(ModelUnavailable):
            model_at(server.base_url, retries=0).ask(ASK, SCHEMA, 50)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 20_000_000


def test_an_endless_reply_is_cut_off() -> None:
    with serve(always(Said(raw=b"x" * 6_000_000))) as server, pytest.raises(ModelUnavailable, match="more than 4 MB"):
        model_at(server.base_url).ask(ASK, SCHEMA, 50)


@pytest.mark.parametrize(
    ("status", "says"), [(401, "OPENAI_API_KEY"), (402, "no credit"), (403, "OPENAI_API_KEY"), (404, r"\[llm\] model")]
)
def test_what_cannot_work_says_what_to_check(status: int, says: str) -> None:
    with serve(always(Said(f"refused: {KEY}", status))) as server, pytest.raises(ModelSetupError, match=says) as told:
        model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 1
    assert KEY not in str(told.value)


def test_no_server_is_a_setup_error_at_once() -> None:
    with serve(always(Said("{}"))) as server:
        gone = server.base_url
    began = time.monotonic()
    with pytest.raises(ModelSetupError, match="is the server running"):
        open_model("tiny", gone).ask(ASK, SCHEMA, 50)
    assert time.monotonic() - began < 2


def test_a_server_that_refuses_the_schema_is_asked_more_loosely_and_remembered() -> None:
    def script(request: Json, number: int) -> Said:
        kind = request.get("response_format", {}).get("type")
        return Said("unknown field response_format", 400) if kind else Said('{"word": "yes"}')

    with serve(script) as server:
        model = model_at(server.base_url)
        assert model.ask(ASK, SCHEMA, 50).text == '{"word": "yes"}'
        assert len(server.requests) == 3
        model.ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 4


def form_of(request: Json) -> str | None:
    """ "json_schema", "json_object", or None if no form was asked for."""
    kind: str | None = request.get("response_format", {}).get("type")
    return kind


@pytest.mark.parametrize(
    "text", ["unknown field response_format", "Invalid schema for json_schema: 'enum' too big", ""]
)
def test_one_400_about_the_form_loosens_that_request_alone(text: str) -> None:
    def script(request: Json, number: int) -> Said:
        return Said(text, 400) if number == 0 else Said('{"word": "yes"}')

    with serve(script) as server:
        model = model_at(server.base_url)
        for _ in range(3):
            assert model.ask(ASK, SCHEMA, 50).text == '{"word": "yes"}'
    assert [form_of(request) for request in server.requests] == ["json_schema", "json_object", *["json_schema"] * 2]


def test_a_form_that_was_refused_twice_is_not_asked_for_again() -> None:
    def script(request: Json, number: int) -> Said:
        refused = form_of(request) == "json_schema"
        return Said("'response_format.type' must be 'json_object'", 400) if refused else Said("{}")

    with serve(script) as server:
        model = model_at(server.base_url)
        for _ in range(4):
            model.ask(ASK, SCHEMA, 50)
    forms = [form_of(request) for request in server.requests]
    assert forms == [*["json_schema", "json_object"] * 2, "json_object", "json_object"]


@pytest.mark.parametrize(
    "text",
    [
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens"
        " (8990 in the messages, 11 in the response_format schemas).",
        "the request exceeds the available context size. try increasing the context size",
        "'max_tokens' is too large: 4000. This model's maximum context length is 2048 tokens",
    ],
)
def test_a_prompt_that_is_too_long_is_refused_alone_and_changes_nothing(text: str) -> None:
    def script(request: Json, number: int) -> Said:
        return Said(text, 400) if "long" in request["messages"][0]["content"] else Said('{"word": "yes"}')

    with serve(script) as server:
        model = model_at(server.base_url)
        for _ in range(3):
            with pytest.raises(ModelError, match="max_answer_tokens") as told:
                model.ask([Message("user", "a long prompt")], SCHEMA, 50)
            assert not isinstance(told.value, ModelUnavailable | ModelSetupError)
        model.ask(ASK, SCHEMA, 50)
    assert [form_of(request) for request in server.requests] == ["json_schema"] * 4
    assert all("max_tokens" in request for request in server.requests)


def test_another_400_is_told_and_loosens_nothing() -> None:
    def script(request: Json, number: int) -> Said:
        return Said("messages[0] has a role that is not allowed", 400) if number == 0 else Said("{}")

    with serve(script) as server:
        model = model_at(server.base_url)
        with pytest.raises(ModelError, match="a role that is not allowed"):
            model.ask(ASK, SCHEMA, 50)
        model.ask(ASK, SCHEMA, 50)
    assert [form_of(request) for request in server.requests] == ["json_schema"] * 2


def test_a_model_that_wants_max_completion_tokens_gets_it_from_then_on() -> None:
    def script(request: Json, number: int) -> Said:
        if "max_tokens" in request:
            return Said("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", 400)
        return Said("{}")

    with serve(script) as server:
        model = model_at(server.base_url)
        for _ in range(3):
            model.ask(ASK, SCHEMA, 700)
    assert [request.get("max_completion_tokens") for request in server.requests] == [None, 700, 700, 700]
    assert [form_of(request) for request in server.requests] == ["json_schema"] * 4


def test_a_server_that_takes_neither_limit_is_told_after_two_requests() -> None:
    with (
        serve(always(Said("max_tokens and max_completion_tokens are not for you", 400))) as server,
        pytest.raises(ModelError, match="not for you"),
    ):
        model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 2


def test_a_message_in_parts_is_put_together() -> None:
    parts = [{"type": "text", "text": '{"word": '}, {"type": "text", "text": '"yes"}'}]
    body = {"choices": [{"message": {"role": "assistant", "content": parts}, "finish_reason": "stop"}], "usage": 7}
    with serve(always(Said(raw=json.dumps(body).encode()))) as server:
        reply = model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert (reply.text, reply.tokens_in) == ('{"word": "yes"}', None)


@pytest.mark.parametrize(
    "raw", [b"", b"not json", b'{"choices": []}', b'{"choices": [{"message": null}]}', b"[]", b"null"]
)
def test_a_body_that_is_no_chat_answer_is_a_model_error(raw: bytes) -> None:
    with serve(always(Said(raw=raw))) as server, pytest.raises(ModelError):
        model_at(server.base_url, retries=0).ask(ASK, SCHEMA, 50)


def test_the_key_is_taken_out_of_a_reply() -> None:
    with serve(always(Said(f"Your key is {KEY}!"))) as server:
        assert model_at(server.base_url).ask(ASK, SCHEMA, 50).text == "Your key is [key]!"


def test_the_key_and_address_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(always(Said("{}"))) as server:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        open_model("tiny").ask(ASK, SCHEMA, 50)
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_a_local_server_needs_no_key() -> None:
    with serve(always(Said('{"word": "yes"}'))) as server:
        assert "answered in" in open_model("tiny", server.base_url).check()


def test_openai_itself_needs_a_key() -> None:
    with pytest.raises(ModelSetupError, match="OPENAI_API_KEY is not set"):
        open_model("gpt-4o-mini")


def test_limits_that_openai_does_not_know_are_left_out_for_it() -> None:
    from triage.llm.client import fitting_schema

    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "maxLength": 5}, "maxLength": {"type": "string"}},
    }
    assert fitting_schema(schema, official=False) == schema
    assert fitting_schema(schema, official=True) == {
        "type": "object",
        "properties": {"a": {"type": "string"}, "maxLength": {"type": "string"}},
    }


def test_prices_are_known_for_openai_alone() -> None:
    assert price("gpt-4o-mini", "https://api.openai.com/v1", 1_000_000, 1_000_000) == pytest.approx(0.75)
    assert price("gpt-4o-mini", "https://elsewhere.example/v1", 10, 10) is None
    assert price("unheard-of", "https://api.openai.com/v1", 10, 10) is None
    assert price("anything", "http://localhost:11434/v1", 10, 10) == 0.0


def test_an_address_with_a_password_is_shown_without_it() -> None:
    model = ChatModel("tiny", "http://me:hunter2@127.0.0.1:9/v1", KEY, 1.0, 0)
    with pytest.raises(ModelError) as told:
        model.ask(ASK, SCHEMA, 5)
    assert "hunter2" not in str(told.value)


def test_nothing_of_the_key_is_logged(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level("DEBUG")
    with serve(always(Said("wrong key", 401))) as server, pytest.raises(ModelSetupError):
        model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert KEY not in caplog.text
