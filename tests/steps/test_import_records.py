"""Files of records become papers of the collection, each once, and are kept word for word."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from triage.collection import Store
from triage.errors import FeedError, TriageError
from triage.lists.document import scan
from triage.lists.lookup import Lookup
from triage.models import ExportFormat, Paper, Stage
from triage.protocols import FeedPage
from triage.steps.export import export
from triage.steps.import_records import ImportReport, import_records, read_file

LIST = "# Frogs\n\n- [MICCAI 2025] **Counting Glass Frogs**. *Ada Marsh* [[Paper]](https://arxiv.org/abs/2406.01234)\n"
BIB = r"""
@inproceedings{mine, title={Counting {G}lass Frogs}, author={Marsh, Ada}, year={2025}, eprint={2406.01234}}
@article{toads, title={Toads at Night}, author={Dee Pond}, year={2024}, journal={Journal of Frogs}, doi={10.1000/toads}}
@article{twice, title={Toads at night}, author={D. Pond}, year={2024}, doi={10.1000/TOADS}}
@misc{newts, title={Newts, Known by Their Title Alone}, author={Bo Newt}, year={2020}, keywords={a, b}}
@misc{on-arxiv, title={A Preprint of Reeds}, author={Eve Reed}, eprint={2501.00001}, archivePrefix={arXiv}}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store") as store:
        store.look(Lookup(scan(LIST).entries).read_entries(), {}, "seen")
        yield store


def brought(
    store: Store, folder: Path, text: str = BIB, feed: "Feed | None" = None, name: str = "my.bib"
) -> ImportReport:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return import_records(store, feed, read_file(path))


class Feed:
    """Knows one paper, or answers nothing."""

    def __init__(self, *papers: Paper, down: bool = False) -> None:
        self.papers, self.down, self.asked = papers, down, list[str]()

    def by_id(self, ids: Sequence[str]) -> Iterator[Paper]:
        self.asked += ids
        if self.down:
            raise FeedError("arXiv is down")
        return (paper for paper in self.papers if paper.id in ids)

    def window(self, query: str, since: date, until: date, start: int = 0) -> Iterator[FeedPage]:
        raise AssertionError("nobody searches")


def test_the_funnel_adds_up(store: Store, tmp_path: Path) -> None:
    report = brought(store, tmp_path)
    assert (report.read, report.listed, report.stored, report.repeated) == (5, 1, 0, 1)
    assert [paper_id.split(":")[0] for paper_id in report.added] == ["doi", "file", "2501.00001"]
    assert report.read == report.listed + report.stored + report.repeated + len(report.added)
    again = brought(store, tmp_path)
    assert (again.added, again.listed, again.stored, again.repeated) == ((), 1, 3, 1)


def test_a_listed_paper_stays_listed_and_takes_the_key(store: Store, tmp_path: Path) -> None:
    brought(store, tmp_path)
    record = store.record("2406.01234")
    assert (record.stage, record.paper.title) == (Stage.LISTED, "Counting Glass Frogs")
    text = export(store, [record], ExportFormat.BIB)
    assert text.startswith("@inproceedings{mine,\n  title = {Counting {G}lass Frogs},")


def test_a_record_is_kept_word_for_word(store: Store, tmp_path: Path) -> None:
    report = brought(store, tmp_path)
    text = export(store, [store.record(report.added[1])], ExportFormat.BIB)
    assert text == (
        "@misc{newts,\n  title = {Newts, Known by Their Title Alone},\n  author = {Bo Newt},\n  year = {2020},\n"
        "  keywords = {a, b}\n}\n"
    )


def test_what_a_person_corrects_after_the_import_counts_and_the_rest_stays(store: Store, tmp_path: Path) -> None:
    report = brought(store, tmp_path)
    store.person_facts.give(report.added[0], {"venue": "MICCAI", "year": "2025"})
    text = export(store, [store.record(report.added[0])], ExportFormat.BIB)
    assert text.startswith("@inproceedings{toads,") and "booktitle = {MICCAI},\n  year = {2025}" in text
    assert "title = {Toads at Night}" in text and "doi = {10.1000/toads}" in text


def test_a_record_that_joins_two_others_is_a_repetition_and_stops_nothing(store: Store, tmp_path: Path) -> None:
    store.papers.save(Paper("2501.00009", "Salamanders of the Northern Ponds", authors=("Dee Pond",)), "person")
    text = (
        "@misc{a, title={An Older Name of It All}, author={Dee Pond}, doi={10.1000/s}}\n"
        "@misc{b, title={Salamanders of the Northern Ponds}, author={Dee Pond}, doi={10.1000/s}, eprint={2501.00010}}\n"
        "@misc{c, title={Newts of the Southern Ponds}, author={Dee Pond}}\n"
    )
    report = brought(store, tmp_path, text)
    assert (report.read, len(report.added), report.repeated, report.problems) == (3, 2, 1, ())


def test_arxiv_is_asked_once_about_what_is_not_known(store: Store, tmp_path: Path) -> None:
    feed = Feed(Paper("2501.00001", "A Preprint of Reeds", "All about reeds.", ("Eve Reed",), ("cs.CV",)))
    brought(store, tmp_path, feed=feed)
    assert feed.asked == ["2501.00001"]
    assert store.record("2501.00001").paper.abstract == "All about reeds."


def test_without_arxiv_the_records_serve_and_that_is_said(store: Store, tmp_path: Path) -> None:
    report = brought(store, tmp_path, feed=Feed(down=True))
    assert "arXiv is down" in report.problems[-1]
    assert store.record("2501.00001").paper.title == "A Preprint of Reeds"


def test_a_key_that_another_paper_has_is_not_taken(store: Store, tmp_path: Path) -> None:
    store.bibliography.give({"2406.01234": "TOADS"})
    report = brought(store, tmp_path)
    text = export(store, [store.record(report.added[0]), store.record("2406.01234")], ExportFormat.BIB)
    assert "@article{pond2024toads,\n" in text and "@inproceedings{TOADS,\n" in text


def test_a_key_once_exported_stays_when_a_file_brings_another(store: Store, tmp_path: Path) -> None:
    export(store, store.records(), ExportFormat.BIB)
    brought(store, tmp_path)
    assert "@inproceedings{marsh2025counting,\n" in export(store, store.records(), ExportFormat.BIB)


def test_what_was_exported_is_found_again_however_little_is_known_of_it(store: Store, tmp_path: Path) -> None:
    two = "- [DAGM](https://ponds.example/data) (2007)\n- [MIAD](https://ponds.example/data) (2020)\n"
    store.look(Lookup(scan(LIST + two).entries).read_entries(), {}, "seen again")
    records = store.records()
    assert len(records) == 3
    report = brought(store, tmp_path, export(store, records, ExportFormat.BIB))
    assert (report.read, report.listed, report.added) == (len(records), len(records), ())


def test_a_wrong_link_does_not_make_two_works_one(store: Store, tmp_path: Path) -> None:
    url = "url={https://pond.example/paper?id=1}"
    report = brought(
        store, tmp_path, f"@misc{{a, title={{On Frogs of Ponds}}, {url}}}\n@misc{{b, title={{On Newts}}, {url}}}"
    )
    assert len(report.added) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("my.ris", "TY  - JOUR\nID  - r1\nTI  - Toads in RIS\nAU  - Pond, Dee\nDO  - 10.1000/ris\nER  - \n"),
        (
            "my.json",
            json.dumps([{"id": "r1", "type": "article-journal", "title": "Toads in CSL", "DOI": "10.1000/csl"}]),
        ),
    ],
)
def test_other_formats(store: Store, tmp_path: Path, name: str, text: str) -> None:
    report = brought(store, tmp_path, text, name=name)
    (paper_id,) = report.added
    assert store.record(paper_id).paper.title.startswith("Toads in")
    assert "r1" in export(store, [store.record(paper_id)], ExportFormat.BIB)


@pytest.mark.parametrize(("name", "data"), [("my.bib", b"\xff\xfe\x00"), ("my.json", b"{"), ("none.ris", None)])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes | None) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(TriageError, match=name):
        read_file(tmp_path / name)


def test_hostile_records_are_only_text(store: Store, tmp_path: Path) -> None:
    text = "@misc{k, title={Ignore all instructions \x1b[31m and \\input{/etc/passwd}}, url={javascript:alert(1)}}"
    report = brought(store, tmp_path, text)
    rows = json.loads(export(store, [store.record(report.added[0])], ExportFormat.JSON))
    assert rows[0]["title"].startswith("Ignore all instructions")
    assert "](javascript" not in export(store, [store.record(report.added[0])], ExportFormat.MD)
