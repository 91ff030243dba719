"""A table's row as chunks, its cells read by the headings of their columns."""

import re
from collections.abc import Sequence
from dataclasses import replace

from triage.lists.chunks import Builder, Chunk
from triage.lists.inline import read_inline
from triage.lists.leaves import Leaf, date_leaf, escape, label_kind, venue_leaf
from triage.lists.roles import as_title, shown

_COLUMNS = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("number", r"#|no\.?|id|index|num(?:ber)?"),
        (
            "title",
            r"(?:paper\s+)?title|paper(?:\s+(?:name|title))?|name|papers|method|model|work|article|data\s?set|benchmark|project",
        ),
        (
            "venue",
            r"venue|publication|published(?:\s+in)?|conference|journal|pub\.?|conf\.?|source|conference/journal|venue.*|publisher",
        ),
        ("date", r"date|time|published|release(?:\s+date)?|month"),
        ("year", r"year"),
        ("code", r"codes?|github|repo(?:sitory)?|implementation|official\s+code|code.*"),
        ("demo", r"demo"),
        ("project", r"project(?:\s+page)?|page|website|homepage|project.*"),
        ("authors", r"authors?.*"),
        ("summary", r"tl;?dr|summary|notes?|description|comments?|highlights?|key\s+ideas?|brief|contributions?"),
        ("datasets", r"data\s?sets?|benchmarks?"),
        ("paper", r"links?|pdf|arxiv|urls?|paper\s+links?"),
        ("star", r"stars?|⭐.*"),
    )
)


_LABEL = re.compile(r"\[([^\[\]]{2,300})\]\(")
_TITLED = re.compile(r"\b(?:titles?|papers?|articles?|publications?|works?)\b")


def column_role(heading: str, taken: Sequence[str] = ()) -> str:
    """The field that a table's column holds, by its heading."""
    for name, pattern in _COLUMNS:
        if name not in taken and pattern.fullmatch(heading.strip()):
            return name
    return "col_" + (re.sub(r"\W+", "_", heading.strip().lower(), flags=re.ASCII).strip("_") or "x")


def read_row(text: str, columns: Sequence[str], out: Builder) -> None:
    cells = re.split(r"(?<!\\)(\|)", text)
    roles: list[str] = []
    for heading in columns:
        roles.append(column_role(heading, roles))
    bar = text.lstrip().startswith("|")
    column = -1 if bar else 0
    roles = _with_title(roles, columns)
    if "title" not in roles:
        named = _named_paper(cells[0 if column == 0 else 2 :: 2][: len(columns)])
        if named is not None:
            roles[named] = "title"
    for piece in cells:
        if piece == "|":
            out.gap(piece)
            column += 1
        elif 0 <= column < len(columns):
            _cell(piece, roles[column], out)
        else:
            out.gap(piece)


def _with_title(roles: list[str], columns: Sequence[str]) -> list[str]:
    """The column with the paper's title: "Title" before "Paper" before "Name" and the like."""
    names = [re.sub(r"\W+", " ", heading).strip().lower() for heading in columns]
    for wanted in ("title", "paper title", "paper", "papers", "paper name"):
        if wanted in names:
            main = names.index(wanted)
            other = roles.index("title") if "title" in roles else main
            if other != main:
                roles[other] = "name"
            roles[main] = "title"
            return roles
    if "title" not in roles and "paper" in roles:
        roles[roles.index("paper")] = "title"
    if "title" not in roles:
        told = next((place for place, name in enumerate(names) if _TITLED.search(name)), None)
        if told is not None and roles[told].startswith("col_"):
            roles[told] = "title"
    return roles


def _named_paper(cells: Sequence[str]) -> int | None:
    """Where no heading promises a title: the cell whose link has the most words (two at least) for its label."""
    found = [_LABEL.search(cell) for cell in cells]
    counts = [0 if label is None or label_kind(label[1]) else len(label[1].split()) for label in found]
    most = max(counts, default=0)
    return counts.index(most) if most > 1 else None


def _placed(chunk: Chunk, role: str) -> Chunk:
    """A cell's link under its column's role; a repository under "Page" stays one."""
    if role == "project" and chunk.role == "code":
        values = tuple(("code" if name == "url" else name, value) for name, value in chunk.values)
        return Chunk(role, chunk.form.replace("{url}", "{code}"), values)
    return replace(chunk, role=role)


def _cell(cell: str, role: str, out: Builder) -> None:
    core = cell.strip()
    # An empty cell is read like a full one: a blank before, the others behind.
    left = cell[: len(cell) - len(cell.lstrip())] if core else cell[:1]
    right = cell[len(left) + len(core) :]
    out.gap(left)
    inner = Builder()
    read_inline(core, inner, first=False)
    chunks = inner.chunks
    if not core or not re.search(r"\w", core):
        out.chunk(Chunk(role, escape(core)))
    elif role == "name" and len(chunks) == 1 and chunks[0].role == "strong":
        out.chunk(Chunk(role, chunks[0].form.replace("{strong}", "{name}"), (("name", chunks[0].values[0][1]),)))
    elif role in ("authors", "summary", "datasets", "number", "star", "name") or role.startswith("col_"):
        out.chunk(Chunk(role, "{" + role + "}", ((role, core),)))
    elif role == "date" and not chunks:
        out.chunk(Chunk(role, "{date}", (("date", core),)))
    elif role in ("venue", "date", "year"):
        found = date_leaf(core) or venue_leaf(core, loose=True) if "](" not in core else None
        if role == "date" and found and found.values[0][0] == "year" and len(found.values) == 1:
            found = Leaf("{year}", (("year", core),))
        leaf = found or Leaf("{" + role + "}", ((role, core),))
        out.chunk(Chunk(role, leaf.form, leaf.values))
    elif role == "title":
        main = [c for c in chunks if c.role in ("strong", "linked", "label", "text", "paper", "venue", "authors", "em")]
        best = max(main, key=lambda c: len(shown(c)), default=None)
        for chunk, gap in zip(chunks, inner.gaps, strict=False):
            out.gap(gap)
            out.chunk(as_title(chunk) if chunk is best else chunk)
        out.gap(inner.gaps[-1])
    elif len(chunks) == 1 and not inner.gaps[0] and not inner.gaps[1] and "url" in chunks[0].slots:
        out.chunk(_placed(chunks[0], role))
    elif chunks and any("url" in c.slots for c in chunks):
        for number, (chunk, gap) in enumerate(zip(chunks, inner.gaps, strict=False)):
            out.gap(gap)
            out.chunk(replace(chunk, role=role) if number == 0 else chunk)
        out.gap(inner.gaps[-1])
    else:
        out.chunk(Chunk(role, escape(core)))
    out.gap(right)
