"""Passages: about 180 words, within one section and page, exactly where they say."""

from itertools import pairwise

from triage.models import FullText, Paper
from triage.reading.passages import cut, passages

PAPER = Paper("2501.00001", "Rivers", "One sentence. Another one.")


def test_every_passage_is_where_it_says(conference: FullText) -> None:
    found = passages(PAPER, conference)
    pages = {page.number: page.text for page in conference.pages}
    assert len(found) > 8
    for passage in found:
        assert pages[passage.page][passage.start : passage.end] == passage.text
        assert 6 <= len(passage.text.split()) <= 290
    assert [passage.ordinal for passage in found] == list(range(len(found)))
    for one, other in pairwise(found):
        assert one.page < other.page or one.end <= other.start


def test_no_passage_crosses_a_section(conference: FullText) -> None:
    found = passages(PAPER, conference)
    memories = [passage for passage in found if passage.section == "Station Memories"]
    assert memories[0].text.startswith("2.1. Station Memories")
    assert not [passage for passage in found if "2.2. Two Regimes" in passage.text[5:]]
    assert {"Abstract", "Introduction", "Method", "Two Regimes", "Conclusion"} <= {p.section for p in found}


def test_references_are_no_passages_but_what_follows_them_is(one_column_paper: FullText) -> None:
    found = passages(PAPER, one_column_paper)
    assert not [passage for passage in found if "Journal of Water" in passage.text]
    assert found[-1].section == "Proof of Calibration"


def test_the_abstract_serves_as_page_0() -> None:
    text = FullText(PAPER.id, 1, "abstract", (), abstract=PAPER.abstract)
    found = passages(PAPER, text)
    assert [(passage.page, passage.section, passage.text) for passage in found] == [(0, "Abstract", PAPER.abstract)]


def test_nothing_is_lost_between_cuts() -> None:
    text = "A sentence of exactly seven words here. " * 120 + "x " * 700
    spans = cut(text, 0, len(text))
    joined = " ".join(text[start:end] for start, end in spans)
    assert joined.split() == text.split()
    assert all(60 <= len(text[start:end].split()) <= 270 for start, end in spans)
    assert cut("", 0, 0) == []
