"""Which papers' present vectors the index holds, so that nothing has to be compared over the wire."""

from collections.abc import Iterable

from triage.storage.database import Database


class Indexed:
    """The table `indexed`: rows vanish by trigger when a paper changes."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def lacking(self, model: str) -> list[str]:
        """Ids of the papers whose present vector is not in the index of this model, in the order they came."""
        rows = self._db.execute(
            """SELECT p.id FROM papers AS p LEFT JOIN indexed AS i ON i.paper_id = p.id AND i.model = ?
               WHERE i.paper_id IS NULL AND p.origin != 'background' ORDER BY p.number""",
            (model,),
        )
        return [row[0] for row in rows]

    def count(self, model: str) -> int:
        """How many papers the index of this model should hold."""
        return int(self._db.execute("SELECT count(*) FROM indexed WHERE model = ?", (model,)).fetchone()[0])

    def add(self, model: str, paper_ids: Iterable[str]) -> None:
        """The index of this model holds these papers' present vectors."""
        with self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO indexed (model, paper_id) VALUES (?, ?)", ((model, i) for i in paper_ids)
            )

    def keep(self, model: str, held: set[str]) -> None:
        """Forgets what is not in `held`, the keys that the index really holds."""
        rows = self._db.execute("SELECT paper_id FROM indexed WHERE model = ?", (model,)).fetchall()
        with self._db:
            self._db.executemany(
                "DELETE FROM indexed WHERE model = ? AND paper_id = ?",
                ((model, row[0]) for row in rows if row[0] not in held),
            )
