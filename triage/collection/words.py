"""The word search: SQLite's FTS5 over titles, abstracts, authors and passages; and which papers a filter passes.

Which papers' present vectors the index holds, so that nothing has to be compared over the wire.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from triage.collection.codec import load_path
from triage.collection.database import Database
from triage.collection.waiting import PROPOSAL, proposed
from triage.models import Passage, SectionPath, Stage, show_path

_BATCH = 500
_SCORED = 15_000
"""So many occurrences are scored for one question; BM25 of a word that is everywhere is next to nothing."""

_SECTION = f"coalesce(pub.section, nullif(dec.section, '[]'), ent.section), {PROPOSAL}"
"""Where a person put it or the list has it, and what tells where the machine would: see `_stands`."""

_FROM = "coalesce(p.published, printf('%d-01-01', ent.year))"
"""The day of the first version; of a listed paper of which only the year is known, the year's first."""

_WHOLE = """FROM stages AS s JOIN papers AS p ON p.id = s.paper_id
    LEFT JOIN publications AS pub ON pub.paper_id = p.id AND pub.stands
    LEFT JOIN (SELECT paper_id, section, year, min(number) FROM entries GROUP BY paper_id) AS ent
        ON ent.paper_id = p.id
    LEFT JOIN latest_decisions AS dec ON dec.paper_id = p.id
    LEFT JOIN latest_drafts AS r ON r.paper_id = p.id LEFT JOIN judgements AS j ON j.paper_id = p.id"""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a paper must be; None and empty let everything through.

    `section` is any part of a section path as `show_path` shows it, a venue a part of the comment, journal reference,
    drafted or listed venue; days are those of the first version, or the year that the list gives.
    """

    since: date | None = None
    until: date | None = None
    stage: Stage | None = None
    section: str | None = None
    authors: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether everything passes."""
        return self == Filter()


def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Finds these very words in this order, whatever stands between them but other words."""
    words = re.findall(r"[^\W_]+", phrase)
    return re.compile(r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, words)) + r"(?![^\W_])", re.IGNORECASE)


class Words:
    """The tables `paper_words` and `passage_words`. Word lists are quoted here: no text is ever FTS5 syntax."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def papers(self, words: Sequence[str], limit: int, allowed: set[str] | None = None) -> list[tuple[str, float]]:
        """Ids of the papers with any of these words in title, abstract or entry and their BM25 score, best
        first."""
        match = _any(self._telling("paper_words", words))
        if not match:
            return []
        rows = self._db.execute(
            """SELECT p.id, w.score FROM (
                   SELECT rowid AS number, -bm25(paper_words, 0, 1, 1, 0, 0.5) AS score FROM paper_words
                   WHERE paper_words MATCH ? ORDER BY score DESC LIMIT ?
               ) AS w JOIN papers AS p ON p.number = w.number ORDER BY w.score DESC""",
            (f"{{title abstract entry}} : ({match})", limit if allowed is None else -1),
        )
        return [(i, s) for i, s in rows if allowed is None or i in allowed][:limit]

    def passages(self, words: Sequence[str], limit: int, allowed: set[str] | None = None) -> list[tuple[int, float]]:
        """Numbers of the passages with any of these words and their BM25 score, best first."""
        match = _any(self._telling("passage_words", words))
        if not match:
            return []
        if allowed is None:
            rows = self._db.execute(
                """SELECT rowid, -bm25(passage_words) AS score FROM passage_words WHERE passage_words MATCH ?
                   ORDER BY score DESC LIMIT ?""",
                (match, limit),
            )
            return [(number, score) for number, score in rows]
        scored = self._db.execute(
            """SELECT p.number, p.paper_id, -bm25(passage_words) AS score FROM passage_words
               JOIN passages AS p ON p.number = passage_words.rowid WHERE passage_words MATCH ? ORDER BY score DESC""",
            (match,),
        )
        return [(number, score) for number, paper_id, score in scored if paper_id in allowed][:limit]

    def _telling(self, table: str, words: Sequence[str]) -> list[str]:
        """The rarest of the words that occur, as many as can be scored in milliseconds: the others hardly count."""
        found = []
        for place, word in enumerate(words):
            rows = self._db.execute(
                f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT ?)", (_quoted(word), _SCORED)
            )
            found.append((int(rows.fetchone()[0]), place, word))
        kept: list[str] = []
        total = 0
        for count, _, word in sorted(found):
            if count and (not kept or total + count <= _SCORED):
                kept.append(word)
                total += count
        return kept

    def numbered(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages of these numbers."""
        return dict(self._passages("number", numbers))

    def keyed(self, keys: Sequence[str]) -> dict[int, Passage]:
        """The passages of these keys, by number; one key may stand in several papers."""
        return dict(self._passages("key", keys))

    def passage_keys(self, paper_ids: Iterable[str] | None = None) -> set[str]:
        """The keys of all passages of these papers, or of all."""
        if paper_ids is None:
            return {row[0] for row in self._db.execute("SELECT DISTINCT key FROM passages")}
        found: set[str] = set()
        for marks, batch in _batches(list(paper_ids)):
            found.update(
                row[0] for row in self._db.execute(f"SELECT key FROM passages WHERE paper_id IN ({marks})", batch)
            )
        return found

    def passage_count(self) -> int:
        """How many passages there are."""
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def places(self, paper_ids: Sequence[str]) -> dict[str, tuple[Stage, SectionPath]]:
        """The stage and section (a person's word before the machine's) of each of these papers."""
        found: dict[str, tuple[Stage, SectionPath]] = {}
        for marks, batch in _batches(paper_ids):
            rows = self._db.execute(f"SELECT p.id, s.stage, {_SECTION} {_WHOLE} WHERE s.paper_id IN ({marks})", batch)
            found.update((paper_id, (Stage(stage), _stands(*section))) for paper_id, stage, *section in rows)
        return found

    def allowed(self, filter: Filter) -> set[str] | None:
        """Ids of the papers that pass, or None if the filter is open."""
        if filter.is_open:
            return None
        where, values = _conditions(filter)
        rows = self._db.execute(f"SELECT p.id, {_SECTION} {_WHOLE} WHERE {where}", values)
        part = (filter.section or "").casefold()
        ids = {paper_id for paper_id, *section in rows if not part or part in show_path(_stands(*section)).casefold()}
        for phrase in filter.phrases:
            ids &= self._containing(phrase, exactly=True)
        for phrase in filter.without:
            ids -= self._containing(phrase)
        for author in filter.authors:
            ids &= self._matching(f"authors : {_quoted(author)}")
        return ids

    def _containing(self, phrase: str, exactly: bool = False) -> set[str]:
        """Papers with this phrase in title, abstract or a passage; its words' stems, or `exactly` these words."""
        rows = [
            *self._db.execute(
                "SELECT id, title || ' . ' || abstract || ' . ' || entry FROM paper_words WHERE paper_words MATCH ?",
                (f"{{title abstract entry}} : {_quoted(phrase)}",),
            ),
            *self._db.execute(
                """SELECT p.paper_id, p.text FROM passage_words JOIN passages AS p ON p.number = passage_words.rowid
                   WHERE passage_words MATCH ?""",
                (_quoted(phrase),),
            ),
        ]
        pattern = phrase_pattern(phrase)
        return {paper_id for paper_id, text in rows if not exactly or pattern.search(text)}

    def _matching(self, match: str) -> set[str]:
        return {row[0] for row in self._db.execute("SELECT id FROM paper_words WHERE paper_words MATCH ?", (match,))}

    def _passages(self, column: str, values: Sequence[str] | Sequence[int]) -> list[tuple[int, Passage]]:
        found: list[tuple[int, Passage]] = []
        for marks, batch in _batches(values):
            rows = self._db.execute(
                f"""SELECT number, key, paper_id, ordinal, section, page, start, "end", text FROM passages
                    WHERE {column} IN ({marks})""",
                batch,
            )
            found.extend((row[0], Passage(*row[1:])) for row in rows)
        return found


def _conditions(filter: Filter) -> tuple[str, list[str]]:
    where, values = ["1"], []
    if filter.since:
        where.append(f"{_FROM} >= ?")
        values.append(filter.since.isoformat())
    if filter.until:
        where.append(f"{_FROM} <= ?")
        values.append(filter.until.isoformat())
    if filter.stage:
        where.append("s.stage = ?")
        values.append(filter.stage.value)
    for venue in filter.venues:
        where.append(
            """instr(lower(coalesce(json_extract(p.data, '$.comment'), '') || ' ' ||
               coalesce(json_extract(p.data, '$.journal_ref'), '') || ' ' ||
               coalesce(json_extract(r.data, '$.facts.venue'), '') || ' ' ||
               coalesce((SELECT group_concat(venue, ' ') FROM entries WHERE paper_id = p.id), '')), lower(?)) > 0"""
        )
        values.append(venue)
    if filter.ids:
        where.append("(" + " OR ".join(["substr(p.id, 1, length(?)) = ?"] * len(filter.ids)) + ")")
        values.extend(value for paper_id in filter.ids for value in (paper_id, paper_id))
    return " AND ".join(where), values


def _any(words: Sequence[str]) -> str:
    return " OR ".join(_quoted(word) for word in words)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\0", " ") + '"'


def _stands(fixed: str | None, *proposal: str | None) -> SectionPath:
    """The section: a person's word and the list's before the machine's."""
    return load_path(fixed or proposed(*proposal))


def _batches(values: Sequence[str] | Sequence[int]) -> Iterable[tuple[str, Sequence[str] | Sequence[int]]]:
    for start in range(0, len(values), _BATCH):
        batch = values[start : start + _BATCH]
        yield ",".join("?" * len(batch)), batch


class Indexed:
    """The table `indexed`: rows vanish by trigger when a paper changes."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def lacking(self, model: str) -> list[str]:
        """Ids of the papers whose present vector is not in the index of this model, in the order they came."""
        rows = self._db.execute(
            """SELECT p.id FROM papers AS p LEFT JOIN indexed AS i ON i.paper_id = p.id AND i.model = ?
               WHERE i.paper_id IS NULL AND p.origin != 'background' ORDER BY p.number""",
            (model,),
        )
        return [row[0] for row in rows]

    def count(self, model: str) -> int:
        """How many papers the index of this model should hold."""
        return int(self._db.execute("SELECT count(*) FROM indexed WHERE model = ?", (model,)).fetchone()[0])

    def add(self, model: str, paper_ids: Iterable[str]) -> None:
        """The index of this model holds these papers' present vectors."""
        with self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO indexed (model, paper_id) VALUES (?, ?)", ((model, i) for i in paper_ids)
            )

    def keep(self, model: str, held: set[str]) -> None:
        """Forgets what is not in `held`, the keys that the index really holds."""
        rows = self._db.execute("SELECT paper_id FROM indexed WHERE model = ?", (model,)).fetchall()
        with self._db:
            self._db.executemany(
                "DELETE FROM indexed WHERE model = ? AND paper_id = ?",
                ((model, row[0]) for row in rows if row[0] not in held),
            )
