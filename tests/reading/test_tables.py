"""Tables of numbers in PDFs, set in the test: under captions and above them, in one column and in two."""

from collections.abc import Sequence

import pymupdf
import pytest

from triage.models import FullText, Table
from triage.reading.paper import read_paper
from triage.reading.worker import raw_document

PROSE = (
    "The river gauge reports its level every hour and the network learns which levels follow each other in the spring.",
    "Missing readings are filled from neighbouring stations that share the same catchment area and weather now.",
    "We therefore separate both regimes before the forecasting network sees a single number of those measured.",
)
CELLS = [
    ("Method", 100, ("Error", 200), ("Recall", 260), ("Error", 330), ("Recall", 390)),
    ("Persistence", 100, ("0.91", 200), ("0.40", 260), ("0.88", 330), ("0.42", 390)),
    ("Gauge-Net", 100, ("0.52", 200), ("0.71", 260), ("0.49 ± 0.02", 330), ("n/a", 390)),
    ("RiverMem (ours)", 100, ("0.37", 200), ("0.83", 260), ("0.41", 330), ("0.80", 390)),
]


def page_with(document: pymupdf.Document, top: float = 72.0) -> tuple[pymupdf.Page, float]:
    """A page of invented prose and the place below it."""
    page = document.new_page(width=612, height=792)
    for place in range(18):
        page.insert_text((90, top + place * 12), PROSE[place % 3], fontname="tiro", fontsize=8.5)
    return page, top + 18 * 12 + 20


def put_cells(page: pymupdf.Page, top: float, rows: Sequence[tuple[object, ...]] = CELLS, shift: float = 0.0) -> float:
    for number, row in enumerate(rows):
        y = top + number * 13
        page.insert_text((float(str(row[1])) + shift, y), str(row[0]), fontname="tiro", fontsize=9)
        for cell in row[2:]:
            assert isinstance(cell, tuple)
            page.insert_text((cell[1] + shift, y), cell[0], fontname="tiro", fontsize=9)
    return top + len(rows) * 13


def read(document: pymupdf.Document) -> FullText:
    return read_paper(raw_document(pymupdf.open("pdf", document.tobytes())), "2501.00001", 1)


def one_table(*, caption_below: bool = False, spanning: bool = True) -> Table:
    document = pymupdf.open()
    page, y = page_with(document)
    if not caption_below:
        page.insert_text((90, y), "Table 2: Errors and recall of the forecasts at two", fontname="tiro", fontsize=9)
        page.insert_text((90, y + 11), "rivers that flood.", fontname="tiro", fontsize=9)
        y += 36
    if spanning:
        page.insert_text((222, y), "Lower Bend", fontname="tiro", fontsize=9)
        page.insert_text((352, y), "Upper Bend", fontname="tiro", fontsize=9)
        y += 13
    y = put_cells(page, y)
    if caption_below:
        page.insert_text((90, y + 14), "Table 2: Errors and recall of the forecasts.", fontname="tiro", fontsize=9)
    for place in range(10):
        page.insert_text((90, y + 60 + place * 12), PROSE[place % 3], fontname="tiro", fontsize=8.5)
    (found,) = read(document).tables
    return found


def test_a_table_is_read_with_its_headers_and_cells() -> None:
    table = one_table()
    assert (table.number, table.page) == ("2", 1)
    assert table.caption.startswith("Errors and recall of the forecasts at two")
    assert table.columns == (
        "Method",
        "Lower Bend Error",
        "Lower Bend Recall",
        "Upper Bend Error",
        "Upper Bend Recall",
    )
    assert table.rows == (
        ("Persistence", "0.91", "0.40", "0.88", "0.42"),
        ("Gauge-Net", "0.52", "0.71", "0.49 ± 0.02", "n/a"),
        ("RiverMem (ours)", "0.37", "0.83", "0.41", "0.80"),
    )


def test_a_caption_may_stand_below() -> None:
    table = one_table(caption_below=True, spanning=False)
    assert table.columns == ("Method", "Error", "Recall", "Error", "Recall")
    assert [row[0] for row in table.rows] == ["Persistence", "Gauge-Net", "RiverMem (ours)"]


def test_of_two_columns_only_the_tables_own_counts() -> None:
    document = pymupdf.open()
    page = document.new_page(width=612, height=792)
    for place in range(50):
        page.insert_text((320, 72 + place * 12), PROSE[place % 3][:52], fontname="tiro", fontsize=9)
        if not 12 <= place <= 24:
            page.insert_text((54, 72 + place * 12), PROSE[place % 3][:52], fontname="tiro", fontsize=9)
    page.insert_text((54, 230), "Table 1: Errors of two forecasts.", fontname="tiro", fontsize=9)
    rows = [
        ("Method", 60, ("Error", 160), ("Recall", 220)),
        ("Persistence", 60, ("0.91", 160), ("0.40", 220)),
        ("Gauge-Net", 60, ("0.52", 160), ("0.71", 220)),
    ]
    put_cells(page, 252, rows)
    (table,) = read(document).tables
    assert table.columns == ("Method", "Error", "Recall")
    assert table.rows == (("Persistence", "0.91", "0.40"), ("Gauge-Net", "0.52", "0.71"))


@pytest.mark.parametrize("text", ["Table 3 shows that the error falls.", "Table 3: what follows is no table at all."])
def test_a_sentence_about_a_table_is_none(text: str) -> None:
    document = pymupdf.open()
    page, y = page_with(document)
    page.insert_text((90, y), text, fontname="tiro", fontsize=8.5)
    for place in range(12):
        page.insert_text((90, y + 12 + place * 12), PROSE[place % 3], fontname="tiro", fontsize=8.5)
    assert read(document).tables == ()


def test_a_header_that_nobody_can_place_is_left_out() -> None:
    document = pymupdf.open()
    page, y = page_with(document)
    page.insert_text((90, y), "Table 1: Errors and recall.", fontname="tiro", fontsize=9)
    page.insert_text((240, y + 24), "Bend", fontname="tiro", fontsize=9)
    put_cells(page, y + 37, CELLS[1:])
    (table,) = read(document).tables
    assert table.columns == ("", "", "", "", "")
    assert len(table.rows) == 3


def test_every_cell_stands_on_its_page() -> None:
    document = pymupdf.open()
    page, y = page_with(document)
    page.insert_text((90, y), "Table 1: Errors and recall.", fontname="tiro", fontsize=9)
    put_cells(page, y + 24)
    text = read(document)
    (table,) = text.tables
    shown = " ".join(text.pages[table.page - 1].text.split())
    assert all(cell in shown for row in table.rows for cell in row)
