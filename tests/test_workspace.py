"""Reading and writing the list: every byte kept, whole or not at all."""

import os
import subprocess
from pathlib import Path

import pytest

from triage.config import parse
from triage.errors import ListError
from triage.screens.progress import Silence
from triage.workspace import Workspace, read_list, write_list

BYTES = "# Frösche\r\n- Quak  \r\n".encode() + b"\xff\xfe broken \xe2\x80\n- no final newline"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "README.md"
    file.write_bytes(BYTES)
    return file


def test_every_byte_comes_back(path: Path) -> None:
    text = read_list(path)
    write_list(path, text, text)
    assert path.read_bytes() == BYTES


def test_a_changed_file_is_not_overwritten(path: Path) -> None:
    text = read_list(path)
    path.write_bytes(BYTES + b"\n- by hand\n")
    with pytest.raises(ListError, match="changed by another program"):
        write_list(path, text, text + "\n- mine\n")
    assert path.read_bytes() == BYTES + b"\n- by hand\n"


def test_mode_and_link_survive_and_no_scrap_is_left(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("LINK.md")
    link.symlink_to(path)
    text = read_list(link)
    write_list(link, text, text + "\n")
    assert link.is_symlink()
    assert path.read_bytes() == BYTES + b"\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in path.parent.iterdir()) == ["LINK.md", "README.md"]


def test_a_binary_file_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    (tmp_path / "list.md").write_bytes(b"PK\0\0")
    with pytest.raises(ListError, match="not a text file"):
        read_list(tmp_path / "list.md")
    with pytest.raises(ListError, match="does not exist"):
        read_list(tmp_path / "nope.md")


def test_git_ignores_the_store(tmp_path: Path) -> None:
    config = parse({"list": "README.md"}, tmp_path)
    with Workspace(config, Silence()) as workspace:
        assert workspace.store.papers.count() == 0
    assert (tmp_path / "store" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_a_store_in_a_folder_with_other_files_leaves_git_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Frogs\n")
    said: list[str] = []
    with Workspace(parse({"list": "README.md", "store": "."}, tmp_path), Silence(), said.append) as workspace:
        assert workspace.store.papers.count() == 0
    assert not (tmp_path / ".gitignore").exists()
    assert len(said) == 1 and "out of git" in said[0]


def test_the_reviewer_is_who_commits_in_the_list_s_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("LOGNAME", "ranid")
    with Workspace(parse({"list": "README.md"}, tmp_path), Silence()) as workspace:
        assert workspace.reviewer.name == "ranid"
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "config", "user.name", "Ada Ranid"], cwd=tmp_path, check=True)
    with Workspace(parse({"list": "README.md"}, tmp_path), Silence()) as workspace:
        assert workspace.store.ledger.who.name == "Ada Ranid"
