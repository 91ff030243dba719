"""Search over everything that is stored, by vectors and words together: the best passage of each paper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.collection import Store
from triage.collection.words import Filter
from triage.models import ListedAs, Paper, Passage, SectionPath, Stage
from triage.protocols import Index, Vectors
from triage.search.candidates import Candidates, has_no_vectors, what_stops
from triage.search.ranking import Evidence, Query, holds, parse, ranked, score, spans
from triage.search.vectors import CachedVectors

ABSTRACT = "Abstract"
LISTED = "as listed"
"""The heading of a hit whose text is the list's entry, because no abstract is known."""
WORDS_ONLY = "searched by words only; search by meaning starts with the first `triage fetch` (or `triage reindex`)"

_DEPTH = 40
"""How many of each ranking are looked at."""

_UNRELATED = 0.2
"""A text without any of the words and with a cosine below this has nothing to do with the question."""

_NEARLY = 0.8
"""A passage is shown instead of the abstract if it scores at least this share of it: it has a page."""

_NEAREST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A paper found. `text` is its best passage on `page` (0: the abstract) under `heading`; `section` and `stage` are
    those of the list, `entry` is its (first) entry there; `highlights` are character spans of `text`; `url` leads to
    the page."""

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
    entry: ListedAs | None = None
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchReport:
    """The hits, best first. `searched` says how much was searched, `limits` what could not be; without hits, `nearest`
    are the nearest papers without the filters, and `why` says why there are none."""

    hits: tuple[SearchHit, ...]
    searched: str
    nearest: tuple[SearchHit, ...] = ()
    why: str = ""
    limits: str = ""


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
    is_empty = has_no_vectors(store, index, vectors.model)
    limits = WORDS_ONLY if is_empty and asked.text and store.papers.count() else ""
    vector = vectors.question(asked.text) if asked.text and not is_empty else None
    hits = _Search(store, vectors, index, asked, vector, allowed).hits(k)
    if hits:
        return SearchReport(hits, _searched(store, allowed), limits=limits)
    nearest: tuple[SearchHit, ...] = ()
    if asked.text and allowed is not None:
        nearest = _Search(store, vectors, index, asked, vector, None).hits(_NEAREST_SHOWN)
    why = _why(store, asked, allowed, "" if limits else _unindexed(store, index, vectors.model), by_words=bool(limits))
    return SearchReport((), _searched(store, allowed), nearest, why, limits)


def similar(store: Store, vectors: CachedVectors, index: Index, paper_id: str, k: int = 10) -> SearchReport:
    """The `k` papers nearest to a stored paper, by title and abstract. Raises UnknownPaper, VectorIndexError."""
    paper = store.record(paper_id).paper
    is_empty = has_no_vectors(store, index, vectors.model)
    near = [] if is_empty else index.nearest("papers", vectors.embed([paper.title_and_abstract]), k + 1)
    hits = _shown(store, {hit.key: hit.score for hit in near if hit.key != paper.id}, {}, Query("", (), Filter()), k)
    alone = "no other paper is stored; `triage fetch` brings some"
    why = "" if hits else _unindexed(store, index, vectors.model) or alone
    return SearchReport(hits, _searched(store, None), (), why)


@dataclass(frozen=True, slots=True)
class _Search:
    """One question to the store and the index: see Candidates."""

    store: Store
    vectors: CachedVectors
    index: Index
    asked: Query
    vector: Vectors | None
    allowed: set[str] | None

    def hits(self, k: int) -> tuple[SearchHit, ...]:
        """The `k` best papers, each with its best passage; without words those that pass the filters, newest first."""
        if not self.asked.text:
            papers = [] if self.allowed is None else sorted(self.store.papers.by_ids(self.allowed), key=_newest_first)
            return _shown(self.store, {paper.id: 0.0 for paper in papers[:k]}, {}, self.asked, k)
        depth = max(_DEPTH, 3 * k)
        found = Candidates(self.store, self.index, self.asked, self.vector, self.allowed)
        candidates = found.papers(depth) | found.passages(depth)
        keys = [one.vector_key for one in candidates.values()]
        cosines = {} if self.vector is None else self.vectors.cosines(keys, self.vector)
        evidence = {key: Evidence(c.text, c.bm25, cosines.get(c.vector_key, 0.0)) for key, c in candidates.items()}
        related = {key: one for key, one in evidence.items() if one.bm25 > 0 or one.cosine >= _UNRELATED}
        scores = score(self.asked, related)
        best: dict[str, float] = {}
        passages: dict[str, Passage] = {}
        for key in ranked(scores):
            candidate = candidates[key]
            top = best.setdefault(candidate.paper_id, scores[key])
            if candidate.passage and scores[key] > _NEARLY * top:
                passages.setdefault(candidate.paper_id, candidate.passage)
        return _shown(self.store, best, passages, self.asked, k)


def _shown(
    store: Store, scores: dict[str, float], best: dict[str, Passage], asked: Query, k: int
) -> tuple[SearchHit, ...]:
    """The `k` papers of the highest scores as they are shown; `best` is the best passage of each, if it has one."""
    phrases = asked.filter.phrases
    places = store.words.places(list(scores))
    papers = store.papers.by_ids([key for key in ranked(scores) if key in places][:k])
    ids = [paper.id for paper in papers]
    words_of, entries = store.entries.words(ids), store.entries.of(ids)
    hits = []
    for paper in papers:
        passage = _quoting(store, paper, best.get(paper.id), phrases)
        text = passage.text if passage else paper.abstract or _without_title(words_of.get(paper.id, ""), paper.title)
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
                entry=next(iter(entries.get(paper.id, ())), None),
                highlights=spans(text, asked.words, phrases),
            )
        )
    return tuple(hits)


def _without_title(words: str, title: str) -> str:
    """What an entry says besides the title."""
    return " ".join(words.replace(title, " ", 1).split()).strip(" .,:;-–—|")


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


def _why(store: Store, asked: Query, allowed: set[str] | None, missing: str, *, by_words: bool) -> str:
    """Why nothing was found, and what helps; `missing` says what the index lacks, or "", and `by_words` whether nothing
    was compared by meaning."""
    if store.papers.count() == 0:
        return "nothing is stored yet; `triage fetch` brings papers"
    if not asked.text and allowed is None:
        return "the question is empty"
    if allowed is not None and not allowed:
        return what_stops(store, asked.filter)
    if missing:
        return missing
    which = "no paper" if allowed is None else "none of those"
    meaning = "" if by_words else ", or is close to them in meaning"
    return f"{which} has any of these words{meaning}; try other words"


def _unindexed(store: Store, index: Index, model: str) -> str:
    """A sentence on the papers that are missing from the search index; "" if none is."""
    stored = store.papers.count()
    missing = max(len(store.indexed.lacking(model)), stored - index.count("papers"))
    if missing <= 0:
        return ""
    return f"{missing:,} of {stored:,} papers are not in the search index; `triage reindex` fills it"


def _newest_first(paper: Paper) -> tuple[int, str]:
    return (-(paper.published.toordinal() if paper.published else 0), paper.id)
