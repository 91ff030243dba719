"""Publishing and the list's own life: processes killed in the middle, entries taken out, papers added by hand."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from triage.collection import Store
from triage.collection.database import Database
from triage.collection.decisions import Ledger, reviewer
from triage.collection.words import Words
from triage.models import Choice, Decision, Draft, Facts, Judgement, Paper, Verdict

Call = Callable[..., int]

LIST = """# Frogs

## Counting

- Glass Frogs at Dusk [[ICFA 2099]](https://arxiv.org/abs/2599.00010)
- Frogs by the Dozen [[2098]](https://arxiv.org/abs/2599.00009)

## Listening

- Ears for Frogs [[2098]](https://arxiv.org/abs/2599.00008)
- Tree Frogs at Dawn [[ICFA 2097]](https://arxiv.org/abs/2599.00007)
"""
PAPER = Paper("2599.00020", "Glass Frogs Counted Twice: A Study of Double Counting", doi="10.5555/frogs.20")
ENTRY = f"- {PAPER.title} [[2099]](https://arxiv.org/abs/{PAPER.id})"
SHORT = "- Glass Frogs Counted Twice [[2099]](https://example.org/twice)"


@pytest.fixture
def workspace(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """An adopted list with one draft for "Counting"."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text(LIST, encoding="utf-8")
    assert call("init", "README.md", "--offline") == 0
    with Store(tmp_path / "store") as store:
        add_draft(store, PAPER, ENTRY)
    capsys.readouterr()
    return tmp_path


def add_draft(store: Store, paper: Paper, entry: str) -> None:
    store.papers.save(paper)
    store.judgements.save([Judgement(paper.id, 0.9, True, (Choice(("Counting",), 0.9),))])
    facts = Facts(paper.title, year=2099, arxiv_id=paper.id)
    store.drafts.save(Draft(paper.id, ("Counting",), facts, entry))


def readme(workspace: Path) -> str:
    return (workspace / "README.md").read_text(encoding="utf-8")


def rewrite(workspace: Path, old: str, new: str) -> None:
    text = readme(workspace)
    assert text.count(old) == 1
    (workspace / "README.md").write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def stage(call: Call, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """The paper's stage as the next reading command says it."""

    def ask() -> str:
        assert call("list", "--json") == 0
        return next(str(row["stage"]) for row in json.loads(capsys.readouterr().out) if row["id"] == PAPER.id)

    return ask


@pytest.fixture
def status(call: Call, capsys: pytest.CaptureFixture[str]) -> Callable[[], dict[str, Any]]:
    def ask() -> dict[str, Any]:
        assert call("status", "--json") == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return ask


# --- a process that is killed in the middle ---

# The interpreter reports what it opens and renames; at the wanted event the process ends as by `kill -9`.
KILLED = """
import os, signal, sys

wanted, seen = sys.argv.pop(1), []

def watch(event, args):
    if event == "open" and ".README.md.triage-" in str(args[0]):
        reached("the ledger knows, no file is begun")
    if event == "os.rename" and str(args[1]).endswith("README.md"):
        reached("the new file lies beside the old one")
        seen.append("renamed")
    elif event == "open" and seen and str(args[0]) == os.getcwd():
        reached("the list is written")
    elif event == "open" and seen and str(args[0]).endswith("README.md"):
        reached("the ledger knows that the list is written")

def reached(moment):
    if moment == wanted:
        os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(watch)
from triage.cli import main
main()
"""
MOMENTS = (
    "the ledger knows, no file is begun",
    "the new file lies beside the old one",
    "the list is written",
    "the ledger knows that the list is written",
)
WRITTEN = MOMENTS[2:]


def publish_until(moment: str, workspace: Path) -> None:
    """`triage publish` in a process of its own, killed at that moment."""
    command = [sys.executable, "-c", KILLED, moment, "publish"]
    done = subprocess.run(command, cwd=workspace, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert ("Counted Twice" in readme(workspace)) == (moment in WRITTEN)


def accept(call: Call, entry: str | None, workspace: Path) -> None:
    if entry is None:
        assert call("accept", PAPER.id) == 0
    else:
        file = workspace.parent / "entry.md"
        file.write_text(entry, encoding="utf-8")
        assert call("accept", PAPER.id, "--entry", str(file)) == 0


@pytest.mark.parametrize("entry", [None, SHORT], ids=["as drafted", "title made shorter"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_any_moment_publishes_once(
    moment: str, entry: str | None, workspace: Path, call: Call, stage: Callable[[], str]
) -> None:
    accept(call, entry, workspace)
    publish_until(moment, workspace)
    assert stage() == ("published" if moment in WRITTEN else "accepted")
    assert call("publish") == 0
    assert stage() == "published"
    assert readme(workspace).count("Counted Twice") == 1
    assert not list(workspace.glob(".README.md.triage-*"))


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_and_then_an_edit_by_hand_publishes_once(
    moment: str, workspace: Path, call: Call, stage: Callable[[], str]
) -> None:
    accept(call, SHORT, workspace)
    publish_until(moment, workspace)
    rewrite(workspace, "# Frogs\n", "# Frogs and Toads\n\nBy hand.\n")
    if moment in WRITTEN:
        rewrite(workspace, "Counted Twice [[2099]]", "Counted Twice [[ICFA 2099]]")
    assert stage() == ("published" if moment in WRITTEN else "accepted")
    assert call("publish") == 0
    assert stage() == "published"
    assert readme(workspace).count("Counted Twice") == 1
    assert "By hand." in readme(workspace)


def test_a_kill_and_then_a_person_takes_the_entry_out(
    workspace: Path, call: Call, stage: Callable[[], str], status: Callable[[], dict[str, Any]]
) -> None:
    accept(call, SHORT, workspace)
    publish_until("the list is written", workspace)
    rewrite(workspace, SHORT + "\n", "")
    assert stage() == "accepted"
    assert readme(workspace) == LIST
    assert call("reject", PAPER.id) == 0
    assert stage() == "rejected"


# --- an entry that leaves the list ---


@pytest.fixture
def published(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> Path:
    accept(call, SHORT, workspace)
    assert call("publish") == 0
    capsys.readouterr()
    return workspace


def test_a_reverted_commit_makes_it_accepted_again_and_publishing_puts_it_back(
    published: Path,
    call: Call,
    stage: Callable[[], str],
    status: Callable[[], dict[str, Any]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_it = readme(published)
    (published / "README.md").write_text(LIST, encoding="utf-8")
    assert stage() == "accepted"
    assert status()["taken_out"] == [PAPER.id]
    assert call("status") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"1 published entry no longer stands in README.md: {PAPER.id}" in said
    assert call("publish", "--check") == 1
    assert call("publish") == 0
    assert readme(published) == with_it
    assert stage() == "published"
    assert status()["taken_out"] == []


def test_an_entry_whose_title_a_person_made_shorter_is_no_second_paper(
    published: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in rows if row["entry"] == SHORT] == [PAPER.id]
    assert len(rows) == 5


def test_back_on_the_branch_that_has_it_it_is_published_again(published: Path, stage: Callable[[], str]) -> None:
    with_it = readme(published)
    (published / "README.md").write_text(LIST, encoding="utf-8")
    assert stage() == "accepted"
    (published / "README.md").write_text(with_it, encoding="utf-8")
    assert stage() == "published"


@pytest.mark.parametrize(("words", "then"), [(("undo",), "drafted"), (("reject", PAPER.id), "rejected")])
def test_what_left_the_list_can_be_taken_back_or_rejected(
    words: tuple[str, ...], then: str, published: Path, call: Call, stage: Callable[[], str]
) -> None:
    assert call("reject", PAPER.id) == 1
    (published / "README.md").write_text(LIST, encoding="utf-8")
    assert call(*words) == 0
    assert stage() == then
    assert call("publish") == 0
    assert readme(published) == LIST


def test_what_left_the_list_can_be_accepted_for_another_section(
    published: Path, call: Call, stage: Callable[[], str]
) -> None:
    (published / "README.md").write_text(LIST, encoding="utf-8")
    assert call("accept", PAPER.id, "--section", "Listening") == 0
    assert call("publish") == 0
    assert readme(published).index("## Listening") < readme(published).index("Counted Twice")


def test_an_entry_that_a_person_moved_and_mended_is_still_published_and_shown_where_it_stands(
    published: Path, stage: Callable[[], str], call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    mended = SHORT.replace("[[2099]]", "[[ICFA 2099]]")
    rewrite(published, SHORT + "\n", "")
    rewrite(published, "- Ears for Frogs", f"{mended}\n- Ears for Frogs")
    assert stage() == "published"
    assert call("show", PAPER.id, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["section"], shown["entry"]) == (["Listening"], mended)


def test_a_list_in_the_middle_of_a_merge_says_nothing(published: Path, stage: Callable[[], str]) -> None:
    (published / "README.md").write_text("<<<<<<< HEAD\n" + LIST, encoding="utf-8")
    assert stage() == "published"


def test_a_list_that_is_away_says_nothing(published: Path, stage: Callable[[], str]) -> None:
    (published / "README.md").rename(published / "elsewhere.md")
    assert stage() == "published"


def test_where_the_store_cannot_be_written_the_list_is_looked_up_all_the_same(published: Path) -> None:
    path = published / "store" / "papers.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as connection:
        database = Database(connection, path)
        ledger = Ledger(database, reviewer())
        for found, stands in (({}, False), ({PAPER.id: (("Listening",), "- moved")}, True), ({}, False)):
            ledger.look_only(found)
            (stage,) = database.execute("SELECT stage FROM stages WHERE paper_id = ?", (PAPER.id,)).fetchone()
            assert stage == ("published" if stands else "accepted")
            assert ledger.taken_out() == ([] if stands else [PAPER.id])
            where = Words(database).places([PAPER.id])[PAPER.id][1]
            assert where == (("Listening",) if stands else ("Counting",))
        assert connection.execute("SELECT stands FROM main.publications").fetchall() == [(1,)]


# --- a paper that a person added meanwhile ---


@pytest.mark.parametrize(
    "by_hand",
    [
        "- Another Name [[2099]](https://arxiv.org/pdf/2599.00020v3)",
        "- Another Name [[ICFA 2099]](https://doi.org/10.5555/FROGS.20)",
        f"- {PAPER.title.upper()} [[ICFA 2099]](https://example.org/proceedings/20)",
        "- Another Name [[ICFA 2099]](http://www.example.org/twice/)",
    ],
    ids=["arXiv id", "DOI", "title", "address"],
)
def test_a_paper_that_stands_in_another_section_is_named_with_its_place_and_not_added(
    by_hand: str, workspace: Path, call: Call, stage: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    accept(call, SHORT, workspace)
    rewrite(workspace, "- Ears for Frogs", f"{by_hand}\n- Ears for Frogs")
    before = readme(workspace)
    assert call("publish", "--check") == 0
    capsys.readouterr()
    assert call("publish") == 0
    assert "is already in the list" in capsys.readouterr().err
    assert readme(workspace) == before
    assert stage() == "published"
    assert call("publish", "--dry-run") == 0
    assert "nothing to publish" in capsys.readouterr().err


def test_where_it_stands_is_said(workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    accept(call, None, workspace)
    rewrite(workspace, "- Ears for Frogs", f"{ENTRY}\n- Ears for Frogs")
    assert call("publish") == 0
    assert "->  Listening, line 10" in capsys.readouterr().err


def test_another_paper_of_the_same_title_is_added(workspace: Path, call: Call) -> None:
    accept(call, None, workspace)
    rewrite(workspace, "- Ears for Frogs", f"{ENTRY.replace(PAPER.id, '2599.00021')}\n- Ears for Frogs")
    assert call("publish") == 0
    assert readme(workspace).count("Counted Twice") == 2


def test_with_the_owners_wish_for_several_sections_it_comes_into_its_own_too(workspace: Path, call: Call) -> None:
    accept(call, None, workspace)
    rewrite(workspace, "- Ears for Frogs", f"{ENTRY}\n- Ears for Frogs")
    settings = workspace / "triage.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("several_sections = false", "several_sections = true"), encoding="utf-8")
    assert call("publish") == 0
    assert readme(workspace).count("Counted Twice") == 2
    assert call("publish") == 0
    assert readme(workspace).count("Counted Twice") == 2


def test_two_accepted_records_of_one_work_are_published_once(workspace: Path, call: Call) -> None:
    with Store(workspace / "store") as store:
        add_draft(
            store,
            Paper("doi:10.5555/frogs.20", "Frogs, Twice", doi="10.5555/frogs.20"),
            "- Frogs, Twice [[2099]](https://doi.org/10.5555/frogs.20)",
        )
    assert call("accept", PAPER.id, "doi:10.5555/frogs.20") == 0
    assert call("publish") == 0
    assert len(readme(workspace).splitlines()) == len(LIST.splitlines()) + 1


def test_one_bad_entry_is_named_and_the_others_are_published(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    """An acceptance of an older version, or by other hands: what was not refused then is refused now."""
    other = Paper("2599.00021", "Frogs That Cannot Stand")
    with Store(workspace / "store") as store:
        add_draft(store, other, "- Frogs That Cannot Stand\n```")
        for paper, entry in ((other, "- Frogs That Cannot Stand\n```"), (PAPER, ENTRY)):
            store.ledger.decide(Decision(paper.id, Verdict.ACCEPT, ("Counting",), entry))
    assert call("publish", "--check") == 1
    assert call("publish", "--dry-run") == 1
    assert ENTRY in capsys.readouterr().out
    assert call("publish") == 1
    told = " ".join(capsys.readouterr().err.split())
    assert f"not published: {other.id} {other.title}" in told
    assert f"triage accept {other.id} --entry FILE" in told
    assert ENTRY in readme(workspace)
    assert "```" not in readme(workspace)
    (workspace / "better.md").write_text("- Frogs That Stand [[2099]](https://arxiv.org/abs/2599.00021)\n")
    assert call("accept", other.id, "--entry", "better.md") == 0
    assert call("publish") == 0
    assert "Frogs That Stand" in readme(workspace)


def test_a_draft_that_cannot_stand_is_refused_when_it_is_accepted(
    workspace: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store(workspace / "store") as store:
        add_draft(store, PAPER, f"{ENTRY}\n{ENTRY}")
    assert call("accept", PAPER.id) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "2 entries" in told
    assert f"triage accept {PAPER.id} --entry FILE" in told
