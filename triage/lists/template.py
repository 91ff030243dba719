"""Templates: an entry's text with fields, as it stands in triage.toml for a person to read and edit.

{title}            a field's value; {authors:…} and {title:stop} write it in a way of their own
{? … }             left out unless every field in it is known
{? A {|} B {|} C } the first of several ways whose fields are all known
{* , {|} A {|} B } those of A, B, … that are known, joined by what stands before the first {|}
{repo:if}          writes nothing; only asks that the field be known
{(} and {)}        a brace
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from triage.errors import ConfigError

_TOKEN = re.compile(r"\{\(\}|\{\)\}|\{\|\}|\{\?|\{\*|\{([a-z_0-9]+)(?::([^{}]*))?\}|\}|[^{}]+|\{")


@dataclass(frozen=True, slots=True)
class Field:
    """A field by name, with the way it is written ("" as it is)."""

    name: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Ways to write something, the first whose fields are known; nothing if none is."""

    ways: tuple["Nodes", ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Parts of which any may be missing, joined by `joint`."""

    joint: str
    parts: tuple["Nodes", ...]


Node = str | Field | Group | Run
Nodes = tuple[Node, ...]


def parse_template(text: str) -> Nodes:
    """A template's parts. Raises ConfigError, naming the place, if braces do not fit together."""
    tokens = list(_TOKEN.finditer(text))
    nodes, at, closed = _parse(tokens, 0, text, inside=False)
    if closed or at != len(tokens):
        raise ConfigError(f"template {text!r}: a closing brace too many; write {{)}} for a brace in the text")
    return nodes[0]


def _parse(tokens: list[re.Match[str]], at: int, text: str, inside: bool) -> tuple[list[Nodes], int, bool]:
    ways: list[list[Node]] = [[]]
    while at < len(tokens):
        token = tokens[at]
        shown = token.group()
        at += 1
        if shown in ("{?", "{*"):
            inner, at, closed = _parse(tokens, at, text, inside=True)
            if not closed:
                raise ConfigError(
                    f"template {text!r}: {shown} at character {token.start() + 1} is never closed with }}"
                )
            ways[-1].append(Group(tuple(inner)) if shown == "{?" else _run(inner, text))
        elif shown == "{|}" and inside:
            ways.append([])
        elif shown == "}" and inside:
            return [tuple(way) for way in ways], at, True
        elif token.group(1):
            ways[-1].append(Field(token.group(1), token.group(2) or ""))
        elif shown in ("{(}", "{)}"):
            ways[-1].append("{" if shown == "{(}" else "}")
        elif shown in ("{", "}", "{|}"):
            raise ConfigError(
                f"template {text!r}: {shown} at character {token.start() + 1} stands alone; "
                "write {(} or {)} for a brace"
            )
        else:
            ways[-1].append(shown)
    return [tuple(way) for way in ways], at, False


def _run(ways: list[Nodes], text: str) -> Run:
    joint = "".join(node for node in ways[0] if isinstance(node, str))
    if len(ways) < 2 or any(not isinstance(node, str) for node in ways[0]):
        raise ConfigError(f"template {text!r}: {{*joint{{|}}part{{|}}part}} needs a plain joint and at least one part")
    return Run(joint, tuple(ways[1:]))


def fields_of(nodes: Nodes) -> Iterator[str]:
    """The names of all fields, in order, with repetitions."""
    for node in nodes:
        if isinstance(node, Field):
            yield node.name
        elif isinstance(node, Group):
            for way in node.ways:
                yield from fields_of(way)
        elif isinstance(node, Run):
            for part in node.parts:
                yield from fields_of(part)


def write(nodes: Nodes, values: Mapping[str, str]) -> str:
    """The text. A field outside every group that is unknown writes nothing."""
    return _write(nodes, values, strict=False) or ""


def _write(nodes: Nodes, values: Mapping[str, str], strict: bool) -> str | None:
    parts: list[str] = []
    for node in nodes:
        part: str | None
        if isinstance(node, str):
            part = node
        elif isinstance(node, Field):
            value = values.get(node.name)
            part = None if value is None else written(value, node.style)
        elif isinstance(node, Group):
            part = next((way for way in (_write(way, values, strict=True) for way in node.ways) if way is not None), "")
        else:
            known = [text for text in (_write(part, values, strict=True) for part in node.parts) if text]
            part = node.joint.join(known) or None
        if part is None and strict:
            return None
        parts.append(part or "")
    return "".join(parts)


def written(value: str, style: str) -> str:
    """A value in the way that a template asks for: "stop" ends it with a full stop, "if" writes nothing."""
    if style == "if":
        return ""
    if style == "stop":
        return value if value.rstrip().endswith(("?", "!", ".")) else value + "."
    return value
