"""`triage show` and `similar`: a listed paper, a figure, the names of a paper."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from triage.collection import Store
from triage.commands.opening import paper_id_of
from triage.demo.sample import write_sample
from triage.models import FullText

Call = Callable[..., int]


def figure_pdf(path: Path) -> None:
    """A page with a drawing, its caption and enough text to be a paper."""
    import pymupdf

    words = "Nothing in this sentence was ever measured by anybody at all. " * 12
    with pymupdf.open() as pdf:
        page = pdf.new_page()
        page.insert_textbox((72, 60, 520, 100), "A Drawn Frog", fontsize=18)
        page.insert_textbox((72, 110, 520, 330), f"Abstract\n{words}", fontsize=10)
        page.draw_rect((150, 350, 450, 500), color=(0, 0, 1), fill=(0.8, 0.9, 1), width=3)
        page.draw_circle((300, 425), 40, color=(1, 0, 0), width=2)
        page.insert_textbox((72, 510, 520, 540), "Figure 1: Overview of a frog, drawn by hand.", fontsize=9)
        page.insert_textbox((72, 560, 520, 780), f"1 Introduction\n{words}", fontsize=10)
        pdf.save(path)


@pytest.mark.slow
def test_the_first_figure_becomes_a_picture(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_sample(tmp_path)
    figure_pdf(tmp_path / "frog.pdf")
    assert call("init", "README.md", "--offline") == 0
    assert call("add", "frog.pdf", "--offline", "--json") == 0
    paper_id = next(part for part in capsys.readouterr().out.split('"') if part.startswith("pdf:"))
    assert call("show", paper_id, "--figure", "frog.png") == 0
    assert (tmp_path / "frog.png").read_bytes().startswith(b"\x89PNG")
    assert call("show", "2599.10001", "--figure", "none.png") == 1


@pytest.mark.parametrize(
    ("text", "paper_id"),
    [
        ("2506.01234v3", "2506.01234"),
        ("https://arxiv.org/pdf/hep-th/9901001", "hep-th/9901001"),
        ("pdf:0011223344556677", "pdf:0011223344556677"),
    ],
)
def test_a_paper_is_meant_by_any_of_its_names(text: str, paper_id: str) -> None:
    assert paper_id_of(text) == paper_id


def test_a_listed_paper_shows_its_id_and_its_places(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It has no judgement, no draft and no abstract."""
    entry = "- **Pond Choruses in Winter** B. Reed. [[paper](https://doi.org/10.1080/0883.2021)]"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(f"# Frogs\n\n## Calls\n\n{entry}\n\n## Winter\n\n{entry}\n")
    assert call("init", "README.md", "--offline") == 0
    capsys.readouterr()
    assert call("show", "doi:10.1080/0883.2021") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Pond Choruses in Winter",
        "B. Reed",
        "doi:10.1080/0883.2021  https://doi.org/10.1080/0883.2021",
        "stage       listed",
        "in the list Calls, README.md:5",
        "            Winter, README.md:9",
        "",
        "the entry in README.md:",
        entry,
    ]


POND_LIST = """# Frogs

## Calls

- **Pond Choruses in Winter** B. Reed. ICASSP 2021.
- **Pond Choruses in Summer** B. Reed.
  [[code](https://example.org/code)]

## Winter

- **A Frog Counter** C. Sedge. [[paper](https://example.org/counter)]
"""


@pytest.fixture
def ponds(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A list whose entries have no id, adopted and never fetched."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(POND_LIST)
    assert call("init", "README.md", "--offline") == 0
    capsys.readouterr()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("choruses in winter", "Pond Choruses in Winter"),
        ("A frog counter", "A Frog Counter"),
        ("README.md:5", "Pond Choruses in Winter"),
        ("README.md:7", "Pond Choruses in Summer"),
        (":11", "A Frog Counter"),
        ("https://example.org/counter", "A Frog Counter"),
    ],
)
def test_an_entry_without_id_is_named_by_title_line_or_address(
    ponds: Path, call: Call, capsys: pytest.CaptureFixture[str], text: str, title: str
) -> None:
    assert call("show", text) == 0
    assert capsys.readouterr().out.splitlines()[0] == title


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Pond Choruses", ["2 papers have 'Pond Choruses' in the title", "Choruses in Winter", "Choruses in Summer"]),
        ("README.md:8", ["README.md:8 is not part of an entry"]),
        ("README.md:99", ["README.md:99 is not part of an entry"]),
        ("Newts", ["no paper 'Newts'", "triage list"]),
        ("2601.00009", ["no paper '2601.00009'"]),
        ("!?", ["no paper '!?'"]),
    ],
)
def test_what_names_no_paper_or_several_is_refused(
    ponds: Path, call: Call, capsys: pytest.CaptureFixture[str], text: str, words: list[str]
) -> None:
    assert call("show", text) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    for word in words:
        assert word in said


def test_the_json_has_the_entries_with_their_lines(ponds: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("show", "counter", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["title"] == "A Frog Counter"
    assert shown["entries"] == [{"section": ["Winter"], "line": 11, "venue": None, "year": None}]


def test_venue_and_year_are_as_listed(ponds: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("show", "winter") == 0
    assert "venue       ICASSP 2021" in capsys.readouterr().out.splitlines()


def test_a_list_that_was_only_adopted_is_searched_by_words(
    ponds: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("search", "choruses", "winter") == 0
    out, err = capsys.readouterr()
    first = out.splitlines()
    assert first[0] == "Pond Choruses in Winter"
    assert first[1].endswith("· ICASSP 2021 · listed · Calls · README.md:5")
    assert first[2] == "B. Reed. ICASSP 2021"
    assert err.count("\n") == 1 and "by words only" in err and "`triage fetch`" in err
    assert call("search", "newts") == 0
    out, err = capsys.readouterr()
    assert out == "" and "no paper has any of these words; try other words" in err
    assert call("similar", "frog counter") == 0
    assert "not in the search index; `triage reindex` fills it" in capsys.readouterr().err
    assert not (ponds / "store" / "chroma").exists(), "nothing was asked of an index that does not exist"
    assert call("reindex") == 0
    capsys.readouterr()
    assert call("search", "choruses") == 0
    assert "by words only" not in capsys.readouterr().err
    assert call("similar", "frog counter") == 0
    assert capsys.readouterr().out.startswith("Pond Choruses")


def test_status_says_what_is_known_of_the_list(ponds: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    with Store(ponds / "store") as store:
        ids = store.papers.ids()
        store.papers.save(replace(store.papers.by_ids(ids)[0], abstract="Frogs sing."), origin="list")
        store.texts.save(FullText(ids[1], 1, "pdf", ()), ())
    assert call("status") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "      3  listed",
        "README.md: 3 entries, 1 with abstract, 1 with the PDF read",
    ]
    assert call("status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["in_list"] == {"entries": 3, "papers": 3, "abstracts": 1, "pdfs": 1}
