"""Other people's text on its way into a list: what a reader sees is the text, and nothing in it acts as Markdown."""

import pytest

from triage.drafting.sentences import clean
from triage.lists.escape import one_line


@pytest.mark.parametrize(
    "text",
    [
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} at Work",
        "\N{SHRUG}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}\N{ZERO WIDTH JOINER}\N{MALE SIGN}\N{VARIATION SELECTOR-16}",
        "\u0645\u06cc\N{ZERO WIDTH NON-JOINER}\u0634\u0648\u062f",
        "\u0915\u094d\N{ZERO WIDTH JOINER}\u0937",
    ],
)
def test_joiners_stay_where_they_join(text: str) -> None:
    assert one_line(text) == text
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dif\N{ZERO WIDTH NON-JOINER}ficult", "difficult"),
        ("an\N{ZERO WIDTH JOINER} end", "an end"),
        ("\N{ZERO WIDTH JOINER}", ""),
        ("hyphe\N{SOFT HYPHEN}nation", "hyphenation"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b\N{POP DIRECTIONAL FORMATTING}", "ab"),
        ("two\nlines\x00and\N{NO-BREAK SPACE} a\ttab\N{LINE SEPARATOR}", "two lines and a tab"),
        ("a lone \udc80 byte", "a lone byte"),
    ],
)
def test_nothing_invisible_and_no_second_line(text: str, shown: str) -> None:
    assert one_line(text) == shown
    assert clean(text) == shown
