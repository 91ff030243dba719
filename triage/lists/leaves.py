"""What a short text says: a date, a venue with or without its year, a list of people, a generic link label."""

import re
from dataclasses import dataclass

from triage.lists.people import without_affiliations

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
_BETWEEN_NAMES = re.compile(r",\s*+(?:and\s++|&\s*+)?|(?<!\s)\s++and\s++|(?:(?<!\s)\s++)?&\s*+|;\s*+")
_NAME = r"[^\W\d_][\w.'’`\-]*(?:\s+(?:[^\W\d_][\w.'’`\-]*)){0,5}"
_SMALL = frozenset(
    "a an the of in on for with from to by via and or is are be can we this that as at using towards into how what "
    "why".split()
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text as a form (literal text with {slots}) and the slots' values."""

    form: str
    values: tuple[tuple[str, str], ...]


def escape(literal: str) -> str:
    """Literal text for a form: its braces as {(} and {)}."""
    return re.sub(r"[{}]", lambda brace: "{(}" if brace.group() == "{" else "{)}", literal)


def date_leaf(text: str) -> Leaf | None:
    """A text that is a date with at least year and month."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    left = text.index(text.strip())
    return Leaf(text[:left] + "{date}" + text[left + len(text.strip()) :], (("date", text.strip()),))


def venue_leaf(text: str, loose: bool = False) -> Leaf | None:
    """ "CVPR 2025", "arXiv, 2023", "2025-CVPR", "ICCVW 2025 oral", "2023"; with `loose`, a venue without year too."""
    stripped = text.strip()
    left, right = text[: text.find(stripped)], text[text.find(stripped) + len(stripped) :]
    if not stripped or len(stripped) > 120:
        return None
    if _JUST_YEAR.fullmatch(stripped):
        return Leaf(left + "{year}" + right, (("year", stripped),))
    found = _YEAR_VENUE.fullmatch(stripped)
    if found and is_venue(found["venue"]):
        return Leaf(
            left + "{year}" + escape(found["gap"]) + "{venue}" + right,
            (("year", found["year"]), ("venue", found["venue"])),
        )
    found = _VENUE_YEAR.fullmatch(stripped)
    if found and is_venue(found["venue"]):
        form = left + "{venue}" + escape(found["gap"]) + "{year}" + found["close"]
        values = [("venue", found["venue"]), ("year", found["year"])]
        if found["track"]:
            form += escape(found["track"][0]) + "{track}"
            values.append(("track", found["track"][1:]))
        return Leaf(form + right, tuple(values))
    if loose and is_venue(stripped):
        return Leaf(left + "{venue}" + right, (("venue", stripped),))
    return None


def is_venue(text: str) -> bool:
    """Whether a text could be a venue's name: short, capitalised, no list of people, no sentence."""
    words = text.split()
    if not words or len(words) > 12 or text.count(",") > 2 or "`" in text or not re.search(r"[A-Za-z]", text):
        return False
    if words[0].lower() in _SMALL and len(words) > 6:
        return False
    capital = sum(word[0].isupper() for word in words if word[0].isalpha())
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
    names = [name for name in _BETWEEN_NAMES.split(without_affiliations(stripped)) if name.strip()]
    good = sum(bool(re.fullmatch(_NAME, name.strip(" *.†‡"))) and _is_name(name) for name in names)
    if len(names) == 1:
        return good == 1 and 2 <= len(names[0].split()) <= 4
    return good >= max(2, len(names) * 0.7)


def _is_name(name: str) -> bool:
    words = name.split()
    if len(words) > 2 and words[0] in ("A", "An", "The"):
        return False
    return bool(words) and words[-1][:1].isupper() and not any(word in _SMALL for word in words) and len(words) <= 6
