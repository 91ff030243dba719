"""The screens' small parts: hostile text, ranking, descriptions, the session."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.screens.leaks import ACOUSTIC, session
from triage.errors import TriageError
from triage.models import Judgement, Neighbour, Paper, Record, Stage, UnsavedEdit, Verdict
from triage.screens import describe
from triage.screens.console import from_editor, to_editor, visible_lines, web_address
from triage.screens.dialogs import Item, ranked
from triage.screens.review_session import ReviewSession
from triage.steps.review import queue


@given(st.text(st.characters(codec=None)))
def test_an_editor_gives_back_every_character(text: str) -> None:
    broken = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    assert from_editor(to_editor(broken)) == broken
    to_editor(broken).encode("utf-8")


@given(st.text())
def test_no_line_holds_a_control_character(text: str) -> None:
    for line in visible_lines(text):
        assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in line)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=1", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://example.org/\x1b]0;x\x07", False),
        ("https://example.org/a b", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_are_opened(url: str | None, safe: bool) -> None:
    assert (web_address(url) == url) is (safe or url is None)


def test_ranking_prefers_begun_words_in_the_label() -> None:
    items = [Item("1", "Methods"), Item("2", "Acoustic", "Methods"), Item("3", "Data Sets"), Item("4", "Odd Metal")]
    assert [item.key for item in ranked("met", items)] == ["1", "4", "2"]
    assert [item.key for item in ranked("", items)] == ["1", "2", "3", "4"]
    assert [item.key for item in ranked("dst", items)] == ["3"]
    assert ranked("zzz", items) == []


def test_the_same_paper_under_another_title_is_noticed() -> None:
    near = [Neighbour("Correlating Two Microphones under a Street", ACOUSTIC, 0.9)]
    assert describe.twin("Correlating Two Microphones Under the Street", near) is near[0]
    assert describe.twin("Correlating Pumps", near) is None
    assert describe.twin("Bees in C++", (replace(near[0], title="Bees in C"),)) is None
    assert describe.twin("correlating two-microphones under a street", near) is near[0]


def test_words_that_weighed_are_found_with_their_endings() -> None:
    text = "Leaks and a leak; leakage is not bleak."
    found = [text[a:b] for a, b in describe.weighed(text, ("leak",))]
    assert found == ["Leaks", "leak", "leakage"]
    assert describe.weighed(text, ("a", "(")) == []


def test_a_bulk_stops_at_the_first_refusal_and_keeps_what_was_decided(
    make_session: Callable[..., ReviewSession],
) -> None:
    made = make_session()
    made.load()
    made.store.unsaved_edits.keep("2606.00002", UnsavedEdit(entry="broken"))
    with pytest.raises(TriageError, match="of its own"):
        made.decide(Verdict.ACCEPT, ["2606.00001", "2606.00002", "2606.00003"])
    assert [one.paper_id for one in made.store.ledger.current()] == ["2606.00001"]
    assert [one.paper_id for one in made.undo()] == ["2606.00001"]


@pytest.mark.parametrize(("top", "many"), [(3, 3), (None, 9)])
def test_learning_anew_brings_no_others_to_those_asked_for(
    make_session: Callable[..., ReviewSession], top: int | None, many: int
) -> None:
    made = make_session(top=top)
    made.load()
    first = made.lines[0].paper_id
    made.decide(Verdict.REJECT, [first])
    made.resort(first, queue(made.store, made.document))
    assert len(made.lines) == many


def test_authors_of_the_list_are_said_and_made_harmless() -> None:
    judged = Judgement("1", 0.9, True, (), listed_authors=(("Ada\x1b[2J Boiler", 3), ("Tom Spout", 1)))
    record = Record(Paper("1", "Kettles"), Stage.QUEUED, judgement=judged)
    assert describe.listed_authors(record) == "listed authors: Ada Boiler (3 entries), Tom Spout (1 entry)"
    assert describe.listed_authors(replace(record, judgement=None)) == ""


def test_a_review_that_an_older_triage_began_goes_on(tmp_path: Path) -> None:
    """What was typed before the unsaved edits had a table of their own is there, and goes into the decision."""
    old = Path(__file__).parents[1] / "collection" / "versions" / "8.sql"
    with closing(sqlite3.connect(tmp_path / "papers.db")) as db:
        db.executescript(old.read_text(encoding="utf-8"))
    made = session(tmp_path)
    try:
        made.load()
        assert [line.paper_id for line in made.lines] == ["2599.00003", "2599.00002"]
        (decision,) = made.decide(Verdict.ACCEPT, ["2599.00003"])
        assert (decision.section, decision.entry, decision.note) == (
            ("Frogs", "Glass frogs"),
            "- Newts at Dusk\n",
            "ask Bo",
        )
        assert made.store.unsaved_edits.of("2599.00003") == UnsavedEdit()
        made.undo()
        assert made.store.unsaved_edits.of("2599.00003").note == "ask Bo"
    finally:
        made.store.close()
