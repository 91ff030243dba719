"""What a claim says of rows beside each other: which is best, which is higher, what is over a bound, what rises.

Each answer is True, False, or None where the claim says no such thing or nobody can tell.
"""

import re
from collections.abc import Sequence
from itertools import combinations

from triage.verifying.derived import is_derived, said_of
from triage.verifying.numbers import Quantity, read_quantities
from triage.verifying.tables.grid import CHANGES, OTHERS, Mention, View, tokens_of

_NOT = re.compile(r"\b(?:not|n't|never|no|neither|fails? to|without|hardly|cannot|nor)\s(?:\w{1,12}\s){0,2}$", re.I)
_ALL = re.compile(
    r"\b(?:all|every|each|both|consistently|across|always|any|entire|regardless|uniformly|whole|either)\b", re.I
)
_BEST = re.compile(
    r"\b(?:(?P<most>highest|largest|greatest|biggest|(?<!at )most(?=\s_)|maximum|maximal|longest|top)|"
    r"(?P<least>lowest|smallest|(?<!at )least(?=\s_)|fewest|minimum|minimal|shortest)|"
    r"(?P<best>best|strongest|superior to all|fastest)|(?P<worst>worst|weakest|poorest))\b"
    r"(?!\s(?:of\sthe|common|cases?\b))",
    re.I,
)
_THAN_ALL = re.compile(
    r"\b(?:outperform\w{0,3}|surpass\w{0,3}|exceed\w{0,3}|beats?|superior to|(?P<less>lower|smaller|fewer|less)|better|"
    r"(?P<higher>higher|larger|greater|more))\s(?:than\s|over\s)?(?:all|every|any|each)\s"
    r"(?:of\s)?(?:the\s)?(?:others?\b|baselines?\b|(?:other\s)?(?:models?|methods?|systems?|approach\w{0,2}|entr\w{1,3}|rows?)\b)",
    re.I,
)
_COMPARED = re.compile(
    r"\b(?:(?P<more>higher|larger|greater|more(?=\s(?:_|than\s(?!\d|half|twice|a\b|one|two|three)))|bigger|longer|increases?d?|exceed(?:s|ed|ing)?|above|rises?|rose|grows?)|"
    r"(?P<less>lower|smaller|fewer|less(?=\s(?:_|than\s(?!\d|half|twice|a\b|one|two|three)))|shorter|decreases?d?|below|reduc(?:es|ed|ing)|falls?|fell|drops?|dropped)|"
    r"(?P<better>better|outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|superior|beats?|improv(?:es?|ed|ing)|gains?|"
    r"ahead of|stronger)|"
    r"(?P<worse>worse|underperform(?:s|ed|ing)?|inferior|behind|weaker|degrad(?:es?|ed|ing)|lags?))\b",
    re.I,
)
_EXCEPT = re.compile(
    r"\b(?:even|except|excluding|besides|apart from|other than|among(?:st)?(?! all)|aside from|second|"
    r"not ours|without|if|when|errors?|mistakes?|only|almost|nearly|one of)\b",
    re.I,
)
"""Words that limit a comparison, or are about something that no row or column is."""
_RISES = re.compile(
    r"\b(?:(?P<up>increas\w{0,4}|ris(?:es?|ing)|rose|grow\w{0,3}|grew|rais\w{1,3})|"
    r"drop\w{0,4}|fall(?:s|ing)?|fell|decreas\w{0,4}|reduc\w{1,6}|declin\w{1,3}|shrink\w{0,3})\b",
    re.I,
)
_AGENT = re.compile(r"\b(?:by|with|using|is|are|was|from|for|belongs? to|:)\s(?:the\s|our\s)?$", re.I)
_BOUND = re.compile(
    r"\b(?P<over>over|above|more than|greater than|higher than|at least|exceed(?:s|ing)?)\s$|"
    r"\b(?P<under>under|below|less than|lower than|at most|up to|fewer than)\s$",
    re.I,
)


def best_holds(view: View) -> bool | None:
    """Whether the row that is called the best, the highest … is it in one of the columns that may be meant."""
    found = _BEST.search(view.plain) or _THAN_ALL.search(view.plain)
    if found and _BEST.match(found.group()) and _COMPARED.search(view.plain, found.end()):
        return None
    if not found or not view.mentions or _EXCEPT.search(view.plain) or _NOT.search(view.plain[: found.start()]):
        return None
    if any(mention.start < found.end() + 6 for mention in view.mentions if mention.start >= found.end()):
        return None
    subject = _subject(view, found.start())
    if subject is None or len(subject.rows) == len(view.grid.rows):
        return None
    kinds = found.groupdict()
    numeric = (
        True if kinds.get("most") or kinds.get("higher") else False if kinds.get("least") or kinds.get("less") else None
    )
    good = not kinds.get("worst")
    rivals = _rivals(view, subject, OTHERS.search(view.plain) is not None)
    outcomes = [
        _is_extreme(view, row, column, numeric, good, rivals)
        for row in subject.rows
        for column in view.meant_at(found.end())
    ]
    outcome = _reading(view, outcomes, all_of=False)
    return None if outcome is False and not all(view.grid.rows) else outcome


def _rivals(view: View, subject: Mention, others: bool) -> frozenset[int]:
    """The rows that the subject is compared with: all, or of "all other methods" those that are no variants of it."""
    every = frozenset(range(len(view.grid.rows)))
    own = {word for row in subject.rows for word, _, _ in tokens_of(view.grid.rows[row])}
    variants = {row for row in every if own & {word for word, _, _ in tokens_of(view.grid.rows[row])}}
    return every - variants if others and every - variants else every


def _is_extreme(
    view: View, row: int, column: int, numeric: bool | None, good: bool, rivals: frozenset[int]
) -> bool | None:
    own = view.grid.values[row][column]
    lines = [view.grid.values[rival] for rival in sorted(rivals | {row})]
    values = [value for line in lines if (value := line[column]) is not None]
    if own is None or len(values) < 2:
        return None
    more = numeric
    if more is None:
        better = view.grid.more(row, column)
        if better is None:
            return True if own in (max(values), min(values)) else None
        more = better if good else not better
    return own == (max(values) if more else min(values))


def _subject(view: View, at: int) -> Mention | None:
    """The row that a word at this place is said of: one named before it in its clause, else the first after it."""
    clause = max(view.claim.rfind(sign, 0, at) for sign in (", ", "; ", ": "))
    before = [mention for mention in view.mentions if clause < mention.start and mention.end <= at]
    if before:
        return before[0]
    after = [mention for mention in view.mentions if mention.start >= at]
    beside = any(clause < mention.start and mention.end <= at for mention in view.across)
    if after and clause < 0 and not beside and _AGENT.search(view.claim[: after[0].start]):
        return after[0]
    return None


def change_holds(claim: str) -> bool | None:
    """Whether what is said to rise or to fall from one number to another does."""
    numbers = read_quantities(claim)
    for one, other in combinations(numbers, 2):
        between = claim[one.end : other.start]
        verb = list(_RISES.finditer(claim[max(0, one.start - 80) : one.start]))
        if not verb or not claim[: one.start].endswith("from ") or not between.endswith(" to ") or ";" in between:
            continue
        if one.kind == other.kind and one.value != other.value:
            return (one.value < other.value) is bool(verb[-1]["up"])
    return None


def comparison_holds(view: View) -> bool | None:
    """Whether one row is higher, better … than the other, in one of the columns that may be meant (in each of them if
    the claim says so), and by as much as the claim says."""
    found = _COMPARED.search(view.plain)
    if not found or len(view.mentions) < 2 or _THAN_ALL.search(view.plain) or _BEST.search(view.plain):
        return None
    before = [mention for mention in view.mentions if mention.end <= found.start()]
    after = [mention for mention in view.mentions if mention.start >= found.end()]
    if (
        not before
        or not after
        or _EXCEPT.search(view.plain)
        or re.search(r"\bthan (?:it|they|when|if|in|on|for|at)\b", view.claim)
        or re.search(r"\b(?:it|they|this|these|which)\s(?:\w{1,14}\s)?$", view.plain[: found.start()], re.I)
    ):
        return None
    subject, other = before[0] if len(before) == 1 else before[-1], after[0]
    if subject.rows & other.rows or not (subject.sure or other.sure) or len(before) > 1:
        return None
    if not re.search(
        r"\bthan\b|compared|over\b|relative|perform|surpass|exceed|beat|superior|inferior|behind|ahead",
        view.claim,
        re.I,
    ):
        return None
    more, good = _direction(found)
    if _NOT.search(view.plain[: found.start()]):
        return None
    by = _margin(view.claim, found.start())
    outcomes = [
        _is_beyond(view, row, beside, column, more, good, by)
        for row in subject.rows
        for beside in other.rows
        for column in view.meant()
    ]
    return _reading(view, outcomes, all_of=bool(_ALL.search(view.plain)))


def _direction(found: re.Match[str]) -> tuple[bool | None, bool]:
    """Whether the word says more (True) or less, None if it says better or worse; and whether it says better."""
    if found["more"] or found["less"]:
        return bool(found["more"]), True
    return None, bool(found["better"])


def _margin(claim: str, at: int) -> Quantity | None:
    """The number by which one is said to be ahead."""
    return next(
        (one for one in read_quantities(claim) if re.search(r"\bby\s(?:\w{1,14}\s){0,2}$", claim[: one.start])), None
    )


def _is_beyond(
    view: View, row: int, other: int, column: int, more: bool | None, good: bool, by: Quantity | None
) -> bool | None:
    own, beside = view.grid.values[row][column], view.grid.values[other][column]
    if own is None or beside is None:
        return None
    if more is None:
        better = view.grid.more(row, column)
        if better is None:
            return None
        more = better if good else not better
    if (own > beside) is not more or own == beside:
        return False
    if by is None or by.kind == "times" or by.about == ">":
        return True
    return is_derived(by, said_of(by, view.claim), [view.grid.cells[row][column][0], view.grid.cells[other][column][0]])


def _reading(view: View, outcomes: Sequence[bool | None], *, all_of: bool) -> bool | None:
    """One reading that is right will do, and all must be wrong; of a claim that speaks of all, all must be right, and
    half of them wrong: it may speak of fewer columns than it seems."""
    told = [outcome for outcome in outcomes if outcome is not None]
    if True in told and (not all_of or all(told)):
        return True
    if not told or len(told) < len(outcomes):
        return None
    return False if not all_of or sum(told) <= 0.5 * len(told) else None


def bound_holds(view: View) -> bool | None:
    """Whether a row that is said to be over or under a number is, somewhere in the columns that may be meant."""
    for one in read_quantities(view.claim):
        found = _BOUND.search(view.claim[: one.start])
        if (
            not found
            or not view.mentions
            or one.kind == "times"
            or CHANGES.search(view.claim[max(0, one.start - 50) : found.start()])
        ):
            continue
        subject = _subject(view, one.start)
        values = [
            value
            for row in (subject.rows if subject else ())
            for column in view.meant()
            if (value := view.grid.values[row][column]) is not None
        ]
        if values:
            scale = (
                one.value / one.factor if one.kind not in ("percent", "points") or max(values) > 1 else one.value / 100
            )
            return any(value >= scale if found["over"] else value <= scale for value in values)
    return None
