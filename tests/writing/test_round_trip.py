"""What is exported, imported into an empty collection and exported again is the same, byte for byte."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import rispy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.collection import Store
from triage.collection.papers import PERSON
from triage.identity import title_key
from triage.models import ExportFormat, Paper
from triage.steps.export import export
from triage.steps.import_records import import_records, read_file

NAMES = [
    "Ada Marsh", "Laurens van der Maaten", "Guy Van den Broeck", "王伟", "李 小龙", "Martin King Jr.",
    "ATLAS Collaboration", "José Ñandú", "Łukasz Ørsted", "Ludwig von Beethoven III", "Plato", "Bo \\'Eluard", "et al.",
    "Ann and Co", "O'Neil, Pat", "{Odd} Brace", "Ümit Şahin", "van der Berg, Jan", "A. B. C. D'Arcy",
]  # fmt: skip
WORDS = [
    "GAN", "Counting", "$\\alpha$-frogs", "50%", "{Braces}", "}", "{", "A&B", "under_score", "#1", "~", "^2",
    "\\emph{x}", "naïve", "Schrödinger", "“quoted”", '"', "C++", "3D", "西湖", "β-VAE", "@article{x,", "ER  - ",
    "TY  - JOUR", "x=y", "a,b", "\\", "%", "…", "–", "t-SNE", "''", "\n", "\u00a0", "and", "others",
]  # fmt: skip

titles = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=7).map(" ".join),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60),
)


@st.composite
def papers(draw: st.DrawFn, number: int) -> Paper:
    kind = draw(st.sampled_from(["arxiv", "doi", "file"]))
    day = draw(st.none() | st.dates(date(1992, 1, 1), date(2026, 12, 31)))
    title = f"{draw(titles)} {number}x"
    ids = {"arxiv": f"2401.{number:05}", "doi": f"doi:10.1000/frogs_{number}", "file": f"file:{number:08x}"}
    return Paper(
        id=ids[kind],
        title=title,
        abstract=draw(st.sampled_from(["", "We count frogs & toads: 50% of {them}.\nTwice."])),
        authors=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=4))),
        categories=draw(st.sampled_from([(), ("cs.CV",), ("math.GT", "cs.LG")])),
        comment=draw(st.sampled_from([None, "Accepted at MICCAI 2025", "12 pages", "Submitted to ICML"])),
        journal_ref=draw(st.sampled_from([None, "Medical Image Analysis 12 (2024) 3-9", "J. Frogs & Toads, 2019"])),
        doi=f"10.1000/frogs_{number}" if kind == "doi" else None,
        published=day,
        abs_url=draw(st.sampled_from([None, f"https://pond.example/a_b/{number}?x={{1}}&y=%20#z"])),
    )


@st.composite
def collections(draw: st.DrawFn) -> list[Paper]:
    found = [draw(papers(number)) for number in range(draw(st.integers(15, 25)))]
    return list({title_key(paper.title): paper for paper in found}.values())


FORMATS = {ExportFormat.BIB: ".bib", ExportFormat.RIS: ".ris", ExportFormat.CSL: ".json"}


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=collections())
def test_records_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, form: ExportFormat, found: list[Paper]
) -> None:
    text, again = there_and_back(tmp_path_factory.mktemp("trip"), form, found)
    assert again == text


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=collections())
def test_a_thousand_records_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, form: ExportFormat, found: list[Paper]
) -> None:
    text, again = there_and_back(tmp_path_factory.mktemp("trip"), form, found)
    assert again == text
    assert COUNT[form](text) == len(found)


COUNT: dict[ExportFormat, Callable[[str], int]] = {
    ExportFormat.BIB: lambda text: sum(line.startswith("@") for line in text.splitlines()),
    ExportFormat.RIS: lambda text: len(rispy.loads(text)),
    ExportFormat.CSL: lambda text: text.count('\n  "id": '),
}


def there_and_back(folder: Path, form: ExportFormat, papers: list[Paper]) -> tuple[str, str]:
    with Store(folder / "one") as store:
        with store.papers.together():
            for paper in papers:
                store.papers.save(paper, PERSON)
        text = export(store, store.records(), form)
    file = folder / f"all{FORMATS[form]}"
    file.write_text(text, encoding="utf-8")
    with Store(folder / "two") as store:
        report = import_records(store, None, read_file(file))
        assert (report.read, len(report.added), report.problems) == (len(papers), len(papers), ())
        return text, export(store, store.records(), form)
