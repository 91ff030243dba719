"""A table as a claim speaks of it: which rows and columns the claim names, and the numbers that stand there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from triage.evidence.results import label_columns, more_is_better, value_of
from triage.models import Table
from triage.verifying.numbers import Quantity, read_quantities

_TOKEN = re.compile(r"[^\W_]+(?:\.\d{1,12}(?![^\W_]))?|\+(?=\s?[^\W_])|[,;]")
_MARKUP = re.compile(r"\[(?:bold|italic|empty|underline|continue)\]|<[/a-z]{1,8}>|\*{1,3}", re.I)
_CITATION = re.compile(r"\([^()]{0,60}\b(?:19|20)\d\d[a-z]?\)|\[\d{1,3}\]|,? et al\.?,?(?: \d{4})?")
_WITHOUT = re.compile(r"\s?(?:[-–−]\s?[^\W\d]|w/o\b|without\b|no\b)", re.I)
_TAKEN_OUT = re.compile(
    r"\b(?:without|w/o|no|remov\w{1,4}|ablat\w{1,5}|drop\w{0,4}|disabl\w{1,4}|exclud\w{1,4}|omit\w{0,5}|lack\w{0,4}|"
    r"taken? out|minus)\b",
    re.I,
)
_SHORT = {"recall": "r", "precision": "p", "accuracy": "acc", "f1": "f", "parameter": "param"}
_OWN = frozenset({"our", "ours", "proposed"})
_BREAKS = frozenset("and or than vs versus over while whereas but to from as , ;".split())
OTHERS = re.compile(
    r"\b(?:baselines?|previous|prior|others?|another|second|next|(?<!new )(?:state.of.the.art|sota)|remaining|rest|"
    r"it|its|they|their|them|these|those|latter|former|existing|competitors?|counterparts?|respective)\b",
    re.I,
)
CHANGES = re.compile(
    r"\b(?:from|improv\w{0,8}|gains?|increas\w{0,4}|decreas\w{0,4}|reduc\w{0,6}|drops?|dropped|differ\w{0,5}|margin|gap|"
    r"rais\w{1,3}|boost\w{0,4}|instead|compared|versus|vs|than|while|whereas)\b",
    re.I,
)
_CLAUSES = re.compile(r"\b(?:while|whereas|but|although|though|despite|however|yet)\b|;", re.I)
_EMPTY = frozenset(
    "a an the of in on for with by at is are was be it its this that these those we they which all both each every any "
    "other others most more less best better worse highest lowest set sets dataset data test dev model models method "
    "methods approach approaches system systems task tasks result results score scores performance value values number "
    "name table average baseline baselines our ours proposed using use used when than and or not no from to et "
    "al".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a claim names rows: characters `start` to `end`. `rows` are those that may be meant; `sure`: by their whole
    name, so that no others are."""

    start: int
    end: int
    rows: frozenset[int]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's names and numbers. `cells` holds every number of a cell, `values` the first; `more` tells of a column
    whether more is better there (None where that is unknown)."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[tuple[Quantity, ...], ...], ...]
    values: tuple[tuple[float | None, ...], ...]
    caption: str
    turned: bool = False

    def turn(self) -> "Grid":
        """The same with rows as columns."""
        return replace(
            self,
            rows=self.columns,
            columns=self.rows,
            cells=tuple(zip(*self.cells, strict=True)),
            values=tuple(zip(*self.values, strict=True)),
            turned=not self.turned,
        )

    def more(self, row: int, column: int) -> bool | None:
        """Whether more is better in this cell: by its column, its row, or the caption."""
        for text in (self.columns[column], self.rows[row], self.caption):
            better = more_is_better(text)
            if better is not None:
                return better
        return None


def grid_of(table: Table) -> Grid | None:
    """The table as a grid; None if it has no numbers."""
    width = len(table.columns)
    rows = [tuple(_plain(cell) for cell in (*row, *("",) * width)[:width]) for row in table.rows]
    plain = replace(table, columns=tuple(_plain(header) for header in table.columns), rows=tuple(rows))
    if not rows or width < 2:
        return None
    labels = label_columns(plain)
    cells = tuple(tuple(read_quantities(cell, all_numbers=True) for cell in row[labels:]) for row in plain.rows)
    values = tuple(tuple(value_of(cell) for cell in row[labels:]) for row in plain.rows)
    if not any(value is not None for row in values for value in row):
        return None
    names = tuple(" ".join(dict.fromkeys(filter(None, row[:labels]))) for row in plain.rows)
    return Grid(names, plain.columns[labels:], cells, values, plain.caption)


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub(" ", text).split())


def tokens_of(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as names are compared by, with their places: lower case, singular, "w/o" as "without"."""
    text = re.sub(r"\bw/o\b", "w-o", text.casefold())
    return [(_singular(found.group()), found.start(), found.end()) for found in _TOKEN.finditer(text)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _name_tokens(name: str) -> tuple[str, ...]:
    words = [word for word, _, _ in tokens_of(_CITATION.sub(" ", name)) if word not in (",", ";")]
    return tuple(word for word in words if word not in _EMPTY) or tuple(words)


def find_mentions(claim: str, names: Sequence[str], *, labels: bool = False) -> list[Mention]:
    """Where the claim names one of `names`, in order: the longest whole names first, then what is left of them. Of
    `labels` the beginning is a name, too, where only one has it."""
    words = tokens_of(claim)
    wanted = [_name_tokens(name) if _is_meant(name, claim) else () for name in names]
    taken: dict[int, None] = {}
    found = _own(words, names)
    taken.update(
        dict.fromkeys(
            place for place, (_, at, _) in enumerate(words) if any(one.start <= at < one.end for one in found)
        )
    )
    for name in sorted({name for name in wanted if name}, key=lambda name: (-len(name), name)):
        rows = frozenset(row for row, other in enumerate(wanted) if other == name)
        for place in _places(words, name):
            span = range(place[0], place[1])
            if not any(at in taken for at in span):
                taken.update(dict.fromkeys(span))
                is_number = all(part.isdigit() for part in name)
                found.append(Mention(words[place[0]][1], words[place[1] - 1][2], rows, sure=not is_number))
    return sorted(
        [*_joined(found, words, wanted, taken), *_parts(words, wanted, taken, labels)], key=lambda one: one.start
    )


def _is_meant(name: str, claim: str) -> bool:
    """Whether the claim may name it: a part that was taken out ("- memory", "w/o memory") only where it says so, and
    a name of small words ("All") only as it is written."""
    if _WITHOUT.match(name) and not _TAKEN_OUT.search(claim):
        return False
    is_small = all(word in _EMPTY for word, _, _ in tokens_of(name))
    return not is_small or is_own(name) or holds(claim[1:], name)


def holds(text: str, part: str) -> bool:
    """Whether `part` stands in the text as it is written, not within a longer word or number."""
    at = text.find(part)
    while part and at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(part) : at + len(part) + 1]
        if not (before.isalnum() or before == "." or after.isalnum()):
            return True
        at = text.find(part, at + 1)
    return False


def is_own(name: str) -> bool:
    """Whether a row is called "ours", "proposed" or "this work"."""
    written = name.casefold()
    return bool({word for word, _, _ in tokens_of(name)} & _OWN) or "this work" in written or "this paper" in written


def _own(words: Sequence[tuple[str, int, int]], names: Sequence[str]) -> list[Mention]:
    """ "Our model" is the row that says so."""
    own = frozenset(row for row, name in enumerate(names) if is_own(name))
    found = []
    for (word, start, end), (after, _, stop) in zip(words, [*words[1:], ("", 0, 0)], strict=True):
        if own and word in _OWN:
            named = frozenset(row for row in own if after in {part for part, _, _ in tokens_of(names[row])} - _OWN)
            found.append(Mention(start, stop if named else end, named or own))
    return found


def _places(words: Sequence[tuple[str, int, int]], name: Sequence[str]) -> Iterable[tuple[int, int]]:
    """Where the name's words stand one after the other; small words between them do not matter."""
    for first, (word, _, _) in enumerate(words):
        if not _same(word, name[0]):
            continue
        at, matched = first + 1, 1
        while matched < len(name) and at < len(words):
            if _same(words[at][0], name[matched]):
                matched += 1
            elif words[at][0] not in _EMPTY or words[at][0] in _BREAKS:
                break
            at += 1
        if matched == len(name):
            yield first, at


def _same(said: str, named: str) -> bool:
    """ "BraTS" is "BraTS21"."""
    if said == named or _SHORT.get(said) == named:
        return True
    return len(said) > 2 and named.startswith(said) and named[len(said) :].isdigit()


def _joined(
    found: Sequence[Mention],
    words: Sequence[tuple[str, int, int]],
    wanted: Sequence[Sequence[str]],
    taken: dict[int, None],
) -> list[Mention]:
    """A mention with words of longer names right behind it may be one of those: "VAE with restoration"."""
    joined = []
    for mention in found:
        after = [place for place, (_, start, _) in enumerate(words) if mention.end <= start < mention.end + 30][:3]
        longer = set(mention.rows)
        for place in after:
            word = words[place][0]
            if word in _BREAKS:
                break
            extra = {row for row, name in enumerate(wanted) if word in name and _includes(name, wanted, mention.rows)}
            if extra and place not in taken and word not in _EMPTY:
                longer = extra
        joined.append(mention if longer == mention.rows else replace(mention, rows=frozenset(longer), sure=False))
    return joined


def _includes(name: Sequence[str], wanted: Sequence[Sequence[str]], rows: frozenset[int]) -> bool:
    return any(set(wanted[row]) < set(name) for row in rows)


def _parts(
    words: Sequence[tuple[str, int, int]], wanted: Sequence[Sequence[str]], taken: dict[int, None], labels: bool
) -> list[Mention]:
    """Runs of words that belong to names without being one: the rows that have most of them."""
    common = {word for name in wanted for word in name if sum(word in other for other in wanted) == len(wanted) > 1}
    found: list[Mention] = []
    run: list[int] = []
    for place, (word, _, _) in enumerate([*words, (";", 0, 0)]):
        known = word not in _EMPTY and word not in common and any(_same(word, part) for name in wanted for part in name)
        if known and place not in taken and not word.isdigit() and len(word) > 1:
            run.append(place)
        elif run and (word in _BREAKS or place in taken or place - run[-1] > 2):
            found.append(_nearest(words, run, wanted, labels))
            run = []
    return found


def _nearest(
    words: Sequence[tuple[str, int, int]], run: Sequence[int], wanted: Sequence[Sequence[str]], labels: bool
) -> Mention:
    said = [words[place][0] for place in run]
    scores = [sum(any(_same(word, part) for part in name) for word in said) for name in wanted]
    rows = frozenset(row for row, score in enumerate(scores) if score == max(scores))
    leads = labels and len(rows) == 1 and _same(said[0], wanted[min(rows)][0])
    return Mention(words[run[0]][1], words[run[-1]][2], rows, sure=leads)


@dataclass(frozen=True, slots=True)
class View:
    """A claim before a table whose rows it may compare. `mentions` are of rows; `columns` are those that the claim may
    mean, all of them where it names none (`named` is False then). `plain` is the claim with "_" for what it names, so
    that no word of a name ("Lower Bend") is taken for what is said; `across` are the mentions of columns."""

    claim: str
    grid: Grid
    mentions: tuple[Mention, ...]
    columns: tuple[int, ...]
    named: bool
    plain: str
    across: tuple[Mention, ...] = ()

    def meant(self) -> Sequence[int]:
        """The columns that something in the claim may be about: those that it names by their whole names, or the
        one that several words of it name; all of a claim with several clauses, or one that may call it otherwise."""
        certain = any(mention.sure for mention in self.across) or (len(self.columns) == 1 < len(self.across))
        if _CLAUSES.search(self.plain) or not certain:
            return range(len(self.grid.columns))
        return self.columns

    def meant_at(self, place: int) -> Sequence[int]:
        """The columns that are named at this place of the claim ("best F1"); those that may be meant if none is."""
        named = next((mention.rows for mention in self.across if place <= mention.start <= place + 2), None)
        if named is None:
            return self.meant()
        return sorted(named & set(self.columns)) or sorted(named)

    def rows(self) -> tuple[int, ...]:
        """The rows that the claim speaks of; all where it names none, or may mean others than those it names."""
        every = range(len(self.grid.rows))
        unsure = [mention for mention in self.mentions if not mention.sure]
        named = {row for mention in self.mentions if mention.sure for row in mention.rows}
        named |= set(_named(unsure, len(self.grid.rows)))
        own = re.search(r"\b(?:ours?|we|proposed)\b", self.claim, re.I)
        sure = {mention.rows for mention in self.mentions if mention.sure}
        if len(sure) < 2 and CHANGES.search(self.claim):
            return tuple(every)
        names = {self.grid.rows[row] for row in named}
        across = {self.grid.columns[column] for mention in self.across for column in mention.rows}
        if OTHERS.search(self.claim) or (own and not any(map(is_own, names | across))):
            return tuple(every)
        return tuple(sorted(named) or every)


def view_of(claim: str, grid: Grid) -> View:
    """The claim with what it names of the table."""
    columns = find_mentions(claim, grid.columns, labels=grid.turned)
    named = _named(columns, len(grid.columns))
    rows = tuple(find_mentions(claim, grid.rows, labels=not grid.turned))
    plain = list(claim)
    for mention in (*columns, *rows):
        plain[mention.start : mention.end] = "_" * (mention.end - mention.start)
    return View(
        claim, grid, rows, named or tuple(range(len(grid.columns))), bool(named), "".join(plain), tuple(columns)
    )


def _named(mentions: Sequence[Mention], count: int) -> tuple[int, ...]:
    """The columns that most of the mentions may mean: "Dice" and "BraTS" mean "BraTS Dice"."""
    scores = [sum(column in mention.rows for mention in mentions) for column in range(count)]
    most = max(scores, default=0)
    return tuple(column for column, score in enumerate(scores) if score == most > 0)
