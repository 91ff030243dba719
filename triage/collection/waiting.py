"""The queue as light lines: what a list of thousands shows of each paper, read in one query."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from triage.collection.database import Database
from triage.models import Choice, SectionPath, Stage, open_sections


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


PROPOSAL = """json_extract(r.data, '$.section'), json_extract(j.data, '$.sections[0].section'),
    CASE WHEN json_extract(r.data, '$.voted') THEN json_extract(j.data, '$.sections') END"""
"""What `proposed` needs to know, of the newest draft r and the judgement j."""

_QUERY = """
SELECT p.id, p.title, s.stage, d.section, {proposal}, r.number, json_extract(r.data, '$.by'),
    json_extract(j.data, '$.relevance'), json_extract(j.data, '$.sections[0].probability'), t.source
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
    one = "AND s.paper_id = ?" if paper_id else ""
    query = _QUERY.format(proposal=PROPOSAL, marks=",".join("?" * len(stages)), one=one)
    values = [stage.value for stage in stages] + ([paper_id] if paper_id else [])
    paths: dict[str, SectionPath] = {}
    made: list[Line] = []
    for row in connection.execute(query, values):
        key, title, stage, decided, drafted, judged, choices, draft, by, relevance, chance, source = row
        section = decided if decided and decided != "[]" else proposed(drafted, judged, choices)
        if section not in paths:
            paths[section] = tuple(json.loads(section))
        path = paths[section]
        first = section == judged or path == tuple(json.loads(judged or "[]"))
        sure = chance if first else _chance(connection, key, path)
        writer = (by or "rules") if draft else None
        made.append(Line(key, title, Stage(stage), path, relevance or 0.0, sure or 0.0, source, writer))
    return made


def proposed(drafted: str | None, judged: str | None, choices: str | None) -> str:
    """Where the machine would put a paper now, from and as JSON: what `models.proposed_section` says. `choices` are the
    judge's sections if a model's vote gave the draft its section."""
    if not judged or judged == "[]":
        return drafted or "[]"
    voted = choices and drafted and tuple(json.loads(drafted)) in open_sections(_choices(choices))
    return drafted if voted and drafted else judged


def authors(connection: Database) -> dict[str, str]:
    """Paper id → its authors' names as one text."""
    rows = connection.execute("SELECT id, json_extract(data, '$.authors') FROM papers")
    return {key: ", ".join(json.loads(names or "[]")) for key, names in rows}


def _chance(connection: Database, paper_id: str, path: SectionPath) -> float:
    """The judge's probability for a section that is not its first choice."""
    row = connection.execute(
        "SELECT json_extract(data, '$.sections') FROM judgements WHERE paper_id = ?", (paper_id,)
    ).fetchone()
    return next((one.probability for one in _choices((row and row[0]) or "[]") if one.section == path), 0.0)


def _choices(text: str) -> list[Choice]:
    """The judge's sections as JSON, likeliest first."""
    return [Choice(tuple(one["section"]), float(one["probability"])) for one in json.loads(text)]
