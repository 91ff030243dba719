"""Prints the section of a survey on some PDFs as Markdown: `python scripts/section.py TITLE FILE.pdf… [--words N]`.

To read what `triage.writing.paragraphs` makes of papers. Title, authors and abstract are those of the files.
"""

import argparse
import re
from pathlib import Path

from triage.drafting.links import find_links
from triage.evidence.source import source_of
from triage.models import Facts, Paper
from triage.reading.passages import passages
from triage.reading.reader import ChildReader, open_reader
from triage.writing.document import Document, Work
from triage.writing.markup import Markdown, joined, pieces_of
from triage.writing.paragraphs import write_section


def main() -> None:
    """Reads the files, writes the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("title")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--words", type=int, default=900)
    options = parser.parse_args()
    reader = open_reader(seconds=60, megabytes=2000)
    works = [work_of(reader, path) for path in options.files]
    reader.close()
    section = write_section(options.title, works, options.words)
    print(joined(pieces_of(Document(options.title, sections=(section,)), Markdown(), "")))


def work_of(reader: ChildReader, path: Path) -> Work:
    """The paper in this file, under its name as citation key."""
    text = reader.read(path, f"pdf:{path.name}", 1)
    paper = Paper(f"pdf:{path.name}", text.title or path.stem, text.abstract or "", text.authors)
    facts = Facts(paper.title, paper.authors, code_url=find_links(paper, text).code)
    key = re.sub(r"\W", "", path.stem) or "paper"
    return Work(key, source_of(paper, passages(paper, text)), facts, text.tables)


if __name__ == "__main__":
    main()
