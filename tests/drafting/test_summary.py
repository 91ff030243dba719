"""One-liners made from abstracts in a list's own style."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.checks import invented_tokens
from triage.drafting.summary import learn_style, summarise
from triage.drafting.tex import plain_text

VERBS = [
    "finds cracks by comparing tiles with a memory of sound ones.",
    "learns colour shifts over a day.",
    "counts axles at night.",
]
WORKS = ["This work proposes a benchmark for bridges with 40 hours of video.", "This work studies how decks age."]
LONG_WORKS = ["This work studies how the decks of two hundred old bridges age in the rain of the northern coast."]
LONG_NOUNS = ["A camera that reads the strain of a hundred rivets at night without any light"]
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


def before_and_after(sentence: str, after: str = "It works on many bridges.") -> str:
    return f"Old bridges rust in the rain. {sentence} {after}"


def test_tex_is_read_before_anything_is_written() -> None:
    sentence = (
        r"We propose \textbf{B}eam\emph{Scope}, a detector of rust (\eg, on decks) that gains 5.8\% over $k$-means."
    )
    told = summarise(before_and_after(sentence), LONG_WORKS)
    assert told == "This work proposes BeamScope, a detector of rust that gains 5.8% over k-means."


def test_brackets_that_belong_to_a_name_stay() -> None:
    told = summarise(
        before_and_after(r"We propose a sampler of girder poses on E(3) $\times$ SO(3) (see Sec. 4)."), LONG_NOUNS
    )
    assert told == "A sampler of girder poses on E(3) × SO(3)"


@pytest.mark.parametrize(
    "nothing",
    [
        "We propose a simple yet effective method called AdaptBeam based on two key insights.",
        "In this paper, we introduce a new framework named RustNet.",
        "We propose BeamNet, a training-free method that operates in two simple stages.",
        "We present two complementary approaches: 1. one for decks.",
        "To address these challenges, we propose two methods.",
        "We propose \\ourmethod, a detector of rust on the girders of old bridges.",
        "Our approach achieves a Dice of 28.5 with a standard deviation of 21.27 on all bridges.",
        "We demonstrate the effectiveness of our detector of rust on bridges.",
    ],
)
def test_a_sentence_that_says_nothing_is_no_summary_and_the_next_best_is_taken(nothing: str) -> None:
    assert summarise(before_and_after(nothing), VERBS) is None
    told = summarise(before_and_after(nothing, "It learns how rust spreads along the rivets of a girder."), VERBS)
    assert told is None
    more = "Our method learns how rust spreads along the rivets of a girder."
    assert summarise(before_and_after(nothing, more), VERBS) == "learns how rust spreads along the rivets of a girder."


def test_a_line_tells_more_than_the_title_if_a_sentence_does() -> None:
    abstract = (
        "Bridges rust. We propose label-free rust detection for girders. Our method compares each tile with a memory "
        "of sound tiles. It works."
    )
    assert summarise(abstract, VERBS, "Rust") == "proposes label-free rust detection for girders."
    told = summarise(abstract, VERBS, "Label-Free Rust Detection for Girders")
    assert told == "compares each tile with a memory of sound tiles."


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("We propose Triad, a detector that reads rust from two images.", "Triad, a detector that reads rust from two images"),  # noqa: E501
        ("We propose to first adapt the camera to the light of decks.", "Adapts the camera to the light of decks"),
        ("A detector of rust on girders is proposed for night use.", "A detector of rust on girders for night use"),
        ("We developed a camera mount for steep cables in this paper.", "A camera mount for steep cables"),
        (
            "We address these challenges with RustNet, a memory of sound tiles for girders.",
            "RustNet, a memory of sound tiles for girders",
        ),
        (
            "We draw on old maps and further propose DeckMap, a benchmark of decks seen from the air.",
            "DeckMap, a benchmark of decks seen from the air",
        ),
        (
            "We propose a memory of sound tiles to overcome these limitations, and validate it on our own bridges.",
            "A memory of sound tiles",
        ),
    ],
)  # fmt: skip
def test_sentences_become_lines_of_their_own(sentence: str, told: str) -> None:
    assert summarise(before_and_after(sentence), LONG_NOUNS) == told


def test_a_second_verb_agrees() -> None:
    told = summarise(
        "Old bridges rust. We introduce BeamScope and propose a loss for thin cracks in girders. It works.", VERBS * 3
    )
    assert told == "introduces BeamScope and proposes a loss for thin cracks in girders."


@given(st.text(max_size=400))
def test_no_text_breaks_it_and_nothing_is_invented(text: str) -> None:
    told = summarise(text, VERBS)
    assert told is None or invented_tokens(told, (plain_text(text),)) == ()


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
