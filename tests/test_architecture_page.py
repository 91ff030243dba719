"""docs/architecture.md names what is there: modules, functions, tables, files."""

import re
import sqlite3
from importlib import import_module
from pathlib import Path

import pytest

from scripts.tree import PAGE, ROOT, about, with_tree
from triage.collection import Store

TEXT = PAGE.read_text(encoding="utf-8")
PROSE = TEXT.partition("## The tree")[0]
PACKAGE = ROOT / "triage"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" and "_prompts" not in path.parts)

_DOTTED = re.compile(r"`((?:[a-z_]+)(?:\.[A-Za-z_]+)+)`")
_PATH = re.compile(r"`(?:python )?([a-z_]+/(?:[A-Za-z_./]+)?)`")
_FILES = {"store/papers.db"}


def test_the_tree_is_the_package() -> None:
    assert with_tree(TEXT) == TEXT, "`python scripts/tree.py` renews it"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_is(module: Path) -> None:
    assert 10 <= len(about(module)) <= 220


@pytest.mark.parametrize("name", sorted(set(_DOTTED.findall(PROSE)) - {"papers.db", "triage.toml"}))
def test_a_name_is_there(name: str) -> None:
    parts = name.split(".")
    for depth in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(("triage", *parts[:depth])))
        except ModuleNotFoundError:
            continue
        for part in parts[depth:]:
            assert hasattr(found, part), f"{name}: no {part}"
            found = getattr(found, part)
        return
    pytest.fail(f"{name} is no module")


@pytest.mark.parametrize("name", sorted(set(_PATH.findall(TEXT)) - _FILES))
def test_a_path_is_there(name: str) -> None:
    assert (ROOT / name).exists() or (PACKAGE / name).exists(), name


def test_every_table_and_view_is_named_and_no_other(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        path = store.path
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall()
    connection.close()
    indexes = tuple(f"{name}_" for name, sql in rows if "VIRTUAL TABLE" in (sql or ""))
    there = {name for name, _ in rows if not name.startswith(indexes) and not name.startswith("sqlite_")}
    part = TEXT.partition("## The tables of papers.db")[2].partition("To change the schema")[0]
    cells = re.findall(r"^\| (`.*?`) \|", part, re.MULTILINE) + re.findall(r"^Views: .*", part, re.MULTILINE)
    assert set(re.findall(r"`([a-z_]+)`", " ".join(cells))) == there
