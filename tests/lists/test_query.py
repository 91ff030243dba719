"""The query that a list's own titles propose."""

from triage.lists.query import propose_query

FROGS = [
    "Glass Frog Counting with Drones",
    "A Survey of Glass Frog Acoustics",
    "Zero-Shot Glass Frogs",
    "Listening to Amphibian Choirs",
    "Amphibian Choirs at Night",
    "Amphibian Choirs: a Benchmark",
]


def test_phrases_cover_the_titles() -> None:
    topic = propose_query(FROGS)
    assert topic.coverage == 1.0
    assert "glass frog" in topic.phrases
    assert all(f'abs:"{phrase}"' in topic.query or f"abs:{phrase}" in topic.query for phrase in topic.phrases)


def test_generic_words_alone_are_no_topic() -> None:
    topic = propose_query(["Deep Learning for Images", "A Large Model", "Learning with Networks"])
    assert not any(phrase in {"learning", "deep", "model", "image", "large"} for phrase in topic.phrases)


def test_no_title_no_query() -> None:
    assert propose_query([]).query == ""


def test_a_phrase_inside_another_is_said_once() -> None:
    topic = propose_query([*FROGS, *["Frog Song"] * 6, *["Frog Lakes"] * 6])
    for phrase in topic.phrases:
        assert not any(other != phrase and f" {other} " in f" {phrase} " for other in topic.phrases)
