"""Accepted entries into the list: in their place, once, and nothing else touched."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.collection import Store
from triage.config import Publish
from triage.errors import ListError
from triage.house.format import learn
from triage.lists.document import read
from triage.models import Decision, Draft, Facts, Paper, SectionPath, Stage, Verdict
from triage.steps.publish import Plan, plan, record

LIST = (
    "# Frogs\n\nLast updated: 2098/12/30  \n\n"
    "## ICFA 2099\n"
    "- Glass Frogs at Dusk [[ICFA 2099]](https://example.org/1)\n"
    "- Tree Frogs at Dawn [[ICFA 2099]](https://example.org/2)\n\n"
    "## 1. Counting\n"
    "- Glass Frogs at Dusk [[ICFA 2099]](https://example.org/1)\n"
    "- Frogs by the Dozen [[2098]](https://arxiv.org/abs/2599.00090)\n"
    "- Counting with Nets [[2097]](https://arxiv.org/abs/2599.00080)\n\n"
    "## 2. Listening\n"
    "- Tree Frogs at Dawn [[ICFA 2099]](https://example.org/2)\n"
    "- Ears for Frogs [[2098]](https://arxiv.org/abs/2599.00070)\n"
)
COUNTING, LISTENING = ("1. Counting",), ("2. Listening",)
TODAY = date(2099, 2, 3)


def accepted(store: Store, number: int, section: SectionPath, *, venue: str | None = None) -> Paper:
    paper = Paper(f"2599.{number:05}", f"Paper Number {number}", published=date(2099, 1, 1))
    label = f"{venue} 2099" if venue else "2099"
    entry = f"- {paper.title} [[{label}]](https://arxiv.org/abs/{paper.id})"
    store.papers.save(paper)
    store.drafts.save(Draft(paper.id, section, Facts(paper.title, venue=venue, year=2099, day=paper.published), entry))
    store.ledger.decide(Decision(paper.id, Verdict.ACCEPT, section, entry))
    return paper


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def planned(store: Store, text: str = LIST, settings: Publish | None = None, **options: bool) -> Plan:
    document = read(text)
    return plan(store, document, learn(document), settings or Publish(), TODAY, **options)


def added(plan: Plan) -> list[str]:
    left = plan.after.splitlines(keepends=True)
    for line in plan.before.splitlines(keepends=True):
        left.remove(line)
    return left


def test_each_entry_goes_under_its_heading_and_no_other_byte_changes(store: Store) -> None:
    accepted(store, 1, COUNTING)
    accepted(store, 2, LISTENING)
    done = planned(store)
    assert len(added(done)) == 2
    assert done.after.index("Paper Number 1") < done.after.index("## 2. Listening") < done.after.index("Paper Number 2")


def test_windows_line_endings_and_broken_bytes_stay(store: Store) -> None:
    accepted(store, 1, COUNTING)
    text = LIST.replace("\n", "\r\n").replace("Frogs by", b"Fr\xf6gs by".decode("utf-8", "surrogateescape"))
    done = planned(store, text)
    assert "\n" not in done.after.replace("\r\n", "")
    assert b"Fr\xf6gs" in done.after.encode("utf-8", "surrogateescape")


def test_publishing_twice_changes_nothing(store: Store) -> None:
    accepted(store, 1, COUNTING)
    first = planned(store)
    record(store, first.placed)
    assert store.stage_counts()[Stage.PUBLISHED] == 1
    again = planned(store, first.after)
    assert again.after == again.before
    assert again.placed == ()


def test_a_crash_between_file_and_ledger_does_not_publish_twice(store: Store) -> None:
    accepted(store, 1, COUNTING)
    first = planned(store)
    again = planned(store, first.after)
    assert again.after == first.after
    assert [one.already for one in again.placed] == [True]


def test_a_section_that_is_gone_is_named_and_stops_no_other_paper(store: Store) -> None:
    paper = accepted(store, 1, ("9. Gone",))
    other = accepted(store, 2, COUNTING)
    done = planned(store)
    assert [(one.paper_id, one.title) for one in done.left] == [(paper.id, paper.title)]
    assert re.search(r"9\. Gone.*--section", done.left[0].reason)
    assert [one.paper_id for one in done.placed] == [other.id]


def test_a_section_that_a_person_wants_is_made_when_asked(store: Store) -> None:
    accepted(store, 1, ("3. Feeding",))
    done = planned(store, new_sections=True)
    assert done.after.startswith(LIST)
    assert read(done.after).section(("3. Feeding",)) is not None
    assert [entry.section for entry in read(done.after).entries][-1] == ("3. Feeding",)


def test_a_merge_conflict_is_refused_with_its_line(store: Store) -> None:
    accepted(store, 1, COUNTING)
    with pytest.raises(ListError, match=r"line 1 .*merge"):
        planned(store, "<<<<<<< HEAD\n" + LIST)


def test_a_venue_section_gets_it_too_when_the_owner_says_so(store: Store) -> None:
    accepted(store, 1, COUNTING, venue="ICFA")
    alone = planned(store)
    both = planned(store, settings=Publish(several_sections=True))
    assert alone.after.count("Paper Number 1") == 1
    assert both.after.count("Paper Number 1") == 2
    assert both.after.index("Paper Number 1") < both.after.index("## 1. Counting")


def test_the_day_of_the_last_update_moves_only_when_the_owner_says_so(store: Store) -> None:
    accepted(store, 1, COUNTING)
    assert "Last updated: 2098/12/30  \n" in planned(store).after
    assert "Last updated: 2099/02/03  \n" in planned(store, settings=Publish(bump=("updated",))).after


def test_an_acceptance_without_text_says_how_to_give_one(store: Store) -> None:
    paper = Paper("2599.00005", "No Draft")
    store.papers.save(paper)
    store.ledger.decide(Decision(paper.id, Verdict.ACCEPT, COUNTING))
    (left,) = planned(store).left
    assert left.paper_id == paper.id
    assert "--entry FILE" in left.reason


@pytest.mark.parametrize(
    "entry",
    [
        "- Frogs [[2099]](https://example.org/f)\n## A Heading of Its Own\n",
        "- Frogs [[2099]](https://example.org/f)\n- Toads [[2099]](https://example.org/t)",
        "- Frogs [[2099]](https://example.org/f)\n```",
        "- Frogs [[2099]](https://example.org/f) <!-- and on",
        "- Frogs [[2099]](https://example.org/f)\n\nAnd a word besides.",
        "  ",
    ],
)
def test_an_entry_that_would_break_the_list_stops_no_other(store: Store, entry: str) -> None:
    bad = accepted(store, 1, COUNTING)
    store.ledger.decide(Decision(bad.id, Verdict.ACCEPT, COUNTING, entry))
    good = accepted(store, 2, COUNTING)
    done = planned(store)
    assert [one.paper_id for one in done.placed] == [good.id]
    assert [one.paper_id for one in done.left] == [bad.id]
    assert f"triage accept {bad.id} --entry FILE" in done.left[0].reason
    assert added(done) == [f"- {good.title} [[2099]](https://arxiv.org/abs/{good.id})\n"]


def test_backslashes_before_brackets_stop_nothing(store: Store) -> None:
    """They ended `publish` for every paper with an error."""
    paper = accepted(store, 1, COUNTING)
    entry = r"- [Frogs \\] and \\](https://example.org/f) [Toads\\]](https://example.org/t)"
    store.ledger.decide(Decision(paper.id, Verdict.ACCEPT, COUNTING, entry))
    assert [one.entry for one in planned(store).placed] == [entry]


def test_a_section_is_not_made_for_an_entry_that_is_refused(store: Store) -> None:
    bad = accepted(store, 1, ("3. Feeding",))
    store.ledger.decide(Decision(bad.id, Verdict.ACCEPT, ("3. Feeding",), "no bullet and no link"))
    assert planned(store, new_sections=True).after == LIST


def test_nothing_accepted_nothing_changed(store: Store) -> None:
    paper = accepted(store, 1, COUNTING)
    store.ledger.decide(replace(Decision(paper.id, Verdict.REJECT), section=()))
    done = planned(store)
    assert (done.before, done.placed) == (done.after, ())
