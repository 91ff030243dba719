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
    "collection": FLOOR | {"files", "lock"},
    "lists": FLOOR,
    "house": FLOOR | {"lists"},
    "reading": FLOOR | {"protocols"},
    "sources": FLOOR | {"files", "protocols", "reading"},
    "llm": FLOOR | {"files", "protocols", "sources"},
    "search": FLOOR | {"protocols", "collection"},
    "judging": FLOOR | {"protocols"},
    "drafting": FLOOR | {"house", "lists", "protocols", "llm"},
    "writing": FLOOR | {"drafting"},
    "steps": FLOOR
    | {
        "collection",
        "config",
        "drafting",
        "files",
        "house",
        "judging",
        "lists",
        "llm",
        "protocols",
        "reading",
        "search",
        "sources",
        "writing",
    },
    "workspace": FLOOR
    | {"collection", "config", "files", "house", "lists", "llm", "lock", "protocols", "reading", "search", "sources"},
    "screens": FLOOR | {"collection", "config", "drafting", "house", "lists", "protocols", "steps"},
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


def _imports(path: Path) -> list[tuple[int, str, bool]]:
    """(line, module, at module level) of every import in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, id(node) in top) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.lineno, node.module, id(node) in top))
            if node.module == "triage":
                found += [(node.lineno, f"triage.{alias.name}", id(node) in top) for alias in node.names]
    return found


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
    "pymupdf": {"reading/worker.py", "demo/sample.py"},
    "sentence_transformers": {"search/embedder.py"},
    "torch": {"search/embedder.py", "search/onnx_bert.py"},
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_are_imported_in_one_place_when_first_used(path: Path) -> None:
    for line, module, at_top in _imports(path):
        package = module.split(".")[0]
        if package in HEAVY:
            place = path.relative_to(ROOT).as_posix()
            assert place in HOMES.get(package, set()), f"{path}:{line}: {module} is imported in {HOMES.get(package)}"
            assert not at_top or place == "reading/worker.py", f"{path}:{line}: import {module} when it is first used"


def test_no_module_needs_itself() -> None:
    """No circle of imports at module level."""
    needs = {
        _name(path): {module for _, module, at_top in _imports(path) if at_top and module.startswith("triage")}
        - {_name(path)}
        for path in FILES
    }
    done: set[str] = set()

    def visit(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, " -> ".join((*above, module))
        if module not in done:
            for other in sorted(needs.get(module, set()) & needs.keys()):
                visit(other, (*above, module))
            done.add(module)

    for module in sorted(needs):
        visit(module, ())


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("folder", sorted({path.parent for path in FILES} - {ROOT}), ids=lambda path: path.name)
def test_a_folder_can_be_taken_in_at_a_glance(folder: Path) -> None:
    modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= (MOST_COMMANDS if folder.name == "commands" else MOST_MODULES)


MOST_MODULES = 17
MOST_COMMANDS = 16


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
