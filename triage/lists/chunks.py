"""An entry cut into chunks (fields with their marks, such as `[[Code]](url)` or `**title**`) and the gaps between.

The chunk is the unit in which formats are learned: it has a role (its main field), a form (its text with {slots})
and the slots' values. Gaps, forms and values together are the entry, byte for byte.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.lists.leaves import Leaf, date_leaf, escape, is_people, is_venue, label_kind, url_kind, venue_leaf
from triage.lists.template import written
from triage.lists.tokens import (
    BRACKET,
    CODE,
    EM,
    FIGURE,
    FOLD,
    IMAGE,
    LINK,
    PAREN,
    PLAIN,
    STRONG,
    TAG,
    URL,
    Token,
    tokenize,
)

_START = re.compile(r"#{1,6}[ \t]+|[ \t]*(?:[-*+](?:[ \t]+|(?=\[|\*\*))|(\d{1,5})[.)][ \t]*)?|\s*<(?:li|tr)\b[^>]*>\s*")
_LINE_START = re.compile(r"#{1,6}[ \t]+|[ \t]*(?:(?:[-*+]|\d{1,5}[.)])[ \t]+|>[ \t]*)?")
_LINE_END = re.compile(r"(?:[ \t]|\\|<br\s*/?>)*\Z", re.IGNORECASE)
_PREFIX = re.compile(r"(\W{0,12})([A-Za-z][A-Za-z\-/ ;]{1,28}?)(\W{0,4}[:：]\W{0,4}?[ \t]*)(?=\S|\Z)")
_PREFIXES = (
    ("authors", r"authors?|by|author list"),
    ("datasets", r"data\s?sets?|data|benchmarks?|evaluated on"),
    (
        "summary",
        r"tl;?dr|summary|highlights?|key\s?words?|brief|contributions?|description|comments?|ideas?|one[- ]sentence summary|takeaway|notes?",
    ),
    ("venue", r"venue|conference|journal|published(?: in)?|publication|where"),
    ("date", r"date|published on|release date|submitted"),
    ("year", r"year"),
    ("abstract", r"abstract"),
    ("affiliation", r"affiliations?|institutions?|institutes?|organi[sz]ations?"),
    ("title", r"title"),
)
_REPO = re.compile(r"(?<=/)([\w.\-]+/[\w.\-]+?)(?=\.svg|\?|$|\)|&)")
_BADGE = re.compile(r"shields\.io/(?:github|badge/dynamic)|badgen|img\.shields|githubusercontent.*badge", re.IGNORECASE)
_MARK = re.compile(r"(?:[^\w\s\[\](){}<>|`\"'.,;:!?#\\/&=-]|[\ufe0f\u200d])+")
_EMOJI = re.compile(r"(?:[^\w\s\x00-\x7f\u2010-\u201f\u3001-\u3011\uff00-\uff20…·•—]|\u200d)+")
_SHORTCODES = re.compile(r"(?::[a-z][a-z0-9_+\-]*:\s?)*:[a-z][a-z0-9_+\-]*:")
_ET_AL = re.compile(
    r"(?P<authors>.{2,200}?\bet\.? al\b\.?,?)(?P<gap>[ .,]*)(?P<venue>[^\s.,][^\n]{0,120}?)(?P<end>[ .]*)"
)


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


class _Builder:
    """Collects chunks and gaps from left to right."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []
        self.gaps: list[str] = [""]

    def gap(self, text: str) -> None:
        self.gaps[-1] += text

    def chunk(self, chunk: Chunk) -> None:
        self.chunks.append(chunk)
        self.gaps.append("")


def parse_entry(text: str, columns: Sequence[str] = ()) -> Parse:
    """Cuts an entry. `columns` are the headings of its table, if it is a table's row."""
    out = _Builder()
    if columns:
        _row(text, columns, out)
    else:
        _block(text, out)
    return _named(_titled(Parse(tuple(out.chunks), tuple(out.gaps))))


def _block(text: str, out: _Builder) -> None:
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
            _put(token, out, first)
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


def _line(line: str, out: _Builder, first: bool) -> None:
    opening = None if first else _LINE_START.match(line)
    begin = opening.end() if opening else 0
    closing = _LINE_END.search(line, begin)
    end = closing.start() if closing else len(line)
    out.gap(line[:begin])
    content = line[begin:end]
    if content:
        label = None if first else _link_label(content)
        whole = None if label else _whole_line(content, first) or _verbatim(content, line[:begin], first)
        if label:
            out.gap(content[:label])
            _inline(content[label:], out, first)
        elif whole:
            out.chunk(whole)
        else:
            _inline(content, out, first)
    out.gap(line[end:])


def _link_label(content: str) -> int | None:
    """The length of "Code: " (or the like) before a link."""
    found = _PREFIX.match(content)
    if found and label_kind(found.group(2)) and re.match(r"\[|<a\b|https?://", content[found.end() :]):
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
            marks = re.search(r"[*_]*\s*$", rest)
            tail = (
                marks.group()
                if marks and marks.group().strip() and content.count("*") % 2 == 0 and prefix.group(1).strip() == "*"
                else ""
            )
            value = rest[: len(rest) - len(tail)] if tail else rest
            leaf = venue_leaf(value, loose=True) if name == "venue" else None
            leaf = leaf or Leaf("{" + name + "}", ((name, value),))
            return Chunk(name, escape(content[: prefix.end()]) + leaf.form + escape(tail), leaf.values)
    bare = re.sub(r"\[[^\]]*\]\([^)]*\)|https?://\S+", "", content)
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
    found = _text_chunk(tokens[0].text.strip(" ,;:-")) if tokens[0].kind == PLAIN else None
    if found is None or found.role != "text":
        return None
    return Chunk("note", "{note}", (("note", content),))


def _prefix_kind(label: str) -> str | None:
    for name, pattern in _PREFIXES:
        if re.fullmatch(pattern, label.strip(), re.IGNORECASE):
            return name
    return None


def _inline(content: str, out: _Builder, first: bool) -> None:
    for token in tokenize(content):
        _put(token, out, first)


def _put(token: Token, out: _Builder, first: bool) -> None:
    """One token as chunk, or as gap if it carries nothing."""
    if token.kind == PLAIN:
        _plain(token.text, out, first)
    elif token.kind == LINK:
        out.chunk(_link(token))
    elif token.kind in (IMAGE, FIGURE):
        out.chunk(_image(token))
    elif token.kind == FOLD:
        out.chunk(_fold(token))
    elif token.kind == URL:
        out.chunk(Chunk(url_kind(token.text) or "paper", "{url}", (("url", token.text),)))
    elif token.kind in (TAG,):
        out.gap(token.text)
    else:
        found = _marked(token)
        if found:
            out.chunk(found)
        else:
            out.gap(token.text)


def _marked(token: Token) -> Chunk | None:
    """Emphasis or brackets around a text."""
    inner = token.inner
    before, after = escape(token.before), escape(token.after)
    if not re.search(r"\w", inner):
        return None
    found = date_leaf(inner) or venue_leaf(inner, loose=token.kind in (BRACKET, PAREN, CODE))
    if token.kind in (BRACKET, PAREN, CODE) and label_kind(inner):
        return Chunk(label_kind(inner) or "link", escape(token.text))
    if token.kind == EM:
        split = _ET_AL.fullmatch(inner)
        if split and is_venue(split["venue"]):
            form = "{authors}" + escape(split["gap"]) + "{venue}" + escape(split["end"])
            found = Leaf(form, (("authors", split["authors"]), ("venue", split["venue"])))
            return Chunk("authors", before + found.form + after, found.values)
    if token.kind in (EM, PAREN, BRACKET) and is_people(inner) and not found:
        return Chunk("authors", before + "{authors}" + after, (("authors", inner),))
    if not found and token.kind == EM:
        found = venue_leaf(inner, loose=True)
    if found:
        return Chunk(_dated(found), before + found.form + after, found.values)
    if token.kind == PAREN:
        return Chunk("note", before + "{note}" + after, (("note", inner),))
    name = {STRONG: "strong", EM: "em", BRACKET: "label", CODE: "code_text"}.get(token.kind, "note")
    return Chunk(name, before + "{" + name + "}" + after, ((name, inner),))


def _dated(leaf: Leaf) -> str:
    """The role of a date, a venue (with its year), or a year alone."""
    names = {name for name, _ in leaf.values}
    return "date" if "date" in names else "year" if names == {"year"} else "venue"


def _link(token: Token) -> Chunk:
    label, url = token.inner, token.url or ""
    before, middle, after = escape(token.before), escape(token.middle), escape(token.after)
    anchor = token.before.lower().startswith("<a")
    kind = label_kind(label)

    def form(inner: str, slot: str) -> str:
        return (
            before + "{" + slot + "}" + middle + inner + after
            if anchor
            else before + inner + middle + "{" + slot + "}" + after
        )

    badge = re.fullmatch(r"!\[([^\]]*)\]\((.*)\)", label)
    if badge:
        role = url_kind(url) or kind or "link"
        shown, values = _with_repo(label)
        return Chunk(role, form(shown, "url"), (*values, ("url", url)))
    found = venue_leaf(label) or date_leaf(label)
    short = len(label) <= 48 and len(label.split()) <= (4 if token.before.startswith("[[") else 2)
    if found is None and kind is None and short and is_venue(label):
        found = venue_leaf(label, loose=True)
    if found:
        return Chunk("paper", form(found.form, "url"), (*found.values, ("url", url)))
    if kind:
        return Chunk(kind, form(escape(label), "url"), (("url", url),))
    name = "label" if len(label.split()) <= 4 else "linked"
    return Chunk(name, form("{label}", "url"), (("label", label), ("url", url)))


def _with_repo(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A badge's address with the repository in it as a slot."""
    number = re.search(r"(?<=[-_/ ])\d{4}\.\d{4,5}(?=[-_. )])", text)
    if number and "badge" in text:
        shown = escape(text[: number.start()]) + "{arxiv_id}" + escape(text[number.end() :])
        return shown, (("arxiv_id", number.group()),)
    found = _REPO.search(text[text.find("github/") + 6 :] if "github/" in text else "")
    if not found or "shields.io" not in text:
        return escape(text), ()
    offset = text.find("github/") + 6
    kind = re.match(r"/(?:stars|forks|last-commit|issues|license|watchers)/", text[offset - 0 :])
    begin = offset + (kind.end() if kind else 0)
    whole = re.match(r"([\w.\-]+/[\w.\-]+?)(?=\.svg|[?)&\"\s]|$)", text[begin:])
    if not whole:
        return escape(text), ()
    end = begin + whole.end()
    return escape(text[:begin]) + "{repo}" + escape(text[end:]), (("repo", whole.group(1)),)


def _image(token: Token) -> Chunk:
    shown, values = _with_repo(token.text)
    if values:
        return Chunk("badge", shown, values)
    if token.url is not None and not _BADGE.search(token.url):
        return Chunk(
            "figure",
            escape(token.before + token.inner + token.middle) + "{figure}" + escape(token.after),
            (("figure", token.url),),
        )
    return Chunk("badge", escape(token.text))


def _fold(token: Token) -> Chunk:
    head = token.before.lower()
    name = "abstract" if "abstract" in head else "bibtex" if re.search(r"bib|cit", head) else "details"
    return Chunk(name, escape(token.before) + "{" + name + "}" + escape(token.after), ((name, token.inner),))


def _plain(text: str, out: _Builder, first: bool) -> None:
    core = text.strip()
    if not re.search(r"\w", core) or _SHORTCODES.fullmatch(core):
        _symbols(text, out, first and not out.chunks)
        return
    left = text[: text.index(core)]
    right = text[len(left) + len(core) :]
    lead = re.match(r"[^\w\"'“‘$\\(]+", core)
    if lead:
        _symbols(left + lead.group(), out, first and not out.chunks)
        core = core[lead.end() :]
    else:
        out.gap(left)
    parts = _sentences(core)
    for number, part in enumerate(parts):
        if number % 2:
            out.gap(part.removeprefix("."))
        else:
            stop = number + 1 < len(parts) and parts[number + 1].startswith(".")
            _phrase(part + "." if stop else part, out)
    out.gap(right)


def _sentences(core: str) -> list[str]:
    """ "Title. A. Author, B. Author. Venue, 2024" as its sentences with what stands between them.

    Cut only if one of the later parts is a list of people, a date, or a venue.
    """
    parts = re.split(r"(\.\s+(?=\S{2})|(?<=[?!])\s+|\s+[|·•]\s+)", core)
    later = [part.rstrip(".") for part in parts[2::2]]
    if not any(is_people(part) or venue_leaf(part) or date_leaf(part) for part in later):
        return [core]
    whole = [parts[0]]
    for gap, part in zip(parts[1::2], parts[2::2], strict=True):
        known = is_people(part.rstrip(".")) or venue_leaf(part.rstrip(".")) or date_leaf(part.rstrip(".")) or "|" in gap
        if known:
            whole += [gap, part]
        else:
            whole[-1] += gap + part
    return whole


def _phrase(core: str, out: _Builder) -> None:
    trail = re.search(r"[\s,;:|/\-–—\[(]+$", core)
    tail = trail.group() if trail else ""
    core = core[: len(core) - len(tail)]
    chunk = _text_chunk(core) if core else None
    if core.endswith(".") and not re.search(r"\bal\.$", core):
        found = _text_chunk(core[:-1])
        if found.role in ("authors", "date", "venue", "year"):
            chunk = replace(found, form=found.form + ".")
    if chunk:
        out.chunk(chunk)
    out.gap(tail)


def _symbols(text: str, out: _Builder, leading: bool) -> None:
    """Stars and emoji before an entry are a field, any other signs a gap."""
    found = (_MARK if leading else _EMOJI).match(text.lstrip()) or _SHORTCODES.match(text.lstrip())
    if not found:
        out.gap(text)
        return
    begin = len(text) - len(text.lstrip())
    out.gap(text[:begin])
    out.chunk(Chunk("mark", "{mark}", (("mark", found.group()),)))
    out.gap(text[begin + found.end() :])


def _text_chunk(core: str) -> Chunk:
    found = date_leaf(core) or venue_leaf(core)
    if found:
        return Chunk(_dated(found), found.form, found.values)
    if is_people(core):
        return Chunk("authors", "{authors}", (("authors", core),))
    return Chunk("text", "{text}", (("text", core),))


_COLUMNS = (
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


def column_role(heading: str, taken: Sequence[str] = ()) -> str:
    """The field that a table's column holds, by its heading."""
    for name, pattern in _COLUMNS:
        if name not in taken and re.fullmatch(pattern, heading.strip(), re.IGNORECASE):
            return name
    return "col_" + (re.sub(r"\W+", "_", heading.strip().lower(), flags=re.ASCII).strip("_") or "x")


def _row(text: str, columns: Sequence[str], out: _Builder) -> None:
    cells = re.split(r"(?<!\\)(\|)", text)
    roles: list[str] = []
    for heading in columns:
        roles.append(column_role(heading, roles))
    bar = text.lstrip().startswith("|")
    column = -1 if bar else 0
    roles = _with_title(roles, columns)
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
    return roles


def _cell(cell: str, role: str, out: _Builder) -> None:
    core = cell.strip()
    left = cell[: len(cell) - len(cell.lstrip())] if core else cell
    right = cell[len(left) + len(core) :]
    out.gap(left)
    inner = _Builder()
    _inline(core, inner, first=False)
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
        best = max(main, key=lambda c: len(_shown(c)), default=None)
        for chunk, gap in zip(chunks, inner.gaps, strict=False):
            out.gap(gap)
            out.chunk(_as_title(chunk) if chunk is best else chunk)
        out.gap(inner.gaps[-1])
    elif len(chunks) == 1 and not inner.gaps[0] and not inner.gaps[1] and "url" in chunks[0].slots:
        out.chunk(replace(chunks[0], role=role))
    elif chunks and any("url" in c.slots for c in chunks):
        for number, (chunk, gap) in enumerate(zip(chunks, inner.gaps, strict=False)):
            out.gap(gap)
            out.chunk(replace(chunk, role=role) if number == 0 else chunk)
        out.gap(inner.gaps[-1])
    else:
        out.chunk(Chunk(role, escape(core)))
    out.gap(right)


def _shown(chunk: Chunk) -> str:
    """The text of the chunk that could be a title."""
    values = dict(chunk.values)
    for name in ("title", "strong", "label", "text", "em", "authors"):
        if name in values:
            return values[name]
    if chunk.role in ("paper", "venue"):
        return " ".join(value for name, value in chunk.values if name != "url")
    return ""


def _as_title(chunk: Chunk) -> Chunk:
    """The chunk with its text taken for the title; its final full stop belongs to the form."""
    for name in ("strong", "label", "text", "em", "authors"):
        if name in chunk.slots:
            value = dict(chunk.values)[name]
            slot = "{title}"
            quoted = re.fullmatch(r"([\"“'‘]+)(.*?)([.,]?[\"”'’]+[.,]?)", value)
            if quoted and name == "text":
                form = chunk.form.replace("{text}", escape(quoted[1]) + "{title}" + escape(quoted[3]))
                return Chunk("title", form, (("title", quoted[2]),))
            if value.endswith((".", "?", "!")) and not value.endswith("..."):
                slot, value = ("{title:stop}", value.rstrip(".")) if value.endswith(".") else ("{title}", value)
            form = chunk.form.replace("{" + name + "}", slot)
            if form == "{title}.":
                form = "{title:stop}"
            values = tuple(("title", value) if key == name else (key, val) for key, val in chunk.values)
            return Chunk("title", form, values)
    if chunk.role in ("paper", "venue"):
        flat = fill(chunk.form.replace("{url}", "{(}url{)}"), chunk.values)
        inner = fill(
            re.sub(
                r".*?(\{(?:venue|year|date)\}.*\{(?:venue|year|date|track)\}|\{(?:venue|year|date)\}).*",
                r"\1",
                chunk.form,
            ),
            chunk.values,
        )
        form = escape(flat).replace(escape(inner), "{title}", 1).replace("{(}url{)}", "{url}")
        return Chunk("title", form, (("title", inner), *((k, v) for k, v in chunk.values if k == "url")))
    return chunk


_TITLE_WEIGHT = {
    "strong": 6.0,
    "linked": 5.0,
    "text": 2.2,
    "label": 1.2,
    "em": 1.0,
    "authors": 0.25,
    "paper": 0.1,
    "venue": 0.2,
}
"""How much each word of such a chunk speaks for its being the title."""


def _titled(parse: Parse) -> Parse:
    """Decides which chunk is the title, if none is yet."""
    chunks = list(parse.chunks)
    if any(chunk.role == "title" and "title" in chunk.slots for chunk in chunks):
        return parse
    best, best_score = None, 0.0
    for place, chunk in enumerate(chunks):
        words = len(_shown(chunk).split())
        weight = _TITLE_WEIGHT.get(chunk.role, 0.0)
        if chunk.form.startswith("[["):
            weight *= 0.1
        elif chunk.role == "authors" and chunk.form == "{authors}" and place <= 1:
            weight = 0.8
        score = weight * min(words, 12) / (1 + 0.35 * place)
        if score > best_score:
            best, best_score = place, score
    if best is not None:
        chunks[best] = _as_title(chunks[best])
    return replace(parse, chunks=tuple(chunks))


_RENAMED = {"linked": "link", "label": "link", "strong": "note", "em": "note", "code_text": "note", "text": "note"}


def _named(parse: Parse) -> Parse:
    """Gives every chunk its final role and slot names; a role that comes again is numbered."""
    seen: dict[str, int] = {}
    chunks: list[Chunk] = []
    linked = any(chunk.role == "title" and "url" in chunk.slots for chunk in parse.chunks)
    row = len(parse.gaps) > 1 and "|" in parse.gaps[0]
    has_paper = not row and any(chunk.role == "paper" and "url" in chunk.slots for chunk in parse.chunks)
    for chunk in parse.chunks:
        role = _RENAMED.get(chunk.role, chunk.role)
        if role == "authors" and "authors" in seen and chunk.form == "{authors}":
            role = "note"
        if role == "paper" and row and linked:
            role = "link"
        if role == "link" and "url" not in chunk.slots:
            role = "note"
        if role == "title" and "url" in chunk.slots:
            target = "paper" if not has_paper else "link"
        else:
            target = role
        seen[role] = seen.get(role, 0) + 1
        suffix = f"_{seen[role]}" if seen[role] > 1 else ""
        form, values = chunk.form, []
        for name, value in chunk.values:
            new = _slot_name(name, role, target) + suffix
            form = form.replace("{" + name + "}", "{" + new + "}").replace("{" + name + ":", "{" + new + ":")
            values.append((new, value))
        chunks.append(Chunk(role + suffix, form, tuple(values)))
    return replace(parse, chunks=tuple(chunks))


def _slot_name(name: str, role: str, target: str) -> str:
    if name == "url":
        return target if target not in ("venue",) else "paper"
    if name in ("strong", "em", "code_text", "text") or (name in ("label", "authors") and role == "note"):
        return "note"
    return "link_label" if name == "label" else name
