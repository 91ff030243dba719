"""One workspace, opened: its configuration, store and list, and the services, each made when first asked for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from triage import lock
from triage.collection import Store
from triage.collection.database import why_not
from triage.collection.decisions import reviewer
from triage.config import Config
from triage.errors import ConfigError, ListChanged, ListError, StoreError, reason
from triage.files import write_atomically
from triage.house.format import House, learn
from triage.house.format_table import (
    LearnedFormat,
    check_table,
    format_source,
    from_json,
    house_from,
    name_templates,
    templates_in,
)
from triage.identity import text_key
from triage.lists.document import Document, conflict_line, read, scan
from triage.lists.lookup import READING, Lookup
from triage.models import Reviewer, SectionPath
from triage.protocols import Embedder, Index, LanguageModel, Progress
from triage.search.vectors import CachedVectors, ReadOnlyIndex
from triage.sources.git import user_name

if TYPE_CHECKING:
    from triage.reading.reader import ChildReader
    from triage.sources.arxiv import ArxivFeed
    from triage.sources.manners import Pace
    from triage.sources.pdfs import Downloads


DEMO = "demo"
"""The store of a folder that `triage demo` made remembers it under this name."""
LEARNED_FORMAT = "learned format"
"""The store keeps what was learned of the list's format under this name."""


class Workspace:
    """Everything a command needs. Use as a context manager: leaving it closes the store and the services."""

    def __init__(self, config: Config, progress: Progress, tell: Callable[[str], None] = lambda _: None) -> None:
        """`tell` gets messages for the person, a line each, that are no command's result."""
        self.config = config
        self.progress = progress
        self.tell = tell
        self._alone: set[str] = set()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        made = self.__dict__
        if "reader" in made:
            self.reader.close()
        if "store" in made:
            self.store.close()

    @cached_property
    def store(self) -> Store:
        """The workspace's store. Raises StoreError."""
        folder = self.config.store
        self._keep_out_of_git(folder)
        store = Store(folder, self.reviewer)
        if store.copied:
            self.tell(
                f"{store.path} was updated for this version of triage; a copy of it from before is {store.copied}"
            )
        self._note_what_stands(store)
        return store

    @cached_property
    def reviewer(self) -> Reviewer:
        """Whose decisions are made here: the person's name as in the list's repository, else the login name."""
        return reviewer(user_name(self.config.list))

    def _keep_out_of_git(self, folder: Path) -> None:
        """A new folder for the store gets a .gitignore of its own; one with a person's files is left as it is."""
        try:
            if not folder.exists() or not any(folder.iterdir()):
                folder.mkdir(parents=True, exist_ok=True)
                write_atomically(folder / ".gitignore", b"*\n")
            elif not (folder / ".gitignore").exists() and not (folder / "papers.db").exists():
                self.tell(f"{folder} holds other files too; keep papers.db, chroma and pdf in it out of git yourself")
        except OSError as error:
            raise StoreError(f"{error.filename or folder}: {reason(error)}") from None

    @cached_property
    def document(self) -> Document:
        """The list as it stands now; a new one may have no entry yet. Raises ListError."""
        return read(read_list(self.config.list), may_be_empty=True)

    @cached_property
    def house(self) -> House:
        """The house format: as triage.toml says, and as learned from the list where it says nothing. Raises
        ConfigError, and ListError if neither says anything."""
        table = self.config.format
        learned = None if isinstance(table.get("templates"), list) else self._learned_format()
        if learned is None and not table.get("templates"):
            return learn(self.document)
        with self._naming_file():
            return house_from(table, learned)

    def _learned_format(self) -> LearnedFormat | None:
        """What the store knows of the list's format, learned again if the list has changed since; None if there is no
        entry to learn from. What cannot be read now, or is being merged, changes nothing."""
        kept = from_json(self.store.meta.get(LEARNED_FORMAT))
        try:
            text = read_list(self.config.list)
        except ListError:
            return kept
        source = format_source(text)
        if (kept and kept.source == source) or conflict_line(text) is not None:
            return kept
        document = self.document
        if not document.entries:
            return None
        before = kept.templates if kept else templates_in(self.config.format)
        learned = name_templates(learn(document), before, source)
        with suppress(StoreError):  # it can be learned again
            self.store.meta.set(LEARNED_FORMAT, learned.to_json())
        return learned

    @contextmanager
    def _naming_file(self) -> Iterator[None]:
        """Adds to a ConfigError about [format] the file and the cure."""
        try:
            yield
        except ConfigError as error:
            cure = "correct it, or delete it and run `triage init` to have it learned again"
            raise ConfigError(f"{self.config.file}: {error}; {cure}") from None

    def check(self) -> None:
        """Checks the settings that `triage.config` cannot: the format, what publishing keeps current, and the
        query. Raises ConfigError naming file, key and value."""
        from triage.house.edit import KINDS
        from triage.sources.arxiv import check_query

        file, query = self.config.file, self.config.watch.query
        with self._naming_file():
            check_table(self.config.format)
        for kind in self.config.publish.bump:
            if kind not in KINDS:
                raise ConfigError(f"{file}: [publish] bump holds {kind!r}; it may hold {', '.join(map(repr, KINDS))}")
        if query.strip():
            check_query(query, f"{file}: [watch] query")

    @cached_property
    def pace(self) -> "Pace":
        """The one polite pace of all requests to arXiv."""
        from triage.sources.manners import Pace

        return Pace(self.config.watch.delay_seconds, progress=self.progress)

    @cached_property
    def feed(self) -> "ArxivFeed":
        """arXiv."""
        from triage.sources.arxiv import ArxivFeed

        watch = self.config.watch
        hint = self._unreachable_hint(watch.api_url)
        return ArxivFeed(watch.api_url, self.pace, pdf_url=watch.pdf_url, unreachable_hint=hint)

    @cached_property
    def downloads(self) -> "Downloads":
        """Where PDFs come from."""
        from triage.sources.pdfs import Downloads

        url = self.config.watch.pdf_url
        return Downloads(url, self.pace, unreachable_hint=self._unreachable_hint(url))

    def _unreachable_hint(self, url: str) -> str:
        """What to say if nobody answers at this address of arXiv or of a stand-in for it."""
        from triage.sources.arxiv import ONLINE
        from triage.sources.manners import HERE

        place = urlsplit(url)
        if place.hostname not in HERE:
            return ONLINE
        if self.store.meta.get(DEMO) is None:
            return "is the stand-in for arXiv that [watch] in triage.toml names running?"
        return (
            "this is the demo's folder; its stand-in for arXiv ran only while `triage demo` did. To start it again:"
            f" cd {self.config.root} && python -m triage.demo.server --papers arxiv/papers.jsonl --pdfs arxiv/pdfs"
            f" --port {place.port}"
        )

    @cached_property
    def reader(self) -> "ChildReader":
        """What reads PDFs, in a child process."""
        from triage.reading.reader import open_reader

        return open_reader(self.config.read.seconds, self.config.read.megabytes)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model; loaded when the first text is not in the store yet."""
        from triage.search.embedder import open_embedder

        return open_embedder(self.config.embedding.model)

    @cached_property
    def vectors(self) -> CachedVectors:
        """The embedding model behind the store's cache."""
        return CachedVectors(self.embedder, self.store, self.progress)

    @cached_property
    def index(self) -> Index:
        """The vector index; where nothing can be written, one for reading. Raises VectorIndexError."""
        from triage.search.index import open_index

        url, model = self.config.index.url, self.config.embedding.model
        if not url and why_not(self.config.store):
            return ReadOnlyIndex(self.config.store, model)
        folder = None if url else self.config.store / "chroma"
        return open_index(folder, url or None, model, self.store.workspace, self.tell)

    @cached_property
    def model(self) -> LanguageModel | None:
        """The language model of [llm], or None if none is set. Raises ModelSetupError if its key is missing."""
        llm = self.config.llm
        if not llm.model:
            return None
        from triage.llm.client import open_model

        return open_model(llm.model, llm.base_url, llm.timeout_seconds)

    @contextmanager
    def alone(self, command: str, among: str = "work", patience: float | None = None) -> Iterator[None]:
        """Runs the block while no other process does work of the same kind (`among`) in this workspace, such as filling
        the vector index. If one does, says who and waits; after `patience` seconds (default: a minute) raises
        LockedError. A block inside another of its kind runs at once."""
        if among in self._alone:
            yield
            return
        path = self.store.folder / f"{among}.lock"
        with lock.alone(path, command, self.reviewer.name, patience=patience, waiting=self.tell):
            self._alone.add(among)
            try:
                yield
            finally:
                self._alone.discard(among)

    @property
    def prompts(self) -> Path:
        """Where a person's own prompts lie; they win over those that come with triage."""
        return self.config.root / "prompts"

    @property
    def pdf_folder(self) -> Path:
        """Where downloaded papers lie."""
        return self.config.store / "pdf"

    def reread_list(self) -> None:
        """Brings `document`, and the entries in the store, in line with the list's file. Raises ListError."""
        if "document" in self.__dict__ and read_list(self.config.list) != self.document.text:
            del self.__dict__["document"]
        self._note_what_stands(self.store)

    def _note_what_stands(self, store: Store) -> None:
        """Notes in the store what stands in the list, if the list has changed since it was last looked at: its entries,
        and which published papers are among them. What a person took out, or a reverted commit, is published no more,
        and what was killed before it could say that it had written the list is. A list that cannot be read, or that git
        is merging, says nothing."""
        try:
            text = read_list(self.config.list)
        except ListError:
            return
        seen, before = f"{READING}:{text_key(text)}", store.ledger.seen() or ""
        if seen == before or conflict_line(text) is not None:
            return
        lookup = Lookup(self._parsed(text).entries)
        found: dict[str, tuple[SectionPath, str]] = {}
        for one in store.ledger.publications():
            paper = store.papers.get(one.paper_id)
            entry = lookup.current_entry(paper, one.entry, one.section) if paper else None
            if entry is not None:
                found[one.paper_id] = (entry.section, entry.text)
        known = store.entries.texts() if before.startswith(f"{READING}:") else ()
        store.look(lookup.read_entries(known), found, seen)

    def _parsed(self, text: str) -> Document:
        """The list with this text: `document`, so that it is not parsed twice, unless that cannot be read."""
        try:
            if self.document.text == text:
                return self.document
        except ListError:
            pass
        return scan(text)


def read_list(path: Path) -> str:
    """The list's text, every byte kept (what is not UTF-8 as surrogates). Raises ListError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ListError(
            f"{path} does not exist; name your list's file, or start one with `triage init --new`"
        ) from None
    except OSError as error:
        raise ListError(f"{path} cannot be read: {error.strerror}") from None
    if b"\0" in data[:4096]:
        raise ListError(f"{path} is not a text file; triage adopts Markdown lists")
    return data.decode("utf-8", "surrogateescape")


def write_list(path: Path, before: str, after: str) -> None:
    """Replaces the list's text in one step, so that a crash leaves the old or the new file, whole.
    Raises ListChanged if the file no longer says `before`, and FileError if it cannot be written."""
    if read_list(path) != before:
        raise ListChanged(
            f"{path} was changed by another program meanwhile; nothing was written, run the command again"
        )
    write_atomically(path, after.encode("utf-8", "surrogateescape"))
