"""What papers that fit no section would start: which of them stand together, who else would stand with them.

Only nearness of vectors decides: papers stand together that are as near to each other as an entry of the list is to
its nearest fellows, and others join that are nearer to them than to their own fellows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.judging.cluster_words import Commonness, choose_words
from triage.judging.evidence import Example
from triage.models import Cluster, SectionPath
from triage.services import Vectors

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
