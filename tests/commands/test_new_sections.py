"""What `triage status` and `triage show` say of sections that papers would start."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.demo.sample import write_sample
from triage.models import Choice, Cluster, Judgement, Paper
from triage.storage import Store

Call = Callable[..., int]


@pytest.fixture
def adopted(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with three papers that fit nowhere, two of them alike."""
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    assert call("init", "README.md", "--offline") == 0
    clusters = [
        Cluster(("moth wings", "dusk"), ("Wings of Moths 2",)),
        Cluster(("moth wings", "dusk")),
        Cluster(("ice",)),
    ]
    with Store(tmp_path / "store") as store:
        for number, cluster in enumerate(clusters, 1):
            paper = Paper(f"2599.2000{number}", f"Wings of Moths {number}", "Moths fly at dusk.")
            store.papers.save(paper)
            judged = Judgement(paper.id, 0.9, True, (Choice(("Insects",), 0.3),), none_fits=0.6, cluster=cluster)
            store.judgements.save([judged])
    capsys.readouterr()
    return tmp_path


def test_status_counts_papers_that_would_start_one_section(
    adopted: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("status") == 0
    said = capsys.readouterr().out
    assert "2 queued papers would start a new section: “moth wings · dusk”" in said
    assert "ice" not in said
    assert call("status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["new_sections"] == [
        {"words": ["moth wings", "dusk"], "papers": 2},
        {"words": ["ice"], "papers": 1},
    ]


def test_show_says_what_a_paper_would_start(adopted: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("show", "2599.20001", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["none_fits"] == 0.6
    assert shown["new_section"] == {"words": ["moth wings", "dusk"], "papers": ["Wings of Moths 2"], "more": 0}
    assert call("show", "2599.20001") == 0
    assert "would start “moth wings · dusk”" in " ".join(capsys.readouterr().out.split())
