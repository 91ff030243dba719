"""Under which key each paper is cited, and the records that files of others brought, word for word.

Both outlive what is known of a paper: a text that cites a key must still compile after a title was corrected, and a
record must come back as its owner wrote it. So keys are given once, the first record of a paper stays, and when two
papers turn out to be one, `triage.collection.papers` moves both to the one that is kept.
"""

from collections.abc import Callable, Iterable, Mapping

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

    def with_new(self, paper_ids: Iterable[str], make: Callable[[str, Callable[[str], bool]], str]) -> dict[str, str]:
        """The key of each of these papers: the one it has, else what `make(paper_id, is_taken)` gives. Nothing is kept;
        `give` does that, in the same transaction."""
        wanted = list(paper_ids)
        keys, taken = self.keys(wanted), self.taken()
        for paper_id in wanted:
            if paper_id not in keys:
                keys[paper_id] = make(paper_id, lambda key: key.lower() in taken)
                taken[keys[paper_id].lower()] = paper_id
        return keys
