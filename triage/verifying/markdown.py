"""A Markdown draft as blocks of running text.

Citations are pandoc's ([@key], [see @a, p. 3; -@b], @key [p. 4]; https://pandoc.org/MANUAL.html#citation-syntax) and
those of our own answers ([key, p. 3]). Code, formulas, pictures, HTML and the front matter are left out.
"""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from triage.drafting.tex import read_tex
from triage.verifying.prose import Block, Group, Groups, Kind, pages_named
from triage.verifying.verdict import Citation

_MARKDOWN = MarkdownIt("commonmark").enable("table")
_KEY = r"(?:\{[^{}\s]{1,200}\}|\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*+)"
_AT = re.compile(rf"(?<![\w@/.\\])-?@({_KEY})")
_BRACKET = re.compile(r"(?<![\\!\w\]])\[([^\[\]]{1,2000})\](?![(\[{:])")
_OWN = re.compile(
    r"\s*([A-Za-z][\w:.+/-]{1,150}),\s*(p\.\s?\d{1,5}|pp\.\s?\d{1,5}\s?[-–,]\s?\d[\d\s,–-]{0,80}|abstract)\s*"
)
_LOCATOR = re.compile(r"\s?\[([^\[\]@]{1,100})\](?![(\[{:])")
_CROSS_REFERENCE = re.compile(
    r"(?:fig|figure|tbl|tab|table|eq|eqn|sec|lst|thm|lem|cor|def|prp|exm|alg):", re.IGNORECASE
)
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_DISPLAY = re.compile(r"\$\$.{0,4000}?\$\$", re.DOTALL)
_FORMULA = re.compile(r"(?<![\\$])\$[^$\n]{1,400}\$(?!\d)")
_NOTE = re.compile(r"\[\^[^\]\s]{1,60}\]:?")
_ENDMATTER = re.compile(r"\W*(?:references|bibliography|literature|works cited|acknowledge?ments?)\W*", re.IGNORECASE)


def read_markdown(text: str, groups: Groups, file: str) -> list[Block]:
    """The blocks of a Markdown text. What it cites is added to `groups`."""
    text = _FRONT.sub(lambda found: "\n" * found[0].count("\n"), text, count=1)
    text = _DISPLAY.sub(lambda found: "…" + "\n" * found[0].count("\n"), text)
    marked = _with_marks(text, groups)
    return list(_blocks(_MARKDOWN.parse(marked), groups, file))


def bibliographies_of(text: str) -> tuple[str, ...]:
    """The files that the front matter names as `bibliography`."""
    front = _FRONT.match(text)
    found = re.search(r"^bibliography:[ \t]*(.*(?:\n[ \t]*-[ \t].*)*)", front[1], re.MULTILINE) if front else None
    names = re.split(r"[\n,]", found[1].strip(" []")) if found else []
    cleaned = (name.strip().removeprefix("- ").strip(" \"'[]") for name in names)
    return tuple(name for name in cleaned if name)


def _with_marks(text: str, groups: Groups) -> str:
    """The text with a sign for each citation; its line breaks stay as many as they were."""
    text = _BRACKET.sub(lambda found: _bracket(found, groups), text)
    made, at = [], 0
    for found in _AT.finditer(text):
        if found.start() < at or _CROSS_REFERENCE.match(found[1]):
            continue
        locator = _LOCATOR.match(text, found.end())
        end = locator.end() if locator else found.end()
        citation = Citation(found[1].strip("{}"), pages_named(locator[1]) if locator else ())
        made += [text[at : found.start()], groups.mark(Group((citation,), text[found.start() : end], named=True))]
        at = end
    return "".join((*made, text[at:]))


def _bracket(found: re.Match[str], groups: Groups) -> str:
    citations = _in_bracket(found[1])
    if not citations:
        return found[0]
    return groups.mark(Group(tuple(citations), found[0])) + "\n" * found[0].count("\n")


def _in_bracket(inner: str) -> list[Citation]:
    """What a bracket cites; nothing if it is no citation."""
    parts = inner.split(";")
    own = [_OWN.fullmatch(part) for part in parts]
    if all(own):
        return [Citation(one[1], pages_named(one[2])) for one in own if one]
    citations = []
    for part in parts:
        found = _AT.search(part)
        if found and not _CROSS_REFERENCE.match(found[1]):
            citations.append(Citation(found[1].strip("{}"), pages_named(part[found.end() :])))
    return citations


def _blocks(tokens: Sequence[Token], groups: Groups, file: str) -> Iterator[Block]:
    headings: list[tuple[int, str]] = []
    quoted, skipped = 0, 0
    for number, token in enumerate(tokens):
        quoted += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type == "heading_open":
            level, name = int(token.tag[1:]), " ".join(_shown(tokens[number + 1], groups, marks=False).split())
            headings = [*((deep, one) for deep, one in headings if deep < level), (level, name)]
            skipped = level if _ENDMATTER.fullmatch(name) else 0 if level <= (skipped or 9) else skipped
        if skipped or (token.type == "inline" and tokens[number - 1].type == "heading_open"):
            continue
        section = " > ".join(name for _, name in headings)
        line = token.map[0] + 1 if token.map else 0
        if token.type == "tr_open":
            yield Block(_row(tokens, number, groups), line, section, Kind.ROW, file)
        elif token.type == "inline" and tokens[number - 1].type not in ("th_open", "td_open"):
            text = _NOTE.sub("", _shown(token, groups))
            yield Block(text, line, section, Kind.QUOTE if quoted else Kind.PROSE, file)


def _row(tokens: Sequence[Token], start: int, groups: Groups) -> str:
    cells = []
    for token in tokens[start + 1 :]:
        if token.type == "tr_close":
            break
        if token.type == "inline":
            cells.append(_shown(token, groups).strip())
    return "; ".join(filter(None, cells))


def _shown(token: Token, groups: Groups, *, marks: bool = True) -> str:
    """What a reader sees of an inline token, with the line breaks of the file."""
    made = []
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            made.append("\n")
        elif child.type == "code_inline":
            made.append(groups.restored(child.content))
        elif child.type == "text":
            made.append(child.content)
        elif child.type == "html_inline":
            made.append(" " if child.content.lower().startswith("<br") else "")
    text = _FORMULA.sub(lambda found: read_tex(found[0]), "".join(made))
    return text if marks else groups.restored(text)
