"""Writes the README's tour from what `triage demo` really prints: `python scripts/tour.py`."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parent.parent / "README.md"
MARKS = ("<!-- tour: written by scripts/tour.py -->\n", "<!-- end of tour -->\n")

WORDS = {
    "init": "Adopt the list. It is not touched; what was learned goes into `triage.toml`, where you can change it.",
    "fetch": "Fetch. arXiv is asked politely; what was seen before costs nothing. The funnel says where papers went.",
    "list": "See what waits. `rel` is how likely you want it; the section is one of your own.",
    "accept": "Decide: `triage review` takes one key per paper; in a script, use these commands.",
    "publish": "Publish. The diff first; without `--dry-run` these lines, and nothing else, go into your file.",
    "search": "Search everything collected, by meaning and by words, down to the page.",
}


def main() -> None:
    """Runs the demo and puts its output between the marks."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "triage", "demo", str(Path(folder) / "demo")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
            env={**os.environ, "COLUMNS": "80", "PYTHONUNBUFFERED": "1"},
        )
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    README.write_text(before + MARKS[0] + tour(done.stdout) + MARKS[1] + after, encoding="utf-8")


def tour(output: str) -> str:
    """The demo's output as Markdown: a sentence and a block for each command."""
    parts = []
    for block in re.split(r"(?m)^\$ (?=triage )", output)[1:]:
        command, _, printed = block.partition("\n")
        command = command.rstrip(" ─")
        shown = printed.partition("\nNow you:")[0].strip("\n")
        progress = "... "  # on a slow machine
        lines = "\n".join(line.rstrip() for line in shown.splitlines() if not line.startswith(progress))
        words = WORDS[command.split()[1]]
        parts.append(f"{words}\n\n```console\n$ {command}\n{lines}\n```\n")
    return "\n" + "\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
