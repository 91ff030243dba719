"""Records as the JSON that `list`, `show` and `search` promise."""

from dataclasses import asdict
from typing import Any

from triage.lists.format import House
from triage.models import HeldOut, Record
from triage.steps.review import proposed_entry


def record_json(record: Record, house: House) -> dict[str, Any]:
    """A record as `triage list --json` gives it."""
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


def held_out_json(tried: HeldOut | None) -> dict[str, Any] | None:
    """What became of held-out entries, as `fetch --json` and `status --json` give it."""
    if tried is None:
        return None
    low, high = tried.bounds
    return {**asdict(tried), "share": round(tried.share, 4), "low": round(low, 4), "high": round(high, 4)}
