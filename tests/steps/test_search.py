"""Search over a small store, with a bag-of-words embedder in place of the model."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from triage.collection import Store
from triage.collection.waiting import lines
from triage.identity import text_key
from triage.models import Choice, Decision, Draft, Facts, FullText, Judgement, PageText, Paper, Stage, Verdict
from triage.protocols import Advance, Index, Vectors
from triage.reading.passages import passages
from triage.search.index import open_index
from triage.search.ranking import tokens
from triage.search.vectors import CachedVectors
from triage.steps.reindex import index_papers, reindex
from triage.steps.search import SearchReport, search, similar


class BagOfWords:
    """Words hashed into 64 numbers: like words, like vectors."""

    model = "bag"

    def embed(self, texts: Sequence[str]) -> Vectors:
        made = np.full((len(texts), 64), 1e-3, dtype=np.float32)
        for row, text in zip(made, texts, strict=True):
            for word in tokens(text):
                row[hashlib.blake2b(word.encode(), digest_size=1).digest()[0] % 64] += 1
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


@contextmanager
def silent(label: str, total: int | None) -> Iterator[Advance]:
    def advance(count: int = 1) -> None:
        del count

    yield advance


@dataclass
class Shelf:
    store: Store
    vectors: CachedVectors
    index: Index

    def ask(self, query: str, **options: object) -> SearchReport:
        return search(self.store, self.vectors, self.index, query, **options)  # type: ignore[arg-type]

    def ids(self, query: str, **options: object) -> list[str]:
        return [hit.paper_id for hit in self.ask(query, **options).hits]


PAPERS = (
    Paper(
        "2401.00001",
        "Flood forecasts from gauges",
        "River gauges report levels and a recurrent network forecasts floods.",
        ("Jane Doe", "Wei Zhang"),
        comment="Accepted at Water 2024",
        published=date(2024, 1, 5),
        abs_url="https://example.org/abs/2401.00001",
        pdf_url="https://example.org/pdf/2401.00001",
    ),
    Paper(
        "2501.00002",
        "Snow depth by satellite",
        "Satellite radar measures snow depth in mountains with deep learning.",
        ("Ana Silva",),
        published=date(2025, 1, 7),
    ),
    Paper(
        "2502.00003",
        "Learning deep representations of whale song",
        "Whale song is segmented and clustered.",
        ("Omar Haddad", "Jane Müller"),
        published=date(2025, 2, 1),
    ),
)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with Store(tmp_path / "store") as store:
        for paper in PAPERS:
            store.papers.save(paper)
        vectors = CachedVectors(BagOfWords(), store, silent)
        index = open_index(tmp_path / "chroma", None, "bag")
        pages = (
            PageText(1, "Introduction\n\nRivers rise after rain. " + "Stations report every hour. " * 40),
            PageText(2, "Method\n\nThe catchment area of the gauge feeds a gated memory cell. " * 3),
        )
        text = FullText(PAPERS[0].id, 1, "pdf", pages)
        store.texts.save(text, passages(PAPERS[0], text))
        reindex(store, vectors, index, silent)
        yield Shelf(store, vectors, index)


def test_words_and_meaning_find_the_paper(shelf: Shelf) -> None:
    report = shelf.ask("satellite snow depth")
    assert report.hits[0].paper_id == "2501.00002"
    assert 0 < report.hits[0].score <= 1
    assert report.hits[0].page == 0
    assert report.searched.startswith("3 papers")


def test_a_sentence_finds_its_page(shelf: Shelf) -> None:
    hit = shelf.ask("The catchment area of the gauge feeds a gated memory cell").hits[0]
    assert (hit.paper_id, hit.page) == ("2401.00001", 2)
    assert hit.url == "https://example.org/pdf/2401.00001#page=2"
    shown = [hit.text[start:end].lower() for start, end in hit.highlights]
    assert "catchment" in shown
    assert "the" not in shown


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("deep author:silva", ["2501.00002"]),
        ('deep author:"jane müller"', ["2502.00003"]),
        ("deep year:2025", ["2501.00002", "2502.00003"]),
        ("deep year:2025..", ["2501.00002", "2502.00003"]),
        ("floods year:..2024", ["2401.00001"]),
        ("floods id:2401.00001v2", ["2401.00001"]),
        ("venue:water floods", ["2401.00001"]),
        ('"deep representations"', ["2502.00003"]),
        ('"deep representation"', []),
        ('"gated memory cell"', ["2401.00001"]),
        ("deep -whale", ["2401.00001", "2501.00002"]),
        ("author:silva", ["2501.00002"]),
        ("deep year:2031", []),
    ],
)
def test_operators(shelf: Shelf, query: str, ids: list[str]) -> None:
    assert sorted(shelf.ids(query)) == ids


@pytest.mark.parametrize(
    "query",
    [
        *('"', '""', "AND", "a OR", "NEAR(", "* ^ : ( )", "title:x", "-", '-"', "author:", "year:abcd", "year:0000"),
        *(
            "\0x",
            "'; DROP TABLE papers; --",
            "id:%",
            "\udcff",
            "😀",
            "x" * 5000,
            " ".join(f"w{n}" for n in range(2000)),
        ),
    ],
)
def test_no_question_is_a_syntax_error(shelf: Shelf, query: str) -> None:
    report = shelf.ask(query)
    assert report.searched
    assert report.hits or report.why


def test_filters_given_beside_the_question(shelf: Shelf) -> None:
    store = shelf.store
    store.ledger.decide(Decision("2501.00002", Verdict.ACCEPT, ("Snow", "From Space"), "- entry"))
    assert shelf.ids("deep", stage=Stage.ACCEPTED) == ["2501.00002"]
    assert shelf.ids("deep", section="from space") == ["2501.00002"]
    assert shelf.ids("deep", since=date(2025, 1, 20)) == ["2502.00003"]
    hit = shelf.ask("snow").hits[0]
    assert (hit.stage, hit.section) == (Stage.ACCEPTED, ("Snow", "From Space"))


def test_nothing_found_says_what_is_nearest(shelf: Shelf) -> None:
    report = shelf.ask("snow author:nobody")
    assert report.hits == ()
    assert report.nearest[0].paper_id == "2501.00002"
    assert report.why == "no paper is by nobody"


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        report = search(store, CachedVectors(BagOfWords(), store, silent), open_index(tmp_path, None, "bag"), "rivers")
    assert report.hits == ()
    assert "triage fetch" in report.why


def test_similar_leaves_the_paper_itself_out(shelf: Shelf) -> None:
    report = similar(shelf.store, shelf.vectors, shelf.index, "2501.00002", k=2)
    assert [hit.paper_id for hit in report.hits] != []
    assert "2501.00002" not in [hit.paper_id for hit in report.hits]


def test_indexing_again_is_nothing_to_do_until_a_paper_changes(shelf: Shelf) -> None:
    assert index_papers(shelf.store, shelf.vectors, shelf.index, silent) == 0
    shelf.store.papers.save(replace(PAPERS[1], title="Glacier retreat by sonar"))
    assert index_papers(shelf.store, shelf.vectors, shelf.index, silent) == 1
    near = shelf.index.nearest("papers", shelf.vectors.embed(["Glacier retreat by sonar"]), 1)
    assert near[0].key == "2501.00002"


def test_a_deleted_index_comes_back(shelf: Shelf) -> None:
    passage_keys = shelf.index.keys("passages")
    shelf.index.remove("papers", shelf.index.keys("papers"))
    shelf.index.remove("passages", shelf.index.keys("passages"))
    shelf.index.add("passages", ["stale"], shelf.vectors.embed(["stale"]))
    report = reindex(shelf.store, shelf.vectors, shelf.index, silent)
    assert (report.papers, report.passages, report.removed) == (3, len(passage_keys), 1)
    assert shelf.index.keys("passages") == passage_keys


def test_a_passage_in_two_papers_is_found_in_both(shelf: Shelf) -> None:
    text = FullText("2501.00002", 1, "pdf", (PageText(1, "Shared boilerplate about municipal permissions. " * 3),))
    for paper in PAPERS[1:]:
        shelf.store.texts.save(replace(text, paper_id=paper.id), passages(paper, text))
    reindex(shelf.store, shelf.vectors, shelf.index, silent)
    assert shelf.index.keys("passages") >= {text_key(text.pages[0].text.strip())}
    assert set(shelf.ids("boilerplate about municipal permissions")) >= {"2501.00002", "2502.00003"}


@pytest.mark.parametrize(
    ("query", "options", "why"),
    [
        ('"no such phrase" floods', {}, 'no paper has the phrase "no such phrase"'),
        (
            "floods author:Nobody venue:nowhere",
            {},
            "no paper is by Nobody; no paper is known to have appeared at nowhere",
        ),
        ("floods id:2401.09999", {}, "no paper has the id 2401.09999"),
        ("floods", {"stage": Stage.ACCEPTED}, "no paper is accepted"),
        ("floods", {"section": "Rivers"}, "no paper stands or would stand in Rivers"),
        ("floods year:1999", {}, "no paper is from the time since 1999-01-01 until 1999-12-31"),
        ("floods author:Doe year:2024..", {"stage": Stage.WATCHED}, ""),
        ("snow author:Doe id:2401.00001 year:2025", {}, "no paper passes all the filters together"),
        ("", {}, "the question is empty"),
    ],
)
def test_nothing_found_says_what_stood_in_the_way(
    shelf: Shelf, query: str, options: dict[str, object], why: str
) -> None:
    report = shelf.ask(query, **options)
    assert report.why == why
    assert bool(report.hits) is (why == "")


def test_words_that_nobody_uses_are_not_blamed_on_the_index(shelf: Shelf) -> None:
    class Elsewhere(BagOfWords):
        """Whatever is asked has nothing to do with anything."""

        def embed(self, texts: Sequence[str]) -> Vectors:
            return np.eye(1, 64, k=0, dtype=np.float32) * 0

    shelf.vectors = CachedVectors(Elsewhere(), shelf.store, silent)
    assert (
        shelf.ask("xylophone").why == "no paper has any of these words, or is close to them in meaning; try other words"
    )
    shelf.index.remove("papers", [PAPERS[0].id, PAPERS[1].id])
    assert shelf.ask("xylophone").why == "2 of 3 papers are not in the search index; `triage reindex` fills it"


def test_similar_papers_that_cannot_be_found_say_why(shelf: Shelf, tmp_path: Path) -> None:
    shelf.index.remove("papers", [paper.id for paper in PAPERS])
    report = similar(shelf.store, shelf.vectors, shelf.index, PAPERS[0].id)
    assert (report.hits, report.why) == ((), "3 of 3 papers are not in the search index; `triage reindex` fills it")
    with Store(tmp_path / "lonely") as store:
        store.papers.save(PAPERS[0])
        vectors = CachedVectors(BagOfWords(), store, silent)
        index = open_index(tmp_path / "alone", None, "bag")
        reindex(store, vectors, index, silent)
        report = similar(store, vectors, index, PAPERS[0].id)
    assert (report.hits, report.why) == ((), "no other paper is stored; `triage fetch` brings some")


def test_a_phrase_hit_shows_the_phrase(shelf: Shelf) -> None:
    (hit,) = shelf.ask('"gated memory cell" river floods forecasts').hits
    assert (hit.page, [hit.text[a:b] for a, b in hit.highlights]) == (2, ["gated memory cell"] * 3)
    (hit,) = shelf.ask('"recurrent network" memory cell of the gauge').hits
    assert (hit.page, [hit.text[a:b] for a, b in hit.highlights]) == (0, ["recurrent network"])


def test_a_hit_stands_where_the_review_would_put_it(shelf: Shelf) -> None:
    snow, rivers = ("Snow",), ("Rivers",)
    paper = PAPERS[1]
    draft = Draft(paper.id, rivers, Facts(paper.title), "- entry")
    for voted, choices, section in (
        (False, (Choice(snow, 0.4), Choice(rivers, 0.35)), snow),
        (True, (Choice(snow, 0.4), Choice(rivers, 0.35)), rivers),
        (True, (Choice(snow, 0.6), Choice(rivers, 0.35)), snow),
    ):
        shelf.store.judgements.save([Judgement(paper.id, 0.9, True, choices)])
        shelf.store.drafts.save(replace(draft, voted=voted))
        (hit,) = shelf.ask(f"snow id:{paper.id}").hits
        assert hit.section == section == shelf.store.record(paper.id).section
        assert shelf.ids("snow depth", section=section[0])[0] == paper.id
        (line,) = lines(shelf.store.connection, tuple(Stage), paper.id)
        assert line.section == section
