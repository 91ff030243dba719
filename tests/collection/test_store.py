"""The store: stages follow from facts, decisions are only added, nothing is lost on reopening."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.collection import Store
from triage.collection.waiting import lines
from triage.errors import StoreError, UnknownPaper
from triage.models import (
    Choice,
    Cluster,
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
    Stage,
    Table,
    UnsavedEdit,
    Verdict,
)

SECTION = ("Frogs", "Glass frogs")
PAPER = Paper(
    "2599.00001",
    "Counting Glass Frogs",
    "We count frogs.",
    authors=("Ada Ranid", "Bo Anura"),
    doi="10.1234/Frogs",
    published=date(2099, 1, 2),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def judged(paper: Paper, queued: bool = True) -> Judgement:
    return Judgement(paper.id, 0.9, queued, (Choice(SECTION, 0.8),), basis="b1")


def drafted(paper: Paper) -> Draft:
    return Draft(
        paper.id, SECTION, Facts(paper.title, paper.authors, day=paper.published), f"- {paper.title}\n", key="k"
    )


def test_a_paper_comes_back_as_it_was(store: Store) -> None:
    store.papers.save(PAPER)
    assert store.papers.get(PAPER.id) == PAPER


def test_stage_follows_from_the_facts(store: Store) -> None:
    store.papers.save(PAPER)
    assert store.record(PAPER.id).stage is Stage.WATCHED
    store.judgements.save([judged(PAPER, queued=False)])
    assert store.record(PAPER.id).stage is Stage.WATCHED
    store.judgements.save([judged(PAPER)])
    assert store.record(PAPER.id).stage is Stage.QUEUED
    store.drafts.save(drafted(PAPER))
    assert store.record(PAPER.id).stage is Stage.DRAFTED
    store.ledger.decide(Decision(PAPER.id, Verdict.LATER))
    assert store.record(PAPER.id).stage is Stage.LATER
    store.ledger.decide(Decision(PAPER.id, Verdict.ACCEPT, SECTION, "- mine\n"))
    assert store.record(PAPER.id).stage is Stage.ACCEPTED
    store.ledger.publish(PAPER.id, SECTION, "- mine\n")
    assert store.record(PAPER.id).stage is Stage.PUBLISHED
    assert store.stage_counts()[Stage.PUBLISHED] == 1


def test_a_paper_that_a_person_added_is_queued_whatever_the_judge_says(store: Store) -> None:
    store.papers.save(PAPER, origin="person")
    store.judgements.save([judged(PAPER, queued=False)])
    assert store.record(PAPER.id).stage is Stage.QUEUED
    store.papers.save(replace(PAPER, version=2))
    assert store.record(PAPER.id).stage is Stage.QUEUED


def test_undo_steps_back_through_decisions(store: Store) -> None:
    store.papers.save(PAPER)
    store.judgements.save([judged(PAPER)])
    store.drafts.save(drafted(PAPER))
    store.ledger.decide(Decision(PAPER.id, Verdict.LATER))
    store.ledger.decide(Decision(PAPER.id, Verdict.REJECT, note="toads"))
    undone = store.ledger.undo()
    assert undone is not None
    assert undone.verdict is Verdict.REJECT
    assert store.record(PAPER.id).stage is Stage.LATER
    assert store.ledger.undo() is not None
    assert store.record(PAPER.id).stage is Stage.DRAFTED
    assert store.ledger.undo() is None


def test_undo_leaves_what_is_published(store: Store) -> None:
    store.papers.save(PAPER)
    store.ledger.decide(Decision(PAPER.id, Verdict.ACCEPT, SECTION, "- x\n"))
    store.ledger.publish(PAPER.id, SECTION, "- x\n")
    assert store.ledger.undo() is None


def test_decisions_are_history(store: Store) -> None:
    store.papers.save(PAPER)
    store.ledger.decide(Decision(PAPER.id, Verdict.REJECT))
    store.ledger.undo()
    rows = store.connection.execute("SELECT verdict FROM decisions ORDER BY number").fetchall()
    assert [row[0] for row in rows] == ["reject", "undo"]


def test_refused_values_are_counted_by_kind(store: Store) -> None:
    store.papers.save(PAPER)
    refused = (Fault("dataset", "PondNet is not in the paper"), Fault("dataset", "x"))
    store.drafts.save(replace(drafted(PAPER), refused=refused, notes=("tiny: refused: code_url: x",)))
    assert store.drafts.refused_values() == {"dataset": 2}


def test_a_person_s_word_stands_before_the_machine_s(store: Store) -> None:
    store.papers.save(PAPER)
    store.judgements.save([judged(PAPER)])
    store.drafts.save(drafted(PAPER))
    store.ledger.decide(Decision(PAPER.id, Verdict.ACCEPT, ("Toads",), "- by hand\n"))
    store.drafts.save(replace(drafted(PAPER), entry="- newer draft\n"))
    record = store.record(PAPER.id)
    assert record.section == ("Toads",)
    assert record.entry == "- by hand\n"


def test_twins_are_found_by_id_doi_and_title(store: Store) -> None:
    store.papers.save(PAPER)
    other = replace(PAPER, id="2599.77777")
    assert store.papers.twin(other) == PAPER
    assert store.papers.twin(replace(other, doi=None, title="Counting  glass frogs.")) == PAPER
    assert store.papers.twin(replace(other, doi=None, authors=("Cy Bufo",))) is None
    assert store.papers.twin(replace(other, doi=None, title="Counting Toads")) is None


def test_passages_and_words_go_with_their_text(store: Store) -> None:
    store.papers.save(PAPER)
    text = FullText(PAPER.id, 1, "pdf", (PageText(1, "Frogs sing."),))
    store.texts.save(text, [Passage("k1", PAPER.id, 0, "Intro", 1, 0, 11, "Frogs sing.")])
    store.texts.save(text, [Passage("k2", PAPER.id, 0, "Intro", 1, 0, 11, "Toads hum.")])
    assert [p.key for p in store.texts.passages(PAPER.id)] == ["k2"]
    found = store.connection.execute("SELECT count(*) FROM passage_words WHERE passage_words MATCH 'frogs'").fetchone()
    assert found == (0,)


def test_evidence_has_the_tables_that_were_read(store: Store) -> None:
    store.papers.save(PAPER)
    assert store.evidence([PAPER.id])[0].tables == ()
    table = Table("Frogs by pond.", 1, ("Pond", "Frogs"), (("Deep", "12"), ("Green", "7")), "1")
    text = FullText(PAPER.id, 1, "pdf", (PageText(1, "Frogs sing."),))
    store.texts.save(text, [])
    assert store.texts.tables(PAPER.id) == ()
    store.texts.save(replace(text, tables=(table,)), [])
    assert store.evidence([PAPER.id])[0].tables == (table,)
    assert store.texts.get(PAPER.id) == replace(text, tables=(table,))


def test_problems_stay_until_cleared(store: Store) -> None:
    store.papers.save(PAPER)
    store.papers.set_problem(Problem(PAPER.id, "read", "no PDF"))
    assert store.record(PAPER.id).problems == (Problem(PAPER.id, "read", "no PDF"),)
    store.papers.clear_problem(PAPER.id, "read")
    assert store.papers.problems() == []


def test_an_interrupted_fetch_goes_on_where_it_was(store: Store) -> None:
    first = store.fetches.begin("q", date(2099, 1, 1), date(2099, 1, 31))
    store.fetches.move(first.number, 2000)
    again = store.fetches.begin("q", date(2099, 1, 1), date(2099, 1, 31))
    assert (again.number, again.position) == (first.number, 2000)
    store.fetches.finish(again.number)
    last = store.fetches.last_complete("q")
    assert last is not None
    assert last.until == date(2099, 1, 31)
    assert store.fetches.begin("q", date(2099, 1, 1), date(2099, 1, 31)).position == 0


def test_reopening_finds_everything(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.papers.save(PAPER)
        store.meta.set("a", "1")
    with Store(tmp_path) as store:
        assert store.papers.get(PAPER.id) == PAPER
        assert store.meta.get("a") == "1"


def test_an_unknown_paper_names_the_file(store: Store) -> None:
    with pytest.raises(UnknownPaper, match=r"papers\.db"):
        store.record("2599.99999")


def test_a_damaged_store_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "papers.db").write_bytes(b"this is no database, " * 400)
    with pytest.raises(StoreError, match=r"papers\.db"):
        Store(tmp_path)


CLUSTER = Cluster(("tadpole calls", "night ponds"), ("Tadpoles That Call \udce9", "Ponds at Night"), 1)


def test_a_judgement_comes_back_with_the_section_it_would_start(store: Store) -> None:
    store.papers.save(PAPER)
    asked = replace(judged(PAPER), none_fits=0.6, cluster=CLUSTER)
    store.judgements.save([asked])
    assert store.judgements.get(PAPER.id) == asked


def test_a_judgement_kept_before_clusters_were_known_still_loads(store: Store) -> None:
    store.papers.save(PAPER)
    store.judgements.save([judged(PAPER)])
    data = store.connection.execute("SELECT data FROM judgements").fetchone()[0]
    assert "cluster" not in data
    kept = store.judgements.get(PAPER.id)
    assert kept is not None and kept.cluster is None


def test_a_judgement_kept_under_an_earlier_name_still_loads(store: Store) -> None:
    authors = (('Ada "acquainted": \udce9', 3), ("Bo Anura", 1))
    for paper in (PAPER, replace(PAPER, id="2599.00002", title="Toads", doi=None, authors=())):
        store.papers.save(paper)
        asked = replace(judged(paper), words=('"acquainted":',), listed_authors=authors if paper.authors else ())
        store.judgements.save([asked])
        with store.connection:
            store.connection.execute(
                """UPDATE judgements SET data = replace(data, '"listed_authors":', '"acquainted":')"""
            )
        assert store.judgements.get(paper.id) == asked
    assert '"acquainted":' in store.connection.execute("SELECT data FROM judgements").fetchone()[0]


def test_new_sections_are_counted_over_undecided_papers(store: Store) -> None:
    for number in range(4):
        paper = replace(PAPER, id=f"2599.0001{number}", title=f"Tadpole {number}", doi=None)
        store.papers.save(paper)
        cluster = None if number == 3 else CLUSTER
        store.judgements.save([replace(judged(paper), cluster=cluster)])
    store.ledger.decide(Decision("2599.00011", Verdict.REJECT))
    store.ledger.decide(Decision("2599.00012", Verdict.LATER))
    assert store.judgements.new_sections() == {CLUSTER.words: 2}


def test_facts_that_a_person_gave_are_kept_until_that_person_lets_go_of_them(store: Store) -> None:
    store.papers.save(PAPER)
    store.person_facts.give(PAPER.id, {"venue": "ICML", "year": "2026"})
    store.person_facts.give(PAPER.id, {"venue": "", "summary": "does it all"})
    assert store.person_facts.of(PAPER.id) == {"summary": "does it all", "venue": "", "year": "2026"}
    store.person_facts.forget(PAPER.id, ["venue", "stars"])
    assert store.person_facts.of(PAPER.id) == {"summary": "does it all", "year": "2026"}
    assert store.person_facts.of("another") == {}


def test_unsaved_edits_are_kept_until_forgotten_and_go_with_a_paper_that_is_merged(store: Store) -> None:
    other, edit = replace(PAPER, id="pdf:1"), UnsavedEdit(SECTION, "- x \udce9", "why", new_section=True)
    store.papers.save(PAPER)
    store.papers.save(other)
    store.unsaved_edits.keep(other.id, edit)
    assert store.unsaved_edits.of(other.id) == edit
    assert store.unsaved_edits.of(PAPER.id) == UnsavedEdit()
    store.papers.unite([PAPER.id, other.id])
    assert store.unsaved_edits.of(PAPER.id) == edit
    store.unsaved_edits.keep(PAPER.id, UnsavedEdit())
    assert store.connection.execute("SELECT count(*) FROM unsaved_edits").fetchone() == (0,)


@pytest.mark.parametrize(
    ("shares", "voted", "section"),
    [
        ((0.17, 0.59), False, ("B",)),
        ((0.17, 0.59), True, ("B",)),
        ((0.36, 0.42), True, ("A",)),
        ((0.36, 0.42), False, ("B",)),
    ],
)
def test_an_undecided_paper_stands_where_the_judge_would_have_it_unless_a_vote_settled_what_it_leaves_open(
    tmp_path: Path, shares: tuple[float, float], voted: bool, section: tuple[str, ...]
) -> None:
    with Store(tmp_path) as store:
        store.papers.save(Paper("1", "One"))
        store.drafts.save(Draft("1", ("A",), Facts("One"), "- One", voted=voted))
        store.judgements.save([Judgement("1", 0.9, True, (Choice(("B",), shares[1]), Choice(("A",), shares[0])))])
        (line,) = lines(store.connection, (Stage.DRAFTED,))
        record = store.record("1")
        assert record.section == line.section == section
        assert record.confidence == line.confidence == shares[section == ("B",)]
        store.ledger.decide(Decision("1", Verdict.LATER, ("A",)))
        assert store.record("1").section == lines(store.connection, (Stage.LATER,))[0].section == ("A",)
