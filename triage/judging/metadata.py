"""How much a paper weighs beside its subject: is code given, how many wrote it, do its authors stand on the list.

On a broad list the subject decides little: of ten papers about it one is added. What its entries have in common beside
their words, an announcement says in its abstract, its comment and its authors' names. What lists prefer in general is
the prior; the entries' own metadata and the owner's decisions move it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from triage.judging.measure import Flags, Scores, equal_parts
from triage.models import Paper

Signs = NDArray[np.float64]
"""Shape (papers, 3): is code or a project page given (0 to 1), the logarithm of the number of authors, how well the
authors are known to the list. NaN where it is not known."""

PREFERRED = np.array([0.6, 0.6, 1.0])
"""What lists prefer before anything is known of this one, in log-odds a unit: a paper with code is nearly twice as
likely to be added, one with three times the authors as well."""

SURENESS = np.array([0.5, 0.5, 1.0])
"""How far a list may be from that (a standard deviation)."""

LEAST_WORTH = np.array([0.0, -1.0, 0.0])
"""No list is against code, or against those whom it lists: what looks so is chance. Some are for the work of few."""

LARGE_TEAM = 60.0
"""Authors beyond which more say nothing more."""

SAID = (0.15, 0.75)
"""How likely an announcement names its code page if the list's entry names none, and if it names one."""

GRADES = 20
"""Equally likely values that stand for all that a sign may add."""

LEAST_PULL = 0.3
"""The text's score never counts for less, or the signs would decide alone."""

_STEPS = 50
_GIVEN = ("http://", "https://", "github.com", "github.io", "huggingface.co")
_CODE_HOST = re.compile(r"\b(?:github|gitlab|bitbucket|huggingface|codeberg|gitee)\.|\.github\.io", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Announced:
    """What is known of a paper beside its text: its `authors` (empty: unknown), and how likely its announcement gives
    an address of code or of a project (None: unknown)."""

    authors: tuple[str, ...] = ()
    linked: float | None = None


NOTHING = Announced()
"""Of a paper of which only the text is known."""


def announced(paper: Paper) -> Announced:
    """What a paper's own announcement says."""
    if not paper.authors and not paper.abstract:
        return NOTHING
    said = f"{paper.abstract} {paper.comment or ''}".casefold()
    return Announced(paper.authors, float(any(address in said for address in _GIVEN)))


def gives_code(links: Iterable[str]) -> bool:
    """Whether one of an entry's addresses is a place of code."""
    return any(_CODE_HOST.search(link) for link in links)


@dataclass(frozen=True, slots=True)
class Names:
    """How often each author's name stands on the list, and in the background."""

    listed: Mapping[str, int]
    seen: Mapping[str, int]

    def signs(self, papers: Sequence[Announced], *, listed: bool = False, seen: bool = False) -> Signs:
        """The signs of papers that were themselves counted as `listed` or as `seen`, or as neither."""
        rows = np.full((len(papers), 3), np.nan)
        for row, paper in enumerate(papers):
            if paper.linked is not None:
                rows[row, 0] = paper.linked
            if paper.authors:
                rows[row, 1] = np.log(min(len(paper.authors), LARGE_TEAM))
                rows[row, 2] = self._known(paper.authors, int(listed), int(seen))
        return rows

    def acquainted(self, authors: Sequence[str], most: int) -> tuple[tuple[str, int], ...]:
        """Those of the authors who stand on the list and are not merely namesakes of many, with how many of its
        entries they wrote, most first."""
        counts = [(name, self.listed.get(key := name_key(name), 0), self.seen.get(key, 0)) for name in authors]
        known = [(name, listed) for name, listed, seen in counts if listed and 2 * listed >= seen]
        return tuple(sorted(known, key=lambda pair: -pair[1])[:most])

    def _known(self, authors: Sequence[str], listed: int, seen: int) -> float:
        # A name of many people says little: it counts by how rare it is among all papers.
        keys = {name_key(name) for name in authors}
        shares = ((self.listed.get(key, 0) - listed) / (1 + max(self.seen.get(key, 0) - seen, 0)) for key in keys)
        return float(np.log1p(sum(share for share in shares if share > 0)))


def learn_names(listed: Sequence[Announced], seen: Sequence[Announced]) -> Names:
    """Counts the names of wanted papers and of the background."""
    return Names(_count(listed), _count(seen))


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """A name without accents, stops and capitals."""
    bare = unicodedata.normalize("NFKD", name)
    return " ".join(
        re.sub(r"[^\w\s]|_", " ", "".join(c for c in bare if not unicodedata.combining(c))).casefold().split()
    )


@dataclass(frozen=True, slots=True)
class Importance:
    """`weights` of the signs and `usual`, the signs of papers that are about as likely by their text; `pull`: how much
    log-odds a unit of the text's score is worth, from `start` at none."""

    names: Names
    usual: NDArray[np.float64]
    weights: NDArray[np.float64]
    pull: float
    start: float

    def chance(self, scores: Scores) -> Scores:
        """How likely papers of these scores, what their signs add included, are wanted rather than background."""
        return np.asarray(1 / (1 + np.exp(-np.clip(self.start + self.pull * scores, -30, 30))))

    def bonus(self, signs: Signs) -> Scores:
        """What the signs add to the text's score, in its unit; nothing where they are unknown."""
        known = np.where(np.isnan(signs), 0.0, signs - self.usual)
        return np.asarray(known @ self.weights / self.pull, dtype=np.float64)


def no_importance() -> Importance:
    """Of a list of which nothing is known."""
    return Importance(Names({}, {}), np.zeros(3), np.zeros(3), 1.0, -5.0)


def learn_importance(
    names: Names, signs: Signs, wanted: Flags, scores: Scores, weights: Scores, beside: Signs, others: Scores
) -> Importance:
    """From the signs of examples (`wanted` or not), their texts' held-out `scores` and `weights`, and from the
    background's signs (`beside`) and scores (`others`): logistic regression on the text's score and the signs with a
    Gaussian prior, by Newton's method (Bishop 2006, section 4.3.3).

    Unknown signs of wanted papers are expected to be what the model so far says of wanted papers (expectation
    maximisation, Dempster, Laird & Rubin 1977): where all are unknown the prior stays as it is.
    """
    usual = _usual(beside, nearness(scores[wanted], weights[wanted], others))
    rows = np.vstack([signs, beside]) - usual
    labels = np.concatenate([wanted, np.zeros(len(others), dtype=bool)])
    unknown = np.isnan(rows)
    blank, rows[unknown] = unknown & labels[:, None], 0.0
    design = np.column_stack([np.ones(len(rows)), np.concatenate([scores, others]), rows])
    share = np.concatenate([_evidence(signs, wanted, weights), np.ones(len(others))])
    middle = np.concatenate([[-5.0, 1.0], PREFERRED])
    firmness = np.diag(1 / np.concatenate([[5.0, 0.5], SURENESS]) ** 2)
    found = middle.copy()
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(design @ found, -30, 30)))
        chance = share * likely
        pull = chance[len(wanted) :]
        expected = pull @ design[len(wanted) :, 2:] / max(float(pull.sum()), 1e-12)
        design[:, 2:] = np.where(blank, expected, design[:, 2:])
        slope = design.T @ (share * labels - chance) - firmness @ (found - middle)
        curve = (design * (chance * (1 - likely))[:, None]).T @ design + firmness
        step = np.clip(np.linalg.solve(curve, slope), -2, 2)
        found = found + step
        if np.abs(step).max() < 1e-3:
            break
    weights = np.maximum(found[2:], LEAST_WORTH)
    return Importance(names, usual, weights, max(float(found[1]), LEAST_PULL), float(found[0]))


def _evidence(signs: Signs, wanted: Flags, weights: Scores) -> Scores:
    """How much each example counts beside a paper of the background: none more than one paper, and what was rejected
    no more in all than the wanted whose signs are known. A few rejects alone would else speak against all that they
    had."""
    counts = weights / max(float(weights.max(initial=0.0)), 1e-12)
    told = float(counts[wanted & ~np.isnan(signs).any(axis=1)].sum())
    against = float(counts[~wanted].sum())
    return np.where(wanted, counts, counts * min(1.0, told / max(against, 1e-12)))


def wanted_bonuses(importance: Importance, beside: Signs, near: Scores) -> Scores:
    """What wanted papers typically get, as GRADES equally likely values: told from the background, each paper of which
    weighs by how `near` its text is, and as much more as its signs are likelier among wanted papers. Serves where an
    entry's own signs are not known."""
    if not near.any():
        return np.zeros(1)
    bonus = importance.bonus(beside)
    weights = near * np.exp(importance.pull * (bonus - bonus.max()))
    return equal_parts(bonus, weights, GRADES)


def nearness(scores: Scores, weights: Scores, others: Scores) -> Scores:
    """From 0 to 1: how far each of the background's texts speaks for it as the wanted examples' do, whose scores and
    weights these are."""
    if not len(scores):
        return np.zeros(len(others))
    return np.asarray(1 / (1 + np.exp(-np.clip(others - np.average(scores, weights=weights), -30, 30))))


def _usual(beside: Signs, near: Scores) -> NDArray[np.float64]:
    known = (~np.isnan(beside)) * near[:, None]
    return np.asarray((np.nan_to_num(beside) * near[:, None]).sum(axis=0) / np.maximum(known.sum(axis=0), 1e-12))


def _count(papers: Sequence[Announced]) -> Mapping[str, int]:
    return Counter(key for paper in papers for key in {name_key(name) for name in paper.authors})
