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
from dataclasses import dataclass, replace
from itertools import zip_longest

from triage.errors import ConfigError
from triage.lists.chunks import written
from triage.lists.escape import Place, Plain, escaped, one_line

_TOKEN = re.compile(r"\{\(\}|\{\)\}|\{\|\}|\{\?|\{\*|\{([a-z_0-9]+)(?::([^{}]*))?\}|\}|[^{}]+|\{")
_CONTEXT = re.compile(r"\\.|<(?P<closing>/?)(?P<name>[A-Za-z][\w-]*)|(?P<end>/?>)|(?P<code>`+)", re.DOTALL)
_VOID = frozenset("br hr img input link meta source wbr".split())


@dataclass(frozen=True, slots=True)
class Field:
    """A field by name, with the way it is written ("" as it is), and where it stands."""

    name: str
    style: str = ""
    place: Place = Place.LINE


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
    return _placed(nodes[0], _Context())


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


@dataclass(slots=True)
class _Context:
    """What is open at a place of a template: the elements of HTML, a tag itself, a code span by its backticks."""

    elements: tuple[str, ...] = ()
    tag: str = ""
    code: int = 0

    @property
    def place(self) -> Place:
        if self.tag:
            return Place.ATTRIBUTE
        return Place.CODE if self.code else Place.HTML if self.elements else Place.LINE

    def read(self, literal: str) -> None:
        """Goes on over a literal text."""
        for found in _CONTEXT.finditer(literal):
            if found["code"] and not self.tag:
                self.code = 0 if self.code == len(found["code"]) else self.code or len(found["code"])
            elif found["name"] and not self.tag and not self.code:
                self.tag = found["closing"] + found["name"].lower()
            elif found["end"] and self.tag:
                self._end_tag(found["end"] == "/>")
                self.tag = ""

    def _end_tag(self, empty: bool) -> None:
        if not self.tag.startswith("/"):
            self.elements += () if empty or self.tag in _VOID else (self.tag,)
        elif self.tag[1:] in self.elements:
            last = len(self.elements) - 1 - self.elements[::-1].index(self.tag[1:])
            self.elements = self.elements[:last]


def _placed(nodes: Nodes, context: _Context) -> Nodes:
    """The nodes with the place of each field; `context` goes on to the end of the first way of each group."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            context.read(node)
            found.append(node)
        elif isinstance(node, Field):
            found.append(replace(node, place=context.place))
        elif isinstance(node, Group):
            first = _placed(node.ways[0], after := replace(context))
            found.append(Group((first, *(_placed(way, replace(context)) for way in node.ways[1:]))))
            context.elements, context.tag, context.code = after.elements, after.tag, after.code
        else:
            found.append(Run(node.joint, tuple(_placed(part, context) for part in node.parts)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of an entry; `foreign` if its text came from outside and stands in a Markdown line."""

    text: str
    foreign: bool = False


def write(nodes: Nodes, values: Mapping[str, str | Plain]) -> str:
    """The text. A field outside every group that is unknown writes nothing; a `Plain` value is escaped."""
    pieces = [piece for piece in _write(nodes, values, strict=False) or () if piece.text]
    out: list[str] = []
    for piece, following in zip_longest(pieces, pieces[1:]):
        text = piece.text
        if piece.foreign and out and out[-1].endswith("]") and text.startswith(("(", ":")):
            text = f"\\{text}"
        if piece.foreign and following and following.text.startswith("[") and text.endswith("!"):
            text = f"{text[:-1]}\\!"
        out.append(text)
    return "".join(out)


def _write(nodes: Nodes, values: Mapping[str, str | Plain], strict: bool) -> list[_Piece] | None:
    pieces: list[_Piece] = []
    for node in nodes:
        part: list[_Piece] | None
        if isinstance(node, str):
            part = [_Piece(node)]
        elif isinstance(node, Field):
            value = values.get(node.name)
            part = None if value is None else [_piece(value, node)]
        elif isinstance(node, Group):
            ways = (_write(way, values, strict=True) for way in node.ways)
            part = next((way for way in ways if way is not None), [])
        else:
            part = _joined(node, values) or None
        if part is None and strict:
            return None
        pieces += part or []
    return pieces


def _joined(run: Run, values: Mapping[str, str | Plain]) -> list[_Piece]:
    """Those parts of a run that say something, with its joint between them."""
    pieces: list[_Piece] = []
    for part in run.parts:
        known = _write(part, values, strict=True) or []
        if any(piece.text for piece in known):
            pieces += [_Piece(run.joint), *known] if pieces else known
    return pieces


def _piece(value: str | Plain, field: Field) -> _Piece:
    if isinstance(value, str):
        return _Piece(written(value, field.style))
    text = written(one_line(value.text), field.style)
    return _Piece(escaped(replace(value, text=text), field.place), foreign=field.place is Place.LINE)
