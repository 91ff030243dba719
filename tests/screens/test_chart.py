"""The backtest's chart."""

from triage.screens.console import curve


def test_a_curve_rises_to_the_top() -> None:
    lines = curve([(0.1, 0.5), (0.5, 1.0)], width=10, height=4)
    assert len(lines) == 5
    assert lines[0].startswith("100% │")
    assert lines[0].count("█") == 6
    assert lines[3].count("█") == 10


def test_no_points_no_chart() -> None:
    assert curve([]) == []
