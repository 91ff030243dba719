"""What goes into a column and comes out: frozen dataclasses as JSON text, checked by pydantic on the way in, and times
in UTC."""

import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: object) -> str:
    """`value` (one of triage.models' dataclasses) as JSON text."""
    return _to_json(_adapter(type(value)), value)


def load(kind: type[T], text: str) -> T:
    """The value of type `kind` that `dump` made `text` from."""
    value: T = _from_json(_adapter(kind), text)
    return value


def dump_path(path: tuple[str, ...]) -> str:
    """A section path as JSON text."""
    return _to_json(_adapter(tuple[str, ...]), path)


def load_path(text: str) -> tuple[str, ...]:
    """The section path that `dump_path` made `text` from."""
    value: tuple[str, ...] = _from_json(_adapter(tuple[str, ...]), text)
    return value


def dump_time(moment: datetime) -> str:
    """A time as text: UTC with its offset, to the microsecond, so that later times are greater texts. A time without an
    offset is this machine's local time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def load_time(text: str) -> datetime:
    """The time, in UTC, that `dump_time` made `text` from. Raises ValueError."""
    return datetime.fromisoformat(text).astimezone(UTC)


def now() -> str:
    """The present time as text."""
    return dump_time(datetime.now(UTC))


def _to_json(adapter: TypeAdapter[Any], value: object) -> str:
    try:
        return adapter.dump_json(value, exclude_defaults=True).decode()
    except PydanticSerializationError:
        # A list with broken bytes brings lone surrogates, which pydantic refuses and JSON can escape.
        return json.dumps(adapter.dump_python(value, exclude_defaults=True), default=str)


def _from_json(adapter: TypeAdapter[Any], text: str) -> Any:
    if "\\ud" in text:
        return adapter.validate_python(json.loads(text))
    return adapter.validate_json(text)
