"""Add: papers that a person found, by arXiv id, by address, or as PDF files."""

import hashlib
import re
import shutil
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from triage.errors import FeedError, ReadError
from triage.identity import arxiv_id, doi, file_stem
from triage.models import FullText, Paper, Problem
from triage.services import Feed, PdfReader
from triage.storage import Store

_STAMP = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z.\-]+/\d{7})v\d+\s*\[", re.IGNORECASE)
"""arXiv prints it up the left margin of every first page: "arXiv:2506.01234v1 [cs.CV] 2 Jun 2025"."""


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the items, as paper ids in the order given: `added` to the store, `stored` there before (their
    origin is a person now), `known` because the list has them. `problems` carry the item in place of an id."""

    added: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def add(
    store: Store,
    feed: Feed | None,
    items: Sequence[str],
    *,
    known: Container[Paper],
    reader: PdfReader,
    pdf_folder: Path | None = None,
) -> AddReport:
    """Stores the papers that `items` name: arXiv ids, addresses at arXiv, Hugging Face or doi.org, and PDF files,
    which are copied to `pdf_folder` (default: "pdf" in the store). Without `feed` (offline) only files and stored
    papers can be added. What goes wrong with an item is reported and stops no other."""
    work = _Adding(store, known, reader, pdf_folder or store.folder / "pdf")
    asked = [(item, None if _is_file(item) else arxiv_id(item)) for item in items]
    from_feed = work.ask(feed, {item: paper_id for item, paper_id in asked if paper_id})
    for item, paper_id in asked:
        if paper_id is None:
            work.take_other(item, feed)
        elif (paper := from_feed.get(paper_id)) is not None:
            work.keep(paper)
    return work.report()


class _Adding:
    """One run of `add`: what came of the items so far."""

    def __init__(self, store: Store, known: Container[Paper], reader: PdfReader, pdf_folder: Path) -> None:
        self._store = store
        self._known = known
        self._reader = reader
        self._pdf_folder = pdf_folder
        self._added: list[str] = []
        self._stored: list[str] = []
        self._listed: list[str] = []
        self._problems: list[Problem] = []

    def report(self) -> AddReport:
        return AddReport(tuple(self._added), tuple(self._stored), tuple(self._listed), tuple(self._problems))

    def ask(self, feed: Feed | None, ids: dict[str, str]) -> dict[str, Paper]:
        """The papers of these ids (given by item), from the feed, else from the store."""
        found: dict[str, Paper] = {}
        reason = "arXiv knows no such paper; check the id"
        if feed is None:
            reason = "it cannot be looked up offline; run this again without --offline"
        elif ids:
            try:
                found = {paper.id: paper for paper in feed.by_id(list(ids.values()))}
            except FeedError as error:
                reason = str(error)
        for item, paper_id in ids.items():
            paper = found.get(paper_id) or self._store.papers.get(paper_id)
            if paper is not None:
                found[paper_id] = paper
            else:
                self._trouble(item, reason)
        return found

    def keep(self, paper: Paper) -> str | None:
        """Stores a paper as found by a person, unless the list has it; gives the id it has in the store."""
        twin = self._store.papers.twin(paper)
        if twin is None and paper in self._known:
            self._once(self._listed, paper.id)
            return None
        kept = paper if twin is None or (twin.id == paper.id and paper.version >= twin.version) else twin
        self._store.papers.save(kept, origin="person")
        if kept.id not in self._added:
            self._once(self._added if twin is None else self._stored, kept.id)
        return kept.id

    def take_other(self, item: str, feed: Feed | None) -> None:
        """A PDF file, a DOI that is not arXiv's, or nothing that is known."""
        if _is_file(item):
            try:
                self._take_file(Path(item), feed)
            except (ReadError, OSError) as error:
                self._trouble(item, str(error))
        elif (found := doi(item)) is not None:
            self._take_doi(item, found)
        elif item.lower().endswith(".pdf") and "://" not in item:
            self._trouble(item, "there is no such file")
        elif "://" in item:
            self._trouble(item, "no arXiv paper is at this address; download its PDF and add the file")
        else:
            self._trouble(item, "it is no arXiv id, no address and no PDF file")

    def _take_doi(self, item: str, found: str) -> None:
        twin = self._store.papers.twin(Paper(id=f"doi:{found}", title="", doi=found))
        if twin is None:
            self._trouble(item, "arXiv is not asked by DOI; give the paper's arXiv id, or add its PDF file")
        else:
            self.keep(twin)

    def _take_file(self, path: Path, feed: Feed | None) -> None:
        paper_id = f"pdf:{_digest(path)}"
        text = self._reader.read(path, paper_id, 1)
        paper = self._stamped(text, feed) or self._described(text, path, paper_id)
        if paper is None:
            return
        kept = self.keep(paper)
        if kept is not None:
            self._copy(path, self._pdf_folder / f"{file_stem(kept)}.pdf")

    def _stamped(self, text: FullText, feed: Feed | None) -> Paper | None:
        """The arXiv paper that the first page says it is, if the feed can be asked."""
        stamp = _STAMP.search(text.pages[0].text) if text.pages else None
        paper_id = arxiv_id(stamp[1]) if stamp else None
        if paper_id is None:
            return None
        stored = self._store.papers.get(paper_id)
        if stored is not None or feed is None:
            return stored
        try:
            return next(iter(feed.by_id([paper_id])), None)
        except FeedError:
            return None

    def _described(self, text: FullText, path: Path, paper_id: str) -> Paper | None:
        if not text.title:
            self._trouble(str(path), "no title can be read from it; give the paper's arXiv id instead")
            return None
        return Paper(id=paper_id, title=text.title, abstract=text.abstract or "")

    def _copy(self, path: Path, target: Path) -> None:
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(path, part)
        part.replace(target)

    def _trouble(self, item: str, message: str) -> None:
        self._problems.append(Problem(item, "add", message))

    @staticmethod
    def _once(ids: list[str], paper_id: str) -> None:
        if paper_id not in ids:
            ids.append(paper_id)


def _is_file(item: str) -> bool:
    try:
        return Path(item).is_file()
    except (OSError, ValueError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
