"""`triage edit` and what `triage add` asks for, in a workspace, and at a real terminal."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from triage.collection import Store
from triage.demo.sample import write_sample

Call = Callable[..., int]


def nameless_pdf(path: Path) -> Path:
    """A page with a title and text, and no author, venue or year."""
    words = "Nothing in this sentence was ever measured by anybody at all. " * 12
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_text((72, 90), "Moths That Sing at Dusk", fontsize=18)
        page.insert_text((72, 120), "Abstract", fontsize=12)
        page.insert_textbox((72, 130, 520, 330), words, fontsize=10)
        page.insert_text((72, 350), "1 Introduction", fontsize=12)
        page.insert_textbox((72, 360, 520, 780), words, fontsize=10)
        pdf.set_metadata({"creationDate": ""})
        pdf.save(path)
    return path


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    nameless_pdf(tmp_path / "moths.pdf")
    assert call("init", "README.md", "--offline") == 0
    return tmp_path


def added(folder: Path) -> str:
    with Store(folder / "store") as store:
        (paper_id,) = (key for key in store.papers.ids() if key.startswith("pdf:"))
        return paper_id


def test_what_a_pdf_lacks_is_said_and_can_be_given(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("add", "moths.pdf", "--offline") == 0
    said = capsys.readouterr().err
    paper_id = added(workspace)
    assert "title: Moths That Sing at Dusk" in said
    assert f"triage edit {paper_id} --venue … --year … --url …" in said
    assert call("edit", paper_id, "--venue", "ICASSP", "--year", "2027", "--url", "https://example.org/moths") == 0
    entry = capsys.readouterr().out
    assert "[Moths That Sing at Dusk](https://example.org/moths)" in entry and "ICASSP 2027" in entry
    assert call("draft", paper_id, "--again", "--offline") == 0
    assert capsys.readouterr().out == entry
    assert call("edit", paper_id, "--json") == 0
    fields = json.loads(capsys.readouterr().out)["fields"]
    assert fields["venue"] == {"value": "ICASSP", "by": "person"}
    assert fields["title"] == {"value": "Moths That Sing at Dusk", "by": "machine"}
    assert call("edit", paper_id, "--reset", "venue", "--reset", "url") == 0
    assert "ICASSP" not in capsys.readouterr().out


def test_an_accepted_entry_is_accepted_as_edited(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("add", "moths.pdf", "--offline") == 0
    paper_id = added(workspace)
    assert call("accept", paper_id, "--section", "Surveys") == 1
    assert "would not stand as an entry" in capsys.readouterr().err, "it has no link yet"
    assert call("edit", paper_id, "--url", "https://example.org/moths") == 0
    assert call("accept", paper_id, "--section", "Surveys") == 0
    assert call("edit", paper_id, "--venue", "ICASSP", "--year", "2027") == 0
    assert call("publish", "--dry-run") == 0
    assert "+- [Moths That Sing at Dusk](https://example.org/moths), *ICASSP 2027*" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--year", "soon"), "1900 to 2200"),
        (("--url", "javascript:alert(1)"), "begins with http"),
        (("--reset", "colour"), "fields: title, authors, venue"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    assert call("add", "moths.pdf", "--offline") == 0
    paper_id = added(workspace)
    assert call("edit", paper_id, *words, "--venue", "ICASSP") == 1
    assert message in capsys.readouterr().err
    with Store(workspace / "store") as store:
        assert store.person_facts.of(paper_id) == {}


@pytest.mark.slow
def test_at_a_terminal_what_is_missing_is_asked(workspace: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "triage", "add", "moths.pdf", "--offline"]
    with subprocess.Popen(command, cwd=workspace, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        os.write(ours, b"ICASSP\nsoon\n2027\n\n")
        assert process.stdout is not None
        entry = process.stdout.read().decode()
        assert process.wait(60) == 0
        said = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "is not a number from 1900 to 2200" in said
    assert "*ICASSP 2027*" in entry
    with Store(workspace / "store") as store:
        assert store.person_facts.of(added(workspace)) == {"venue": "ICASSP", "year": "2027"}
