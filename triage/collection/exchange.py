"""Decisions leave a store and come into another: they are the one thing in it that cannot be made again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from triage.collection.codec import dump, dump_path, dump_time, load, load_path, load_time
from triage.errors import TriageError
from triage.models import Paper, SectionPath

if TYPE_CHECKING:
    from triage.collection import Store


@dataclass(frozen=True, slots=True)
class Exported:
    """A decision, or the undoing of the one whose key is `undoes`, with its paper, so that it can stand alone. `at` is
    a time with its offset; `origin` says how the paper came into the store; `facts` are what a person said of it."""

    key: str
    at: str
    verdict: Literal["accept", "reject", "later", "undo"]
    paper: Paper
    origin: Literal["background", "list", "watch", "person"] = "watch"
    person: str | None = None
    session: str | None = None
    section: SectionPath = ()
    entry: str | None = None
    note: str | None = None
    undoes: str | None = None
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many decisions and papers came in, and how many of the decisions were there already."""

    decisions: int
    known: int
    papers: int


def export_decisions(store: "Store") -> Iterator[str]:
    """Every decision ever made, also those undone, oldest first: a line of JSON each, without its line end."""
    rows = store.connection.execute(
        """SELECT d.key, d.at, d.verdict, p.data, p.id, p.origin, d.person, d.session, d.section, d.entry, d.note, u.key
           FROM decisions AS d JOIN papers AS p ON p.id = d.paper_id LEFT JOIN decisions AS u ON u.number = d.undoes
           ORDER BY d.at, d.key"""
    )
    for key, at, verdict, data, paper_id, origin, person, session, section, entry, note, undoes in rows:
        paper, facts = load(Paper, data), store.person_facts.of(paper_id)
        path = load_path(section)
        yield dump(Exported(key, at, verdict, paper, origin, person, session, path, entry, note, undoes, dict(facts)))


def import_decisions(store: "Store", lines: Sequence[str], source: str) -> Imported:
    """Takes in the decisions of another store, each at its own time among those that are here; what is here already
    stays as it is. All of them come in, or none. `source` names where the lines are from.

    Raises TriageError naming the line that is not a decision, or that undoes one that is nowhere.
    """
    given = [(number, _read(line, f"{source}, line {number}")) for number, line in enumerate(lines, 1) if line.strip()]
    with store.connection as db:
        numbers: dict[str, int] = dict(db.execute("SELECT key, number FROM decisions"))
        before = len(numbers), _papers(store)
        ids = {one.paper.id: _take_paper(store, one) for _, one in given}
        for number, one in sorted(given, key=lambda pair: (pair[1].verdict == "undo", pair[1].at, pair[1].key)):
            if one.key in numbers:
                continue
            if (one.verdict == "undo") != (one.undoes in numbers):
                raise TriageError(f"{source}, line {number}: it undoes a decision that is neither in the file nor here")
            numbers[one.key] = db.execute(
                """INSERT INTO decisions (key, paper_id, verdict, section, entry, note, undoes, at, person, session)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    one.key,
                    ids[one.paper.id],
                    one.verdict,
                    dump_path(one.section),
                    one.entry,
                    one.note,
                    numbers[one.undoes] if one.undoes else None,
                    dump_time(load_time(one.at)),
                    one.person,
                    one.session,
                ),
            ).lastrowid
        papers = _papers(store) - before[1]
    added = len(numbers) - before[0]
    return Imported(added, len(given) - added, papers)


def _papers(store: "Store") -> int:
    """How many papers there are, wherever they came from."""
    return int(store.connection.execute("SELECT count(*) FROM papers").fetchone()[0])


def _read(line: str, where: str) -> Exported:
    try:
        made = load(Exported, line)
        load_time(made.at)
        if not (made.key and made.paper.id and made.paper.title):
            raise ValueError("key, paper id and title must be given")
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        raise TriageError(f"{where} is not a decision as `triage export --decisions` writes them: {reason}") from None
    return made


def _take_paper(store: "Store", one: Exported) -> str:
    """Adds the paper, unless it is here under this or another id, and what a person said of it where nobody here said
    otherwise; gives its id here."""
    here = store.papers.twin(one.paper)
    if here is None:
        store.papers.save(one.paper, one.origin)
    paper_id = here.id if here else one.paper.id
    known = store.person_facts.of(paper_id)
    lacking = {name: value for name, value in one.facts.items() if name not in known}
    if lacking:
        store.person_facts.give(paper_id, lacking)
    return paper_id
