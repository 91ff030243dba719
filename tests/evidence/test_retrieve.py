"""The sentences that bear on a question come first, and only sentences that one could quote."""

from collections.abc import Sequence

import numpy as np

from triage.evidence.retrieve import Retriever, rank_sentences
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
