"""The score of a cited sentence: a right paper above a swapped one, and what nobody can tell."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.evidence.source import Sentence, Source
from triage.protocols import Vectors
from triage.verifying.features import FEATURES, WORD_FEATURES, Collection
from triage.verifying.support import Scorer, ahead, shipped
from triage.verifying.verdict import Support


def _paper(number: int, title: str, *sentences: str, authors: tuple[str, ...] = ()) -> Source:
    return Source(f"2501.{number:05}", title, tuple(Sentence(one, 0, 0, len(one)) for one in sentences), 2025, authors)


RUST = _paper(
    1,
    "RustNet: Finding Corrosion on Ship Hulls",
    "We segment corrosion on ship hulls with a small network.",
    "RustNet reaches 71 % IoU on the HullBench data set.",
)
BEES = _paper(
    2,
    "Counting Bees from Their Sound",
    "A microphone in the hive counts the bees that leave it.",
    "Counts agree with those of a camera.",
    authors=("Ada Hummel", "Bo Drone"),
)
TIDES = _paper(3, "Tide Gauges without Batteries", "Harvesting waves powers a gauge for the height of the tide.")
ROBOT = _paper(4, "Reinforced Underwater Grasping", "A robot arm learns to grasp under water by trial and error.")
BARE = _paper(5, "A Title of Which Nothing Is Known")
ALL = (RUST, BEES, TIDES, ROBOT, BARE)
CLAIM = "RustNet segments corrosion on hulls of ships."


def _letters(texts: Sequence[str]) -> Vectors:
    """Vectors of letter counts: texts with the same words are near each other."""
    rows = np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])
    vectors: Vectors = (rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return vectors


@pytest.mark.parametrize("embed", [None, _letters])
def test_the_right_paper_supports_and_a_swapped_one_does_not(embed: None) -> None:
    scorer = Scorer(ALL, embed)
    right, wrong = scorer.score(CLAIM, [RUST]), scorer.score(CLAIM, [BEES])
    assert right.support is Support.SUPPORTED
    assert wrong.support is Support.UNSUPPORTED
    assert wrong.probability < 0.2 and right.probability > 0.8
    assert scorer.fits(CLAIM).argmax() == 0


def test_proofs_are_sentences_of_the_cited_paper() -> None:
    proofs = Scorer(ALL).score(CLAIM, [RUST]).proofs
    assert proofs[0].sentence == RUST.sentences[0]
    assert {proof.paper_id for proof in proofs} == {RUST.paper_id}


def test_one_right_paper_among_the_cited_is_enough_and_the_others_do_not_compete() -> None:
    scorer = Scorer(ALL)
    assert scorer.score(CLAIM, [BEES, RUST]).probability == pytest.approx(scorer.score(CLAIM, [RUST]).probability, 0.1)
    twin = _paper(6, RUST.title, *(sentence.text for sentence in RUST.sentences))
    both = Scorer((*ALL, twin))
    alone, together = both.score(CLAIM, [RUST]), both.score(CLAIM, [RUST, twin])
    assert alone.probability < together.probability


@pytest.mark.parametrize("cited", [[], [BARE], [_paper(9, "From Elsewhere", CLAIM)]])
def test_what_nothing_is_known_of_cannot_be_told(cited: list[Source]) -> None:
    scored = Scorer(ALL).score(CLAIM, cited)
    assert scored.support is Support.CANNOT_TELL
    assert not scored.proofs


def test_features_name_what_they_see() -> None:
    collection = Collection(ALL)
    assert collection.features == WORD_FEATURES
    assert Collection(ALL, _letters).features == FEATURES

    def feature(name: str, text: str) -> list[float]:
        return [float(value) for value in collection.compare(text)[:, WORD_FEATURES.index(name)]]

    assert np.argmax(feature("bm25", "the height of tides")) == 2
    assert feature("author", "Hummel et al. listen to hives.") == [0, 1, 0, 0, 0]
    assert feature("acronym", "We compare with RUG on grasping.") == [0, 0, 0, 1, 0]
    assert np.argmax(feature("names", "Like HullBench, it has many ships.")) == 0
    assert max(feature("title_share", "counting bees from their sound")) == 1.0


def test_a_long_paper_does_not_win_by_its_length() -> None:
    padding = [f"Much is said here of topic {number} and of matters beside it." for number in range(400)]
    long = _paper(7, "A Long Survey of Everything", *padding[:200], "Ships are large.", *padding[200:], "Hulls rust.")
    scorer = Scorer((*ALL, long))
    assert scorer.fits(CLAIM).argmax() == 0
    assert scorer.score(CLAIM, [long]).support is not Support.SUPPORTED


def test_how_far_a_paper_is_ahead_is_the_log_odds_of_a_softmax() -> None:
    fits = np.array([2.0, 1.0, 0.5])
    share = np.exp(2.0) / np.exp([2.0, 1.0, 0.5, 0.3]).sum()
    assert ahead(fits, [0], nothing=0.3) == pytest.approx(np.log(share / (1 - share)))
    assert ahead(fits, [0, 1], nothing=0.3) == pytest.approx(2.0 - np.log(np.exp(0.5) + np.exp(0.3)))


def test_shipped_coefficients_are_in_order() -> None:
    for features in (WORD_FEATURES, FEATURES):
        coefficients = shipped(features)
        assert len(coefficients.weights) == len(features)
        assert 0 < coefficients.unsupported < 0.5 < coefficients.supported < 1
        assert coefficients.slope > 0


@given(st.text(max_size=200))
def test_no_sentence_is_too_odd(text: str) -> None:
    scored = Scorer(ALL).score(text, [RUST])
    assert 0 <= scored.probability <= 1


def test_an_empty_collection_and_equal_titles_are_fine() -> None:
    assert Scorer(()).score(CLAIM, [RUST]).support is Support.CANNOT_TELL
    blank = [_paper(number, "") for number in (1, 2)]
    assert Scorer(blank).score("", blank).support is Support.CANNOT_TELL


def test_thousands_of_papers_are_scored_at_once() -> None:
    words = [f"word{number}" for number in range(3000)]
    dice = np.random.default_rng(0)
    papers = [
        _paper(number, " ".join(dice.choice(words, 8)), " ".join(dice.choice(words, 120))) for number in range(10, 3010)
    ]
    scorer = Scorer((*papers, *ALL))
    start = time.perf_counter()
    scored = scorer.score(CLAIM, [RUST])
    assert time.perf_counter() - start < 0.5
    assert scored.support is Support.SUPPORTED
