"""The venue that a stretch of text names: a known one by its abbreviation or full name, another by the shape that such
names have ("(ABC 2025)", "Journal of X", "at XyZ'25")."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from triage.drafting.venue_names import CONFERENCES, FINDINGS, JOURNALS, SPELLINGS, STRICT, WORKSHOPS


@dataclass(frozen=True, slots=True)
class Match:
    """A venue's name, its year if it stands beside the name, and where in the text the name stands."""

    name: str
    year: int | None
    start: int
    end: int


_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_SHORT_YEAR = r"[012]\d"
_WORKSHOP = re.compile(
    r"\bworkshops?\b|\bSRW\b|-W\b|\w\s?@\s?\w|\bco-?located\b|\bin conjunction with\b", re.IGNORECASE
)


def known_venue(text: str, accepted: bool) -> Match | None:
    """The well-known venue named in `text` (quotes made plain), with its track: "CVPR Workshop", "ACL Findings".

    `accepted` says that the text tells of an acceptance, so that a name which could be another word counts.
    """
    found = _by_abbreviation(text, accepted) or _by_full_name(text, accepted)
    if found is None or found.name in JOURNALS or found.name in WORKSHOPS or found.name.endswith("Workshop"):
        return found
    rest = text[: found.start] + " " * (found.end - found.start) + text[found.end :]
    if re.search(r"\w\s?@\s?(?:IEEE |ACM )?$", text[: found.start]) or _WORKSHOP.search(rest):
        return Match(f"{found.name} Workshop", found.year, found.start, found.end)
    if found.name in FINDINGS and re.search(r"\bfindings?\b", rest, re.IGNORECASE):
        return Match(f"{found.name} Findings", found.year, found.start, found.end)
    return found


_FILLER = re.compile(
    r"\d+|pages?|figures?|tables?|pp|oral|poster|spotlight|highlight|main|track|conference|proceedings|full|short|"
    r"long|papers?|camera|ready|final|version|to|at|the|in|and|of|with|for|on|by|ieee|acm|cvf|rsj|appendix|appendices|"
    r"supplementary|material|workshops?|industry|demo|code|project|page|references|including|best|award|presentation|"
    r"doi|annual|international|\d+(?:st|nd|rd|th)|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|"
    r"nov\w*|dec\w*",
    re.IGNORECASE,
)
"""Words that usually stand beside a venue's name in a comment."""


def _unusual_company(text: str, start: int, end: int) -> int:
    """How many words beside text[start:end] are not the usual company of a venue's name."""
    return sum(not _FILLER.fullmatch(word) for word in re.findall(r"\w+", f"{text[:start]} {text[end:]}"))


_TRACK = r"W\b|Findings|Workshops?|Main|Oral|Industry|Demo|SRW"


@lru_cache(maxsize=1)
def _abbreviations() -> re.Pattern[str]:
    names = [*CONFERENCES, *JOURNALS, *SPELLINGS]
    each = "|".join(re.escape(n).replace(r"\ ", r"[\s-]?") for n in sorted(names, key=len, reverse=True))
    sponsor = r"(?:IEEE(?:/\w{1,20})?\s++|ACM\s++)?"
    count = r"(?!\d|\s*+(?:pages?|pp|figures?|tables?))"
    return re.compile(
        rf"(?<![\w/.-])(?:(?P<before>{_YEAR})\s++{sponsor})?(?P<name>{each})(?P<track>W(?=[\s'\d]))?"
        rf"(?:[\s-]*+[',(\[]*+\s*+'?(?P<year>{_YEAR}|{_SHORT_YEAR}{count}))?(?![A-Za-z0-9]|-(?!{_TRACK})[A-Z])",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _by_lower() -> dict[str, str]:
    table = {_squeeze(name): name for name in [*CONFERENCES, *JOURNALS]}
    table.update({_squeeze(spelling): name for spelling, name in SPELLINGS.items()})
    return table


def _squeeze(name: str) -> str:
    return re.sub(r"[\s-]", "", name).casefold()


def _by_abbreviation(text: str, accepted: bool) -> Match | None:
    candidates = []
    for match in _abbreviations().finditer(text):
        written = match.group("name")
        name = _by_lower()[_squeeze(written)]
        year = _full_year(match.group("year") or match.group("before"))
        exact = written in CONFERENCES or written in JOURNALS or written in SPELLINGS or written.isupper()
        if not exact and year is None and not (accepted and len(written) > 4):
            continue
        if (name in STRICT or written in STRICT) and not (exact and (year or accepted)):
            continue
        if not accepted and _unusual_company(text, *match.span()) > (12 if year else 3):
            continue
        track = " Workshop" if match.group("track") else ""
        candidates.append(Match(name + track, year, match.start("name"), match.end("name")))
    if not candidates:
        return None
    special = [found for found in candidates if found.name in WORKSHOPS]
    dated = [found for found in candidates if found.year]
    found = (special or dated or candidates)[0]
    return found if found.year else replace(found, year=_year_near(text, found.start, found.end))


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


def _by_full_name(text: str, accepted: bool) -> Match | None:
    plain = re.sub(r"(?:(?<!\s)\s++)?/\s*+(?:CVF|RSJ|CVPR|EMBS)\b", lambda m: " " * len(m.group()), text)
    for pattern, name in _full_names():
        match = pattern.search(plain)
        if match and (accepted or _unusual_company(text, *match.span()) <= 20):
            return Match(name, _year_near(text, match.start(), match.end()), match.start(), match.end())
    return None


def _year_near(text: str, start: int, end: int) -> int | None:
    """The year that stands just after text[start:end], else just before it, else the only one in the text."""
    behind = re.match(rf"[^.;]{{0,30}}?(?<!\d)({_YEAR})(?!\d)", text[end:]) or re.match(
        rf"[^.;]{{0,25}}'({_SHORT_YEAR})\b", text[end:]
    )
    if behind:
        return _full_year(behind.group(1))
    ahead = re.search(rf"(?<!\d)({_YEAR})(?!\d)[^.;]{{0,45}}$", text[:start])
    if ahead:
        return _full_year(ahead.group(1))
    years = set(re.findall(rf"(?<![\d.])({_YEAR})(?![\d-])", text))
    return _full_year(years.pop()) if len(years) == 1 else None


def _full_year(text: str | None) -> int | None:
    """ "2025" and "25" as 2025; None for none."""
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def shaped_venue(text: str, accepted: bool) -> Match | None:
    """The venue that `text` names by a shape, or None. Without `accepted` (the text tells of an acceptance) an acronym
    with a year counts only if little else stands beside it."""
    return (
        _by_brackets(text)
        or _by_acronym_and_year(text, accepted)
        or _by_event_name(text)
        or _by_journal_name(text)
        or (_by_initials(text) if accepted else None)
        or _by_words_and_year(text, accepted)
        or (_by_position(text) if accepted else None)
    )


_EVENT = r"(?:[Cc]onference|[Ss]ymposium|[Ww]orkshops?|[Cc]ongress|[Cc]olloquium|[Mm]eeting|[Ss]eminar)"
_LINK = r"(?:and|of|on|in|for|the|with|&|to)"
_ORDINAL = r"\d{1,3}(?:st|nd|rd|th)"
_EVENT_NAME = re.compile(
    rf"(?P<name>(?:(?:[A-Z][\w&/-]{{0,40}}+,?|{_LINK}|{_ORDINAL})\s++){{0,15}}{_EVENT}"
    rf"(?:\s++(?:on|of|for|in)\s++(?:(?:[A-Z][\w&/-]*+|{_LINK}),?\s*+)+)?)"
)
_ACRONYM = (
    r"(?=[a-z]{0,2}[A-Z][a-z0-9]*+[A-Z])[a-z]{0,2}[A-Z][A-Za-z0-9]{1,20}?(?:[-/&+](?![A-Za-z]{21})[A-Za-z]++){0,4}"
)
"""At least two capitals."""
_ACRONYM_IN_BRACKETS = re.compile(
    rf"\((?:the\s+)?(?:IEEE\s+|ACM\s+)?(?P<name>{_ACRONYM})(?:-\d\d?(?=\)))?[\s,–-]*'?(?P<year>{_YEAR}|{_SHORT_YEAR})?"
    r"(?:[\s,][^()A-Z]{0,20})?\)"
)
_ACRONYM_AND_YEAR = re.compile(
    rf"(?<![\w/.-])(?P<name>{_ACRONYM})(?:[\s-]*'?(?P<year>{_YEAR})|\s*'(?P<short>{_SHORT_YEAR}))(?![\w-])"
)
_WORDS_AND_YEAR = re.compile(
    rf"(?P<name>(?:[A-Z][\w&/'-]{{0,40}}+\s++)(?:(?:[A-Z][\w&/'-]{{0,40}}+|and|of|on|in|for|&),?\s++){{0,12}}|"
    rf"[A-Z]\w{{1,40}}[\s-])(?P<year>{_YEAR})(?![\w-])"
)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)(?:uary|ruary|ch|il|ust|tember|ober|ember)?"
_NO_VENUE = re.compile(
    rf"{_MONTH}|version|since|"
    r"copyright|until|from|early|late|spring|summer|autumn|fall|winter|the|in|on|at|updated|revised|created|draft|code|"
    r"published|accepted|appendix|arxiv|preprint|springer|elsevier|wiley|ieee|acm|pdf|supplementary|oral|poster|report|"
    r"conference|workshop|journal|symposium|proceedings|usa|uk|china|germany|italy|france|spain|portugal|canada|japan|"
    r"australia|korea|india|brazil|austria|greece|turkey|singapore|thesis|year|data|dataset|paper|article|final",
    re.IGNORECASE,
)


_CAPITALISED_BACKWARDS = re.compile(r"(?:\s++[A-Za-z]*[A-Z])*")
"""The words with a capital right before a place, read from there to the front."""


def _by_brackets(text: str) -> Match | None:
    if not re.search(rf"(?i:{_EVENT})|\b(?:Expo|Forum|Summit|Proceedings)\b", text):
        return None
    for match in _ACRONYM_IN_BRACKETS.finditer(text):
        if _NO_VENUE.fullmatch(match.group("name")):
            continue
        written = match.group("year")
        if written and re.search(rf"\b{written}(?:st|nd|rd|th)\b", text):
            written = None
        year = _full_year(written) or _year_near(text, match.start(), match.end())
        return Match(match.group("name"), year, match.start(), match.end())
    return None


def _by_acronym_and_year(text: str, accepted: bool) -> Match | None:
    for match in _ACRONYM_AND_YEAR.finditer(text):
        before = _CAPITALISED_BACKWARDS.match(text[: match.start()][::-1])
        if _NO_VENUE.fullmatch(match.group("name")):
            continue
        if (
            not accepted
            and _unusual_company(text, match.start() - len(before.group() if before else ""), match.end()) > 3
        ):
            continue
        if not accepted and re.match(r"\W*(?:web\s?page|web\s?site|home\s?page|page|site|data)\b", text[match.end() :]):
            continue
        name = re.sub(r"^(?:IEEE|ACM)-", "", match.group("name"))
        if re.search(r"\w\s?@\s?$", text[: match.start()]):
            name = f"{name} Workshop"
        return Match(name, _full_year(match.group("year") or match.group("short")), *match.span())
    return None


def _by_initials(text: str) -> Match | None:
    for match in _ACRONYM_IN_BRACKETS.finditer(text):
        capitals = "".join(re.findall(r"\b[A-Z]", text[: match.start()]))
        letters = re.sub(r"[^A-Z]", "", match.group("name"))
        if len(letters) >= 3 and capitals.endswith(letters):
            year = _full_year(match.group("year")) or _year_near(text, *match.span())
            return Match(match.group("name"), year, *match.span())
    return None


def _by_event_name(text: str) -> Match | None:
    best = max(_EVENT_NAME.finditer(text), key=lambda match: len(match.group("name")), default=None)
    if best is None:
        return None
    name = _trimmed(best.group("name"))
    if len(name.split()) < (2 if re.match(_ACRONYM, name) else 3) or not name[0].isupper():
        return None
    start = best.start() + best.group("name").find(name)
    end = start + len(name)
    shown = " ".join(re.sub(rf"\b{_ORDINAL}\s", "", name).split())
    return Match(shown, _year_near(text, start, end), start, end)


def _trimmed(name: str) -> str:
    return _without_last(_LEADING.sub("", name.strip(" ,")), _LINKS).strip(" ,")


_LEADING = re.compile(
    rf"^(?:(?:{_LINK}|{_ORDINAL}|Accepted|Published|Presented|Preprint|Appears?|Oral|Proceedings),?\s++)+"
)
_LINKS = re.compile(_LINK)
_LINKS_AND_YEARS = re.compile(rf"{_LINK}|{_YEAR}")


def _without_last(name: str, words: re.Pattern[str]) -> str:
    """Without the words at its end that are such, and the commas before them."""
    while True:
        head, blank, last = name.rpartition(" ")
        if not blank or not words.fullmatch(last):
            return name
        name = head.rstrip().removesuffix(",")


_PERIODICAL = r"(?:Journal|Transactions|Letters|Annals|Frontiers|Proceedings|Communications|Archives)"
_JOURNAL_NAME = re.compile(
    rf"(?P<name>(?:[A-Z][\w/-]{{1,40}}+\s++){{0,15}}{_PERIODICAL}\s++(?:of|on|in|for)\s++"
    rf"(?:(?:[A-Z][\w&/-]*+|{_LINK}),?\s*+)+"
    r"|[A-Z][\w/-]{1,40}+\s++(?:(?:[A-Z][\w&/-]{0,40}+|and|of|on|the|&)\s++){0,6}(?:Journal|Letters|"
    r"Magazine)\b(?!\s+(?:of|on)\b)|(?:Nature|Lancet|npj|Scientific|Springer Nature)\s++(?:[A-Z]\w++\s*+){1,4})"
)


def _by_journal_name(text: str) -> Match | None:
    match = _JOURNAL_NAME.search(text)
    if match is None:
        return None
    name = re.sub(r"^(?:The|Accepted|Published|Presented|In)\s+", "", _trimmed(match.group("name")))
    if len(name.split()) < 2:
        return None
    start = match.start() + match.group("name").find(name)
    return Match(name, _year_near(text, start, start + len(name)), start, start + len(name))


def _by_words_and_year(text: str, accepted: bool) -> Match | None:
    for match in _WORDS_AND_YEAR.finditer(text):
        name = _trimmed(
            re.sub(r"^(?:(?:Accepted|Published|Presented|Preprint|Appears?)\s+)+", "", match.group("name").strip(" -,"))
        )
        name = re.sub(rf"(?<!\s)\s++(?:{_MONTH})$", "", name, flags=re.IGNORECASE)
        if not name or any(_NO_VENUE.fullmatch(word) for word in (name.split()[0], name.split()[-1])):
            continue
        if not accepted and (_unusual_company(text, match.start(), match.end()) > 0 or len(name.split()) < 2):
            continue
        following = re.match(r"\s*\(([A-Z]{2,8})\)", text[match.end() :])
        if following and following.group(1) == "".join(word[0] for word in name.split() if word[0].isupper()):
            name = following.group(1)
        return Match(name, _full_year(match.group("year")), *match.span())
    return None


_PLACE = re.compile(
    r"(?i:accepted|published|publication|appear(?:s|ed|ing)?|presented|press|presentation|forthcoming)"
    r"(?:\s++(?i:for|as|to|an?|the|be|oral|poster|full|long|short|regular|research|paper|publication|presented|"
    r"presentation|in|by|at|published|appear)){0,12}\s++(?i:in|by|at|to|for|with|on)\s++"
    r"(?i:the\s++)?(?:journal\s++)?(?:journal of\s++)?[\"'“*]?"
    r"(?P<name>[A-Z][\w&'/-]*+(?:\s++(?:[A-Z][\w&'/-]*+|and|of|on|in|for|the|&))*)"
)


def _by_position(text: str) -> Match | None:
    match = _PLACE.search(text)
    if match is None:
        return None
    name = _trimmed(_without_last(match.group("name"), _LINKS_AND_YEARS))
    shorted = re.fullmatch(rf"(.*[A-Za-z])(?:'|-)?({_SHORT_YEAR})", name)
    words = name.split()
    if not words or (_NO_VENUE.fullmatch(words[0]) and len(words) == 1) or len(words) > 12:
        return None
    end = match.start("name") + len(name)
    if shorted:
        return Match(shorted.group(1), _full_year(shorted.group(2)), match.start("name"), end)
    return Match(name, _year_near(text, match.start("name"), end), match.start("name"), end)
