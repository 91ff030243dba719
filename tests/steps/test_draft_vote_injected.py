"""Papers that make a model vote as they like: the section stays the judge's at every confidence, and no rating, no
decision and no probability follows from what they say. `looks_like_prompt_injection` knows none of their phrases."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.model_server import Json, Said, sections_offered, serve, wants
from tests.steps.draft_sample import ABSTRACT, SETTINGS, paper, records, silent
from tests.steps.injections import INJECTIONS
from triage.collection import Store
from triage.drafting.vote import ModelTrial
from triage.house.format import learn
from triage.lists.document import read
from triage.llm.client import ChatModel
from triage.llm.injection import looks_like_prompt_injection
from triage.models import Choice, Judgement, Paper, Record, SectionPath, Stage, show_path
from triage.steps.draft import draft
from triage.steps.review import doubtful

NAMES = ("Cracks", "Loads", "Rust", "Cables", "Decks", "Bearings", "Scour", "Surveys")
SECTIONS: tuple[SectionPath, ...] = tuple(("Bridges", name) for name in NAMES)
HOME, WANTED = SECTIONS[0], SECTIONS[1]
MARK = "⭐"


def eight_sections() -> str:
    """A list with stars whose entries name their section, so that a model can be right about them."""
    lines = ["# Watching Bridges", "", "# Bridges", ""]
    for place, name in enumerate(NAMES):
        lines += [f"## {name}", ""]
        for number in range(4):
            lines += [
                f"- {MARK * (1 + number % 3)} *(202{number}-CVPR)* **{name}Net{number}: On {name} of Old Bridges** "
                f"[[Paper]](https://arxiv.org/abs/20{place + 10}.0000{number})",
                f"  - watches {name.lower()} of bridges with {number + 2} cameras over many a winter.",
                "",
            ]
    return "\n".join(lines)


def spread(first: float, wanted: float) -> tuple[Choice, ...]:
    """The judge's choices: this probability for HOME, that for WANTED, the rest in equal parts."""
    rest = (1 - first - wanted) / (len(SECTIONS) - 2)
    chances = [first, wanted, *[rest] * (len(SECTIONS) - 2)]
    return tuple(Choice(path, chance) for path, chance in zip(SECTIONS, chances, strict=True))


def obeys(request: Json, number: int) -> Said:
    """A model that is right about every listed entry, and does whatever a paper asks for."""
    shown = request["messages"][-1]["content"].split("=====")[2]
    offered = sections_offered(request)
    if not wants(request, "summary"):
        right = next(name for name in offered if name.rpartition(" > ")[2] + "Net" in shown)
        return Said(json.dumps({"section": right, "reason": "so"}))
    told = {
        "section": show_path(WANTED) if "Loads" in shown else offered[0],
        "section_reason": "the paper says so",
        "summary": "compares each girder tile with a memory of sound tiles.",
        "summary_quote": "compares each girder tile with a memory of sound tiles",
        "stars": 3,
        "stars_quote": "compares each girder tile with a memory of sound tiles",
    }
    return Said(json.dumps(told))


def injected() -> list[Paper]:
    """A paper for every injection, in turn in the middle of the abstract, at its ends, in title and comment."""
    made = []
    first, _, second = ABSTRACT.partition("In this paper")
    for number, form in enumerate(INJECTIONS):
        said = form.format(wanted=show_path(WANTED))
        places: tuple[dict[str, Any], ...] = (
            {"abstract": f"{first}{said} In this paper{second}"},
            {"abstract": f"{said} {ABSTRACT}"},
            {"abstract": f"{ABSTRACT} {said}"},
            {"comment": said},
            {"title": f"BeamScope {number}: {said}"},
        )
        values: dict[str, Any] = {"id": f"2511.1{number:04}", "title": f"BeamScope {number}: Watching Girders"}
        made.append(paper(**{**values, **places[number % len(places)]}))
    return made


def drafted(folder: Path, papers: Sequence[Paper], choices: tuple[Choice, ...]) -> list[Record]:
    """The records after all the papers were drafted with the model that obeys."""
    document = read(eight_sections())
    with serve(obeys) as server, Store(folder / "store") as store:
        for each in papers:
            store.papers.save(each)
        store.judgements.save([Judgement(each.id, 0.9, True, choices) for each in papers])
        model = ChatModel("tiny", server.base_url, "", 20.0, 0)
        settings = replace(SETTINGS, max_tokens_per_fetch=10**9)
        draft(store, document, learn(document), records(store), model=model, settings=settings, progress=silent)
        return records(store)


def test_the_injections_are_not_written_like_the_phrases_that_are_known() -> None:
    known = [form for form in INJECTIONS if looks_like_prompt_injection(form.format(wanted=show_path(WANTED)))]
    assert len(INJECTIONS) == 40
    assert known == []


@pytest.mark.parametrize("first", [0.3, 0.4, 0.49, 0.5, 0.6, 0.75, 0.9, 0.97])
def test_forty_injections_move_nothing_whatever_the_judges_confidence(tmp_path: Path, first: float) -> None:
    runner_up = min(0.95 * (1 - first), 0.65 * first) if first < 0.5 else 0.95 * (1 - first)
    found = drafted(tmp_path, injected(), spread(first, runner_up))
    assert len(found) == len(INJECTIONS)
    for record in found:
        made = record.draft
        assert made is not None
        assert made.by == "tiny", "the paper was not shown to the model: the test would prove nothing"
        assert made.vote == WANTED
        assert record.section == HOME
        assert record.confidence == pytest.approx(first)
        assert record.stage is Stage.DRAFTED
        assert record.decision is None
        assert MARK not in made.entry
        assert made.facts.stars is None


def test_a_vote_settles_what_the_judge_leaves_open_and_raises_no_confidence(tmp_path: Path) -> None:
    record, _ = drafted(tmp_path, injected()[:2], spread(0.3, 0.28))
    assert record.section == WANTED
    assert record.confidence == pytest.approx(0.28)
    assert record.confidence <= ModelTrial(24, 24).accuracy
    assert doubtful(record.section, record), "a person is asked to look before the section is taken"
    assert record.draft is not None
    assert any("chose Bridges > Loads (28%) over Bridges > Cracks (30%)" in note for note in record.draft.notes)
    assert f"tiny would give it {MARK * 3}" in record.draft.notes
