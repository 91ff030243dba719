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
    "prompts": FLOOR,
    "topic": FLOOR,
    "when": {"errors"},
    "config": FLOOR,
    "config_file": FLOOR | {"config"},
    "storage": FLOOR | {"files", "lock"},
    "services": FLOOR | {"reading", "files"},
    "vectors": FLOOR | {"services", "storage"},
    "lists": FLOOR,
    "judging": FLOOR | {"services", "lists", "vectors"},
    "reading": FLOOR,
    "searching": FLOOR | {"storage"},
    "drafting": FLOOR | {"lists", "services", "prompts"},
    "steps": FLOOR
    | {
        "files",
        "lists",
        "judging",
        "reading",
        "searching",
        "drafting",
        "storage",
        "prompts",
        "config",
        "vectors",
        "services",
        "topic",
    },
    "workspace": FLOOR | {"files", "lock", "config", "lists", "services", "storage", "vectors", "prompts"},
    "screens": FLOOR | {"drafting", "lists", "steps", "storage", "services", "config"},
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_packages_are_imported_by_services_when_first_used(path: Path) -> None:
    for line, module, at_top in _imports(path):
        if module.split(".")[0] in HEAVY:
            assert _layer(path) in {"services", "demo"}, f"{path}:{line}: {module} belongs in services/"
            in_worker = path.name.endswith("_worker.py")
            assert not at_top or in_worker, f"{path}:{line}: import {module} when it is first used"


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
