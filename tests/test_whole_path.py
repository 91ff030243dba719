"""init → fetch → accept → publish → search, through the commands and the arXiv stand-in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from triage.cli import app
from triage.demo.sample import Sample, write_sample
from triage.demo.server import StandIn, serving


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("workspace"))


@pytest.fixture(scope="module")
def server(sample: Sample) -> Iterator[StandIn]:
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as standing:
        yield standing


def triage(*words: str, code: int = 0) -> str:
    """What the command prints on stdout."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output + repr(result.exception)
    return result.stdout


def answer(*words: str, code: int = 0) -> Any:
    return json.loads(triage(*words, "--json", code=code))


@pytest.fixture(scope="module")
def fetched(sample: Sample, server: StandIn) -> dict[str, Any]:
    root = str(sample.list_path.parent)
    adopted = answer(
        "init", str(sample.list_path), "-w", root, "--api-url", f"{server.url}/api/query",
        "--pdf-url", f"{server.url}/pdf", "--delay", "0",
    )  # fmt: skip
    assert adopted["entries"] > 20
    assert adopted["query"]
    funnel = answer("fetch", "--since", str(sample.since), "--until", str(sample.until), "-w", root)
    return {"root": root, "funnel": funnel}


def test_the_funnel_counts_down(fetched: dict[str, Any]) -> None:
    funnel = fetched["funnel"]
    assert funnel["seen"] >= funnel["new"] >= funnel["queued"] >= funnel["drafted"] > 0
    assert funnel["problems"] == []


def test_fetching_again_does_nothing_twice(fetched: dict[str, Any], sample: Sample, server: StandIn) -> None:
    before = len(server.log)
    again = answer("fetch", "--since", str(sample.since), "--until", str(sample.until), "-w", fetched["root"])
    assert again["new"] == again["read"] == again["drafted"] == 0
    assert again["why"]
    assert not [asked.path for asked in list(server.log)[before:] if asked.path.startswith("/pdf/")]


def test_list_and_show_agree(fetched: dict[str, Any]) -> None:
    rows = answer("list", "--stage", "drafted", "-w", fetched["root"])
    assert rows
    one = answer("show", rows[0]["id"], "-w", fetched["root"])
    assert {key: one[key] for key in rows[0]} == rows[0]
    assert set(rows[0]) == {
        "id", "title", "stage", "section", "confidence", "relevance", "summary", "entry", "by", "neighbours",
    }  # fmt: skip


def test_search_finds_a_passage_and_its_page(fetched: dict[str, Any]) -> None:
    hits = answer("search", "which calls were heard at night", "-k", "3", "-w", fetched["root"])
    assert hits
    assert {"id", "title", "score", "passage", "page", "section", "url"} <= set(hits[0])


def test_accept_publish_and_nothing_left(fetched: dict[str, Any], sample: Sample) -> None:
    root = fetched["root"]
    before = sample.list_path.read_bytes()
    ids = [row["id"] for row in answer("list", "--stage", "drafted", "-w", root)][:2]
    triage("accept", *ids, "-w", root)
    assert sample.list_path.read_bytes() == before
    triage("publish", "--check", "-w", root, code=1)
    diff = triage("publish", "--dry-run", "-w", root)
    assert sum(line.startswith("+") and not line.startswith("+++") for line in diff.splitlines()) == 2
    assert not any(line.startswith("-") and not line.startswith("---") for line in diff.splitlines())
    triage("publish", "-w", root)
    after = sample.list_path.read_bytes()
    left = after.splitlines(keepends=True)
    for line in before.splitlines(keepends=True):
        left.remove(line)
    assert len(left) == 2
    triage("publish", "-w", root)
    assert sample.list_path.read_bytes() == after
    triage("publish", "--check", "-w", root)
    assert {row["id"] for row in answer("list", "--stage", "published", "-w", root)} == set(ids)


def test_reject_undo_later(fetched: dict[str, Any]) -> None:
    root = fetched["root"]
    one = answer("list", "--stage", "drafted", "-w", root)[0]["id"]
    triage("reject", one, "--note", "a toad", "-w", root)
    assert answer("show", one, "-w", root)["stage"] == "rejected"
    triage("undo", "-w", root)
    triage("later", one, "-w", root)
    assert answer("show", one, "-w", root)["stage"] == "later"
    triage("undo", "-w", root)
    assert answer("show", one, "-w", root)["stage"] == "drafted"


def test_init_again_keeps_what_a_person_changed(fetched: dict[str, Any], sample: Sample) -> None:
    root = Path(fetched["root"])
    file = root / "triage.toml"
    old = answer("init", "-w", str(root), "--offline")["query"]
    file.write_text(file.read_text().replace(json.dumps(old)[1:-1], "abs:birdsong"), encoding="utf-8")
    assert answer("init", "-w", str(root), "--offline")["query"] == "abs:birdsong"


def test_status_and_reindex(fetched: dict[str, Any]) -> None:
    stages = answer("status", "-w", fetched["root"])["stages"]
    report = answer("reindex", "-w", fetched["root"])
    assert report["papers"] == sum(stages.values())


def test_only_the_most_relevant_are_downloaded_if_so_asked(tmp_path: Path, sample: Sample, server: StandIn) -> None:
    (tmp_path / "README.md").write_bytes(sample.list_path.read_bytes())
    root = str(tmp_path)
    answer(
        "init", str(tmp_path / "README.md"), "-w", root, "--api-url", f"{server.url}/api/query",
        "--pdf-url", f"{server.url}/pdf", "--delay", "0",
    )  # fmt: skip
    window = ("--since", str(sample.since), "--until", str(sample.until), "-w", root)
    before = len(server.log)
    answer("fetch", *window, "--read", "2")
    asked = [one.path for one in list(server.log)[before:] if one.path.startswith("/pdf/")]
    waiting = sorted(answer("list", "--stage", "drafted", "-w", root), key=lambda row: -row["relevance"])
    assert len(waiting) > 3
    assert sorted(path.split("/")[-1].split("v")[0] for path in asked) == sorted(row["id"] for row in waiting[:2])
    assert answer("show", waiting[0]["id"], "-w", root)["read_from"] == "pdf"
    assert answer("fetch", *window)["read"] == len(waiting) - 2
