"""What is read out of single entries, in the spellings that real lists have."""

import pytest

from triage.lists.chunks import restore
from triage.lists.fields import read_fields


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        (
            "- **On Tides** \n  - Vijay Finch, Chaitanya K. Joshi, Bo Larsen\n  - [[Paper]](https://a.org/1)",
            "authors",
            "Vijay Finch, Chaitanya K. Joshi, Bo Larsen",
        ),
        (
            "* Peter E. Brown, Stephen A. Della Pietra, and Robert L. Mercer. 1993. "
            "[The Mathematics of the Sea](http://a.org/J93). *Tides*.",
            "authors",
            "Peter E. Brown, Stephen A. Della Pietra, and Robert L. Mercer",
        ),
        ("\\[2023/10\\] An Open Sea. Ada Finch et al. [\\[paper\\]](https://a.org/1)", "date", "2023/10"),
        ("- **Mapping the Sea to Tide Graphs (NIPS 2019)**\n  - [[Paper]](https://a.org/1)", "venue", "NIPS"),
        ("- **On Tides** [[Python Reference]](https://github.com/a/b)", "code", "https://github.com/a/b"),
        (
            "**On Tides** \\\r\n*Ada Finch, Bo Larsen* \\\r\n[[Paper](http://a.org/1)]",
            "authors",
            "Ada Finch, Bo Larsen",
        ),
    ],
)
def test_a_field_is_found(text: str, field: str, value: str) -> None:
    fields = read_fields(text)
    assert fields.values[field] == value
    assert restore(fields.parse) == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\\[2023/10\\] An Open Sea. Ada Finch et al. [\\[paper\\]](https://a.org/1)", "An Open Sea"),
        ("- **Mapping the Sea to Tide Graphs (NIPS 2019)**", "Mapping the Sea to Tide Graphs"),
        ("* [Multi-agent inverse reinforcement learning](http://a.org/1) by Finch S, Larsen G, et al. ICMLA, 2010.",
         "Multi-agent inverse reinforcement learning"),
        ("- [Knots, Bells and Tides](http://a.org/1)", "Knots, Bells and Tides"),
        ("- Knots, Bells and Tides [[pdf]](http://a.org/1)", "Knots, Bells and Tides"),
        ("- **Tokens such as \\<sos\\> and \\`code\\`** [[pdf]](http://a.org/1)", "Tokens such as <sos> and `code`"),
    ],
)  # fmt: skip
def test_the_title_is_told_from_what_stands_beside_it(text: str, title: str) -> None:
    assert read_fields(text).title == title


@pytest.mark.parametrize("heading", ["Title(link)", "Paper / source", "Articles, Thesis and Reports", "Research paper"])
def test_a_column_of_papers_holds_the_title(heading: str) -> None:
    fields = read_fields("| 2024 | [On Tides](https://a.org/1) | yes |", ("Year", heading, "Code"))
    assert fields.title == "On Tides"


def test_a_table_without_a_column_of_papers_has_titles_where_links_have_words() -> None:
    columns = ("Year", "In short", "Where")
    assert read_fields("| 2024 | [On Tides](https://a.org/1) | [code](https://b.org) |", columns).title == "On Tides"
    assert read_fields("| 2024 | ICML | [code](https://b.org) |", ("Year", "Place", "Where")).title == ""


def test_empty_cells_are_padded_like_full_ones() -> None:
    columns = ("Title", "Venue", "Tag", "Year")
    empty = read_fields("| [On Tides](https://a.org/1) |  |  | 2024 |", columns)
    full = read_fields("| [On Tides](https://a.org/1) | ICML | sea | 2024 |", columns)
    assert empty.parse.gaps == full.parse.gaps


def test_a_bare_address_ends_before_the_comma() -> None:
    assert read_fields("- On Tides: https://a.org/1, https://b.org/2.").links == ("https://a.org/1", "https://b.org/2")
