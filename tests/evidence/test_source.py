"""Sentences keep their places: what a sentence says stands at its offsets on its page."""

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from triage.evidence.source import ABSTRACT_PAGE, sentence_spans, source_of
from triage.models import Paper, Passage

PAPER = Paper("2501.00001", "A paper", "It learns maps. They help, e.g. in Rome. It ends", published=date(2025, 1, 2))


def test_a_paper_that_was_not_read_has_the_sentences_of_its_abstract() -> None:
    source = source_of(PAPER, ())
    assert [one.text for one in source.sentences] == ["It learns maps.", "They help, e.g. in Rome.", "It ends"]
    assert source.pages == {ABSTRACT_PAGE}
    assert source.year == 2025
    assert all(PAPER.abstract[one.start : one.end] == one.text for one in source.sentences)


def test_sentences_of_passages_stand_at_their_places_on_the_page() -> None:
    page = "Head\n\nWe train on BraTS. See Fig. 3 for more.\n\nIt works"
    passage = Passage("k", PAPER.id, 0, "1 Method", 4, 6, len(page), page[6:])
    source = source_of(PAPER, [passage])
    assert [one.text for one in source.sentences] == ["We train on BraTS.", "See Fig. 3 for more.", "It works"]
    assert all(page[one.start : one.end] == one.text for one in source.sentences)
    assert {(one.page, one.heading) for one in source.sentences} == {(4, "1 Method")}


@given(st.text(alphabet="aB.!? \n\"'”)(et", max_size=80))
def test_sentences_lose_nothing_but_blanks(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in spans)
    assert all(first[1] <= then[0] for first, then in itertools.pairwise(spans))
