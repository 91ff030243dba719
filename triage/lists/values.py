"""Lists of authors: read in the ways that lists write them, written in the way that this list does.

What a short text says: a date, a venue with or without its year, a list of people, a generic link label.

Dates as lists write them: read with their pattern ("YYYY/MM/DD", "Dth Mon., YYYY"), written again from a day.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_ET_AL = re.compile(r"(?:(?<![,\s])[,\s]++)?\b(?:et\.?\s*+al\b\.?|and\s++others)[\s.,]*+$", re.IGNORECASE)

_BETWEEN_PEOPLE = re.compile(r",\s*+(?:and\s++|&\s*+)?|(?<!\s)\s++and\s++|(?:(?<!\s)\s++)?[&;]\s*+")


def split_people(text: str) -> tuple[str, ...]:
    """ "A B, C D", "B, A and D, C", "A B et al." as ("A B", "C D"); affiliations in brackets are left out."""
    shown = re.sub(r"\\?[*_†‡§¹²³⁴]", "", without_affiliations(text))
    shown = _ET_AL.sub("", shown).strip(" .,;")
    if not shown:
        return ()
    by_and = [part.strip() for part in re.split(r"(?<!\s)\s++and\s++|(?:(?<!\s)\s++)?;\s*+", shown) if part.strip()]
    if len(by_and) > 1 and all(part.count(",") == 1 for part in by_and):
        return tuple(_turned(part) for part in by_and)
    if (
        len(by_and) == 1
        and shown.count(",") == 1
        and len(shown.split(",")[0].split()) == 1
        and text.strip().count(" ") <= 3
    ):
        first, second = (part.strip() for part in shown.split(","))
        if " " not in second or len(first.split()) == 1:
            return (f"{second} {first}",)
    names = [part.strip() for part in _BETWEEN_PEOPLE.split(shown)]
    return tuple(name for name in names if name)


def without_affiliations(text: str) -> str:
    """The text without what stands in round brackets."""
    kept: list[str] = []
    at = 0
    while (start := text.find("(", at)) >= 0 and (end := text.find(")", start)) >= 0:
        kept.append(text[at:start])
        at = end + 1
    return "".join((*kept, text[at:]))


def _turned(name: str) -> str:
    last, _, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip()


def last_first(name: str) -> str:
    """ "Jean de la Tour" as "de la Tour, Jean"; a single word stays."""
    words = name.split()
    if len(words) < 2:
        return name
    cut = len(words) - 1
    while cut > 1 and words[cut - 1][:1].islower():
        cut -= 1
    return f"{' '.join(words[cut:])}, {' '.join(words[:cut])}"


STYLES = ("comma", "comma-and", "bibtex", "et-al", "first-et-al", "last-et-al", "semicolon")


def style_of(texts: Sequence[str]) -> str:
    """The style in which most of these texts list authors: one of STYLES."""
    votes = dict.fromkeys(STYLES, 0)
    for text in texts:
        votes[_style(text)] += 1
    return max(votes, key=lambda style: votes[style]) if texts else "comma"


def _style(text: str) -> str:
    parts = re.split(r"(?<!\s)\s++and\s++", text)
    if re.fullmatch(r"\s*+[^\s,]++\s++et\.?\s*al\b\W*", text, re.IGNORECASE):
        style = "last-et-al"
    elif re.search(r"\bet\.?\s*al\b", text, re.IGNORECASE):
        style = "first-et-al" if text.count(",") <= 1 else "et-al"
    elif len(parts) > 1 and all(part.count(",") == 1 for part in parts if part != "others"):
        style = "bibtex"
    elif ";" in text:
        style = "semicolon"
    else:
        style = "comma-and" if len(parts) > 1 else "comma"
    return style


def write_people(authors: Sequence[str], style: str) -> str:
    """Authors ("First Last" each) in one of STYLES."""
    if style == "bibtex":
        return " and ".join(last_first(name) for name in authors)
    if style == "last-et-al":
        return "".join(last_first(name).partition(",")[0] for name in authors[:1]) + " et al." * (len(authors) > 1)
    if style == "first-et-al":
        return "".join(authors[:1]) + (" et al." if len(authors) > 1 else "")
    if style == "et-al" and len(authors) > 3:
        return ", ".join(authors[:3]) + ", et al."
    if style == "comma-and" and len(authors) > 1:
        return ", ".join(authors[:-1]) + " and " + authors[-1]
    return ("; " if style == "semicolon" else ", ").join(authors)


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = re.compile(
    rf"""(?:(?:19|20)\d\d\s*[-/.]\s*\d{{1,2}}\s*[-/.]\s*\d{{1,2}}
    |(?:19|20)\d\d\s*[-/.]\s*\d{{1,2}}
    |\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:19|20)\d\d
    |\d{{1,2}}[-/.](?:19|20)\d\d
    |\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH},?\s*(?:19|20)\d\d
    |{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d
    |{_MONTH},?\s*(?:19|20)\d\d
    |(?:19|20)\d\d,?\s*{_MONTH}(?:\s+\d{{1,2}})?)""",
    re.IGNORECASE | re.VERBOSE,
)
_YEAR = r"(?:19|20)\d\d"
_VENUE_YEAR = re.compile(
    rf"(?P<venue>[^\d\s][^\n]{{0,90}}?)(?P<gap>[\s,;:.\-_'’(@]*)(?P<year>{_YEAR}|(?<=['’])\d\d)(?P<close>\)?)"
    r"(?P<track>[\s,:\-(][^\n]{1,60})?"
)
_YEAR_VENUE = re.compile(rf"(?P<year>{_YEAR})(?P<gap>[\s,;:.\-_]+)(?P<venue>[^\d\s][^\n]{{1,90}})")
_VENUE_DATE = re.compile(
    rf"(?P<venue>[^\d\s,][^\n,]{{0,90}})(?P<gap>,\s++)(?P<date>{_MONTH},?\s*+{_YEAR})(?P<stop>\.?)", re.IGNORECASE
)
_JUST_YEAR = re.compile(_YEAR)

_LABELS = {
    "code": (
        r"(?:official\s+|source\s+|unofficial\s+)?codes?|git\s?hub|:octocat:|repo(?:sitory)?|implementation|pytorch"
        r"|tensorflow|jax|github\s+code|codes?\s*(?:&|and|/)\s*\w+"
        r"|(?:official\s+|unofficial\s+)?codes?\s+(?:coming\s+soon|soon|link|page|here|repo|in\s+\w+|available|tba|only)"
    ),
    "arxiv": r"arxiv(?:\s+(?:paper|preprint|version))?|preprint",
    "paper": (
        r"papers?|pdf|link|abs(?:tract)?|openreview|html|publication|doi|article|full\s?text|proceedings|official"
        r"|paper\s+link|acm|ieee|springer|elsevier"
    ),
    "project": (
        r"(?:project|home)(?:\s*+(?:-\s*+)?(?:page|website|site))?|homepage|page|website|web|site|webpage|blog(?:\s*post)?"
    ),
    "data": r"data\s?sets?|data|benchmark|data\s+split",
    "demo": r"(?:online\s+|live\s+|local\s+)?demo|colab|hf\s+space|space|playground",
    "video": r"videos?|youtube|talk|presentation|video\s+\w+",
    "model": r"models?|weights?|checkpoints?|hugging\s?face|hf",
    "slides": r"slides?|poster|ppt",
    "supplement": r"supp(?:lement(?:ary|al)?)?(?:\s+material)?|appendix",
    "bibtex": r"bib(?:tex)?|cite|citation",
    "reviews": r"reviews?",
}
_LABEL = {name: re.compile(rf"[^\w:]*+(?:{pattern})\W*+", re.IGNORECASE) for name, pattern in _LABELS.items()}
_NAME = r"[^\W\d_][\w.'’`\-]*(?:\s+(?:[^\W\d_][\w.'’`\-]*)){0,5}"
_SMALL = frozenset(
    "a an the of in on for with from to by via and or is are be can we this that as at using towards into how what "
    "why".split()
)


@dataclass(frozen=True, slots=True)
class ValueMatch:
    """What a text says: its pattern (literal text with {slots}) and the slots' values."""

    pattern: str
    values: tuple[tuple[str, str], ...]


def escape(literal: str) -> str:
    """Literal text for a pattern: its braces as {(} and {)}."""
    return re.sub(r"[{}]", lambda brace: "{(}" if brace.group() == "{" else "{)}", literal)


def match_date(text: str) -> ValueMatch | None:
    """A text that is a date with at least year and month."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    left = text.index(text.strip())
    return ValueMatch(text[:left] + "{date}" + text[left + len(text.strip()) :], (("date", text.strip()),))


def match_venue(text: str, loose: bool = False) -> ValueMatch | None:
    """ "CVPR 2025", "arXiv, 2023", "2025-CVPR", "ICCVW 2025 oral", "2023"; with `loose`, a venue without year too."""
    stripped = text.strip()
    left, right = text[: text.find(stripped)], text[text.find(stripped) + len(stripped) :]
    if not stripped or len(stripped) > 120:
        return None
    if _JUST_YEAR.fullmatch(stripped):
        return ValueMatch(left + "{year}" + right, (("year", stripped),))
    found = _YEAR_VENUE.fullmatch(stripped)
    if found and is_venue(found["venue"]):
        return ValueMatch(
            left + "{year}" + escape(found["gap"]) + "{venue}" + right,
            (("year", found["year"]), ("venue", found["venue"])),
        )
    dated = _with_date(stripped) or _with_year(stripped)
    if dated:
        return ValueMatch(left + dated.pattern + right, dated.values)
    if loose and is_venue(stripped):
        return ValueMatch(left + "{venue}" + right, (("venue", stripped),))
    return None


def _with_date(text: str) -> ValueMatch | None:
    """ "Nature Methods, July 2021." """
    found = _VENUE_DATE.fullmatch(text)
    if not found or not is_venue(found["venue"]):
        return None
    pattern = "{venue}" + escape(found["gap"]) + "{date}" + found["stop"]
    return ValueMatch(pattern, (("venue", found["venue"]), ("date", found["date"])))


def _with_year(text: str) -> ValueMatch | None:
    """ "CVPR 2025", "ICCVW 2025 oral"."""
    found = _VENUE_YEAR.fullmatch(text)
    if not found or not is_venue(found["venue"]):
        return None
    pattern = "{venue}" + escape(found["gap"]) + "{year}" + found["close"]
    values = [("venue", found["venue"]), ("year", found["year"])]
    if found["track"]:
        pattern += escape(found["track"][0]) + "{track}"
        values.append(("track", found["track"][1:]))
    return ValueMatch(pattern, tuple(values))


def is_venue(text: str) -> bool:
    """Whether a text could be a venue's name: short, capitalised, no list of people, no sentence."""
    words = text.split()
    if not words or len(words) > 12 or text.count(",") > 2 or "`" in text or not re.search(r"[A-Za-z]", text):
        return False
    if words[0].lower() in _SMALL and len(words) > 6:
        return False
    capital = sum(word[0].isupper() or word.endswith("Rxiv") for word in words if word[0].isalpha())
    small = sum(word.lower() in _SMALL or not word[0].isalpha() for word in words)
    return capital + small >= len(words) * 0.75 or (len(words) <= 2 and words[0].lower() == "arxiv")


def label_kind(label: str) -> str | None:
    """What a link's label promises: "code", "arxiv", "paper", "project", "data", "demo", … None for any other label."""
    for name, pattern in _LABEL.items():
        if pattern.fullmatch(label.strip()):
            return name
    return None


def url_kind(url: str) -> str | None:
    """What a link's address gives away."""
    lowered = url.lower()
    if "github.com/" in lowered or "gitlab.com/" in lowered or "bitbucket.org/" in lowered:
        return "code"
    if "arxiv.org/" in lowered:
        return "arxiv"
    if "huggingface.co/datasets" in lowered:
        return "data"
    if "huggingface.co/spaces" in lowered:
        return "demo"
    return "project" if ".github.io" in lowered else None


def is_people(text: str) -> bool:
    """Whether a text reads like a list of authors."""
    stripped = text.strip().rstrip(".,")
    if len(stripped) < 4 or "http" in stripped:
        return False
    if re.search(r"\bet\.? al\b", stripped):
        return True
    names = [name for name in _BETWEEN_PEOPLE.split(without_affiliations(stripped)) if name.strip()]
    good = sum(bool(re.fullmatch(_NAME, name.strip(" *.†‡"))) and _is_name(name) for name in names)
    if len(names) == 1:
        return good == 1 and 2 <= len(names[0].split()) <= 4
    return good >= max(2, len(names) * 0.7)


def _is_name(name: str) -> bool:
    words = name.split()
    if len(words) > 2 and words[0] in ("A", "An", "The"):
        return False
    return bool(words) and words[-1][:1].isupper() and not any(word in _SMALL for word in words) and len(words) <= 6


LONG = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_PARTS = re.compile(
    r"(?P<word>[A-Za-z]{3,9}\.?)|(?P<year>(?:19|20)\d\d)|(?P<number>\d{1,2})(?P<th>st|nd|rd|th)?", re.IGNORECASE
)
_WRITE = re.compile(r"YYYY|MM|DD|Dth|Month|Mon|M|D")


def date_format(text: str) -> tuple[str, str | None] | None:
    """The pattern of one written date and its month's name as written (None for a number); None if it is no date.

    Numbers before a year in `12/05/2023` count as month first unless the first exceeds 12.
    """
    found = list(_PARTS.finditer(text))
    pattern, month, at = "", None, 0
    numbers = [match for match in found if match["number"]]
    worded = any(match["word"] and match["word"][:3].lower() in MONTHS for match in found)
    month_at = None if worded or not numbers else (1 if len(numbers) > 1 and int(numbers[0]["number"]) > 12 else 0)
    for match in found:
        pattern += text[at : match.start()]
        at = match.end()
        if match["year"]:
            pattern += "YYYY"
        elif match["word"]:
            if match["word"][:3].lower() not in MONTHS:
                return None
            month = match["word"]
            pattern += "Mon"
        elif match["th"]:
            pattern += "Dth"
        else:
            letter = "M" if month_at is not None and match is numbers[month_at] else "D"
            # One digit or a leading zero tells; two digits above 9 fit both, and the majority decides.
            pattern += letter if len(match["number"]) == 1 else letter * 2
    if "YYYY" not in pattern or "M" not in pattern:
        return None
    return pattern + text[at:], month


def learn_dates(texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The commonest pattern, and the twelve month names as the list writes them. ("", …) if there is no date."""
    patterns: Counter[str] = Counter()
    names: dict[int, Counter[str]] = {}
    single = sum(bool(re.search(r"(?<!\d)[1-9](?!\d)", text)) for text in texts)
    for text in texts:
        found = date_format(text)
        if found:
            patterns[found[0]] += 1
            if found[1]:
                names.setdefault(MONTHS.index(found[1][:3].lower()), Counter())[found[1]] += 1
    if not patterns:
        return "", LONG
    pattern = patterns.most_common(1)[0][0]
    padded = sum(bool(re.search(r"(?<!\d)0[1-9](?!\d)", text)) for text in texts)
    if single > padded:
        pattern = pattern.replace("MM", "M").replace("DD", "D")
    return pattern, _months(names)


def _months(names: dict[int, Counter[str]]) -> tuple[str, ...]:
    seen = Counter(name for month, counts in names.items() if month != 4 for name in counts.elements())
    dotted = sum(count for name, count in seen.items() if name.endswith("."))
    short = sum(count for name, count in seen.items() if len(name.rstrip(".")) <= 4)
    total = sum(seen.values())
    written = []
    for number, name in enumerate(LONG):
        own = names.get(number)
        if own:
            written.append(own.most_common(1)[0][0])
        elif total and short * 2 > total and number != 4:
            written.append(name[:3] + ("." if dotted * 2 > total else ""))
        else:
            written.append(name)
    return tuple(written)


def write_date(day: date, pattern: str, months: Sequence[str] = LONG) -> str:
    """A day by its pattern."""
    number = day.day
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    values = {
        "YYYY": f"{day.year:04d}",
        "MM": f"{day.month:02d}",
        "M": str(day.month),
        "DD": f"{number:02d}",
        "D": str(number),
        "Dth": f"{number}{ending}",
        "Mon": months[day.month - 1],
        "Month": LONG[day.month - 1],
    }
    return _WRITE.sub(lambda found: values[found.group()], pattern)
