"""Numbers as writers write them, and what follows from them."""

import pytest

from triage.verifying.derived import is_derived, said_of
from triage.verifying.numbers import agrees, read_quantities


def read(text: str) -> list[tuple[float, str]]:
    return [(round(one.value, 9), one.kind) for one in read_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234.5 images", [(1234.5, "")]),
        ("3.2k cases and 25.6M parameters", [(3200, ""), (25_600_000, "")]),
        ("12 % of them, 0.5% of those", [(12, "percent"), (0.5, "percent")]),
        ("three of twenty-five patients, two million images", [(3, ""), (25, ""), (2_000_000, "")]),
        ("a speed-up of ×2, or 1.8 times, or 3x", [(2, "times"), (1.8, "times"), (3, "times")]),
        ("twice as fast on two thirds of the scans", [(2, "times"), (0.666666667, "times")]),
        ("half of them", [(0.5, "times")]),
        ("a rate of 1e-4, then 3 × 10-5, then 10^-6", [(1e-4, ""), (3e-5, ""), (1e-6, "")]),
        ("5 to 10 ms", [(0.005, "time"), (0.01, "time")]),
        ("62.1 ± 0.5 %", [(62.1, "percent"), (0.5, "percent")]),
        ("better by 2.3 percentage points", [(2.3, "points")]),
        ("in 2019 it took 2 minutes", [(2019, ""), (120, "time")]),
        ("patches of 128×128 pixels", [(128, ""), (128, "")]),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, expected: list[tuple[float, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ResNet-50 and BERT-base",
        "GPT-4 and Llama 2",
        "see Figure 3, Table 2 and Sections 3 and 4",
        "2D slices of 3-D volumes",
        "top-5 accuracy by Eq. (3)",
        "as others did [12], [3, 5-7]",
        "as others did (Young et al., 2019; Old, 1999a)",
        "BraTS 2020 and MVTec AD 2",
        "in the 1990s",
        "T1-weighted",
        "one of them",
    ],
)
def test_what_is_no_quantity_is_left_out(text: str) -> None:
    assert read(text) == []


def test_of_a_source_every_number_counts() -> None:
    assert 50 in [one.value for one in read_quantities("ResNet-50", all_numbers=True)]


@pytest.mark.parametrize(
    ("claim", "source", "expected"),
    [
        ("0.79", "0.787", True),
        ("0.78", "0.787", False),
        ("47 %", "0.468", True),
        ("46.8 %", "46.8", True),
        ("0.468", "46.8 %", True),
        ("2 s", "2000 ms", True),
        ("2 s", "2000 mm", False),
        ("3.2k", "3,187", True),
        ("3.2k", "3,287", False),
        ("about 300", "291", True),
        ("about 300", "250", False),
        ("more than 90 %", "92.5 %", True),
        ("more than 90 %", "88 %", False),
        ("below 10 ms", "9.6 ms", True),
        ("1,000", "1000", True),
        ("48M", "48", True),
        ("48M", "49", False),
        ("4452 MB", "4452", True),
    ],
)
def test_a_number_agrees_with_what_it_rounds(claim: str, source: str, expected: bool) -> None:
    (claimed,), (known,) = read_quantities(claim), read_quantities(source)
    assert agrees(claimed, known) is expected


@pytest.mark.parametrize(
    ("claim", "source", "expected"),
    [
        ("It is better by 0.05.", "Ours has 0.85, theirs 0.80.", True),
        ("It is better by 0.06.", "Ours has 0.85, theirs 0.80.", False),
        ("It is better by 5 points.", "Ours has 0.85, theirs 0.80.", True),
        ("An improvement of 25 %.", "It rises from 40 to 50.", True),
        ("A reduction of 20 %.", "It fell from 50 to 40.", True),
        ("It is 1.8 times faster.", "It takes 5 ms instead of 9 ms.", True),
        ("It is twice as fast.", "It takes 5 ms instead of 10 ms.", True),
        ("It is twice as fast.", "It takes 5 ms instead of 14 ms.", False),
        ("It is twice as fast.", "It takes 5 ms and 10 GB.", False),
        ("A total of 60 patients.", "We have 20 men and 40 women.", True),
        ("They score 0.7 on average.", "The scores are 0.6, 0.7 and 0.8.", True),
        ("They score 0.75 on average.", "The scores are 0.6, 0.72 and 0.8.", False),
        ("Of these, 33 % were ill.", "We saw 120 people; 40 were ill.", True),
        ("An error reduction of 20.0 %.", "Accuracies are 84.0 and 80.0.", True),
        ("There are 17.5 words on average.", "We have 182,905 words in 10,432 notes.", True),
        ("We use 80% of all for training.", "There are 10,432, 1,304 and 1,305 of them.", True),
        ("More than twice as many.", "There are 2,911 of these and 1,203 of those.", True),
        ("The rate is 0.05.", "Ours has 0.85, theirs 0.80.", False),
    ],
)
def test_a_number_follows_from_its_neighbours_where_the_words_say_so(claim: str, source: str, expected: bool) -> None:
    (claimed,) = read_quantities(claim)
    assert is_derived(claimed, said_of(claimed, claim), read_quantities(source)) is expected


def test_not_everything_follows_from_many_numbers() -> None:
    many = read_quantities(" ".join(f"{value}.5 cases," for value in range(100, 900, 7)))
    claim = "It is better by 651."
    (claimed,) = read_quantities(claim)
    assert not is_derived(claimed, said_of(claimed, claim), many)
