"""All learners together: from examples and a watch to judgements, each with what says so."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from triage.judging.calibration import QUEUED, choose_cut, learn_scale, try_queue
from triage.judging.examples import Example
from triage.judging.measure import Flags, Places, Scores, equal_parts
from triage.judging.metadata import announced
from triage.judging.relevance import Background, RelevanceModel, learn_relevance
from triage.judging.sections import SectionModel, add_named, learn_sections, plain_name, prefer_named
from triage.models import Choice, HeldOut, Judgement, Neighbour, Paper, SectionPath
from triage.protocols import Vectors
from triage.search.vectors import paper_text

Embed = Callable[[Sequence[str]], Vectors]

BACKGROUND = 4000
"""Unlabelled papers to learn against: enough to show what the watch is like, few enough to learn in a second."""

TITLES = 1000
"""Of these the titles are embedded too, once, if the list has entries without an abstract."""

PARTS_OF_LISTED = 100

_SHOWN_SECTIONS = 10
_SHOWN_NEIGHBOURS = 3
_SHOWN_WORDS = 6
_SHOWN_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judgements of the papers asked about, in order; `held_out` is what would have become of wanted papers (None if
    nothing was learned), `listed` the relevance that the list's entries would have, held out too, as PARTS_OF_LISTED
    equally likely values, ascending."""

    judgements: tuple[Judgement, ...]
    held_out: HeldOut | None = None
    listed: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Panel:
    examples: Sequence[Example]
    vectors: Vectors
    relevance: RelevanceModel
    sections: SectionModel
    places: Sequence[SectionPath]
    wanted: Flags
    members: Mapping[SectionPath, Flags]


def give_verdicts(
    examples: Sequence[Example],
    taxonomy: Sequence[SectionPath],
    watch: Sequence[Paper],
    asked: Sequence[Paper],
    embed: Embed,
    basis: str,
    venues: Sequence[SectionPath] = (),
) -> Verdicts:
    """Judges the `asked` papers by the examples, against the undecided papers of the `watch` as background; `venues`
    are sections beside the `taxonomy` that a paper's own remark may name."""
    texts = [paper_text(paper) for paper in asked]
    asked_vectors = embed(texts)
    vectors = embed([example.text for example in examples])
    panel = _Panel(
        examples,
        vectors,
        learn_relevance(examples, vectors, background := background_of(watch, examples, embed)),
        learn_sections(examples, vectors, taxonomy, embed([plain_name(path) for path in taxonomy])),
        (places := (*taxonomy, *venues)),
        np.array([example.wanted for example in examples], dtype=bool),
        {path: np.array([path in example.sections for example in examples], dtype=bool) for path in places},
    )
    scores = _scores(panel.relevance, background, asked, asked_vectors)
    held_out, weights = panel.relevance.held_out, panel.relevance.held_out_weights
    scale = learn_scale(held_out, weights, panel.relevance.background, choose_cut(held_out, weights))
    relevance = scale.relevance(scores)
    spread, none_fits = panel.sections.predict(texts, asked_vectors)
    remarks = [f"{paper.comment or ''} {paper.journal_ref or ''}" for paper in asked]
    spread = add_named(prefer_named(spread, taxonomy, remarks), venues, remarks)
    judgements = tuple(
        _judgement(
            panel, paper, text, vector, Judgement(paper.id, float(r), bool(r >= QUEUED), (), none_fits=float(n)), s
        )
        for paper, text, vector, r, n, s in zip(asked, texts, asked_vectors, relevance, none_fits, spread, strict=True)
    )
    signed = tuple(replace(judgement, basis=basis) for judgement in judgements)
    if not panel.relevance.models:
        return Verdicts(signed)
    whose = panel.relevance.held_out_places
    tried = try_queue(held_out, weights, whose, examples)
    return Verdicts(signed, tried, tuple(scale.relevance(_listed(held_out, whose, examples)).tolist()))


def _listed(scores: Scores, places: Places, examples: Sequence[Example]) -> Scores:
    """The held-out scores of the list's entries as PARTS_OF_LISTED equally likely values; an entry with several scores
    counts as one."""
    ours = np.array([not examples[place].decided for place in places], dtype=bool)
    if not ours.any():
        return scores[:0]
    shares = 1 / np.bincount(places)[places[ours]]
    return equal_parts(scores[ours], shares, PARTS_OF_LISTED)


def background_of(watch: Sequence[Paper], examples: Sequence[Example], embed: Embed) -> Background:
    """At most BACKGROUND papers of the watch, always the same ones for the same watch: those of smallest hash."""
    papers = {paper_text(paper): paper for paper in watch}
    texts = sorted(papers, key=lambda text: hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    texts = texts[:BACKGROUND]
    bare = any(not example.abstract for example in examples)
    titles = embed([papers[text].title for text in texts[:TITLES]] if bare else [])
    return Background(texts, embed(texts), titles, [announced(papers[text]) for text in texts])


def _scores(model: RelevanceModel, background: Background, papers: Sequence[Paper], vectors: Vectors) -> Scores:
    """Scores of papers; one that served as background gets the score of the models that did not learn from it."""
    texts = [paper_text(paper) for paper in papers]
    scores = model.score(texts, vectors, [announced(paper) for paper in papers])
    place = {text: row for row, text in enumerate(background.texts)}
    for row, text in enumerate(texts):
        if text in place:
            scores[row] = model.background[place[text]]
    return scores


def _judgement(
    panel: _Panel, paper: Paper, text: str, vector: Vectors, judgement: Judgement, spread: NDArray[np.float64]
) -> Judgement:
    """The judgement with its sections; with neighbours and words too if somebody will look at it."""
    best = np.argsort(-spread, kind="stable")[:_SHOWN_SECTIONS]
    choices = tuple(Choice(panel.places[i], float(spread[i])) for i in best if spread[i] > 0)
    proposed = choices[0].section if choices else ()
    names = panel.relevance.importance.names
    return replace(
        judgement,
        sections=choices,
        neighbours=_neighbours(panel, vector, proposed),
        words=panel.relevance.weighty(text, _SHOWN_WORDS) if judgement.queued else (),
        acquainted=names.acquainted(paper.authors, _SHOWN_AUTHORS) if judgement.queued else (),
    )


def _neighbours(panel: _Panel, vector: Vectors, proposed: SectionPath) -> tuple[Neighbour, ...]:
    """The nearest examples of the proposed section, then the nearest of others."""
    if not panel.wanted.any():
        return ()
    near = panel.vectors @ vector
    # Cosines lie within -1 and 1: three more puts every member before every other.
    order = np.where(panel.wanted, near, -np.inf) + 3 * panel.members.get(proposed, panel.wanted)
    shown = min(_SHOWN_NEIGHBOURS, int(panel.wanted.sum()))
    best = np.flatnonzero(order >= np.partition(order, -shown)[-shown])
    listed = best[np.argsort(-order[best], kind="stable")][:shown]
    return tuple(
        Neighbour(
            panel.examples[row].title,
            proposed if proposed in panel.examples[row].sections else (panel.examples[row].sections or ((),))[0],
            float(near[row]),
        )
        for row in listed
    )
