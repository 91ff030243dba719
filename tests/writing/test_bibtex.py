"""Entries of .bib files: written so that BibTeX and biblatex read what was meant, read as others write them."""

from dataclasses import replace

import pytest

from triage.drafting.tex import read_tex
from triage.models import ImportedRecord
from triage.writing.bibtex import (
    escape,
    in_ascii,
    month_number,
    protect,
    read_bib,
    record_from_bib,
    rewrite_bib,
    write_bib,
    write_name,
)
from triage.writing.records import ARTICLE, CONFERENCE, OTHER, PREPRINT, THESIS, BibRecord, read_name

RECORD = BibRecord(
    PREPRINT,
    "AnomalyGPT: 50% fewer Frogs & a GAN-based t-SNE",
    (read_name("Laurens van der Maaten"), read_name("The ATLAS Collaboration"), read_name("et al.")),
    year=2024,
    month=6,
    day=3,
    arxiv_id="2406.01234",
    arxiv_class="cs.CV",
)


def test_a_preprint() -> None:
    assert write_bib("maaten2024anomalygpt", RECORD) == (
        "@misc{maaten2024anomalygpt,\n"
        "  author = {van der Maaten, Laurens and {The ATLAS Collaboration} and others},\n"
        "  title = {{AnomalyGPT}: 50\\% fewer Frogs \\& a {GAN}-based t-{SNE}},\n"
        "  year = {2024},\n"
        "  month = jun,\n"
        "  doi = {10.48550/arXiv.2406.01234},\n"
        "  url = {https://arxiv.org/abs/2406.01234},\n"
        "  eprint = {2406.01234},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CV}\n"
        "}\n"
    )


def test_biblatex_has_its_own_names() -> None:
    text = write_bib("k", RECORD, biblatex=True)
    assert text.startswith("@online{k,\n")
    assert "  date = {2024-06-03},\n" in text
    assert "  eprinttype = {arxiv},\n  eprintclass = {cs.CV}\n" in text
    assert "journaltitle = {TMI}" in write_bib("k", replace(RECORD, kind=ARTICLE, container="TMI"), biblatex=True)


def test_a_contribution_keeps_its_eprint() -> None:
    text = write_bib("k", replace(RECORD, kind=CONFERENCE, container="MICCAI", doi="10.1000/x_y", month=None))
    assert text.startswith("@inproceedings{k,\n")
    assert "booktitle = {MICCAI}" in text and "doi = {10.1000/x_y}" in text and "eprint = {2406.01234}" in text


def test_accents_are_unicode_unless_ascii_is_asked_for() -> None:
    record = replace(RECORD, title="Ångström β", authors=(read_name("José Ñandú"), read_name("王伟")))
    assert "{Ångström β}" in write_bib("k", record)
    text = write_bib("k", record, ascii_only=True)
    assert r"{\r{A}}ngstr{\"o}m" in text or r"{\AA}ngstr{\"o}m" in text
    assert r"{\ensuremath{\beta}}" in text and r"{\~N}and{\'u}, Jos{\'e}" in text
    assert "王伟" in text


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Transformers in the Wild", "Transformers in the Wild"),
        ("iPhone photos of DNA", "{iPhone} photos of {DNA}"),
        ("E(3) × SO(3)-Nets", "E(3) × {SO}(3)-Nets"),
        ("3D (MRI) Few-Shot Éa ÉCO", "{3D} ({MRI}) Few-Shot Éa {ÉCO}"),
        ("a {b} \\ $x_1$ ~ ^", r"a {\textbraceleft}b{\textbraceright} {\textbackslash} \$x\_1\$ {\textasciitilde} "
         r"{\textasciicircum}"),
    ],
)  # fmt: skip
def test_only_capitals_that_a_style_would_lower_are_protected(title: str, written: str) -> None:
    assert protect(title) == written


def test_names_that_bibtex_would_take_apart() -> None:
    assert write_name(read_name("King, Jr., Martin")) == "King, Jr., Martin"
    assert write_name(read_name("Ada and Sons")) == "{and} Sons, Ada"


FILE = r"""
@comment{nothing}
@string{cv = "Computer Vision"}
@inproceedings{DBLP:conf/x+1,
  title = {The {GAN} of Schr{\"o}dinger},
  Author = "van der Berg, Jan and {ATLAS Collaboration}",
  booktitle = cv # { and } # "Frogs",
  month = 1 # "~" # jan, year = 2020, pages = {1--9}, note = {}
}
@ARTICLE(round, title={Parentheses}, journal={arXiv preprint arXiv:2301.00001}, year={2023})
@article{DBLP:conf/x+1, title={The Same Key}}
@phdthesis{doe, title = {Deep Frogs}, author = {Doe, Jane}, school = {Pond U}, year = {2021}, month = may}
"""


def test_files_of_others() -> None:
    first, *rest = read_bib(FILE).records
    assert (first.kind, first.key, first.line) == ("inproceedings", "DBLP:conf/x+1", 4)
    assert dict(first.fields) == {
        "title": 'The {GAN} of Schr{\\"o}dinger', "Author": "van der Berg, Jan and {ATLAS Collaboration}",
        "booktitle": "Computer Vision and Frogs", "month": "1~jan", "year": "2020", "pages": "1--9", "note": "",
    }  # fmt: skip
    record = record_from_bib(first)
    assert (record.title, record.container, record.year, record.month) == (
        "The GAN of Schrödinger", "Computer Vision and Frogs", 2020, 1
    )  # fmt: skip
    assert [name.family or name.literal for name in record.authors] == ["Berg", "ATLAS Collaboration"]
    assert "DBLP:conf/x+1" in [record.key for record in rest]


def test_an_arxiv_paper_is_known_however_it_is_written() -> None:
    ways = [
        {"eprint": "2301.00001v2", "archivePrefix": "arXiv"}, {"eprinttype": "arxiv", "eprint": "2301.00001"},
        {"journal": "arXiv preprint arXiv:2301.00001"}, {"journal": "CoRR", "volume": "abs/2301.00001"},
        {"url": "https://arxiv.org/abs/2301.00001"}, {"doi": "10.48550/arXiv.2301.00001"}, {"note": "arXiv:2301.00001"},
    ]  # fmt: skip
    for fields in ways:
        record = record_from_bib(ImportedRecord("bib", "article", "k", tuple(fields.items())))
        assert (record.arxiv_id, record.kind) == ("2301.00001", PREPRINT), fields
    published = {"journal": "Frogs", "eprint": "2301.00001"}
    assert record_from_bib(ImportedRecord("bib", "article", "k", tuple(published.items()))).kind == ARTICLE


def test_kinds_of_others() -> None:
    assert record_from_bib(read_bib(FILE).records[-1]).kind == THESIS
    assert record_from_bib(ImportedRecord("bib", "dataset", "k", (("title", "Frogs"),))).kind == OTHER


def test_what_cannot_be_read_is_said_and_stops_nothing() -> None:
    bad = "@article{bad,\n  title = {An {open brace},\n  year = {2020},\n}\n"
    file = read_bib("@misc{a,\n  title = {Good}\n}\n" + bad + "@misc{b,title={x}}\n@misc{\n")
    assert [(record.key, dict(record.fields).get("title")) for record in file.records] == [
        ("a", "Good"), ("bad", "An open brace"), ("b", "x"),
    ]  # fmt: skip
    assert [problem.split(":")[0] for problem in file.problems] == ["line 4", "line 9"]


def test_an_imported_record_is_written_as_it_was() -> None:
    first = read_bib(FILE).records[0]
    text = rewrite_bib("mine", first)
    assert text.startswith('@inproceedings{mine,\n  title = {The {GAN} of Schr{\\"o}dinger},\n  Author = {van der')
    assert read_bib(text).records[0].fields == first.fields


def test_dialects_are_translated() -> None:
    fields = {"journal": "J", "year": "2020", "month": "may", "school": "P", "archivePrefix": "arXiv", "eprint": "1"}
    old = ImportedRecord("bib", "phdthesis", "k", tuple(fields.items()))
    text = rewrite_bib("k", old, biblatex=True)
    assert "@thesis{k" in text and "date = {2020-05}" in text and "month" not in text and "type = {phdthesis}" in text
    assert "institution = {P}" in text and "eprinttype = {arxiv}" in text
    back = rewrite_bib("k", read_bib(text).records[0])
    assert "year = {2020}" in back and "month = may" in back and "archivePrefix = {arXiv}" in back


def test_months() -> None:
    assert [month_number(text) for text in ("jan", "10~mar", "September", "07", "13", "")] == [1, 3, 9, 7, None, None]


@pytest.mark.parametrize(
    "text", ["Alison O’Neil", "E(3) × SO(3)", "5 µm ± 1°", "“x” – — … • · → ≤ €", "Ðorđe Þór", "a^b {c} | <d> ~ _"]
)
def test_what_is_written_in_ascii_reads_back_the_same(text: str) -> None:
    assert in_ascii(text).isascii()
    assert read_tex(in_ascii(escape(text))) == text


@pytest.mark.parametrize("name", ["Erdős", "Szűcs", "Ű", "Đorđe", "Łukasz", "O’Neil"])
def test_names_in_ascii_are_read_as_they_were(name: str) -> None:
    assert in_ascii(name).isascii() and read_tex(in_ascii(name)) == name
