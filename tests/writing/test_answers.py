"""An answer is quoted word for word, or refused with a reason."""

from collections.abc import Sequence

import numpy as np
import pytest

from triage.evidence.source import Sentence, Source
from triage.protocols import Vectors
from triage.search.ranking import tokens
from triage.writing.answers import Answer, Answers, is_clean


def source(paper_id: str, title: str, *texts: str) -> Source:
    """A paper of two pages, with three sentences on the first."""
    sentences = tuple(
        Sentence(text, 1 + place // 3, 100 * place, 100 * place + len(text), "1 Method")
        for place, text in enumerate(texts)
    )
    return Source(paper_id, title, sentences)


FROGS = source(
    "frogs",
    "Counting Frogs at Night with Cheap Microphones",
    "We count calling frogs in ponds with cheap microphones that record all night.",
    "Recordings were made at forty ponds in the Calla valley between April and June.",
    "The recogniser was trained on 1,250 hours of recordings of the evening chorus.",
    "Rain lowers the recall of the recogniser from 0.91 to 0.64 in our recordings.",
    "We found that rain noise hides the short calls of the smaller species of frogs.",
)
BATS = source(
    "bats",
    "Bat Calls in Cities",
    "Bats hunt around street lamps and avoid the centre of the city in winter.",
    "Our detectors recorded ultrasound above twenty kilohertz on roofs and bridges.",
    "A recurrent network tells nine species of bats apart by their echolocation calls.",
)


def meaning(texts: Sequence[str]) -> Vectors:
    """Words hashed into 256 numbers: like words, like vectors."""
    rows = np.full((len(texts), 256), 1e-3, dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        for word in tokens(text):
            row[sum(map(ord, word)) % 256] += 1
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def ask(question: str, most: int = 3) -> Answer:
    return Answers([FROGS, BATS], meaning).answer(question, most)


def test_what_a_paper_says_is_quoted_with_its_place() -> None:
    answer = ask("How many hours of recordings was the recogniser of frogs trained on?")
    assert answer.answered and answer.by == "quotes" and answer.probability > 0.5
    quoted = [one.evidence[0].sentence for one in answer.sentences]
    assert FROGS.sentences[2] in quoted
    assert all(one.is_quote and one.text == one.evidence[0].sentence.text for one in answer.sentences)


def test_sentences_of_a_paper_are_in_reading_order() -> None:
    answer = ask("Does rain noise lower the recall of the frog recogniser in recordings?", 3)
    places = [(one.evidence[0].source.paper_id, one.evidence[0].sentence.start) for one in answer.sentences]
    of_frogs = [start for paper_id, start in places if paper_id == "frogs"]
    assert len(of_frogs) >= 2 and of_frogs == sorted(of_frogs)
    assert places[0][0] == "frogs"


def test_no_more_sentences_than_asked_for() -> None:
    assert len(ask("Does rain lower the recall of the frog recogniser in recordings?", 1).sentences) == 1


def test_words_that_nobody_has_are_named() -> None:
    answer = ask("Which vaccine protects salamanders from chytrid fungus?")
    assert not answer.answered and answer.sentences == ()
    assert answer.reason == "no paper says “vaccine”, “protects”, “salamanders”, “chytrid” or “fungus”"


def test_words_of_two_papers_are_no_answer() -> None:
    answer = ask("Which echolocation calls did microphones record at ponds in winter?")
    assert not answer.answered
    assert answer.nearest and answer.reason


def test_a_word_that_stands_elsewhere_in_the_collection_is_not_called_unknown() -> None:
    answers = Answers([FROGS, BATS], meaning, lambda word: word == "vaccine")
    assert "vaccine" not in answers.answer("Which vaccine protects salamanders?").reason


def test_the_same_sentence_in_two_papers_is_quoted_once() -> None:
    again = Source("again", "Frogs Again", FROGS.sentences)
    answer = Answers([FROGS, again], meaning).answer("How many hours was the recogniser of frogs trained on?")
    assert [one.text for one in answer.sentences].count(FROGS.sentences[2].text) == 1


def test_without_an_embedding_model_words_decide() -> None:
    answers = Answers([FROGS, BATS], None)
    evidence = answers.evidence("How many hours of recordings was the recogniser trained on?", 2)
    assert evidence[0].sentence == FROGS.sentences[2] and len(evidence) == 2


@pytest.mark.parametrize("question", ["", "?", "the of and"])
def test_a_question_that_asks_nothing_is_refused(question: str) -> None:
    assert not ask(question).answered


def test_a_collection_without_sentences_says_nothing() -> None:
    assert not Answers([Source("x", "Only a Title About Frogs")], meaning).answer("How many frogs?").answered


def test_a_sentence_with_doubtful_signs_is_not_quoted() -> None:
    assert is_clean("The recall is 0.91 in dry nights.")
    assert not is_clean("The recall is � in dry nights.")
    assert not is_clean("Therecallisninetyonepercentinnightswithoutrainandwind in all ponds.")
