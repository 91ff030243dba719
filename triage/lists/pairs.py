"""What belongs together in a stretch of Markdown: brackets, parentheses, code spans, links; and what is escaped.

By the rules of CommonMark (https://spec.commonmark.org/0.31.2/#inlines): a backslash takes its meaning from the
punctuation behind it, code spans bind tighter than brackets, a link's label holds no other link. Nothing goes over a
line's end. One pass with a stack for each kind, so that the time is linear in the text.
"""

import html
import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field

_SIGN = re.compile(r"\\[!-/:-@\[-`{-~]|`+|[\[\]()\n]")
_RUN = re.compile(r"`+")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BLANKS = re.compile(r"[ \t]*+")
_ANGLE = re.compile(r"<(?:[^<>\\\n]++|\\.)*>")
_PLAIN = re.compile(r"(?:[^\s()\\]++|\\\S?+)+")
_TITLE_AND_END = re.compile(r"(?:[ \t]++(?:\"(?:[^\"\\\n]++|\\.)*\"|'(?:[^'\\\n]++|\\.)*'))?[ \t]*+\)")
_DEEPEST = 32
"""Parentheses within parentheses that an address may have."""
_TAG = re.compile(r"(?<!\\)</?[A-Za-z][^<>]*+>")
_WRITTEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])|\*\*|`|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)"
)


@dataclass(frozen=True, slots=True)
class Link:
    """`text[start:end]` is a link or an image: its label stands between the brackets at `start` (behind an image's
    exclamation mark) and `label_end`, its target between the parentheses at `target` and `end - 1`."""

    start: int
    label_end: int
    target: int
    end: int
    image: bool = False

    def address(self, text: str) -> str:
        """Where it leads, without angle brackets and title."""
        target = text[self.target + 1 : self.end - 1].strip()
        angle = _ANGLE.match(target)
        return unescape(angle.group()[1:-1] if angle else target.split(maxsplit=1)[0] if target else "")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Offsets in one text. `closing` leads from an opening bracket or parenthesis to the one that closes it, `code`
    from the beginning of a code span to its end, `links` from a label's opening bracket to its link; `escaped` are the
    signs that a backslash makes plain text."""

    closing: dict[int, int] = field(default_factory=dict)
    code: dict[int, int] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    escaped: set[int] = field(default_factory=set)


def pair_up(text: str) -> Pairs:
    """Everything in `text` that belongs together."""
    found = Pairs()
    runs = _backticks(text) if "`" in text else {}
    square: list[int] = []
    round_: list[int] = []
    at = within_link = 0
    while sign := _SIGN.search(text, at):
        place, at = sign.span()
        character = text[place]
        if character == "\\":
            found.escaped.add(place + 1)
        elif character == "`":
            end = _code_end(text, place, at, runs)
            if end is not None:
                at = found.code[place] = end
        elif character == "\n":
            square.clear()
            round_.clear()
            within_link = 0
        elif character in "[(":
            (square if character == "[" else round_).append(place)
        elif character == ")" and round_:
            found.closing[round_.pop()] = place
        elif character == "]" and square:
            start = square.pop()
            found.closing[start] = place
            image = text[start - 1 : start] == "!" and start - 1 not in found.escaped
            target_end = _target_end(text, at) if image or len(square) >= within_link else None
            within_link = min(within_link, len(square))
            if target_end:
                found.links[start] = Link(start, place, at, target_end, image)
                at = target_end
                within_link = within_link if image else len(square)
    _find_sloppy_links(text, found)
    return found


def without_links(text: str) -> str:
    """The text with the labels of its links in their place, and without its images."""
    if "[" not in text:
        return text
    pairs = pair_up(text)
    gone: list[tuple[int, int]] = []
    for link in pairs.links.values():
        label = [(link.start, link.start + 1), (link.label_end, link.end)]
        gone += [(link.start - 1, link.end)] if link.image else label
    for start, end in pairs.closing.items():
        if text[start] == "[" and text[start - 1 : start] == "!" and start not in pairs.links:
            gone.append((start - 1, end + 1))
    kept: list[str] = []
    at = 0
    for start, end in sorted(gone):
        kept.append(text[at:start])
        at = max(at, end)
    return "".join((*kept, text[at:]))


def plain(text: str) -> str:
    """Markdown as a reader sees it, on one line."""
    shown = _WRITTEN.sub(_shown, without_links(_TAG.sub("", text)))
    return " ".join(shown.split()).strip(' *"“”').removesuffix(".").strip()


def _shown(written: re.Match[str]) -> str:
    return written["escaped"] or (html.unescape(written["entity"]) if written["entity"] else "")


def without_comments(text: str) -> str:
    """The text without HTML comments; one that is never closed stays."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join((*kept, text[at:]))


def unescape(text: str) -> str:
    """The text without the backslashes that CommonMark takes away."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text


def _backticks(text: str) -> dict[int, list[int]]:
    """Where the runs of so many backticks begin."""
    runs: dict[int, list[int]] = defaultdict(list)
    for run in _RUN.finditer(text):
        runs[run.end() - run.start()].append(run.start())
    return runs


def _code_end(text: str, start: int, inner: int, runs: dict[int, list[int]]) -> int | None:
    """The end of the code span whose opening backticks are text[start:inner]; None if nothing on its line closes it."""
    length = inner - start
    places = runs.get(length, [])
    following = bisect_right(places, inner)
    if following == len(places):
        return None
    end = places[following]
    return None if text.find("\n", inner, end) >= 0 else end + length


def _target_end(text: str, place: int) -> int | None:
    """Where the target that begins here with a parenthesis ends; None if none does."""
    if text[place : place + 1] != "(":
        return None
    blanks = _BLANKS.match(text, place + 1)
    at = blanks.end() if blanks else place + 1
    if text[at : at + 1] == "<":
        angle = _ANGLE.match(text, at)
        at = angle.end() if angle else len(text)
    else:
        at = _address_end(text, at)
    end = _TITLE_AND_END.match(text, at)
    return end.end() if end else None


def _address_end(text: str, at: int) -> int:
    """Where an address ends that begins here: before a blank, or a parenthesis that it has not opened."""
    depth = 0
    while True:
        plain = _PLAIN.match(text, at)
        at = plain.end() if plain else at
        sign = text[at : at + 1]
        if sign == "(" and depth < _DEEPEST:
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        else:
            return at if depth == 0 else len(text)
        at += 1


def _find_sloppy_links(text: str, found: Pairs) -> None:
    """Links of which CommonMark knows nothing, and lists do: with blanks in the address."""
    starts = sorted(found.links)
    for start in [start for start in found.closing if text[start] == "[" and start not in found.links]:
        label_end = found.closing[start]
        target = label_end + 1
        closing = found.closing.get(target)
        if text[target : target + 1] != "(" or closing is None or text.find(" ", target, closing) < 0:
            continue
        following = bisect_right(starts, start)
        if following == len(starts) or starts[following] > closing:
            image = text[start - 1 : start] == "!" and start - 1 not in found.escaped
            found.links[start] = Link(start, label_end, target, closing + 1, image)
