"""The ledger of calls to a language model: what was asked, what it cost, what came back, what the guard said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.collection.codec import now
from triage.collection.database import Database

_BATCH = 500

KEPT = "kept"
"""The verdict of a reply that was used; "kept in part: why" if some of it was refused."""

NO_REPLY = "no reply: "
"""How the verdict of a call begins that brought no reply."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `prompt_key` is a hash of the prompt; `cost` in US dollars where the price is known; `verdict` is
    "kept", "kept in part: why", or why the reply was not used."""

    purpose: str
    model: str
    prompt_key: str
    seconds: float
    verdict: str
    paper_id: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None
    reply: str | None = None


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
        with self._db:
            self._db.execute(
                """INSERT INTO calls (paper_id, purpose, model, prompt_key, tokens_in, tokens_out, cost, seconds, reply,
                   verdict, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    call.paper_id,
                    call.purpose,
                    call.model,
                    call.prompt_key,
                    call.tokens_in,
                    call.tokens_out,
                    call.cost,
                    call.seconds,
                    call.reply,
                    call.verdict,
                    now(),
                ),
            )

    def note(
        self,
        purpose: str,
        model: str,
        prompt_key: str,
        paper_id: str | None,
        verdict: str,
        *,
        reply: str | None,
        seconds: float,
        tokens: tuple[int | None, int | None],
        cost: float | None,
    ) -> None:
        """Notes a call from its parts; `tokens` are those in and those out."""
        self.add(Call(purpose, model, prompt_key, seconds, verdict, paper_id, *tokens, cost, reply))

    def kept(self, prompt_key: str) -> str | None:
        """The reply that was used for this prompt (and model): it is not paid for twice."""
        row = self._db.execute(
            "SELECT reply FROM calls WHERE prompt_key = ? AND verdict LIKE ? ORDER BY number DESC LIMIT 1",
            (prompt_key, f"{KEPT}%"),
        ).fetchone()
        return row[0] if row else None

    def refused(self, prompt_key: str) -> str | None:
        """Why the reply to the last call for this prompt was not used; None if there was no such call or no reply."""
        row = self._db.execute(
            "SELECT verdict, reply FROM calls WHERE prompt_key = ? ORDER BY number DESC LIMIT 1", (prompt_key,)
        ).fetchone()
        return row[0] if row and row[1] is not None and not row[0].startswith(KEPT) else None

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
            """SELECT model, purpose, count(*), sum(verdict LIKE ?), sum(reply IS NULL), coalesce(sum(tokens_in), 0),
                   coalesce(sum(tokens_out), 0), sum(cost), sum(seconds)
               FROM calls GROUP BY model, purpose
               ORDER BY sum(coalesce(tokens_in, 0) + coalesce(tokens_out, 0)) DESC""",
            (f"{KEPT}%",),
        )
        return [Usage(*row) for row in rows]

    def refusals(self) -> Mapping[str, int]:
        """How many replies were not used, by the first words of the reason, the commonest first."""
        rows = self._db.execute(
            """SELECT CASE instr(said, ':') WHEN 0 THEN said ELSE substr(said, 1, instr(said, ':') - 1) END AS reason,
                   count(*) AS number
               FROM (SELECT replace(verdict, 'kept in part: ', '') AS said FROM calls
                     WHERE verdict != ? AND reply IS NOT NULL)
               GROUP BY reason ORDER BY number DESC, reason""",
            (KEPT,),
        )
        return dict(rows.fetchall())

    def outages(self) -> Mapping[tuple[str, str], int]:
        """How many calls brought no reply, by model and reason, the commonest first."""
        rows = self._db.execute(
            """SELECT model, replace(verdict, ?, '') AS reason, count(*) AS number FROM calls WHERE reply IS NULL
               GROUP BY model, reason ORDER BY number DESC, model, reason""",
            (NO_REPLY,),
        )
        return {(model, reason): number for model, reason, number in rows}
