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

FELLOWS = 3
"""The nearest entries of its section that tell how well a paper stands there."""

_PLAIN = 0.6
"""How near fellows are where no section has two entries to tell."""


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
class _Shelf:
    """The list's entries beside the waiting papers, as rows of unit vectors."""

    examples: Sequence[Example]
    vectors: Vectors
    waiting: Sequence[Waiting]
    asked: Vectors
    members: Mapping[SectionPath, NDArray[np.intp]]
    close: float


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
    members = _members(examples)
    shelf = _Shelf(examples, vectors, waiting, asked, members, _closeness(vectors, members))
    commonness = Commonness([example.text for example in examples], watch)
    found: dict[str, Cluster] = {}
    for group in _groups(asked[strays], shelf.close):
        found |= _describe(shelf, strays[group], commonness)
    return found


def _members(examples: Sequence[Example]) -> dict[SectionPath, NDArray[np.intp]]:
    rows: dict[SectionPath, list[int]] = {}
    for row, example in enumerate(examples):
        for path in example.sections:
            rows.setdefault(path, []).append(row)
    return {path: np.array(found, dtype=np.intp) for path, found in rows.items()}


def _closeness(vectors: Vectors, members: Mapping[SectionPath, NDArray[np.intp]]) -> float:
    """How near an entry of the list is to its nearest fellows (mean cosine): the median over the sections' means."""
    inside = []
    for rows in members.values():
        if len(rows) > 1:
            near = vectors[rows] @ vectors[rows].T
            np.fill_diagonal(near, -np.inf)
            inside.append(float(_fellows(near, len(rows) - 1).mean()))
    return float(np.median(inside)) if inside else _PLAIN


def _fellows(near: NDArray[np.float32], most: int = FELLOWS) -> NDArray[np.float32]:
    """The mean of the highest cosines of each row: FELLOWS of them, or `most` if there are no more."""
    kept = max(min(FELLOWS, most, near.shape[1]), 1)
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


def _describe(shelf: _Shelf, group: NDArray[np.intp], commonness: Commonness) -> dict[str, Cluster]:
    """The cluster of each paper of a group: the same words for all, each paper's own nearest companions."""
    core = shelf.asked[group]
    queued = _joining(shelf, shelf.asked, core, [(one.section,) for one in shelf.waiting], outside=True)
    queued = np.union1d(np.setdiff1d(queued, [r for r, one in enumerate(shelf.waiting) if one.fits_nowhere]), group)
    entries = _joining(shelf, shelf.vectors, core, [one.sections for one in shelf.examples], outside=False)
    texts = [shelf.waiting[row].text for row in queued] + [shelf.examples[row].text for row in entries]
    titles = [shelf.waiting[row].title for row in queued] + [shelf.examples[row].title for row in entries]
    words = choose_words(texts, commonness)
    together = np.vstack([shelf.asked[queued], shelf.vectors[entries]])
    found = {}
    for row in group:
        near = together @ shelf.asked[row]
        beside = [int(n) for n in np.argsort(-near, kind="stable") if n >= len(queued) or queued[n] != row]
        named = tuple(titles[n] for n in beside[:NAMED])
        found[shelf.waiting[row].paper_id] = Cluster(words, named, len(beside) - len(named))
    return found


def _joining(
    shelf: _Shelf, vectors: Vectors, core: Vectors, sections: Sequence[Sequence[SectionPath]], *, outside: bool
) -> NDArray[np.intp]:
    """The rows that would move: near enough to the core, and nearer than to the entries of their own section. Entries
    (not `outside`) count among those themselves."""
    near = (vectors @ core.T).mean(axis=1)
    rows = []
    for row in np.flatnonzero(near >= shelf.close).tolist():
        own = [shelf.members[path] for path in sections[row] if path in shelf.members]
        home = [_home(shelf.vectors[inside] @ vectors[row], outside) for inside in own]
        if near[row] > max(home, default=1.0):
            rows.append(row)
    return np.array(rows, dtype=np.intp)


def _home(near: NDArray[np.float32], outside: bool) -> float:
    """The mean cosine to the nearest fellows of a section, without the paper's to itself; 1 for an entry that has the
    section alone."""
    others = near if outside else np.sort(near)[:-1]
    return float(_fellows(others[None, :])[0]) if len(others) else 1.0
