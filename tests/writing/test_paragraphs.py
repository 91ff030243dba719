"""A survey's section: each quotation stands on its page, each number in its evidence, each key is one of those given.

The checks below read the text with code of their own, not with that which wrote it.
"""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.writing.told import ALL, BEAM, CRACK, ONLY_TITLE, SPAN, page_texts, work
from triage.evidence.source import Sentence, Source
from triage.models import Facts
from triage.writing.document import Section, SurveySentence, Work, cited_keys
from triage.writing.paragraphs import write_section


def told(section: Section) -> str:
    return " ".join(sentence.text for sentence in section.sentences)


def assert_proven(section: Section, works: tuple[Work, ...]) -> None:
    by_key = {one.key: one for one in works}
    for sentence in section.sentences:
        assert {one.key for one in sentence.citations} <= by_key.keys()
        assert sentence.citations, sentence.text
        for quote in sentence.quotes:
            assert any(quote in page_texts(by_key[one.key]).get(one.page or 0, "") for one in sentence.citations), quote
        for one in sentence.citations:
            assert one.page is None or one.page in by_key[one.key].source.pages
        for one_of in sentence.evidence:
            assert one_of.sentence in one_of.source.sentences
        assert_numbers_stand(sentence)


def assert_numbers_stand(sentence: SurveySentence) -> None:
    """Of a sentence that is neither a quotation nor names works only: every number stands in its evidence."""
    if sentence.evidence:
        proof = " ".join(one.sentence.text for one in sentence.evidence)
        for number in re.findall(r"\d+(?:\.\d+)?", re.sub("“[^”]*”", "", sentence.text)):
            assert number in proof, (number, sentence.text)


def test_every_sentence_is_proven_and_every_work_is_cited() -> None:
    section = write_section("Rust", ALL, 600)
    assert_proven(section, ALL)
    assert cited_keys(section) == {"braun24", "marsh23", "lind22", "poe21"}


def test_it_reads_as_a_survey() -> None:
    text = told(write_section("Bridges", ALL, 600))
    assert "Braun et al. propose BeamScope, a diffusion model that restores clean girders" in text
    assert "Marsh and Noor present a detector of rust" in text
    assert "The paper by Lind introduces a microphone array" in text
    assert "Two papers deal with diffusion models" in text
    assert not re.search(r"\b(?:we|our|us)\b", re.sub("“[^”]*”", "", text), re.I)
    assert "As shown" not in text and "This step" not in text


def test_limits_and_open_questions_are_quoted_with_their_page() -> None:
    section = write_section("Bridges", ALL, 600)
    quoted = {quote: sentence.citations[-1].page for sentence in section.sentences for quote in sentence.quotes}
    assert quoted["A limitation of our method is that it cannot see rust below paint"] == 3
    assert quoted["Future work should study bridges under water and at night"] == 3


def test_numbers_on_one_data_set_stand_side_by_side() -> None:
    text = told(write_section("Bridges", ALL, 600))
    assert "On GirderSet-9, the papers report Dice 0.68 (Marsh and Noor) and Dice 0.71 (Braun et al.)" in text
    assert "GirderSet-9 is among the data sets of two papers" in text


def test_a_paper_known_by_its_title_is_named_never_described() -> None:
    section = write_section("Bridges", ALL, 600)
    sentences = [one for one in section.sentences if "poe21" in {cited.key for cited in one.citations}]
    assert [one.text for one in sentences] == ["Also in this group: Bridges & Their <Rust>."]
    assert sentences[0].evidence == ()


@pytest.mark.parametrize("words", [0, 30, 80, 10_000])
def test_whatever_the_length_every_work_is_cited(words: int) -> None:
    section = write_section("Bridges", ALL, words)
    assert_proven(section, ALL)
    assert cited_keys(section) == {one.key for one in ALL}


def test_more_words_tell_more() -> None:
    lengths = [len(told(write_section("Bridges", (BEAM, SPAN, CRACK), words)).split()) for words in (40, 120, 600)]
    assert lengths == sorted(lengths) and lengths[0] < lengths[-1]


def test_neighbours_are_not_told_in_one_frame() -> None:
    limit = "A limitation of our study is that the bridge number {} was closed to traffic all the time."
    works = [
        work(f"k{place}", f"Bridge {name}", ("Abstract", "We watch."), ("Discussion", limit.format(name)))
        for place, name in enumerate(("north", "south", "east", "west"))
    ]
    section = write_section("Bridges", works, 900)
    openings = [re.sub("“.*", "", one.text) for one in section.sentences if one.quotes]
    assert len(openings) == 4
    assert all(first != then for first, then in itertools.pairwise(openings))


def test_a_section_without_papers_is_empty() -> None:
    assert write_section("Bridges", (), 500) == Section("Bridges")


def test_only_titles_are_named_without_a_word_more() -> None:
    section = write_section("Bridges", (ONLY_TITLE,), 500)
    assert told(section) == "In this group: Bridges & Their <Rust>."
    assert section.tables == ()


def test_the_order_of_the_works_changes_nothing() -> None:
    assert write_section("Bridges", ALL, 400) == write_section("Bridges", ALL[::-1], 400)


WORDS = st.sampled_from(
    'We we propose our method This paper presents a model on BraTS Dice of 0.71 outperforms ( ) [3] “ ” " . . , ; : '
    "limitation future work it These $x_1$ et al (Ott, 2020) however, unlike \u202e \x00 <b> & % 12".split(" ")
)


@given(st.lists(st.lists(WORDS, max_size=60), min_size=1, max_size=4))
def test_hostile_papers_break_nothing(texts: list[list[str]]) -> None:
    works = []
    for place, words in enumerate(texts):
        text = " ".join(words)
        sentences = (Sentence(text, 1, 0, len(text), "Abstract"), Sentence(text, 2, 0, len(text), "Discussion"))
        works.append(Work(f"k{place}", Source(f"id{place}", text[:80], sentences), Facts(text[:80], (text[:20],))))
    assert_proven(write_section("Any", works, 300), tuple(works))
