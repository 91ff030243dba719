"""Random mixtures of everything that lists are made of: what holds for all of them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triage.errors import ListError
from triage.lists import document, house, insert
from triage.lists.chunks import restore
from triage.lists.document import Document

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


def check(text: str) -> None:
    """Spans are exact, entries give themselves back, insertion touches nothing else."""
    read = document.scan(text)
    assert "".join(read.pieces) == text
    at = 0
    for entry in read.entries:
        assert entry.start >= at and text[entry.start : entry.end] == entry.text
        assert restore(entry.parsed.parse) == entry.text
        at = entry.end
        without, back = insert.take_out(read, entry)
        assert insert.apply(without, [back]) == text
    if read.entries:
        check_insertion(read)


def check_insertion(read: Document) -> None:
    """A new entry changes no old byte, and every old entry is still read as it was."""
    learned = house.learn(read)
    line = "- **Fresh Paper on Kites** [[Paper]](https://arxiv.org/abs/2506.00001)"
    for section in read.taxonomy[:3]:
        edits = insert.place(read, learned, section, line)
        after = insert.apply(read.text, edits)
        added = [edit for edit in edits if edit.start == edit.end]
        assert len(added) == 1
        assert all(edit.replacement.isdigit() for edit in edits if edit not in added)
        assert "Fresh Paper on Kites" in after
        place = added[0].start
        assert after.replace("\r\n", "\n").count("\n") >= read.text.replace("\r\n", "\n").count("\n") + 1
        assert not any(entry.start < place < entry.end for entry in read.entries)


def examples(count: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=count, deadline=None, suppress_health_check=slow, derandomize=True)


@given(readmes())
@examples(120)
def test_every_mixture_keeps_its_bytes(text: str) -> None:
    check(text)


@pytest.mark.slow
@given(readmes())
@examples(2000)
def test_two_thousand_mixtures_keep_their_bytes(text: str) -> None:
    check(text)


@given(st.text(max_size=300))
@examples(100)
def test_any_text_is_read_or_refused_with_the_cure(text: str) -> None:
    try:
        assert "".join(document.read(text).pieces) == text
    except ListError as error:
        assert "init --new" in str(error)
