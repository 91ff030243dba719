"""Where things stand: stages, how far arXiv was fetched, what people corrected, every open problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from triage.collection import Store
from triage.collection.calls import Usage
from triage.collection.entries import Coverage
from triage.collection.fetches import Days
from triage.models import HeldOut, Problem, Stage


@dataclass(frozen=True, slots=True)
class Status:
    """A workspace at a glance. `set_aside` counts the papers that were judged and not queued, `unjudged` those that
    wait to be judged, `undrafted` the queued ones without a draft; `in_list` says what is known of the papers in the
    list. `unfinished` is when the last fetch began if it has not ended, `gaps` are days that were never fetched.
    `held_out` and `batch_recall` are as in `triage.steps.judge`'s Trial; `new_sections` are the words of sections that
    undecided papers would start, each with how many would, most first; `taken_out` are published papers, still
    accepted, that the list does not have any more."""

    stages: Mapping[Stage, int]
    in_list: Coverage
    last_fetch: date | None
    unfinished: datetime | None
    gaps: tuple[Days, ...]
    set_aside: int
    unjudged: int
    undrafted: int
    refusals: Mapping[str, int]
    usage: tuple[Usage, ...]
    outages: Mapping[tuple[str, str], int]
    problems: tuple[Problem, ...]
    new_sections: tuple[tuple[tuple[str, ...], int], ...] = ()
    held_out: HeldOut | None = None
    batch_recall: float | None = None
    taken_out: tuple[str, ...] = ()


def status(store: Store, query: str, held_out: HeldOut | None = None, batch_recall: float | None = None) -> Status:
    """Gathers the status from the store."""
    stages = store.stage_counts()
    last = store.fetches.last_complete(query)
    unjudged = store.judgements.unjudged()
    return Status(
        stages=stages,
        in_list=store.entries.coverage(),
        last_fetch=last.until if last else None,
        unfinished=store.fetches.unfinished_run(),
        gaps=tuple(store.fetches.gaps(query)),
        set_aside=stages[Stage.WATCHED] - unjudged,
        unjudged=unjudged,
        undrafted=stages[Stage.QUEUED],
        refusals=_refusals(store),
        usage=tuple(store.calls.usage()),
        outages=store.calls.outages(),
        problems=tuple(store.papers.problems()),
        new_sections=tuple(sorted(store.judgements.new_sections().items(), key=lambda pair: (-pair[1], pair[0]))),
        held_out=held_out,
        batch_recall=batch_recall,
        taken_out=tuple(store.ledger.taken_out()),
    )


def _refusals(store: Store) -> Mapping[str, int]:
    """Replies that were not used, by reason, and single values that were kept out of drafts, by kind. A refused
    summary counts once, as its reply."""
    values = {f"value: {kind}": count for kind, count in store.drafts.refused_values().items() if kind != "summary"}
    return {**store.calls.refusals(), **values}
