"""Where the words of a question stand in a passage."""

import re
from collections.abc import Sequence
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(r"(?:ations?|ings?|ers?|ed|es|s|ly|al|ion)$")


def spans(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Character spans of `text` whose word has the stem of one of `words`, in order, not overlapping."""
    wanted = {_stem(word.lower()) for word in words}
    return tuple(found.span() for found in _WORD.finditer(text) if _stem(found.group().lower()) in wanted)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    cut = _ENDINGS.sub("", word)
    return cut if len(cut) >= 4 else word
