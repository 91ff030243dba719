"""Inline Markdown read as CommonMark reads it, held against markdown-it-py; and any text given back whole."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from triage.lists.inline import BRACKET, CODE, EM, IMAGE, LINK, PAREN, STRONG, tokenize
from triage.lists.pairs import pair_up, unescape, without_links

COMMONMARK = MarkdownIt("commonmark")


def links_by_markdown_it(text: str) -> list[tuple[str, str]]:
    """("a" or "img", address) of every link and image that is in no image, in order."""
    found = []
    for token in COMMONMARK.parseInline(text)[0].children or []:
        if token.type == "link_open":
            found.append(("a", str(token.attrs["href"])))
        elif token.type == "image":
            found.append(("img", str(token.attrs["src"])))
    return found


def links_by_triage(text: str) -> list[tuple[str, str]]:
    links = pair_up(text).links
    found = []
    at = 0
    for start in sorted(links):
        link = links[start]
        if start < at:
            continue
        address = unescape(text[link.target + 1 : link.end - 1])
        found.append(("img" if link.image else "a", COMMONMARK.normalizeLink(address)))
        inner = [other for other in links.values() if start < other.start < link.label_end and other.image]
        at = link.end
        if not link.image:
            outermost = [one for one in inner if not any(o.start < one.start < o.label_end for o in inner)]
            addresses = [
                unescape(text[one.target + 1 : one.end - 1]) for one in sorted(outermost, key=lambda o: o.start)
            ]
            found += [("img", COMMONMARK.normalizeLink(address)) for address in addresses]
    return found


MARKS = st.lists(
    st.sampled_from(["[", "]", "(", ")", "](", "\\", "!", "`", "``", "a", "b.c", "[x](y)", "![x](y)"]), max_size=16
)


@given(MARKS.map("".join))
def test_links_are_those_of_commonmark(text: str) -> None:
    assert links_by_triage(text) == links_by_markdown_it(text)


@given(st.one_of(st.text(), MARKS.map("".join), st.text("[]()*_`<>!\\ \nab/", max_size=60)))
def test_the_tokens_are_the_text(text: str) -> None:
    tokens = tokenize(text)
    assert "".join(token.text for token in tokens) == text
    for token in tokens:
        parts = (token.before, token.inner, token.middle, token.url or "", token.after)
        turned = (token.before, token.url or "", token.middle, token.inner, token.after)
        assert token.text in ("".join(parts), "".join(turned), token.url)


@pytest.mark.parametrize(
    ("text", "kind", "inner", "url"),
    [
        ("[a](b)", LINK, "a", "b"),
        (r"[a\]](b)", LINK, r"a\]", "b"),
        (r"[a\\](b)", LINK, r"a\\", "b"),
        (r"[a\\\](http://evil) \[y](b)", LINK, r"a\\\](http://evil) \[y", "b"),
        ("[a `]` b](c)", LINK, "a `]` b", "c"),
        ("[a](b(c)d)", LINK, "a", "b(c)d"),
        ("[a](b((c))d)", LINK, "a", "b((c))d"),
        (r"[a](b\)c)", LINK, "a", r"b\)c"),
        ("[a](<b c>)", LINK, "a", "b c"),
        ('[a](b "c) d")', LINK, "a", "b"),
        ("[[a](b)]", LINK, "a", "b"),
        ("**[a](b)**", LINK, "a", "b"),
        ("[**a**](b)", LINK, "a", "b"),
        ("[a] (b)", LINK, "a", "b"),
        ("![a](b)", IMAGE, "a", "b"),
        ("[![a](b)](c)", LINK, "![a](b)", "c"),
        ('<a href="b">a</a>', LINK, "a", "b"),
        ("[a\\]]", BRACKET, "a\\]", None),
        ("``a`b``", CODE, "a`b", None),
        (r"**a\***", STRONG, r"a\*", None),
        (r"*a\* b*", EM, r"a\* b", None),
        (r"(a\) b)", PAREN, r"a\) b", None),
    ],
)
def test_one_token(text: str, kind: str, inner: str, url: str | None) -> None:
    (token,) = tokenize(text)
    assert (token.kind, token.inner, token.url) == (kind, inner, url)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (r"\[a](b) [c](d)", "d"),
        ("`[a](b)` [c](d)", "d"),
        (r"[x\\](http://evil) [y](b)", "http://evil"),
        ("[a [c](d)", "d"),
    ],
)
def test_where_a_link_begins(text: str, address: str) -> None:
    found = [token.url for token in tokenize(text) if token.kind == LINK]
    assert found[:1] == [address]


def test_no_link_within_escapes_or_code() -> None:
    for text in (r"\[a](b)", r"[a\](b)", r"[a]\(b)", "[a](b", "`[a](b)", "[a\n](b)"):
        kinds = [token.kind for token in tokenize(text.removeprefix("`"))]
        assert (LINK in kinds) is (text == "`[a](b)")


def test_a_heading_without_its_links() -> None:
    assert without_links("A [b](c) and ![d](e) ![f] [![g](h)](i) [k [l](m)](n)") == "A b and    [k l](n)"


@pytest.mark.parametrize(
    "pump",
    ["[", "]", "(", "![", "[a](", "[a](b", "](", "`", "`a", "*", "*a", "**a", "_a ", "__a", "<a>", "<b>", "<details>",
     "<summary>", "<div>", "<p><img ", "<a href=", "\\", "\\[", "[[a](b)", "[a][", "((", "(a[", "![a](<", "[a](b \"", "http://"],
)  # fmt: skip
def test_no_text_takes_long(pump: str) -> None:
    begin = time.process_time()
    for tail in ("", "\n", ")>]"):
        text = pump * (20_000 // len(pump)) + tail
        assert "".join(token.text for token in tokenize(text)) == text
    assert time.process_time() - begin < 3.0
