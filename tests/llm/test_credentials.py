"""A key goes to the host that it was given for, and to no other without its owner's word."""

import json
import os
import stat
from pathlib import Path

import pytest

from tests.model_server import Said, serve
from triage.errors import ModelSetupError, UnconfirmedHost
from triage.llm.client import open_model
from triage.llm.credentials import FILE_NAME, KeyUse, decided, key_for, origin, remember
from triage.protocols import Message

KEY = "sk-secret-0123456789"
SCHEMA = {"type": "object", "properties": {"word": {"type": "string"}}, "required": ["word"]}
ASK = [Message("user", "Say a word.")]
OPENAI = "https://api.openai.com/v1"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def memory() -> Path:
    return Path(os.environ["TRIAGE_CONFIG_DIR"]) / FILE_NAME


def test_openai_needs_no_word() -> None:
    assert key_for(OPENAI) == KEY


def test_the_host_named_beside_the_key_needs_no_word_and_openai_then_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "https://models.example/api/v1")
    assert key_for("https://models.example/other/v1") == KEY
    with pytest.raises(UnconfirmedHost):
        key_for(OPENAI)


@pytest.mark.parametrize(
    "address",
    [
        "https://collector.example/v1",
        "http://api.openai.com/v1",
        "https://api.openai.com:8443/v1",
        "https://api.openai.com.collector.example/v1",
        "https://api.openai.com@collector.example/v1",
        "https://collector.example/?https://api.openai.com/v1",
        "https://collector.example#@api.openai.com/v1",
        "https://аpi.openai.com/v1",
        "http://127.0.0.1:8080/v1",
    ],
)
def test_any_other_host_is_refused_with_the_cure(address: str) -> None:
    with pytest.raises(UnconfirmedHost) as told:
        key_for(address)
    assert "OPENAI_BASE_URL=" in str(told.value)
    assert "triage doctor" in str(told.value)
    assert KEY not in str(told.value)
    assert told.value.host == origin(address) != origin(OPENAI)


@pytest.mark.parametrize(
    "address",
    ["", "api.openai.com", "ftp://a.example", "https://", "https://api.openai.com\\@b.example/", "https://a b"],
)
def test_what_is_no_address_is_no_host(address: str) -> None:
    with pytest.raises(ModelSetupError, match="base_url"):
        origin(address)


def test_one_origin_has_one_name() -> None:
    assert (
        origin("HTTPS://User:Pw@Models.Example.:443/v1?x#y")
        == origin("https://models.example")
        == "https://models.example"
    )
    assert origin("http://[::1]:8080/v1") == "http://[::1]:8080"


def test_the_owner_is_asked_once_for_all_lists_and_only_the_host_is_kept() -> None:
    with serve(lambda request, number: Said("{}")) as server:
        with pytest.raises(UnconfirmedHost) as told:
            open_model("tiny", server.base_url)
        assert server.requests == []
        remember(told.value.host, KeyUse.SEND)
        open_model("tiny", server.base_url).ask(ASK, SCHEMA, 50)
        assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert json.loads(memory().read_text(encoding="utf-8")) == {told.value.host: "send"}
    assert stat.S_IMODE(memory().parent.stat().st_mode) == 0o700
    with pytest.raises(UnconfirmedHost):
        key_for("http://127.0.0.1:1/v1")


def test_a_host_may_be_asked_without_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-mine")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-0123")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: of-mine\nAuthorization: Bearer of-mine")
    with serve(lambda request, number: Said("{}")) as server:
        remember(origin(server.base_url), KeyUse.WITHHOLD)
        open_model("tiny", server.base_url).ask(ASK, SCHEMA, 50)
        sent = server.headers[0]
    assert "authorization" not in sent
    assert not any(secret in value for value in sent.values() for secret in ("of-mine", "sk-"))


def test_a_local_server_is_sent_no_key_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    with serve(lambda request, number: Said("{}")) as server:
        open_model("tiny", server.base_url).ask(ASK, SCHEMA, 50)
        assert "authorization" not in server.headers[0]
    assert not memory().exists()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_nothing_anywhere(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with serve(lambda request, number: Said("{}")) as other:
        script = Said("", status, {"Location": f"{other.base_url}/chat/completions"})
        with serve(lambda request, number: script) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
            with pytest.raises(ModelSetupError, match=r"redirects to http://127.*\[llm\] base_url"):
                open_model("tiny").ask(ASK, SCHEMA, 50)
        assert other.headers == []


def test_a_proxy_is_not_told_what_is_asked_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda request, number: Said("{}")) as proxy, serve(lambda request, number: Said("{}")) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        open_model("tiny").ask(ASK, SCHEMA, 50)
        assert (len(proxy.headers), len(server.headers)) == (0, 1)


@pytest.mark.parametrize("text", ["not json", "[]", '{"https://a.example": "perhaps"}'])
def test_a_memory_that_cannot_be_read_lets_nothing_out(text: str) -> None:
    memory().parent.mkdir(parents=True)
    memory().write_text(text, encoding="utf-8")
    with pytest.raises(ModelSetupError, match=FILE_NAME):
        key_for("https://a.example/v1")
    with pytest.raises(ModelSetupError, match=FILE_NAME):
        remember("https://a.example", KeyUse.SEND)
    assert memory().read_text(encoding="utf-8") == text


def test_what_was_said_of_one_host_stays_when_another_is_added() -> None:
    remember("https://a.example", KeyUse.SEND)
    remember("https://b.example", KeyUse.WITHHOLD)
    remember("https://a.example", KeyUse.WITHHOLD)
    assert decided() == {"https://a.example": KeyUse.WITHHOLD, "https://b.example": KeyUse.WITHHOLD}


def test_a_server_that_wants_the_key_it_was_not_sent_says_how_to_send_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda request, number: Said("no key", 401)) as server:
        remember(origin(server.base_url), KeyUse.WITHHOLD)
        with pytest.raises(ModelSetupError, match=rf"wants a key.*without yours.*{FILE_NAME}"):
            open_model("tiny", server.base_url).ask(ASK, SCHEMA, 50)
        monkeypatch.delenv("OPENAI_API_KEY")
        with pytest.raises(ModelSetupError, match=r"wants a key.*set OPENAI_API_KEY"):
            open_model("tiny", server.base_url).ask(ASK, SCHEMA, 50)
