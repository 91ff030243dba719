"""The judge step on a temporary store, with an embedder made of word counts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.steps.invented_list import TAXONOMY, Entry, List, WordEmbedder
from triage.collection import Store
from triage.models import Decision, Judgement, Paper, SectionPath, Stage, Verdict
from triage.screens.progress import Silence
from triage.search.vectors import CachedVectors
from triage.steps.judge import ENOUGH_ENTRIES, REVIEW_BATCH, JudgeReport, Trial, judge, trial
from triage.steps.status import status


def judged_by(document: List, store: Store) -> JudgeReport:
    return judge(store, document, CachedVectors(WordEmbedder(), store, Silence()), Silence())


def kettle_list() -> List:
    entries = [Entry(f"A whistling kettle with loud steam number {n}", TAXONOMY[0], year=2020 + n) for n in range(5)]
    entries += [Entry(f"A silent kettle with muffled steam number {n}", TAXONOMY[1], year=2020 + n) for n in range(5)]
    entries += [Entry(f"A toaster that browns bread number {n}", TAXONOMY[2], year=2020 + n) for n in range(5)]
    return List(tuple(entries))


def watched(store: Store) -> None:
    for n in range(40):
        store.papers.save(Paper(f"2501.{n:05}", f"Galaxy survey of quasars part {n}", "Telescopes see redshift."))
    store.papers.save(Paper("2501.10001", "Loud steam from a whistling kettle", "A kettle whistles with steam."))
    store.papers.save(Paper("2501.10002", "Bread browns in a toaster", "A toaster browns bread evenly."))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        watched(opened)
        yield opened


def test_wanted_papers_are_queued_and_filed(store: Store) -> None:
    report = judged_by(kettle_list(), store)
    assert report.judged == 42
    assert set(store.stages(Stage.QUEUED)) == {"2501.10001", "2501.10002"}
    assert (report.queued, report.set_aside) == (2, 40)
    kettle = store.judgements.get("2501.10001")
    assert kettle is not None and kettle.section == TAXONOMY[0]
    assert sum(choice.probability for choice in kettle.sections) == pytest.approx(1.0, abs=1e-6)
    assert [n.section for n in kettle.neighbours] == [TAXONOMY[0]] * 3
    assert "kettle" in " ".join(kettle.words)
    assert report.trial == trial(store) == Trial(), "of 15 entries nothing can be told"


def test_of_two_like_papers_the_one_by_authors_of_the_list_is_more_relevant(store: Store) -> None:
    entries = tuple(replace(entry, authors=("Ada Boiler", "Tom Spout")) for entry in kettle_list().entries)
    abstract = "A kettle whistles with steam."
    store.papers.save(Paper("2501.20001", "Loud steam from a kettle, again", abstract, ("Ada Boiler", "New One")))
    store.papers.save(Paper("2501.20002", "Loud steam from a kettle, again.", abstract, ("Some Body", "Else Where")))
    judged_by(List(entries), store)
    known, unknown = store.judgements.get("2501.20001"), store.judgements.get("2501.20002")
    assert known is not None and unknown is not None and known.relevance > unknown.relevance + 0.05


def long_list() -> List:
    """Forty entries."""
    entries = [replace(entry, title=f"{entry.title} {n}") for n in range(3) for entry in kettle_list().entries]
    return List(tuple(entries[:40]))


def test_what_is_missed_is_told_by_entries_that_were_held_out(store: Store) -> None:
    tried = judged_by(long_list(), store).trial.held_out
    assert tried is not None and tried.entries == 40 >= ENOUGH_ENTRIES
    assert (tried.accepted, tried.accepted_missed) == (0, 0)
    low, high = tried.bounds
    assert tried.share == tried.missed / 40
    assert low <= 0.05 <= high < 0.3, "the queue's cut is set to leave out a twentieth"


def test_a_paper_accepted_out_of_those_set_aside_raises_what_is_missed(store: Store) -> None:
    judged_by(long_list(), store)
    assert "2501.00007" in store.stages(Stage.WATCHED)
    store.ledger.decide(Decision("2501.10001", Verdict.ACCEPT, section=TAXONOMY[0]))
    queued = judged_by(long_list(), store).trial.held_out
    assert queued is not None and (queued.accepted, queued.accepted_missed) == (1, 0)
    assert queued.share == queued.missed / queued.entries
    store.ledger.decide(Decision("2501.00007", Verdict.ACCEPT, section=TAXONOMY[0]))
    after = judged_by(long_list(), store).trial.held_out
    assert after is not None and (after.entries, after.accepted) == (40, 2) and after.accepted_missed >= 1
    assert after.share > after.missed / after.entries


def test_where_nothing_was_learned_nothing_is_told(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.papers.save(Paper("2501.00001", long_list().entries[0].title))
        assert judged_by(long_list(), store).trial == Trial()


def test_how_much_of_the_list_is_as_relevant_as_the_last_of_a_review_batch(store: Store) -> None:
    report = judged_by(long_list(), store)
    assert report.queued == 2 and report.trial.batch_recall is None
    for n in range(REVIEW_BATCH):
        paper = Paper(f"2502.{n:05}", f"A waiting paper {n}")
        store.papers.save(paper)
        store.judgements.save([Judgement(paper.id, 0.999 - n / 1000, True, ())])
    recalls = []
    for relevance in (0.9999, 0.9998):
        store.judgements.save([Judgement("2502.00059", relevance, True, ())])
        recalls.append(trial(store).batch_recall)
    for n in range(REVIEW_BATCH):
        store.judgements.save([Judgement(f"2502.{n:05}", 0.51, True, ())])
    recalls.append(trial(store).batch_recall)
    assert all(recall is not None for recall in recalls)
    assert recalls[0] == recalls[1] < 0.5 < recalls[2] < 1  # type: ignore[operator]


def test_a_list_whose_abstracts_are_all_known(store: Store) -> None:
    """The titles on this list say nothing: whoever finds the wanted papers has learned from the stored abstracts."""
    told = kettle_list().entries
    entries = [replace(entry, arxiv_id=f"2301.{n:05}", title=f"Entry {n}") for n, entry in enumerate(told)]
    papers = {f"2301.{n:05}": Paper(f"2301.{n:05}", f"Entry {n}", entry.title) for n, entry in enumerate(told)}
    store.entries.keep_answers(papers, papers)
    assert store.entries.known() == papers
    report = judged_by(List(tuple(entries)), store)
    assert report.judged == 42
    found = {key: judged for key in store.papers.ids() if (judged := store.judgements.get(key))}
    kettle, bread = sorted(sorted(found, key=lambda key: -found[key].relevance)[:2])
    assert (kettle, bread) == ("2501.10001", "2501.10002")
    assert (found[kettle].section, found[bread].section) == (TAXONOMY[0], TAXONOMY[2])
    assert "kettle" in " ".join(found[kettle].words)


def test_nothing_new_embeds_nothing(store: Store) -> None:
    judged_by(kettle_list(), store)
    embedder = WordEmbedder()
    report = judge(store, kettle_list(), CachedVectors(embedder, store, Silence()), Silence())
    assert report.judged == 0
    assert embedder.asked == 0
    assert (report.queued, report.set_aside) == (2, 40)


def test_a_decision_makes_every_judgement_anew(store: Store) -> None:
    first = judged_by(kettle_list(), store)
    store.ledger.decide(Decision("2501.10001", Verdict.REJECT))
    second = judged_by(kettle_list(), store)
    assert first.judged == second.judged == 42
    store.ledger.decide(Decision("2501.10002", Verdict.LATER))
    assert judged_by(kettle_list(), store).judged == 0


def test_a_renamed_taxonomy_remakes_judgements_and_keeps_decisions(store: Store) -> None:
    judged_by(kettle_list(), store)
    store.ledger.decide(Decision("2501.10002", Verdict.ACCEPT, section=TAXONOMY[2]))
    renamed = (("Boilers", "Whistling"), ("Boilers", "Silent"), ("Toasters",))
    entries = tuple(Entry(e.title, renamed[TAXONOMY.index(e.section)], year=e.year) for e in kettle_list().entries)
    judged_by(List(entries, renamed), store)
    judgement = store.judgements.get("2501.10001")
    assert judgement is not None and judgement.section == renamed[0]
    assert [d.paper_id for d in store.ledger.current()] == ["2501.10002"]


@pytest.mark.parametrize(
    ("entries", "taxonomy"),
    [
        ((), ()),
        ((), TAXONOMY),
        ((Entry("A lone kettle", TAXONOMY[0]),), TAXONOMY),
        (tuple(Entry(f"Kettle {n}", ("Kettles",)) for n in range(3)), (("Kettles",),)),
        ((Entry("Kettle", ("A", "Same")), Entry("Toaster", ("B", "Same"))), (("A", "Same"), ("B", "Same"))),
        ((Entry("Чайник со свистком", TAXONOMY[0]), Entry("Bouilloire \udcff sifflet", TAXONOMY[1])), TAXONOMY),
    ],
)
def test_odd_lists_are_judged_too(store: Store, entries: tuple[Entry, ...], taxonomy: tuple[SectionPath, ...]) -> None:
    report = judged_by(List(entries, taxonomy), store)
    assert report.judged == 42
    judgement = store.judgements.get("2501.10001")
    assert judgement is not None and len(judgement.sections) == min(len(taxonomy), 10)
    assert 0 <= judgement.relevance <= 1


def test_two_decided_papers_and_nothing_else_to_learn_from(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.papers.save(Paper("2501.00001", "Loud steam"))
        store.papers.save(Paper("2501.00002", "Browned bread"))
        store.ledger.decide(Decision("2501.00001", Verdict.ACCEPT, section=TAXONOMY[0]))
        store.ledger.decide(Decision("2501.00002", Verdict.REJECT))
        judged_by(List(()), store)
        assert store.judgements.get("2501.00001") is not None


@pytest.mark.parametrize("title", ["The of and", "!!!", "蒸気", "A"])
def test_texts_without_a_word_in_common_are_judged(tmp_path: Path, title: str) -> None:
    with Store(tmp_path) as store:
        store.papers.save(Paper("2501.00001", title))
        store.papers.save(Paper("2501.00002", "Browned bread"))
        entries = (Entry("Loud kettles", TAXONOMY[0]), Entry("Silent steam", TAXONOMY[1]))
        assert judged_by(List(entries), store).judged == 2


def strange(store: Store, number: int) -> None:
    store.papers.save(
        Paper(f"2503.{number:05}", f"Solar samovar for trains part {number}", "A solar samovar for long trains."),
        origin="person",
    )


def test_papers_that_fit_nowhere_start_a_section_together_whenever_they_came(store: Store) -> None:
    strange(store, 1)
    judged_by(kettle_list(), store)
    first = store.judgements.get("2503.00001")
    assert first is not None and first.fits_nowhere and first.cluster is not None
    assert first.cluster.papers == () and first.cluster.more == 0
    strange(store, 2)
    judged_by(kettle_list(), store)
    both = [store.judgements.get(f"2503.0000{number}") for number in (1, 2)]
    assert [one.cluster.papers for one in both if one and one.cluster] == [
        ("Solar samovar for trains part 2",),
        ("Solar samovar for trains part 1",),
    ]
    assert [(name, count) for name, count in status(store, "any").new_sections] == [
        (both[0].cluster.words, 2)  # type: ignore[union-attr]
    ]
    kettle = store.judgements.get("2501.10001")
    assert kettle is not None and kettle.cluster is None


def test_a_decision_ends_a_cluster(store: Store) -> None:
    for number in (1, 2):
        strange(store, number)
    judged_by(kettle_list(), store)
    store.ledger.decide(Decision("2503.00002", Verdict.REJECT))
    judged_by(kettle_list(), store)
    left = store.judgements.get("2503.00001")
    gone = store.judgements.get("2503.00002")
    assert left is not None and (left.cluster is None or left.cluster.papers == ())
    assert gone is not None and gone.cluster is None


def test_an_accepted_paper_that_is_published_makes_no_judgement_stale(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        watched(store)
        vectors = CachedVectors(WordEmbedder(), store, Silence())
        whole = kettle_list()
        store.ledger.decide(Decision("2501.10001", Verdict.ACCEPT, TAXONOMY[0], "- Loud steam"))
        assert judge(store, whole, vectors, Silence()).judged == 42
        published = Entry("Loud steam from a whistling kettle", TAXONOMY[0], arxiv_id="2501.10001", year=2025)
        assert judge(store, List((*whole.entries, published)), vectors, Silence()).judged == 0
        other = Entry("Another kettle", TAXONOMY[0], year=2025)
        assert judge(store, List((*whole.entries, other)), vectors, Silence()).judged == 42
        store.ledger.decide(Decision("2501.00001", Verdict.REJECT))
        assert judge(store, List((*whole.entries, other)), vectors, Silence()).judged == 42
