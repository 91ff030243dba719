"""Judgements compared with baselines: `python -m benchmarks.judge DIR… [--stream FILE…] [--cache DIR]`.

Prints one JSON object on stdout and a table on stderr. Sections: the first 60 % of labelled.jsonl by day, and the
titles added before the split, are known; the last 40 % are judged. Relevance: the list of README.md is known, the
stream is judged, additions.jsonl holds what was wanted. `mean` is over the lists that have a figure; `mean.decided`
over those with at least 10 scored papers: fewer decide nothing.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.folders import ListFolder, Row, load_folder, load_stream
from benchmarks.judge_relevance import measure_relevance
from benchmarks.judge_sections import measure_labelled, measure_papers
from benchmarks.judge_speed import measure_speed
from benchmarks.metrics import calibration_error
from triage.collection import Store
from triage.protocols import Advance
from triage.search.embedder import open_embedder
from triage.search.vectors import CachedVectors

DECIDES = 10


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--stream", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--cache", type=Path, help="keeps the vectors here for the next run")
    options = parser.parse_args()
    folders = [load_folder(path) for path in options.folders]
    stream = list(load_stream(options.stream))
    with tempfile.TemporaryDirectory() as scratch, Store(options.cache or Path(scratch)) as store:
        embedder = open_embedder()
        vectors = CachedVectors(embedder, store, _talk)
        lists = {}
        for folder in folders:
            say(f"judging {folder.name}")
            lists[folder.name] = measure(folder, stream, vectors)
        say("the time of judging and of embedding")
        result = {"lists": lists, "mean": means(lists), **measure_speed(folders, stream, embedder, vectors.embed)}
    calibration = [pair for figures in lists.values() for pair in figures.pop("_confidences", [])]
    result["mean"]["ece_of_all"] = _pooled(calibration)
    json.dump(result, sys.stdout, indent=1)
    sys.stdout.write("\n")
    _table(result)


def measure(folder: ListFolder, stream: Sequence[Row], vectors: CachedVectors) -> dict[str, Any]:
    """The figures of one list, those of its baselines under "baselines"."""
    figures: dict[str, Any] = {}
    baselines: dict[str, dict[str, float]] = {}
    began = time.monotonic()
    for part in (
        measure_labelled(folder, vectors.embed),
        measure_papers(folder, vectors.embed),
        measure_relevance(folder, stream, vectors.embed),
    ):
        for name, found in part.pop("baselines", {}).items():
            baselines.setdefault(name, {}).update(found)
        figures.update(part)
    return {**figures, "seconds": round(time.monotonic() - began, 1), "baselines": baselines}


def means(lists: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Means over the lists: ours, each baseline's, and the same over lists with enough papers to decide."""
    ours = _mean_of(list(lists.values()))
    decided = _mean_of([_decided(figures) for figures in lists.values()])
    names = list(dict.fromkeys(name for figures in lists.values() for name in figures["baselines"]))
    ours["baselines"] = {
        name: _mean_of([figures["baselines"].get(name, {}) for figures in lists.values()]) for name in names
    }
    decided["baselines"] = {
        name: _mean_of([_decided(figures)["baselines"].get(name, {}) for figures in lists.values()]) for name in names
    }
    return {**ours, "decided": decided}


def say(line: str) -> None:
    """Prints a line to stderr."""
    print(line, file=sys.stderr, flush=True)


_COUNTED_BY = {"section_": "section_n", "ece": "section_n", "papers_": "papers_n", "ap": "additions_n"}
_COUNTED_BY |= {"read": "additions_n", "queue_": "additions_n", "keyword_": "additions_n"}


def _decided(figures: dict[str, Any]) -> dict[str, Any]:
    """The figures that rest on at least DECIDES papers."""

    def enough(key: str) -> bool:
        counts = [count for start, count in _COUNTED_BY.items() if key.startswith(start)]
        return not counts or figures.get(counts[0], 0) >= DECIDES

    kept = {key: value for key, value in figures.items() if key != "baselines" and enough(key)}
    kept["baselines"] = {
        name: {key: value for key, value in found.items() if enough(key)}
        for name, found in figures.get("baselines", {}).items()
    }
    return kept


def _mean_of(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    keys = dict.fromkeys(key for row in rows for key in row)
    found: dict[str, Any] = {}
    for key in keys:
        values = [row[key] for row in rows if isinstance(row.get(key), int | float)]
        if values:
            found[key] = round(float(np.mean(values)), 4)
    return found


def _pooled(pairs: Sequence[tuple[float, bool]]) -> float | None:
    if not pairs:
        return None
    confidence, right = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs], dtype=bool)
    return round(calibration_error(confidence, right), 4)


@contextmanager
def _talk(label: str, total: int | None) -> Iterator[Advance]:
    say(f"{label} {total}")
    yield lambda count=1: None


def _table(result: dict[str, Any]) -> None:
    columns = ["section_top1", "section_top3", "section_n", "ece", "ece_floor", "papers_top1", "papers_top3"]
    columns += ["papers_n", "ap", "read80", "read95", "queue_size", "queue_recall", "queue_bar", "additions_n"]
    say(f"{'':34}" + "".join(f"{name.replace('section_', 's_').replace('papers_', 'p_'):>12}" for name in columns))
    rows = {**result["lists"], "MEAN": result["mean"], f"MEAN n>={DECIDES}": result["mean"]["decided"]}
    for name, figures in rows.items():
        say(f"{name[:33]:34}" + "".join(_cell(figures.get(column)) for column in columns))
        for other, found in figures["baselines"].items():
            say(f"  {other[:31]:32}" + "".join(_cell(found.get(column)) for column in columns))
    if "judge_ratio" in result:
        say(
            f"embedding 1,000 abstracts {result['embed_seconds']} s, with judging {result['judge_ratio']} times that;"
            f" learning from {result['retrain_examples']} examples {result['retrain_seconds']} s"
        )
    say(f"calibration error over all papers together: {result['mean']['ece_of_all']}")


def _cell(value: float | None) -> str:
    if value is None:
        return f"{'':>12}"
    return f"{value:>12}" if isinstance(value, int) else f"{value:>12.4f}"


if __name__ == "__main__":
    main()
