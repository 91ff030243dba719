"""The benchmark of formats can fail: what it calls wrong is wrong, and its figures are those of lists made for them."""

from random import Random
from secrets import randbelow

import pytest

from benchmarks.formats import from_file, publish, random_lists, rendered
from benchmarks.placing import measure_places, recognised, without
from benchmarks.published import Asked, heading_above, problem
from benchmarks.random_lists import random_list, random_paper
from triage.house.format import learn
from triage.lists.document import read

URL = "https://arxiv.org/abs/2506.00001"
NEW = f"- **Kites at Night** [[pdf]]({URL})\n"
LIST = """# Tides

## Shallow

1. **Crabs in Motion** [[pdf]](https://arxiv.org/abs/2501.00001)
2. **Limpets Do Move** [[pdf]](https://arxiv.org/abs/2402.00002)

## Deep

- **Whales from Afar** [[pdf]](https://arxiv.org/abs/2301.00003)

## License

CC0
"""
ASKED = Asked(("Deep",), frozenset((7,)), "Kites at Night", URL)
END = LIST.index("\n## License")
RIGHT = LIST[:END] + NEW + LIST[END:]


def test_what_is_right_has_no_problem() -> None:
    assert problem(LIST, RIGHT, ASKED) is None
    windows, after = LIST.replace("\n", "\r\n"), RIGHT.replace("\n", "\r\n")
    assert problem(windows, after, ASKED) is None
    bare = LIST[:END].rstrip("\n")
    assert problem(bare, bare + "\n" + NEW.rstrip("\n"), ASKED) is None


def test_a_counted_list_is_counted_on() -> None:
    asked = Asked(("Shallow",), frozenset((2,)), "Kites at Night", URL)
    first = LIST.index("1. ")
    counted = NEW.replace("- ", "1. ")
    on = LIST[first:].replace("2. ", "3. ", 1).replace("1. ", "2. ", 1)
    assert problem(LIST, LIST[:first] + counted + on, asked) is None
    wrong = LIST[first:].replace("2. ", "7. ", 1).replace("1. ", "2. ", 1)
    assert problem(LIST, LIST[:first] + counted + wrong, asked) is not None


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (RIGHT.replace("CC0", "CC1"), "more changed"),
        (RIGHT.replace("Afar** [[pdf]]", "Afar** [[pdf]] "), "more changed"),
        (RIGHT.replace("\n## License\n", "## License\n"), "more changed"),
        (RIGHT.replace("\r", "").replace("\n", "\r\n"), "more changed"),
        (LIST, "more changed"),
        (LIST.replace("- **Whales", NEW + "- **Whales").replace("- **Whales", "* **Whales"), "more changed"),
        (LIST.replace("1. **Crabs", NEW + "1. **Crabs"), "under '## Shallow'"),
        (RIGHT.replace("Kites at Night", "Kites"), "title is not in"),
        (RIGHT.replace("2506.00001", "2506.00002"), "address is not in"),
        (RIGHT.replace(NEW, NEW + NEW), "read as 2 entries"),
        (RIGHT.replace(NEW, "<!-- " + NEW.rstrip() + " -->\n"), "read as 0 entries"),
        (RIGHT.replace(NEW, "<!--\n" + NEW), "no longer"),
        (RIGHT.replace(NEW, f"- Kites **at Night of all Things** [[pdf]]({URL})\n"), "title is read as"),
    ],
)
def test_what_is_wrong_is_said(after: str, said: str) -> None:
    assert said in (problem(LIST, after, ASKED) or "nothing")


def test_headings_in_fences_and_comments_are_none() -> None:
    lines = ["# A", "```", "# no", "```", "<!-- # no", "## no", "-->", "text", "B", "===", "c", "<h3>C</h3>", "d"]
    assert heading_above(lines, 8) == 0
    assert heading_above(lines, 11) == 0
    assert heading_above(lines, 11, doubtful=(8,)) == 8
    assert heading_above(["", "B", "===", "c"], 3) == 1
    assert heading_above(lines, 13) == 11


def entries(count: int) -> list[str]:
    return [f"- **Paper Number {n} of Tides** [[pdf]](https://arxiv.org/abs/2401.{n:05})" for n in range(count)]


def test_rendered_is_the_share_that_was_written_again() -> None:
    lines = entries(16) + [line.replace("[[pdf]]", "[[PDF]]") for line in entries(20)[16:]]
    document = read("# L\n\n## A\n\n" + "\n".join(lines) + "\n")
    figures = rendered(document, Random(3))
    assert rendered(document, Random(3), from_file) == figures
    assert (figures["rendered"], figures["rendered_new"]) == (0.8, 0.8)
    swallowed = [f"- Tides ([a](https://a.org/{n}), in [b](https://b.org/{n}) parts)" for n in range(12)]
    assert rendered(read("# L\n\n## A\n\n" + "\n".join(swallowed) + "\n"), Random(3))["rendered"] == 0


def dated(years: list[int]) -> str:
    titles = [f"{'QZMKWBTX'[n * 5 % 8]}{n * 7 % 10} Tides at Night" for n in range(len(years))]
    lines = [
        f"- **{title}** (ICML {year}) [[pdf]](https://a.org/{year})" for title, year in zip(titles, years, strict=True)
    ]
    return "# L\n\n## A\n\n" + "\n".join(lines) + "\n"


def test_places_are_counted_from_where_entries_stood() -> None:
    falling = read(dated(list(range(2025, 2013, -1))))
    places = measure_places(falling, learn(falling), Random(1), 100)
    assert (places.ordered, places.ordered_of, places.other_of) == (12, 12, 0)
    mixed = read(dated([2020, 2016, 2023, 2017, 2025, 2014, 2022, 2015, 2024, 2018, 2021, 2019]))
    places = measure_places(mixed, learn(mixed), Random(1), 100)
    assert (places.ordered_of, places.other_of) == (0, 12)
    assert places.other <= 2


def test_a_place_among_equals_counts_apart() -> None:
    by_year = read(dated([2025] * 8 + [2024] * 8 + [2023] * 8 + [2022, 2021, 2020]))
    places = measure_places(by_year, learn(by_year), Random(1), 100)
    assert places.ordered_of == places.by_key == 27
    assert places.ordered < 15


def test_an_order_is_recognised_by_what_stands_in_the_entries() -> None:
    titles = [
        f"- **{name} of the Tides** [[pdf]](https://a.org/x)" for name in "Ants Bees Crabs Dogs Eels Foxes".split()
    ]
    assert recognised(titles) is not None
    assert recognised([titles[i] for i in (3, 0, 4, 1, 5, 2)]) is None
    assert recognised(titles[:4]) is None


def test_an_entry_is_cut_out_with_the_blank_lines_that_set_it_off() -> None:
    assert without("a\n\nb\n\nc\n", 2, 1) == "a\n\nc\n"
    assert without("a\nb\n\n# c\n", 1, 1) == "a\n\n# c\n"


def test_a_seed_gives_the_same_lists_again() -> None:
    assert random_list(Random("7:1")) == random_list(Random("7:1"))
    assert random_list(Random("7:1")).text != random_list(Random("8:1")).text
    assert random_lists(5, 3) == random_lists(5, 3)


def test_random_lists_are_read_and_published_into() -> None:
    """Other lists in every run, with titles of plain words."""
    seed = randbelow(2**32)
    figures, problems = random_lists(seed, 25, hard=0)
    said = f"random_lists({seed}, 25, hard=0): {problems}"
    assert (figures["read"], figures["published"]) == (1.0, 1.0), said


def test_publishing_is_done_and_looked_at() -> None:
    document = read(LIST)
    after, what = publish(document, learn(document), ("Deep",), random_paper(Random(1), hard=0))
    assert what is None
    assert len(read(after).entries) == 4
