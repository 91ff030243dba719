"""Judge every watched paper by the list: is it wanted, which section, what says so."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from triage.identity import title_key
from triage.judging.evidence import Example
from triage.judging.listed import ListedDocument, filing_sections, gather, venue_sections
from triage.judging.queue import RECALL, TYPICAL
from triage.models import Paper, Stage
from triage.services import Progress
from triage.storage import Store
from triage.storage.papers import BACKGROUND, PERSON, WATCH
from triage.storage.waiting import lines
from triage.vectors import CachedVectors, paper_text

ALGORITHM = "judge-10"
"""Changes when the same evidence would give other judgements."""

UNDECIDED = (Stage.QUEUED, Stage.DRAFTED, Stage.LATER)

EVENING = 60
"""Papers that a person reads in an evening, at a minute each."""

_MEMORY = "judge"


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """What a run of `judge` did, and how the whole store stands after it: `queued` and `set_aside` count all undecided
    papers, `expected_misses` estimates how many of those set aside the owner would have wanted, `in_evening` what share
    of all that is wanted stands among the EVENING most relevant (None: no more wait, or nothing was learned)."""

    judged: int
    queued: int
    set_aside: int
    expected_misses: float
    in_evening: float | None = None


def judge(store: Store, document: ListedDocument, vectors: CachedVectors, progress: Progress) -> JudgeReport:
    """Judges every stored paper whose judgement was not made from the present evidence (list, decisions, embedding
    model); with nothing lacking it does no work. Person-added papers are judged too."""
    known = store.entries.known()
    decisions = store.ledger.standing()
    decided = {paper.id: paper for paper in store.papers.by_ids([decision.paper_id for decision in decisions])}
    examples = gather(document, known, decisions, decided)
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
        from triage.judging.verdicts import give_verdicts

        verdicts = give_verdicts(
            examples, filing_sections(document), watch, asked, vectors.embed, basis, venue_sections(document)
        )
        store.judgements.save(verdicts.judgements)
        _start_sections(store, examples, watch, vectors)
    store.meta.set(_MEMORY, json.dumps({"expected_misses": _misses(store), "wanted": verdicts.wanted}))
    return _report(store, len(asked))


def _start_sections(store: Store, examples: Sequence[Example], watch: Sequence[Paper], vectors: CachedVectors) -> None:
    """Says of every undecided paper which fits nowhere what section it would start: of those judged before too, since a
    paper that came today may stand with one of last week."""
    waiting = {key: store.judgements.get(key) for key in store.stages(*UNDECIDED)}
    before = {key: judgement for key, judgement in waiting.items() if judgement}
    if not any(judgement.fits_nowhere for judgement in before.values()):
        return
    from triage.judging.clusters import Waiting, find_clusters

    papers = [(paper, before[key]) for key in sorted(before) if (paper := store.papers.get(key))]
    asked = [Waiting(p.id, p.title, paper_text(p), j.section, j.none_fits, j.fits_nowhere) for p, j in papers]
    found = find_clusters(
        asked,
        vectors.embed([one.text for one in asked]),
        examples,
        vectors.embed([example.text for example in examples]),
        [paper_text(paper) for paper in watch],
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


def expected_misses(store: Store) -> float:
    """How many of the papers set aside the owner would have wanted, as estimated by the last `judge`."""
    return float(_memory(store)["expected_misses"])


def share_in(store: Store, count: int) -> float | None:
    """The estimated share (0 to 1) of all wanted papers that is as relevant as the `count` most relevant ones that
    wait for a person; None if fewer wait, or if nothing was learned yet."""
    wanted: list[float] = _memory(store).get("wanted") or []
    waiting = lines(store.connection, (Stage.QUEUED, Stage.DRAFTED))
    if not wanted or len(waiting) <= count:
        return None
    last = sorted((line.relevance for line in waiting), reverse=True)[count - 1]
    return sum(value >= last for value in wanted) / len(wanted)


def _misses(store: Store) -> float:
    """The wanted among those set aside: of what is wanted half scores above the list's typical entry, and the queue's
    cut leaves out one in twenty."""
    counts = store.stage_counts()
    wanted = (paper_id for paper_id, stage in store.stages().items() if stage is not Stage.REJECTED)
    judged = (store.judgements.get(paper_id) for paper_id in wanted)
    typical = sum(judgement.relevance >= TYPICAL for judgement in judged if judgement)
    return min(2 * typical * (1 - RECALL), counts[Stage.WATCHED])


def _memory(store: Store) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(store.meta.get(_MEMORY) or '{"expected_misses": 0.0}')
    return facts


def _report(store: Store, judged: int) -> JudgeReport:
    counts = store.stage_counts()
    facts = _memory(store)
    return JudgeReport(
        judged=judged,
        queued=counts[Stage.QUEUED] + counts[Stage.DRAFTED],
        set_aside=counts[Stage.WATCHED],
        expected_misses=float(facts["expected_misses"]),
        in_evening=share_in(store, EVENING),
    )
