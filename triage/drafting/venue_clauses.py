"""An arXiv comment cut into clauses: those that tell of an acceptance, those that just name something.

What tells of a submission, of a review, of another paper or of a challenge is left out.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a comment; `accepted` when it says in words that the paper was accepted or published."""

    text: str
    accepted: bool


_URL = re.compile(r"https?://\S+|www\.\S+|\bdoi:\s*\S+|\b10\.\d{4,9}/\S+", re.IGNORECASE)
_LATEX = re.compile(r"\\(?:emph|textit|textbf|href|url|texttt)\b|[{}$]")
_SHORT = r"(?:Proc|Conf|Int|Intl|Symp|Trans|Ann|Assoc|Comput|Vol|vol|No|no|pp|Sec|vs|Dr|St|al|Eng|Sci|Med|J|Fig|cf|e\.g|i\.e|[A-Z])"
_STOP = re.compile(r"\.\s+(?=[A-Z0-9(\[\"'*])|\s*[;|•]\s*|\s+--+\s+")

_ACCEPTED = re.compile(
    r"\b(?:early[- ])?(?:ac+e?pe?ted|acc?epted|acepted|accetped|acceptance|to appear|appear(?:s|ed|ing)?|published|publication|"
    r"forthcoming|presented|in press|in proceedings|in proc|camera[- ]ready|to be presented|will be presented|"
    r"oral at|poster at|spotlight at|proceedings of|presentation at)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:submi(?:t|ss?)\w*|under (?:\w+[- ])?(?:review|consideration|revision|submission)|in (?:review|revision|submission)|"
    r"(?:being|currently|is|undergoing) review\w*|review(?:ing)? (?:at|by|in|for)|intended for|(?:planned|prepared|preparing|"
    r"preparation) (?:for|to)|to be submitted|rejected|withdrawn|(?:not|if) (?:yet )?(?:accepted|published)|"
    r"possible publication|considered for|pending)\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:arxiv admin note|text overlap|challenge|competition|shared task|leaderboard|(?:1st|2nd|3rd|first|second|third|winning|"
    r"winner\w*|runner\w*)[\s-]+(?:place|prize|solution|of the|in the|rank)|journal extension|extension of|extend(?:s|ed|ing)? "
    r"(?:our|the|a|an|its|version of (?:our|the|a|an|its)?\s*(?:previous|earlier|conference|workshop|prior|\w+ \d{4} paper))|"
    r"follow-?up|previous(?:ly)? (?:version|work|paper)|earlier version|preliminary version|"
    r"builds? (?:up)?on|supersedes|companion|based on (?:our|the|a)|template|style file|formatted|"
    r"tutorial|keynote|invited talk|thesis|dissertation)\b",
    re.IGNORECASE,
)


def clauses(comment: str) -> list[Clause]:
    """The clauses of `comment` that may name the paper's own venue, in order."""
    text = _LATEX.sub(" ", " ".join(comment.split()))
    text = " ".join(_URL.sub(" ", text).split())
    found = []
    for part in _cut(text):
        clause = _own(part)
        if clause:
            found.append(clause)
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
    not_yet, accepted = _NOT_YET.search(part), None
    for accepted in _ACCEPTED.finditer(part):
        if not_yet is None or not _covers(not_yet, accepted):
            break
    else:
        accepted = None
    if accepted is None:
        if not_yet or _ELSEWHERE.search(part):
            return None
        return Clause(part, accepted=False)
    if not_yet is None:
        kept = part
    elif not_yet.start() < accepted.start():
        kept = part[accepted.start() :] if _turns(part, not_yet, accepted) else ""
    else:
        kept = part[: not_yet.start()]
    if not kept or _ELSEWHERE.search(kept):
        return None
    return Clause(kept, accepted=True)


def _covers(not_yet: re.Match[str], accepted: re.Match[str]) -> bool:
    return not_yet.start() <= accepted.start() < not_yet.end()


def _turns(part: str, not_yet: re.Match[str], accepted: re.Match[str]) -> bool:
    """Whether "submitted … accepted" tells of an acceptance: the strong word, not "submitted for publication"."""
    between = part[not_yet.end() : accepted.start()]
    strong = re.match(r"(?i)(?:early[- ])?acc?e|to appear|published|in press|presented", accepted.group())
    return bool(strong) and not re.search(r"(?i)\b(?:to be|if|for|until|not)\s*$", between)
