"""The records of a draft's bibliography against ours: the same work, the same in other words, wrong, another paper, or
unknown to us; each with the fields concerned and the reason for a person."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz, process

from triage.writing.agreement import (
    SAME,
    Agreement,
    Likeness,
    are_named_otherwise,
    authors_agree,
    family_name,
    is_journal,
    is_preprint_venue,
    names_in_common,
    title_likeness,
    title_words,
    titles_agree,
    venue_name,
    venues_agree,
)
from triage.writing.records import OTHERS, PREPRINT, BibRecord


class Verdict(StrEnum):
    """What a record is to us."""

    AGREES = "agrees"
    DIFFERENTLY = "described differently"
    """The same work in other writing, or an earlier form of it."""
    UNCONFIRMED = "not confirmed"
    """It says something of our work that nothing we have confirms or refutes."""
    WRONG = "wrong"
    """A field of it is false."""
    ANOTHER = "another paper"
    """It mixes works, or is about another than its id or key names."""
    UNKNOWN = "unknown to us"


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which a record differs from ours: "title", "authors", "venue", "year", "doi", "arxiv"."""

    field: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class RecordVerdict:
    """What a record is to us, the fields in which it differs, worst first, and the key of our work ("" if none)."""

    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    ours: str = ""

    @property
    def reason(self) -> str:
        """The differences that decided, in words."""
        if self.verdict is Verdict.UNKNOWN:
            return "no work of the collection is like it"
        return "; ".join(one.reason for one in self.differences if one.verdict is self.verdict)


_SEVERITY = {verdict: place for place, verdict in enumerate(Verdict)}
_BY_LIKENESS = {
    Likeness.WRITTEN: Verdict.DIFFERENTLY,
    Likeness.MORE: Verdict.UNCONFIRMED,
    Likeness.OTHER: Verdict.WRONG,
}
_SAME_TITLE = 0.85
"""Titles that have so much in common are one title, changed by a word or two."""
_SAME_TITLE_OF_STRANGERS = 0.88
"""The same, of works that have no author in common."""
_LIKE_TITLE = 0.7
"""Titles by the same people that have so much in common may be one."""
_ANOTHER_TITLE = 0.6
"""Titles that have less than this in common are not one title changed by a word or two."""


def compare_record(theirs: BibRecord, ours: BibRecord | None, today: date, cut_off: bool = False) -> RecordVerdict:
    """What `theirs` is to our record of the work that it means. `cut_off` says that braces without a partner may have
    cut its fields; a year after `today`'s next is not out yet."""
    if ours is None:
        return RecordVerdict(Verdict.UNKNOWN)
    title = titles_agree(theirs.title, ours.title, cut_off)
    authors = authors_agree(theirs.authors, ours.authors, cut_off)
    found = [
        *_difference("title", title),
        *_difference("authors", authors),
        *_difference("venue", _venue(theirs, ours)),
        *_difference("year", _year(theirs, ours, today)),
        *_difference("doi", _doi(theirs, ours)),
        *_difference("arxiv", _arxiv(theirs, ours)),
    ]
    if mixed := _mixed(theirs, ours, title, authors):
        found = [mixed, *(one for one in found if one.field != mixed.field)]
    return _verdict(found)


def _verdict(found: list[Difference], key: str = "") -> RecordVerdict:
    ordered = tuple(sorted(found, key=lambda one: -_SEVERITY[one.verdict]))
    return RecordVerdict(ordered[0].verdict if ordered else Verdict.AGREES, ordered, key)


def _difference(name: str, agreement: Agreement) -> list[Difference]:
    if agreement.likeness is Likeness.SAME:
        return []
    return [Difference(name, _BY_LIKENESS[agreement.likeness], agreement.reason)]


def _mixed(theirs: BibRecord, ours: BibRecord, title: Agreement, authors: Agreement) -> Difference | None:
    """What makes the record one of two works: the title of one with the authors or the id of the other."""
    strangers = authors.likeness is Likeness.OTHER and _common(theirs, ours) == 0
    if title.likeness is not Likeness.OTHER:
        return None
    if strangers:
        reason = f"title and authors are others than those of “{ours.title}”"
        return Difference("title", Verdict.ANOTHER, reason)
    likeness = title_likeness(theirs.title, ours.title)
    if _same_id(theirs, ours):
        reason = f"what it names by its id is “{ours.title}”"
        return Difference("title", Verdict.ANOTHER, reason) if likeness < _ANOTHER_TITLE else None
    if likeness >= _SAME_TITLE:
        return None
    reason = f"its authors are those of “{ours.title}”; a work of theirs under this title is unknown to us"
    return Difference("title", Verdict.UNCONFIRMED, reason)


def _common(theirs: BibRecord, ours: BibRecord) -> float:
    """The share of authors that two records have in common, of the longer list; 1 where one names nobody."""
    named, known = ([name for name in one.authors if name != OTHERS] for one in (theirs, ours))
    if not named or not known:
        return 1.0
    return sum(at is not None for at in names_in_common(named, known)) / max(len(named), len(known))


def _same_id(theirs: BibRecord, ours: BibRecord) -> bool:
    same_doi = bool(theirs.doi) and theirs.doi.casefold() == ours.doi.casefold()
    return same_doi or (bool(theirs.arxiv_id) and theirs.arxiv_id == ours.arxiv_id)


def _is_preprint(record: BibRecord) -> bool:
    return record.kind == PREPRINT or is_preprint_venue(record.container)


def _venue(theirs: BibRecord, ours: BibRecord) -> Agreement:
    if _is_preprint(theirs) and _is_preprint(ours):
        return SAME
    if _is_preprint(theirs):
        return Agreement(Likeness.WRITTEN, f"cited as a preprint; it appeared in {ours.container}")
    if _is_preprint(ours):
        if theirs.year and ours.year and theirs.year < ours.year - 1:
            return Agreement(Likeness.OTHER, f"{theirs.container} {theirs.year} was before its preprint of {ours.year}")
        return Agreement(Likeness.MORE, f"we know it as a preprint only, not from {theirs.container}")
    agreement = venues_agree(theirs.container, ours.container)
    later = theirs.year is not None and ours.year is not None and theirs.year >= ours.year
    if (
        agreement.likeness is Likeness.OTHER
        and later
        and is_journal(theirs.container)
        and not is_journal(ours.container)
    ):
        return Agreement(Likeness.MORE, f"{agreement.reason}; the journal may have a later version")
    return agreement


_UP_TO_A_JOURNAL = 4
"""So many years after its preprint a work may still come out."""


def _year(theirs: BibRecord, ours: BibRecord, today: date) -> Agreement:
    if theirs.year is None or theirs.year == ours.year:
        return SAME
    if theirs.year > today.year + 1:
        return Agreement(Likeness.OTHER, f"the year {theirs.year} is in the future")
    if ours.year is None:
        return SAME
    later = theirs.year - ours.year
    if _is_preprint(theirs) and not _is_preprint(ours):
        later = -later
    comes_out_later = _is_preprint(theirs) != _is_preprint(ours)
    near = abs(later) == 1 or (comes_out_later and 0 < later <= _UP_TO_A_JOURNAL)
    return Agreement(Likeness.WRITTEN if near else Likeness.OTHER, f"the year is {theirs.year}; ours is {ours.year}")


PUBLISHERS = frozenset(
    f"10.{number}"
    for number in (
        "1001 1002 1007 1016 1017 1021 1023 1029 1037 1038 1039 1046 1049 1056 1057 1061 1063 1073 1080 1088 1089 1090 "
        "1093 1097 1098 1101 1103 1108 1109 1111 1115 1117 1121 1126 1136 1137 1142 1145 1146 1147 1148 1155 1158 1161 "
        "1162 1167 1177 1186 1190 1198 1200 1201 1214 1257 1259 1287 1364 1371 1515 1523 1561 1587 1609 1613 12688 "
        "14569 14722 14778 15607 18637 18653 2139 21105 21203 21428 21437 2196 2200 2307 2312 23915 24432 24963 25080 "
        "26434 26599 26615 2967 3115 31219 31223 31234 3233 3389 3390 36227 3758 3934 4018 4230 5194 5220 52202 5244 "
        "5281 59275 6028 7551 7554 7717"
    ).split()
)
"""Registrants of DOIs that papers of the field have: publishers, societies, archives."""


def _doi(theirs: BibRecord, ours: BibRecord) -> Agreement:
    if not theirs.doi or theirs.doi.casefold() == ours.doi.casefold():
        return SAME
    if ours.doi:
        return Agreement(Likeness.OTHER, f"the DOI {theirs.doi} is not this work's, which is {ours.doi}")
    if theirs.doi.partition("/")[0] not in PUBLISHERS:
        return Agreement(
            Likeness.MORE, f"the DOI {theirs.doi} is of no publisher we know, and we have none of this work"
        )
    return Agreement(Likeness.WRITTEN, "it has a DOI, ours has none")


def _arxiv(theirs: BibRecord, ours: BibRecord) -> Agreement:
    if theirs.arxiv_id and ours.arxiv_id and theirs.arxiv_id != ours.arxiv_id:
        return Agreement(Likeness.OTHER, f"arXiv:{theirs.arxiv_id} is not this work, which is arXiv:{ours.arxiv_id}")
    return SAME


class OurWorks:
    """Our records by key, made ready for looking up; made once, as it reads them all."""

    def __init__(self, records: Mapping[str, BibRecord]) -> None:
        self.records = records
        self._keys = list(records)
        self._titles = [title_words(record.title) for record in records.values()]
        self._by_id: dict[str, str] = {}
        self._by_family: dict[str, list[str]] = defaultdict(list)
        for key, record in records.items():
            for name in _ids(record):
                self._by_id.setdefault(name, key)
            for family in {family_name(name) for name in record.authors if name != OTHERS}:
                self._by_family[family].append(key)

    def of_id(self, theirs: BibRecord) -> str:
        """The key of our work that has one of its ids, "" if none has."""
        return next((self._by_id[name] for name in _ids(theirs) if name in self._by_id), "")

    def near(self, theirs: BibRecord) -> set[str]:
        """Keys of our works that it may mean: by its ids, a title like it, authors in common."""
        found = {self._by_id[name] for name in _ids(theirs) if name in self._by_id}
        if words := title_words(theirs.title):
            close = process.extract(words, self._titles, scorer=fuzz.ratio, score_cutoff=55, limit=5)
            turned = process.extract(words, self._titles, scorer=fuzz.token_sort_ratio, score_cutoff=70, limit=3)
            found |= {self._keys[at] for _, _, at in (*close, *turned)}
        shared = Counter(key for name in theirs.authors for key in self._by_family.get(family_name(name), ()))
        return found | {key for key, _ in shared.most_common(5)}


def _ids(record: BibRecord) -> list[str]:
    found = [f"doi:{record.doi.casefold()}"] if record.doi else []
    return [*found, f"arxiv:{record.arxiv_id}"] if record.arxiv_id else found


def find_ours(theirs: BibRecord, works: OurWorks, key: str = "") -> str:
    """The key of our work that a record means, "" if none: by ids, a title like ours, the same authors; last by the
    `key` under which the draft cites it. Errors in any one of them are allowed for."""
    meant = [one for one in works.near(theirs) if _is_meant(theirs, works.records[one])]
    best = max(meant, key=lambda one: (_nearness(theirs, works.records[one]), one), default="")
    return best or (key if key in works.records else "")


def _nearness(theirs: BibRecord, ours: BibRecord) -> float:
    """A title that is ours outweighs an id, and an id the authors."""
    title = title_likeness(theirs.title, ours.title)
    authors = _common(theirs, ours) if theirs.authors and ours.authors else 0
    same_year = theirs.year is not None and theirs.year == ours.year
    return (title >= _SAME_TITLE) + 1.2 * _same_id(theirs, ours) + title + authors + 0.1 * same_year


def _is_meant(theirs: BibRecord, ours: BibRecord) -> bool:
    if _same_id(theirs, ours):
        return True
    title, authors = title_likeness(theirs.title, ours.title), _common(theirs, ours)
    if title == 1.0:
        return True
    if _other_id(theirs, ours) or are_named_otherwise(theirs.title, ours.title):
        return False
    same_people = authors_agree(theirs.authors, ours.authors).likeness < Likeness.OTHER
    near_year = theirs.year is None or ours.year is None or abs(theirs.year - ours.year) <= 1
    if title >= (_SAME_TITLE if authors else _SAME_TITLE_OF_STRANGERS) or (
        title >= _LIKE_TITLE and same_people and near_year
    ):
        return True
    several = min(len(theirs.authors), len(ours.authors)) >= 2
    same_year = theirs.year is not None and theirs.year == ours.year
    return several and same_people and authors == 1 and same_year and _same_place(theirs, ours)


def _other_id(theirs: BibRecord, ours: BibRecord) -> bool:
    """Whether both have a DOI or an arXiv id, and not the same."""
    other_doi = bool(theirs.doi and ours.doi) and theirs.doi.casefold() != ours.doi.casefold()
    return other_doi or bool(theirs.arxiv_id and ours.arxiv_id and theirs.arxiv_id != ours.arxiv_id)


def _same_place(theirs: BibRecord, ours: BibRecord) -> bool:
    if _is_preprint(theirs) or _is_preprint(ours):
        return _is_preprint(theirs) and _is_preprint(ours)
    one, other = venue_name(theirs.container), venue_name(ours.container)
    return one == other if one or other else venues_agree(theirs.container, ours.container).likeness < Likeness.OTHER


def check_record(
    theirs: BibRecord, works: OurWorks, today: date, key: str = "", cut_off: bool = False
) -> RecordVerdict:
    """A record of a draft's bibliography, cited as `key`, against all our works: which it means, and what it is to it.
    Ids or authors that are those of another work of ours make it a mixture."""
    ours = find_ours(theirs, works, key)
    if not ours:
        return RecordVerdict(Verdict.UNKNOWN)
    found = list(compare_record(theirs, works.records[ours], today, cut_off).differences)
    by_id = works.of_id(theirs)
    if by_id and by_id != ours and not _same_id(theirs, works.records[ours]):
        title = works.records[by_id].title
        found.append(Difference("doi", Verdict.ANOTHER, f"its id is that of another work, “{title}”"))
    if any(one.field == "authors" and one.verdict is Verdict.WRONG for one in found):
        owner = _work_of_authors(theirs, works, ours)
        if owner:
            title = works.records[owner].title
            found.append(Difference("authors", Verdict.ANOTHER, f"its authors are those of another work, “{title}”"))
    return _verdict(found, ours)


def _work_of_authors(theirs: BibRecord, works: OurWorks, ours: str) -> str:
    """The key of another work of ours by just these people, "" if there is none."""
    if len(theirs.authors) < 2 or _common(theirs, works.records[ours]) > 0:
        return ""
    return next(
        (key for key in sorted(works.near(theirs)) if key != ours and _common(theirs, works.records[key]) == 1), ""
    )
