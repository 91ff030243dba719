"""What a person decided and what was published. Decisions are only ever added; an undo is a decision too. Whether a
published entry stands in the list is what the list said when it was last looked at."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from triage.errors import StoreError
from triage.models import Decision, Publication, SectionPath, Verdict
from triage.storage.codec import dump_path, load_path
from triage.storage.database import Database

_SEEN = "list:seen"
_FIELDS = "paper_id, verdict, section, entry, note, at, number"


class Ledger:
    """The tables `decisions` and `publications`."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def decide(self, decision: Decision) -> Decision:
        """Adds a decision and gives it back with its number and time."""
        at = decision.at or datetime.now()
        with self._db:
            cursor = self._db.execute(
                "INSERT INTO decisions (paper_id, verdict, section, entry, note, at) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    decision.paper_id,
                    decision.verdict.value,
                    dump_path(decision.section),
                    decision.entry,
                    decision.note,
                    at.isoformat(timespec="seconds"),
                ),
            )
        return Decision(
            decision.paper_id,
            decision.verdict,
            decision.section,
            decision.entry,
            decision.note,
            at,
            cursor.lastrowid or 0,
        )

    def undo(self) -> Decision | None:
        """Takes back the last standing decision on an unpublished paper, and gives it; None if there is none."""
        row = self._db.execute(
            f"""SELECT {_FIELDS} FROM standing
                WHERE paper_id NOT IN (SELECT paper_id FROM publications WHERE stands) ORDER BY number DESC LIMIT 1"""
        ).fetchone()
        if row is None:
            return None
        decision = _decision(row)
        with self._db:
            self._db.execute(
                "INSERT INTO decisions (paper_id, verdict, section, undoes, at) VALUES (?, 'undo', '[]', ?, ?)",
                (decision.paper_id, decision.number, datetime.now().isoformat(timespec="seconds")),
            )
        return decision

    def standing(self) -> list[Decision]:
        """The decision that holds for each decided paper, oldest first."""
        rows = self._db.execute(f"SELECT {_FIELDS} FROM latest_decisions ORDER BY number")
        return [_decision(row) for row in rows]

    def of(self, paper_id: str) -> Decision | None:
        """The decision that holds for this paper."""
        row = self._db.execute(f"SELECT {_FIELDS} FROM latest_decisions WHERE paper_id = ?", (paper_id,)).fetchone()
        return _decision(row) if row else None

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

    def publication(self, paper_id: str) -> Publication | None:
        """Where and how this paper was published; None if the list was never seen to have it."""
        row = self._db.execute(
            """SELECT paper_id, section, entry, at, stands FROM publications
               WHERE paper_id = ? AND stands IS NOT NULL""",
            (paper_id,),
        ).fetchone()
        return _publication(row) if row else None

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
        by paper id, and no others; `seen` identifies the list's text. Where the store cannot be written, this holds
        for this connection alone."""
        try:
            with self._db:
                self._mark(found)
                self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (_SEEN, seen))
        except StoreError:
            self._db.execute("DROP VIEW IF EXISTS temp.stages")
            self._db.execute("DROP TABLE IF EXISTS temp.publications")
            self._db.execute("CREATE TEMP TABLE publications AS SELECT * FROM main.publications")
            (view,) = self._db.execute("SELECT sql FROM main.sqlite_schema WHERE name = 'stages'").fetchone()
            self._db.execute(view.replace("CREATE VIEW", "CREATE TEMP VIEW", 1))
            self._mark(found)

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
        at = datetime.now().isoformat(timespec="seconds")
        self._db.execute(
            "INSERT OR REPLACE INTO publications (paper_id, section, entry, at, stands) VALUES (?, ?, ?, ?, ?)",
            (one.paper_id, dump_path(one.section), one.entry, at, stands),
        )


def _publication(row: tuple[str, str, str, str, int | None]) -> Publication:
    paper_id, section, entry, at, stands = row
    return Publication(paper_id, load_path(section), entry, datetime.fromisoformat(at), bool(stands))


class PersonFacts:
    """The table `person_facts`: what a person said of a paper for its entry, by the name of the field, each as one line
    of text ("": it is not known). No machine writes here, and none writes over it."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def of(self, paper_id: str) -> dict[str, str]:
        """All that a person said of this paper."""
        rows = self._db.execute("SELECT field, value FROM person_facts WHERE paper_id = ? ORDER BY field", (paper_id,))
        return dict(rows)

    def give(self, paper_id: str, values: Mapping[str, str]) -> None:
        """Keeps these values, in place of those that were given before for the same fields."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO person_facts (paper_id, field, value, at) VALUES (?, ?, ?, ?)",
                [(paper_id, field, value, now) for field, value in values.items()],
            )

    def forget(self, paper_id: str, fields: Iterable[str]) -> None:
        """Lets the machine have its way again with these fields."""
        with self._db:
            self._db.executemany(
                "DELETE FROM person_facts WHERE paper_id = ? AND field = ?", [(paper_id, field) for field in fields]
            )


def _decision(row: tuple[str, str, str, str | None, str | None, str, int]) -> Decision:
    paper_id, verdict, section, entry, note, at, number = row
    return Decision(paper_id, Verdict(verdict), load_path(section), entry, note, datetime.fromisoformat(at), number)
