"""The back-test on an invented list and a temporary store."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.steps.invented_list import Entry, List, WordEmbedder
from triage.collection import Store
from triage.errors import ListError
from triage.models import Decision, Paper, SectionPath, Verdict
from triage.screens.progress import Silence
from triage.search.vectors import CachedVectors
from triage.steps.backtest import backtest

KETTLES: SectionPath = ("Kettles",)
TOASTERS: SectionPath = ("Toasters",)
LATER: SectionPath = ("Lamps",)
DAY = date(2025, 3, 1)


def old_list() -> List:
    ways = ("loud", "quiet", "copper", "glass", "electric", "travel", "antique", "cheap")
    kettles = [Entry(f"A {way} kettle whistling in steam", KETTLES, year=2024) for way in ways[::2]]
    kettles += [Entry(f"Whistling steam of the {way} kettle", KETTLES, year=2024) for way in ways[1::2]]
    toasters = [Entry(f"A {way} toaster for bread", TOASTERS, year=2024) for way in ways[::2]]
    toasters += [Entry(f"Bread that browns in {way} toasters", TOASTERS, year=2024) for way in ways[1::2]]
    return List((*kettles, *toasters), (KETTLES, TOASTERS))


def new_list() -> List:
    added = (
        Entry("Loud steam of a whistling kettle", KETTLES, "2503.10001", year=2024),
        Entry("Bread browns in a toaster", LATER, year=2024),
        Entry("A kettle known to no feed", KETTLES, year=2024),
    )
    return List((*old_list().entries, *added), (KETTLES, TOASTERS, LATER))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        for n in range(40):
            opened.papers.save(Paper(f"2503.{n:05}", f"Galaxy survey of quasars part {n}", published=date(2025, 3, 2)))
        opened.papers.save(Paper("2503.10001", "Whistling steam of a loud kettle", published=date(2025, 3, 3)))
        opened.papers.save(Paper("2503.10002", "Bread browns in a toaster", published=date(2025, 3, 4)))
        opened.papers.save(Paper("2501.10003", "A whistling kettle of old", published=date(2025, 1, 4)))
        opened.papers.save(Paper("2503.10004", "A loud kettle, whistling in steam", published=DAY))
        yield opened


def test_what_was_added_is_compared_with_what_was_said(store: Store) -> None:
    vectors = CachedVectors(WordEmbedder(), store, Silence())
    report = backtest(store, old_list(), new_list(), DAY, vectors, Silence())
    assert report.announced == 42
    assert {addition.paper_id for addition in report.caught} == {"2503.10001", "2503.10002"}
    assert report.missed == () and report.recall == 1.0
    assert report.unseen == ("A kettle known to no feed",)
    assert (report.filed, report.right_first, report.right_in_three) == (1, 1, 1)
    assert report.minutes_saved == report.announced - report.would_read
    assert report.curve[0] == (0.0, 0.0) and report.curve[-1][1] == 1.0
    assert [share for share, _ in report.curve] == sorted(share for share, _ in report.curve)


def test_decisions_are_not_learned_from_and_nothing_is_kept(store: Store) -> None:
    vectors = CachedVectors(WordEmbedder(), store, Silence())
    first = backtest(store, old_list(), new_list(), DAY, vectors, Silence())
    store.ledger.decide(Decision("2503.10001", Verdict.REJECT))
    assert backtest(store, old_list(), new_list(), DAY, vectors, Silence()) == first
    assert store.judgements.get("2503.10001") is None


def test_nothing_announced_says_what_to_do(store: Store) -> None:
    with pytest.raises(ListError, match="triage fetch --since 2026-01-01"):
        backtest(
            store, old_list(), new_list(), date(2026, 1, 1), CachedVectors(WordEmbedder(), store, Silence()), Silence()
        )


def test_nothing_added_has_no_recall(store: Store) -> None:
    report = backtest(store, old_list(), old_list(), DAY, CachedVectors(WordEmbedder(), store, Silence()), Silence())
    assert report.recall is None and not (report.caught or report.missed or report.unseen)
