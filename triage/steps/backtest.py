"""How well would triage have done: adopt the list as of a day, judge what came after, compare with what was added."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from triage.collection import Store
from triage.collection.papers import BACKGROUND, PERSON, WATCH
from triage.errors import ListError
from triage.identity import title_key
from triage.judging.examples import ListedDocument, ListedEntry, collect_examples, filing_sections, venue_sections
from triage.models import Judgement, Paper, SectionPath
from triage.protocols import Progress
from triage.search.vectors import CachedVectors


@dataclass(frozen=True, slots=True)
class Addition:
    """A paper that the list's owner added after the day, and how triage would have judged it.

    `sections` are those where it stands today, if they existed on the day; `place` is its rank among all that was
    announced, from 1.
    """

    paper_id: str
    title: str
    sections: tuple[SectionPath, ...]
    proposed: tuple[SectionPath, ...]
    relevance: float
    caught: bool
    place: int

    @property
    def right_first(self) -> bool:
        """Whether the first section proposed is one of the right ones."""
        return bool(set(self.proposed[:1]) & set(self.sections))

    @property
    def right_in_three(self) -> bool:
        """Whether one of the first three is."""
        return bool(set(self.proposed[:3]) & set(self.sections))


@dataclass(frozen=True, slots=True)
class BacktestReport:
    """The replay since a day. `unseen` are additions that were not among what was announced: older papers, other
    sources. `filed` counts the additions whose section existed on the day; `curve` is the recall curve: points (share
    of the announced that was read from the top, share of the additions found)."""

    since: date
    announced: int
    would_read: int
    caught: tuple[Addition, ...]
    missed: tuple[Addition, ...]
    unseen: tuple[str, ...]
    filed: int
    right_first: int
    right_in_three: int
    minutes_saved: int
    curve: tuple[tuple[float, float], ...]

    @property
    def recall(self) -> float | None:
        """The share of the announced additions that would have been in the queue; None if there were none."""
        found = len(self.caught) + len(self.missed)
        return len(self.caught) / found if found else None


def backtest(
    store: Store,
    before: ListedDocument,
    now: ListedDocument,
    since: date,
    vectors: CachedVectors,
    progress: Progress,
) -> BacktestReport:
    """Replays the watch since a day: `before` is the list as of that day, `now` as it is today; the announced papers
    are those of the store published on that day or later, so fetch them first. They and the store's background are the
    background of the list; neither decisions nor later entries are learned from. Raises ListError if the store holds
    no paper of that time."""
    listed = {name for entry in before.entries for name in _known_as(entry.arxiv_id, entry.title)}
    announced = [
        paper
        for paper in store.papers.of(WATCH, PERSON)
        if paper.published and paper.published >= since and listed.isdisjoint(_known_as(paper.id, paper.title))
    ]
    if not announced:
        raise ListError(
            f"no paper announced since {since.isoformat()} is in the store; `triage fetch --since {since.isoformat()}`"
            " brings them"
        )
    filing, venues = filing_sections(before), venue_sections(before)
    examples = collect_examples(before, store.entries.known(), (), {})
    taken = listed | {paper.id for paper in announced}
    background = [p for p in store.papers.of(BACKGROUND) if taken.isdisjoint(_known_as(p.id, p.title))]
    with progress(f"learning from the list to judge {len(announced):,} papers", None):
        from triage.judging.judge import judge_papers

        watch = [*announced, *background]
        judged = judge_papers(examples, filing, watch, announced, vectors.embed, "backtest", venues)
    added = [
        entry
        for entry in now.entries
        if entry.title.strip() and listed.isdisjoint(_known_as(entry.arxiv_id, entry.title))
    ]
    return compare(since, announced, judged.judgements, added, [*filing, *venues])


def compare(
    since: date,
    announced: Sequence[Paper],
    judgements: Sequence[Judgement],
    added: Sequence[ListedEntry],
    sections: Sequence[SectionPath],
) -> BacktestReport:
    """Compares judgements (one per announced paper, in order) with the entries that were really added. `sections` are
    those that existed on the day."""
    ranks = np.empty(len(announced), dtype=int)
    ranks[np.argsort([-judgement.relevance for judgement in judgements], kind="stable")] = np.arange(len(announced))
    by_id = {paper.id: row for row, paper in enumerate(announced)}
    by_title = {title_key(paper.title): row for row, paper in enumerate(announced)}
    found: dict[int, list[SectionPath]] = {}
    unseen: dict[str, str] = {}
    for entry in added:
        row = by_id.get(entry.arxiv_id or "", by_title.get(title_key(entry.title)))
        if row is None:
            unseen.setdefault(title_key(entry.title), entry.title)
        else:
            found.setdefault(row, []).append(entry.section)
    additions = [
        _addition(announced[row], judgements[row], int(ranks[row]) + 1, [p for p in paths if p in set(sections)])
        for row, paths in sorted(found.items(), key=lambda pair: ranks[pair[0]])
    ]
    filed = [addition for addition in additions if addition.sections]
    would_read = sum(judgement.queued for judgement in judgements)
    return BacktestReport(
        since=since,
        announced=len(announced),
        would_read=would_read,
        caught=tuple(addition for addition in additions if addition.caught),
        missed=tuple(addition for addition in additions if not addition.caught),
        unseen=tuple(unseen.values()),
        filed=len(filed),
        right_first=sum(addition.right_first for addition in filed),
        right_in_three=sum(addition.right_in_three for addition in filed),
        minutes_saved=len(announced) - would_read,
        curve=_curve([addition.place for addition in additions], len(announced)),
    )


def _addition(paper: Paper, judgement: Judgement, place: int, sections: Sequence[SectionPath]) -> Addition:
    return Addition(
        paper_id=paper.id,
        title=paper.title,
        sections=tuple(dict.fromkeys(sections)),
        proposed=tuple(choice.section for choice in judgement.sections[:3]),
        relevance=judgement.relevance,
        caught=judgement.queued,
        place=place,
    )


def _curve(places: Sequence[int], announced: int) -> tuple[tuple[float, float], ...]:
    """Points of recall against the share read, from (0, 0) on; `places` ascend."""
    points = [(place / announced, found / len(places)) for found, place in enumerate(places, 1)]
    return ((0.0, 0.0), *points)


def _known_as(arxiv_id: str | None, title: str) -> set[str]:
    return {arxiv_id or "", title_key(title)} - {""}
