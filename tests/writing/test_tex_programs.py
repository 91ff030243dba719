"""BibTeX, biber and LaTeX themselves take what is written."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from triage.writing.bibtex import write_bib
from triage.writing.records import ARTICLE, CONFERENCE, PREPRINT, BibRecord, read_name

pytestmark = pytest.mark.slow

PEOPLE = tuple(map(read_name, ("Laurens van der Maaten", "José Ñandú", "Martin King Jr.", "The ATLAS Collaboration")))
RECORDS = {
    "maaten2024counting": BibRecord(
        PREPRINT, "Counting {Frogs}: 50% & #1 of $y_2$ ~ ^ \\ <GAN>", PEOPLE, year=2024, month=6, arxiv_id="2406.01234",
        arxiv_class="cs.CV",
    ),
    "nandu2025toads": BibRecord(
        CONFERENCE, "Toads β “at night”", PEOPLE[1:2], container="Proc. of Ponds & Lakes", year=2025, pages="3-9",
        doi="10.1000/x_y(1)", url="https://pond.example/a_b?c=%20{d}#e",
    ),
    "king2019newts": BibRecord(
        ARTICLE, "Newts; a “survey”", PEOPLE[2:], container="J. of Frogs", year=2019, volume="3", number="1-2",
        arxiv_id="1901.00001", arxiv_class="q-bio.PE",
    ),
    "wang2020": BibRecord(CONFERENCE, "西湖", (read_name("王伟"), read_name("et al.")), container="ICFA", year=2020),
}  # fmt: skip


def run(folder: Path, *command: str) -> str:
    """What a program printed; it must end well."""
    done = subprocess.run(
        command, check=False, cwd=folder, capture_output=True, text=True, errors="replace", timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def bibliography(folder: Path, *, biblatex: bool = False, ascii_only: bool = False) -> None:
    text = "\n".join(write_bib(key, one, biblatex=biblatex, ascii_only=ascii_only) for key, one in RECORDS.items())
    (folder / "refs.bib").write_text(text, encoding="utf-8")


def document(folder: Path, keys: list[str]) -> None:
    cited = "".join(f"\\cite{{{key}}}" for key in keys)
    (folder / "a.tex").write_text(
        "\\documentclass{article}\\usepackage{url}\\begin{document}"
        f"{cited}\\bibliographystyle{{plain}}\\bibliography{{refs}}\\end{{document}}\n"
    )


@pytest.mark.parametrize(("engine", "ascii_only"), [("lualatex", False), ("pdflatex", True)])
def test_bibtex_and_latex_make_a_document_that_cites_every_key(tmp_path: Path, engine: str, ascii_only: bool) -> None:
    keys = [key for key in RECORDS if key != "wang2020" or not ascii_only]
    bibliography(tmp_path, ascii_only=ascii_only)
    document(tmp_path, keys)
    run(tmp_path, engine, "-interaction=nonstopmode", "a")
    said = run(tmp_path, "bibtex", "a")
    assert "error message" not in said and "Warning" not in said, said
    run(tmp_path, engine, "-interaction=nonstopmode", "-halt-on-error", "a")
    log = run(tmp_path, engine, "-interaction=nonstopmode", "-halt-on-error", "a")
    assert "undefined" not in log
    items = (tmp_path / "a.bbl").read_text(encoding="utf-8", errors="replace")
    assert sorted(re.findall(r"\\bibitem\{(.*?)\}", items)) == sorted(keys)


@pytest.mark.parametrize("biblatex", [True, False])
def test_biber_finds_nothing_wrong(tmp_path: Path, biblatex: bool) -> None:
    assert shutil.which("biber")
    bibliography(tmp_path, biblatex=biblatex)
    said = run(tmp_path, "biber", "--tool", "--validate-datamodel", "refs.bib")
    assert not re.findall(r"^(?:WARN|ERROR).*", said, re.MULTILINE), said
