"""The child process that reads PDFs: one JSON request a line on stdin, one JSON answer a line on stdout."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from pydantic import TypeAdapter

from triage.errors import ReadError, reason
from triage.models import FullText
from triage.reading.paper import check_text, read_paper
from triage.services.pdf_figures import draw_figure
from triage.services.pdf_pages import raw_document

if TYPE_CHECKING:
    from pymupdf import Document

_HEAD, _TAIL = 1024, 2048


def main() -> None:
    """Answers requests until stdin ends. Its argument: megabytes of memory beyond what libraries need."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    _limit_memory(int(sys.argv[1]))
    _say(answers, {"ready": True})
    for line in sys.stdin.buffer:
        _say(answers, _answer(json.loads(line)))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    import pymupdf

    try:
        if request["do"] == "figure":
            _draw(Path(request["path"]), request["page"], request["number"], Path(request["target"]))
            return {"text": ""}
        text = _read(Path(request["path"]), request["paper_id"], request["version"])
        return {"text": TypeAdapter(FullText).dump_json(text, exclude_defaults=True).decode()}
    except ReadError as error:
        return {"error": str(error)}
    except OSError as error:
        return {"error": f"{error.filename or request['path']}: {reason(error)}"}
    except MemoryError:
        return {"error": "needs more memory than [read] megabytes in triage.toml allows"}
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
        return {"error": f"cannot be read: {str(error).partition(chr(10))[0]}"}


def _read(path: Path, paper_id: str, version: int) -> FullText:
    with _opened(path) as document:
        text = read_paper(raw_document(document), paper_id, version)
    check_text(text)
    return text


def _draw(path: Path, number: int, figure: str | None, target: Path) -> None:
    with _opened(path) as document:
        if not 1 <= number <= document.page_count:
            raise ReadError(f"has no page {number}")
        draw_figure(document[number - 1], figure, target)


@contextmanager
def _opened(path: Path) -> "Iterator[Document]":
    """The open PDF. Raises ReadError if it is none, or encrypted, or cut short."""
    import pymupdf

    start, end = _ends(path)
    if b"%PDF-" not in start:
        raise ReadError(f"is no PDF{' but a web page' if b'<html' in start.lower() else ''}; fetch it again")
    try:
        document = pymupdf.open(path, filetype="pdf")
    except (pymupdf.FileDataError, pymupdf.EmptyFileError, pymupdf.mupdf.FzErrorBase) as error:
        raise ReadError("is damaged or cut short; fetch it again") from error
    with document:
        if document.needs_pass:
            raise ReadError("is encrypted; put an open copy in its place")
        if document.is_repaired and b"%%EOF" not in end:
            raise ReadError("is cut short; fetch it again")
        if document.page_count == 0:
            raise ReadError("has no pages; fetch it again")
        yield document


def _ends(path: Path) -> tuple[bytes, bytes]:
    """The first and last bytes of the file, where a PDF says what it is and that it is complete."""
    with path.open("rb") as file:
        start = file.read(_HEAD)
        size = path.stat().st_size
        file.seek(max(0, size - max(_TAIL, size // 20)))
        return start, file.read()


def _limit_memory(megabytes: int) -> None:
    """Allows so much memory on top of what is mapped now; where the system has no such limit there is none."""
    try:
        import resource
    except ImportError:
        return
    statm = Path("/proc/self/statm")
    if statm.exists():
        used = int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        limit = used + megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _say(answers: BinaryIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
