"""Learning in a process of its own, beside a review."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from triage.collection import Store
from triage.commands.learning import Learner
from triage.commands.opening import open_workspace
from triage.commands.review import open_session
from triage.errors import TriageError
from triage.models import Draft, Facts, Judgement, Paper
from triage.screens.app import ReviewApp

LIST = "# Owls\n\n## Night\n\n" + "".join(
    f"- [Strix 202{n}] **Owls that Hunt at Night {n}** [[paper]](https://example.org/{n})\n" for n in range(6)
)

pytestmark = pytest.mark.slow


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    command = [sys.executable, "-m", "triage", "init", "README.md", "--offline"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    with Store(tmp_path / "store") as store:
        for number in range(4):
            paper = Paper(f"2606.0000{number}", f"Another Owl {number}", "An owl hunts at night.")
            store.papers.save(paper, origin="person")
            store.judgements.save([Judgement(paper.id, 0.5, True, (), basis="old")])
            store.drafts.save(Draft(paper.id, ("Night",), Facts(paper.title), "- x"))
    return tmp_path


def test_judges_anew_each_time_it_is_called(workspace: Path) -> None:
    with Learner(workspace) as learn, Store(workspace / "store") as store:
        learn()
        first = store.judgements.get("2606.00001")
        assert first is not None
        assert first.basis != "old"
        assert first.sections
        learn()
        assert store.judgements.get("2606.00001") == first


def test_code_in_the_folder_of_a_list_is_not_run(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "numpy", "triage"):
        (workspace / f"{name}.py").write_text("open('sprung', 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(workspace)
    with Learner(workspace) as learn:
        learn()
    assert not (workspace / "sprung").exists()


def test_what_goes_wrong_is_told(workspace: Path) -> None:
    with Learner(workspace) as learn:
        learn()
        (workspace / "README.md").unlink()
        with pytest.raises(TriageError, match=r"README\.md"):
            learn()


def test_leaving_does_not_wait(workspace: Path) -> None:
    with Learner(workspace) as learn:
        learn()
        left = time.monotonic()
    assert time.monotonic() - left < 2


async def test_it_learns_beside_a_full_screen(workspace: Path) -> None:
    with open_workspace(workspace, quiet=True) as opened, Learner(workspace) as learn:
        app = ReviewApp(open_session(opened, learn))
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("r")
            until = time.monotonic() + 60
            while time.monotonic() < until and basis(opened.store) == "old":
                await pilot.pause(0.2)
        assert basis(opened.store) != "old"


def basis(store: Store) -> str:
    judged = store.judgements.get("2606.00001")
    assert judged is not None
    return judged.basis


def test_a_process_that_ended_is_told_and_started_anew(workspace: Path) -> None:
    with Learner(workspace) as learn:
        learn()
        assert learn._process is not None
        learn._process.kill()
        learn._process.wait()
        with pytest.raises(TriageError, match="has ended"):
            learn()
        learn()
