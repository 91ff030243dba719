"""Entries that read well and are probably wrong."""

from triage.house.problems import find_problems
from triage.lists.document import read

GOOD = "".join(f"- **Frogs of Pond {n}** [[ICFA 2099]](https://arxiv.org/abs/2501.{n:05})\n" for n in range(1, 21))


def problems(extra: str) -> list[tuple[int, str]]:
    return [(one.line, one.what) for one in find_problems(read(f"# Frogs\n\n## Ponds\n\n{GOOD}{extra}"))]


def test_a_good_list_has_none() -> None:
    assert problems("") == []


def test_a_link_without_a_target() -> None:
    ((line, what),) = problems("- **Frogs of the Moor** [[ICFA 2099]]()\n")
    assert line == 25
    assert "ICFA 2099" in what


def test_one_address_under_two_titles() -> None:
    ((line, what),) = problems("- **Newts of the Moor** [[ICFA 2099]](https://arxiv.org/abs/2501.00003)\n")
    assert (line, "line 7" in what) == (25, True)


def test_a_paper_twice_in_a_section() -> None:
    ((line, what),) = problems("- **Frogs of Pond 3** [[ICFA 2099]](https://arxiv.org/abs/2501.00003)\n")
    assert (line, "at line 7" in what) == (25, True)


def test_the_same_paper_in_another_section_is_no_problem() -> None:
    again = "\n## Other ponds\n\n- **Frogs of Pond 3** [[ICFA 2099]](https://arxiv.org/abs/2501.00003)\n"
    assert problems(again) == []


def test_a_missing_year() -> None:
    ((line, what),) = problems("- **Frogs of the Moor** [[ICFA]](https://example.org/moor)\n")
    assert (line, what) == (25, "no year")
