"""Fits the coefficients of the scored tier and writes them into the package: `python -m scripts.fit_support DIR`.

DIR is laid out as ../shared/data/evidence. Before anything is written, the figures out of sample are printed (a JSON
object): five folds by citing paper, claim and question, over several seeds; no fold sees its own sentences' groups.
`--dry` writes nothing.

The ranker is a conditional logit (McFadden 1974) over all papers of a pool and "none of them". Each sentence is learned
from three pools: the whole file, a random part of it, and such a part without the right papers, where "none of them" is
right. So the size of a collection does not decide. The three files have the same weight.

The calibration is a logistic regression on how far the cited paper is ahead; right and wrong pairs weigh the same.
"""

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.verify_claims import Case, File, compare, embed, load_answers, load_citing, load_claims
from triage.verifying import support
from triage.verifying.features import Collection
from triage.verifying.support import Coefficients, ahead

FOLDS, SEEDS = 5, (0, 1, 2)
PENALTY = 0.01
PART = 0.12
"""The share of a file's papers that a small pool has."""

PASSED, FLAGGED = 0.05, 0.04
"""The share of wrong pairs above the threshold `supported`, and of right pairs below `unsupported`: the strictest of
the files' thresholds is taken, out of sample."""

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A case with the features of all papers of its pool, shape (papers, features)."""

    case: Case
    file: str
    features: Matrix


def main() -> None:
    """Fits with vectors and without, prints, writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--dry", action="store_true")
    options = parser.parse_args()
    files = [load_claims(options.folder), load_citing(options.folder), load_answers(options.folder)]
    fitted, printed = {}, {}
    for name, with_vectors in (("vectors", True), ("words", False)):
        examples, features = examples_of(files, with_vectors)
        unseen, printed[name] = cross_validate(examples)
        final = replace(fit(examples), supported=unseen[0], unsupported=unseen[1])
        fitted[name] = as_json(final, features)
    print(json.dumps(printed, indent=1))
    if not options.dry:
        target = Path(support.__file__).with_name("support.json")
        target.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def examples_of(files: Sequence[File], with_vectors: bool) -> tuple[list[Example], tuple[str, ...]]:
    """Every case, and the names of its features."""
    collections = [Collection(file.pool, embed() if with_vectors else None) for file in files]
    examples = [
        Example(case, file.name, collection.compare(case.text))
        for file, collection in zip(files, collections, strict=True)
        for case in file.cases
    ]
    return examples, collections[0].features


def fit(examples: Sequence[Example]) -> Coefficients:
    """The coefficients that these examples give; the thresholds are still 0."""
    weights, nothing = fit_ranker(examples)
    ranker = Coefficients(tuple(weights.tolist()), nothing, 1.0, 0.0, 0.0, 0.0)
    slope, intercept = fit_calibration(examples, ranker)
    return replace(ranker, slope=round(slope, 4), intercept=round(intercept, 4))


def fit_ranker(examples: Sequence[Example]) -> tuple[Matrix, float]:
    """The weights of the features and the fit of "none of them"."""
    scale = np.concatenate([one.features for one in examples]).std(axis=0) + 1e-9
    pools = [(*pool, share) for one in examples for share in [_share(one, examples)] for pool in _pools(one, scale)]

    def loss(values: Matrix) -> tuple[float, Matrix]:
        total, slope = PENALTY / 2 * float(values[:-1] @ values[:-1]), np.append(PENALTY * values[:-1], 0.0)
        for rows, right, share in pools:
            fits = rows @ values
            chance = np.exp(fits - fits.max())
            chance /= chance.sum()
            hit = float(chance[right].sum())
            total -= share * np.log(hit + 1e-12)
            slope -= share * (chance[right] @ rows[right] / (hit + 1e-12) - chance @ rows)
        return total, slope

    best = minimize(loss, np.zeros(len(scale) + 1), jac=True, method="L-BFGS-B").x
    return np.round(best[:-1] / scale, 4), round(float(best[-1]), 4)


def _share(one: Example, examples: Sequence[Example]) -> float:
    return 1 / (3 * sum(other.file == one.file for other in examples)) / 2


def _pools(one: Example, scale: Matrix) -> list[tuple[Matrix, NDArray[np.bool_]]]:
    """The whole pool, and two parts of it; "none of them" is the last row of each, and alone has the last column."""
    papers = len(one.features)
    rows = np.zeros((papers + 1, len(scale) + 1))
    rows[:-1, :-1], rows[-1, -1] = one.features / scale, 1.0
    right = np.isin(np.arange(papers + 1), one.case.right)
    dice = np.random.default_rng(zlib.crc32(one.case.text.encode()))
    drawn = np.append(dice.random(papers) < PART, True)
    with_right, without = drawn | right, drawn & ~right
    nobody = np.zeros(papers + 1, dtype=bool)
    nobody[-1] = True
    return [(rows, right), (rows[with_right], right[with_right]), (rows[without], nobody[without])]


def fit_calibration(examples: Sequence[Example], ranker: Coefficients) -> tuple[float, float]:
    """Slope and intercept of a logistic regression on how far the cited paper is ahead."""
    leads, labels, shares = [], [], []
    for one in examples:
        fits = ranker.fits(one.features)
        leads += [ahead(fits, one.case.right, ranker.nothing)]
        leads += [ahead(fits, (row,), ranker.nothing) for row in one.case.wrong]
        labels += [1.0, *(0.0 for _ in one.case.wrong)]
        shares += [_share(one, examples), *(_share(one, examples) / len(one.case.wrong) for _ in one.case.wrong)]
    lead, label, share = np.array(leads), np.array(labels), np.array(shares)

    def loss(values: Matrix) -> float:
        log_odds = values[0] * lead + values[1]
        return float((share * (np.logaddexp(0, log_odds) - label * log_odds)).sum() + 1e-3 * values @ values)

    slope, intercept = minimize(loss, np.array([0.5, 0.0])).x
    return float(slope), float(intercept)


def cross_validate(examples: Sequence[Example]) -> tuple[tuple[float, float], dict[str, Any]]:
    """The thresholds, and the figures of each file, out of sample."""
    groups = sorted({one.case.group for one in examples})
    rounds = []
    for seed in SEEDS:
        fold_of = dict(zip(groups, np.random.default_rng(seed).permutation(len(groups)) % FOLDS, strict=True))
        scores: dict[int, tuple[float, list[float]]] = {}
        for fold in range(FOLDS):
            model = fit([one for one in examples if fold_of[one.case.group] != fold])
            for number, one in enumerate(examples):
                if fold_of[one.case.group] == fold:
                    fits = model.fits(one.features)
                    wrong = [model.probability(fits, (row,)) for row in one.case.wrong]
                    scores[number] = model.probability(fits, one.case.right), wrong
        rounds.append(scores)
    by_file: dict[str, list[list[tuple[float, list[float]]]]] = {}
    for name in dict.fromkeys(one.file for one in examples):
        measured = [number for number, one in enumerate(examples) if one.file == name and _is_measured(one)]
        by_file[name] = [[scores[number] for number in measured] for scores in rounds]
    thresholds = _thresholds(by_file)
    return thresholds, {
        **{name: _figures(found, thresholds) for name, found in by_file.items()},
        "thresholds": thresholds,
    }


def _is_measured(one: Example) -> bool:
    return one.case.label == "SUPPORT" and (one.file != "citing_deepscholar" or one.case.cited == 1)


def _thresholds(by_file: dict[str, list[list[tuple[float, list[float]]]]]) -> tuple[float, float]:
    supported, unsupported = [], []
    for rounds in by_file.values():
        wrong = [score for found in rounds for _, scores in found for score in scores]
        supported.append(float(np.quantile(wrong, 1 - PASSED)))
        unsupported.append(float(np.quantile([right for found in rounds for right, _ in found], FLAGGED)))
    return round(max(supported), 3), round(min(unsupported), 3)


def _figures(rounds: list[list[tuple[float, list[float]]]], thresholds: tuple[float, float]) -> dict[str, Any]:
    """The mean over the seeds."""
    every = [compare([right for right, _ in found], [wrong for _, wrong in found]) for found in rounds]
    means = {name: round(float(np.mean([one[name] for one in every])), 4) for name in every[0]}
    right = np.array([score for found in rounds for score, _ in found])
    wrong = np.array([score for found in rounds for _, scores in found for score in scores])
    means["first"] = round(float(np.mean([score > max(scores) for found in rounds for score, scores in found])), 4)
    for name, scores in (("right", right), ("wrong", wrong)):
        means[f"{name}_supported"] = round(float((scores >= thresholds[0]).mean()), 4)
        means[f"{name}_unsupported"] = round(float((scores < thresholds[1]).mean()), 4)
    return means


def as_json(final: Coefficients, features: Sequence[str]) -> dict[str, Any]:
    """As support.json has it."""
    return {
        "weights": dict(zip(features, final.weights, strict=True)),
        "nothing": final.nothing,
        "slope": final.slope,
        "intercept": final.intercept,
        "supported": final.supported,
        "unsupported": final.unsupported,
    }


if __name__ == "__main__":
    main()
