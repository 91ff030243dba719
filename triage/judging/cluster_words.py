"""A name for papers that stand together, in their own words: what most of them say and few others do."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from triage.judging.words import tokens, word_terms

MOST_WORDS = 4
LEAST_WORDS = 2

SAMPLE = 1000
"""Texts of either side that tell how common a word is."""

_PAIR = 1.3
"""How much more two words that belong together say than one of them."""

_WEAK = 0.5
"""A further word must score at least this share of the first."""

_LONGEST = 30
_STEM = 4
_BOUND = 12
_GLUE = frozenset({"using", "based", "use", "used", "novel", "new", "propose", "proposed", "toward"})


class Commonness:
    """How rare words are, both among the list's entries and in the watch."""

    def __init__(self, listed: Sequence[str], watch: Sequence[str]) -> None:
        self._sides = [_Side(_sample(texts)) for texts in (listed, watch) if texts]

    def rarity(self, terms: Sequence[str]) -> NDArray[np.float64]:
        """The inverse document frequency (in nats) of words and word pairs, of the side where each is commoner."""
        sides = [side.rarity(terms) for side in self._sides]
        return np.min(sides, axis=0) if sides else np.ones(len(terms))

    def known(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """In how many texts of both sides each term stands."""
        sides = [side.found_in(terms) for side in self._sides]
        return np.asarray(np.sum(sides, axis=0, dtype=np.int64)) if sides else np.zeros(len(terms), dtype=np.int64)


def _sample(texts: Sequence[str]) -> list[str]:
    """At most SAMPLE texts, always the same ones whatever their order: those of smallest hash."""
    return sorted(texts, key=lambda text: (zlib.crc32(text.encode("utf-8", "surrogatepass")), text))[:SAMPLE]


class _Side:
    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._terms, self._found_in = np.unique(
            np.concatenate([word_terms(text)[0] for text in texts]), return_counts=True
        )

    def found_in(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """In how many texts each term stands, in singular or plural, whichever is commoner."""
        return np.array([max(self._count_of(form) for form in _forms(term)) for term in terms], dtype=np.int64)

    def _count_of(self, term: str) -> int:
        hashed = np.uint32(zlib.crc32(term.encode("utf-8", "surrogatepass")))
        place = int(np.searchsorted(self._terms, hashed))
        return int(self._found_in[place]) if place < len(self._terms) and self._terms[place] == hashed else 0

    def rarity(self, terms: Sequence[str]) -> NDArray[np.float64]:
        return np.asarray(np.log((1 + self._count) / (1 + self.found_in(terms))))


def choose_words(core: Sequence[str], beside: Sequence[str], commonness: Commonness) -> tuple[str, ...]:
    """Two to four words or word pairs (fewer if there are no more) that name papers given as texts whose first line is
    the title, and those that would stand beside them: what most of all say in title and abstract, a third of the core
    at least, and few others do; most telling first, written as the papers write it (letters and digits, with a blank
    or hyphen between the words of a pair)."""
    texts = [*core, *beside]
    said = Counter(term for text in core for term in _terms(text))
    counted = {term: share for term, share in _shares(texts).items() if 3 * said[term] >= len(core)}
    terms = sorted(counted)
    if len(texts) == 1:
        # What nobody else says is a coined name, not a subject.
        terms = [term for term, n in zip(terms, commonness.known(terms), strict=True) if n > 1] or terms
    rarity = commonness.rarity(terms)
    pair = np.array([_PAIR if " " in term else 1.0 for term in terms])
    scores = np.array([counted[term] for term in terms]) * rarity * pair
    written: list[str] = []
    for place in np.argsort(-scores, kind="stable"):
        enough = len(written) >= LEAST_WORDS and scores[place] < _WEAK * scores.max()
        if enough or len(written) == MOST_WORDS or scores[place] <= 0:
            break
        form = _written(terms[place], texts) if not _said(terms[place], written) else None
        if form and not _said(" ".join(tokens(form)), written):
            written.append(form)
    return tuple(written)


def _shares(texts: Sequence[str]) -> dict[str, float]:
    """The share of papers that use a term (its words in the singular), if a title does: one that has it in its title
    counts in full, in the abstract alone half."""
    titles, papers = Counter[str](), Counter[str]()
    for text in texts:
        title, _, rest = text.partition("\n")
        head = _terms(title)
        titles.update(head)
        papers.update(head | _terms(rest))
    least = 2 if len(texts) > 1 else 1
    return {term: (n + titles[term]) / (2 * len(texts)) for term, n in papers.items() if n >= least and titles[term]}


def _terms(text: str) -> set[str]:
    words = [_singular(word) for word in tokens(text)]
    found = [*((word,) for word in words), *pairwise(words)]
    return {" ".join(term) for term in found if all(map(_telling, term))}


def _telling(word: str) -> bool:
    return len(word) <= _LONGEST and not word.isdigit() and word not in _GLUE


def _singular(word: str) -> str:
    """The word without a plural's s; `_forms` and `_written` put it back."""
    return word[:-1] if len(word) >= _STEM and word.endswith("s") and not word.endswith("ss") else word


def _forms(term: str) -> list[str]:
    return [" ".join(words) for words in product(*((word, f"{word}s") for word in term.split()))]


def _said(term: str, written: Sequence[str]) -> bool:
    """Whether one that is written already has a word of this term, in whatever ending."""
    others = [word for other in written for word in tokens(other)]
    return any(_kin(word, other) for word in term.split() for other in others)


def _kin(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return short == long or (len(short) >= _STEM and long.startswith(short[: max(_STEM, len(short) - 2)]))


def _written(term: str, texts: Sequence[str]) -> str | None:
    """The commonest spelling of a term, in running text before titles, with what a hyphen binds to it there ("few-shot"
    for "shot", "text-to-image" for "image"); None if its words never stand side by side. Title Case is made small."""
    inner = "[ \u2010\u2011-]".join(f"{re.escape(word)}s?" for word in term.split())
    pattern = re.compile(rf"(?<![^\W_])(?:[^\W_]{{1,{_BOUND}}}-){{0,2}}{inner}(?![^\W_])", re.IGNORECASE)
    running, titles = (
        Counter(form for text in texts for form in pattern.findall(text.partition("\n")[part])) for part in (2, 0)
    )
    found = running or titles
    if not found:
        return None
    form = min(found, key=lambda form: (-found[form], form))
    small = " ".join(word.lower() if word[1:].islower() else word for word in form.split(" "))
    return form if running and small not in running | titles else small
