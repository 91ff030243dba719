"""A document as a file: in pieces, each a stretch of it that is found again later; and the Markdown that pandoc reads.

Whatever comes from a paper, a list or a person is escaped: a reader of the finished page sees just that text.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from triage.models import SectionPath
from triage.writing.bibtex import in_ascii
from triage.writing.document import (
    Cell,
    Citation,
    Document,
    Figure,
    Paragraph,
    Part,
    Quotation,
    Section,
    SurveySentence,
    Table,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the file: a heading, a paragraph, a table, a figure, the frame around them. `section`, `about` and
    `number` tell it from all others of the text; `keys` are the works that it cites."""

    section: SectionPath
    about: str
    number: int
    text: str
    keys: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[SectionPath, str, int]:
        """What it is called from one writing to the next."""
        return self.section, self.about, self.number


HEADING, FRAME, ABSTRACT = "heading", "frame", "abstract"


class Markup(Protocol):
    """How a format writes what a document consists of; every text has no line ending behind it and no empty line in
    it."""

    def opening(self, document: Document) -> list[str]:
        """What stands before the abstract's paragraphs."""

    def declaring(self, front: str, text: str) -> str:
        """The first piece, with what must be said in it of the characters of `text`."""

    def after_abstract(self) -> list[str]:
        """What ends the abstract."""

    def closing(self, document: Document) -> list[str]:
        """What stands at the end."""

    def heading(self, title: str, level: int) -> str:
        """A heading; the outermost has level 1."""

    def sentence(self, sentence: SurveySentence) -> str:
        """A sentence on one line."""

    def table(self, table: Table) -> str:
        """A table with its caption."""

    def figure(self, figure: Figure) -> str:
        """A figure with its caption."""


def pieces_of(document: Document, writer: Markup, besides: str = "") -> list[Piece]:
    """The document in this format, piece by piece, in order. `besides` is text that comes into the finished page from
    elsewhere: its bibliography."""
    numbers: Counter[tuple[SectionPath, str]] = Counter()

    def piece(section: SectionPath, about: str, text: str, keys: Sequence[str] = ()) -> Piece:
        numbers[section, about] += 1
        return Piece(section, about, numbers[section, about], text, tuple(dict.fromkeys(keys)))

    def paragraph(section: SectionPath, one: Paragraph, about: str) -> Piece:
        lines = "\n".join(writer.sentence(sentence) for sentence in one.sentences)
        return piece(section, about, lines, [c.key for sentence in one.sentences for c in sentence.citations])

    def walk(section: Section, above: SectionPath) -> Iterator[Piece]:
        path = (*above, section.title)
        yield piece(path, HEADING, writer.heading(section.title, len(path)))
        for table in section.tables:
            keys = [cell.citation.key for row in table.rows for cell in row if cell.citation]
            yield piece(path, "table", writer.table(table), keys)
        for one in section.paragraphs:
            if one.sentences:
                yield paragraph(path, one, one.about or "text")
        for figure in section.figures:
            yield piece(path, f"figure {figure.name}", writer.figure(figure))
        for below in section.sections:
            yield from walk(below, path)

    found = [piece((), FRAME, text) for text in writer.opening(document)]
    found += [paragraph((), one, ABSTRACT) for one in document.abstract if one.sentences]
    found += [piece((), FRAME, text) for text in writer.after_abstract()]
    for section in document.sections:
        found += walk(section, ())
    found += [piece((), "end", text) for text in writer.closing(document)]
    front = writer.declaring(found[0].text, "".join((besides, *(one.text for one in found))))
    return [replace(found[0], text=front), *found[1:]]


def joined(pieces: Sequence[Piece]) -> str:
    """The file that these pieces are."""
    return "\n\n".join(piece.text for piece in pieces) + "\n"


def grouped(parts: Sequence[Part]) -> list[str | Quotation | tuple[Citation, ...]]:
    """The parts with citations that follow each other together, each once."""
    found: list[str | Quotation | tuple[Citation, ...]] = []
    for part in parts:
        if not isinstance(part, Citation):
            found.append(part)
        elif found and isinstance(found[-1], tuple):
            found[-1] = tuple(dict.fromkeys((*found[-1], part)))
        else:
            found.append((part,))
    return found


def one_line(text: str) -> str:
    """The text on one line, its characters composed, without those that nobody sees."""
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text) if not _is_unseen(c))
    return " ".join("".join(kept).split())


def _is_unseen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn")


_NATIVE = re.compile(
    "[\u00a0-\u0125\u0128-\u0137\u0139-\u013e\u0141-\u0148\u014a-\u0165\u0168-\u017e\u2010-\u2016\u2018-\u201a"
    "\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
"""What inputenc and the encoding T1 know."""
_COMMAND = re.compile(r"\\([A-Za-z]+)")


def declarations(text: str) -> str:
    """What pdfLaTeX needs to be told of the characters of `text`, a line each; "" for nothing."""
    odd = sorted({character for character in text if not character.isascii() and not _NATIVE.match(character)})
    lines = [f"  \\DeclareUnicodeCharacter{{{ord(one):04X}}}{{{_command(one)}}}" for one in odd]
    return "\n".join(["% What pdfLaTeX does not know.", "\\ifPDFTeX", *lines, "\\fi"]) if odd else ""


def _command(character: str) -> str:
    """The character as commands, if the packages at hand define all of them; else its number."""
    number = f"[U+{ord(character):04X}]"
    written = in_ascii(character)
    if not written.isascii():
        return number
    for name in _COMMAND.findall(written):
        written = f"\\ifcsname {name}\\endcsname {written}\\else {number}\\fi"
    return written


_ANYWHERE = re.compile(r"[\\`*\[\]{}<>$^~|@]|_+|(?<=-)-|\.(?=\.\.)|&(?=#?\w)")
_AT_START = re.compile(r"(?:[#+:%>=-]|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]{1,9})[.)](?=\s|$)|(?:Table|Figure)?:)")
_PLAIN_KEY = re.compile(r"\w(?:[\w:.#$%&+?<>~/-]*\w)?", re.ASCII)


class Markdown:
    """Markdown as pandoc reads it: citations as `[@key, p. 3]`, a sentence a line."""

    def opening(self, document: Document) -> list[str]:
        """The metadata, and the abstract's heading."""
        title = json.dumps(escaped(document.title), ensure_ascii=False)
        bibliography = json.dumps(f"{document.bibliography}.bib")
        front = f"---\ntitle: {title}\nbibliography: {bibliography}\nlink-citations: true\n---"
        return [front, "# Abstract {.unnumbered}"] if document.abstract else [front]

    def declaring(self, front: str, text: str) -> str:
        """The metadata, with the declarations for whoever has pandoc make a PDF of it."""
        lines = declarations(text).splitlines()
        if not lines:
            return front
        raw = "\n".join(f"  {line}" for line in ("```{=latex}", *lines, "```"))
        return front.removesuffix("---") + f"header-includes: |\n{raw}\n---"

    def after_abstract(self) -> list[str]:
        """Nothing: the next heading ends it."""
        return []

    def closing(self, document: Document) -> list[str]:
        """Where pandoc puts the list of works."""
        return ["# References {.unnumbered}", "::: {#refs}\n:::"]

    def heading(self, title: str, level: int) -> str:
        """ "## Title"."""
        return f"{'#' * min(level, 6)} {escaped(title)}"

    def sentence(self, sentence: SurveySentence) -> str:
        """The sentence, with citations in brackets."""
        shown = []
        for part in grouped(sentence.parts):
            if isinstance(part, tuple):
                shown.append(f" [{'; '.join(map(_pandoc_citation, part))}]")
            elif isinstance(part, Quotation):
                shown.append(f"“{_inline(inner_quotes(one_line(part.text)))}”")
            else:
                shown.append(_inline(part))
        return _guarded(one_line("".join(shown)))

    def table(self, table: Table) -> str:
        """A pipe table; the dashes give the columns their widths. The first one gets room for the work's citation."""
        rows = [[self._cell(cell, row) for cell in row] for row in table.rows]
        heads = [_inline(one_line(column)) for column in table.columns]
        shown = [[f"{cell.text} {cell.text}" if cell is row[0] else cell.text for cell in row] for row in table.rows]
        widths = column_widths(table.columns, shown)
        lines = [_row(heads), _row(["-" * max(3, width) for width in widths]), *map(_row, rows)]
        return "\n".join(lines) + f"\n\nTable: {_inline(one_line(table.caption))}"

    def figure(self, figure: Figure) -> str:
        """A link to the picture's file."""
        return f"![{_inline(one_line(figure.caption))}](figures/{figure.name}.png)"

    def _cell(self, cell: Cell, row: Sequence[Cell]) -> str:
        text = _inline(one_line(cell.text)) if cell.text else "—"
        if cell.url:
            text = f"[{text}](<{re.sub(r'[<>]', '', cell.url)}>)" if _is_address(cell.url) else text
        return f"{text}{self._proof(cell, row)}"

    def _proof(self, cell: Cell, row: Sequence[Cell]) -> str:
        if cell.citation is None:
            return ""
        if names_its_row(cell, row):
            return f" (p. {cell.citation.page})" if cell.citation.page else ""
        return f" [{_pandoc_citation(cell.citation)}]"


def escaped(text: str) -> str:
    """A text on one line as pandoc's Markdown shows it, sign for sign."""
    return _guarded(_inline(one_line(text)))


def _inline(text: str) -> str:
    return _ANYWHERE.sub(lambda found: _with_backslashes(text, found), text)


def _with_backslashes(text: str, found: "re.Match[str]") -> str:
    signs = found.group()
    before, after = text[: found.start()][-1:], text[found.end() : found.end() + 1]
    if signs[0] == "_" and before.isalnum() and after.isalnum():
        return signs
    return "".join(f"\\{sign}" for sign in signs)


def _guarded(line: str) -> str:
    """A line whose beginning does not make it a heading, an item, a caption or a title."""
    start = _AT_START.match(line)
    if start is None:
        return line
    if line[0].isalnum() or line[0] == "(":
        end = start.end() - 1
        return f"{line[:end]}\\{line[end:]}"
    return f"\\{line}"


def _pandoc_citation(citation: Citation) -> str:
    key = f"@{citation.key}" if _PLAIN_KEY.fullmatch(citation.key) else f"@{{{citation.key}}}"
    if citation.page is None:
        return key
    return f"{key}, p. {citation.page}" if citation.page else f"{key}, abstract"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _is_address(url: str) -> bool:
    return url.startswith(("https://", "http://")) and url.isprintable() and not re.search(r"[\s|]", url)


def inner_quotes(text: str) -> str:
    """A quotation's own double quotation marks as single ones, since it stands in double ones."""
    even = re.sub(r"(?<!\w)[\"“”](?=\w)|“", "‘", text)
    return re.sub(r"[\"”]", "’", even)


def names_its_row(cell: Cell, row: Sequence[Cell]) -> bool:
    """Whether a cell cites the work that its row is about: then its page is enough."""
    first = row[0].citation if row else None
    return first is not None and cell.citation is not None and first.key == cell.citation.key and cell is not row[0]


def column_widths(heads: Sequence[str], rows: Sequence[Sequence[str]], total: int = 120) -> list[int]:
    """How wide each column is drawn, in characters: by its longest word at least, else by its mean text."""
    wanted = []
    for number, head in enumerate(heads):
        cells = [row[number] for row in rows]
        mean = sum(map(len, cells)) / max(1, len(cells))
        longest = max((len(word) for text in (head, *cells) for word in text.split()), default=3)
        wanted.append(max(min(longest, 18), min(mean, 45.0), 4.0))
    scale = total / max(sum(wanted), 1.0)
    return [round(width * scale) for width in wanted]
