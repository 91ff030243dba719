"""`triage init` again: what is given anew counts, what is not stays."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from triage.config import API_URL, PDF_URL, load
from triage.demo.sample import write_sample

Call = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_sample(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_usual_values_can_be_given_back(call: Call, folder: Path) -> None:
    elsewhere = ("--api-url", "http://127.0.0.1:9/api/query", "--pdf-url", "http://127.0.0.1:9/pdf", "--delay", "0.02")
    assert call("init", "README.md", *elsewhere, "--offline") == 0
    assert load(folder).watch.delay_seconds == 0.02
    assert call("init", "--offline") == 0
    assert load(folder).watch.delay_seconds == 0.02
    assert load(folder).watch.api_url == "http://127.0.0.1:9/api/query"
    assert call("init", "--api-url", API_URL, "--pdf-url", PDF_URL, "--delay", "3", "--offline") == 0
    watch = load(folder).watch
    assert (watch.api_url, watch.pdf_url, watch.delay_seconds) == (API_URL, PDF_URL, 3.0)


def test_a_delay_below_zero_is_refused_before_anything_is_written(call: Call, folder: Path) -> None:
    assert call("init", "README.md", "--delay", "-1", "--offline") == 2
    assert not (folder / "triage.toml").exists()


def test_init_says_how_many_entries_the_format_really_writes(
    call: Call, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten entries, two of them with another label: a format learned from others writes eight."""
    labels = ["paper" if n in (2, 7) else "pdf" for n in range(10)]
    lines = [
        f"- **Paper Number {n} of Tides** [[{label}]](https://arxiv.org/abs/2401.0000{n})"
        for n, label in enumerate(labels)
    ]
    (folder / "README.md").write_text("# L\n\n## A\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    said = capsys.readouterr()
    assert "80% of the entries match to the byte" in " ".join(said.out.split())
    assert "2 entries that the format would write differently" in said.err
    assert "line 6: Paper Number 2 of Tides" in said.err
    assert call("init", "--offline", "--json") == 0
    told = json.loads(capsys.readouterr().out)["format"]
    assert (told["tested"], told["rendered"], told["rendered_new"]) == (10, 0.8, 0.8)
    assert [one["line"] for one in told["different"]] == [6, 11]


def test_init_claims_nothing_from_one_entry(call: Call, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entry = "- **Paper Number 1 of Tides** [[pdf]](https://arxiv.org/abs/2401.00001)\n"
    (folder / "README.md").write_text("# L\n\n## A\n" + entry, encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    out = capsys.readouterr().out
    assert "one entry is not enough to test it" in " ".join(out.split())
    assert "%" not in out
