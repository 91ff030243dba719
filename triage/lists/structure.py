"""The lines of a README (heading, item, table row, …) and the blocks that they form.

Only what decides where an entry begins or ends is told apart: the subset of CommonMark and of GitHub's tables that
maintainers use (https://github.github.com/gfm/). An item owns its nested bullets and indented paragraphs, the lines
that follow without a blank, and the HTML blocks (figures, folded abstracts) up to whatever begins next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triage.lists.inline import BRACKET, LINK, PLAIN, tokenize

HEADING = "heading"
BLANK = "blank"
ITEM = "item"
ROW = "row"
RULE = "rule"
HTML = "html"
TEXT = "text"
HIDDEN = "hidden"
"""Inside a comment or a fenced block: nobody reads it as a list."""
UNDERLINE = "underline"
"""The second line of a heading that is underlined with = or -."""
_ATX = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)(.*)")
_HTML_HEADING = re.compile(r"\s*(?:<[^>]*>\s*)*<h([1-6])\b[^>]*>(.*)", re.IGNORECASE)
_ITEM = re.compile(r"([ \t]*)(?:([-*+]|\d{1,5}[.)])(?:[ \t]+(?=\S)|[ \t]*$)|(?:[-+]|\d{1,5}[.)])(?=\*\*|\[))")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_HTML = re.compile(r"\s*<(?:/?[A-Za-z][\w-]*)\b")
_FENCE = re.compile(r"\s*(```+|~~~+)")
_SETEXT = re.compile(r" {0,3}(=+|-{3,})[ \t]*$")
_DELIMITER = re.compile(r":?-*+:?")
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
class Line:
    """One line. `start` and `end` are offsets in the text, the line ending included; `text` is without it.

    `indent` counts columns (a tab reaches the next multiple of 4); `content` is the column where an item's text
    begins; `level` and `title` belong to headings.
    """

    number: int
    start: int
    end: int
    text: str
    kind: str
    indent: int = 0
    content: int = 0
    level: int = 0
    title: str = ""


def read_lines(text: str) -> list[Line]:
    """Every line of the text, in order; joined by their offsets they are the text."""
    lines: list[Line] = []
    fence = ""
    comment = False
    html_heading = False
    for number, (start, end, content) in enumerate(_raw(text), 1):
        if fence:
            if content.strip().startswith(fence) and not content.strip().strip(fence[0]):
                fence = ""
            lines.append(Line(number, start, end, content, HIDDEN))
            continue
        if comment:
            comment = _opens_comment(content, inside=True)
            lines.append(Line(number, start, end, content, HIDDEN))
            continue
        opened = _FENCE.match(content)
        if opened and "`" not in content[opened.end() :]:
            fence = opened.group(1)
            lines.append(Line(number, start, end, content, HIDDEN))
            continue
        comment = _opens_comment(content, inside=False)
        if content.lstrip().startswith("<!--"):
            lines.append(Line(number, start, end, content, HIDDEN))
            continue
        line = _classify(number, start, end, content, lines)
        if html_heading and line.kind in (TEXT, HTML) and lines and lines[-1].kind == HEADING:
            html_heading = False
            lines[-1] = _retitled(lines[-1], content)
            line = Line(number, start, end, content, UNDERLINE)
        elif line.kind == HEADING:
            html_heading = not line.title.strip() and "<h" in content.lower()
        lines.append(line)
    return lines


def _raw(text: str) -> Iterator[tuple[int, int, str]]:
    start = 0
    while start < len(text):
        found = text.find("\n", start)
        end = len(text) if found < 0 else found + 1
        content = text[start:end].rstrip("\n")
        yield start, end, content.removesuffix("\r")
        start = end


def _opens_comment(content: str, inside: bool) -> bool:
    """Whether a comment is still open at the end of this line."""
    if not inside and "<!--" not in content:
        return False
    last_open, last_close = content.rfind("<!--"), content.rfind("-->")
    return last_open > last_close if last_open >= 0 else last_close < 0


def _classify(number: int, start: int, end: int, content: str, before: list[Line]) -> Line:
    if not content.strip():
        return Line(number, start, end, content, BLANK)
    heading = _heading(number, start, end, content, before)
    if heading:
        return heading
    kind, indent, column = TEXT, _column(content), 0
    item = _ITEM.match(content)
    if _RULE.match(content):
        kind = RULE
    elif item:
        kind, column = ITEM, _column(content, item.end())
    elif _is_row(content, before):
        kind = ROW
    elif _HTML.match(content):
        kind = HTML
    return Line(number, start, end, content, kind, indent, column)


def _heading(number: int, start: int, end: int, content: str, before: list[Line]) -> Line | None:
    found = _ATX.match(content)
    if found:
        title = _without_closing_marks(found.group(2).strip(" \t"))
        return Line(number, start, end, content, HEADING, level=len(found.group(1)), title=title)
    if _underlines(content, before):
        before[-1] = _as_heading(before[-1], 1 if "=" in content else 2)
        return Line(number, start, end, content, UNDERLINE)
    found = _HTML_HEADING.match(content) if "<h" in content or "<H" in content else None
    if found:
        title = re.split(r"</h[1-6]>", found.group(2), maxsplit=1, flags=re.IGNORECASE)[0]
        return Line(number, start, end, content, HEADING, level=int(found.group(1)), title=title)
    return None


def _without_closing_marks(title: str) -> str:
    """A heading's text without the number signs that may close it."""
    bare = title.rstrip("#")
    return bare.rstrip(" \t") if bare[-1:] in ("", " ", "\t") else title


def _is_row(content: str, before: list[Line]) -> bool:
    """Whether the line belongs to a table; the header above a row of dashes is turned into a row with it."""
    if content.lstrip().startswith("|"):
        return True
    previous = before[-1] if before else None
    if "|" not in content or previous is None:
        return False
    if previous.kind == ROW:
        return True
    if _is_delimiter(content) and "|" in previous.text and previous.kind == TEXT:
        before[-1] = Line(previous.number, previous.start, previous.end, previous.text, ROW, previous.indent)
        return True
    return False


def _is_delimiter(content: str) -> bool:
    cells = content.strip().removeprefix("|").split("|")
    return "-" in cells[0] and all(_DELIMITER.fullmatch(cell.strip()) for cell in cells)


def is_delimiter_row(line: Line) -> bool:
    """Whether this is the row of dashes under a table's header."""
    return line.kind == ROW and _is_delimiter(line.text)


def _underlines(content: str, before: list[Line]) -> bool:
    if not _SETEXT.match(content) or not before or before[-1].kind != TEXT:
        return False
    alone = len(before) < 2 or before[-2].kind not in (TEXT, ITEM, HTML)
    short = len(before[-1].text) <= 80 and "](" not in before[-1].text
    return alone and short and not before[-1].text.rstrip().endswith((".", ":", "\\"))


def _as_heading(line: Line, level: int) -> Line:
    return Line(line.number, line.start, line.end, line.text, HEADING, level=level, title=line.text.strip())


def _retitled(line: Line, title: str) -> Line:
    return Line(line.number, line.start, line.end, line.text, HEADING, level=line.level, title=title)


def _column(content: str, end: int | None = None) -> int:
    column = 0
    for character in content if end is None else content[:end]:
        if character == "\t":
            column += 4 - column % 4
        elif character == " " or end is not None:
            column += 1
        else:
            break
    return column


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
