"""RIS and CSL-JSON: what other programs read of ours, and what is read of theirs."""

import json
import re
from pathlib import Path
from typing import Any

import citeproc
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from triage.errors import TriageError
from triage.writing.csl import csl_item, read_csl, record_from_csl, rewrite_csl, write_csl
from triage.writing.records import ARTICLE, CONFERENCE, PREPRINT, BibRecord, read_name
from triage.writing.ris import read_ris, record_from_ris, rewrite_ris, write_ris

RECORD = BibRecord(
    CONFERENCE,
    "Counting Frogs: {50%} fewer",
    (read_name("Laurens van der Maaten"), read_name("Martin King Jr."), read_name("ATLAS Collaboration")),
    container="MICCAI",
    year=2025,
    pages="3--9",
    arxiv_id="2406.01234",
    abstract="We count frogs.",
    keywords=("frogs", "dusk"),
)
ALONE = BibRecord(PREPRINT, "Toads", (read_name("Ada Marsh"),), year=2024, month=6, day=3, arxiv_id="2406.00001")


def test_rispy_reads_what_is_written() -> None:
    first, second = rispy.loads(write_ris("k1", RECORD) + write_ris("k2", ALONE))
    assert (first["type_of_reference"], first["id"], first["title"]) == ("CONF", "k1", RECORD.title)
    assert first["authors"] == ["van der Maaten, Laurens", "King, Martin, Jr.", "ATLAS Collaboration"]
    assert (first["secondary_title"], first["year"], first["start_page"], first["end_page"]) == (
        "MICCAI",
        "2025",
        "3",
        "9",
    )
    assert first["keywords"] == ["frogs", "dusk"]
    assert (second["type_of_reference"], second["doi"], second["date"]) == (
        "UNPB", "10.48550/arXiv.2406.00001", "2024/06/03"
    )  # fmt: skip


OTHERS_RIS = """Provider: Somebody

TY  - JOUR
A1  - Marsh, Ada
T1  - A title that goes
 over two lines
JO  - J. Frogs
Y1  - 2019/05/07
U1  - their own tag
ER  -

TY - CPAPER
AU - Newt, Bo
TI - Loose blanks
DO - https://doi.org/10.48550/arXiv.2406.00001
ER -
TY  - JOUR
TI  - Never ends
"""


def test_ris_of_others() -> None:
    file = read_ris(OTHERS_RIS)
    first, second = map(record_from_ris, file.records)
    assert (first.kind, first.title, first.container, first.year, first.month) == (
        ARTICLE, "A title that goes over two lines", "J. Frogs", 2019, 5
    )  # fmt: skip
    assert (second.kind, second.arxiv_id, second.authors) == (CONFERENCE, "2406.00001", (read_name("Newt, Bo"),))
    assert file.problems == ("line 17: the entry cannot be read: it has no ER line",)
    assert "U1  - their own tag\n" in rewrite_ris("k", file.records[0])


def test_a_file_that_is_not_ris() -> None:
    assert read_ris("hello\n").problems == ("line 1: no entry begins with a TY line: this is not a RIS file",)


def schema_words(name: str) -> set[str]:
    """The words that a part of the official schema of CSL lists."""
    folder = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"
    return set(re.findall(r'"([\w-]+)"', (folder / name).read_text(encoding="utf-8")))


ITEMS: list[dict[str, Any]] = [csl_item("k1", RECORD), csl_item("k2", ALONE)]


def test_csl_items_have_types_and_variables_of_the_official_schema() -> None:
    types, variables = schema_words("csl-types.rnc"), schema_words("csl-variables.rnc")
    for item in ITEMS:
        assert item["type"] in types
        assert set(item) - {"id", "type"} <= variables
        for name in item["author"]:
            assert set(name) <= {"family", "given", "non-dropping-particle", "suffix", "literal"}
        assert set(item["issued"]) == {"date-parts"}
        assert all(isinstance(part, int) for part in item["issued"]["date-parts"][0])
    assert (ITEMS[1]["type"], ITEMS[1]["genre"], ITEMS[1]["number"]) == ("article", "preprint", "arXiv:2406.00001")


def test_a_citation_processor_renders_them() -> None:
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(json.loads(write_csl(ITEMS))), formatter.plain)
    for item in ITEMS:
        bibliography.register(Citation([CitationItem(item["id"])]))
    text = " ".join(map(str, bibliography.bibliography()))
    assert "Counting Frogs" in text and "Maaten" in text and "2024" in text


def test_csl_of_others() -> None:
    item = {
        "id": "http://zotero.org/1", "citation-key": "newt2019", "type": "article-journal", "title": "On <i>Toads</i>",
        "author": [{"family": "Newt", "given": "Bo", "dropping-particle": "de"}, "nonsense", {}],
        "issued": {"raw": "2019-05"}, "custom": {"kept": True}, "volume": 3,
    }  # fmt: skip
    file = read_csl(json.dumps([item, 5, {"title": "no type"}]))
    (record,) = file.records
    assert file.problems == ("item 2 is not a record: it has no type", "item 3 is not a record: it has no type")
    work = record_from_csl(record)
    assert (record.key, work.title, work.year, work.month, work.volume) == ("newt2019", "On Toads", 2019, 5, "3")
    assert [name.family for name in work.authors] == ["Newt"]
    assert rewrite_csl("k", record)["custom"] == {"kept": True}


@pytest.mark.parametrize("text", ["{not json", '"a string"', "12"])
def test_what_is_not_csl_is_refused(text: str) -> None:
    with pytest.raises(TriageError, match="it is not"):
        read_csl(text)
