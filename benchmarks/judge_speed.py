"""How long judging takes compared with embedding, for benchmarks.judge."""

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.folders import ListFolder, Row, to_paper
from benchmarks.judge_sections import known_list, split_in_time
from triage.judging.examples import Example
from triage.judging.judge import BACKGROUND_PAPERS, Embed, background_of, judge_papers
from triage.judging.relevance import fit_relevance
from triage.judging.sections import fit_sections, plain_name
from triage.models import SectionPath
from triage.protocols import Embedder

ASKED = 1000
EXAMPLES = 2000
TIMES = 5


def measure_speed(
    folders: Sequence[ListFolder], stream: Sequence[Row], embedder: Embedder, embed: Embed
) -> dict[str, Any]:
    """Seconds to embed 1,000 abstracts (`embed_seconds`), to judge them with vectors at hand, learning included
    (`judge_seconds`), to learn from up to 2,000 examples of all lists together (`retrain_seconds`, of
    `retrain_examples`), and `judge_ratio`: embedding and judging as a multiple of embedding. What takes a second or two
    is the median of TIMES runs: on a shared machine one run means little."""
    examples, sections = _all_lists(folders)
    papers = [to_paper(row) for row in stream[:BACKGROUND_PAPERS]]
    if not papers or not examples:
        return {}
    asked = papers[:ASKED]
    embed([paper.title_and_abstract for paper in papers])
    began = time.perf_counter()
    embedder.embed([paper.title_and_abstract for paper in asked])
    embedding = time.perf_counter() - began
    judge_papers(examples, sections, papers, asked, embed, "warm")
    judging = _seconds(lambda: judge_papers(examples, sections, papers, asked, embed, "benchmark"))
    vectors, names = embed([example.text for example in examples]), embed([plain_name(path) for path in sections])
    background = background_of(papers, examples, embed)

    def learn() -> None:
        fit_relevance(examples, vectors, background)
        fit_sections(examples, vectors, sections, names)

    retraining = _seconds(learn)
    return {
        "embed_seconds": round(embedding, 2),
        "judge_seconds": round(judging, 2),
        "judge_ratio": round((embedding + judging) / embedding, 3),
        "retrain_seconds": round(retraining, 2),
        "retrain_examples": len(examples),
    }


def _seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _all_lists(folders: Sequence[ListFolder]) -> tuple[list[Example], list[SectionPath]]:
    examples: list[Example] = []
    sections: list[SectionPath] = []
    for folder in folders:
        if folder.readme:
            known, _, filing = known_list(folder)
        else:
            known, _ = split_in_time(folder)
            filing = sorted({path for example in known for path in example.sections})
        examples += known
        sections += [path for path in filing if path not in sections]
    return examples[:EXAMPLES], sections
