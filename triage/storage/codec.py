"""Frozen dataclasses to JSON text and back, checked by pydantic on the way in."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: object) -> str:
    """`value` (one of triage.models' dataclasses) as JSON text."""
    return _adapter(type(value)).dump_json(value, exclude_defaults=True).decode()


def load(kind: type[T], text: str) -> T:
    """The value of type `kind` that `dump` made `text` from."""
    value: T = _adapter(kind).validate_json(text)
    return value


def dump_path(path: tuple[str, ...]) -> str:
    """A section path as JSON text."""
    return _adapter(tuple[str, ...]).dump_json(path).decode()


def load_path(text: str) -> tuple[str, ...]:
    """The section path that `dump_path` made `text` from."""
    value: tuple[str, ...] = _adapter(tuple[str, ...]).validate_json(text)
    return value
