"""Decisions leave a store and come into another: they are the one thing in it that cannot be made again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from triage.errors import TriageError
from triage.models import Paper, SectionPath
from triage.storage.codec import dump, dump_path, dump_time, load, load_path, load_time

if TYPE_CHECKING:
    from triage.storage import Store


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
        before = len(numbers)
        papers = sum(_take_paper(store, one) for _, one in given)
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
                    one.paper.id,
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
    added = len(numbers) - before
    return Imported(added, len(given) - added, papers)


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


def _take_paper(store: "Store", one: Exported) -> int:
    """Adds the paper, and what a person said of it, where they are not known; gives how many papers came in."""
    is_new = store.papers.get(one.paper.id) is None
    if is_new:
        store.papers.save(one.paper, one.origin)
    known = store.person_facts.of(one.paper.id)
    lacking = {name: value for name, value in one.facts.items() if name not in known}
    if lacking:
        store.person_facts.give(one.paper.id, lacking)
    return int(is_new)
