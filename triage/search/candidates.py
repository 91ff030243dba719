"""The papers and passages that may answer a question: those that vectors and words rank highest, joined."""

from dataclasses import dataclass

from triage.collection import Store
from triage.collection.words import Filter
from triage.identity import text_key
from triage.models import Passage
from triage.protocols import Index, Vectors
from triage.search.ranking import Query, fuse, ranked


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may answer: a passage, or a paper's title and abstract. `vector_key` is that of its vector, `bm25`
    its rank by words (0 if it was not found by them)."""

    paper_id: str
    text: str
    vector_key: str
    bm25: float
    passage: Passage | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """One question to the store and the index. `vector` is the question's, None to look by words only; `allowed` are
    the papers that pass its filters (None: all)."""

    store: Store
    index: Index
    asked: Query
    vector: Vectors | None
    allowed: set[str] | None

    def papers(self, depth: int) -> dict[str, Candidate]:
        """At most `depth` papers by their titles and abstracts, best first, by reciprocal rank fusion. Raises
        VectorIndexError, as `passages` does."""
        near = self._near("papers", depth)
        worded = dict(self.store.words.papers(self.asked.words, depth, self.allowed))
        papers = self.store.papers.by_ids(list(fuse([near, worded]))[:depth])
        listed = self.store.entries.words([paper.id for paper in papers])
        candidates = {}
        for paper in papers:
            text = paper.title_and_abstract
            shown, bm25 = f"{text} {listed.get(paper.id, '')}", worded.get(paper.id, 0.0)
            candidates[f"paper {paper.id}"] = Candidate(paper.id, shown, text_key(text), bm25)
        return candidates

    def passages(self, depth: int) -> dict[str, Candidate]:
        """The same of passages, by number."""
        near = self._near("passages", depth)
        worded = dict(self.store.words.passages(self.asked.words, depth, self.allowed))
        found = self.store.words.keyed(list(near)) | self.store.words.numbered(list(worded))
        meant = {str(number): near[passage.key] for number, passage in found.items() if passage.key in near}
        fused = fuse([ranked(meant), map(str, worded)])
        candidates = {}
        for number in map(int, list(fused)[:depth]):
            passage = found[number]
            if self.allowed is None or passage.paper_id in self.allowed:
                bm25 = worded.get(number, 0.0)
                candidates[f"passage {number}"] = Candidate(passage.paper_id, passage.text, passage.key, bm25, passage)
        return candidates

    def _near(self, collection: str, depth: int) -> dict[str, float]:
        """Key → cosine of the nearest that are allowed. A `where` filter would cost 30 times the query, so more and
        more of the nearest are fetched until enough of them are allowed."""
        if self.vector is None:
            return {}
        if self.allowed is None:
            return {hit.key: hit.score for hit in self.index.nearest(collection, self.vector, depth)}
        keys = self.allowed if collection == "papers" else self.store.words.passage_keys(self.allowed)
        if not keys:
            return {}
        total = self.index.count(collection)
        reach = depth
        while True:
            hits = self.index.nearest(collection, self.vector, reach)
            found = {hit.key: hit.score for hit in hits if hit.key in keys}
            if len(found) >= min(depth, len(keys)) or reach >= total:
                return found
            reach *= 8


def has_no_vectors(store: Store, index: Index, model: str) -> bool:
    """Whether the index holds no paper; it is asked only if the store knows of none, since Chroma is slow to start."""
    return not store.indexed.count(model) and not index.count("papers")


def what_stops(store: Store, filter: Filter) -> str:
    """Which of the filters no paper passes, or that none passes all of them."""
    alone = {f'no paper has the phrase "{phrase}"': Filter(phrases=(phrase,)) for phrase in filter.phrases}
    alone |= {f"no paper is by {author}": Filter(authors=(author,)) for author in filter.authors}
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
