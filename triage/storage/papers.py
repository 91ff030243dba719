"""Papers as the feed describes them, who else they are known as, and what went wrong with them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from triage.identity import title_key
from triage.models import Paper, Problem, Stage
from triage.storage.codec import dump, dump_time, load, now
from triage.storage.database import Database

_BATCH = 500


class Papers:
    """The tables `papers`, `paper_words` and `problems`."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def get(self, paper_id: str) -> Paper | None:
        """The paper of that id, or None."""
        row = self._db.execute("SELECT data FROM papers WHERE id = ?", (paper_id,)).fetchone()
        return load(Paper, row[0]) if row else None

    def all(self) -> Iterator[Paper]:
        """Every paper, in the order they came."""
        for (data,) in self._db.execute("SELECT data FROM papers ORDER BY rowid"):
            yield load(Paper, data)

    def ids(self) -> list[str]:
        """Every paper's id, in the order they came."""
        return [row[0] for row in self._db.execute("SELECT id FROM papers ORDER BY number")]

    def count(self) -> int:
        """How many papers there are."""
        return int(self._db.execute("SELECT count(*) FROM papers").fetchone()[0])

    def twin(self, paper: Paper) -> Paper | None:
        """The stored paper that is this one: by id, else by DOI, else by title and first author."""
        same = self.get(paper.id)
        if same is not None:
            return same
        if paper.doi:
            row = self._db.execute("SELECT data FROM papers WHERE doi = ?", (paper.doi.lower(),)).fetchone()
            if row:
                return load(Paper, row[0])
        for (data,) in self._db.execute("SELECT data FROM papers WHERE title_key = ?", (title_key(paper.title),)):
            other = load(Paper, data)
            if _same_first_author(paper, other):
                return other
        return None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Makes the saves inside it one transaction: all of them are kept, or none."""
        with self._db:
            yield

    def save(self, paper: Paper, origin: str = "watch") -> None:
        """Adds the paper, or replaces what is known of it; `origin` is "watch" or "person", and "person" stays."""
        with self._db:
            self._db.execute(
                """INSERT INTO papers (id, title, title_key, doi, published, version, origin, added_at, data)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET title = excluded.title, title_key = excluded.title_key,
                       doi = excluded.doi, published = excluded.published, version = excluded.version,
                       data = excluded.data,
                       origin = CASE WHEN excluded.origin = 'person' THEN 'person' ELSE papers.origin END""",
                (
                    paper.id,
                    paper.title,
                    title_key(paper.title),
                    paper.doi.lower() if paper.doi else None,
                    paper.published.isoformat() if paper.published else None,
                    paper.version,
                    origin,
                    now(),
                    dump(paper),
                ),
            )
            number = self._db.execute("SELECT number FROM papers WHERE id = ?", (paper.id,)).fetchone()[0]
            self._db.execute("DELETE FROM paper_words WHERE rowid = ?", (number,))
            self._db.execute(
                "INSERT INTO paper_words (rowid, id, title, abstract, authors) VALUES (?, ?, ?, ?, ?)",
                (number, paper.id, paper.title, paper.abstract, ", ".join(paper.authors)),
            )

    def asked(self, paper_ids: Iterable[str]) -> None:
        """arXiv has just said what these papers are; those that are not stored are passed over."""
        moment = now()
        with self._db:
            self._db.executemany(
                "INSERT OR REPLACE INTO asked (paper_id, at) SELECT id, ? FROM papers WHERE id = ?",
                [(moment, paper_id) for paper_id in paper_ids],
            )

    def not_asked_since(self, moment: datetime, stages: Iterable[Stage]) -> list[str]:
        """Ids of the papers at these stages that arXiv was not asked about since `moment`, longest ago first."""
        wanted = [stage.value for stage in stages]
        rows = self._db.execute(
            f"""SELECT s.paper_id, coalesce(a.at, s.added_at) AS last FROM stages AS s
                LEFT JOIN asked AS a ON a.paper_id = s.paper_id
                WHERE s.stage IN ({",".join("?" * len(wanted))}) AND last < ? ORDER BY last, s.paper_id""",
            (*wanted, dump_time(moment)),
        )
        return [row[0] for row in rows]

    def problems(self, paper_id: str | None = None) -> list[Problem]:
        """Open problems, of one paper or of all."""
        where, values = ("WHERE paper_id = ?", (paper_id,)) if paper_id else ("", ())
        rows = self._db.execute(f"SELECT paper_id, step, message FROM problems {where} ORDER BY at, paper_id", values)
        return [Problem(*row) for row in rows]

    def set_problem(self, problem: Problem) -> None:
        """Keeps a problem until `clear_problem`."""
        with self._db:
            self._db.execute(
                "INSERT OR REPLACE INTO problems (paper_id, step, message, at) VALUES (?, ?, ?, ?)",
                (
                    problem.paper_id,
                    problem.step,
                    problem.message,
                    now(),
                ),
            )

    def clear_problem(self, paper_id: str, step: str) -> None:
        """The step succeeded for this paper."""
        with self._db:
            self._db.execute("DELETE FROM problems WHERE paper_id = ? AND step = ?", (paper_id, step))

    def by_ids(self, ids: Iterable[str]) -> list[Paper]:
        """The papers of these ids that are stored, in the order given."""
        wanted = list(ids)
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ",".join("?" * len(batch))
            found.update(self._db.execute(f"SELECT id, data FROM papers WHERE id IN ({marks})", batch))
        return [load(Paper, found[paper_id]) for paper_id in wanted if paper_id in found]


def _same_first_author(one: Paper, other: Paper) -> bool:
    if not one.authors or not other.authors:
        return True
    return _surname(one.authors[0]) == _surname(other.authors[0])


def _surname(name: str) -> str:
    if "," in name:
        return name.partition(",")[0].strip().casefold()
    return name.rpartition(" ")[2].casefold()
