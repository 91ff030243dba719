"""New sections: which papers that fit nowhere would start one together, who would join them, and its name.

Papers form a cluster that are as near to each other as an entry of the list is to its nearest neighbours (average
linkage over the cosines of their vectors), and others join that are nearer to them than to their own neighbours. The
name is made of keyphrases: words that most papers of the cluster use and few others do (tf-idf over titles and
abstracts, the background frequencies taken from the list and the watch).
"""

import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, product

import numpy as np
from numpy.typing import NDArray

from triage.judging.arrays import Rows, Scores
from triage.judging.examples import Example
from triage.judging.features import hash_terms, tokens, word_terms
from triage.models import Cluster, SectionPath
from triage.protocols import Vectors

MAX_UNASSIGNED = 2000
"""Papers that are clustered, those that fit worst: the time grows with the square."""

SHOWN_COMPANIONS = 3
"""Companions named by their titles."""

NAMED_BY = 40
"""Papers whose words name a cluster, the most central."""

NEIGHBOURS = 3
"""The nearest entries of a paper's own section, whose cosines measure how well it fits there."""

PLAIN_SIMILARITY = 0.6
"""The cosine of neighbours where no section has two papers to measure it."""

MOST_PHRASES = 4
LEAST_PHRASES = 2

SAMPLE = 1000
"""Texts of the list, and of the watch, in which words are counted."""

_PAIR = 1.3
"""How much more a pair of words counts than one of them."""

_WEAK = 0.5
"""A further keyphrase must score at least this share of the first."""

_LONGEST_WORD = 30
_STEM = 4
_LONGEST_PREFIX = 12
_EMPTY_WORDS = frozenset({"using", "based", "use", "used", "novel", "new", "propose", "proposed", "toward"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A queued paper without a decision; `section` is the likeliest, () if there is none."""

    paper_id: str
    title: str
    text: str
    section: SectionPath
    none_fits: float
    fits_nowhere: bool


@dataclass(frozen=True, slots=True)
class _Papers:
    """Papers as rows of unit vectors (shape (n_papers, dimension)); `to_neighbours` is the mean cosine of each to its
    nearest neighbours in its own section: it would leave for others that are nearer."""

    titles: Sequence[str]
    texts: Sequence[str]
    vectors: Vectors
    to_neighbours: Vectors


def find_clusters(
    candidates: Sequence[Candidate],
    candidate_vectors: Vectors,
    examples: Sequence[Example],
    example_vectors: Vectors,
    watch: Sequence[str],
) -> dict[str, Cluster]:
    """The cluster of every candidate that fits nowhere, by paper id; the same whatever the papers' order.

    The vectors are unit vectors, shapes (n_candidates, dimension) and (n_examples, dimension); `watch` are texts of
    watched papers, from which is learned which words are common there.
    """
    order = sorted(range(len(candidates)), key=lambda row: candidates[row].paper_id)
    candidates, vectors = [candidates[row] for row in order], candidate_vectors[order]
    unassigned = np.array([row for row, one in enumerate(candidates) if one.fits_nowhere], dtype=np.intp)
    if not len(unassigned):
        return {}
    worst = np.argsort([-candidates[row].none_fits for row in unassigned], kind="stable")[:MAX_UNASSIGNED]
    unassigned = np.sort(unassigned[worst])
    listed = [row for row, example in enumerate(examples) if example.wanted]
    examples, listed_vectors = [examples[row] for row in listed], example_vectors[listed]
    members = _members([example.sections for example in examples])
    entries = _Papers(
        [e.title for e in examples], [e.text for e in examples], listed_vectors, _in_section(listed_vectors, members)
    )
    proposed = _members([(one.section,) for one in candidates])
    to_neighbours = _in_proposed_section(vectors, proposed, listed_vectors, members)
    to_neighbours[unassigned] = np.inf
    papers = _Papers([one.title for one in candidates], [one.text for one in candidates], vectors, to_neighbours)
    assigned = _members([() if one.fits_nowhere else (one.section,) for one in candidates])
    # The queue is asked too: abstracts are nearer to each other than bare titles, and more so where there are many.
    near = max(_typical_similarity(listed_vectors, members), _typical_similarity(vectors, assigned)) or PLAIN_SIMILARITY
    frequency = BackgroundFrequency(entries.texts, watch)
    found: dict[str, Cluster] = {}
    for group in _groups(vectors[unassigned], near):
        clusters = _describe(papers, entries, unassigned[group], near, frequency)
        found |= {candidates[row].paper_id: cluster for row, cluster in clusters.items()}
    return found


def _members(sections: Sequence[Sequence[SectionPath]]) -> dict[SectionPath, Rows]:
    rows: dict[SectionPath, list[int]] = {}
    for row, paths in enumerate(sections):
        for path in paths:
            rows.setdefault(path, []).append(row)
    return {path: np.array(found, dtype=np.intp) for path, found in rows.items()}


def _typical_similarity(vectors: Vectors, members: Mapping[SectionPath, Rows]) -> float:
    """The mean cosine of papers to their nearest neighbours, as the median over the sections; 0 if no section has two
    papers."""
    inside = [float(_among(vectors[rows]).mean()) for rows in members.values() if len(rows) > 1]
    return max(float(np.median(inside)), 0.0) if inside else 0.0


def _in_section(vectors: Vectors, members: Mapping[SectionPath, Rows]) -> Vectors:
    """Each entry's mean cosine to its nearest neighbours, in the section where it stands best; infinite for one that
    stands alone: it has its section already."""
    near = np.full(len(vectors), -np.inf, dtype=np.float32)
    for rows in members.values():
        if len(rows) > 1:
            near[rows] = np.maximum(near[rows], _among(vectors[rows]))
    return np.where(np.isfinite(near), near, np.inf).astype(np.float32)


def _in_proposed_section(
    vectors: Vectors, proposed: Mapping[SectionPath, Rows], listed: Vectors, members: Mapping[SectionPath, Rows]
) -> Vectors:
    """The same for papers that are not listed, in the section proposed for them; infinite where it has no entries."""
    near = np.full(len(vectors), np.inf, dtype=np.float32)
    for path, rows in proposed.items():
        if path in members:
            near[rows] = _mean_of_highest(vectors[rows] @ listed[members[path]].T)
    return near


def _among(vectors: Vectors) -> Vectors:
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -np.inf)
    return _mean_of_highest(cosines, len(vectors) - 1)


def _mean_of_highest(cosines: Vectors, most: int = NEIGHBOURS) -> Vectors:
    """The mean of the highest cosines of each row: NEIGHBOURS of them, or `most` if there are no more."""
    kept = min(NEIGHBOURS, most, cosines.shape[1])
    return np.asarray(np.partition(cosines, cosines.shape[1] - kept, axis=1)[:, -kept:].mean(axis=1))


def _groups(vectors: Vectors, near: float) -> list[Rows]:
    """The rows of each cluster: joined two by two, nearest first, as long as the mean cosine between the papers of
    both sides is at least `near` (average linkage, Sokal & Michener 1958)."""
    if len(vectors) < 2:
        return [np.arange(len(vectors))]
    from scipy.cluster.hierarchy import fcluster, linkage

    upper = np.triu_indices(len(vectors), 1)
    far = np.maximum(1 - (vectors @ vectors.T)[upper].astype(np.float64), 0.0)
    labels = fcluster(linkage(far, "average"), 1 - near, criterion="distance")
    return [np.flatnonzero(labels == label) for label in dict.fromkeys(labels.tolist())]


def _describe(
    papers: _Papers, entries: _Papers, group: Rows, near: float, frequency: "BackgroundFrequency"
) -> dict[int, Cluster]:
    """The cluster of each paper of a group, by row: the same words for all, each paper's own nearest companions."""
    core = papers.vectors[group]
    queued, listed = np.union1d(_joining(papers, core, near), group), _joining(entries, core, near)
    titles = [papers.titles[row] for row in queued] + [entries.titles[row] for row in listed]
    texts = [papers.texts[row] for row in queued] + [entries.texts[row] for row in listed]
    vectors = np.vstack([papers.vectors[queued], entries.vectors[listed]])
    central = np.argsort(-(vectors @ core.T).mean(axis=1), kind="stable").tolist()[:NAMED_BY]
    own = [n for n in central if n < len(queued) and queued[n] in group]
    words = keyphrases([texts[n] for n in own], [texts[n] for n in central if n not in own], frequency)
    found = {}
    for row in group.tolist():
        nearest = np.argsort(-(vectors @ papers.vectors[row]), kind="stable").tolist()
        companions = [titles[n] for n in nearest if n >= len(queued) or queued[n] != row]
        shown = tuple(companions[:SHOWN_COMPANIONS])
        found[row] = Cluster(words, shown, len(companions) - len(shown))
    return found


def _joining(side: _Papers, core: Vectors, near: float) -> Rows:
    """The rows that would join: near enough to the core, and nearer than to their own neighbours."""
    cosines = (side.vectors @ core.T).mean(axis=1)
    return np.flatnonzero((cosines >= near) & (cosines > side.to_neighbours))


class BackgroundFrequency:
    """How common words are among the list's entries and in the watch, of which at most SAMPLE texts are counted."""

    def __init__(self, listed: Sequence[str], watch: Sequence[str]) -> None:
        """The texts of the list's entries and of watched papers."""
        self._samples = [_sample(texts) for texts in (listed, watch) if texts]
        self._counts = [Counter(chain(*(word_terms(text)[0].tolist() for text in texts))) for texts in self._samples]

    def documents(self, terms: Sequence[str]) -> NDArray[np.int64]:
        """In how many texts each word or word pair stands, in singular or plural, whichever is commoner: shape
        (n_samples, n_terms), of the list and of the watch where there are any."""
        forms = [hash_terms(_with_plurals(term)).tolist() for term in terms]
        found = [[max(counts[form] for form in every) for every in forms] for counts in self._counts]
        return np.array(found, dtype=np.int64).reshape(len(self._counts), len(terms))

    def idf(self, terms: Sequence[str]) -> Scores:
        """The inverse document frequency (in nats) of each term, where it is commoner."""
        if not self._counts:
            return np.ones(len(terms))
        sizes = np.array([len(texts) for texts in self._samples])[:, None]
        return np.asarray(np.log((1 + sizes) / (1 + self.documents(terms))).min(axis=0))


def _sample(texts: Sequence[str]) -> Sequence[str]:
    """At most SAMPLE texts, always the same ones whatever their order: those of smallest hash."""
    return sorted(texts, key=lambda text: (zlib.crc32(text.encode("utf-8", "surrogatepass")), text))[:SAMPLE]


def keyphrases(core: Sequence[str], joining: Sequence[str], frequency: BackgroundFrequency) -> tuple[str, ...]:
    """Two to four words or word pairs (fewer if there are no more) that name the papers of a cluster, given as texts
    whose first line is the title, and the papers that would join them: words that most of these have in title and
    abstract, at least a third of the core, and few others. The strongest first, written as the papers write it (letters
    and digits, with a blank or hyphen between the words of a pair)."""
    texts = [*core, *joining]
    in_core = Counter(term for text in core for term in _terms(text))
    counted = {term: share for term, share in _shares(texts).items() if 3 * in_core[term] >= len(core)}
    terms = sorted(counted)
    if len(texts) == 1:
        # A word that no other paper has is a coined name, not a subject.
        terms = [term for term, n in zip(terms, frequency.documents(terms).sum(axis=0), strict=True) if n > 1] or terms
    pair = np.array([_PAIR if " " in term else 1.0 for term in terms])
    scores = np.array([counted[term] for term in terms]) * frequency.idf(terms) * pair
    written: list[str] = []
    for place in np.argsort(-scores, kind="stable"):
        enough = len(written) >= LEAST_PHRASES and scores[place] < _WEAK * scores.max()
        if enough or len(written) == MOST_PHRASES or scores[place] <= 0:
            break
        form = _written(terms[place], texts) if not _repeats(terms[place], written) else None
        if form and not _repeats(" ".join(tokens(form)), written):
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
    return {" ".join(term) for term in found if all(map(_says_something, term))}


def _says_something(word: str) -> bool:
    return len(word) <= _LONGEST_WORD and not word.isdigit() and word not in _EMPTY_WORDS


def _singular(word: str) -> str:
    """The word without a plural's s; `_with_plurals` and `_written` put it back."""
    return word[:-1] if len(word) >= _STEM and word.endswith("s") and not word.endswith("ss") else word


def _with_plurals(term: str) -> list[str]:
    return [" ".join(words) for words in product(*((word, f"{word}s") for word in term.split()))]


def _repeats(term: str, written: Sequence[str]) -> bool:
    """Whether a keyphrase that is written already has a word of this term, in whatever ending."""
    others = [word for other in written for word in tokens(other)]
    return any(_same_stem(word, other) for word in term.split() for other in others)


def _same_stem(word: str, other: str) -> bool:
    short, long = sorted((word, other), key=len)
    return short == long or (len(short) >= _STEM and long.startswith(short[: max(_STEM, len(short) - 2)]))


def _written(term: str, texts: Sequence[str]) -> str | None:
    """The commonest spelling of a term, in running text before titles, with what a hyphen binds to it there ("few-shot"
    for "shot", "text-to-image" for "image"); None if its words never stand side by side. Title Case is made small."""
    inner = "[ \u2010\u2011-]".join(f"{re.escape(word)}s?" for word in term.split())
    pattern = re.compile(rf"(?<![^\W_])(?:[^\W_]{{1,{_LONGEST_PREFIX}}}-){{0,2}}{inner}(?![^\W_])", re.IGNORECASE)
    running, titles = (
        Counter(form for text in texts for form in pattern.findall(text.partition("\n")[part])) for part in (2, 0)
    )
    found = running or titles
    if not found:
        return None
    form = min(found, key=lambda form: (-found[form], form))
    small = " ".join(word.lower() if word[1:].islower() else word for word in form.split(" "))
    return form if running and small not in running | titles else small
