"""Writes the tree of modules into docs/architecture.md: `python scripts/tree.py`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "architecture.md"
MARKS = ("<!-- tree -->\n", "<!-- end of tree -->\n")

_SENTENCE = re.compile(r".*?\.(?=\s|$)")


def with_tree(page: str) -> str:
    """The page with the tree as it is now between its marks."""
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return before + MARKS[0] + "".join(f"{line}\n" for line in _tree(ROOT / "triage")) + MARKS[1] + after


def about(module: Path) -> str:
    """The first sentence of a module's docstring, without its full stop; "" if it has none."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(text.partition("\n\n")[0].split())
    sentence = _SENTENCE.match(paragraph)
    return (sentence[0] if sentence else paragraph).rstrip(".")


def _tree(package: Path) -> Iterator[str]:
    folders = sorted(path.parent for path in package.rglob("__init__.py") if path.parent != package)
    for folder in (package, *folders):
        name = folder.relative_to(package.parent).as_posix()
        said = about(folder / "__init__.py")
        yield f"\n**`{name}/`**" + (f" {said}\n" if said else "\n")
        yield "| | |\n|---|---|"
        for module in sorted(folder.glob("*.py")):
            if module.name != "__init__.py":
                yield f"| `{module.name}` | {_escaped(about(module))} |"
    yield ""


def _escaped(text: str) -> str:
    """The text in a table's cell; code spans stay as they are."""
    parts = text.split("`")
    plain = [re.sub(r"[\[<*]", r"\\\g<0>", part) if number % 2 == 0 else part for number, part in enumerate(parts)]
    return "`".join(plain).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(with_tree(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
