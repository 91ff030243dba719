"""A draft's running text as statements: sentences with what they cite and quote, and the line on which each begins.

The readers of Markdown and LaTeX put one private sign in the place of each citation, so that sentences are found as if
there were none, and give the text here in blocks. Line breaks in a block's text are those of the file.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from triage.evidence.source import sentence_spans
from triage.verifying.verdict import Citation, Statement

_FIRST, _MOST = 0xF0000, 60_000
_MARKS = f"{chr(_FIRST)}-{chr(_FIRST + _MOST)}"
_MARK = re.compile(f"[{_MARKS}]")
_PRIVATE = re.compile("[\U000f0000-\U0010ffff]")


class Kind(StrEnum):
    """What a block of a draft is."""

    PROSE = "prose"
    QUOTE = "quote"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, block quotation or table row: plain text with a sign for each citation. `line` is the 1-based line
    of `file` on which it begins, `section` the headings above it, joined by " > "."""

    text: str
    line: int
    section: str = ""
    kind: Kind = Kind.PROSE
    file: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One citation in the text, of one or several works; `raw` is how it was written. `named`: it stands as a part of
    the sentence ("@marsh shows …", "\\citet{marsh}")."""

    citations: tuple[Citation, ...]
    raw: str
    named: bool = False


@dataclass(slots=True)
class Groups:
    """The citations of one draft, in the order in which they were found."""

    found: list[Group] = field(default_factory=list)

    def mark(self, group: Group) -> str:
        """The sign that stands for this citation; beyond some sixty thousand the citation as it was written."""
        if len(self.found) >= _MOST:
            return group.raw
        self.found.append(group)
        return chr(_FIRST + len(self.found) - 1)

    def of(self, sign: str) -> Group:
        """The citation for which this sign stands."""
        return self.found[ord(sign) - _FIRST]

    def restored(self, text: str) -> str:
        """`text` with its citations as they were written."""
        return _MARK.sub(lambda found: self.of(found[0]).raw, text)

    def marks_in(self, text: str) -> list[Group]:
        """The citations in `text`, in order."""
        return [self.of(sign) for sign in _MARK.findall(text)]


def without_private_signs(text: str) -> str:
    """`text` without the signs that stand for citations and line breaks here."""
    return _PRIVATE.sub("", text)


_PAGES = re.compile(
    r"(?:\b(?:pp?|pages?|S)\b\.?[\s~\\,]{0,4}|^[\s~]{0,4})"
    r"(\d{1,5}(?:\s?[-–—]{1,3}\s?\d{1,5})?(?:,\s?\d{1,5}(?:\s?[-–—]{1,3}\s?\d{1,5})?){0,20})(?![\w.])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d+)(?:\s?[-–—]{1,3}\s?(\d+))?")
_WIDEST = 50


def pages_named(locator: str) -> tuple[int, ...]:
    """The pages that a locator names: "p. 3" is (3,), "pp. 3-5" (3, 4, 5), "abstract" (0,), "chap. 2" ()."""
    locator = locator.strip(" ,;\n\t")
    if locator.casefold() in ("abstract", "abs."):
        return (0,)
    found = _PAGES.search(locator)
    pages: list[int] = []
    for first, last in _RANGE.findall(found[1]) if found else ():
        end = int(last or first)
        if last and len(last) < len(first):  # "133-5" is 133 to 135.
            end = int(first[: -len(last)] + last)
        pages += range(int(first), min(end, int(first) + _WIDEST) + 1)
    return tuple(dict.fromkeys(pages))


def shown_citation(citation: Citation) -> str:
    """The key with its pages: "marsh2024eels, p. 3", "marsh2024eels, pp. 3-4", "marsh2024eels, abstract"."""
    pages = citation.pages
    if not pages:
        return citation.key
    if pages == (0,):
        return f"{citation.key}, abstract"
    if len(pages) == 1:
        return f"{citation.key}, p. {pages[0]}"
    whole = pages == tuple(range(pages[0], pages[-1] + 1))
    return f"{citation.key}, pp. {f'{pages[0]}-{pages[-1]}' if whole else ', '.join(map(str, pages))}"


def statements(blocks: Sequence[Block], groups: Groups) -> list[Statement]:
    """The statements of these blocks, in order: every sentence, every block quotation, and the rows of tables that cite
    something. A block quotation without a citation of its own has that of the sentence before it, or of the one right
    behind it."""
    made: list[Statement] = []
    for number, block in enumerate(blocks):
        if block.kind == Kind.PROSE:
            made += _sentences(block, groups)
        elif block.kind == Kind.ROW and _MARK.search(block.text):
            made += filter(None, [_statement(block, block.text, 0, groups)])
        elif block.kind == Kind.QUOTE:
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            made += _quotation(block, made[-1] if made else None, following, groups)
    return made


def _quotation(block: Block, before: Statement | None, after: Block | None, groups: Groups) -> Iterator[Statement]:
    found = _statement(block, block.text, 0, groups)
    if found is None:
        return
    if not found.quotes:
        found = replace(found, quotes=(_SOURCE_LINE.sub("", found.text).strip(),))
    behind = _LEADING.match(after.text) if after else None
    if not found.citations and before is not None and before.text.endswith(":") and before.section == block.section:
        found = replace(found, citations=before.citations)
    elif not found.citations and behind:
        found = replace(found, citations=_distinct(groups.marks_in(behind[0])))
    yield found


_LEADING = re.compile(rf"\W{{0,8}}[{_MARKS}]")
_SOURCE_LINE = re.compile(r"[\s(—–-]{1,10}\Z")
_AFTER_STOP = re.compile(
    rf"(?<!et al)(?<!\be\.g)(?<!\bi\.e)(?<!\bcf)([.!?][\"”’]?)([ \n]?[{_MARKS}](?:[ \n]?[{_MARKS}])*+)"
    r"(?=\s+[\"“(]?[A-Z0-9]|\s*+\Z)"
)


def _sentences(block: Block, groups: Groups) -> Iterator[Statement]:
    text = _AFTER_STOP.sub(lambda found: _before_stop(found, groups), block.text)
    for start, end in _spans(text):
        found = _statement(block, text[start:end], text.count("\n", 0, start), groups)
        if found is not None:
            yield found


def _before_stop(found: re.Match[str], groups: Groups) -> str:
    """A citation behind the full stop belongs to the sentence that ends there."""
    if any(group.named for group in groups.marks_in(found[2])):
        return found[0]
    return f"{found[2]}{found[1]}"


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence. What stands between quotation marks is not parted, as far as they close soon."""
    spans = sentence_spans(_MARK.sub("0", text).replace("\n", " ").replace("…", "0"))
    at = 0
    while at < len(spans):
        start, end = spans[at]
        for more in range(at + 1, min(at + 6, len(spans))):
            if not _is_open(text[start:end]):
                break
            if not _is_open(text[start : spans[more][1]]):
                end, at = spans[more][1], more
        yield start, end
        at += 1


def _is_open(text: str) -> bool:
    return text.count("“") > text.count("”") or text.count('"') % 2 == 1


_QUOTED = re.compile(r"“([^“”]{1,2000})”|«([^«»]{1,2000})»|(?<!\w)\"([^\"]{1,2000})\"(?!\w)")
_LEAST_WORDS = 3
"""Fewer words between quotation marks are a name or a phrase held at a distance, no quotation."""
_EMPTY = re.compile(r"\(\s*+(?:e\.g\.|i\.e\.|see|cf\.|see also)?,?\s*+\)|\[\s*+\]", re.IGNORECASE)
_LIST_OF_NONE = re.compile(r"\(\s*[,;]\s*|[,;]\s*\)")
_BEFORE_SIGN = re.compile(r"(?<!\s)\s++([.,;:!?)\]])")


def _statement(block: Block, text: str, lines: int, groups: Groups) -> Statement | None:
    """The stretch of a block as a statement; `lines` is how many lines of the block lie before it."""
    cited = _distinct(groups.marks_in(text))
    plain = prose(_MARK.sub(" ", text))
    if not any(char.isalpha() for char in plain):
        return None
    return Statement(
        text=plain,
        line=block.line + lines,
        section=block.section,
        citations=cited,
        quotes=quotations(plain),
        written=_one_line(_MARK.sub(lambda found: _in_place(groups.of(found[0])), text)),
        file=block.file,
    )


def prose(text: str) -> str:
    """`text` on one line, without what is left over where citations were taken out: empty brackets, blanks before
    commas."""
    plain = _LIST_OF_NONE.sub(lambda found: "(" if found[0][0] == "(" else ")", _EMPTY.sub("", text))
    return _BEFORE_SIGN.sub(r"\1", _one_line(plain)).replace("( ", "(")


def quotations(text: str) -> tuple[str, ...]:
    """What stands between quotation marks in `text`, if it is three words or more."""
    found = (next(filter(None, match.groups()), "").strip() for match in _QUOTED.finditer(text))
    return tuple(quote for quote in found if len(quote.split()) >= _LEAST_WORDS)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _in_place(group: Group) -> str:
    return f"[{'; '.join(shown_citation(one) for one in group.citations)}]"


def _distinct(groups: Sequence[Group]) -> tuple[Citation, ...]:
    """Each key once, with all pages that are named with it."""
    pages: dict[str, list[int]] = {}
    for group in groups:
        for one in group.citations:
            pages.setdefault(one.key, []).extend(one.pages)
    return tuple(Citation(key, tuple(dict.fromkeys(found))) for key, found in pages.items())
