"""Fits what `triage ask` refuses by: `python scripts/fit_answers.py PDFDIR` prints the constants of
triage/writing/answers.py, and how well they do on questions that a fit has not seen.

The questions are those of scripts/answer_questions.jsonl, which were written for this from the text of the PDFs, and
those of benchmarks/ask_questions.jsonl with even numbers; the others are kept for the benchmark. Each question that the
papers answer is also put to the papers without those that answer it.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.evidence.source import Source, source_of
from triage.models import Paper
from triage.protocols import Vectors
from triage.reading.passages import passages
from triage.reading.reader import open_reader
from triage.search.embedder import open_embedder
from triage.writing.answers import WEIGHTS, Answers

ROOT = Path(__file__).parent.parent
REFUSING = 1.75
"""An answer where there is none weighs so much more than a refusal where there is one."""
STRENGTH, FOLDS, ROUNDS = 0.3, 5, 10

Row = tuple[dict[str, float], bool, bool]
"""Signs, whether the papers answer, and whether the question was put to all papers."""


def read(folder: Path) -> list[Source]:
    """The PDFs of a folder, each under its file's name."""
    reader = open_reader(120, 2000)
    found = []
    for path in sorted(folder.glob("*.pdf")):
        text = reader.read(path, path.name, 1)
        paper = Paper(path.name, text.title or path.stem, text.abstract or "")
        found.append(source_of(paper, passages(paper, text)))
    reader.close()
    return found


def questions() -> list[tuple[str, frozenset[str]]]:
    """The questions with the files that answer each."""
    rows = [json.loads(line) for line in (ROOT / "scripts/answer_questions.jsonl").read_text().splitlines()]
    asked = [json.loads(line) for line in (ROOT / "benchmarks/ask_questions.jsonl").read_text().splitlines()]
    rows += [row for row in asked if row["id"] % 2 == 0]
    return [(row["question"], frozenset(row["pages"])) for row in rows]


class Kept:
    """An embedder that keeps what it has embedded."""

    def __init__(self) -> None:
        self._embedder = open_embedder()
        self._known: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, in order."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known |= dict(zip(new, self._embedder.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def rows(sources: Sequence[Source]) -> list[Row]:
    """What every question shows in these papers, and in those that do not answer it."""
    kept = Kept()
    whole = Answers(sources, kept.embed)
    found: list[Row] = []
    for question, files in questions():
        found.append((whole.signs(question), bool(files), True))
        if files:
            others = [source for source in sources if source.paper_id not in files]
            found.append((Answers(others, kept.embed).signs(question), False, False))
    return found


def fit(signs: NDArray[Any], answered: NDArray[Any]) -> tuple[NDArray[Any], float]:
    """Weights and bias of a logistic regression."""
    from sklearn.linear_model import LogisticRegression

    mean, deviation = signs.mean(axis=0), signs.std(axis=0)
    share = answered.mean()
    costs = {True: 0.5 / share, False: REFUSING * 0.5 / (1 - share)}
    model = LogisticRegression(C=STRENGTH, class_weight=costs).fit((signs - mean) / deviation, answered)
    weights = model.coef_[0] / deviation
    return weights, float(model.intercept_[0] - weights @ mean)


def main(folder: Path) -> None:
    """Prints constants and figures."""
    from sklearn.model_selection import StratifiedKFold

    found = rows(read(folder))
    signs = np.array([[one[name] for name in WEIGHTS] for one, _, _ in found])
    answered, asked_whole = np.array([one[1] for one in found]), np.array([one[2] for one in found])
    chances = np.zeros(len(found))
    for seed in range(ROUNDS):
        for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(signs, answered):
            weights, bias = fit(signs[train], answered[train])
            chances[test] += 1 / (1 + np.exp(-(bias + signs[test] @ weights))) / ROUNDS
    for name, group in (("all papers", asked_whole), ("without the answer", ~asked_whole)):
        refused = chances[group & ~answered] < 0.5
        wrongly = chances[group & answered] < 0.5
        print(f"{name}: refused {refused.mean():.3f} of {len(refused)}", end="")
        print(f", wrongly {wrongly.mean():.3f} of {len(wrongly)}" if len(wrongly) else "")
    weights, bias = fit(signs, answered)
    print("WEIGHTS =", {name: round(float(weight), 2) for name, weight in zip(WEIGHTS, weights, strict=True)})
    print("BIAS =", round(bias, 2))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
