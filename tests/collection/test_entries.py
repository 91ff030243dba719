"""The list's entries in the collection: each belongs to a paper, whatever is known of it."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from triage.collection import Store
from triage.identity import identify
from triage.lists.document import scan
from triage.lists.lookup import Lookup
from triage.models import (
    Decision,
    Draft,
    Facts,
    FullText,
    KeptEntry,
    PageText,
    Paper,
    Passage,
    ReadEntry,
    Stage,
    Verdict,
)

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


def read(store: Store, *entries: ReadEntry | KeptEntry) -> None:
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


def test_two_papers_whose_short_hashes_are_the_same_are_two(store: Store) -> None:
    read(store, entry("Counting Tree Frogs"))
    (first,) = store.entries.all()
    read(store)
    store.connection.execute("DELETE FROM aliases WHERE paper_id = ?", (first.paper_id,))
    store.connection.execute("DELETE FROM papers WHERE id = ?", (first.paper_id,))
    store.papers.save(Paper(first.paper_id, "Somebody Else's Toads", authors=("Cy Reed",)), "list")
    read(store, entry("Counting Tree Frogs"))
    (again,) = store.entries.all()
    assert again.paper_id != first.paper_id and again.paper_id.startswith(first.paper_id[:5])
    assert [paper.title for paper in store.papers.by_ids([first.paper_id, again.paper_id])] == [
        "Somebody Else's Toads",
        "Counting Tree Frogs",
    ]


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


def test_an_entry_makes_the_papers_of_entries_above_it_one(store: Store) -> None:
    preprint = entry("On Toads", "https://arxiv.org/abs/2599.00001")
    journal = entry("The Toads of the North", doi=DOI)
    both = entry("On Toads", "https://arxiv.org/abs/2599.00001v2", doi=DOI, section=TOADS)
    read(store, preprint, journal, both)
    assert store.papers.ids() == ["2599.00001"]
    assert len(store.entries.of(["2599.00001"])["2599.00001"]) == 3


def test_two_papers_of_one_title_are_two(store: Store) -> None:
    store.papers.save(Paper("2599.00001", "Toads: A Survey", authors=("Ada Ranid",), published=date(2090, 1, 1)))
    read(store, entry("Toads: A Survey", authors=("Cy Bufo",), year=2099))
    assert store.papers.count() == 2


def test_what_another_process_has_read_meanwhile_is_left_to_it(store: Store) -> None:
    read(store, entry("Counting Glass Frogs"))
    seen = store.ledger.seen()
    read(store, entry("Toads That Sing"), KeptEntry(FROGS, 3, "- [No Longer There]()"))
    assert [one.title for one in store.entries.all()] == ["Counting Glass Frogs"]
    assert store.ledger.seen() == seen


def readings(store: Store, text: str) -> None:
    """Reads a list as an opened workspace does: only what is new in it."""
    lookup = Lookup(scan(text).entries)
    store.look(lookup.read_entries(store.entries.texts()), {}, text)


def test_reading_only_what_is_new_comes_to_the_same_as_reading_everything(tmp_path: Path) -> None:
    seed = random.randrange(1_000_000)
    chance = random.Random(seed)
    lines = [f"- Frogs of Pond {n} [[2099]](https://example.org/pond/{n})" for n in range(12)]
    lines += [f"- Toads of Pond {n} [[2098]](https://arxiv.org/abs/2599.000{n:02})" for n in range(12)]
    with Store(tmp_path / "bit by bit") as slowly:
        for step in range(6):
            shown = chance.sample(lines, chance.randrange(3, 12))
            shown += chance.choices(shown, k=2)
            chance.shuffle(shown)
            half = len(shown) // 2
            text = "\n".join(["# Ponds", "", "## One", "", *shown[:half], "", "## Two", "", *shown[half:], ""])
            readings(slowly, text)
            with Store(tmp_path / f"at once {step}") as at_once:
                readings(at_once, text)
                for store in (slowly, at_once):
                    assert [(one.line, one.text) for one in store.entries.all()] == [
                        (entry.line, entry.text) for entry in scan(text).entries
                    ], f"seed {seed}"
                assert slowly.entries.all() == at_once.entries.all(), f"seed {seed}"
                found = [{key for key, _ in one.words.papers(["frogs"], 99)} for one in (slowly, at_once)]
                assert found[0] == found[1], f"seed {seed}"


def test_an_entry_that_stays_is_not_read_again(tmp_path: Path) -> None:
    text = "# Ponds\n\n## One\n\n- Frogs [[2099]](https://example.org/1)\n- Toads [[2099]](https://example.org/2)\n"
    with Store(tmp_path) as store:
        readings(store, text)
        again = Lookup(scan(text.replace("Toads", "Newts")).entries).read_entries(store.entries.texts())
    assert [type(one) for one in again] == [KeptEntry, ReadEntry]


LISTED = """# Leaks

- PipeNet: Finding Leaks by Ear [[2026]](https://arxiv.org/abs/2599.00001v2)
- Dripping at Night [[2026]](https://doi.org/10.9999/Leaks.2)
- Two papers [[one]](https://arxiv.org/pdf/2599.00002)[[two]](https://huggingface.co/papers/2599.00003)
- Ångström-scale Leaks: A $k$-NN View [[2026]](https://example.org/view)
- An old one [[1999]](https://arxiv.org/abs/hep-th/9901001)
- Ada Ranid, "Leaks: A Survey", ICFA 2097 [[pdf]](https://example.org/survey)
"""


@pytest.mark.parametrize(
    ("paper", "mentioned"),
    [
        (Paper("2599.00001", "Renamed since"), True),
        (Paper("2599.00002", "First"), True),
        (Paper("2599.00003", "Second"), True),
        (Paper("2599.00009", "Published now", doi="10.9999/LEAKS.2"), True),
        (Paper("2599.00009", "Published now", doi="https://doi.org/10.9999/leaks.2"), True),
        (Paper("2599.00009", "pipenet - finding leaks by ear.", authors=("Ada Ranid",)), True),
        (Paper("2599.00009", "Angstrom-Scale Leaks: A k-NN View"), True),
        (Paper("hep-th/9901001", "Any"), True),
        (Paper("2599.00009", "Finding Leaks by Ear"), False),
        (Paper("2599.00009", "..."), False),
        (Paper("2599.00009", "New", doi="10.9999/leaks.22"), False),
        (Paper("2599.00010", "Two papers more"), False),
    ],
)
def test_what_an_entry_links_to_or_has_the_title_of_is_mentioned(store: Store, paper: Paper, mentioned: bool) -> None:
    readings(store, LISTED)
    assert store.entries.mention(paper) is mentioned
    readings(store, "# Leaks\n\n- Something else [[2026]](https://example.org/else)\n")
    assert not store.entries.mention(paper)


def test_a_title_of_other_authors_or_of_another_time_is_not_mentioned(store: Store) -> None:
    store.papers.save(Paper("doi:10.9999/l", "Leaks: A Survey", doi="10.9999/l", published=date(2097, 1, 1)))
    read(store, entry("Leaks: A Survey", authors=("Ada Ranid",), doi="10.9999/l"))
    assert store.entries.mention(Paper("2599.00009", "Leaks: A Survey"))
    assert store.entries.mention(Paper("2599.00009", "Leaks: A Survey", authors=("Ada Ranid",)))
    assert not store.entries.mention(Paper("2599.00009", "Leaks: A Survey", published=date(2050, 1, 1)))
    store.papers.save(Paper("doi:10.9999/l", "Leaks: A Survey", doi="10.9999/l", authors=("Ada Ranid",)))
    assert not store.entries.mention(Paper("2599.00009", "Leaks: A Survey", authors=("Cy Bufo",)))
