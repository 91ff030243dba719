"""Decisions of several people, in several sessions: nobody takes back what another decided."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from triage.collection import Store
from triage.collection.decisions import reviewer
from triage.models import Decision, Paper, Reviewer, Stage, Verdict
from triage.when import local

IDS = [f"2599.0000{number}" for number in range(6)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store(tmp_path) as store:
        for paper_id in IDS:
            store.papers.save(Paper(paper_id, f"Frogs, part {paper_id}"), origin="person")
    return tmp_path


def decide(store: Store, paper_id: str, verdict: Verdict = Verdict.REJECT) -> Decision:
    return store.ledger.decide(Decision(paper_id, verdict))


def undone(store: Store) -> str | None:
    decision = store.ledger.undo()
    return decision.paper_id if decision else None


def test_a_decision_records_who_in_which_session_and_when(folder: Path) -> None:
    before = datetime.now(UTC)
    with Store(folder, reviewer("Ada")) as store:
        made = decide(store, IDS[0])
        kept = store.ledger.of(IDS[0])
    assert kept == made
    assert (made.person, made.session) == ("Ada", store.ledger.who.session)
    assert made.at is not None and before <= made.at <= datetime.now(UTC)
    assert made.key and made.number == 1


def test_undo_never_takes_back_another_person_s_decision(folder: Path) -> None:
    with Store(folder, reviewer("Ada")) as ada, Store(folder, reviewer("Bo")) as bo:
        decide(ada, IDS[0])
        decide(bo, IDS[1])
        last = ada.ledger.last()
        assert last is not None and (last.person, last.paper_id) == ("Bo", IDS[1])
        assert undone(ada) == IDS[0]
        assert undone(ada) is None
        assert [one.paper_id for one in ada.ledger.current()] == [IDS[1]]
        assert undone(bo) == IDS[1]


def test_undo_leaves_a_decision_that_another_person_has_overruled(folder: Path) -> None:
    with Store(folder, reviewer("Ada")) as ada, Store(folder, reviewer("Bo")) as bo:
        decide(ada, IDS[0], Verdict.LATER)
        decide(bo, IDS[0], Verdict.REJECT)
        assert undone(ada) is None
        assert ada.record(IDS[0]).stage is Stage.REJECTED


def test_undo_goes_back_to_earlier_sessions_but_not_to_one_that_runs_beside(folder: Path) -> None:
    with Store(folder, reviewer("Ada")) as earlier:
        decide(earlier, IDS[0])
    with Store(folder, reviewer("Ada")) as here, Store(folder, reviewer("Ada")) as beside:
        decide(here, IDS[1])
        decide(beside, IDS[2])
        assert [undone(here), undone(here), undone(here)] == [IDS[1], IDS[0], None]
        assert [one.paper_id for one in here.ledger.current()] == [IDS[2]]


def test_a_decision_counts_even_if_the_clock_went_back(folder: Path) -> None:
    with Store(folder, reviewer("Ada")) as store:
        ahead = datetime.now(UTC) + timedelta(days=1)
        store.ledger.decide(Decision(IDS[0], Verdict.LATER, at=ahead))
        decide(store, IDS[0], Verdict.REJECT)
        assert store.record(IDS[0]).stage is Stage.REJECTED


def test_times_are_utc_in_the_store_and_local_for_the_eye(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    naive = datetime(2099, 7, 1, 12, 0)
    with Store(folder, Reviewer("Ada", "s", datetime.now(UTC))) as store:
        made = store.ledger.decide(Decision(IDS[0], Verdict.REJECT, at=naive))
        (text,) = store.connection.execute("SELECT at FROM decisions").fetchone()
        kept = store.ledger.of(IDS[0])
    assert made.at is not None and kept is not None and kept.at is not None
    assert text.endswith("+00:00")
    assert kept.at.tzinfo is not None and kept.at == naive.astimezone(UTC)
    assert local(kept.at) == "2099-07-01 12:00"
