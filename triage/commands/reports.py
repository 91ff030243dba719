"""What `--json` promises: records, problems, hits and figures as JSON values."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from triage.house.format import House
from triage.models import Decision, HeldOut, ListedAs, Problem, Record
from triage.steps.card import Card, Related
from triage.steps.review import proposed_entry


def record_json(record: Record, house: House) -> dict[str, Any]:
    """A record as `triage list` gives it."""
    judgement, draft = record.judgement, record.draft
    return {
        "id": record.paper.id,
        "title": record.paper.title,
        "stage": record.stage.value,
        "section": list(record.section),
        "confidence": round(record.confidence, 4) if judgement else None,
        "relevance": round(judgement.relevance, 4) if judgement else None,
        "summary": draft.facts.summary if draft else None,
        "entry": proposed_entry(record, house),
        "by": draft.by if draft else None,
        "neighbours": [
            {"title": n.title, "section": list(n.section), "similarity": round(n.similarity, 4)}
            for n in (judgement.neighbours if judgement else ())
        ],
    }


def card_json(record: Record, around: Card) -> dict[str, Any]:
    """What `triage show` gives in addition to the record."""
    paper, judgement, draft = record.paper, record.judgement, record.draft
    cluster = judgement.cluster if judgement else None
    return {
        "authors": list(paper.authors),
        "abstract": paper.abstract,
        "comment": paper.comment,
        "url": paper.abs_url,
        "read_from": record.text_source,
        "entries": [_entry_json(entry) for entry in record.entries],
        "sections": [
            {"section": list(choice.section), "probability": round(choice.probability, 4)}
            for choice in (judgement.sections if judgement else ())
        ],
        "none_fits": round(judgement.none_fits, 4) if judgement else None,
        "new_section": {"words": list(cluster.words), "papers": list(cluster.papers), "more": cluster.more}
        if cluster
        else None,
        "words": list(judgement.words) if judgement else [],
        "listed_authors": dict(judgement.listed_authors) if judgement else {},
        "datasets": list(draft.facts.datasets) if draft else [],
        "notes": list(draft.remarks) if draft else [],
        "quotes": dict(draft.quotes) if draft else {},
        "outline": [{"title": heading.title, "page": heading.page} for heading in around.outline],
        "references_here": _related_json(around.references),
        "cited_by": _related_json(around.cited_by),
        "nearest": _related_json(around.nearest),
        "decided": _decision_json(record.decision),
        "problems": [{"step": one.step, "message": one.message} for one in record.problems],
    }


def problems_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems with the ids of their papers."""
    return [{"id": one.paper_id, "step": one.step, "message": one.message} for one in problems]


def held_out_json(tried: HeldOut | None) -> dict[str, Any] | None:
    """What became of held-out entries, as `fetch` and `status` give it."""
    if tried is None:
        return None
    low, high = tried.bounds
    return {**asdict(tried), "share": round(tried.share, 4), "low": round(low, 4), "high": round(high, 4)}


def _entry_json(entry: ListedAs) -> dict[str, Any]:
    return {"section": list(entry.section), "line": entry.line, "venue": entry.venue, "year": entry.year}


def _related_json(papers: Iterable[Related]) -> list[dict[str, str]]:
    return [{"id": one.paper_id, "title": one.title} for one in papers]


def _decision_json(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None or decision.at is None:
        return None
    return {
        "verdict": decision.verdict.value,
        "person": decision.person,
        "at": decision.at.isoformat(),
        "note": decision.note,
    }
