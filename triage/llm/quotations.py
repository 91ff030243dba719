"""Where a quotation stands in a text: one rule for every value that a model says it has from the paper.

Typography is set aside (case, quotes, dashes, ligatures, accents, soft hyphens, line breaks and the hyphens before
them), words are not: a quotation begins and ends with whole words and has the words of the text in between.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_DASHES = frozenset("-‐‑‒–—−")
_PLAIN = str.maketrans("‘’‚“”„«»`´", "'''\"\"\"\"\"''")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, as character offsets: `end` is behind the last one."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text's letters and signs without what typography adds. For each one: its place in the text, and whether blanks
    or a hyphen stand before it."""

    signs: str
    places: tuple[int, ...]
    blank: tuple[bool, ...]
    hyphen: tuple[bool, ...]


_TELLING = re.compile(r"https?://|\w[A-Z0-9]|[A-Z]{2}")


def is_quoted(quote: str, text: str) -> bool:
    """Whether `quote` stands in `text` word for word and is long enough to support something: three words, an address,
    or a name with a digit or a capital inside."""
    if len(quote.split()) < 3 and not _TELLING.search(quote):
        return False
    return find_quotation(quote, text) is not None


def find_quotation(quote: str, text: str) -> Span | None:
    """The first place where `quote` stands in `text`; None if it does not, or if it holds no letter or digit."""
    return next(find_quotations(quote, text), None)


def find_quotations(quote: str, text: str) -> Iterator[Span]:
    """Every place where `quote` stands in `text`, in order."""
    wanted, found = _fold(quote.strip(" \t\n.…\"'“”‘’")), _fold(text)
    if not any(sign.isalnum() for sign in wanted.signs):
        return
    at = found.signs.find(wanted.signs)
    while at >= 0:
        end = at + len(wanted.signs)
        if _whole(found, at, end) and _same_words(wanted, found, at):
            yield Span(found.places[at], found.places[end - 1] + 1)
        at = found.signs.find(wanted.signs, at + 1)


def _whole(text: _Folded, start: int, end: int) -> bool:
    """Whether words begin at `start` and end before `end`."""
    return _parted(text, start) and _parted(text, end)


def _parted(text: _Folded, at: int) -> bool:
    if at in (0, len(text.signs)) or text.blank[at] or text.hyphen[at]:
        return True
    return not (text.signs[at - 1].isalnum() and text.signs[at].isalnum())


def _same_words(quote: _Folded, text: _Folded, at: int) -> bool:
    """Whether words part at the same places; a hyphen may stand for a blank, or for nothing."""
    for place in range(1, len(quote.signs)):
        there = at + place
        if quote.hyphen[place] or text.hyphen[there] or quote.blank[place] == text.blank[there]:
            continue
        if quote.signs[place - 1].isalnum() and quote.signs[place].isalnum():
            return False
    return True


def comparable(text: str) -> str:
    """`text` for comparing: compatibility forms (ligatures) resolved, hyphenation at line ends joined, soft hyphens and
    invisible marks removed, quotes and dashes made plain, blanks evened out, lower case."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    text = re.sub(r"(?<=\w)[-‐]\s*\n\s*(?=[a-z])", "", text)
    text = text.translate(str.maketrans("‘’“”–—‐‑−", "''\"\"-----"))
    return " ".join(text.split()).casefold()


@lru_cache(maxsize=8)
def _fold(text: str) -> _Folded:
    signs: list[str] = []
    places: list[int] = []
    blanks: list[bool] = []
    hyphens: list[bool] = []
    blank = hyphen = False
    for place, char in enumerate(text):
        if char.isspace():
            blank = True
        elif char in _DASHES:
            hyphen = True
        else:
            for sign in _plain(char):
                signs.append(sign)
                places.append(place)
                blanks.append(blank)
                hyphens.append(hyphen)
                blank = hyphen = False
    return _Folded("".join(signs), tuple(places), tuple(blanks), tuple(hyphens))


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """The character as it is compared: without accent and case, a ligature as its letters; "" for what nobody sees."""
    shown = unicodedata.normalize("NFKD", char).translate(_PLAIN).casefold()
    return "".join(c for c in shown if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Mn"))
