"""Decisions belong to people: taking back one's own, saving all of them, taking them into another workspace; and the
commands that say what state their store is in."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from triage.collection import Store
from triage.lock import alone
from triage.models import Choice, Draft, Facts, Judgement, Paper

Call = Callable[..., int]
LIST = "# Frogs\n\n## Ponds\n\n- [A Frog](https://arxiv.org/abs/2501.00001)\n- [A Toad](https://arxiv.org/abs/2501.00002)\n"
IDS = ("2599.00001", "2599.00002")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What was said since the last time, results and messages, in one line."""

    def take() -> str:
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return " ".join(f"{out} {err}".split())

    return take


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """From now on the commands are given by this person."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return lambda name: monkeypatch.setenv("LOGNAME", name)


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]) -> Path:
    """An adopted list with two drafts."""
    make(tmp_path, call, monkeypatch)
    with Store(tmp_path / "store") as store:
        for paper_id in IDS:
            paper = Paper(paper_id, f"Frog {paper_id}", "We count frogs.")
            store.papers.save(paper)
            store.judgements.save([Judgement(paper_id, 0.9, True, (Choice(("Ponds",), 0.8),))])
            entry = f"- [{paper.title}](https://arxiv.org/abs/{paper_id})\n"
            store.drafts.save(Draft(paper_id, ("Ponds",), Facts(paper.title), entry))
    said()
    return tmp_path


def make(folder: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    (folder / "README.md").write_text(LIST, encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0


def test_undo_says_whose_the_last_decision_is(
    workspace: Path, call: Call, become: Callable[[str], None], said: Callable[[], str]
) -> None:
    become("ada")
    assert call("reject", IDS[0]) == 0
    become("bo")
    assert call("undo") == 0
    assert "nothing of yours to undo; the last decision, reject 2599.00001, was made by ada at 20" in said()
    assert call("reject", IDS[1]) == 0
    become("ada")
    assert call("undo") == 0
    told = said()
    assert "taken back: reject 2599.00001" in told
    assert "the last decision, reject 2599.00002, was made by bo at 20" in told and "and stands" in told
    assert call("show", IDS[1], "--json") == 0


def test_show_says_who_decided(
    workspace: Path, call: Call, become: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    become("ada")
    assert call("reject", IDS[0], "--note", "no frog") == 0
    capsys.readouterr()
    assert call("show", IDS[0], "--json") == 0
    decided = json.loads(capsys.readouterr().out)["decided"]
    assert (decided["verdict"], decided["person"], decided["note"]) == ("reject", "ada", "no frog")
    assert call("show", IDS[0]) == 0
    assert "reject by ada, 20" in capsys.readouterr().out


def test_decisions_move_to_another_workspace(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str], tmp_path: Path
) -> None:
    assert call("accept", IDS[0]) == 0
    assert call("reject", IDS[1]) == 0
    assert call("undo") == 0
    assert call("export", "--decisions", "mine.jsonl") == 0
    assert "3 decisions written to mine.jsonl" in said()
    mine = (workspace / "mine.jsonl").read_bytes()
    assert call("import", "--decisions", "mine.jsonl") == 0
    assert "imported 0 decisions and 0 papers; 3 were here already" in said()
    make(tmp_path / "other", call, monkeypatch)
    said()
    assert call("import", "--decisions", str(workspace / "mine.jsonl")) == 0
    assert "imported 3 decisions and 2 papers" in said()
    assert call("export", "--decisions", "theirs.jsonl") == 0
    assert Path("theirs.jsonl").read_bytes() == mine
    assert call("publish") == 0
    assert f"- [Frog {IDS[0]}]" in Path("README.md").read_text(encoding="utf-8")


def test_export_goes_to_standard_output(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("reject", IDS[0]) == 0
    capsys.readouterr()
    assert call("export", "--decisions", "-") == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["paper"]["title"] == f"Frog {IDS[0]}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "no.jsonl cannot be read"), (b"\xff\n", "not UTF-8"), (b"{}\n", "no.jsonl, line 1 is not a decision")],
)
def test_a_file_of_something_else_is_one_line(
    workspace: Path, call: Call, said: Callable[[], str], content: bytes | None, expected: str
) -> None:
    if content is not None:
        (workspace / "no.jsonl").write_bytes(content)
    assert call("import", "--decisions", "no.jsonl") == 1
    assert expected in said()


@pytest.mark.slow
def test_doctor_finds_a_store_in_use_whole(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("reject", IDS[0]) == 0
    assert call("fetch", "--offline") == 0
    capsys.readouterr()
    call("doctor", "--offline", "--json")
    findings = {one["name"]: one for one in json.loads(capsys.readouterr().out)}
    assert findings["store"]["state"] == "ok", findings["store"]
    assert findings["index"]["state"] == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["another file", "a table"])
def test_doctor_never_advises_what_loses_decisions(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    path = workspace / "store" / "papers.db"
    if how == "a table":
        with closing(sqlite3.connect(path)) as db:
            (page,) = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'vectors'").fetchone()
            (size,) = db.execute("PRAGMA page_size").fetchone()
        data = bytearray(path.read_bytes())
        data[(page - 1) * size : page * size] = b"\x55" * size
        path.write_bytes(data)
    else:
        path.write_bytes(b"no database " * 1000)
    before = path.read_bytes()
    assert call("doctor", "--offline", "--json") == 1
    (store,) = [one for one in json.loads(capsys.readouterr().out) if one["name"] == "store"]
    assert store["state"] == "broken" and "damaged" in store["detail"]
    assert "First copy the folder" in store["detail"] and "triage export --decisions" in store["detail"]
    assert not any(word in store["detail"] for word in ("move", "delete", "remove", "fetch again"))
    assert path.read_bytes() == before
    if how == "a table":
        assert call("export", "--decisions", "-") == 0


def test_a_second_fetch_says_who_is_at_work(
    workspace: Path, call: Call, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]
) -> None:
    monkeypatch.setattr("triage.lock.PATIENCE", 0.2)
    with alone(workspace / "store" / "work.lock", "fetch", "Bo", waiting=print):
        for command in (("fetch", "--offline"), ("reindex",)):
            assert call(*command) == 1
            assert "`triage fetch` of Bo" in said()


def test_what_the_system_refuses_is_one_line(
    workspace: Path, call: Call, said: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (workspace / "store" / "work.lock").unlink(missing_ok=True)
    (workspace / "store" / "work.lock").mkdir()
    assert call("reindex") == 1
    assert "work.lock cannot be written: Is a directory" in said()
    assert call("export", "--decisions", "/nowhere/x.jsonl") == 1
    assert "/nowhere/x.jsonl" in said()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_results_that_find_no_room_are_one_line(workspace: Path) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-P", "-m", "triage", "list", "--json"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "triage: the disk is full; make room and run this again\n")
