"""A venue's name in a stretch of text: by its abbreviation, its full name, or the shape of such names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from triage.drafting.venue_names import CONFERENCES, FINDINGS, JOURNALS, SPELLINGS, STRICT


@dataclass(frozen=True, slots=True)
class Found:
    """A venue's name, its year if it stands beside the name, and where in the text the name stands."""

    name: str
    year: int | None
    start: int
    end: int


_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_SHORT_YEAR = r"[012]\d"
_WORKSHOP = re.compile(r"\bworkshops?\b|\b\w+W(?= ?['’]?\d)|\bSRW\b", re.IGNORECASE)


def named_venue(text: str, accepted: bool) -> Found | None:
    """The venue named in `text`, or None. With `accepted` the text says that the paper was accepted or published, so
    that a name nobody has heard of counts too; without, only a name which can be nothing else."""
    text = text.replace("’", "'").replace("‘", "'")
    known = _by_abbreviation(text, accepted) or _by_full_name(text)
    if known:
        return _with_track(text, known)
    shaped = (
        _by_brackets(text) or _by_acronym_and_year(text, accepted) or _by_event_name(text) or _by_journal_name(text)
    )
    if shaped is None and accepted:
        shaped = _by_position(text)
    return shaped


def _with_track(text: str, found: Found) -> Found:
    name = found.name
    if name in JOURNALS or name.endswith("Workshop"):
        return found
    if _WORKSHOP.search(text):
        name = f"{name} Workshop"
    elif name in FINDINGS and re.search(r"\bfindings?\b", text, re.IGNORECASE):
        name = f"{name} Findings"
    return Found(name, found.year, found.start, found.end)


@lru_cache(maxsize=1)
def _abbreviations() -> re.Pattern[str]:
    names = [*CONFERENCES, *JOURNALS, *SPELLINGS]
    each = "|".join(re.escape(n).replace(r"\ ", r"[\s-]?") for n in sorted(names, key=len, reverse=True))
    return re.compile(
        rf"(?<![\w/.@-])(?:(?P<before>{_YEAR})\s+(?:IEEE(?:/\w+)?\s+|ACM\s+)?)?(?P<name>{each})"
        rf"(?:[\s-]*[',(\[]*\s*'?(?P<year>{_YEAR}|{_SHORT_YEAR}(?!\d|\s*(?:pages?|pp|figures?|tables?))))?(?![A-Za-z0-9])",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _by_lower() -> dict[str, str]:
    table = {_squeeze(name): name for name in [*CONFERENCES, *JOURNALS]}
    table.update({_squeeze(spelling): name for spelling, name in SPELLINGS.items()})
    return table


def _squeeze(name: str) -> str:
    return re.sub(r"[\s-]", "", name).casefold()


def _by_abbreviation(text: str, accepted: bool) -> Found | None:
    candidates = []
    for match in _abbreviations().finditer(text):
        written = match.group("name")
        name = _by_lower()[_squeeze(written)]
        year = _full_year(match.group("year") or match.group("before"))
        exact = written in CONFERENCES or written in JOURNALS or written in SPELLINGS or written.isupper()
        if not exact and (year is None or len(written) < 4) and not (accepted and len(written) > 4):
            continue
        if (name in STRICT or written in STRICT) and not (written.isupper() and (year or accepted)):
            continue
        candidates.append(Found(name, year, match.start("name"), match.end("name")))
    dated = [found for found in candidates if found.year]
    return (dated or candidates or [None])[0]


@lru_cache(maxsize=1)
def _full_names() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = [(full, name) for table in (CONFERENCES, JOURNALS) for name, fulls in table.items() for full in fulls]
    rows.sort(key=lambda row: len(row[0]), reverse=True)
    return tuple((_full_name_pattern(full), name) for full, name in rows)


def _full_name_pattern(full: str) -> re.Pattern[str]:
    words = [re.escape(word).replace(",", ",?") for word in re.split(r"[\s-]+", full)]
    joined = r"[\s-]+".join(r"(?:and|&|\\&)" if word == "and" else word for word in words)
    joined = joined.replace("conference", r"conference(?:s)?")
    return re.compile(rf"(?i:\b{joined})(?!\s+(?:and|&|for|of)\s+[A-Z])(?![\w-])")


def _by_full_name(text: str) -> Found | None:
    plain = re.sub(r"\s*/\s*(?:CVF|RSJ|CVPR|EMBS)\b", lambda m: " " * len(m.group()), text)
    for pattern, name in _full_names():
        match = pattern.search(plain)
        if match:
            after = text[match.end() : match.end() + 40]
            before = text[max(0, match.start() - 40) : match.start()]
            return Found(name, _nearest_year(before, after), match.start(), match.end())
    return None


def _nearest_year(before: str, after: str) -> int | None:
    behind = re.match(rf"[^.;]{{0,30}}?(?<!\d)({_YEAR})(?!\d)", after) or re.match(
        rf"\s*\(?[^.;()]{{0,15}}'({_SHORT_YEAR})\b", after
    )
    ahead = re.search(rf"(?<!\d)({_YEAR})(?!\d)[^.;]{{0,35}}$", before)
    if behind:
        return _full_year(behind.group(1))
    return _full_year(ahead.group(1)) if ahead else None


def _full_year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


_EVENT = r"(?:[Cc]onference|[Ss]ymposium|[Ww]orkshops?|[Cc]ongress|[Cc]olloquium|[Mm]eeting|[Ss]eminar)"
_EVENT_NAME = re.compile(
    rf"(?P<name>(?:[A-Z][\w&/-]*\s+|(?:on|of|and|the|in|for)\s+)*{_EVENT}(?:\s+(?:on|of|for|in)\s+"
    r"(?:(?:[A-Z][\w&/-]*|and|of|on|in|for|the|with|&|to),?\s*)+)?)"
)
_ACRONYM = r"[A-Z][A-Za-z0-9]*[A-Z][A-Za-z0-9]*(?:[-/&+@][A-Za-z0-9]+)*"
_ACRONYM_IN_BRACKETS = re.compile(
    rf"\((?:the\s+)?(?:IEEE\s+|ACM\s+)?(?P<name>{_ACRONYM})[\s,–-]*'?(?P<year>{_YEAR}|{_SHORT_YEAR})?(?:[^()]{{0,20}})\)"
)
_ACRONYM_AND_YEAR = re.compile(
    rf"(?<![\w/.@-])(?P<name>{_ACRONYM}|[A-Z][a-z]{{2,}}[A-Z]*)(?:\s+|-|\s*')?(?P<year>(?<=[\s'-]){_YEAR}|{_YEAR}|(?<='){_SHORT_YEAR})(?![\w-])"
)
_NOT_A_VENUE = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec version copyright since until from early late spring summer autumn fall winter the in on at "
    "updated revised created draft published accepted appendix arxiv preprint springer elsevier wiley ieee acm pdf "
    "supplementary oral poster published conference workshop journal symposium proceedings usa uk china germany italy "
    "france spain portugal canada australia japan korea india brazil austria greece turkey singapore".split()
)


def _by_brackets(text: str) -> Found | None:
    if not re.search(_EVENT, text):
        return None
    for match in _ACRONYM_IN_BRACKETS.finditer(text):
        if match.group("name").casefold() in _NOT_A_VENUE:
            continue
        year = _full_year(match.group("year")) or _nearest_year(text[: match.start()], text[match.end() :])
        return Found(match.group("name"), year, match.start(), match.end())
    return None


def _by_acronym_and_year(text: str, accepted: bool) -> Found | None:
    for match in _ACRONYM_AND_YEAR.finditer(text):
        name = match.group("name")
        if (
            name.casefold() in _NOT_A_VENUE
            or (name.islower() or not any(c.isupper() for c in name[1:]))
            and not accepted
        ):
            continue
        return Found(name, _full_year(match.group("year")), match.start(), match.end())
    return None


def _by_event_name(text: str) -> Found | None:
    best = max(_EVENT_NAME.finditer(text), key=lambda match: len(match.group("name")), default=None)
    if best is None:
        return None
    name = re.sub(r"^(?:(?:on|of|and|the|in|for)\s+)+", "", best.group("name").strip(" ,"))
    name = re.sub(r"(?:,?\s+(?:on|of|and|the|in|for|with|to))+$", "", name).strip(" ,")
    if len(name.split()) < 3 or not name[0].isupper():
        return None
    start = best.start() + best.group("name").find(name)
    end = start + len(name)
    return Found(name, _nearest_year(text[:start], text[end:]), start, end)


_JOURNAL_NAME = re.compile(
    r"(?P<name>(?:(?:IEEE|ACM|Springer|SIAM|IET|The)\s+)?(?:Open\s+)?(?:(?:[A-Z][\w-]+\s+)*(?:Journal|Transactions|Letters|Annals|Frontiers|"
    r"Proceedings|Communications|Archives)\s+(?:of|on|in|for)\s+(?:(?:[A-Z][\w&/-]*|and|of|on|in|for|the|&),?\s*)+"
    r"|(?:[A-Z][\w-]+\s+){1,5}(?:Journal|Letters|Magazine)|(?:Nature|Lancet|npj|Scientific|Springer Nature)\s+(?:[A-Z]\w+\s*){1,4}))"
)


def _by_journal_name(text: str) -> Found | None:
    match = _JOURNAL_NAME.search(text)
    if match is None:
        return None
    name = re.sub(r"(?:,?\s+(?:on|of|and|the|in|for|with|to|&))+$", "", match.group("name").strip(" ,")).strip(" ,")
    end = match.start() + len(name)
    return Found(name, _nearest_year("", text[end:]), match.start(), end)


_PLACE = re.compile(
    r"(?i:accepted|published|publication|appear(?:s|ed|ing)?|presented|press|presentation|forthcoming)"
    r"(?:\s+(?i:for|as|to|an?|the|be|oral|poster|full|long|short|regular|research|paper|publication|presented|presentation|in|by|at|published|appear))*"
    r"\s+(?i:in|by|at|to|for|with)\s+(?i:the\s+)?(?:journal\s+)?[\"'“*]?"
    r"(?P<name>[A-Z][\w&'/-]*(?:\s+(?:[A-Z][\w&'/-]*|and|of|on|in|for|the|&))*)"
)


def _by_position(text: str) -> Found | None:
    match = _PLACE.search(text)
    if match is None:
        return None
    name = re.sub(rf"(?:,?\s+(?:on|of|and|the|in|for|&|{_YEAR}))+$", "", match.group("name"))
    words = name.split()
    if words[0].casefold() in _NOT_A_VENUE and len(words) == 1 or len(words) > 12:
        return None
    end = match.start("name") + len(name)
    return Found(name, _nearest_year("", text[end:]), match.start("name"), end)
