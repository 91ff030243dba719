"""What arXiv would refuse or misread is said before anything is asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.demo.query import parse
from triage.errors import ConfigError
from triage.sources.arxiv import check_query, in_window


@pytest.mark.parametrize(
    "text",
    [
        "anomaly",
        'ti:"anomaly detection" AND (cat:cs.CV OR cat:eess.IV)',
        "all:defect ANDNOT ti:survey",
        'abs:"this and that or those"',
        "au:del_maestro",
        "ti:(anomaly OR outlier)",
        "submittedDate:[202506010000 TO 202506302359] AND all:sound",
        'ti:"a: colon" OR abs:oréal',
        "neural network",
    ],
)
def test_good_queries_pass(text: str) -> None:
    check_query(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("ti:anomaly AND (cat:cs.CV", "closing parenthesis is missing"),
        ("ti:anomaly) AND cat:cs.CV", "no opening"),
        (")(", "no opening"),
        ('ti:"anomaly', "quotation mark"),
        ("submittedDate:[2025 TO", "square bracket"),
        ("title:anomaly", "'title' is no field"),
        ("ti:anomaly and cat:cs.CV", "'and' must be written 'AND'"),
        ("ti:anomaly Or cat:cs.CV", "'Or' must be written 'OR'"),
        ("ti:anomaly AND NOT cat:cs.CV", "write ANDNOT"),
        ("ti:anomaly AND", "AND has nothing behind it"),
        ("(ti:anomaly OR)", "OR has nothing behind it"),
        ("OR ti:anomaly", "OR has nothing before it"),
        ("ti:anomaly AND OR cat:cs.CV", "OR has nothing before it"),
        ("ti:anomaly AND ()", "empty"),
        ("ti:", "nothing stands behind 'ti:'"),
        ("ti: AND cat:cs.CV", "nothing stands behind 'ti:'"),
        ("cat:cs.CV AND ti:", "nothing stands behind 'ti:'"),
        ('ti:a AND ""', "no word to look for"),
        ("ti:-- OR ti:a", "no word to look for"),
        ("ti:a ][", "square bracket stands where none belongs"),
        ("submittedDate:2025", "range"),
        ("submittedDate:[2025-06-01 TO 2025-06-30]", "range"),
    ],
)
def test_bad_queries_name_the_key_and_the_reason(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_query(text)
    assert "triage.toml, [watch] query" in str(caught.value)
    assert said in str(caught.value)


def test_a_window_takes_whole_days_and_keeps_the_query_together() -> None:
    text = in_window("ti:a OR ti:b", date(2026, 2, 2), date(2026, 2, 13))
    assert text == "(ti:a OR ti:b) AND submittedDate:[202602020000 TO 202602132359]"


PIECES = [
    *("ti:", "abs:", "submittedDate:", "foo:", "foo", "é", "b*", "*", "-", ":", "_", "(", ")", '"', "[", "]"),
    *("AND", "OR", "ANDNOT", "and", "NOT", '"a b"', '"AND"', "[20250101 TO 20250201]", "[x]"),
]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(["", " "])), min_size=1, max_size=8))
def test_what_passes_is_understood_by_the_stand_in(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + blank for piece, blank in pieces)
    try:
        check_query(text)
    except ConfigError:
        return
    parse(text)
