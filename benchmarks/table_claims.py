"""True and false claims made from tables, for `benchmarks.verify_tables`: by templates, with numbers read and reckoned
here, not by what is measured.

A false claim is a true one with another number, with two rows exchanged, in the other direction, or with another best.
The second half of the templates was written when the checker was finished.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from triage.models import Table

CLAIMS = 100
_FEWER_IS_BETTER = re.compile(r"error|fpr|fnr|hd|asd|loss|time|param|divergence|\bkl\b|↓", re.I)
_MORE_IS_BETTER = re.compile(r"dice|dsc|iou|auc|auroc|auprc|\bap\b|accuracy|f1|↑", re.I)
_PLAIN = re.compile(r"^(\d+\.\d+|\d+)(?:\s*(?:±|\[|\().*)?$")


@dataclass(frozen=True)
class Claim:
    """A claim on a table with its label, and which template made it."""

    table: Table
    text: str
    label: str
    made_by: str = ""


@dataclass(frozen=True)
class Facts:
    """A table with what the templates need: rows by name, columns by header, the number of each cell as written."""

    table: Table
    names: tuple[str, ...]
    headers: tuple[str, ...]
    written: tuple[tuple[str, ...], ...]

    def value(self, row: int, column: int) -> float:
        """The cell's number."""
        return float(self.written[row][column])


def facts_of(table: Table) -> Facts | None:
    """The part of a table that is a whole grid of numbers under headers of their own and beside labels of their own."""
    names = [re.sub(r"\s*\([^()]*\d{4}\)", "", row[0]).strip() for row in table.rows]
    kept = [
        column
        for column in range(1, len(table.columns))
        if table.columns[column]
        and table.columns.count(table.columns[column]) == 1
        and sum(bool(_PLAIN.match(row[column])) for row in table.rows) >= 2
    ]
    rows = [
        place
        for place, row in enumerate(table.rows)
        if len(names[place]) > 1
        and names.count(names[place]) == 1
        and re.search("[A-Za-z]{2}", names[place])
        and kept
        and all(_PLAIN.match(row[column]) for column in kept)
    ]
    if len(rows) < 2:
        return None
    written = tuple(tuple(_number(table.rows[row][column]) for column in kept) for row in rows)
    return Facts(table, tuple(names[row] for row in rows), tuple(table.columns[column] for column in kept), written)


def _number(cell: str) -> str:
    found = _PLAIN.match(cell)
    assert found
    return found[1]


Template = Callable[[random.Random, Facts], tuple[str, str] | None]
"""A true claim and a false one, as alike as may be; None if the table does not allow it."""


def made_from(found: Sequence[Table], templates: Sequence[Template] = (), seed: int = 14) -> list[Claim]:
    """100 true and 100 false claims, the templates and tables in turn."""
    facts = [one for table in found if (one := facts_of(table))]
    rng = random.Random(seed)
    claims: list[Claim] = []
    chosen = list(templates or EARLIER + LATER)
    tries = 0
    while facts and len(claims) < 2 * CLAIMS and tries < 100 * CLAIMS:
        template, one = chosen[tries % len(chosen)], rng.choice(facts)
        tries += 1
        made = template(rng, one)
        if made:
            claims.append(Claim(one.table, made[0], "supports", template.__name__))
            claims.append(Claim(one.table, made[1], "refutes", template.__name__))
    return claims


# Templates, written before the checker was finished


def _cell(rng: random.Random, one: Facts) -> tuple[int, int]:
    return rng.randrange(len(one.names)), rng.randrange(len(one.headers))


def _two(rng: random.Random, one: Facts) -> tuple[int, int, int] | None:
    """Two rows and a column where the first is higher than the second."""
    first, second = rng.sample(range(len(one.names)), 2)
    column = rng.randrange(len(one.headers))
    if one.value(first, column) == one.value(second, column):
        return None
    return (first, second, column) if one.value(first, column) > one.value(second, column) else (second, first, column)


def _changed(rng: random.Random, number: str) -> str:
    """The number with one of its first three digits changed by two at least."""
    places = [place for place, sign in enumerate(number) if sign.isdigit()][:3]
    place = rng.choice(places[1:] or places)
    digit = int(number[place])
    other = rng.choice([one for one in range(1, 10) if abs(one - digit) > 1])
    return f"{number[:place]}{other}{number[place + 1 :]}"


def _is_column(one: Facts, column: int, number: str) -> bool:
    """Whether the number, or what rounds to it, stands in the column anyway."""
    return any(
        abs(one.value(row, column) - float(number)) < 0.6 * 10 ** -_decimals(number) for row in range(len(one.names))
    )


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


def _better(one: Facts, column: int) -> bool | None:
    header = one.headers[column]
    if _FEWER_IS_BETTER.search(header):
        return False
    return True if _MORE_IS_BETTER.search(header) else None


def value(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    row, column = _cell(rng, one)
    number = one.written[row][column]
    wrong = _changed(rng, number)
    if _is_column(one, column, wrong):
        return None
    said = f"{one.names[row]} achieves a {one.headers[column]} of "
    return f"{said}{number}.", f"{said}{wrong}."


def value_of_another(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    said = f"For {one.headers[column]}, {one.names[first]} obtains "
    return f"{said}{one.written[first][column]}.", f"{said}{one.written[second][column]}."


def _order(one: Facts, column: int, *, descending: bool = False) -> list[int] | None:
    """The rows by their number in a column; None if two share an end, or other rows of the table have numbers too."""
    place = one.table.columns.index(one.headers[column])
    numbers = sum(any(sign.isdigit() for sign in row[place]) for row in one.table.rows)
    order = sorted(range(len(one.names)), key=lambda row: one.value(row, column), reverse=descending)
    ends = one.value(order[0], column) == one.value(order[1], column) or (
        one.value(order[-1], column) == one.value(order[-2], column)
    )
    return None if ends or numbers != len(one.names) else order


def highest(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    order = _order(one, column)
    if not order:
        return None
    said = f"achieves the highest {one.headers[column]}."
    return f"{one.names[order[-1]]} {said}", f"{one.names[rng.choice(order[:-1])]} {said}"


def lowest(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    order = _order(one, column)
    if not order:
        return None
    said = f"The lowest {one.headers[column]} is obtained by "
    return f"{said}{one.names[order[0]]}.", f"{said}{one.names[rng.choice(order[1:])]}."


def performs_best(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    better = _better(one, column)
    order = _order(one, column, descending=better is False)
    if better is None or not order:
        return None
    said = f"performs best in terms of {one.headers[column]}."
    return f"{one.names[order[-1]]} {said}", f"{one.names[rng.choice(order[:-1])]} {said}"


def higher(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = (*pair,)
    said = f"has a higher {one.headers[column]} than"
    return f"{one.names[first]} {said} {one.names[second]}.", f"{one.names[second]} {said} {one.names[first]}."


def outperforms(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or _better(one, pair[2]) is None:
        return None
    first, second = (pair[0], pair[1]) if _better(one, pair[2]) else (pair[1], pair[0])
    said = f"in terms of {one.headers[pair[2]]}."
    return (
        f"{one.names[first]} outperforms {one.names[second]} {said}",
        f"{one.names[second]} outperforms {one.names[first]} {said}",
    )


def exceeds_by(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    digits = max(_decimals(one.written[first][column]), _decimals(one.written[second][column]))
    gap = f"{one.value(first, column) - one.value(second, column):.{digits}f}"
    said = f"{one.names[first]} exceeds {one.names[second]} by {{}} in {one.headers[column]}."
    return said.format(gap), said.format(_changed(rng, gap))


def improves_percent(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or one.value(pair[1], pair[2]) == 0:
        return None
    first, second, column = pair
    percent = 100 * (one.value(first, column) / one.value(second, column) - 1)
    if not 2 < percent < 400:
        return None
    said = f"Compared with {one.names[second]}, {one.names[first]} raises {one.headers[column]} by {{:.1f}}%."
    return said.format(percent), said.format(percent * rng.choice((0.6, 1.5)))


def times(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or one.value(pair[1], pair[2]) == 0:
        return None
    first, second, column = pair
    ratio = one.value(first, column) / one.value(second, column)
    if not 1.3 < ratio < 50:
        return None
    said = f"The {one.headers[column]} of {one.names[first]} is {{:.1f}} times that of {one.names[second]}."
    return said.format(ratio), said.format(ratio * rng.choice((0.7, 1.4)))


def from_to(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    said = f"Going from {one.names[second]} to {one.names[first]}, {one.headers[column]} rises from {{}} to {{}}."
    high, low = one.written[first][column], one.written[second][column]
    return said.format(low, high), said.format(low, _changed(rng, high))


def about(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    row, column = _cell(rng, one)
    number = one.written[row][column]
    if _decimals(number) < 2 or one.value(row, column) < 0.1:
        return None
    digits = _decimals(number) - 1
    said = f"{one.names[row]} reaches a {one.headers[column]} of about {{:.{digits}f}}."
    return said.format(one.value(row, column)), said.format(one.value(row, column) * rng.choice((0.7, 1.35)))


def above(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    row, column = _cell(rng, one)
    number = one.value(row, column)
    if number <= 0.05:
        return None
    said = (
        f"{one.names[row]} obtains a {one.headers[column]} above {{:.{min(2, _decimals(one.written[row][column]))}f}}."
    )
    return said.format(number * 0.96), said.format(number * 1.2 + 1)


def respectively(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    said = f"{one.names[first]} and {one.names[second]} reach a {one.headers[column]} of {{}} and {{}}, respectively."
    high, low = one.written[first][column], one.written[second][column]
    return said.format(high, low), said.format(low, high)


def worst(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    better = _better(one, column)
    order = _order(one, column, descending=better is False)
    if better is None or not order:
        return None
    said = f"has the worst {one.headers[column]} of all."
    return f"{one.names[order[0]]} {said}", f"{one.names[rng.choice(order[1:])]} {said}"


EARLIER: tuple[Template, ...] = (
    value, value_of_another, highest, lowest, performs_best, higher, outperforms, exceeds_by, improves_percent, times,
    from_to, about, above, respectively, worst,
)  # fmt: skip


# Templates, written after the checker was finished


def no_other(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    order = _order(one, column)
    if not order:
        return None
    said = f"No other entry reaches a higher {one.headers[column]} than "
    return f"{said}{one.names[order[-1]]}.", f"{said}{one.names[rng.choice(order[:-1])]}."


def lags_behind(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or not _better(one, pair[2]):
        return None
    first, second, column = pair
    said = f"{{}} lags behind {{}} on {one.headers[column]}."
    return said.format(one.names[second], one.names[first]), said.format(one.names[first], one.names[second])


def gap_between(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    digits = max(_decimals(one.written[first][column]), _decimals(one.written[second][column]))
    gap = f"{one.value(first, column) - one.value(second, column):.{digits}f}"
    said = f"There is a gap of {{}} in {one.headers[column]} between {one.names[second]} and {one.names[first]}."
    return said.format(gap), said.format(_changed(rng, gap))


def on_average(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    if not _order(one, column) or len(one.names) > 12:
        return None
    digits = _decimals(one.written[0][column])
    mean = f"{sum(one.value(row, column) for row in range(len(one.names))) / len(one.names):.{digits}f}"
    said = f"Averaged over all rows, {one.headers[column]} is {{}}."
    return said.format(mean), said.format(_changed(rng, mean))


def ranges(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    order = _order(one, column)
    if not order:
        return None
    low, high = one.written[order[0]][column], one.written[order[-1]][column]
    said = f"{one.headers[column]} ranges from {{}} to {{}}."
    return said.format(low, high), said.format(low, _changed(rng, high))


def superior_on_both(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    if len(one.headers) < 2:
        return None
    first, second = rng.sample(range(len(one.names)), 2)
    columns = rng.sample(range(len(one.headers)), 2)
    ahead = [
        _better(one, column) is (one.value(first, column) > one.value(second, column))
        for column in columns
        if _better(one, column) is not None and one.value(first, column) != one.value(second, column)
    ]
    if len(ahead) < 2 or ahead[0] != ahead[1]:
        return None
    first, second = (first, second) if ahead[0] else (second, first)
    said = f"{{}} is superior to {{}} on both {one.headers[columns[0]]} and {one.headers[columns[1]]}."
    return said.format(one.names[first], one.names[second]), said.format(one.names[second], one.names[first])


def falls_from(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    said = f"{one.headers[column]} drops from {{}} with {one.names[first]} to {{}} with {one.names[second]}."
    high, low = one.written[first][column], one.written[second][column]
    return said.format(high, low), said.format(low, high)


def is_higher_than_that(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    high, low = one.written[first][column], one.written[second][column]
    said = f"With {{}}, the {one.headers[column]} of {{}} is higher than that of {{}} ({{}})."
    return (
        said.format(high, one.names[first], one.names[second], low),
        said.format(low, one.names[second], one.names[first], high),
    )


def relative_reduction(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    percent = 100 * (1 - one.value(second, column) / one.value(first, column))
    if not 3 < percent < 95:
        return None
    said = f"{one.names[second]} yields a reduction in {one.headers[column]} of {{:.0f}} % over {one.names[first]}."
    return said.format(percent), said.format(percent * rng.choice((0.6, 1.45)))


def weakest(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    column = rng.randrange(len(one.headers))
    better = _better(one, column)
    order = _order(one, column, descending=better is False)
    if better is None or not order:
        return None
    said = f"Among all entries, {{}} is the weakest on {one.headers[column]}."
    return said.format(one.names[order[0]]), said.format(one.names[rng.choice(order[1:])])


def more_than_twice(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or one.value(pair[1], pair[2]) <= 0:
        return None
    first, second, column = pair
    ratio = one.value(first, column) / one.value(second, column)
    if not 1.93 < ratio < 2.07:
        return None
    said = f"The {one.headers[column]} of {one.names[first]} is about {{}} that of {one.names[second]}."
    return said.format("twice"), said.format("four times")


def yields_points(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or one.value(pair[0], pair[2]) < 2:
        return None
    first, second, column = pair
    gap = f"{one.value(first, column) - one.value(second, column):.1f}"
    said = f"{one.names[first]} gains {{}} points of {one.headers[column]} over {one.names[second]}."
    return None if gap == "0.0" else (said.format(gap), said.format(_changed(rng, gap)))


def stays_below(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    row, column = _cell(rng, one)
    number = one.value(row, column)
    if number <= 0.05:
        return None
    said = f"The {one.headers[column]} of {one.names[row]} stays below {{:.2f}}."
    return said.format(number * 1.05 + 0.01), said.format(number * 0.7)


def in_brackets(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair:
        return None
    first, second, column = pair
    said = f"In {one.headers[column]}, {one.names[first]} ({{}}) is ahead of {one.names[second]} ({{}})."
    high, low = one.written[first][column], one.written[second][column]
    wrong = _changed(rng, high)
    return (
        None
        if not _better(one, column) or _is_column(one, column, wrong)
        else (said.format(high, low), said.format(wrong, low))
    )


def sum_of_two(rng: random.Random, one: Facts) -> tuple[str, str] | None:
    pair = _two(rng, one)
    if not pair or _decimals(one.written[pair[0]][pair[2]]) or one.value(pair[1], pair[2]) < 2:
        return None
    first, second, column = pair
    total = f"{one.value(first, column) + one.value(second, column):.0f}"
    said = f"Together, {one.names[first]} and {one.names[second]} have {{}} in {one.headers[column]}."
    return said.format(total), said.format(_changed(rng, total))


LATER: tuple[Template, ...] = (
    no_other, lags_behind, gap_between, on_average, ranges, superior_on_both, falls_from, is_higher_than_that,
    relative_reduction, weakest, more_than_twice, yields_points, stays_below, in_brackets, sum_of_two,
)  # fmt: skip
TEMPLATES = EARLIER + LATER
