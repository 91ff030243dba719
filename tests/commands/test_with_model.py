"""`triage ask`, `survey` and `verify` with a scripted model, honest or lying. What they print is held against the
papers by code that knows nothing of the guard."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_survey import PAPERS, read, write_list
from tests.model_server import Json, ModelServer, Said, Script, serve
from tests.writing.model_lies import unsupported
from triage.collection import Store
from triage.collection.papers import LIST
from triage.models import Paper

Call = Callable[..., int]
Capture = pytest.CaptureFixture[str]
QUESTION = "What does CallNet hear at night?"


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> Path:
    """A list of nine papers, one of them read, and a model that is named in the settings."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(write_list(), encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        for paper_id, (title, author, abstract) in PAPERS.items():
            store.papers.save(Paper(paper_id, title, abstract, (author,)), LIST)
        read(store, "2401.00001", ("A first page.", "On this page we propose CallNet, which hears frogs through rain."))
    file = tmp_path / "triage.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('model = ""', 'model = "tiny"'), encoding="utf-8")
    capfd.readouterr()
    return tmp_path


@contextmanager
def model(workspace: Path, script: Script) -> Iterator[ModelServer]:
    file = workspace / "triage.toml"
    before = file.read_text(encoding="utf-8")
    with serve(script) as server:
        file.write_text(before.replace('base_url = ""', f'base_url = "{server.base_url}"'), encoding="utf-8")
        yield server
    file.write_text(before, encoding="utf-8")


def lines_of(request: Json) -> list[tuple[str, str]]:
    """The evidence in a prompt: ids and sentences."""
    content = next(one["content"] for one in request["messages"] if one["role"] == "user")
    parted = (line.split(" | ") for line in content.splitlines() if re.match(r"e\d+ \| ", line))
    return [(parts[0], parts[-1]) for parts in parted]


def sentence(text: str, ids: list[str], quote: str) -> dict[str, object]:
    return {"text": text, "evidence": ids, "quote": quote}


def honest(request: Json, number: int) -> Said:
    """Says each line of the evidence in the third person."""
    said = []
    for name, text in lines_of(request):
        retold = re.sub(r"\bWe (\w+)\b", r"The authors \1", text).replace("our method", "the method")
        said.append(sentence(retold.replace("Our ", "The "), [name], " ".join(text.split()[1:9])))
    return Said(json.dumps({"sentences": said}))


def lying(request: Json, number: int) -> Said:
    """Tells one lie of each kind about lines of the evidence."""
    said = []
    for name, text in lines_of(request)[:4]:
        quote = " ".join(text.split()[:8])
        said += [
            sentence(f"{text.rstrip('.')} with 99.7 percent.", [name], quote),
            sentence(f"{text.rstrip('.')} on ZebraBench.", [name], quote),
            sentence(text.replace(" ", " never ", 1), [name], quote),
            sentence(text, ["e404"], quote),
            sentence(text, [name], "wholly invented words of nobody"),
            sentence(f"{text} See [@zebra2020, p. 3].", [name], quote),
            sentence("All zebras sleep under bright moons in summer.", [name], quote),
        ]
    return Said(json.dumps({"sentences": said}))


LIES = ("99.7", "Zebra", "zebra", " never ", "404", "invented words")


def asked(call: Call, capfd: Capture, *options: str) -> dict[str, Any]:
    capfd.readouterr()
    assert call("ask", QUESTION, "--json", *options) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


def pages() -> dict[str, dict[int, str]]:
    told = {paper_id: {0: f"{title} {text}", 1: f"{title} {text}"} for paper_id, (title, _, text) in PAPERS.items()}
    told["2401.00001"][3] = "On this page we propose CallNet, which hears frogs through rain."
    return told


def shipped(answer: dict[str, Any]) -> list[tuple[str, list[tuple[str, int]]]]:
    return [(one["text"], [(c["id"], c["page"]) for c in one["citations"]]) for one in answer["sentences"]]


def test_an_answer_in_a_model_s_words_keeps_the_pages(workspace: Path, call: Call, capfd: Capture) -> None:
    with model(workspace, honest) as server:
        answer = asked(call, capfd)
        assert answer["answered"] and answer["by"] == "tiny"
        assert 1 <= len(answer["sentences"]) <= 3
        assert not any(one["quote"] for one in answer["sentences"])
        assert unsupported(shipped(answer), pages()) == []
        again = asked(call, capfd)
        assert again == answer
        assert len(server.requests) <= 2
        assert call("ask", QUESTION) == 0
        assert "written by tiny" in capfd.readouterr().err


def test_offline_and_without_an_answer_no_model_is_asked(workspace: Path, call: Call, capfd: Capture) -> None:
    with model(workspace, honest) as server:
        assert asked(call, capfd, "--offline")["by"] == "quotes"
        assert call("ask", "Which telescope sees quasars behind the galaxy?", "--json") == 0
        assert json.loads(capfd.readouterr().out)["answered"] is False
        assert server.requests == []


def test_a_lying_model_s_answer_is_left_out(workspace: Path, call: Call, capfd: Capture) -> None:
    quoted = asked(call, capfd, "--offline")
    with model(workspace, lying):
        answer = asked(call, capfd)
    assert (answer["by"], answer["sentences"]) == ("quotes", quoted["sentences"])
    assert answer["dropped"] >= 7
    assert "borne out" in answer["note"]


@pytest.mark.parametrize("said", [Said(""), Said("no"), Said("down", 500), Said('{"sentences": []}')])
def test_a_model_that_does_not_answer_changes_nothing(said: Said, workspace: Path, call: Call, capfd: Capture) -> None:
    quoted = asked(call, capfd, "--offline")
    with model(workspace, lambda request, number: said):
        answer = asked(call, capfd)
    assert (answer["by"], answer["sentences"]) == ("quotes", quoted["sentences"])
    assert answer["note"]


def surveyed(call: Call, capfd: Capture, *options: str) -> dict[str, Any]:
    capfd.readouterr()
    assert call("survey", "--json", *options) == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


def test_a_survey_in_a_model_s_words_passes_verify(workspace: Path, call: Call, capfd: Capture) -> None:
    with model(workspace, honest) as server:
        said = surveyed(call, capfd)
        text = (workspace / "survey" / "survey.md").read_text(encoding="utf-8")
        count = len(server.requests)
        assert said["model"]["sentences"] >= 2
        assert said["cited"] == said["papers"] == 9
        assert "with the language model tiny" in text
        assert surveyed(call, capfd, "--update")["changes"] == []
        assert len(server.requests) == count
    assert (workspace / "survey" / "survey.md").read_text(encoding="utf-8") == text
    assert call("verify", "survey/survey.md", "--offline") == 0


def test_a_lying_model_s_survey_is_the_one_without_it(workspace: Path, call: Call, capfd: Capture) -> None:
    surveyed(call, capfd, "--offline", "--out", "quoted")
    with model(workspace, lying):
        said = surveyed(call, capfd)
    text = (workspace / "survey" / "survey.md").read_text(encoding="utf-8")
    assert said["model"]["sentences"] == 0 and sum(said["model"]["dropped"].values()) >= 7
    assert not [lie for lie in LIES if lie in text]
    assert text == (workspace / "quoted" / "survey.md").read_text(encoding="utf-8")


def verified(call: Call, capfd: Capture, *options: str) -> list[dict[str, Any]]:
    capfd.readouterr()
    assert call("verify", "draft.md", "--json", *options) in (0, 1)
    found: list[dict[str, Any]] = json.loads(capfd.readouterr().out)["sentences"]
    return found


def judging(verdict: str, quote: str) -> Script:
    return lambda request, number: Said(json.dumps({"verdict": verdict, "error": "contradicting", "quote": quote}))


def test_a_model_s_verdict_counts_with_a_quotation_that_stands(workspace: Path, call: Call, capfd: Capture) -> None:
    with Store(workspace / "store") as store:
        assert call("export") == 0
        key = next(key for key, paper_id in store.bibliography.taken().items() if paper_id == "2401.00003")
    (workspace / "draft.md").write_text(f"Rain raises the F1 score of frog recognition [@{key}].\n", encoding="utf-8")
    (before,) = verified(call, capfd, "--offline")
    with model(workspace, judging("contradicts", "rain lowers the F1 score")):
        (found,) = verified(call, capfd)
    assert (found["verdict"], found["by"]) == ("unsupported", "tiny")
    with Store(workspace / "store") as store:
        store._db.execute("DELETE FROM calls")
    with model(workspace, judging("contradicts", "rain has no effect at all")):
        (found,) = verified(call, capfd)
    assert found["verdict"] == before["verdict"]
    assert found["by"] == before["by"]
