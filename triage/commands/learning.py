"""Judging anew while somebody reviews: in a process of its own, so that the screen never waits for it.

`python -m triage.commands.learning FOLDER` judges at each line it reads, and answers with a line of JSON: what went
wrong, or "". (Not multiprocessing: that needs a standard error which a full screen does not have.)
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
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
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Learner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __call__(self) -> None:
        """Returns when the judgements are in the store. Raises TriageError."""
        process = self._process or self._start()
        said = ""
        try:
            if process.stdin and process.stdout:
                process.stdin.write("learn\n")
                process.stdin.flush()
                said = process.stdout.readline()
        except OSError:
            said = ""
        if not said:
            self._end()
            raise TriageError("the judge's process has ended; your decisions are kept")
        if problem := json.loads(said):
            raise TriageError(problem)

    def _start(self) -> "subprocess.Popen[str]":
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "triage.commands.learning", str(self._root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                if stream:
                    stream.close()


def main(root: Path) -> None:
    """Judges at each line of standard input, and answers on standard output; until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_KINDER)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    # Whatever a library prints must not be taken for an answer.
    os.dup2(2, 1)
    from triage.commands.opening import open_workspace
    from triage.steps.judge import judge

    with open_workspace(root, quiet=True) as workspace:
        for _ in sys.stdin:
            said = ""
            try:
                workspace.reread_list()
                judge(workspace.store, workspace.document, workspace.vectors, workspace.progress)
            except TriageError as error:
                said = str(error)
            answers.write(json.dumps(said) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
