"""Records as the JSON that `list`, `show` and `search` promise."""

from typing import Any

from triage.models import Record


def record_json(record: Record) -> dict[str, Any]:
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
        "entry": record.entry,
        "by": draft.by if draft else None,
        "neighbours": [
            {"title": n.title, "section": list(n.section), "similarity": round(n.similarity, 4)}
            for n in (judgement.neighbours if judgement else ())
        ],
    }
