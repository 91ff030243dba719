"""Characters brought back to what was written."""

from collections import Counter

import pytest

from triage.reading.text import count_words, join_lines, mend_line, quality


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("eﬃcient ﬁlters", "efficient filters"),
        ("Universit¨at M¨unchen", "Universität München"),
        ("Jo˜ao and Gis`ele", "João and Gisèle"),
        ("M˚artensson, ˇCech", "Mårtensson, Čech"),
        ("na¨ıve", "naïve"),
        ("soft\u00adware  \u2009here", "software here"),
        ("x ˆ y", "x ŷ"),
        ("the `quoted' word", "the `quoted' word"),
    ],
)
def test_ligatures_and_accents(seen: str, meant: str) -> None:
    assert mend_line(seen) == meant


def test_a_word_broken_by_the_printer_is_closed() -> None:
    assert join_lines("an anom-", "aly here", Counter()) == "an anomaly here"
    assert join_lines("two", "words", Counter()) == "two words"


def test_a_word_with_its_own_hyphen_keeps_it() -> None:
    words = count_words(["semi-supervised learning", "domain and specific", "a domain that is specific"])
    assert join_lines("in semi-", "supervised learning", words) == "in semi-supervised learning"
    assert join_lines("our domain-", "specific network", words) == "our domain-specific network"
    assert join_lines("out-of-", "domain data", words) == "out-of-domain data"
    assert join_lines("the Gauss-", "Newton step", words) == "the Gauss-Newton step"


def test_an_address_is_not_torn() -> None:
    assert join_lines("https://example.org/", "page", Counter()) == "https://example.org/page"


def test_unreadable_characters_lower_the_quality() -> None:
    assert quality("A plain sentence about rivers and their gauges.") == 1.0
    assert quality("\ufffd\ufffd\ufffd \ue001\ue002 \ufffdx") < 0.3
    assert quality("a b c d e f g h i j k l m n o p") < 0.4
    assert quality("   ") == 0.0
