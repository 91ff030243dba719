"""The invented list, papers and PDFs of `triage demo`, written into a folder. The PDFs are made from the texts in
sample_texts when they are needed; `python -m triage.demo.sample DIR` writes them for a look.
"""

import io
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

SAMPLE_SINCE = date(2026, 2, 2)
SAMPLE_UNTIL = date(2026, 2, 13)
SAMPLE_QUERY = "cat:cs.SD OR cat:eess.AS OR all:sound OR all:animal"
_STYLE = """
body { font-family: serif; font-size: 10.5pt; line-height: 1.3; }
h1 { font-size: 17pt; text-align: center; } h2 { font-size: 13pt; } h3 { font-size: 11pt; }
p.authors { text-align: center; } p.caption { font-size: 9pt; } p.note { font-size: 8pt; color: #666; }
"""
_NOTE = "An invented paper: a sample for triage demo. Nobody wrote it, and its numbers were never measured."
_MARGIN = 64
_CAPTION = re.compile(r"^(Figure|Table) \d+:")


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


def make_pdfs(folder: Path) -> list[Path]:
    """Writes a PDF for each sample paper that the list lacks into `folder`, named after its id: two or three A4 pages
    where sample_texts has its text, else one page with the abstract."""
    here = files("triage.demo")
    listed = here.joinpath("sample_list.md").read_text(encoding="utf-8")
    rows = map(json.loads, here.joinpath("sample_papers.jsonl").read_text(encoding="utf-8").splitlines())
    papers = {row["id"]: row for row in rows if row["id"] not in listed}
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for paper_id, paper in papers.items():
        text = here.joinpath("sample_texts", f"{paper_id}.md")
        target = folder / f"{paper_id}.pdf"
        _write(target, as_html(paper, text.read_text(encoding="utf-8") if text.is_file() else ""))
        made.append(target)
    return made


def as_html(paper: Mapping[str, Any], text: str) -> str:
    """A paper's title, authors, abstract and text (headings and paragraphs of Markdown) as HTML."""
    parts = [
        f"<h1>{escape(paper['title'])}</h1>",
        f"<p class='authors'>{escape(', '.join(paper['authors']))}</p>",
        f"<h2>Abstract</h2><p>{escape(paper['abstract'])}</p>",
    ]
    for block in re.split(r"\n\s*\n", text.strip()):
        marks, _, rest = block.partition(" ")
        if marks and set(marks) == {"#"}:
            parts.append(f"<h{len(marks)}>{escape(rest)}</h{len(marks)}>")
        else:
            kind = " class='caption'" if _CAPTION.match(block) else ""
            parts.append(f"<p{kind}>{escape(' '.join(block.split()))}</p>")
    return "\n".join([*parts, f"<p class='note'>{_NOTE}</p>"])


def _write(target: Path, html: str) -> None:
    import pymupdf

    paper = pymupdf.paper_rect("a4")
    body = pymupdf.Rect(_MARGIN, _MARGIN, paper.width - _MARGIN, paper.height - _MARGIN)
    story = pymupdf.Story(html, user_css=_STYLE)
    drawn = io.BytesIO()
    writer = pymupdf.DocumentWriter(drawn)
    is_more = 1
    while is_more:
        device = writer.begin_page(paper)
        is_more, _ = story.place(body)
        story.draw(device)
        writer.end_page()
    writer.close()
    with pymupdf.open("pdf", drawn.getvalue()) as pdf:
        pdf.subset_fonts()
        target.write_bytes(pdf.tobytes(garbage=3, deflate=True, use_objstms=1))


if __name__ == "__main__":
    for path in make_pdfs(Path(sys.argv[1])):
        print(path)
