"""What a list does beside its entries: several sections for one paper, dates and counts that move."""

from datetime import date

from triage.house.edit import also_in, find_upkeep, several_sections, upkeep_edits
from triage.house.place import apply
from triage.lists.document import read
from triage.models import Facts


def test_venue_and_topic_on_purpose(venues: str) -> None:
    found = several_sections(read(venues))
    assert found.deliberate
    assert found.twice == 6
    assert found.kinds[0] == (("venue", "topic"), 6)


def test_one_section_a_paper(nested: str) -> None:
    assert not several_sections(read(nested)).deliberate


def test_the_other_section_exists_or_is_none(venues: str) -> None:
    document = read(venues)
    topic = ("1 Topics", "1.1 Keepers")
    assert also_in(document, Facts(title="x", venue="CVPR", year=2025), topic) == (("Recent", "CVPR 2025"),)
    assert also_in(document, Facts(title="x", venue="ECCV", year=2030), topic) == ()
    assert also_in(document, Facts(title="x", venue="CVPR", year=2025), ("Recent", "CVPR 2025")) == ()


def test_counters_and_dates_are_found_and_kept_current(nested: str) -> None:
    text = nested.replace("## Contents", "Last updated: 2025/12/14\n\nTotal number of papers: 3\n\n## Contents")
    document = read(text)
    found = find_upkeep(document)
    assert [(one.kind, one.text) for one in found[:2]] == [("updated", "2025/12/14"), ("count", "3")]
    after = apply(text, upkeep_edits(document, found, date(2026, 1, 5), 2))
    assert "Last updated: 2026/01/05" in after
    assert "papers: 5" in after
    assert "# Updates\n- 2026-01-05: Added 2 papers.\n- 2025-12-14" in after
    mixed = read(text.replace("\n", "\r\n", 3))
    assert "# Updates\n- 2026-01-05: Added 2 papers.\n- 2025-12-14" in apply(
        mixed.text, upkeep_edits(mixed, find_upkeep(mixed), date(2026, 1, 5), 2)
    )


def test_nothing_to_keep_current(venues: str) -> None:
    assert find_upkeep(read(venues)) == ()
