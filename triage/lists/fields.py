"""An entry read as fields: title, authors, venue, year, date, links by what they are, summary, data sets, …

An entry is read line by line (folds and figures may span lines; labelled lines and sentences are one field each), a
table's row cell by cell, by the headings of its columns.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from triage import identity
from triage.lists.chunks import (
    Builder,
    Chunk,
    Parse,
    as_name,
    as_title,
    put_token,
    read_inline,
    shown,
    with_title,
    words_chunk,
)
from triage.lists.inline import FIGURE, FOLD, PLAIN, Token, tokenize
from triage.lists.pairs import pair_up, plain
from triage.lists.values import ValueMatch, escape, label_kind, match_date, match_venue, split_people

_START = re.compile(r"#{1,6}[ \t]+|[ \t]*(?:[-*+](?:[ \t]+|(?=\[|\*\*))|(\d{1,5})[.)][ \t]*)?|\s*<(?:li|tr)\b[^>]*>\s*")
_LINE_START = re.compile(r"#{1,6}[ \t]+|[ \t]*(?:(?:[-*+]|\d{1,5}[.)])[ \t]+|>[ \t]*)?")
_BREAK = re.compile(r"<br\s*+/?>", re.IGNORECASE)
_PREFIX = re.compile(r"(\W{0,12})([A-Za-z][A-Za-z\-/ ;]{1,28}?)(\W{0,4}[:：]\W{0,4}?[ \t]*)(?=\S|\Z)")
_PREFIXES = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("authors", r"authors?|by|author list"),
        ("datasets", r"data\s?sets?|data|benchmarks?|evaluated on"),
        (
            "summary",
            r"tl;?dr|summary|highlights?|key\s?words?|brief|contributions?|description|comments?|ideas?"
            r"|one[- ]sentence summary|takeaway|notes?",
        ),
        ("venue", r"venue|conference|journal|published(?: in)?|publication|where"),
        ("date", r"date|published on|release date|submitted"),
        ("year", r"year"),
        ("abstract", r"abstract"),
        ("affiliation", r"affiliations?|institutions?|institutes?|organi[sz]ations?"),
        ("title", r"title"),
    )
)
_PLAIN_FIELDS = {"linked": "link", "label": "link", "strong": "note", "em": "note", "code_text": "note", "text": "note"}
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
LONGEST_NAME = 4
"""Words that the name of a paper has at most, before its subtitle."""
_ET_AL = re.compile(r"\bet\.? al\b")
_LONGEST = 20_000
"""Characters beyond which a block is no entry that anybody wrote; it stays whole."""
_ATTRIBUTE = re.compile(r"(?:href|src)\s*+=\s*+[\"']?([^\"'\s>]+)", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>)\]|\"']+", re.IGNORECASE)


@dataclass(frozen=True)
class EntryFields:
    """What an entry says. `values` maps field names to the text as the list writes it; `parse` gives it back whole."""

    parse: Parse
    values: Mapping[str, str]
    title: str
    links: tuple[str, ...]
    arxiv_id: str | None
    doi: str | None
    year: int | None
    authors: tuple[str, ...]
    datasets: tuple[str, ...]

    def parse_values(self) -> list[tuple[str, str]]:
        """Every slot with its text, in order."""
        return [pair for chunk in self.parse.chunks for pair in chunk.values]


def read_fields(text: str, columns: Sequence[str] = ()) -> EntryFields:
    """Reads one entry; `columns` are its table's headings, if it is a row."""
    parse = parse_entry(text, columns)
    values: dict[str, str] = {}
    for chunk in parse.chunks:
        for name, value in chunk.values:
            values.setdefault(name, value)
    if "name" in values and "subtitle" in values:
        values["title"] = f"{values['name']}: {values['subtitle']}"
    links = _links(text)
    # A link identifies the paper better than an address that is only spelled out, in a title for example.
    telling = [address for address, bare in sorted(links.items(), key=lambda item: item[1])]
    return EntryFields(
        parse=parse,
        values=values,
        title=plain(values.get("title", "")),
        links=tuple(links),
        arxiv_id=next((found for link in telling if (found := identity.arxiv_id(link))), None),
        doi=next((found for link in telling if (found := identity.doi(link))), None),
        year=_year(values),
        authors=split_people(values.get("authors", "")),
        datasets=tuple(name.strip() for name in values.get("datasets", "").split(",") if name.strip()),
    )


def parse_entry(text: str, columns: Sequence[str] = ()) -> Parse:
    """Cuts an entry. `columns` are the headings of its table, if it is a table's row."""
    out = Builder()
    if len(text) > _LONGEST:
        return Parse((Chunk("note", "{note}", (("note", text),)),), ("", ""))
    if columns:
        read_row(text, columns, out)
    else:
        read_block(text, out)
        _name_links(out)
    return with_names(with_short_name(with_title(Parse(tuple(out.chunks), tuple(out.gaps)))))


def _name_links(out: Builder) -> None:
    """A linked word before a colon names the paper whose title follows: "[KiteNet](url): Wings that Learn"."""
    for place, chunk in enumerate(out.chunks[:-1]):
        if out.gaps[place + 1].strip() == ":" and "\n" not in out.gaps[place + 1]:
            named = as_name(chunk, "label")
            out.chunks[place] = replace(named, field="paper") if named.field == "label" else named


def entry_marker(text: str) -> str:
    """What an entry begins with, before its first field: "- ", "1. ", "## ", or nothing."""
    found = _START.match(text)
    return found.group() if found else ""


def _links(text: str) -> dict[str, bool]:
    """Every address in the entry's order, and whether it stands there bare, as text. In a label it is no address."""
    found: list[tuple[int, str, bool]] = []
    spans: list[tuple[int, int]] = []
    for link in pair_up(text).links.values():
        found.append((link.target, link.address(text), False))
        spans.append((link.start, link.end))
    for attribute in _ATTRIBUTE.finditer(text):
        found.append((attribute.start(), attribute.group(1), False))
        spans.append(attribute.span())
    starts = sorted(spans)
    for bare in _BARE.finditer(text):
        before = bisect_right(starts, (bare.start(), len(text))) - 1
        if before < 0 or starts[before][1] <= bare.start():
            found.append((bare.start(), bare.group().rstrip(".,;:!?"), True))
    links: dict[str, bool] = {}
    for _, address, is_bare in sorted(found):
        if address:
            links[address] = links.get(address, True) and is_bare
    return links


def with_short_name(parse: Parse) -> Parse:
    """ "[KiteNet](url): Wings that Learn" is one field, the title, in two parts: a name and a subtitle."""
    for place, (before, title) in enumerate(itertools.pairwise(parse.chunks), 1):
        if title.field != "title" or not title.pattern.startswith(("{title}", "{title:")):
            continue
        told = [slot for slot, _ in before.values if slot in ("label", "strong", "em")]
        name = dict(before.values)[told[0]].strip() if len(told) == 1 else ""
        gap, inside = parse.gaps[place], name.endswith(":")
        is_joined = "\n" not in gap and gap.strip() == ("" if inside else ":")
        name = name.rstrip(": ")
        if not is_joined or not 0 < len(name.split()) <= LONGEST_NAME or _ET_AL.search(name):
            return parse
        first = before.pattern.replace("{" + told[0] + "}", "{name}:" if inside else "{name}")
        values = tuple(("name", name) if slot == told[0] else (slot, value) for slot, value in before.values)
        others = tuple(("subtitle", value) if slot == "title" else (slot, value) for slot, value in title.values)
        pattern = first + escape(gap) + title.pattern.replace("{title", "{subtitle", 1)
        whole = Chunk("title", pattern, (*values, *others))
        chunks = (*parse.chunks[: place - 1], whole, *parse.chunks[place + 1 :])
        return Parse(chunks, (*parse.gaps[:place], *parse.gaps[place + 1 :]))
    return parse


def _year(values: Mapping[str, str]) -> int | None:
    for name in ("year", "date", "venue"):
        found = re.search(r"(?:19|20)\d\d", values.get(name, ""))
        if found:
            return int(found.group())
    short = re.fullmatch(r"\d\d", values.get("year", ""))
    return 2000 + int(short.group()) if short else None


def read_block(text: str, out: Builder) -> None:
    """Folds and figures may span lines, everything else is read line by line."""
    start = _START.match(text)
    at = start.end() if start else 0
    if start and start.group(1):
        begin, end = start.span(1)
        out.gap(text[:begin])
        out.chunk(Chunk("number", "{number}", (("number", text[begin:end]),)))
        out.gap(text[end:at])
    else:
        out.gap(text[:at])
    first = True
    for token in _spanning(text[at:]):
        if token.kind in (FOLD, FIGURE):
            put_token(token, out, first)
            first = False
            continue
        for number, line in enumerate(re.split(r"(\n)", token.text)):
            if line == "\n":
                out.gap(line)
                first = False
            elif line:
                _line(line, out, first and number == 0)


def _spanning(text: str) -> list[Token]:
    """The text as folds, figures, and the stretches between them."""
    if "<" not in text:
        return [Token(PLAIN, text)]
    found: list[Token] = []
    for token in tokenize(text):
        if token.kind in (FOLD, FIGURE):
            found.append(token)
        elif found and found[-1].kind == PLAIN:
            found[-1] = Token(PLAIN, found[-1].text + token.text)
        else:
            found.append(Token(PLAIN, token.text))
    return found


def _line(line: str, out: Builder, first: bool) -> None:
    opening = None if first else _LINE_START.match(line)
    begin = opening.end() if opening else 0
    end = _content_end(line, begin)
    out.gap(line[:begin])
    content = line[begin:end]
    if content:
        label = None if first else _link_label(content)
        whole = None if label else _whole_line(content, first) or _verbatim(content, line[:begin], first)
        if label:
            out.gap(content[:label])
            known = len(out.chunks)
            read_inline(content[label:], out, first)
            kind = label_kind(content[:label].strip(" \t*_:："))
            if kind and kind not in ("paper", "arxiv"):
                out.chunks[known:] = [as_name(chunk, kind) for chunk in out.chunks[known:]]
        elif whole:
            out.chunk(whole)
        else:
            read_inline(content, out, first)
    out.gap(line[end:])


def _content_end(line: str, begin: int) -> int:
    """Where a line's content ends before blanks and the marks of a line break."""
    end = len(line)
    while True:
        end = begin + len(line[begin:end].rstrip(" \t\r\\"))
        tag = line.rfind("<", begin, end)
        if tag < 0 or not _BREAK.fullmatch(line, tag, end):
            return end
        end = tag


def _link_label(content: str) -> int | None:
    """The length of "Code: " (or the like) before a link."""
    found = _PREFIX.match(content)
    if found and label_kind(found.group(2)) and re.match(r"\[|<a\b|<?https?://", content[found.end() :]):
        return found.end()
    return None


def _whole_line(content: str, first: bool) -> Chunk | None:
    """A labelled line ("Authors: …") or, below the first, a sentence."""
    if first:
        return None
    prefix = _PREFIX.match(content)
    if prefix and (re.sub(r"[*_]", "", prefix.group(1)).strip() == "" or prefix.group(1).strip()):
        name = _prefix_kind(prefix.group(2))
        rest = content[prefix.end() :]
        if name and "](" not in rest:
            marks = rest[len(rest.rstrip().rstrip("*_")) :]
            closes = marks.strip() and content.count("*") % 2 == 0 and prefix.group(1).strip() == "*"
            tail = marks if closes else ""
            value = rest[: len(rest) - len(tail)] if tail else rest
            match = match_venue(value, loose=True) if name == "venue" else None
            match = match or ValueMatch("{" + name + "}", ((name, value),))
            return Chunk(name, escape(content[: prefix.end()]) + match.pattern + escape(tail), match.values)
    bare = re.sub(r"\[[^\[\]]*\]\([^()]*\)|https?://\S+", "", content)
    words = re.findall(r"[^\W\d_]{2,}", bare)
    small = sum(word[0].islower() for word in words)
    wrapped = content[:1] in "*_[(<" and content[-1:] in "*_])>"
    if len(words) >= 5 and small >= 4 and small * 2 > len(words) and not wrapped:
        return Chunk("summary", "{summary}", (("summary", content),))
    return None


def _verbatim(content: str, marker: str, first: bool) -> Chunk | None:
    """A nested bullet that begins with words of its own ("Extended in …") is a free note and stays as it is."""
    if first or not marker.strip() or not content[0].isalpha():
        return None
    tokens = tokenize(content)
    found = words_chunk(tokens[0].text.strip(" ,;:-")) if tokens[0].kind == PLAIN else None
    if found is None or found.field != "text":
        return None
    return Chunk("note", "{note}", (("note", content),))


def _prefix_kind(label: str) -> str | None:
    for name, pattern in _PREFIXES:
        if pattern.fullmatch(label.strip()):
            return name
    return None


def with_names(parse: Parse) -> Parse:
    """Gives every chunk its final field and slot names; a field that comes again is numbered."""
    seen: dict[str, int] = {}
    chunks: list[Chunk] = []
    linked = any(chunk.field == "title" and "url" in chunk.slots for chunk in parse.chunks)
    row = len(parse.gaps) > 1 and "|" in parse.gaps[0]
    has_paper = not row and any(chunk.field == "paper" and "url" in chunk.slots for chunk in parse.chunks)
    dated = any(chunk.field == "venue" and "year" in chunk.slots for chunk in parse.chunks)
    for chunk in parse.chunks:
        field = _PLAIN_FIELDS.get(chunk.field, chunk.field)
        if dated and not row and chunk.field == "venue" and chunk.slots == {"venue"} and "{venue}" in chunk.pattern:
            field = "note"  # A data set or a laboratory beside "EMNLP 2020".
        if field == "authors" and "authors" in seen and chunk.pattern == "{authors}":
            field = "note"
        if field == "paper" and row and linked:
            field = "link"
        if field == "link" and "url" not in chunk.slots:
            field = "note"
        target = ("paper" if not has_paper else "link") if field == "title" and "url" in chunk.slots else field
        seen[field] = seen.get(field, 0) + 1
        suffix = f"_{seen[field]}" if seen[field] > 1 else ""
        pattern, values = chunk.pattern, []
        for name, value in chunk.values:
            new = _slot_name(name, field, target) + suffix
            pattern = pattern.replace("{" + name + "}", "{" + new + "}").replace("{" + name + ":", "{" + new + ":")
            values.append((new, value))
        chunks.append(Chunk(field + suffix, pattern, tuple(values)))
    return replace(parse, chunks=tuple(chunks))


def _slot_name(name: str, field: str, target: str) -> str:
    if name == "url":
        return target if target not in ("venue",) else "paper"
    if name in ("strong", "em", "code_text", "text") or (name in ("label", "authors", "venue") and field == "note"):
        return "note"
    return "link_label" if name == "label" else name


def column_field(heading: str, taken: Sequence[str] = ()) -> str:
    """The field that a table's column holds, by its heading."""
    for name, pattern in _COLUMNS:
        if name not in taken and pattern.fullmatch(heading.strip()):
            return name
    return "col_" + (re.sub(r"\W+", "_", heading.strip().lower(), flags=re.ASCII).strip("_") or "x")


def read_row(text: str, columns: Sequence[str], out: Builder) -> None:
    cells = re.split(r"(?<!\\)(\|)", text)
    fields: list[str] = []
    for heading in columns:
        fields.append(column_field(heading, fields))
    bar = text.lstrip().startswith("|")
    column = -1 if bar else 0
    fields = _with_title(fields, columns)
    if "title" not in fields:
        named = _named_paper(cells[0 if column == 0 else 2 :: 2][: len(columns)])
        if named is not None:
            fields[named] = "title"
    for piece in cells:
        if piece == "|":
            out.gap(piece)
            column += 1
        elif 0 <= column < len(columns):
            _cell(piece, fields[column], out)
        else:
            out.gap(piece)


def _with_title(fields: list[str], columns: Sequence[str]) -> list[str]:
    """The column with the paper's title: "Title" before "Paper" before "Name" and the like."""
    names = [re.sub(r"\W+", " ", heading).strip().lower() for heading in columns]
    for wanted in ("title", "paper title", "paper", "papers", "paper name"):
        if wanted in names:
            main = names.index(wanted)
            other = fields.index("title") if "title" in fields else main
            if other != main:
                fields[other] = "name"
            fields[main] = "title"
            return fields
    if "title" not in fields and "paper" in fields:
        fields[fields.index("paper")] = "title"
    if "title" not in fields:
        named = next((place for place, name in enumerate(names) if _TITLED.search(name)), None)
        if named is not None and fields[named].startswith("col_"):
            fields[named] = "title"
    return fields


def _named_paper(cells: Sequence[str]) -> int | None:
    """Where no heading promises a title: the cell whose link has the most words (two at least) for its label."""
    found = [_LABEL.search(cell) for cell in cells]
    counts = [0 if label is None or label_kind(label[1]) else len(label[1].split()) for label in found]
    most = max(counts, default=0)
    return counts.index(most) if most > 1 else None


def _placed(chunk: Chunk, field: str) -> Chunk:
    """A cell's link under its column's field; a repository under "Page" stays one."""
    if field == "project" and chunk.field == "code":
        values = tuple(("code" if name == "url" else name, value) for name, value in chunk.values)
        return Chunk(field, chunk.pattern.replace("{url}", "{code}"), values)
    return replace(chunk, field=field)


def _cell(cell: str, field: str, out: Builder) -> None:
    core = cell.strip()
    # An empty cell is read like a full one: a blank before, the others behind.
    left = cell[: len(cell) - len(cell.lstrip())] if core else cell[:1]
    right = cell[len(left) + len(core) :]
    out.gap(left)
    inner = Builder()
    read_inline(core, inner, first=False)
    chunks = inner.chunks
    if not core or not re.search(r"\w", core):
        out.chunk(Chunk(field, escape(core)))
    elif field == "name" and len(chunks) == 1 and chunks[0].field == "strong":
        out.chunk(Chunk(field, chunks[0].pattern.replace("{strong}", "{name}"), (("name", chunks[0].values[0][1]),)))
    elif field in ("authors", "summary", "datasets", "number", "star", "name") or field.startswith("col_"):
        out.chunk(Chunk(field, "{" + field + "}", ((field, core),)))
    elif field == "date" and not chunks:
        out.chunk(Chunk(field, "{date}", (("date", core),)))
    elif field in ("venue", "date", "year"):
        found = match_date(core) or match_venue(core, loose=True) if "](" not in core else None
        if field == "date" and found and found.values[0][0] == "year" and len(found.values) == 1:
            found = ValueMatch("{year}", (("year", core),))
        match = found or ValueMatch("{" + field + "}", ((field, core),))
        out.chunk(Chunk(field, match.pattern, match.values))
    elif field == "title":
        main = [
            c for c in chunks if c.field in ("strong", "linked", "label", "text", "paper", "venue", "authors", "em")
        ]
        best = max(main, key=lambda c: len(shown(c)), default=None)
        for chunk, gap in zip(chunks, inner.gaps, strict=False):
            out.gap(gap)
            out.chunk(as_title(chunk) if chunk is best else chunk)
        out.gap(inner.gaps[-1])
    elif len(chunks) == 1 and not inner.gaps[0] and not inner.gaps[1] and "url" in chunks[0].slots:
        out.chunk(_placed(chunks[0], field))
    elif chunks and any("url" in c.slots for c in chunks):
        for number, (chunk, gap) in enumerate(zip(chunks, inner.gaps, strict=False)):
            out.gap(gap)
            out.chunk(replace(chunk, field=field) if number == 0 else chunk)
        out.gap(inner.gaps[-1])
    else:
        out.chunk(Chunk(field, escape(core)))
    out.gap(right)
