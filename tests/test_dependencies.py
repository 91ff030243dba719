"""What pyproject.toml declares is what the package imports, and the other way round."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import triage

ROOT = Path(triage.__file__).parent
PROJECT = ROOT.parent / "pyproject.toml"

HELD_BACK = {"torch"}
"""Imported by another dependency alone; declared so that its version stays in a range that installs small."""


def _imported(folder: Path) -> set[str]:
    """Top-level names of every package that the files below `folder` import, wherever the import stands."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {"triage", "__future__"}


def _declared() -> set[str]:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return {_plain(re.split(r"[<>=!~\[; ]", line, maxsplit=1)[0]) for line in project["dependencies"]}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _distributions(imported: set[str]) -> dict[str, set[str]]:
    """Imported name to the distributions that bring it."""
    known = packages_distributions()
    return {name: {_plain(one) for one in known.get(name, ())} for name in imported}


@pytest.mark.skipif(not PROJECT.exists(), reason="needs the repository, not an installed package")
def test_every_import_is_declared() -> None:
    declared = _declared()
    lacking = {name: found for name, found in _distributions(_imported(ROOT)).items() if not found & declared}
    assert lacking == {}, "imported, and brought in only by another package: add to dependencies"


@pytest.mark.skipif(not PROJECT.exists(), reason="needs the repository, not an installed package")
def test_every_dependency_is_imported() -> None:
    used = set().union(*_distributions(_imported(ROOT)).values())
    assert _declared() - used - HELD_BACK == set(), "declared, and imported nowhere: take out of dependencies"
