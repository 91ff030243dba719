"""What a survey consists of: sections of paragraphs and tables, every sentence with the evidence that it rests on.

Nothing here knows Markdown or LaTeX: a plain string is text to be escaped, a `Quotation` gets quotation marks, a
`Citation` becomes `[@key, p. N]` or `\\cite[p.~N]{key}`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from triage.evidence.source import Evidence, Source
from triage.models import Facts
from triage.models import Table as PrintedTable


@dataclass(frozen=True, slots=True)
class Work:
    """A paper as a survey cites it: under `key`, with what it says of itself, what is known of it and the `tables` that
    were read of it. A source without sentences is known by its title only: it may be named, never described."""

    key: str
    source: Source
    facts: Facts
    tables: tuple[PrintedTable, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation key, with the 1-based page of what is cited; page 0 is the abstract, None the work as a whole."""

    key: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a paper as they stand on the page, blanks evened out; without quotation marks."""

    text: str


Part = str | Quotation | Citation


@dataclass(frozen=True, slots=True)
class SurveySentence:
    """A sentence in parts that follow each other without blanks of their own; a citation is set off by one. `evidence`
    are the papers' sentences that it rests on; a sentence that only counts and names works has none. `by` is the
    language model whose words it has, "" if it was put together by rule."""

    parts: tuple[Part, ...]
    evidence: tuple[Evidence, ...] = ()
    by: str = ""

    @property
    def text(self) -> str:
        """The prose without citations, quotations in double quotation marks."""
        shown = (f"“{part.text}”" if isinstance(part, Quotation) else part for part in self.parts if not _cites(part))
        return "".join(str(piece) for piece in shown)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What is cited, in order."""
        return tuple(part for part in self.parts if isinstance(part, Citation))

    @property
    def quotes(self) -> tuple[str, ...]:
        """The quotations, in order, without their marks."""
        return tuple(part.text for part in self.parts if isinstance(part, Quotation))


def _cites(part: Part) -> bool:
    return isinstance(part, Citation)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences on one idea; `about` names it ("contributions", "limitations", …)."""

    sentences: tuple[SurveySentence, ...]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, "" where nothing is known; where it stands in the paper, if it comes from there; the
    http(s) address that it links to."""

    text: str = ""
    citation: Citation | None = None
    url: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table: every row has as many cells as there are columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture: its file's name without ending, its caption, and the picture itself, as SVG and as plain LaTeX."""

    name: str
    caption: str
    svg: str
    tex: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section under its title: tables, then paragraphs, then figures, then the sections below it."""

    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple["Section", ...] = field(default=())
    figures: tuple[Figure, ...] = ()

    @property
    def sentences(self) -> Iterator[SurveySentence]:
        """Every sentence of the section and of those below it, in order."""
        for paragraph in self.paragraphs:
            yield from paragraph.sentences
        for section in self.sections:
            yield from section.sentences


def cited_keys(section: Section) -> frozenset[str]:
    """The keys that a section and those below it cite, in sentences and in tables."""
    in_text = {citation.key for sentence in section.sentences for citation in sentence.citations}
    return frozenset(in_text | set(_in_tables(section)))


def _in_tables(section: Section) -> Iterator[str]:
    for table in section.tables:
        yield from (cell.citation.key for row in table.rows for cell in row if cell.citation)
    for below in section.sections:
        yield from _in_tables(below)


def words_of(sentences: Sequence[SurveySentence]) -> int:
    """How many words the prose of these sentences has."""
    return sum(len(sentence.text.split()) for sentence in sentences)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole text. `bibliography` is its .bib file's name without ending."""

    title: str
    abstract: tuple[Paragraph, ...] = ()
    sections: tuple[Section, ...] = ()
    bibliography: str = "references"

    @property
    def cited(self) -> frozenset[str]:
        """The keys of all works that it cites."""
        return cited_keys(Section("", self.abstract, sections=self.sections))

    @property
    def sentences(self) -> Iterator[SurveySentence]:
        """Every sentence, in order."""
        yield from Section("", self.abstract, sections=self.sections).sentences

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in order."""
        return tuple(table for section in self.sections for table in _all_tables(section))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in order."""
        return tuple(figure for section in self.sections for figure in _all_figures(section))


def _all_tables(section: Section) -> Iterator[Table]:
    yield from section.tables
    for below in section.sections:
        yield from _all_tables(below)


def _all_figures(section: Section) -> Iterator[Figure]:
    yield from section.figures
    for below in section.sections:
        yield from _all_figures(below)
