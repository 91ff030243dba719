"""`triage ask`, with two papers that were read from PDFs: quotations with key and page, or a refusal with a reason."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from triage.cli import main

Call = Callable[..., int]
Output = pytest.CaptureFixture[str]

FROGS = {
    "title": "Counting Frogs at Night with Cheap Microphones",
    "abstract": "Frogs call at night, and nobody counts them. We count calling frogs in ponds with cheap microphones.",
    "first": "Volunteers listened for years, and their notes are hard to compare across the valleys of the country.",
    "second": "The recogniser was trained on 1,250 hours of recordings of the evening chorus. Rain lowers its recall"
    " from 0.91 to 0.64, since the noise of rain hides the short calls of the smaller species.",
}
BATS = {
    "title": "Bats above the Street Lamps of Four Cities",
    "abstract": "Bats hunt around street lamps. We record their ultrasound on roofs and on bridges in four cities.",
    "first": "Street lamps draw insects, and insects draw bats, which is why the lamps were chosen for this study.",
    "second": "A recurrent network tells nine species of bats apart by their echolocation calls. In winter the bats"
    " avoid the centres of all four cities, and the detectors on the bridges stay silent for weeks.",
}
_FILLER = "Nothing else in this paragraph was ever measured by anybody, and it only makes the page longer. " * 6


def write_pdf(path: Path, text: dict[str, str]) -> None:
    """A paper of two pages."""
    import pymupdf

    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_textbox((72, 60, 520, 100), text["title"], fontsize=18)
        page.insert_textbox((72, 120, 520, 220), f"Abstract\n{text['abstract']}", fontsize=10)
        page.insert_textbox((72, 230, 520, 500), f"1 Introduction\n{text['first']} {_FILLER}", fontsize=10)
        page = pdf.new_page()
        page.insert_textbox((72, 72, 520, 500), f"2 Experiments\n{text['second']} {_FILLER}", fontsize=10)
        pdf.save(path)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which both papers were added and read."""
    root = tmp_path_factory.mktemp("asked")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        for name, text in (("frogs.pdf", FROGS), ("bats.pdf", BATS)):
            write_pdf(root / name, text)
        for words in (("init", "--new", "--offline"), ("add", "frogs.pdf", "bats.pdf", "--offline")):
            patch.setattr("sys.argv", ["triage", *words])
            try:
                main()
            except SystemExit as stop:
                assert not stop.code
    return root


@pytest.fixture
def here(read: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "list"
    shutil.copytree(read, root)
    monkeypatch.chdir(root)
    return root


def asked(call: Call, capsys: Output, *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert call("ask", *words, "--json") == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def letters(text: str) -> str:
    return "".join(re.findall(r"[a-z0-9]", text.lower()))


@pytest.mark.slow
def test_an_answer_has_key_and_page(here: Path, call: Call, capsys: Output) -> None:
    capsys.readouterr()
    assert call("ask", "How many hours of recordings was the frog recogniser trained on?", "-k", "1") == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines()[-1] == "1 sentence of 1 paper, quoted word for word; no model was asked"
    assert re.match(
        r"“The recogniser was trained on 1,250 hours of recordings of the evening chorus.”\s\[\w+, p. 2\]\n",
        printed.out,
    )
    assert f"{FROGS['title']}\n" in printed.out
    assert re.search(r"  \w+, p. 2 · Experiments\s*\n", printed.out)
    assert re.search(r"  file://\S+\.pdf#page=2\s*$", printed.out)


@pytest.mark.slow
def test_every_quotation_stands_on_its_page(here: Path, call: Call, capsys: Output) -> None:
    import pymupdf

    answer = asked(call, capsys, "Which noise lowers the recall of the recogniser?")
    assert answer["answered"] and answer["by"] == "quotes"
    assert [len(sentence["citations"]) for sentence in answer["sentences"]] == [1] * len(answer["sentences"])
    with pymupdf.open(here / "frogs.pdf") as pdf:
        pages = [letters(page.get_text()) for page in pdf]
    for sentence, passage in zip(answer["sentences"], answer["passages"], strict=True):
        citation = sentence["citations"][0]
        assert letters(sentence["text"]) in pages[citation["page"] - 1]
        assert sentence["text"] in passage["text"] and passage["quote"] == sentence["text"]
        assert passage["start"] <= citation["start"] < citation["end"] <= passage["end"]


@pytest.mark.slow
def test_what_nobody_says_is_refused_with_the_nearest(here: Path, call: Call, capsys: Output) -> None:
    answer = asked(call, capsys, "Which vaccine protects salamanders from chytrid fungus?")
    assert not answer["answered"] and answer["sentences"] == []
    assert answer["reason"].startswith("no paper says “vaccine”")
    assert call("ask", "Which vaccine protects salamanders from chytrid fungus?") == 0
    printed = capsys.readouterr()
    assert "the collection does not say: no paper says “vaccine”" in printed.err
    assert "(searched 2 papers, " in printed.err


@pytest.mark.slow
def test_rejected_papers_are_not_asked_unless_named(here: Path, call: Call, capsys: Output) -> None:
    question = "How many hours of recordings was the frog recogniser trained on?"
    frogs = asked(call, capsys, question, "-k", "1")["sentences"][0]["citations"][0]["id"]
    assert call("reject", frogs) == 0
    assert not asked(call, capsys, question)["answered"]
    again = asked(call, capsys, question, "--stage", "rejected", "--stage", "accepted", "-k", "1")
    assert again["sentences"][0]["citations"][0]["id"] == frogs


@pytest.mark.slow
def test_no_paper_of_a_stage_or_a_time(here: Path, call: Call, capsys: Output) -> None:
    assert asked(call, capsys, "Who counts frogs?", "--stage", "published")["reason"] == "no paper is published"
    assert "no paper is from the time" in asked(call, capsys, "Who counts frogs? year:1901..1902")["reason"]


def test_an_empty_collection_says_what_brings_papers(
    tmp_path: Path, call: Call, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("init", "--new", "--offline") == 0
    assert asked(call, capsys, "Who counts frogs?")["reason"] == "nothing is stored yet; `triage fetch` brings papers"
    assert asked(call, capsys, "author:reed")["reason"] == "the question is empty"


def test_papers_known_by_title_only_are_named(
    tmp_path: Path, call: Call, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = "- **Pond Choruses in Winter** B. Reed. [[paper](https://doi.org/10.1080/0883.2021)]"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(f"# Frogs\n\n## Calls\n\n{entry}\n")
    assert call("init", "README.md", "--offline") == 0
    answer = asked(call, capsys, "Which choruses are heard in winter?")
    assert not answer["answered"] and "only the titles are known" in answer["reason"]
    assert [paper["title"] for paper in answer["unread"]] == ["Pond Choruses in Winter"]
    assert call("ask", "Which choruses are heard in winter?") == 0
    assert "only the title is known: doi:10.1080/0883.2021 Pond Choruses in Winter" in capsys.readouterr().err


def test_a_section_that_the_list_lacks_is_an_error(
    tmp_path: Path, call: Call, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("# Frogs\n\n## Calls\n\n- [Frogs](https://arxiv.org/abs/2401.00001) A. B.\n")
    assert call("init", "README.md", "--offline") == 0
    assert call("ask", "Who?", "--section", "Birds") == 1
    assert "Birds" in capsys.readouterr().err
