"""What a person sees of a model's server that is sick, and of what a model cost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model_server import Json, ModelServer, Said, sections_offered, serve
from triage.collection import Store
from triage.demo.sample import write_sample
from triage.models import Paper

Call = Callable[..., int]
IDS = tuple(f"2606.0000{number}" for number in range(1, 6))


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An adopted list, a model that gets half a second for an answer, and five papers that a person added."""
    write_sample(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert call("init", "README.md", "--offline") == 0
    file = tmp_path / "triage.toml"
    text = file.read_text(encoding="utf-8").replace('model = ""', 'model = "tiny"')
    file.write_text(text.replace("timeout_seconds = 60.0", "timeout_seconds = 0.5"), encoding="utf-8")
    with Store(tmp_path / "store") as store:
        for paper_id in IDS:
            store.papers.save(Paper(paper_id, f"Owls at Noon {paper_id}", "We count owls at noon."), origin="person")
    return tmp_path


def named(server: ModelServer, workspace: Path) -> None:
    file = workspace / "triage.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('base_url = ""', f'base_url = "{server.base_url}"'), encoding="utf-8")


def test_each_failure_is_said_once_on_the_terminal_and_on_the_paper(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(lambda request, number: Said("{}", delay=1.0)) as server:
        named(server, workspace)
        capsys.readouterr()
        began = time.monotonic()
        assert call("draft", *IDS) == 0
        assert time.monotonic() - began < 8
        assert len(server.requests) == 3
    said = capsys.readouterr().err
    assert said.count("did not answer within 0.5 s") == 1
    assert said.count("no usable answer from tiny for ") == 1
    assert said.count("tiny was not asked about ") == 1
    assert call("show", IDS[0], "--json") == 0
    shown = json.loads(capsys.readouterr().out)["notes"]
    assert [note for note in shown if "tiny" in note] == [shown[-1]]
    assert shown[-1].startswith("no usable answer from tiny: the server at http://127.0.0.1:")


def test_costs_are_labelled_and_outages_stand_apart_from_refusals(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def script(request: Json, number: int) -> Said:
        if number == 0:
            return Said("{}", delay=1.0)
        if number <= 2:
            return Said("I would rather not.")
        return Said(json.dumps({"section": sections_offered(request)[0]} if sections_offered(request) else {}))

    with serve(script) as server:
        named(server, workspace)
        call("draft", IDS[0])
        call("draft", IDS[1])
    capsys.readouterr()
    monkeypatch.setenv("COLUMNS", "120")
    assert call("status", "--costs") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert "model asked to calls used refused no reply tokens in out seconds cost".split() in lines
    assert "tiny draft entries 3 0 2 1 200 40 0 $0.0000".split() in [[*line[:9], "0", *line[10:]] for line in lines]
    assert "refused by the guard: no JSON: 2".split() in lines
    outage = next(line for line in lines if line[:4] == ["no", "reply", "from", "tiny:"])
    assert outage[4:6] == ["1", "call:"]
    assert call("status", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(u["purpose"], u["calls"], u["used"], u["no_reply"]) for u in found["usage"]] == [("draft", 3, 0, 1)]
    assert [(o["model"], o["calls"]) for o in found["outages"]] == [("tiny", 1)]
    assert found["refusals"] == {"no JSON": 2}


@pytest.mark.slow
def test_ctrl_c_does_not_wait_for_a_server_that_hangs(workspace: Path) -> None:
    with serve(lambda request, number: Said("{}", delay=8.0)) as server:
        named(server, workspace)
        file = workspace / "triage.toml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("timeout_seconds = 0.5", "timeout_seconds = 60.0"), encoding="utf-8")
        going = subprocess.Popen(
            [sys.executable, "-m", "triage", "draft", *IDS], cwd=workspace, env=dict(os.environ), stderr=subprocess.PIPE
        )
        while not server.requests and going.poll() is None:
            time.sleep(0.05)
        began = time.monotonic()
        going.send_signal(signal.SIGINT)
        _, said = going.communicate(timeout=30)
        assert time.monotonic() - began < 4
        assert going.returncode == 130, said
        assert b"Traceback" not in said
