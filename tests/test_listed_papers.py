"""Whether a list has a paper: by arXiv id, by DOI, by title, and by every link of an entry."""

from dataclasses import dataclass

import pytest

from triage.identity import ListedPapers, arxiv_id, title_key
from triage.models import Paper


@dataclass(frozen=True)
class Entry:
    title: str = ""
    arxiv_id: str | None = None
    doi: str | None = None
    links: tuple[str, ...] = ()


LISTED = ListedPapers(
    [
        Entry("PipeNet: Finding Leaks by Ear", "2599.00001", None, ("https://arxiv.org/abs/2599.00001v2",)),
        Entry("", None, "10.9999/Leaks.2", ("https://doi.org/10.9999/Leaks.2",)),
        Entry(
            "Two papers", None, None, ("https://arxiv.org/pdf/2599.00002", "https://huggingface.co/papers/2599.00003")
        ),
        Entry("Ångström-scale Leaks: A $k$-NN View", None, None, ()),
        Entry("An old one", "hep-th/9901001", None, ()),
        Entry("", None, None, ()),
    ]
)


@pytest.mark.parametrize(
    "paper",
    [
        Paper("2599.00001", "Renamed since"),
        Paper("2599.00002", "First"),
        Paper("2599.00003", "Second"),
        Paper("2599.00009", "Published now", doi="10.9999/LEAKS.2"),
        Paper("2599.00009", "Published now", doi="https://doi.org/10.9999/leaks.2"),
        Paper("2599.00009", "pipenet - finding leaks by ear."),
        Paper("2599.00009", "Angstrom-Scale Leaks: A k-NN View"),
        Paper("hep-th/9901001", "Any"),
    ],
)
def test_what_the_list_has(paper: Paper) -> None:
    assert paper in LISTED


@pytest.mark.parametrize(
    "paper",
    [
        Paper("2599.00009", "Finding Leaks by Ear"),
        Paper("2599.00009", "..."),
        Paper("2599.00009", "New", doi="10.9999/leaks.22"),
        Paper("2599.00010", "Two papers more"),
    ],
)
def test_what_the_list_has_not(paper: Paper) -> None:
    assert paper not in LISTED


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


def test_a_plus_or_a_sharp_tells_titles_apart() -> None:
    assert Paper("2599.00009", "Leaks in C++") not in ListedPapers([Entry("Leaks in C")])
    assert Paper("2599.00009", "Leaks in C#") not in ListedPapers([Entry("Leaks in C")])
    assert Paper("2599.00009", "Leaks in C++") not in ListedPapers([Entry("Leaks in C+")])
    assert Paper("2599.00009", "Leaks in c ++") in ListedPapers([Entry("Leaks in C++")])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pipes + Ears", "Pipes+Ears"),
        ("PipeNet$^{++}$", "PipeNet\N{SUPERSCRIPT PLUS SIGN}\N{SUPERSCRIPT PLUS SIGN}"),
        (r"Leaks in C\#", "Leaks in C#"),
        ("# Leaks", "Leaks"),
    ],
)
def test_signs_written_differently_are_one_title(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)
