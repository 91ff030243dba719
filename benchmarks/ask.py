"""Questions to a folder of PDFs: `python -m benchmarks.ask PDFDIR [--questions FILE]` prints one JSON object; what went
wrong goes to stderr.

The PDFs are added to a new workspace and the questions asked through the commands that a person uses. Whether what is
quoted stands on the page named is decided here, with PyMuPDF's own text of that page: letters and digits only, in the
order of the file or from top to bottom. FILE holds a JSON object a line: id, question, answerable, and pages: the pages
of each file that hold the answer, counted from 1.
"""

import argparse
import hashlib
import io
import json
import re
import statistics
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from triage.cli import main as program

QUESTIONS = Path(__file__).with_name("ask_questions.jsonl")
FIRST = 3

_RAISED = 1
_ENDS_WORD = re.compile(r"[a-z]{2}$|[A-Z]{2}$|[.,;:)]$")
"""What a footnote's number stands behind; one behind a digit, a sign or a single letter is an exponent."""

Place = tuple[str, int]
"""A paper's id and a page."""


@dataclass(frozen=True)
class Question:
    """A question, with the places that hold its answer; none if the papers do not say."""

    number: int
    text: str
    places: frozenset[Place]


@dataclass
class Shown:
    """What was shown in all answers: each text with the place that it is said to stand at."""

    texts: list[tuple[str, Place]] = field(default_factory=list)
    sentences: int = 0
    with_page: int = 0
    outside: int = 0


class Pages:
    """The letters of every page, read without triage."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        """`files` are the PDFs by the ids of their papers."""
        import pymupdf

        self._pages: dict[str, list[tuple[str, ...]]] = {}
        for paper_id, path in files.items():
            with pymupdf.open(path) as pdf:
                self._pages[paper_id] = [_letter_orders(page) for page in pdf]

    def has(self, text: str, place: Place) -> bool:
        """Whether the text stands on this page."""
        paper_id, page = place
        pages = self._pages.get(paper_id, [])
        return 1 <= page <= len(pages) and any(letters(text) in order for order in pages[page - 1])

    def anywhere(self, text: str, paper_id: str) -> bool:
        """Whether the text stands on any page of the paper."""
        return any(self.has(text, (paper_id, page + 1)) for page in range(len(self._pages.get(paper_id, []))))


def letters(text: str) -> str:
    """Letters and digits alone, compatibility forms resolved, accents and case set aside."""
    shown = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold().replace("ı", "i")
    return "".join(sign for sign in shown if sign.isalnum())


def _letter_orders(page: Any) -> tuple[str, ...]:
    """The page's letters in the order of the file, and block by block from top to bottom; also without the raised
    numbers of footnotes, which are no part of a sentence."""
    blocks = [(box[1], box[0], box[4]) for box in page.get_text("blocks")]
    return (
        letters(page.get_text("text")),
        letters(page.get_text("text", sort=True)),
        letters("".join(text for *_, text in sorted(blocks))),
        letters("".join(_without_notes(page))),
    )


def _without_notes(page: Any) -> Iterator[str]:
    before = ""
    for block in page.get_text("dict")["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                is_note = span["flags"] & _RAISED and span["text"].strip().isdigit() and _ENDS_WORD.search(before)
                if not is_note:
                    yield span["text"]
                before = span["text"]


def _run(root: Path, *words: str) -> str:
    """`triage WORDS…` in this process; what it wrote to stdout. Raises SystemExit if it failed."""
    out, err = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["triage", *words, "-w", str(root)]), redirect_stdout(out), redirect_stderr(err):
        try:
            program()
        except SystemExit as stop:
            if stop.code:
                print(err.getvalue(), file=sys.__stderr__)
                raise
    return out.getvalue()


def _ids(pdfs: Sequence[Path]) -> dict[str, Path]:
    """Each PDF under the id that a file of unknown origin has: a hash of what it holds."""
    return {f"pdf:{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}": path for path in pdfs}


def read_questions(file: Path, files: Mapping[str, Path]) -> list[Question]:
    """The questions, with the ids of papers in place of file names."""
    by_name = {path.name: paper_id for paper_id, path in files.items()}
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        pages = row["pages"].items()
        places = frozenset((by_name[name], page) for name, on in pages if name in by_name for page in on)
        if bool(places) == row["answerable"]:
            found.append(Question(row["id"], row["question"], places))
    return found


def measure(pdfs: Sequence[Path], file: Path, half: str | None = None) -> dict[str, float]:
    """Adds the PDFs, asks the questions (of a half, those with even or with odd numbers), counts."""
    files = _ids(pdfs)
    rest = {"even": (0,), "odd": (1,)}.get(half or "", (0, 1))
    questions = [one for one in read_questions(file, files) if one.number % 2 in rest]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        _run(root, "init", "--new", "--offline")
        _run(root, "add", *map(str, pdfs), "--offline")
        answers, seconds = [], []
        for question in questions:
            began = time.perf_counter()
            answers.append(json.loads(_run(root, "ask", question.text, "--json", "--offline")))
            seconds.append(time.perf_counter() - began)
    return _figures(questions, answers, Pages(files), files) | {
        "seconds": round(statistics.mean(seconds), 2),
        "slowest": round(max(seconds), 2),
    }


def _figures(
    questions: Sequence[Question], answers: Sequence[Mapping[str, Any]], pages: Pages, files: Mapping[str, Path]
) -> dict[str, float]:
    shown = Shown()
    right, refused, wrongly = [], [], []
    for question, answer in zip(questions, answers, strict=True):
        _gather(answer, shown, files)
        if question.places:
            first = [_place(one) for sentence in answer["sentences"] for one in sentence["citations"]][:FIRST]
            right.append(not question.places.isdisjoint(first))
            wrongly.append(not answer["answered"])
        else:
            refused.append(not answer["answered"])
        if wrong := _complaint(question, answer, right[-1] if question.places else True):
            print(f"{question.number:3} {wrong}: {question.text}", file=sys.stderr)
    for text, (paper_id, page) in shown.texts:
        if not pages.has(text, (paper_id, page)):
            print(f"not on {files[paper_id].name} p. {page}: {text}", file=sys.stderr)
    return {
        "quotes": _share(pages.anywhere(text, paper_id) for text, (paper_id, _) in shown.texts),
        "pages": _share(pages.has(text, place) for text, place in shown.texts),
        "coverage": shown.with_page / max(1, shown.sentences),
        "outside": shown.outside,
        "right_page3": _share(right),
        "refused": _share(refused),
        "refused_wrongly": _share(wrongly),
        "texts": len(shown.texts),
    }


def _complaint(question: Question, answer: Mapping[str, Any], is_right: bool) -> str:
    if answer["answered"] == bool(question.places):
        return "" if is_right else "another page"
    return "refused wrongly" if question.places else "answered wrongly"


def _gather(answer: Mapping[str, Any], shown: Shown, files: Mapping[str, Path]) -> None:
    """Everything that the answer shows of papers: its sentences, and the passages."""
    for sentence in answer["sentences"]:
        shown.sentences += 1
        shown.with_page += any(one["page"] for one in sentence["citations"])
        shown.outside += sum(one["id"] not in files for one in sentence["citations"])
        if sentence["quote"]:
            shown.texts += [(sentence["text"], _place(one)) for one in sentence["citations"][:1]]
    for passage in (*answer["passages"], *answer["nearest"]):
        shown.outside += passage["id"] not in files
        shown.texts += [(text, _place(passage)) for text in (passage["quote"], passage["text"])]
    shown.texts = [(text, place) for text, place in shown.texts if place[0] in files]


def _place(one: Mapping[str, Any]) -> Place:
    return one["id"], one["page"]


def _share(seen: Iterable[bool]) -> float:
    values = list(seen)
    return round(sum(values) / len(values), 4) if values else 1.0


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ask", description=__doc__)
    parser.add_argument("pdfs", type=Path, metavar="PDFDIR")
    parser.add_argument("--questions", type=Path, default=QUESTIONS, metavar="FILE")
    parser.add_argument("--half", choices=("even", "odd"), help="only the questions with such numbers")
    asked = parser.parse_args()
    print(json.dumps(measure(sorted(asked.pdfs.glob("*.pdf")), asked.questions, asked.half)))


if __name__ == "__main__":
    main()
