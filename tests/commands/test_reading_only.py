"""What only reads works where nothing can be written: on a disk that is read-only, and on one that is full."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.disk import Disk, mounted
from triage.demo.sample import write_sample
from triage.demo.server import serving

Call = Callable[..., int]
READING = (
    "list",
    "show ID",
    "similar ID",
    "search frogs that call at night",
    "status",
    "format ID",
    "publish --dry-run",
    "export --decisions -",
)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """A disk with the demonstration's list and papers, fetched and one of them accepted."""
    with mounted(tmp_path / "disk", 64) as disk:
        sample = write_sample(disk.place)
        monkeypatch.chdir(disk.place)
        with serving([sample.papers_path], pdfs=sample.pdf_folder) as server:
            address = ("--api-url", f"{server.url}/api/query", "--pdf-url", f"{server.url}/pdf", "--delay", "0.02")
            window = ("--since", str(sample.since), "--until", str(sample.until))
            # In processes of their own: a file that is open for writing keeps a disk from becoming read-only.
            for words in (("init", "README.md", *address), ("fetch", *window, "--limit", "6")):
                subprocess.run([sys.executable, "-P", "-m", "triage", *words], check=True, capture_output=True)
        yield disk
        monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["read-only", "full"])
def test_everything_that_reads_works(disk: Disk, call: Call, capsys: pytest.CaptureFixture[str], how: str) -> None:
    capsys.readouterr()
    assert call("list", "--json", "--stage", "drafted") == 0
    paper_id = str(json.loads(capsys.readouterr().out)[0]["id"])
    assert call("accept", paper_id) == 0
    if how == "read-only":
        disk.make_read_only()
    with disk.full() if how == "full" else nullcontext():
        capsys.readouterr()
        for words in READING:
            assert call(*words.replace("ID", paper_id).split()) == 0, (words, capsys.readouterr().err)
            out, err = capsys.readouterr()
            assert out.strip(), words
            assert "Traceback" not in err
        for words in ("accept ID", "undo", "fetch --offline", "reindex", "publish", "import --decisions /dev/null"):
            assert call(*words.replace("ID", paper_id).split()) == 1, words
            said = " ".join(capsys.readouterr().err.split())
            assert f"the disk is {how}" in said, words
