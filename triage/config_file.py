"""Writes triage.toml: commented when new; later, what a person changed stays and what was learned is renewed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from triage.config import API_URL, EMBEDDING_MODEL, PDF_URL, Llm, Publish, Read
from triage.errors import ConfigError

_HEAD = """triage's settings for this list. Run `triage init` again to renew what was learned ([watch] query, [format]);
what you change by hand stays as you wrote it."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What `init` learned and writes: the query and the house format's table."""

    query: str
    format: Mapping[str, Any]

    def parts(self) -> dict[str, str]:
        """Each learned part as JSON text, to see later whether a person changed it."""
        return {"query": json.dumps(self.query), "format": json.dumps(_plain(self.format), sort_keys=True)}


@dataclass(frozen=True, slots=True)
class Places:
    """Settings that `init` takes from its options."""

    list: str
    store: str = "store"
    api_url: str = API_URL
    pdf_url: str = PDF_URL
    delay_seconds: float = 3.0
    model: str = ""
    base_url: str = ""


def new_file(places: Places, learned: Learned) -> str:
    """The text of a fresh triage.toml."""
    doc = tomlkit.document()
    for line in _HEAD.splitlines():
        doc.add(tomlkit.comment(line))
    doc.add(tomlkit.nl())
    doc.add("list", tomlkit.item(places.list).comment("the list, seen from this file"))
    doc.add("store", tomlkit.item(places.store).comment("papers.db, the index and the PDFs; git ignores it"))
    doc.add("watch", _watch(places, learned))
    doc.add(
        "embedding",
        _table({"model": EMBEDDING_MODEL}, "any sentence-transformers model by name; then `triage reindex`"),
    )
    doc.add("index", _table({"url": ""}, "a Chroma server, as http://127.0.0.1:8000; empty: embedded in the store"))
    llm = Llm()
    doc.add(
        "llm",
        _table(
            {
                "model": places.model,
                "base_url": places.base_url,
                "max_tokens_per_fetch": llm.max_tokens_per_fetch,
                "max_answer_tokens": tomlkit.item(llm.max_answer_tokens).comment(
                    "with what it thinks before it answers"
                ),
                "parallel": llm.parallel,
                "timeout_seconds": llm.timeout_seconds,
            },
            "optional: any OpenAI-compatible server. The key is read from OPENAI_API_KEY, never from here",
        ),
    )
    read = Read()
    doc.add("read", _table({"seconds": read.seconds, "megabytes": read.megabytes}, "limits for parsing one PDF"))
    publish = Publish()
    doc.add(
        "publish",
        _table(
            {"several_sections": publish.several_sections, "bump": list(publish.bump)},
            "what publishing may do besides adding the entry; `triage init` names what it found",
        ),
    )
    doc.add("format", _format(learned.format))
    return tomlkit.dumps(doc)


def renew(
    text: str, learned: Learned, options: Mapping[str, Any], before: Mapping[str, str | None], file: Path
) -> tuple[str, tuple[str, ...]]:
    """The text of an existing triage.toml with the learned parts renewed, and the names of the parts that a person
    changed and that therefore stay. `options` are [watch] values given anew; `before` is `Learned.parts()` as last
    written. Raises ConfigError."""
    try:
        doc = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    kept = []
    watch = doc.setdefault("watch", tomlkit.table())
    watch.update(options)
    if _untouched(watch.get("query"), before.get("query")):
        watch["query"] = learned.query
    elif watch["query"] != learned.query:
        kept.append("[watch] query")
    if not _says(doc.get("format"), learned.parts()["format"]):
        if _untouched(doc.get("format"), before.get("format")):
            doc["format"] = _format(learned.format)
        else:
            kept.append("[format]")
    return tomlkit.dumps(doc), tuple(kept)


def _untouched(value: object, before: str | None) -> bool:
    return value in (None, "") or _says(value, before)


def _says(value: object, text: str | None) -> bool:
    """Whether `value` is what the JSON `text` stands for."""
    return value is not None and text is not None and json.dumps(_plain(value), sort_keys=True) == text


def _watch(places: Places, learned: Learned) -> Table:
    table = _table({}, "what to ask arXiv for")
    table.add(
        "query", tomlkit.item(learned.query).comment("arXiv's query language: ti: abs: au: cat: all: AND OR ANDNOT")
    )
    table.add("exclude", tomlkit.item([]).comment("papers with one of these words or phrases are dropped, and counted"))
    table.add("api_url", places.api_url)
    table.add("pdf_url", places.pdf_url)
    table.add(
        "delay_seconds", tomlkit.item(places.delay_seconds).comment("arXiv asks for one request every three seconds")
    )
    return table


def _table(values: Mapping[str, Any], comment: str) -> Table:
    table = tomlkit.table()
    table.add(tomlkit.comment(comment))
    for key, value in values.items():
        table.add(key, value)
    return table


def _format(values: Mapping[str, Any]) -> Table:
    table = _table(
        {}, "how this list writes an entry: {field}, {? optional group}; learned from the list, yours to change"
    )
    for key, value in values.items():
        table.add(key, _item(value))
    return table


def _item(value: Any) -> Any:
    if isinstance(value, str) and "\n" in value and "\r" not in value and '"""' not in value and "\\" not in value:
        return tomlkit.string(value, multiline=True)
    if isinstance(value, Mapping):
        table = tomlkit.table()
        for key, inner in value.items():
            table.add(key, _item(inner))
        return table
    return tomlkit.item(value)


def _plain(value: Any) -> Any:
    unwrap = getattr(value, "unwrap", None)
    return unwrap() if unwrap is not None else value
