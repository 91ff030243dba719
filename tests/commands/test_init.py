"""`triage init` again: what is given anew counts, what is not stays."""

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
