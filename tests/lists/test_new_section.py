"""A section that a person asked for: its heading as its siblings write theirs."""

import pytest

from triage.errors import ListError
from triage.house.edit import make_section
from triage.house.place import apply
from triage.lists.document import read
from triage.models import SectionPath

ENTRY = "- Glass Frogs [[2099]](https://arxiv.org/abs/2599.00001)\n"
NESTED = f"# Frogs\n\n## Methods\n\n### Nets\n\n{ENTRY}\n### Ears\n\n{ENTRY}\n## License\n\nCC0\n"


def made(text: str, path: SectionPath) -> str:
    return apply(text, [make_section(read(text), path)])


def test_behind_the_last_sibling_and_before_the_licence() -> None:
    text = made(NESTED, ("Methods", "Eyes"))
    assert f"### Ears\n\n{ENTRY}\n### Eyes\n\n## License" in text


def test_on_the_top_level_before_housekeeping() -> None:
    text = made(NESTED, ("Datasets",))
    assert text.index("\n## Datasets\n") < text.index("\n## License\n")
    assert text.index("### Ears") < text.index("\n## Datasets\n")


def test_below_a_parent_that_has_no_sections_yet() -> None:
    text = made(f"# Frogs\n\n## Methods\n\n{ENTRY}", ("Methods", "Eyes"))
    assert text.endswith(f"{ENTRY}\n### Eyes\n")


def test_at_the_end_of_a_file_without_a_final_newline() -> None:
    text = made(f"# Frogs\n\n## Methods\n\n{ENTRY.rstrip()}", ("Datasets",))
    assert text.endswith(f"{ENTRY}\n## Datasets\n")


def test_the_first_section_of_a_flat_list() -> None:
    assert made(f"# Frogs\n\n{ENTRY}", ("Datasets",)).endswith(f"{ENTRY}\n## Datasets\n")


def test_windows_line_endings() -> None:
    assert "\n" not in made(NESTED.replace("\n", "\r\n"), ("Datasets",)).replace("\r\n", "")


@pytest.mark.parametrize(
    ("path", "words"),
    [(("Methods",), "already"), (("Nowhere", "Eyes"), "no section Nowhere"), (("  ",), "needs a name")],
)
def test_what_cannot_be_made_says_why(path: SectionPath, words: str) -> None:
    with pytest.raises(ListError, match=words):
        make_section(read(NESTED), path)


def test_a_name_stays_one_heading() -> None:
    text = made(NESTED, ("Eyes\n## Fake",))
    assert "\n## Eyes ## Fake\n" in text


def test_its_lines_end_as_those_above_do() -> None:
    mixed = f"# Frogs\n\n## Methods\r\n\r\n{ENTRY[:-1]}\r\n## License\n\nCC0\n"
    assert f"{ENTRY[:-1]}\r\n\r\n## Datasets\r\n\r\n## License\n" in made(mixed, ("Datasets",))
    mixed = f"# Frogs\r\n\r\n## Methods\n\n{ENTRY}"
    assert made(mixed, ("Datasets",)).endswith(f"{ENTRY}\n## Datasets\n")
