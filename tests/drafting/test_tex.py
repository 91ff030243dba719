"""TeX read as plain text: what authors type into abstracts, and nothing that takes long or breaks."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.tex import has_own_macro, plain_text, read_tex


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (r"\textbf{B}eam\emph{Scope} gains 5.8\%", "BeamScope gains 5.8%"),
        (r"see \href{https://a.example/b}{this https URL}.", "see https://a.example/b."),
        (r"see \href{https://a.example/b}{\textit{https://a.example/b}}.", "see https://a.example/b."),
        (r"our \href{https://a.example}{project page} tells", "our project page tells"),
        (r"at \url{https://a.example/b_c}", "at https://a.example/b_c"),
        (r"methods (\eg, pooling, \ie~means)", "methods (e.g., pooling, i.e. means)"),
        (r"invariant to E(3) $\times$ SO(3)", "invariant to E(3) × SO(3)"),
        (r"SD$^2$ and MEC$^{3}$O and FA^{3}-CLIP", "SD² and MEC³O and FA³-CLIP"),
        (r"$\pi_0$, NO$_2$, $10^{-3}$, $O(n^2)$", "π0, NO2, 10⁻³, O(n²)"),
        (r"as fast ($2 \times$) as 4$\times$RTX, $<$5\%", "as fast (2 ×) as 4×RTX, <5%"),
        (r"360{\deg} views, 0.5$^{\circ}$ off", "360° views, 0.5° off"),
        (r"B\'ezier, Schr\"odinger, Fran\c{c}ois", "Bézier, Schrödinger, François"),
        (r"\v{S}koda, Bj{\o}ntegaard, na\"{\i}ve", "Škoda, Bjøntegaard, naïve"),
        (r"OpenOOD benchmark~\cite{yang2022openood}. Next", "OpenOOD benchmark. Next"),
        (r"field\footnote{https://a.example} of", "field of"),
        (r"{\em backdoor} {\large {\textbf{F}}}aster \underline{\textbf{Fed}}erated", "backdoor Faster Federated"),
        (r"\textcolor{red}{red} \color[RGB]{1,2,3}{LCLM}", "red LCLM"),
        (r"``quoted'' words -- and more", "“quoted” words – and more"),
        (r"an in\-vesti\-gated Q\&A, part\_A, \#1, \$5", "an investigated Q&A, part_A, #1, $5"),
        (r"\(\mathcal{J}\&\mathcal{F}\) of \[x\]", "J&F of x"),
        (r"$\frac{1}{2}$ of $\sqrt{n}$", "1/2 of √n"),
        ("from $10 to $30,485, or $500 a day", "from $10 to $30,485, or $500 a day"),
        ("parameters in {-1, 0, 1} of file_name.py ~/x 50~60", "parameters in {-1, 0, 1} of file_name.py ~/x 50~60"),
        (r"we propose \ourmodel{}, a model", "we propose ourmodel, a model"),
        ("19^th and CA^2ST", "19th and CA²ST"),
        ("Plain words stay. As (they) are!", "Plain words stay. As (they) are!"),
    ],
)  # fmt: skip
def test_tex_is_read_as_its_authors_meant_it(typed: str, read: str) -> None:
    assert plain_text(typed) == read


def test_the_authors_own_macros_are_known_for_what_they_are() -> None:
    assert has_own_macro(read_tex(r"we propose \ourmodel, a \textbf{model}"))
    assert not has_own_macro(read_tex(r"we gain 5\% with \textbf{BeamScope}, \eg here"))


@pytest.mark.parametrize(
    "piece", ["{", "}", "\\", "$", "\\(", "\\textbf{", "$x", "{$", "^{", "\\frac{", "\\href{", "~", "_{a", "\\'", "--"]
)
def test_no_text_takes_long(piece: str) -> None:
    began = time.perf_counter()
    read_tex(piece * 20_000)
    read_tex(piece * 10_000 + "}" * 10_000 + "$" * 10_000)
    assert time.perf_counter() - began < 5


@given(st.text(alphabet="ab {}\\$^_~()[]%'`\"-1é", max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(plain_text(text), str)


@given(st.text(alphabet="abc XYZ.,;:!?()0123456789é", max_size=80))
def test_a_text_without_tex_stays_as_it_is(text: str) -> None:
    assert plain_text(text) == text
