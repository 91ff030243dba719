"""Sections as people type them: what the list, the review and the suggestions print is taken when given back."""

import pytest

from triage.errors import ListError
from triage.lists.document import read
from triage.lists.sections import match_section, name_section
from triage.models import SectionPath

COUNTING: SectionPath = ("Counting",)
WAGGLE: SectionPath = ("Dances", "Waggle")
ROUND: SectionPath = ("Dances", "Round")
MEMORY: SectionPath = ("2. Methods", "2.1 Memory Bank 🐝")
SECTIONS = (COUNTING, WAGGLE, ROUND, MEMORY)
SUGGESTED: SectionPath = ("Dances", "tremble dance · recruiting")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Dances > Waggle", WAGGLE),
        ("dances > WAGGLE", WAGGLE),
        ("waggle", WAGGLE),
        (" Round ", ROUND),
        ("dances/round", ROUND),
        ("2.1 Memory Bank", MEMORY),
        ("Memory", MEMORY),
        ("2. Meth", MEMORY),
        ("methods > mem", MEMORY),
        ("Dan > W", WAGGLE),
        ("cou", COUNTING),
    ],
)
def test_a_section_is_named_by_its_path_its_end_or_how_they_begin(text: str, path: SectionPath) -> None:
    assert match_section(text, SECTIONS) == path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("other", 'may be any of: "A > Other", "B > Other"; write more'),
        ("oth", 'may be any of: "A > Other", "B > Other"; write more'),
        ("dances", 'may be any of: "Dances > Waggle", "Dances > Round"'),
        ("wagle", 'nearest: "Dances > Waggle"'),
        ("ances", "has no section 'ances'"),
        ("> ", "has no section"),
    ],
)
def test_what_names_none_or_several_is_refused_with_the_candidates(text: str, words: str) -> None:
    with pytest.raises(ListError, match=words):
        match_section(text, (("A", "Other"), ("B", "Other"), WAGGLE, ROUND))


def test_a_list_without_sections_says_so() -> None:
    with pytest.raises(ListError, match="has none"):
        match_section("x", ())


def test_an_exact_name_goes_before_what_only_begins_so() -> None:
    assert match_section("video", (("Video Anomalies",), ("Video",))) == ("Video",)


@pytest.mark.parametrize(
    "text", ["tremble dance · recruiting", "“Tremble dance · recruiting”", "Dances > tremb", "tre…"]
)
def test_a_suggested_section_is_taken_as_it_was_printed(text: str) -> None:
    assert name_section(text, SECTIONS, [(), SUGGESTED, SUGGESTED]) == (SUGGESTED, True)


def test_a_section_of_the_list_goes_before_a_suggested_one() -> None:
    assert name_section("Waggle", SECTIONS, [("Waggle",)]) == (WAGGLE, False)
    with pytest.raises(ListError, match='"Dances > Waggle", "Wagtail"'):
        name_section("wag", SECTIONS, [("Wagtail",)])


def test_a_plus_asks_for_a_new_section() -> None:
    assert name_section("+Dances > Tremble", SECTIONS) == (("Dances", "Tremble"), True)
    assert name_section("+dances>waggle", SECTIONS) == (WAGGLE, False)
    assert name_section("+Waggle", SECTIONS) == (("Waggle",), True)
    assert name_section("+1", (("+1",),)) == (("+1",), False)
    with pytest.raises(ListError, match=r"no section 'Drones'; nearest: .*; for a new section write \"\+Drones\""):
        name_section("Drones", SECTIONS)
    with pytest.raises(ListError, match="no section"):
        name_section("+ > ", SECTIONS)


def test_in_a_young_list_any_name_is_a_section_unless_it_seems_misspelt() -> None:
    assert name_section("Drones > Males", SECTIONS, free=True) == (("Drones", "Males"), True)
    with pytest.raises(ListError, match='nearest: "Counting"'):
        name_section("Couting", SECTIONS, free=True)


def test_papers_go_under_any_heading_but_the_title_and_housekeeping() -> None:
    entry = "- Bees [[2099]](https://arxiv.org/abs/2599.00001)\n"
    text = f"# Bees\n\n## Contents\n\n## Dances\n\nAll about them.\n\n### Waggle\n\n{entry}\n## License\n\nCC0\n"
    assert read(text).sections_to_fill == (WAGGLE, ("Dances",))
