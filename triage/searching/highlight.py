"""Where the words and phrases of a question stand in a text, and which of a paper's texts has the phrases."""

import re
from collections.abc import Sequence
from functools import lru_cache

from triage.storage.words import phrase_pattern

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(r"(?:ations?|ings?|ers?|ed|es|s|ly|al|ion)$")

Span = tuple[int, int]


def spans(text: str, words: Sequence[str], phrases: Sequence[str] = ()) -> tuple[Span, ...]:
    """Character spans of `text`, in order, not overlapping: those of the phrases where it has any, else those of the
    words that have the stem of one of `words`."""
    quoted = _phrase_spans(text, phrases)
    if quoted:
        return quoted
    wanted = {_stem(word.lower()) for word in words}
    return tuple(found.span() for found in _WORD.finditer(text) if _stem(found.group().lower()) in wanted)


def holds(text: str, phrases: Sequence[str]) -> int:
    """How many of the phrases stand in the text."""
    return sum(phrase_pattern(phrase).search(text) is not None for phrase in phrases)


def _phrase_spans(text: str, phrases: Sequence[str]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(found.span() for phrase in phrases for found in phrase_pattern(phrase).finditer(text)):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    cut = _ENDINGS.sub("", word)
    return cut if len(cut) >= 4 else word
