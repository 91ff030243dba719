"""A record in words: the section that a paper which fits nowhere would start."""

from collections.abc import Callable

from tests.screens.leaks import ACOUSTIC, misfit
from triage.models import Cluster
from triage.screens import describe
from triage.screens.review_session import ReviewSession

DEAF = "2606.00001"


def test_a_paper_that_fits_somewhere_would_start_nothing(make_session: Callable[..., ReviewSession]) -> None:
    record = make_session().store.record(DEAF)
    assert describe.new_section_line(record) == ""
    assert describe.new_section(record) == ()


def test_a_new_section_is_one_harmless_line(make_session: Callable[..., ReviewSession]) -> None:
    store = make_session().store
    title = "A\x1b[31m Red\nTitle \u202e" + "very " * 40 + "long"
    misfit(store, DEAF, Cluster(("drone",), (title, "Another"), 1))
    line = describe.new_section_line(store.record(DEAF))
    assert line.startswith("no section fits (63 %): would start “drone”, with “A Red Title very")
    assert line.endswith("…” and 2 more") and len(line) < 140
    assert "no section fits" not in describe.section_line(store.record(DEAF), ACOUSTIC)
    assert describe.new_section(store.record(DEAF)) == ("Methods", "drone")


def test_a_paper_alone_and_one_without_words(make_session: Callable[..., ReviewSession]) -> None:
    store = make_session().store
    misfit(store, DEAF, Cluster(("drone", "roof")))
    assert describe.new_section_line(store.record(DEAF)).endswith("would start “drone · roof”, by itself")
    misfit(store, DEAF, Cluster((), ("Roofs",)))
    assert describe.new_section_line(store.record(DEAF)).endswith("would start one, with “Roofs”")
    assert describe.new_section(store.record(DEAF)) == ()
