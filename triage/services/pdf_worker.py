"""The child process that reads PDFs: one JSON request a line on stdin, one JSON answer a line on stdout."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from triage.errors import ReadError
from triage.models import FullText, PageText


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
            return {"text": ""}
        text = _read(Path(request["path"]), request["paper_id"], request["version"])
        return {"text": TypeAdapter(FullText).dump_json(text, exclude_defaults=True).decode()}
    except ReadError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "needs more memory than [read] megabytes in triage.toml allows"}
    except (pymupdf.FileDataError, pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError) as error:
        return {"error": f"cannot be read: {str(error).partition(chr(10))[0]}"}


def _read(path: Path, paper_id: str, version: int) -> FullText:
    import pymupdf

    if b"%PDF-" not in path.read_bytes()[:1024]:
        raise ReadError("is no PDF")
    document = pymupdf.open(path, filetype="pdf")
    if document.needs_pass:
        raise ReadError("is encrypted")
    pages = tuple(PageText(page.number + 1, page.get_text(sort=True)) for page in document)
    if sum(len(page.text) for page in pages) < 200:
        raise ReadError("has no text, only images")
    return FullText(paper_id, version, "pdf", pages)


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
