"""The OpenAI-compatible client against a scripted server: forms, faults, retries, and a key that never gets out."""

import time
from pathlib import Path

import pytest
from model_server import Json, Said, serve

from triage.errors import ModelError, ModelSetupError
from triage.services import Message
from triage.services.llm import ChatModel, open_model
from triage.services.prices import price

KEY = "sk-secret-0123456789"
SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
ASK = [Message("user", "Say a word.")]


def always(said: Said):
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


def test_a_server_error_is_tried_again_and_then_told() -> None:
    with serve(always(Said("out of memory", 500))) as server, pytest.raises(ModelError, match="out of memory") as told:
        model_at(server.base_url, retries=1).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 2
    assert not isinstance(told.value, ModelSetupError)


def test_a_slow_server_is_given_up() -> None:
    with (
        serve(always(Said("{}", delay=0.6))) as server,
        pytest.raises(ModelError, match=r"did not answer within 0\.2 s"),
    ):
        model_at(server.base_url, timeout=0.2, retries=0).ask(ASK, SCHEMA, 50)


@pytest.mark.parametrize(
    ("status", "says"), [(401, "OPENAI_API_KEY"), (403, "OPENAI_API_KEY"), (404, r"\[llm\] model")]
)
def test_what_cannot_work_says_what_to_check(status: int, says: str) -> None:
    with serve(always(Said(f"refused: {KEY}", status))) as server, pytest.raises(ModelSetupError, match=says) as told:
        model_at(server.base_url).ask(ASK, SCHEMA, 50)
    assert len(server.requests) == 1
    assert KEY not in str(told.value)


def test_no_server_is_a_setup_error() -> None:
    with serve(always(Said("{}"))) as server:
        gone = server.base_url
    with pytest.raises(ModelSetupError, match="is the server running"):
        model_at(gone, retries=0).ask(ASK, SCHEMA, 50)


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
    from triage.services.llm import fitting_schema

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
