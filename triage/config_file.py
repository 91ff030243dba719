"""Writes triage.toml: commented when new; later, what was learned is renewed and what a person changed stays."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import tomlkit
from tomlkit.items import Item

from triage.config import API_URL, PDF_URL
from triage.errors import ConfigError

_FILE = Template(
    """\
# The settings of triage for this list, yours to edit. Running `triage init` again updates the query and [format] from
# the list, except what you changed.

list = $list  # relative to this file
store = "store"  # folder for the database, the search index and the PDFs; git ignores it

[watch]  # which papers to ask arXiv for
# arXiv's query language: fields ti: abs: au: cat: all:, operators AND OR ANDNOT, parentheses, "phrases in quotes"
query = $query
exclude = []  # drop papers whose title or abstract contains one of these words or phrases
api_url = $api_url
pdf_url = $pdf_url
delay_seconds = $delay_seconds  # between two requests; arXiv asks for three seconds

[embedding]
model = "all-MiniLM-L6-v2"  # any sentence-transformers model; after a change, run `triage reindex`

[index]
url = ""  # a Chroma server, as in "http://127.0.0.1:8000"; empty: the index is in the store

[llm]  # optional: any OpenAI-compatible server; the key is read from OPENAI_API_KEY, never from this file
model = ""  # empty: no model is asked
base_url = ""  # as in "http://127.0.0.1:11434/v1"; empty: OpenAI, or OPENAI_BASE_URL
max_tokens_per_fetch = 200000  # a fetch that has used so many asks no more
max_answer_tokens = 4000  # including what the model thinks before it answers
parallel = 2  # requests at the same time
timeout_seconds = 60.0  # for one answer

[read]  # limits for reading one PDF
seconds = 60
megabytes = 1024  # of memory

[publish]  # what else may change when an entry is added; `triage init` says what your list has
several_sections = false  # true: also list a paper in the section of its venue or year
bump = []  # what to keep current: "updated" (a date), "count" (of papers), "log" (of additions)
"""
)
_FORMAT = Template(
    """\
[format]  # how values are written; what else was learned is in the store, unless you set it here:
# venues, months, mark, marks, both_links, short_year, newline
authors = $authors  # one of: comma, comma-and, bibtex, et-al, first-et-al, last-et-al, semicolon
date = $date  # any of YYYY MM M DD D Dth Mon Month
preprint = $preprint  # the venue to write for a paper that is only on arXiv; "" writes none
arxiv_url = $arxiv_url
$others
[format.templates]  # how entries are written; above each template, the sections that use it
# {field}, {? left out unless its fields are known }, {? this {|} or else that }, {* joint {|} part {|} part }
# to choose the sections yourself: name = { entry = "- {title}", sections = ["Section > Subsection"] }

"""
)
_SHOWN = ("authors", "date", "preprint", "arxiv_url")


@dataclass(frozen=True, slots=True)
class Learned:
    """What `init` learned and writes: the query, the [format] table, and for each template the sections that use it."""

    query: str
    format: Mapping[str, Any]
    notes: Mapping[str, str]

    def block(self) -> str:
        """The [format] table as it is written."""
        return _block(self.format, self.notes)


@dataclass(frozen=True, slots=True)
class Written:
    """What `init` wrote last, None if that is not known: the query, and [format] as text (an older triage kept it as
    JSON)."""

    query: str | None = None
    format: str | None = None

    def table(self) -> Mapping[str, Any]:
        """The [format] table; empty if that is not known."""
        if self.format is None or self.format.startswith("{"):
            return {}
        table: Mapping[str, Any] = tomllib.loads(self.format)["format"]
        return table

    def old_table(self) -> Mapping[str, Any] | None:
        """The [format] table that an older triage wrote; None if none did."""
        table: Mapping[str, Any] | None = json.loads(self.format) if self.format and self.format[0] == "{" else None
        return table


@dataclass(frozen=True, slots=True)
class Places:
    """Settings that `init` takes from its options."""

    list: str
    api_url: str = API_URL
    pdf_url: str = PDF_URL
    delay_seconds: float = 3.0


def new_file(places: Places, learned: Learned) -> str:
    """The text of a fresh triage.toml."""
    values = {
        "list": places.list,
        "query": learned.query,
        "api_url": places.api_url,
        "pdf_url": places.pdf_url,
        "delay_seconds": places.delay_seconds,
    }
    return f"{_FILE.substitute({key: _toml(value) for key, value in values.items()})}\n{learned.block()}"


def renew(
    text: str,
    learned: Learned,
    options: Mapping[str, Any],
    written: Written,
    file: Path,
    edits: Mapping[str, Any] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """The text of an existing triage.toml with the learned parts renewed, and the names of what a person changed and
    what therefore stays. `options` are [watch] values given anew. If [format] is to be written as it is today, `edits`
    are what a person changed in it. Raises ConfigError."""
    try:
        doc = tomlkit.parse(text)
    except tomlkit.exceptions.ParseError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    kept = []
    watch = doc.setdefault("watch", tomlkit.table())
    watch.update(options)
    if watch.get("query") in (None, "", written.query):
        watch["query"] = _item(learned.query, watch.get("query"))
    elif watch["query"] != learned.query:
        kept.append("[watch] query")
    if edits is not None:
        remarks = _remarks(doc.pop("format"))
        merged = {**learned.format, **edits, "templates": learned.format["templates"] | edits["templates"]}
        kept += _names(edits)
        return f"{tomlkit.dumps(doc).rstrip()}\n\n{remarks}{_block(merged, learned.notes)}", tuple(kept)
    if "format" not in doc:
        return f"{tomlkit.dumps(doc).rstrip()}\n\n{learned.block()}", tuple(kept)
    renewed = tomlkit.dumps(doc)
    if written.format and written.format in renewed:
        return renewed.replace(written.format, learned.block()), tuple(kept)
    kept += _renew_format(doc["format"], learned.format, written.table())
    return tomlkit.dumps(doc), tuple(kept)


def _renew_format(table: Any, learned: Mapping[str, Any], written: Mapping[str, Any]) -> list[str]:
    """Renews, in a [format] in which a person changed something, all but that; gives the names of that."""
    templates = table.setdefault("templates", tomlkit.table())
    kept = _renew(table, {**learned, "templates": templates}, {**written, "templates": templates}, "[format]")
    return kept + _renew(templates, learned["templates"], written.get("templates", {}), "[format.templates]")


def _renew(table: Any, learned: Mapping[str, Any], written: Mapping[str, Any], where: str) -> list[str]:
    kept = []
    for key in list(table):
        if table[key] == learned.get(key):
            continue
        if table[key] != written.get(key):
            kept.append(f"{where} {key}")
        elif key in learned:
            table[key] = _item(learned[key], table[key])
        else:
            del table[key]
    for key in learned:
        if key not in table:
            table[key] = _item(learned[key])
    return kept


def _names(edits: Mapping[str, Any]) -> list[str]:
    return [f"[format] {key}" for key in edits if key != "templates"] + [
        f"[format.templates] {name}" for name in edits["templates"]
    ]


def _remarks(table: Item) -> str:
    """The comments of a person in a [format] table: all but the one that an older triage wrote."""
    lines = [line for line in table.as_string().splitlines() if line.startswith("#")]
    return "".join(f"{line}\n" for line in lines if not line.startswith("# how this list writes an entry: {field}"))


def _block(values: Mapping[str, Any], notes: Mapping[str, str]) -> str:
    others = [key for key in values if key not in (*_SHOWN, "templates")]
    shown = {key: _toml(values[key]) for key in _SHOWN}
    lines = [_FORMAT.substitute(shown, others="".join(f"{key} = {_toml(values[key])}\n" for key in others))]
    for name, template in values["templates"].items():
        lines.append(f"# {notes[name]}\n" if name in notes else "")
        lines.append(f"{_key(name)} = {_toml(template)}\n")
    return "".join(lines)


def _key(name: str) -> str:
    return (
        name
        if re.fullmatch(r"[A-Za-z0-9_-]+", name)
        else json.dumps(name, ensure_ascii=False).replace("\x7f", "\\u007f")
    )


def _item(value: Any, before: Any = None) -> Any:
    """A value for a document, with the comment that stood behind the value before."""
    item: Any = tomlkit.parse(f"value = {_toml(value)}").item("value")
    if before is not None:
        item.trivia.comment_ws, item.trivia.comment = before.trivia.comment_ws, before.trivia.comment
    return item


def _toml(value: Any) -> str:
    """A value in TOML: a text with quotation marks or backslashes is easier to read between single quotes, one of
    several lines as several lines, if no blank at a line's end could get lost there."""
    if isinstance(value, str):
        plain = "'" not in value and not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", value)
        if plain and "\n" in value and not re.search(r"\s\n|\s$", value):
            return f"'''\n{value}'''"
        if plain and "\n" not in value and ('"' in value or "\\" in value):
            return f"'{value}'"
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)
