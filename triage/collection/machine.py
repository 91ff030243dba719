"""What the machine thinks: judgements, texts, passages, drafts and cached vectors. All of it can be made again."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from triage.collection.codec import dump, dump_time, load, load_path, now
from triage.collection.database import Database
from triage.identity import identity_keys
from triage.models import Draft, FullText, Judgement, Passage, Table

_BATCH = 500
_BREATH = 0.003


class Judgements:
    """The table `judgements`: one a paper, the newest."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, paper_id: str) -> Judgement | None:
        """The judgement of this paper."""
        return self.of([paper_id]).get(paper_id)

    def of(self, paper_ids: Iterable[str]) -> dict[str, Judgement]:
        """The judgement of each of these papers that has one."""
        rows = self._db.among("SELECT paper_id, data FROM judgements WHERE paper_id IN ({wanted})", paper_ids)
        return {paper_id: load(Judgement, _with_present_names(data)) for paper_id, data in rows}

    def save(self, judgements: Iterable[Judgement]) -> None:
        """Adds or replaces judgements, a batch at a time with a breath between, so that a decision made meanwhile in
        another process waits for milliseconds. Ended half-way, the rest still lacks its judgement: see `lacking`."""
        rows = [(j.paper_id, int(j.queued), j.basis, dump(j)) for j in judgements]
        for start in range(0, len(rows), _BATCH):
            if start:
                time.sleep(_BREATH)
            with self._db:
                self._db.executemany(
                    "INSERT OR REPLACE INTO judgements (paper_id, queued, basis, data) VALUES (?, ?, ?, ?)",
                    rows[start : start + _BATCH],
                )

    def new_sections(self) -> Counter[tuple[str, ...]]:
        """How many undecided papers would start each new section, by its words."""
        rows = self._db.execute(
            """SELECT json_extract(j.data, '$.cluster.words') AS words FROM judgements AS j
               JOIN stages AS s ON s.paper_id = j.paper_id
               WHERE s.stage IN ('queued', 'drafted', 'later') AND words IS NOT NULL"""
        )
        return Counter(load_path(words) for (words,) in rows)

    def unjudged(self) -> int:
        """How many undecided papers have no judgement at all: what brought them was interrupted."""
        row = self._db.execute(
            """SELECT count(*) FROM stages AS s LEFT JOIN judgements AS j ON j.paper_id = s.paper_id
               WHERE s.stage = 'watched' AND j.paper_id IS NULL"""
        ).fetchone()
        return int(row[0])

    def lacking(self, basis: str) -> list[str]:
        """Ids of the papers that have no judgement made from this evidence, in the order they came."""
        rows = self._db.execute(
            """SELECT p.id FROM papers AS p LEFT JOIN judgements AS j ON j.paper_id = p.id
               WHERE p.origin IN ('watch', 'person') AND (j.basis IS NULL OR j.basis != ?) ORDER BY p.number""",
            (basis,),
        )
        return [row[0] for row in rows]


def _with_present_names(data: str) -> str:
    """A stored judgement as it is written today: `listed_authors` used to be `acquainted`. In JSON nothing but a name
    is followed by a colon, since quotes inside a value are escaped."""
    return data.replace('"acquainted":', '"listed_authors":', 1)


class Texts:
    """The tables `texts` and `passages`."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, paper_id: str) -> FullText | None:
        """What was read of this paper."""
        row = self._db.execute("SELECT data FROM texts WHERE paper_id = ?", (paper_id,)).fetchone()
        return load(FullText, row[0]) if row else None

    def tables(self, paper_id: str) -> tuple[Table, ...]:
        """The tables that were read of this paper."""
        row = self._db.execute(
            "SELECT json_extract(data, '$.tables') FROM texts WHERE paper_id = ?", (paper_id,)
        ).fetchone()
        return load(tuple[Table, ...], row[0]) if row and row[0] else ()

    def source(self, paper_id: str) -> str | None:
        """ "pdf", "abstract", or None if the paper was not read."""
        row = self._db.execute("SELECT source FROM texts WHERE paper_id = ?", (paper_id,)).fetchone()
        return row[0] if row else None

    def sources(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """ "pdf" or "abstract" for each of these papers that was read."""
        return dict(self._db.among("SELECT paper_id, source FROM texts WHERE paper_id IN ({wanted})", paper_ids))

    def state(self, paper_id: str) -> tuple[int | None, str | None]:
        """The version that was read of this paper and its source ("pdf" or "abstract"); None if it was not read."""
        row = self._db.execute("SELECT version, source FROM texts WHERE paper_id = ?", (paper_id,)).fetchone()
        return (row[0], row[1]) if row else (None, None)

    def save(self, text: FullText, passages: Sequence[Passage]) -> None:
        """Adds or replaces what was read of a paper, with its passages."""
        with self._db:
            self._db.execute("DELETE FROM passages WHERE paper_id = ?", (text.paper_id,))
            self._db.execute(
                "INSERT OR REPLACE INTO texts (paper_id, version, source, data) VALUES (?, ?, ?, ?)",
                (text.paper_id, text.version, text.source, dump(text)),
            )
            self._db.execute("DELETE FROM citations WHERE paper_id = ?", (text.paper_id,))
            self._db.executemany(
                "INSERT OR IGNORE INTO citations (paper_id, key) VALUES (?, ?)",
                (
                    (text.paper_id, key)
                    for reference in text.references
                    for key in identity_keys(reference.arxiv_id, reference.doi, reference.title)
                ),
            )
            self._db.executemany(
                """INSERT INTO passages (paper_id, key, ordinal, section, page, start, "end", text)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                ((p.paper_id, p.key, p.ordinal, p.section, p.page, p.start, p.end, p.text) for p in passages),
            )

    def citing(self, keys: Sequence[str]) -> list[str]:
        """Ids of the papers whose list of references holds any of these `identity_keys`."""
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(f"SELECT DISTINCT paper_id FROM citations WHERE key IN ({marks})", list(keys))
        return [row[0] for row in rows]

    def passages(self, paper_id: str) -> list[Passage]:
        """The passages of this paper, in reading order."""
        rows = self._db.execute(
            """SELECT key, paper_id, ordinal, section, page, start, "end", text FROM passages
               WHERE paper_id = ? ORDER BY ordinal""",
            (paper_id,),
        )
        return [Passage(*row) for row in rows]


class Drafts:
    """The table `drafts`: every draft ever made; the newest of a paper counts."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, paper_id: str) -> Draft | None:
        """The newest draft of this paper."""
        return self.of([paper_id]).get(paper_id)

    def of(self, paper_ids: Iterable[str]) -> dict[str, Draft]:
        """The newest draft of each of these papers that has one."""
        rows = self._db.among("SELECT paper_id, data FROM latest_drafts WHERE paper_id IN ({wanted})", paper_ids)
        return {paper_id: load(Draft, data) for paper_id, data in rows}

    def at(self, paper_id: str, moment: datetime | None) -> Draft | None:
        """The draft of this paper that was the newest at that moment, or now."""
        if moment is None:
            return self.get(paper_id)
        row = self._db.execute(
            "SELECT data FROM drafts WHERE paper_id = ? AND at <= ? ORDER BY number DESC LIMIT 1",
            (paper_id, dump_time(moment)),
        ).fetchone()
        return load(Draft, row[0]) if row else None

    def save(self, draft: Draft) -> None:
        """Adds a draft."""
        with self._db:
            self._db.execute(
                "INSERT INTO drafts (paper_id, key, by, at, data) VALUES (?, ?, ?, ?, ?)",
                (
                    draft.paper_id,
                    draft.key,
                    draft.by,
                    now(),
                    dump(draft),
                ),
            )

    def refused_values(self) -> Counter[str]:
        """How many values of models' answers were kept out of drafts, by kind: "dataset", "code_url", …"""
        rows = self._db.execute(
            """SELECT json_extract(fault.value, '$.kind'), count(*)
               FROM drafts, json_each(drafts.data, '$.refused') AS fault GROUP BY 1"""
        )
        return Counter(dict(rows.fetchall()))


class VectorCache:
    """The table `vectors`: float16 vectors by model and text hash, so that no text is embedded twice."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, model: str, keys: Sequence[str]) -> dict[str, bytes]:
        """The vectors known for these keys."""
        found: dict[str, bytes] = {}
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            found.update(
                self._db.execute(
                    f"SELECT key, vector FROM vectors WHERE model = ? AND key IN ({marks})", (model, *batch)
                )
            )
        return found

    def save(self, model: str, vectors: Mapping[str, bytes]) -> None:
        """Keeps these vectors."""
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO vectors (model, key, vector) VALUES (?, ?, ?)",
                ((model, key, vector) for key, vector in vectors.items()),
            )
