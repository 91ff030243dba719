"""A small press: PDFs in the styles that papers come in, typeset in the test."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf
import pytest

from triage.models import FullText
from triage.reading.page import RawDocument
from triage.reading.paper import read_paper
from triage.services.pdf_pages import raw_document

ROMAN, BOLD, ITALIC = "tiro", "tibo", "tiit"


@dataclass
class Column:
    """Where text goes, from the top down."""

    x: float
    width: float
    top: float = 72.0
    bottom: float = 720.0


@dataclass
class Press:
    """Sets text line by line into the columns of ever new pages. `furnish` draws what every page has."""

    columns: Sequence[Column]
    furnish: Callable[[pymupdf.Page], None] = lambda page: None
    width: float = 612.0
    height: float = 792.0
    document: pymupdf.Document = field(default_factory=pymupdf.open)
    column: int = 0
    y: float = 0.0

    def __post_init__(self) -> None:
        self._page()

    def line(self, text: str, size: float = 10.0, font: str = ROMAN, centred: bool = False, indent: float = 0.0) -> None:
        """One line in the present column."""
        column = self._room(size)
        x = column.x + indent
        if centred:
            x = column.x + (column.width - pymupdf.get_text_length(text, font, size)) / 2
        self.page.insert_text((x, self.y + size), text, fontname=font, fontsize=size)
        self.y += size * 1.2

    def text(self, text: str, size: float = 10.0, font: str = ROMAN, hanging: float = 0.0, narrow: float = 0.0) -> None:
        """A paragraph, broken between words, words hyphenated where a line would stay short."""
        words = text.split()
        line = ""
        first = True
        while words:
            word = words.pop(0)
            room = self.columns[self.column].width - (0 if first else hanging) - 2 * narrow
            wider = f"{line} {word}".strip()
            if pymupdf.get_text_length(wider, font, size) <= room:
                line = wider
                continue
            if word.isalpha() and len(word) > 8 and pymupdf.get_text_length(f"{line} {word[:5]}-", font, size) <= room:
                line, word = f"{line} {word[:5]}-", word[5:]
            self.line(line, size, font, indent=narrow + (0 if first else hanging))
            first, line = False, word
        self.line(line, size, font, indent=narrow + (0 if first else hanging))

    def space(self, points: float) -> None:
        """A blank."""
        self.y += points

    def next_column(self) -> None:
        """Goes on at the top of the next column, or of the next page."""
        self.column += 1
        if self.column == len(self.columns):
            self._page()
        self.y = self.columns[self.column].top

    def raw(self) -> RawDocument:
        """What the PDF library sees."""
        return raw_document(pymupdf.open("pdf", self.document.tobytes()))

    def read(self) -> FullText:
        """What triage reads."""
        return read_paper(self.raw(), "2501.00001", 1)

    def save(self, path: Path) -> Path:
        """The PDF as a file."""
        self.document.save(path)
        return path

    def _page(self) -> None:
        self.page = self.document.new_page(width=self.width, height=self.height)
        self.furnish(self.page)
        self.column = 0
        self.y = self.columns[0].top

    def _room(self, size: float) -> Column:
        if self.y + size * 1.2 > self.columns[self.column].bottom:
            self.next_column()
        return self.columns[self.column]


@pytest.fixture
def one_column() -> Iterator[Callable[..., Press]]:
    """A press for one column."""

    def make(**options: object) -> Press:
        return Press([Column(90, 432)], **options)  # type: ignore[arg-type]

    return make


@pytest.fixture
def two_columns() -> Callable[..., Press]:
    """A press for two columns; those of the first page begin under the title."""

    def make(**options: object) -> Press:
        return Press([Column(54, 240), Column(318, 240)], **options)  # type: ignore[arg-type]

    return make
