"""Watch: papers of a window of days, page by page from the feed into the store, each seen as what it is: new, an
update of a stored paper, stored already, on the list already, or excluded."""

import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from triage.errors import FeedError, TriageError
from triage.models import Paper
from triage.services import Feed, FeedPage, Progress
from triage.storage import Store
from triage.when import day_of

OVERLAP = timedelta(days=3)
"""arXiv indexes late: a paper submitted on one day may be found a few days later."""

FIRST_WINDOW = timedelta(days=7)
FIRST_DAY = date(1991, 8, 14)
"""The day arXiv began."""


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What became of the papers of a window: seen = new + updated + stored + known + excluded.

    `updated` papers were stored and changed at the feed (a new version, a comment), `stored` ones did not change,
    `known` ones stand on the list. `complete` is False if the limit came first. `why` explains why nothing is new.
    """

    since: date
    until: date
    seen: int = 0
    new: int = 0
    updated: int = 0
    stored: int = 0
    known: int = 0
    excluded: int = 0
    complete: bool = True
    why: str | None = None


def watch(
    store: Store,
    feed: Feed,
    query: str,
    since: date,
    until: date,
    *,
    known: Container[Paper],
    exclude: Sequence[str] = (),
    limit: int | None = None,
    progress: Progress,
) -> WatchReport:
    """Stores the papers that match `query` and were submitted from `since` to `until`, both included, and are neither
    in `known` (the list) nor have one of the words `exclude` in title or abstract. Goes on where an interrupted watch
    of the same window stopped; stops after `limit` new papers. Raises FeedError; what was stored by then stays."""
    fetch = store.fetches.begin(query, since, until)
    is_excluded = exclusion(exclude)
    counts: Counter[str] = Counter()
    position = fetch.position
    pages = feed.window(query, since, until, start=position)
    with progress("asking arXiv", None):
        page = next(pages, None)
    total = page.total - position if page else 0
    with progress("watching arXiv", max(total, 0)) as advance:
        while page is not None:
            done = _take_page(store, page, known, is_excluded, counts, limit)
            position = page.start + done
            store.fetches.move(fetch.number, position)
            advance(done)
            if done < len(page.papers):
                break
            page = next(pages, None)
    complete = page is None
    if complete:
        store.fetches.finish(fetch.number)
    report = _report(since, until, counts, complete)
    return report if report.new else replace(report, why=_why(feed, query, report, fetch.position))


def window(store: Store, query: str, since_text: str | None, until_text: str | None, today: date) -> tuple[date, date]:
    """The days that `--since` and `--until` name. Without `--since`: from three days before the end of the last
    complete fetch of this query, else the last seven days. Days after `today` do not count. Raises TriageError."""
    until = min(day_of(until_text, "--until", today), today) if until_text else today
    if since_text:
        since = day_of(since_text, "--since", today)
    else:
        last = store.fetches.last_complete(query)
        since = min(last.until, until) - OVERLAP if last else until - FIRST_WINDOW
    if since > until:
        raise TriageError(f"--since {since} is after --until {until}; give an earlier day to --since")
    return max(since, FIRST_DAY), until


def exclusion(phrases: Sequence[str]) -> Callable[[Paper], bool]:
    """Whether a paper has one of these phrases, as whole words in any case, in its title or abstract."""
    wanted = [r"\W+".join(map(re.escape, re.findall(r"\w+", phrase))) for phrase in phrases]
    pattern = "|".join(filter(None, wanted))
    if not pattern:
        return lambda paper: False
    found = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return lambda paper: bool(found.search(paper.title) or found.search(paper.abstract))


def _take_page(
    store: Store,
    page: FeedPage,
    known: Container[Paper],
    is_excluded: Callable[[Paper], bool],
    counts: Counter[str],
    limit: int | None,
) -> int:
    """Stores a page at once and counts what its papers are; gives how many of them were dealt with."""
    with store.papers.together():
        for number, paper in enumerate(page.papers):
            if limit is not None and counts["new"] >= limit:
                return number
            counts[_take(store, paper, known, is_excluded)] += 1
    return len(page.papers)


def _take(store: Store, paper: Paper, known: Container[Paper], is_excluded: Callable[[Paper], bool]) -> str:
    twin = store.papers.twin(paper)
    if twin is not None:
        if twin.id != paper.id or twin == paper or twin.version > paper.version:
            return "stored"
        store.papers.save(paper)
        return "updated"
    if paper in known:
        return "known"
    if is_excluded(paper):
        return "excluded"
    store.papers.save(paper)
    return "new"


def _report(since: date, until: date, counts: Counter[str], complete: bool) -> WatchReport:
    return WatchReport(
        since,
        until,
        seen=counts.total(),
        new=counts["new"],
        updated=counts["updated"],
        stored=counts["stored"],
        known=counts["known"],
        excluded=counts["excluded"],
        complete=complete,
    )


def _why(feed: Feed, query: str, report: WatchReport, position: int) -> str:
    """Why no paper is new, for the person who waits for one."""
    days = f"from {report.since} to {report.until}"
    if report.seen:
        parts = (
            (report.stored + report.updated, "in the store already"),
            (report.known, "on the list already"),
            (report.excluded, "left out by [watch] exclude in triage.toml"),
        )
        told = ", ".join(f"{count} {what}" for count, what in parts if count)
        return f"{report.seen} papers were submitted {days}, none of them new: {told}"
    if not report.complete:
        return "the limit allows no new paper; give a higher --limit"
    if position:
        return f"all {position} papers submitted {days} were fetched before"
    nothing = f"no paper that matches the query was submitted {days}"
    try:
        ever = next(feed.window(query, FIRST_DAY, max(report.until, date.today())), None)
    except FeedError:
        return nothing
    if ever is None or not ever.total:
        return "the query matches no paper at all; change [watch] query in triage.toml"
    return (
        f"{nothing} (it matches {ever.total} of all times); arXiv shows papers a day or two after their submission, "
        "and none for weekends: try an earlier --since"
    )
