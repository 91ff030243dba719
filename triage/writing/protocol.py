"""What a survey says of itself: abstract, introduction, how its papers were found and chosen, its limits.

Every sentence counts or names what the collection knows; nothing is claimed that is not stored.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from triage.writing.document import Figure, Paragraph, Part, Section, SurveySentence, Work
from triage.writing.figures import FlowStep, by_year_and_section, search_flow, timeline
from triage.writing.markup import one_line
from triage.writing.records import read_name

INTRODUCTION, METHOD, LIMITS = "Introduction", "How the papers were found and chosen", "Limits of this survey"
_MOST_VENUES = 5
_MOST_REASONS = 8


@dataclass(frozen=True, slots=True)
class Search:
    """What the collection knows of how its papers were found, at the day `as_of`, the last on which something came in
    or was decided (None: never).

    `fetched` are the days, first and last, whose papers were asked for with `query`, `missing` the days between that
    were not. Papers came `from_list`, `from_arxiv` and `from_people`. Of all of them `set_aside` were judged off topic,
    `unjudged` wait to be judged, `waiting` for a person; people put `later` off, `rejected` some, for `reasons` with
    how often each was given, and `taken` stand in the list or were accepted. `program` wrote the survey, with the words
    of a `language_model` if one is named.
    """

    list_name: str
    query: str = ""
    fetched: tuple[date, date] | None = None
    missing: tuple[tuple[date, date], ...] = ()
    from_list: int = 0
    from_arxiv: int = 0
    from_people: int = 0
    set_aside: int = 0
    unjudged: int = 0
    waiting: int = 0
    later: int = 0
    rejected: int = 0
    taken: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    embedding: str = ""
    program: str = ""
    language_model: str = ""
    as_of: date | None = None

    @property
    def found(self) -> int:
        """All papers of the collection that were ever looked at."""
        return self.from_list + self.from_arxiv + self.from_people


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of the survey's papers were read as PDF, of how many only the abstract is known, or only the title."""

    pdf: int
    abstract: int
    title: int


def reading_of(works: Sequence[Work]) -> Reading:
    """How these works were read."""
    pdf = sum(any(sentence.page for sentence in work.source.sentences) for work in works)
    known = sum(bool(work.source.sentences) for work in works)
    return Reading(pdf, known - pdf, len(works) - known)


def abstract(groups: Mapping[str, Sequence[Work]], tables: int) -> Paragraph:
    """The survey in a few sentences. `groups` are the main sections with their works."""
    works = _each_once(groups)
    read = reading_of(works)
    first = f"This survey covers {_papers(len(works))}{_between(works)}, in {_count(len(groups), 'section')}: "
    sentences = [
        _said(f"{first}{_joined([f'{name} ({len(found)})' for name, found in groups.items()])}."),
        _said(f"{_readings(read)}."),
        _said(
            f"{_capital(_count(tables, 'table'))} compare{'s' if tables == 1 else ''} their methods, data sets and"
            " reported numbers, as far as the papers state them."
            if tables
            else "There are too few papers for a table."
        ),
        _said("Each statement on a paper carries the page on which the paper makes it, or points to its abstract."),
    ]
    return Paragraph(tuple(sentences), "abstract")


def introduction(groups: Mapping[str, Sequence[Work]]) -> Section:
    """What the survey covers, with its figures."""
    works = _each_once(groups)
    years = {name: [year for work in found if (year := _year(work))] for name, found in groups.items()}
    names: dict[int, list[str]] = {}
    for work in sorted(works, key=lambda one: one.key):
        if year := _year(work):
            names.setdefault(year, []).append(_author(work))
    figures = [one for one in (by_year_and_section(years), timeline(names)) if one]
    scope = [_said(f"This survey covers {_papers(len(works))}{_between(works)}.")]
    if names and len(works) > 1:
        year, found = max(names.items(), key=lambda pair: (len(pair[1]), pair[0]))
        scope.append(_said(f"The year with most of them is {year}, with {_papers(len(found))}."))
    if venues := _venues(works):
        scope.append(_said(f"The venues that occur most often are {_joined(venues)}."))
    largest = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    order = [_said(f"The {_count(len(groups), 'section')} below follow the groups of the curated list.")]
    if len(groups) > 1:
        order.append(_said(f"The largest, {largest[0][0]}, has {_papers(len(largest[0][1]))}."))
    follows = "what the papers do, how they differ, what they report, and which limits and open questions they name"
    order.append(_said(f"Each begins with a table; then follows {follows}."))
    paragraphs = (Paragraph(tuple(scope), "scope"), Paragraph(tuple(order), "order"))
    return Section(INTRODUCTION, paragraphs, figures=tuple(figures))


def method(search: Search, works: Sequence[Work], left_out: int) -> Section:
    """How the papers were found and chosen, with the numbers as a figure; `left_out` papers were taken, and are not in
    this survey's outline or section."""
    paragraphs = (
        Paragraph(tuple(_sources(search)), "sources"),
        Paragraph(tuple(_selection(search)), "selection"),
        Paragraph(tuple(_writing(search, works)), "writing"),
    )
    return Section(METHOD, paragraphs, figures=(_flow(search, len(works), left_out),))


def _sources(search: Search) -> list[SurveySentence]:
    found = [
        _said(f"The starting point is {search.list_name}, a curated list from which {_papers(search.from_list)} come.")
    ]
    if search.fetched and search.query:
        first, last = search.fetched
        found.append(
            _said(f"arXiv was asked for papers submitted from {first} to {last}; the query was: {search.query}.")
        )
        found.append(_said(f"In this way {_papers(search.from_arxiv)} came in."))
    else:
        found.append(_said("arXiv was not searched."))
    if search.from_people:
        found.append(_said(_capital(f"{_papers(search.from_people)} {_were(search.from_people)} added by hand.")))
    return found


def _selection(search: Search) -> list[SurveySentence]:
    judged = f" on vectors of the model {search.embedding}" if search.embedding else ""
    found = []
    if search.set_aside:
        found.append(
            _said(
                f"New papers were ranked by a classifier that learns from the list and from earlier decisions{judged}."
            )
        )
        found.append(_said(f"It set {_papers(search.set_aside)} aside as off topic; the others were left to people."))
    if search.rejected or search.later:
        found.append(_said(f"People rejected {_papers(search.rejected)} and put {_papers(search.later)} off."))
    if search.reasons:
        shown = [f"{reason} ({count})" for reason, count in search.reasons[:_MOST_REASONS]]
        found.append(_said(f"The reasons that they gave: {'; '.join(shown)}."))
    found.append(
        _said(
            _capital(f"{_papers(search.taken)} {_stand(search.taken)} in the list or {_were(search.taken)} accepted.")
        )
    )
    if search.as_of:
        found.append(_said(f"These numbers are those of {search.as_of}."))
    return found


def _writing(search: Search, works: Sequence[Work]) -> list[SurveySentence]:
    found = [_said(f"{_readings(reading_of(works))}.")]
    if search.language_model:
        found.append(
            _said(f"The text was put together by {search.program} with the language model {search.language_model}.")
        )
        found.append(
            _said("What the model wrote was kept only where the checker found it borne out by the papers cited.")
        )
        found.append(
            _said("The other sentences on a paper are its own, quoted or turned into the third person by rule.")
        )
        return found
    found.append(_said(f"The text was put together by {search.program} without a language model."))
    found.append(
        _said("Sentences on a paper are its own, quoted word for word or turned into the third person by rule.")
    )
    found.append(_said("The words between them only count and name."))
    return found


def _flow(search: Search, included: int, left_out: int) -> Figure:
    steps = [
        FlowStep(
            "Papers found",
            search.found,
            _some(("judged off topic", search.set_aside), ("not judged yet", search.unjudged)),
        ),
    ]
    people = search.found - search.set_aside - search.unjudged
    reasons = [(f"rejected: {one_line(reason)}", count) for reason, count in search.reasons[:4]]
    rest = search.rejected - sum(count for _, count in reasons)
    steps.append(
        FlowStep(
            "Listed, or looked at by people",
            people,
            _some(
                *reasons,
                ("rejected" if not reasons else "rejected for other or no reasons", rest),
                ("put off", search.later),
                ("not decided yet", search.waiting),
            ),
        )
    )
    steps.append(FlowStep("In the list or accepted", search.taken, _some(("outside this survey", left_out))))
    return search_flow([*steps, FlowStep("In this survey", included)])


def _some(*pairs: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(pair for pair in pairs if pair[1] > 0)


def limits(search: Search, works: Sequence[Work]) -> Section:
    """What this survey cannot say, and why."""
    read = reading_of(works)
    found = []
    if read.title:
        found.append(f"Of {_papers(read.title)} only the title is known: they are named, not described.")
    if read.abstract:
        found.append(f"Of {_papers(read.abstract)} only the abstract was read; what else they say is not here.")
    if not search.fetched:
        found.append("No search was made, so papers that the list lacks are missing here, too.")
    else:
        found.append("Only arXiv was searched; what is not there is here only if the list or a person brought it.")
    for first, last in search.missing[:3]:
        found.append(f"For papers submitted from {first} to {last}, arXiv was not asked.")
    if search.waiting:
        found.append(_capital(f"{_papers(search.waiting)} {_are(search.waiting)} still to be decided on."))
    found.append("Numbers stand side by side as the papers give them; the conditions they were measured under differ.")
    found.append("What is not said here may still stand in a paper: sentences were chosen by rule, not by an expert.")
    return Section(LIMITS, (Paragraph(tuple(map(_said, found)), "limits"),))


def overview(groups: Mapping[str, Sequence[Work]]) -> Paragraph:
    """The first paragraph of a section that has sections below it."""
    works = _each_once(groups)
    parts = _joined([f"{name} ({len(found)})" for name, found in groups.items()])
    return Paragraph(
        (_said(_capital(f"{_papers(len(works))} in {_count(len(groups), 'group')}: {parts}.")),), "overview"
    )


def _said(text: str) -> SurveySentence:
    parts: tuple[Part, ...] = (one_line(text),)
    return SurveySentence(parts)


def _papers(count: int) -> str:
    return _count(count, "paper")


def _count(count: int, what: str) -> str:
    if count == 0:
        return f"no {what}s"
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    number = words[count - 1] if count <= len(words) else f"{count:,}"
    return f"{number} {what}{'' if count == 1 else 's'}"


def _joined(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _readings(read: Reading) -> str:
    found = [
        (read.pdf, "read as PDF"),
        (read.abstract, "known by the abstract"),
        (read.title, "known by the title only"),
    ]
    shown = [f"{_papers(count) if n == 0 else count} {_were(count)} {how}"
             for n, (count, how) in enumerate(pair for pair in found if pair[0])]  # fmt: skip
    return _capital(_joined(shown) or "no paper was read")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _stand(count: int) -> str:
    return "stands" if count == 1 else "stand"


def _between(works: Sequence[Work]) -> str:
    years = [year for work in works if (year := _year(work))]
    if not years:
        return ""
    first, last = min(years), max(years)
    return f" of {first}" if first == last else f" from {first} to {last}"


def _year(work: Work) -> int | None:
    return work.facts.year or work.source.year


def _author(work: Work) -> str:
    """The first author's family name, "" if no author is known."""
    name = read_name(work.facts.authors[0]) if work.facts.authors else None
    return (name.family or name.literal) if name else ""


def _venues(works: Sequence[Work]) -> list[str]:
    counted = Counter(work.facts.venue for work in works if work.facts.venue)
    return [f"{name} ({count})" for name, count in counted.most_common(_MOST_VENUES) if count > 1]


def _each_once(groups: Mapping[str, Sequence[Work]]) -> list[Work]:
    return list({work.key: work for found in groups.values() for work in found}.values())
