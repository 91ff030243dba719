"""The ledger of calls to a language model: what was asked, what it cost, what came back, what the guard said."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `prompt_key` is a hash of the prompt; `cost` in US dollars where the price is known; `verdict` is
    "kept", or why the reply was not used."""

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


class Calls:
    """The table `calls`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
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
                    datetime.now().isoformat(timespec="seconds"),
                ),
            )
