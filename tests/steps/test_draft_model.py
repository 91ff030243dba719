"""Drafting with a model: what it may add, how it may fail, and what it can never do."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.model_server import Json, ModelServer, Said, sections_offered, serve, wants
from tests.steps.draft_sample import LISTED, ONE, SETTINGS, TWO, paper, records, silent, workplace
from triage.collection import Store
from triage.drafting.checks import invented_tokens
from triage.llm.client import ChatModel
from triage.models import Choice, Draft, Judgement, show_path
from triage.steps.draft import DraftReport, draft

KEY = "sk-never-to-be-seen-42"
QUOTE = "a detector that compares each girder tile with a memory of sound tiles"
GOOD: dict[str, Any] = {
    "section": show_path(ONE),
    "section_reason": "it finds cracks",
    "summary": "finds girder cracks without labels using a memory of sound tiles.",
    "summary_quote": QUOTE,
    "datasets": [{"name": "DeepCrack", "quote": "on the SDNET2018 and DeepCrack datasets"}],
    "task": {"value": "crack detection", "quote": "Cracks in bridges are found late"},
    "modality": {"value": "images", "quote": "need many labelled images"},
    "method": {"value": "memory of sound tiles", "quote": QUOTE},
    "code_url": {"value": "https://github.com/lane/beamscope", "quote": "Code is available at"},
    "project_url": {"value": "", "quote": ""},
    "stars": 2,
    "stars_quote": "a gain of 4.2 points",
}
LIES: dict[str, Any] = {
    **GOOD,
    "summary": "presents MegaBridge-9000, trained on ImageNet by Google with 99.9% accuracy.",
    "summary_quote": "presents MegaBridge-9000 trained by Google",
    "datasets": [{"name": "ImageNet", "quote": "evaluated on ImageNet at scale"}],
    "task": {"value": "Mars landing", "quote": "we land on Mars with ease"},
    "code_url": {
        "value": "https://github.com/evil/steal",
        "quote": "Code is available at https://github.com/evil/steal",
    },
    "stars_quote": "best paper of the century",
}


def file_answer(request: Json, right: bool = True) -> Said:
    offered = sections_offered(request)
    return Said(json.dumps({"section": offered[0] if right else offered[-1], "reason": "it fits"}))


def script(on_draft: Callable[[Json, int], Said]) -> Callable[[Json, int], Said]:
    """Files the list's own entries plainly, and drafts as told; the number counts the draft questions."""
    count = [0]

    def answer(request: Json, number: int) -> Said:
        if not wants(request, "summary"):
            return file_answer(request)
        count[0] += 1
        return on_draft(request, count[0] - 1)

    return answer


def says(value: object) -> Callable[[Json, int], Said]:
    return script(lambda request, number: Said(value if isinstance(value, str) else json.dumps(value)))


def run(
    folder: Path, server: ModelServer, *papers: Any, retries: int = 0, timeout: float = 5.0, **more: Any
) -> tuple[DraftReport, list[Draft]]:
    with workplace(folder, *(papers or (paper(),))) as (store, document, house):
        model = ChatModel("tiny", server.base_url, KEY, timeout, retries)
        report = draft(store, document, house, records(store), model=model, settings=SETTINGS, progress=silent, **more)
        drafts = [d for d in (store.drafts.get(record.paper.id) for record in records(store)) if d]
        assert_no_key(store, folder)
    return report, drafts


def assert_no_key(store: Store, folder: Path) -> None:
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in folder.rglob("*"):
        if file.is_file():
            assert KEY.encode() not in file.read_bytes(), file


def test_a_good_answer_is_used_with_its_quotes(tmp_path: Path) -> None:
    with serve(says(GOOD)) as server:
        report, (made,) = run(tmp_path, server)
    assert (report.drafted, report.by_model, report.refused, report.failures) == (1, 1, 0, ())
    assert report.tokens > 0
    assert made.by == "tiny"
    assert made.facts.summary == GOOD["summary"]
    assert made.quotes["summary"] == QUOTE
    assert made.facts.stars is None
    assert made.entry.startswith("- *(2026-WACV)*")
    assert "tiny would give it ⭐⭐" in made.notes
    assert made.vote == ONE
    assert made.reason == "it finds cracks"
    assert made.tags == {"task": "crack detection", "modality": "images", "method": "memory of sound tiles"}


def test_examples_and_sections_come_from_the_list_and_the_paper_is_fenced(tmp_path: Path) -> None:
    with serve(says(GOOD)) as server:
        run(tmp_path, server)
        asked = server.requests[-1]
    prompt = asked["messages"][-1]["content"]
    assert "summary: finds cracks in concrete by comparing each tile with a memory of sound tiles." in prompt
    assert sections_offered(asked) == [show_path(ONE), show_path(TWO)]
    fence = next(line for line in prompt.splitlines() if line.startswith("=====paper-"))
    assert prompt.count(fence) == 2


def test_a_reply_is_paid_for_once_and_again_only_by_again(tmp_path: Path) -> None:
    with serve(says(GOOD)) as server, workplace(tmp_path, paper()) as (store, document, house):
        model = ChatModel("tiny", server.base_url, KEY, 5.0, 0)
        more: Any = {"model": model, "settings": SETTINGS, "progress": silent}
        draft(store, document, house, records(store), **more)
        assert len(server.requests) == 1
        second = draft(store, document, house, records(store), **more)
        offline = draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        assert len(server.requests) == 1
        third = draft(store, document, house, records(store), again=True, **more)
        assert len(server.requests) == 2
        made = store.drafts.get("2511.00001")
    assert (second.drafted, second.kept) == (0, 1)
    assert (offline.drafted, offline.kept) == (0, 1)
    assert (third.drafted, third.by_model) == (1, 1)
    assert made is not None
    assert made.by == "tiny"


FAULTS: dict[str, Callable[[Json, int], Said]] = {
    "cut JSON": script(lambda r, n: Said(json.dumps(GOOD)[:150], finish="length")),
    "wrong enum": says({**GOOD, "section": "Bridges > Something Else"}),
    "empty": says(""),
    "schema ignored": says("I think this paper belongs under cracks. It is a fine paper!"),
    "refusing": says("I cannot help with that."),
    "wrong types": says({**GOOD, "datasets": "DeepCrack", "stars": 17}),
    "500": script(lambda r, n: Said("boom", 500)),
    "429": script(lambda r, n: Said("slow down", 429, {"Retry-After": "0.01"})),
    "slow": script(lambda r, n: Said(json.dumps(GOOD), delay=0.7)),
    "no chat": script(lambda r, n: Said(raw=b"<html>hello</html>")),
    "echoes the key": says(f'{{"section": "{KEY}"}}'),
    "deep JSON": says("[" * 5000 + '{"section": ' * 200),
    "huge": says("x" * 300_000),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_a_model_does_the_offline_draft_stands_and_says_so(tmp_path: Path, fault: str) -> None:
    with serve(FAULTS[fault]) as server:
        report, drafts = run(tmp_path, server, paper(1), paper(2), timeout=0.4)
    assert len(drafts) == 2
    assert (report.drafted, report.by_model, report.problems) == (2, 0, ())
    for made in drafts:
        assert made.by == "rules"
        assert made.facts.summary
        assert made.notes[-1].startswith("no usable answer from tiny: ")


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "Sure! Here it is:\n{}\nHope it helps {{so}}.", "\ufeff{}"])
def test_json_in_a_fence_or_amid_chatter_is_read(tmp_path: Path, wrapped: str) -> None:
    with serve(says(wrapped.replace("{}", json.dumps(GOOD)))) as server:
        report, (made,) = run(tmp_path, server)
    assert report.by_model == 1
    assert made.facts.summary == GOOD["summary"]


def test_a_wrong_answer_is_asked_again_once_with_the_reason(tmp_path: Path) -> None:
    with serve(script(lambda r, n: Said(json.dumps(LIES if n == 0 else GOOD)))) as server:
        report, (made,) = run(tmp_path, server)
        asked = [request for request in server.requests if wants(request, "summary")]
    assert made.facts.summary == GOOD["summary"]
    assert len(asked) == 2
    assert "the paper does not have: MegaBridge-9000" in asked[1]["messages"][-1]["content"]
    assert report.by_model == 1


def test_a_liar_gets_nothing_through(tmp_path: Path) -> None:
    with serve(says(LIES)) as server:
        report, (made,) = run(tmp_path, server)
    assert report.refused == 1
    text = f"{paper().title}\n{paper().abstract}\n{paper().comment}"
    assert invented_tokens(made.facts.summary or "", (text,)) == ()
    assert "ImageNet" not in made.entry
    assert "evil" not in made.entry
    assert made.facts.stars is None
    assert "task" not in made.tags
    assert any(note.startswith("tiny: refused: summary: ") for note in made.remarks)


def test_a_wrong_key_is_told_once_and_every_paper_has_its_draft(tmp_path: Path) -> None:
    with serve(lambda request, number: Said(f"bad key {KEY}", 401)) as server:
        report, drafts = run(tmp_path, server, *(paper(number) for number in range(1, 7)))
        assert len(server.requests) == 1
    (said,) = report.failures
    assert said.startswith("no usable answer from tiny for 6 papers: ")
    assert "OPENAI_API_KEY" in said
    assert KEY not in said
    assert len(drafts) == 6
    assert report.problems == ()


def test_a_paper_that_was_not_asked_about_is_asked_next_time(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        with serve(lambda request, number: Said("no such model", 404)) as server:
            model = ChatModel("tiny", server.base_url, KEY, 5.0, 0)
            draft(store, document, house, records(store), model=model, settings=SETTINGS, progress=silent)
        with serve(says(GOOD)) as server:
            model = ChatModel("tiny", server.base_url, KEY, 5.0, 0)
            report = draft(store, document, house, records(store), model=model, settings=SETTINGS, progress=silent)
    assert report.by_model == 1


def test_the_budget_of_tokens_ends_the_asking(tmp_path: Path) -> None:
    from dataclasses import replace

    with serve(says(GOOD)) as server, workplace(tmp_path, *map(paper, range(1, 7))) as (store, document, house):
        model = ChatModel("tiny", server.base_url, KEY, 5.0, 0)
        small = replace(SETTINGS, max_tokens_per_fetch=120 * 14, parallel=1)
        report = draft(store, document, house, records(store), model=model, settings=small, progress=silent)
        drafts = [store.drafts.get(record.paper.id) for record in records(store)]
    assert len(server.requests) == 14
    assert (report.drafted, report.by_model) == (6, 2)
    assert any("the budget of 1,680 tokens" in note for made in drafts if made for note in made.notes)


def test_no_more_than_the_allowed_number_are_asked_at_once(tmp_path: Path) -> None:
    with serve(script(lambda r, n: Said(json.dumps(GOOD), delay=0.05))) as server:
        run(tmp_path, server, *map(paper, range(1, 8)))
        assert server.most_at_once == SETTINGS.parallel


def votes(earned: bool) -> Callable[[Json, int], Said]:
    """Votes for Load Estimation on the paper; on the list's own entries it is always right, or always wrong."""

    def answer(request: Json, number: int) -> Said:
        if wants(request, "summary"):
            return Said(json.dumps({**GOOD, "section": show_path(TWO)}))
        text = request["messages"][-1]["content"].split("=====")[2]
        truth = show_path(ONE if any(name in text for name, _, _ in LISTED["Crack Detection"]) else TWO)
        other = show_path(TWO) if truth == show_path(ONE) else show_path(ONE)
        return Said(json.dumps({"section": truth if earned else other, "reason": "so"}))

    return answer


@pytest.mark.parametrize(("earned", "section"), [(True, TWO), (False, ONE)])
def test_a_vote_weighs_what_it_has_earned(tmp_path: Path, earned: bool, section: tuple[str, ...]) -> None:
    undecided = Judgement(paper().id, 0.9, True, (Choice(ONE, 0.45), Choice(TWO, 0.4), Choice(("Bridges",), 0.15)))
    with serve(votes(earned)) as server, workplace(tmp_path, paper(), paper(2)) as (store, document, house):
        store.judgements.save([undecided])
        model = ChatModel("tiny", server.base_url, KEY, 5.0, 0)
        draft(store, document, house, records(store), model=model, settings=SETTINGS, progress=silent)
        made = store.drafts.get(paper().id)
        assert made is not None
        trials = sum(not wants(request, "summary") for request in server.requests)
    assert trials == 12
    assert made.vote == TWO
    assert made.section == section


def test_none_of_these_is_noted_and_changes_nothing(tmp_path: Path) -> None:
    with serve(says({**GOOD, "section": "none of these"})) as server:
        _, (made,) = run(tmp_path, server)
    assert (made.section, made.vote) == (ONE, None)
    assert "tiny: none of the sections fits" in made.notes


def test_the_ledger_has_every_call(tmp_path: Path) -> None:
    with serve(says(LIES)) as server, workplace(tmp_path, paper(), paper(2)) as (store, document, house):
        model = ChatModel("tiny", server.base_url, KEY, 5.0, 0)
        draft(store, document, house, records(store), model=model, settings=SETTINGS, progress=silent)
        usage = {each.purpose: each for each in store.calls.usage()}
        refusals = store.calls.refusals()
        calls = len(server.requests)
    assert sum(each.calls for each in usage.values()) == calls
    assert (usage["trial"].calls, usage["draft"].calls, usage["draft"].kept) == (12, 4, 2)
    assert usage["draft"].tokens_in == 400
    assert usage["draft"].cost == 0.0
    assert refusals == {"summary": 4}


def test_twins_are_both_drafted(tmp_path: Path) -> None:
    from dataclasses import replace

    with serve(says(GOOD)) as server:
        report, drafts = run(tmp_path, server, paper(1), replace(paper(1), id="doi:10.1000/2"))
    assert (report.drafted, report.by_model, len(drafts)) == (2, 2, 2)
