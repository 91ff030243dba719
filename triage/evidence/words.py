"""The words of a text as search sees them, and how well each of many short texts fits a question by its words (BM25:
Robertson & Zaragoza 2009)."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
"""Shape (texts,)."""

_TOKEN = re.compile(r"[^\W_]+")

# English words that are in every paper, and those in which papers speak of papers.
_COMMON = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both but by
    can cannot could did do does doing down during each few for from further had has have having he her here his how i
    if in into is it its itself just may me might more most much must my no nor not of off on once only or other our
    out over own per same shall she should so some such than that the their them then there these they this those
    through thus to too under until up upon us very was we were what when where whether which while who whom whose why
    will with within without would you your
    al e et eq fig g ie sec vs
    """.split()
)

_K1, _B = 1.2, 0.75
_LEAST_TELLING = 0.3


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """A lower-case word without its ending, so that "segmenting", "segments" and "segmentation" are one; never shorter
    than three letters."""
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("sses", "xes", "shes", "ches")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ization", "isation", "ational", "ation", "izing", "ising", "ized", "ised", "ition", "ments"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    for ending in ("ment", "ness", "ings", "able", "ible", "ing", "ion", "ity", "ive", "ize", "ise", "ied", "ed", "er",
                   "or", "al", "ly", "ic", "e", "y"):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def stems(text: str) -> list[str]:
    """The telling words of a text in order, in lower case, without their endings."""
    return [stem(word) for word in _TOKEN.findall(text.lower()) if word not in _COMMON]


def letters(text: str) -> list[str]:
    """Every four letters in a row within the words of a text, shorter words whole: what is left of a word that was read
    badly, or that has another ending."""
    words = [word for word in _TOKEN.findall(text.lower()) if word not in _COMMON]
    return [word[start : start + 4] for word in words for start in range(max(1, len(word) - 3))]


@cache
def _papers_with() -> tuple[int, dict[str, int]]:
    """Of how many papers the words were counted, and how many of them have each of the commonest stems."""
    path = Path(__file__).with_name("common_words.txt")
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    counts = {word: int(count) for count, *words in lines for word in words}
    return int(lines[0][0]), counts


def telling(word: str) -> float:
    """How much a stem tells about a paper, above 0: 0.3 to 3 for those that papers of all kinds have, counted by
    scripts/fit_retrieval.py in common_words.txt, more for any other."""
    papers, counts = _papers_with()
    having = counts.get(word, min(counts.values()) / 2)
    return _LEAST_TELLING + float(np.log1p((papers - having + 0.5) / (having + 0.5)))


class WordIndex:
    """BM25 over texts that are indexed once and asked often."""

    def __init__(
        self,
        texts: Sequence[str],
        split: Callable[[str], Sequence[str]] = stems,
        weight: Callable[[str], float] = lambda _: 1.0,
    ) -> None:
        """The texts are sentences, `split` gives the words of one; how rare a word is counts over all of them, times
        its `weight`."""
        self._split, self._weight = split, weight
        places: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        lengths = np.zeros(len(texts), dtype=np.float32)
        for row, text in enumerate(texts):
            words = split(text)
            lengths[row] = len(words)
            for word, count in Counter(words).items():
                places.setdefault(word, []).append(row)
                counts.setdefault(word, []).append(count)
        self._size = len(texts)
        self._places = places
        self._counts = counts
        self._norms = _K1 * (1 - _B + _B * lengths / max(1e-9, float(lengths.mean()) if len(texts) else 0.0))

    def score(self, question: str) -> Scores:
        """BM25 of every text to the question, 0 where they share no word; shape (texts,)."""
        scores = np.zeros(self._size, dtype=np.float32)
        for word in dict.fromkeys(self._split(question)):
            if word in self._places:
                rows = np.asarray(self._places[word])
                counts = np.asarray(self._counts[word], dtype=np.float32)
                scores[rows] += (
                    self._weight(word) * self.rarity(word) * counts * (_K1 + 1) / (counts + self._norms[rows])
                )
        return scores

    def rarity(self, word: str) -> float:
        """The inverse document frequency of a word as `split` gives it: 0 and above, the rarer the higher."""
        held = len(self._places.get(word, ()))
        return float(np.log1p((self._size - held + 0.5) / (held + 0.5)))
