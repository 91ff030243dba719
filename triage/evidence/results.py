"""Results in tables: which measure a header names, whether more of it is better, and what a paper reports of its own
method. A value is a cell of the table, to the sign; where it is not certain whose it is or what it measures, there is
none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.models import Table

_HIGHER = (
    r"dice|dsc|i\W?ou|jaccard|auc|auroc|auprc|aupr|auc-?roc|ap\d{0,2}|map|accuracy|acc|f1|f-?(?:score|measure)|precision|"
    r"recall|sensitivity|specificity|psnr|ssim|bleu|rouge|meteor|cider|ndcg|mrr|hits|kappa|correlation|r2|success|exact|"
    r"em|tpr|tnr|npv|ppv|pro|fps|throughput|nss|overlap"
)
_LOWER = (
    r"error|errors|err|loss|fpr|fnr|fdr|hd\d{0,2}|hausdorff|asd|assd|mae|mse|rmse|nmse|kl|dkl|divergence|fid|kid|lpips|"
    r"perplexity|ppl|wer|cer|eer|ece|nll|time|latency|runtime|memory|parameters|params|flops|gflops|distance|ade|fde"
)
_MEASURE = re.compile(
    rf"(?<![^\W_])(?:(?P<higher>{_HIGHER})|(?P<lower>{_LOWER}))(?:s|@\d{{1,3}}|\d{{0,2}})?(?![^\W_])", re.I
)
_SETTINGS = 6
"""Cells, of which settings repeat themselves."""
_OURS = re.compile(r"(?<![^\W_])(?:ours?|proposed|this (?:work|paper))(?![^\W_])", re.I)
_VALUE = re.compile(r"[<>~≈+−-]?\s?(?P<number>\d{1,12}(?:,\d{3}){0,4}(?:\.\d{1,12})?|\.\d{1,12})(?![-–]?[^\W\d_]{2})")


@dataclass(frozen=True, slots=True)
class Result:
    """What a table reports: the `metric` as headers and caption name it, the `value` as the cell has it, the label of
    its row and the 1-based page."""

    metric: str
    value: str
    row: str
    page: int


def more_is_better(header: str) -> bool | None:
    """Whether more of what a header names is better; None if it names no measure that is known, or several that
    disagree. An arrow decides."""
    if "↑" in header or "↓" in header:
        return "↑" in header
    found = {bool(measure["higher"]) for measure in _MEASURE.finditer(header)}
    return found.pop() if len(found) == 1 else None


def value_of(cell: str) -> float | None:
    """The number that a cell begins with: 0.833 of "0.833±0.005"."""
    found = _VALUE.match(cell.strip())
    if not found:
        return None
    number = float(found["number"].replace(",", ""))
    return -number if cell.strip()[0] in "-−" else number


def label_columns(table: Table) -> int:
    """How many columns on the left hold labels: those in which hardly a cell is a number, and settings ("10 %") that
    tell apart rows which have the same label otherwise."""
    count = 0
    for place, column in enumerate(zip(*table.rows, strict=True)):
        filled = [cell for cell in column if cell]
        numbers = sum(value_of(cell) is not None for cell in filled)
        if count and numbers > 0.5 * len(filled) and not _is_setting(table, place, filled):
            break
        if filled and numbers == len(filled) and not count and not table.columns[0]:
            break
        count += 1
    return min(count, len(table.columns) - 1) if count else 0


def _is_setting(table: Table, place: int, filled: Sequence[str]) -> bool:
    """Whether a column of numbers is no result: few values that come again and again, under no measure's name, beside
    labels that do so, too."""
    labels = [row[:place] for row in table.rows]
    repeats = len(set(labels)) < len(labels) and len(filled) >= _SETTINGS and len(set(filled)) <= 0.5 * len(filled)
    return repeats and not _MEASURE.search(table.columns[place])


def best_numbers(table: Table, names: Sequence[str] = ()) -> tuple[Result, ...]:
    """What the table says of the paper's own method: a result for each column that names a measure, from the row called
    "ours", "proposed" or by one of the method's `names`. Of several such rows the best counts, where it is known which
    one that is. () if no row is certain to be the paper's own."""
    labels = label_columns(table)
    own = [row for row in table.rows if _is_own(" ".join(row[:labels]), names)]
    if not own or not labels:
        return ()
    named = any(_MEASURE.search(header) for header in table.columns[labels:])
    measures = set() if named else set(measures_in(table.caption))
    found = []
    for place in range(labels, len(table.columns)):
        metric = _metric(table.columns[place], table.caption, measures)
        best = _best(own, place, metric) if metric else None
        if metric and best:
            found.append(Result(metric, best[place], " ".join(filter(None, best[:labels])), table.page))
    return tuple(found)


def _is_own(label: str, names: Sequence[str]) -> bool:
    return bool(_OURS.search(label)) or any(_is_called(label, name) for name in names if len(name) > 2)


def _is_called(label: str, name: str) -> bool:
    """Whether the label is the name, perhaps with words in brackets: a longer one may be a variant without a part."""
    plain = re.sub(r"\([^()]{0,80}\)", "", label)
    return _key(plain) == _key(name) != ""


def _key(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _metric(header: str, caption: str, measures: set[str]) -> str | None:
    """What the column measures: its header, with the measure that the caption names where no header names one."""
    if not header:
        return None
    if _MEASURE.search(header):
        return header
    if len(measures) != 1:
        return None
    found = _MEASURE.search(caption)
    return f"{header} {found.group()}" if found else None


def _best(own: Sequence[tuple[str, ...]], place: int, metric: str) -> tuple[str, ...] | None:
    rows = [(value, row) for row in own if (value := value_of(row[place])) is not None]
    if len(rows) < 2:
        return rows[0][1] if rows else None
    better = more_is_better(metric)
    if better is None:
        return None
    value, row = (max if better else min)(rows, key=lambda one: one[0])
    return row if sum(other == value for other, _ in rows) == 1 else None


def measures_in(text: str) -> Iterator[str]:
    """The measures that a text names, in order, lower case."""
    return (found.group().casefold() for found in _MEASURE.finditer(text))
