"""Random mixtures of everything that lists are made of: what holds for all of them."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.placing import heading_lines
from benchmarks.published import Asked, problem
from triage.errors import ListError
from triage.house.format import learn, render
from triage.house.place import apply, place
from triage.house.problems import refusal
from triage.lists import document
from triage.lists.chunks import restore
from triage.models import Facts

ADDRESS = "https://arxiv.org/abs/2506.00001"
PAPER = Facts(
    title="How the small kites of 1843 were flown at night",
    authors=("Ada Finch", "Bo Larsen"),
    venue="ICML",
    year=2025,
    day=date(2025, 6, 3),
    arxiv_id="2506.00001",
)

WORDS = st.sampled_from(
    "Sheep Lighthouse Graph folding tides for with Knots <b>x</b> A* café 图 $x^2$ `code` [ ] ( | _a_ **".split()
)
TITLES = st.lists(WORDS, min_size=1, max_size=7).map(" ".join)
URLS = st.sampled_from(
    ["https://arxiv.org/abs/2401.00001", "https://github.com/a/b", "", "#anchor", "http://x.org/a(b)c d"]
)
EXTRAS = ["  - Authors: Ada Finch, Bo Larsen", "\n  *Finch, Ada and Larsen, Bo*", "  a lazy end", "  - note"]
FOLDS = [
    "",
    "",
    '\n<div align="center">\n  <img src="f.png">\n</div>',
    "\n<details>\n<summary>Abstract</summary>\n\ntext\n\n</details>",
    "\n<details>",
]
HEADING_ENDS = st.sampled_from(["", " #", " <a id='x'></a>"])
MARKERS = st.sampled_from(["- ", "* ", "+ ", " + ", "1. ", "12) ", "-\t", "  - "])
BLANKS = st.sampled_from(["", "", "\n", "\n\n", "  \n", "\t\n"])
ENDINGS = st.sampled_from(["", "\\", "<br>", "  ", " "])


@st.composite
def items(draw: st.DrawFn) -> str:
    """A bullet, perhaps with nested lines, a figure, a fold."""
    title, url = draw(TITLES), draw(URLS)
    shape = draw(st.integers(0, 5))
    line = [
        f"**{title}** [[Paper]]({url})",
        f"{title} [[CVPR 2024]]({url})[[code]]({url})",
        f"[{title}]({url}), Ada Finch, Bo Larsen, *ICML*, 2024.",
        f"(2024/01/02) {title}. [[arxiv]({url})]",
        f"{title}",
        "**** [[Paper]]()",
    ][shape]
    extra = draw(st.lists(st.sampled_from(EXTRAS), max_size=2))
    fold = draw(st.sampled_from(FOLDS))
    return draw(MARKERS) + line + draw(ENDINGS) + "".join("\n" + part for part in extra) + fold


def heading(level: int, text: str, end: str) -> str:
    return "#" * level + " " + text + end


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """One construct of a README."""
    title, url = draw(TITLES), draw(URLS)
    chosen: str = draw(
        st.one_of(
            st.builds(heading, st.integers(1, 6), TITLES, HEADING_ENDS),
            st.just(f"<h2>{title}</h2>"),
            st.just(f"{title}\n====="),
            items(),
            st.lists(items(), min_size=1, max_size=4).map("\n".join),
            st.lists(items(), min_size=1, max_size=4).map("\n\n".join),
            st.just(f"**{title}** \\\n*Ada Finch, Bo Larsen* \\\n[[Paper]({url})]"),
            st.just(
                f"| Title | Venue | Code |\n|:--|--|--|\n| [**{title}**]({url}) | CVPR | - |\n"
                f"| {title} | ICML | [c]({url}) |"
            ),
            st.just(f"Paper | Link\n--- | ---\n{title} | [a]({url})"),
            st.just(f'<ul>\n<li><b>{title}</b> <a href="{url}">pdf</a></li>\n</ul>'),
            st.just(f"<!-- \n- **{title}** [[Paper]]({url})\n-->"),
            st.just(f"```\n- **{title}** [[Paper]]({url})\n```"),
            st.just("---"),
            st.just(f"- [{title}](#x)"),
            st.just("Last updated: 2024/02/02"),
            st.text(alphabet="ab #-*|[]()<>`\\!\t\u2028\x0b\r", max_size=30),
        )
    )
    return chosen


@st.composite
def readmes(draw: st.DrawFn) -> str:
    """Any number of constructs, with any blank lines, CRLF or not, with or without a final newline."""
    parts: list[str] = []
    for block in draw(st.lists(blocks(), min_size=1, max_size=9)):
        parts += [block, "\n", draw(BLANKS)]
    text = "".join(parts)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if draw(st.integers(0, 4)) == 0 else text


def check_reading(text: str) -> None:
    """Every entry stands where it says, in lines of its own, in its section, and its fields give it back."""
    read = document.scan(text)
    lines = text.split("\n")
    free = 0
    for entry in read.entries:
        first, last = entry.line - 1, entry.line - 1 + entry.text.count("\n")
        assert first >= free
        assert "\n".join(lines[first : last + 1]).removesuffix("\r") == entry.text.removesuffix("\r")
        assert restore(entry.parsed.parse) == entry.text
        free = last + 1
        home = [one for one in read.sections if one.path == entry.section]
        assert any(one.start <= entry.start < one.end for one in home)


def check_publishing(text: str, chosen: int) -> None:
    """A paper published into any section comes in there and changes nothing else, or is refused with a reason."""
    read = document.scan(text)
    if not read.entries:
        return
    house = learn(read)
    path = read.taxonomy[chosen % len(read.taxonomy)]
    entry = render(house, PAPER, path)
    if refusal(read, house, path, entry, PAPER):
        return
    after = apply(text, place(read, house, path, entry, PAPER))
    url = ADDRESS if ADDRESS in entry else ""
    assert problem(text, after, Asked(path, heading_lines(read, path), PAPER.title, url)) is None


FRESH = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize=False,
    print_blob=True,
)
"""New examples in every run; a failure prints how to reproduce it."""


@given(readmes(), st.integers(0, 9))
@settings(FRESH, max_examples=120)
def test_every_mixture_is_read_and_published_into(text: str, chosen: int) -> None:
    check_reading(text)
    check_publishing(text, chosen)


@pytest.mark.slow
@given(readmes(), st.integers(0, 9))
@settings(FRESH, max_examples=200)
def test_mixtures_are_read_and_published_into(text: str, chosen: int) -> None:
    check_reading(text)
    check_publishing(text, chosen)


@given(st.text(max_size=300))
@settings(FRESH, max_examples=100)
def test_any_text_is_read_or_refused_with_the_cure(text: str) -> None:
    try:
        check_reading(document.read(text).text)
    except ListError as error:
        assert "init --new" in str(error)
