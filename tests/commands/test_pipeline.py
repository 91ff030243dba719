"""What a person is told before a long wait."""

from triage.commands.fetch import long_reading


def test_a_long_reading_is_announced_with_a_way_out() -> None:
    assert long_reading(60, 3.0) == ""
    said = long_reading(674, 3.0)
    assert "674 PDFs" in said and "34 minutes" in said and "triage fetch --read 60" in said
