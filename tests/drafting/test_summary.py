"""One-liners made from abstracts in a list's own style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.guard import invented_tokens
from triage.drafting.summary import learn_style, summarise

VERBS = [
    "finds cracks by comparing tiles with a memory of sound ones.",
    "learns colour shifts over a day.",
    "counts axles at night.",
]
WORKS = ["This work proposes a benchmark for bridges with 40 hours of video.", "This work studies how decks age."]
NOUNS = ["A dataset of 40 bridges", "A benchmark for load estimation with three tasks"]
ABSTRACT = (
    "Cracks are found late. Earlier tools need labels. To address this, we propose BeamScope, a detector that compares "
    "each tile with a memory of sound tiles, which removes the need for labels. Experiments on 3 bridges show gains."
)


@pytest.mark.parametrize(
    ("examples", "line"),
    [
        (VERBS, "proposes BeamScope, a detector that compares each tile."),
        (WORKS, "This work proposes BeamScope, a detector that compares each tile."),
        (NOUNS, "BeamScope, a detector"),
    ],
)
def test_the_contribution_is_told_in_the_lists_style(examples: list[str], line: str) -> None:
    told = summarise(ABSTRACT, examples)
    assert told is not None
    assert told.split()[0] == line.split(maxsplit=1)[0]
    assert "BeamScope, a detector" in told
    assert told.endswith(".") == examples[0].endswith(".")
    assert len(told.split()) <= learn_style(examples).longest
    assert told.rstrip(".") not in [sentence.strip(" .") for sentence in ABSTRACT.split(". ")]


def test_a_list_without_one_liners_gets_none() -> None:
    assert summarise(ABSTRACT, []) is None


@pytest.mark.parametrize(
    "abstract", ["", "Bridges are old. They rust in the rain. Nobody knows why.", "One sentence only here"]
)
def test_an_abstract_without_a_contribution_gets_none(abstract: str) -> None:
    assert summarise(abstract, VERBS) is None


def test_latex_that_only_dresses_words_is_taken_off() -> None:
    told = summarise(
        "Old bridges rust. We propose \\textbf{B}eam\\emph{Scope}, a detector of rust on girders. It works.", WORKS
    )
    assert told == "This work proposes BeamScope, a detector of rust on girders."


def test_a_second_verb_agrees() -> None:
    told = summarise("Old bridges rust. We introduce BeamScope and propose a loss for it. It works.", VERBS * 3)
    assert told == "introduces BeamScope and proposes a loss for it."


@given(st.text(max_size=400))
def test_no_text_breaks_it_and_nothing_is_invented(text: str) -> None:
    told = summarise(text, VERBS)
    assert told is None or invented_tokens(told, (text,)) == ()


@given(
    st.lists(
        st.sampled_from([*ABSTRACT.split(), "We", "propose", "This", "paper", "presents", "A100,", "(BS)", "."]),
        max_size=60,
    )
)
def test_shuffled_words_invent_nothing(words: list[str]) -> None:
    text = " ".join(words)
    told = summarise(text, VERBS)
    assert told is None or (invented_tokens(told, (text,)) == () and told.count("\n") == 0)
