"""Drafting by rule: what is drafted, what is left as it is, and one bad paper that stops nothing."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.steps.draft_sample import ABSTRACT, ONE, SETTINGS, TWO, judged, pages, paper, records, silent, workplace
from triage.errors import TriageError
from triage.house.format_table import from_table
from triage.models import Decision, Verdict
from triage.steps.draft import draft
from triage.steps.review import Answer, decide

ACCEPT = Answer(Verdict.ACCEPT)


def test_an_entry_is_drafted_in_the_lists_own_format(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        report = draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        made = store.drafts.get("2511.00001")
    assert (report.drafted, report.kept, report.problems) == (1, 0, ())
    assert made is not None
    assert made.section == ONE
    assert made.by == "rules"
    assert made.entry == (
        "- *(2026-WACV)* **BeamScope: Label-Free Crack Detection on Bridges, Part 1** "
        "[[Paper]](https://arxiv.org/abs/2511.00001), [[Code]](https://github.com/lane/beamscope)\n"
        "  - Authors: Ada Lane, Dee Park\n"
        f"  - {made.facts.summary}\n"
        "  - Datasets: SDNET2018, DeepCrack"
    )
    assert made.facts.summary
    assert made.facts.summary not in ABSTRACT.split(". ")
    assert made.facts.stars is None


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    with workplace(tmp_path, paper(1), paper(2)) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        again = draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
    assert (again.drafted, again.kept) == (0, 2)


@pytest.mark.parametrize("change", ["version", "text", "section", "again"])
def test_what_changes_is_drafted_anew(tmp_path: Path, change: str) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        if change == "version":
            store.papers.save(paper(version=2, comment="Accepted at CVPR 2026"))
        elif change == "text":
            store.texts.save(pages(paper(), "We evaluate on GDXray. GDXray has welds. Results on GDXray follow."), [])
        elif change == "section":
            store.judgements.save([replace(judged("2511.00001"), sections=judged("2511.00001").sections[::-1])])
        report = draft(
            store, document, house, records(store), settings=SETTINGS, progress=silent, again=change == "again"
        )
        made = store.drafts.get("2511.00001")
    assert report.drafted == 1
    assert made is not None
    if change == "version":
        assert made.facts.venue == "CVPR"
    if change == "text":
        assert "GDXray" in made.facts.datasets
    if change == "section":
        assert made.section == TWO


def test_a_decision_survives_a_new_draft(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        store.ledger.decide(Decision("2511.00001", Verdict.ACCEPT, TWO, "- my own words"))
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent, again=True)
        record = store.record("2511.00001")
    assert (record.section, record.entry) == (TWO, "- my own words")


def test_a_paper_without_anything_is_drafted_from_its_title(tmp_path: Path) -> None:
    bare = paper(abstract="", authors=(), comment=None, published=None)
    with workplace(tmp_path, bare) as (store, document, house):
        report = draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        made = store.drafts.get(bare.id)
    assert report.problems == ()
    assert made is not None
    assert made.facts.summary is None
    assert made.facts.venue is None
    assert bare.title in made.entry


def test_a_paper_nobody_judged_is_drafted_without_a_section(tmp_path: Path) -> None:
    with workplace(tmp_path) as (store, document, house):
        store.papers.save(paper(), origin="person")
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        made = store.drafts.get("2511.00001")
    assert made is not None
    assert made.section == ()


def test_a_venue_without_a_year_is_noted(tmp_path: Path) -> None:
    with workplace(tmp_path, paper(comment="Accepted by IEEE TMI")) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        made = store.drafts.get("2511.00001")
    assert made is not None
    assert (made.facts.venue, made.facts.year) == ("TMI", 2025)
    assert made.notes == ("TMI is stated without a year; 2025 is when the preprint appeared",)


HOSTILE = (
    "Bridges](https://evil.example) **bold** <script>alert(1)</script>",
    "Line one\n- new entry [x](https://evil.example)\n## New section",
    "\x1b[2J\x1b]0;owned\x07 clear screen",
    "| cell | breaks | table |",
    "![beacon](https://evil.example/a.png)",
    "`code` ``` fence ``` </details>",
    "right \u202eto left\u202c and \u2066hidden\u2069",
    "$\\href{javascript:alert(1)}{x}$ [y](javascript:alert(1))",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", ["title", "abstract", "authors", "comment"])
def test_hostile_text_cannot_break_out_of_its_entry(tmp_path: Path, text: str, place: str) -> None:
    value: Any = (text, "Bo Quill") if place == "authors" else f"We propose {text} for bridges. It works well."
    with workplace(tmp_path, paper(**{place: value})) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        made = store.drafts.get("2511.00001")
    assert made is not None
    assert "\x1b" not in made.entry
    assert "\u202e" not in made.entry
    lines = made.entry.split("\n")
    assert lines[0].startswith("- ")
    assert all(line.startswith("  - ") for line in lines[1:])
    for sign in ("](https://evil.example", "](javascript:", "<script>", "![beacon]", "</details>"):
        assert sign not in made.entry.replace("\\]", "").replace("\\<", ""), sign


def test_a_draft_that_cannot_stand_is_named_and_stops_no_other(tmp_path: Path) -> None:
    """The owner's template writes a heading where there is a code link; only one of two papers has one."""
    template = "{?## {title}\n[[Code]]({code}){|}- **{title}** [[Paper]]({arxiv})}"
    broken = from_table({"templates": [{"entry": template}]})
    papers = (paper(1), paper(2, abstract="We propose a thing for bridges. It works well."))
    with workplace(tmp_path, *papers) as (store, document, _):
        report = draft(store, document, broken, records(store), settings=SETTINGS, progress=silent)
        assert report.drafted == 2
        (problem,) = store.papers.problems()
        assert (problem.paper_id, problem.step) == ("2511.00001", "entry")
        assert "headings" in problem.message
        assert "triage accept 2511.00001 --entry FILE" in problem.message
        made = store.drafts.get("2511.00001")
        assert made is not None
        assert made.notes[-1] == problem.message
        with pytest.raises(TriageError, match="headings"):
            decide(store, "2511.00001", ACCEPT, document=document, house=broken)
        own = "- ⭐ *(2026-WACV)* **BeamScope: Mine** [[Paper]](https://arxiv.org/abs/2511.00001)"
        decide(store, "2511.00001", replace(ACCEPT, entry=own), document=document, house=broken)
        assert list(store.papers.problems()) == []
        decide(store, "2511.00002", ACCEPT, document=document, house=broken)
