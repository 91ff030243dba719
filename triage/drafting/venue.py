"""Where a paper was accepted, as its authors say in arXiv's comment or journal reference.

"Accepted at MICCAI 2025" is a venue, "submitted to MICCAI 2025" is not. A name is given in its usual abbreviation if
it has one, else as the authors write it; a year only if the text gives it. A comment is cut into clauses, of which
those on a submission, a review, another paper or a challenge are left out.
"""

import re
from dataclasses import dataclass

from triage.drafting.sentences import without_long_words
from triage.drafting.venue_mentions import Match, known_venue, shaped_venue


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue's name without its year ("MICCAI", "CVPR Workshop", "ACL Findings"), and the year if stated."""

    name: str
    year: int | None = None


def find_venue(comment: str | None, journal_ref: str | None) -> Venue | None:
    """The venue that accepted the paper, or None where neither text states one.

    A journal reference is written when the paper is out, so it wins; the comment may still give its year.
    """
    from_reference = _from_reference(journal_ref) if journal_ref else None
    from_comment = _from_comment(comment) if comment else None
    if from_reference is None:
        return from_comment
    if from_reference.year is None and from_comment and from_comment.name == from_reference.name:
        return from_comment
    return from_reference


def _from_comment(comment: str) -> Venue | None:
    parts = clauses(comment)
    for wanted in (True, False):
        for clause in parts:
            if clause.accepted is wanted:
                found = _named(clause.text, clause.accepted)
                if found:
                    return Venue(found.name, found.year or _only_year(clause.text))
    return None


def _named(text: str, accepted: bool) -> Match | None:
    text = text.replace("’", "'").replace("‘", "'")
    return known_venue(text, accepted) or shaped_venue(text, accepted)


def _only_year(text: str) -> int | None:
    years = set(re.findall(r"(?<![\d.])((?:19|20)\d\d)(?![\d-])", text))
    return int(years.pop()) if len(years) == 1 else None


_VOLUME = re.compile(r"[,;:(]|\s(?:vol|volume|no|number|issue|pp|pages?|art|article|part)\b|\s\d", re.IGNORECASE)


def _from_reference(reference: str) -> Venue | None:
    text = without_long_words(" ".join(reference[:600].split()))
    if not text or re.match(r"arxiv\b|corr\b", text, re.IGNORECASE):
        return None
    found = _named(text, accepted=True)
    years = [int(year) for year in re.findall(r"(?<![\d.:/-])((?:19|20)\d\d)(?![\d/-])", text)]
    bracketed = re.search(r"\(((?:19|20)\d\d)\)", text)
    year = int(bracketed.group(1)) if bracketed else (years[-1] if years else None)
    if found:
        return Venue(found.name, found.year or year)
    name = _VOLUME.split(re.sub(r"^(?:in\s*:?\s+|published in\s+)", "", text, flags=re.IGNORECASE), maxsplit=1)[0]
    name = re.sub(r"^(?:19|20)\d\d\s++|(?:(?<!\s)\s++)?(?:19|20)\d\d$", "", name).strip(" .,")
    if len(re.findall(r"[A-Za-z]", name)) < 3 or len(name) > 150:
        return None
    return Venue(name, year)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a comment; `accepted` when it says in words that the paper was accepted or published."""

    text: str
    accepted: bool


_LONGEST = 2000

_URL = re.compile(r"https?://\S+|www\.\S+|\bdoi:\s*\S+|\b10\.\d{4,9}/\S+", re.IGNORECASE)
_LATEX = re.compile(r"\\(?:emph|textit|textbf|href|url|texttt)\b|[{}$]")
_ADMIN = re.compile(
    r"\barxiv admin note\b.*$|\bcopyright (?:\(c\) )?\d{4}\b[^.]*|\W?c?opyright\W? \d{4} IEEE[^.]*|©[^.]*",
    re.IGNORECASE,
)
_SHORT = (
    r"(?:Proc|Conf|Int|Intl|Symp|Trans|Ann|Assoc|Comput|Vol|vol|No|no|pp|Sec|vs|Dr|St|al|Eng|Sci|Med|J|Fig|cf|e\.g|i\.e"
    r"|[A-Z])"
)
_STOP = re.compile(r"\.\s++(?=[A-Za-z0-9(\[\"'*])(?!(?:19|20)\d\d\b)|(?:(?<!\s)\s++)?[;|•]\s*+|(?<!\s)\s++--++\s++")

_ACCEPTED = re.compile(
    r"\b(?:early[- ])?(?:ac+e?pe?ted|acc?epted|acce?tped|acpeted|accept(?= (?:by|in|at|to)\b)|acceptance|"
    r"to[- ]appear|appear(?:s|ed|ing)?|published|"
    r"publication|forthcoming|presented|in press|in proceedings|in proc|camera[- ]ready\w?|to be presented|"
    r"will be presented|oral at|poster at|spotlight at|proceedings of|presentation at|final version)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:submi(?:t|ss?|i)\w*|under[- ](?:\w+[- ])?(?:review|consideration|revision|submission)\w*|"
    r"in (?:review|revision|submission)|(?:being|currently|is|undergoing) review\w*|review(?:ing)? (?:at|by|in|for)|"
    r"intended for|(?:planned|prepared|preparing|preparation) (?:for|to)|to be submitted|rejected|withdrawn|"
    r"(?:not|if|never|was never) (?:yet )?(?:accepted|published)|(?:if|once|when|after|upon|until) (?:\w+ ){0,5}"
    r"(?:accepted|acceptance|published|publication)|no prior|possible publication|considered for|pending)\b",
    re.IGNORECASE,
)
_NOT_YET_OUT = re.compile(r"\bsubmitt\w+|\bsubmission\b|\bunder[- ](?:\w+[- ])?review", re.IGNORECASE)
_CONTEST = re.compile(
    r"\b(?:challenge|competition|shared task|leaderboard|(?:1st|2nd|3rd|first|second|third|winning|champion|winner\w*|"
    r"runner\w*)[\s-]+(?:place|prize|solutions?|of the|in the|rank))",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:cs\.[A-Z]{2}\b|text overlap|journal extension|extension (?:of|to)|extended (?:journal|conference) version|"
    r"extend(?:s|ed|ing)? (?:our|the|a|an|its) (?:\w+ ){0,3}(?:paper|work)|version of (?:our|the|a|an|its)? "
    r"?(?:previous|earlier|prior)|follow-?up|previous(?:ly)? (?:version|work|paper)|earlier version|preliminary "
    r"version|portions of|parts? of (?:this|the) (?:work|paper|article)|builds? (?:up)?on|supersedes|companion (?:to|"
    r"of|paper)|based on (?:our|the|a)|template|style|format\w*|tutorial|keynote|invited talk|thesis|dissertation|"
    r"project report)\b",
    re.IGNORECASE,
)


def clauses(comment: str) -> list[Clause]:
    """The clauses of `comment` that may name the paper's own venue, in order."""
    text = _ADMIN.sub("", _LATEX.sub(" ", " ".join(comment[:_LONGEST].split())))
    text = without_long_words(" ".join(_URL.sub(" ", text).split()))
    found = [clause for clause in map(_own, _cut(text)) if clause]
    if _NOT_YET_OUT.search(text):
        return [clause for clause in found if clause.accepted]
    return found


def _cut(text: str) -> list[str]:
    parts, start = [], 0
    for stop in _STOP.finditer(text):
        before = text[start : stop.start()]
        if stop.group().startswith(".") and re.search(rf"(?:^|[\s(]){_SHORT}$", before):
            continue
        parts.append(before)
        start = stop.end()
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _own(part: str) -> Clause | None:
    if _ELSEWHERE.search(part):
        return None
    not_yet = _NOT_YET.search(part)
    accepted = next((cue for cue in _ACCEPTED.finditer(part) if not _covers(not_yet, cue)), None)
    if accepted is None:
        return None if not_yet or _CONTEST.search(part) else Clause(part, accepted=False)
    if not_yet is None:
        return Clause(part, accepted=True)
    if accepted.start() < not_yet.start():
        return Clause(part[: not_yet.start()], accepted=True)
    return Clause(part[accepted.start() :], accepted=True) if _turns(part, not_yet, accepted) else None


def _covers(not_yet: re.Match[str] | None, cue: re.Match[str]) -> bool:
    return not_yet is not None and not_yet.start() <= cue.start() < not_yet.end()


def _turns(part: str, not_yet: re.Match[str], accepted: re.Match[str]) -> bool:
    """Whether "submitted … accepted" tells of an acceptance: the strong word, not "submitted for publication"."""
    between = part[not_yet.end() : accepted.start()]
    strong = re.match(r"(?i)(?:early[- ])?acc?e|to appear|published|in press|presented", accepted.group())
    return bool(strong) and not re.search(r"(?i)\b(?:to be|if|for|until|not)\s*$", between)
