"""A question answered from everything that is stored: vectors and words together, the best passage of each paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

from triage.models import Paper, Passage, SectionPath, Stage
from triage.searching.fusion import fuse, ranked
from triage.searching.highlight import spans
from triage.searching.query import Query, parse
from triage.services import Index, Vectors
from triage.storage import Store
from triage.vectors import CachedVectors, paper_text

ABSTRACT = "Abstract"

_DEPTH = 200
"""How far down each ranking is looked at; beyond it reciprocal ranks no longer matter."""
_NEAREST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paper found. `text` is its best passage on `page` (0: the abstract) under `heading`; `section` and `stage` are
    those of the list; `highlights` are character spans of `text`; `url` leads to the page."""

    paper_id: str
    title: str
    score: float
    text: str
    page: int
    heading: str
    section: SectionPath
    stage: Stage
    url: str | None
    published: date | None = None
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchReport:
    """The hits, best first. `searched` says among what; without hits, `nearest` is what lies closest without the
    filters, and `why` says what stood in the way."""

    hits: tuple[SearchHit, ...]
    searched: str
    nearest: tuple[SearchHit, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Papers best first by one kind of evidence, and the passages that spoke for them."""

    papers: dict[str, float]
    passages: dict[int, float]


def search(
    store: Store,
    vectors: CachedVectors,
    index: Index,
    query: str,
    *,
    k: int = 10,
    section: str | None = None,
    since: date | None = None,
    stage: Stage | None = None,
) -> SearchReport:
    """The `k` papers that answer `query` best. Operators: "exact phrase", -word, author:, year:2024.., id:, venue:.

    `section` is any part of a section path of the list. No query is a syntax error. Raises IndexError_.
    """
    asked = parse(query)
    since = max(filter(None, (since, asked.filter.since)), default=None)
    asked = replace(asked, filter=replace(asked.filter, section=section, since=since, stage=stage))
    allowed = store.words.allowed(asked.filter)
    searched = _searched(store, allowed)
    hits = _answer(store, vectors, index, asked, allowed, k)
    if hits:
        return SearchReport(hits, searched)
    nearest: tuple[SearchHit, ...] = ()
    if asked.text and allowed is not None:
        nearest = _answer(store, vectors, index, asked, None, _NEAREST_SHOWN)
    return SearchReport((), searched, nearest, _why(store, asked, allowed))


def similar(store: Store, vectors: CachedVectors, index: Index, paper_id: str, k: int = 10) -> SearchReport:
    """The `k` papers nearest to a stored paper, by title and abstract. Raises UnknownPaper, IndexError_."""
    paper = store.record(paper_id).paper
    near = index.nearest("papers", vectors.embed([paper_text(paper)]), k + 1)
    scores = {hit.key: hit.score for hit in near if hit.key != paper.id}
    return SearchReport(_hits(store, scores, {}, (), k), _searched(store, None))


def _answer(
    store: Store, vectors: CachedVectors, index: Index, asked: Query, allowed: set[str] | None, k: int
) -> tuple[SearchHit, ...]:
    if not asked.text:
        newest = [] if allowed is None else sorted(store.papers.by_ids(allowed), key=_newest_first)
        return _hits(store, {paper.id: 0.0 for paper in newest[:k]}, {}, (), k)
    vector = vectors.embed([asked.text])
    depth = max(_DEPTH, 4 * k)
    kinds = (_by_vector(store, vectors, index, vector, allowed, depth), _by_words(store, asked, allowed, depth))
    papers = fuse((1.0, ranked(kind.papers)) for kind in kinds)
    passages = fuse((1.0, [str(number) for number in ranked_numbers(kind.passages)]) for kind in kinds)
    best = _best_passages(store, [int(number) for number in passages])
    return _hits(store, dict(islice(papers.items(), k)), best, asked.words, k)


def ranked_numbers(scores: dict[int, float]) -> list[int]:
    """Passage numbers, highest score first."""
    return sorted(scores, key=lambda number: -scores[number])


def _by_vector(
    store: Store, vectors: CachedVectors, index: Index, vector: Vectors, allowed: set[str] | None, depth: int
) -> _Evidence:
    near = _near(store, vectors, index, "papers", vector, allowed, depth)
    close = _near(store, vectors, index, "passages", vector, allowed, depth)
    passages: dict[int, float] = {}
    for number, passage in store.words.keyed(list(close)).items():
        if allowed is None or passage.paper_id in allowed:
            passages[number] = close[passage.key]
            near[passage.paper_id] = max(near.get(passage.paper_id, -1.0), close[passage.key])
    return _Evidence(near, passages)


def _near(
    store: Store,
    vectors: CachedVectors,
    index: Index,
    collection: str,
    vector: Vectors,
    allowed: set[str] | None,
    depth: int,
) -> dict[str, float]:
    """Key → cosine of the nearest that are allowed. A `where` filter would cost 30 times the query, so that few are
    compared one by one, and of many more are fetched until enough are allowed."""
    if allowed is None:
        return {hit.key: hit.score for hit in index.nearest(collection, vector, depth)}
    keys = allowed if collection == "papers" else store.words.passage_keys(allowed)

    if not keys:
        return {}
    total = index.count(collection)
    reach = depth
    while True:
        hits = index.nearest(collection, vector, reach)
        found = {hit.key: hit.score for hit in hits if hit.key in keys}
        if len(found) >= min(depth, len(keys)) or reach >= total:
            return found
        reach *= 8


def _by_words(store: Store, asked: Query, allowed: set[str] | None, depth: int) -> _Evidence:
    papers = dict(store.words.papers(asked.words, depth, allowed))
    passages = dict(store.words.passages(asked.words, depth, allowed))
    for number, passage in store.words.numbered(list(passages)).items():
        papers[passage.paper_id] = max(papers.get(passage.paper_id, 0.0), passages[number])
    return _Evidence(papers, passages)


def _best_passages(store: Store, numbers: Sequence[int]) -> dict[str, Passage]:
    """Paper id → its first passage in this order."""
    found = store.words.numbered(numbers)
    best: dict[str, Passage] = {}
    for number in numbers:
        if number in found:
            best.setdefault(found[number].paper_id, found[number])
    return best


def _hits(
    store: Store, scores: dict[str, float], best: dict[str, Passage], words: Sequence[str], k: int
) -> tuple[SearchHit, ...]:
    papers = store.papers.by_ids(ranked(scores)[:k])
    places = store.words.places([paper.id for paper in papers])
    hits = []
    for paper in papers:
        passage = best.get(paper.id)
        text = passage.text if passage else paper.abstract
        stage, section = places[paper.id]
        hits.append(
            SearchHit(
                paper_id=paper.id,
                title=paper.title,
                score=scores[paper.id],
                text=text,
                page=passage.page if passage else 0,
                heading=passage.section if passage else ABSTRACT,
                section=section,
                stage=stage,
                url=_url(paper, passage),
                published=paper.published,
                highlights=spans(text, words),
            )
        )
    return tuple(hits)


def _url(paper: Paper, passage: Passage | None) -> str | None:
    if passage and passage.page > 0 and paper.pdf_url:
        return f"{paper.pdf_url}#page={passage.page}"
    return paper.abs_url or paper.pdf_url


def _searched(store: Store, allowed: set[str] | None) -> str:
    among = f"{store.papers.count()} papers, {store.words.passage_count()} passages"
    return among if allowed is None else f"{among}; {len(allowed)} papers pass the filters"


def _why(store: Store, asked: Query, allowed: set[str] | None) -> str:
    if store.papers.count() == 0:
        return "nothing is stored yet; `triage fetch` brings papers"
    if not asked.text and allowed is None:
        return "the question is empty"
    if allowed is not None and not allowed:
        return "no paper passes the filters"
    return "nothing of what passes the filters is in the index; `triage reindex` fills it"


def _newest_first(paper: Paper) -> tuple[int, str]:
    return (-(paper.published.toordinal() if paper.published else 0), paper.id)
