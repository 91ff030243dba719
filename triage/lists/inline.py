"""Inline Markdown and HTML cut into tokens: links in all their spellings, emphasis, brackets, images, folds, bare URLs.

A token is a leaf text inside layers of marks: `*(2024-TMI)*` is "2024-TMI" within `*(` and `)*`. Joined, the tokens
are the text. What opens is looked up in tables of what closes it, made once for the text: the time is linear.

Links, images, badges and folds as chunks: what a link is follows from its label, else from its address.

Plain words in an entry: titles, lists of people, venues and dates that carry no marks; stars and emoji.

A stretch of one line as chunks and gaps.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from triage.lists.pairs import Link, Pairs, pair_up
from triage.lists.template import Builder, Chunk
from triage.lists.values import Leaf, date_leaf, escape, is_people, is_venue, label_kind, url_kind, venue_leaf

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
"""Marks within marks that are told apart; deeper ones stay part of the text."""

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
            width > 2
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
        return self._wrapped(STRONG if width == 2 else EM, (place, place + width), (end, end + width))

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


_REPO = re.compile(r"(?<=/)([\w.\-]+/[\w.\-]+?)(?=\.svg|\?|$|\)|&)")


_BADGE = re.compile(r"shields\.io/(?:github|badge/dynamic)|badgen|img\.shields|githubusercontent.*badge", re.IGNORECASE)


def dated_role(leaf: Leaf) -> str:
    """The role of a date, a venue (with its year), or a year alone."""
    names = {name for name, _ in leaf.values}
    return "date" if "date" in names else "year" if names == {"year"} else "venue"


def link_chunk(token: Token) -> Chunk:
    label, url = token.inner, token.url or ""
    before, middle, after = escape(token.before), escape(token.middle), escape(token.after)
    anchor = "<a" in token.before.lower()
    kind = label_kind(label)

    def form(inner: str, slot: str) -> str:
        return (
            before + "{" + slot + "}" + middle + inner + after
            if anchor
            else before + inner + middle + "{" + slot + "}" + after
        )

    badge = re.fullmatch(r"!\[([^\]]*)\]\((.*)\)", label)
    if badge:
        role = url_kind(url) or kind or "link"
        shown, values = _with_repo(label)
        return Chunk(role, form(shown, "url"), (*values, ("url", url)))
    found = venue_leaf(label) or date_leaf(label)
    short = len(label) <= 48 and len(label.split()) <= (4 if token.before.startswith("[[") else 2)
    if found is None and kind is None and token.before.startswith("[["):
        kind = url_kind(url) if url_kind(url) in ("code", "data", "demo") else None
    if found is None and kind is None and short and is_venue(label):
        found = venue_leaf(label, loose=True)
    if found:
        return Chunk("paper", form(found.form, "url"), (*found.values, ("url", url)))
    if kind:
        return Chunk(kind, form(escape(label), "url"), (("url", url),))
    name = "label" if len(label.split()) <= 4 else "linked"
    return Chunk(name, form("{label}", "url"), (("label", label), ("url", url)))


def _with_repo(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A badge's address with the repository in it as a slot."""
    number = re.search(r"(?<=[-_/ ])\d{4}\.\d{4,5}(?=[-_. )])", text)
    if number and "badge" in text:
        shown = escape(text[: number.start()]) + "{arxiv_id}" + escape(text[number.end() :])
        return shown, (("arxiv_id", number.group()),)
    found = _REPO.search(text[text.find("github/") + 6 :] if "github/" in text else "")
    if not found or "shields.io" not in text:
        return escape(text), ()
    offset = text.find("github/") + 6
    kind = re.match(r"/(?:stars|forks|last-commit|issues|license|watchers)/", text[offset - 0 :])
    begin = offset + (kind.end() if kind else 0)
    whole = re.match(r"([\w.\-]+/[\w.\-]+?)(?=\.svg|[?)&\"\s]|$)", text[begin:])
    if not whole:
        return escape(text), ()
    end = begin + whole.end()
    return escape(text[:begin]) + "{repo}" + escape(text[end:]), (("repo", whole.group(1)),)


def image_chunk(token: Token) -> Chunk:
    shown, values = _with_repo(token.text)
    if values:
        return Chunk("badge", shown, values)
    if token.url is not None and not _BADGE.search(token.url):
        return Chunk(
            "figure",
            escape(token.before + token.inner + token.middle) + "{figure}" + escape(token.after),
            (("figure", token.url),),
        )
    return Chunk("badge", escape(token.text))


def fold_chunk(token: Token) -> Chunk:
    head = token.before.lower()
    name = "abstract" if "abstract" in head else "bibtex" if re.search(r"bib|cit", head) else "details"
    return Chunk(name, escape(token.before) + "{" + name + "}" + escape(token.after), ((name, token.inner),))


_MARK = re.compile(r"(?:[^\w\s\[\](){}<>|`\"'.,;:!?#\\/&=-]|[\ufe0f\u200d])+")


_BROKEN_STARS = re.compile(r"[^\x00-\x7f]{1,24}(?=\s|$)")
"""Emoji that a wrong encoding has turned into letters and signs."""
_EMOJI = re.compile(r"(?:[^\w\s\x00-\x7f\u2010-\u201f\u3001-\u3011\uff00-\uff20…·•—]|\u200d)+")


_SHORTCODES = re.compile(r"(?::[a-z][a-z0-9_+\-]*:\s?)*:[a-z][a-z0-9_+\-]*:")


_ESCAPED = re.compile(r"\\\[([^\[\]\\]{2,60})\\\]")
_A_FEW_NAMES = 200
_INITIAL = re.compile(r"(?:^|[\s.\-])[A-Z]$")


def put_words(text: str, out: Builder, first: bool) -> None:
    core = text.strip()
    broken = _BROKEN_STARS.match(core) if first and not out.chunks else None
    if broken and not broken.group().isalnum():
        begin = text.index(core)
        out.gap(text[:begin])
        out.chunk(Chunk("mark", "{mark}", (("mark", broken.group()),)))
        text = text[begin + broken.end() :]
        core = text.strip()
    if not re.search(r"\w", core) or _SHORTCODES.fullmatch(core):
        _symbols(text, out, first and not out.chunks)
        return
    escaped = _ESCAPED.match(core)
    found = date_leaf(escaped[1]) or venue_leaf(escaped[1]) if escaped else None
    if escaped and found:
        out.gap(text[: text.index(core)])
        out.chunk(Chunk(dated_role(found), f"\\[{found.form}\\]", found.values))
        text = text[text.index(core) + escaped.end() :]
        core = text.strip()
    left = text[: text.index(core)]
    right = text[len(left) + len(core) :]
    lead = re.match(r"[^\w\"'“‘$\\(]+", core)
    if lead:
        _symbols(left + lead.group(), out, first and not out.chunks)
        core = core[lead.end() :]
    else:
        out.gap(left)
    parts = _sentences(core)
    for number, part in enumerate(parts):
        if number % 2:
            out.gap(part.removeprefix("."))
        else:
            stop = number + 1 < len(parts) and parts[number + 1].startswith(".")
            _phrase(part + "." if stop else part, out)
    out.gap(right)


def _sentences(core: str) -> list[str]:
    """ "Title. A. Author, B. Author. Venue, 2024" as its sentences with what stands between them.

    Cut only if one of the later parts is a list of people, a date, or a venue.
    """
    parts = re.split(r"(\.\s++(?=\S{2})|(?<=[?!])\s++|(?<!\s)\s++[|·•]\s++)", core)
    later = [part.rstrip(".") for part in parts[2::2]]
    if not any(is_people(part) or venue_leaf(part) or date_leaf(part) for part in later):
        return [core]
    whole = [parts[0]]
    for gap, part in zip(parts[1::2], parts[2::2], strict=True):
        together = whole[-1] + gap + part
        if gap.startswith(".") and _INITIAL.search(whole[-1][-2:]) and is_people(together[-_A_FEW_NAMES:].rstrip(".")):
            whole[-1] = together
            continue
        known = is_people(part.rstrip(".")) or venue_leaf(part.rstrip(".")) or date_leaf(part.rstrip(".")) or "|" in gap
        if known:
            whole += [gap, part]
        else:
            whole[-1] += gap + part
    return whole


def _phrase(core: str, out: Builder) -> None:
    end = len(core)
    while end and (core[end - 1].isspace() or core[end - 1] in ",;:|/-–—[("):
        end -= 1
    core, tail = core[:end], core[end:]
    chunk = words_chunk(core) if core else None
    if core.endswith(".") and not re.search(r"\bal\.$", core):
        found = words_chunk(core[:-1])
        if found.role in ("authors", "date", "venue", "year"):
            chunk = replace(found, form=found.form + ".")
    if chunk:
        out.chunk(chunk)
    out.gap(tail)


def _symbols(text: str, out: Builder, leading: bool) -> None:
    """Stars and emoji before an entry are a field, any other signs a gap."""
    found = (_MARK if leading else _EMOJI).match(text.lstrip()) or _SHORTCODES.match(text.lstrip())
    if not found:
        out.gap(text)
        return
    begin = len(text) - len(text.lstrip())
    out.gap(text[:begin])
    out.chunk(Chunk("mark", "{mark}", (("mark", found.group()),)))
    out.gap(text[begin + found.end() :])


def words_chunk(core: str) -> Chunk:
    found = date_leaf(core) or venue_leaf(core)
    if found:
        return Chunk(dated_role(found), found.form, found.values)
    if is_people(core):
        return Chunk("authors", "{authors}", (("authors", core),))
    return Chunk("text", "{text}", (("text", core),))


_ET_AL = re.compile(
    r"(?P<authors>.{2,200}?\bet\.? al\b\.?,?)(?P<gap>[ .,]*)(?P<venue>[^\s.,][^\n]{0,120}?)(?P<end>[ .]*)"
)


_BOLD_WITH_VENUE = re.compile(r"(?P<title>[^()]*[^()\s])(?P<gap>\s+)\((?P<venue>[^()]{2,60})\)")


def read_inline(content: str, out: Builder, first: bool) -> None:
    for token in _merged(tokenize(content)):
        put_token(token, out, first)


def _merged(tokens: list[Token]) -> list[Token]:
    """Brackets and raised letters amid words belong to them: "Networks (GANs) at Sea", "D<sup>3</sup>"."""
    out: list[Token] = []
    for place, token in enumerate(tokens):
        text = out[-1] if out and out[-1].kind == PLAIN else None
        words = text is not None and re.search(r"[^\W\d_]", text.text) is not None
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        before_words = following is not None and following.kind == PLAIN and following.text.lstrip()[:1].isalnum()
        if token.kind == TAG:
            joins = words and re.match(r"</?su[bp]>", token.text, re.IGNORECASE) is not None
        elif token.kind == PAREN and token.text == f"({token.inner})":
            known = date_leaf(token.inner) or venue_leaf(token.inner) or label_kind(token.inner)
            joins = not known and (words or (before_words and not is_venue(token.inner)))
        else:
            joins = token.kind == PLAIN and text is not None
        if joins:
            whole = (text.text if text else "") + token.text
            out[-1:] = [Token(PLAIN, whole, inner=whole)] if text else [*out[-1:], Token(PLAIN, whole, inner=whole)]
        else:
            out.append(token)
    return out


def put_token(token: Token, out: Builder, first: bool) -> None:
    """One token as chunk, or as gap if it carries nothing."""
    if token.kind == PLAIN:
        put_words(token.text, out, first)
    elif token.kind == LINK:
        out.chunk(link_chunk(token))
    elif token.kind in (IMAGE, FIGURE):
        out.chunk(image_chunk(token))
    elif token.kind == FOLD:
        out.chunk(fold_chunk(token))
    elif token.kind == URL:
        out.chunk(Chunk(url_kind(token.text) or "paper", "{url}", (("url", token.text),)))
    elif token.kind in (TAG,):
        out.gap(token.text)
    else:
        found = _marked(token)
        if found:
            out.chunk(found)
        else:
            out.gap(token.text)


def _marked(token: Token) -> Chunk | None:
    """Emphasis or brackets around a text."""
    inner = token.inner
    before, after = escape(token.before), escape(token.after)
    if not re.search(r"\w", inner):
        return None
    found = _with_venue(token) if token.kind == STRONG else None
    if found:
        return Chunk("strong", before + found.form + after, found.values)
    found = date_leaf(inner) or venue_leaf(inner, loose=token.kind in (BRACKET, PAREN, CODE))
    if token.kind in (BRACKET, PAREN, CODE) and label_kind(inner):
        return Chunk(label_kind(inner) or "link", escape(token.text))
    people = None if found else _people(token)
    if people:
        return Chunk("authors", before + people.form + after, people.values)
    if not found and token.kind == EM:
        found = venue_leaf(inner, loose=True)
    if found:
        return Chunk(dated_role(found), before + found.form + after, found.values)
    name = {STRONG: "strong", EM: "em", BRACKET: "label", CODE: "code_text"}.get(token.kind, "note")
    return Chunk(name, before + "{" + name + "}" + after, ((name, inner),))


def _with_venue(token: Token) -> Leaf | None:
    """A title in bold with its venue in brackets at the end: "**Mapping Images to Scene Graphs (NIPS 2019)**"."""
    split = _BOLD_WITH_VENUE.fullmatch(token.inner)
    leaf = venue_leaf(split["venue"]) if split else None
    if split is None or leaf is None or len(split["title"].split()) < 3:
        return None
    return Leaf(f"{{strong}}{split['gap']}({leaf.form})", (("strong", split["title"]), *leaf.values))


def _people(token: Token) -> Leaf | None:
    """Authors in italics or brackets, perhaps with the venue behind "et al."."""
    split = _ET_AL.fullmatch(token.inner) if token.kind == EM else None
    if split and is_venue(split["venue"]):
        form = "{authors}" + escape(split["gap"]) + "{venue}" + escape(split["end"])
        return Leaf(form, (("authors", split["authors"]), ("venue", split["venue"])))
    if token.kind in (EM, PAREN, BRACKET) and is_people(token.inner):
        return Leaf("{authors}", (("authors", token.inner),))
    return None
