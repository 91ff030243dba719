"""arXiv's query language, as the stand-in reads it."""

import pytest

from triage.demo.papers import load
from triage.demo.query import BadQuery, parse, words

PAPERS = load(
    [
        {
            "id": "2599.00001",
            "title": "Listening to Pipes: Leak Detection with Graph Networks",
            "abstract": "We detect leaks. Water networks are graphs, and anomalies travel.",
            "authors": ["Ada del Maestro", "Bo Li"],
            "categories": ["cs.SD", "eess.AS"],
            "comment": "Accepted at ICASSP 2099",
            "first_listed": "2099-06-02",
        },
        {
            "id": "2599.00002",
            "title": "Graph Theory for Beginners",
            "abstract": "Nothing leaks here.",
            "authors": ["Li Bo"],
            "categories": ["math.CO"],
            "journal_ref": "J. Inv. Res. 3 (2099)",
            "first_listed": "2099-06-30",
        },
        {
            "id": "hep-th/9901001",
            "title": "Strings",
            "abstract": "A networked theory.",
            "authors": ["Zoë Ångström"],
            "categories": ["hep-th"],
            "first_listed": "1999-01-04",
        },
    ]
)


def found(text: str) -> list[str]:
    query = parse(text)
    return sorted(paper.id[-1] if "/" not in paper.id else "s" for paper in PAPERS if query.matches(paper.search))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ti:graph", ["1", "2"]),
        ('ti:"graph network"', ["1"]),
        ('ti:"network graph"', []),
        ("abs:anomaly", ["1"]),
        ("au:del_maestro", ["1"]),
        ('au:"maestro bo"', []),
        ("au:ångström", ["s"]),
        ("cat:cs.SD", ["1"]),
        ("cat:math.CO OR cat:hep-th", ["2", "s"]),
        ("co:ICASSP", ["1"]),
        ('jr:"inv res"', ["2"]),
        ("id:2599.00002", ["2"]),
        ("graph", ["1", "2"]),
        ("network*", ["1", "s"]),
        ("ti:graph AND abs:leak", ["1", "2"]),
        ("ti:graph ANDNOT cat:cs.SD", ["2"]),
        ("ti:strings OR ti:graph AND cat:math.CO", ["2", "s"]),
        ("(ti:strings OR ti:graph) AND cat:math.CO", ["2"]),
        ("ti:(strings OR theory)", ["2", "s"]),
        ("all:strings all:beginners", ["2", "s"]),
        ("submittedDate:[209906010000 TO 209906152359]", ["1"]),
        ("submittedDate:[20990601 TO 20990630]", ["1", "2"]),
        ("lastUpdatedDate:[* TO 200001010000]", ["s"]),
        ("(ti:graph) AND submittedDate:[209906300000 TO 209906302359]", ["2"]),
        ("all:OR*", []),
    ],
)
def test_what_a_query_finds(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("(ti:a", "parentheses"),
        ("ti:a)", "parentheses"),
        ('ti:"a', "quotes"),
        ("title:a", "unknown field title"),
        ("ti:a AND", "nothing behind"),
        ("AND ti:a", "nothing before"),
        ("ti:a OR OR ti:b", "nothing before"),
        ("submittedDate:[yesterday TO today]", "range"),
        ("submittedDate:20990601", "range"),
        ("ti:[209906010000 TO 209906152359]", "range"),
        ("ti:!!!", "nothing to look for"),
        ("(" * 200 + "a" + ")" * 200, "nested"),
    ],
)
def test_what_arxiv_would_refuse(text: str, reason: str) -> None:
    with pytest.raises(BadQuery, match=reason):
        parse(text)


def test_words_fold_case_and_plurals_but_not_names() -> None:
    assert words("Anomalies in Glass_Networks: a status") == " anomaly in glass network a status "
