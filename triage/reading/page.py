"""A page as the PDF library sees it, and as rows of text in reading order."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """A run of horizontal text. Coordinates are points from the top left; `size` is the largest font size in it,
    `font` the font of most of its letters; `bold` whether most letters are. `lead` is its bold or italic beginning, if
    the rest is not; `parts` are its texts between raised signs, such as names between numbers of affiliations."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    lead: str = ""
    parts: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        """Half its height down."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page (1-based number): its size in points and its lines in the order of the file. `aside` are the texts that
    run up or down it, such as arXiv's stamp."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the PDF's outline: level (1 is outermost), title and page."""

    level: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a link to a bibliography item leads: page and the point (from the top left)."""

    name: str
    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A PDF as its library sees it. `title`, `author` and `subject` are what it says of itself, `made` the day it was
    made."""

    pages: tuple[RawPage, ...]
    outline: tuple[Mark, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    links: tuple[str, ...] = ()
    title: str | None = None
    author: str | None = None
    subject: str | None = None
    made: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on one line of one column. `left` and `right` are the column's edges; `gap` is the blank above it in
    points (a large number at the top of a column); `column` counts a page's columns and bands in reading order."""

    text: str
    page: int
    column: int
    x0: float
    y0: float
    x1: float
    y1: float
    left: float
    right: float
    gap: float
    size: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    lead: str = ""
