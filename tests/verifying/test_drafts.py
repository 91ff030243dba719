"""Drafts in Markdown and LaTeX become statements: what they cite and quote, on which line."""

import time

import pytest

from triage.errors import TriageError
from triage.verifying.drafts import Draft, read_draft
from triage.verifying.prose import pages_named, shown_citation
from triage.verifying.verdict import Citation, Statement


def markdown(text: str) -> tuple[Statement, ...]:
    return read_draft("draft.md", text).statements


def latex(text: str) -> tuple[Statement, ...]:
    return read_draft("draft.tex", text).statements


def cites(statement: Statement) -> list[tuple[str, tuple[int, ...]]]:
    return [(one.key, one.pages) for one in statement.citations]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("[@marsh2024frogs]", [("marsh2024frogs", ())]),
        ("[@marsh2024frogs, p. 3]", [("marsh2024frogs", (3,))]),
        ("[see @marsh2024frogs, pp. 33-35; also @quill_2020]", [("marsh2024frogs", (33, 34, 35)), ("quill_2020", ())]),
        ("[-@quill_2020]", [("quill_2020", ())]),
        ("[@{quill:2020/x}, p. 7]", [("quill:2020/x", (7,))]),
        ("[@marsh2024frogs, abstract]", [("marsh2024frogs", (0,))]),
        ("[marsh2024frogs, p. 3]", [("marsh2024frogs", (3,))]),
        ("[marsh2024frogs, pp. 3-4; quill_2020, abstract]", [("marsh2024frogs", (3, 4)), ("quill_2020", (0,))]),
        ("[@marsh2024frogs;\n@quill_2020]", [("marsh2024frogs", ()), ("quill_2020", ())]),
        ("[@marsh2024frogs] and again [@marsh2024frogs, p. 2]", [("marsh2024frogs", (2,))]),
    ],
)
def test_citations_of_markdown(written: str, found: list[tuple[str, tuple[int, ...]]]) -> None:
    (one,) = markdown(f"Glass frogs sing at night {written}.\n")
    assert cites(one) == found
    assert one.text in ("Glass frogs sing at night.", "Glass frogs sing at night and again.")


@pytest.mark.parametrize(
    "written",
    ["[a link](http://a.example)", "ada@pond.example", "`[@code]`", "[@fig:pond]", "@tbl:counts", "\\@quill", "[1, 2]"],
)
def test_what_is_no_citation_in_markdown(written: str) -> None:
    (one,) = markdown(f"Glass frogs sing at night {written}.\n")
    assert one.citations == ()


def test_authors_named_in_the_sentence_stay_in_it() -> None:
    first, second, third = markdown(
        "Marsh et al. [@marsh] count frogs. @quill [p. 3] counts newts.\nSee Reed [-@reed]."
    )
    assert (first.text, cites(first)) == ("Marsh et al. count frogs.", [("marsh", ())])
    assert (second.text, cites(second)) == ("counts newts.", [("quill", (3,))])
    assert second.written == "[quill, p. 3] counts newts."
    assert (third.text, third.line) == ("See Reed.", 2)


@pytest.mark.parametrize("behind", [".[@marsh] Newts", ". [@marsh] Newts", " [@marsh]. Newts"])
def test_a_citation_behind_the_full_stop_belongs_to_the_sentence_before(behind: str) -> None:
    first, second = markdown(f"Frogs sing{behind} sleep by day.")
    assert (first.text, cites(first)) == ("Frogs sing.", [("marsh", ())])
    assert (second.text, second.citations) == ("Newts sleep by day.", ())


MARKDOWN = """---
title: Frogs [@no1]
bibliography: [refs.bib, more.bib]
---

# Ponds

Frogs *sing*
at **night** [@a]. <!-- [@no2] -->

## Counts

| Pond | Frogs |
|------|-------|
| North [@b] | 31 |
| South | 12 |

```
[@no3]
```

- Toads sleep [@c].

$$ x = [@no4] $$

![A pond [@no5]](pond.png)

# References

Marsh [@no6].
"""


def test_lines_sections_and_what_is_no_text_in_markdown() -> None:
    draft = read_draft("draft.md", MARKDOWN)
    assert [(one.text, one.line, one.section) for one in draft.cited] == [
        ("Frogs sing at night.", 8, "Ponds"),
        ("North; 31", 15, "Ponds > Counts"),
        ("Toads sleep.", 22, "Ponds > Counts"),
    ]
    assert draft.keys == ("a", "b", "c")
    assert draft.bibliographies == ("refs.bib", "more.bib")
    assert not any("South" in one.text for one in draft.statements)


LATEX = r"""\documentclass{article}
\newcommand{\frogs}{FrogNet\xspace}
\title{Ponds \cite{no1}}
\begin{document}
\title{Ponds \cite{no2}}
\begin{abstract}
We count frogs~\citep[see][p.~3]{a,b}. % \cite{no3}
\end{abstract}
\section{Related \emph{Work}} \label{sec:r}
\citet*{c} use \frogs{} for 5\% of ponds
in Table~\ref{t}, where
\begin{equation} x = \cite{no4} \end{equation}
holds \cites[3]{d}[4--6]{e}.\footnote{See \textcite{f} on newts.} \nocite{g}

% a comment
% and another
Newts sleep \parencite{h}.
\begin{figure}\includegraphics{x}\caption{Ponds after \autocite{i}.}\end{figure}
\begin{tabular}{ll}
\toprule Pond & Frogs \\ \midrule
\multirow{2}{*}{North}~\cite{j} & 31 (p.~4) \\
South & 12 \\
\end{tabular}
\begin{itemize}
  \item Toads sing~\footcite{k};
  \item[b] newts do not \supercite{l}.
\end{itemize}
\begin{lstlisting}
\cite{no5}
\end{lstlisting}
\begin{thebibliography}{9} \bibitem{c} \cite{no6} \end{thebibliography}
\bibliography{refs,more}
\end{document}
\cite{no7}
"""


def test_citations_lines_and_what_is_no_text_in_latex() -> None:
    draft = read_draft("draft.tex", LATEX)
    assert [(one.line, one.text, cites(one)) for one in draft.cited] == [
        (7, "We count frogs.", [("a", ()), ("b", (3,))]),
        (10, "use FrogNet for 5% of ponds in Table …, where … holds.", [("c", ()), ("d", (3,)), ("e", (4, 5, 6))]),
        (13, "See on newts.", [("f", ())]),
        (17, "Newts sleep.", [("h", ())]),
        (18, "Ponds after.", [("i", ())]),
        (21, "North; 31 (p. 4)", [("j", ())]),
        (25, "Toads sing;", [("k", ())]),
        (26, "newts do not.", [("l", ())]),
    ]
    assert {one.section for one in draft.cited} == {"Abstract", "Related Work"}
    assert draft.bibliographies == ("refs", "more")
    assert draft.listed == {"g"}


def test_lines_go_on_behind_a_formula() -> None:
    (first, second) = latex(
        "Frogs obey\n\\begin{align}\nx &= 1 \\\\\n\ny &= 2\n\\end{align}\n\\cite{a}. \\[\nz\n\\]\nNewts \\cite{b}."
    )
    assert (first.line, cites(first), second.line, cites(second)) == (1, [("a", ())], 7, [("b", ())])


def test_quotations() -> None:
    found = markdown(
        'She says “frogs. Newts sing, too” [@a]. He says "toads never do" [@b]. A "pond" is wet.\n\n'
        "> Salamanders hide\n> under leaves. [@c, p. 3]\n\nAs Reed puts it [@d]:\n\n"
        "> Eels do as well.\n\n> Ducks fly.\n\n[@e]\n"
    )
    quotes = [(one.quotes, [one.key for one in one.citations]) for one in found]
    assert quotes[:3] == [(("frogs. Newts sing, too",), ["a"]), (("toads never do",), ["b"]), ((), [])]
    assert quotes[3] == (("Salamanders hide under leaves.",), ["c"])
    assert quotes[5:7] == [(("Eels do as well.",), ["d"]), (("Ducks fly.",), ["e"])]
    (one,) = latex(r"Marsh says ``frogs sing loudly'' and \enquote{newts \emph{never} sing} \cite{a}.")
    assert one.quotes == ("frogs sing loudly", "newts never sing")
    (block,) = latex("\\begin{quote}\nEels hide here \\cite[12]{b}.\n\\end{quote}")
    assert (block.quotes, cites(block)) == (("Eels hide here.",), [("b", (12,))])


def test_included_files_keep_their_name_and_lines() -> None:
    files = {"part": ("part.tex", "% first\n\nNewts sleep \\cite{b}.\n\n\\input{part}\\input{gone}"), "gone": None}
    draft = read_draft(
        "draft.tex", "\\section{Ponds}\nFrogs \\cite{a} sing.\n\\input{part}\nToads \\cite{c}.", files.get
    )
    assert [(one.file, one.line, one.keys_) for one in map(_Place, draft.cited)] == [
        ("draft.tex", 2, ["a"]),
        ("part.tex", 3, ["b"]),
        ("draft.tex", 4, ["c"]),
    ]
    assert {one.section for one in draft.cited} == {"Ponds"}
    assert draft.missing == ("gone",)


class _Place:
    def __init__(self, one: Statement) -> None:
        self.file, self.line, self.keys_ = one.file, one.line, [citation.key for citation in one.citations]


@pytest.mark.parametrize(
    ("locator", "pages"),
    [
        ("p. 3", (3,)),
        ("p.~3", (3,)),
        ("pp. 3--5", (3, 4, 5)),
        ("pp. 133-5", (133, 134, 135)),
        ("3, 7", (3, 7)),
        ("pages 2 and following", (2,)),
        ("chap. 2", ()),
        ("Section 3.2", ()),
        ("abstract", (0,)),
        ("p. 3-99999", tuple(range(3, 54))),
        ("", ()),
    ],
)
def test_pages(locator: str, pages: tuple[int, ...]) -> None:
    assert pages_named(locator) == pages


def test_a_citation_is_shown_as_our_answers_write_it() -> None:
    shown = [shown_citation(Citation("a", pages)) for pages in ((), (0,), (3,), (3, 4), (3, 7))]
    assert shown == ["a", "a, abstract", "a, p. 3", "a, pp. 3-4", "a, pp. 3, 7"]


def test_a_section_of_a_draft() -> None:
    draft = read_draft("draft.md", MARKDOWN)
    assert [one.text for one in draft.under("counts").cited] == ["North; 31", "Toads sleep."]
    with pytest.raises(TriageError, match=r"draft.md: no section 'lakes' with text; there are: Ponds; Ponds > Counts"):
        draft.under("lakes")


def test_what_is_no_draft() -> None:
    with pytest.raises(TriageError, match=r"draft.docx: drafts are Markdown or LaTeX"):
        read_draft("draft.docx", "")
    with pytest.raises(TriageError, match="split it"):
        read_draft("draft.md", "a" * 5_000_001)


@pytest.mark.parametrize("name", ["draft.md", "draft.tex"])
@pytest.mark.parametrize(
    "part",
    [
        "[", "[@", "[@a;", "@a[", "$$", "$", "“", '"', "{", "\\cite{", "\\cite[", "\\cites{a}", "\\begin{figure}",
        "\\begin{quote}", "\\footnote{", "\\enquote{", "\\input{", "\\[", "\\verb|", "%", "\\\\", "\n\n", "> ", "- ",
        "|", "`", "<", "*", "# ", "[^a]:", "\\caption{", "\\begin{table}a\\\\", "\U000f0000", "a. [@b] ", "\\section{",
    ],
)  # fmt: skip
def test_no_text_takes_long_or_fails(name: str, part: str) -> None:
    began = time.process_time()
    draft = read_draft(name, part * 3000, lambda _: None)
    assert isinstance(draft, Draft)
    assert time.process_time() - began < 5
