"""The guard: no invention, no copy, no answer, no markup; quotes must stand in the paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.drafting.checks import check_summary, invented_tokens, unsupported
from triage.llm.quotations import is_quoted

TEXT = (
    "BeamScope finds cracks in girders. It reaches 92.5% on SDNET2018 with a ResNet-50, trained on two A100 GPUs, "
    "and is "
    "3x faster than PatchCore. The ﬁrst layers are frozen, and out-of-distribution in-\nput is refused."
)
EXAMPLES = ("finds rust on decks by day.", "counts axles at night using vibration alone.", "draws a map of forces.")


@pytest.mark.parametrize(
    "quote",
    [
        "finds cracks in girders",
        "FINDS  cracks\nin girders.",
        "The first layers are frozen",
        "out-of-distribution input is refused",
        "“trained on two A100 GPUs”",
        "a ResNet-50",
    ],
)
def test_a_quote_is_found_whatever_its_typography(quote: str) -> None:
    assert is_quoted(quote, TEXT)


@pytest.mark.parametrize(
    "quote", ["", "   ", "...", "the", "in it", "finds cracks in decks", "trained on four A100 GPUs"]
)
def test_what_supports_nothing_is_no_quote(quote: str) -> None:
    assert not is_quoted(quote, TEXT)


@pytest.mark.parametrize(
    ("summary", "invented"),
    [
        ("finds cracks in girders with a ResNet-50.", ()),
        ("Finds cracks with 92.5% on SDNET2018.", ()),
        ("Using ResNet features, PatchCore is beaten.", ()),
        ("reaches 99.9% on ImageNet.", ("99.9%", "ImageNet")),
        ("is 4x faster.", ("4x",)),
        ("by Google and the MIT.", ("Google", "MIT")),
        ("Google finds cracks.", ("Google",)),
        ("finds CRACKS.", ("CRACKS",)),
        ("finds cracks. Google helps.", ("Google",)),
        ("the ＧＰＴ way", ("ＧＰＴ",)),
        ("with Étienne", ("Étienne",)),
    ],
)
def test_names_and_numbers_must_stand_in_the_paper(summary: str, invented: tuple[str, ...]) -> None:
    assert invented_tokens(summary, (TEXT,)) == invented


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        ("", "empty"),
        ("Here is a summary of the paper.", "answer"),
        ("I cannot help with that.", "answer"),
        ("This paper finds cracks.", "as this list never does"),
        ("We find cracks in girders.", "as this list never does"),
        ("N/A", "answer"),
        ("finds cracks ![x](https://a.example)", "markup"),
        ("finds \x1b[31m cracks", "markup"),
        ("BeamScope finds cracks in girders.", "copies"),
        ("finds cracks in girders and in decks and in many other places of many old bridges there.", "words"),
        ("finds cracks with 10% less data.", "the paper does not have: 10%"),
    ],
)
def test_a_summary_is_refused_with_its_reason(summary: str, reason: str) -> None:
    reasons = check_summary(summary, TEXT, TEXT, EXAMPLES)
    assert any(reason in told for told in reasons), reasons


def test_a_plain_line_passes() -> None:
    assert check_summary("finds cracks three times faster than before.", TEXT, TEXT, EXAMPLES) == ()


def test_this_work_passes_where_the_list_writes_so() -> None:
    assert (
        check_summary("This work finds cracks.", TEXT, TEXT, ("This work studies decks and their long decay.",)) == ()
    )


@pytest.mark.parametrize(
    ("value", "quote", "missing"),
    [
        ("finds girder cracks with a ResNet-50.", "finds cracks in girders", ("ResNet-50",)),
        ("reaches 92.5% on SDNET2018.", "It reaches 92.5% on SDNET2018 with a ResNet-50", ()),
        ("reaches 92.5% on SDNET2018.", "BeamScope finds cracks in girders", ("92.5%", "SDNET2018", "reaches")),
        ("BeamScope finds cracks in girders of old bridges.", "finds cracks in girders", ()),
        ("trains on two GPUs of a small cluster.", "is 3x faster than", ("GPUs", "trains", "small", "cluster")),
        ("Detects cracks in girders.", "finds cracks in girders", ()),
        ("counts axles at night.", "The first layers are", ("counts", "axles", "night")),
    ],
)
def test_a_quotation_must_say_what_it_is_said_to_support(value: str, quote: str, missing: tuple[str, ...]) -> None:
    assert is_quoted(quote, TEXT)
    assert unsupported(value, quote, "BeamScope: Cracks") == missing


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_text_breaks_it(summary: str, text: str) -> None:
    check_summary(summary, text, text, EXAMPLES)
    is_quoted(summary, text)


@given(st.text(max_size=200))
def test_a_text_invents_nothing_against_itself(text: str) -> None:
    assert invented_tokens(text, (text,)) == ()
