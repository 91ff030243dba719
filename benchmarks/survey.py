"""A survey of real papers: `python -m benchmarks.survey PDFS [--out DIR]` prints one JSON object; notes go to stderr.

A workspace is made by the commands themselves: a list with 60 abstracts of the stream beside PDFS (if there is one), by
topic, adopted from the stand-in for arXiv; the PDFs added and accepted. `triage survey --offline` writes it up, as
Markdown and as LaTeX. What it wrote is read by this module's own code:

quotes, pages   share of the quotations that stand in the cited paper, and on the page named (of abstracts: in it)
numbers         share of the numbers in sentences that cite a page that stand on a page they cite
coverage        share of the sentences that cite a paper of which a text is known, and name a page or the abstract
outside         citations of keys that the collection does not have
cited           share of the papers that stand in the list or were accepted that the text cites
seconds         for writing the Markdown, from the command's start to its end; `setup` for all before it
verified        the exit code of `triage verify` on the text is 0, None where that command is missing
compiles        which of pandoc's HTML and docx, and latexmk's PDF, are made without an error
words, sentences, tables, sections, below   how long the text is
"""

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.folders import Row, load_stream
from benchmarks.raw_pages import RawPages, letters, read_pages
from triage.demo.server import serving

TOPICS = {
    "Generative Models": {"Diffusion Models": "diffusion", "Video Generation": "video"},
    "Segmentation": {"Segmentation": "segmentation"},
    "Language Models": {"Reasoning": "reasoning", "Retrieval": "retrieval"},
    "Remote Sensing": {"Remote Sensing": "remote sensing"},
}
A_TOPIC = 10
PDF_SECTION = "Medical Image Analysis"


def main() -> None:
    """Makes the workspace, writes the survey, reads it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pdfs", type=Path)
    parser.add_argument("--out", type=Path, help="keep the workspace here")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.out or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(json.dumps(measure(options.pdfs.resolve(), folder.resolve(), options.seed)))


def measure(pdfs: Path, folder: Path, seed: int) -> dict[str, Any]:
    """All figures, with the workspace made in `folder`."""
    started = time.monotonic()
    abstracts = make_workspace(pdfs, folder, seed)
    setup = time.monotonic() - started
    started = time.monotonic()
    said = json.loads(triage(folder, "survey", "--offline", "--json"))
    seconds = time.monotonic() - started
    triage(folder, "survey", "--offline", "--format", "tex", "--json")
    rows = json.loads(triage(folder, "export", "--format", "json"))
    texts = known_texts(rows, pdfs, abstracts)
    text = (folder / "survey" / "survey.md").read_text(encoding="utf-8")
    return {
        **read_text(text, texts),
        "cited": round(len(set(_CITED.findall(text)) & texts.keys()) / max(1, len(rows)), 4),
        "seconds": round(seconds, 1),
        "setup": round(setup, 1),
        "verified": verified(folder),
        "compiles": compiles(folder / "survey"),
        **{name: said[name] for name in ("words", "tables")},
        "sections": len(said["sections"]),
        "below": sum(len(one["sections"]) for one in said["sections"]),
    }


def triage(folder: Path, *words: str, fails: bool = False) -> str:
    """What `triage WORDS…` prints in this workspace."""
    command = [sys.executable, "-m", "triage", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and not fails:
        raise SystemExit(f"triage {' '.join(words)}: {done.stderr}")
    return done.stdout


def make_workspace(pdfs: Path, folder: Path, seed: int) -> list[Row]:
    """A list of the stream's abstracts, adopted, and the PDFs, accepted; gives the rows of the list."""
    found = _by_topic(sorted((pdfs.parent / "stream").glob("*.jsonl*")), seed)
    rows = [row for topic in found.values() for below in topic.values() for row in below]
    (folder / "README.md").write_text(_list(found), encoding="utf-8")
    offered = folder / "papers.jsonl"
    offered.write_text("".join(json.dumps(_served(row)) + "\n" for row in rows), encoding="utf-8")
    with serving([offered]) as arxiv:
        triage(folder, "init", "README.md", "--api-url", arxiv.api_url, "--pdf-url", arxiv.pdf_url, "--delay", "0")
    files = [str(path) for path in sorted(pdfs.glob("*.pdf"))]
    triage(folder, "add", "--offline", *files)
    added = [f"pdf:{_digest(Path(path))}" for path in files]
    triage(folder, "accept", *added, "--section", f"+{PDF_SECTION}", fails=True)
    return rows


def _by_topic(files: Sequence[Path], seed: int) -> dict[str, dict[str, list[Row]]]:
    rows = [row for row in load_stream(list(files)) if row.get("abstract") and row.get("id")]
    random.Random(seed).shuffle(rows)
    taken: set[str] = set()
    found: dict[str, dict[str, list[Row]]] = {}
    for topic, below in TOPICS.items():
        found[topic] = {}
        for name, word in below.items():
            fitting = [row for row in rows if word in row["title"].lower() and row["id"] not in taken][:A_TOPIC]
            taken |= {row["id"] for row in fitting}
            found[topic][name] = fitting
    return found


def _list(found: Mapping[str, Mapping[str, Sequence[Row]]]) -> str:
    lines = ["# Awesome Papers of the Benchmark", ""]
    for topic, below in found.items():
        lines += [f"## {topic}", ""]
        for name, rows in below.items():
            lines += [f"### {name}", ""] if len(below) > 1 else []
            lines += [f"- [{_plain(row['title'])}](https://arxiv.org/abs/{row['id']}), *arXiv 2025*" for row in rows]
            lines.append("")
    return "\n".join(
        [*lines, f"## {PDF_SECTION}", "", "- [A Paper That Nobody Wrote](https://example.org/none), *arXiv 2025*", ""]
    )


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[\[\]\\`*$]", "", title).split())


def _served(row: Row) -> Row:
    return {**row, "published": row.get("first_listed", "2025-05-01")}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@dataclass(frozen=True)
class Known:
    """What the text of a paper is: its PDF's pages, or the letters of its abstract; neither for a title alone."""

    pdf: RawPages | None = None
    abstract: str = ""

    def has(self, text: str, page: str) -> bool:
        """Whether the text stands on this page ("p. 3", "abstract", "" for anywhere)."""
        if page.startswith("p"):
            return any(self.pdf is not None and self.pdf.has(text, int(number)) for number in re.findall(r"\d+", page))
        if self.pdf is not None and not page:
            return self.pdf.anywhere(text)
        return bool(letters(text)) and letters(text) in self.abstract


def known_texts(rows: Sequence[Row], pdfs: Path, abstracts: Sequence[Row]) -> dict[str, Known]:
    """The text of each paper, by its citation key."""
    by_digest = {f"pdf:{_digest(path)}": path for path in pdfs.glob("*.pdf")}
    by_id = {row["id"]: letters(row["abstract"]) for row in abstracts}
    return {
        row["key"]: Known(
            read_pages(by_digest[row["id"]]) if row["id"] in by_digest else None, by_id.get(row["id"], "")
        )
        for row in rows
    }


_CITED = re.compile(r"@([A-Za-z][\w:-]*)")
_CITATION = re.compile(r"@([A-Za-z][\w:-]*)(?:, (p\. \d+|abstract))?")
_GROUP = re.compile(r"\[(@[^\]]+)\]")
_QUOTE = re.compile(r"“([^”]+)”")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")


def read_text(text: str, texts: Mapping[str, Known]) -> dict[str, float | int]:
    """What the Markdown says, against the papers' texts."""
    quotes = found = on_page = sentences = cited = covered = outside = numbers = right = 0
    for line in _prose(text):
        sentences += 1
        citations = [one for group in _GROUP.findall(line) for one in _CITATION.findall(group)]
        outside += sum(key not in texts for key, _ in citations)
        described = [(key, page) for key, page in citations if key in texts and _has_text(texts[key])]
        if described and not line.startswith(("Also in this group", "In this group")):
            cited += 1
            covered += all(page for _, page in described)
        for quote in _QUOTE.finditer(line):
            quotes += 1
            behind = _GROUP.search(line, quote.end())
            of = _CITATION.findall(behind.group(1)) if behind else []
            plain = _unescaped(quote.group(1))
            good = any(key in texts and texts[key].has(plain, "") for key, _ in of)
            there = any(key in texts and texts[key].has(plain, page or "none") for key, page in of)
            found, on_page = found + good, on_page + there
            if not there:
                print(f"not on its page: {line}", file=sys.stderr)
        for number in _NUMBER.findall(_unescaped(_GROUP.sub("", line))) if described else ():
            numbers += 1
            stands = any(texts[key].has(number, page or "") for key, page in described)
            right += stands
            if not stands:
                print(f"number {number} not there: {line}", file=sys.stderr)
    return {
        "quotes": _share(found, quotes),
        "pages": _share(on_page, quotes),
        "numbers": _share(right, numbers),
        "coverage": _share(covered, cited),
        "outside": outside,
        "quoted": quotes,
        "sentences": sentences,
    }


def _has_text(known: Known) -> bool:
    return known.pdf is not None or bool(known.abstract)


def _prose(text: str) -> Iterator[str]:
    """The lines that are sentences: no front matter, headings, tables, pictures."""
    body = text.split("\n---\n", 1)[-1]
    for line in body.split("\n"):
        if line.strip() and not line.startswith(("#", "|", "!", "Table:", ":::", "---")):
            yield line


def _unescaped(text: str) -> str:
    return re.sub(r"\\([^\w\s])", r"\1", text)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


def verified(folder: Path) -> bool | None:
    """Whether `triage verify` passes the text; None if there is no such command yet."""
    command = [sys.executable, "-m", "triage", "verify", "survey/survey.md", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode == 2:
        return None
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-2000:], file=sys.stderr)
    return done.returncode == 0


def compiles(folder: Path) -> dict[str, bool]:
    """For each format that the programs at hand can make, whether they do, without an error."""
    made = {}
    if shutil.which("pandoc"):
        for ending in ("html", "docx"):
            command = [
                "pandoc",
                "survey.md",
                "--citeproc",
                "--standalone",
                "--fail-if-warnings",
                "-o",
                f"survey.{ending}",
            ]
            made[ending] = _runs(command, folder)
        if shutil.which("pdflatex"):
            made["pandoc pdf"] = _runs(["pandoc", "survey.md", "--citeproc", "-o", "by-pandoc.pdf"], folder)
    if shutil.which("latexmk"):
        command = ["latexmk", "-pdf", "-interaction=nonstopmode", "-halt-on-error", "survey.tex"]
        log = folder / "survey.log"
        made["pdf"] = _runs(command, folder) and "undefined" not in log.read_text(encoding="utf-8", errors="replace")
    return made


def _runs(command: Sequence[str], folder: Path) -> bool:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, errors="replace", check=False, env=environment
    )
    if done.returncode:
        print(*command, done.stdout[-2000:], done.stderr[-2000:], file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    main()
