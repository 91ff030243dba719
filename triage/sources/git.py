"""What the list's own git repository knows: the list as it stood on a day, and who the person is. Runs `git` itself;
reads only."""

import os
import subprocess
from datetime import date
from pathlib import Path

from triage.errors import ListError

_SECONDS = 60
_LONGEST_NAME = 80


def text_as_of(path: Path, day: date) -> str:
    """The text of the file at `path` as the last commit before `day` has it (bytes as utf-8, surrogateescape).

    Raises ListError if git is missing, the file is in no repository, or it has no commit before that day.
    """
    place = path.resolve()
    commit = _git(place, "rev-list", "-1", f"--before={day.isoformat()}T00:00:00", "HEAD", "--", place.name).strip()
    if not commit:
        first = first_day(path)
        hint = f"its first commit is of {first.isoformat()}" if first else "it was never committed"
        raise ListError(f"{path} has no commit before {day.isoformat()}: {hint}; name a later day with --since")
    return _git(place, "cat-file", "blob", f"{commit}:./{place.name}")


def first_day(path: Path) -> date | None:
    """The day of the first commit that holds the file, None if there is none. Raises ListError as `text_as_of`."""
    place = path.resolve()
    days = _git(place, "log", "--format=%cs", "--reverse", "--", place.name).split()
    return date.fromisoformat(days[0]) if days else None


def user_name(path: Path) -> str:
    """The name that the person at this machine commits with in the repository of the file at `path`; "" if git knows
    none or is missing."""
    try:
        name = _git(path.resolve(), "config", "user.name")
    except ListError:
        return ""
    return " ".join(name.encode("utf-8", "replace").decode().split())[:_LONGEST_NAME]


def _git(place: Path, *arguments: str) -> str:
    # Whatever the repository's own settings say, no pager, no prompt, no program of theirs may run.
    settings = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "--no-pager", "--literal-pathspecs"]
    try:
        done = subprocess.run(
            ["git", *settings, "-C", str(place.parent), *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
        )
    except FileNotFoundError:
        raise ListError("git is not installed; the back-test reads the list's history with it") from None
    except subprocess.TimeoutExpired:
        raise ListError(f"git took over {_SECONDS} seconds with the history of {place}; try a later --since") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0] if said else f"git ended with {done.returncode}"
        raise ListError(f"the history of {place} cannot be read: {reason}; the list must be in a git repository")
    return done.stdout.decode("utf-8", "surrogateescape")
