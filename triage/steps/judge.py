"""Judge every watched paper by the list: is it wanted, which section, what says so."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from triage.identity import title_key
from triage.judging.evidence import Example
from triage.models import Decision, Paper, SectionPath, Stage, Verdict
from triage.services import Progress
from triage.storage import Store
from triage.vectors import CachedVectors

ALGORITHM = "judge-2"
"""Changes when the same evidence would give other judgements."""

PERSON_WEIGHT = 3.0
"""A decision made today says more of what is wanted than an entry that somebody once added."""

_MEMORY = "judge"


class ListedEntry(Protocol):
    """What judging needs to know of an entry of the list."""

    @property
    def title(self) -> str: ...
    @property
    def section(self) -> SectionPath: ...
    @property
    def arxiv_id(self) -> str | None: ...
    @property
    def year(self) -> int | None: ...


class ListedSection(Protocol):
    """What judging needs to know of a heading; `kind` is "topic", "venue", "time" or "housekeeping"."""

    @property
    def path(self) -> SectionPath: ...
    @property
    def kind(self) -> str: ...


class ListedDocument(Protocol):
    """What judging needs to know of the list."""

    @property
    def entries(self) -> Sequence[ListedEntry]: ...
    @property
    def taxonomy(self) -> Sequence[SectionPath]: ...
    @property
    def sections(self) -> Sequence[ListedSection]: ...


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """What a run of `judge` did, and how the whole store stands after it: `queued` and `set_aside` count all undecided
    papers, `expected_misses` estimates how many of those set aside the owner would have wanted."""

    judged: int
    queued: int
    set_aside: int
    expected_misses: float
    threshold: float


def judge(store: Store, document: ListedDocument, vectors: CachedVectors, progress: Progress) -> JudgeReport:
    """Judges every stored paper whose judgement was not made from the present evidence (list, decisions, embedding
    model); with nothing lacking it does no work. Person-added papers are judged too."""
    known = store.known.all()
    decisions = store.ledger.standing()
    basis = evidence_fingerprint(document, known, decisions, vectors.model)
    lacking = store.judgements.lacking(basis)
    if not lacking:
        return _report(store, 0)
    # The learners bring scikit-learn, a second of imports that a run without news must not pay for.
    from triage.judging.verdicts import give_verdicts

    papers = {paper.id: paper for paper in store.papers.all()}
    examples = gather(document, known, decisions, papers)
    listed = {title_key(example.title) for example in examples}
    watch = [paper for paper in papers.values() if title_key(paper.title) not in listed]
    asked = [papers[paper_id] for paper_id in lacking]
    with progress("judging", len(asked)) as advance:
        verdicts = give_verdicts(examples, filing_sections(document), watch, asked, vectors.embed, basis)
        advance(len(asked))
    store.judgements.save(verdicts.judgements)
    store.meta.set(_MEMORY, json.dumps({"threshold": verdicts.threshold, "expected_misses": _misses(store)}))
    return _report(store, len(asked))


def filing_sections(document: ListedDocument) -> list[SectionPath]:
    """The sections that papers are filed under: of the taxonomy those about a topic; a list that sorts by venue or
    year alone is filed by these."""
    kinds = {section.path: section.kind for section in document.sections}
    papers = [path for path in document.taxonomy if kinds.get(path) != "housekeeping"]
    topics = [path for path in papers if kinds.get(path, "topic") == "topic"]
    return topics or papers or list(document.taxonomy)


def gather(
    document: ListedDocument, known: Mapping[str, Paper], decisions: Sequence[Decision], papers: Mapping[str, Paper]
) -> list[Example]:
    """The evidence: each entry once with all its sections, with its abstract where known; then the decided papers,
    a person's word replacing the list's."""
    examples: dict[str, Example] = {}
    for entry in document.entries:
        if not entry.title.strip():
            continue
        key = title_key(entry.title) or entry.title
        paper = known.get(entry.arxiv_id or "")
        before = examples.get(key)
        sections = (*(before.sections if before else ()), entry.section)
        examples[key] = Example(
            title=entry.title,
            abstract=paper.abstract if paper else "",
            sections=tuple(dict.fromkeys(sections)),
            when=_year(entry, paper),
        )
    for decision in decisions:
        paper = papers.get(decision.paper_id)
        if paper is None or decision.verdict is Verdict.LATER:
            continue
        examples[title_key(paper.title) or paper.id] = Example(
            title=paper.title,
            abstract=paper.abstract,
            sections=(decision.section,) if decision.section else (),
            when=_fraction(paper.published),
            weight=PERSON_WEIGHT,
            wanted=decision.verdict is Verdict.ACCEPT,
        )
    return list(examples.values())


def _year(entry: ListedEntry, paper: Paper | None) -> float | None:
    if paper and paper.published:
        return _fraction(paper.published)
    month = re.match(r"(\d\d)(\d\d)\.", entry.arxiv_id or "")
    if month:
        return 2000 + int(month[1]) + (int(month[2]) - 0.5) / 12
    return entry.year + 0.5 if entry.year else None


def _fraction(day: date | None) -> float | None:
    return day.year + (day.timetuple().tm_yday - 0.5) / 366 if day else None


def evidence_fingerprint(
    document: ListedDocument, known: Iterable[str], decisions: Sequence[Decision], model: str
) -> str:
    """A hash of all that a judgement is learned from."""
    facts = {
        "algorithm": ALGORITHM,
        "model": model,
        "taxonomy": list(document.taxonomy),
        "entries": [(e.title, e.section, e.arxiv_id, e.year) for e in document.entries],
        "known": sorted(known),
        "decisions": [(d.paper_id, d.verdict.value, d.section) for d in decisions if d.verdict is not Verdict.LATER],
    }
    text = json.dumps(facts, ensure_ascii=True)
    return hashlib.blake2b(text.encode("ascii"), digest_size=12).hexdigest()


def expected_misses(store: Store) -> float:
    """How many of the papers set aside the owner would have wanted, as estimated by the last `judge`."""
    return float(_memory(store)["expected_misses"])


def _misses(store: Store) -> float:
    """The wanted among those set aside: the sum of their chances."""
    aside = (store.judgements.get(paper_id) for paper_id in store.stages(Stage.WATCHED))
    return sum(judgement.relevance for judgement in aside if judgement)


def _memory(store: Store) -> dict[str, float]:
    facts: dict[str, float] = json.loads(store.meta.get(_MEMORY) or '{"threshold": 0.0, "expected_misses": 0.0}')
    return facts


def _report(store: Store, judged: int) -> JudgeReport:
    counts = store.stage_counts()
    facts = _memory(store)
    return JudgeReport(
        judged=judged,
        queued=counts[Stage.QUEUED] + counts[Stage.DRAFTED],
        set_aside=counts[Stage.WATCHED],
        expected_misses=facts["expected_misses"],
        threshold=facts["threshold"],
    )
