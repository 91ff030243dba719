"""Whole papers in the styles they come in."""

from itertools import pairwise

import pytest

from triage.errors import ReadError
from triage.models import FullText, PageText
from triage.reading.paper import check_text

STYLES = ("conference", "under_review", "one_column_paper")


@pytest.fixture(params=STYLES)
def paper(request: pytest.FixtureRequest) -> FullText:
    found: FullText = request.getfixturevalue(request.param)
    return found


def test_the_title_is_the_largest_type_of_the_first_page(conference: FullText, one_column_paper: FullText) -> None:
    assert conference.title == "Remembering Rivers: Station Memories for Flood Forecasts in the Wild"
    assert one_column_paper.title == "Remembering Rivers with Station Memories"


def test_the_abstract_ends_at_the_first_section(paper: FullText, sentences: tuple[str, ...]) -> None:
    assert paper.abstract == " ".join(sentences[:5])


def test_columns_are_read_one_after_the_other(paper: FullText, sentences: tuple[str, ...]) -> None:
    text = " ".join(page.text for page in paper.pages).replace("\n\n", " ")
    for first, second in pairwise(sentences):
        assert f"{first} {second}" in text


def test_nothing_of_the_margins_stays(paper: FullText) -> None:
    text = "\n".join(page.text for page in paper.pages)
    assert "arXiv:2501.00001" not in text
    assert "Confidential" not in text
    lines = text.split("\n")
    assert not [line for line in lines if line.strip().isdigit()]
    assert "Remembering Rivers" not in lines


def test_headings_carry_level_and_page(conference: FullText, under_review: FullText) -> None:
    for text in (conference, under_review):
        assert [(heading.title, heading.level) for heading in text.headings] == [
            ("Abstract", 1),
            ("Introduction", 1),
            ("Method", 1),
            ("Station Memories", 2),
            ("Two Regimes", 2),
            ("Experiments", 1),
            ("Conclusion", 1),
            ("References", 1),
        ]
        assert text.headings[0].page == 1
        for heading in text.headings:
            assert heading.title in text.pages[heading.page - 1].text


def test_an_appendix_is_a_section_and_no_reference(one_column_paper: FullText) -> None:
    titles = [heading.title for heading in one_column_paper.headings]
    assert titles[-2:] == ["References", "Proof of Calibration"]
    assert len(one_column_paper.references) == 25


def test_references_are_items(conference: FullText, under_review: FullText, one_column_paper: FullText) -> None:
    for text in (conference, under_review):
        assert [reference.year for reference in text.references] == list(range(1991, 2021))
        assert text.references[4].title == "Forecasts of river number 5 with stored levels of many stations"
        assert text.references[4].authors == ("Ada Lindqvist", "Omar Haddad")
    assert one_column_paper.references[0].arxiv_id == "2101.00001"
    assert one_column_paper.references[0].authors == ("Lindqvist, A.", "Haddad, O.")


def test_clean_pages_are_trusted(paper: FullText) -> None:
    assert min(page.quality for page in paper.pages) > 0.95


def text_of(*pages: str, quality: float = 1.0) -> FullText:
    return FullText("x", 1, "pdf", tuple(PageText(n, page, quality) for n, page in enumerate(pages, 1)))


def test_what_is_no_paper_is_said_so() -> None:
    with pytest.raises(ReadError, match="no text, only images"):
        check_text(text_of("", "", "3"))
    with pytest.raises(ReadError, match="withdrawn"):
        check_text(text_of("This paper has been withdrawn by the authors due to an error in Lemma 2. " * 4))
    with pytest.raises(ReadError, match="cannot be read"):
        check_text(text_of("q w x " * 200, quality=0.1))


def test_a_paper_that_speaks_of_withdrawal_is_a_paper() -> None:
    check_text(text_of("Nicotine withdrawal was observed; two trials have been retracted. " * 90, "More. " * 400))
