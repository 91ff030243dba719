"""The benchmark of drafts finds what is invented: in the published file, against the paper alone, without the guard."""

import ast
import json
from datetime import date
from pathlib import Path

import pytest

import benchmarks.drafts
import benchmarks.drafts_published
import benchmarks.invented
from benchmarks.drafts_published import Model, publish_drafts
from benchmarks.invented import Surroundings, inventions, ordinary_words
from tests.model_server import Json, Said, sections_offered, serve, wants
from tests.steps.draft_sample import ONE, list_text, paper
from triage.lists.document import read
from triage.models import Paper

PAPER = Paper(
    id="2511.00001",
    title=r"BeamScope$^2$: Rust without Labels",
    abstract=(
        r"Rust is found late. We propose \textbf{B}eamScope$^2$, a detector of rust with CLIP, used by Google. "
        r"It gains 4.2\% on SDNET 2018 for poses in E(3) $\times$ SO(3) with $\pi_0$. We thank the Brain of B\'ezier. "
        "Code: https://github.com/lane/beamscope."
    ),
    authors=("Ada Lane", "Bo Quill", "Cy Moor"),
    comment="Accepted by IEEE Transactions on Medical Imaging, 2025",
    published=date(2025, 11, 3),
)
OTHERS = [
    f"- *(202{n}-CVPR)* **Net{n}: Bridges** [[Paper]](https://arxiv.org/abs/20{n}1.00001) "
    f"[[Code]](https://x.example/{n}) ![Stars](https://img.shields.io/github/stars/a/n{n}.svg)\n"
    "  - Authors: Zed Zulu\n  - finds MVTec cracks in Oslo.\n  - Datasets: MVTec, VisA"
    for n in range(1, 5)
]
AROUND = Surroundings(OTHERS, ("Zero-Shot Detection",), frozenset({"detects", "finds", "using", "the"}))
HEAD = "- *(2025-TMI)* **BeamScope²: Rust without Labels** [[Paper]](https://arxiv.org/abs/2511.00001)"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[[Code]](https://github.com/lane/beamscope)",
        "![Stars](https://img.shields.io/github/stars/lane/beamscope.svg)",
        "\n  - Authors: Ada Lane, B. Quill, Moor",
        "\n  - Detects rust with CLIP and gains 4.2 % on SDNET2018.",
        "\n  - poses in E(3) × SO(3) with π0, after Bézier",
        "\n  - Datasets: SDNET 2018",
        "(Nov. 2025) arXiv preprint",
        "[3rd Nov., 2025] 2025-11-03 03/11/25",
        r"\[Google\] escapes, &lt;CLIP&gt;",
    ],
)
def test_what_the_paper_or_the_format_says_is_not_invented(line: str) -> None:
    assert inventions(f"{HEAD} {line}", PAPER, AROUND) == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("gains 4.3 points", ["4.3"]),
        ("with 12 GPUs in 2031", ["12", "GPUs", "2031"]),
        ("as in Oslo", ["Oslo"]),
        ("\n  - Datasets: MVTec", ["MVTec"]),
        ("\n  - Datasets: SDNET2018, VisA", ["VisA"]),
        ("for Zero-Shot use", ["Zero", "Shot"]),
        ("by Google Bézier", ["google bezier"]),
        ("\n  - Authors: Ada Quill", ["ada quill"]),
        ("[[Code]](https://github.com/evil/beamscope)", ["https://github.com/evil/beamscope"]),
        ("[[Slides]](https://github.com/lane/beamscope)", ["Slides"]),
        ("(NeurIPS 2025)", ["NeurIPS"]),
        ("\n  - OpenAI detects rust.", ["OpenAI"]),
        ("\n  - Amsterdam detects rust.", ["Amsterdam"]),
    ],
)
def test_what_neither_says_is_invented_whatever_the_rest_of_the_list_says(line: str, found: list[str]) -> None:
    assert inventions(f"{HEAD} {line}", PAPER, AROUND) == found


def test_ordinary_words_are_those_that_several_abstracts_write_small() -> None:
    assert ordinary_words(["it detects Rust", "he detects", "Oslo detects", "the rust"]) == {"detects"}


def test_the_check_uses_nothing_of_what_it_checks() -> None:
    for module in (benchmarks.invented, benchmarks.drafts_published, benchmarks.drafts):
        tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
        names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        wrong = {"triage.drafting.checks", "triage.llm.quotations"}
        assert not wrong & set(names), module.__name__


def lies(request: Json, number: int) -> Said:
    """A model that invents wherever it is let."""
    lie = "detects rust with MegaNet-9000 by Initech in Oslo at 99.9% of 77 bridges."
    if not wants(request, "summary"):
        return Said(json.dumps({"section": sections_offered(request)[0], "reason": "so"}))
    return Said(
        json.dumps(
            {
                "section": sections_offered(request)[0],
                "summary": lie,
                "summary_quote": "compares each girder tile with a memory of sound tiles",
                "datasets": [{"name": "ImageNet", "quote": "evaluated on ImageNet at scale"}],
            }
        )
    )


def test_published_drafts_are_read_back_from_the_file_and_hold_nothing_invented() -> None:
    with serve(lies) as server:
        done = publish_drafts(
            list_text(), [(paper(1), ONE), (paper(2), ())], frozenset(), Model("tiny", server.base_url)
        )
        assert any(wants(request, "summary") for request in server.requests)
    assert done.lost == {}
    assert done.invented == {}
    assert [read(f"# A\n\n{entry}").entries[0].title for entry in done.entries.values()] == list(done.entries)


def test_an_invention_that_the_guard_lets_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage.drafting.checks.check_summary", lambda *_: ())
    monkeypatch.setattr("triage.drafting.checks.unsupported", lambda *_: ())
    with serve(lies) as server:
        done = publish_drafts(list_text(), [(paper(1), ONE)], frozenset(), Model("tiny", server.base_url))
    (found,) = done.invented.values()
    assert {"MegaNet", "9000", "Initech", "Oslo", "99.9", "77"} <= set(" ".join(found).replace("-", " ").split())


def test_a_list_that_cannot_be_adopted_loses_every_paper_with_the_reason() -> None:
    done = publish_drafts("\0", [(paper(1), ONE)], frozenset())
    assert list(done.lost) == [paper(1).title]
    assert all(done.lost.values())


def test_a_paper_that_the_list_has_is_not_published() -> None:
    listed = paper(1, id="2000.00000", title="CrackNet: Watching Bridges 0 Times")
    done = publish_drafts(list_text(), [(listed, ONE)], frozenset())
    assert done.entries == {}
    assert list(done.lost) == [listed.title]


def test_a_counted_lists_numbers_are_no_inventions() -> None:
    around = Surroundings([f"{number}. {other[2:]}" for number, other in enumerate(OTHERS, 7)])
    assert inventions(f"11. {HEAD[2:]}", PAPER, around) == []
    assert inventions(f"{HEAD} has 12 parts", PAPER, around) == ["12"]
