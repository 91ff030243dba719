"""A README's lines: where each begins and ends in the text, and what it is (heading, item, table row, …).

Only what decides where an entry begins or ends is told apart; the subset of CommonMark and GitHub's tables that
maintainers use (https://github.github.com/gfm/). One pass, no backtracking: linear in the length of the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
