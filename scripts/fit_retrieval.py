"""Fits what `triage/evidence/retrieve.py` weighs sentences by: `python -m scripts.fit_retrieval DIR [--pdfs DIR]`.

DIR is laid out as ../shared/data/evidence. With `--pdfs`, the words that papers of all kinds have are counted first, in
these PDFs and in the cited papers of DIR, and written to triage/evidence/common_words.txt.

Printed are the shares of citing sentences of which a marked sentence is among the first 1, 3, 5 and 10, out of sample
(ten folds by cited paper), and the weights from all of them, which a person puts into the module as `_STATEMENT`.

The model is a conditional logit (McFadden 1974) over the sentences of the cited paper: one of the marked ones is right.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.verify_citances import DEPTHS, read_rows, remembering, source_of_row
from triage.evidence import words
from triage.evidence.retrieve import SIGNS, Retriever
from triage.evidence.words import stems
from triage.reading.reader import open_reader
from triage.search.embedder import open_embedder

FOLDS, PENALTY = 10, 30.0
COMMON = 400

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A citing sentence: what speaks for each sentence of the cited paper, shape (sentences, SIGNS), and which of them
    people marked. `right` is empty where what they marked cannot be quoted."""

    cited: str
    signs: Matrix
    right: NDArray[np.intp]


def main() -> None:
    """Fits and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--pdfs", type=Path, metavar="DIR", help="a folder of PDFs")
    options = parser.parse_args()
    if options.pdfs:
        count_words(options.folder, sorted(options.pdfs.glob("*.pdf")))
    examples = read(options.folder)
    weights = dict(zip(SIGNS, fit(examples).round(1).tolist(), strict=True))
    print(json.dumps({"out of sample": cross_validate(examples), "weights": weights}, indent=1))


def count_words(folder: Path, pdfs: Sequence[Path]) -> None:
    """Writes how many papers have each of the commonest stems."""
    reader = open_reader(120, 2000)
    papers = [" ".join(one["text"] for one in row["sentences"]) for row in read_rows(folder, "papers.jsonl")]
    papers += ["\n".join(page.text for page in reader.read(pdf, pdf.stem, 1).pages) for pdf in pdfs]
    reader.close()
    counts = Counter(word for text in papers for word in set(stems(text)) if not word.isdigit())
    common = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:COMMON]
    lines = [
        f"# of {len(papers)} papers, how many have each of these stems: scripts/fit_retrieval.py",
        str(len(papers)),
    ]
    lines += [f"{count} {' '.join(word for word, _ in same)}" for count, same in groupby(common, itemgetter(1))]
    target = Path(words.__file__).with_name("common_words.txt")
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(folder: Path) -> list[Example]:
    """Every citing sentence."""
    embed = remembering(open_embedder().embed)
    sources = {row["id"]: source_of_row(row) for row in read_rows(folder, "papers.jsonl")}
    retrievers = {name: Retriever([source], embed) for name, source in sources.items()}
    examples = []
    for row in read_rows(folder, "citances.jsonl"):
        found = retrievers[row["cited"]].signs(row["text"], len(sources[row["cited"]].sentences))
        marked = [one.sentence.start in row["gold_sids"] for one in found.candidates]
        examples.append(Example(row["cited"], found.signs.astype(np.float64), np.flatnonzero(marked)))
    return examples


def fit(examples: Sequence[Example]) -> Matrix:
    """The weight of each sign, shape (SIGNS,)."""
    scale = np.concatenate([one.signs for one in examples]).std(axis=0) + 1e-9
    learned = [(one.signs / scale, one.right) for one in examples if len(one.right)]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = PENALTY / 2 * float(weights @ weights), PENALTY * weights
        for signs, right in learned:
            fits = signs @ weights
            chance = np.exp(fits - fits.max())
            chance /= chance.sum()
            hit = float(chance[right].sum())
            total -= float(np.log(hit))
            slope = slope - (chance[right] @ signs[right] / hit - chance @ signs)
        return total, slope

    best: Matrix = minimize(loss, np.zeros(len(scale)), jac=True, method="L-BFGS-B").x / scale
    return best


def cross_validate(examples: Sequence[Example]) -> dict[str, float]:
    """The shares of citing sentences that were answered by weights which never saw the cited paper."""
    papers = sorted({one.cited for one in examples})
    ranks: list[float] = []
    for fold in range(FOLDS):
        unseen = set(papers[fold::FOLDS])
        weights = fit([one for one in examples if one.cited not in unseen])
        ranks += [_rank(one, weights) for one in examples if one.cited in unseen]
    return {f"at{depth}": round(float(np.mean(np.array(ranks) <= depth)), 3) for depth in DEPTHS}


def _rank(one: Example, weights: Matrix) -> float:
    order = np.argsort(-(one.signs @ weights), kind="stable")
    places = np.flatnonzero(np.isin(order, one.right))
    return float(places[0]) + 1 if len(places) else float("inf")


if __name__ == "__main__":
    main()
