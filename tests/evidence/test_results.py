"""What a table says of the paper's own method, and what it is not certain of."""

import pytest

from triage.evidence.results import Result, best_numbers, label_columns, more_is_better, value_of
from triage.models import Table

ROWS = (
    ("Persistence", "0.91", "0.40", "12"),
    ("RiverMem w/o memory", "0.52", "0.71", "13"),
    ("RiverMem (ours)", "0.37±0.02", "0.83", "15"),
)
TABLE = Table("Forecasts of two rivers.", 7, ("Method", "Error", "Recall", "Stations"), ROWS)
SETTINGS = [("A", "10%"), ("A", "50%"), ("A", "100%"), ("B", "10%"), ("B", "50%"), ("B", "100%")]


def test_the_row_called_ours_gives_the_results_of_columns_that_measure() -> None:
    assert best_numbers(TABLE) == (
        Result("Error", "0.37±0.02", "RiverMem (ours)", 7),
        Result("Recall", "0.83", "RiverMem (ours)", 7),
    )


def test_a_method_is_known_by_its_name_but_not_its_variants() -> None:
    rows = (("Persistence", "0.91"), ("RiverMem", "0.37"), ("RiverMem-S", "0.31"))
    table = Table("", 2, ("Method", "Error"), rows)
    assert best_numbers(table) == ()
    assert [one.value for one in best_numbers(table, ["RiverMem"])] == ["0.37"]


def test_of_several_rows_the_best_counts_where_it_is_known_which_that_is() -> None:
    rows = (("Ours A", "0.4", "0.7", "3"), ("Ours B", "0.3", "0.7", "5"))
    table = Table("Recall", 2, ("Method", "Error", "Recall", "Mood"), rows)
    assert [(one.metric, one.value, one.row) for one in best_numbers(table)] == [("Error", "0.3", "Ours B")]


def test_the_caption_names_the_measure_of_columns_that_name_data_sets() -> None:
    table = Table("Dice (%) on two data sets.", 3, ("Method", "BendSet", "", "LakeSet"), (("Ours", "81.2", "1", "79"),))
    assert [one.metric for one in best_numbers(table)] == ["BendSet Dice", "LakeSet Dice"]


def test_without_a_row_of_its_own_there_is_nothing() -> None:
    assert best_numbers(Table("Dice", 3, ("Dice", "Recall"), (("0.3", "0.4"), ("0.5", "0.6")))) == ()
    assert best_numbers(Table("Dice of ours", 3, ("Method", "Dice"), (("Baseline", "0.3"), ("Theirs", "0.4")))) == ()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Dice", True),
        ("AUROC (%)", True),
        ("HD95", False),
        ("Inference Time (s)", False),
        ("Score X ↓", False),
        ("FPR ↑", True),
        ("BraTS", None),
        ("Error Recall", None),
        ("P@10 Recall@5", True),
    ],
)
def test_headers_say_whether_more_is_better(header: str, expected: bool | None) -> None:
    assert more_is_better(header) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0.833±0.005", 0.833),
        (".48 ±.00", 0.48),
        ("-7288 (134)", -7288),
        ("1,234", 1234),
        ("< 0.01", 0.01),
        ("n/a", None),
    ],
)
def test_a_cell_begins_with_its_value(cell: str, expected: float | None) -> None:
    assert value_of(cell) == expected


def test_label_columns_hold_hardly_a_number() -> None:
    assert label_columns(TABLE) == 1
    assert label_columns(Table("", 1, ("Set", "Part", "Dice"), (("A", "x", "0.1"), ("A", "y", "0.2")))) == 2


def test_settings_that_tell_rows_apart_are_labels() -> None:
    rows = tuple((name, share, f"0.{number}1") for number, (name, share) in enumerate(SETTINGS))
    assert label_columns(Table("", 1, ("Method", "Data", "Dice"), rows)) == 2
    assert label_columns(Table("", 1, ("Method", "Recall", "Dice"), rows)) == 1
    assert label_columns(Table("", 1, ("Method", "Data", "Dice"), rows[:3])) == 1
