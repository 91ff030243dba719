"""What a survey is made from: the works that stand in the list or were accepted, and how they were found."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from triage.collection import Store
from triage.collection.papers import PERSON, WATCH
from triage.drafting.links import find_links
from triage.evidence.retrieve import Embed
from triage.evidence.source import Source
from triage.judging.clusters import BackgroundFrequency, keyphrases
from triage.models import Facts, Record, SectionPath, Stage, Verdict
from triage.protocols import Vectors
from triage.writing.document import Work
from triage.writing.markup import one_line
from triage.writing.outline import HUGE, Placed
from triage.writing.protocol import Search
from triage.writing.records import ARTICLE, CONFERENCE, BibRecord, display_name

TAKEN = (Stage.LISTED, Stage.PUBLISHED, Stage.ACCEPTED)
"""The stages of the papers that a survey is about."""

_A_PART = 10
"""Papers of a part into which a huge section is split, about."""


@dataclass(frozen=True, slots=True)
class Material:
    """The works by citation key, where each stands in the list, in the list's order, and the search that found them."""

    works: Mapping[str, Work]
    placed: tuple[Placed, ...]
    search: Search


def gather(
    store: Store,
    records: Sequence[Record],
    described: Mapping[str, BibRecord],
    keys: Mapping[str, str],
    search: Search,
) -> Material:
    """The material of a survey on these papers: `described` and `keys` give each one's description and citation key by
    paper id."""
    sources = {source.paper_id: source for source in store.evidence(record.paper.id for record in records)}
    works = {}
    for record in records:
        key, one = keys[record.paper.id], described[record.paper.id]
        works[key] = _work(store, record, one, key, sources[record.paper.id])
    in_list = sorted(records, key=lambda record: min((entry.line for entry in record.entries), default=10**9))
    placed = tuple(Placed(keys[one.paper.id], described[one.paper.id].title, one.section) for one in in_list)
    return Material(works, placed, search)


def _work(store: Store, record: Record, known: BibRecord, key: str, source: Source) -> Work:
    drafted = record.draft.facts if record.draft else Facts(known.title)
    text = store.texts.get(record.paper.id) if record.text_source == "pdf" else None
    links = find_links(record.paper, text)
    facts = Facts(
        title=known.title,
        authors=tuple(display_name(name) for name in known.authors),
        venue=(known.container or None) if known.kind in (ARTICLE, CONFERENCE) else None,
        year=known.year,
        arxiv_id=known.arxiv_id or None,
        doi=known.any_doi or None,
        paper_url=known.any_url or None,
        code_url=drafted.code_url or links.code,
        project_url=drafted.project_url or links.project,
        data_url=drafted.data_url or links.data,
        datasets=drafted.datasets,
    )
    source = replace(source, title=known.title, year=known.year or source.year)
    return Work(key, source, facts, text.tables if text else ())


def search_of(store: Store, query: str, list_name: str, embedding: str, program: str) -> Search:
    """How the collection's papers were found, with the numbers of now."""
    counts = store.stage_counts()
    stages = store.stages()
    fetches = store.fetches.all(query)
    came = [fetch for fetch in fetches if fetch.stored]
    decisions = [one for one in store.ledger.current() if stages.get(one.paper_id) is Stage.REJECTED]
    notes = Counter(one_line(one.note) for one in decisions if one.verdict is Verdict.REJECT and one.note)
    del notes[""]
    days: list[date] = [fetch.started for fetch in fetches]
    days += [one.at.date() for one in store.ledger.current() if one.at]
    unjudged = store.judgements.unjudged()
    by_origin = {origin: sum(paper.id in stages for paper in store.papers.of(origin)) for origin in (WATCH, PERSON)}
    return Search(
        list_name=list_name,
        query=one_line(query),
        fetched=(min(f.since for f in came), max(f.stored[1] for f in came if f.stored)) if came else None,
        missing=tuple(store.fetches.gaps(query)),
        from_list=len(stages) - sum(by_origin.values()),
        from_arxiv=by_origin[WATCH],
        from_people=by_origin[PERSON],
        set_aside=max(0, counts[Stage.WATCHED] - unjudged),
        unjudged=min(unjudged, counts[Stage.WATCHED]),
        waiting=counts[Stage.QUEUED] + counts[Stage.DRAFTED],
        later=counts[Stage.LATER],
        rejected=counts[Stage.REJECTED],
        taken=sum(counts[stage] for stage in TAKEN),
        reasons=tuple(notes.most_common()),
        embedding=embedding,
        program=program,
        as_of=max(days, default=None),
    )


def split_by_meaning(works: Mapping[str, Work], embed: Embed, keys: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The papers of a huge section in groups of like meaning, each named by the words that its papers share; [] where
    no such groups are found (Ward's linkage over unit vectors, Ward 1963)."""
    texts = [_opening(works[key]) for key in keys]
    if len(texts) <= HUGE:
        return []
    groups = _clustered(embed(texts), max(2, round(len(texts) / _A_PART)))
    frequency = BackgroundFrequency(texts, ())
    named = []
    for rows in groups:
        words = keyphrases([texts[row] for row in rows], [], frequency)
        if words:
            named.append((_as_title(words), [keys[row] for row in rows]))
    return named if len({name for name, _ in named}) == len(named) else []


def _clustered(vectors: Vectors, count: int) -> list[list[int]]:
    from scipy.cluster.hierarchy import fcluster, linkage

    labels = fcluster(linkage(vectors, "ward"), min(count, 6), criterion="maxclust").tolist()
    return [[row for row, found in enumerate(labels) if found == label] for label in dict.fromkeys(labels)]


def _opening(work: Work) -> str:
    said = " ".join(sentence.text for sentence in work.source.sentences[:12])
    return f"{work.source.title}\n\n{said}"


def _as_title(words: Sequence[str]) -> str:
    title = " and ".join(words[:2])
    return title[:1].upper() + title[1:]


def taken_in(records: Sequence[Record], section: SectionPath | None) -> list[Record]:
    """Those of these records that stand, or are to stand, under this section (None: any)."""
    if section is None:
        return list(records)
    return [
        record
        for record in records
        if any(
            path[: len(section)] == section for path in (record.section, *(entry.section for entry in record.entries))
        )
    ]
