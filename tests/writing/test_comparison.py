"""What papers name and the table that compares them: nothing that does not stand on the page, no empty columns."""

from tests.writing.told import ALL, BEAM, ONLY_TITLE, SPAN, work
from triage.drafting.datasets import Gazetteer, learn_gazetteer
from triage.models import Facts, Table
from triage.writing.comparison import comparison_table, reported, side_by_side
from triage.writing.document import Citation
from triage.writing.mentions import data_sets, edition_of, known_data_sets, metrics, modalities

NONE = Gazetteer({})
PAGE = "Table 1: Rust found. Detector Dice AUROC RustNet [4] 0.41 0.80 BeamScope 0.71 ± 0.02 0.93 and so it goes."


def test_a_table_has_a_row_for_each_paper_the_oldest_first() -> None:
    table = comparison_table("Rust", ALL, known_data_sets(ALL))
    assert table is not None
    assert [row[0].citation for row in table.rows] == [
        Citation(key) for key in ("poe21", "lind22", "marsh23", "braun24")
    ]
    assert all(len(row) == len(table.columns) for row in table.rows)
    assert {"Paper", "Year", "Data sets", "Reported"} <= set(table.columns)
    assert "Code" not in table.columns and "Venue" not in table.columns


def test_cells_hold_what_stands_on_their_page() -> None:
    table = comparison_table("Rust", ALL, known_data_sets(ALL))
    assert table is not None
    shown = {(row[0].text, name): cell for row in table.rows for name, cell in zip(table.columns, row, strict=True)}
    number = shown["Braun et al.", "Reported"]
    assert (number.text, number.citation) == ("Dice 0.71 (GirderSet-9)", Citation("braun24", 1))
    assert "0.71" in number.evidence[0].sentence.text
    assert shown["Marsh and Noor", "Data sets"].text == "GirderSet-9"
    assert shown["Lind", "Reported"].text == shown["Lind", "Data sets"].text == ""


def test_what_is_known_of_a_paper_is_shown_without_a_page() -> None:
    facts = Facts("Rust", ("Gil Ash",), venue="MIDL", year=2020, code_url="https://example.org/rust")
    works = tuple(work(f"k{place}", "Rust", ("Abstract", "We see rust."), facts=facts) for place in range(2))
    table = comparison_table("Rust", works, NONE)
    assert table is not None
    row = dict(zip(table.columns, table.rows[0], strict=True))
    assert row["Venue"].text == "MIDL" and row["Venue"].citation is None
    assert row["Code"].url == "https://example.org/rust"


def test_one_paper_is_compared_with_nobody() -> None:
    assert comparison_table("Rust", (BEAM,), NONE) is None
    assert comparison_table("Rust", (), NONE) is None


def test_numbers_of_the_own_row_of_a_table_are_reported_if_their_page_has_them() -> None:
    columns, rows = ("Detector", "Dice", "AUROC"), (("RustNet", "0.41", "0.80"), ("BeamScope", "0.71±0.02", "0.99"))
    table = Table("Table 1: Rust found", 2, columns, rows)
    paper = work("k", "BeamScope: Rust", ("Abstract", "We see rust."), ("4 Results", PAGE), tables=(table,))
    assert [(one.text, one.sentence.page) for one in reported(paper, data_sets(paper, NONE))] == [
        ("Dice 0.71 ± 0.02", 2)
    ]


def test_differences_and_the_numbers_of_others_are_not_reported() -> None:
    for said in (
        "We improve accuracy by 4.2% on all bridges.",
        "Our method surpasses RustNet by 3.4 mAP with a small backbone.",
        "We reach 92.8% accuracy by day and 61.3% by night on the same bridges.",
        "RustNet achieves 81.0% accuracy on the bridges of the north.",
        "Our detector has a mean accuracy of over 90.1% in rain.",
        "Our detector measures with an accuracy of 1.08 m in rain.",
    ):
        assert reported(work("k", "Rust", ("Abstract", said)), []) == [], said


def test_numbers_stand_side_by_side_only_on_one_data_set() -> None:
    known = known_data_sets(ALL)
    found = [(one, number) for one in ALL for number in reported(one, data_sets(one, known))]
    assert [[one.key for one, _ in rows] for rows in side_by_side(found)] == [["braun24", "marsh23"]]
    other = work("k", "Rust", ("Abstract", "Our detector achieves a Dice of 0.50 on PierSet-2 benchmark images."))
    found = [
        (one, number)
        for one in (BEAM, other)
        for number in reported(one, data_sets(one, known_data_sets((BEAM, other))))
    ]
    assert len(found) == 2 and side_by_side(found) == []


def test_data_sets_are_spelled_as_the_paper_spells_them() -> None:
    paper = work("k", "Rust", ("Abstract", "We evaluate our detector on Bridge Rust 21 and on photographs."))
    listed = learn_gazetteer([("BridgeRust21",)])
    found = data_sets(paper, known_data_sets((paper,), listed))
    assert [one.name for one in found] == ["Bridge Rust 21"]


def test_one_paper_tells_the_next_what_is_a_data_set() -> None:
    assert [one.name for one in data_sets(SPAN, known_data_sets((SPAN,)))] == []
    assert [one.name for one in data_sets(SPAN, known_data_sets((SPAN, BEAM)))] == ["GirderSet-9"]


def test_editions_of_a_data_set_are_one() -> None:
    assert edition_of("BraTS21") == edition_of("BraTs-2021") == edition_of("BRATS") == "brats"
    assert edition_of("CIFAR-10") != edition_of("CIFAR-100")


def test_kinds_of_data_and_metrics_are_those_the_paper_uses() -> None:
    text = "We train our model on chest X-ray images. It reaches a Dice of 0.5 and a recall of 0.7 on them. CT is dear."
    paper = work("k", "Rust in X-ray Images", ("Abstract", text))
    assert [one.name for one in modalities(paper)] == ["X-ray"]
    assert [one.name for one in metrics(paper)] == ["Dice", "recall"]


def test_a_title_alone_names_nothing() -> None:
    assert data_sets(ONLY_TITLE, known_data_sets(ALL)) == modalities(ONLY_TITLE) == metrics(ONLY_TITLE) == []
    assert reported(ONLY_TITLE, data_sets(ONLY_TITLE, NONE)) == []
