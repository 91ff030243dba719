"""Add: papers that a person found, by arXiv id, by address, or as PDF files."""

import hashlib
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Protocol
from urllib.parse import urlsplit

from triage.collection import Store
from triage.collection.papers import LIST, PERSON
from triage.drafting.entry import corrected
from triage.drafting.venue import clauses, find_venue
from triage.drafting.venue_mentions import known_venue
from triage.errors import FeedError, ReadError
from triage.identity import arxiv_id, doi, file_stem
from triage.models import FullText, Paper, Problem
from triage.protocols import Feed, PdfReader

_STAMP = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z.\-]+/\d{7})v\d+\s*\[", re.IGNORECASE)
"""arXiv prints it up the left margin of every first page: "arXiv:2506.01234v1 [cs.CV] 2 Jun 2025"."""

_DOI_HOST = re.compile(r"https?://(?:dx\.)?doi\.org/", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|c⃝|copyright)\s?((?:19|20)\d\d)", re.IGNORECASE)


class PdfAddresses(Protocol):
    """Where the PDF at an address that a person gave comes from."""

    def download_from(self, url: str, target: Path) -> None:
        """Writes the PDF at `url` to `target`, whole or not at all. Raises ReadError."""


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
    reader: PdfReader,
    downloads: PdfAddresses | None = None,
    pdf_folder: Path | None = None,
) -> AddReport:
    """Stores the papers that `items` name: arXiv ids, addresses at arXiv, Hugging Face or doi.org, PDF files, and
    addresses of PDFs, which are kept in `pdf_folder` (default: "pdf" in the store). Without `feed` and `downloads`
    (offline) only files and stored papers can be added. What goes wrong with an item is reported and stops no other."""
    work = _Adding(store, reader, downloads, pdf_folder or store.folder / "pdf")
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

    def __init__(
        self,
        store: Store,
        reader: PdfReader,
        downloads: PdfAddresses | None,
        pdf_folder: Path,
    ) -> None:
        self._store = store
        self._reader = reader
        self._downloads = downloads
        self._pdf_folder = pdf_folder
        self._added: dict[str, None] = {}
        self._stored: dict[str, None] = {}
        self._listed: dict[str, None] = {}
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
                self._report(item, reason)
        return found

    def keep(self, paper: Paper) -> str | None:
        """Stores a paper as found by a person, unless the list has it; gives the id it has in the store."""
        papers, entries = self._store.papers, self._store.entries
        same = papers.same(paper)
        if listed := next(iter(entries.of(same)), None):
            self._listed[papers.merge(paper, LIST, same)[0] if arxiv_id(paper.id) else listed] = None
            return None
        if not same and entries.mention(paper):
            self._listed[paper.id] = None
            return None
        kept, _ = papers.merge(paper, PERSON, same)
        if kept not in self._added:
            (self._stored if same else self._added)[kept] = None
        return kept

    def take_other(self, item: str, feed: Feed | None) -> None:
        """A PDF file, a DOI that is not arXiv's, the address of a PDF, or nothing that is known."""
        found = doi(item)
        try:
            if _is_file(item):
                self._take_file(Path(item), feed)
            elif found is not None and ("://" not in item or _DOI_HOST.match(item)):
                self._take_doi(item, found)
            elif item.lower().startswith(("https://", "http://")):
                self._take_address(item, feed)
            elif item.lower().endswith(".pdf"):
                self._report(item, "there is no such file")
            else:
                self._report(item, "it is no arXiv id, no address and no PDF file")
        except (ReadError, OSError) as error:
            self._report(item, str(error))

    def _take_doi(self, item: str, found: str) -> None:
        twin = self._store.papers.twin(Paper(id=f"doi:{found}", title="", doi=found))
        if twin is None:
            self._report(item, "arXiv is not asked by DOI; give the paper's arXiv id, or add its PDF file")
        else:
            self.keep(twin)

    def _take_address(self, url: str, feed: Feed | None) -> None:
        if self._downloads is None:
            self._report(url, "it cannot be downloaded offline; run this again without --offline")
            return
        self._pdf_folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".adding-", dir=self._pdf_folder) as folder:
            path = Path(folder) / f"{PurePosixPath(urlsplit(url).path).stem or 'paper'}.pdf"
            self._downloads.download_from(url, path)
            self._take_file(path, feed, url)

    def _take_file(self, path: Path, feed: Feed | None, url: str | None = None) -> None:
        paper_id = f"pdf:{_digest(path)}"
        text = self._reader.read(path, paper_id, 1)
        kept = self.keep(self._stamped(text, feed) or self._described(text, paper_id, path, url))
        if kept is not None:
            self._copy(path, self._pdf_folder / f"{file_stem(kept)}.pdf")

    def _described(self, text: FullText, paper_id: str, path: Path, url: str | None) -> Paper:
        """The paper as its PDF describes it, and as a person has corrected that before."""
        before = self._store.papers.get(paper_id)
        paper = described(text, paper_id, path.stem, url or (before.pdf_url if before else None))
        return corrected(paper, self._store.person_facts.of(paper_id))

    def _stamped(self, text: FullText, feed: Feed | None) -> Paper | None:
        """The arXiv paper that the first page says it is, if the feed can be asked."""
        stamp = _STAMP.search("\n".join((*text.imprint, *(page.text for page in text.pages[:1]))))
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

    def _copy(self, path: Path, target: Path) -> None:
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(path, part)
        part.replace(target)

    def _report(self, item: str, message: str) -> None:
        self._problems.append(Problem(item, "add", message))


def described(text: FullText, paper_id: str, name: str, url: str | None = None) -> Paper:
    """The paper that a PDF's first page and the file's own data describe; `name` serves where no title can be read, and
    `url` is where the PDF came from. A venue stands in `journal_ref`, in the words of whoever printed it."""
    printed = _imprint(text)
    return Paper(
        id=paper_id,
        title=text.title or name,
        abstract=text.abstract or "",
        authors=text.authors,
        journal_ref=printed,
        doi=next((found for line in text.imprint if (found := doi(line))), None),
        published=text.made,
        pdf_url=url,
    )


def _imprint(text: FullText) -> str | None:
    """The statement of a venue that took the paper, with the year of the copyright note if it names none; a venue that
    is well known goes before others, such as a series of proceedings. None if there is no such statement."""
    known = [line for line in text.imprint if any(known_venue(clause.text, True) for clause in clauses(line))]
    line = next(iter(known or [line for line in text.imprint if find_venue(line, None)]), None)
    venue = find_venue(None, line)
    if line is None or venue is None or venue.year:
        return line
    years = [year for note in text.imprint for year in _COPYRIGHT.findall(note)]
    return f"{line}, {years[0]}" if years else line


def _is_file(item: str) -> bool:
    try:
        return Path(item).is_file()
    except (OSError, ValueError):
        return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
