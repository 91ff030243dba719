"""An entry's fields as lines of text, and a draft with what a person said of them."""

from dataclasses import fields, replace
from datetime import date

import pytest

from triage.drafting.entry import BY_NAME, FIELDS, changed, corrected, edited, shown
from triage.errors import TriageError
from triage.house.format import learn
from triage.lists.document import read
from triage.models import Draft, Facts, Paper

HOUSE = learn(
    read(
        """# Kites

## Strings

- [Wind 2024] **Knots** [[paper]](https://example.org/1)
- [Wind 2023] **Loops** [[paper]](https://example.org/2)
- [Wind 2022] **Reels** [[paper]](https://example.org/3)
"""
    )
)


def test_every_fact_is_a_field() -> None:
    assert {one.name for one in FIELDS} == {one.name for one in fields(Facts)}
    assert len({one.option for one in FIELDS}) == len(FIELDS)


def test_fields_go_to_text_and_back() -> None:
    facts = Facts("T", ("A B", "C, D"), "V", 2026, date(2026, 1, 2), summary="S", datasets=("X", "Y"), stars=2)
    for one in FIELDS:
        assert changed(facts, one, shown(facts, one)) == facts


def test_an_empty_line_means_not_known() -> None:
    facts = Facts("T", venue="V", datasets=("X",))
    assert changed(facts, BY_NAME["venue"], " ").venue is None
    assert changed(facts, BY_NAME["datasets"], "").datasets == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [("title", ""), ("year", "26"), ("day", "3 June"), ("stars", "4"), ("code_url", "github.com/x")],
)
def test_what_does_not_fit_a_field_is_refused(name: str, text: str) -> None:
    with pytest.raises(TriageError):
        changed(Facts("T"), BY_NAME[name], text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Marsh; Bo Quill", ("Ada Marsh", "Bo Quill")),
        ("Ada Marsh, Bo Quill and Cy Dunn", ("Ada Marsh", "Bo Quill", "Cy Dunn")),
        ("Marsh, Ada and Quill, Bo", ("Ada Marsh", "Bo Quill")),
        ("Ada Marsh", ("Ada Marsh",)),
    ],
)
def test_authors_as_people_type_them(text: str, names: tuple[str, ...]) -> None:
    assert changed(Facts("T"), BY_NAME["authors"], text).authors == names


def test_a_draft_with_a_person_s_facts_keeps_the_machine_s_beside() -> None:
    facts = Facts("Kites Fly", year=2025, paper_url="https://example.org/9")
    draft = Draft("1", ("Strings",), facts, "- **Kites Fly** [[paper]](https://example.org/9)")
    mine = edited(draft, {"venue": "Wind", "year": "2026"}, HOUSE)
    assert mine.entry == "- [Wind 2026] **Kites Fly** [[paper]](https://example.org/9)"
    assert (mine.facts.venue, mine.facts.year) == ("Wind", 2026)
    assert (mine.machine_facts, mine.machine_entry) == (draft.facts, draft.entry)
    again = edited(mine, {"year": "2026"}, HOUSE)
    assert (again.facts.venue, again.facts.year) == (None, 2026)
    assert edited(mine, {}, HOUSE) == draft
    assert edited(draft, {"year": "2025"}, HOUSE) == draft


def test_only_a_paper_that_is_known_from_its_pdf_is_corrected_itself() -> None:
    given = {"title": "Kites Fly High", "authors": "Ada Marsh", "venue": "Wind"}
    read_from_pdf = Paper("pdf:0011223344556677", "KITES FLY", authors=("Adobe",))
    assert corrected(read_from_pdf, given) == replace(read_from_pdf, title="Kites Fly High", authors=("Ada Marsh",))
    assert corrected(Paper("2506.00001", "Kites fly"), given) == Paper("2506.00001", "Kites fly")
