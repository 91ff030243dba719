"""The table that compares the papers of a section, and the numbers that papers report of themselves.

Nothing is guessed: a cell without knowledge is empty, a column that is empty for nearly all papers is left out, and a
number stands on its page as it is shown.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.drafting.datasets import Gazetteer
from triage.drafting.sentences import clean
from triage.evidence.prose import is_prose
from triage.evidence.results import best_numbers
from triage.evidence.source import Evidence, Sentence, Source
from triage.writing.aspects import Part, method_name, part_of
from triage.writing.document import Cell, Citation, Table, Work
from triage.writing.mentions import METRICS, Mention, data_sets, edition_of, modalities, written
from triage.writing.paraphrase import subject_of


@dataclass(frozen=True, slots=True)
class Reported:
    """A number that a paper reports of itself: the `metric` as text or table name it, the `value` as it stands in
    `sentence`, the `measure` that it counts as ("Dice"), and the data set, "" where none or several are named."""

    metric: str
    value: str
    measure: str
    data_set: str
    sentence: Sentence

    @property
    def text(self) -> str:
        """ "AUROC 0.887 (PLCO)"."""
        named = not self.data_set or self.data_set.casefold() in self.metric.casefold()
        return f"{self.metric} {self.value}" + ("" if named else f" ({self.data_set})")


_MOST_NAMES = 4
"""Data sets of one paper that a cell holds."""

_FILLED = 0.15
"""A column is shown if at least this share of the papers, and two of them, have something in it."""


def comparison_table(title: str, works: Sequence[Work], known: Gazetteer) -> Table | None:
    """A row for each work, oldest first; None for fewer than two works. `known` are the data sets to look for."""
    return table_of(title, works, {work.key: data_sets(work, known) for work in works})


def table_of(title: str, works: Sequence[Work], named: Mapping[str, Sequence[Mention]]) -> Table | None:
    """The same, where the data sets that each work names are known, by its key."""
    if len(works) < 2:
        return None
    rows = [_cells(work, named[work.key]) for work in sorted(works, key=lambda work: (_year(work) or 9999, work.key))]
    names = [name for name in _COLUMNS if _is_shown(name, rows)]
    caption = f"{title}: {len(works)} papers compared"
    return Table(caption, tuple(names), tuple(tuple(row[name] for name in names) for row in rows))


_COLUMNS = ("Paper", "Year", "Venue", "Method", "Modality", "Data sets", "Reported", "Code")
_ALWAYS = ("Paper", "Year")


def _is_shown(name: str, rows: Sequence[dict[str, Cell]]) -> bool:
    filled = sum(bool(row[name].text) for row in rows)
    return name in _ALWAYS or filled >= max(2, _FILLED * len(rows))


def _year(work: Work) -> int | None:
    return work.facts.year or work.source.year


def _cells(work: Work, named: Sequence[Mention]) -> dict[str, Cell]:
    year = _year(work)
    return {
        "Paper": Cell(
            subject_of(work.facts.authors).name if work.facts.authors else clean(work.source.title), Citation(work.key)
        ),
        "Year": Cell(str(year) if year else ""),
        "Venue": Cell(work.facts.venue or ""),
        "Method": Cell(method_name(work.source.title)),
        "Modality": _of_mentions(work, modalities(work)[:3]),
        "Data sets": _of_mentions(work, named[:_MOST_NAMES]),
        "Reported": _of_mentions(work, [Mention(one.text, one.sentence) for one in _shown(reported(work, named))]),
        "Code": Cell("code", url=work.facts.code_url) if work.facts.code_url else Cell(),
    }


def _shown(found: Sequence[Reported]) -> list[Reported]:
    """Two numbers, of two measures, of the page of the first: a cell names one page."""
    chosen: list[Reported] = []
    for one in found:
        if not chosen or (one.measure != chosen[0].measure and one.sentence.page == chosen[0].sentence.page):
            chosen.append(one)
    return chosen[:2]


def _of_mentions(work: Work, mentions: Sequence[Mention]) -> Cell:
    if not mentions:
        return Cell()
    evidence = tuple(
        Evidence(f"{work.key}:{one.sentence.page}:{one.sentence.start}", work.source, one.sentence) for one in mentions
    )
    return Cell(
        ", ".join(one.name for one in mentions), Citation(work.key, mentions[0].sentence.page), evidence=evidence
    )


_VALUE = (
    r"(?<![+\w.-])(?P<value>\d{1,3}(?:\.\d{1,4})?(?:\s?%)?)(?![\w.]*\d)(?!\s?(?:times|points|×|percent|increase|gain|"
    r"[cmk]?m\b|m?s\b))"
)
_REPORTED = tuple(
    (
        name,
        re.compile(
            rf"(?<![\w-])(?P<metric>{words})(?![\w-])\)?(?: scores?| values?)? (?:of|=|is|was|reaches|reached|to) "
            rf"{_VALUE}"
        ),
    )
    for name, words in METRICS
) + tuple(
    (name, re.compile(rf"(?<![\w.]){_VALUE} (?:mean |average |overall |test )?(?P<metric>{words})(?![\w-])"))
    for name, words in METRICS
)
_OWN = re.compile(
    r"(?i)\b(?:we|our|ours|the (?:proposed|final)(?: \w+)? (?:model|method|approach|framework|system|network))\b"
)
_OF_OTHERS = re.compile(r"(?i)\b(?:baselines?|et al|previous|existing|respectively|from \d|versus|vs\.?)\b")


_IS_CHANGE = re.compile(
    r"(?i)\b(?:improve(?:s|d|ments?)?|improving|increas\w+|gains?|higher|lower|reduc\w+|drop\w*|decreas\w+|degrad\w+|"
    r"differences?|relative|(?:outperform\w*|surpass\w*)\b[^,.]{0,60}\bby|boost\w*|better by|more than|less than|"
    r"over (?:the )?(?:sota|state)|without|validation|"
    r"multi-?class|binary|p ?<)\b|[+±]\s?\d"
)
"""Words of a sentence whose numbers may be differences, or hold for a part of what was measured only."""


def reported(work: Work, named: Sequence[Mention]) -> list[Reported]:
    """The values that the paper reports of its own method, one for each measure and data set of those `named`: from
    its sentences, then from its tables."""
    names = [mention.name for mention in named]
    found: dict[tuple[str, str], Reported] = {}
    for one in (*_in_sentences(work, names), *_in_tables(work, names)):
        found.setdefault((one.measure, edition_of(one.data_set)), one)
    return list(found.values())


def _in_sentences(work: Work, names: Sequence[str]) -> Iterator[Reported]:
    method = method_name(work.source.title)
    for sentence in _with_results(work.source):
        text = " ".join(sentence.text.split())
        if not (_OWN.search(text) or (method and method in text)) or _OF_OTHERS.search(text) or _IS_CHANGE.search(text):
            continue
        if len(_NUMBERS.findall(text)) > sum(len(pattern.findall(text)) for _, pattern in _IN_HEADER):
            continue
        named = {name for name, pattern in _IN_HEADER if len(pattern.findall(text)) == 1}
        for name, pattern in _REPORTED:
            match = pattern.search(text) if name in named else None
            if match and _is_value(match["value"]) and not _ABOUT.search(text[: match.start("value")][-12:]):
                label = match["metric"] if name in ("BLEU", "ROUGE") else name
                yield Reported(label, match["value"], name, _only(names, text), sentence)


def _in_tables(work: Work, names: Sequence[str]) -> Iterator[Reported]:
    """What tables say of the row of the paper's own method, where the page's text has the value."""
    method = method_name(work.source.title)
    for table in work.tables:
        for result in best_numbers(table, [method] if method else []):
            measure = next((name for name, pattern in _IN_HEADER if pattern.search(result.metric)), "")
            where = _standing(result.value, result.page, work.source)
            if measure and where and len(result.metric) <= _LONGEST_METRIC:
                metric = re.sub(r"[⌈⌉\[\]↑↓]|\(\s*\)", "", result.metric).strip()
                data_set = _only(names, result.metric) or _only(names, table.caption)
                yield Reported(metric, where[1], measure, data_set, where[0])


_ABOUT = re.compile(r"(?:\b(?:by|over|about|above|than|up to|around|nearly|only|approximately)|[~≈<>])\s?$")
_NUMBERS = re.compile(r"\d\s?\\?%|\d\.\d")
"""More numbers than measures: some hold for a part only."""

_IN_HEADER = tuple((name, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.I)) for name, words in METRICS)
_LONGEST_METRIC = 30


def _standing(value: str, page: int, source: Source) -> tuple[Sentence, str] | None:
    """The sentence, or the row of a table run into the text, in which the page has the value between blanks; and how
    it stands there."""
    wanted = "".join(value.split())
    for sentence in (one for one in source.sentences if one.page == page):
        words = sentence.text.split()
        for start in range(len(words)):
            for stop in range(start + 1, min(start + _MOST_PIECES, len(words)) + 1):
                if "".join(words[start:stop]) == wanted:
                    return sentence, " ".join(words[start:stop])
    return None


_MOST_PIECES = 4
"""The pieces of "0.34 ± 0.12" and the like."""


def _only(names: Sequence[str], text: str) -> str:
    """The one data set that a text names; "" if it names none or several."""
    named = [name for name in names if written(name, text)]
    return named[0] if len(named) == 1 else ""


def side_by_side(found: Sequence[tuple[Work, Reported]]) -> list[list[tuple[Work, Reported]]]:
    """Numbers of at least two papers for the same measure on the same data set."""
    together: dict[tuple[str, str], dict[str, tuple[Work, Reported]]] = {}
    for work, one in found:
        if one.data_set:
            together.setdefault((edition_of(one.data_set), one.measure), {}).setdefault(work.key, (work, one))
    return [list(rows.values()) for rows in together.values() if len(rows) > 1]


def _with_results(source: Source) -> Iterator[Sentence]:
    """Sentences of the parts of a paper that report, the abstract's first."""
    for part in (Part.ABSTRACT, Part.CONCLUSION, Part.RESULTS):
        yield from (one for one in source.sentences if part_of(one) == part and is_prose(one))


def _is_value(value: str) -> bool:
    """Whether a number can be a score: with decimals or a per cent sign, not above 100."""
    return ("." in value or "%" in value) and float(value.rstrip(" %")) <= 100
