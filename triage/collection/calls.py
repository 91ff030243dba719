"""The ledger of calls to a language model: what was asked, what it cost, what came back, and what of it was used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.collection.codec import now
from triage.collection.database import Database
from triage.models import Call, CallOutcome, Fault

_BATCH = 500
_COLUMNS = (
    "purpose, model, prompt_key, outcome, seconds, kind, reason, paper_id, reply, max_tokens, tokens_in, tokens_out, "
    "cost"
)
_USED = (CallOutcome.KEPT, CallOutcome.PARTIAL)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model was used for ("draft", "trial", "compare") and what that took. `kept` counts the calls whose
    replies were used, `unanswered` those that brought none; the other replies were refused. `cost` is None where no
    call's price is known."""

    model: str
    purpose: str
    calls: int
    kept: int
    unanswered: int
    tokens_in: int
    tokens_out: int
    cost: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What some calls took together. `cost` in US dollars is None where no call's price is known."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
    seconds: float = 0.0


class Calls:
    """The table `calls`."""

    def __init__(self, connection: Database) -> None:
        self._db = connection

    def add(self, call: Call) -> None:
        """Notes a call."""
        fault = call.fault or Fault("", "")
        used = (call.purpose, call.model, call.prompt_key, call.outcome.value, call.seconds, fault.kind, fault.reason)
        came = (call.paper_id, call.reply, call.max_tokens, call.tokens_in, call.tokens_out, call.cost)
        with self._db:
            self._db.execute(
                f"INSERT INTO calls ({_COLUMNS}, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*used, *came, now()),
            )

    def kept(self, prompt_key: str) -> str | None:
        """The reply that was used for this prompt (and model): it is not paid for twice."""
        row = self._db.execute(
            "SELECT reply FROM calls WHERE prompt_key = ? AND outcome IN (?, ?) ORDER BY number DESC LIMIT 1",
            (prompt_key, *_USED),
        ).fetchone()
        return row[0] if row else None

    def refused(self, prompt_key: str) -> Call | None:
        """The last call for this prompt if its reply was not used; None if it was, or there was no call or no reply."""
        row = self._db.execute(
            f"SELECT {_COLUMNS} FROM calls WHERE prompt_key = ? ORDER BY number DESC LIMIT 1", (prompt_key,)
        ).fetchone()
        if row is None or row[3] != CallOutcome.REFUSED:
            return None
        purpose, model, key, outcome, seconds, kind, reason, *rest = row
        return Call(purpose, model, key, CallOutcome(outcome), seconds, Fault(kind, reason), *rest)

    def spent(self, prompt_keys: Sequence[str]) -> Spent:
        """What all calls ever made for these prompts took."""
        total = Spent()
        for start in range(0, len(prompt_keys), _BATCH):
            batch = prompt_keys[start : start + _BATCH]
            row = self._db.execute(
                f"""SELECT coalesce(sum(tokens_in), 0), coalesce(sum(tokens_out), 0), sum(cost),
                        coalesce(sum(seconds), 0.0)
                    FROM calls WHERE prompt_key IN ({",".join("?" * len(batch))})""",
                list(batch),
            ).fetchone()
            cost = total.cost if row[2] is None else row[2] + (total.cost or 0.0)
            total = Spent(total.tokens_in + row[0], total.tokens_out + row[1], cost, total.seconds + row[3])
        return total

    def usage(self) -> list[Usage]:
        """What each model was used for, the most expensive in tokens first."""
        rows = self._db.execute(
            """SELECT model, purpose, count(*), sum(outcome IN (?, ?)), sum(outcome = ?), coalesce(sum(tokens_in), 0),
                   coalesce(sum(tokens_out), 0), sum(cost), sum(seconds)
               FROM calls GROUP BY model, purpose
               ORDER BY sum(coalesce(tokens_in, 0) + coalesce(tokens_out, 0)) DESC""",
            (*_USED, CallOutcome.NO_REPLY),
        )
        return [Usage(*row) for row in rows]

    def refusals(self) -> Mapping[str, int]:
        """How many replies were not used, or not wholly, by the kind of fault, the commonest first."""
        rows = self._db.execute(
            """SELECT kind, count(*) AS number FROM calls WHERE outcome IN (?, ?)
               GROUP BY kind ORDER BY number DESC, kind""",
            (CallOutcome.PARTIAL, CallOutcome.REFUSED),
        )
        return dict(rows.fetchall())

    def outages(self) -> Mapping[tuple[str, str], int]:
        """How many calls brought no reply, by model and reason, the commonest first."""
        rows = self._db.execute(
            """SELECT model, reason, count(*) AS number FROM calls WHERE outcome = ?
               GROUP BY model, reason ORDER BY number DESC, model, reason""",
            (CallOutcome.NO_REPLY,),
        )
        return {(model, reason): number for model, reason, number in rows}
