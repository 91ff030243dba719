"""Several people and a fetch in one workspace at once: no error, and no decision lost."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.collection import Store
from triage.demo.sample import write_sample
from triage.demo.server import serving
from triage.models import Paper

HERE = Path(__file__).parent
WRITER = HERE.parent / "collection" / "writer.py"
Call = Callable[..., int]


def start(script: Path, *words: str, person: str = "") -> "subprocess.Popen[str]":
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LOGNAME": person}
    return subprocess.Popen(
        [sys.executable, str(script), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def turns(process: "subprocess.Popen[str]") -> int:
    """What a process printed at its good end."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    return int(out)


def decisions(store: Store) -> dict[tuple[str, str], int]:
    rows = store.connection.execute("SELECT person, verdict, count(*) FROM decisions GROUP BY person, verdict")
    return {(person, verdict): count for person, verdict, count in rows}


def test_three_processes_write_into_one_store(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        for number in range(10):
            store.papers.save(Paper(f"2599.0000{number}", f"Ada's frog {number}"), "person")
            store.papers.save(Paper(f"2599.1000{number}", f"Bo's frog {number}"), "person")
    processes = [start(WRITER, str(tmp_path), role, "2") for role in ("Ada", "Bo", "fetch")]
    by_ada, by_bo, pages = map(turns, processes)
    assert min(by_ada, by_bo, pages) > 0
    with Store(tmp_path) as store:
        assert decisions(store) == {("Ada", "reject"): by_ada, ("Bo", "reject"): by_bo, ("Bo", "undo"): by_bo}
        assert {one.person for one in store.ledger.current()} == {"Ada"}
        assert store.papers.count() == 20 + 50 * pages
        assert store.damage() == ""


@pytest.mark.slow
def test_a_fetch_and_two_people_with_the_commands_themselves(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sample = write_sample(tmp_path)
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
        address = ("--api-url", f"{server.url}/api/query", "--pdf-url", f"{server.url}/pdf", "--delay", "0.02")
        assert call("init", "README.md", *address) == 0
        window = f"fetch --since {sample.since} --until {sample.until}"
        assert call(*window.split(), "--no-pdf", "--limit", "8") == 0
        with Store(tmp_path / "store") as store:
            one, other = store.papers.ids()[:2]
        processes = [
            start(HERE / "person.py", "6", f"reject {one}", "status", person="Ada"),
            start(HERE / "person.py", "6", f"later {other}", "undo", f"later {other} --note x", person="Bo"),
            start(HERE / "person.py", "6", f"{window} --no-pdf", person="cron"),
            start(HERE / "person.py", "6", f"{window} --no-pdf", person="Cy"),
        ]
        by_ada, by_bo, *fetches = map(turns, processes)
    assert min(fetches) > 0
    with Store(tmp_path / "store") as store:
        assert decisions(store) == {("Ada", "reject"): by_ada, ("Bo", "later"): 2 * by_bo, ("Bo", "undo"): by_bo}
        assert {found.paper_id: found.person for found in store.ledger.current()} == {one: "Ada", other: "Bo"}
        assert store.damage() == ""
