"""The sentences that bear on a question come first, and only sentences that one could quote."""

from collections.abc import Sequence

import numpy as np
import pytest

from triage.evidence.retrieve import Retriever, rank_sentences, without_citations
from triage.evidence.source import Sentence, Source
from triage.protocols import Vectors


def source(paper_id: str, *texts: str, heading: str = "1 Method") -> Source:
    return Source(paper_id, f"Paper {paper_id}", tuple(Sentence(text, 1, 0, len(text), heading) for text in texts))


MAPS = source(
    "maps",
    "We study maps of cities and how people read them.",
    "The decoder restores each image from a short code of numbers.",
    "Training takes nine hours on a single graphics card.",
)
CATS = source(
    "cats",
    "Cats sleep for most of the day and hunt at dawn.",
    "We trained the network for nine hours with four cards.",
    "Training time 9 3.2 1.1 0.7 4.4",
)


def synonyms(texts: Sequence[str]) -> Vectors:
    """Meaning for the test: texts about felines are one direction, all others another."""
    rows = [[1.0, 0.0] if any(word in text.lower() for word in ("cat", "feline")) else [0.0, 1.0] for text in texts]
    return np.array(rows, dtype=np.float32)


def test_the_sentence_with_the_rare_words_comes_first() -> None:
    found = rank_sentences("How many hours on one graphics card?", [MAPS, CATS], None, 5)
    assert [(one.id, one.source.paper_id) for one in found] == [("e1", "maps"), ("e2", "cats")]
    assert found[0].sentence.text.startswith("Training takes")
    assert found[0].score > found[1].score


def test_endings_do_not_matter_and_what_shares_no_word_is_not_found() -> None:
    found = rank_sentences("a restoring decoders' coding", [MAPS, CATS], None, 5)
    assert [one.sentence for one in found] == [MAPS.sentences[1]]


def test_meaning_finds_what_words_do_not() -> None:
    assert rank_sentences("felines", [MAPS, CATS], None, 3) == []
    found = rank_sentences("felines", [MAPS, CATS], synonyms, 3)
    assert found[0].sentence == CATS.sentences[0]


def test_debris_of_a_table_is_never_chosen() -> None:
    found = rank_sentences("training time 9 3.2", [MAPS, CATS], synonyms, 10)
    assert len(found) == 5
    assert CATS.sentences[2] not in [one.sentence for one in found]


def test_one_retriever_answers_many_questions() -> None:
    retriever = Retriever([MAPS, CATS], None)
    assert retriever.rank("cities", 1)[0].sentence == MAPS.sentences[0]
    assert retriever.rank("hunting at dawn", 1)[0].sentence == CATS.sentences[0]
    assert retriever.rank("", 3) == []
    assert retriever.rank("cities", 0) == []


def test_nothing_to_choose_from() -> None:
    assert rank_sentences("maps", [], synonyms, 3) == []
    assert rank_sentences("maps", [Source("x", "Only a title")], None, 3) == []


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Maps are learned (Doe et al., 2020) from sketches [3, 4].", "Maps are learned from sketches ."),
        ("Doe and Roe (2020) learn maps; so does O’Neill et al. in 2021.", "learn maps; so does in 2021."),
        ("Maps (of cities) are read [by people].", "Maps (of cities) are read [by people]."),
        ("(Doe, 2020)", "(Doe, 2020)"),
        ("Trained on BraTS 2020 as Doe (2021) says", "Trained on BraTS 2020 as says"),
        ("Roe, Doe, and Poe 2019b show maps", "show maps"),
    ],
)
def test_what_a_statement_cites_is_not_searched_for(text: str, bare: str) -> None:
    assert " ".join(without_citations(text).split()) == bare


def test_a_question_is_embedded_as_it_was_asked() -> None:
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        seen.extend(texts)
        return synonyms(texts)

    rank_sentences("Do felines  hunt at dawn?", [CATS], embed, 1)
    assert seen[0] == "Do felines  hunt at dawn?"


def test_what_others_say_of_a_paper_it_says_itself_at_its_beginning() -> None:
    first = source("first", "In this paper a decoder restores images of cells.", heading="1 Introduction")
    later = source("later", "The small decoder restores images of cells.", heading="5 Details")
    assert rank_sentences("A decoder restores images of cells.", [later, first], None, 2)[0].source is first


def test_few_sentences_of_many_are_embedded() -> None:
    many = source("many", *(f"The model number {number} learns maps of large cities." for number in range(500)))
    embedded = 0

    def embed(texts: Sequence[str]) -> Vectors:
        nonlocal embedded
        embedded += len(texts)
        return synonyms(texts)

    assert len(rank_sentences("maps of cities", [many, CATS], embed, 5)) == 5
    assert embedded <= 60


def test_a_word_that_was_read_badly_is_found_by_its_letters() -> None:
    torn = source(
        "torn", "The seg mentation of lesionswas done by hand here.", "The weather was fine on most of the days."
    )
    found = rank_sentences("lesions by hand", [torn], synonyms, 2)
    assert found[0].sentence is torn.sentences[0]


def test_all_sentences_are_indexed_where_that_is_asked() -> None:
    retriever = Retriever([CATS], None, allowed=lambda _: True)
    assert retriever.rank("training time 9", 1)[0].sentence == CATS.sentences[2]
