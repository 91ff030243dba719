"""Flags that a list's legend explains."""

import pytest

from triage.drafting.rules import flags_for, learn_flags
from triage.models import FullText, PageText, Paper

TEXT = "# Bridges\n\n## Tips\n\n- *: Papers for Non-Bridge Cracks\n- †: survey\n- :fire:: worth reading\n\n# Cracks\n"


def test_a_legend_that_says_what_a_paper_is_not_is_learned() -> None:
    assert learn_flags(TEXT, ["*", "†", ":fire:"]) == {"*": "bridge"}


@pytest.mark.parametrize("line", ["`*` = not about bridges", "* - papers outside bridges", "> *: other than bridges"])
def test_legends_are_written_in_many_ways(line: str) -> None:
    assert learn_flags(f"# A list\n\n{line}\n", ["*"]) == {"*": "bridge"}


@pytest.mark.parametrize("text", ["", "no legend", "- *[CVPR 2020] **Not a Legend**"])
def test_without_a_legend_there_is_no_flag(text: str) -> None:
    assert learn_flags(text, ["*"]) == {}


def test_a_paper_on_the_subject_is_not_flagged() -> None:
    flags = {"*": "bridge"}
    assert flags_for(Paper("1", "Cracks", "We look at bridges."), flags) == ()
    assert flags_for(Paper("1", "Cracks in Tiles", "We look at floors."), flags) == ("*",)
    assert flags_for(Paper("1", "Cracks in Tiles", ""), flags) == ()


def test_a_word_anywhere_in_the_paper_speaks_against_the_flag() -> None:
    paper = Paper("2599.00001", "Cracks in Steel", "We find cracks.")
    flags = {"*": "bridge"}
    text = FullText(paper.id, 1, "pdf", (PageText(1, "We find cracks."), PageText(2, "As on bridges, they grow.")))
    assert flags_for(paper, flags) == ("*",)
    assert flags_for(paper, flags, text) == ()
