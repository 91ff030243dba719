"""Is the passage found that a citing sentence speaks of? `citances(folder)`, one part of `python -m benchmarks.verify`;
alone: `python -m benchmarks.verify_citances DIR`, DIR laid out as ../shared/data/evidence.

People marked for each citing sentence which sentences of the cited paper it speaks of. `at5` is the share of citing
sentences of which such a sentence is among the first five that `rank_sentences` gives, the whole paper as its source.
`words`: the same without an embedding model. Baseline: BM25 on bare words 0.31 at five.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from triage.evidence.retrieve import Embed, Retriever
from triage.evidence.source import Sentence, Source
from triage.protocols import Vectors
from triage.search.embedder import open_embedder

DEPTHS = (1, 3, 5, 10)

Row = dict[str, Any]


def citances(folder: Path) -> dict[str, Any]:
    """The shares at 1, 3, 5 and 10, with and without meaning; `folder` holds citances_scisumm/."""
    papers = {row["id"]: source_of_row(row) for row in read_rows(folder, "papers.jsonl")}
    asked = [row for row in read_rows(folder, "citances.jsonl") if row["gold_sids"]]
    figures = _shares(asked, papers, remembering(open_embedder().embed))
    return {**figures, "words": _shares(asked, papers, None), "count": len(asked)}


def source_of_row(row: Row) -> Source:
    """A cited paper; a sentence's number stands where its place on the page would."""
    sentences = (Sentence(one["text"], 1, one["sid"], one["sid"], one["sec"] or "") for one in row["sentences"])
    return Source(row["id"], row["title"], tuple(sentences))


def remembering(embed: Embed) -> Embed:
    """`embed` that embeds no text twice."""
    known: dict[str, Any] = {}

    def remembered(texts: Sequence[str]) -> Vectors:
        import numpy as np

        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known.update(zip(fresh, embed(fresh), strict=True))
        return np.stack([known[text] for text in texts])

    return remembered


def _shares(asked: Sequence[Row], papers: dict[str, Source], embed: Embed | None) -> dict[str, float]:
    retrievers = {name: Retriever([source], embed) for name, source in papers.items()}
    ranks = [_rank(retrievers[row["cited"]].rank, row) for row in asked]
    return {f"at{depth}": round(sum(rank <= depth for rank in ranks) / len(ranks), 3) for depth in DEPTHS}


def _rank(ranking: Callable[[str, int], Sequence[Any]], row: Row) -> int:
    """The rank of the first marked sentence, counted from 1; more than any depth where none is found."""
    found = [one.sentence.start for one in ranking(row["text"], max(DEPTHS))]
    return next((rank for rank, sid in enumerate(found, 1) if sid in row["gold_sids"]), max(DEPTHS) + 1)


def read_rows(folder: Path, name: str) -> list[Row]:
    """The rows of one of the files in `folder`/citances_scisumm."""
    with (folder / "citances_scisumm" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main() -> None:
    """Prints the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    json.dump(citances(parser.parse_args().folder), sys.stdout)
    print()


if __name__ == "__main__":
    main()
