"""Section classification, ours and the baselines, for benchmarks.judge."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.folders import ListFolder, Row, to_paper
from benchmarks.metrics import calibration_error, expected_error
from triage.identity import title_key
from triage.judging.arrays import Flags, Matrix
from triage.judging.examples import Example, collect_examples, filing_sections, venue_sections
from triage.judging.judge import Embed
from triage.judging.sections import add_named, fit_sections, plain_name, prefer_named
from triage.lists.document import read
from triage.models import SectionPath
from triage.protocols import Vectors

KNOWN_SHARE = 0.6


def measure_labelled(folder: ListFolder, embed: Embed) -> dict[str, Any]:
    """section_top1, section_top3, section_n, ece, ece_floor and baselines on labelled.jsonl, split in time."""
    if not folder.labelled:
        return {}
    known, later = split_in_time(folder)
    sections = sorted({path for example in known for path in example.sections})
    if not later or not sections:
        return {}
    truth = _truth([[tuple(path) for path in row["sections"]] for row in later], sections)
    spreads = _all_spreads(known, [to_paper(row).title_and_abstract for row in later], sections, embed)
    ours = spreads.pop("ours")
    right = truth[np.arange(len(later)), ours.argmax(axis=1)]
    return {
        "section_top1": _top(ours, truth, 1),
        "section_top3": _top(ours, truth, 3),
        "section_n": len(later),
        "ece": round(calibration_error(ours.max(axis=1), right), 4),
        "ece_floor": round(expected_error(ours.max(axis=1)), 4),
        "_confidences": list(zip(ours.max(axis=1).tolist(), right.tolist(), strict=True)),
        "baselines": {
            name: {"section_top1": _top(spread, truth, 1), "section_top3": _top(spread, truth, 3)}
            for name, spread in spreads.items()
        },
    }


def measure_papers(folder: ListFolder, embed: Embed) -> dict[str, Any]:
    """papers_top1, papers_top3, papers_n, papers_coverage on papers.jsonl, with README.md as the list."""
    if not folder.readme or not folder.papers:
        return {}
    known, taxonomy, filing = known_list(folder)
    scored = [row for row in folder.papers if tuple(row["section"]) in taxonomy]
    found: dict[str, Any] = {"papers_n": len(scored), "papers_coverage": round(len(scored) / len(folder.papers), 4)}
    if not scored:
        return found
    truth = _truth([[tuple(row["section"])] for row in scored], taxonomy)
    texts = [to_paper(row).title_and_abstract for row in scored]
    spreads = _all_spreads(known, texts, taxonomy, embed)
    column = {path: number for number, path in enumerate(taxonomy)}
    venues = venue_sections(read(folder.readme))
    ours = np.zeros((len(scored), len(taxonomy)))
    remarks = [row.get("comment") or "" for row in scored]
    spread = add_named(prefer_named(_ours(known, texts, filing, embed), filing, remarks), venues, remarks)
    ours[:, [column[path] for path in (*filing, *venues)]] = spread
    del spreads["ours"]
    found |= {"papers_top1": _top(ours, truth, 1), "papers_top3": _top(ours, truth, 3)}
    found["baselines"] = {
        name: {"papers_top1": _top(spread, truth, 1), "papers_top3": _top(spread, truth, 3)}
        for name, spread in spreads.items()
    }
    return found


def known_list(folder: ListFolder) -> tuple[list[Example], list[SectionPath], list[SectionPath]]:
    """README.md as evidence (abstracts from labelled.jsonl where added before the snapshot), all sections that its
    entries stand in, and those that triage files under."""
    document = read(folder.readme or "")
    snapshot = folder.info.get("snapshot_before", "")
    abstracts = {
        title_key(row["title"]): row["abstract"]
        for row in folder.labelled
        if row.get("added") and snapshot and row["added"] < snapshot
    }
    examples = []
    for example in collect_examples(document, {}, [], {}):
        abstract = abstracts.get(title_key(example.title), example.abstract)
        examples.append(replace(example, abstract=abstract))
    return examples, list(document.taxonomy), filing_sections(document)


def split_in_time(folder: ListFolder) -> tuple[list[Example], list[Row]]:
    """What was known at the split (the first 60 % with abstracts, and titles added before it), and the rows after."""
    rows = sorted(folder.labelled, key=lambda row: row["added"] or "")
    cut = int(len(rows) * KNOWN_SHARE)
    later = rows[cut:]
    day = later[0]["added"] if later else "9999"
    known = [_example(row) for row in rows[:cut]]
    taken = {title_key(row["title"]) for row in rows}
    titles = [row for row in folder.titles if row["added"] < day and title_key(row["title"]) not in taken]
    return [*known, *(_example(row) for row in titles)], later


def _example(row: Row) -> Example:
    added = date.fromisoformat(row["added"][:10]) if row.get("added") else None
    when = added.year + added.timetuple().tm_yday / 366 if added else None
    return Example(row["title"], row.get("abstract") or "", tuple(tuple(path) for path in row["sections"]), when)


def _all_spreads(
    known: Sequence[Example], texts: Sequence[str], sections: Sequence[SectionPath], embed: Embed
) -> dict[str, Matrix]:
    rows, labels = _flat(known, sections)
    count = len(sections)
    vectors, asked = embed([known[row].text for row in rows]), embed(texts)
    words: Any = TfidfVectorizer(sublinear_tf=True, stop_words="english")
    bags, asked_bags = words.fit_transform([known[row].text for row in rows]), words.transform(texts)
    return {
        "ours": _ours(known, texts, sections, embed),
        "kNN (k=10) over MiniLM": _nearest(vectors, labels, asked, count),
        "nearest centroid over MiniLM": _centroids(vectors, labels, asked, count),
        "logistic regression over MiniLM": _logistic(vectors, labels, asked, count),
        "logistic regression over tf-idf": _logistic(bags, labels, asked_bags, count),
    }


def _ours(known: Sequence[Example], texts: Sequence[str], sections: Sequence[SectionPath], embed: Embed) -> Matrix:
    names = embed([plain_name(path) for path in sections])
    model = fit_sections(known, embed([example.text for example in known]), sections, names)
    return model.predict(texts, embed(texts))[0]


def _flat(known: Sequence[Example], sections: Sequence[SectionPath]) -> tuple[list[int], NDArray[np.int64]]:
    column = {path: number for number, path in enumerate(sections)}
    pairs = [(row, column[p]) for row, example in enumerate(known) for p in example.sections if p in column]
    return [row for row, _ in pairs], np.array([label for _, label in pairs], dtype=np.int64)


def _nearest(vectors: Vectors, labels: NDArray[np.int64], asked: Vectors, count: int, k: int = 10) -> Matrix:
    """Votes of the k nearest, each weighing its cosine."""
    alike = asked @ vectors.T
    spread = np.zeros((len(asked), count))
    for row, near in enumerate(np.argsort(-alike, axis=1)[:, :k]):
        np.add.at(spread[row], labels[near], alike[row, near])
    return spread


def _centroids(vectors: Vectors, labels: NDArray[np.int64], asked: Vectors, count: int) -> Matrix:
    spread = np.full((len(asked), count), -1.0)
    for label in set(labels.tolist()):
        centre = vectors[labels == label].mean(axis=0)
        spread[:, label] = asked @ centre / max(float(np.linalg.norm(centre)), 1e-9)
    return spread


def _logistic(rows: Any, labels: NDArray[np.int64], asked: Any, count: int) -> Matrix:
    """C = 10: unit rows need it (scikit-learn's default of 1 is 6 to 10 points worse here)."""
    spread = np.zeros((asked.shape[0], count))
    if len(set(labels.tolist())) < 2:
        spread[:, labels[:1]] = 1
        return spread
    model = LogisticRegression(C=10.0, max_iter=300).fit(rows, labels)
    spread[:, model.classes_] = model.predict_proba(asked)
    return spread


def _truth(paths: Sequence[Sequence[SectionPath]], sections: Sequence[SectionPath]) -> Flags:
    return np.array([[section in right for section in sections] for right in paths], dtype=bool)


def _top(spread: Matrix, truth: Flags, count: int) -> float:
    best = np.argsort(-spread, axis=1, kind="stable")[:, :count]
    return round(float(np.take_along_axis(truth, best, axis=1).any(axis=1).mean()), 4)
