"""An entry cut into chunks (fields with their marks, such as `[[Code]](url)` or `**title**`) and the gaps between.

The chunk is the unit in which formats are learned: it has a role (its main field), a form (its text with {slots})
and the slots' values. Gaps, forms and values together are the entry, byte for byte.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.lists.template import written


@dataclass(frozen=True, slots=True)
class Chunk:
    """One field with its marks. `form` holds {slot} for every value; literal braces are {(} and {)}."""

    role: str
    form: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def slots(self) -> frozenset[str]:
        """The slots' names."""
        return frozenset(name for name, _ in self.values)


@dataclass(frozen=True, slots=True)
class Parse:
    """gaps[0] chunk[0] gaps[1] … chunk[n-1] gaps[n]: the whole entry."""

    chunks: tuple[Chunk, ...]
    gaps: tuple[str, ...]


def fill(form: str, values: Sequence[tuple[str, str]]) -> str:
    """A form with its slots filled."""
    known = dict(values)
    return re.sub(
        r"\{\(\}|\{\)\}|\{([a-z_0-9]+)(?::([^{}]*))?\}",
        lambda m: "{}"[m.group(0) == "{)}"] if m.group(1) is None else written(known[m.group(1)], m.group(2) or ""),
        form,
    )


def restore(parse: Parse) -> str:
    """The entry's text again."""
    parts = [parse.gaps[0]]
    for chunk, gap in zip(parse.chunks, parse.gaps[1:], strict=True):
        parts += [fill(chunk.form, chunk.values), gap]
    return "".join(parts)


class Builder:
    """Collects chunks and gaps from left to right."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.gaps: list[str] = [""]

    def gap(self, text: str) -> None:
        self.gaps[-1] += text

    def chunk(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self.gaps.append("")
