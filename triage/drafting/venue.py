"""Where a paper was accepted, as its authors say it in arXiv's comment or journal reference.

"Accepted at MICCAI 2025" is a venue, "submitted to MICCAI 2025" is none. A name is given in its usual abbreviation
if it has one, else as the authors write it; a year only if the text gives it.
"""

import re
from dataclasses import dataclass

from triage.drafting.sentences import without_long_words
from triage.drafting.venue_clauses import clauses
from triage.drafting.venue_match import Found, known_venue
from triage.drafting.venue_shapes import shaped_venue


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


def _named(text: str, accepted: bool) -> Found | None:
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
