"""An invented list with one-liners, dataset lines and stars, invented papers, and a store that holds them judged."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from triage.collection import Store
from triage.config import Llm
from triage.house.format import House, learn
from triage.lists.document import Document, read
from triage.models import Choice, FullText, Judgement, PageText, Paper, Record
from triage.protocols import Advance

ONE, TWO = ("Bridges", "Crack Detection"), ("Bridges", "Load Estimation")

LISTED = {
    "Crack Detection": (
        (
            "CrackNet",
            "finds cracks in concrete by comparing each tile with a memory of sound tiles.",
            "SDNET2018, CrackTree",
        ),
        ("PatchSeam", "segments thin cracks with a decoder that keeps fine edges apart.", "CrackTree, DeepCrack"),
        ("RustLine", "tells rust from shadow by learning colour shifts over a day.", "SDNET2018"),
        ("TileGuard", "flags damaged tiles without labels by reconstructing sound ones.", "DeepCrack, SDNET2018"),
        ("WeldEye", "spots weak welds in X-ray images with a small transformer.", "GDXray"),
        ("SlabScan", "maps hidden voids from echo signals using two coupled encoders.", "SDNET2018, GDXray"),
    ),
    "Load Estimation": (
        ("WeighCam", "estimates truck weight from the sag of a girder seen on video.", "GirderCam"),
        ("SwayNet", "predicts wind load from sway measured with one camera.", "GirderCam, BridgeSway"),
        ("FlexSum", "sums strain over many cheap sensors to track daily load.", "BridgeSway"),
        ("AxleNet", "counts axles at night using vibration alone.", "GirderCam"),
        ("DeckFlow", "follows traffic flow over a deck to forecast fatigue.", "BridgeSway"),
        ("ForceMap", "draws a map of forces from sparse strain readings.", "GirderCam"),
    ),
}


def list_text() -> str:
    """The list, in a format like those of the field."""
    lines = ["# Awesome Bridge Watching", "", "A list of papers.", "", "# Bridges", ""]
    for heading, rows in LISTED.items():
        lines += [f"## {heading}", ""]
        for number, (name, summary, datasets) in enumerate(rows):
            stars = "⭐" * (1 + number % 3)
            lines += [
                f"- {stars} *({2020 + number % 5}-CVPR)* **{name}: Watching Bridges {number} Times** "
                f"[[Paper]](https://arxiv.org/abs/20{number:02}.0000{number}), [[Code]](https://github.com/a/{name})",
                f"  - Authors: Ada Lane, Bo Quill{', Cy Moor' * (number % 2)}",
                f"  - {summary}",
                f"  - Datasets: {datasets}",
                "",
            ]
    return "\n".join(lines)


ABSTRACT = (
    "Cracks in bridges are found late and cost lives. Earlier tools need many labelled images. In this paper, we "
    "propose BeamScope, a detector that compares each girder tile with a memory of sound tiles, which removes the need "
    "for labels. "
    "Experiments on the SDNET2018 and DeepCrack datasets show a gain of 4.2 points. "
    "Code is available at https://github.com/lane/beamscope."
)


def paper(number: int = 1, **changes: Any) -> Paper:
    """An invented paper."""
    values: dict[str, Any] = {
        "id": f"2511.0000{number}",
        "title": f"BeamScope: Label-Free Crack Detection on Bridges, Part {number}",
        "abstract": ABSTRACT,
        "authors": ("Ada Lane", "Dee Park"),
        "comment": "Accepted at WACV 2026",
        "published": date(2025, 11, 3),
    }
    return Paper(**{**values, **changes})


def judged(paper_id: str, first: float = 0.6) -> Judgement:
    """Crack Detection before Load Estimation."""
    return Judgement(paper_id, 0.9, True, (Choice(ONE, first), Choice(TWO, 1 - first)))


def pages(paper_: Paper, *texts: str) -> FullText:
    """What was read of a paper's PDF."""
    return FullText(paper_.id, paper_.version, "pdf", tuple(PageText(i + 1, text) for i, text in enumerate(texts)))


@contextmanager
def workplace(folder: Path, *papers: Paper, first: float = 0.6) -> Iterator[tuple[Store, Document, House]]:
    """A store that holds these papers judged, and the list with its format."""
    document = read(list_text())
    with Store(folder / "store") as store:
        for each in papers:
            store.papers.save(each)
        store.judgements.save([judged(each.id, first) for each in papers])
        yield store, document, learn(document)


def records(store: Store) -> list[Record]:
    """Every record of the store."""
    return store.records()


@contextmanager
def silent(label: str, total: int | None) -> Iterator[Advance]:
    """Progress that nobody sees."""

    def advance(count: int = 1) -> None:
        pass

    yield advance


SETTINGS = Llm(model="tiny", parallel=2, timeout_seconds=5.0)
