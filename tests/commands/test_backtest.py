"""`triage backtest` where arXiv cannot be reached."""

import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from triage.collection import Store
from triage.demo.sample import write_sample
from triage.models import Paper

Call = Callable[..., int]

NOWHERE = "http://127.0.0.1:9/api/query"


@pytest.mark.slow
def test_without_arxiv_it_replays_what_the_store_has(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    for words in (
        ["init", "-q"],
        ["add", "README.md"],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "."],
    ):
        subprocess.run(
            ["git", *words], check=True, env={"GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z", "PATH": "/usr/bin:/bin"}
        )
    assert call("init", "README.md", "--offline", "--api-url", NOWHERE) == 0
    with Store(tmp_path / "store") as store:
        store.papers.save(Paper("2602.00001", "Owls at Dusk", "We hear owls.", published=date(2026, 2, 1)))
    assert call("backtest", "--since", "2026-01-15") == 0
    out, talk = capsys.readouterr()
    assert "1  announced paper" in out
    assert "replaying with the papers in the store" in talk and "127.0.0.1:9" in talk
