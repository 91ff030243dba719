"""Decisions go out and come into another store: nothing twice, nothing lost, every byte the same."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.collection import Store
from triage.collection.decisions import reviewer
from triage.collection.exchange import Imported, export_decisions, import_decisions
from triage.errors import TriageError
from triage.models import Decision, Paper, Stage, Verdict

FROGS = Paper("2599.00001", "Counting Glass Frogs é 蛙", "We count.", authors=("Ada Ranid",), categories=("cs.CV",))
TOADS = Paper("2599.00002", "Toads That Sing", "They sing.", doi="10.1/toads")
NEWTS = Paper("pdf:0011", "Newts at Night")
SECTION = ("Frogs", "Glass frogs")


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Store]:
    """Opens the store of a person, in a folder of that name."""
    return lambda name: Store(tmp_path / name, reviewer(name))


def filled(store: Store) -> Store:
    """Three papers; an acceptance with everything, a rejection undone, one put off."""
    for paper, origin in ((FROGS, "watch"), (TOADS, "watch"), (NEWTS, "person")):
        store.papers.save(paper, origin)
    store.ledger.decide(Decision(FROGS.id, Verdict.ACCEPT, SECTION, "- **Frogs** é\r\n  more\n", "fine"))
    store.ledger.decide(Decision(TOADS.id, Verdict.REJECT, note="toads"))
    store.ledger.undo()
    store.ledger.decide(Decision(NEWTS.id, Verdict.LATER))
    store.person_facts.give(FROGS.id, {"venue": "Herpetology"})
    return store


def out(store: Store) -> list[str]:
    return list(export_decisions(store))


def test_a_line_stands_alone(make: Callable[[str], Store]) -> None:
    with make("Ada") as store:
        lines = [json.loads(line) for line in out(filled(store))]
    assert [line["verdict"] for line in lines] == ["accept", "reject", "undo", "later"]
    assert lines[0]["paper"]["abstract"] == "We count." and lines[0]["paper"]["authors"] == ["Ada Ranid"]
    assert (lines[0]["person"], lines[0]["section"], lines[0]["note"]) == ("Ada", list(SECTION), "fine")
    assert lines[0]["facts"] == {"venue": "Herpetology"}
    assert lines[2]["undoes"] == lines[1]["key"]
    assert all(line["at"].endswith("+00:00") for line in lines)


def test_an_empty_store_becomes_the_same_byte_by_byte(make: Callable[[str], Store]) -> None:
    with make("Ada") as ada, make("Bo") as bo:
        lines = out(filled(ada))
        assert import_decisions(bo, lines, "x") == Imported(decisions=4, known=0, papers=3)
        assert out(bo) == lines
        assert bo.stages() == {FROGS.id: Stage.ACCEPTED, TOADS.id: Stage.WATCHED, NEWTS.id: Stage.LATER}
        assert bo.papers.get(FROGS.id) == FROGS
        assert import_decisions(bo, lines, "x") == Imported(decisions=0, known=4, papers=0)
        assert out(bo) == lines


def test_two_stores_that_exchange_are_one(make: Callable[[str], Store]) -> None:
    with make("Ada") as ada, make("Bo") as bo:
        filled(ada)
        bo.papers.save(FROGS)
        bo.ledger.decide(Decision(FROGS.id, Verdict.REJECT, note="later than Ada"))
        import_decisions(bo, out(ada), "x")
        import_decisions(ada, out(bo), "x")
        assert out(ada) == out(bo)
        assert ada.record(FROGS.id).stage is bo.record(FROGS.id).stage is Stage.REJECTED
        assert ada.ledger.undo() is not None  # her last one that holds
        assert ada.record(FROGS.id).stage is Stage.REJECTED


def test_an_older_decision_does_not_overrule_a_newer_one(make: Callable[[str], Store]) -> None:
    with make("Ada") as ada, make("Bo") as bo:
        bo.papers.save(FROGS)
        bo.ledger.decide(Decision(FROGS.id, Verdict.REJECT))
        ada.papers.save(FROGS)
        ada.ledger.decide(Decision(FROGS.id, Verdict.ACCEPT, at=datetime.now(UTC) - timedelta(days=1)))
        import_decisions(bo, out(ada), "x")
        assert bo.record(FROGS.id).stage is Stage.REJECTED


def test_what_is_known_of_a_paper_here_stays(make: Callable[[str], Store]) -> None:
    with make("Ada") as ada, make("Bo") as bo:
        bo.papers.save(Paper(FROGS.id, "A better title", version=3))
        bo.person_facts.give(FROGS.id, {"venue": "CVPR"})
        import_decisions(bo, out(filled(ada)), "x")
        paper = bo.papers.get(FROGS.id)
        assert paper is not None and paper.title == "A better title"
        assert bo.person_facts.of(FROGS.id) == {"venue": "CVPR"}


def test_a_paper_that_is_here_under_another_id_does_not_come_in_again(make: Callable[[str], Store]) -> None:
    with make("Ada") as ada, make("Bo") as bo:
        bo.papers.save(Paper("doi:10.1/toads", TOADS.title, doi="10.1/toads"))
        ada.papers.save(TOADS)
        ada.ledger.decide(Decision(TOADS.id, Verdict.REJECT))
        assert import_decisions(bo, out(ada), "x") == Imported(decisions=1, known=0, papers=0)
        assert bo.record("doi:10.1/toads").stage is Stage.REJECTED
        assert import_decisions(bo, out(ada), "x").decisions == 0


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: [*lines, "{not json"], "file.jsonl, line 5"),
        (lambda lines: [*lines, "[1]"], "line 5"),
        (lambda lines: [lines[0].replace('"accept"', '"publish"')], "line 1 is not a decision"),
        (lambda lines: [lines[0].replace('"at":"2', '"at":"soon 2')], "line 1"),
        (lambda lines: [line for line in lines if '"reject"' not in line], "line 2: it undoes"),
        (lambda lines: [lines[0].replace('"id":"2599.00001"', '"id":""')], "line 1"),
    ],
)
def test_a_bad_line_is_named_and_nothing_comes_in(
    make: Callable[[str], Store], damage: Callable[[list[str]], list[str]], said: str
) -> None:
    with make("Ada") as ada, make("Bo") as bo:
        with pytest.raises(TriageError, match=said):
            import_decisions(bo, damage(out(filled(ada))), "file.jsonl")
        assert (out(bo), bo.papers.count()) == ([], 0)


Said = list[tuple[int, str, str, str]]
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(max_examples=25, deadline=None)
@given(said=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*Verdict, "undo"]), text, text), max_size=12))
def test_any_history_comes_back(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, str, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with Store(folder / "a", reviewer("Ada")) as one, Store(folder / "b", reviewer("Bo")) as other:
        for number in range(4):
            one.papers.save(Paper(f"2599.0000{number}", f"Frog {number}"))
        for number, verdict, entry, note in said:
            if verdict == "undo":
                one.ledger.undo()
            else:
                one.ledger.decide(Decision(f"2599.0000{number}", Verdict(verdict), (note,), entry, note))
        lines = out(one)
        import_decisions(other, lines, "x")
        assert out(other) == lines
        assert [(d.paper_id, d.verdict, d.entry, d.at) for d in other.ledger.current()] == [
            (d.paper_id, d.verdict, d.entry, d.at) for d in one.ledger.current()
        ]
