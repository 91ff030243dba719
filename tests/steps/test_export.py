"""The collection as a bibliography: one record a paper, keys that stay, every format."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.disk import mounted
from triage.collection import Store
from triage.lists.document import scan
from triage.lists.lookup import Lookup
from triage.models import ExportFormat, Paper, Record
from triage.steps.export import export

LIST = """# Frogs

## Glass frogs

- [MICCAI 2025] **Counting Glass Frogs**. *Ada Marsh, Bo Newt* [[Paper]](https://arxiv.org/abs/2406.01234)
- [TMI 2023] **Newts by Name Alone**. *Cy Toad*

## Both

- [MICCAI 2025] **Counting Glass Frogs**. *Ada Marsh, Bo Newt* [[Paper]](https://arxiv.org/abs/2406.01234)
"""
TOADS = Paper("2407.00001", "Toads at Night", authors=("Dee Pond",), categories=("cs.CV",), published=date(2024, 7, 1))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as store:
        store.look(Lookup(scan(LIST).entries).read_entries(), {}, "seen")
        store.papers.save(TOADS, "person")
        yield store


def titles(text: str) -> list[str]:
    return [row["title"] for row in json.loads(text)]


def test_one_record_for_each_paper_however_often_it_is_listed(store: Store) -> None:
    records = store.records()
    assert titles(export(store, records, ExportFormat.JSON)) == [
        "Counting Glass Frogs",
        "Newts by Name Alone",
        "Toads at Night",
    ]
    assert export(store, records, ExportFormat.BIB).count("@") == len(records) == 3
    first = json.loads(export(store, records, ExportFormat.JSON))[0]
    assert first["sections"] == ["Glass frogs", "Both"]


def test_venues_of_the_list_make_the_records(store: Store) -> None:
    text = export(store, store.records(), ExportFormat.BIB)
    assert "@inproceedings{marsh2025counting,\n  author = {Marsh, Ada and Newt, Bo}" in text
    assert "booktitle = {MICCAI},\n  year = {2025}" in text and "eprint = {2406.01234}" in text
    assert "@article{toad2023newts," in text and "journal = {TMI}" in text
    assert "@misc{pond2024toads," in text and "primaryClass = {cs.CV}" in text


def test_what_a_person_said_comes_first(store: Store) -> None:
    store.person_facts.give(TOADS.id, {"venue": "CVPR", "year": "2026", "title": "Toads by Day", "authors": "Eve Reed"})
    text = export(store, store.records(), ExportFormat.BIB)
    assert "@inproceedings{reed2026toads,\n  author = {Reed, Eve},\n  title = {Toads by Day}" in text


def keys(store: Store, records: list[Record]) -> dict[str, str]:
    return {row["id"]: row["key"] for row in json.loads(export(store, records, ExportFormat.JSON))}


def test_keys_never_change(store: Store) -> None:
    before = keys(store, store.records())
    store.papers.save(replace(TOADS, title="Another Title", authors=("Somebody Else",), version=2), "person")
    newcomer = Paper("2407.00002", "Toads Again", authors=("Dee Pond",), published=date(2024, 7, 2))
    store.papers.save(newcomer, "person")
    after = keys(store, list(reversed(store.records())))
    assert {one: after[one] for one in before} == before
    assert after[newcomer.id] == "pond2024toadsa"


def test_keys_that_differ_in_case_alone_are_one_for_bibtex(store: Store) -> None:
    store.bibliography.give({"2406.01234": "POND2024toads"})
    assert keys(store, store.records())[TOADS.id] == "pond2024toadsa"


def test_two_records_made_one_keep_a_key(store: Store) -> None:
    found = keys(store, store.records())
    name_only = next(one for one in found if one.startswith("list:"))
    united = store.papers.unite([TOADS.id, name_only])
    assert keys(store, store.records())[united] == found[TOADS.id]


def test_a_store_that_cannot_be_written_gives_keys_for_this_time(tmp_path: Path, store: Store) -> None:
    found = keys(store, store.records())
    with mounted(tmp_path / "disk", 4) as disk:
        with Store(disk.place / "other") as other:
            other.papers.save(TOADS, "person")
        disk.make_read_only()
        with Store(disk.place / "other") as other:
            assert keys(other, other.records()) == {TOADS.id: found[TOADS.id]}


def test_a_table_for_spreadsheets_runs_no_formula(store: Store) -> None:
    store.papers.save(replace(TOADS, title="=HYPERLINK(1)"), "person")
    rows = list(csv.DictReader(io.StringIO(export(store, store.records(), ExportFormat.CSV))))
    assert [row["title"] for row in rows][-1] == "'=HYPERLINK(1)"
    assert rows[0]["authors"] == "Ada Marsh; Bo Newt" and rows[0]["venue"] == "MICCAI"


def test_markdown_by_section_shows_every_sign_as_it_is(store: Store) -> None:
    store.papers.save(replace(TOADS, title="<b>*Toads*</b> [x](y)"), "person")
    text = export(store, store.records(), ExportFormat.MD)
    assert text.startswith("## Glass frogs\n\n- [Counting Glass Frogs](https://arxiv.org/abs/2406.01234). Ada Marsh")
    assert (
        "[\\<b\\>\\*Toads\\*\\</b\\> \\[x\\](y)](https://arxiv.org/abs/2407.00001). Dee Pond. 2024. `pond2024btoads`"
        in text
    )


def test_nothing_is_an_empty_file_of_its_format(store: Store) -> None:
    assert [export(store, [], form) for form in ExportFormat] == ["", "", "", "[]\n", "key\n", "[]\n", ""]
