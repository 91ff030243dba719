"""Under which key each paper is cited, and the records that files of others brought, word for word."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from triage.collection.codec import dump, load, now
from triage.collection.database import Database
from triage.models import ImportedRecord


class Bibliography:
    """The tables `citation_keys` and `imported_records`. A key is given once and never changes; no two papers have keys
    that differ in case alone, since BibTeX would take them for one."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def keys(self, paper_ids: Iterable[str]) -> dict[str, str]:
        """The keys of those of these papers that have one."""
        return dict(self._db.among("SELECT paper_id, key FROM citation_keys WHERE paper_id IN ({wanted})", paper_ids))

    def taken(self) -> dict[str, str]:
        """Every key that some paper has, in lower case, with the paper's id."""
        return {key.lower(): paper_id for key, paper_id in self._db.execute("SELECT key, paper_id FROM citation_keys")}

    def give(self, keys: Mapping[str, str]) -> None:
        """These papers are cited by these keys from now on; a paper that has one keeps it."""
        moment = now()
        with self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO citation_keys (paper_id, key, at) VALUES (?, ?, ?)",
                [(paper_id, key, moment) for paper_id, key in keys.items()],
            )

    def imported(self, paper_ids: Iterable[str]) -> dict[str, ImportedRecord]:
        """The records that files brought of these papers, of those that have one."""
        rows = self._db.among("SELECT paper_id, data FROM imported_records WHERE paper_id IN ({wanted})", paper_ids)
        return {paper_id: load(ImportedRecord, data) for paper_id, data in rows}

    def keep(self, records: Mapping[str, ImportedRecord]) -> None:
        """Keeps the records of these papers; the first one of a paper stays."""
        moment = now()
        with self._db:
            self._db.executemany(
                "INSERT OR IGNORE INTO imported_records (paper_id, data, at) VALUES (?, ?, ?)",
                [(paper_id, dump(record), moment) for paper_id, record in records.items()],
            )

    def complete(self, paper_ids: Sequence[str], make: Callable[[str, Callable[[str], bool]], str]) -> dict[str, str]:
        """The key of each of these papers; one that has none gets what `make(paper_id, is_taken)` gives, for good."""
        with self._db:
            keys = self.keys(paper_ids)
            taken = self.taken()
            new: dict[str, str] = {}
            for paper_id in paper_ids:
                if paper_id not in keys and paper_id not in new:
                    new[paper_id] = make(paper_id, lambda key: key.lower() in taken)
                    taken[new[paper_id].lower()] = paper_id
            if new:
                self.give(new)
        return keys | new
