"""The settings in triage.toml, checked: an unknown key, a wrong type or an impossible value is an error that names
file, key and value. [format], [publish] bump and the query's syntax are checked by `Workspace.check`.
"""

import difflib
import json
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, cast, get_type_hints
from urllib.parse import urlsplit

from triage.errors import ConfigError

FILE_NAME = "triage.toml"
API_URL = "https://export.arxiv.org/api/query"
PDF_URL = "https://arxiv.org/pdf"
EMBEDDING_MODEL = "all-MiniLM-L6-v2"


@dataclass(frozen=True, slots=True)
class Watch:
    """[watch]: what to ask arXiv for; `delay_seconds` passes between two requests."""

    query: str = ""
    exclude: tuple[str, ...] = ()
    api_url: str = API_URL
    pdf_url: str = PDF_URL
    delay_seconds: float = 3.0


@dataclass(frozen=True, slots=True)
class Embedding:
    """[embedding]: any sentence-transformers model by name."""

    model: str = EMBEDDING_MODEL


@dataclass(frozen=True, slots=True)
class IndexPlace:
    """[index]: a Chroma server's URL; empty means embedded in store/chroma."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Llm:
    """[llm]: an OpenAI-compatible server. With an empty `model` none is asked; `max_answer_tokens` includes what a
    model thinks before it answers."""

    model: str = ""
    base_url: str = ""
    max_tokens_per_fetch: int = 200_000
    max_answer_tokens: int = 4_000
    parallel: int = 2
    timeout_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Read:
    """[read]: limits for parsing one PDF."""

    seconds: int = 60
    megabytes: int = 1024


@dataclass(frozen=True, slots=True)
class Publish:
    """[publish]: what publishing may change besides adding the entry."""

    several_sections: bool = False
    bump: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """A whole triage.toml in the folder `root`; the paths `list` and `store` start with it. `format` is the table as it
    stands there."""

    root: Path
    list: Path
    store: Path
    watch: Watch = field(default_factory=Watch)
    embedding: Embedding = field(default_factory=Embedding)
    index: IndexPlace = field(default_factory=IndexPlace)
    llm: Llm = field(default_factory=Llm)
    read: Read = field(default_factory=Read)
    publish: Publish = field(default_factory=Publish)
    format: Mapping[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """The triage.toml itself."""
        return self.root / FILE_NAME


_SECTIONS = {
    f.name: get_type_hints(Config)[f.name] for f in fields(Config) if is_dataclass(get_type_hints(Config)[f.name])
}
_TOP = {"list", "store", "format", *_SECTIONS}
_ADDRESSES = frozenset(("api_url", "pdf_url", "url", "base_url"))
_MAY_BE_ZERO = frozenset(("delay_seconds", "max_tokens_per_fetch"))


def find_workspace(start: Path) -> Path:
    """The nearest folder at or above `start` that holds triage.toml. Raises ConfigError."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise ConfigError(
        f"no {FILE_NAME} in {start} or above it; run `triage init LIST.md` in the folder of your list,"
        " or name one with --workspace DIR"
    )


def load(root: Path) -> Config:
    """The configuration in `root`/triage.toml. Raises ConfigError naming file and key."""
    file = root / FILE_NAME
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(f"{file} does not exist; run `triage init LIST.md` first") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from None
    return parse(table, root)


def parse(table: Mapping[str, Any], root: Path) -> Config:
    """The configuration that a parsed triage.toml in folder `root` stands for. Raises ConfigError."""
    file = root / FILE_NAME
    _refuse_unknown(file, "", table, _TOP)
    if not isinstance(table.get("list"), str) or not table["list"]:
        raise ConfigError(f'{file}: `list` must name the list\'s file, as in list = "README.md"')
    if not isinstance(table.get("store", ""), str):
        raise ConfigError(f'{file}: `store` must name a folder, as in store = "store"')
    parts = {name: _section(file, name, kind, table[name]) for name, kind in _SECTIONS.items() if name in table}
    form = table.get("format", {})
    if not isinstance(form, Mapping):
        raise ConfigError(f"{file}: `format` must be a table; delete it and run `triage init` to have it learned again")
    return Config(root=root, list=root / table["list"], store=root / table.get("store", "store"), format=form, **parts)


def _section(file: Path, name: str, kind: type[Any], value: object) -> Any:
    if not isinstance(value, Mapping):
        raise ConfigError(f"{file}: [{name}] must be a table")
    _refuse_unknown(file, f"[{name}] ", value, {f.name for f in fields(kind)})
    hints, usual = get_type_hints(kind), kind()
    taken = {}
    for key, given in value.items():
        default = getattr(usual, key)
        taken[key] = _typed(given, hints[key])
        wanted = f"be {_KINDS[hints[key]]}" if taken[key] is None else _wanted(key, taken[key], default)
        if wanted:
            raise ConfigError(
                f"{file}: [{name}] {key} must {wanted}, as in {key} = {_as_toml(default)} (it is {given!r})"
            )
    return kind(**taken)


def _wanted(key: str, value: Any, default: object) -> str:
    """What a value of the right kind must be instead; "" if it is that."""
    if key in _ADDRESSES and (value or default) and not _is_address(value):
        return "start with http:// or https:// and name a host" + ("" if default else ", or be empty")
    if isinstance(value, str) and default and not value.strip():
        return "not be empty"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if key in _MAY_BE_ZERO:
            return "not be negative" if value < 0 else ""
        return "be more than 0" if value <= 0 else ""
    return ""


_KINDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple[str, ...]: "a list of strings",
}


def _typed(value: object, kind: object) -> object:
    """The value as this kind of setting, or None if it is of another kind. A list becomes a tuple, a whole number a
    float; nothing else is converted."""
    if kind == tuple[str, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            return None
        return tuple(value) if all(isinstance(one, str) for one in value) else None
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if number and isinstance(value, int | float) else None
    if kind is int and isinstance(value, bool):
        return None
    return value if isinstance(value, cast(type, kind)) else None


def _as_toml(value: object) -> str:
    if isinstance(value, tuple):
        return '["…"]'
    return json.dumps(value, ensure_ascii=False)


def _refuse_unknown(file: Path, where: str, table: Mapping[str, Any], known: set[str]) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(sorted(known))}"
            raise ConfigError(f"{file}: unknown key {where}`{key}`; {hint}")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
