"""Judge every watched paper by the list: is it wanted, which section, what says so."""

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
"""Papers that a person reviews at a sitting, at a minute each."""

ENOUGH = 20
"""Entries from which the share that is set aside, a twentieth or so, can be told."""

_MEMORY = "judge's trial"


@dataclass(frozen=True, slots=True)
class Trial:
    """How the judge does on wanted papers that it did not learn from. `held_out` is None if there are fewer than ENOUGH
    entries to tell. `batch_recall` is the share of these entries that are at least as relevant as the last of the
    REVIEW_BATCH most relevant papers that wait: what of the wanted a person meets who reviews so many; None also if no
    more papers wait."""

    held_out: HeldOut | None = None
    batch_recall: float | None = None


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """What a run of `judge` did, and how the whole store stands after it: `queued` and `set_aside` count all undecided
    papers."""

    judged: int
    queued: int
    set_aside: int
    trial: Trial = Trial()


def judge(store: Store, document: ListedDocument, vectors: CachedVectors, progress: Progress) -> JudgeReport:
    """Judges every stored paper whose judgement was not made from the present evidence (list, decisions, embedding
    model); with nothing lacking it does no work. Person-added papers are judged too."""
    known = store.entries.known()
    decisions = store.ledger.standing()
    decided = {paper.id: paper for paper in store.papers.by_ids([decision.paper_id for decision in decisions])}
    examples = collect_examples(document, known, decisions, decided)
    basis = evidence_fingerprint(examples, document, vectors.model)
    lacking = store.judgements.lacking(basis)
    if not lacking:
        return _report(store, 0)
    papers = {paper.id: paper for paper in store.papers.of(WATCH, PERSON)}
    listed = {title_key(example.title) for example in examples}
    beside = (*papers.values(), *store.papers.of(BACKGROUND))
    watch = [paper for paper in beside if title_key(paper.title) not in listed]
    asked = [papers[paper_id] for paper_id in lacking]
    with progress(f"learning from the list to judge {len(asked):,} papers", None):
        # The learners bring scikit-learn, a second of imports that a run without news must not pay for.
        from triage.judging.judge import judge_papers

        judged = judge_papers(
            examples, filing_sections(document), watch, asked, vectors.embed, basis, venue_sections(document)
        )
        store.judgements.save(judged.judgements)
        _start_sections(store, examples, watch, vectors)
    tried = asdict(judged.held_out) if judged.held_out else None
    store.meta.set(_MEMORY, json.dumps({"held_out": tried, "listed": judged.listed}))
    return _report(store, len(asked))


def _start_sections(store: Store, examples: Sequence[Example], watch: Sequence[Paper], vectors: CachedVectors) -> None:
    """Says of every undecided paper which fits nowhere what section it would start: of those judged before too, since a
    paper that came today may stand with one of last week."""
    waiting = {key: store.judgements.get(key) for key in store.stages(*UNDECIDED)}
    before = {key: judgement for key, judgement in waiting.items() if judgement}
    if not any(judgement.fits_nowhere for judgement in before.values()):
        return
    from triage.judging.clusters import Candidate, find_clusters

    papers = [(paper, before[key]) for key in sorted(before) if (paper := store.papers.get(key))]
    asked = [Candidate(p.id, p.title, p.title_and_abstract, j.section, j.none_fits, j.fits_nowhere) for p, j in papers]
    found = find_clusters(
        asked,
        vectors.embed([one.text for one in asked]),
        examples,
        vectors.embed([example.text for example in examples]),
        [paper.title_and_abstract for paper in watch],
    )
    changed = [replace(j, cluster=found.get(key)) for key, j in before.items() if j.cluster != found.get(key)]
    store.judgements.save(changed)


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
    """How the judge did when it last learned, seen with the papers that wait now."""
    facts: dict[str, Any] = json.loads(store.meta.get(_MEMORY) or "{}")
    if not facts.get("held_out"):
        return Trial()
    held_out = HeldOut(**facts["held_out"])
    if held_out.entries < ENOUGH:
        return Trial()
    waiting = lines(store.connection, (Stage.QUEUED, Stage.DRAFTED))
    if len(waiting) <= REVIEW_BATCH:
        return Trial(held_out)
    last = sorted((line.relevance for line in waiting), reverse=True)[REVIEW_BATCH - 1]
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
