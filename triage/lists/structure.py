"""The lines of a README (heading, item, table row, …) and the blocks that they form.

What a line is comes from markdown-it's tokens, its offsets from the text itself. Only what decides where an entry
begins or ends is distinguished: the subset of CommonMark and of GitHub's tables that maintainers use
(https://github.github.com/gfm/). An item owns its nested bullets and indented paragraphs, the lines that follow without
a blank, and the HTML blocks (figures, folded abstracts) up to whatever begins next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

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
PARAGRAPH = "paragraph"
HEADED = "headed"
"""A heading that is itself an entry's title, with what stands under it."""

_KINDS = {"fence": HIDDEN, "html_block": HTML, "list_item_open": ITEM, "table_open": ROW, "hr": RULE}
_MARKDOWN = MarkdownIt("commonmark").enable("table").disable(["code", "blockquote", "reference"])
"""Lists are indented at will: four blanks make no code."""

_HTML_HEADING = re.compile(r"\s*(?:<[^>]*>\s*)*<h([1-6])\b[^>]*>(.*)", re.IGNORECASE)
_HTML_HEADING_END = re.compile(r"</h[1-6]>", re.IGNORECASE)
_ITEM = re.compile(r"([ \t]*)(?:([-*+]|\d{1,5}[.)])(?:[ \t]+(?=\S)|[ \t]*$)|(?:[-+]|\d{1,5}[.)])(?=\*\*|\[))")
"""A list item; many lists have some that lack the blank behind the bullet."""
_DELIMITER = re.compile(r":?-*+:?")
_HTML = re.compile(r"\s*<(?:/?[A-Za-z][\w-]*)\b")
_OPENING = re.compile(r"<(details|div|table|center|p|ul|ol|li|tr|blockquote)\b([^<>]*+)>", re.IGNORECASE)
_CLOSING = re.compile(r"</(details|div|table|center|p|ul|ol|li|tr|blockquote)\s*>", re.IGNORECASE)
_BOLD = re.compile(r"\s*<(?:b|strong)>\s*+[^<\s]", re.IGNORECASE)
"""A paragraph that begins in bold, as a title does; by CommonMark too it is no block of HTML."""
_HTML_ITEM = re.compile(r"\s*<(li|tr)\b", re.IGNORECASE)
_OWNED_HTML = re.compile(
    r"\s*<(?:details|div|p|img|a|center|br|sub|sup|table|picture|video|blockquote|font|span)\b", re.IGNORECASE
)
_EMPHASISED = re.compile(r"\*[^*].*\*|_[^_].*_")
_BETWEEN_LINKS = " \t,;|/"
_LONGEST_TITLE = 80
_LONGEST_FOLD = 500
_DEEPEST = 8


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
    raw = list(_raw(text))
    known = _block_starts([content for _, _, content in raw])
    lines: list[Line] = []
    comment = False
    for number, (start, end, content) in enumerate(raw):
        kind, level, title = known.get(number, ("", 0, ""))
        if comment:
            kind, level, title = HIDDEN, 0, ""
        if comment or kind != HIDDEN:
            comment = _leaves_comment_open(content, comment)
        if kind != HIDDEN and not content.strip():
            kind = BLANK
        heading = _HTML_HEADING.match(content) if kind in ("", HTML) and "<h" in content.lower() else None
        item = _ITEM.match(content) if kind in ("", ITEM) and not heading else None
        if heading:
            kind, level, title = HEADING, int(heading[1]), _HTML_HEADING_END.split(heading[2], maxsplit=1)[0]
        elif item:
            kind = ITEM
        elif kind in ("", ITEM):
            kind = ROW if content.lstrip().startswith("|") else HTML if _is_html(content) else TEXT
        above = lines[-1] if lines else None
        if above and above.kind == HEADING and not above.title.strip() and "<h" in above.text and kind in (TEXT, HTML):
            lines[-1] = replace(above, title=content)
            kind = UNDERLINE
        column = _column(content, item.end()) if item else 0
        lines.append(Line(number + 1, start, end, content, kind, _column(content), column, level, title))
    return lines


def _is_html(content: str) -> bool:
    return _HTML.match(content) is not None and _BOLD.match(content) is None


def _raw(text: str) -> Iterator[tuple[int, int, str]]:
    """Each line with its start and end; a line ending is \\n or \\r\\n and nothing else."""
    start = 0
    while start < len(text):
        found = text.find("\n", start)
        end = len(text) if found < 0 else found + 1
        yield start, end, text[start:end].removesuffix("\n").removesuffix("\r")
        start = end


def _leaves_comment_open(content: str, inside: bool) -> bool:
    """Whether a comment is open at a line's end: markdown-it knows only those that begin a line, a browser all."""
    opened, closed = content.rfind("<!--"), content.rfind("-->")
    return opened > closed if opened >= 0 else inside and closed < 0


def _block_starts(contents: Sequence[str]) -> dict[int, tuple[str, int, str]]:
    """What markdown-it finds: the number of a line (from 0) → its kind, and a heading's level and title."""
    found: dict[int, tuple[str, int, str]] = {}
    tokens: list[Token] = []
    # Signs that markdown-it takes for line endings or replaces; the lines stay as many as they are.
    text = "\n".join(contents).replace("\r", " ").replace("\0", " ")
    _MARKDOWN.block.parse(text, _MARKDOWN, {}, tokens)
    for number, token in enumerate(tokens):
        first, end = token.map or (0, 0)
        if token.type == "heading_open" and token.markup.startswith("#"):
            found[first] = (HEADING, int(token.tag[1]), tokens[number + 1].content)
        elif token.type == "heading_open" and _is_title(contents[first : end - 1]):
            found[first] = (HEADING, int(token.tag[1]), contents[first].strip())
            found[end - 1] = (UNDERLINE, 0, "")
        elif token.type == "heading_open" and token.markup == "-":
            found[end - 1] = (RULE, 0, "")
        elif token.type in _KINDS:
            kind = _KINDS[token.type]
            if kind == HTML and contents[first].lstrip().startswith("<!--"):
                kind = HIDDEN
            last = first + 1 if kind in (ITEM, RULE) else min(end, len(contents))
            found |= {n: (kind, 0, "") for n in range(first, last) if n not in found}
    return found


def _is_title(above: Sequence[str]) -> bool:
    """Whether dashes below these lines make a heading of them; below a sentence or links they are meant as a rule."""
    title = above[0].rstrip()
    return len(above) == 1 and len(title) <= _LONGEST_TITLE and "](" not in title and title[-1:] not in (".", ":", "\\")


def _html_line(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A rule for markdown-it: each line of HTML is a block of its own, so that bullets right behind `<details>` are
    items; a comment is one up to where it is closed."""

    def line(number: int) -> str:
        return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]

    comment = line(first).startswith("<!--")
    if not comment and not _is_html(line(first)):
        return False
    if not silent:
        last = first
        while comment and "-->" not in line(last) and last + 1 < end:
            last += 1
        state.line = last + 1
        state.push("html_block", "", 0).map = [first, state.line]
    return True


_MARKDOWN.block.ruler.at("html_block", _html_line, {"alt": ["paragraph", "reference", "blockquote"]})


def is_delimiter_row(line: Line) -> bool:
    """Whether this is the row of dashes under a table's header."""
    cells = line.text.strip().removeprefix("|").split("|")
    return line.kind == ROW and "-" in cells[0] and all(_DELIMITER.fullmatch(cell.strip()) for cell in cells)


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


def find_blocks(lines: Sequence[Line], first: int, end: int, depth: int = 0) -> list[Block]:
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
                    blocks.extend(find_blocks(lines, at + 1, block.last + 1, depth + 1))
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
