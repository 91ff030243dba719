"""`triage show`: a listed paper, a figure, the names of a paper."""

from collections.abc import Callable
from pathlib import Path

import pytest

from triage.commands.opening import paper_id_of
from triage.demo.sample import write_sample

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
