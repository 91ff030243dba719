"""A small press: PDFs in the styles that papers come in, typeset in the test."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pymupdf
import pytest

from triage.models import FullText
from triage.reading.layout import RawDocument
from triage.reading.paper import read_paper
from triage.reading.worker import raw_document

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
    """Sets text line by line into the columns of ever new pages, which may differ from the first page's (`later`).
    `furnish` draws what every page has."""

    columns: Sequence[Column]
    later: Sequence[Column] = ()
    furnish: Callable[[pymupdf.Page], None] = lambda page: None
    width: float = 612.0
    height: float = 792.0
    document: pymupdf.Document = field(default_factory=pymupdf.open)
    column: int = 0
    y: float = 0.0

    def __post_init__(self) -> None:
        self._page()

    def line(
        self, text: str, size: float = 10.0, font: str = ROMAN, centred: bool = False, indent: float = 0.0
    ) -> None:
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
        if self.document.page_count > 1 and self.later:
            self.columns = self.later
        self.column = 0
        self.y = self.columns[0].top

    def _room(self, size: float) -> Column:
        if self.y + size * 1.2 > self.columns[self.column].bottom:
            self.next_column()
        return self.columns[self.column]


@pytest.fixture
def press() -> Callable[..., Press]:
    """Makes a press for one column."""

    def make(columns: Sequence[Column] = (Column(90, 432),)) -> Press:
        return Press(columns)

    return make


SENTENCES = (
    "The river gauge reports its level every hour and the network learns which levels follow each other.",
    "Missing readings are filled from neighbouring stations that share the same catchment area.",
    "Our forecasts remain calibrated when the season changes because each station keeps its own memory.",
    "A larger memory helps only until the rarest floods have been stored at least once.",
    "Observations from snowmelt periods differ from rainfall periods in duration and in shape.",
    "We therefore separate both regimes before the forecasting network sees a single number.",
)


def prose(count: int, start: int = 0) -> str:
    """So many invented sentences."""
    return " ".join(SENTENCES[(start + place) % len(SENTENCES)] for place in range(count))


ABSTRACT = prose(5)


def conference_paper(review: bool = False) -> Press:
    """Two columns: title across both, stamp at the side, numbered references; for review with numbered lines."""

    def furnish(page: pymupdf.Page) -> None:
        page.insert_text((303, 762), str(page.number + 1), fontname=ROMAN, fontsize=10)
        if page.number == 0:
            page.insert_text((30, 520), "arXiv:2501.00001v2 [cs.CV] 3 Jan 2025", fontname=ROMAN, fontsize=20, rotate=90)
        if review:
            page.insert_text((230, 40), "WATER 2025 Submission #77. Confidential.", fontname=ROMAN, fontsize=8)
            for place in range(54):
                number = page.number * 108 + place
                page.insert_text((28, 80 + place * 12), f"{number:03d}", fontname=ROMAN, fontsize=7)
                page.insert_text((570, 80 + place * 12), f"{number + 54:03d}", fontname=ROMAN, fontsize=7)

    press = Press([Column(54, 240, 190), Column(318, 240, 190)], [Column(54, 240), Column(318, 240)], furnish)
    for place, line in enumerate(("Remembering Rivers: Station Memories for", "Flood Forecasts in the Wild")):
        width = pymupdf.get_text_length(line, BOLD, 14.3)
        press.page.insert_text(((612 - width) / 2, 110 + place * 18), line, fontname=BOLD, fontsize=14.3)
    press.page.insert_text((130, 152), "Jane Doe", fontname=ROMAN, fontsize=12)
    press.page.insert_text((400, 152), "Wei Zhang", fontname=ROMAN, fontsize=12)
    press.line("Abstract", 12, BOLD, centred=True)
    press.space(6)
    press.text(ABSTRACT, 10, ITALIC)
    press.space(12)
    for number, name in enumerate(("Introduction", "Method", "Experiments", "Conclusion"), 1):
        press.line(f"{number}. {name}", 12, BOLD)
        press.text(prose(9, number))
        if name == "Method":
            press.space(8)
            press.line("2.1. Station Memories", 11, BOLD)
            press.text(prose(14, 2))
            press.space(8)
            press.line("2.2. Two Regimes", 11, BOLD)
            press.text(prose(12, 3))
        press.space(10)
    press.line("References", 12, BOLD)
    for number in range(1, 31):
        press.text(
            f"[{number}] Ada Lindqvist and Omar Haddad. Forecasts of river number {number} with stored levels "
            f"of many stations. In Proceedings of Water, pages {number}-{number + 9}, {1990 + number}.",
            9,
            hanging=16,
        )
    return press


def preprint() -> Press:
    """One column, author-year references set in, an appendix after them, a running header."""

    def furnish(page: pymupdf.Page) -> None:
        if page.number:
            page.insert_text((200, 45), "Remembering Rivers", fontname=ROMAN, fontsize=8)
        page.insert_text((303, 755), str(page.number + 1), fontname=ROMAN, fontsize=9)

    press = Press([Column(90, 432, 80)], furnish=furnish)
    press.line("Remembering Rivers with Station Memories", 17, BOLD, centred=True)
    press.space(10)
    press.line("Jane Doe, University of North", 10, centred=True)
    press.space(20)
    press.line("Abstract", 12, BOLD, centred=True)
    press.text(ABSTRACT, 10, narrow=30)
    press.space(14)
    for number, name in enumerate(("Introduction", "Related Work", "Method", "Results"), 1):
        press.line(f"{number}   {name}", 12, BOLD)
        press.text(prose(16, number))
        press.space(10)
    press.line("References", 12, BOLD)
    for number in range(1, 26):
        press.text(
            f"Lindqvist, A. and Haddad, O. ({1990 + number}). Forecasts of river number {number} with the stored "
            f"levels of very many stations in a single network. Journal of Water, {number}(2):10-19. "
            f"arXiv:2{number % 4}01.{number:05d}.",
            10,
            hanging=12,
        )
        press.space(4)
    press.line("A   Proof of Calibration", 12, BOLD)
    press.text(prose(10))
    return press


@pytest.fixture(scope="session")
def conference() -> FullText:
    """The two-column paper as read."""
    return conference_paper().read()


@pytest.fixture(scope="session")
def under_review() -> FullText:
    """The two-column paper with numbered lines as read."""
    return conference_paper(review=True).read()


@pytest.fixture(scope="session")
def one_column_paper() -> FullText:
    """The one-column paper as read."""
    return preprint().read()


@pytest.fixture(scope="session")
def sentences() -> tuple[str, ...]:
    """The sentences that the papers are made of."""
    return SENTENCES
