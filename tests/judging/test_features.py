"""Words and letters as tf-idf rows."""

import numpy as np
import pytest

from triage.judging.features import fit_tfidf, letter_terms, tokens, word_terms, words_and_pairs


def test_addresses_and_stop_words_are_left_out() -> None:
    assert tokens("The kettle is at https://example.org/kettle and Teapot-9 whistles") == [
        "kettle",
        "teapot",
        "whistles",
    ]


def test_a_title_counts_three_times_and_gives_pairs() -> None:
    terms, counts = word_terms("Silent kettle\n\nkettle")
    assert sorted(counts.tolist()) == [3, 3, 4]
    assert len(terms) == 3
    assert words_and_pairs("Silent kettle\n\nkettle") == ["silent", "kettle", "silent kettle"]


def test_rows_have_length_one_and_rare_words_weigh_more() -> None:
    tfidf = fit_tfidf(["red kettle", "red toaster", "red lamp"], word_terms)
    rows = tfidf.transform(["red kettle", "unheard", ""]).toarray()
    assert np.linalg.norm(rows[0]) == pytest.approx(1, abs=1e-6)
    assert not rows[1].any() and not rows[2].any()
    red, kettle, teapot = tfidf.columns(["red", "kettle", "teapot"])
    assert min(red, kettle) >= 0 > teapot
    assert rows[0, kettle] > rows[0, red]


def test_letters_see_through_inflection() -> None:
    tfidf = fit_tfidf(["whistling kettles", "whistled kettle", "quiet lamp"], letter_terms)
    rows = tfidf.transform(["whistling kettles", "whistled kettle", "quiet lamp"]).toarray()
    assert rows[0] @ rows[1] > 0.2 > rows[0] @ rows[2]


@pytest.mark.parametrize("text", ["", "\n\n", "日本語の題名", "\udcff", "a"])
def test_any_text_can_be_split(text: str) -> None:
    assert len(word_terms(text)[0]) == len(word_terms(text)[1])
    assert fit_tfidf([text], letter_terms).transform([text]).shape[0] == 1
