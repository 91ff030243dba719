"""Judge every watched paper by the list: is it relevant, where does it go, and why."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from triage.collection import Store
from triage.collection.papers import BACKGROUND, PERSON, WATCH
from triage.collection.waiting import lines
from triage.identity import title_key
from triage.judging.examples import Example, ListedDocument, collect_examples, filing_sections, venue_sections
from triage.models import HeldOut, Paper, Stage
from triage.protocols import Progress
from triage.search.vectors import CachedVectors

ALGORITHM = "judge-10"
"""Changes when the same evidence would give other judgements."""

UNDECIDED = (Stage.QUEUED, Stage.DRAFTED, Stage.LATER)

REVIEW_BATCH = 60
"""The number of papers that a person reviews in one sitting, at about a minute each."""

ENOUGH_ENTRIES = 20
"""Entries that are enough to estimate the share that is set aside, a twentieth or so."""

_TRIAL_KEY = "judge's trial"


@dataclass(frozen=True, slots=True)
class Trial:
    """How the judge does on wanted papers that it did not learn from. `held_out` is None if there are fewer than
    ENOUGH_ENTRIES to estimate it. `batch_recall` is the share of these entries that are at least as relevant as the
    last of the REVIEW_BATCH most relevant papers in the queue: how many of the relevant papers a person sees who
    reviews that many. None also if the queue is no longer than that."""

    held_out: HeldOut | None = None
    batch_recall: float | None = None


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """What a run of `judge` did, and the state of the whole store after it: `queued` and `set_aside` count all
    undecided papers."""

    judged: int
    queued: int
    set_aside: int
    trial: Trial = Trial()


def judge(store: Store, document: ListedDocument, vectors: CachedVectors, progress: Progress) -> JudgeReport:
    """Judges every stored paper whose judgement was not made from the present evidence (list, decisions, embedding
    model); where none is lacking it does no work. Papers that a person added are judged too. Raises ModelError if the
    embedding model cannot be used."""
    decisions = store.ledger.current()
    decided = {paper.id: paper for paper in store.papers.by_ids([decision.paper_id for decision in decisions])}
    examples = collect_examples(document, store.entries.known(), decisions, decided)
    basis = evidence_fingerprint(examples, document, vectors.model)
    lacking = store.judgements.lacking(basis)
    if not lacking:
        return _report(store, 0)
    papers = {paper.id: paper for paper in store.papers.of(WATCH, PERSON)}
    listed = {title_key(example.title) for example in examples}
    unlabelled = (*papers.values(), *store.papers.of(BACKGROUND))
    watch = [paper for paper in unlabelled if title_key(paper.title) not in listed]
    asked = [papers[paper_id] for paper_id in lacking]
    with progress(f"learning from the list to judge {len(asked):,} papers", None):
        # The models bring scikit-learn, a second of imports that a run without news must not pay for.
        from triage.judging.judge import judge_papers

        judged = judge_papers(
            examples, filing_sections(document), watch, asked, vectors.embed, basis, venue_sections(document)
        )
        store.judgements.save(judged.judgements)
        _find_clusters(store, examples, watch, vectors)
    held_out = asdict(judged.held_out) if judged.held_out else None
    store.meta.set(_TRIAL_KEY, json.dumps({"held_out": held_out, "listed": judged.listed}))
    return _report(store, len(asked))


def _find_clusters(store: Store, examples: Sequence[Example], watch: Sequence[Paper], vectors: CachedVectors) -> None:
    """Saves for every undecided paper that fits nowhere which section it would start: also for those judged before,
    since a paper that came today may form a cluster with one of last week."""
    before = store.judgements.of(store.stages(*UNDECIDED))
    if not any(judgement.fits_nowhere for judgement in before.values()):
        return
    from triage.judging.clusters import Candidate, find_clusters

    papers = [(paper, before[paper.id]) for paper in store.papers.by_ids(before)]
    candidates = [
        Candidate(p.id, p.title, p.title_and_abstract, j.section, j.none_fits, j.fits_nowhere) for p, j in papers
    ]
    found = find_clusters(
        candidates,
        vectors.embed([one.text for one in candidates]),
        examples,
        vectors.embed([example.text for example in examples]),
        [paper.title_and_abstract for paper in watch],
    )
    store.judgements.save(
        replace(judged, cluster=found.get(key)) for key, judged in before.items() if judged.cluster != found.get(key)
    )


def evidence_fingerprint(examples: Sequence[Example], document: ListedDocument, model: str) -> str:
    """A hash of all that a judgement is learned from. An accepted paper is the same example before and after its entry
    is published, so publishing makes no judgement stale."""
    facts = (
        ALGORITHM,
        model,
        filing_sections(document),
        venue_sections(document),
        sorted(repr(example) for example in examples),
    )
    return hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def trial(store: Store) -> Trial:
    """How the judge did when it last learned, with the queue as it is now."""
    facts: dict[str, Any] = json.loads(store.meta.get(_TRIAL_KEY) or "{}")
    if not facts.get("held_out"):
        return Trial()
    held_out = HeldOut(**facts["held_out"])
    if held_out.entries < ENOUGH_ENTRIES:
        return Trial()
    queue = lines(store.connection, (Stage.QUEUED, Stage.DRAFTED))
    if len(queue) <= REVIEW_BATCH:
        return Trial(held_out)
    last = sorted((line.relevance for line in queue), reverse=True)[REVIEW_BATCH - 1]
    listed: list[float] = facts["listed"]
    return Trial(held_out, sum(relevance >= last for relevance in listed) / len(listed))


def _report(store: Store, judged: int) -> JudgeReport:
    counts = store.stage_counts()
    return JudgeReport(
        judged=judged,
        queued=counts[Stage.QUEUED] + counts[Stage.DRAFTED],
        set_aside=counts[Stage.WATCHED],
        trial=trial(store),
    )
