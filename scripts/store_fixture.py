"""Writes a small store as SQL text, made by the triage of this checkout: `python scripts/store_fixture.py`.

Run it once before the schema changes, and commit the file: tests/collection/versions/N.sql is the store as format N had
it, and the tests bring each of them up to date. A file that exists is never written again.
"""

import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from triage.collection import Store
from triage.collection.papers import BACKGROUND
from triage.models import (
    Call,
    CallOutcome,
    Choice,
    Decision,
    Draft,
    Facts,
    Fault,
    FullText,
    Judgement,
    PageText,
    Paper,
    Passage,
    Problem,
    Reference,
    UnsavedEdit,
    Verdict,
)

FOLDER = Path(__file__).parent.parent / "tests" / "collection" / "versions"
SECTION = ("Frogs", "Glass frogs")


def fill(store: Store) -> None:
    """Three invented papers at three stages, an undone decision, and a row in every other table."""
    for number, title in enumerate(("Counting Glass Frogs", "Toads That Sing", "Newts at Night"), 1):
        paper = Paper(f"2599.0000{number}", title, f"{title}: all we know.", authors=("Ada Ranid", "Bo Anura"))
        store.papers.save(paper, origin="person" if number == 3 else "watch")
        store.judgements.save([Judgement(paper.id, 0.9, True, (Choice(SECTION, 0.8),), basis="b1")])
        store.drafts.save(Draft(paper.id, SECTION, Facts(title), f"- {title}\n", key="k"))
    references = (Reference("[1] Toads That Sing. 2099.", title="Toads That Sing", arxiv_id="2599.00002"),)
    text = FullText("2599.00001", 1, "pdf", (PageText(1, "Frogs sing."),), references=references)
    store.texts.save(text, [Passage("p1", "2599.00001", 0, "Intro", 1, 0, 11, "Frogs sing.")])
    store.ledger.decide(_decision("2599.00001", Verdict.ACCEPT, 9, SECTION, "- Counting Glass Frogs\n"))
    store.ledger.publish("2599.00001", SECTION, "- Counting Glass Frogs\n")
    store.ledger.decide(_decision("2599.00002", Verdict.LATER, 10))
    store.ledger.decide(_decision("2599.00002", Verdict.REJECT, 11))
    store.ledger.undo()
    store.papers.set_problem(Problem("2599.00003", "read", "no PDF"))
    store.vectors.save("minilm", {"k1": b"\x00\x3c\x00\x00"})
    store.indexed.add("minilm", ["2599.00001"])
    store.fetches.finish(store.fetches.begin("q", date(2099, 1, 1), date(2099, 1, 7)).number)
    store.entries.keep_answers(["2501.00001"], {"2501.00001": Paper("2501.00001", "A Listed Paper")})
    store.papers.save(Paper("2501.00002", "A Paper Beside"), BACKGROUND)
    refused = (Fault("dataset", "PondNet is no data set in its quote"),)
    toads = Draft("2599.00002", SECTION, Facts("Toads That Sing"), "- T\n", "tiny", key="k2", refused=refused)
    store.drafts.save(toads)
    for number, (outcome, fault) in enumerate(
        (
            (CallOutcome.KEPT, None),
            (CallOutcome.PARTIAL, Fault("summary", "it is empty")),
            (CallOutcome.REFUSED, Fault("no JSON", "the reply holds no whole JSON object")),
            (CallOutcome.NO_REPLY, Fault("", "the server did not answer within 5 s")),
        ),
        1,
    ):
        reply = None if outcome is CallOutcome.NO_REPLY else "{}"
        store.calls.add(
            Call("draft", "tiny", f"h{number}", outcome, 1.5, fault, "2599.00002", reply, 4000, 10, 5, 0.001)
        )
    store.meta.set("background", "2099-01-07")
    store.unsaved_edits.keep("2599.00003", UnsavedEdit(SECTION, "- Newts at Dusk\n", "ask Bo", new_section=True))


def _decision(
    paper_id: str, verdict: Verdict, hour: int, section: tuple[str, ...] = (), entry: str | None = None
) -> Decision:
    return Decision(paper_id, verdict, section, entry, at=datetime(2099, 1, 8, hour, 30))


def as_sql(path: Path) -> Iterator[str]:
    """The statements that make the database at `path` again; FTS5 fills its own tables, those without content by the
    triggers of the table they index."""
    db = sqlite3.connect(path)
    objects = db.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'view', rowid"
    ).fetchall()
    indexes = [name for _, name, sql in objects if sql.startswith("CREATE VIRTUAL TABLE")]
    tables = [name for kind, name, _ in objects if kind == "table"]
    inner = {name for name in tables if any(name.startswith(f"{index}_") for index in indexes)}
    yield from (f"{sql};" for _, name, sql in objects if name not in inner)
    for table in tables:
        if table in inner or table == "passage_words":
            continue
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        named = ["rowid", *columns] if table in indexes else columns
        names = ", ".join(f'"{name}"' for name in named)
        values = " || ', ' || ".join(f'quote("{name}")' for name in named)
        for (row,) in db.execute(f"SELECT {values} FROM {table}"):
            yield f"INSERT INTO {table} ({names}) VALUES ({row});"
    yield f"PRAGMA user_version = {db.execute('PRAGMA user_version').fetchone()[0]};"
    db.close()


def main() -> None:
    """Makes the file of the present format."""
    with tempfile.TemporaryDirectory() as folder:
        with Store(Path(folder)) as store:
            fill(store)
        lines = list(as_sql(Path(folder) / "papers.db"))
    target = FOLDER / f"{lines[-1].rpartition(' ')[2].rstrip(';')}.sql"
    if target.exists():
        sys.exit(f"{target} exists: it is how that format was, and stays")
    FOLDER.mkdir(exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(target)


if __name__ == "__main__":
    main()
