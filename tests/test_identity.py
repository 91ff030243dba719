"""Ids and titles brought to one form."""

import pytest

from triage.identity import arxiv_id, title_key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("math.GT/0309136v2", "math/0309136"),
        ("https://arxiv.org/abs/cond-mat.str-el/0309136", "cond-mat/0309136"),
        ("arXiv:HEP-TH/9901001", "hep-th/9901001"),
        ("https://arxiv.org/pdf/2599.00001v3.pdf", "2599.00001"),
        ("https://github.com/someone/2599", None),
    ],
)
def test_arxiv_ids_have_one_form(text: str, expected: str | None) -> None:
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("Leaks in C++", "Leaks in C"), ("Leaks in C#", "Leaks in C"), ("Leaks in C++", "Leaks in C+")],
)
def test_a_plus_or_a_sharp_tells_titles_apart(one: str, other: str) -> None:
    assert title_key(one) != title_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pipes + Ears", "Pipes+Ears"),
        ("PipeNet$^{++}$", "PipeNet\N{SUPERSCRIPT PLUS SIGN}\N{SUPERSCRIPT PLUS SIGN}"),
        (r"Leaks in C\#", "Leaks in C#"),
        ("# Leaks", "Leaks"),
        ("Leaks in C++", "leaks in c ++"),
    ],
)
def test_signs_written_differently_are_one_title(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)
