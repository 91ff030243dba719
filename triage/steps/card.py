"""A paper's surroundings: its outline, what it cites of what we know, who cites it, what is nearest."""

from dataclasses import dataclass

from triage.identity import arxiv_id, identity_keys
from triage.lists.document import Document
from triage.models import Heading, Paper, Reference, SectionPath
from triage.services import Index
from triage.storage import Store
from triage.vectors import CachedVectors, paper_text

_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Related:
    """A paper of the collection or an entry of the list.

    `paper_id` is empty for an entry without a known id; `section` is where it stands in the list, () if it does not;
    `similarity` is a cosine where it was asked for.
    """

    paper_id: str
    title: str
    section: SectionPath = ()
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What surrounds a paper. `references` are those that are in the collection or in the list."""

    outline: tuple[Heading, ...]
    references: tuple[Related, ...]
    cited_by: tuple[Related, ...]
    nearest: tuple[Related, ...]


def card(store: Store, document: Document, vectors: CachedVectors, index: Index, paper_id: str) -> Card:
    """The card of a stored paper. Raises UnknownPaper, IndexError_."""
    paper = store.record(paper_id).paper
    text = store.texts.get(paper_id)
    known = _known(store, document)
    found: dict[str, Related] = {}
    for reference in text.references if text else ():
        related = _meant(reference, known)
        if related and related.paper_id != paper_id:
            found.setdefault(related.paper_id or related.title, related)
    return Card(
        outline=text.headings if text else (),
        references=tuple(found.values()),
        cited_by=_citing(store, paper),
        nearest=_nearest(store, vectors, index, paper),
    )


def _known(store: Store, document: Document) -> dict[str, Related]:
    """Identity key → who it is; an entry of the list that is also stored is given with its section."""
    known: dict[str, Related] = {}
    for paper in store.papers.all():
        for key in _keys(paper):
            known[key] = Related(paper.id, paper.title)
    for entry in document.entries:
        keys = identity_keys(entry.arxiv_id, entry.doi, entry.title)
        stored = next((known[key] for key in keys if key in known), None)
        related = Related(stored.paper_id if stored else entry.arxiv_id or "", entry.title, entry.section)
        known.update(dict.fromkeys(keys, related))
    return known


def _meant(reference: Reference, known: dict[str, Related]) -> Related | None:
    keys = identity_keys(reference.arxiv_id, reference.doi, reference.title)
    return next((known[key] for key in keys if key in known), None)


def _citing(store: Store, paper: Paper) -> tuple[Related, ...]:
    papers = store.papers.by_ids(store.texts.citing(_keys(paper)))
    return tuple(Related(citing.id, citing.title) for citing in papers if citing.id != paper.id)


def _nearest(store: Store, vectors: CachedVectors, index: Index, paper: Paper) -> tuple[Related, ...]:
    hits = index.nearest("papers", vectors.embed([paper_text(paper)]), _NEAREST + 1)
    scores = {hit.key: hit.score for hit in hits if hit.key != paper.id}
    return tuple(Related(near.id, near.title, (), scores[near.id]) for near in store.papers.by_ids(scores))[:_NEAREST]


def _keys(paper: Paper) -> tuple[str, ...]:
    return identity_keys(arxiv_id(paper.id), paper.doi, paper.title)
