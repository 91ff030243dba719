"""The whole job on a real month: `python -m benchmarks.job LIST.md --stream FILE [--since DAY --until DAY]`.

Serves the stream through the arXiv stand-in, then runs the commands a maintainer runs, each in a process of its own:
init, fetch, fetch again, accept ten, publish, publish again, search, --help. JSON on stdout, a table on stderr.
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from triage.demo.server import serving

_ACCEPTED = 10
_QUESTION = "few-shot methods that need no training"


@dataclass(frozen=True)
class Figures:
    """Seconds are wall-clock; `again_ratio` is the second fetch's time over the first's; `neighbours_alike` says
    whether each inserted line begins like the list's own entries around it."""

    entries: int
    seen: int
    new: int
    queued: int
    drafted: int
    fetch_s: float
    again_s: float
    again_ratio: float
    again_work: int
    accepted: int
    insertions: int
    deletions: int
    neighbours_alike: int
    twice_changes: int
    search_s: float
    help_s: float


def measure(source: Path, streams: Sequence[Path], since: str, until: str, pdfs: Path | None) -> Figures:
    """Runs the job on a copy of `source` in a temporary folder."""
    with tempfile.TemporaryDirectory() as name, serving(list(streams), pdfs=pdfs) as server:
        root = Path(name)
        copy = root / "README.md"
        copy.write_bytes(source.read_bytes())
        adopted, _ = _json(
            root, "init", "README.md", "--api-url", server.api_url, "--pdf-url", server.pdf_url, "--delay", "0.05"
        )
        window = ["--since", since, "--until", until, *([] if pdfs else ["--no-pdf"])]
        first, fetch_s = _json(root, "fetch", *window)
        again, again_s = _json(root, "fetch", *window)
        ids = [row["id"] for row in _json(root, "list", "--stage", "drafted")[0]][:_ACCEPTED]
        before = copy.read_bytes()
        if ids:
            _run(root, "accept", *ids)
        _run(root, "publish")
        after = copy.read_bytes()
        _run(root, "publish")
        added, removed = _changed(before, after)
        _, search_s = _json(root, "search", _QUESTION)
        return Figures(
            entries=adopted["entries"],
            seen=first["seen"],
            new=first["new"],
            queued=first["queued"],
            drafted=first["drafted"],
            fetch_s=round(fetch_s, 2),
            again_s=round(again_s, 2),
            again_ratio=round(again_s / fetch_s, 3),
            again_work=again["new"] + again["read"] + again["drafted"],
            accepted=len(ids),
            insertions=len(added),
            deletions=len(removed),
            neighbours_alike=_alike(before, added),
            twice_changes=int(copy.read_bytes() != after),
            search_s=round(search_s, 2),
            help_s=round(min(_run(root, "--help")[1] for _ in range(5)), 3),
        )


def _run(root: Path, *words: str) -> tuple[str, float]:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "triage", *words],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"triage {' '.join(words)} failed: {done.stderr}")
    return done.stdout, seconds


def _json(root: Path, *words: str) -> tuple[Any, float]:
    text, seconds = _run(root, *words, "--json")
    return json.loads(text), seconds


def _changed(before: bytes, after: bytes) -> tuple[list[bytes], list[bytes]]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    added = [line for tag, _, _, a, b in lines if tag in ("insert", "replace") for line in new[a:b]]
    removed = [line for tag, a, b, _, _ in lines if tag in ("delete", "replace") for line in old[a:b]]
    return added, removed


def _alike(before: bytes, added: Sequence[bytes]) -> int:
    """How many of the added lines begin with the same two characters as some line of the list did."""
    heads = {line[:2] for line in before.splitlines()}
    return sum(line[:2] in heads for line in added)


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.job", description=__doc__)
    parser.add_argument("list", type=Path, metavar="LIST.md")
    parser.add_argument("--stream", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--since", default="2025-06-01")
    parser.add_argument("--until", default="2025-06-30")
    parser.add_argument("--pdfs", type=Path, metavar="DIR", help="serve and read these PDFs")
    asked = parser.parse_args()
    figures = asdict(measure(asked.list, asked.stream, asked.since, asked.until, asked.pdfs))
    for key, value in figures.items():
        print(f"{key:<18}{value:>12}", file=sys.stderr)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
