"""The body of a section cut into blocks: list items with all that belongs to them, paragraphs, table rows, HTML items.

An item owns its nested bullets and indented paragraphs, lines that go on without a blank, and the HTML blocks
(figures, folded abstracts) that follow it before anything else begins.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.lists.lines import BLANK, HEADING, HIDDEN, HTML, ITEM, ROW, RULE, TEXT, UNDERLINE, Line, is_delimiter_row
from triage.lists.tokens import BRACKET, LINK, PLAIN, tokenize

PARAGRAPH = "paragraph"
HEADED = "headed"
"""A heading that is itself an entry's title, with what stands under it."""

_OPENING = re.compile(r"<(details|div|table|center|p|ul|ol|li|tr|blockquote)\b([^<>]*+)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(details|div|table|center|p|ul|ol|li|tr|blockquote)\s*>", re.IGNORECASE)
_HTML_ITEM = re.compile(r"\s*<(li|tr)\b", re.IGNORECASE)
_OWNED_HTML = re.compile(
    r"\s*<(?:details|div|p|img|a|center|br|sub|sup|table|picture|video|blockquote|font|span)\b", re.IGNORECASE
)
_LONGEST_FOLD = 500
_DEEPEST = 8
_EMPHASISED = re.compile(r"\*[^*].*\*|_[^_].*_")
_BETWEEN_LINKS = " \t,;|/"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines `first` to `last` (indices, both included) that belong together. `header` is a table's first row."""

    kind: str
    first: int
    last: int
    header: int | None = None


def cut(lines: Sequence[Line], first: int, end: int, depth: int = 0) -> list[Block]:
    """The blocks among lines[first:end], in order; blank, hidden and ruling lines between them are left out.

    `depth` counts the HTML blocks around these lines; beyond a few, what they hold stays one block.
    """
    blocks: list[Block] = []
    at = first
    while at < end:
        line = lines[at]
        if line.kind == ITEM:
            block = Block(ITEM, at, _item_end(lines, at, end))
        elif line.kind == ROW:
            found = _table(lines, at, end)
            blocks.extend(found)
            at = (found[-1].last if found else at) + 1
            while at < end and lines[at].kind == ROW:
                at += 1
            continue
        elif line.kind == HTML:
            block = Block(ITEM if _HTML_ITEM.match(line.text) else HTML, at, _html_end(lines, at, end))
            if block.kind == HTML:
                inner = _inside(lines, block)
                if inner and depth < _DEEPEST:
                    blocks.extend(cut(lines, at + 1, block.last + 1, depth + 1))
                    at = block.last + 1
                    continue
        elif line.kind == TEXT:
            block = Block(PARAGRAPH, at, _paragraph_end(lines, at, end))
        else:
            at += 1
            continue
        blocks.append(block)
        at = block.last + 1
    return blocks


def _inside(lines: Sequence[Line], block: Block) -> bool:
    """Whether an HTML block folds away list items or a table rather than belonging to one entry."""
    rows = sum(
        lines[i].kind in (ITEM, ROW) or bool(_HTML_ITEM.match(lines[i].text))
        for i in range(block.first, block.last + 1)
    )
    return rows >= 1 and block.last > block.first


def _item_end(lines: Sequence[Line], at: int, end: int) -> int:
    item, last = lines[at], at
    blank = False
    i = at
    while i < end:
        line = lines[i]
        if i > at:
            if line.kind == BLANK:
                blank = True
                i += 1
                continue
            if _ends_item(lines, i, item, blank):
                break
        blank = False
        last = i
        if _depth(line.text) > 0:
            last = i = _closed(lines, i, end)
        i += 1
    return last


def _ends_item(lines: Sequence[Line], i: int, item: Line, blank: bool) -> bool:
    """Whether line `i`, outside any open fold, belongs to an item no more."""
    line = lines[i]
    if line.kind == HIDDEN:
        return line.text[:1] not in (" ", "\t") or line.text.lstrip().startswith("<!--")
    if line.kind in (HEADING, RULE, UNDERLINE):
        return True
    if line.kind == ITEM:
        return line.indent < max(item.content, item.indent + 2)
    if line.kind == ROW:
        return line.indent < item.content
    if line.kind == HTML and _depth(line.text) < 0 and line.indent <= item.indent:
        return True
    return blank and line.indent < min(item.content, item.indent + 2) and not _OWNED_HTML.match(line.text)


def _closed(lines: Sequence[Line], at: int, end: int) -> int:
    """The line that closes what line `at` opens; `at` itself if nothing closes it before the next heading."""
    depth = 0
    for i in range(at, min(end, at + _LONGEST_FOLD)):
        if lines[i].kind == HEADING:
            break
        depth += _depth(lines[i].text)
        if depth <= 0:
            return i
    return at


def _depth(text: str) -> int:
    if "<" not in text:
        return 0
    opened = sum(
        not found.group(2).endswith("/") and found.group(1).lower() not in ("p", "li", "tr")
        for found in _OPENING.finditer(text)
    )
    closed = sum(1 for found in _CLOSING.finditer(text) if found.group(1).lower() not in ("p", "li", "tr"))
    return opened - closed


def _html_end(lines: Sequence[Line], at: int, end: int) -> int:
    found = _HTML_ITEM.match(lines[at].text)
    if found:
        closing = f"</{found.group(1).lower()}"
        for i in range(at, end):
            if i > at and (lines[i].kind == HEADING or _HTML_ITEM.match(lines[i].text)):
                return _last_written(lines, at, i - 1)
            if closing in lines[i].text.lower():
                return i
        return _last_written(lines, at, end - 1)
    depth, last = 0, at
    for i in range(at, end):
        if lines[i].kind == HEADING:
            break
        depth += _depth(lines[i].text)
        if depth <= 0 and (i + 1 >= end or lines[i + 1].kind != HTML or _HTML_ITEM.match(lines[i + 1].text)):
            return i
        if lines[i].kind != BLANK:
            last = i
    return last if depth > 0 else at


def _last_written(lines: Sequence[Line], at: int, last: int) -> int:
    while last > at and (lines[last].kind == BLANK or (lines[last].kind == HTML and _depth(lines[last].text) < 0)):
        last -= 1
    return last


def _table(lines: Sequence[Line], at: int, end: int) -> list[Block]:
    last = at
    while last + 1 < end and lines[last + 1].kind == ROW:
        last += 1
    delimiter = next((i for i in range(at, min(at + 3, last + 1)) if is_delimiter_row(lines[i])), None)
    if delimiter is None:
        return []
    header = max(at, delimiter - 1)
    return [Block(ROW, i, i, header) for i in range(delimiter + 1, last + 1) if not is_delimiter_row(lines[i])]


def _paragraph_end(lines: Sequence[Line], at: int, end: int) -> int:
    last = i = at
    while i < end:
        line = lines[i]
        if line.kind in (TEXT, HTML):
            last = i = _closed(lines, i, end) if _depth(line.text) > 0 else i
        elif line.kind != BLANK or i + 1 >= end or not _goes_on(lines, last, i + 1):
            break
        i += 1
    return last


def _goes_on(lines: Sequence[Line], last: int, following: int) -> bool:
    """Whether the paragraph after a blank line only carries authors, links or a figure of the one before it."""
    after = lines[following]
    if after.kind == HTML and _OWNED_HTML.match(after.text):
        return True
    broken = lines[last].text.rstrip().endswith(("\\", "<br>"))
    return after.kind == TEXT and not after.text.startswith("**") and (broken or _is_decoration(after.text))


def _is_decoration(text: str) -> bool:
    """Whether a line is all in italics, begins with an image, or holds nothing but links and labels in brackets."""
    core = text.strip().removesuffix("\\").rstrip()
    if core.startswith("![") or _EMPHASISED.fullmatch(core):
        return True
    tokens = [token for token in tokenize(core) if token.kind != PLAIN or token.text.strip(_BETWEEN_LINKS)]
    return bool(tokens) and all(token.kind in (LINK, BRACKET) and token.text.startswith("[") for token in tokens)
