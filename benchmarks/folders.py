"""Loads list folders and streams as ../shared/data/README.md describes them; every benchmark reads through here."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from triage.models import Paper

Row = dict[str, Any]


@dataclass(frozen=True)
class ListFolder:
    """One list: whatever of its files exists. `readme` is decoded with surrogateescape, newlines untouched; `counted`
    is what a person read and counted in it (gold.json)."""

    name: str
    readme: str | None = None
    additions: list[Row] = field(default_factory=list)
    papers: list[Row] = field(default_factory=list)
    labelled: list[Row] = field(default_factory=list)
    titles: list[Row] = field(default_factory=list)
    gold: list[Row] = field(default_factory=list)
    info: Row = field(default_factory=dict)
    counted: Row = field(default_factory=dict)


def load_folder(path: Path) -> ListFolder:
    """The list folder at `path`, or a bare Markdown file."""
    if path.is_file():
        return ListFolder(path.stem, readme=_text(path))
    readme = path / "README.md"
    info, counted = path / "info.json", path / "gold.json"
    return ListFolder(
        name=path.resolve().name,
        readme=_text(readme) if readme.exists() else None,
        additions=_rows(path / "additions.jsonl"),
        papers=_rows(path / "papers.jsonl"),
        labelled=_rows(path / "labelled.jsonl"),
        titles=_rows(path / "titles.jsonl"),
        gold=_rows(path / "gold.jsonl"),
        info=json.loads(info.read_text(encoding="utf-8")) if info.exists() else {},
        counted=json.loads(counted.read_text(encoding="utf-8")) if counted.exists() else {},
    )


def load_stream(paths: list[Path]) -> Iterator[Row]:
    """The rows of these JSONL files (gzip or plain), in order."""
    for path in paths:
        yield from _rows(path)


def to_paper(row: Row) -> Paper:
    """A row of papers.jsonl, labelled.jsonl or a stream as a paper; a row without id gets its title's."""
    listed = row.get("first_listed") or ""
    return Paper(
        id=row.get("id") or "title:" + row["title"].casefold(),
        title=row["title"],
        abstract=row.get("abstract") or "",
        authors=tuple(row.get("authors") or ()),
        categories=tuple(row.get("categories") or ()),
        comment=row.get("comment"),
        published=date.fromisoformat(listed) if listed else None,
    )


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _rows(path: Path) -> list[Row]:
    if not path.exists():
        return []
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]
