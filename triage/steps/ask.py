"""Ask: a question put to everything that was read, answered in quotations, or refused with a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.collection import Store
from triage.collection.words import Filter
from triage.models import Paper, Stage
from triage.protocols import Index, Vectors
from triage.search.candidates import Candidates, has_no_vectors, what_stops
from triage.search.ranking import Query, parse
from triage.search.vectors import CachedVectors
from triage.writing.answers import Answer, Answers

_WHOLE = 30
"""So many papers are read sentence by sentence; of more, those that words and vectors rank highest."""
_DEPTH = 120
"""How many passages and papers of each ranking are looked at to choose them."""
_NAMED = 3
"""So many papers of which nobody has read more than the title are named."""

Answering = Callable[[Answers, str], Answer]
"""How an answer comes of a question and the papers that may hold it: `Answers.answer`, or a language model over
`Answers.evidence`."""


@dataclass(frozen=True, slots=True)
class AskReport:
    """The answer. `searched` says how much was looked through; `unread` are papers whose titles fit the question, but
    of which nothing else is known."""

    answer: Answer
    searched: str
    unread: tuple[Paper, ...] = ()


def ask(
    store: Store,
    vectors: CachedVectors,
    index: Index,
    question: str,
    *,
    section: str | None = None,
    since: date | None = None,
    stages: Sequence[Stage] = (),
    answering: Answering = Answers.answer,
) -> AskReport:
    """What the papers say to `question`, which may hold the operators of a search. `section` is any part of a section
    path of the list. Without `stages`, every paper is asked but those that were rejected. Raises VectorIndexError,
    ModelError."""
    asked = parse(question)
    since = max(filter(None, (since, asked.filter.since)), default=None)
    asked = replace(asked, filter=replace(asked.filter, section=section, since=since))
    allowed = _allowed(store, asked.filter, stages)
    searched = f"{len(allowed):,} papers, {len(store.words.passage_keys(allowed)):,} passages"
    if why := _why_not(store, asked, allowed, stages):
        return AskReport(Answer(asked.text, reason=why), searched)
    ids, unread = _likeliest(store, vectors, index, asked, allowed)
    sources = [source for source in store.evidence(ids) if source.sentences]
    if not sources:
        why = "of these papers only the titles are known; `triage fetch` and `triage add` bring abstracts and PDFs"
        return AskReport(Answer(asked.text, reason=why), searched, unread)
    text = f"{asked.text.rstrip(' ?')}?"
    answers = Answers(sources, _embedding(vectors, text), lambda word: _stands(store, word, allowed))
    answer = answering(answers, text)
    return AskReport(answer, searched, () if answer.answered else unread)


def _allowed(store: Store, filter: Filter, stages: Sequence[Stage]) -> set[str]:
    """The papers that may answer."""
    if stages:
        found = [store.words.allowed(replace(filter, stage=stage)) or set() for stage in stages]
        return set().union(*found)
    passing = store.words.allowed(filter)
    return (set(store.papers.ids()) if passing is None else passing) - set(store.stages(Stage.REJECTED))


def _why_not(store: Store, asked: Query, allowed: set[str], stages: Sequence[Stage]) -> str:
    """Why nobody can answer, whatever is asked; "" if somebody may."""
    if not asked.text:
        return "the question is empty"
    if store.papers.count() == 0:
        return "nothing is stored yet; `triage fetch` brings papers"
    if allowed:
        return ""
    if stages and not asked.filter.section and not asked.filter.since:
        return f"no paper is {' or '.join(stages)}"
    return what_stops(store, asked.filter)


def _likeliest(
    store: Store, vectors: CachedVectors, index: Index, asked: Query, allowed: set[str]
) -> tuple[list[str], tuple[Paper, ...]]:
    """Ids of the papers that are read for the question, and papers of which only the title, which fits it, is known."""
    vector: Vectors | None = None
    if len(allowed) > _WHOLE and not has_no_vectors(store, index, vectors.model):
        vector = vectors.question(asked.text)
    everything = len(allowed) == store.papers.count()
    candidates = Candidates(store, index, asked, vector, None if everything else allowed)
    papers = [one.paper_id for one in candidates.papers(_DEPTH).values()]
    unread = [paper for paper in store.papers.by_ids(papers) if not paper.abstract and not store.texts.source(paper.id)]
    named = tuple(unread[:_NAMED])
    if len(allowed) <= _WHOLE:
        return sorted(allowed), named
    ranked = [*(one.paper_id for one in candidates.passages(_DEPTH).values()), *papers]
    titles = {paper.id for paper in unread}
    return [one for one in dict.fromkeys(ranked) if one not in titles][:_WHOLE], named


def _embedding(vectors: CachedVectors, question: str) -> Callable[[Sequence[str]], Vectors]:
    """`vectors.embed` that does not keep the question, so that asking leaves no trace of what was asked."""
    import numpy as np

    asked = vectors.question(question)

    def embed(texts: Sequence[str]) -> Vectors:
        others = [text for text in texts if text != question]
        rows = iter(vectors.embed(others) if others else ())
        return np.concatenate([asked if text == question else next(rows)[None] for text in texts])

    return embed


def _stands(store: Store, word: str, allowed: set[str]) -> bool:
    """Whether any of these papers has the word."""
    return bool(store.words.passages([word], 1, allowed) or store.words.papers([word], 1, allowed))
