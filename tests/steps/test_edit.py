"""A person's facts: kept in the store, in the entry, and never overwritten by a machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.steps.draft_sample import ABSTRACT, ONE, SETTINGS, paper, records, silent, workplace
from triage.collection import Store
from triage.errors import TriageError, UnknownPaper
from triage.models import Decision, FullText, PageText, Verdict
from triage.steps.draft import draft
from triage.steps.edit import edit
from triage.steps.review import Answer, decide, edits_needed

ID = "2511.00001"


def test_a_person_s_facts_stand_in_the_entry_and_outlive_every_draft(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        before = store.drafts.get(ID)
        made = edit(store, house, ID, {"venue": "ICRA", "year": "2027", "summary": "finds cracks without labels"}).draft
        assert before is not None and "WACV" in before.entry
        assert "ICRA" in made.entry and "2027" in made.entry and "WACV" not in made.entry
        assert "finds cracks without labels" in made.entry
        # The paper's new version says otherwise, its PDF is read, and everything is drafted again.
        store.papers.save(replace(paper(), version=2, comment="Accepted at CVPR 2026", abstract=f"{ABSTRACT} Indeed."))
        store.texts.save(FullText(ID, 2, "pdf", (PageText(1, "It is code at https://github.com/a/b now."),)), [])
        report = draft(store, document, house, records(store), settings=SETTINGS, progress=silent, again=True)
        after = store.drafts.get(ID)
        assert report.drafted == 1 and after is not None
        assert (after.facts.venue, after.facts.year) == ("ICRA", 2027)
        assert "finds cracks without labels" in after.entry
        assert after.machine_facts is not None and after.machine_facts.venue == "CVPR"
        # Reset: the machine's newest word, not that of the day when the person spoke.
        made = edit(store, house, ID, {}, reset=["venue", "year"]).draft
        assert (made.facts.venue, made.facts.year) == ("CVPR", 2026)
        assert "finds cracks without labels" in made.entry


def test_nothing_known_is_a_fact_too(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        assert edit(store, house, ID, {"venue": ""}).draft.facts.venue is None
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent, again=True)
        made = store.drafts.get(ID)
        assert made is not None and made.facts.venue is None


def test_what_the_machine_drafted_counts_for_the_edits_needed(tmp_path: Path) -> None:
    with workplace(tmp_path, paper(1), paper(2)) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        edit(store, house, ID, {"summary": "finds cracks without labels"})
        for number in (1, 2):
            decide(store, f"2511.0000{number}", Answer(Verdict.ACCEPT, ONE), document=document, house=house)
        needed = edits_needed(store)
    assert (needed.accepted, needed.unchanged, needed.edited) == (2, 1, 1)
    assert 0 < needed.distance < 1


@pytest.mark.parametrize(
    ("values", "message"),
    [({"year": "soon"}, "1900 to 2200"), ({"colour": "red"}, "no field 'colour'"), ({"title": " "}, "needs a title")],
)
def test_what_does_not_fit_changes_nothing(tmp_path: Path, values: dict[str, str], message: str) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        before = store.drafts.get(ID)
        with pytest.raises(TriageError, match=message):
            edit(store, house, ID, {"venue": "ICRA", **values})
        assert store.person_facts.of(ID) == {}
        assert store.drafts.get(ID) == before


def test_an_accepted_entry_that_was_drafted_would_read_otherwise_and_a_person_s_own_stays(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        decide(store, ID, Answer(Verdict.ACCEPT, ONE), document=document, house=house)
        made = edit(store, house, ID, {"venue": "ICRA"})
        assert made.decided is not None and "ICRA" in made.decided
        accepted(store, "- my own words")
        with pytest.raises(TriageError, match=r"triage accept 2511\.00001 --entry FILE"):
            edit(store, house, ID, {"venue": "ICML"})
        assert store.person_facts.of(ID) == {"venue": "ICRA"}
        assert "ICML" in (edit(store, house, ID, {"venue": "ICML"}, rewrite=True).decided or "")


def accepted(store: Store, entry: str) -> None:
    store.ledger.decide(Decision(ID, Verdict.ACCEPT, ONE, entry))


def test_what_cannot_be_edited_says_why(tmp_path: Path) -> None:
    with workplace(tmp_path, paper()) as (store, document, house):
        with pytest.raises(UnknownPaper):
            edit(store, house, "2511.09999", {"venue": "ICRA"})
        with pytest.raises(TriageError, match="no draft yet"):
            edit(store, house, ID, {"venue": "ICRA"})
        draft(store, document, house, records(store), settings=SETTINGS, progress=silent)
        accepted(store, "- entry")
        store.ledger.publish(ID, ONE, "- entry")
        with pytest.raises(TriageError, match="change its entry there"):
            edit(store, house, ID, {"venue": "ICRA"})
