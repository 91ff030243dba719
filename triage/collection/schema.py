"""The views of papers.db, and how a store gets its tables: by the steps in migrations.py. SQLite is the truth: all else
in store/ can be made again from it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from triage.collection.migrations import MIGRATIONS, run
from triage.errors import StoreError

VIEWS = """
CREATE VIEW standing AS
SELECT d.* FROM decisions AS d
WHERE d.verdict != 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.number);

CREATE VIEW latest_decisions AS
SELECT s.* FROM standing AS s
WHERE s.number = (SELECT number FROM standing WHERE paper_id = s.paper_id ORDER BY at DESC, key DESC LIMIT 1);

CREATE VIEW latest_drafts AS
SELECT d.* FROM drafts AS d
WHERE d.number = (SELECT max(number) FROM drafts WHERE paper_id = d.paper_id);

CREATE VIEW stages AS
SELECT p.id AS paper_id, p.origin, p.added_at,
    CASE
        WHEN pub.stands THEN 'published'
        WHEN dec.verdict = 'accept' THEN 'accepted'
        WHEN dec.verdict = 'reject' THEN 'rejected'
        WHEN ent.paper_id IS NOT NULL THEN 'listed'
        WHEN dec.verdict = 'later' THEN 'later'
        WHEN p.origin = 'watch' AND coalesce(j.queued, 0) = 0 THEN 'watched'
        WHEN dra.paper_id IS NOT NULL THEN 'drafted'
        WHEN j.paper_id IS NOT NULL THEN 'queued'
        ELSE 'watched'
    END AS stage
FROM papers AS p
LEFT JOIN judgements AS j ON j.paper_id = p.id
LEFT JOIN latest_drafts AS dra ON dra.paper_id = p.id
LEFT JOIN latest_decisions AS dec ON dec.paper_id = p.id
LEFT JOIN publications AS pub ON pub.paper_id = p.id
LEFT JOIN (SELECT DISTINCT paper_id FROM entries) AS ent ON ent.paper_id = p.id
WHERE p.origin IN ('watch', 'person') OR ent.paper_id IS NOT NULL OR dec.paper_id IS NOT NULL;
"""

VERSION = MIGRATIONS[-1].number


def is_old(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether the database at `path` is new or of an older format. Raises StoreError if a newer triage made it."""
    version = _version(connection)
    if version > VERSION:
        raise StoreError(
            f"{path} was made by a newer triage (format {version}, this one knows {VERSION}); update triage"
        )
    return version < VERSION


def bring_up_to_date(connection: sqlite3.Connection, path: Path) -> Path | None:
    """Gives the database at `path`, new or old, the schema of this triage, in one transaction. An old one is copied
    first, and the copy's path returned. Raises StoreError if a newer triage made it, sqlite3.Error and OSError."""
    if not is_old(connection, path):
        return None
    connection.execute("BEGIN IMMEDIATE")
    copied = None
    try:
        if is_old(connection, path):  # Another process may have been faster.
            copied = _copy(path, VERSION) if _version(connection) else None
            migrate(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if copied:
            copied.unlink()
        raise
    return copied


def migrate(connection: sqlite3.Connection) -> None:
    """Runs the steps that the database lacks. Raises sqlite3.Error."""
    version = _version(connection)
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall():
        connection.execute(f'DROP VIEW "{name}"')
    for migration in MIGRATIONS:
        if migration.number > version:
            if isinstance(migration.change, str):
                run(connection, migration.change)
            else:
                migration.change(connection)
    run(connection, VIEWS)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _copy(path: Path, version: int) -> Path:
    """A copy of the database beside it, named after the format that it is about to get; never over another file."""
    target = path.with_name(f"{path.name}.before-{version}")
    number = 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}.before-{version}-{number}")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return target
