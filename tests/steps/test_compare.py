"""Two models replayed on what a person decided."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.model_server import Json, Said, serve
from tests.steps.draft_sample import ONE, SETTINGS, TWO, paper, silent, workplace
from triage.collection import Store
from triage.errors import TriageError
from triage.lists.document import Document
from triage.llm.client import ChatModel
from triage.models import Decision, Verdict, show_path
from triage.steps.compare import compare


@contextmanager
def decided(folder: Path) -> Iterator[tuple[Store, Document]]:
    """Four accepted papers (one of them where the judge did not propose it) and one rejected."""
    with workplace(folder, *map(paper, range(1, 7))) as (store, document, _):
        for number, section in ((1, ONE), (2, ONE), (3, ONE), (4, TWO)):
            store.ledger.decide(Decision(f"2511.0000{number}", Verdict.ACCEPT, section, "- entry"))
        store.ledger.decide(Decision("2511.00005", Verdict.REJECT))
        store.ledger.decide(Decision("2511.00006", Verdict.LATER))
        yield store, document


def filing(request: Json, number: int) -> Said:
    """One model files everything under the first section, the other nothing anywhere."""
    section = show_path(ONE) if request["model"] == "keen" else "none of these"
    return Said(json.dumps({"section": section, "reason": "so"}))


def test_the_model_that_agrees_more_comes_first(tmp_path: Path) -> None:
    with serve(filing) as server, decided(tmp_path) as (store, document):
        models = [ChatModel(name, server.base_url, "", 5.0, 0) for name in ("shy", "keen")]
        first, second = compare(store, document, models, settings=SETTINGS, progress=silent)
        assert len(server.requests) == 10
        compare(store, document, models, settings=SETTINGS, progress=silent)
        assert len(server.requests) == 10
    assert (first.model, first.accepted, first.accepted_agreed, first.rejected_agreed) == ("keen", 4, 3, 0)
    assert (second.model, second.accepted_agreed, second.rejected, second.rejected_agreed) == ("shy", 0, 1, 1)
    assert (first.agreement, second.agreement) == (0.6, 0.2)
    assert first.judge_agreed == 3
    assert (first.tokens_in, first.tokens_out, first.cost) == (500, 100, 0.0)


def test_a_model_that_is_not_there_says_so_and_agrees_with_nothing(tmp_path: Path) -> None:
    with serve(lambda request, number: Said("no such model", 404)) as server, decided(tmp_path) as (store, document):
        (row,) = compare(
            store, document, [ChatModel("gone", server.base_url, "", 5.0, 0)], settings=SETTINGS, progress=silent
        )
        assert len(server.requests) == 1
    assert (row.unusable, row.agreement) == (5, 0.0)
    assert "[llm] model" in row.trouble


def test_a_model_that_hangs_costs_three_questions(tmp_path: Path) -> None:
    hangs = serve(lambda request, number: Said("{}", delay=0.8))
    with hangs as server, decided(tmp_path) as (store, document):
        model = ChatModel("slow", server.base_url, "", 0.2, 0)
        (row,) = compare(store, document, [model], settings=SETTINGS, progress=silent)
        assert len(server.requests) == 3
    assert (row.unusable, row.agreement) == (5, 0.0)
    assert "did not answer within 0.2 s" in row.trouble


def test_without_decisions_there_is_nothing_to_compare(tmp_path: Path) -> None:
    with (
        workplace(tmp_path, paper()) as (store, document, _),
        pytest.raises(TriageError, match="triage review"),
    ):
        compare(store, document, [], settings=SETTINGS, progress=silent)
