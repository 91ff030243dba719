"""A name for papers that stand together, in their own words: what most of them say and few others do.

What papers that fit no section would start: which of them stand together, who else would stand with them.

Only nearness of vectors decides: papers stand together that are as near to each other as an entry of the list is to
its nearest fellows, and others join that are nearer to them than to their own fellows.
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from triage.judging.ensemble import tokens, word_terms
from triage.judging.examples import Example
from triage.models import Cluster, SectionPath
from triage.protocols import Vectors

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
        self._sides = [_Corpus(_sample(texts)) for texts in (listed, watch) if texts]

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


class _Corpus:
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


MOST = 2000
"""Papers grouped, those that fit worst: the time grows with the square."""

NAMED = 3
"""Companions named by their titles."""

HEARD = 40
"""Papers whose words name a cluster, those inmost."""

FELLOWS = 3
"""The nearest entries of its section that tell how well a paper stands there."""

_PLAIN = 0.6
"""How near fellows are where no section has two papers to tell."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued paper without a decision; `section` is the likeliest, () if there is none."""

    paper_id: str
    title: str
    text: str
    section: SectionPath
    none_fits: float
    fits_nowhere: bool


@dataclass(frozen=True, slots=True)
class _Side:
    """Papers as rows of unit vectors; `home` is their mean cosine to their nearest fellows: who is nearer to others
    than that would move."""

    titles: Sequence[str]
    texts: Sequence[str]
    vectors: Vectors
    home: Vectors


def find_clusters(
    waiting: Sequence[Waiting],
    asked: Vectors,
    examples: Sequence[Example],
    vectors: Vectors,
    watch: Sequence[str],
) -> dict[str, Cluster]:
    """The cluster of every waiting paper that fits nowhere, by paper id; the same whatever the papers' order.

    `asked` and `vectors` are the unit vectors of the waiting papers and of the examples (shape (papers, dimension));
    `watch` are texts of watched papers, from which is learned which words are common there.
    """
    order = sorted(range(len(waiting)), key=lambda row: waiting[row].paper_id)
    waiting, asked = [waiting[row] for row in order], asked[order]
    strays = np.array([row for row, one in enumerate(waiting) if one.fits_nowhere], dtype=np.intp)
    if not len(strays):
        return {}
    worst = np.argsort([-waiting[row].none_fits for row in strays], kind="stable")[:MOST]
    strays = np.sort(strays[worst])
    listed = [row for row, example in enumerate(examples) if example.wanted]
    examples, vectors = [examples[row] for row in listed], vectors[listed]
    members = _members([example.sections for example in examples])
    queued = _members([(one.section,) for one in waiting])
    entries = _Side([e.title for e in examples], [e.text for e in examples], vectors, _home(vectors, members))
    strangers = _home_among(asked, queued, vectors, members)
    strangers[strays] = np.inf
    papers = _Side([one.title for one in waiting], [one.text for one in waiting], asked, strangers)
    settled = _members([() if one.fits_nowhere else (one.section,) for one in waiting])
    close = max(_closeness(vectors, members), _closeness(asked, settled)) or _PLAIN
    commonness = Commonness(entries.texts, watch)
    found: dict[str, Cluster] = {}
    for group in _groups(asked[strays], close):
        clusters = _describe(papers, entries, strays[group], close, commonness)
        found |= {waiting[row].paper_id: cluster for row, cluster in clusters.items()}
    return found


def _members(sections: Sequence[Sequence[SectionPath]]) -> dict[SectionPath, NDArray[np.intp]]:
    rows: dict[SectionPath, list[int]] = {}
    for row, paths in enumerate(sections):
        for path in paths:
            rows.setdefault(path, []).append(row)
    return {path: np.array(found, dtype=np.intp) for path, found in rows.items()}


def _closeness(vectors: Vectors, members: Mapping[SectionPath, NDArray[np.intp]]) -> float:
    """How near a paper is to its nearest fellows: the median over the sections' means; 0 if nobody has fellows. It is
    asked of the queue too: abstracts are nearer to each other than bare titles, and more so where there are many."""
    inside = [float(_among(vectors[rows]).mean()) for rows in members.values() if len(rows) > 1]
    return max(float(np.median(inside)), 0.0) if inside else 0.0


def _home(vectors: Vectors, members: Mapping[SectionPath, NDArray[np.intp]]) -> Vectors:
    """Each entry's mean cosine to its nearest fellows, in the section where it stands best; infinite for one without
    fellows: it has its section already."""
    home = np.full(len(vectors), -np.inf, dtype=np.float32)
    for rows in members.values():
        if len(rows) > 1:
            home[rows] = np.maximum(home[rows], _among(vectors[rows]))
    return np.where(np.isfinite(home), home, np.inf).astype(np.float32)


def _home_among(
    asked: Vectors,
    queued: Mapping[SectionPath, NDArray[np.intp]],
    vectors: Vectors,
    members: Mapping[SectionPath, NDArray[np.intp]],
) -> Vectors:
    """The same for papers that are not listed, in the section proposed for them; infinite where it has no entries."""
    home = np.full(len(asked), np.inf, dtype=np.float32)
    for path, rows in queued.items():
        if path in members:
            home[rows] = _nearest(asked[rows] @ vectors[members[path]].T)
    return home


def _among(vectors: Vectors) -> Vectors:
    near = vectors @ vectors.T
    np.fill_diagonal(near, -np.inf)
    return _nearest(near, len(vectors) - 1)


def _nearest(near: Vectors, most: int = FELLOWS) -> Vectors:
    """The mean of the highest cosines of each row: FELLOWS of them, or `most` if there are no more."""
    kept = min(FELLOWS, most, near.shape[1])
    return np.asarray(np.partition(near, near.shape[1] - kept, axis=1)[:, -kept:].mean(axis=1))


def _groups(vectors: Vectors, close: float) -> list[NDArray[np.intp]]:
    """The rows that stand together: joined two by two, nearest first, as long as the mean cosine between the papers of
    both sides is at least `close` (average linkage)."""
    if len(vectors) < 2:
        return [np.arange(len(vectors))]
    from scipy.cluster.hierarchy import fcluster, linkage

    upper = np.triu_indices(len(vectors), 1)
    far = np.maximum(1 - (vectors @ vectors.T)[upper].astype(np.float64), 0.0)
    labels = fcluster(linkage(far, "average"), 1 - close, criterion="distance")
    return [np.flatnonzero(labels == label) for label in dict.fromkeys(labels.tolist())]


def _describe(
    papers: _Side, entries: _Side, group: NDArray[np.intp], close: float, commonness: Commonness
) -> dict[int, Cluster]:
    """The cluster of each paper of a group, by row: the same words for all, each paper's own nearest companions."""
    core = papers.vectors[group]
    queued, listed = np.union1d(_joining(papers, core, close), group), _joining(entries, core, close)
    titles = [papers.titles[row] for row in queued] + [entries.titles[row] for row in listed]
    texts = [papers.texts[row] for row in queued] + [entries.texts[row] for row in listed]
    together = np.vstack([papers.vectors[queued], entries.vectors[listed]])
    inmost = np.argsort(-(together @ core.T).mean(axis=1), kind="stable").tolist()[:HEARD]
    own = [n for n in inmost if n < len(queued) and queued[n] in group]
    words = choose_words([texts[n] for n in own], [texts[n] for n in inmost if n not in own], commonness)
    found = {}
    for row in group.tolist():
        near = together @ papers.vectors[row]
        beside = [n for n in np.argsort(-near, kind="stable").tolist() if n >= len(queued) or queued[n] != row]
        named = tuple(titles[n] for n in beside[:NAMED])
        found[row] = Cluster(words, named, len(beside) - len(named))
    return found


def _joining(side: _Side, core: Vectors, close: float) -> NDArray[np.intp]:
    """The rows that would move: near enough to the core, and nearer than to their own fellows."""
    near = (side.vectors @ core.T).mean(axis=1)
    return np.flatnonzero((near >= close) & (near > side.home))
