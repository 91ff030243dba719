"""A document as Markdown and as LaTeX: what pandoc and LaTeX make of it is the text that was meant."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from triage.writing.document import (
    Cell,
    Citation,
    Document,
    Figure,
    Paragraph,
    Quotation,
    Section,
    SurveySentence,
    Table,
)
from triage.writing.markup import Markdown, Markup, joined, pieces_of
from triage.writing.tex import Latex

HOSTILE = (
    "# not a heading",
    "1. not an item",
    "- not an item",
    "(a) not an item",
    "50% of $x$ & y_2 ~ ^ \\ {z} <b>bold</b> #1 *em* _em_ `code` [link](http://a.example) @key [@key] ^[note]",
    "Table: no caption",
    ": no definition",
    "> no quotation",
    "| no | row |",
    "---",
    "...",
    "a--b and ``c'' and ,,d'' and ?` and mAP@0.5 and @0.5 and &amp; and snake_case_name",
    "\\input{/etc/passwd} \\end{document} \\write18{ls}",
    "β ≈ 3 µm, Ñandú, 西湖, 𝛼, ﬁne, ‖x‖, Ж, 🐸",
)
BIB = "@misc{frog2024,\n  title = {Frogs}\n}\n\n@misc{toad:2_x,\n  title = {Toads}\n}\n"


def says(*parts: str | Quotation | Citation) -> SurveySentence:
    return SurveySentence(parts)


def document(sentences: tuple[SurveySentence, ...], title: str = "Frogs", tables: tuple[Table, ...] = ()) -> Document:
    section = Section(title, tuple(Paragraph((one,), f"about {n}") for n, one in enumerate(sentences)), tables)
    return Document(title, (Paragraph((says("All on frogs."),)),), (section,))


def markdown(one: Document) -> str:
    return joined(pieces_of(one, Markdown()))


def latex(one: Document) -> str:
    return joined(pieces_of(one, Latex()))


def pandoc(text: str, to: str = "plain", *more: str) -> str:
    if not shutil.which("pandoc"):
        pytest.skip("pandoc is not installed")
    command = ["pandoc", "-f", "markdown", "-t", to, "--wrap=none", *more]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def test_a_citation_stands_in_brackets_with_its_page() -> None:
    one = says("Frogs call", Citation("frog2024", 3), Citation("toad:2_x", 0), ", and sleep", Citation("frog2024"), ".")
    assert Markdown().sentence(one) == "Frogs call [@frog2024, p. 3; @toad:2_x, abstract], and sleep [@frog2024]."
    assert Latex().sentence(one) == (
        "Frogs call~\\cite[p.~3]{frog2024}, \\cite[abstract]{toad:2_x}, and sleep~\\cite{frog2024}."
    )


def test_one_work_cited_twice_on_one_page_is_cited_once() -> None:
    one = says("A", Citation("a", 1), Citation("a", 1), Citation("b"), ".")
    assert Markdown().sentence(one) == "A [@a, p. 1; @b]."


def test_an_odd_key_is_put_in_braces_for_pandoc() -> None:
    assert Markdown().sentence(says("A", Citation("a,b"))) == "A [@{a,b}]"


def test_quotation_marks_inside_a_quotation_are_single() -> None:
    one = says("They say ", Quotation('a "good" frog’s “call”'), ".")
    assert Markdown().sentence(one) == "They say “a ‘good’ frog’s ‘call’”."


def plain(text: str) -> str:
    """A text without what typography changes: kinds of quotation marks, dots and dashes."""
    even = re.sub(r"[“”]", '"', re.sub(r"[‘’]", "'", text)).replace("…", "...").replace("–", "--")
    return " ".join(even.split())


@pytest.mark.parametrize("text", HOSTILE)
def test_pandoc_shows_hostile_text_sign_for_sign(text: str) -> None:
    blocks = json.loads(pandoc(markdown(document((says(text),), "Title")), "json"))["blocks"]
    (paragraph,) = [block for block in blocks if block["t"] == "Para"][1:]
    assert {piece["t"] for piece in paragraph["c"]} <= {"Str", "Space", "Quoted", "SoftBreak"}
    assert plain(
        pandoc(markdown(document((says(text),), "Title"))).split("Title", 1)[1].split("References")[0]
    ) == plain(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_is_a_heading_and_nothing_else(text: str) -> None:
    blocks = json.loads(pandoc(markdown(document((says("A."),), text)), "json"))["blocks"]
    headings = [block for block in blocks if block["t"] == "Header"]
    assert len(headings) == 3
    assert {piece["t"] for piece in headings[1]["c"][2]} <= {"Str", "Space", "Quoted"}


def test_every_character_of_hostile_text_stands_in_the_latex() -> None:
    for text in HOSTILE:
        written = Latex().sentence(says(text))
        signs = r"\\text(?:backslash|braceleft|braceright|asciitilde|asciicircum|quotedbl)|\W"
        assert re.sub(r"\W", "", text) in re.sub(signs, "", written)
        assert not re.search(r"\\(?:input|end|write)", written)


TABLE = Table(
    "Frogs | and _toads_ compared",
    ("Paper", "Dice", "Code"),
    (
        (Cell("Marsh et al.", Citation("frog2024")), Cell("0.78 | 0.8", Citation("frog2024", 3)), Cell()),
        (
            Cell("[Quill]", Citation("toad:2_x")),
            Cell("7 %", Citation("frog2024", 1)),
            Cell("code", url="https://a.example/x_y?z=1%20&b#c"),
        ),
        (Cell("*Star*"), Cell(), Cell("code", url="javascript:alert(1)")),
    ),
)


def test_a_table_names_the_page_in_each_cell_and_the_work_once() -> None:
    text = Markdown().table(TABLE)
    assert "| Marsh et al. [@frog2024] | 0.78 \\| 0.8 (p. 3) | — |" in text
    assert "| 7 % [@frog2024, p. 1] | [code](<https://a.example/x_y?z=1%20&b#c>) |" in text
    assert "javascript" not in text
    assert text.endswith("\n\nTable: Frogs \\| and \\_toads\\_ compared")


def test_pandoc_reads_the_table() -> None:
    blocks = json.loads(pandoc(markdown(document((), tables=(TABLE,))), "json"))["blocks"]
    (table,) = [block for block in blocks if block["t"] == "Table"]
    assert len(table["c"][4][0][3]) == 3


@pytest.mark.parametrize("form", [Markdown(), Latex()])
def test_the_pieces_have_places_of_their_own(form: Markup) -> None:
    one = document((says("A", Citation("a")), says("B")), tables=(TABLE, TABLE))
    pieces = pieces_of(one, form)
    assert len({piece.place for piece in pieces}) == len(pieces)
    assert [piece.keys for piece in pieces if piece.about == "about 0"] == [("a",)]


@pytest.mark.slow
def test_latex_compiles_hostile_text_with_every_engine_at_hand(tmp_path: Path) -> None:
    if not shutil.which("latexmk"):
        pytest.skip("latexmk is not installed")
    figure = Figure("f", "50% of frogs", "<svg/>", "\\rule{3pt}{3pt}")
    sentences = (*map(says, HOSTILE), says("Frogs", Citation("frog2024", 3), Citation("toad:2_x"), "."))
    one = document(sentences, HOSTILE[4], (TABLE,))
    section = Section(HOSTILE[12], figures=(figure,))
    whole = Document(HOSTILE[13], one.abstract, (*one.sections, section))
    (tmp_path / "survey.tex").write_text(latex(whole), encoding="utf-8")
    (tmp_path / "references.bib").write_text(BIB, encoding="utf-8")
    for engine in ("-pdf", "-lualatex"):
        command = ["latexmk", engine, "-g", "-interaction=nonstopmode", "-halt-on-error", "survey.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
        assert done.returncode == 0, done.stdout[-3000:]
        log = (tmp_path / "survey.log").read_text(encoding="utf-8", errors="replace")
        assert "There were undefined" not in log


@pytest.mark.slow
def test_pandoc_makes_a_pdf_of_hostile_text(tmp_path: Path) -> None:
    if not shutil.which("pandoc") or not shutil.which("pdflatex"):
        pytest.skip("pandoc or pdflatex is not installed")
    sentences = (*map(says, HOSTILE), says("Frogs", Citation("frog2024", 3), "."))
    (tmp_path / "survey.md").write_text(markdown(document(sentences, HOSTILE[13], (TABLE,))), encoding="utf-8")
    (tmp_path / "references.bib").write_text(BIB, encoding="utf-8")
    command = ["pandoc", "survey.md", "--citeproc", "-o", "survey.pdf"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stderr
