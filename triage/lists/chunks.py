"""An entry as chunks, fields with their marks such as `[[Code]](url)` or `**title**`, and the gaps between them.

The chunk is the unit in which formats are learned: it has a field, a pattern (its text with {slots}) and the values of
the slots. Gaps, patterns and values together are the entry, byte for byte. Here the tokens of a line become chunks: a
link by its label, else by its address; plain words as a title, a list of people, a venue or a date; stars and emoji as
marks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.lists.inline import (
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
from triage.lists.values import ValueMatch, escape, is_people, is_venue, label_kind, match_date, match_venue, url_kind

_REPO = re.compile(r"(?<=/)([\w.\-]+/[\w.\-]+?)(?=\.svg|\?|$|\)|&)")
_BADGE = re.compile(r"shields\.io/(?:github|badge/dynamic)|badgen|img\.shields|githubusercontent.*badge", re.IGNORECASE)
_MARK = re.compile(r"(?:[^\w\s\[\](){}<>|`\"'.,;:!?#\\/&=-]|[\ufe0f\u200d])+")
_BROKEN_STARS = re.compile(r"[^\x00-\x7f]{1,24}(?=\s|$)")
"""Emoji that a wrong encoding has turned into letters and signs."""
_EMOJI = re.compile(r"(?:[^\w\s\x00-\x7f\u2010-\u201f\u3001-\u3011\uff00-\uff20…·•—]|\u200d)+")
_SHORTCODES = re.compile(r"(?::[a-z][a-z0-9_+\-]*:\s?)*:[a-z][a-z0-9_+\-]*:")
_ESCAPED = re.compile(r"\\\[([^\[\]\\]{2,60})\\\]")
_A_FEW_NAMES = 200
_COMMAS_IN_VENUE = 2
_TITLE_ET_AL = re.compile(r"(?P<title>[^\n]{8,400}), (?P<people>[^\s,]{2,30}(?: [^\s,]{2,30})? et\.? al\.?)")
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")
_INITIAL = re.compile(r"(?:^|[\s.\-])[A-Z]$")
_ET_AL = re.compile(
    r"(?P<authors>.{2,200}?\bet\.? al\b\.?,?)(?P<gap>[ .,]*)(?P<venue>[^\s.,][^\n]{0,120}?)(?P<end>[ .]*)"
)
_BOLD_WITH_VENUE = re.compile(r"(?P<title>[^()]*[^()\s])(?P<gap>\s+)\((?P<venue>[^()]{2,60})\)")
_TITLE_WEIGHTS = {
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


@dataclass(frozen=True, slots=True)
class Chunk:
    """One field with its marks. `pattern` holds {slot} for every value; literal braces are {(} and {)}."""

    field: str
    pattern: str
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


def fill(pattern: str, values: Sequence[tuple[str, str]]) -> str:
    """A pattern with its slots filled."""
    known = dict(values)
    return re.sub(
        r"\{\(\}|\{\)\}|\{([a-z_0-9]+)(?::([^{}]*))?\}",
        lambda m: "{}"[m.group(0) == "{)}"] if m.group(1) is None else written(known[m.group(1)], m.group(2) or ""),
        pattern,
    )


def restore(parse: Parse) -> str:
    """The entry's text again."""
    parts = [parse.gaps[0]]
    for chunk, gap in zip(parse.chunks, parse.gaps[1:], strict=True):
        parts += [fill(chunk.pattern, chunk.values), gap]
    return "".join(parts)


def written(value: str, style: str) -> str:
    """A value in the way that a template asks for: "stop" ends it with a full stop, "if" writes nothing."""
    if style == "if":
        return ""
    if style == "stop":
        return value if value.rstrip().endswith(("?", "!", ".")) else value + "."
    return value


def read_inline(content: str, out: Builder, first: bool) -> None:
    for token in _merged(tokenize(content)):
        put_token(token, out, first)


def put_token(token: Token, out: Builder, first: bool) -> None:
    """One token as chunk, or as gap if it carries nothing."""
    if token.kind == PLAIN:
        put_words(token.text, out, first)
    elif token.kind == LINK:
        out.chunk(link_chunk(token))
    elif token.kind in (IMAGE, FIGURE):
        out.chunk(image_chunk(token))
    elif token.kind == FOLD:
        out.chunk(fold_chunk(token))
    elif token.kind == URL:
        url = token.url or token.text
        out.chunk(Chunk(url_kind(url) or "paper", token.before + "{url}" + token.after, (("url", url),)))
    elif token.kind in (TAG,):
        out.gap(token.text)
    else:
        found = _marked(token)
        if found:
            out.chunk(found)
        else:
            out.gap(token.text)


def _merged(tokens: list[Token]) -> list[Token]:
    """Brackets and raised letters amid words belong to them: "Networks (GANs) at Sea", "D<sup>3</sup>"."""
    out: list[Token] = []
    for place, token in enumerate(tokens):
        text = out[-1] if out and out[-1].kind == PLAIN else None
        words = text is not None and re.search(r"[^\W\d_]", text.text) is not None
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        before_words = following is not None and following.kind == PLAIN and following.text.lstrip()[:1].isalnum()
        if token.kind == TAG:
            joins = words and re.match(r"</?su[bp]>", token.text, re.IGNORECASE) is not None
        elif token.kind == PAREN and token.text == f"({token.inner})":
            known = match_date(token.inner) or match_venue(token.inner) or label_kind(token.inner)
            joins = not known and (words or (before_words and not is_venue(token.inner)))
        else:
            joins = token.kind == PLAIN and text is not None
        if joins:
            whole = (text.text if text else "") + token.text
            out[-1:] = [Token(PLAIN, whole, inner=whole)] if text else [*out[-1:], Token(PLAIN, whole, inner=whole)]
        else:
            out.append(token)
    return out


def _marked(token: Token) -> Chunk | None:
    """Emphasis or brackets around a text."""
    inner = token.inner
    before, after = escape(token.before), escape(token.after)
    if not re.search(r"\w", inner):
        return None
    found = _with_venue(token) if token.kind == STRONG else None
    if found:
        return Chunk("strong", before + found.pattern + after, found.values)
    found = match_date(inner) or match_venue(inner, loose=token.kind in (BRACKET, PAREN, CODE))
    if token.kind in (BRACKET, PAREN, CODE) and label_kind(inner):
        return Chunk(label_kind(inner) or "link", escape(token.text))
    people = None if found else _people(token)
    if people:
        return Chunk("authors", before + people.pattern + after, people.values)
    if not found and token.kind == EM:
        found = match_venue(inner, loose=True)
    if found:
        return Chunk(dated_field(found), before + found.pattern + after, found.values)
    name = {STRONG: "strong", EM: "em", BRACKET: "label", CODE: "code_text"}.get(token.kind, "note")
    return Chunk(name, before + "{" + name + "}" + after, ((name, inner),))


def _with_venue(token: Token) -> ValueMatch | None:
    """A title in bold with its venue in brackets at the end: "**Mapping Images to Scene Graphs (NIPS 2019)**"."""
    split = _BOLD_WITH_VENUE.fullmatch(token.inner)
    match = match_venue(split["venue"]) if split else None
    if split is None or match is None or len(split["title"].split()) < 3:
        return None
    return ValueMatch(f"{{strong}}{split['gap']}({match.pattern})", (("strong", split["title"]), *match.values))


def _people(token: Token) -> ValueMatch | None:
    """Authors in italics or brackets, perhaps with the venue behind "et al."."""
    split = _ET_AL.fullmatch(token.inner) if token.kind == EM else None
    if split and is_venue(split["venue"]):
        pattern = "{authors}" + escape(split["gap"]) + "{venue}" + escape(split["end"])
        return ValueMatch(pattern, (("authors", split["authors"]), ("venue", split["venue"])))
    if token.kind in (EM, PAREN, BRACKET) and is_people(token.inner):
        return ValueMatch("{authors}", (("authors", token.inner),))
    return None


def link_chunk(token: Token) -> Chunk:
    label, url = token.inner, token.url or ""
    before, middle, after = escape(token.before), escape(token.middle), escape(token.after)
    anchor = "<a" in token.before.lower()
    kind = label_kind(label)

    def pattern(inner: str, slot: str) -> str:
        return (
            before + "{" + slot + "}" + middle + inner + after
            if anchor
            else before + inner + middle + "{" + slot + "}" + after
        )

    badge = re.fullmatch(r"!\[([^\]]*)\]\((.*)\)", label)
    if badge:
        field = url_kind(url) or kind or "link"
        shown, values = _with_repo(label)
        return Chunk(field, pattern(shown, "url"), (*values, ("url", url)))
    if _DOI.fullmatch(label):
        return Chunk("paper", pattern("{doi}", "url"), (("doi", label), ("url", url)))
    found = match_venue(label) or match_date(label)
    short = len(label) <= 48 and len(label.split()) <= (4 if token.before.startswith("[[") else 2)
    if found is None and kind is None and token.before.startswith("[["):
        kind = url_kind(url) if url_kind(url) in ("code", "data", "demo") else None
    if found is None and kind is None and short and is_venue(label):
        found = match_venue(label, loose=True)
    if found:
        return Chunk("paper", pattern(found.pattern, "url"), (*found.values, ("url", url)))
    if kind:
        if kind == "paper" and url_kind(url) == "code":
            kind = "code"  # "Code: [official](https://github.com/…)"
        return Chunk(kind, pattern(escape(label), "url"), (("url", url),))
    name = "label" if len(label.split()) <= 4 else "linked"
    return Chunk(name, pattern("{label}", "url"), (("label", label), ("url", url)))


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


def image_chunk(token: Token) -> Chunk:
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


def fold_chunk(token: Token) -> Chunk:
    head = token.before.lower()
    name = "abstract" if "abstract" in head else "bibtex" if re.search(r"bib|cit", head) else "details"
    return Chunk(name, escape(token.before) + "{" + name + "}" + escape(token.after), ((name, token.inner),))


def put_words(text: str, out: Builder, first: bool) -> None:
    core = text.strip()
    broken = _BROKEN_STARS.match(core) if first and not out.chunks else None
    if broken and not broken.group().isalnum():
        begin = text.index(core)
        out.gap(text[:begin])
        out.chunk(Chunk("mark", "{mark}", (("mark", broken.group()),)))
        text = text[begin + broken.end() :]
        core = text.strip()
    if not re.search(r"\w", core) or _SHORTCODES.fullmatch(core):
        _symbols(text, out, first and not out.chunks)
        return
    escaped = _ESCAPED.match(core)
    found = match_date(escaped[1]) or match_venue(escaped[1]) if escaped else None
    if escaped and found:
        out.gap(text[: text.index(core)])
        out.chunk(Chunk(dated_field(found), f"\\[{found.pattern}\\]", found.values))
        text = text[text.index(core) + escaped.end() :]
        core = text.strip()
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
    parts = re.split(r"(\.\s++(?=\S{2})|(?<=[?!])\s++|(?<!\s)\s++[|·•]\s++)", core)
    later = [part.rstrip(".") for part in parts[2::2]]
    if not any(is_people(part) or match_venue(part) or match_date(part) for part in later):
        return [core]
    whole = [parts[0]]
    for gap, part in zip(parts[1::2], parts[2::2], strict=True):
        together = whole[-1] + gap + part
        if gap.startswith(".") and _INITIAL.search(whole[-1][-2:]) and is_people(together[-_A_FEW_NAMES:].rstrip(".")):
            whole[-1] = together
            continue
        known = (
            is_people(part.rstrip(".")) or match_venue(part.rstrip(".")) or match_date(part.rstrip(".")) or "|" in gap
        )
        if known:
            whole += [gap, part]
        else:
            whole[-1] += gap + part
    return whole


def _phrase(core: str, out: Builder) -> None:
    end = len(core)
    while end and (core[end - 1].isspace() or core[end - 1] in ",;:|/-–—[(\\"):
        end -= 1
    core, tail = core[:end], core[end:]
    behind = (_venue_behind_people(core) or _people_behind_title(core)) if out.chunks else 0
    if behind:
        before = core[:behind].rstrip(" ,")
        out.chunk(words_chunk(before))
        out.gap(core[len(before) : behind])
        core = core[behind:]
    chunk = words_chunk(core) if core else None
    if core.endswith(".") and not re.search(r"\bal\.$", core):
        found = words_chunk(core[:-1])
        if found.field in ("authors", "date", "venue", "year"):
            chunk = replace(found, pattern=found.pattern + ".")
    if chunk:
        out.chunk(chunk)
    out.gap(tail)


def _venue_behind_people(core: str) -> int:
    """Where "CVPR 2021" begins in "Garbin et al., CVPR 2021"; 0 if no authors with a dated venue stand there."""
    at = len(core)
    for _ in range(_COMMAS_IN_VENUE):
        at = core.rfind(", ", 0, at)
        if at <= 0:
            break
        found = match_venue(core[at + 2 :].rstrip("."))
        if found and "venue" in dict(found.values) and len(dict(found.values)["venue"]) > 2 and is_people(core[:at]):
            return at + 2
    return 0


def _people_behind_title(core: str) -> int:
    """Where "Garbin et al." begins in "Rendering at 200FPS, Garbin et al."; 0 if no title stands before it."""
    found = _TITLE_ET_AL.fullmatch(core)
    return found.start("people") if found and not is_people(found["title"]) and len(found["title"].split()) > 2 else 0


def _symbols(text: str, out: Builder, leading: bool) -> None:
    """Stars and emoji before an entry are a field, any other signs a gap."""
    found = (_MARK if leading else _EMOJI).match(text.lstrip()) or _SHORTCODES.match(text.lstrip())
    if not found:
        out.gap(text)
        return
    begin = len(text) - len(text.lstrip())
    out.gap(text[:begin])
    out.chunk(Chunk("mark", "{mark}", (("mark", found.group()),)))
    out.gap(text[begin + found.end() :])


def words_chunk(core: str) -> Chunk:
    found = match_date(core) or match_venue(core)
    if found:
        return Chunk(dated_field(found), found.pattern, found.values)
    if is_people(core):
        return Chunk("authors", "{authors}", (("authors", core),))
    return Chunk("text", "{text}", (("text", core),))


def dated_field(match: ValueMatch) -> str:
    """The field of a date, a venue (with its year), or a year alone."""
    names = {name for name, _ in match.values}
    return "venue" if "venue" in names else "date" if "date" in names else "year"


def as_name(chunk: Chunk, field: str) -> Chunk:
    """A link whose label reads like a venue ("[MotionFix](url)"), where the words around it tell that it is none."""
    if "venue" not in chunk.slots or "url" not in chunk.slots or len(chunk.slots) > 2:
        return chunk
    values = tuple(("label" if name == "venue" else name, value) for name, value in chunk.values)
    return Chunk(field, chunk.pattern.replace("{venue}", "{label}"), values)


def with_title(parse: Parse) -> Parse:
    """Decides which chunk is the title, if none is yet."""
    chunks = list(parse.chunks)
    if any(chunk.field == "title" and "title" in chunk.slots for chunk in chunks):
        return parse
    best, best_score = None, 0.0
    linked = False
    for place, chunk in enumerate(chunks):
        words = len(shown(chunk).split())
        weight = _TITLE_WEIGHTS.get(chunk.field, 0.0)
        if chunk.pattern.startswith("[["):
            weight *= 0.1
        elif chunk.field == "authors" and chunk.pattern == "{authors}" and place <= 1 and not linked:
            # A title such as "Knots, Bells and Tides" reads like a list of people; behind a linked title it is one.
            weight = 0.8
        linked = linked or (chunk.field in ("label", "linked", "strong") and weight >= 1)
        score = weight * min(words, 12) / (1 + 0.35 * place)
        if score > best_score:
            best, best_score = place, score
    if best is not None:
        chunks[best] = as_title(chunks[best])
    return replace(parse, chunks=tuple(chunks))


def as_title(chunk: Chunk) -> Chunk:
    """The chunk with its text taken for the title; its final full stop belongs to the pattern."""
    for name in ("strong", "label", "text", "em", "authors"):
        if name in chunk.slots:
            value = dict(chunk.values)[name]
            slot = "{title}"
            quoted = re.fullmatch(r"([\"“'‘]++)(.*?)([.,]?(?<![\"”'’])[\"”'’]++[.,]?)", value)
            if quoted and name == "text":
                pattern = chunk.pattern.replace("{text}", escape(quoted[1]) + "{title}" + escape(quoted[3]))
                return Chunk("title", pattern, (("title", quoted[2]),))
            if value.endswith((".", "?", "!")) and not value.endswith("..."):
                slot, value = ("{title:stop}", value.rstrip(".")) if value.endswith(".") else ("{title}", value)
            pattern = chunk.pattern.replace("{" + name + "}", slot)
            if pattern == "{title}.":
                pattern = "{title:stop}"
            values = tuple(("title", value) if key == name else (key, val) for key, val in chunk.values)
            return Chunk("title", pattern, values)
    if chunk.field in ("paper", "venue"):
        flat = fill(chunk.pattern.replace("{url}", "{(}url{)}"), chunk.values)
        slots = re.search(r"\{(?:venue|year|date)\}(?:.*\{(?:venue|year|date|track)\})?", chunk.pattern)
        inner = fill(slots.group() if slots else chunk.pattern, chunk.values)
        pattern = escape(flat).replace(escape(inner), "{title}", 1).replace("{(}url{)}", "{url}")
        return Chunk("title", pattern, (("title", inner), *((k, v) for k, v in chunk.values if k == "url")))
    return chunk


def shown(chunk: Chunk) -> str:
    """The text of the chunk that could be a title."""
    values = dict(chunk.values)
    for name in ("title", "strong", "label", "text", "em", "authors"):
        if name in values:
            return values[name]
    if chunk.field in ("paper", "venue"):
        return " ".join(value for name, value in chunk.values if name != "url")
    return ""
