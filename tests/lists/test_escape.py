"""Other people's text on its way into a list: what a reader sees is the text, and nothing in it acts as Markdown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from triage.drafting.sentences import clean
from triage.house.format import render
from triage.house.format_table import from_table
from triage.identity import title_key
from triage.lists.document import scan
from triage.lists.escape import Place, Plain, escaped, one_line, safe_url
from triage.lists.fields import read_fields
from triage.lists.pairs import plain
from triage.models import Facts


@pytest.mark.parametrize(
    "text",
    [
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} at Work",
        "\N{SHRUG}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}\N{ZERO WIDTH JOINER}\N{MALE SIGN}\N{VARIATION SELECTOR-16}",
        "\u0645\u06cc\N{ZERO WIDTH NON-JOINER}\u0634\u0648\u062f",
        "\u0915\u094d\N{ZERO WIDTH JOINER}\u0937",
    ],
)
def test_joiners_stay_where_they_join(text: str) -> None:
    assert one_line(text) == text
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dif\N{ZERO WIDTH NON-JOINER}ficult", "difficult"),
        ("an\N{ZERO WIDTH JOINER} end", "an end"),
        ("\N{ZERO WIDTH JOINER}", ""),
        ("hyphe\N{SOFT HYPHEN}nation", "hyphenation"),
        ("a\N{RIGHT-TO-LEFT OVERRIDE}b\N{POP DIRECTIONAL FORMATTING}", "ab"),
        ("two\nlines\x00and\N{NO-BREAK SPACE} a\ttab\N{LINE SEPARATOR}", "two lines and a tab"),
        ("a lone \udc80 byte", "a lone byte"),
    ],
)
def test_nothing_invisible_and_no_second_line(text: str, shown: str) -> None:
    assert one_line(text) == shown
    assert clean(text) == shown


# An entry as it is read by others: markdown-it-py for Markdown, html.parser for what Markdown leaves to the browser.

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass
class Seen:
    """What a reader sees: blocks by their kinds, the words, links as (label, address), and how each word is set."""

    blocks: list[str] = field(default_factory=list)
    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


class _Browser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()
        self.label: list[str] | None = None
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.marks.append(tag)
        if tag == "a":
            self.label, self.address = [], dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.label is not None:
            self.seen.links.append((squeezed("".join(self.label)), self.address))
            self.label = None

    def handle_data(self, data: str) -> None:
        self.seen.words += data
        if self.label is not None:
            self.label.append(data)


def squeezed(text: str) -> str:
    return " ".join(text.split())


def as_seen(markdown: str) -> Seen:
    browser = _Browser()
    browser.feed(GITHUB.render(markdown))
    browser.close()
    seen = browser.seen
    seen.blocks = [token.type for token in GITHUB.parse(markdown) if token.nesting == 1]
    seen.words = squeezed(seen.words)
    return seen


PAPER, CODE = "https://a.example/p?q=1", "https://a.example/c"
ITEM = ["bullet_list_open", "list_item_open", "paragraph_open"]
ROW = ["table_open", "thead_open", "tr_open", *["th_open"] * 3, "tbody_open", "tr_open", *["td_open"] * 3]
Expected = Callable[[dict[str, str]], tuple[str, list[tuple[str, str]]]]
FORMATS: dict[str, tuple[list[str], list[str], Expected]] = {
    "- [{title}]({paper})": (ITEM, ["ul", "li", "a"], lambda v: (v["title"], [(v["title"], PAPER)])),
    "- **{title}**{? *{authors}*}{? [[Code]]({code})}{?\n  - {summary}}": (
        [*ITEM, *ITEM],
        ["ul", "li", "strong", "em", "a", "ul", "li"],
        lambda v: (f"{v['title']} {v['authors']} [Code] {v['summary']}", [("[Code]", CODE)]),
    ),
    "- [[{venue} {year}]({paper})] {title} `{venue}`": (
        ITEM,
        ["ul", "li", "a", "code"],
        lambda v: (
            f"[{v['venue']} 2024] {v['title']} {v['venue'].replace('`', chr(39))}",
            [(f"{v['venue']} 2024", PAPER)],
        ),
    ),
    "- [{year}]{title}[[Paper]]({paper})": (
        ITEM,
        ["ul", "li", "a"],
        lambda v: (f"[2024]{v['title']}[Paper]", [("[Paper]", PAPER)]),
    ),
    "{title}\n{summary}": (["paragraph_open"], ["p"], lambda v: (f"{v['title']} {v['summary']}", [])),
    "1. __[{title}]({paper})__, _{authors}_": (
        ["ordered_list_open", "list_item_open", "paragraph_open"],
        ["ol", "li", "strong", "a", "em"],
        lambda v: (f"{v['title']}, {v['authors']}", [(v["title"], PAPER)]),
    ),
    "### {title}\n\n[{summary}]({code})": (
        ["heading_open", "paragraph_open"],
        ["h3", "p", "a"],
        lambda v: (f"{v['title']} {v['summary']}", [(v["summary"], CODE)]),
    ),
    '<li><b>({venue} {year})</b> <a href="{paper}">{title}</a>: {authors}</li>': (
        [],
        ["li", "b", "a"],
        lambda v: (f"({v['venue']} 2024) {v['title']}: {v['authors']}", [(v["title"], PAPER)]),
    ),
    '- <b>{venue}</b> <a href="{paper}">{title}</a><br>{summary}': (
        ITEM,
        ["ul", "li", "b", "a", "br"],
        lambda v: (f"{v['venue']} {v['title']}{v['summary']}", [(v["title"], PAPER)]),
    ),
    "| [{title}]({paper}) | `{venue}` | <b>{summary}</b> |": (
        ROW,
        ["table", "thead", "tr", "th", "th", "th", "tbody", "tr", "td", "a", "td", "code", "td", "b"],
        lambda v: (
            f"a b c {v['title']} {v['venue'].replace('`', chr(39))} {v['summary']}",
            [(v["title"], PAPER)],
        ),
    ),
}  # fmt: skip
HOSTILE = st.lists(
    st.sampled_from(
        ["[", "]", "(", ")", "](http://evil)", "[x](y)", "\\", "!", "`", "``", "*", "**", "_", "__", "~", "~~", "<",
         ">", "<b>", "</a>", "<!--", "<a@b.c>", "<http://e>", "&", "&lt;", "&#93;", "#", "# ", "- ", "+ ", "> ",
         "1. ", "2)", "=", "---", "|", "\\|", ":", "[^1]", "[ ] ", "'", '"', "$", "{", "}", "a", "B", " ", "\n", ".",
         "é", "\u00a0"]
    ),
    min_size=1,
    max_size=12,
).map("".join)  # fmt: skip
WORDS = st.one_of(HOSTILE, st.text(min_size=1, max_size=30)).filter(lambda text: one_line(text).strip(". "))


@pytest.mark.parametrize("template", FORMATS)
@given(title=WORDS, venue=WORDS, author=WORDS, summary=WORDS)
def test_a_reader_sees_the_text_and_the_links_of_the_template(
    template: str, title: str, venue: str, author: str, summary: str
) -> None:
    row = template.startswith("|")
    house = from_table({"preprint": "", "templates": [{"entry": template, "columns": ["a", "b", "c"] if row else []}]})
    facts = Facts(
        title=title, authors=(author,), venue=venue, year=2024, summary=summary, paper_url=PAPER, code_url=CODE
    )
    entry = render(house, facts, ("Papers",))
    seen = as_seen(f"| a | b | c |\n| - | - | - |\n{entry}\n" if row else entry)
    known = {"title": one_line(title).removesuffix(".").rstrip(), "venue": one_line(venue)}
    known |= {"authors": one_line(author), "summary": one_line(summary)}
    blocks, marks, expected = FORMATS[template]
    words, links = expected(known)
    assert seen.blocks == blocks, entry
    assert [mark for mark in seen.marks if mark != "p" or marks == ["p"] or "h3" in marks] == marks, entry
    assert seen.links == [(squeezed(label), address) for label, address in links], entry
    assert seen.words == squeezed(words), entry


@given(text=WORDS, place=st.sampled_from([Place.LINE, Place.HTML]), cell=st.booleans())
def test_what_is_written_is_read_again(text: str, place: Place, cell: bool) -> None:
    assert title_key(plain(escaped(Plain(text, cell), place))) == title_key(one_line(text))


@given(title=WORDS)
def test_an_entry_leads_where_its_paper_is(title: str) -> None:
    house = from_table({"preprint": "", "templates": [{"entry": "- [{title}]({paper}) [[Code]]({code})"}]})
    entry = render(house, Facts(title, paper_url=PAPER, code_url=CODE), ("Papers",))
    assert read_fields(entry).links == (PAPER, CODE)
    document = scan(f"# List\n\n## Papers\n\n{entry}\n- [Another](https://a.example/2)\n\n## More\n")
    assert [one.text for one in document.entries] == [entry, "- [Another](https://a.example/2)"]


def test_an_address_in_a_title_is_not_the_papers() -> None:
    fields = read_fields(
        "- **Better than https://arxiv.org/abs/2401.00001** [[Paper]](https://arxiv.org/abs/2605.00002)"
    )
    assert fields.arxiv_id == "2605.00002"


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://a.example/b(c)", "https://a.example/b%28c%29"),
        ("https://a.example/'onclick=x", "https://a.example/%27onclick=x"),
        ("https://a.example/a|b\\", "https://a.example/a%7Cb%5C"),
        ("https://a.example/\udc80", "https://a.example/?"),
        ("javascript:alert(1)", None),
        ("https://a.example/a b", None),
    ],
)
def test_addresses(url: str, written: str | None) -> None:
    assert safe_url(url) == written


@given(st.text(max_size=80), st.sampled_from(Place))
def test_no_text_breaks_it(text: str, place: Place) -> None:
    escaped(Plain(text), place)
