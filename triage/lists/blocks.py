"""The body of a section cut into blocks: list items with all that belongs to them, paragraphs, table rows, HTML items.

An item owns its nested bullets and indented paragraphs, lines that go on without a blank, and the HTML blocks
(figures, folded abstracts) that follow it before anything else begins.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.lists.lines import BLANK, HEADING, HIDDEN, HTML, ITEM, ROW, RULE, TEXT, UNDERLINE, Line, is_delimiter_row

PARAGRAPH = "paragraph"
HEADED = "headed"
"""A heading that is itself an entry's title, with what stands under it."""

_OPENING = re.compile(r"<(details|div|table|center|p|ul|ol|li|tr|blockquote)\b[^>]*?(/?)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(details|div|table|center|p|ul|ol|li|tr|blockquote)\s*>", re.IGNORECASE)
_HTML_ITEM = re.compile(r"\s*<(li|tr)\b", re.IGNORECASE)
_OWNED_HTML = re.compile(r"\s*<(?:details|div|p|img|a|center|br|sub|sup|table|picture|video|blockquote|font|span)\b", re.IGNORECASE)
_ONLY_DECORATION = re.compile(r"\s*(?:\*[^*].*\*|_[^_].*_|(?:\[?\[[^\]]*\]\]?(?:\([^)]*\)\]?)?[\s,;|/]*)+|!\[.*)\s*\\?$")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines `first` to `last` (indices, both included) that belong together. `header` is a table's first row."""

    kind: str
    first: int
    last: int
    header: int | None = None


def cut(lines: Sequence[Line], first: int, end: int) -> list[Block]:
    """The blocks among lines[first:end], in order; blank, hidden and ruling lines between them are left out."""
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
                if inner:
                    blocks.extend(cut(lines, at + 1, block.last + 1))
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
    rows = sum(lines[i].kind in (ITEM, ROW) or bool(_HTML_ITEM.match(lines[i].text)) for i in range(block.first, block.last + 1))
    return rows >= 1 and block.last > block.first


def _item_end(lines: Sequence[Line], at: int, end: int) -> int:
    item, last, depth = lines[at], at, _depth(lines[at].text)
    blank = False
    for i in range(at + 1, end):
        line = lines[i]
        if depth > 0:
            if line.kind == HEADING or (line.kind == ITEM and line.indent <= item.indent and blank):
                break
        elif line.kind == BLANK:
            blank = True
            continue
        elif line.kind in (HEADING, RULE, HIDDEN, UNDERLINE) and not (line.kind == HIDDEN and line.text[:1] in " \t" and _fenced(lines, i)):
            break
        elif line.kind == ITEM and line.indent < max(item.content, item.indent + 2):
            break
        elif line.kind == ROW and line.indent < item.content:
            break
        elif blank and line.indent < min(item.content, item.indent + 2) and not _OWNED_HTML.match(line.text):
            if not (line.kind == HTML and _CLOSING.match(line.text.strip())) or _closes_outer(line.text):
                break
        elif line.kind == HTML and depth <= 0 and _closes_outer(line.text) and line.indent <= item.indent:
            break
        depth = max(0, depth + _depth(line.text)) if line.kind != BLANK else depth
        if line.kind == BLANK:
            blank = True
            continue
        blank = False
        last = i
    return last


def _fenced(lines: Sequence[Line], i: int) -> bool:
    return not lines[i].text.lstrip().startswith("<!--")


def _closes_outer(text: str) -> bool:
    """Whether the line closes more than it opens: the end of a fold around the whole list."""
    return _depth(text) < 0


def _depth(text: str) -> int:
    if "<" not in text:
        return 0
    opened = sum(1 for found in _OPENING.finditer(text) if not found.group(2) and found.group(1).lower() not in ("p", "li", "tr"))
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
    last, depth = at, 0
    for i in range(at + 1, end):
        if depth > 0 and lines[i].kind != HEADING:
            depth += _depth(lines[i].text)
            last = i
        elif lines[i].kind in (TEXT, HTML):
            depth = max(0, _depth(lines[i].text))
            last = i
        elif lines[i].kind == BLANK and i + 1 < end and _goes_on(lines, last, i + 1):
            continue
        else:
            break
    return last


def _goes_on(lines: Sequence[Line], last: int, following: int) -> bool:
    """Whether the paragraph after a blank line only carries authors, links or a figure of the one before it."""
    after = lines[following]
    if after.kind == HTML and _OWNED_HTML.match(after.text):
        return True
    broken = lines[last].text.rstrip().endswith(("\\", "<br>"))
    return after.kind == TEXT and not after.text.startswith("**") and (broken or bool(_ONLY_DECORATION.match(after.text)))
