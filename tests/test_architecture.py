"""The arrows of the design, and the promise that `triage --help` stays light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import triage

ROOT = Path(triage.__file__).parent
HEAVY = {"openai", "chromadb", "sentence_transformers", "arxiv", "pymupdf", "fitz", "torch", "transformers"}

# Each layer may import from itself (unless it is "steps") and from the layers named here.
FLOOR = {"models", "errors", "identity", "when"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "files": {"errors"},
    "identity": {"models"},
    "lock": {"errors", "when"},
    "models": {"errors"},
    "protocols": FLOOR,
    "when": {"errors"},
    "config": FLOOR,
    "config_file": FLOOR | {"config"},
    "evidence": FLOOR | {"protocols"},
    "collection": FLOOR | {"evidence", "files", "lock"},
    "lists": FLOOR,
    "house": FLOOR | {"lists"},
    "reading": FLOOR | {"protocols"},
    "sources": FLOOR | {"files", "protocols", "reading"},
    "llm": FLOOR | {"files", "protocols", "sources"},
    "search": FLOOR | {"protocols", "collection"},
    "judging": FLOOR | {"protocols"},
    "drafting": FLOOR | {"evidence", "house", "lists", "protocols", "llm"},
    "verifying": FLOOR | {"drafting", "evidence", "llm", "protocols", "writing"},
    "writing": FLOOR | {"drafting", "evidence", "llm", "protocols"},
    "steps": FLOOR
    | {
        "collection",
        "config",
        "drafting",
        "evidence",
        "files",
        "house",
        "judging",
        "lists",
        "llm",
        "protocols",
        "reading",
        "search",
        "sources",
        "verifying",
        "writing",
    },
    "workspace": FLOOR
    | {"collection", "config", "files", "house", "lists", "llm", "lock", "protocols", "reading", "search", "sources"},
    "screens": FLOOR
    | {"collection", "config", "drafting", "evidence", "house", "lists", "protocols", "steps", "verifying"},
    "demo": FLOOR,
    "commands": {"*"},
    "cli": FLOOR | {"commands", "screens"},
    "__main__": {"cli"},
    "__init__": set(),
}
FILES = sorted(path for path in ROOT.rglob("*.py") if "_prompts" not in path.parts)


def _layer(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0]


def _imports(path: Path, *, for_types: bool = True) -> list[tuple[int, str, bool]]:
    """(line, module, at module level) of every import in the file; without `for_types`, of those made at run time."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = {
        id(node)
        for block in ast.walk(tree)
        if not for_types and isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        for node in ast.walk(statement)
    }
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.lineno, node.module, id(node) in top))
            if (ROOT.parent / node.module.replace(".", "/")).is_dir():
                found += [(node.lineno, f"{node.module}.{alias.name}", id(node) in top) for alias in node.names]
    return found


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


NEEDS = {_name(path): {module for _, module, _ in _imports(path, for_types=False)} - {_name(path)} for path in FILES}
"""What each module imports, wherever in the file."""
NEEDS = {module: needed & NEEDS.keys() for module, needed in NEEDS.items()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    layer = _layer(path)
    assert layer in ALLOWED, f"{path}: a new layer needs a place in the design"
    allowed = ALLOWED[layer]
    for line, module, _ in _imports(path):
        if not module.startswith("triage.") or "*" in allowed:
            continue
        target = module.split(".")[1]
        if target.startswith("__"):
            continue
        assert target in allowed or target == layer, f"{path}:{line}: {layer} must not import {target}"


@pytest.mark.parametrize("path", sorted((ROOT / "steps").glob("*.py")), ids=lambda path: path.name)
def test_a_step_never_imports_another_step(path: Path) -> None:
    others = [module for _, module, _ in _imports(path) if module.startswith("triage.steps")]
    assert others == []


HOMES = {
    "arxiv": {"sources/arxiv.py"},
    "chromadb": {"search/index.py"},
    "openai": {"llm/client.py"},
    # Which reads PDFs, which makes the invented ones, and which draws.
    "pymupdf": {"reading/worker.py", "demo/sample.py", "writing/figures.py"},
    "sentence_transformers": {"search/embedder.py"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_are_imported_in_one_place_when_first_used(path: Path) -> None:
    for line, module, at_top in _imports(path):
        package = module.split(".")[0]
        if package in HEAVY:
            place = _place(path)
            assert place in HOMES.get(package, set()), f"{path}:{line}: {module} is imported in {HOMES.get(package)}"
            assert not at_top or place == "reading/worker.py", f"{path}:{line}: import {module} when it is first used"


def test_no_module_needs_itself() -> None:
    """No circle of imports, not even one that is cut by importing inside a function."""
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join((*above, module))
        if module not in done:
            for other in sorted(NEEDS[module]):
                visit(other, (*above, module))
            done.add(module)

    for module in sorted(NEEDS):
        visit(module, ())


MOST_MODULES = 14
WIDER = {
    "commands": (18, "a file for each group of commands, and what they share"),
    "steps": (21, "a file for each thing that is done to the collection"),
    "verifying": (15, "a file for each thing that is checked, and for each format of drafts"),
    "writing": (24, "a file for each format of a bibliography and of a text, and for each part of a survey"),
}
"""Folders that hold more modules, how many, and why."""


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES}), ids=lambda path: path.name)
def test_a_folder_can_be_taken_in_at_a_glance(folder: Path) -> None:
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    most, _ = WIDER.get(folder.name, (MOST_MODULES, ""))
    assert len(modules) <= most
    assert folder.name not in WIDER or len(modules) == most, "say how many there are now"


MOST_LINES = 400
LONG = {
    "cli.py": "every command with its options: the whole interface in one place",
    "collection/migrations.py": "history, which is only ever added to",
    "house/place.py": "a section's order, and the edit that keeps it",
    "lists/chunks.py": "what a chunk is, and the rules that make chunks of tokens",
    "lists/document.py": "what a list is made of, and what of a README is an entry",
    "lists/fields.py": "an entry read line by line, with the rules for lines of every kind",
    "models.py": "the values that all folders share",
    "sources/arxiv.py": "one service: its query language, its pages and its refusals",
    "writing/bibtex.py": "one format, written and read",
}
"""Modules that are longer, and why they are one all the same."""


@pytest.mark.parametrize("path", FILES, ids=_place)
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    is_long = len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    assert is_long == (_place(path) in LONG), f"over {MOST_LINES} lines: {is_long}; named in LONG: {not is_long}"


LEAST_LINES = 60
PROGRAMS = {"triage.__main__", "triage.commands.learning", "triage.reading.worker"}


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py"], ids=_place)
def test_a_module_is_worth_a_file(path: Path) -> None:
    users = [module for module, needed in NEEDS.items() if _name(path) in needed]
    assert users or _name(path) in PROGRAMS, "nobody imports it"
    is_small = len(path.read_text(encoding="utf-8").splitlines()) < LEAST_LINES and len(users) == 1
    assert not is_small, f"it is short, and only {users} imports it: it belongs there"


def test_help_is_light() -> None:
    code = (
        "import sys; from triage.cli import app; from typer.testing import CliRunner;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "triage" in loaded
    assert loaded & (HEAVY | {"numpy", "sklearn", "scipy", "textual", "onnxruntime"}) == set()
