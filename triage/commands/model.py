"""The language model at the command line: opened with the word of its key's owner, and what became of it said once."""

import sys
from collections.abc import Callable
from typing import TypeVar

from triage.errors import ModelSetupError, UnconfirmedHost
from triage.llm.credentials import KeyUse, remember
from triage.protocols import LanguageModel
from triage.screens.console import say
from triage.workspace import Workspace

T = TypeVar("T")


def model_or_reason(workspace: Workspace, offline: bool) -> tuple[LanguageModel | None, str]:
    """The language model if one is set and may be asked; else None, and why not if that is a mistake."""
    if offline:
        return None, ""
    try:
        return confirmed(lambda: workspace.model), ""
    except ModelSetupError as error:
        return None, str(error)


def confirmed(open_: Callable[[], T]) -> T:
    """What `open_` opens. If the key's owner was never asked whether this host may have the key, they are asked now,
    in a terminal, and their answer is kept; without a terminal or an answer the UnconfirmedHost stands."""
    try:
        return open_()
    except UnconfirmedHost as unconfirmed:
        use = _ask(unconfirmed.host)
        if use is None:
            raise
        file = remember(unconfirmed.host, use)
        say(f"kept in {file}")
        return open_()


def _ask(host: str) -> KeyUse | None:
    """What the person at the terminal says; None if nobody is there or they do not say."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    say(f"triage.toml has the language model at {host}; your OPENAI_API_KEY was not given for that host.")
    say("May it have your key?  y: yes, from now on   n: no, ask it without a key   Enter: not now")
    answer = sys.stdin.readline().strip().casefold()
    return {"y": KeyUse.SEND, "yes": KeyUse.SEND, "n": KeyUse.WITHHOLD, "no": KeyUse.WITHHOLD}.get(answer)
