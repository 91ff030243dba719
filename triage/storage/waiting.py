"""The queue as light lines: what a list of thousands shows of each paper, read in one query."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from triage.models import Choice, SectionPath, Stage, open_sections
from triage.storage.database import Database


@dataclass(frozen=True, slots=True)
class Line:
    """One paper of the queue. `section` is as `Record.section` has it; `confidence` is the judge's probability for it,
    `relevance` that it belongs at all (both 0 to 1). `source` is "pdf", "abstract" or None;
    `by` is "rules", a model's name, or None without a draft."""

    paper_id: str
    title: str
    stage: Stage
    section: SectionPath
    relevance: float
    confidence: float
    source: str | None
    by: str | None


_QUERY = """
SELECT p.id, p.title, s.stage, d.section, json_extract(r.data, '$.section'), r.number, json_extract(r.data, '$.by'),
    json_extract(r.data, '$.voted'), json_extract(j.data, '$.relevance'), json_extract(j.data, '$.sections[0].section'),
    json_extract(j.data, '$.sections[0].probability'), t.source
FROM stages AS s
JOIN papers AS p ON p.id = s.paper_id
LEFT JOIN judgements AS j ON j.paper_id = p.id
LEFT JOIN texts AS t ON t.paper_id = p.id
LEFT JOIN latest_drafts AS r ON r.paper_id = p.id
LEFT JOIN latest_decisions AS d ON d.paper_id = p.id
WHERE s.stage IN ({marks}) {one}
ORDER BY s.added_at, s.paper_id
"""


def lines(connection: Database, stages: Sequence[Stage], paper_id: str | None = None) -> list[Line]:
    """The papers at these stages (of them only `paper_id`, if given), in the order they came."""
    query = _QUERY.format(marks=",".join("?" * len(stages)), one="AND s.paper_id = ?" if paper_id else "")
    values = [stage.value for stage in stages] + ([paper_id] if paper_id else [])
    paths: dict[str, SectionPath] = {}
    made: list[Line] = []
    for key, title, stage, decided, drafted, draft, by, voted, relevance, judged, chance, source in connection.execute(
        query, values
    ):
        machine = (judged, drafted)
        if voted and tuple(json.loads(drafted)) in open_sections(_choices(connection, key)):
            machine = (drafted, judged)
        section = next((text for text in (decided, *machine) if text and text != "[]"), "[]")
        if section not in paths:
            paths[section] = tuple(json.loads(section))
        path = paths[section]
        first = section == judged or path == tuple(json.loads(judged or "[]"))
        sure = chance if first else _chance(connection, key, path)
        writer = (by or "rules") if draft else None
        made.append(Line(key, title, Stage(stage), path, relevance or 0.0, sure or 0.0, source, writer))
    return made


def authors(connection: Database) -> dict[str, str]:
    """Paper id → its authors' names as one text."""
    rows = connection.execute("SELECT id, json_extract(data, '$.authors') FROM papers")
    return {key: ", ".join(json.loads(names or "[]")) for key, names in rows}


def _chance(connection: Database, paper_id: str, path: SectionPath) -> float:
    """The judge's probability for a section that is not its first choice."""
    return next((one.probability for one in _choices(connection, paper_id) if one.section == path), 0.0)


def _choices(connection: Database, paper_id: str) -> list[Choice]:
    """The judge's sections, likeliest first; none if it has not judged the paper."""
    row = connection.execute(
        "SELECT json_extract(data, '$.sections') FROM judgements WHERE paper_id = ?", (paper_id,)
    ).fetchone()
    return [Choice(tuple(one["section"]), float(one["probability"])) for one in json.loads((row and row[0]) or "[]")]
