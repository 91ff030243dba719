"""The invented list, papers and PDFs of `triage demo`, written into a folder."""

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from triage.demo.make_pdfs import make_pdfs

SAMPLE_SINCE = date(2026, 2, 2)
SAMPLE_UNTIL = date(2026, 2, 13)
SAMPLE_QUERY = "cat:cs.SD OR cat:eess.AS OR all:sound OR all:animal"


@dataclass(frozen=True, slots=True)
class Sample:
    """Where the sample stands: the list to adopt, the papers and PDFs for `triage.demo.server.serving`, and the
    window and query that find the papers."""

    list_path: Path
    papers_path: Path
    pdf_folder: Path
    since: date = SAMPLE_SINCE
    until: date = SAMPLE_UNTIL
    query: str = SAMPLE_QUERY


def write_sample(folder: Path) -> Sample:
    """Writes the list as `folder`/README.md and what the stand-in serves below `folder`/arxiv."""
    sample = Sample(folder / "README.md", folder / "arxiv" / "papers.jsonl", folder / "arxiv" / "pdfs")
    sample.papers_path.parent.mkdir(parents=True, exist_ok=True)
    here = files("triage.demo")
    sample.list_path.write_bytes(here.joinpath("sample_list.md").read_bytes())
    sample.papers_path.write_bytes(here.joinpath("sample_papers.jsonl").read_bytes())
    make_pdfs(sample.pdf_folder)
    return sample
