"""Reads PDFs with PyMuPDF in a child process: hostile files meet native code there, under limits of time and memory,
with none of the person's keys in the environment."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from triage.errors import ReadError
from triage.models import Figure, FullText

_START_SECONDS = 120.0
_NEEDED = frozenset(
    "PATH HOME LANG LANGUAGE TZ TMPDIR TEMP TMP VIRTUAL_ENV PYTHONHOME PYTHONPATH"
    " LD_LIBRARY_PATH DYLD_LIBRARY_PATH SYSTEMROOT WINDIR COMSPEC".split()
)


def open_reader(seconds: int, megabytes: int) -> "ChildReader":
    """A reader that gives each PDF so many seconds and megabytes of memory; its child starts with the first PDF."""
    return ChildReader(seconds, megabytes)


class ChildReader:
    """One long-lived child that reads PDFs, replaced when it dies or takes too long. For one thread."""

    def __init__(self, seconds: int, megabytes: int) -> None:
        self.seconds: float = seconds
        self._megabytes = megabytes
        self._child: _Child | None = None

    def read(self, path: Path, paper_id: str, version: int) -> FullText:
        """The text of the PDF at `path`. Raises ReadError if it is encrypted, has no text, is withdrawn, cut or no PDF,
        or if reading it takes too long or too much memory."""
        from pydantic import TypeAdapter

        answer = self._ask({"do": "read", "path": str(path), "paper_id": paper_id, "version": version}, path)
        return TypeAdapter(FullText).validate_json(answer)

    def save_figure(self, path: Path, figure: Figure, target: Path) -> None:
        """Draws a figure (without its caption) of the PDF at `path` into the PNG file `target`. Raises ReadError."""
        place = {"page": figure.page, "number": figure.number, "target": str(target)}
        self._ask({"do": "figure", "path": str(path), **place}, path)

    def close(self) -> None:
        """Ends the child."""
        if self._child:
            self._child.end()
            self._child = None

    def _ask(self, request: dict[str, Any], path: Path) -> str:
        if not path.is_file():
            raise ReadError(f"{path} does not exist; fetch it again")
        if self._child is None:
            self._child = _Child(self._megabytes)
        try:
            answer = self._child.ask(request, self.seconds)
        except TimeoutError as error:
            self.close()
            raise ReadError(
                f"{path.name} took longer than {self.seconds} s; raise [read] seconds in triage.toml"
            ) from error
        except (EOFError, OSError, ValueError) as error:
            self.close()
            raise ReadError(
                f"{path.name} broke the PDF reader (damaged, or more than [read] megabytes = {self._megabytes})"
            ) from error
        if "error" in answer:
            raise ReadError(f"{path.name}: {answer['error']}")
        return str(answer["text"])


class _Child:
    """The child process; a thread waits for its answers, so that waiting can end on every system."""

    def __init__(self, megabytes: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "triage.reading.worker", str(megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._end = weakref.finalize(self, _kill, self._process)
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        self._ready = False

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The child's answer. Raises TimeoutError, EOFError if it died, ValueError if it talks nonsense."""
        if not self._ready:
            self._receive(_START_SECONDS)
            self._ready = True
        if self._process.stdin is None:
            raise EOFError
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return self._receive(seconds)

    def end(self) -> None:
        """Kills the child."""
        self._end()

    def _receive(self, seconds: float) -> dict[str, Any]:
        try:
            line = self._answers.get(timeout=seconds)
        except queue.Empty as error:
            raise TimeoutError from error
        if not line:
            raise EOFError
        answer: dict[str, Any] = json.loads(line)
        return answer


def _environment() -> dict[str, str]:
    """What a Python process needs to start, and nothing else: a file that takes over the child finds no key in it."""
    return {name: value for name, value in os.environ.items() if name.upper() in _NEEDED or name.startswith("LC_")}


def _listen(process: "subprocess.Popen[bytes]", answers: "queue.Queue[bytes]") -> None:
    if process.stdout is not None:
        for line in process.stdout:
            answers.put(line)
    answers.put(b"")


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()
