"""How well PDFs are read: `python -m benchmarks.read PDFDIR` prints one JSON object; a table goes to stderr.

What is true comes from elsewhere than the reader: titles, authors, venues, years and abstracts from PDFDIR/index.jsonl
(as published), headings from the PDF's own outline, the number of references from the link targets LaTeX left for
them. For both the reader is blinded: it sees neither outline nor link targets. Sentences come from PyMuPDF's text.
"""

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from benchmarks.folders import Row
from benchmarks.quiet import quiet
from triage.collection import Store
from triage.drafting.venue import find_venue
from triage.errors import ReadError
from triage.identity import title_key
from triage.models import FullText, Paper
from triage.reading.layout import RawDocument
from triage.reading.paper import read_paper
from triage.reading.reader import open_reader
from triage.reading.worker import raw_document
from triage.search.embedder import DEFAULT_MODEL, open_embedder
from triage.search.index import open_index
from triage.search.vectors import CachedVectors
from triage.steps.add import described
from triage.steps.read import read
from triage.steps.reindex import index_papers
from triage.steps.search import search

SENTENCES = 200

_OUTSIDE = re.compile(r"^(?:abstract|references|bibliography|acknowledge?ments?)$", re.I)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_PLAIN = re.compile(r"^[A-Z][\w ,;:()'%/–-]{50,300}\.$")


@dataclass(frozen=True)
class Scores:
    """One PDF against what is known of it; None where nothing is known."""

    name: str
    title: bool | None
    authors: bool | None
    venue: bool | None
    year: bool | None
    abstract: float | None
    counted: int
    references: int | None
    headings: float | None
    headings_read: float | None


def main() -> None:
    """Reads the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sentences", type=int, default=SENTENCES)
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.pdf"))
    known = _known(options.folder / "index.jsonl")
    texts, problems = _read_all(paths)
    scores = [_score(path, texts[path], known.get(path.name)) for path in paths if path in texts]
    for score in scores:
        print(_line(score), file=sys.stderr)
    for path, problem in problems.items():
        print(f"{path.name}: {problem}", file=sys.stderr)
    found = _find_sentences(list(texts), known, options.sentences)
    headings = [score.headings for score in scores if score.headings is not None]
    as_read = [score.headings_read for score in scores if score.headings_read is not None]
    result = {
        "titles": sum(score.title is True for score in scores),
        "titles_known": sum(score.title is not None for score in scores),
        **_counts("authors", [score.authors for score in scores]),
        **_counts("venues", [score.venue for score in scores]),
        **_counts("years", [score.year for score in scores]),
        "abstracts": sum((score.abstract or 0.0) >= 0.95 for score in scores),
        "abstracts_known": sum(score.abstract is not None for score in scores),
        "references": sum(_within(score) for score in scores),
        "references_known": sum(score.references is not None for score in scores),
        "headings": round(sum(headings) / len(headings), 4) if headings else None,
        "headings_with_outline": round(sum(as_read) / len(as_read), 4) if as_read else None,
        **found,
        "files": len(paths),
        "problems": {path.name: problem for path, problem in problems.items()},
    }
    print(json.dumps(result))


def _known(path: Path) -> dict[str, Row]:
    if not path.exists():
        return {}
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {row["file"]: row for row in rows}


def _read_all(paths: list[Path]) -> tuple[dict[Path, FullText], dict[Path, str]]:
    reader = open_reader(60, 1024)
    texts: dict[Path, FullText] = {}
    problems: dict[Path, str] = {}
    for path in paths:
        try:
            texts[path] = reader.read(path, path.stem, 1)
        except ReadError as error:
            problems[path] = str(error)
    reader.close()
    return texts, problems


def _score(path: Path, text: FullText, known: Row | None) -> Scores:
    raw = _raw(path)
    blind = read_paper(replace(raw, outline=(), anchors=(), title=None), path.stem, 1)
    abstract = (known or {}).get("abstract")
    added = described(text, path.stem, path.stem)
    venue = find_venue(added.comment, added.journal_ref)
    told = known or {}
    return Scores(
        name=path.name,
        title=title_key(known["title"]) == title_key(text.title or "") if known else None,
        authors=_people(added.authors) == _people(told["authors"]) if told.get("authors") else None,
        venue=(venue.name if venue else None) == told["venue"] if told.get("venue") else None,
        year=(venue.year if venue else None) == int(told["year"]) if told.get("year") else None,
        abstract=_similar(abstract, text.abstract or "") if abstract else None,
        counted=len(blind.references),
        references=len(raw.anchors) or None,
        headings=_f1(raw, blind),
        headings_read=_f1(raw, text),
    )


def _counts(name: str, right: list[bool | None]) -> dict[str, int]:
    """How many are right, of how many that are known."""
    return {name: sum(one is True for one in right), f"{name}_known": sum(one is not None for one in right)}


def _people(names: Iterable[str]) -> list[tuple[str, str]]:
    """Each one's first and last name, in any case: indexes add and drop initials between them."""
    return [(words[0], words[-1]) for name in names if (words := name.casefold().split())]


def _raw(path: Path) -> RawDocument:
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    with pymupdf.open(path) as document:
        return raw_document(document)


def _similar(one: str, other: str) -> float:
    first, second = (" ".join(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _f1(raw: RawDocument, text: FullText) -> float | None:
    """Headings by title and page, outside the parts that an outline leaves out."""
    wanted = Counter((title_key(mark.title), mark.page) for mark in raw.outline if not _OUTSIDE.match(mark.title))
    if len(wanted) < 3:
        return None
    got = Counter(
        (title_key(heading.title), heading.page) for heading in text.headings if not _OUTSIDE.match(heading.title)
    )
    right = (wanted & got).total()
    return 2 * right / (wanted.total() + got.total())


def _within(score: Scores) -> bool:
    return score.references is not None and abs(score.counted - score.references) <= 0.05 * score.references


def _line(score: Scores) -> str:
    parts = [
        f"{score.name:28}",
        f"title {'?' if score.title is None else 'yes' if score.title else 'NO'}",
        f"authors {'?' if score.authors is None else 'yes' if score.authors else 'NO'}",
        f"venue {'?' if score.venue is None else 'yes' if score.venue else 'NO'}",
        f"year {'?' if score.year is None else 'yes' if score.year else 'NO'}",
        f"abstract {'?' if score.abstract is None else format(score.abstract, '.3f')}",
        f"references {score.counted}/{score.references or '?'}",
        f"headings {'?' if score.headings is None else format(score.headings, '.2f')}",
    ]
    return "  ".join(parts)


def _find_sentences(paths: list[Path], known: dict[str, Row], count: int) -> dict[str, float | None]:
    """How often a sentence of a page finds its paper and its page first, through the real steps."""
    chosen = _sentences(paths, count)
    if not chosen:
        return {"sentence_paper": None, "sentence_page": None, "sentences": 0}
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store") as store:
        pdfs = Path(folder) / "pdf"
        pdfs.mkdir()
        papers = []
        for path in paths:
            row = known.get(path.name, {})
            papers.append(Paper(path.stem, row.get("title") or path.stem, row.get("abstract") or ""))
            (pdfs / path.name).write_bytes(path.read_bytes())
            store.papers.save(papers[-1], "person")
        vectors = CachedVectors(open_embedder(), store, quiet)
        index = open_index(Path(folder) / "chroma", None, DEFAULT_MODEL)
        read(store, papers, None, open_reader(60, 1024), vectors, index, pdfs, quiet)
        index_papers(store, vectors, index, quiet)
        paper = page = 0
        for stem, number, sentence in chosen:
            hits = search(store, vectors, index, sentence, k=1).hits
            right = bool(hits) and hits[0].paper_id == stem
            paper += right
            page += right and hits[0].page == number
            if not right or hits[0].page != number:
                print(f"missed: {stem} p. {number}: {sentence[:90]}", file=sys.stderr)
    return {
        "sentence_paper": round(paper / len(chosen), 4),
        "sentence_page": round(page / len(chosen), 4),
        "sentences": len(chosen),
    }


def _sentences(paths: list[Path], count: int) -> list[tuple[str, int, str]]:
    """(file's stem, page, sentence) of sentences that stand once only and not among the references."""
    import pymupdf

    pool: list[tuple[str, int, str]] = []
    for path in paths:
        references = False
        with pymupdf.open(path) as document:
            for page in document:
                text = page.get_text("text")
                head, mark, _ = text.partition("\nReferences\n")
                if not references:
                    body = re.sub(r"(?<=\w)-\n(?=[a-z])", "", head).replace("\n", " ")
                    pool += [(path.stem, page.number + 1, one) for one in _SENTENCE.split(body) if _PLAIN.match(one)]
                references = references or bool(mark)
    times = Counter(sentence for *_, sentence in pool)
    once = [row for row in pool if times[row[2]] == 1]
    return random.Random(6).sample(once, min(count, len(once)))


if __name__ == "__main__":
    main()
