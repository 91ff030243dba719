"""An entry read line by line; folds and figures may span lines, labelled lines and sentences are fields as a whole."""

import re

from triage.lists.chunks import Builder, Chunk
from triage.lists.inline import put_token, read_inline
from triage.lists.leaves import Leaf, escape, label_kind, venue_leaf
from triage.lists.phrases import words_chunk
from triage.lists.tokens import FIGURE, FOLD, PLAIN, Token, tokenize

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


def entry_marker(text: str) -> str:
    """What an entry begins with, before its first field: "- ", "1. ", "## ", or nothing."""
    found = _START.match(text)
    return found.group() if found else ""


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
            read_inline(content[label:], out, first)
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
            marks = rest[len(rest.rstrip().rstrip("*_")) :]
            closes = marks.strip() and content.count("*") % 2 == 0 and prefix.group(1).strip() == "*"
            tail = marks if closes else ""
            value = rest[: len(rest) - len(tail)] if tail else rest
            leaf = venue_leaf(value, loose=True) if name == "venue" else None
            leaf = leaf or Leaf("{" + name + "}", ((name, value),))
            return Chunk(name, escape(content[: prefix.end()]) + leaf.form + escape(tail), leaf.values)
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
    if found is None or found.role != "text":
        return None
    return Chunk("note", "{note}", (("note", content),))


def _prefix_kind(label: str) -> str | None:
    for name, pattern in _PREFIXES:
        if pattern.fullmatch(label.strip()):
            return name
    return None
