"""A work as a bibliography describes it: names taken apart, what kind of work it is, and the key it is cited by.

Every format is written from a `BibRecord`, and every format read becomes one.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from triage.drafting.tex import read_tex
from triage.drafting.venue import find_venue
from triage.drafting.venue_mentions import known_venue
from triage.drafting.venue_names import CONFERENCES, JOURNALS, WORKSHOPS
from triage.identity import arxiv_id, doi
from triage.models import ImportedRecord, Paper

ARTICLE, CONFERENCE, PREPRINT = "article", "inproceedings", "preprint"
BOOK, CHAPTER, THESIS, REPORT, OTHER = "book", "incollection", "thesis", "report", "misc"
"""The kinds of work. Those that hold for papers of the collection are the first three; imported records have all."""

ARXIV_DOI = "10.48550/arXiv."


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in parts ("van der" is the particle, "Jr." the suffix), or a body of people in `literal`."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""


OTHERS = Name(literal="others")
"""Stands at the end of authors of whom more are not named."""


@dataclass(frozen=True, slots=True)
class BibRecord:
    """One work. `container` is the journal, the proceedings or the book that it stands in; `arxiv_class` its primary
    class ("cs.CV"); unknown is "" or None."""

    kind: str
    title: str
    authors: tuple[Name, ...] = ()
    editors: tuple[Name, ...] = ()
    container: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    volume: str = ""
    number: str = ""
    pages: str = ""
    publisher: str = ""
    doi: str = ""
    arxiv_id: str = ""
    arxiv_class: str = ""
    url: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def any_doi(self) -> str:
        """Its DOI, or the one that arXiv gives a preprint."""
        return self.doi or (f"{ARXIV_DOI}{self.arxiv_id}" if self.arxiv_id and self.kind == PREPRINT else "")

    @property
    def any_url(self) -> str:
        """Its address, or arXiv's page of it."""
        return self.url or (f"https://arxiv.org/abs/{self.arxiv_id}" if self.arxiv_id else "")


_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|II|III|IV")
_BODY = re.compile(r"\b(?:collaboration|consortium|committee|team|group|initiative|network|project)s?$", re.IGNORECASE)
_PARTICLES = frozenset(("Van", "Von", "De", "Den", "Der", "Del", "Della", "Dos", "Du", "Ten", "Ter"))
_MORE = re.compile(r"\W*(?:et\s+al\b\.?|and\s+others|others)\W*", re.IGNORECASE)


def read_name(text: str) -> Name:
    """A name as people write it, "Jan van der Berg", "van der Berg, Jan" or "King, Jr., Martin", taken apart by
    BibTeX's rules (Markey, "Tame the BeaST", 2009, section 11); names that end in "Collaboration" and the like are
    bodies of people."""
    text = " ".join(text.split())
    if _MORE.fullmatch(text):
        return OTHERS
    if "," in text and not _BODY.search(text):
        before, *rest = (part.strip() for part in text.split(","))
        if rest and all(rest):
            particle, family = _particle_first(before.split())
            suffix, given = (rest[0], " ".join(rest[1:])) if len(rest) > 1 else ("", rest[0])
            return Name(family, given, particle, suffix)
    words = text.replace(",", " ").split()
    if not words:
        return Name()
    if _BODY.search(text):
        return Name(literal=text)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    start = _family_at(words)
    particle, family = _particle_first(words[start:])
    return Name(family, " ".join(words[:start]), particle, suffix)


def _family_at(words: Sequence[str]) -> int:
    """Where the family name, with its particle, begins."""
    for at in range(1, len(words) - 1):
        if words[at][:1].islower() or words[at] in _PARTICLES:
            return at
    return len(words) - 1


def _particle_first(words: Sequence[str]) -> tuple[str, str]:
    """The small words at the beginning of a family name, and the rest of it, which is never empty."""
    at = 0
    while at < len(words) - 1 and words[at][:1].islower():
        at += 1
    return " ".join(words[:at]), " ".join(words[at:])


def display_name(name: Name) -> str:
    """The name as it is read: "Jan van der Berg", "Martin King Jr."."""
    parts = (name.given, name.particle, name.family, name.suffix)
    return name.literal or " ".join(part for part in parts if part)


_JOURNAL = re.compile(
    r"\b(?:journal|transactions|letters|review|reviews|magazine|annals|nature|science|plos|access|sensors|frontiers|"
    r"bulletin|archives?|acta|physica|neurocomputing|bioinformatics)\b",
    re.IGNORECASE,
)
_MEETING = re.compile(r"\b(?:proceedings|conference|symposium|workshop|meeting|congress)\b", re.IGNORECASE)
_NO_VENUE = re.compile(r"\W*(?:arxiv|preprint|corr|biorxiv|medrxiv|under review|submitted)\b.*", re.IGNORECASE)


def venue_kind(venue: str) -> str:
    """Whether a paper that appeared there is an article of a journal or a contribution to a conference, by the venue's
    name; what no table and no word of the name tells is a conference, as most venues of lists are."""
    found = known_venue(venue, accepted=True)
    name = found.name if found else venue
    if _MEETING.search(venue) or any(part in WORKSHOPS or part in CONFERENCES for part in (name, venue)):
        return CONFERENCE
    return ARTICLE if name in JOURNALS or _JOURNAL.search(venue) else CONFERENCE


def record_of(paper: Paper, venue: str | None = None, year: int | None = None) -> BibRecord:
    """The record of a paper of the collection. `venue` and `year` are those that a person or the list gives; without
    them what the feed says of it counts."""
    told = find_venue(paper.comment, paper.journal_ref)
    venue = venue if venue and not _NO_VENUE.fullmatch(venue) else None
    if venue is None and told is not None and told.name:
        venue, year = told.name, told.year or year
    number = arxiv_id(paper.id) or ""
    day = paper.published
    record = BibRecord(
        kind=PREPRINT if number else OTHER,
        title=_one_line(read_tex(paper.title)),
        authors=tuple(read_name(_one_line(read_tex(author))) for author in paper.authors if author.strip()),
        year=year or (day.year if day else None),
        doi=doi(paper.doi or "") or "",
        arxiv_id=number,
        arxiv_class=paper.categories[0] if number and paper.categories else "",
        url="" if number else _one_line(paper.abs_url or paper.pdf_url or ""),
        abstract=_one_line(paper.abstract),
    )
    if venue:
        kind = venue_kind(venue)
        return replace(record, kind=kind, container=_one_line(_without_year(read_tex(venue), record.year)))
    if day and (year is None or year == day.year):
        record = replace(record, year=day.year, month=day.month, day=day.day)
    return replace(record, kind=ARTICLE) if paper.journal_ref and record.doi and not number else record


def _without_year(venue: str, year: int | None) -> str:
    """The venue without the year behind it: "CVPR 2024" and "CVPR'24" are "CVPR" in 2024."""
    if year is not None:
        for written in (str(year), f"'{year % 100:02}", f"’{year % 100:02}"):
            if venue.rstrip().endswith(written):
                return venue.rstrip().removesuffix(written).rstrip(" ,'") or venue
    return venue


def _one_line(text: str) -> str:
    """The text on one line, composed, without control characters and halves of characters."""
    kept = "".join(
        " " if char.isspace() else char for char in text if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(unicodedata.normalize("NFC", kept).split())


_STOP_WORDS = frozenset(
    "a an the on of for in to into towards toward with without from by via using use at as is are be do does can and or"
    " how what why when where which who it its your you we our not no all any some more beyond through over"
    " under".split()
)
_LETTERS = str.maketrans({
    "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "đ": "d", "Đ": "D",
    "ð": "d", "þ": "th", "Þ": "Th", "ı": "i",
})  # fmt: skip


def give_key(record: BibRecord, is_taken: Callable[[str], bool]) -> str:
    """The key under which a work is cited: first author's family name, year, and the first word of the title that says
    something, in ASCII ("berg2024counting"); a newcomer whose key `is_taken` gets "a", "b", … behind it."""
    key = f"{_first_author(record)}{record.year or 'nd'}{_telling_word(record.title)}"
    number = 0
    tried = key
    while is_taken(tried):
        tried = key + _letters(number)
        number += 1
    return tried


def _first_author(record: BibRecord) -> str:
    for name in record.authors[:1]:
        if folded := ascii_fold(name.family or name.literal.split(" ")[0]):
            return folded
    return "anon"


def _telling_word(title: str) -> str:
    words = [ascii_fold(word) for word in re.split(r"[\s/:–—]+", title.replace("-", ""))]
    telling = [word for word in words if len(word) > 1 and word not in _STOP_WORDS]
    return (telling or [word for word in words if word] or [""])[0][:_LONGEST_WORD]


_LONGEST_WORD = 30


def ascii_fold(text: str) -> str:
    """The text in lower-case ASCII letters and digits alone: "Łukasz" is "lukasz", "王" is ""."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(char for char in plain if char.isascii() and char.isalnum())


def _letters(number: int) -> str:
    """0 is "a", 25 is "z", 26 is "aa"."""
    tail = chr(ord("a") + number % 26)
    return tail if number < 26 else _letters(number // 26 - 1) + tail


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file of records held: the records, and for each piece that cannot be read a line that says why."""

    records: tuple[ImportedRecord, ...]
    problems: tuple[str, ...] = ()
