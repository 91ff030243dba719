"""The authors in the styles that papers print them in, and what the file says of itself."""

from collections.abc import Sequence
from time import perf_counter

import pymupdf
import pytest

from tests.reading.conftest import ABSTRACT, BOLD, ITALIC, ROMAN, Column, Press
from triage.models import FullText
from triage.reading.front import authors
from triage.reading.layout import Line, RawDocument, RawPage

Run = tuple[str, str, float]
"""A text with its font and size; one of less than 8 points is raised."""

TITLE = "Remembering Rivers with Station Memories"


def page(rows: Sequence[Sequence[tuple[float, Sequence[Run]]]], lead: float = 13.0) -> Press:
    """A first page: the title, then rows of texts, each text at its own place from the left, then the abstract."""
    press = Press([Column(90, 432, 80)])
    press.line(TITLE, 17, BOLD, centred=True)
    press.space(14)
    for row in rows:
        for x, runs in row:
            at = x
            for text, font, size in runs:
                raised = 4.0 if size < 8 else 0.0
                press.page.insert_text((at, press.y - raised), text, fontname=font, fontsize=size)
                at += pymupdf.get_text_length(text, font, size)
        press.y += lead
    press.space(20)
    press.line("Abstract", 12, BOLD, centred=True)
    press.text(ABSTRACT, 10, narrow=30)
    press.space(14)
    press.line("1   Introduction", 12, BOLD)
    press.text(ABSTRACT)
    return press


def marked(*names: str, font: str = ROMAN, size: float = 12.0) -> list[Run]:
    """Names on one line, each with the raised number of its affiliation and no comma between."""
    return [run for name in names for run in ((name, font, size), ("1,2", font, 6.0), ("  ", font, size))]


COMPUTER_VISION = [
    [(130, marked("Jane Doe", "Wei Zhang", "Ana Lucia de Souza"))],
    [(180, marked("Peter J. van der Berg"))],
    [
        (
            150,
            [
                ("1", ROMAN, 6.0),
                ("University of the North   ", ROMAN, 12.0),
                ("2", ROMAN, 6.0),
                ("Hill Robotics", ROMAN, 12.0),
            ],
        )
    ],
    [(150, [("{jane, wei}@north.example", ROMAN, 10.0)])],
]
NAME_BY_NAME = [
    [(90, [("Jane Doe", BOLD, 10.9)]), (400, [("JANE@NORTH.EXAMPLE", ROMAN, 10.0)])],
    [(90, [("Department of Rivers, University of the North", ITALIC, 10.0)])],
    [(90, [("Wei Zhang", BOLD, 10.9)]), (400, [("wei@hill.example", ROMAN, 10.0)])],
    [(90, [("Hill Robotics, Green Valley", ITALIC, 10.0)])],
]
COLUMNS = [
    [(90, [("Jane Doe", BOLD, 10.0)]), (250, [("Wei Zhang", BOLD, 10.0)]), (400, [("Ana L. Souza", BOLD, 10.0)])],
    [(90, [("Green Valley", ROMAN, 10.0)]), (250, [("Blue Hill", ROMAN, 10.0)]), (400, [("Rio Claro", ROMAN, 10.0)])],
    [(90, [("jane@north.example", ROMAN, 10.0)]), (250, [("wei@hill.example", ROMAN, 10.0)])],
    [(170, [("Omar Haddad", BOLD, 10.0)]), (330, [("Mei-Ling Wu", BOLD, 10.0)])],
    [(170, [("Old Harbour", ROMAN, 10.0)]), (330, [("White Sands", ROMAN, 10.0)])],
]
LECTURE_NOTES = [
    [(120, [("Jane Doe1[0000-0001-2345-6789], Wei Zhang2 and Ana Souza1,2(B)", ROMAN, 10.0)])],
    [(150, [("1 Institute of Hydrology, Green Valley, Northland", ROMAN, 9.0)])],
    [(150, [("2 Hill Robotics, Blue Hill", ROMAN, 9.0)])],
]
TRANSACTIONS = [
    [(100, [("Jane Doe, Student Member, IEEE, Wei Zhang, Senior Member, IEEE,", ROMAN, 11.0)])],
    [(150, [("and Peter van der Berg, Fellow, IEEE", ROMAN, 11.0)])],
]
CAPITALS = [
    [(150, [("JANE DOE, WEI ZHANG AND PETER VAN DER BERG", ROMAN, 10.0)])],
    [(150, [("University of the North", ITALIC, 9.0)])],
]
ONE_LINE = [[(150, [("Jane Doe, University of the North", ROMAN, 10.0)])]]

STYLES = {
    "computer vision": (COMPUTER_VISION, ("Jane Doe", "Wei Zhang", "Ana Lucia de Souza", "Peter J. van der Berg")),
    "name by name": (NAME_BY_NAME, ("Jane Doe", "Wei Zhang")),
    "columns": (COLUMNS, ("Jane Doe", "Wei Zhang", "Ana L. Souza", "Omar Haddad", "Mei-Ling Wu")),
    "lecture notes": (LECTURE_NOTES, ("Jane Doe", "Wei Zhang", "Ana Souza")),
    "transactions": (TRANSACTIONS, ("Jane Doe", "Wei Zhang", "Peter van der Berg")),
    "capitals": (CAPITALS, ("Jane Doe", "Wei Zhang", "Peter van der Berg")),
    "one line": (ONE_LINE, ("Jane Doe",)),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_authors_are_read_and_nothing_else(style: str) -> None:
    rows, names = STYLES[style]
    assert page(rows).read().authors == names


def said(text: str) -> tuple[str, ...]:
    """The authors of a page whose line between title and abstract is this text, and whose file names them so."""
    lines = (
        Line(TITLE, 90, 80, 400, 97, 17),
        Line(text, 90, 110, 400, 120, 10),
        Line("Abstract", 90, 300, 140, 310, 10),
    )
    return authors(RawDocument((RawPage(1, 612, 792, lines),), author=text), TITLE)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Zoë Ångström-Müller, Seán O'Neil & Łukasz Żak", ("Zoë Ångström-Müller", "Seán O'Neil", "Łukasz Żak")),
        ("In Kyu Park, J.-P. Martin, JD Smith", ("In Kyu Park", "J.-P. Martin", "JD Smith")),
        ("Jane Doe∗, Wei Zhang† and Ana Souza*", ("Jane Doe", "Wei Zhang", "Ana Souza")),
        ("Jane Doe, MD, PhD; Wei Zhang, M.Sc.", ("Jane Doe", "Wei Zhang")),
        ("Jane Doe (University of North), Wei Zhang (Hill Robotics)", ("Jane Doe", "Wei Zhang")),
        ("Ivor SimpsonUniversity of North", ("Ivor Simpson",)),
        ("Version of 3 May 2026", ()),
    ],
)
def test_names_as_they_are_written(text: str, names: tuple[str, ...]) -> None:
    assert said(text) == names


def test_a_page_that_names_nobody_has_no_authors() -> None:
    assert page([[(150, [("Anonymous submission", ROMAN, 10.0)])]]).read().authors == ()
    assert page([[(150, [("Paper under double-blind review", ROMAN, 10.0)])]]).read().authors == ()


def test_what_the_file_says_counts_where_the_page_bears_it_out() -> None:
    press = page(ONE_LINE)
    press.document.set_metadata({"author": "Jane Doe; Wei Zhang"})
    assert press.read().authors == ("Jane Doe",)
    press = page([[(150, [("J. Doe and W. Zhang", ROMAN, 10.0)])]])
    press.document.set_metadata({"author": "Jane Doe; Wei Zhang"})
    assert press.read().authors == ("Jane Doe", "Wei Zhang")
    press = page(COLUMNS)
    press.document.set_metadata({"author": "Office User"})
    assert press.read().authors == STYLES["columns"][1]


def test_head_and_foot_tell_where_it_appeared_and_the_file_when_it_was_made() -> None:
    made = page(ONE_LINE)
    made.page.insert_text((90, 45), "Proceedings of Water Research 102:63-72, 2019", fontname=ROMAN, fontsize=8)
    made.page.insert_text((90, 760), "(c) 2019 J. Doe.", fontname=ROMAN, fontsize=8)
    made.document.set_metadata({"subject": "Water Letters 2019", "creationDate": "D:20190523235506+01'00'"})
    text: FullText = made.read()
    assert text.imprint == ("Proceedings of Water Research 102:63-72, 2019", "(c) 2019 J. Doe.", "Water Letters 2019")
    assert text.made is not None and text.made.isoformat() == "2019-05-23"


@pytest.mark.parametrize(
    "hostile",
    ["{" * 5000, "(" * 5000 + ")" * 5000, "a@" * 4000, "Jane " * 4000, "A. " * 4000, ", " * 4000, "1" * 8000 + "x"],
)
def test_no_line_takes_long(hostile: str) -> None:
    start = perf_counter()
    said(hostile)
    assert perf_counter() - start < 1
