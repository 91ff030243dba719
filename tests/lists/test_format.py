"""The house format: learned, proven, kept in a table, and written."""

from collections.abc import Callable
from datetime import date

import pytest

from triage.errors import ConfigError
from triage.house.format import Style, learn, render, values_of
from triage.house.format_table import FILLED, from_table, to_table
from triage.lists.document import read
from triage.models import Facts

FACTS = Facts(
    title="Bells under Water",
    authors=("Ada Finch", "Bo Larsen", "Jan de Boer"),
    venue="CVPR",
    year=2025,
    day=date(2025, 6, 3),
    arxiv_id="2506.01234",
    code_url="https://github.com/ring/bells",
    summary="hears bells through ten metres of water",
    datasets=("PoolSet", "BellBank"),
)
PREPRINT = Facts(title="Quiet Bells", authors=("Ada Finch",), year=2025, day=date(2025, 6, 3), arxiv_id="2506.04321")


def test_nested_entry_is_written_as_its_neighbours(nested: str) -> None:
    document = read(nested)
    written = render(learn(document), FACTS, ("Shallow Water", "Rock Pools"))
    assert written == (
        "- *(2025-CVPR)* **Bells under Water** [[ArXiv]](https://arxiv.org/abs/2506.01234),"
        " [[Code]](https://github.com/ring/bells)\n"
        "  - Authors: Ada Finch, Bo Larsen, Jan de Boer\n"
        "  - hears bells through ten metres of water\n"
        "  - Datasets: PoolSet, BellBank"
    )


def test_stars_are_written_when_they_are_known(nested: str) -> None:
    facts = Facts(title="Bells", stars=2, arxiv_id="2506.01234")
    assert render(learn(read(nested)), facts, ("Shallow Water", "Rock Pools")).startswith("- ⭐⭐ ")


def test_what_is_missing_is_left_out(nested: str) -> None:
    written = render(learn(read(nested)), Facts(title="Bells"), ("Shallow Water", "Rock Pools"))
    assert written == "- **Bells**"


def test_sections_keep_their_marker_and_preprints_their_style(venues: str) -> None:
    house = learn(read(venues))
    topic = render(house, PREPRINT, ("1 Topics", "1.1 Keepers"))
    assert topic == " + Quiet Bells [[2025]](https://arxiv.org/abs/2506.04321)"
    recent = render(house, FACTS, ("Recent", "CVPR 2025"))
    assert recent.startswith("+ Bells under Water [[CVPR 2025]](https://arxiv.org/abs/2506.01234)[[code]](")


def test_a_venue_section_tells_the_venue(venues: str) -> None:
    assert "[[CVPR 2025]]" in render(learn(read(venues)), PREPRINT, ("Recent", "CVPR 2025"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "numbered_table",
            "(https://arxiv.org/abs/2506.01234) | Ada Finch, Bo Larsen, Jan de Boer | CVPR | 2025 | [link](https",
        ),
        ("sentences", "* Bells under Water. Ada Finch, Bo Larsen, Jan de Boer. CVPR, 2025. [Paper](https://arxiv"),
        ("short_years", "- (CVPR'25) [Bells under Water](https://arxiv.org/abs/2506.01234) ([code](https://github.com/ring/bells))"),
        ("quoted", '- `2025/06` | "Bells under Water" | Ada Finch et al. | [paper](https://arxiv.org/abs/2506.01234) | [code](https://github.com/ring/bells)'),
        ("badges", "arXiv-2506.01234-b31b1b.svg)](https://arxiv.org/abs/2506.01234) ![Star](https://img.shields.io/github/stars/ring/bells.svg?style=social&label=Star)"),
        ("tldr", "  - TL;DR: hears bells through ten metres of water"),
        ("headed", "### Bells under Water\n\n- Authors: Ada Finch, Bo Larsen, Jan de Boer\n- Venue: CVPR 2025\n"),
    ],
)  # fmt: skip
def test_shapes_are_written_in_their_own_style(shape: Callable[[str], str], name: str, expected: str) -> None:
    document = read(shape(name))
    assert expected in render(learn(document), FACTS, document.taxonomy[0])


def test_missing_cell_is_what_the_list_writes(shape: Callable[[str], str]) -> None:
    document = read(shape("numbered_table"))
    assert render(learn(document), PREPRINT, document.taxonomy[0]).endswith("| arXiv | 2025 | - |")


def test_sections_keep_their_marker_before_a_bold_title() -> None:
    stars = "".join(f"* **Paper Number {n} of Tides** [[pdf]](https://arxiv.org/abs/2401.0000{n})\n" for n in range(4))
    text = "# L\n\n## A\n" + stars + "\n## B\n" + stars.replace("* **", "- **").replace("2401", "2402")
    house = learn(read(text))
    facts = Facts(title="Bells", arxiv_id="2506.01234")
    assert render(house, facts, ("A",)) == "* **Bells** [[pdf]](https://arxiv.org/abs/2506.01234)"
    assert render(house, facts, ("B",)) == "- **Bells** [[pdf]](https://arxiv.org/abs/2506.01234)"


def test_at_most_eight_templates_but_one_for_every_table() -> None:
    tables = "".join(
        f"\n## T{n}\n\n| Title | Year | Extra{n} |\n|---|---|---|\n| [Tide {n}](https://a.org/{n}) | 2024 | x |\n"
        for n in range(10)
    )
    house = learn(read("# L\n" + tables))
    assert len({template.columns for template in house.templates}) == 10
    marks = ["**{}**", "*{}*", "`{}`", "<b>{}</b>", "[{}](https://t.org)", "<i>{}</i>", "{}"]
    forms = [
        form + end for form in marks for end in (" [[pdf]]({})", ". ICML 2024. [paper]({})", " / ICML / [link]({})")
    ]
    lines = "".join(
        f"- {form.format(f'Paper Number {n} of {m} Tides', f'https://arxiv.org/abs/2401.{n:02}{m:03}')}\n"
        for n, form in enumerate(forms)
        for m in range(9)
    )
    assert len(learn(read("# L\n\n## A\n" + lines + tables[: tables.index("## T1")])).templates) <= 8


def numbered(count: int, line: str) -> str:
    """So many lines, "{n}" in each of them replaced by a number."""
    return "".join(line.replace("{n}", str(n)) + "\n" for n in range(1, count + 1))


def test_counted_and_uncounted_sections_do_not_mix() -> None:
    text = (
        "# L\n\n## A\n"
        + numbered(9, '- "Paper Number {n} of Tides" [2024-0{n}] [[paper](https://arxiv.org/abs/2401.0000{n})]')
        + "\n## B\n"
        + numbered(6, '{n}. "Study Number {n} of Tides" [2024-0{n}] [[paper](https://arxiv.org/abs/2402.0000{n})]')
    )
    house = learn(read(text))
    assert render(house, PREPRINT, ("A",)).startswith('- "Quiet Bells" [2025-06]')
    assert render(house, PREPRINT, ("B",)).startswith('1. "Quiet Bells" [2025-06]')


def test_a_link_labelled_with_the_venue_is_not_lost_without_one() -> None:
    lines = "".join(
        f"- Paper Number {n} of Tides [[{venue} 2024](https://papers.example/{n})]\n"
        for n, venue in enumerate(("ICML", "CVPR", "ICLR", "AAAI") * 3)
    )
    facts = Facts(title="Quiet Bells", paper_url="https://papers.example/bells")
    assert render(learn(read("# L\n\n## A\n" + lines)), facts, ("A",)) == (
        "- Quiet Bells [[paper](https://papers.example/bells)]"
    )


def test_what_the_list_writes_where_there_is_no_code() -> None:
    paper = "**Paper Number {n} of Tides** | [[paper]](https://arxiv.org/abs/2401.0000{n})"
    lines = numbered(8, f"- {paper} | [code]") + numbered(2, f"- {paper} | [[code]](https://github.com/a/{{n}})")
    house = learn(read("# L\n\n## A\n" + lines))
    assert render(house, PREPRINT, ("A",)).endswith(" | [code]")
    assert render(house, FACTS, ("A",)).endswith(" | [[code]](https://github.com/ring/bells)")


def test_a_rare_label_is_not_preferred_for_saying_more() -> None:
    lines = numbered(9, "- [2024 Nature] **Paper Number {n} of Tides** [[paper]](https://a.org/{n})") + (
        "- [2024 bioRxiv] **Paper Number 10 of Tides** [[bioRxiv]](https://a.org/10)\n"
    )
    facts = Facts(title="Quiet Bells", venue="Nature", year=2024, paper_url="https://a.org/11")
    assert render(learn(read("# L\n\n## A\n" + lines)), facts, ("A",)) == (
        "- [2024 Nature] **Quiet Bells** [[paper]](https://a.org/11)"
    )


def test_a_template_that_cannot_be_read_again_gets_no_new_paper() -> None:
    """Eight of ten rows show only a year and a repository: a paper written so would not be found in the list again."""
    rows = numbered(8, "| 2024 | [GitHub](https://github.com/a/{n}) | yes |")
    text = "# L\n\n## Code\n\n| Year | Code | Trained |\n|---|---|---|\n" + rows
    document = read(text + "| 2023 | [GitHub](https://github.com/b/9) | no |\n")
    written = render(learn(document), PREPRINT, ("Code",))
    assert written == "| [Quiet Bells](https://arxiv.org/abs/2506.04321) |  |  |"
    again = read(text + written + "\n").entries[-1]
    assert (again.title, again.arxiv_id) == ("Quiet Bells", "2506.04321")


def test_table_form_is_read_back(nested: str, venues: str) -> None:
    for text, section in ((nested, ("Shallow Water", "Rock Pools")), (venues, ("1 Topics", "1.1 Keepers"))):
        house = learn(read(text))
        again = from_table(to_table(house))
        assert render(again, FACTS, section) == render(house, FACTS, section)
        assert to_table(again) == to_table(house)


def test_an_edited_template_is_followed(nested: str) -> None:
    table = to_table(learn(read(nested)))
    table["templates"] = [{"entry": "* {title}{? by {authors}}"}]
    assert render(from_table(table), PREPRINT, ("A",)) == "* Quiet Bells by Ada Finch"


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("templates", [], "templates"),
        ("templates", [{"entry": "- {title"}], "stands alone"),
        ("templates", [{"entry": "- {? {title}"}], "never closed"),
        ("authors", "shouting", "shouting"),
        ("months", ["Jan"], "twelve"),
        ("colour", "blue", "colour"),
        ("both_links", "yes", "both_links"),
    ],
)
def test_a_wrong_table_is_refused_by_its_key(nested: str, key: str, value: object, named: str) -> None:
    table = to_table(learn(read(nested)))
    table[key] = value
    with pytest.raises(ConfigError, match=named):
        from_table(table)


def test_the_fields_that_a_template_may_ask_for_are_those_that_facts_fill() -> None:
    facts = Facts(
        "T: a subtitle", ("A B",), "V", 2026, date(2026, 1, 2), "2601.00001", "10.1/x", "https://p.org", "https://github.com/a/b",
        "https://j.org", "https://d.org", "s", "a", ("X",), "https://f.org/f.png", 2, ("*",),
    )  # fmt: skip
    filled = values_of(facts, Style(mark="*", both_links=True), FILLED)
    assert filled.keys() == FILLED


def test_a_link_that_stands_where_a_title_does_stops_nothing() -> None:
    """Found by chance: the words of one field, of which only the second stood in the pattern, ended `init`."""
    text = (
        "| Title | Venue | Code |\r\n|:--|--|--|\r\n| [**Sheep**](https://arxiv.org/abs/2401.00001) | CVPR | - |\r\n"
        "| Sheep | ICML | [c](https://arxiv.org/abs/2401.00001) |\r\n**Sheep** \\\r\n*Ada Finch, Bo Larsen* \\\r\n"
        "[[Paper](https://arxiv.org/abs/2401.00001)]\r\n"
    )
    assert learn(read(text)).templates
