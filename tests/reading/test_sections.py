"""Headings by what they say."""

import pytest

from triage.reading.headings import bare_title, is_known, is_references, number_of


@pytest.mark.parametrize(
    ("line", "number", "title"),
    [
        ("2.1. Memory Banks", "2.1", "Memory Banks"),
        ("3 Method", "3", "Method"),
        ("IV. RESULTS", "IV", "RESULTS"),
        ("I. INTRODUCTION", "I", "INTRODUCTION"),
        ("B. Data Sets", "B", "Data Sets"),
        ("Appendix A. Proofs", "A", "Proofs"),
        ("A.2 More Proofs", "A.2", "More Proofs"),
        ("A Proof of the Lemma", "A", "Proof of the Lemma"),
        ("A method of its own", "", "A method of its own"),
        ("3D reconstruction", "", "3D reconstruction"),
        ("R ELATED W ORK", "", "RELATED WORK"),
        ("1 I NTRODUCTION", "1", "INTRODUCTION"),
        ("A BSTRACT", "", "ABSTRACT"),
        ("A B S T R A C T", "", "Abstract"),
        ("A A DDITIONAL R ESULTS", "A", "ADDITIONAL RESULTS"),
    ],
)
def test_number_and_title(line: str, number: str, title: str) -> None:
    assert number_of(line) == number
    assert bare_title(line) == title


def test_names_that_every_paper_uses() -> None:
    assert is_known("5 C ONCLUSION")
    assert is_known("Acknowledgements")
    assert not is_known("Station Memories")
    assert is_references("7. References")
    assert not is_references("Reference Stations")
