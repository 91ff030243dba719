"""A known venue in a stretch of text, by its abbreviation or its full name."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from triage.drafting.venue_names import CONFERENCES, FINDINGS, JOURNALS, SPELLINGS, STRICT, WORKSHOPS


@dataclass(frozen=True, slots=True)
class Found:
    """A venue's name, its year if it stands beside the name, and where in the text the name stands."""

    name: str
    year: int | None
    start: int
    end: int


YEAR = r"(?:19[89]\d|20[0-4]\d)"
SHORT_YEAR = r"[012]\d"
_WORKSHOP = re.compile(
    r"\bworkshops?\b|\bSRW\b|-W\b|\w\s?@\s?\w|\bco-?located\b|\bin conjunction with\b", re.IGNORECASE
)


def known_venue(text: str, accepted: bool) -> Found | None:
    """The well-known venue named in `text` (quotes made plain), with its track: "CVPR Workshop", "ACL Findings".

    `accepted` says that the text tells of an acceptance, so that a name which could be another word counts.
    """
    found = _by_abbreviation(text, accepted) or _by_full_name(text, accepted)
    if found is None or found.name in JOURNALS or found.name in WORKSHOPS or found.name.endswith("Workshop"):
        return found
    rest = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
    if re.search(r"\w\s?@\s?(?:IEEE |ACM )?$", text[: found.start]) or _WORKSHOP.search(rest):
        return Found(f"{found.name} Workshop", found.year, found.start, found.end)
    if found.name in FINDINGS and re.search(r"\bfindings?\b", rest, re.IGNORECASE):
        return Found(f"{found.name} Findings", found.year, found.start, found.end)
    return found


FILLER = re.compile(
    r"\d+|pages?|figures?|tables?|pp|oral|poster|spotlight|highlight|main|track|conference|proceedings|full|short|long|"
    r"papers?|camera|ready|final|version|to|at|the|in|and|of|with|for|on|by|ieee|acm|cvf|rsj|appendix|appendices|"
    r"supplementary|material|workshops?|industry|demo|code|project|page|references|including|best|award|presentation|"
    r"doi|annual|international|\d+(?:st|nd|rd|th)|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|"
    r"nov\w*|"
    r"dec\w*",
    re.IGNORECASE,
)
"""Words that usually stand beside a venue's name in a comment."""


def unusual_company(text: str, start: int, end: int) -> int:
    """How many words beside text[start:end] are not the usual company of a venue's name."""
    return sum(not FILLER.fullmatch(word) for word in re.findall(r"\w+", f"{text[:start]} {text[end:]}"))


_TRACK = r"W\b|Findings|Workshops?|Main|Oral|Industry|Demo|SRW"


@lru_cache(maxsize=1)
def _abbreviations() -> re.Pattern[str]:
    names = [*CONFERENCES, *JOURNALS, *SPELLINGS]
    each = "|".join(re.escape(n).replace(r"\ ", r"[\s-]?") for n in sorted(names, key=len, reverse=True))
    sponsor = r"(?:IEEE(?:/\w{1,20})?\s++|ACM\s++)?"
    count = r"(?!\d|\s*+(?:pages?|pp|figures?|tables?))"
    return re.compile(
        rf"(?<![\w/.-])(?:(?P<before>{YEAR})\s++{sponsor})?(?P<name>{each})(?P<track>W(?=[\s'\d]))?"
        rf"(?:[\s-]*+[',(\[]*+\s*+'?(?P<year>{YEAR}|{SHORT_YEAR}{count}))?(?![A-Za-z0-9]|-(?!{_TRACK})[A-Z])",
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
        year = full_year(match.group("year") or match.group("before"))
        exact = written in CONFERENCES or written in JOURNALS or written in SPELLINGS or written.isupper()
        if not exact and year is None and not (accepted and len(written) > 4):
            continue
        if (name in STRICT or written in STRICT) and not (exact and (year or accepted)):
            continue
        if not accepted and unusual_company(text, *match.span()) > (12 if year else 3):
            continue
        track = " Workshop" if match.group("track") else ""
        candidates.append(Found(name + track, year, match.start("name"), match.end("name")))
    if not candidates:
        return None
    special = [found for found in candidates if found.name in WORKSHOPS]
    dated = [found for found in candidates if found.year]
    found = (special or dated or candidates)[0]
    return found if found.year else replace(found, year=year_near(text, found.start, found.end))


@lru_cache(maxsize=1)
def _full_names() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = [(full, name) for table in (CONFERENCES, JOURNALS) for name, fulls in table.items() for full in fulls]
    rows.sort(key=lambda row: len(row[0]), reverse=True)
    return tuple((_full_name_pattern(full), name) for full, name in rows)


def _full_name_pattern(full: str) -> re.Pattern[str]:
    words = [re.escape(word).replace(",", ",?") for word in re.split(r"[\s-]+", full.replace(r"\-", "-"))]
    joined = r"[\s-]+".join(r"(?:and|&|\\&)" if word == "and" else word for word in words)
    joined = joined.replace("conference", "conferences?")
    longer = rf"\s+(?:and|&|for|of)\s+[A-Z]|,\s+[A-Z]\w+,?\s+and\s+[A-Z]|\s+(?!{_COMPANY})[A-Z][a-z]"
    return re.compile(rf"(?i:\b{joined})(?!{longer})(?![\w-])")


_COMPANY = (
    "Workshop|Conference|Findings|Proceedings|Symposium|Society|Main|Oral|Track|Industry|Student|System|Demo|Journal|"
    "Spotlight|Poster|Highlight|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)


def _by_full_name(text: str, accepted: bool) -> Found | None:
    plain = re.sub(r"(?:(?<!\s)\s++)?/\s*+(?:CVF|RSJ|CVPR|EMBS)\b", lambda m: " " * len(m.group()), text)
    for pattern, name in _full_names():
        match = pattern.search(plain)
        if match and (accepted or unusual_company(text, *match.span()) <= 20):
            return Found(name, year_near(text, match.start(), match.end()), match.start(), match.end())
    return None


def year_near(text: str, start: int, end: int) -> int | None:
    """The year that stands just after text[start:end], else just before it, else the only one in the text."""
    behind = re.match(rf"[^.;]{{0,30}}?(?<!\d)({YEAR})(?!\d)", text[end:]) or re.match(
        rf"[^.;]{{0,25}}'({SHORT_YEAR})\b", text[end:]
    )
    if behind:
        return full_year(behind.group(1))
    ahead = re.search(rf"(?<!\d)({YEAR})(?!\d)[^.;]{{0,45}}$", text[:start])
    if ahead:
        return full_year(ahead.group(1))
    years = set(re.findall(rf"(?<![\d.])({YEAR})(?![\d-])", text))
    return full_year(years.pop()) if len(years) == 1 else None


def full_year(text: str | None) -> int | None:
    """ "2025" and "25" as 2025; None for none."""
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)
