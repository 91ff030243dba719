"""All learners together: from examples and a watch to judgements, each with what says so."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from triage.judging.evidence import Example
from triage.judging.measure import Scores
from triage.judging.queue import choose_cut
from triage.judging.relevance import Background, RelevanceModel, learn_relevance
from triage.judging.sections import SectionModel, learn_sections
from triage.models import Choice, Judgement, Neighbour, Paper, SectionPath
from triage.services import Vectors
from triage.vectors import paper_text

Embed = Callable[[Sequence[str]], Vectors]

BACKGROUND = 4000
"""Unlabelled papers to learn against: enough to show what the watch is like, few enough to learn in a second."""

_SHOWN_SECTIONS = 10
_SHOWN_NEIGHBOURS = 3
_SHOWN_WORDS = 6


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judgements of the papers asked about; the relevance from which a paper is queued; the wanted it lets pass."""

    judgements: tuple[Judgement, ...]
    threshold: float
    expected_misses: float


@dataclass(frozen=True, slots=True)
class _Panel:
    examples: Sequence[Example]
    vectors: Vectors
    relevance: RelevanceModel
    sections: SectionModel


def give_verdicts(
    examples: Sequence[Example],
    taxonomy: Sequence[SectionPath],
    watch: Sequence[Paper],
    asked: Sequence[Paper],
    embed: Embed,
    basis: str,
) -> Verdicts:
    """Judges the `asked` papers by the examples, against the undecided papers of the `watch` as background."""
    vectors = embed([example.text for example in examples])
    texts = [paper_text(paper) for paper in asked]
    asked_vectors = embed(texts)
    sample = _sample([paper_text(paper) for paper in watch])
    background = Background(sample, embed(sample))
    panel = _Panel(
        examples,
        vectors,
        learn_relevance(examples, vectors, background),
        learn_sections(examples, vectors, taxonomy),
    )
    place = {text: row for row, text in enumerate(sample)}
    scores = panel.relevance.score(texts, asked_vectors)
    for row, text in enumerate(texts):
        if text in place:
            scores[row] = panel.relevance.background[place[text]]
    chance = _chance(scores)
    cut = choose_cut(panel.relevance.held_out)
    threshold = float(_chance(np.array([cut.threshold]))[0])
    queued = scores >= cut.threshold
    spread = panel.sections.predict(texts, asked_vectors)
    judgements = tuple(
        _judgement(panel, paper, text, vector, float(p), bool(q), s, basis)
        for paper, text, vector, p, q, s in zip(asked, texts, asked_vectors, chance, queued, spread, strict=True)
    )
    return Verdicts(judgements, threshold, float(chance[~queued].sum()))


def _judgement(
    panel: _Panel,
    paper: Paper,
    text: str,
    vector: Vectors,
    relevance: float,
    queued: bool,
    spread: NDArray[np.float64],
    basis: str,
) -> Judgement:
    best = np.argsort(-spread)[:_SHOWN_SECTIONS]
    choices = tuple(Choice(panel.sections.sections[i], float(spread[i])) for i in best)
    proposed = choices[0].section if choices else ()
    return Judgement(
        paper_id=paper.id,
        relevance=relevance,
        queued=queued,
        sections=choices,
        neighbours=_neighbours(panel, vector, proposed),
        words=panel.relevance.weighty(text, _SHOWN_WORDS) if queued else (),
        basis=basis,
    )


def _neighbours(panel: _Panel, vector: Vectors, proposed: SectionPath) -> tuple[Neighbour, ...]:
    """The nearest examples of the proposed section, then the nearest of others."""
    if not len(panel.examples):
        return ()
    near = panel.vectors @ vector
    listed = [row for row, example in enumerate(panel.examples) if example.wanted]
    listed.sort(key=lambda row: (proposed not in panel.examples[row].sections, -near[row]))
    return tuple(
        Neighbour(
            panel.examples[row].title,
            proposed if proposed in panel.examples[row].sections else (panel.examples[row].sections or ((),))[0],
            float(near[row]),
        )
        for row in listed[:_SHOWN_NEIGHBOURS]
    )


def _chance(scores: Scores) -> Scores:
    return np.asarray(1 / (1 + np.exp(-scores)))


def _sample(texts: Sequence[str]) -> list[str]:
    """At most BACKGROUND of the texts, always the same ones for the same texts: those of smallest hash."""
    unique = dict.fromkeys(texts)
    return sorted(unique, key=lambda text: hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())[:BACKGROUND]
