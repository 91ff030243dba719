"""How a list writes values: authors, dates, preprints, arXiv addresses; and a paper's facts written that way."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage import identity
from triage.lists.dates import LONG, learn_dates, write_date
from triage.lists.document import Entry
from triage.lists.escape import Plain, one_line, safe_url
from triage.lists.people import style_of, write_people
from triage.models import Facts

_PREPRINT = re.compile(r"\W*(?:arxiv|preprint|corr|arxiv preprint|biorxiv|medrxiv)\W*(?:preprint)?\W*", re.IGNORECASE)
_ARXIV_URL = re.compile(r"(https?)://(?:www\.)?arxiv\.org/(abs|pdf)/[\w.\-/]+?(v\d+)?(\.pdf)?$", re.IGNORECASE)
_GITHUB = re.compile(r"https?://(?:www\.)?github\.com/([\w.\-]+/[\w.\-]+?)(?:\.git)?(?:[/?#].*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Style:
    """How the list writes values.

    `preprint` is the venue of a preprint ("" if none is written); `venues` are the spellings that the list uses;
    `arxiv_url` has {id}; `date` is a pattern such as "YYYY/MM/DD"; `months` the twelve names; `mark` one star, `marks`
    the signs before entries; `both_links` whether published version and preprint are linked side by side;
    `short_year` whether 2024 is written 24.
    """

    authors: str = "comma"
    date: str = "YYYY-MM-DD"
    months: tuple[str, ...] = LONG
    preprint: str = ""
    venues: tuple[str, ...] = ()
    arxiv_url: str = "https://arxiv.org/abs/{id}"
    mark: str = ""
    marks: tuple[str, ...] = ()
    both_links: bool = False
    short_year: bool = False


def recency(entries: Sequence[Entry]) -> list[int]:
    """How much each entry tells of today's habits: 3 for the newest third (by arXiv id, else year), 2, 1."""
    keys = [_age(entry) for entry in entries]
    ranks = sorted(range(len(entries)), key=lambda place: keys[place])
    weights = [1] * len(entries)
    for rank, place in enumerate(ranks):
        weights[place] = 1 + (3 * rank) // max(1, len(ranks))
    return weights


def _age(entry: Entry) -> float:
    found = re.match(r"(\d\d)(\d\d)\.", entry.arxiv_id or "")
    if found:
        return 2000 + int(found[1]) + int(found[2]) / 13
    return float(entry.year or 0)


def learn_style(entries: Sequence[Entry]) -> Style:
    """Learns from the entries' own fields."""
    values = [entry.fields for entry in entries]
    date, months = learn_dates([v["date"] for v in values if v.get("date")])
    marks = Counter(v["mark"] for v in values if v.get("mark"))
    both = sum("arxiv" in v and "paper" in v for v in values)
    alone = sum("arxiv" in v for v in values)
    years = [v["year"] for v in values if v.get("year")]
    return Style(
        authors=style_of([v["authors"] for v in values if v.get("authors")]),
        date=date or "YYYY-MM-DD",
        months=months,
        preprint=_preprint(values),
        venues=_venues(values),
        arxiv_url=_arxiv_url(entries),
        mark=_unit(marks),
        marks=tuple(mark for mark, _ in marks.most_common(6)),
        both_links=both * 5 > alone,
        short_year=sum(len(year) == 2 for year in years) * 2 > len(years) > 0,
    )


def _preprint(values: Sequence[Mapping[str, str]]) -> str:
    """What stands for the venue where a paper is only on arXiv; "" if nothing does."""
    seen: Counter[str] = Counter()
    for fields in values:
        venue = fields.get("venue", "")
        link = fields.get("paper") or fields.get("arxiv") or ""
        if _PREPRINT.fullmatch(venue):
            seen[venue] += 1
        elif not venue and identity.arxiv_id(link):
            seen[""] += 1
    return seen.most_common(1)[0][0] if sum(seen.values()) >= 2 else "arXiv"


def _venues(values: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The spellings of venues, the commonest of each first."""
    seen = Counter(fields["venue"] for fields in values if fields.get("venue"))
    return tuple(name for name, _ in seen.most_common(120))


def _venue_key(name: str) -> str:
    plain = re.sub(r"\bworkshops?\b", "w", name.casefold())
    return "".join(c for c in plain if c.isalnum())


def _spelled(name: str, style: Style) -> str | None:
    """A venue as the list spells it; None if the list does not know it."""
    key = _venue_key(name)
    return next((known for known in style.venues if _venue_key(known) == key), None)


def _arxiv_url(entries: Sequence[Entry]) -> str:
    shapes: Counter[tuple[str, str, str]] = Counter()
    linked = sorted((entry for entry in entries if entry.arxiv_id), key=_age)
    for entry in linked[-max(12, len(linked) // 4) :]:
        for link in entry.links:
            found = _ARXIV_URL.match(link)
            if found:
                shapes[found[1].lower(), found[2].lower(), found[4] or ""] += 1
    scheme, place, suffix = shapes.most_common(1)[0][0] if shapes else ("https", "abs", "")
    return f"{scheme}://arxiv.org/{place}/{{id}}{suffix}"


def _unit(marks: Counter[str]) -> str:
    """One star, if the marks are runs of one sign."""
    if not marks:
        return ""
    shortest = min(marks, key=len)
    runs = sum(count for mark, count in marks.items() if mark == shortest * (len(mark) // len(shortest)))
    return shortest if runs == sum(marks.values()) and len(marks) > 1 else ""


def values_of(facts: Facts, style: Style, roles: frozenset[str], row: bool = False) -> dict[str, str | Plain]:
    """The facts as the texts of the fields in `roles`; what is unknown is left out. What comes from outside is `Plain`,
    to be escaped where it is put; `row` says that this is in a table."""

    def plain(text: str | None) -> Plain | None:
        return Plain(text, row) if text and one_line(text) else None

    arxiv = style.arxiv_url.replace("{id}", facts.arxiv_id) if facts.arxiv_id else None
    day, year = facts.day, facts.year or (facts.day.year if facts.day else None)
    found: dict[str, str | Plain | None] = {
        "title": plain(one_line(facts.title).removesuffix(".").rstrip()),
        "authors": plain(write_people(facts.authors, style.authors)),
        "venue": _venue(facts, style) or plain(facts.venue),
        "year": str(year)[-2:] if year and style.short_year else str(year) if year else None,
        "date": write_date(day, style.date, style.months) if day else None,
        "code": safe_url(facts.code_url),
        "project": safe_url(facts.project_url),
        "data": safe_url(facts.data_url),
        "figure": safe_url(facts.figure_url),
        "summary": plain(facts.summary),
        "abstract": plain(facts.abstract),
        "datasets": plain(", ".join(facts.datasets)),
        "mark": _mark(facts, style),
        "number": "1",
        "arxiv_id": plain(facts.arxiv_id),
    }
    found |= _paper_links(facts, style, roles, safe_url(arxiv))
    repository = _GITHUB.match(facts.code_url or "")
    found["repo"] = repository.group(1) if repository else None
    return {name: value for name, value in found.items() if value}


def _venue(facts: Facts, style: Style) -> str | None:
    """The venue in the list's own words, if it has some for it."""
    if facts.venue:
        return _spelled(facts.venue, style)
    return style.preprint if facts.arxiv_id else None


def _paper_links(facts: Facts, style: Style, roles: frozenset[str], arxiv: str | None) -> dict[str, str | None]:
    """The published version and the preprint, side by side or one of them, as the list does."""
    published = safe_url(facts.paper_url) or (
        safe_url(f"https://doi.org/{facts.doi}") if facts.doi and not arxiv else None
    )
    if "arxiv" not in roles:
        return {"paper": published or arxiv}
    if style.both_links or "paper" not in roles:
        return {"paper": published, "arxiv": arxiv}
    if facts.venue or not arxiv:
        return {"paper": published or arxiv}
    return {"arxiv": arxiv}


def _mark(facts: Facts, style: Style) -> str | None:
    if facts.stars and style.mark:
        return style.mark * facts.stars
    return "".join(mark for mark in facts.marks if mark in style.marks) or None
