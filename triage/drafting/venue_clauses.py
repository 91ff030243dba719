"""An arXiv comment cut into clauses: those that tell of an acceptance, those that just name something.

What tells of a submission, of a review, of another paper or of a challenge is left out.
"""

import re
from dataclasses import dataclass

from triage.drafting.sentences import without_long_words


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
    r"extend(?:s|ed|ing)? (?:our|the|a|an|its) (?:\w+ ){0,3}(?:paper|work)|version of (?:our|the|a|an|"
    r"its)? ?(?:previous|"
    r"earlier|prior)|follow-?up|previous(?:ly)? (?:version|work|paper)|earlier version|preliminary version|portions of|"
    r"parts? of (?:this|the) (?:work|paper|article)|builds? (?:up)?on|supersedes|companion (?:to|of|paper)|"
    r"based on (?:our|the|a)|template|style|format\w*|"
    r"tutorial|keynote|invited talk|thesis|dissertation|project report)\b",
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
