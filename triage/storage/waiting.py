"""The queue as light lines: what a list of thousands shows of each paper, read in one query."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from triage.models import Choice, Neighbour, SectionPath, Stage
from triage.storage.codec import load_path


@dataclass(frozen=True, slots=True)
class Line:
    """One paper of the queue. `section` is the person's word before the draft's before the judge's; `confidence` is the
    judge's probability for it, `relevance` that it belongs at all (both 0 to 1). `source` is "pdf", "abstract" or None;
    `by` is "rules", a model's name, or None without a draft."""

    paper_id: str
    title: str
    authors: str
    stage: Stage
    section: SectionPath
    relevance: float
    confidence: float
    none_fits: float
    source: str | None
    by: str | None
    choices: tuple[Choice, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()


_QUERY = """
SELECT p.id, p.title, w.authors, s.stage, t.source,
    json_extract(j.data, '$.relevance'), json_extract(j.data, '$.none_fits'),
    json_extract(j.data, '$.sections'), json_extract(j.data, '$.neighbours'),
    r.number, json_extract(r.data, '$.section'), json_extract(r.data, '$.by'), d.section
FROM stages AS s
JOIN papers AS p ON p.id = s.paper_id
LEFT JOIN judgements AS j ON j.paper_id = p.id
LEFT JOIN texts AS t ON t.paper_id = p.id
LEFT JOIN latest_drafts AS r ON r.paper_id = p.id
LEFT JOIN latest_decisions AS d ON d.paper_id = p.id
LEFT JOIN (SELECT id, json_extract(data, '$.authors') AS authors FROM papers) AS w ON w.id = p.id
WHERE s.stage IN ({marks}) {one}
ORDER BY s.added_at, s.paper_id
"""


def lines(connection: sqlite3.Connection, stages: Sequence[Stage], paper_id: str | None = None) -> list[Line]:
    """The papers at these stages (of them only `paper_id`, if given), in the order they came."""
    query = _QUERY.format(marks=",".join("?" * len(stages)), one="AND s.paper_id = ?" if paper_id else "")
    values = [stage.value for stage in stages] + ([paper_id] if paper_id else [])
    return [_line(row) for row in connection.execute(query, values)]


def _line(row: Sequence[object]) -> Line:
    paper_id, title, authors, stage, source, relevance, none_fits, sections, near, draft, drafted, by, decided = row
    choices = tuple(
        Choice(tuple(one["section"]), float(one["probability"])) for one in json.loads(str(sections or "[]"))
    )
    section = load_path(str(decided)) if decided else ()
    section = section or tuple(json.loads(str(drafted or "[]"))) or (choices[0].section if choices else ())
    return Line(
        paper_id=str(paper_id),
        title=str(title),
        authors=", ".join(json.loads(str(authors or "[]"))),
        stage=Stage(str(stage)),
        section=section,
        relevance=_number(relevance),
        confidence=next((choice.probability for choice in choices if choice.section == section), 0.0),
        none_fits=_number(none_fits),
        source=str(source) if source else None,
        by=str(by or "rules") if draft else None,
        choices=choices,
        neighbours=tuple(
            Neighbour(str(one["title"]), tuple(one["section"]), float(one["similarity"]))
            for one in json.loads(str(near or "[]"))
        ),
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
