"""What init learns: the list, and what arXiv knows of its papers and their fields, asked for once."""

from datetime import date
from pathlib import Path

import pytest

from tests.steps.water_list import look
from triage.collection import Store
from triage.collection.papers import BACKGROUND
from triage.demo.sample import Sample, write_sample
from triage.demo.server import StandIn, serving
from triage.errors import ListError
from triage.models import Paper, Stage
from triage.screens.progress import Silence
from triage.sources.arxiv import ArxivFeed
from triage.sources.manners import Pace
from triage.steps.adopt import adopt, learn_background, learn_known

UNTIL = date(2026, 2, 13)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return write_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def feed_of(server: StandIn) -> ArxivFeed:
    return ArxivFeed(server.api_url, Pace(0), pdf_url=server.pdf_url)


def test_a_list_is_understood_and_proven(sample: Sample) -> None:
    adoption = adopt(sample.list_path.read_text(encoding="utf-8"))
    assert len(adoption.document.entries) > 20
    assert adoption.proof.tested == len(adoption.document.entries)
    assert adoption.proof.rendered == 1.0
    assert adoption.topic.query


def test_a_text_without_entries_is_refused() -> None:
    with pytest.raises(ListError, match="triage init --new"):
        adopt("# A title\n\nAnd a sentence.\n")


def test_listed_papers_are_asked_for_once_even_if_unknown(sample: Sample, store: Store) -> None:
    ids = ["2599.10001", "2599.10002", "2599.99999"]
    with serving([sample.papers_path]) as server:
        known, problem = learn_known(store, feed_of(server), ids, Silence())
        assert (known, problem) == (2, None)
        asked = len(server.log)
        assert learn_known(store, feed_of(server), ids, Silence()) == (2, None)
        assert len(server.log) == asked


def test_an_unreachable_feed_is_a_reason_not_a_failure(store: Store) -> None:
    with serving([]) as server:
        feed = feed_of(server)
    known, problem = learn_known(store, feed, ["2599.10001"], Silence())
    assert known == 0
    assert problem
    assert store.entries.asked() == set()


def test_the_background_is_other_papers_of_the_same_fields(sample: Sample, store: Store) -> None:
    with serving([sample.papers_path]) as server:
        feed = feed_of(server)
        assert learn_background(store, feed, UNTIL, Silence()) is None
        assert store.papers.count(BACKGROUND) == 0, "no field is known yet"
        store.papers.save(Paper("2599.20001", "Night Flight", categories=("cs.SD",)))
        assert learn_background(store, feed, UNTIL, Silence()) is None
        found = list(store.papers.of(BACKGROUND))
        assert found
        assert all("cs.SD" in paper.categories for paper in found)
        assert "2599.20001" not in {paper.id for paper in found}
        asked = len(server.log)
        learn_background(store, feed, UNTIL, Silence())
        assert len(server.log) == asked, "it is asked for once"
    assert store.stage_counts()[Stage.WATCHED] == 1, "background papers are not watched ones"


def test_a_listed_paper_without_an_id_is_no_background(sample: Sample, tmp_path: Path) -> None:
    with (
        serving([sample.papers_path]) as server,
        Store(tmp_path / "first") as first,
        Store(tmp_path / "other") as other,
    ):
        for store in (first, other):
            store.papers.save(Paper("2599.20001", "Night Flight", categories=("cs.SD",)))
        learn_background(first, feed_of(server), UNTIL, Silence())
        paper = next(one for one in first.papers.of(BACKGROUND) if len(one.title) > 30)
        look(other, f"- {paper.title} [[2026]](https://example.org/paper)")
        learn_background(other, feed_of(server), UNTIL, Silence())
        assert paper.title not in {one.title for one in other.papers.of(BACKGROUND)}
        assert other.papers.count(BACKGROUND) > 0
