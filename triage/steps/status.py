"""Where things stand: stages, the last fetch, what was set aside, what people corrected, and every open problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from triage.models import Problem, Stage
from triage.storage import Store
from triage.storage.calls import Usage


@dataclass(frozen=True, slots=True)
class Status:
    """A workspace at a glance. `expected_misses` estimates how many of those set aside were wanted; `new_sections` are
    the words of sections that undecided papers would start, each with how many would, most first; `in_evening` is as in
    `JudgeReport`; `taken_out` are published papers, still accepted, that the list does not have any more."""

    stages: Mapping[Stage, int]
    last_fetch: date | None
    set_aside: int
    expected_misses: float
    refusals: Mapping[str, int]
    usage: tuple[Usage, ...]
    outages: Mapping[tuple[str, str], int]
    problems: tuple[Problem, ...]
    new_sections: tuple[tuple[tuple[str, ...], int], ...] = ()
    in_evening: float | None = None
    taken_out: tuple[str, ...] = ()


def status(store: Store, query: str, expected_misses: float, in_evening: float | None = None) -> Status:
    """Gathers the status from the store."""
    stages = store.stage_counts()
    last = store.fetches.last_complete(query)
    return Status(
        stages=stages,
        last_fetch=last.until if last else None,
        set_aside=stages[Stage.WATCHED],
        expected_misses=expected_misses,
        refusals=_refusals(store),
        usage=tuple(store.calls.usage()),
        outages=store.calls.outages(),
        problems=tuple(store.papers.problems()),
        new_sections=tuple(sorted(store.judgements.new_sections().items(), key=lambda pair: (-pair[1], pair[0]))),
        in_evening=in_evening,
        taken_out=tuple(store.ledger.taken_out()),
    )


def _refusals(store: Store) -> Mapping[str, int]:
    """Replies that were not used, by reason, and single values that were kept out of drafts, by kind. A refused
    summary counts once, as its reply."""
    values = {f"value: {kind}": count for kind, count in store.drafts.refused_values().items() if kind != "summary"}
    return {**store.calls.refusals(), **values}
