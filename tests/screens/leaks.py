"""An invented list about leaks in water pipes, and papers waiting for it. Nothing in here exists."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from triage.collection import Store
from triage.house.format import learn
from triage.lists.document import Document, read
from triage.models import Choice, Cluster, Draft, Facts, FullText, Judgement, Neighbour, PageText, Paper, SectionPath
from triage.screens.review_session import ReviewSession

LIST = """# Papers on Leaks in Water Pipes

A list of papers on finding leaks, kept by hand.

## Contents

- [Surveys](#surveys)
- [Methods](#methods)
- [Data Sets](#data-sets)

## Surveys

- [Water 2024] **Forty Years of Leak Detection: A Survey** [[paper]](https://example.org/w/11)
- [Pipes 2022] **Listening to Pipes: A Review of Acoustic Methods** [[paper]](https://example.org/w/12)

## Methods

### Acoustic

- [ICASSP 2024] **HydroNet: Hydrophones Meet Graph Networks** [[paper]](https://example.org/w/21) [[code]](https://example.org/c/21)
- [Water 2023] **Correlating Two Microphones under a Street** [[paper]](https://example.org/w/22)
- [ICASSP 2022] **A Quiet Night: Denoising Pipe Recordings** [[paper]](https://example.org/w/23) [[code]](https://example.org/c/23)

### Pressure

- [NeurIPS 2023] **Transient Waves in Branched Networks** [[paper]](https://example.org/w/31)
- [Pipes 2021] **Pressure Maps from Sparse Sensors** [[paper]](https://example.org/w/32) [[code]](https://example.org/c/32)

### Satellite

- [EarthVision 2023] **Wet Ground from Orbit** [[paper]](https://example.org/w/41)

## Data Sets

- [Water 2020] **LeakDB-Mini: A Hundred Simulated Towns** [[paper]](https://example.org/w/51) [[code]](https://example.org/c/51)
- [Pipes 2019] **Recordings of Six Broken Valves** [[paper]](https://example.org/w/52)
"""

SURVEYS: SectionPath = ("Surveys",)
ACOUSTIC: SectionPath = ("Methods", "Acoustic")
PRESSURE: SectionPath = ("Methods", "Pressure")
SATELLITE: SectionPath = ("Methods", "Satellite")
DATA: SectionPath = ("Data Sets",)

_WAITING: tuple[tuple[str, str, SectionPath, float, float, str], ...] = (
    ("2606.00001", "Deaf Pipes: Self-Supervised Leak Detection from a Single Hydrophone", ACOUSTIC, 0.97, 0.91, "pdf"),
    ("2606.00002", "Whispering Valves: Diffusion Models for Pipe Noise", ACOUSTIC, 0.88, 0.74, "abstract"),
    ("2606.00003", "Correlating Two Microphones Under the Street", ACOUSTIC, 0.93, 0.66, "pdf"),
    ("2606.00004", "Pressure Transformers for District Metered Areas", PRESSURE, 0.95, 0.83, "pdf"),
    ("2606.00005", "Burst or Demand? Telling Pressure Drops Apart", PRESSURE, 0.71, 0.41, "pdf"),
    ("2606.00006", "Leaks from Orbit: Radar Moisture at Street Level", SATELLITE, 0.90, 0.88, "pdf"),
    ("2606.00007", "A Survey of Leak Localisation with Learned Models", SURVEYS, 0.99, 0.95, "abstract"),
    ("2606.00008", "TownFlow: A Data Set of Two Thousand Simulated Leaks", DATA, 0.96, 0.90, "pdf"),
    ("2606.00009", "Reinforcement Learning for Irrigation Pumps", PRESSURE, 0.22, 0.38, "abstract"),
)


def fill(store: Store, many: int = 0) -> None:
    """Puts the nine invented papers into the store, drafted; with `many`, that many made-up ones instead."""
    rows = _WAITING if not many else tuple(_made_up(number) for number in range(many))
    for paper_id, title, section, relevance, sure, source in rows:
        add(store, paper_id, title, section, relevance, sure, pdf=source == "pdf")


def add(
    store: Store,
    paper_id: str,
    title: str,
    section: SectionPath,
    relevance: float = 0.9,
    sure: float = 0.8,
    *,
    pdf: bool = True,
    entry: str | None = None,
    by: str = "rules",
) -> None:
    """One drafted paper."""
    paper = Paper(
        id=paper_id,
        title=title,
        abstract="Leaks waste a third of the drinking water of old towns. We listen to the pipes with one hydrophone "
        "and learn what a quiet night sounds like, without any labelled leak. On three invented towns the method finds "
        "nine of ten leaks and calls a technician half as often as correlation does.",
        authors=("Ada Marsh", "Bo Quill", "Chidi Rowan"),
        categories=("cs.SD", "eess.AS"),
        comment="Accepted at ICASSP 2026",
        published=date(2026, 6, 3),
        pdf_url=f"https://example.org/pdf/{paper_id}",
    )
    facts = Facts(
        title=title,
        authors=paper.authors,
        venue="ICASSP",
        year=2026,
        paper_url=f"https://example.org/w/{paper_id}",
        code_url=f"https://example.org/c/{paper_id}",
        summary="Learns the sound of a quiet night from one hydrophone, so that a leak stands out.",
    )
    entry = entry or (f"- [ICASSP 2026] **{title}** [[paper]]({facts.paper_url}) [[code]]({facts.code_url})")
    store.papers.save(paper)
    store.judgements.save([_judgement(paper_id, section, relevance, sure)])
    store.drafts.save(Draft(paper_id, section, facts, entry, by, {"venue": "Accepted at ICASSP 2026"}))
    if pdf:
        store.texts.save(FullText(paper_id, 1, "pdf", (PageText(1, title),)), [])


def misfit(store: Store, paper_id: str, cluster: Cluster) -> None:
    """Lets the judge say that this paper fits nowhere and what it would start."""
    judgement = store.judgements.get(paper_id)
    assert judgement is not None
    store.judgements.save([replace(judgement, none_fits=0.63, cluster=cluster)])


def judge_anew(store: Store, paper_id: str, *shares: tuple[SectionPath, float]) -> None:
    """Lets the judge believe in these sections instead, likeliest first."""
    judgement = store.judgements.get(paper_id)
    assert judgement is not None
    store.judgements.save([replace(judgement, sections=tuple(Choice(path, share) for path, share in shares))])


def session(folder: Path, many: int = 0, text: str = LIST, **callbacks: Any) -> ReviewSession:
    """A review of the invented list, its store in `folder`."""
    store = Store(folder)
    if not store.papers.count():
        fill(store, many)
    document: Document = read(text)
    return ReviewSession(store, document, learn(document), name="leaks.md", **callbacks)


def _judgement(paper_id: str, section: SectionPath, relevance: float, sure: float) -> Judgement:
    others = [path for path in (ACOUSTIC, PRESSURE, SURVEYS, DATA, SATELLITE) if path != section]
    shares = (0.6, 0.25, 0.1, 0.05)
    rest = [Choice(path, round((1 - sure) * share, 4)) for path, share in zip(others, shares, strict=True)]
    near = (
        Neighbour("HydroNet: Hydrophones Meet Graph Networks", ACOUSTIC, 0.81),
        Neighbour("Correlating Two Microphones under a Street", ACOUSTIC, 0.74),
    )
    return Judgement(
        paper_id, relevance, True, (Choice(section, sure), *rest), near, words=("hydrophone", "leak", "pipes")
    )


def _made_up(number: int) -> tuple[str, str, SectionPath, float, float, str]:
    section = (ACOUSTIC, PRESSURE, SATELLITE, SURVEYS, DATA)[number % 5]
    title = f"Leak Study {number}: Valves, Pumps and Pipe {number * 7919 % 10007}"
    sure = 0.5 + (number * 37 % 50) / 100
    return (
        f"2607.{number:05d}",
        title,
        section,
        0.3 + (number * 53 % 70) / 100,
        sure,
        "pdf" if number % 3 else "abstract",
    )
