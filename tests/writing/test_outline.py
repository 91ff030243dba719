"""The outline: made from a list's taxonomy, kept in a file that a person edits, read back."""

from pathlib import Path

import pytest

from triage.errors import ConfigError
from triage.writing.outline import MOST_MAIN, Outline, OutlineSection, Placed, clean_title, make_outline, place_new
from triage.writing.outline_file import line_of, outline_toml, read_outline, with_papers

FILE = Path("outline.toml")


def papers(count: int, *path: str, start: str = "") -> list[Placed]:
    name = start or path[-1].lower().replace(" ", "")
    return [Placed(f"{name}{n}", f"{path[-1]} # {n}", path) for n in range(count)]


def shape(outline: Outline) -> dict[str, dict[str, int] | int]:
    return {
        one.title: {below.title: len(below.keys) for below in one.sections}
        | ({"": len(one.papers)} if one.papers else {})
        if one.sections
        else len(one.papers)
        for one in outline.sections
    }


def test_the_lists_sections_become_sections_in_their_order() -> None:
    found = papers(5, "1 Frogs", "Calls") + papers(4, "1 Frogs", "Jumps") + papers(3, "2. Newts")
    assert shape(make_outline("Pond", found)) == {"Frogs": {"Calls": 5, "Jumps": 4}, "Newts": 3}


def test_tiny_sections_stand_together() -> None:
    found = papers(9, "Frogs") + papers(1, "Eels") + papers(2, "Newts") + papers(3, "Toads")
    assert shape(make_outline("Pond", found)) == {"Frogs": 9, "Toads": 3, "Other topics": 3}
    below = papers(9, "Frogs", "Calls") + papers(1, "Frogs", "Eggs") + papers(1, "Frogs", "Diet") + papers(5, "Newts")
    assert shape(make_outline("Pond", below)) == {"Frogs": {"Calls": 9, "Other work on frogs": 2}, "Newts": 5}


def test_a_heading_over_everything_is_no_section() -> None:
    found = papers(4, "Papers", "Frogs") + papers(4, "Papers", "Newts")
    assert shape(make_outline("Pond", found)) == {"Frogs": 4, "Newts": 4}


def test_what_stands_deep_joins_the_second_level() -> None:
    found = (
        papers(4, "Frogs", "Calls", "At Night", start="night")
        + papers(4, "Frogs", "Calls", start="calls")
        + papers(3, "Frogs", "Eggs")
    )
    assert shape(make_outline("Pond", [*found, *papers(3, "Newts")])) == {"Frogs": {"Calls": 8, "Eggs": 3}, "Newts": 3}


def test_more_sections_than_people_write_are_gathered() -> None:
    found = [one for n in range(20) for one in papers(3 + n, f"Topic {chr(65 + n)}")]
    outline = make_outline("Pond", found)
    assert len(outline.sections) == MOST_MAIN
    assert len(outline.keys) == len(found)
    assert outline.sections[-1].title == "Other topics"


def test_a_huge_section_is_split_and_nothing_is_lost() -> None:
    found = papers(30, "Frogs") + papers(3, "Newts")

    def split(keys: object) -> list[tuple[str, list[str]]]:
        names = list(keys)  # type: ignore[call-overload]
        return [("Green", names[:14]), ("Blue", names[14:28]), ("Lone", names[28:29])]

    outline = make_outline("Pond", found, split)
    assert shape(outline) == {"Frogs": {"Green": 14, "Blue": 14, "": 2}, "Newts": 3}
    assert set(outline.keys) == {one.key for one in found}


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("2.1 Memory Bank", "Memory Bank"),
        ("🔥 3D Frogs", "3D Frogs"),
        ("2024", "2024"),
        ("1. 3D Frogs", "3D Frogs"),
        ("🐸", "🐸"),
    ],
)
def test_a_heading_loses_its_number_and_signs(heading: str, title: str) -> None:
    assert clean_title(heading) == title


OUTLINE = Outline(
    'Ponds, "deep" \\ wide',
    (
        OutlineSection(
            "Frogs", ("frog1", "frog2"), (OutlineSection("Calls", ("call1",), (), (("Frogs", "Calls"),), 400),)
        ),
        OutlineSection("Newts", ("newt1",), (), (("Newts",),)),
    ),
    3000,
)
TITLES = {"frog1": "A Frog # with ] signs", "frog2": 'Two\nlines "quoted"', "call1": "", "newt1": "Ñewt"}


def test_the_file_says_the_outline() -> None:
    text = outline_toml(OUTLINE, TITLES)
    assert read_outline(text, FILE) == OUTLINE
    assert '"frog1",  # A Frog # with ] signs' in text


def test_new_papers_go_where_their_section_of_the_list_belongs() -> None:
    new = [
        Placed("call2", "Two Calls", ("Frogs", "Calls", "Loud")),
        Placed("eel1", "Eels", ("Eels",)),
        Placed("frog1", "", ()),
    ]
    outline, went = place_new(OUTLINE, new)
    assert went == {"call2": ("Frogs", "Calls"), "eel1": ("To place",)}
    before = outline_toml(OUTLINE, TITLES)
    after = with_papers(before, went, {one.key: one.title for one in new})
    assert read_outline(after, FILE) == outline
    left = iter(after.splitlines())
    assert all(line in left for line in before.splitlines()), "every line stays, in order"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[[section", "[[sectoin"), "did you mean section"),
        (('title = "Frogs"', "title = 3"), "section 1 has no title"),
        (('"frog2"', "2"), "papers holds 2"),
        (("words = 400", 'words = "many"'), "section 'Calls': words is 'many'"),
        (("papers = [", "papers = "), "outline.toml"),
        (('title = "Frogs"', 'title = "Frogs"\nfrogs = 1'), "section 'Frogs': frogs is unknown"),
    ],
)
def test_a_mistake_is_named_with_its_place(change: tuple[str, str], said: str) -> None:
    text = outline_toml(OUTLINE, TITLES).replace(change[0], change[1], -1 if "[[" in change[0] else 1)
    with pytest.raises(ConfigError, match=r"outline\.toml") as caught:
        read_outline(text, FILE)
    assert said in str(caught.value)


def test_a_key_is_found_on_its_line() -> None:
    text = outline_toml(OUTLINE, TITLES)
    assert text.splitlines()[line_of(text, "newt1") - 1].strip().startswith('"newt1"')
    assert line_of(text, "nothing") == 0
