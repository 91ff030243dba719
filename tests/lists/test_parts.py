"""Dates, people, templates, headings: the small parts of a format."""

from datetime import date

import pytest

from triage.errors import ConfigError
from triage.house.edit import default_table, new_list
from triage.house.format import render
from triage.house.format_table import house_from
from triage.house.template import parse_template, write
from triage.lists.document import scan
from triage.lists.sections import section_kind, visible
from triage.lists.values import learn_dates, split_people, style_of, write_date, write_people
from triage.models import Facts

DAY = date(2024, 3, 2)


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["7th Dec., 2023", "21st Jan., 2024", "3rd May, 2022"], "2nd Mar., 2024"),
        (["2024/01/29", "2023/12/01"], "2024/03/02"),
        (["2023/10", "2022/02"], "2024/03"),
        (["2024-06-17", "2023-11-02"], "2024-03-02"),
        (["June 2024", "May 2023", "October 2023"], "March 2024"),
        (["Jun 2024", "Oct 2023", "Nov 2022"], "Mar 2024"),
        (["17 June 2024", "3 October 2023"], "2 March 2024"),
        (["2024.6.7", "2023.11.12"], "2024.3.2"),
    ],
)
def test_dates_are_written_as_the_list_does(texts: list[str], written: str) -> None:
    pattern, months = learn_dates(texts)
    assert write_date(DAY, pattern, months) == written


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Ada Finch, Bo Larsen", ("Ada Finch", "Bo Larsen")),
        ("Finch, Ada and de Boer, Jan", ("Ada Finch", "Jan de Boer")),
        ("Ada Finch (Shore University) et al.", ("Ada Finch",)),
        ("Ada Finch, Bo Larsen, and Cleo Marsh", ("Ada Finch", "Bo Larsen", "Cleo Marsh")),
        ("", ()),
    ],
)
def test_people_are_read(text: str, people: tuple[str, ...]) -> None:
    assert split_people(text) == people


@pytest.mark.parametrize(
    "text",
    [
        "Ada Finch, Bo Larsen, Cleo Marsh",
        "Finch, Ada and Larsen, Bo",
        "Ada Finch and Bo Larsen",
        "Ada Finch; Bo Larsen",
    ],
)
def test_people_are_written_as_they_were_read(text: str) -> None:
    assert write_people(split_people(text), style_of([text])) == text


def test_first_author_and_others() -> None:
    assert write_people(("Ada Finch", "Bo Larsen"), style_of(["Cleo Marsh et al."])) == "Ada Finch et al."
    assert write_people(("Ada Finch",), style_of(["Cleo Marsh et al."])) == "Ada Finch"


def test_templates_leave_out_choose_and_join() -> None:
    nodes = parse_template(
        "- {title:stop}{? ({venue}{? {year}}){|} (unknown)}{? {*, {|}[p]({paper}){|}[c]({code})}}{(}x{)}"
    )
    assert write(nodes, {"title": "A", "venue": "ICML", "code": "u"}) == "- A. (ICML) [c](u){x}"
    assert write(nodes, {"title": "Why?", "paper": "p", "code": "u"}) == "- Why? (unknown) [p](p), [c](u){x}"


def test_a_stray_brace_is_named() -> None:
    with pytest.raises(ConfigError, match="character 3"):
        parse_template("- }x")


@pytest.mark.parametrize(
    ("heading", "shown"),
    [
        ("[Tides](#tides)", "Tides"),
        ('🕔 5. Tides <div id = "s7"></div>', "🕔 5. Tides"),
        ("3.3 Foam [[awesome-foam]](https://x.org)", "3.3 Foam awesome-foam"),
        ("**Bold** `code` {#anchor}", "Bold code"),
        ("![badge](u) Tides &amp; Foam", "Tides & Foam"),
    ],
)
def test_headings_as_a_reader_sees_them(heading: str, shown: str) -> None:
    assert visible(heading) == shown


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("CVPR 2025", "venue"),
        ("ACM MM 2024", "venue"),
        ("2023", "time"),
        ("May 2024", "time"),
        ("📇 Contents", "housekeeping"),
        ("🥰 Star History", "housekeeping"),
        ("How to contribute", "housekeeping"),
        ("Updates", "housekeeping"),
        ("2.1 Memory Bank", "topic"),
        ("Citation Analysis of Tides", "topic"),
        ("How to cite this list", "housekeeping"),
        ("3D Tides", "topic"),
    ],
)
def test_kinds_of_headings(title: str, kind: str) -> None:
    assert section_kind(title) == kind


def test_a_new_list_is_read_and_written() -> None:
    text = new_list("Tides", ["Foam > White", "Foam > Grey", "Books"])
    document = scan(text)
    assert not document.entries
    assert ("Foam", "Grey") in {section.path for section in document.sections}
    house = house_from(default_table(), None)
    entry = render(house, Facts(title="Bells", authors=("Ada Finch", "Bo Larsen"), venue="ICML", year=2024), ("Books",))
    assert entry == "- [ICML 2024] **Bells.** *Ada Finch et al.*"
