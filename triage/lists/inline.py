"""Inline Markdown and HTML cut into tokens: links in all their spellings, emphasis, brackets, images, folds, bare URLs.

A token is a text inside layers of marks: `*(2024-TMI)*` is "2024-TMI" within `*(` and `)*`. Joined, the tokens are the
text. What opens is looked up in tables of what closes it, made once for the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from triage.lists.pairs import Link, Pairs, pair_up

PLAIN = "plain"
LINK = "link"
IMAGE = "image"
STRONG = "strong"
EM = "em"
BRACKET = "bracket"
PAREN = "paren"
FOLD = "fold"
FIGURE = "figure"
URL = "url"
TAG = "tag"
CODE = "code"
_LONGEST_EMPHASIS = 3000
_LONGEST_BRACKET = 1500
_LONGEST_UNDERLINED = 1000
_LONGEST_PAREN = 500
_DEEPEST = 4
"""How many marks within marks are recognised; deeper ones stay part of the text."""
_START = re.compile(r"[!\[<*_`(]|https?://", re.IGNORECASE)
_FIGURE = re.compile(
    r"<(?P<box>div|p|center)\b[^<>]*+>\s*+(?:<a\b[^<>]*+>\s*+)?<img\b[^<>]*+>(?:\s*+</a>)?\s*+</(?P=box)>",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"<(?:(?P<fold>details)\b|(?P<anchor>a)\b[^<>]*+>|(?P<bold>b|strong)>|(?P<italic>i|em)>)", re.IGNORECASE
)
_CLOSING = re.compile(r"</(details|a|b|strong|i|em)>", re.IGNORECASE)
_MORE_FOLDS = re.compile(r"(?:[ \t]*+</details>)*", re.IGNORECASE)
_IMG = re.compile(r"<img\b[^<>]*+>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>\n]*+>")
_URL = re.compile(r"https?://[^\s<>\[\]|]*[^\s<>\[\]|.,;:!?)]", re.IGNORECASE)
_STARS = re.compile(r"\*+")
_UNDERSCORE = re.compile(r"_")
_DOUBLE_END = re.compile(r"(?<![\s_])__(?!\w)")
_MARKED = re.compile(
    r"(?P<open>\[|\*\*|__|\*|_|`|<b>|<i>)(?P<inner>(?<=\[)[^\[\]]+(?=\]$)|(?<=\*\*).+(?=\*\*$)|(?<=__).+(?=__$)"
    r"|(?<=\*)[^*]+(?=\*$)|(?<=_)[^_]+(?=_$)|(?<=`)[^`]+(?=`$)|(?<=<b>).+(?=</b>$)|(?<=<i>).+(?=</i>$))"
    r"(?:\]|\*\*|__|\*|_|`|</b>|</i>)"
)
_HREF = re.compile(r"(href|src)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_SRC = re.compile(r"(src)\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s>]+)")
_SUMMARY_OPENS = re.compile(r"<summary\b[^<>]*+>", re.IGNORECASE)
_SUMMARY_CLOSES = re.compile(r"</summary>", re.IGNORECASE)
_TARGET_OPENS = re.compile(r"\s*+<?")


@dataclass(frozen=True, slots=True)
class Token:
    """`before + inner + after` is the text; for a link it is `before + inner + middle + url + after`."""

    kind: str
    text: str
    before: str = ""
    inner: str = ""
    middle: str = ""
    url: str | None = None
    after: str = ""


def tokenize(text: str) -> list[Token]:
    """The tokens of `text`, in order; their texts joined are `text`."""
    tokens: list[Token] = []
    at = 0
    for token, start in _Scanner(text).tokens():
        if start > at:
            tokens.append(Token(PLAIN, text[at:start], inner=text[at:start]))
        tokens.append(token)
        at = start + len(token.text)
    if at < len(text):
        tokens.append(Token(PLAIN, text[at:], inner=text[at:]))
    return tokens


def _single(text: str, depth: int) -> Token | None:
    """The one token that all of `text` is, None if it is none or several."""
    token = _Scanner(text, depth).token_at(0) if text and depth <= _DEEPEST else None
    return token if token and len(token.text) == len(text) else None


class _Scanner:
    """Finds the tokens of one text; `depth` counts the marks around it."""

    def __init__(self, text: str, depth: int = 0) -> None:
        self.text = text
        self.depth = depth

    @cached_property
    def pairs(self) -> Pairs:
        return pair_up(self.text)

    def tokens(self) -> Iterator[tuple[Token, int]]:
        """Every token that is not plain, with where it begins."""
        at = 0
        while found := _START.search(self.text, at):
            token = self.token_at(found.start())
            if token:
                yield token, found.start()
            at = found.start() + (len(token.text) if token else 1)

    def token_at(self, place: int) -> Token | None:
        """The token that begins here, None if none does."""
        if place in self.pairs.escaped:
            return None
        readers = {
            "!": self._bracketed,
            "[": self._bracketed,
            "<": self._html,
            "*": self._stars,
            "_": self._underscores,
            "`": self._code,
            "(": self._paren,
        }
        return readers.get(self.text[place], self._url)(place)

    def _url(self, place: int) -> Token | None:
        found = _URL.match(self.text, place)
        return Token(URL, found.group(), inner=found.group(), url=found.group()) if found else None

    def _bracketed(self, place: int) -> Token | None:
        text, links, closing = self.text, self.pairs.links, self.pairs.closing
        if text[place] == "!":
            link = links.get(place + 1)
            return self._linked(IMAGE, place, link, link.end) if link else None
        end = closing.get(place)
        if end is None:
            return None
        inner = links.get(place + 1)
        if inner and inner.end == end and text[end + 1 : end + 2] != "(":
            return self._linked(LINK, place, inner, end + 1)
        link = links.get(place) or self._loose_link(place, end)
        if link:
            return self._linked(LINK, place, link, link.end)
        short = end - place <= _LONGEST_BRACKET
        return self._wrapped(BRACKET, (place, place + 1), (end, end + 1)) if short else None

    def _linked(self, kind: str, place: int, link: Link, end: int) -> Token:
        moved = Link(link.start - place, link.label_end - place, link.target - place, link.end - place)
        return _link(kind, self.text[place:end], moved, self.depth)

    def _loose_link(self, place: int, label_end: int) -> Link | None:
        """A link with a blank between label and target, as some lists have it; CommonMark takes it for text."""
        target = label_end + 2
        if self.text[label_end + 1 : target + 1] != " (" or target not in self.pairs.closing:
            return None
        return Link(place, label_end, target, self.pairs.closing[target] + 1)

    def _html(self, place: int) -> Token | None:
        text = self.text
        address = _URL.match(text, place + 1)
        if address and text[address.end() : address.end() + 1] == ">":
            url = address.group()
            return Token(URL, f"<{url}>", before="<", inner=url, url=url, after=">")
        figure = _FIGURE.match(text, place)
        if figure:
            return _html_link(FIGURE, figure.group())
        opening = _OPENING.match(text, place)
        token = self._element(place, opening) if opening else None
        if token:
            return token
        image = _IMG.match(text, place)
        if image:
            return _html_link(IMAGE, image.group())
        tag = _TAG.match(text, place)
        return Token(TAG, tag.group(), inner=tag.group()) if tag else None

    def _element(self, place: int, opening: re.Match[str]) -> Token | None:
        """An element with its content: a fold over several lines, a link or emphasis on one."""
        kind = opening.lastgroup or ""
        name = opening.group(kind).lower()
        closings = self._closings.get(name, [])
        following = bisect_left(closings, opening.end())
        if following == len(closings):
            return None
        close = closings[following]
        end = close + len(name) + 3
        if kind == "fold":
            more = _MORE_FOLDS.match(self.text, end)
            return _fold(self.text[place : more.end() if more else end])
        if self.text.find("\n", opening.end(), close) >= 0:
            return None
        if kind == "anchor":
            return _html_link(LINK, self.text[place:end])
        return self._wrapped(STRONG if kind == "bold" else EM, (place, opening.end()), (close, end))

    @cached_property
    def _closings(self) -> dict[str, list[int]]:
        """Where the closing tags of each element begin."""
        found: dict[str, list[int]] = {}
        for closing in _CLOSING.finditer(self.text):
            found.setdefault(closing.group(1).lower(), []).append(closing.start())
        return found

    def _stars(self, place: int) -> Token | None:
        runs = self._star_runs
        number = bisect_right(runs, (place, len(self.text))) - 1
        if number < 0 or not runs[number][0] <= place < sum(runs[number]):
            return None
        width = sum(runs[number]) - place
        if (
            width > 3
            or (width == 1 and runs[number][1] > 1)
            or not self.text[place + width : place + width + 1].strip()
        ):
            return None
        for start, length in islice(runs, number + 1, None):
            if width == 2 and length == 1:
                continue
            fits = length == width and not self.text[start - 1].isspace()
            return self._emphasis(place, width, start, _LONGEST_EMPHASIS) if fits else None
        return None

    def _underscores(self, place: int) -> Token | None:
        text = self.text
        width = 2 if text.startswith("__", place) else 1
        following = text[place + width : place + width + 1]
        if _is_word(text[:place][-1:]) or not following.strip() or following == "_":
            return None
        ends = self._double_ends if width == 2 else self._single_underscores
        number = bisect_left(ends, (place + width + 1, 0))
        if number == len(ends):
            return None
        end = ends[number][0]
        if width == 1 and (text[end - 1].isspace() or _is_word(text[end + 1 : end + 2])):
            return None
        return self._emphasis(place, width, end, _LONGEST_UNDERLINED)

    def _emphasis(self, place: int, width: int, end: int, longest: int) -> Token | None:
        inner = self.text[place + width : min(end, place + width + longest + 1)]
        if not inner or len(inner) > longest or "\n" in inner:
            return None
        return self._wrapped(EM if width == 1 else STRONG, (place, place + width), (end, end + width))

    @cached_property
    def _star_runs(self) -> list[tuple[int, int]]:
        return self._outside(_STARS)

    @cached_property
    def _single_underscores(self) -> list[tuple[int, int]]:
        return self._outside(_UNDERSCORE)

    @cached_property
    def _double_ends(self) -> list[tuple[int, int]]:
        return self._outside(_DOUBLE_END)

    def _outside(self, marks: re.Pattern[str]) -> list[tuple[int, int]]:
        """Where such marks begin and how long they are, but for escaped ones and those in code spans and addresses."""
        targets = ((link.label_end, link.end) for link in self.pairs.links.values())
        inert = sorted([*self.pairs.code.items(), *targets])
        found: list[tuple[int, int]] = []
        number = limit = 0
        for mark in marks.finditer(self.text):
            start = mark.start()
            while number < len(inert) and inert[number][0] <= start:
                limit = max(limit, inert[number][1])
                number += 1
            start += start in self.pairs.escaped
            if limit <= start < mark.end():
                found.append((start, mark.end() - start))
        return found

    def _code(self, place: int) -> Token | None:
        end = self.pairs.code.get(place)
        if end is None:
            return None
        width = len(self.text[place:end]) - len(self.text[place:end].lstrip("`"))
        return self._wrapped(CODE, (place, place + width), (end - width, end))

    def _paren(self, place: int) -> Token | None:
        end = self.pairs.closing.get(place, place)
        if not 1 < end - place <= _LONGEST_PAREN:
            return None
        return self._wrapped(PAREN, (place, place + 1), (end, end + 1))

    def _wrapped(self, kind: str, opening: tuple[int, int], closing: tuple[int, int]) -> Token:
        """Marks around one other token become part of it: `**[title](url)**` is a link."""
        text = self.text[opening[0] : closing[1]]
        before, inner = self.text[slice(*opening)], self.text[opening[1] : closing[0]]
        after = self.text[slice(*closing)]
        token = _single(inner.strip(), self.depth + 1)
        if token is None or (kind == CODE and token.kind not in (BRACKET, PAREN)):
            return Token(kind, text, before, inner, after=after)
        left = inner[: len(inner) - len(inner.lstrip())]
        right = inner[len(inner.rstrip()) :]
        kept = kind if token.kind in (EM, BRACKET, PAREN, CODE) and kind == STRONG else token.kind
        before, after = before + left + token.before, token.after + right + after
        return Token(kept, text, before, token.inner, token.middle, token.url, after)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _link(kind: str, text: str, link: Link, depth: int) -> Token:
    """`text` is the link or image, perhaps in brackets of its own; `link` says where its parts stand in it."""
    before, inner, after = text[: link.start + 1], text[link.start + 1 : link.label_end], "]"
    if kind != IMAGE:
        marked = _MARKED.fullmatch(inner)
        while marked and (marked["open"] == "[" or _single(inner, depth + 1)):
            before, after = before + marked["open"], inner[marked.end("inner") :] + after
            inner = marked["inner"]
            marked = _MARKED.fullmatch(inner)
    opening = _TARGET_OPENS.match(text, link.target + 1)
    begin = opening.end() if opening else link.target + 1
    end = begin + _address_end(text[begin : link.end - 1])
    return Token(kind, text, before, inner, after + text[link.label_end + 1 : begin], text[begin:end], text[end:])


def _address_end(target: str) -> int:
    """Where the address ends before a `>`, a title in quotes, and blanks."""
    end = len(target.rstrip())
    quote = target[end - 1 : end]
    if quote in ('"', "'") and end > 1:
        opened = target.rfind(quote, 0, end - 1)
        before = len(target[: max(opened, 0)].rstrip())
        end = before if 0 <= before < opened else end
    return end - target[:end].endswith(">")


def _fold(text: str) -> Token:
    opened = _SUMMARY_OPENS.search(text)
    closed = _SUMMARY_CLOSES.search(text, opened.end()) if opened else None
    begin = closed.end() if closed else text.index(">") + 1
    end = text.rindex("</details>") if text.count("</details>") == 1 else text.index("</details>")
    inner = text[begin:end]
    left, right = len(inner) - len(inner.lstrip()), len(inner.rstrip())
    if not inner.strip():
        left = right = inner.find("\n") + 1
    return Token(FOLD, text, text[:begin] + inner[:left], inner[left:right], after=inner[right:] + text[end:])


def _html_link(kind: str, text: str) -> Token:
    found = _SRC.search(text) if kind == FIGURE else _HREF.search(text)
    if not found:
        return Token(TAG, text, inner=text)
    begin, end = found.span(2)
    if text[begin] in "\"'":
        begin, end = begin + 1, end - 1
    if kind != LINK:
        return Token(kind, text, text[:begin], "", "", text[begin:end], text[end:])
    close = text.rindex("<")
    opened = text.index(">", end) + 1
    if opened > close:
        return Token(TAG, text, inner=text)
    # An anchor reads URL before label: its token has the label where others have the address, and the other way round.
    return Token(LINK, text, text[:begin], text[opened:close], text[end:opened], text[begin:end], text[close:])
