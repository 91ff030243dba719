"""What flows between the steps: frozen values, no input or output of their own.

`Paper` comes from a feed, `FullText` from a PDF, `Judgement` and `Draft` from the machine, `Decision` from a person.
`Record` is everything known about one paper. `Facts` is what may be written into an entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

SectionPath = tuple[str, ...]
"""Headings from the outermost to the innermost, as a reader sees them: ("2 Unsupervised AD", "2.1 Memory Bank")."""

PATH_SEPARATOR = " > "


def show_path(path: SectionPath) -> str:
    """A section path as one line: "A > B"."""
    return PATH_SEPARATOR.join(path)


class Stage(StrEnum):
    """Where a paper stands; follows from the facts in the store, never stored itself."""

    LISTED = "listed"
    WATCHED = "watched"
    QUEUED = "queued"
    DRAFTED = "drafted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LATER = "later"
    PUBLISHED = "published"


class Verdict(StrEnum):
    """What a person said about a draft."""

    ACCEPT = "accept"
    REJECT = "reject"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as its feed describes it.

    `id` is the arXiv id without version ("2506.01234", "hep-th/9901001"), else "doi:…", else "pdf:…" (a content hash).
    """

    id: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comment: str | None = None
    journal_ref: str | None = None
    doi: str | None = None
    version: int = 1
    published: date | None = None
    updated: date | None = None
    abs_url: str | None = None
    pdf_url: str | None = None

    @property
    def title_and_abstract(self) -> str:
        """What is embedded and judged: the title and, below a blank line, the abstract; the title alone without one."""
        return f"{self.title}\n\n{self.abstract}" if self.abstract else self.title


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading inside a paper, with the 1-based page it stands on."""

    title: str
    page: int
    level: int = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """One item of a paper's bibliography; `text` is the item as printed."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    year: int | None = None
    arxiv_id: str | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its caption and the 1-based page it stands on."""

    caption: str
    page: int
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers with its caption and the 1-based page it stands on. `columns` are the headers, "" where one
    has none or nobody can tell; each of the `rows` has a cell for each of them, as it stands on the page."""

    caption: str
    page: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class PageText:
    """The cleaned text of one page (1-based number), and how far it can be trusted (0 to 1)."""

    number: int
    text: str
    quality: float = 1.0


@dataclass(frozen=True, slots=True)
class FullText:
    """What was read of a paper. `source` is "pdf" or "abstract"; `note` says why the abstract serves. `imprint` holds
    what the first page's margins and the file say of where it appeared, a statement each; `made` is the day on which
    the file was made."""

    paper_id: str
    version: int
    source: str
    pages: tuple[PageText, ...]
    title: str | None = None
    abstract: str | None = None
    headings: tuple[Heading, ...] = ()
    references: tuple[Reference, ...] = ()
    links: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    note: str | None = None
    authors: tuple[str, ...] = ()
    imprint: tuple[str, ...] = ()
    made: date | None = None
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of about 180 words of one paper, never across a section.

    `key` is a hash of the text; `start` and `end` are character offsets in the page's text; page 0 is the abstract.
    """

    key: str
    paper_id: str
    ordinal: int
    section: str
    page: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A listed entry that resembles a paper; `similarity` is a cosine."""

    title: str
    section: SectionPath
    similarity: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A section and how probable it is (0 to 1)."""

    section: SectionPath
    probability: float


DECIDED = 0.5
"""A section that the judge holds at least as likely as all others together stands, whatever a model says."""

NEAR = 2 / 3
"""Where none is, a section is open to a vote if it has at least this share of the likeliest one's probability."""


def open_sections(choices: Sequence[Choice]) -> tuple[SectionPath, ...]:
    """The sections among which a vote may choose, given the judge's choices, likeliest first; only the first where the
    judge has decided, () where it has none."""
    if not choices:
        return ()
    best = choices[0]
    if max(choice.probability for choice in choices) >= DECIDED:
        return (best.section,)
    return tuple(choice.section for choice in choices if choice.probability >= NEAR * best.probability)


@dataclass(frozen=True, slots=True)
class Cluster:
    """The section that a paper would start: two to four `words` that its papers share (one if they share no more), as
    they write them; `papers` are the titles of the nearest others that would stand in it, at most three, and `more`
    counts those not named. Without papers it would stand there alone."""

    words: tuple[str, ...]
    papers: tuple[str, ...] = ()
    more: int = 0

    @property
    def name(self) -> str:
        """The words as one heading: "video anomaly · surveillance"."""
        return " · ".join(self.words)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the machine thinks of a paper: does it belong, where, and what says so.

    `relevance` (0 to 1) is a scale, not a probability: the list's typical entry has 0.9, from 0.5 on a paper is queued,
    one set aside has typically 0.05 (`triage.judging.calibration.RelevanceScale`); `sections` are the likeliest
    sections, likeliest first; `none_fits` is the probability that no existing section is right; `neighbours` are the
    nearest listed entries; `words` weighed most. `basis` is a fingerprint of the evidence it was learned from;
    `cluster` is the section that a queued paper which fits nowhere would start; `listed_authors` are those of a queued
    paper's authors who stand on the list, with how many of its entries they wrote.
    """

    paper_id: str
    relevance: float
    queued: bool
    sections: tuple[Choice, ...]
    neighbours: tuple[Neighbour, ...] = ()
    words: tuple[str, ...] = ()
    none_fits: float = 0.0
    basis: str = ""
    cluster: Cluster | None = None
    listed_authors: tuple[tuple[str, int], ...] = ()

    @property
    def section(self) -> SectionPath:
        """The likeliest section, or () if the list has none."""
        return self.sections[0].section if self.sections else ()

    @property
    def confidence(self) -> float:
        """How probable the likeliest section is (0 to 1)."""
        return self.sections[0].probability if self.sections else 0.0

    @property
    def new_section(self) -> SectionPath:
        """The section that the paper would start, beside the likeliest one; () if it would not start one. Its name
        holds letters, digits, blanks, hyphens and "·" only: it may become a heading of the list."""
        if self.cluster is None or not self.cluster.words:
            return ()
        return (*self.section[:-1], self.cluster.name)

    @property
    def fits_nowhere(self) -> bool:
        """Whether "no section fits" is at least as likely as the likeliest section: `sections` hold if one fits."""
        return self.none_fits > 0 and self.none_fits >= self.confidence * (1 - self.none_fits)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What the judge would have done with papers that are wanted for certain, each judged without having been learned
    from: of `entries` of the list it would have set aside `missed`, of the `accepted` papers `accepted_missed`."""

    entries: int
    missed: int
    accepted: int = 0
    accepted_missed: int = 0

    @property
    def share(self) -> float:
        """The share of what is wanted that is set aside (0 to 1). An accepted paper counts if it would have been: those
        that were queued say nothing, since mostly queued papers are looked at."""
        return (self.missed + self.accepted_missed) / max(self.entries + self.accepted_missed, 1)

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the true share lies with a probability of 95 % (Wilson's score interval, 1927)."""
        count, z = max(self.entries + self.accepted_missed, 1), 1.96
        middle = (self.share + z * z / (2 * count)) / (1 + z * z / count)
        half = z / (1 + z * z / count) * (self.share * (1 - self.share) / count + (z / (2 * count)) ** 2) ** 0.5
        return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a paper that an entry may show. Unknown is None or empty, never a placeholder.

    `venue` is without its year ("MICCAI"), None for a preprint; `year` is the venue's, else the preprint's;
    `day` is when it first appeared. `paper_url` is the published version. `stars` is an importance from 1 to 3;
    `marks` are the list's own flags, such as "*" for a non-medical paper.
    """

    title: str
    authors: tuple[str, ...] = ()
    venue: str | None = None
    year: int | None = None
    day: date | None = None
    arxiv_id: str | None = None
    doi: str | None = None
    paper_url: str | None = None
    code_url: str | None = None
    project_url: str | None = None
    data_url: str | None = None
    summary: str | None = None
    abstract: str | None = None
    datasets: tuple[str, ...] = ()
    figure_url: str | None = None
    stars: int | None = None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a model's reply, or a value of it, was not used: a `kind` to count by ("no JSON", "dataset"; "" if there is
    none to count by) and the `reason`."""

    kind: str
    reason: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}" if self.kind else self.reason


class CallOutcome(StrEnum):
    """What came of one call to a model."""

    KEPT = "kept"
    PARTIAL = "kept in part"
    REFUSED = "refused"
    NO_REPLY = "no reply"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a model. `prompt_key` is a hash of the prompt; `fault` says why the reply, or a part of it, was not
    used, or why there is none; `max_tokens` is how long the answer might be; `cost` is in US dollars where the price is
    known."""

    purpose: str
    model: str
    prompt_key: str
    outcome: CallOutcome
    seconds: float
    fault: Fault | None = None
    paper_id: str | None = None
    reply: str | None = None
    max_tokens: int | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What the machine would write. `by` is "rules" or the model's name; `quotes` support the values they are keyed by;
    `notes` say what a reviewer should know, `refused` are the values of the model's answer that were not used; `key`
    identifies prompt, model and paper version. `vote` is the section that a model chose, of those `offered` to it, and
    `reason` its line about it; `voted` if that, and not the judge, settled the section; `tags` are further finds: task,
    modality, method. Where a person gave some of the facts, `machine_facts` and `machine_entry` are what the machine
    alone would have written."""

    paper_id: str
    section: SectionPath
    facts: Facts
    entry: str
    by: str = "rules"
    quotes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    key: str = ""
    vote: SectionPath | None = None
    reason: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[SectionPath, ...] = ()
    machine_facts: Facts | None = None
    machine_entry: str | None = None
    voted: bool = False
    refused: tuple[Fault, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """The notes, and a line for each value that was refused."""
        return (*self.notes, *(f"{self.by}: refused: {fault}" for fault in self.refused))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said. `section` and `entry` hold for an accepted paper. The ledger knows the rest: when, a `number`
    that counts in this store, a `key` that is the same in every store it is taken to, and who said it in which session
    (None where that was not recorded)."""

    paper_id: str
    verdict: Verdict
    section: SectionPath = ()
    entry: str | None = None
    note: str | None = None
    at: datetime | None = None
    number: int = 0
    key: str = ""
    person: str | None = None
    session: str | None = None


@dataclass(frozen=True, slots=True)
class UnsavedEdit:
    """What a person has changed on a paper without deciding on it yet: another section (which the list need not have if
    it is a `new_section`), entry or note; None where nothing was changed."""

    section: SectionPath | None = None
    entry: str | None = None
    note: str | None = None
    new_section: bool = False


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides: a person by `name`, in one `session` (one run of the program), which began at `since`."""

    name: str
    session: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """An accepted entry that was put into the list; `stands` is whether the list had it when it was last looked at.
    Section and entry are those of the list then, or of the last time that it had the paper."""

    paper_id: str
    section: SectionPath
    entry: str
    at: datetime | None = None
    stands: bool = True


TELLING = 12
"""A title of fewer letters ("SAM 2") tells a paper only together with one of its authors."""
UNMISTAKABLE = 30
"""A title of so many letters tells a paper whoever is said to have written it."""
YEARS_APART = 2


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one work from another. `ids` are "arxiv:…", "doi:…", "openreview:…", "acl:…", "dblp:…"; `addresses`
    the paper's own web addresses, `title` and `names` (its authors' last names) each brought to one form."""

    ids: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    title: str = ""
    names: frozenset[str] = frozenset()
    year: int | None = None

    @property
    def aliases(self) -> tuple[str, ...]:
        """What the work is known by: any two records of one work share one of these."""
        found = [*sorted(self.ids), *sorted(f"address:{address}" for address in self.addresses)]
        return tuple(found + ([f"title:{self.title}"] if self.title else []))

    def is_same(self, other: "Identity") -> bool:
        """Whether both are one work: a shared id or address says so, and so does a title, unless authors or years speak
        against it; a short title, or one under two arXiv ids, only with a common author."""
        if self.ids & other.ids or (self.addresses & other.addresses and not self._both_on_arxiv(other)):
            return True
        if not self.title or self.title != other.title:
            return False
        if self.names & other.names:
            return True
        if self._both_on_arxiv(other) or self._years_apart(other):
            return False
        return len(self.title) >= (UNMISTAKABLE if self.names and other.names else TELLING)

    def may_be(self, other: "Identity") -> bool:
        """Whether both have one title, and neither authors nor years speak against one work: too little to make them
        one, enough not to take the other for something new."""
        strangers = self.names and other.names and not self.names & other.names
        return bool(self.title) and self.title == other.title and not strangers and not self._years_apart(other)

    def _both_on_arxiv(self, other: "Identity") -> bool:
        return all(any(one.startswith("arxiv:") for one in known.ids) for known in (self, other))

    def _years_apart(self, other: "Identity") -> bool:
        return self.year is not None and other.year is not None and abs(self.year - other.year) > YEARS_APART


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """One entry as it was read from the list, before it is known whose it is. `identity` is what it says of its paper,
    `words` what a reader sees of it, without markup; `links` lead to the paper (the first one) and to more of it."""

    section: SectionPath
    line: int
    text: str
    words: str
    title: str
    identity: Identity
    authors: tuple[str, ...] = ()
    venue: str | None = None
    year: int | None = None
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry that stands in the list as it did when it was last read, perhaps on another line."""

    section: SectionPath
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ListedAs:
    """A paper's place in the list: one of its entries. `line` is 1-based; `title`, `venue` and `year` are as the list
    writes them, `text` is the whole entry."""

    paper_id: str
    section: SectionPath
    line: int
    title: str
    venue: str | None
    year: int | None
    text: str


class ExportFormat(StrEnum):
    """The formats of a bibliography."""

    BIB = "bib"
    BIBLATEX = "biblatex"
    RIS = "ris"
    CSL = "csl-json"
    CSV = "csv"
    JSON = "json"
    MD = "md"


class TextFormat(StrEnum):
    """The formats of a survey."""

    MD = "md"
    TEX = "tex"


@dataclass(frozen=True, slots=True)
class ImportedRecord:
    """A record as a file had it, kept word for word so that it can be written again: its `format` ("bib", "ris",
    "csl-json"), `kind` there, the `key` it is cited by ("" if it had none), its fields in order, and the line of the
    file (1-based, 0 where that is unknown) on which it began."""

    format: str
    kind: str
    key: str
    fields: tuple[tuple[str, str], ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one paper in one step; kept until the step succeeds."""

    paper_id: str
    step: str
    message: str


def proposed_section(judgement: Judgement | None, draft: Draft | None) -> SectionPath:
    """Where the machine would put a paper now: into the judge's likeliest section, or into the one that a model's vote
    settled as long as the judge leaves it open. Without a judgement that names a section, where it was drafted for."""
    if judgement is None or not judgement.sections:
        return draft.section if draft else ()
    if draft and draft.voted and draft.section in open_sections(judgement.sections):
        return draft.section
    return judgement.section


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known about one paper."""

    paper: Paper
    stage: Stage
    text_source: str | None = None
    judgement: Judgement | None = None
    draft: Draft | None = None
    decision: Decision | None = None
    publication: Publication | None = None
    entries: tuple[ListedAs, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def section(self) -> SectionPath:
        """Where it stands or is proposed to stand: the person's word before the machine's."""
        if self.publication and self.publication.stands:
            return self.publication.section
        if self.decision and self.decision.section:
            return self.decision.section
        if self.entries:
            return self.entries[0].section
        return proposed_section(self.judgement, self.draft)

    @property
    def confidence(self) -> float:
        """The judge's probability for this section (0 to 1), whoever chose it; 0 if the judge did not name it."""
        choices = self.judgement.sections if self.judgement else ()
        return next((choice.probability for choice in choices if choice.section == self.section), 0.0)

    @property
    def entry(self) -> str | None:
        """The entry as it is or was written: the person's text before the machine's. A draft's is for the draft's own
        section (see `triage.steps.review.proposed_entry`)."""
        if self.publication and self.publication.stands:
            return self.publication.entry
        if self.decision and self.decision.entry:
            return self.decision.entry
        if self.entries:
            return self.entries[0].text
        return self.draft.entry if self.draft else None
