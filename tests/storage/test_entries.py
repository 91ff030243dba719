"""The list's entries in the collection: each belongs to a paper, whatever is known of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.identity import identify
from triage.models import Decision, Draft, Facts, FullText, PageText, Paper, Passage, ReadEntry, Stage, Verdict
from triage.storage import Store

FROGS, TOADS = ("Frogs",), ("Toads", "Loud ones")
DOI = "10.9999/toads"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


def entry(
    title: str,
    link: str = "",
    *,
    section: tuple[str, ...] = FROGS,
    authors: tuple[str, ...] = (),
    year: int | None = None,
    doi: str | None = None,
) -> ReadEntry:
    return ReadEntry(
        section=section,
        line=7,
        text=f"- [{title}]({link})",
        words=f"{title} ICFA {year or ''}",
        title=title,
        identity=identify(ids=(doi,), links=(link,), title=title, authors=authors, year=year),
        authors=authors,
        venue="ICFA",
        year=year,
        links=(link,),
    )


def read(store: Store, *entries: ReadEntry) -> None:
    store.look(entries, {}, str(entries))


def test_an_entry_with_an_arxiv_id_is_that_paper(store: Store) -> None:
    read(store, entry("Counting Glass Frogs", "https://arxiv.org/abs/2599.00001", authors=("Ada Ranid",)))
    (listed,) = store.entries.all()
    assert (listed.paper_id, listed.section, listed.line, listed.venue) == ("2599.00001", FROGS, 7, "ICFA")
    record = store.record("2599.00001")
    assert record.stage is Stage.LISTED
    assert record.paper.authors == ("Ada Ranid",)
    assert (record.section, record.entry) == (FROGS, listed.text)


def test_an_entry_without_any_id_is_a_paper_of_its_own_and_stays_the_same_one(store: Store) -> None:
    bare = entry("A Night Among Loud Toads", year=2098)
    read(store, bare)
    (first,) = store.entries.all()
    assert first.paper_id.startswith("list:")
    assert store.record(first.paper_id).paper.title == "A Night Among Loud Toads"
    read(store, entry("Counting Glass Frogs", "https://arxiv.org/abs/2599.00001"), replace(bare, section=TOADS, line=9))
    assert [(one.paper_id, one.section) for one in store.entries.all()][1] == (first.paper_id, TOADS)
    assert store.papers.count() == 2


def test_a_paper_in_two_sections_is_one_paper_with_two_entries(store: Store) -> None:
    link = "https://arxiv.org/abs/2599.00001"
    read(store, entry("Counting Glass Frogs", link), entry("Counting Glass Frogs", link, section=TOADS))
    assert store.papers.count() == 1
    assert [one.section for one in store.record("2599.00001").entries] == [FROGS, TOADS]
    assert store.stages() == {"2599.00001": Stage.LISTED}


def test_what_leaves_the_list_is_no_longer_listed_and_nothing_of_it_is_lost(store: Store) -> None:
    read(store, entry("Counting Glass Frogs", "https://arxiv.org/abs/2599.00001"), entry("A Night Among Loud Toads"))
    read(store, entry("A Night Among Loud Toads"))
    assert "2599.00001" not in store.stages()
    assert store.papers.get("2599.00001") is not None


def test_what_arxiv_says_of_a_listed_paper_does_not_make_it_a_watched_one(store: Store) -> None:
    read(store, entry("Counting Glass Frogs", "https://arxiv.org/abs/2599.00001"))
    known = Paper("2599.00001", "Counting Glass Frogs", "We count frogs.", published=date(2099, 1, 2))
    store.entries.keep_answers(["2599.00001", "2599.00002"], {known.id: known})
    assert store.entries.asked() == {"2599.00001", "2599.00002"}
    assert store.entries.known() == {known.id: known}
    assert store.stages() == {known.id: Stage.LISTED}
    assert [key for key, _ in store.words.papers(["frogs"], 5)] == [known.id]
    assert store.judgements.lacking("now") == []


def test_words_of_an_entry_are_found(store: Store) -> None:
    read(store, entry("Counting Glass Frogs", "https://arxiv.org/abs/2599.00001", year=2097))
    assert [key for key, _ in store.words.papers(["ICFA"], 5)] == ["2599.00001"]
    read(store, entry("A Night Among Loud Toads"))
    assert store.words.papers(["2097"], 5) == []


def test_a_watched_paper_that_a_person_lists_keeps_its_record(store: Store) -> None:
    paper = Paper("2599.00001", "Counting Glass Frogs", "We count frogs.", ("Ada Ranid",))
    store.papers.save(paper)
    read(store, entry("Counting Glass Frogs", "https://example.org/frogs", authors=("A. Ranid",)))
    assert [one.paper_id for one in store.entries.all()] == [paper.id]
    assert store.papers.get(paper.id) == paper


def test_an_entry_that_names_two_stored_papers_makes_them_one(store: Store) -> None:
    preprint = Paper("2599.00001", "On Toads", authors=("Ada Ranid",), abstract="Toads.")
    journal = Paper(f"doi:{DOI}", "The Toads of the North", authors=("Ada Ranid",), doi=DOI, comment="ICFA 2099")
    store.papers.save(preprint)
    store.papers.save(journal, "person")
    store.drafts.save(Draft(journal.id, TOADS, Facts(journal.title), "- toads", key="k"))
    store.ledger.decide(Decision(journal.id, Verdict.LATER))
    text = FullText(journal.id, 1, "pdf", (PageText(1, "Toads hum."),))
    store.texts.save(text, [Passage("k1", journal.id, 0, "Intro", 1, 0, 10, "Toads hum.")])
    read(store, entry("On Toads", "https://arxiv.org/abs/2599.00001", doi=DOI, section=TOADS))
    assert store.papers.ids() == [preprint.id]
    record = store.record(preprint.id)
    assert record.paper.comment == "ICFA 2099", "what only one of them knew is kept"
    assert record.draft is not None and record.draft.paper_id == preprint.id
    assert record.decision is not None and record.decision.verdict is Verdict.LATER
    assert [passage.paper_id for passage in store.texts.passages(preprint.id)] == [preprint.id]
    assert store.papers.twin(Paper("doi:other", "Other", doi=DOI)) == record.paper


def test_two_papers_of_one_title_are_two(store: Store) -> None:
    store.papers.save(Paper("2599.00001", "Toads: A Survey", authors=("Ada Ranid",), published=date(2090, 1, 1)))
    read(store, entry("Toads: A Survey", authors=("Cy Bufo",), year=2099))
    assert store.papers.count() == 2
