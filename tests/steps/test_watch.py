"""Watch: a real feed over loopback into a temporary store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.steps.water_list import look
from triage.collection import Store
from triage.collection.papers import BACKGROUND, LIST, PERSON, WATCH
from triage.demo.faults import parse_faults
from triage.demo.papers import Row
from triage.demo.server import StandIn, serving
from triage.errors import FeedError, TriageError
from triage.models import Decision, Draft, Facts, FullText, Judgement, PageText, Paper, Stage, Verdict
from triage.protocols import Advance
from triage.sources.arxiv import ArxivFeed
from triage.sources.manners import TRIES, Pace
from triage.steps.watch import FIRST_DAY, RefreshReport, WatchReport, exclusion, refresh, watch, window

SINCE, UNTIL = date(2026, 2, 1), date(2026, 2, 28)
QUERY = "all:water"
ROWS: list[Row] = [
    {
        "id": f"2599.{number:05}",
        "title": f"Pipes, part {number}",
        "abstract": "Water runs down the wall.",
        "authors": ["Ada Example", "Bo Sample"],
        "categories": ["cs.SD"],
        "first_listed": f"2026-02-{number:02}",
    }
    for number in range(1, 26)
]


@contextmanager
def _silent(label: str, total: int | None) -> Iterator[Advance]:
    def advance(count: int = 1) -> None:
        pass

    yield advance


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


def run(store: Store, standin: StandIn, query: str = QUERY, page_size: int = 10, **options: Any) -> WatchReport:
    feed = ArxivFeed(standin.api_url, Pace(0), page_size=page_size)
    days = options.pop("since", SINCE), options.pop("until", UNTIL)
    return watch(store, feed, query, *days, **{"progress": _silent, **options})


def changed(number: int, **changes: Any) -> list[Row]:
    """The rows with one of them changed."""
    return [{**row, **changes} if row["id"] == f"2599.{number:05}" else row for row in ROWS]


def test_everything_of_the_window_is_stored_once(store: Store) -> None:
    with serving(ROWS) as standin:
        first = run(store, standin)
        again = run(store, standin)
    assert (first.seen, first.new, first.complete, first.why) == (25, 25, True, None)
    assert (again.seen, again.new, again.stored) == (25, 0, 25)
    assert again.why is not None
    assert "25 in the store already" in again.why
    assert [paper.id for paper in store.papers.all()] == [row["id"] for row in ROWS]


def test_an_interrupted_watch_goes_on_where_it_was(store: Store) -> None:
    faults = parse_faults(f"slow:2,503:{TRIES}")
    with serving(ROWS, faults=faults, slow=0, retry_after=0) as standin:
        with pytest.raises(FeedError, match="HTTP 503"):
            run(store, standin)
        assert store.papers.count() == 20
        asked_before = len(standin.log)
        report = run(store, standin)
        paths = [asked.path for asked in list(standin.log)[asked_before:]]
    assert (report.seen, report.new, report.complete) == (5, 5, True)
    assert len(paths) == 1
    assert "start=20" in paths[0]
    assert store.papers.count() == 25


def test_an_interruption_after_the_last_page_costs_one_empty_page(store: Store) -> None:
    fetch = store.fetches.begin(QUERY, SINCE, UNTIL)
    store.fetches.move(fetch.number, 25)
    with serving(ROWS) as standin:
        report = run(store, standin)
    assert (report.seen, report.complete) == (0, True)
    assert report.why == "all 25 papers submitted from 2026-02-01 to 2026-02-28 were fetched before"


def test_the_limit_bounds_new_papers_and_the_rest_comes_next_time(store: Store) -> None:
    with serving(ROWS) as standin:
        first = run(store, standin, limit=7)
        second = run(store, standin, limit=7)
        third = run(store, standin)
    assert (first.seen, first.new, first.complete) == (7, 7, False)
    assert (second.seen, second.new, second.complete) == (7, 7, False)
    assert (third.seen, third.new, third.complete) == (11, 11, True)
    assert store.papers.count() == 25


def test_a_limit_that_is_exactly_enough_completes(store: Store) -> None:
    with serving(ROWS) as standin:
        assert run(store, standin, limit=25).complete


def test_a_new_version_updates_and_keeps_what_a_person_said(store: Store) -> None:
    with serving(ROWS) as standin:
        run(store, standin)
    store.ledger.decide(Decision("2599.00003", Verdict.REJECT))
    newer = changed(3, version=2, title="Pipes, improved", updated="2026-03-01")
    with serving(newer) as standin:
        report = run(store, standin)
    assert (report.new, report.updated, report.stored) == (0, 1, 24)
    paper = store.papers.get("2599.00003")
    assert paper is not None
    assert (paper.title, paper.version, paper.updated) == ("Pipes, improved", 2, date(2026, 3, 1))
    assert store.record("2599.00003").stage is Stage.REJECTED


def test_a_comment_that_came_later_updates(store: Store) -> None:
    with serving(ROWS) as standin:
        run(store, standin)
    with serving(changed(4, comment="Accepted at ICASSP 2099")) as standin:
        assert run(store, standin).updated == 1
    paper = store.papers.get("2599.00004")
    assert paper is not None
    assert paper.comment == "Accepted at ICASSP 2099"


def test_an_older_version_changes_nothing(store: Store) -> None:
    with serving(changed(4, version=3)) as standin:
        run(store, standin)
    with serving(ROWS) as standin:
        assert run(store, standin).updated == 0
    paper = store.papers.get("2599.00004")
    assert paper is not None
    assert paper.version == 3


def test_the_same_paper_under_another_id_is_not_new(store: Store) -> None:
    store.papers.save(Paper("doi:10.9999/a", "Something", doi="10.9999/A"), origin="person")
    store.papers.save(Paper("pdf:00ff", "PIPES - Part 2", authors=("Example, Ada",)), origin="person")
    store.papers.save(Paper("pdf:00fe", "Pipes, part 3", authors=("Someone Else",)), origin="person")
    with serving(changed(1, doi="10.9999/a")[:3]) as standin:
        report = run(store, standin)
        again = run(store, standin)
    assert (report.new, report.updated) == (1, 2)
    assert (again.new, again.updated, again.stored) == (0, 0, 3)
    assert set(store.papers.ids()) == {"2599.00001", "2599.00002", "2599.00003", "pdf:00fe"}


def test_a_preprint_of_a_paper_added_before_is_that_paper_with_all_that_was_known(store: Store) -> None:
    before = Paper("doi:10.9999/a", "Pipes", doi="10.9999/A", journal_ref="ICFA 2099")
    store.papers.save(before, PERSON)
    store.texts.save(FullText(before.id, 1, "pdf", (PageText(1, "Pipes hum."),)), [])
    store.drafts.save(Draft(before.id, ("Pipes",), Facts(before.title), "- pipes", key="k"))
    store.ledger.decide(Decision(before.id, Verdict.ACCEPT, entry="- pipes, by hand"))
    with serving(changed(1, doi="10.9999/a", version=2)[:1]) as standin:
        assert run(store, standin).updated == 1
        assert run(store, standin).updated == 0
    (record,) = store.records()
    assert (record.paper.id, record.paper.title, record.paper.journal_ref) == (
        "2599.00001",
        "Pipes, part 1",
        "ICFA 2099",
    )
    assert store.papers.origin("2599.00001") == PERSON
    assert (record.stage, record.entry) == (Stage.ACCEPTED, "- pipes, by hand")
    assert record.draft is not None and record.draft.paper_id == "2599.00001"
    assert store.texts.state("2599.00001") == (2, "pdf")


def test_what_the_list_has_is_known_and_not_watched(store: Store) -> None:
    look(
        store,
        "- Water in pipes [[2026]](https://arxiv.org/abs/2599.00001v1)",
        "- Pipes, part 2 [[2026]](https://example.org/2)",
        "- Wells [[2026]](https://example.org/wells), after [Pipes](https://arxiv.org/pdf/2599.00003)",
    )
    with serving(ROWS[:4]) as standin:
        report = run(store, standin)
        assert (report.seen, report.new, report.known) == (4, 1, 3)
        again = run(store, standin)
    assert again.why is not None
    assert "1 in the store already, 3 on the list already" in again.why
    assert [paper.id for paper in store.papers.of(WATCH, PERSON)] == ["2599.00004"]
    assert store.stages(Stage.WATCHED) == {"2599.00004": Stage.WATCHED}


def test_what_arxiv_says_of_a_listed_paper_is_kept_under_its_id(store: Store) -> None:
    look(store, "- Pipes and Taps of the North [[2026]](https://example.org/2)")
    (placeholder,) = store.papers.ids()
    with serving(changed(2, title="Pipes and taps of the North")[1:2]) as standin:
        assert run(store, standin, exclude=["north"]).known == 1
        assert run(store, standin).known == 1
    assert placeholder.startswith("list:")
    assert store.stages() == {"2599.00002": Stage.LISTED}
    (listed,) = store.records()
    assert (listed.paper.id, listed.paper.abstract) == ("2599.00002", "Water runs down the wall.")
    assert [one.paper_id for one in store.entries.all()] == ["2599.00002"]


def test_papers_that_only_the_list_or_the_judges_background_has_are_what_they_are(store: Store) -> None:
    store.papers.save(Paper("2599.00001", "Pipes, part 1"), BACKGROUND)
    store.papers.save(Paper("doi:10.9999/c", "Pipes, part 3", doi="10.9999/c"), LIST)
    look(store, "- Pipes, part 2 [[2026]](https://arxiv.org/abs/2599.00002)")
    with serving(changed(3, doi="10.9999/c")[:3]) as standin:
        report = run(store, standin)
    assert (report.new, report.known, report.stored) == (2, 1, 0)
    assert [paper.id for paper in store.papers.of(WATCH)] == ["2599.00001", "2599.00003"]
    (listed,) = store.papers.of(LIST)
    assert (listed.id, listed.abstract) == ("2599.00002", "Water runs down the wall.")


def test_excluded_papers_are_counted_and_not_stored(store: Store) -> None:
    with serving(changed(2, abstract="A WALL-PAPER of water.")) as standin:
        report = run(store, standin, exclude=["wall paper", "part 25"])
    assert (report.new, report.excluded) == (23, 2)
    with serving(ROWS) as standin:
        nothing = run(store, standin, exclude=["pipes"], since=date(2026, 2, 25))
    assert nothing.excluded == 1
    assert nothing.why is not None
    assert "1 left out by [watch] exclude" in nothing.why


@pytest.mark.parametrize(
    ("phrase", "title", "expected"),
    [
        ("survey", "A Survey of Pipes", True),
        ("survey", "Surveying Pipes", False),
        ("point cloud", "Point-Cloud Pipes", True),
        ("point cloud", "Point and cloud", False),
        ("C++", "A C-like tongue", True),
        ("(", "Any", False),
        ("", "Any", False),
        ("ångström", "ÅNGSTRÖM pipes", True),
    ],
)
def test_exclusion_takes_whole_words(phrase: str, title: str, expected: bool) -> None:
    assert exclusion([phrase])(Paper("2599.00001", title)) is expected


def test_nothing_in_the_window_says_so(store: Store) -> None:
    with serving(ROWS) as standin:
        report = run(store, standin, since=date(2026, 1, 10), until=date(2026, 1, 11))
    assert report.seen == 0
    assert report.why is not None
    assert "no paper that matches the query was submitted from 2026-01-10 to 2026-01-11" in report.why


def test_a_query_without_any_match_says_so(store: Store) -> None:
    with serving(ROWS) as standin:
        report = run(store, standin, query="all:beehives")
    assert report.why == "the query matches no paper at all; change [watch] query in triage.toml"


def test_an_old_style_id_is_stored_and_found_again(store: Store) -> None:
    old = {"id": "hep-th/9901001", "title": "Old water", "first_listed": "1999-01-04"}
    with serving([old]) as standin:
        assert run(store, standin, since=FIRST_DAY).new == 1
        assert run(store, standin, since=FIRST_DAY).stored == 1
    assert store.papers.get("hep-th/9901001") is not None


TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("7d", None, (date(2026, 3, 24), TODAY)),
        ("2w", None, (date(2026, 3, 17), TODAY)),
        ("1m", None, (date(2026, 2, 28), TODAY)),
        ("3M", None, (date(2025, 12, 31), TODAY)),
        ("1y", None, (date(2025, 3, 31), TODAY)),
        ("2026-01-05", "2026-01-31", (date(2026, 1, 5), date(2026, 1, 31))),
        (" 2026-01-05 ", "today", (date(2026, 1, 5), TODAY)),
        ("yesterday", "yesterday", (date(2026, 3, 30), date(2026, 3, 30))),
        ("1d", "2026-12-31", (date(2026, 3, 30), TODAY)),
        ("90y", None, (FIRST_DAY, TODAY)),
        (None, None, (date(2026, 3, 24), TODAY)),
        (None, "2026-03-10", (date(2026, 3, 3), date(2026, 3, 10))),
    ],
)
def test_windows(store: Store, since: str | None, until: str | None, expected: tuple[date, date]) -> None:
    assert window(store, QUERY, since, until, TODAY) == expected


def fetched(store: Store, since: str, until: str, on: str, reached: str | None = None, query: str = QUERY) -> None:
    """A fetch of these days, begun on the day `on`; complete, or interrupted behind the day `reached`."""
    fetch = store.fetches.begin(query, date.fromisoformat(since), date.fromisoformat(until))
    store.connection.execute(
        "UPDATE fetches SET started_at = ? WHERE number = ?", (f"{on}T12:00:00.000000+00:00", fetch.number)
    )
    if reached:
        store.fetches.move(fetch.number, 5, date.fromisoformat(reached))
    else:
        store.fetches.finish(fetch.number)


def test_without_since_the_window_begins_where_arxiv_may_have_been_late(store: Store) -> None:
    fetched(store, "2026-03-01", "2026-03-20", on="2026-03-20")
    store.fetches.begin(QUERY, date(2026, 3, 17), date(2026, 3, 25))
    assert window(store, QUERY, None, None, TODAY) == (date(2026, 3, 17), TODAY)
    assert window(store, "all:other", None, None, TODAY) == (date(2026, 3, 24), TODAY)
    assert window(store, QUERY, None, "2026-03-10", TODAY) == (date(2026, 3, 7), date(2026, 3, 10))


def test_a_later_since_hides_no_older_gap(store: Store) -> None:
    fetched(store, "2026-01-01", "2026-01-31", on="2026-02-20")
    fetched(store, "2026-03-24", "2026-03-31", on="2026-03-31")
    assert store.fetches.gaps(QUERY) == [(date(2026, 2, 1), date(2026, 3, 23))]
    assert window(store, QUERY, None, None, TODAY) == (date(2026, 2, 1), TODAY)
    fetched(store, "2026-02-01", "2026-03-31", on="2026-03-31")
    assert store.fetches.gaps(QUERY) == []
    assert window(store, QUERY, None, None, TODAY) == (date(2026, 3, 28), TODAY)


def test_an_interrupted_fetch_is_a_gap_from_the_last_day_that_it_reached(store: Store) -> None:
    fetched(store, "2026-01-01", "2026-02-28", on="2026-03-30", reached="2026-02-10")
    assert store.fetches.gaps(QUERY) == [(date(2026, 2, 10), date(2026, 2, 28))]
    assert window(store, QUERY, None, None, TODAY) == (date(2026, 2, 10), TODAY)


def test_the_gaps_of_three_fetches(store: Store) -> None:
    fetched(store, "2026-01-10", "2026-01-12", on="2026-03-30")
    fetched(store, "2026-01-01", "2026-01-03", on="2026-03-30")
    fetched(store, "2026-01-02", "2026-01-05", on="2026-03-30")
    assert store.fetches.gaps(QUERY) == [(date(2026, 1, 6), date(2026, 1, 9))]
    assert store.fetches.gaps("all:other") == []


def test_where_the_watch_stopped_the_next_one_begins(store: Store) -> None:
    with serving(ROWS) as standin:
        run(store, standin, limit=7)
        assert window(store, QUERY, None, None, TODAY) == (date(2026, 2, 7), TODAY)
        report = run(store, standin, since=date(2026, 2, 7), until=TODAY)
    assert (report.new, report.stored) == (18, 1)
    assert store.fetches.gaps(QUERY) == []
    assert store.papers.count() == 25


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("7x", None, "--since '7x' is not a date; use a day such as"),
        ("2026-02-30", None, "--since '2026-02-30' is not a date"),
        ("", "soon", "--until 'soon' is not a date"),
        ("99999d", None, "--since '99999d' is not a date"),
        ("9999y", None, "--since '9999y' is not a date"),
        ("2026-03-05", "2026-03-01", "--since 2026-03-05 is after --until 2026-03-01"),
        ("2027-01-01", None, "is after --until"),
    ],
)
def test_a_bad_day_names_the_option_and_the_cure(store: Store, since: str, until: str | None, said: str) -> None:
    with pytest.raises(TriageError) as caught:
        window(store, QUERY, since, until, TODAY)
    assert said in str(caught.value)


def test_a_real_month(store: Store, shared_data: Path) -> None:
    with serving([shared_data / "stream" / "2025-06.jsonl.gz"]) as standin:
        days = {"since": date(2025, 6, 1), "until": date(2025, 6, 30)}
        first = run(store, standin, 'all:"anomaly detection"', 20, **days)
        again = run(store, standin, 'all:"anomaly detection"', 20, **days)
    assert first.new > 30
    assert (again.new, again.stored) == (0, first.new)


def test_a_page_is_stored_whole_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    merge = store.papers.merge

    def breaking(paper: Paper, origin: str, same: Sequence[str]) -> tuple[str, bool]:
        if paper.id == "2599.00015":
            raise KeyboardInterrupt
        return merge(paper, origin, same)

    with serving(ROWS) as standin:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(store.papers, "merge", breaking)
            run(store, standin)
        assert store.papers.count() == 10
        report = run(store, standin)
    assert (report.seen, report.new) == (15, 15)


@pytest.mark.parametrize("fault", ["undated", "misdated", "unclosed"])
def test_an_entry_that_cannot_be_read_takes_no_other_with_it_and_is_asked_for_by_its_id(
    store: Store, fault: str
) -> None:
    with serving(ROWS, faults=parse_faults(fault)) as standin:
        report = run(store, standin)
        asked = [one.path for one in standin.log]
    assert (report.seen, report.new, report.unread, report.complete) == (25, 25, (), True)
    assert store.papers.count() == 25
    assert store.papers.problems() == []
    assert [path for path in asked if "id_list=2599.00002" in path] == asked[3:]


def test_an_entry_that_stays_unreadable_is_named_and_asked_for_at_every_watch(store: Store) -> None:
    with serving(ROWS, faults=parse_faults("undated:100")) as standin:
        first = run(store, standin)
    assert (first.seen, first.new, first.unread, first.complete) == (25, 24, ("2599.00012",), True)
    (problem,) = store.papers.problems()
    assert (problem.paper_id, problem.step) == ("2599.00012", "watch")
    assert "every fetch asks for it again" in problem.message
    with serving(ROWS) as standin:
        later = run(store, standin, since=date(2026, 2, 20))
    assert (later.new, later.stored, later.unread) == (1, 6, ())
    assert store.papers.problems() == []
    assert store.papers.count() == 25


def test_an_entry_without_an_id_is_a_problem_that_says_how_to_ask_again(store: Store) -> None:
    with serving(ROWS, faults=parse_faults("nameless")) as standin:
        report = run(store, standin)
        assert (report.seen, report.new, report.complete) == (25, 24, True)
        assert report.unread == ("an entry from 2026-02-01 to 2026-02-28, at place 2",)
        (problem,) = store.papers.problems()
        assert problem.paper_id == report.unread[0]
        assert "triage fetch --since 2026-02-01 --until 2026-02-28" in problem.message
        again = run(store, standin)
    assert (again.new, again.unread) == (1, ())
    assert store.papers.problems() == []
    assert store.papers.count() == 25


def test_unread_entries_count_where_a_window_is_asked_for_in_parts(store: Store) -> None:
    with serving(ROWS, faults=parse_faults("undated:100")) as standin:
        feed = ArxivFeed(standin.api_url, Pace(0), page_size=3, deepest=6)
        first = watch(store, feed, QUERY, SINCE, UNTIL, progress=_silent)
    assert (first.seen, first.complete) == (25, True)
    assert len(first.unread) == 1
    with serving(ROWS) as standin:
        run(store, standin, since=date(2026, 2, 28))
    assert store.papers.count() == 25


NOW = datetime(2026, 4, 2, 12, tzinfo=UTC)


def waiting(store: Store, paper_id: str) -> None:
    """Lets the paper wait for a person."""
    store.judgements.save([Judgement(paper_id, 0.9, True, ())])


def refreshed(store: Store, rows: Sequence[Row], now: datetime = NOW) -> tuple[RefreshReport, list[str]]:
    """What `refresh` says, and what arXiv was asked."""
    with serving(rows) as standin:
        report = refresh(store, ArxivFeed(standin.api_url, Pace(0)), now, _silent)
        return report, [asked.path for asked in standin.log]


def test_papers_that_wait_or_are_accepted_are_refreshed_once_a_day_in_one_request(store: Store) -> None:
    with serving(ROWS) as standin:
        run(store, standin)
    for number in (1, 2, 3, 4):
        waiting(store, f"2599.{number:05}")
    store.ledger.decide(Decision("2599.00002", Verdict.ACCEPT, ("Pipes",), "- Pipes"))
    store.ledger.decide(Decision("2599.00003", Verdict.LATER))
    store.ledger.decide(Decision("2599.00004", Verdict.REJECT))
    rows = [
        {**row, "version": 2, "comment": "Accepted at ICASSP 2099", "updated": "2026-04-01"}
        if row["id"] != "2599.00003"
        else row
        for row in ROWS
    ]
    soon = datetime.now(UTC) + timedelta(hours=3)
    assert refreshed(store, rows, soon) == (RefreshReport(), [])
    tomorrow = datetime.now(UTC) + timedelta(days=1, hours=1)
    report, asked = refreshed(store, rows, tomorrow)
    assert report == RefreshReport(3, ("2599.00002", "2599.00001"))
    assert len(asked) == 1
    paper = store.papers.get("2599.00001")
    assert paper is not None and (paper.version, paper.comment) == (2, "Accepted at ICASSP 2099")
    rejected = store.papers.get("2599.00004")
    assert rejected is not None and rejected.version == 1
    decided = store.ledger.of("2599.00002")
    assert decided is not None and decided.entry == "- Pipes"


def test_a_refresh_asks_for_many_in_few_requests_and_goes_on_where_it_was_stopped(store: Store) -> None:
    rows = [{**ROWS[0], "id": f"2599.{number:05}", "title": f"Pipes {number}"} for number in range(250)]
    with serving(rows) as standin:
        run(store, standin, page_size=500)
    for row in rows:
        waiting(store, row["id"])
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    newer = [{**row, "journal_ref": "J. Inv. Res. 3"} for row in rows]
    with serving(newer, faults=parse_faults(f"slow,503:{TRIES}"), slow=0, retry_after=0) as standin:
        stopped = refresh(store, ArxivFeed(standin.api_url, Pace(0)), tomorrow, _silent)
    assert (stopped.asked, len(stopped.changed)) == (100, 100)
    assert stopped.problem is not None and "HTTP 503" in stopped.problem
    store.connection.execute("UPDATE asked SET at = ? WHERE at > ?", (tomorrow.isoformat(), "2026"))
    store.connection.execute("DELETE FROM asked WHERE paper_id NOT IN (SELECT id FROM papers WHERE data LIKE '%Inv%')")
    report, asked = refreshed(store, newer, tomorrow)
    assert (report.asked, len(report.changed), report.problem) == (150, 150, None)
    assert len(asked) == 2


def test_a_refresh_of_nothing_asks_nothing(store: Store) -> None:
    store.papers.save(Paper("pdf:00ff", "From a drawer"), origin="person")
    waiting(store, "pdf:00ff")
    assert refreshed(store, ROWS, datetime.now(UTC) + timedelta(days=9)) == (RefreshReport(), [])
