"""Tier 2 of the checker, the score: is the cited paper the one that a sentence speaks of?

Every paper of the collection competes for the sentence, and "none of them" competes too. How far the cited paper is
ahead becomes a probability. The coefficients were fitted by scripts/fit_support.py and stand in support.json.

The score sees words and topics. It tells a wrong paper from a right one, but a contradiction looks like a truth to it:
what only signs speak against is "cannot tell".
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from triage.evidence.retrieve import rank_sentences
from triage.evidence.source import Source
from triage.verifying.features import WORD_FEATURES, Collection, Embed, Matrix
from triage.verifying.verdict import Finding, Proof, Support

_FILE = Path(__file__).with_name("support.json")
_PROOFS = 3


@dataclass(frozen=True, slots=True)
class Coefficients:
    """What was fitted. A paper's fit to a sentence is the weighted sum of its features, in the order of the collection;
    `nothing` is the fit of "none of them". `slope` and `intercept` make log odds of how far the cited paper is ahead.
    From the probability `supported` on a sentence counts as supported, below `unsupported` as not."""

    weights: tuple[float, ...]
    nothing: float
    slope: float
    intercept: float
    supported: float
    unsupported: float

    def fits(self, features: Matrix) -> Matrix:
        """How well each paper fits, shape (papers,), of its features, shape (papers, features)."""
        return np.asarray(features @ np.array(self.weights), dtype=np.float64)

    def probability(self, fits: Matrix, cited: Sequence[int]) -> float:
        """That one of the cited papers is the one that is meant, 0 to 1. Calibrated where as many citations are wrong
        as are right; what else is cited does not compete."""
        log_odds = self.intercept + self.slope * ahead(fits, cited, self.nothing)
        return float(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def ahead(fits: Matrix, cited: Sequence[int], nothing: float) -> float:
    """The log odds, by softmax, of the best of the cited papers against all that are not cited and "none of them"."""
    rest = np.append(np.delete(fits, cited), nothing)
    top = rest.max()
    return float(fits[list(cited)].max() - top - np.log(np.exp(rest - top).sum()))


@cache
def shipped(features: tuple[str, ...]) -> Coefficients:
    """The shipped coefficients for these features: with vectors, or of words alone."""
    kept = json.loads(_FILE.read_text(encoding="utf-8"))["words" if features == WORD_FEATURES else "vectors"]
    weights = kept.pop("weights")
    return Coefficients(weights=tuple(weights[name] for name in features), **kept)


@dataclass(frozen=True, slots=True)
class Scored:
    """What the score says of a sentence: the `probability` (0 to 1) that the cited papers support it, the verdict, the
    nearest sentences of the cited papers, best first, and what speaks against it. The `key` of a proof is the paper's
    id: the score knows no keys."""

    probability: float
    support: Support
    proofs: tuple[Proof, ...] = ()
    findings: tuple[Finding, ...] = ()


class Scorer:
    """Scores sentences by the papers of one collection."""

    def __init__(self, sources: Sequence[Source], embed: Embed | None = None) -> None:
        """`sources` are all papers that could be meant, each once; without `embed` words alone count. Raises ModelError
        if the embedding model cannot be used."""
        self._collection = Collection(sources, embed)
        self._embed = embed
        self._rows = {source.paper_id: row for row, source in enumerate(sources)}
        self._coefficients = shipped(self._collection.features)

    def fits(self, text: str) -> Matrix:
        """How well each paper fits the sentence, in the order of the collection, shape (papers,)."""
        return self._coefficients.fits(self._collection.compare(text))

    def score(self, text: str, cited: Sequence[Source]) -> Scored:
        """Whether the cited papers support the sentence, given without its citations. A paper that does not belong to
        the collection, or of which only the title is known, is left out; where no other is cited, nobody can tell."""
        known = {source.paper_id: source for source in cited if source.paper_id in self._rows and source.sentences}
        if not known:
            return Scored(0.5, Support.CANNOT_TELL)
        fits = self.fits(text)
        rows = [self._rows[paper_id] for paper_id in known]
        probability = self._coefficients.probability(fits, rows)
        found = rank_sentences(text, list(known.values()), self._embed, _PROOFS)
        proofs = tuple(Proof(one.source.paper_id, one.source.paper_id, one.sentence, one.score) for one in found)
        return Scored(probability, self._verdict(probability), proofs)

    def _verdict(self, probability: float) -> Support:
        if probability >= self._coefficients.supported:
            return Support.SUPPORTED
        return Support.UNSUPPORTED if probability < self._coefficients.unsupported else Support.CANNOT_TELL
