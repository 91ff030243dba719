"""What a person decided and what was published. Decisions are only ever added; an undo is a decision too."""

from datetime import datetime

from triage.models import Decision, Publication, SectionPath, Verdict
from triage.storage.codec import dump_path, load_path
from triage.storage.database import Database

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
                WHERE paper_id NOT IN (SELECT paper_id FROM publications) ORDER BY number DESC LIMIT 1"""
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

    def publish(self, paper_id: str, section: SectionPath, entry: str) -> None:
        """Notes that this entry now stands in the list."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO publications (paper_id, section, entry, at) VALUES (?, ?, ?, ?)",
                (paper_id, dump_path(section), entry, datetime.now().isoformat(timespec="seconds")),
            )

    def publication(self, paper_id: str) -> Publication | None:
        """Where and how this paper was published."""
        row = self._db.execute(
            "SELECT paper_id, section, entry, at FROM publications WHERE paper_id = ?", (paper_id,)
        ).fetchone()
        return Publication(row[0], load_path(row[1]), row[2], datetime.fromisoformat(row[3])) if row else None


def _decision(row: tuple[str, str, str, str | None, str | None, str, int]) -> Decision:
    paper_id, verdict, section, entry, note, at, number = row
    return Decision(paper_id, Verdict(verdict), load_path(section), entry, note, datetime.fromisoformat(at), number)
