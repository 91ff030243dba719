"""Claims on tables of numbers: whether rows, columns and numbers are as the claim says.

What may be meant is read generously: a claim is called wrong only if it is in every reading, and "cannot tell" if it
says what no table can.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from triage.models import Table
from triage.verifying.derived import is_derived, said_of
from triage.verifying.numbers import Quantity, agrees, is_rounded, read_quantities
from triage.verifying.tables.comparing import best_holds, bound_holds, change_holds, comparison_holds
from triage.verifying.tables.grid import Mention, View, grid_of, holds, view_of
from triage.verifying.verdict import Support

_BEYOND = re.compile(
    r"\b(?:because|due to|owing to|thanks to|"
    r"suggest\w{0,4}|indicat\w{1,4}|impl(?:y|ies|ying)|probably|presumably|possibly|"
    r"perhaps|likely|may|might|could|would|we (?:believe|hypothesi[sz]e|think|conjecture|assume|attribute)|"
    r"as expected|in order to|interestingly, this|which (?:shows|means|confirms|demonstrates)|"
    r"demonstrat\w{1,4}|confirm\w{0,4} that)\b",
    re.I,
)
_PROBABILITY = re.compile(r"\bp\s?[<>=≤]\s?$")


@dataclass(frozen=True, slots=True)
class TableVerdict:
    """Whether a table says what a claim says, and what speaks against it."""

    support: Support
    reasons: tuple[str, ...] = ()


def check_table_claim(claim: str, table: Table) -> TableVerdict:
    """Whether the table supports the claim, as far as a table can: `UNSUPPORTED` if something that it says is wrong in
    every reading, `SUPPORTED` if what could be checked holds, `CANNOT_TELL` if nothing could."""
    said = _checkable(claim)
    grid = grid_of(table)
    if grid is None or len(said.split()) < 3:
        return TableVerdict(Support.CANNOT_TELL)
    views = [view_of(said, grid), view_of(said, grid.turn())]
    outcomes: list[tuple[str, bool | None]] = [
        ("a number", _all_of(views, _numbers_stand)),
        ("which number is whose", _all_of(views, _numbers_are_whose)),
        ("the direction", change_holds(said)),
        ("who is best", _all_of(views, best_holds)),
        ("the comparison", _all_of(views, comparison_holds)),
        ("the bound", _all_of(views, bound_holds)),
    ]
    wrong = tuple(what for what, outcome in outcomes if outcome is False)
    if wrong:
        return TableVerdict(Support.UNSUPPORTED, tuple(f"{what} is not as the table has it" for what in wrong))
    if any(outcome for _, outcome in outcomes):
        return TableVerdict(Support.SUPPORTED)
    return TableVerdict(Support.CANNOT_TELL)


def follows_from_table(one: Quantity, claim: str, table: Table) -> bool:
    """Whether a number of the claim stands in the table, or follows from cells of a row or a column of it, that the
    claim may mean."""
    grid = grid_of(table)
    views = [view_of(claim, grid), view_of(claim, grid.turn())] if grid else []
    return any(
        any(agrees(one, other) for other in _cells(view, view.rows(), view.columns))
        or _derived(one, view, view.columns)
        for view in views
    )


def _checkable(claim: str) -> str:
    """The claim up to what no table can say: reasons, guesses."""
    text = re.sub(r"\[CONTINUE\]|\(?(?:see |cf\. )?(?:table|tab\.)\s?\d{1,2}\)?", " ", claim[:4000], flags=re.I)
    found = _BEYOND.search(text)
    if not found:
        return text.strip()
    return text[: found.start()].strip() if found.start() > 25 else ""


def _all_of(views: Sequence[View], check: Callable[[View], bool | None]) -> bool | None:
    """Right if it is in one view; wrong if it is in one, and right in none."""
    outcomes = [check(view) for view in views]
    if True in outcomes:
        return True
    return False if False in outcomes else None


# Numbers


def _numbers_stand(view: View) -> bool | None:
    """Whether every number of the claim stands where the claim says, or follows from what stands there. Of more numbers
    than columns that are named, some may be of others."""
    claimed = [one for one in read_quantities(view.claim) if not _is_named(one, view)]
    if not claimed:
        return None
    several = 0 < len(view.across) < sum(one.is_measured for one in claimed)
    columns = range(len(view.grid.columns)) if several else view.meant()
    free = [one for one in claimed if not any(agrees(one, other) for other in _cells(view, view.rows(), columns))]
    for one in free:
        if _is_result(one, view) and not _derived(one, view, columns):
            return False
    return len(free) < len(claimed) or any(_is_result(one, view) for one in free) or None


def _is_result(one: Quantity, view: View) -> bool:
    """Whether the number is of the kind that the table holds: it has a unit or decimals, or the size of its whole
    numbers."""
    if one.is_measured:
        return True
    if one.word:
        return one.kind == "times" and bool(re.match(r"\s(?:that|those|as|the)\b", view.claim[one.end :]))
    values = [value for row in view.grid.values for value in row if value is not None]
    whole = sum(value == int(value) for value in values) > 0.5 * len(values)
    return whole and one.value >= 10 and min(values) <= one.value <= max(values)


def _is_named(one: Quantity, view: View) -> bool:
    """Whether the number is a part of a name, of the caption, a year, or the p of a test."""
    texts = (*view.grid.rows, *view.grid.columns, view.grid.caption)
    number = one.text.strip()
    if one.year or one.value in (0.0, 1.0) or _PROBABILITY.search(view.claim[: one.start]):
        return True
    return any(holds(text, number) for text in texts)


def _cells(view: View, rows: Sequence[int], columns: Sequence[int]) -> Iterator[Quantity]:
    return (one for row in rows for column in columns for one in view.grid.cells[row][column])


def _derived(one: Quantity, view: View, columns: Sequence[int]) -> bool:
    """Whether the number follows from cells of one column, or of one row, that the claim may mean."""
    said = said_of(one, view.claim)
    cells, rows = view.grid.cells, view.rows()
    every = range(len(view.grid.rows))
    named = bool(view.mentions)
    for column in columns:
        first = [cells[row][column][0] for row in rows if cells[row][column]]
        others = [cells[row][column][0] for row in every if cells[row][column]]
        if is_derived(one, said, first):
            return True
        if named and len(rows) <= 2 and any(is_derived(one, said, pair) for pair in product(first, others)):
            return True
        if is_derived(one, replace(said, change=False, multiple=False), others):
            return True
    if said.mean and any(_is_mean_change(one, view, columns, pair) for pair in combinations(rows[:12], 2)):
        return True
    if said.multiple and is_derived(
        one, said, [cells[row][place][0] for row in rows for place in columns if cells[row][place]]
    ):
        return True
    lines = ([cells[row][column][0] for column in columns if cells[row][column]] for row in rows)
    return any(is_derived(one, said, line) or (said.mean and _is_mean(one, line)) for line in lines)


def _is_mean_change(one: Quantity, view: View, columns: Sequence[int], pair: tuple[int, int]) -> bool:
    """Whether two rows differ by the number on average."""
    values = view.grid.values
    known = [(values[pair[0]][column], values[pair[1]][column]) for column in columns]
    gaps = [own - other for own, other in known if own is not None and other is not None]
    return len(gaps) > 1 and is_rounded(one, abs(sum(gaps)) / len(gaps))


def _is_mean(one: Quantity, values: Sequence[Quantity]) -> bool:
    return len(values) > 1 and is_rounded(one, sum(value.value for value in values) / len(values))


def _numbers_are_whose(view: View) -> bool | None:
    """Whether numbers and rows of a claim that has several of both go together in one of the ways they are written:
    the row before its number, after it, or both in order."""
    sure = [mention for mention in view.mentions if mention.sure]
    cells = list(_cells(view, view.rows(), view.columns))
    read = [one for one in read_quantities(view.claim) if one.is_measured and not _derived(one, view, view.columns)]
    results = [one for one in read if any(agrees(one, cell) for cell in cells)]
    if len({mention.rows for mention in sure}) < 2 or not results:
        return None
    ways = [_in_order(results, sure)]
    if re.search(r"\bfrom\b", view.claim):
        ways.append(_in_order(results, sure[::-1]))
    if "respectively" not in view.claim.casefold():
        ways += [_before(results, sure), _after(results, sure)]
    told = [way for way in ways if way and None not in way]
    if not told:
        return None
    return any(
        all(_stands_in(one, mention.rows, view) for one, mention in zip(results, way, strict=True) if mention)
        for way in told
    )


def _before(results: Sequence[Quantity], mentions: Sequence[Mention]) -> list[Mention | None]:
    return [max((m for m in mentions if m.end <= one.start), key=lambda m: m.end, default=None) for one in results]


def _after(results: Sequence[Quantity], mentions: Sequence[Mention]) -> list[Mention | None]:
    return [min((m for m in mentions if m.start >= one.end), key=lambda m: m.start, default=None) for one in results]


def _in_order(results: Sequence[Quantity], mentions: Sequence[Mention]) -> list[Mention | None]:
    return list(mentions) if len(mentions) == len(results) else []


def _stands_in(one: Quantity, rows: frozenset[int], view: View) -> bool:
    return any(agrees(one, other) for other in _cells(view, sorted(rows), view.columns))
