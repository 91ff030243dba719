"""Stores of every earlier format come up to date whole, with a copy of what they were."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from triage.collection import Store, schema
from triage.collection.codec import dump
from triage.collection.migrations import MIGRATIONS, Migration
from triage.errors import StoreError
from triage.models import Paper, Stage, UnsavedEdit, Verdict
from triage.when import local

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.sql"), key=lambda path: int(path.stem))


def old_store(folder: Path, source: Path) -> Path:
    """The path of a papers.db in `folder`, as the triage of that format left it."""
    path = folder / "papers.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(source.read_text(encoding="utf-8"))
    return path


def shape(path: Path) -> dict[str, object]:
    """Every table with its columns, and the text of every view and trigger."""
    with closing(sqlite3.connect(path)) as db:
        objects = db.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
        return {
            name: sorted(db.execute(f"PRAGMA table_info({name})")) if kind == "table" else sql
            for kind, name, sql in objects
        }


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(query).fetchall()


@pytest.mark.parametrize("source", VERSIONS, ids=lambda path: path.stem)
def test_an_old_store_gets_the_schema_of_a_new_one_and_keeps_everything(source: Path, tmp_path: Path) -> None:
    path = old_store(tmp_path, source)
    (tmp_path / "new").mkdir()
    Store(tmp_path / "new").close()
    with Store(tmp_path) as store:
        assert store.stages() == {
            "2599.00001": Stage.PUBLISHED,
            "2599.00002": Stage.LATER,
            "2599.00003": Stage.DRAFTED,
        }
        assert [(one.paper_id, one.verdict, one.number) for one in store.ledger.current()] == [
            ("2599.00001", Verdict.ACCEPT, 1),
            ("2599.00002", Verdict.LATER, 2),
        ]
        assert store.texts.citing(["arxiv:2599.00002"]) == ["2599.00001"]
        assert store.words.papers(["toads"], 5)[0][0] == "2599.00002"
        assert store.words.passages(["frogs"], 5)[0][0] == 1
        assert store.meta.get("background") == "2099-01-07"
        assert len(store.meta.get("workspace") or "") == 8
    assert shape(path) == shape(tmp_path / "new" / "papers.db")
    assert rows(path, "PRAGMA quick_check") == [("ok",)]
    assert rows(path, "PRAGMA foreign_key_check") == []


def test_local_times_become_utc_and_decisions_keep_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        old_store(tmp_path, VERSIONS[0])
        with Store(tmp_path) as store:
            kept = store.ledger.current()
            decided = store.connection.execute("SELECT at FROM decisions ORDER BY number").fetchall()
            (added,) = store.connection.execute("SELECT added_at FROM papers WHERE number = 1").fetchone()
        assert local(kept[0].at or datetime.min) == "2099-01-08 09:30"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [text for (text,) in decided] == [
        "2099-01-08T00:30:00.000000+00:00",
        "2099-01-08T01:30:00.000000+00:00",
        "2099-01-08T02:30:00.000000+00:00",
        "2099-01-08T02:30:00.000001+00:00",
    ]
    assert added == "2026-11-25T06:01:30.000000+00:00"


def test_what_models_said_wrong_becomes_columns_and_a_field(tmp_path: Path) -> None:
    old_store(tmp_path, VERSIONS[0].with_name("9.sql"))
    with Store(tmp_path) as store:
        assert store.calls.refusals() == {"cut short": 1, "no JSON": 1, "summary": 1}
        assert store.calls.outages() == {("tiny", "the server at http://127.0.0.1:9 did not answer within 5 s"): 1}
        (usage,) = store.calls.usage()
        assert (usage.calls, usage.kept, usage.unanswered) == (5, 2, 1)
        assert [store.calls.kept(f"h{number}") for number in range(1, 6)] == ["{}", "{}", None, None, None]
        cut = store.calls.refused("h4")
        assert cut is not None and cut.fault is not None
        assert (cut.fault.kind, cut.max_tokens) == ("cut short", 4000)
        assert cut.fault.reason.startswith("the reply was cut at 4000 tokens: no JSON: ")
        assert store.drafts.refused_values() == {"dataset": 1}
        made = store.drafts.get("2599.00002")
        assert made is not None
        assert made.notes == ("tiny: none of the sections fits",)
        assert made.remarks[1] == "tiny: refused: dataset: PondNet is no data set in its quote"


def test_two_copies_of_an_old_store_give_their_decisions_the_same_keys(tmp_path: Path) -> None:
    keys = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        old_store(tmp_path / name, VERSIONS[0])
        with Store(tmp_path / name) as store:
            keys.append(store.connection.execute("SELECT key FROM decisions").fetchall())
    assert keys[0] == keys[1] and len(set(keys[0])) == 4


@pytest.mark.parametrize("source", VERSIONS, ids=lambda path: path.stem)
def test_the_copy_is_the_store_as_it_was(source: Path, tmp_path: Path) -> None:
    path = old_store(tmp_path, source)
    before = shape(path), rows(path, "SELECT * FROM decisions")
    with Store(tmp_path) as store:
        copied = store.copied
    assert copied == tmp_path / f"papers.db.before-{schema.VERSION}"
    assert (shape(copied), rows(copied, "SELECT * FROM decisions")) == before
    assert rows(copied, "PRAGMA user_version") == [(int(source.stem),)]
    with Store(tmp_path) as store:
        assert store.copied is None


def test_no_copy_takes_the_place_of_another(tmp_path: Path) -> None:
    old_store(tmp_path, VERSIONS[0])
    taken = tmp_path / f"papers.db.before-{schema.VERSION}"
    taken.write_text("mine")
    with Store(tmp_path) as store:
        assert store.copied == tmp_path / f"papers.db.before-{schema.VERSION}-2"
    assert taken.read_text() == "mine"


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = old_store(tmp_path, VERSIONS[0])
    before = shape(path)
    broken = Migration(schema.VERSION, "DROP TABLE decisions;\nINSERT INTO nowhere VALUES (1);")
    monkeypatch.setattr("triage.collection.schema.MIGRATIONS", (*MIGRATIONS[:-1], broken))
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        Store(tmp_path)
    assert shape(path) == before
    assert rows(path, "PRAGMA user_version") == [(1,)]
    assert list(tmp_path.glob("*before*")) == []


def test_migrations_are_numbered_in_turn() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, schema.VERSION + 1))


def opened_at_once(folder: Path, processes: int) -> list[str]:
    """What processes that open the same store at the same moment say on stderr."""
    code = (
        "import sys, time; from pathlib import Path; from triage.collection import Store;"
        "print('ready', flush=True); sys.stdin.readline();"
        "store = Store(Path(sys.argv[1])); store.meta.set('opened', '1'); store.close()"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for process in running:
        assert process.stdout is not None and process.stdin is not None
        process.stdout.readline()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return [process.communicate()[1] for process in running]


def new(folder: Path) -> None:
    """Nothing is there yet."""


@pytest.mark.parametrize("prepare", [new, lambda folder: old_store(folder, VERSIONS[0])], ids=["new", "old"])
def test_several_processes_may_open_a_store_for_the_first_time_at_once(
    prepare: Callable[[Path], object], tmp_path: Path
) -> None:
    prepare(tmp_path)
    assert opened_at_once(tmp_path, 6) == [""] * 6
    assert len(list(tmp_path.glob("*.before-*"))) == (0 if prepare is new else 1)
    with Store(tmp_path) as store:
        assert store.meta.get("opened") == "1"


def test_a_store_of_a_newer_triage_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "papers.db")) as raw:
        raw.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer triage"):
        Store(tmp_path)


def test_fields_that_were_changed_in_a_review_become_facts_that_a_person_gave(tmp_path: Path) -> None:
    old_store(tmp_path, VERSIONS[2])
    with Store(tmp_path) as store:
        assert store.person_facts.of("2599.00003") == {"authors": "Ada Ranid; Bo Anura", "venue": "ICRA"}
        assert store.person_facts.of("2599.00002") == {}
        assert store.unsaved_edits.of("2599.00003") == UnsavedEdit(note="mine")
        assert store.unsaved_edits.of("2599.00002") == UnsavedEdit(note="later")


def test_unsaved_edits_of_a_review_go_on_in_a_table_of_their_own(tmp_path: Path) -> None:
    path = old_store(tmp_path, next(one for one in VERSIONS if one.stem == "8"))
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO meta (name, value) VALUES ('change:2599.09999', '{\"note\":\"a paper that is gone\"}')")
    with Store(tmp_path) as store:
        edit = UnsavedEdit(("Frogs", "Glass frogs"), "- Newts at Dusk\n", "ask Bo", new_section=True)
        assert store.unsaved_edits.of("2599.00003") == edit
        assert store.unsaved_edits.of("2599.00002") == UnsavedEdit()
    assert rows(path, "SELECT paper_id FROM unsaved_edits") == [("2599.00003",)]
    assert rows(path, "SELECT name FROM meta WHERE name LIKE 'change:%'") == []


def test_titles_that_a_plus_tells_apart_are_told_apart_in_an_old_store(tmp_path: Path) -> None:
    path = old_store(tmp_path, VERSIONS[0])
    paper = Paper("2599.00002", "Toads in C++", authors=("Ada Ranid",))
    with closing(sqlite3.connect(path)) as db, db:
        values = (paper.title, "toadsinc", dump(paper), paper.id)
        db.execute("UPDATE papers SET title = ?, title_key = ?, data = ? WHERE id = ?", values)
    with Store(tmp_path) as store:
        assert store.papers.twin(replace(paper, id="pdf:1", title="Toads in C")) is None
        found = store.papers.twin(replace(paper, id="pdf:1", title="Toads in C++"))
    assert found is not None
    assert found.id == paper.id
