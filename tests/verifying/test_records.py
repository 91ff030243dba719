"""The records of a draft's bibliography against invented works of ours."""

from dataclasses import replace
from datetime import date

import pytest

from triage.verifying.records import OurWorks, RecordVerdict, Verdict, check_record, compare_record, find_ours
from triage.writing.bibtex import read_bib, record_from_bib
from triage.writing.records import BibRecord, read_name

TODAY = date(2026, 11, 25)


def record(title: str, authors: str, venue: str = "", year: int = 2023, doi: str = "", arxiv: str = "") -> BibRecord:
    names = tuple(map(read_name, authors.split(" and ")))
    kind = "inproceedings" if venue else "preprint"
    return BibRecord(kind, title, names, container=venue, year=year, doi=doi, arxiv_id=arxiv)


HERD = record("Herd: Counting Sheep at Night", "Ann Lee and Bo Berg and Cy Marsh", "CVPR", doi="10.1109/herd.1")
WOOL = record("A Theory of Wool under Stress", "Di Moor and Ed Fell", arxiv="2301.00001")
BARK = record("Dogs that Bark at Strangers: a Survey", "Fay Glen and Gil Heath", "ICML", 2021)
WORKS = OurWorks({"lee2023herd": HERD, "moor2023theory": WOOL, "glen2021dogs": BARK})


def check(theirs: BibRecord, key: str = "") -> RecordVerdict:
    return check_record(theirs, WORKS, TODAY, key)


def test_a_record_like_ours_agrees() -> None:
    found = check(HERD)
    assert (found.verdict, found.ours, found.differences) == (Verdict.AGREES, "lee2023herd", ())


@pytest.mark.parametrize(
    "theirs",
    [
        replace(HERD, kind="article", container="arXiv preprint arXiv:2211.00001", doi="", year=2022),
        replace(HERD, title="Counting sheep at night"),
        replace(HERD, authors=tuple(map(read_name, ("A. Lee", "others")))),
        replace(HERD, container="Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition"),
        replace(HERD, year=2024),
        replace(WOOL, doi="10.1145/1.2"),
        replace(WOOL, arxiv_id="", url="https://wool.example"),
    ],
)
def test_the_same_work_in_other_words(theirs: BibRecord) -> None:
    assert check(theirs).verdict in (Verdict.DIFFERENTLY, Verdict.AGREES)


@pytest.mark.parametrize(
    ("theirs", "concerned", "says"),
    [
        (replace(HERD, title="Herd: Counting Goats at Night"), "title", "“goats” for “sheep”"),
        (replace(HERD, authors=HERD.authors[1:]), "authors", "missing among the authors: Ann Lee"),
        (replace(HERD, authors=HERD.authors[::-1]), "authors", "another order"),
        (replace(HERD, authors=(read_name("Jo Doe"), read_name("Al Roe"))), "authors", "none of the authors"),
        (replace(HERD, container="Workshop on Lambs"), "venue", "ours is CVPR"),
        (replace(HERD, doi="10.9999/x"), "doi", "10.9999/x is not this work's"),
        (replace(HERD, year=2031), "year", "in the future"),
        (replace(HERD, year=2019), "year", "ours is 2023"),
        (replace(WOOL, arxiv_id="2301.99999"), "arxiv", "arXiv:2301.99999 is not this work"),
        (replace(WOOL, kind="inproceedings", container="ICLR", year=2020), "venue", "before its preprint"),
    ],
)
def test_a_false_field_is_named(theirs: BibRecord, concerned: str, says: str) -> None:
    found = check(theirs)
    assert found.verdict is Verdict.WRONG
    assert concerned in [one.field for one in found.differences if one.verdict is Verdict.WRONG]
    assert says in found.reason


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        (replace(WOOL, kind="inproceedings", container="ICLR"), "we know it as a preprint only"),
        (replace(BARK, doi="10.7777/x"), "no publisher we know"),
        (replace(BARK, kind="article", container="Journal of Machine Learning Research", year=2022), "a later version"),
        (replace(BARK, title="Of Cats"), "under this title is unknown to us"),
    ],
)
def test_what_ours_neither_confirms_nor_refutes(theirs: BibRecord, says: str) -> None:
    found = check(theirs)
    assert found.verdict is Verdict.UNCONFIRMED
    assert says in found.reason


@pytest.mark.parametrize(
    ("theirs", "says"),
    [
        (replace(HERD, title="Of Quiet Rivers and Old Mills"), "what it names by its id"),
        (replace(HERD, authors=BARK.authors), "its authors are those of another work, “Dogs that Bark"),
        (replace(HERD, arxiv_id="2301.00001", doi=""), "its id is that of another work, “A Theory of Wool"),
        (replace(HERD, title="Herd: Counting Goats by Day", authors=(read_name("Jo Doe"),)), "others than those of"),
    ],
)
def test_a_record_that_mixes_works(theirs: BibRecord, says: str) -> None:
    found = check(theirs)
    assert found.verdict is Verdict.ANOTHER
    assert says in found.reason


def test_a_work_that_is_not_ours_is_not_called_wrong() -> None:
    strangers = [
        record("Goats: Counting Sheep at Night", "Jo Doe and Al Roe", "ECCV"),
        record("A Theory of Wool and of Silk", "Jo Doe", arxiv="2305.00009"),
        record("A Theory of Wool under Water", "Di Moor and Ed Fell", arxiv="2305.00009"),
        record("Dogs that Sleep", "Fay Glen and Gil Heath", "AAAI", 2024),
    ]
    assert [check(one).verdict for one in strangers] == [Verdict.UNKNOWN] * 4
    assert compare_record(strangers[0], None, TODAY).verdict is Verdict.UNKNOWN


def test_our_key_for_another_work_is_said() -> None:
    stranger = record("Of Quiet Rivers", "Jo Doe", "ECCV")
    assert find_ours(stranger, WORKS) == ""
    found = check(stranger, "lee2023herd")
    assert (found.verdict, found.ours) == (Verdict.ANOTHER, "lee2023herd")


def test_a_record_in_broken_braces_is_not_called_wrong() -> None:
    fields = (
        "title = {Herd: {Counting}",
        "author = {Ann Lee and Bo B}",
        "booktitle = {CVPR}",
        "doi = {10.1109/herd.1}",
    )
    text = "@inproceedings{a,\n " + ",\n ".join(fields) + "\n}"
    read = read_bib(text)
    assert read.problems
    found = check_record(record_from_bib(read.records[0]), WORKS, TODAY, cut_off=True)
    assert found.verdict is Verdict.DIFFERENTLY


def test_six_thousand_works_are_looked_through_in_no_time() -> None:
    many = {
        f"key{at}": record(
            f"Sheep number {at} of herd {at % 97} in valley {at % 89}", f"Ann Lee{at} and Bo Berg{at % 50}"
        )
        for at in range(6000)
    }
    works = OurWorks(many)
    for at in range(0, 6000, 300):
        assert find_ours(replace(many[f"key{at}"], title=many[f"key{at}"].title.upper()), works) == f"key{at}"


def test_hostile_fields_raise_nothing() -> None:
    for text in ("", "{" * 500, "\\", "&#x;&amp" * 50, "١٢٣", "a" * 5000, "and " * 300, "\x00\ud800"):
        theirs = BibRecord("misc", text, (read_name(text),), container=text, doi=text, arxiv_id=text)
        assert check(theirs, text).verdict in Verdict
