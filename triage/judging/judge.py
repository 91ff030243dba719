"""All models together: from examples and a watch to judgements, each with its reasons."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from triage.judging.arrays import Flags, Scores, weighted_quantiles
from triage.judging.calibration import QUEUED, evaluate_queue, fit_scale, queue_threshold
from triage.judging.examples import Example
from triage.judging.metadata import metadata_of
from triage.judging.relevance import Background, HeldOutScores, RelevanceModel, fit_relevance
from triage.judging.sections import add_named, fit_sections, plain_name, prefer_named
from triage.models import Choice, HeldOut, Judgement, Neighbour, Paper, SectionPath
from triage.protocols import Vectors

Embed = Callable[[Sequence[str]], Vectors]

BACKGROUND_PAPERS = 4000
"""Unlabelled papers to learn against: enough to show what the watch is like, few enough to learn in a second."""

BACKGROUND_TITLES = 1000
"""Of these the titles are embedded too, once, if the list has entries without an abstract."""

LISTED_QUANTILES = 100

_SHOWN_SECTIONS = 10
_SHOWN_NEIGHBOURS = 3
_SHOWN_WORDS = 6
_SHOWN_AUTHORS = 3


@dataclass(frozen=True, slots=True)
class JudgedPapers:
    """Judgements of the papers asked about, in order. `held_out` is what would have become of wanted papers that were
    not learned from (None if nothing was learned); `listed` the relevance of the list's entries, held out too, as
    LISTED_QUANTILES equally likely values, ascending."""

    judgements: tuple[Judgement, ...]
    held_out: HeldOut | None = None
    listed: tuple[float, ...] = ()


def judge_papers(
    examples: Sequence[Example],
    taxonomy: Sequence[SectionPath],
    watch: Sequence[Paper],
    asked: Sequence[Paper],
    embed: Embed,
    basis: str,
    venues: Sequence[SectionPath] = (),
) -> JudgedPapers:
    """Judges the `asked` papers by the examples, against the undecided papers of the `watch` as background. `venues`
    are sections outside the `taxonomy` that a paper's own comment may name; `basis` is kept with every judgement.
    Raises what `embed` raises."""
    texts = [paper.title_and_abstract for paper in asked]
    vectors = embed(texts)
    example_vectors = embed([example.text for example in examples])
    background = background_of(watch, examples, embed)
    model = fit_relevance(examples, example_vectors, background)
    sections = fit_sections(examples, example_vectors, taxonomy, embed([plain_name(path) for path in taxonomy]))
    held_out = model.held_out
    threshold = queue_threshold(held_out.scores, held_out.weights)
    scale = fit_scale(held_out.scores, held_out.weights, model.background, threshold)
    relevance = scale.relevance(_scores(model, background, asked, texts, vectors))
    probabilities, none_fits = sections.predict(texts, vectors)
    comments = [f"{paper.comment or ''} {paper.journal_ref or ''}" for paper in asked]
    probabilities = add_named(prefer_named(probabilities, taxonomy, comments), venues, comments)
    reasons = _Reasons.of(examples, example_vectors, (*taxonomy, *venues))
    judgements = []
    for row, (paper, text) in enumerate(zip(asked, texts, strict=True)):
        choices = reasons.sections(probabilities[row])
        queued = bool(relevance[row] >= QUEUED)
        judgements.append(
            Judgement(
                paper_id=paper.id,
                relevance=float(relevance[row]),
                queued=queued,
                sections=choices,
                neighbours=reasons.neighbours(vectors[row], choices[0].section if choices else ()),
                words=model.top_words(text, _SHOWN_WORDS) if queued else (),
                none_fits=float(none_fits[row]),
                basis=basis,
                listed_authors=model.metadata.authors.listed_authors(paper.authors, _SHOWN_AUTHORS) if queued else (),
            )
        )
    if not model.models:
        return JudgedPapers(tuple(judgements))
    evaluated = evaluate_queue(held_out.scores, held_out.weights, held_out.rows, examples)
    return JudgedPapers(tuple(judgements), evaluated, tuple(scale.relevance(_of_entries(held_out, examples)).tolist()))


def background_of(watch: Sequence[Paper], examples: Sequence[Example], embed: Embed) -> Background:
    """At most BACKGROUND_PAPERS of the watch, always the same ones for the same watch: those of smallest hash."""
    papers = {paper.title_and_abstract: paper for paper in watch}
    texts = sorted(papers, key=lambda text: hashlib.blake2b(text.encode("utf-8", "surrogatepass")).digest())
    texts = texts[:BACKGROUND_PAPERS]
    bare = any(not example.abstract for example in examples)
    titles = embed([papers[text].title for text in texts[:BACKGROUND_TITLES]] if bare else [])
    return Background(texts, embed(texts), titles, [metadata_of(papers[text]) for text in texts])


def _scores(
    model: RelevanceModel, background: Background, papers: Sequence[Paper], texts: Sequence[str], vectors: Vectors
) -> Scores:
    """Scores of papers; one that served as background gets the score of the models that did not learn from it."""
    scores = model.score(texts, vectors, [metadata_of(paper) for paper in papers])
    place = {text: row for row, text in enumerate(background.texts)}
    for row, text in enumerate(texts):
        if text in place:
            scores[row] = model.background[place[text]]
    return scores


def _of_entries(held_out: HeldOutScores, examples: Sequence[Example]) -> Scores:
    """The held-out scores of the list's entries as LISTED_QUANTILES equally likely values; an entry with several scores
    counts as one."""
    ours = np.array([not examples[row].decided for row in held_out.rows], dtype=bool)
    if not ours.any():
        return held_out.scores[:0]
    shares = 1 / np.bincount(held_out.rows)[held_out.rows[ours]]
    return weighted_quantiles(held_out.scores[ours], shares, LISTED_QUANTILES)


@dataclass(frozen=True, slots=True)
class _Reasons:
    """What a judgement shows of the list: likely sections, and the entries nearest to a paper."""

    examples: Sequence[Example]
    vectors: Vectors
    places: Sequence[SectionPath]
    wanted: Flags
    members: Mapping[SectionPath, Flags]

    @classmethod
    def of(cls, examples: Sequence[Example], vectors: Vectors, places: Sequence[SectionPath]) -> "_Reasons":
        members = {path: np.array([path in example.sections for example in examples], dtype=bool) for path in places}
        return cls(examples, vectors, places, np.array([example.wanted for example in examples], dtype=bool), members)

    def sections(self, probabilities: Scores) -> tuple[Choice, ...]:
        """The likeliest sections, likeliest first."""
        best = np.argsort(-probabilities, kind="stable")[:_SHOWN_SECTIONS]
        return tuple(Choice(self.places[i], float(probabilities[i])) for i in best if probabilities[i] > 0)

    def neighbours(self, vector: Vectors, proposed: SectionPath) -> tuple[Neighbour, ...]:
        """The nearest examples of the proposed section, then the nearest of others."""
        if not self.wanted.any():
            return ()
        cosines = self.vectors @ vector
        # Cosines lie within -1 and 1: three more puts every member before every other.
        order = np.where(self.wanted, cosines, -np.inf) + 3 * self.members.get(proposed, self.wanted)
        shown = min(_SHOWN_NEIGHBOURS, int(self.wanted.sum()))
        best = np.flatnonzero(order >= np.partition(order, -shown)[-shown])
        return tuple(
            Neighbour(
                self.examples[row].title,
                proposed if proposed in self.examples[row].sections else (self.examples[row].sections or ((),))[0],
                float(cosines[row]),
            )
            for row in best[np.argsort(-order[best], kind="stable")][:shown]
        )
