"""A paper's surroundings: its outline, what it cites of what we know, who cites it, what is nearest."""

from dataclasses import dataclass

from triage.collection import Store
from triage.identity import arxiv_id, identify, identity_keys
from triage.models import Heading, Paper, Reference, SectionPath
from triage.protocols import Index
from triage.search.vectors import CachedVectors

_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Related:
    """A paper of the collection. `section` is where it stands in the list, () if it does not; `similarity` is a cosine
    where it was asked for."""

    paper_id: str
    title: str
    section: SectionPath = ()
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What surrounds a paper. `references` are those that are in the collection."""

    outline: tuple[Heading, ...]
    references: tuple[Related, ...]
    cited_by: tuple[Related, ...]
    nearest: tuple[Related, ...]


def card(store: Store, vectors: CachedVectors, index: Index, paper_id: str) -> Card:
    """The card of a stored paper. Raises UnknownPaper, VectorIndexError."""
    paper = store.record(paper_id).paper
    text = store.texts.get(paper_id)
    found: dict[str, Related] = {}
    for reference in text.references if text else ():
        related = _meant(store, reference)
        if related and related.paper_id != paper_id:
            found.setdefault(related.paper_id, related)
    return Card(
        outline=text.headings if text else (),
        references=tuple(found.values()),
        cited_by=_citing(store, paper),
        nearest=_nearest(store, vectors, index, paper),
    )


def _meant(store: Store, reference: Reference) -> Related | None:
    """The paper of the collection that a reference cites."""
    cited = identify(ids=(reference.arxiv_id, reference.doi), title=reference.title or "")
    found = store.papers.find(cited)
    paper = store.papers.get(found[0]) if found else None
    if paper is None:
        return None
    return Related(paper.id, paper.title, store.entries.sections(found).get(paper.id, ()))


def _citing(store: Store, paper: Paper) -> tuple[Related, ...]:
    papers = store.papers.by_ids(store.texts.citing(_keys(paper)))
    return tuple(Related(citing.id, citing.title) for citing in papers if citing.id != paper.id)


def _nearest(store: Store, vectors: CachedVectors, index: Index, paper: Paper) -> tuple[Related, ...]:
    if not index.count("papers"):
        return ()
    hits = index.nearest("papers", vectors.embed([paper.title_and_abstract]), _NEAREST + 1)
    scores = {hit.key: hit.score for hit in hits if hit.key != paper.id}
    return tuple(Related(near.id, near.title, (), scores[near.id]) for near in store.papers.by_ids(scores))[:_NEAREST]


def _keys(paper: Paper) -> tuple[str, ...]:
    return identity_keys(arxiv_id(paper.id), paper.doi, paper.title)
