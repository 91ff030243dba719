"""`triage fetch`: what it does when it is stopped, when another is at it, and when arXiv says something new."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from triage.collection import Store
from triage.collection.papers import WATCH
from triage.demo.faults import Fault, parse_faults
from triage.demo.papers import Row
from triage.demo.sample import Sample, write_sample
from triage.demo.server import StandIn, serving
from triage.models import Stage

Call = Callable[..., int]
WINDOW = ("--since", "2026-02-02", "--until", "2026-02-13")


class Folder:
    """The sample's folder, adopted."""

    def __init__(self, sample: Sample, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = sample.list_path.parent
        self.rows: list[Row] = [json.loads(line) for line in sample.papers_path.read_text().splitlines()]
        self._sample, self._call, self._capsys = sample, call, capsys

    @contextmanager
    def serving(self, rows: Sequence[Row] = (), **options: Any) -> Iterator[StandIn]:
        """arXiv, with these papers or the sample's; the workspace is set to it."""
        with serving(rows or self.rows, pdfs=self._sample.pdf_folder, **options) as standin:
            places = ("--api-url", standin.api_url, "--pdf-url", standin.pdf_url, "--delay", "0")
            self.run("init", "README.md", *places, "--offline")
            yield standin

    def run(self, *words: str, code: int = 0) -> tuple[str, str]:
        """What a command says on stdout and on stderr."""
        self._capsys.readouterr()
        assert self._call(*words) == code, self._capsys.readouterr().err
        told = self._capsys.readouterr()
        return told.out, told.err

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json")[0])
        return found

    def store(self) -> Store:
        return Store(self.root / "store")

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """`triage WORDS…` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "triage", *words],
            cwd=self.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def folder(tmp_path: Path, call: Call, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "400")
    return Folder(write_sample(tmp_path), call, capsys)


def wait(done: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


def stop(process: "subprocess.Popen[str]") -> str:
    """Ctrl-C; gives what the process said then, and sees to it that it ended quickly with 130."""
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert time.monotonic() - began < 15
    return said


@pytest.mark.slow
def test_a_fetch_stopped_before_it_judged_is_reported_as_that(folder: Folder) -> None:
    with folder.serving(delay=1.5) as standin:
        going = folder.start("fetch", *WINDOW)
        with folder.store() as store:
            wait(lambda: store.papers.count(WATCH) == 21)
        said = stop(going)
        assert "stopped; what was done so far is kept: 21 papers (21 to judge) in the store" in said
        assert "`triage fetch` goes on from here" in said
        found = folder.status()
        assert (found["set_aside"], found["unjudged"]) == (0, 21)
        assert found["unfinished_fetch"] is not None
        told, _ = folder.run("status")
        assert "was interrupted; `triage fetch` goes on with it" in told
        assert "21 papers to be judged" in told
        assert "last complete fetch" not in told
        standin.log.clear()
    with folder.serving():
        folder.run("fetch", *WINDOW, "--no-pdf")
    found = folder.status()
    assert (found["unjudged"], found["unfinished_fetch"]) == (0, None)
    assert found["stages"]["watched"] == found["set_aside"] > 0
    assert "last complete fetch: up to 2026-02-13" in folder.run("status")[0]


@pytest.mark.slow
def test_ctrl_c_does_not_wait_for_a_server_that_asks_for_patience(folder: Folder) -> None:
    with folder.serving(pdf_faults=[Fault("429", 50)], retry_after=200) as standin:
        going = folder.start("fetch", *WINDOW)
        wait(lambda: standin.asked("/pdf/"))
        time.sleep(1)
        said = stop(going)
    assert "to read and draft" in said
    with folder.store() as store:
        assert store.stages(Stage.QUEUED)


@pytest.mark.slow
def test_ctrl_c_while_adding_keeps_the_paper_for_the_next_fetch(folder: Folder) -> None:
    with folder.serving(pdf_faults=[Fault("429", 50)], retry_after=200) as standin:
        going = folder.start("add", "2599.20005")
        wait(lambda: standin.asked("/pdf/"))
        said = stop(going)
    assert "1 paper (1 to read and draft) in the store. `triage fetch` goes on from here" in said
    folder.run("fetch", "--offline")
    with folder.store() as store:
        assert store.stages(Stage.DRAFTED) == {"2599.20005": Stage.DRAFTED}


def test_every_wait_is_said(folder: Folder) -> None:
    with folder.serving(faults=[Fault("429")], retry_after=4):
        _, said = folder.run("fetch", *WINDOW, "--no-pdf")
    assert "waiting 4 s for arXiv: it answers HTTP 429 (Too Many Requests) and asks for the wait" in said


@pytest.mark.slow
def test_the_second_of_two_fetches_waits_and_says_for_whom(folder: Folder) -> None:
    with folder.serving(delay=1.0) as standin:
        first = folder.start("fetch", *WINDOW, "--no-pdf")
        wait(lambda: standin.asked("/api/query"))
        told, _ = folder.run("status")
        assert "at work now: `triage fetch` of " in told
        assert "was interrupted" not in told
        _, said = folder.run("fetch", *WINDOW, "--no-pdf")
        first.communicate(timeout=60)
    assert first.returncode == 0
    assert "waiting for `triage fetch` of " in said
    assert f"(process {first.pid} on " in said
    with folder.store() as store:
        drafts = store.connection.execute("SELECT count(*), count(DISTINCT paper_id) FROM drafts").fetchone()
    assert drafts[0] == drafts[1] > 0


def day_later(folder: Folder) -> None:
    """Lets a day pass since arXiv was asked about the stored papers."""
    with folder.store() as store:
        store.connection.execute("DELETE FROM asked")
        store.connection.execute("UPDATE papers SET added_at = '2026-02-14T08:00:00.000000+00:00'")


def test_a_preprint_that_became_a_paper_is_drafted_anew_and_an_accepted_one_is_named(folder: Folder) -> None:
    with folder.serving():
        folder.run("fetch", *WINDOW, "--no-pdf")
    shown, _ = folder.run("show", "2599.20005", "--json")
    assert "*arXiv 2026*" in json.loads(shown)["entry"]
    folder.run("accept", "2599.20001")
    folder.run("later", "2599.20012")
    newer = [
        {**row, "version": 2, "comment": "Accepted at ICASSP 2031"}
        if row["id"] in ("2599.20001", "2599.20005", "2599.20012")
        else row
        for row in folder.rows
    ]
    day_later(folder)
    with folder.serving(newer) as standin:
        _, said = folder.run("fetch", "--since", "2026-02-12", "--until", "2026-02-13", "--no-pdf")
        asked = [one for one in standin.asked("/api/query") if "id_list=2599" in one.path]
    assert len(asked) == 1
    assert "3 stored papers have changed at arXiv" in said
    assert "2599.20001 was accepted and keeps its entry" in said
    for paper_id in ("2599.20005", "2599.20012"):
        shown, _ = folder.run("show", paper_id, "--json")
        assert "*ICASSP 2031*" in json.loads(shown)["entry"]
    with folder.store() as store:
        record = store.record("2599.20001")
        assert record.decision is not None and "ICASSP 2031" not in (record.decision.entry or "")


def test_days_that_were_left_out_are_named_and_fetched_next(folder: Folder) -> None:
    with folder.serving() as standin:
        folder.run("fetch", "--since", "2026-02-02", "--until", "2026-02-03", "--no-pdf")
        folder.run("fetch", "--since", "2026-02-11", "--until", "2026-02-13", "--no-pdf")
        assert folder.status()["gaps"] == [["2026-02-04", "2026-02-10"]]
        assert "never fetched: 2026-02-04 to 2026-02-10" in folder.run("status")[0]
        standin.log.clear()
        _, said = folder.run("fetch", "--no-pdf")
        assert "fetching from 2026-02-04 on, the first day that was never fetched" in said
        assert "202602040000" in standin.log[0].path
        assert folder.status()["gaps"] == []


def test_an_entry_that_cannot_be_read_is_told(folder: Folder) -> None:
    with folder.serving(faults=parse_faults("nameless")):
        out, _ = folder.run("fetch", *WINDOW, "--no-pdf", "--json")
        assert json.loads(out)["unread"] == ["an entry from 2026-02-02 to 2026-02-13, at place 2"]
    assert "triage fetch --since 2026-02-02 --until 2026-02-13" in folder.run("status")[0]


@pytest.mark.slow
def test_the_demos_folder_says_where_its_arxiv_has_gone(folder: Folder) -> None:
    with folder.serving():
        pass
    _, said = folder.run("fetch", code=1)
    assert "is the stand-in for arXiv that [watch] in triage.toml names running?" in said
    with folder.store() as store:
        store.meta.set("demo", "yes")
    _, said = folder.run("fetch", code=1)
    assert "this is the demo's folder; its stand-in for arXiv ran only while `triage demo` did" in said
    assert "online" not in said
    port = said.rpartition("--port ")[2].strip()
    command = said.rpartition("python -m ")[2].split()
    again = subprocess.Popen([sys.executable, "-m", *command], cwd=folder.root, stdout=subprocess.PIPE, text=True)
    try:
        assert again.stdout is not None and port in again.stdout.readline()
        folder.run("fetch", *WINDOW, "--no-pdf")
    finally:
        again.terminate()
        again.wait()
    assert folder.status()["last_fetch"] == "2026-02-13"
