"""What looking up the list costs when a workspace is opened: first, unchanged, after an edit, after an entry left.

`python -m benchmarks.opening [MEGABYTES]` prints one JSON object of seconds of this process's CPU, medians of three,
for an invented list of that size (default 1) of which 300 entries were published.
"""

import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from triage.collection import Store
from triage.config import parse
from triage.models import Decision, Paper, Stage, Verdict
from triage.screens.progress import Silence
from triage.workspace import Workspace

PUBLISHED = 300
ROUNDS = 3


def invented_list(megabytes: float, chance: random.Random) -> tuple[str, list[str]]:
    """A list of about that size with its entries."""
    syllables = ["fro", "to", "new", "pond", "calla", "riv", "ear", "dus", "ma", "lin", "qua", "kel"]
    words = ["".join(chance.choices(syllables, k=chance.randrange(1, 4))) for _ in range(3000)]
    parts, entries, size = ["# Ponds\n"], list[str](), 0
    while size < megabytes * 1_000_000:
        if len(entries) % 125 == 0:
            parts.append(f"\n## Section {len(entries) // 125}\n\n")
        title = " ".join(chance.choices(words, k=9)).title()
        links = (
            f"[[Paper]](https://arxiv.org/abs/25{len(entries) % 12 + 1:02}.{len(entries):05}) [[Code]](https://e.org/c)"
        )
        entries.append(f"- [ICFA 2025] **{title}**. *Ada Ranid, Bo Anura* {links}\n  - It counts frogs at dusk.")
        parts.append(entries[-1] + "\n")
        size += len(parts[-1])
    return "".join(parts), entries


def publish(folder: Path, entries: Sequence[str]) -> None:
    """Notes the first entries as published by triage."""
    with Store(folder) as store, store.papers.together():
        for number, entry in enumerate(entries[:PUBLISHED]):
            paper = Paper(f"2601.{number:05}", entry.split("**")[1])
            store.papers.save(paper)
            store.ledger.decide(Decision(paper.id, Verdict.ACCEPT, ("Section 0",), entry))
            store.ledger.publish(paper.id, ("Section 0",), entry)


def opened(root: Path, standing: int) -> float:
    """Opens the workspace as every command does; seconds. So many published entries must stand in the list then."""
    begin = time.process_time()
    with Workspace(parse({"list": "README.md"}, root), Silence()) as workspace:
        counts = workspace.store.stage_counts()
    took = time.process_time() - begin
    assert counts[Stage.PUBLISHED] == standing, counts
    return took


def measure(root: Path, megabytes: float, seed: int) -> dict[str, float]:
    """Seconds for each way in which the list may be found."""
    text, entries = invented_list(megabytes, random.Random(seed))
    readme = root / "README.md"
    readme.write_text(text, encoding="utf-8")
    publish(root / "store", entries)
    found = {"first": opened(root, PUBLISHED), "unchanged": opened(root, PUBLISHED)}
    readme.write_text(text.replace("# Ponds\n", "# Ponds and Lakes\n"), encoding="utf-8")
    found["edited"] = opened(root, PUBLISHED)
    readme.write_text(text.replace(entries[7] + "\n", ""), encoding="utf-8")
    return {**found, "entry gone": opened(root, PUBLISHED - 1)}


def main() -> None:
    """Prints the medians."""
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rounds = []
    for seed in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(measure(Path(folder), megabytes, seed))
    print(json.dumps({name: round(statistics.median(one[name] for one in rounds), 3) for name in rounds[0]}))


if __name__ == "__main__":
    main()
