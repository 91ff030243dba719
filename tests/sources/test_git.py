"""The list's history out of real repositories made here."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from triage.errors import ListError
from triage.sources.git import first_day, text_as_of


def commit(folder: Path, text: bytes, day: str) -> None:
    (folder / "README.md").write_bytes(text)
    stamp = f"{day}T12:00:00"
    env = {**os.environ, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "GIT_CONFIG_GLOBAL": os.devnull}
    named = ["-c", "user.name=Owner", "-c", "user.email=owner@example.org", "-c", "core.autocrlf=false"]
    for arguments in (["add", "README.md"], ["commit", "-q", "-m", f"list of {day}"]):
        subprocess.run(["git", *named, *arguments], cwd=folder, env=env, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    commit(tmp_path, b"# Kettles\r\n\r\n- old \xff\r\n", "2025-01-10")
    commit(tmp_path, b"# Kettles\n\n- old\n- new\n", "2025-03-01")
    return tmp_path / "README.md"


def test_text_is_that_of_the_last_commit_before_the_day(repository: Path) -> None:
    assert text_as_of(repository, date(2025, 2, 1)) == "# Kettles\r\n\r\n- old \udcff\r\n"
    assert text_as_of(repository, date(2025, 3, 1)).count("\n") == 3
    assert text_as_of(repository, date(2025, 3, 2)) == "# Kettles\n\n- old\n- new\n"
    assert first_day(repository) == date(2025, 1, 10)


def test_a_day_before_the_first_commit_names_that_commit(repository: Path) -> None:
    with pytest.raises(ListError, match="2025-01-10"):
        text_as_of(repository, date(2024, 1, 1))


def test_a_file_never_committed_is_an_error(repository: Path) -> None:
    other = repository.with_name("--help.md")
    other.write_text("# Other\n", encoding="utf-8")
    with pytest.raises(ListError, match="never committed"):
        text_as_of(other, date(2026, 1, 1))


def test_no_repository_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "README.md").write_text("# Kettles\n", encoding="utf-8")
    with pytest.raises(ListError, match="git repository"):
        text_as_of(tmp_path / "README.md", date(2026, 1, 1))
