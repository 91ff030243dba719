"""Sections, entries and templates of lists."""

import time
from collections.abc import Callable

import pytest

from triage.errors import ListError
from triage.house.format import learn
from triage.lists.document import read, scan


def test_pieces_are_the_text(nested: str) -> None:
    assert "".join(read(nested).pieces) == nested


def test_entries_own_their_nested_lines_and_not_the_blank_ones(nested: str) -> None:
    first = read(nested).entries[0]
    assert first.text.endswith("Datasets: PoolSet, Shore-5k")
    assert first.line == 12
    assert first.section == ("Shallow Water", "Rock Pools")


def test_fields_of_an_entry(nested: str) -> None:
    entry = read(nested).entries[0]
    assert entry.title == "Crabs in Motion"
    assert (entry.venue, entry.year) == ("CVPR", 2025)
    assert entry.arxiv_id == "2501.00001"
    assert entry.authors == ("Ada Finch", "Bo Larsen")
    assert entry.datasets == ("PoolSet", "Shore-5k")
    assert entry.summary == "follows every leg of a crab through murky water"
    assert entry.links[-1] == "https://github.com/p/c"


def test_a_template_for_copying_is_no_entry(nested: str) -> None:
    document = read(nested)
    assert len(document.entries) == 3
    assert len(document.templates) == 1


def test_taxonomy_holds_papers_or_waits_for_them(nested: str) -> None:
    assert read(nested).taxonomy == (("Shallow Water", "Rock Pools"), ("Shallow Water", "Sandbanks"))


def test_comments_hide_entries(venues: str) -> None:
    assert "Hidden Lamp" not in {entry.title for entry in read(venues).entries}


def test_kinds_of_sections(venues: str) -> None:
    kinds = {section.title: section.kind for section in read(venues).sections}
    assert kinds["ICML 2024"] == "venue"
    assert kinds["1.1 Keepers"] == "topic"


def test_the_only_title_is_left_out_of_the_paths() -> None:
    text = "# My List\n\n## [Tides](#t) <div id='t'></div>\n- **A Long Paper** [[x]](https://a.org)\n"
    assert read(text).taxonomy == (("Tides",),)


def test_a_list_without_headings_has_its_title() -> None:
    text = "# Flat List\n\n- (2024/01/02) One Paper. [[arxiv](https://arxiv.org/abs/2401.00001)]\n"
    assert read(text).taxonomy == (("Flat List",),)


def test_first_of_several_top_headings_may_hold_entries() -> None:
    text = "# Surveys\n- **Paper One** [[x]](https://a.org)\n\n# Methods\n- **Paper Two** [[x]](https://b.org)\n"
    assert read(text).taxonomy == (("Surveys",), ("Methods",))


def test_contents_and_words_of_welcome_are_no_entries() -> None:
    text = (
        "# L\n\n- Our own book: [Book of Tides](https://b.org)\n\n## Contents\n- [Tides](#tides)\n\n"
        "## Tides\n**Paper One** \\\n*Ada Finch, Bo Larsen* \\\n[[Paper](https://a.org)]\n\n"
        "**Paper Two** \\\n*Cleo Marsh* \\\n[[Paper](https://b.org)]\n"
    )
    assert [entry.title for entry in read(text).entries] == ["Paper One", "Paper Two"]


@pytest.mark.parametrize(
    "name",
    [
        "badges",
        "bibtex_fold",
        "folded_sections",
        "headed",
        "html_items",
        "html_table",
        "numbered_lines",
        "numbered_table",
        "plain_table",
        "quoted",
        "sentences",
        "short_years",
        "spaced",
        "tldr",
    ],
)
def test_every_shape_gives_ten_entries_with_their_titles(shape: Callable[[str], str], name: str) -> None:
    document = read(shape(name))
    assert len(document.entries) == 10
    assert document.entries[0].title == "Counting Sheep with Graph Transformers"
    assert document.entries[4].title == "LanternNet: Night Vision without Night Data"
    assert document.entries[9].title == "PaperKite: Fast Simulation of Thin Objects"
    assert document.entries[0].arxiv_id == "2505.01001"


@pytest.mark.parametrize("text", ["", "  \n", "\x00\x01PNG", "# Title\n\nNothing listed here.\n"])
def test_what_is_no_list_is_refused_with_the_cure(text: str) -> None:
    with pytest.raises(ListError, match="init --new"):
        read(text)


def test_broken_bytes_survive() -> None:
    text = b"# L\n- **Caf\xe9 Paper One** [[x]](https://a.org)\r\n".decode("utf-8", "surrogateescape")
    assert "".join(scan(text).pieces).encode("utf-8", "surrogateescape") == text.encode("utf-8", "surrogateescape")


def test_deep_nesting_and_unclosed_blocks_end() -> None:
    deep = "".join("  " * i + "- group\n" for i in range(300)) + "  " * 300 + "- [A Paper](https://a.org)\n"
    assert "".join(scan(deep).pieces) == deep
    unclosed = "<div>\n" * 500 + "- [A Paper](https://a.org)\n" + "[" * 5000 + "*a " * 5000
    assert "".join(scan(unclosed).pieces) == unclosed


@pytest.mark.parametrize(
    "line",
    [
        f"| {' | '.join([' ' * 30] * 14)} x",
        f"|{'   |' * 2000} x",
        f"## {'A' * 8000}",
        f"## {'A b' * 2700}",
        f"# a{' ' * 8000}#",
        f"- a{' ' * 8000}b",
        f"- {'<br>' * 2000}b",
        f"- [a]({'(' * 8000}",
        f"- {'[' * 8000}",
        f"- **{'a, ' * 2700}**",
        f'- "{chr(34) * 8000} a',
        f"- {'a and ' * 1300}(",
        f"[[{'a' * 8000}]({'b' * 8000})",
    ],
)
def test_no_line_takes_long(line: str) -> None:
    """A table row with a dozen blank cells took a minute, a heading of 8 KB six seconds."""
    text = f"# List\n\n| a | b |\n{line}\n\n{line}\n\n## Papers\n\n- [A paper](https://a.example/1)\n{line}\n  {line}\n"
    begin = time.process_time()
    document = scan(text)
    assert "".join(document.pieces) == text
    for entry in document.entries:
        assert entry.parsed.parse
    assert time.process_time() - begin < 2.0


@pytest.mark.parametrize(
    "label", ["Frogs\\\\", r"Frogs \\] Toads", r"Frogs\] Toads", r"\[Frogs\] Toads", r"[Frogs\\]", "Frogs `]` Toads"]
)
def test_a_list_whose_labels_have_backslashes_is_read(label: str) -> None:
    """They ended `init` with an error."""
    text = f"# L\n\n## S\n\n- [{label}](https://a.example/1)\n- **{label}** [[Paper]](https://a.example/2)\n"
    first, second = read(text).entries
    assert first.parsed.parse
    assert second.links[-1] == "https://a.example/2"
    assert learn(read(text)).templates


def test_a_comment_that_begins_within_a_line_hides_what_follows_it() -> None:
    text = "# Lamps\n\n- [Shown](https://l.example/1) <!-- and\n- [Hidden](https://l.example/2)\n-->\n"
    again = scan(text + "- [Again](https://l.example/3)\n")
    assert [entry.links for entry in again.entries] == [("https://l.example/1",), ("https://l.example/3",)]
    assert len(scan(text.replace("-->", "")).entries) == 1
