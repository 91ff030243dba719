"""A venue that no gazetteer knows, recognised by the shape of such names: "(ABC 2025)", "Journal of X", "at XyZ'25"."""

import re

from triage.drafting.venue_match import SHORT_YEAR, YEAR, Found, full_year, unusual_company, year_near


def shaped_venue(text: str, accepted: bool) -> Found | None:
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
    rf"\((?:the\s+)?(?:IEEE\s+|ACM\s+)?(?P<name>{_ACRONYM})(?:-\d\d?(?=\)))?[\s,–-]*'?(?P<year>{YEAR}|{SHORT_YEAR})?"
    r"(?:[\s,][^()A-Z]{0,20})?\)"
)
_ACRONYM_AND_YEAR = re.compile(
    rf"(?<![\w/.-])(?P<name>{_ACRONYM})(?:[\s-]*'?(?P<year>{YEAR})|\s*'(?P<short>{SHORT_YEAR}))(?![\w-])"
)
_WORDS_AND_YEAR = re.compile(
    rf"(?P<name>(?:[A-Z][\w&/'-]{{0,40}}+\s++)(?:(?:[A-Z][\w&/'-]{{0,40}}+|and|of|on|in|for|&),?\s++){{0,12}}|"
    rf"[A-Z]\w{{1,40}}[\s-])(?P<year>{YEAR})(?![\w-])"
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


def _by_brackets(text: str) -> Found | None:
    if not re.search(rf"(?i:{_EVENT})|\b(?:Expo|Forum|Summit|Proceedings)\b", text):
        return None
    for match in _ACRONYM_IN_BRACKETS.finditer(text):
        if _NO_VENUE.fullmatch(match.group("name")):
            continue
        written = match.group("year")
        if written and re.search(rf"\b{written}(?:st|nd|rd|th)\b", text):
            written = None
        year = full_year(written) or year_near(text, match.start(), match.end())
        return Found(match.group("name"), year, match.start(), match.end())
    return None


def _by_acronym_and_year(text: str, accepted: bool) -> Found | None:
    for match in _ACRONYM_AND_YEAR.finditer(text):
        before = _CAPITALISED_BACKWARDS.match(text[: match.start()][::-1])
        if _NO_VENUE.fullmatch(match.group("name")):
            continue
        if (
            not accepted
            and unusual_company(text, match.start() - len(before.group() if before else ""), match.end()) > 3
        ):
            continue
        if not accepted and re.match(r"\W*(?:web\s?page|web\s?site|home\s?page|page|site|data)\b", text[match.end() :]):
            continue
        name = re.sub(r"^(?:IEEE|ACM)-", "", match.group("name"))
        if re.search(r"\w\s?@\s?$", text[: match.start()]):
            name = f"{name} Workshop"
        return Found(name, full_year(match.group("year") or match.group("short")), *match.span())
    return None


def _by_initials(text: str) -> Found | None:
    for match in _ACRONYM_IN_BRACKETS.finditer(text):
        capitals = "".join(re.findall(r"\b[A-Z]", text[: match.start()]))
        letters = re.sub(r"[^A-Z]", "", match.group("name"))
        if len(letters) >= 3 and capitals.endswith(letters):
            year = full_year(match.group("year")) or year_near(text, *match.span())
            return Found(match.group("name"), year, *match.span())
    return None


def _by_event_name(text: str) -> Found | None:
    best = max(_EVENT_NAME.finditer(text), key=lambda match: len(match.group("name")), default=None)
    if best is None:
        return None
    name = _trimmed(best.group("name"))
    if len(name.split()) < (2 if re.match(_ACRONYM, name) else 3) or not name[0].isupper():
        return None
    start = best.start() + best.group("name").find(name)
    end = start + len(name)
    shown = " ".join(re.sub(rf"\b{_ORDINAL}\s", "", name).split())
    return Found(shown, year_near(text, start, end), start, end)


def _trimmed(name: str) -> str:
    return _without_last(_LEADING.sub("", name.strip(" ,")), _LINKS).strip(" ,")


_LEADING = re.compile(
    rf"^(?:(?:{_LINK}|{_ORDINAL}|Accepted|Published|Presented|Preprint|Appears?|Oral|Proceedings),?\s++)+"
)
_LINKS = re.compile(_LINK)
_LINKS_AND_YEARS = re.compile(rf"{_LINK}|{YEAR}")


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
    r"|[A-Z][\w/-]{1,40}+\s++(?:(?:[A-Z][\w&/-]{0,40}+|and|of|on|the|&)\s++){0,6}(?:Journal|Letters|Magazine)\b"
    r"(?!\s+(?:of|on)\b)"
    r"|(?:Nature|Lancet|npj|Scientific|Springer Nature)\s++(?:[A-Z]\w++\s*+){1,4})"
)


def _by_journal_name(text: str) -> Found | None:
    match = _JOURNAL_NAME.search(text)
    if match is None:
        return None
    name = re.sub(r"^(?:The|Accepted|Published|Presented|In)\s+", "", _trimmed(match.group("name")))
    if len(name.split()) < 2:
        return None
    start = match.start() + match.group("name").find(name)
    return Found(name, year_near(text, start, start + len(name)), start, start + len(name))


def _by_words_and_year(text: str, accepted: bool) -> Found | None:
    for match in _WORDS_AND_YEAR.finditer(text):
        name = _trimmed(
            re.sub(r"^(?:(?:Accepted|Published|Presented|Preprint|Appears?)\s+)+", "", match.group("name").strip(" -,"))
        )
        name = re.sub(rf"(?<!\s)\s++(?:{_MONTH})$", "", name, flags=re.IGNORECASE)
        if not name or any(_NO_VENUE.fullmatch(word) for word in (name.split()[0], name.split()[-1])):
            continue
        if not accepted and (unusual_company(text, match.start(), match.end()) > 0 or len(name.split()) < 2):
            continue
        following = re.match(r"\s*\(([A-Z]{2,8})\)", text[match.end() :])
        if following and following.group(1) == "".join(word[0] for word in name.split() if word[0].isupper()):
            name = following.group(1)
        return Found(name, full_year(match.group("year")), *match.span())
    return None


_PLACE = re.compile(
    r"(?i:accepted|published|publication|appear(?:s|ed|ing)?|presented|press|presentation|forthcoming)"
    r"(?:\s++(?i:for|as|to|an?|the|be|oral|poster|full|long|short|regular|research|paper|publication|presented|"
    r"presentation|in|by|at|published|appear)){0,12}\s++(?i:in|by|at|to|for|with|on)\s++"
    r"(?i:the\s++)?(?:journal\s++)?(?:journal of\s++)?[\"'“*]?"
    r"(?P<name>[A-Z][\w&'/-]*+(?:\s++(?:[A-Z][\w&'/-]*+|and|of|on|in|for|the|&))*)"
)


def _by_position(text: str) -> Found | None:
    match = _PLACE.search(text)
    if match is None:
        return None
    name = _trimmed(_without_last(match.group("name"), _LINKS_AND_YEARS))
    shorted = re.fullmatch(rf"(.*[A-Za-z])(?:'|-)?({SHORT_YEAR})", name)
    words = name.split()
    if not words or (_NO_VENUE.fullmatch(words[0]) and len(words) == 1) or len(words) > 12:
        return None
    end = match.start("name") + len(name)
    if shorted:
        return Found(shorted.group(1), full_year(shorted.group(2)), match.start("name"), end)
    return Found(name, year_near(text, match.start("name"), end), match.start("name"), end)
