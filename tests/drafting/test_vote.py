"""Votes that weigh what they earned; the nearest entries by words; words that talk to a model."""

import pytest

from triage.drafting.question import ExampleIndex, ListedExample
from triage.drafting.vote import ModelTrial, weigh
from triage.llm.injection import looks_like_prompt_injection
from triage.models import Choice, open_sections

A, B, C = ("A",), ("B",), ("C",)
CHOICES = (Choice(A, 0.42), Choice(B, 0.36), Choice(C, 0.22))


@pytest.mark.parametrize(
    ("vote", "earned", "section"),
    [
        (B, ModelTrial(24, 20), B),
        (B, ModelTrial(24, 7), A),
        (B, ModelTrial(24, 2), A),
        (A, ModelTrial(24, 0), A),
        (C, ModelTrial(24, 24), A),
        (B, ModelTrial(), A),
        (None, ModelTrial(24, 24), A),
        (("elsewhere",), ModelTrial(24, 24), A),
    ],
)
def test_a_vote_counts_for_what_its_voter_earned(
    vote: tuple[str, ...] | None, earned: ModelTrial, section: tuple[str, ...]
) -> None:
    assert weigh(CHOICES, vote, earned, 3) == section


@pytest.mark.parametrize("best", [0.5, 0.6, 0.9, 1.0])
def test_what_the_judge_has_decided_is_open_to_no_vote(best: float) -> None:
    choices = (Choice(A, best), Choice(B, 1 - best))
    assert open_sections(choices) == (A,)
    assert weigh(choices, B, ModelTrial(1000, 1000), 2) == A


def test_only_sections_near_the_likeliest_are_open() -> None:
    assert open_sections(CHOICES) == (A, B)
    assert open_sections(()) == ()


def test_without_choices_there_is_no_section() -> None:
    assert weigh((), B, ModelTrial(9, 9), 3) == ()


def test_the_nearest_entries_share_rare_words() -> None:
    index = ExampleIndex(
        [
            ListedExample("Cracks", A, "", "cracks in concrete tiles of old bridges"),
            ListedExample("Axles", B, "", "axles of trucks on old bridges"),
            ListedExample("Welds", A, "", "welds of steel on old bridges"),
        ]
    )

    assert index.nearest("concrete cracks on bridges", 1)[0][0].title == "Cracks"
    assert index.nearest("concrete cracks", 3, but="Cracks") == []
    assert index.sections("trucks and axles", 2) == [B]


@pytest.mark.parametrize(
    "text",
    [
        "Our model must answer questions about images and should always give a reason.",
        "We ask the language model to classify defects and rate their severity.",
        "Instructions are given to workers; the system prompt of a door is its bell.",
        "Users ignore warnings. All previous approaches need labels.",
        "We place this method in the family of memory banks.",
        "The assistant robot hands over tools when a worker asks for them.",
        "You are what you eat: a study of nutrition labels.",
    ],
)
def test_ordinary_papers_do_not_talk_to_a_model(text: str) -> None:
    assert looks_like_prompt_injection(text) is None
