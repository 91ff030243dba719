"""Whether publishing did what it promises, told from the bytes before and after alone.

Nothing here uses the code that it checks, but for one reading of the new file: what stands in it is what `triage` will
take for listed the next time.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from triage.lists import document

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+[^\s#]")
_HTML_HEADING = re.compile(r"\s*(?:<[^<>]{0,200}>\s*){0,3}<h([1-6])\b", re.IGNORECASE)
_NO_NAME = re.compile(r"<[A-Za-z/!][^<>]{0,200}>|[#*_`\s]")
_COUNT = re.compile(r"(\s*\|?\s*)(\d{1,5})(?=[.)]|\s*\|)")


@dataclass(frozen=True)
class Asked:
    """What was to be published: into the section that begins with one of the lines `headings` of the file (from 0;
    None: before the first heading)."""

    section: tuple[str, ...]
    headings: frozenset[int | None]
    title: str
    url: str


def problem(before: str, after: str, asked: Asked) -> str | None:
    """What went wrong, in words; None if nothing did.

    Right is: one block of lines came in and every other byte is as it was (but for the numbers of a counted list, one
    higher each); it stands under the heading asked for; read again, the list has exactly one more entry, in that
    section, with that title and address, and every old entry where and as it was.
    """
    lines = lines_of(after)
    found = added_lines(lines_of(before), lines)
    if found is None:
        return "more changed than one block of lines that came in"
    start, count = found
    block = "".join(lines[start : start + count])
    if letters(asked.title) not in letters(block):
        return "the title is not in the lines that came in"
    if asked.url and asked.url not in block:
        return "the address is not in the lines that came in"
    above = heading_above(lines, start, asked.headings)
    if above not in asked.headings:
        return "it came in under " + ("no heading" if above is None else repr(lines[above].rstrip()))
    return _read_again(before, after, asked)


def lines_of(text: str) -> list[str]:
    """Its lines with their ends; only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def added_lines(before: Sequence[str], after: Sequence[str]) -> tuple[int, int] | None:
    """(first, count) of the one block of lines by which `after` exceeds `before`; None if they differ otherwise.

    A counted list's numbers after the block may be one higher; a last line may have got the line end it lacked.
    """
    count = len(after) - len(before)
    if count <= 0:
        return None
    first = 0
    while first < len(before) and _same(before[first], after[first]):
        first += 1
    last = 0
    while last < len(before) and _same(before[-1 - last], after[-1 - last]):
        last += 1
    if first + last < len(before):
        return None
    # Where equal lines (blank ones) stand around the block, it may begin at several: the first that is not blank does.
    first = max(0, len(before) - last)
    while count > 1 and not after[first].strip():
        first, count = first + 1, count - 1
    return first, count


def _same(old: str, new: str) -> bool:
    if old == new or (not old.endswith("\n") and new in (old + "\n", old + "\r\n")):
        return True
    one, other = _COUNT.match(old), _COUNT.match(new)
    return bool(
        one
        and other
        and one[1] == other[1]
        and int(other[2]) == int(one[2]) + 1
        and old[one.end() :] == new[other.end() :]
    )


def heading_above(lines: Sequence[str], place: int, doubtful: Collection[int | None] = ()) -> int | None:
    """The index of the last heading line before `place`; fenced blocks and comments hold none. Whether an underlined
    line right below other text is a heading depends on what that text is: such a line counts if it is in `doubtful`."""
    found: int | None = None
    fence = ""
    comment = False
    for number, line in enumerate(lines[:place]):
        if comment:
            comment = "-->" not in line
            continue
        opened = _FENCE.match(line)
        if fence:
            if opened and opened[1].startswith(fence) and not line[opened.end() :].strip():
                fence = ""
            continue
        if opened:
            fence = opened[1]
            continue
        comment = "<!--" in line and "-->" not in line[line.rindex("<!--") :]
        below = number + 1 < len(lines) and re.fullmatch(r" {0,3}(?:=+|-{3,})[ \t]*", lines[number + 1].rstrip())
        alone = number == 0 or not lines[number - 1].strip()
        starts = re.match(r" {0,3}(?!\d{1,9}[.)])[^\s#>|*+\-<]", line)
        underlined = below and line.strip() and (number in doubtful or (alone and starts))
        named = _NO_NAME.sub("", line) != ""
        if named and (_HEADING.match(line) or _HTML_HEADING.match(line) or underlined):
            found = number
    return found


def _read_again(before: str, after: str, asked: Asked) -> str | None:
    old, new = document.scan(before), document.scan(after)
    if [section.path for section in old.sections] != [section.path for section in new.sections]:
        return "the sections are no longer the same"
    gone = [(entry.section, _uncounted(entry.text)) for entry in old.entries]
    more = []
    for entry in new.entries:
        if gone and gone[0] == (entry.section, _uncounted(entry.text)):
            gone.pop(0)
        else:
            more.append(entry)
    if gone:
        return f"an old entry is no longer read as it was: {gone[0][1][:60]!r}"
    return _not_as_asked(more[0], asked) if len(more) == 1 else f"it is read as {len(more)} entries"


def _not_as_asked(entry: document.Entry, asked: Asked) -> str | None:
    if entry.section != asked.section:
        return f"it is read in the section {entry.section!r}"
    if letters(entry.title) != letters(asked.title):
        return f"its title is read as {entry.title!r}"
    if asked.url and asked.url not in entry.links:
        return f"its addresses are read as {entry.links!r}"
    return None


def _uncounted(text: str) -> str:
    return _COUNT.sub(r"\1", text, count=1)


def letters(text: str) -> str:
    """Letters, digits and signs that are no markup, in one spelling: what a title keeps however it is escaped."""
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if c.isalnum() or (unicodedata.category(c) in ("Sm", "Sc") and c not in "<>|"))
