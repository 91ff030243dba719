"""Where a quotation stands: whole words, whatever the typography, and nothing that only looks alike."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.llm.quotations import find_quotation, find_quotations

TEXT = (
    "The therapist’s ﬁrst out-of-distribution in-\nput is refused — by “BeamScope”, 3x\u00adfaster than Étienne’s "
    "naïve model. It reads cross-modal data. The model reads."
)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("therapist's first", "therapist’s ﬁrst"),
        ("OUT OF DISTRIBUTION input", "out-of-distribution in-\nput"),
        ("out-of-distribution in- put", "out-of-distribution in-\nput"),
        ('refused - by "BeamScope", 3xfaster', "refused — by “BeamScope”, 3x\u00adfaster"),
        ("etienne's naive model", "Étienne’s naïve model"),
        ("E\u0301tienne's", "Étienne’s"),
        ("reads crossmodal data", "reads cross-modal data"),
        ("  “The model reads.” ", "The model reads"),
    ],
)
def test_a_quotation_is_found_where_it_stands(quote: str, found: str) -> None:
    span = find_quotation(quote, TEXT)
    assert span is not None
    assert TEXT[span.start : span.end] == found


@pytest.mark.parametrize(
    "quote",
    ["", " ", "…", "the rapist's first", "therapist's fir", "apist’s first", "is refused by him", "inputis refused"],
)
def test_what_does_not_stand_there_is_not_found(quote: str) -> None:
    assert find_quotation(quote, TEXT) is None


def test_every_place_is_given_in_order() -> None:
    assert [span.start for span in find_quotations("the model", "The model. A model. the Model")] == [0, 20]


def test_long_texts_are_searched_quickly() -> None:
    began = time.perf_counter()
    assert find_quotation("a " * 60 + "b", "a " * 100_000) is None
    assert time.perf_counter() - began < 10


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_text_stands_in_itself_and_nothing_breaks(before: str, text: str, after: str) -> None:
    found = find_quotation(text, f"{before} {text} {after}")
    assert found is not None or not any(c.isalnum() for c in text.casefold()) or text.strip(" \t\n.…\"'“”‘’") != text
