"""The benchmark of adopting can fail: a field read wrong is said, and the figures are those of a list made for it."""

import json
from pathlib import Path

import pytest

from benchmarks.adopt import FIELDS, entry_at, main, misread, taken_for_paper
from triage.lists.document import read

LIST = """# Tides

## Shallow

- **Crabs in Motion Below the Pier** [[paper]](https://arxiv.org/abs/2501.00001) [[code]](https://github.com/a/crabs)
- **Limpets Do Move When Nobody Looks** [[paper]](https://arxiv.org/abs/2402.00002)
"""
ENTRIES = {
    "line": 5,
    "last_line": 5,
    "title": "Crabs in motion below the pier",
    "url": "http://arxiv.org/abs/2501.00001/",
    "venue": None,
    "year": None,
    "code": "https://github.com/a/crabs",
}


def test_an_entry_read_right_has_nothing_wrong() -> None:
    assert misread(entry_at(read(LIST), 5), ENTRIES) == {}


def test_each_field_read_wrong_is_said() -> None:
    entry = entry_at(read(LIST), 5)
    assert set(misread(None, ENTRIES)) == set(FIELDS)
    for name, other in (("title", "Whales"), ("url", "https://x.org/1"), ("venue", "ICML"), ("year", "2024")):
        assert set(misread(entry, ENTRIES | {name: other})) == {name}
    assert set(misread(entry, ENTRIES | {"last_line": 6})) == {"span"}
    assert misread(entry, ENTRIES | {"venue": "ICML", "unsure": ["venue"]}) == {}


def test_a_name_is_taken_for_a_paper_if_an_entry_begins_with_it() -> None:
    assert taken_for_paper("[Sea-Kit](https://x.org)", [["sea", "kit", "tools"]])
    assert not taken_for_paper("Sea-Kit", [["a", "sea", "kit"], ["seakit"]])


def test_the_figures_of_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("tides", "waves"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "README.md").write_text(LIST)
    gold = {"entries": [ENTRIES], "entry_count": 3, "not_papers": ["Limpets do move", "Whales"]}
    (tmp_path / "tides" / "gold.json").write_text(json.dumps(gold))
    main([str(tmp_path / "tides"), str(tmp_path / "waves"), "--only", "tides"])
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert list(report["lists"]) == ["tides"]
    assert {report["mean"][name] for name in FIELDS} == {1.0}
    assert (report["mean"]["counts"], report["mean"]["not_papers"]) == (0.0, 0.5)
    assert "tides: 2 entries, not 3" in told.err
