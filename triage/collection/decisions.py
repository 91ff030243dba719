"""What a person decided and what was published. Decisions are only ever added; an undo is a decision too. Whether a
published entry stands in the list is what the list said when it was last looked at."""

import getpass
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from triage.collection.codec import dump, dump_path, dump_time, load, load_path, load_time, now
from triage.collection.database import Database
from triage.models import Decision, Publication, Reviewer, SectionPath, UnsavedEdit, Verdict

_SEEN = "list:seen"
_FIELDS = "paper_id, verdict, section, entry, note, at, number, key, person, session"


def reviewer(name: str = "") -> Reviewer:
    """A new session of the person of that name, else of the one who is logged in."""
    return Reviewer(name or _login(), secrets.token_hex(4), datetime.now(UTC))


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "somebody"  # A container or a system that knows no names.


class Ledger:
    """The tables `decisions` and `publications`, as one person sees them in one session."""

    def __init__(self, connection: Database, who: Reviewer) -> None:
        self._db = connection
        self.who = who

    def decide(self, decision: Decision) -> Decision:
        """Adds a decision of this session, and gives it back with all that the ledger knows of it. It is later than all
        decisions on the same paper, whatever the clock says, unless it comes with a time of its own."""
        with self._db:
            made = self._signed(decision)
            return replace(made, number=self._insert(made, made.verdict.value, None))

    def undo(self) -> Decision | None:
        """Takes back this session's last decision, else this person's last one from before the session began; of those
        that hold, on unpublished papers. Gives it; None if there is none."""
        with self._db:
            row = self._db.execute(
                f"""SELECT {_FIELDS} FROM latest_decisions
                    WHERE paper_id NOT IN (SELECT paper_id FROM publications WHERE stands)
                        AND (session IS :session OR (coalesce(person, :name) = :name AND at < :since))
                    ORDER BY session IS :session DESC, at DESC, key DESC LIMIT 1""",
                {"session": self.who.session, "name": self.who.name, "since": dump_time(self.who.since)},
            ).fetchone()
            if row is None:
                return None
            decision = _decision(row)
            self._insert(self._signed(Decision(decision.paper_id, decision.verdict)), "undo", decision.number)
            return decision

    def last(self) -> Decision | None:
        """The last decision of anybody that holds, on an unpublished paper."""
        row = self._db.execute(
            f"""SELECT {_FIELDS} FROM latest_decisions
                WHERE paper_id NOT IN (SELECT paper_id FROM publications WHERE stands)
                ORDER BY at DESC, key DESC LIMIT 1"""
        ).fetchone()
        return _decision(row) if row else None

    def current(self) -> list[Decision]:
        """The current decision on each decided paper, oldest first."""
        rows = self._db.execute(f"SELECT {_FIELDS} FROM latest_decisions ORDER BY at, key")
        return [_decision(row) for row in rows]

    def of(self, paper_id: str) -> Decision | None:
        """The decision that holds for this paper."""
        return self.decisions_of([paper_id]).get(paper_id)

    def decisions_of(self, paper_ids: Iterable[str]) -> dict[str, Decision]:
        """The decision that holds for each of these papers that was decided."""
        query = f"SELECT {_FIELDS} FROM latest_decisions WHERE paper_id IN ({{wanted}})"
        return {row[0]: _decision(row) for row in self._db.among(query, paper_ids)}

    def announce(self, wanted: Iterable[Publication]) -> None:
        """Notes what is about to be written into the list, so that it is known for the paper's own if this process ends
        before it can say that it was written. It is published once the list is seen to have it."""
        with self._db:
            for one in wanted:
                self._publish(one, None)

    def publish(self, paper_id: str, section: SectionPath, entry: str) -> None:
        """Notes that this entry now stands in the list."""
        with self._db:
            self._publish(Publication(paper_id, section, entry), 1)

    def publications(self) -> list[Publication]:
        """Every entry that was published or announced, by paper id; `stands` as last seen."""
        rows = self._db.execute("SELECT paper_id, section, entry, at, stands FROM publications ORDER BY paper_id")
        return [_publication(row) for row in rows]

    def publications_of(self, paper_ids: Iterable[str]) -> dict[str, Publication]:
        """Where and how each of these papers was published, of those that the list was ever seen to have."""
        rows = self._db.among(
            """SELECT paper_id, section, entry, at, stands FROM publications
               WHERE paper_id IN ({wanted}) AND stands IS NOT NULL""",
            paper_ids,
        )
        return {row[0]: _publication(row) for row in rows}

    def taken_out(self) -> list[str]:
        """The ids of papers that were published, that the list does not have any more, and whose acceptance stands."""
        rows = self._db.execute(
            """SELECT pub.paper_id FROM publications AS pub JOIN latest_decisions AS dec ON dec.paper_id = pub.paper_id
               WHERE pub.stands = 0 AND dec.verdict = 'accept' ORDER BY pub.at, pub.paper_id"""
        )
        return [paper_id for (paper_id,) in rows]

    def seen(self) -> str | None:
        """What `look` was told about the list when it was last looked at."""
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (_SEEN,)).fetchone()
        return row[0] if row else None

    def look(self, found: Mapping[str, tuple[SectionPath, str]], seen: str) -> None:
        """Notes which of the published entries stand in the list, with section and text as it has them: those `found`,
        by paper id, and no others; `seen` identifies the list's text."""
        with self._db:
            self._mark(found)
            self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_SEEN, seen))

    def look_only(self, found: Mapping[str, tuple[SectionPath, str]]) -> None:
        """Like `look`, for this connection alone: nothing is written into the store."""
        self._db.execute("DROP VIEW IF EXISTS temp.stages")
        self._db.execute("DROP TABLE IF EXISTS temp.publications")
        self._db.execute("CREATE TEMP TABLE publications AS SELECT * FROM main.publications")
        (view,) = self._db.execute("SELECT sql FROM main.sqlite_schema WHERE name = 'stages'").fetchone()
        self._db.execute(view.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
        self._mark(found)

    def _signed(self, decision: Decision) -> Decision:
        """The decision as one of this session, made now unless it comes with a time."""
        return replace(
            decision,
            at=decision.at or self._moment(decision.paper_id),
            key=secrets.token_hex(8),
            person=self.who.name,
            session=self.who.session,
        )

    def _insert(self, decision: Decision, verdict: str, undoes: int | None) -> int:
        """Adds a row and gives its number."""
        return self._db.execute(
            """INSERT INTO decisions (paper_id, verdict, section, entry, note, undoes, at, key, person, session)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                decision.paper_id,
                verdict,
                dump_path(decision.section),
                decision.entry,
                decision.note,
                undoes,
                dump_time(decision.at or datetime.now(UTC)),
                decision.key,
                decision.person,
                decision.session,
            ),
        ).lastrowid

    def _moment(self, paper_id: str) -> datetime:
        (last,) = self._db.execute("SELECT max(at) FROM decisions WHERE paper_id = ?", (paper_id,)).fetchone()
        present = datetime.now(UTC)
        return max(present, load_time(last) + timedelta(microseconds=1)) if last else present

    def _mark(self, found: Mapping[str, tuple[SectionPath, str]]) -> None:
        for one in self.publications():
            section, entry = found.get(one.paper_id, (one.section, one.entry))
            stands = one.paper_id in found
            if (section, entry, stands) != (one.section, one.entry, one.stands):
                self._db.execute(
                    "UPDATE publications SET section = ?, entry = ?, stands = ? WHERE paper_id = ?",
                    (dump_path(section), entry, int(stands), one.paper_id),
                )

    def _publish(self, one: Publication, stands: int | None) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO publications (paper_id, section, entry, at, stands) VALUES (?, ?, ?, ?, ?)",
            (one.paper_id, dump_path(one.section), one.entry, now(), stands),
        )


def _publication(row: tuple[str, str, str, str, int | None]) -> Publication:
    paper_id, section, entry, at, stands = row
    return Publication(paper_id, load_path(section), entry, load_time(at), bool(stands))


class PersonFacts:
    """The table `person_facts`: what a person said of a paper for its entry, by the name of the field, each as one line
    of text ("": it is not known). No machine writes here, and none writes over it."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def of(self, paper_id: str) -> dict[str, str]:
        """All that a person said of this paper."""
        rows = self._db.execute("SELECT field, value FROM person_facts WHERE paper_id = ? ORDER BY field", (paper_id,))
        return dict(rows)

    def of_all(self) -> dict[str, dict[str, str]]:
        """All that a person said of any paper, by its id."""
        found: dict[str, dict[str, str]] = {}
        for paper_id, field, value in self._db.execute("SELECT paper_id, field, value FROM person_facts"):
            found.setdefault(paper_id, {})[field] = value
        return found

    def give(self, paper_id: str, values: Mapping[str, str]) -> None:
        """Keeps these values, in place of those that were given before for the same fields."""
        moment = now()
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO person_facts (paper_id, field, value, at) VALUES (?, ?, ?, ?)",
                [(paper_id, field, value, moment) for field, value in values.items()],
            )

    def forget(self, paper_id: str, fields: Iterable[str]) -> None:
        """Lets the machine have its way again with these fields."""
        with self._db:
            self._db.executemany(
                "DELETE FROM person_facts WHERE paper_id = ? AND field = ?", [(paper_id, field) for field in fields]
            )


class UnsavedEdits:
    """The table `unsaved_edits`: what a person changed in a review and has not decided on, so that a killed terminal
    loses nothing."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def of(self, paper_id: str) -> UnsavedEdit:
        """What was changed on this paper; an empty edit if nothing was."""
        row = self._db.execute("SELECT data FROM unsaved_edits WHERE paper_id = ?", (paper_id,)).fetchone()
        return load(UnsavedEdit, row[0]) if row else UnsavedEdit()

    def keep(self, paper_id: str, edit: UnsavedEdit) -> None:
        """Keeps this, in place of what was kept before; an empty edit is forgotten."""
        if edit == UnsavedEdit():
            self.forget(paper_id)
            return
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO unsaved_edits (paper_id, data) VALUES (?, ?)", (paper_id, dump(edit))
            )

    def forget(self, paper_id: str) -> None:
        """A decision has taken it up, or the person has taken it back."""
        if self._db.execute("SELECT 1 FROM unsaved_edits WHERE paper_id = ?", (paper_id,)).fetchone():
            with self._db:
                self._db.execute("DELETE FROM unsaved_edits WHERE paper_id = ?", (paper_id,))


def _decision(row: tuple[str, str, str, str | None, str | None, str, int, str, str | None, str | None]) -> Decision:
    paper_id, verdict, section, entry, note, at, number, key, person, session = row
    return Decision(
        paper_id, Verdict(verdict), load_path(section), entry, note, load_time(at), number, key, person, session
    )
