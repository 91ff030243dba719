"""The proof of a format counts what was really written again, no more."""

from collections.abc import Callable, Sequence

import pytest

from triage.house.format import learn
from triage.house.proof import prove, writes
from triage.lists.document import read


def listed(lines: Sequence[str]) -> str:
    """A list of one section."""
    return "# L\n\n## A\n" + "\n".join(lines) + "\n"


def bold(n: int, label: str = "pdf") -> str:
    return f"- **Paper Number {n} of the Tides** [[{label}]](https://arxiv.org/abs/2401.{n:05})"


@pytest.mark.parametrize(
    "name", ["badges", "headed", "html_items", "numbered_lines", "numbered_table", "tldr", "spaced"]
)
def test_a_steady_form_is_written_again_whole(shape: Callable[[str], str], name: str) -> None:
    document = read(shape(name))
    proof = prove(document)
    assert (proof.tested, proof.rendered, proof.rendered_new) == (10, 1.0, 1.0)
    assert proof.fields_per_entry >= 3
    assert proof.different == ()


def test_a_label_that_the_template_does_not_write_counts_against_it() -> None:
    """Its shape is recognised all the same: that alone used to count as written again."""
    lines = [bold(n, "paper" if n % 5 == 0 else "pdf") for n in range(20)]
    proof = prove(read(listed(lines)))
    assert (proof.tested, proof.rendered) == (20, 0.8)
    assert [one.line for one in proof.different] == [4, 9, 14, 19]
    assert all("writes 'pdf]]" in one.why and "has 'paper]]" in one.why for one in proof.different)


def test_a_form_that_new_papers_do_not_get_counts_apart() -> None:
    lines = [bold(n) if n % 3 else f"- {n}th Tide, *ICML 2024*, [link](https://a.org/{n})" for n in range(24)]
    proof = prove(read(listed(lines)))
    assert proof.rendered == 1.0
    assert proof.rendered_new == pytest.approx(16 / 24)


def test_an_entry_is_never_tested_with_what_was_learned_from_it() -> None:
    """Every line has a form of its own: a format that has seen the line can write it, no other can."""
    forms = (
        "- **Paper Number {0} of the Tides** [[pdf]](https://a.org/{0})",
        "* Paper Number {0} of the Tides, [link](https://a.org/{0})",
        "- [Paper Number {0} of the Tides](https://a.org/{0}) (ICML 2024)",
        "+ *Paper Number {0} of the Tides*. NeurIPS 2023. [paper](https://a.org/{0})",
    )
    document = read(listed([form.format(n) for n, form in enumerate(forms)]))
    known = learn(document)
    assert any(writes(known, template, entry) for entry in document.entries for template in known.templates)
    assert prove(document).rendered == 0.0


def test_line_endings_and_blanks_at_the_end_are_compared_too() -> None:
    lines = [bold(n) + ("  " if n == 3 else "") for n in range(12)]
    proof = prove(read(listed(lines)))
    assert [one.line for one in proof.different] == [7]
    windows = listed([bold(n) + "\n  - Authors: Ada Finch, Bo Larsen" for n in range(12)]).replace("\n", "\r\n")
    assert prove(read(windows)).rendered == 1.0


def test_one_entry_proves_nothing() -> None:
    proof = prove(read(listed([bold(1)])))
    assert (proof.tested, proof.rendered, proof.rendered_new) == (0, 0.0, 0.0)


def test_an_unusual_entry_is_named_with_its_line_and_what_differs(shape: Callable[[str], str]) -> None:
    text = shape("numbered_lines").replace(
        "**Self-Supervised Birdsong Segmentation**", "Self-Supervised Birdsong Segmentation"
    )
    proof = prove(read(text))
    assert [one.line for one in proof.different] == [13]
    assert "usually '**{title}**'" in proof.different[0].why


@pytest.mark.parametrize(
    "line",
    [
        "- Some words about the year 20{} that nobody can cut into fields at all",
        "- Tides and more ([one](https://a.org/{0}), [two](https://b.org/{0}), in [three](https://c.org/{0}) parts)",
    ],
)
def test_lines_swallowed_whole_prove_nothing(line: str) -> None:
    assert prove(read(listed([line.format(n) for n in range(10, 30)]))).rendered == 0.0
