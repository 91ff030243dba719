"""Watch: the papers of a window of days go page by page from the feed into the store, each as what it is: new, an
update of a stored paper, stored already, on the list already, or excluded. Refresh: stored papers are asked about
again."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from triage.collection import Store
from triage.collection.fetches import OVERLAP, Days
from triage.collection.papers import LIST, PERSON, WATCH
from triage.errors import FeedError, TriageError
from triage.identity import arxiv_id
from triage.models import Paper, Problem, Stage
from triage.protocols import Feed, FeedPage, Progress
from triage.when import day_of

STEP = "watch"

FIRST_WINDOW = timedelta(days=7)
FIRST_DAY = date(1991, 8, 14)
"""The day arXiv began."""

REFRESH_AFTER = timedelta(days=1)
MOST_REFRESHED = 500
"""Papers that arXiv is asked about in one refresh: five requests."""

_A_REQUEST = 100
_NAMELESS = re.compile(r"^an entry from (\S{10}) to (\S{10}), at place \d+$")


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What became of the papers of a window: seen = new + updated + stored + known + excluded + unread.

    `updated` papers were stored and changed at the feed (a new version, a comment), `stored` ones did not change,
    `known` ones stand on the list; `unread` names entries of the feed that could not be read. `complete` is False if
    the limit came first. `why` explains why nothing is new.
    """

    since: date
    until: date
    seen: int = 0
    new: int = 0
    updated: int = 0
    stored: int = 0
    known: int = 0
    excluded: int = 0
    unread: tuple[str, ...] = ()
    complete: bool = True
    why: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """How many stored papers arXiv was asked about, the ids of those that have changed there, and why not all were
    asked (None: they were)."""

    asked: int = 0
    changed: tuple[str, ...] = ()
    problem: str | None = None


def watch(
    store: Store,
    feed: Feed,
    query: str,
    since: date,
    until: date,
    *,
    exclude: Sequence[str] = (),
    limit: int | None = None,
    progress: Progress,
) -> WatchReport:
    """Stores the papers that match `query` and were submitted from `since` to `until`, both included, and neither stand
    in the list nor have one of the words `exclude` in title or abstract. Goes on where an interrupted watch
    of the same window stopped; stops after `limit` new papers. An entry of the feed that cannot be read keeps a
    problem; it is asked for by its id now and at every later watch, until it can be read. Raises FeedError; what was
    stored by then stays."""
    fetch = store.fetches.begin(query, since, until)
    run = _Run(store, exclusion(exclude), limit)
    position = fetch.position
    if not position:
        _forget_nameless(store, (since, until))
    pages = feed.window(query, since, until, start=position)
    with progress("asking arXiv", None):
        page = next(pages, None)
    total = page.total - position if page else 0
    with progress("watching arXiv", max(total, 0)) as advance:
        while page is not None:
            done = run.take_page(page)
            whole = done == len(page.papers)
            before, position = position, page.end if whole else page.start + done
            store.fetches.move(fetch.number, position, page.papers[done - 1].published if done else None)
            advance(position - before)
            if not whole:
                break
            page = next(pages, None)
    complete = page is None
    if complete:
        store.fetches.finish(fetch.number)
    run.ask_again(feed, progress)
    report = run.report(since, until, complete)
    return report if report.new else replace(report, why=_why_nothing_new(feed, query, report, fetch.position))


def window(store: Store, query: str, since_text: str | None, until_text: str | None, today: date) -> tuple[date, date]:
    """The days that `--since` and `--until` name. Without `--since`: from the oldest day of which papers may be lacking
    since this query was first asked (a fetch was interrupted, days lie between two fetches, or arXiv was late); else
    the last seven days. Days after `today` do not count. Raises TriageError."""
    until = min(day_of(until_text, "--until", today), today) if until_text else today
    if since_text:
        since = day_of(since_text, "--since", today)
    elif store.fetches.last_complete(query) or store.fetches.gaps(query):
        since = store.fetches.first_open(query, until) or until - OVERLAP
    else:
        since = until - FIRST_WINDOW
    if since > until:
        raise TriageError(f"--since {since} is after --until {until}; give an earlier day to --since")
    return max(since, FIRST_DAY), until


def refresh(store: Store, feed: Feed, now: datetime, progress: Progress) -> RefreshReport:
    """Asks arXiv what the accepted papers and those that wait for a person are now (a new version, a comment, a journal
    may make a preprint a published paper), each once a day at most, MOST_REFRESHED at a time, those first that were not
    asked about for longest. What people said of a paper stays."""
    since = now - REFRESH_AFTER
    accepted = store.papers.not_asked_since(since, [Stage.ACCEPTED])
    waiting = store.papers.not_asked_since(since, [Stage.QUEUED, Stage.DRAFTED, Stage.LATER])
    due = [paper_id for paper_id in (*accepted, *waiting) if arxiv_id(paper_id)][:MOST_REFRESHED]
    changed: list[str] = []
    asked = 0
    with progress("asking arXiv what has changed", len(due)) as advance:
        for start in range(0, len(due), _A_REQUEST):
            batch = due[start : start + _A_REQUEST]
            try:
                found = list(feed.by_id(batch))
            except FeedError as error:
                return RefreshReport(asked, tuple(changed), str(error))
            with store.papers.together():
                for paper in found:
                    kept, is_new = store.papers.merge(paper, LIST, store.papers.same(paper))
                    changed += [kept] * is_new
                store.papers.asked(batch)
            asked += len(batch)
            advance(len(batch))
    return RefreshReport(asked, tuple(changed))


def exclusion(phrases: Sequence[str]) -> Callable[[Paper], bool]:
    """Whether a paper has one of these phrases, as whole words in any case, in its title or abstract."""
    wanted = [r"\W+".join(map(re.escape, re.findall(r"\w+", phrase))) for phrase in phrases]
    pattern = "|".join(filter(None, wanted))
    if not pattern:
        return lambda paper: False
    found = re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
    return lambda paper: bool(found.search(paper.title) or found.search(paper.abstract))


@dataclass
class _Run:
    """One watch at work: what it sorts papers by, and what it has found."""

    store: Store
    is_excluded: Callable[[Paper], bool]
    limit: int | None
    counts: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)

    def take_page(self, page: FeedPage) -> int:
        """Stores a page at once and counts what its papers are; gives how many of them were dealt with."""
        done = 0
        with self.store.papers.together():
            for paper in page.papers:
                if self._is_full():
                    break
                self.counts[self._take(paper)] += 1
                done += 1
            self.store.papers.asked(paper.id for paper in page.papers[:done])
            if done == len(page.papers):
                for name in page.unread:
                    self.unread.append(name)
                    self.store.papers.set_problem(Problem(name, STEP, _why_unread(name)))
        return done

    def ask_again(self, feed: Feed, progress: Progress) -> None:
        """Asks by id for the papers whose entries could not be read, now or before."""
        problems = [problem.paper_id for problem in self.store.papers.problems() if problem.step == STEP]
        ids = [paper_id for paper_id in problems if arxiv_id(paper_id)]
        if not ids or self._is_full():
            return
        with progress("asking again for what could not be read", len(ids)), suppress(FeedError):
            for paper in feed.by_id(ids):
                if self._is_full():
                    break
                self.counts[self._take(paper)] += 1
                self.store.papers.clear_problem(paper.id, STEP)
                if paper.id in self.unread:
                    self.unread.remove(paper.id)

    def report(self, since: date, until: date, complete: bool) -> WatchReport:
        """What was found."""
        counts = self.counts
        return WatchReport(
            since,
            until,
            seen=counts.total() + len(self.unread),
            new=counts["new"],
            updated=counts["updated"],
            stored=counts["stored"],
            known=counts["known"],
            excluded=counts["excluded"],
            unread=tuple(self.unread),
            complete=complete,
        )

    def _is_full(self) -> bool:
        return self.limit is not None and self.counts["new"] >= self.limit

    def _take(self, paper: Paper) -> str:
        """Stores a new paper, and renews a stored or listed one; gives what it is, as the report counts it. One that
        the store has only because the judge learns from it, or because it once stood in the list, is new to a
        person."""
        papers, entries = self.store.papers, self.store.entries
        same = papers.same(paper)
        listed = bool(entries.of(same))
        if listed or any(papers.origin(paper_id) in (WATCH, PERSON) for paper_id in same):
            _, changed = papers.merge(paper, LIST, same)
            return "known" if listed else "updated" if changed else "stored"
        if entries.mention(paper):
            return "known"
        if self.is_excluded(paper):
            return "excluded"
        papers.merge(paper, WATCH, same)
        return "new"


def _why_unread(name: str) -> str:
    """What to say of an entry that could not be read; `name` is as in `FeedPage.unread`."""
    nameless = _NAMELESS.match(name)
    if nameless is None:
        return "arXiv's entry about it cannot be read; every fetch asks for it again"
    return (
        "arXiv sent it in a form that cannot be read, and without an id; to ask once more:"
        f" triage fetch --since {nameless[1]} --until {nameless[2]}"
    )


def _forget_nameless(store: Store, days: Days) -> None:
    """Forgets the entries without an id of days that are about to be asked for again: they will come again, or not."""
    for problem in store.papers.problems():
        found = _NAMELESS.match(problem.paper_id)
        if found and days[0].isoformat() <= found[1] and found[2] <= days[1].isoformat():
            store.papers.clear_problem(problem.paper_id, problem.step)


def _why_nothing_new(feed: Feed, query: str, report: WatchReport, position: int) -> str:
    """Why no paper is new, for the person who waits for one."""
    days = f"from {report.since} to {report.until}"
    if report.seen:
        parts = (
            (report.stored + report.updated, "in the store already"),
            (report.known, "on the list already"),
            (report.excluded, "left out by [watch] exclude in triage.toml"),
            (len(report.unread), "in a form that cannot be read"),
        )
        counted = ", ".join(f"{count} {what}" for count, what in parts if count)
        return f"{report.seen} papers were submitted {days}, none of them new: {counted}"
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
