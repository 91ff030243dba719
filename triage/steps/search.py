"""A question answered from everything that is stored: vectors and words together, the best passage of each paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.collection import Store
from triage.collection.words import Filter
from triage.identity import text_key
from triage.models import Paper, Passage, SectionPath, Stage
from triage.protocols import Index, Vectors
from triage.search.ranking import Evidence, Query, fuse, holds, parse, ranked, score, spans
from triage.search.vectors import CachedVectors

ABSTRACT = "Abstract"
LISTED = "as listed"
"""The heading of a hit of which the list's entry is all that is known."""

_DEPTH = 40
"""How far down each ranking is looked at."""
_FAR = 0.2
"""A text without any of the words and with a cosine below this has nothing to do with the question."""
_NEARLY = 0.8
"""A passage is shown instead of the abstract if it answers nearly as well: it has a page."""
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
class _Unit:
    """A text that may answer: a passage, or a paper's title and abstract."""

    paper_id: str
    text: str
    vector_key: str
    passage: Passage | None = None


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

    `section` is any part of a section path of the list. No query is a syntax error. Raises VectorIndexError.
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
    return SearchReport((), searched, nearest, _why(store, index, asked, allowed, vectors.model))


def similar(store: Store, vectors: CachedVectors, index: Index, paper_id: str, k: int = 10) -> SearchReport:
    """The `k` papers nearest to a stored paper, by title and abstract. Raises UnknownPaper, VectorIndexError."""
    paper = store.record(paper_id).paper
    near = index.nearest("papers", vectors.embed([paper.title_and_abstract]), k + 1)
    scores = {hit.key: hit.score for hit in near if hit.key != paper.id}
    hits = _hits(store, scores, {}, (), k)
    alone = "no other paper is stored; `triage fetch` brings some"
    why = "" if hits else _unindexed(store, index, vectors.model) or alone
    return SearchReport(hits, _searched(store, None), (), why)


def _answer(
    store: Store, vectors: CachedVectors, index: Index, asked: Query, allowed: set[str] | None, k: int
) -> tuple[SearchHit, ...]:
    if not asked.text:
        newest = [] if allowed is None else sorted(store.papers.by_ids(allowed), key=_newest_first)
        return _hits(store, {paper.id: 0.0 for paper in newest[:k]}, {}, (), k)
    depth = max(_DEPTH, 3 * k)
    vector = vectors.question(asked.text)
    evidence, units = _candidates(store, vectors, index, asked, vector, allowed, depth)
    scores = score(asked, evidence)
    best: dict[str, float] = {}
    phrases = asked.filter.phrases
    shown: dict[str, tuple[float, Passage]] = {}
    for key in ranked(scores):
        unit = units[key]
        best.setdefault(unit.paper_id, scores[key])
        if unit.passage and unit.paper_id not in shown:
            shown[unit.paper_id] = (scores[key], unit.passage)
    passages = {paper_id: passage for paper_id, (value, passage) in shown.items() if value > _NEARLY * best[paper_id]}
    return _hits(store, best, passages, asked.words, k, phrases)


def _candidates(
    store: Store,
    vectors: CachedVectors,
    index: Index,
    asked: Query,
    vector: Vectors,
    allowed: set[str] | None,
    depth: int,
) -> tuple[dict[str, Evidence], dict[str, _Unit]]:
    """The texts that words or vectors put forward, the first by reciprocal rank fusion, and what speaks for each."""
    near = _near(store, vectors, index, "papers", vector, allowed, depth)
    worded = dict(store.words.papers(asked.words, depth, allowed))
    close = _near(store, vectors, index, "passages", vector, allowed, depth)
    quoted = dict(store.words.passages(asked.words, depth, allowed))
    units: dict[str, _Unit] = {}
    papers = store.papers.by_ids(list(fuse([near, worded]))[:depth])
    listed = store.entries.words([paper.id for paper in papers])
    for paper in papers:
        text = paper.title_and_abstract
        units[f"paper {paper.id}"] = _Unit(paper.id, f"{text} {listed.get(paper.id, '')}", text_key(text))
    found = store.words.keyed(list(close)) | store.words.numbered(list(quoted))
    meant = {str(number): close[passage.key] for number, passage in found.items() if passage.key in close}
    fused = fuse([dict(sorted(meant.items(), key=lambda item: -item[1])), {str(n): s for n, s in quoted.items()}])
    for number in map(int, list(fused)[:depth]):
        passage = found[number]
        if allowed is None or passage.paper_id in allowed:
            units[f"passage {number}"] = _Unit(passage.paper_id, passage.text, passage.key, passage)
    bm25 = {f"paper {i}": s for i, s in worded.items()} | {f"passage {n}": s for n, s in quoted.items()}
    cosines = vectors.cosines([unit.vector_key for unit in units.values()], vector)
    evidence = {key: Evidence(u.text, bm25.get(key, 0.0), cosines.get(u.vector_key, 0.0)) for key, u in units.items()}
    return {key: one for key, one in evidence.items() if one.bm25 > 0 or one.cosine >= _FAR}, units


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


def _hits(
    store: Store,
    scores: dict[str, float],
    best: dict[str, Passage],
    words: Sequence[str],
    k: int,
    phrases: Sequence[str] = (),
) -> tuple[SearchHit, ...]:
    places = store.words.places(list(scores))
    papers = store.papers.by_ids([key for key in ranked(scores) if key in places][:k])
    listed = store.entries.words([paper.id for paper in papers])
    hits = []
    for paper in papers:
        passage = _quoting(store, paper, best.get(paper.id), phrases)
        text = passage.text if passage else paper.abstract or listed.get(paper.id, "")
        stage, section = places[paper.id]
        hits.append(
            SearchHit(
                paper_id=paper.id,
                title=paper.title,
                score=scores[paper.id],
                text=text,
                page=passage.page if passage else 0,
                heading=passage.section if passage else ABSTRACT if paper.abstract else LISTED,
                section=section,
                stage=stage,
                url=_url(paper, passage),
                published=paper.published,
                highlights=spans(text, words, phrases),
            )
        )
    return tuple(hits)


def _quoting(store: Store, paper: Paper, best: Passage | None, phrases: Sequence[str]) -> Passage | None:
    """The passage to show: the best one, unless phrases were asked for and another text of the paper has more of them.
    None for the abstract."""
    if not phrases:
        return best
    quoted = holds(best.text if best else paper.abstract, phrases)
    if quoted == len(phrases):
        return best
    others = [(holds(passage.text, phrases), passage) for passage in store.texts.passages(paper.id)]
    most, passage = max(others, key=lambda pair: pair[0], default=(0, None))
    if max(most, holds(paper.abstract, phrases)) <= quoted:
        return best
    return passage if most > holds(paper.abstract, phrases) else None


def _url(paper: Paper, passage: Passage | None) -> str | None:
    if passage and passage.page > 0 and paper.pdf_url:
        return f"{paper.pdf_url}#page={passage.page}"
    return paper.abs_url or paper.pdf_url


def _searched(store: Store, allowed: set[str] | None) -> str:
    among = f"{store.papers.count()} papers, {store.words.passage_count()} passages"
    return among if allowed is None else f"{among}; {len(allowed)} papers pass the filters"


def _why(store: Store, index: Index, asked: Query, allowed: set[str] | None, model: str) -> str:
    """Why nothing was found, and what helps."""
    if store.papers.count() == 0:
        return "nothing is stored yet; `triage fetch` brings papers"
    if not asked.text and allowed is None:
        return "the question is empty"
    if allowed is not None and not allowed:
        return _what_stops(store, asked.filter)
    missing = _unindexed(store, index, model)
    if missing:
        return missing
    which = "no paper" if allowed is None else "none of those"
    return f"{which} has any of these words, or is near to them in meaning; try other words"


def _what_stops(store: Store, filter: Filter) -> str:
    """Which of the filters no paper passes, or that none passes all of them."""
    alone = {f'no paper has the phrase "{phrase}"': Filter(phrases=(phrase,)) for phrase in filter.phrases} | {
        f"no paper is by {author}": Filter(authors=(author,)) for author in filter.authors
    }
    alone |= {f"no paper is known to have appeared at {venue}": Filter(venues=(venue,)) for venue in filter.venues}
    alone |= {f"no paper has the id {paper_id}": Filter(ids=(paper_id,)) for paper_id in filter.ids}
    if filter.section:
        alone[f"no paper stands or would stand in {filter.section}"] = Filter(section=filter.section)
    if filter.stage:
        alone[f"no paper is {filter.stage.value}"] = Filter(stage=filter.stage)
    if filter.since or filter.until:
        days = " ".join(f"{word} {day}" for word, day in (("since", filter.since), ("until", filter.until)) if day)
        alone[f"no paper is from the time {days}"] = Filter(since=filter.since, until=filter.until)
    stopping = [said for said, one in alone.items() if not store.words.allowed(one)]
    return "; ".join(stopping) or "no paper passes all the filters together"


def _unindexed(store: Store, index: Index, model: str) -> str:
    """What to say if papers are missing from the search index; "" if none is."""
    stored = store.papers.count()
    missing = max(len(store.indexed.lacking(model)), stored - index.count("papers"))
    if missing <= 0:
        return ""
    return f"{missing:,} of {stored:,} papers are not in the search index; `triage reindex` fills it"


def _newest_first(paper: Paper) -> tuple[int, str]:
    return (-(paper.published.toordinal() if paper.published else 0), paper.id)
