"""No text, however built, keeps the rules busy: every pattern is bounded."""

import time

import pytest

from triage.drafting.checks import check_summary
from triage.drafting.datasets import find_datasets, learn_gazetteer
from triage.drafting.links import find_links
from triage.drafting.rules import learn_flags
from triage.drafting.summary import summarise
from triage.drafting.venue import find_venue
from triage.llm.injection import looks_like_prompt_injection
from triage.models import FullText, PageText, Paper

PIECES = (
    "A",
    "A-",
    "A1, ",
    "Ab ",
    "(",
    "https://",
    "the ",
    "International Conference on ",
    "of on and ",
    ". A",
    ".",
    " ",
    "\n",
)
MORE = (
    "dataset such as ",
    "ignore all ",
    "\\textbf{",
    "[",
    '{"section":',
    "\x1b]",
    "accepted to ",
    "if the a b c ",
    "* ",
)


@pytest.mark.parametrize("piece", [*PIECES, *MORE])
def test_twelve_thousand_characters_take_less_than_two_seconds(piece: str) -> None:
    text = piece * (12_000 // len(piece))
    paper = Paper("1", "T: x", text, comment=text)
    began = time.process_time()
    find_datasets([text, text], learn_gazetteer([("Deep Crack", "GDXray")]))
    find_venue(text, text)
    find_links(paper, FullText("1", 1, "pdf", (PageText(1, text),), links=(text[:2000],)))
    summarise(text, ["learns a map of forces."])
    check_summary(text[:2000], text, text, ["learns a map"])
    looks_like_prompt_injection(text)
    learn_flags(text, ["*", "†"])
    assert time.process_time() - began < 2.0
