"""What makes a draft stale and what does not: nothing is paid for twice because the list has grown."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.model_server import Json, ModelServer, Said, sections_offered, serve
from tests.steps.draft_sample import ABSTRACT, ONE, SETTINGS, TWO, list_text, pages, paper, records, silent, workplace
from triage.collection import Store
from triage.errors import ConfigError
from triage.house.format import learn
from triage.house.place import apply, place
from triage.lists.document import Document, read
from triage.llm.client import ChatModel
from triage.llm.prompts import copy_prompts
from triage.models import Choice, Draft, Facts, Judgement
from triage.steps.draft import DraftReport, draft

MANY = tuple(("Bridges", f"Part {number}") for number in range(14))


def answers(request: Json, number: int) -> Said:
    told = {
        "section": sections_offered(request)[0],
        "summary": "compares each girder tile with a memory of sound tiles.",
        "summary_quote": "compares each girder tile with a memory of sound tiles",
    }
    return Said(json.dumps(told))


def grown(document: Document) -> Document:
    """The list after one more entry was published."""
    entry = (
        "- ⭐ *(2026-WACV)* **TileWalk: Walking over Tiles** [[Paper]](https://arxiv.org/abs/2511.09999), "
        "[[Code]](https://github.com/a/TileWalk)\n  - Authors: Eve Stone\n"
        "  - walks over each girder tile with a memory of its own.\n  - Datasets: TileWalk500, DeepCrack"
    )
    facts = Facts("TileWalk: Walking over Tiles", venue="WACV", year=2026, arxiv_id="2511.09999")
    after = read(apply(document.text, place(document, learn(document), ONE, entry, facts)))
    assert len(after.entries) == len(document.entries) + 1
    return after


def run(store: Store, document: Document, server: ModelServer | None, **more: Any) -> DraftReport:
    model = ChatModel("tiny", server.base_url, "", 5.0, 0) if server else None
    house = learn(read(list_text()))
    return draft(store, document, house, records(store), model=model, settings=SETTINGS, progress=silent, **more)


def made_by(store: Store) -> list[str]:
    return [record.draft.by for record in records(store) if record.draft]


def test_an_entry_more_in_the_list_makes_no_draft_stale_and_asks_no_model(tmp_path: Path) -> None:
    with serve(answers) as server, workplace(tmp_path, *map(paper, range(1, 11))) as (store, document, _):
        run(store, document, server)
        asked = len(server.requests)
        assert asked == 12 + 10
        report = run(store, grown(document), server)
        assert (report.drafted, report.kept, len(server.requests)) == (0, 10, asked)
        offline = run(store, grown(document), None)
        assert (offline.drafted, offline.kept) == (0, 10)
        assert made_by(store) == ["tiny"] * 10


def test_a_judge_who_changes_their_mind_costs_a_rule_and_no_call(tmp_path: Path) -> None:
    with serve(answers) as server, workplace(tmp_path, *map(paper, range(1, 11))) as (store, document, _):
        run(store, document, server)
        asked = len(server.requests)
        moved = [record.judgement for record in records(store) if record.judgement]
        store.judgements.save([replace(judgement, sections=judgement.sections[::-1]) for judgement in moved])
        report = run(store, grown(document), server)
        assert (report.drafted, report.by_model, len(server.requests)) == (10, 10, asked)
        assert {record.section for record in records(store)} == {TWO}
        assert made_by(store) == ["tiny"] * 10


@pytest.mark.parametrize("offline_between", [False, True])
def test_the_tail_of_many_sections_may_change_as_it_likes(tmp_path: Path, offline_between: bool) -> None:
    """Of 14 sections ten are offered; which ones stand at the end of the ten changes with every decision."""

    def judged(number: int) -> Judgement:
        tail = MANY[2:] if number == 0 else MANY[:1:-1]
        shares = [0.3, 0.25, *[0.05] * 8] if number < 2 else [0.25, 0.3, *[0.05] * 8]
        return Judgement(paper().id, 0.9, True, tuple(map(Choice, (*MANY[:2], *tail[:8]), shares)))

    with serve(answers) as server, workplace(tmp_path, paper()) as (store, document, _):
        for number in range(3):
            store.judgements.save([judged(number)])
            if offline_between:
                run(store, document, None)
            report = run(store, document, server)
            assert report.failures == ()
        assert len(server.requests) == 1
        store.judgements.save([Judgement(paper().id, 0.9, True, (Choice(MANY[12], 0.4), Choice(MANY[0], 0.35)))])
        run(store, document, server)
        assert len(server.requests) == 2
        assert sections_offered(server.requests[1]) == [" > ".join(path) for path in (MANY[12], MANY[0])]


@pytest.mark.parametrize("change", ["abstract", "text", "prompt", "retry", "model", "section offered"])
def test_what_the_answer_depends_on_is_asked_for_anew(tmp_path: Path, change: str) -> None:
    own = tmp_path / "prompts"
    with serve(answers) as server, workplace(tmp_path, paper()) as (store, document, _):
        run(store, document, server)
        if change == "abstract":
            store.papers.save(paper(version=2, abstract=f"{ABSTRACT} We also look at piers."))
        elif change == "text":
            store.texts.save(pages(paper(), "We evaluate on GDXray. GDXray has welds. Results on GDXray follow."), [])
        elif change in ("prompt", "retry"):
            list(copy_prompts(own))
            file = own / f"{'draft' if change == 'prompt' else change}.md"
            file.write_text(file.read_text(encoding="utf-8") + "\nBe brief.\n", encoding="utf-8")
        elif change == "section offered":
            offered = (Choice(ONE, 0.4), Choice(("Bridges",), 0.35), Choice(TWO, 0.25))
            store.judgements.save([Judgement(paper().id, 0.9, True, offered)])
        model = ChatModel("other" if change == "model" else "tiny", server.base_url, "", 5.0, 0)
        report = draft(
            store,
            document,
            learn(document),
            records(store),
            model=model,
            settings=SETTINGS,
            progress=silent,
            prompts=own,
        )
        assert (report.by_model, len(server.requests)) == (1, 2)


def test_prompts_that_were_copied_and_not_edited_change_nothing(tmp_path: Path) -> None:
    with serve(answers) as server, workplace(tmp_path, paper()) as (store, document, _):
        run(store, document, server)
        list(copy_prompts(tmp_path / "prompts"))
        report = run(store, document, server, prompts=tmp_path / "prompts")
        assert (report.drafted, len(server.requests)) == (0, 1)


def test_a_prompt_that_cannot_be_used_stops_the_run_and_no_paper_is_to_blame(tmp_path: Path) -> None:
    own = tmp_path / "prompts"
    list(copy_prompts(own))
    (own / "draft.md").write_text((own / "draft.md").read_text(encoding="utf-8") + "{{mood}}", encoding="utf-8")
    with serve(answers) as server, workplace(tmp_path, paper()) as (store, document, _):
        with pytest.raises(ConfigError, match=r"draft\.md: \{\{mood\}\} is not a variable"):
            run(store, document, server, prompts=own)
        assert (server.requests, store.papers.problems()) == ([], [])


@pytest.mark.parametrize("version", [1, 2])
def test_what_says_nothing_of_the_paper_is_not_paid_for(tmp_path: Path, version: int) -> None:
    """A new version with the same words, or another address, is drafted by rule at most."""
    with serve(answers) as server, workplace(tmp_path, paper()) as (store, document, _):
        run(store, document, server)
        store.papers.save(paper(version=version, categories=("cs.CV",), pdf_url="https://example.org/1.pdf"))
        report = run(store, document, server)
        assert (report.drafted, len(server.requests)) == (version - 1, 1)
        assert made_by(store) == ["tiny"]


def test_a_refused_reply_is_not_asked_for_again_because_the_judge_changed_their_mind(tmp_path: Path) -> None:
    refuses = serve(lambda request, number: Said("I would rather not."))
    with refuses as server, workplace(tmp_path, paper()) as (store, document, _):
        run(store, document, server)
        assert len(server.requests) == 2
        store.judgements.save([Judgement(paper().id, 0.9, True, (Choice(TWO, 0.6), Choice(ONE, 0.4)))])
        report = run(store, document, server)
        assert (report.drafted, len(server.requests)) == (1, 2)
        run(store, document, server, again=True)
        assert len(server.requests) == 4


def test_a_reply_that_was_cut_is_asked_for_again_when_there_is_more_room(tmp_path: Path) -> None:
    def script(request: Json, number: int) -> Said:
        return Said("<think>Let me see", finish="length") if request["max_tokens"] < 5000 else answers(request, number)

    with serve(script) as server, workplace(tmp_path, paper()) as (store, document, house):
        run(store, document, server)
        run(store, document, server)
        assert len(server.requests) == 1
        made = store.drafts.get(paper().id)
        assert made is not None
        assert "cut at 4000 tokens" in made.notes[-1]
        assert "[llm] max_answer_tokens" in made.notes[-1]
        model = ChatModel("tiny", server.base_url, "", 5.0, 0)
        roomy = replace(SETTINGS, max_answer_tokens=8000)
        report = draft(store, document, house, records(store), model=model, settings=roomy, progress=silent)
        assert (report.by_model, len(server.requests)) == (1, 2)


def test_a_draft_of_an_older_store_has_no_sections_offered(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, _, _):
        store.drafts.save(Draft(paper().id, ONE, Facts("T"), "- T"))
        made = store.drafts.get(paper().id)
        assert made is not None
        assert made.offered == ()
