"""New entries in their place, and every other byte left alone."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from triage.errors import ListError
from triage.house.format import learn, render
from triage.house.place import Edit, apply, order_in, place, surroundings
from triage.lists.document import read
from triage.models import Facts, SectionPath


def put(text: str, section: SectionPath, facts: Facts) -> str:
    document = read(text)
    house = learn(document)
    return apply(text, place(document, house, section, render(house, facts, section), facts))


def added(before: str, after: str) -> list[str]:
    """The lines of `after` that are not in `before`; every old line must still stand, in order."""
    new = []
    old = before.splitlines()
    for line in after.splitlines():
        if old and line == old[0]:
            old.pop(0)
        else:
            new.append(line)
    assert not old
    return new


def test_newest_first_goes_by_the_year(nested: str) -> None:
    facts = Facts(title="Middle Tides", venue="ICML", year=2024, arxiv_id="2405.00009")
    after = put(nested, ("Shallow Water", "Rock Pools"), facts)
    assert [entry.title for entry in read(after).entries] == [
        "Crabs in Motion",
        "Middle Tides",
        "Limpets Do Move",
        "Seaweed as a Graph",
    ]
    assert added(nested, after)[0].startswith("- *(2024-ICML)* **Middle Tides**")


def test_blank_lines_as_the_neighbours_have_them(nested: str) -> None:
    after = put(nested, ("Shallow Water", "Rock Pools"), Facts(title="New Tides", venue="CVPR", year=2026))
    assert "- *(2026-CVPR)* **New Tides**\n\n\n- ⭐⭐ *(2025-CVPR)*" in after


def test_into_an_empty_section(nested: str) -> None:
    after = put(nested, ("Shallow Water", "Sandbanks"), Facts(title="Dunes", venue="ICML", year=2025))
    assert "## Sandbanks\n\n- *(2025-ICML)* **Dunes**\n\n# Updates" in after


def test_one_line_a_paper_and_no_final_newline(venues: str) -> None:
    text = venues
    for number in range(10):
        text = put(
            text, ("1 Topics", "1.1 Keepers"), Facts(title=f"Wick {number}", year=2025, arxiv_id=f"2501.0000{number}")
        )
    assert len(added(venues, text)) == 10
    assert not text.endswith("\n")
    assert len(read(text).entries) == len(read(venues).entries) + 10


def test_crlf_stays(shape: Callable[[str], str]) -> None:
    text = shape("short_years")
    after = put(text, ("Perception",), Facts(title="Soft Bells", venue="ICML", year=2024, arxiv_id="2405.00009"))
    assert after.count("\r\n") == after.count("\n") == text.count("\n") + 1


def test_by_date_in_a_table(shape: Callable[[str], str]) -> None:
    text = shape("plain_table")
    facts = Facts(title="Summer Bells", day=date(2024, 7, 1), arxiv_id="2407.00001")
    titles = [entry.title for entry in read(put(text, ("Quiet Machines",), facts)).entries]
    assert titles.index("Summer Bells") == 3


def test_numbers_move_only_where_entries_are_counted(shape: Callable[[str], str]) -> None:
    text = shape("numbered_lines")
    after = put(text, ("2024 and before",), Facts(title="Late Bells", venue="ICML", year=2022, arxiv_id="2202.00001"))
    entries = read(after).entries
    assert [entry.fields["number"] for entry in entries] == [str(n) for n in range(1, 12)]


def test_a_new_table_brings_its_head(shape: Callable[[str], str]) -> None:
    text = shape("numbered_table").replace("## License", "## Books\n\n## License")
    after = put(text, ("Books",), Facts(title="Bells", venue="ICML", year=2024, arxiv_id="2405.00009"))
    assert len(read(after).by_section[("Books",)]) == 1
    assert after.count("| # | Title |") == 2


def test_order_in_words(nested: str, shape: Callable[[str], str]) -> None:
    document = read(nested)
    assert order_in(document, learn(document), ("Shallow Water", "Rock Pools")).words == "by year, newest first"
    table = read(shape("plain_table"))
    assert order_in(table, learn(table), ("Quiet Machines",)).words == "by date, newest first"


def test_surroundings_are_the_entries_above_and_below(nested: str) -> None:
    document = read(nested)
    house = learn(document)
    edits = place(document, house, ("Shallow Water", "Rock Pools"), "- *(2024-ICML)* **New** [[ArXiv]](https://a.org)")
    above, below = surroundings(document, edits)
    assert above is not None and "Crabs in Motion" in above
    assert below is not None and "Limpets Do Move" in below


def test_no_section_is_invented(nested: str) -> None:
    document = read(nested)
    with pytest.raises(ListError, match="no section 'Deep Sea'"):
        place(document, learn(document), ("Deep Sea",), "- **x** [[p]](https://a.org)")


def test_an_empty_entry_is_refused(nested: str) -> None:
    document = read(nested)
    with pytest.raises(ListError, match="empty entry"):
        place(document, learn(document), ("Shallow Water", "Rock Pools"), " \n")


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(ListError, match="overlap"):
        apply("abcdef", [Edit(0, 3, "x"), Edit(2, 4, "y")])


@pytest.mark.parametrize(
    "title",
    [
        "Harmless](javascript:alert(1)) [x",
        "Pipes | and || more",
        "Two\nlines\n\n## Heading",
        "<script>alert(1)</script> <!-- open",
        "Ticks ``` and ` more",
        "**Bold** __and__ *em*",
        "![img](http://evil.example/x.png)",
        "Trailing backslash \\",
        "{title} {? {authors}}",
        "[[unbalanced ]( ",
    ],
)
@pytest.mark.parametrize("name", ["numbered_table", "tldr", "short_years", "headed", "sentences", "bibtex_fold"])
def test_hostile_titles_break_nothing(shape: Callable[[str], str], name: str, title: str) -> None:
    text = shape(name)
    document = read(text)
    facts = Facts(title=title, authors=(title,), summary=title, venue=title[:20], year=2024, arxiv_id="2405.00009")
    after = put(text, document.taxonomy[0], facts)
    again = read(after)
    old = [entry.text.split("|", 2)[-1] for entry in document.entries]
    new = [entry.text.split("|", 2)[-1] for entry in again.entries]
    assert all(entry in new for entry in old if not entry[:1].isdigit())
    assert len(again.entries) == len(document.entries) + 1
    assert [section.path for section in again.sections] == [section.path for section in document.sections]
    assert not re.search(r"(?<!\\)\]\(javascript:", after)
    assert "<script" not in after


def test_hostile_addresses_are_left_out(shape: Callable[[str], str]) -> None:
    facts = Facts(
        title="Bells", code_url="javascript:alert(1)", paper_url="https://a.org/x) [y](http://evil.example", year=2024
    )
    after = put(shape("tldr"), ("Perception",), facts)
    assert "javascript" not in after
    assert "(http://evil" not in after


MIXED = """# Ponds\r
\r
## Frogs\r
\r
- [2099] **Glass Frogs See Through** [[paper]](https://example.org/1)\r
  - a frog that sees right through its own skin\r
- [2097] **Tree Frogs Hear Rain** [[paper]](https://example.org/2)\r
  - a frog that hears the rain before it falls\r

## Toads

- [2098] **Toads Feel Thunder** [[paper]](https://example.org/3)
  - a toad that feels the thunder in its feet
- [2096] **Natterjacks Run Away** [[paper]](https://example.org/4)
  - a toad that runs away from all of them

## Newts\r

## Olms
"""


@pytest.mark.parametrize(
    ("section", "year", "ending"),
    [
        ("Frogs", 2099, "\r\n"),
        ("Frogs", 2095, "\r\n"),
        ("Toads", 2099, "\n"),
        ("Toads", 2097, "\n"),
        ("Newts", 2099, "\r\n"),
        ("Olms", 2099, "\n"),
    ],
)
def test_new_lines_end_as_their_neighbours_do(section: str, year: int, ending: str) -> None:
    facts = Facts(
        title="New in the Pond",
        year=year,
        paper_url="https://example.org/5",
        summary="a beast that nobody has seen in here",
    )
    document = read(MIXED)
    edits = place(document, learn(document), (section,), render(learn(document), facts, (section,)), facts)
    assert len(edits) == 1
    lines = [line for line in edits[0].replacement.splitlines(keepends=True) if line.strip()]
    assert len(lines) == 2
    assert {line[len(line.rstrip()) :] for line in lines} == {ending}


def test_a_list_that_became_crlf_after_its_format_was_learned(nested: str) -> None:
    """Line ends are those of the file when it is written, not those of the day the format was learned."""
    house = learn(read(nested))
    later = nested.replace("\n", "\r\n")
    document = read(later)
    for section in document.taxonomy:
        facts = Facts(title="Middle Tides", venue="ICML", year=2024, arxiv_id="2405.00009", summary="counts tides")
        after = apply(later, place(document, house, section, render(house, facts, section), facts))
        assert after.count("\n") == after.count("\r\n") > later.count("\n")
    crlf = learn(document)
    back = apply(nested, place(read(nested), crlf, section, render(crlf, facts, section), facts))
    assert "\r" not in back
