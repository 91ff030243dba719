"""The steps by which papers.db came to its present tables, the first to the last.

To change the schema: add a Migration at the end of MIGRATIONS with the next number (never change one that is on the
main branch), or change the views in schema.py and add a Migration with an empty `change`; then every store is brought
up to date when it is next opened, after a copy was made of it."""

import hashlib
import json
import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from triage.collection.codec import dump, load
from triage.identity import identity_of, title_key
from triage.models import Paper


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from the format before to format `number`. `change` is SQL, every statement on lines of its own, or a
    function for what SQL cannot do. It runs inside one transaction, without the views, and with foreign keys off, so
    that tables can be made anew."""

    number: int
    change: str | Callable[[sqlite3.Connection], None]


_FIRST_TABLES = """
CREATE TABLE papers (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, title_key TEXT NOT NULL, doi TEXT,
    published TEXT, version INTEGER NOT NULL, origin TEXT NOT NULL CHECK (origin IN ('watch', 'person')),
    added_at TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX papers_by_title ON papers (title_key);
CREATE INDEX papers_by_doi ON papers (doi);

CREATE TABLE texts (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), version INTEGER NOT NULL, source TEXT NOT NULL, data TEXT NOT NULL
) STRICT;

CREATE TABLE citations (
    paper_id TEXT NOT NULL REFERENCES papers (id), key TEXT NOT NULL, PRIMARY KEY (key, paper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX citations_by_paper ON citations (paper_id);

CREATE TABLE passages (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id), key TEXT NOT NULL,
    ordinal INTEGER NOT NULL, section TEXT NOT NULL, page INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX passages_by_paper ON passages (paper_id);
CREATE INDEX passages_by_key ON passages (key);
CREATE VIRTUAL TABLE passage_words USING fts5 (
    text, content='passages', content_rowid='number', tokenize='porter unicode61'
);
CREATE TRIGGER passage_added AFTER INSERT ON passages BEGIN
    INSERT INTO passage_words (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER passage_gone AFTER DELETE ON passages BEGIN
    INSERT INTO passage_words (passage_words, rowid, text) VALUES ('delete', old.number, old.text);
END;

CREATE VIRTUAL TABLE paper_words USING fts5 (id UNINDEXED, title, abstract, authors, tokenize='porter unicode61');

CREATE TABLE indexed (
    model TEXT NOT NULL, paper_id TEXT NOT NULL REFERENCES papers (id), PRIMARY KEY (model, paper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX indexed_by_paper ON indexed (paper_id);
CREATE TRIGGER paper_changed AFTER UPDATE OF data ON papers WHEN new.data != old.data BEGIN
    DELETE FROM indexed WHERE paper_id = new.id;
END;

CREATE TABLE judgements (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), queued INTEGER NOT NULL, basis TEXT NOT NULL, data TEXT NOT NULL
) STRICT;

CREATE TABLE drafts (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id), key TEXT NOT NULL, by TEXT NOT NULL,
    at TEXT NOT NULL, data TEXT NOT NULL
) STRICT;
CREATE INDEX drafts_by_paper ON drafts (paper_id, number);

CREATE TABLE decisions (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject', 'later', 'undo')),
    section TEXT NOT NULL, entry TEXT, note TEXT, undoes INTEGER REFERENCES decisions (number), at TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_by_paper ON decisions (paper_id, number);
CREATE INDEX decisions_by_undone ON decisions (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE publications (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), section TEXT NOT NULL, entry TEXT NOT NULL, at TEXT NOT NULL
) STRICT;

CREATE TABLE problems (
    paper_id TEXT NOT NULL, step TEXT NOT NULL, message TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (paper_id, step)
) STRICT;

CREATE TABLE vectors (
    model TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (model, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE fetches (
    number INTEGER PRIMARY KEY, query TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL,
    position INTEGER NOT NULL, started_at TEXT NOT NULL, finished_at TEXT
) STRICT;

CREATE TABLE known (
    entry_key TEXT PRIMARY KEY, data TEXT, asked_at TEXT NOT NULL
) STRICT;

CREATE TABLE background (
    paper_id TEXT PRIMARY KEY, data TEXT NOT NULL
) STRICT;

CREATE TABLE calls (
    number INTEGER PRIMARY KEY, paper_id TEXT, purpose TEXT NOT NULL, model TEXT NOT NULL, prompt_key TEXT NOT NULL,
    tokens_in INTEGER, tokens_out INTEGER, cost REAL, seconds REAL NOT NULL, reply TEXT,
    verdict TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE INDEX calls_by_prompt ON calls (prompt_key);

CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


_CITATIONS_IN_KEY_ORDER = """
CREATE TABLE citations_2 (
    key TEXT NOT NULL, paper_id TEXT NOT NULL REFERENCES papers (id), PRIMARY KEY (key, paper_id)
) STRICT, WITHOUT ROWID;
INSERT INTO citations_2 (key, paper_id) SELECT key, paper_id FROM citations;
DROP TABLE citations;
ALTER TABLE citations_2 RENAME TO citations;
CREATE INDEX citations_by_paper ON citations (paper_id);
"""
"""SQLite 3.40's quick_check errs on a table WITHOUT ROWID whose columns stand in another order than its key."""

_WHAT_STANDS_IN_THE_LIST = """
ALTER TABLE publications ADD COLUMN stands INTEGER;
UPDATE publications SET stands = 1;
"""
"""Whether the list has the entry: 1 or 0 when it was last looked at, NULL from before it is written until then."""

_PERSON_FACTS = """
CREATE TABLE person_facts (
    paper_id TEXT NOT NULL REFERENCES papers (id), field TEXT NOT NULL, value TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (paper_id, field)
) STRICT, WITHOUT ROWID;
"""


def _person_facts(connection: sqlite3.Connection) -> None:
    """Facts that a person gave get a table of their own. Until then the review kept them as a whole set of facts with
    a paper's undecided changes: those that differ from the draft's are the person's."""
    run(connection, _PERSON_FACTS)
    kept = connection.execute("SELECT name, value FROM meta WHERE name LIKE 'change:%' AND value != ''").fetchall()
    for name, text in kept:
        change = json.loads(text)
        given = change.pop("facts", None)
        paper_id = name.removeprefix("change:")
        draft = connection.execute(
            "SELECT data FROM drafts WHERE paper_id = ? ORDER BY number DESC LIMIT 1", (paper_id,)
        ).fetchone()
        if given is None or draft is None:
            continue
        drafted = json.loads(draft[0])["facts"]
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        connection.executemany(
            "INSERT INTO person_facts (paper_id, field, value, at) VALUES (?, ?, ?, ?)",
            [
                (paper_id, field, _as_line(field, given.get(field)), now)
                for field in sorted({*given, *drafted})
                if given.get(field) != drafted.get(field)
            ],
        )
        connection.execute("UPDATE meta SET value = ? WHERE name = ?", (json.dumps(change) if change else "", name))


def _as_line(field: str, value: object) -> str:
    """A fact as the line of text that a person would have typed."""
    if isinstance(value, list):
        return ("; " if field == "authors" else ", ").join(map(str, value))
    return "" if value is None else str(value)


_DECISIONS_WITH_PERSON = """
CREATE TABLE decisions_5 (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, paper_id TEXT NOT NULL REFERENCES papers (id),
    verdict TEXT NOT NULL CHECK (verdict IN ('accept', 'reject', 'later', 'undo')),
    section TEXT NOT NULL, entry TEXT, note TEXT, undoes INTEGER REFERENCES decisions (number), at TEXT NOT NULL,
    person TEXT, session TEXT
) STRICT;
"""

_DECISIONS_INDEXED = """
DROP TABLE decisions;
ALTER TABLE decisions_5 RENAME TO decisions;
CREATE INDEX decisions_by_paper ON decisions (paper_id, at, key);
CREATE INDEX decisions_by_undone ON decisions (undoes) WHERE undoes IS NOT NULL;
"""

_TIMES = (
    ("papers", "added_at"),
    ("drafts", "at"),
    ("publications", "at"),
    ("problems", "at"),
    ("fetches", "started_at"),
    ("fetches", "finished_at"),
    ("known", "asked_at"),
    ("calls", "at"),
)


def _people_sessions_and_utc(connection: sqlite3.Connection) -> None:
    """Decisions record who made them in which session, under a key that is theirs in every store; the workspace has an
    id of its own; times are UTC. Those of before were local, to the second, and in one second in the order of their
    numbers: they get microseconds. Their keys follow from what they say, so that two copies of a store agree."""
    for table, column in _TIMES:
        times = connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        connection.executemany(
            f"UPDATE {table} SET {column} = ? WHERE {column} = ?", [(_utc(_local(text)), text) for (text,) in times]
        )
    run(connection, _DECISIONS_WITH_PERSON)
    last: datetime | None = None
    decisions = connection.execute(
        "SELECT number, paper_id, verdict, section, entry, note, undoes, at FROM decisions ORDER BY number"
    ).fetchall()
    for decision in decisions:
        moment = _local(decision[-1])
        last = max(moment, last + timedelta(microseconds=1)) if last else moment
        key = hashlib.blake2b(json.dumps(decision).encode(), digest_size=8).hexdigest()
        connection.execute(
            """INSERT INTO decisions_5 (number, paper_id, verdict, section, entry, note, undoes, at, key)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (*decision[:-1], _utc(last), key),
        )
    run(connection, _DECISIONS_INDEXED)
    connection.execute("INSERT INTO meta (name, value) VALUES ('workspace', ?)", (secrets.token_hex(4),))


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _utc(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


_HOW_FAR_ARXIV_WAS_ASKED = """
ALTER TABLE fetches ADD COLUMN reached TEXT;
CREATE TABLE asked (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), at TEXT NOT NULL
) STRICT;
"""
"""The day of the last paper that a fetch has stored (papers come oldest first), and when arXiv was last asked what a
stored paper is now."""

_ONE_COLLECTION = """
ALTER TABLE papers ADD COLUMN came_from TEXT NOT NULL DEFAULT 'watch'
    CHECK (came_from IN ('background', 'list', 'watch', 'person'));
UPDATE papers SET came_from = origin;
ALTER TABLE papers DROP COLUMN origin;
ALTER TABLE papers RENAME COLUMN came_from TO origin;

CREATE TABLE aliases (
    alias TEXT NOT NULL, paper_id TEXT NOT NULL REFERENCES papers (id), PRIMARY KEY (alias, paper_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_by_paper ON aliases (paper_id);

CREATE TABLE entries (
    number INTEGER PRIMARY KEY, paper_id TEXT NOT NULL REFERENCES papers (id), section TEXT NOT NULL,
    line INTEGER NOT NULL, title TEXT NOT NULL, venue TEXT, year INTEGER, text TEXT NOT NULL, words TEXT NOT NULL
) STRICT;
CREATE INDEX entries_by_paper ON entries (paper_id);

CREATE TABLE answers (key TEXT PRIMARY KEY, paper_id TEXT REFERENCES papers (id), at TEXT NOT NULL) STRICT;
CREATE INDEX answers_by_paper ON answers (paper_id);

DROP TABLE paper_words;
CREATE VIRTUAL TABLE paper_words USING fts5 (
    id UNINDEXED, title, abstract, authors, entry, tokenize='porter unicode61'
);
"""


def _one_collection(connection: sqlite3.Connection) -> None:
    """Every paper in one table, whether it was watched, added, listed or is background; what else it is known as; and
    the list's entries, which are read from its file when the store is next opened."""
    run(connection, _ONE_COLLECTION)
    known = connection.execute("SELECT entry_key, data, asked_at FROM known").fetchall()
    background = connection.execute("SELECT data FROM background").fetchall()
    rows = [(load(Paper, data), "list", at) for _, data, at in known if data]
    moment = datetime.now(UTC).isoformat(timespec="microseconds")
    rows += [(load(Paper, data), "background", moment) for (data,) in background]
    connection.executemany(
        """INSERT OR IGNORE INTO papers (id, title, title_key, doi, published, version, added_at, data, origin)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                paper.id,
                paper.title,
                title_key(paper.title),
                paper.doi.lower() if paper.doi else None,
                paper.published.isoformat() if paper.published else None,
                paper.version,
                at,
                dump(paper),
                origin,
            )
            for paper, origin, at in rows
        ],
    )
    connection.executemany(
        "INSERT INTO answers (key, paper_id, at) VALUES (?, ?, ?)",
        [(key, load(Paper, data).id if data else None, at) for key, data, at in known],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO aliases (alias, paper_id) VALUES (?, ?)",
        [
            (alias, paper_id)
            for paper_id, data in connection.execute("SELECT id, data FROM papers").fetchall()
            for alias in identity_of(load(Paper, data)).aliases
        ],
    )
    connection.execute(
        """INSERT INTO paper_words (rowid, id, title, abstract, authors, entry)
           SELECT number, id, title, coalesce(json_extract(data, '$.abstract'), ''),
               coalesce((SELECT group_concat(value, ', ') FROM json_each(papers.data, '$.authors')), ''), ''
           FROM papers WHERE origin != 'background'"""
    )
    run(connection, "DROP TABLE known;\nDROP TABLE background;\nDELETE FROM meta WHERE name = 'list:seen';")


def _titles_with_signs(connection: sqlite3.Connection) -> None:
    """C, C++ and C# became three titles."""
    titles = "SELECT number, title FROM papers WHERE title LIKE '%+%' OR title LIKE '%#%'"
    connection.executemany(
        "UPDATE papers SET title_key = ? WHERE number = ?",
        [(title_key(title), number) for number, title in connection.execute(titles).fetchall()],
    )


_UNSAVED_EDITS = """
CREATE TABLE unsaved_edits (paper_id TEXT PRIMARY KEY REFERENCES papers (id), data TEXT NOT NULL) STRICT;
INSERT INTO unsaved_edits (paper_id, data)
SELECT substr(name, 8), value FROM meta
WHERE name LIKE 'change:%' AND value != '' AND substr(name, 8) IN (SELECT id FROM papers);
DELETE FROM meta WHERE name LIKE 'change:%';
"""
"""What a person has changed in a review without deciding yet stood among the remembered facts, as "change:ID"."""

_CALLS_WITH_OUTCOMES = """
ALTER TABLE calls ADD COLUMN outcome TEXT NOT NULL DEFAULT 'kept'
    CHECK (outcome IN ('kept', 'kept in part', 'refused', 'no reply'));
ALTER TABLE calls ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN max_tokens INTEGER;
"""


def _what_models_said_wrong(connection: sqlite3.Connection) -> None:
    """What came of a call, and why a reply or a value of it was not used, stood in sentences: "kept in part: summary:
    it is empty", and among the notes of a draft "tiny: refused: dataset: …". They get columns and a field."""
    run(connection, _CALLS_WITH_OUTCOMES)
    calls = connection.execute("SELECT number, verdict, reply FROM calls WHERE verdict != 'kept'").fetchall()
    connection.executemany(
        "UPDATE calls SET outcome = ?, kind = ?, reason = ?, max_tokens = ? WHERE number = ?",
        [(*_outcome(verdict, reply), number) for number, verdict, reply in calls],
    )
    run(connection, "ALTER TABLE calls DROP COLUMN verdict;")
    drafts = "SELECT number, data FROM drafts WHERE by != 'rules' AND data LIKE '%: refused: %'"
    for number, data in connection.execute(drafts).fetchall():
        draft = json.loads(data)
        said = f"{draft['by']}: refused: "
        refused = [note.removeprefix(said).partition(": ") for note in draft.get("notes", ()) if note.startswith(said)]
        draft["notes"] = [note for note in draft.get("notes", ()) if not note.startswith(said)]
        draft["refused"] = [{"kind": kind, "reason": reason} for kind, _, reason in refused]
        connection.execute("UPDATE drafts SET data = ? WHERE number = ?", (json.dumps(draft), number))


def _outcome(verdict: str, reply: str | None) -> tuple[str, str, str, int | None]:
    """The outcome, kind, reason and limit in tokens of a call whose verdict was this sentence."""
    if reply is None:
        return "no reply", "", verdict.removeprefix("no reply: "), None
    outcome = "kept in part" if verdict.startswith("kept in part: ") else "refused"
    kind, _, reason = verdict.removeprefix("kept in part: ").partition(": ")
    cut = re.fullmatch(r"cut at (\d{1,9}) tokens", kind)
    if cut and outcome == "refused":
        return outcome, "cut short", f"the reply was {kind}: {reason}", int(cut.group(1))
    return outcome, kind, reason, None


_BIBLIOGRAPHY = """
CREATE TABLE citation_keys (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), key TEXT NOT NULL UNIQUE COLLATE NOCASE, at TEXT NOT NULL
) STRICT;
CREATE TABLE imported_records (
    paper_id TEXT PRIMARY KEY REFERENCES papers (id), data TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
"""
"""Under which key each paper is cited, and records of imported files word for word."""


MIGRATIONS = (
    Migration(1, _FIRST_TABLES),
    Migration(2, _CITATIONS_IN_KEY_ORDER),
    Migration(3, _WHAT_STANDS_IN_THE_LIST),
    Migration(4, _person_facts),
    Migration(5, _people_sessions_and_utc),
    Migration(6, _HOW_FAR_ARXIV_WAS_ASKED),
    Migration(7, _one_collection),
    Migration(8, _titles_with_signs),
    Migration(9, _UNSAVED_EDITS),
    Migration(10, _what_models_said_wrong),
    Migration(11, _BIBLIOGRAPHY),
)


def run(connection: sqlite3.Connection, script: str) -> None:
    """Runs the statements of a script; `executescript` would end the transaction."""
    for statement in _statements(script):
        connection.execute(statement)


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
