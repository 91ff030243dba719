"""A document as LaTeX that compiles with what texlive-latex-base brings, by pdfLaTeX, LuaLaTeX or XeLaTeX.

The text stays Unicode, so that a person can read and search it. What pdfLaTeX has no letter for is declared in front of
the text: as the command that LaTeX has for it, else by its number, "[U+4E2D]".
"""

import re
from collections.abc import Sequence

from triage.writing.bibtex import escape
from triage.writing.document import Cell, Citation, Document, Figure, Quotation, SurveySentence, Table
from triage.writing.markup import column_widths, declarations, grouped, inner_quotes, names_its_row, one_line

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage{iftex}
\ifPDFTeX
  \usepackage[utf8]{inputenc}
  \usepackage[T1]{fontenc}
\fi
\usepackage[margin=2.5cm]{geometry}
\usepackage{amsmath,amssymb}
\usepackage{array,longtable}
\usepackage[hidelinks]{hyperref}
\emergencystretch=3em"""

_LEVELS = ("section", "subsection", "subsubsection", "paragraph")
_ROMAN_TEXT = re.compile(r"--|''|``|,,|<<|>>|[?!]`")
"""Two signs that the font would make one of."""


class Latex:
    """LaTeX: citations as `\\cite[p.~3]{key}`, a sentence a line."""

    def opening(self, document: Document) -> list[str]:
        """The preamble, the title, the beginning."""
        start = f"\\title{{{escaped(document.title)}}}\n\\author{{}}\n\\date{{}}"
        found = [_PREAMBLE, start, "\\begin{document}\n\\maketitle"]
        return [*found, "\\begin{abstract}"] if document.abstract else found

    def declaring(self, front: str, text: str) -> str:
        """The preamble with the declarations."""
        return f"{front}\n{declarations(text)}".rstrip("\n")

    def after_abstract(self) -> list[str]:
        """The end of the abstract."""
        return ["\\end{abstract}"]

    def closing(self, document: Document) -> list[str]:
        """The list of works."""
        return [f"\\bibliographystyle{{plain}}\n\\bibliography{{{document.bibliography}}}", "\\end{document}"]

    def heading(self, title: str, level: int) -> str:
        """ "\\subsection{Title}"."""
        return f"\\{_LEVELS[min(level, len(_LEVELS)) - 1]}{{{escaped(title)}}}"

    def sentence(self, sentence: SurveySentence) -> str:
        """The sentence, with citations as commands."""
        shown = []
        for part in grouped(sentence.parts):
            if isinstance(part, tuple):
                shown.append(f"~{_cite(part)}")
            elif isinstance(part, Quotation):
                shown.append(f"“{_plain(inner_quotes(one_line(part.text)))}”")
            else:
                shown.append(_plain(part))
        return one_line("".join(shown).replace(" ~", "~"))

    def table(self, table: Table) -> str:
        """A table that may run over several pages."""
        rows = [[self._cell(cell, row) for cell in row] for row in table.rows]
        heads = [f"\\textbf{{{escaped(column)}}}" for column in table.columns]
        shown = [[cell.text for cell in row] for row in table.rows]
        widths = column_widths(list(table.columns), shown, 1000)
        columns = "".join(_column(width / 1000, len(widths)) for width in widths)
        lines = [
            f"{{\\footnotesize\n\\begin{{longtable}}{{{columns}}}",
            f"\\caption{{{escaped(table.caption)}}}\\\\\n\\hline\n{' & '.join(heads)}\\\\\n\\hline\n\\endfirsthead",
            f"\\hline\n{' & '.join(heads)}\\\\\n\\hline\n\\endhead\n\\hline\n\\endfoot",
            *(f"{' & '.join(row)}\\\\" for row in rows),
            "\\end{longtable}}",
        ]
        return "\n".join(lines)

    def figure(self, figure: Figure) -> str:
        """The figure, drawn with rules and boxes."""
        lines = ["\\begin{figure}[htb]\n\\centering\\small", figure.tex, f"\\caption{{{escaped(figure.caption)}}}"]
        return "\n".join([*lines, "\\end{figure}"])

    def _cell(self, cell: Cell, row: Sequence[Cell]) -> str:
        text = escaped(cell.text) if cell.text else "—"
        if cell.url and (address := _address(cell.url)):
            text = f"\\href{{{address}}}{{{text}}}"
        if cell.citation is not None:
            if not names_its_row(cell, row):
                text += f"~{_cite((cell.citation,))}"
            elif cell.citation.page:
                text += f" (p.~{cell.citation.page})"
        return f"{{}}{text}" if text[:1] in "[*" else text


def escaped(text: str) -> str:
    """A text on one line as LaTeX shows it, sign for sign."""
    return _plain(one_line(text))


def _plain(text: str) -> str:
    apart = _ROMAN_TEXT.sub(lambda signs: f"{signs.group()[0]}\0{signs.group()[1]}", text)
    return escape(apart).replace("\0", "{}").replace('"', "{\\textquotedbl}")


def _cite(citations: Sequence[Citation]) -> str:
    """One command for works that are cited as a whole, one each for those with a page."""
    if all(one.page is None for one in citations):
        return f"\\cite{{{','.join(one.key for one in citations)}}}"
    return ", ".join(_cite_one(one) for one in citations)


def _cite_one(citation: Citation) -> str:
    if citation.page is None:
        return f"\\cite{{{citation.key}}}"
    return f"\\cite[{f'p.~{citation.page}' if citation.page else 'abstract'}]{{{citation.key}}}"


def _column(share: float, columns: int) -> str:
    room = f"\\dimexpr {share:.3f}\\linewidth-{2 * share * columns:.2f}\\tabcolsep"
    return f">{{\\raggedright\\arraybackslash}}p{{{room}}}"


def _address(url: str) -> str:
    """An address as \\href takes it, "" if it is none."""
    if not re.fullmatch(r"https?://[!-~]+", url) or re.search(r"[\\{}^`\"<>]", url):
        return ""
    return re.sub(r"[%#&_~$]", lambda sign: f"\\{sign.group()}", url).replace("\\~", "\\string~").replace("\\_", "_")
