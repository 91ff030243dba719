"""Runs the commands of README.md and of the guides in docs/, and writes into them what the commands print:
`python scripts/guides.py [README.md docs/adopt.md …]`.

A ```console block holds commands, each on a line that begins with "$ ", and below each what it prints. A line "…"
stands for lines that are left out; a command ending in "# exits with 1" has to. The commands of one page run one after
the other in one workspace: the invented list of `triage demo`, in a git repository of its own, with the stand-in for
arXiv. A page that contains `<!-- starts after a fetch -->` finds the list adopted and the papers of two weeks fetched.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

from triage.cli import main as main_program
from triage.demo.sample import write_sample
from triage.demo.server import serving

ROOT = Path(__file__).parent.parent
PAGES = (
    "README.md",
    *(
        f"docs/{name}.md"
        for name in "adopt watch judge review publish search ask verify bibliography model care survey".split()
    ),
)
AFTER_A_FETCH = "<!-- starts after a fetch -->"
LEFT_OUT = "…"
SHOWN_AS = "/home/ada/list"
"""What the workspace's folder is called on the pages."""

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"\s+# exits with (\d+)$")
_PROGRESS = "... "
_COMMITS = (("2025-12-20", ("2599.10108", "2599.10207", "2599.10405")), ("2026-02-10", ()))
"""The list's history: the day of each commit, and the papers that the list did not have yet."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a page, with the lines that the page says it prints."""

    command: str
    printed: tuple[str, ...]

    @property
    def code(self) -> int:
        """The exit code that the page announces, else 0."""
        found = _CODE.search(self.command)
        return int(found[1]) if found else 0


def steps(text: str) -> list[Step]:
    """The commands of a page, in order."""
    return [step for block in _BLOCK.finditer(text) for step in _steps(block[1])]


def _steps(block: str) -> list[Step]:
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return [Step(command, tuple(lines)) for command, lines in found]


def lacking(step: Step, output: str) -> list[str]:
    """The lines that the page quotes and the output does not have, in this order."""
    lines = iter(output.splitlines())
    return [line for line in step.printed if line.strip() not in ("", LEFT_OUT) and line not in lines]


class Workspaces:
    """Makes workspaces to run the commands of a page in; what takes long is done once, when it is first needed."""

    def __init__(self, folder: Path, url: str) -> None:
        """`folder` is empty or does not exist yet; `url` is the stand-in's address."""
        self._folder = folder
        self._places = ("--api-url", f"{url}/api/query", "--pdf-url", f"{url}/pdf", "--delay", "0")

    def new(self, name: str, page: str) -> Path:
        """A workspace for a page with this text, in a folder of this name."""
        target = self._folder / name
        shutil.copytree(self._fetched if AFTER_A_FETCH in page else self._list, target)
        return target

    def run(self, command: str, root: Path) -> tuple[int, str]:
        """The exit code of a command, and what it writes to stdout and stderr."""
        words = shlex.split(command, comments=True)
        with chdir(root):
            if words[0] != "triage" or "|" in words:
                code, output = _shell(command)
            else:
                code, output = _triage([*words, *(self._places if words[1] == "init" else ())])
        lines = (line.rstrip() for line in output.replace(str(root), SHOWN_AS).splitlines())
        return code, "\n".join(line for line in lines if not line.startswith(_PROGRESS)).strip("\n")

    @cached_property
    def _list(self) -> Path:
        root = self._folder / "the list"
        whole = write_sample(root).list_path
        text = whole.read_text(encoding="utf-8")
        _git(root, "init", "-q", "-b", "main")
        for day, later in _COMMITS:
            lines = text.splitlines(keepends=True)
            whole.write_text("".join(line for line in lines if not any(one in line for one in later)), encoding="utf-8")
            _git(root, "add", whole.name)
            _git(root, "commit", "-q", "-m", f"The list on {day}", day=day)
        shutil.rmtree(root / "arxiv")
        return root

    @cached_property
    def _fetched(self) -> Path:
        root = self._folder / "fetched"
        shutil.copytree(self._list, root)
        for command in ("triage init README.md", "triage fetch --since 2026-02-02 --until 2026-02-13"):
            code, output = self.run(command, root)
            assert code == 0, output
        return root


@contextmanager
def workspaces(folder: Path) -> Iterator[Workspaces]:
    """Workspaces below `folder`, while the stand-in for arXiv is running."""
    sample = write_sample(folder / "sample")
    with serving([sample.papers_path], pdfs=sample.pdf_folder) as standin:
        yield Workspaces(folder, standin.url)


def rewritten(text: str, outputs: Sequence[str]) -> str:
    """The page with what its commands printed. Where lines were left out, as many are shown before and after."""
    waiting = iter(outputs)

    def block(found: re.Match[str]) -> str:
        shown = [f"$ {step.command}\n{_shown(step, next(waiting))}" for step in _steps(found[1])]
        return "```console\n" + "".join(shown) + "```"

    return _BLOCK.sub(block, text)


def _shown(step: Step, output: str) -> str:
    lines = output.splitlines()
    if LEFT_OUT in step.printed:
        head = step.printed.index(LEFT_OUT)
        tail = len(step.printed) - head - 1
        lines = [*lines[:head], LEFT_OUT, *lines[len(lines) - tail :]]
    return "".join(f"{line}\n" for line in lines)


def _triage(words: Sequence[str]) -> tuple[int, str]:
    """Runs the program in this process, with stdout and stderr as one, in the order of writing."""
    written = BytesIO()
    both = TextIOWrapper(written, encoding="utf-8", errors="surrogateescape", write_through=True)
    with (
        patch.object(sys, "argv", list(words)),
        patch.dict(os.environ, _environment()),
        redirect_stdout(both),
        redirect_stderr(both),
    ):
        try:
            main_program()
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 0
    return code, written.getvalue().decode("utf-8", "replace")


def _environment() -> Mapping[str, str]:
    return {"COLUMNS": "80", "NO_COLOR": "1", "LOGNAME": "ada", "GIT_CONFIG_GLOBAL": os.devnull}


def _shell(command: str) -> tuple[int, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        env={**os.environ, **_environment(), "PATH": path},
    )
    return done.returncode, done.stdout


def _git(root: Path, *words: str, day: str = "2025-12-20") -> None:
    when = {f"GIT_{who}_DATE": f"{day}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
    person = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", *words], cwd=root, check=True, env={**os.environ, **person, **when})


def main(names: Sequence[str]) -> int:
    """Renews the pages. Returns 1 if a command ended with another exit code than its page says."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, workspaces(Path(folder)) as made:
        for name in names:
            path = ROOT / name
            text = path.read_text(encoding="utf-8")
            root = made.new(path.stem, text)
            outputs = []
            for step in steps(text):
                code, output = made.run(step.command, root)
                outputs.append(output)
                if code != step.code:
                    print(f"{name}: {step.command}: exit code {code}\n{output}", file=sys.stderr)
                    wrong = 1
            path.write_text(rewritten(text, outputs), encoding="utf-8")
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PAGES))
