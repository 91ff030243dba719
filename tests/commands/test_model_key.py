"""The key and a list from elsewhere: asked once in a terminal, refused with the cure without one."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.model_server import ModelServer, Said, serve
from triage.collection import Store
from triage.demo.sample import write_sample
from triage.models import Paper

KEY = "sk-secret-0123456789"
Call = Callable[..., int]


def cloned(folder: Path, server: ModelServer, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list whose triage.toml came with a server of its own, and one paper in its store."""
    write_sample(folder)
    monkeypatch.chdir(folder)
    assert call("init", "README.md", "--offline") == 0
    file = folder / "triage.toml"
    text = file.read_text(encoding="utf-8").replace('model = ""', 'model = "tiny"')
    file.write_text(text.replace('base_url = ""', f'base_url = "{server.base_url}"'), encoding="utf-8")
    with Store(folder / "store") as store:
        store.papers.save(Paper("2606.00001", "Owls at Noon", "We count owls at noon."), origin="person")


def test_without_a_terminal_nothing_is_sent_and_the_cure_is_said(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(lambda request, number: Said("{}")) as server:
        cloned(tmp_path, server, call, monkeypatch)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        capsys.readouterr()
        assert call("draft", "2606.00001") == 0
        said = capsys.readouterr().err
        assert server.headers == []
    assert "OPENAI_BASE_URL=http://127.0.0.1:" in said
    assert KEY not in said


def in_terminal(words: list[str], answer: str) -> str:
    """Runs `triage WORDS…` in a pseudo-terminal where a person types `answer`; what it showed there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "triage", *words]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True) as going:
        os.close(theirs)
        os.write(ours, answer.encode())
        shown = b""
        try:
            while block := os.read(ours, 4096):
                shown += block
        except OSError:
            pass  # the other end is closed
        going.wait(timeout=30)
    os.close(ours)
    return shown.decode()


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "sent"), [("y", f"Bearer {KEY}"), ("n", None)])
def test_in_a_terminal_the_owner_is_asked_once(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, answer: str, sent: str | None
) -> None:
    with serve(lambda request, number: Said("{}")) as server:
        cloned(tmp_path, server, call, monkeypatch)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        first = in_terminal(["draft", "2606.00001"], f"{answer}\n")
        assert "Send it your key?" in first
        assert server.headers
        second = in_terminal(["draft", "2606.00001", "--again"], "")
        assert "Send it your key?" not in second
        assert {each.get("authorization") for each in server.headers} == {sent}
    kept = Path(os.environ["TRIAGE_CONFIG_DIR"])
    assert all(KEY not in file.read_text(encoding="utf-8") for file in kept.iterdir())


@pytest.mark.slow
def test_whoever_does_not_answer_is_asked_again(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(lambda request, number: Said("{}")) as server:
        cloned(tmp_path, server, call, monkeypatch)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        for _ in range(2):
            assert "Send it your key?" in in_terminal(["draft", "2606.00001", "--again"], "\n")
        assert server.headers == []
