"""Judging anew while somebody reviews: in a process of its own, so that the screen never waits for it."""

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType

from triage.errors import TriageError

_KINDER = 10


class Learner:
    """Call it to judge all papers of a workspace anew from the decisions so far. Use as a context manager: leaving it
    ends the process at once, whatever it is doing; judgements are stored whole or not at all."""

    def __init__(self, root: Path) -> None:
        """`root` is the folder with triage.toml."""
        self._root = root
        self._line: Connection | None = None
        self._end: Callable[[], None] = _nothing

    def __enter__(self) -> "Learner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __call__(self) -> None:
        """Returns when the judgements are in the store. Raises TriageError."""
        line = self._line or self._start()
        try:
            line.send("learn")
            said = line.recv()
        except (EOFError, OSError):
            self._line = None
            raise TriageError("the judge's process has ended; your decisions are kept") from None
        if said:
            raise TriageError(said)

    def _start(self) -> Connection:
        context = get_context("spawn")
        self._line, theirs = context.Pipe()
        process = context.Process(target=_learn_on_demand, args=(self._root, theirs), daemon=True)
        process.start()
        theirs.close()
        self._end = process.kill
        return self._line


def _learn_on_demand(root: Path, line: Connection) -> None:
    """Judges at each message, and answers with "" or what went wrong; until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_KINDER)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    from triage.commands.opening import open_workspace
    from triage.steps.judge import judge

    with open_workspace(root, quiet=True) as workspace:
        while True:
            try:
                line.recv()
            except EOFError:
                return
            try:
                workspace.forget_list()
                judge(workspace.store, workspace.document, workspace.vectors, workspace.progress)
                line.send("")
            except TriageError as error:
                line.send(str(error))


def _nothing() -> None:
    """There is no process to end yet."""
