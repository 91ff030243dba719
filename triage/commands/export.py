"""`triage export` and `triage import`: decisions as a file."""

import sys
from pathlib import Path

from triage.collection.exchange import export_decisions, import_decisions
from triage.commands.opening import open_workspace
from triage.errors import FileError, reason
from triage.files import write_atomically
from triage.screens.console import plural, say

_STANDARD = Path("-")


def export(folder: Path | None, *, decisions: Path) -> None:
    """Writes every decision to the file `decisions`, or to stdout if it is "-". Raises FileError."""
    with open_workspace(folder) as workspace:
        lines = list(export_decisions(workspace.store))
    text = "".join(f"{line}\n" for line in lines).encode()
    if decisions == _STANDARD:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    else:
        write_atomically(decisions, text)
        say(f"{plural(len(lines), 'decision')} written to {decisions}; `triage import --decisions` reads them")


def import_(folder: Path | None, *, decisions: Path) -> None:
    """Adds the decisions in the file `decisions`, or on stdin if it is "-". Raises FileError."""
    lines = _read(decisions)
    with open_workspace(folder) as workspace:
        done = import_decisions(workspace.store, lines, "standard input" if decisions == _STANDARD else str(decisions))
    known = f"; {done.known:,} were here already" if done.known else ""
    say(f"imported {plural(done.decisions, 'decision')} and {plural(done.papers, 'paper')}{known}")


def _read(file: Path) -> list[str]:
    try:
        data = sys.stdin.buffer.read() if file == _STANDARD else file.read_bytes()
        return data.decode().split("\n")
    except OSError as error:
        raise FileError(f"{file} cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise FileError(f"{file} is not UTF-8 text; give the file that `triage export --decisions` wrote") from None
