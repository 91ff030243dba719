"""`triage prompts`: the prompts listed, copied into the workspace, and those there used."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.demo.sample import write_sample

Call = Callable[..., int]


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An adopted list."""
    write_sample(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert call("init", "README.md", "--offline") == 0
    return tmp_path


def test_prompts_are_listed_and_copied_once(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert call("prompts") == 0
    listed = capsys.readouterr()
    assert all(word in listed.out for word in ("draft", "examples", "retry", "reason"))
    assert "triage prompts --copy" in listed.err
    assert not (workspace / "prompts").exists()
    assert call("prompts", "--copy") == 0
    assert "copied to" in capsys.readouterr().err
    mine = workspace / "prompts" / "retry.md"
    mine.write_text(mine.read_text(encoding="utf-8") + "\nBe brief.\n", encoding="utf-8")
    assert call("prompts", "--copy", "--json") == 0
    printed = capsys.readouterr()
    assert "nothing to copy" in printed.err
    rows = {row["name"]: row for row in json.loads(printed.out)}
    assert [rows[name]["edited"] for name in ("draft", "file", "retry")] == [False, False, True]
    assert rows["retry"]["file"] == str(mine)
    assert "Be brief." in mine.read_text(encoding="utf-8")


def test_a_prompt_that_cannot_be_used_names_file_and_variable(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    call("prompts", "--copy")
    mine = workspace / "prompts" / "draft.md"
    mine.write_text(mine.read_text(encoding="utf-8").replace("{{paper}}", "{{article}}"), encoding="utf-8")
    capsys.readouterr()
    assert call("prompts") == 1
    assert "draft.md: {{article}} is not a variable of this prompt" in capsys.readouterr().err
