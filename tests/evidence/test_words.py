"""Words are one whatever their ending, and rare words weigh more than those that every paper has."""

import numpy as np
import pytest

from triage.evidence.words import WordIndex, letters, stem, stems, telling


@pytest.mark.parametrize(
    "forms",
    [
        ("segment", "segments", "segmented", "segmenting", "segmentation"),
        ("study", "studies"),
        ("class", "classes"),
        ("normalization", "normalizing", "normalized"),
        ("bus",),
        ("mri",),
    ],
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1
    assert all(len(stem(form)) >= 3 for form in forms)


def test_words_that_every_text_has_are_left_out() -> None:
    assert stems("What is the Dice of this_model, and why?") == ["dice", stem("model")]


def test_letters_are_those_within_words() -> None:
    assert letters("The lesions of MR") == ["lesi", "esio", "sion", "ions", "mr"]


def test_a_word_that_papers_of_all_kinds_have_tells_little() -> None:
    assert 0 < telling(stem("approach")) < telling(stem("automatic")) < telling("tractographi")
    assert telling("tractographi") == telling("zebrafish")


def test_rare_words_count_more_and_long_texts_less() -> None:
    index = WordIndex(["maps of cats", "maps of dogs", "maps of dogs " + "by other people " * 9, "rain"])
    cats, dogs, long, rain = index.score("maps of cats and dogs")
    assert cats > dogs > long > rain == 0
    assert index.rarity("cat") > index.rarity("map") > 0


def test_a_weight_changes_what_counts() -> None:
    plain = WordIndex(["red cats", "blue dogs"]).score("cats dogs")
    heavy = WordIndex(["red cats", "blue dogs"], stems, {"cat": 2.0}.get).score("cats")  # type: ignore[arg-type]
    np.testing.assert_allclose(heavy[0], 2 * plain[0])


def test_no_texts_and_texts_without_words() -> None:
    assert WordIndex([]).score("cats").shape == (0,)
    assert WordIndex(["", "of the"]).score("cats of").tolist() == [0, 0]
