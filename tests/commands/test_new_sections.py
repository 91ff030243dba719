"""Sections that papers would start: `triage status` and `triage show` name them, `triage accept` takes them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.collection import Store
from triage.demo.sample import write_sample
from triage.models import Choice, Cluster, Judgement, Paper

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


@pytest.mark.parametrize("paper_id", ["2599.20001", "2599.20003"], ids=["its own", "another paper's"])
@pytest.mark.parametrize("name", ["moth wings · dusk", "“moth wings · dusk”", "Moth wings"])
def test_a_suggested_section_is_accepted_when_given_back_and_made(
    name: str, paper_id: str, adopted: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    title = f"Wings of Moths {paper_id[-1]}"
    entry = adopted / "entry.md"
    entry.write_text(f"- {title} [[2099]](https://arxiv.org/abs/{paper_id})\n", encoding="utf-8")
    assert call("accept", paper_id, "--section", name, "--entry", str(entry)) == 0
    assert "->  moth wings · dusk (new: triage publish --new-sections)" in " ".join(capsys.readouterr().err.split(" "))
    assert call("list", "--section", "moth", "--json") == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == [paper_id]
    assert call("publish") == 1
    assert "--new-sections" in capsys.readouterr().err
    assert call("publish", "--new-sections") == 0
    text = (adopted / "README.md").read_text(encoding="utf-8")
    assert text.index("## moth wings · dusk") < text.index(title)


def test_a_section_that_nobody_suggested_is_refused_with_the_way_to_have_it_made(
    adopted: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = adopted / "entry.md"
    entry.write_text("- Wings of Moths [[2099]](https://arxiv.org/abs/2599.20001)\n", encoding="utf-8")
    assert call("accept", "2599.20001", "--section", "Butterflies", "--entry", str(entry)) == 1
    assert 'for a new section write "+Butterflies"' in capsys.readouterr().err
    assert call("accept", "2599.20001", "--section", "+Butterflies > Wings", "--entry", str(entry)) == 0
    assert call("publish", "--new-sections") == 0
    assert "## Butterflies\n\n### Wings\n" in (adopted / "README.md").read_text(encoding="utf-8")
