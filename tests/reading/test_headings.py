"""Headings found by type and number, or by the PDF's outline."""

from triage.reading.headings import BodyFont, headings
from triage.reading.layout import OutlineEntry, Row

BODY = BodyFont(10.0, "Roman")


def row(text: str, size: float = 10.0, bold: bool = False, page: int = 1, gap: float = 3.0, lead: str = "") -> Row:
    font = "Bold" if bold else "Roman"
    return Row(text, page, 0, 90, 0, 500, 10, 90, 520, gap, size, font, bold, lead=lead)


def prose(page: int = 1) -> Row:
    return row("a line of running text that nobody would take for a heading of any kind at all,", page=page)


def test_numbers_must_follow_each_other() -> None:
    rows = [row("1 Introduction", 12, True), prose(), row("7 Samples", 10, True), prose(), row("2 Data", 12, True)]
    assert [found.title for found in headings(rows, (), BODY)] == ["Introduction", "Data"]


def test_a_numbered_list_in_plain_type_is_no_section() -> None:
    rows = [row("1 Introduction", 12, True), prose(), row("2. Second point"), prose()]
    assert [found.title for found in headings(rows, (), BODY)] == ["Introduction"]


def test_letters_under_roman_numerals_begin_anew() -> None:
    lines = ("I. INTRODUCTION", "II. METHOD", "A. Data Sets", "B. Training", "III. RESULTS", "A. Main Results")
    rows = [one for line in lines for one in (row(line, 10, True, gap=9), prose())]
    found = headings(rows, (), BODY)
    assert [(heading.title, heading.level) for heading in found] == [
        ("INTRODUCTION", 1),
        ("METHOD", 1),
        ("Data Sets", 2),
        ("Training", 2),
        ("RESULTS", 1),
        ("Main Results", 2),
    ]


def test_a_bold_table_row_is_no_heading_among_numbered_ones() -> None:
    rows = [
        *(row("1 Introduction", 12, True), prose(), row("2 Data", 12, True), prose(), row("3 Results", 12, True)),
        *(prose(), row("Method Accuracy Recall", 10, True), row("Station Level Hours", 10, True), prose()),
    ]
    assert [found.title for found in headings(rows, (), BODY)] == ["Introduction", "Data", "Results"]


def test_a_heading_over_two_lines_is_one() -> None:
    rows = [row("1 Introduction", 12, True), prose(), row("2 Forecasts of Very Many", 12, True)]
    rows += [row("Rivers at Once", 12, True, gap=2), prose()]
    assert headings(rows, (), BODY)[-1].title == "Forecasts of Very Many Rivers at Once"


def test_the_outline_wins_and_the_printed_title_is_kept() -> None:
    outline = (OutlineEntry(1, "Introduction", 1), OutlineEntry(1, "The ood Gap", 2), OutlineEntry(2, "Rivers", 2))
    rows = [
        *(row("Abstract", 12, True), prose(), row("1. Introduction", 12, True), prose()),
        *(row("2. The OOD Gap", 12, True, page=2), prose(2), row("Rivers", 10, page=2), prose(2)),
    ]
    found = headings(rows, outline, BODY)
    assert [(heading.title, heading.page, heading.level) for heading in found] == [
        ("Abstract", 1, 1),
        ("Introduction", 1, 1),
        ("The OOD Gap", 2, 1),
        ("Rivers", 2, 2),
    ]


def test_a_heading_that_runs_into_its_text() -> None:
    rows = [
        row("1 Method", 12, True),
        prose(),
        row("1.1 Training. We train for an hour", lead="1.1 Training."),
        prose(),
    ]
    assert [(found.title, found.level) for found in headings(rows, (), BODY)] == [("Method", 1), ("Training", 2)]
