"""Lists of the forms that people have: each invented, each read entry by entry."""

import pytest

from triage.house.format import learn, render
from triage.house.proof import prove
from triage.lists.document import Document, Entry, scan
from triage.lists.sections import looks_like_paper, sections_without_papers
from triage.models import Facts


def one(line: str) -> Entry:
    """The entry of a list that holds only this."""
    read = scan(f"# Kites\n\n## Wings\n\n{line}\n")
    assert len(read.entries) == 1
    return read.entries[0]


def titles(read: Document) -> list[str]:
    return [entry.title for entry in read.entries]


@pytest.mark.parametrize(
    ("line", "authors", "venue", "year"),
    [
        (
            "- [Kites at 200 Metres](https://arxiv.org/abs/2103.00001), Garber et al., ICRA 2021 | [github](https://github.com/g/k)",
            ("Garber",),
            "ICRA",
            2021,
        ),
        (
            "1. **Strings Know Your Wind: A Framework for Gusts**, _Mallow et al._, arXiv 2023.  \\[[Paper](https://arxiv.org/pdf/2303.00002.pdf)]",
            ("Mallow",),
            "arXiv",
            2023,
        ),
        (
            "- **Adaptive Tails for Gusts.**  \n  Ada Fosse, Des Ivers, Ilya Malin.  \n"
            "  *Journal of Kites, July 2021.*  \n  [[arxiv](https://arxiv.org/abs/2103.00003)]",
            ("Ada Fosse", "Des Ivers", "Ilya Malin"),
            "Journal of Kites",
            2021,
        ),
        (
            "1. [2022 bioRxiv] **Kites among birds: a field study** [[paper]](https://example.org/7.pdf)",
            (),
            "bioRxiv",
            2022,
        ),
        (
            "1. **Slots of a Kite** (WINDS) `INTERSPEECH 2013` [[pdf]](https://example.org/8.pdf)",
            (),
            "INTERSPEECH",
            2013,
        ),
    ],
)
def test_a_venue_is_found_behind_people_and_beside_other_names(
    line: str, authors: tuple[str, ...], venue: str, year: int
) -> None:
    entry = one(line)
    assert (entry.authors, entry.venue, entry.year) == (authors, venue, year)


def test_a_name_in_front_belongs_to_the_title() -> None:
    linked = one("- [KiteNet](https://arxiv.org/abs/2103.00001): Wings that Learn from Wind, Garber et al.")
    assert linked.title == "KiteNet: Wings that Learn from Wind"
    assert linked.fields["paper"] == "https://arxiv.org/abs/2103.00001"
    assert linked.authors == ("Garber",)
    bold = one("- ***KiteNet:*** Wings that Learn from Wind [[Paper]](https://arxiv.org/abs/2103.00001)")
    assert bold.title == "KiteNet: Wings that Learn from Wind"
    quoted = one('- **KiteNet**: "Wings that Learn from Wind", *ICRA, Jun 2021*. [[Paper](https://arxiv.org/abs/1)]')
    assert quoted.title == "Wings that Learn from Wind"


def test_a_labelled_link_is_what_its_label_says() -> None:
    entry = one(
        "- [Wings that Learn from Wind](https://arxiv.org/abs/2103.00001)\n"
        "  - Ada Fosse, Des Ivers\n"
        "  - Dataset: [windD](https://wind.example.org/data)\n"
        "  - Code: [official](https://github.com/f/wings)"
    )
    assert entry.fields["paper"] == "https://arxiv.org/abs/2103.00001"
    assert entry.fields["code"] == "https://github.com/f/wings"
    assert entry.venue is None


def test_bullets_in_bold_that_name_years_and_venues_hold_entries() -> None:
    read = scan(
        "# Kites\n\n## Wings\n\n"
        '- <span id="wings-2024">**Year 2024**</span>\n'
        "  - **ICRA**\n"
        "    - ***KiteNet:*** Wings that Learn from Wind [[Paper]](https://arxiv.org/abs/2103.00001)\n"
        "    - Tails that Remember [[Paper]](https://arxiv.org/abs/2103.00002)\n"
        "- **Year 2023**\n"
        "  - **arXiv**\n"
        "    - Strings under Load [[Paper]](https://arxiv.org/abs/2103.00003)\n"
        "- **A Title of Its Own**\n"
        "  - [Paper](https://arxiv.org/abs/2103.00004)\n"
    )
    found = ["KiteNet: Wings that Learn from Wind", "Tails that Remember", "Strings under Load", "A Title of Its Own"]
    assert titles(read) == found


def test_paragraphs_in_bold_by_html_are_entries() -> None:
    read = scan(
        "# Kites\n\n## Wings\n\n"
        "<b>Wings from a Single Sheet (2014)</b> [[Paper]](https://example.org/1.pdf)\n"
        '<p align="center"><img width="50%" src="https://example.org/1.png" /></p>\n\n'
        ":camera: <b>Strings and Knots (2015)</b> [[Paper]](https://example.org/2.pdf)\n"
        '<p align="center"><img width="50%" src="https://example.org/2.png" /></p>\n'
    )
    assert [(entry.line, entry.text.count("\n")) for entry in read.entries] == [(5, 1), (8, 1)]
    assert [entry.links[0] for entry in read.entries] == ["https://example.org/1.pdf", "https://example.org/2.pdf"]


def test_a_title_with_its_address_on_the_next_line_is_an_entry() -> None:
    read = scan(
        "# Kites\n\n## Wings\n\n"
        "A Fluid Simulation of Tails and Knots , \nPDF: <https://example.org/1.pdf>\n\n"
        "Kites in Rain with Continuous Convolutions , \nPDF: <https://example.org/2.pdf>\n"
    )
    assert titles(read) == ["A Fluid Simulation of Tails and Knots", "Kites in Rain with Continuous Convolutions"]


PAPERS = "".join(
    f"- **Kite {n} in the Wind** ICRA 2024 [[paper]](https://arxiv.org/abs/2401.0000{n})\n" for n in range(8)
)


def test_sections_of_tools_and_courses_hold_no_papers() -> None:
    read = scan(
        f"# Kites\n\n## Wings\n\n{PAPERS}\n## Libraries\n\n- [kitelib](https://github.com/k/kitelib): a library\n"
        "- [pykite](https://github.com/k/pykite), Ann Other, 2020\n\n## Courses\n\n- [Kites for all](https://kites.example.edu)\n\n"
        "## Datasets\n\n- **WindSet: Ten Years of Gusts** ICRA 2023 [[paper]](https://arxiv.org/abs/2301.00001)\n"
    )
    assert {path[-1] for path in read.by_section} == {"Wings", "Datasets"}


def test_tools_among_papers_are_no_entries_and_papers_without_an_address_of_their_own_are() -> None:
    read = scan(
        f"# Kites\n\n## Wings\n\n{PAPERS}- [kitelib](https://github.com/k/kitelib): a library\n"
        "- **Kites of Paper** ICRA 2023 [[code]](https://github.com/k/paper)\n"
        "- [Kites that See](https://kites-that-see.example.org)\n"
    )
    assert titles(read)[8:] == ["Kites of Paper", "Kites that See"]


def test_a_list_of_other_things_keeps_them() -> None:
    read = scan(
        "# Kites\n\n## Libraries\n\n- [kitelib](https://github.com/k/l): a library\n\n## Wings\n\n" + PAPERS[:80]
    )
    assert "Libraries" in {path[-1] for path in read.by_section}
    assert sections_without_papers([(("A",), "- [x](https://x.org)")] * 3 + [(("B",), PAPERS)]) == set()


def test_what_points_at_a_paper() -> None:
    assert looks_like_paper("- Wings [[pdf]](https://example.org/1)")
    assert looks_like_paper("- [Wings that Learn](https://wings.example.org), ICRA 2024")
    assert not looks_like_paper("- [wings](https://github.com/w/wings), Ann Other, 2024")
    assert not looks_like_paper("- [Wings for all](https://example.edu/2024/kites)")


KINDS = ("Gliding", "Lifting", "Turning", "Landing", "Folding", "Tying", "Painting", "Mending")
NAMED = "".join(
    f'<li><b>(ICRA 2024)</b> <a href="https://arxiv.org/abs/2401.0000{n}">Kite{n}</a>: {kind} in the Wind, '
    "Finch et al.</li>\n"
    for n, kind in enumerate(KINDS)
)


def test_a_linked_name_and_the_words_behind_it_are_one_title() -> None:
    read = scan(f"# Kites\n\n## Wings\n\n<ul>\n{NAMED}</ul>\n")
    assert titles(read)[:2] == ["Kite0: Gliding in the Wind", "Kite1: Lifting in the Wind"]
    assert prove(read).rendered == 1.0
    paper = Facts("GustNet: Kites in Rain", ("Ada Finch", "Bo Larsen"), "ICRA", 2025, arxiv_id="2501.00001")
    entry = render(learn(read), paper, ("Wings",))
    assert '<a href="https://arxiv.org/abs/2501.00001">GustNet</a>: Kites in Rain, Finch et al.</li>' in entry


def test_a_title_without_a_name_is_linked_whole_where_names_are() -> None:
    read = scan(f"# Kites\n\n## Wings\n\n<ul>\n{NAMED}</ul>\n")
    entry = render(learn(read), Facts("Kites in Rain", ("Ada Finch", "Bo Larsen"), arxiv_id="2501.00001"), ("Wings",))
    assert '<a href="https://arxiv.org/abs/2501.00001">Kites in Rain</a>, Finch et al.</li>' in entry


def test_tags_of_their_own_are_part_of_the_format_and_left_out_of_new_entries() -> None:
    tags = ("wood", "silk", "paper", "bamboo")
    lines = "".join(
        f"- [{kind} in the Wind](https://arxiv.org/abs/2401.0000{n}) (2024) - {tags[n % 4]} kites\n"
        for n, kind in enumerate(KINDS)
    )
    read = scan(f"# Kites\n\n## Wings\n\n{lines}")
    assert prove(read).rendered == 1.0
    entry = render(learn(read), Facts("Kites in Rain", year=2025, arxiv_id="2501.00001"), ("Wings",))
    assert entry == "- [Kites in Rain](https://arxiv.org/abs/2501.00001) (2025)"


def test_a_link_labelled_with_its_doi_is_written_with_the_doi_of_the_next_paper() -> None:
    lines = "".join(
        f"**{kind} in the Wind.**  \nAda Finch, Bo Larsen.  \n[[10.1234/kite.{n}](https://doi.org/10.1234/kite.{n})]\n\n"
        for n, kind in enumerate(KINDS)
    )
    read = scan(f"# Kites\n\n## Wings\n\n{lines}")
    assert prove(read).rendered == 1.0
    entry = render(learn(read), Facts("Kites in Rain", ("Cy Moor",), doi="10.99/rain"), ("Wings",))
    assert entry.endswith("[[10.99/rain](https://doi.org/10.99/rain)]")


def test_an_address_between_angle_brackets_is_the_papers() -> None:
    entry = one("- **Kites in Rain** <https://arxiv.org/pdf/2501.00001>")
    assert (entry.title, entry.arxiv_id) == ("Kites in Rain", "2501.00001")
