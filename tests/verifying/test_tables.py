"""Claims on an invented table: true ones are never called wrong, plainly false ones are."""

import json
from pathlib import Path

import pytest

from benchmarks.table_claims import EARLIER, LATER, Claim, made_from
from benchmarks.verify_tables import measure, tables
from triage.models import Table
from triage.verifying.tables.claims import check_table_claim
from triage.verifying.tables.grid import find_mentions, grid_of
from triage.verifying.verdict import Support

RIVERS = Table(
    "Forecasts of two rivers. Best results in bold.",
    4,
    ("Method", "Lower Bend Error", "Lower Bend Recall", "Upper Bend Error", "Upper Bend Recall"),
    (
        ("Persistence", "0.91", "0.40", "0.88", "0.42"),
        ("Gauge-Net (Young et al., 2020)", "0.52 ± 0.03", "0.71", "0.49", "0.69"),
        ("Tide Memory", "0.45", "0.76", "0.47", "0.75"),
        ("RiverMem (ours)", "[BOLD] 0.37", "**0.83**", "0.41", "0.80"),
    ),
)
TURNED = Table(
    "",
    5,
    ("Measure", "Gauge-Net", "RiverMem"),
    (("Recall", "0.71", "0.83"), ("Parameters (M)", "12", "48")),
)


def judge(claim: str, table: Table = RIVERS) -> Support:
    return check_table_claim(claim, table).support


@pytest.mark.parametrize(
    "claim",
    [
        "RiverMem has an error of 0.37 on the Lower Bend.",
        "Our method achieves the highest recall on both rivers.",
        "Our model outperforms Gauge-Net on the Upper Bend, with a recall of 0.80 against 0.69.",
        "RiverMem reduces the error of Persistence on the Lower Bend by 0.54.",
        "Compared with Persistence, Tide Memory lowers the Upper Bend error by 46.6 %.",
        "The recall of RiverMem on the Lower Bend is about twice that of Persistence.",
        "On the Lower Bend, Tide Memory and Gauge-Net reach a recall of 0.76 and 0.71, respectively.",
        "Persistence performs worst in terms of recall.",
        "The error drops from 0.91 with Persistence to 0.52 with Gauge-Net.",
        "Gauge-Net reaches a recall above 0.7 on the Lower Bend.",
        "[CONTINUE] On average over all methods, the recall on the Lower Bend is 0.675.",
    ],
)
def test_a_true_claim_is_supported(claim: str) -> None:
    assert judge(claim) is Support.SUPPORTED


@pytest.mark.parametrize(
    "claim",
    [
        "RiverMem has an error of 0.31 on the Lower Bend.",
        "RiverMem has an error of 0.45 on the Lower Bend.",
        "Gauge-Net achieves the highest recall on the Lower Bend.",
        "Gauge-Net outperforms Tide Memory in terms of recall.",
        "RiverMem exceeds Gauge-Net by 0.23 in Lower Bend recall.",
        "The recall of RiverMem on the Lower Bend is four times that of Persistence.",
        "On the Lower Bend, Gauge-Net and Tide Memory reach a recall of 0.76 and 0.71, respectively.",
        "The error drops from 0.52 to 0.91.",
        "The recall of Persistence stays below 0.3.",
    ],
)
def test_a_false_claim_is_unsupported(claim: str) -> None:
    verdict = check_table_claim(claim, RIVERS)
    assert verdict.support is Support.UNSUPPORTED
    assert verdict.reasons


@pytest.mark.parametrize(
    "claim",
    [
        "Rivers flood in spring.",
        "This suggests that Persistence has a recall of 0.99.",
        "Even without a memory, Gauge-Net is the best of all that were published.",
        "",
        "0.99",
    ],
)
def test_what_no_table_says_cannot_be_told(claim: str) -> None:
    assert judge(claim) is Support.CANNOT_TELL


ABLATION = Table(
    "Recall and precision (%) when parts are taken out.",
    6,
    ("Setting", "Calm R", "Calm P", "Storm R", "Storm P"),
    (
        ("Ours-S", "80.0", "75.0", "61.0", "52.0"),
        ("Ours-B", "84.0", "78.0", "66.5", "57.0"),
        ("- memory", "71.0", "70.0", "50.0", "44.0"),
        ("All", "62.0", "60.0", "41.0", "40.0"),
    ),
)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Ours-B has the best precision in a storm.", Support.SUPPORTED),
        ("Ours-S reaches a recall of 80.0 in the calm.", Support.SUPPORTED),
        ("Ours-S reaches a recall of 75.0 in the calm.", Support.UNSUPPORTED),
        ("The memory is better than any other part.", Support.CANNOT_TELL),
        ("Without memory, the recall in a storm falls to 50.0.", Support.SUPPORTED),
        ("Ours-B makes 20 % fewer errors than Ours-S, an error reduction of 20.0% in calm recall.", Support.SUPPORTED),
        ("Our large model gains at least 3 points over the small one, while all others are worse.", Support.SUPPORTED),
    ],
)
def test_names_mean_what_they_are_taken_for(claim: str, expected: Support) -> None:
    assert judge(claim, ABLATION) is expected


def test_methods_may_stand_in_columns() -> None:
    assert judge("RiverMem has a higher recall than Gauge-Net.", TURNED) is Support.SUPPORTED
    assert judge("Gauge-Net has a higher recall than RiverMem.", TURNED) is Support.UNSUPPORTED
    assert judge("RiverMem has four times the parameters of Gauge-Net.", TURNED) is not Support.UNSUPPORTED


@pytest.mark.parametrize(
    "table",
    [
        Table("", 0, (), ()),
        Table("", 0, ("A",), (("1",),)),
        Table("", 0, ("A", "B"), (("x",), ("y", "1", "2"))),
        Table("", 0, ("A", "B"), (("", ""), ("", ""))),
        Table("", 0, ("", ""), (("", "0.5"), ("", "0.6"))),
    ],
)
def test_a_table_of_any_shape_is_read(table: Table) -> None:
    assert judge("A has a higher B than C, by 0.3, the best of all.", table) in Support


def test_names_are_found_in_claims_however_short() -> None:
    names = ("VAE", "VAE with memory", "Gauge-Net (Young et al., 2020)", "RiverMem (ours)")
    found = find_mentions("Our VAE with memory beats the Gauge-Net and the VAE.", names)
    assert [sorted(one.rows) for one in found] == [[3], [1], [2], [0]]


def test_a_grid_has_the_numbers_without_markup() -> None:
    grid = grid_of(RIVERS)
    assert grid is not None
    assert grid.values[3] == (0.37, 0.83, 0.41, 0.80)
    assert grid.turn().turn() == grid
    assert [grid.more(0, column) for column in range(4)] == [False, True, False, True]


@pytest.mark.parametrize("templates", [EARLIER, LATER])
def test_few_made_claims_that_are_true_are_called_wrong(templates: tuple[object, ...]) -> None:
    claims = made_from([RIVERS, TURNED], [one for one in (*EARLIER, *LATER) if one in templates])
    found = measure(claims)
    assert len(claims) == 200
    assert float(str(found["false_alarms"])) <= 0.1
    assert float(str(found["caught"])) >= 0.7


def test_the_benchmark_reads_claims_of_others(tmp_path: Path) -> None:
    row = {"caption": "", "columns": TURNED.columns, "rows": TURNED.rows}
    claims = (
        ("RiverMem has a recall of 0.83.", "supports"),
        ("RiverMem has a recall of 0.31.", "refutes"),
        ("Why?", "nei"),
    )
    lines = [json.dumps({**row, "claim": claim, "label": label}) for claim, label in claims]
    (tmp_path / "tables.jsonl").write_text("\n".join(lines))
    assert tables(tmp_path) == {
        "false_alarms": 0.0,
        "caught": 1.0,
        "cannot_tell": {"supports": 0.0, "refutes": 0.0},
        "claims": {"nei": 1, "refutes": 1, "supports": 1},
        "nei": {"cannot tell": 1.0},
    }
    assert tables(tmp_path / "none") == {}


def test_made_claims_have_a_true_and_a_false_one_each() -> None:
    claims = made_from([RIVERS])
    assert {claim.label for claim in claims} == {"supports", "refutes"}
    assert all(isinstance(claim, Claim) and claim.made_by for claim in claims)


def test_claims_as_people_write_them() -> None:
    """By hand, on invented tables. The checker was mended by all but the last three: this is no measurement."""
    told = json.loads((Path(__file__).parent / "table_claims.json").read_text(encoding="utf-8"))
    claims = [
        Claim(Table(one["caption"], 1, tuple(one["columns"]), tuple(map(tuple, one["rows"]))), text, label)
        for one in told
        for label in ("supports", "refutes")
        for text in one[label]
    ]
    found = measure(claims)
    assert len(claims) > 200
    assert float(str(found["false_alarms"])) <= 0.05
    assert float(str(found["caught"])) >= 0.65
