"""A sick model server: it costs a few requests and seconds, is left alone, and each failure is said once."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.model_server import Json, ModelServer, Said, paper_in, sections_offered, serve, wants
from tests.steps.draft_sample import SETTINGS, paper, records, silent, workplace
from triage.collection import Store
from triage.llm.client import open_model
from triage.steps.draft import DraftReport, draft

Script = Callable[[Json, int], Said]


def well(request: Json, number: int) -> Said:
    """What a healthy model says."""
    told = {
        "section": sections_offered(request)[0],
        "summary": "compares each girder tile with a memory of sound tiles.",
        "summary_quote": "compares each girder tile with a memory of sound tiles",
    }
    return Said(json.dumps(told))


def hangs(request: Json, number: int) -> Said:
    return Said("{}", delay=1.0)


def fails(request: Json, number: int) -> Said:
    return Said("out of memory", 500)


def is_draft(request: Json) -> bool:
    return wants(request, "summary")


def run(folder: Path, server: ModelServer, papers: int, **more: Any) -> tuple[DraftReport, list[tuple[str, ...]]]:
    """The report, and each paper's notes."""
    with workplace(folder, *map(paper, range(1, papers + 1))) as (store, document, house):
        model = open_model(more.pop("name", "tiny"), server.base_url, more.pop("timeout", 0.3))
        more = {"settings": replace(SETTINGS, parallel=2), "progress": silent, **more}
        report = draft(store, document, house, records(store), model=model, **more)
        return report, notes(store)


def notes(store: Store) -> list[tuple[str, ...]]:
    return [record.draft.notes if record.draft else () for record in records(store)]


@pytest.mark.parametrize(("script", "requests"), [(hangs, 1), (fails, 3)])
def test_one_paper_costs_a_few_requests(tmp_path: Path, script: Script, requests: int) -> None:
    with serve(script) as server:
        began = time.monotonic()
        report, (noted,) = run(tmp_path, server, 1)
        assert time.monotonic() - began < 4
        assert len(server.requests) == requests
    (said,) = report.failures
    assert said.startswith("no usable answer from tiny for 1 paper: the server at http://127.0.0.1:")
    assert said.endswith("; drafted without it")
    assert [note for note in noted if "tiny" in note] == [noted[-1]]
    assert noted[-1].startswith("no usable answer from tiny: the server at http://127.0.0.1:")


@pytest.mark.parametrize(("script", "requests"), [(hangs, 3), (fails, 9)])
def test_after_three_failures_in_a_row_the_server_is_left_alone(tmp_path: Path, script: Script, requests: int) -> None:
    with serve(script) as server:
        report, noted = run(tmp_path, server, 10)
        assert len(server.requests) == requests
    failed, unasked = report.failures
    assert failed.startswith("no usable answer from tiny for 2 papers: the server at ")
    assert unasked == (
        "tiny was not asked about 8 papers: it was left alone after 3 questions in a row without a reply"
    )
    assert (report.drafted, report.by_model) == (10, 0)
    assert sum(note[-1].startswith("no usable answer from tiny: ") for note in noted) == 2
    assert sum(note[-1].startswith("tiny was not asked: it was left alone") for note in noted) == 8


def test_the_trial_is_announced_counted_and_done_once(tmp_path: Path) -> None:
    told: list[str] = []
    with serve(well) as server:
        run(tmp_path, server, 2, tell=told.append)
        assert (sum(map(is_draft, server.requests)), len(server.requests)) == (2, 14)
        assert told[0].startswith("tiny is first asked to file 12 of your list's entries")
        assert re.fullmatch(r"tiny put \d+ of 12 where your list has them", told[1])
        run(tmp_path, server, 2, tell=told.append, again=True)
        assert (len(server.requests), len(told)) == (16, 2)


def test_a_single_paper_is_worth_no_trial(tmp_path: Path) -> None:
    told: list[str] = []
    with serve(well) as server:
        report, _ = run(tmp_path, server, 1, tell=told.append)
        assert (len(server.requests), report.by_model, told) == (1, 1, [])
        run(tmp_path, server, 2, tell=told.append)
        assert (len(server.requests), told) == (2, [])
        run(tmp_path, server, 4, tell=told.append)
        assert (len(server.requests), len(told)) == (2 + 12 + 2, 2)


def test_the_trial_stops_at_its_first_dead_call_and_goes_on_next_time(tmp_path: Path) -> None:
    sick = [True]

    def script(request: Json, number: int) -> Said:
        return fails(request, number) if sick[0] and number >= 4 and not is_draft(request) else well(request, number)

    with serve(script) as server:
        report, _ = run(tmp_path, server, 2)
        trial = [request for request in server.requests if not is_draft(request)]
        assert 4 + 3 <= len(trial) <= 4 + 6
        assert report.by_model == 2
        (said,) = report.failures
        assert said.startswith("no usable answer from tiny in its trial: the server at ")
        sick[0] = False
        before = len(server.requests)
        report, _ = run(tmp_path, server, 4)
        assert (report.failures, report.by_model) == ((), 2)
        trial = [request for request in server.requests[before:] if not is_draft(request)]
        assert 12 - 6 <= len(trial) <= 12 - 4


def test_a_server_that_recovers_is_asked_on(tmp_path: Path) -> None:
    """Two failures, an answer, two failures: never three in a row."""
    count = [0]

    def script(request: Json, number: int) -> Said:
        if not is_draft(request):
            return well(request, number)
        count[0] += 1
        return well(request, number) if count[0] % 3 == 0 else Said("{}", delay=0.8)

    with serve(script) as server, workplace(tmp_path, *map(paper, range(1, 7))) as (store, document, house):
        one = replace(SETTINGS, parallel=1)
        model = open_model("tiny", server.base_url, 0.3)
        report = draft(store, document, house, records(store), model=model, settings=one, progress=silent)
    assert report.by_model == 2
    assert [said.partition(":")[0] for said in report.failures] == ["no usable answer from tiny for 4 papers"]


def test_papers_that_are_too_long_do_not_make_a_server_sick(tmp_path: Path) -> None:
    def script(request: Json, number: int) -> Said:
        long = is_draft(request) and "Part 6" not in paper_in(request)
        return Said("the prompt is too long: 9000 tokens", 400) if long else well(request, number)

    with serve(script) as server:
        report, _ = run(tmp_path, server, 6, timeout=5.0)
    assert report.by_model == 1
    (said,) = report.failures
    assert said.startswith("no usable answer from tiny for 5 papers: ")
    assert "[llm] max_answer_tokens" in said


def test_what_a_model_drafted_stays_when_another_fails_and_says_which(tmp_path: Path) -> None:
    with serve(well) as server:
        run(tmp_path, server, 1)
    with serve(fails) as server:
        for _ in range(2):
            report, (noted,) = run(tmp_path, server, 1, name="huge")
        _, (noted,) = run(tmp_path, server, 1, name="huge", again=True)
    assert report.failures[0].startswith("no usable answer from huge for 1 paper: ")
    assert [note for note in noted if "no usable answer" in note] == [noted[-1]]
    assert noted[-1].startswith("no usable answer from huge: ")
    with Store(tmp_path / "store") as store:
        made = store.drafts.get(paper().id)
        assert made is not None
        assert made.by == "tiny"
        assert made.facts.summary == "compares each girder tile with a memory of sound tiles."
    with serve(well) as server:
        report, (noted,) = run(tmp_path, server, 1, name="huge")
    assert report.by_model == 1
    assert not any("no usable answer" in note for note in noted)


def test_a_draft_that_failed_is_asked_about_next_time_and_the_note_goes(tmp_path: Path) -> None:
    with serve(fails) as server:
        run(tmp_path, server, 1)
    with serve(well) as server:
        report, (noted,) = run(tmp_path, server, 1)
    assert report.by_model == 1
    assert not any("no usable answer" in note for note in noted)


def test_an_outage_is_no_refusal(tmp_path: Path) -> None:
    with serve(fails) as server:
        run(tmp_path, server, 1)
    with serve(lambda request, number: Said("I would rather not.")) as server:
        run(tmp_path, server, 1)
    with Store(tmp_path / "store") as store:
        assert store.calls.refusals() == {"no JSON": 2}
        ((model, reason),) = store.calls.outages()
        (usage,) = (each for each in store.calls.usage() if each.purpose == "draft")
    assert model == "tiny"
    assert reason.startswith("the server at http://127.0.0.1:")
    assert (usage.calls, usage.kept, usage.unanswered) == (3, 0, 1)
    assert usage.seconds > 1
