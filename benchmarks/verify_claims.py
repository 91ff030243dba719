"""Right papers against wrong ones: `claims`, `citing` and `answers` of benchmarks/verify.py, and `contradictions`.

A case is a sentence with its pool of papers, those that it rightly cites, and those that would be wrong:

claims_scifact      SUPPORT claims; wrong is every other abstract of the file but those of the same claim
citing_deepscholar  sentences with a single citation whose work has an abstract; wrong is every other work with an
                    abstract that the same citing paper cites; the pool is all works with abstracts of the file
answers_scholarqa   cited sentences, but for `index_doubtful`; wrong is every passage of the same answer from a work
                    that the sentence does not cite; the pool is all passages of the file

The figures:

auc_swapped     the probability that a right pair scores above a wrong one, over all pairs of the file
auc_within      the same, only among the pairs of one sentence
first           the share of claims for which no wrong abstract of the pool fits better
first_of_all    the same where the other right abstracts of a claim count as wrong: with several, one alone can be first
false_alarms    the share of right pairs below the threshold that 5 % of the wrong ones pass
called          at the shipped thresholds, what right and wrong pairs are called, as shares
calibration_error    between probability and share of right pairs, both kinds with the same weight

Markers of citations are taken out of the sentences, keys too: they would tell the work's name.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.metrics import calibration_error
from triage.evidence.source import ABSTRACT_PAGE, Sentence, Source
from triage.search.embedder import open_embedder
from triage.verifying.features import Embed
from triage.verifying.support import Scorer
from triage.verifying.verdict import Support

PASSED = 0.05
"""The share of wrong pairs that may pass."""

_KEYS = re.compile(r"\s{0,3}\[@[^\]\[]{0,2000}\]")
_NUMBERS = re.compile(r"\s{0,3}\[\d[\d,\s–-]{0,60}\]")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z(])")


@dataclass(frozen=True)
class Case:
    """A sentence of a file: rows of the pool that it cites rightly and that would be wrong. `group` is what must not be
    torn apart in a cross-validation; `cited` is how many works the sentence cites, known or not."""

    text: str
    right: tuple[int, ...]
    wrong: tuple[int, ...]
    group: str
    cited: int = 1
    label: str = "SUPPORT"


@dataclass(frozen=True)
class File:
    """A file of the evaluation data: all its papers, and its cases."""

    name: str
    pool: tuple[Source, ...]
    cases: tuple[Case, ...]


def source(paper_id: str, title: str | None, text: str | None, year: int | None = None, authors: str = "") -> Source:
    """A paper of which this text is known, cut into sentences by a rule of this file's own."""
    sentences, start = [], 0
    for part in _END.split(text or ""):
        start = (text or "").index(part, start)
        sentences.append(Sentence(part, ABSTRACT_PAGE, start, start + len(part), "Abstract"))
        start += len(part)
    names = tuple(name.strip() for name in authors.split(" and ") if name.strip())
    return Source(paper_id, title or "", tuple(one for one in sentences if one.text.strip()), year, names)


def load_claims(folder: Path) -> File:
    """claims_scifact.jsonl; contradicted claims are there, too."""
    rows = _rows(folder / "claims_scifact.jsonl")
    numbers = {abstract: number for number, abstract in enumerate(dict.fromkeys(row["abstract"] for row in rows))}
    titles = {row["abstract"]: row["title"] for row in rows}
    pool = tuple(source(f"claims:{number}", titles[text], text) for text, number in numbers.items())
    same: dict[str, set[int]] = {}
    for row in rows:
        same.setdefault(row["claim"], set()).add(numbers[row["abstract"]])
    cases = [
        Case(
            text=row["claim"],
            right=(numbers[row["abstract"]],),
            wrong=tuple(number for number in range(len(pool)) if number not in same[row["claim"]]),
            group=row["title"],
            label=row["label"],
        )
        for row in rows
    ]
    return File("claims_scifact", pool, tuple(cases))


def load_citing(folder: Path) -> File:
    """citing_deepscholar.jsonl.gz; sentences with several citations are there, too."""
    papers = _rows(folder / "citing_deepscholar.jsonl.gz")
    works = {_plain(ref["title"]): ref for paper in papers for ref in _known(paper).values()}
    numbers = {title: number for number, title in enumerate(works)}
    pool = tuple(
        source(f"citing:{number}", ref["title"], ref["abstract"], ref["year"], ref["authors"] or "")
        for number, ref in enumerate(works.values())
    )
    cases = []
    for paper in papers:
        row_of = {key: numbers[_plain(ref["title"])] for key, ref in _known(paper).items()}
        for sentence in paper["sentences"]:
            right = tuple(dict.fromkeys(row_of[key] for key in sentence["keys"] if key in row_of))
            wrong = tuple(sorted(set(row_of.values()) - set(right)))
            if right and wrong:
                text = " ".join(_KEYS.sub("", sentence["text"]).split())
                cases.append(Case(text, right, wrong, paper["arxiv_id"], len(set(sentence["keys"]))))
    return File("citing_deepscholar", pool, tuple(cases))


def load_answers(folder: Path) -> File:
    """answers_scholarqa.jsonl."""
    pool: list[Source] = []
    cases = []
    for answer in _rows(folder / "answers_scholarqa.jsonl"):
        start, passages = len(pool), answer["passages"]
        pool += [source(f"{answer['id']}:{one['i']}", one["title"], one["text"], one["year"]) for one in passages]
        works = [one["s2_id"] or one["title"] for one in passages]
        for sentence in answer["sentences"] if not answer["index_doubtful"] else ():
            cites = list(dict.fromkeys(sentence["cites"]))
            wrong = tuple(start + n for n, work in enumerate(works) if work not in {works[cite] for cite in cites})
            if cites and wrong:
                text = " ".join(_NUMBERS.sub("", sentence["text"]).split())
                cases.append(Case(text, tuple(start + cite for cite in cites), wrong, answer["id"], len(cites)))
    return File("answers_scholarqa", tuple(pool), tuple(cases))


def _known(paper: dict[str, Any]) -> dict[str, Any]:
    return {key: ref for key, ref in paper["refs"].items() if ref and ref.get("abstract")}


def _plain(title: str) -> str:
    return re.sub(r"\W+", "", title.casefold())


def _rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def claims(folder: Path) -> dict[str, Any]:
    """The figures of claims_scifact."""
    file = load_claims(folder)
    cases = [case for case in file.cases if case.label == "SUPPORT"]
    scorer = Scorer(file.pool, embed())
    first, of_all = [], []
    for case in cases:
        fits = scorer.fits(case.text)
        first.append(bool(fits[case.right[0]] > fits[list(case.wrong)].max()))
        of_all.append(int(fits.argmax()) == case.right[0])
    shares = {"first": float(np.mean(first)), "first_of_all": float(np.mean(of_all))}
    return {**_measure(scorer, file, cases), **{name: round(share, 4) for name, share in shares.items()}}


def citing(folder: Path) -> dict[str, Any]:
    """The figures of citing_deepscholar."""
    file = load_citing(folder)
    return _measure(Scorer(file.pool, embed()), file, [case for case in file.cases if case.cited == 1])


def answers(folder: Path) -> dict[str, Any]:
    """The figures of answers_scholarqa."""
    file = load_answers(folder)
    return _measure(Scorer(file.pool, embed()), file, file.cases)


def contradictions(folder: Path) -> dict[str, Any]:
    """What true and contradicted claims are called, each with the abstract that proves or disproves it."""
    file = load_claims(folder)
    scorer = Scorer(file.pool, embed())
    found: dict[str, list[str]] = {"SUPPORT": [], "CONTRADICT": []}
    for case in file.cases:
        found[case.label].append(scorer.score(case.text, [file.pool[row] for row in case.right]).support.value)
    return {"true": _shares(found["SUPPORT"]), "contradicted": _shares(found["CONTRADICT"])}


def _measure(scorer: Scorer, file: File, cases: Sequence[Case]) -> dict[str, Any]:
    right, wrong, called_right, called_wrong = [], [], [], []
    for case in cases:
        scored = scorer.score(case.text, [file.pool[row] for row in case.right])
        others = [scorer.score(case.text, [file.pool[row]]) for row in case.wrong]
        right.append(scored.probability)
        wrong.append([other.probability for other in others])
        called_right.append(scored.support.value)
        called_wrong += [other.support.value for other in others]
    return {**compare(right, wrong), "called": {"right": _shares(called_right), "wrong": _shares(called_wrong)}}


def compare(right: Sequence[float], wrong: Sequence[Sequence[float]]) -> dict[str, Any]:
    """How well scores tell right pairs from wrong ones: of each sentence its right score and its wrong ones."""
    every = np.array([score for scores in wrong for score in scores])
    good = np.array(right)
    threshold = float(np.quantile(every, 1 - PASSED))
    within = [_above(np.array([one]), np.array(scores)) for one, scores in zip(right, wrong, strict=True)]
    even = np.concatenate([good, np.random.default_rng(0).choice(every, len(good))])
    return {
        "auc_swapped": round(_above(good, every), 4),
        "false_alarms": round(float((good <= threshold).mean()), 4),
        "auc_within": round(float(np.mean(within)), 4),
        "calibration_error": round(calibration_error(even, np.arange(len(even)) < len(good)), 4),
        "sentences": len(right),
        "wrong_pairs": len(every),
    }


def _above(right: NDArray[np.float64], wrong: NDArray[np.float64]) -> float:
    """The share of pairs in which the right one is higher; ties count half."""
    pairs = right[:, None] - wrong[None, :]
    return float((pairs > 0).mean() + (pairs == 0).mean() / 2)


def _shares(called: Sequence[str]) -> dict[str, float]:
    counts = Counter(called)
    return {one.value: round(counts[one.value] / max(len(called), 1), 3) for one in Support}


@cache
def embed() -> Embed:
    """The bundled model; each text is embedded once in a run."""
    model = open_embedder()
    kept: dict[str, Any] = {}

    def kept_or_new(texts: Sequence[str]) -> Any:
        fresh = list(dict.fromkeys(text for text in texts if text not in kept))
        if fresh:
            kept.update(zip(fresh, model.embed(fresh), strict=True))
        return np.array([kept[text] for text in texts], dtype=np.float32)

    return kept_or_new
