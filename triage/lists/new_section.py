"""A section that a person asked for and the list does not have yet: its heading, written as its siblings' are."""

import re
from collections.abc import Sequence

from triage.errors import ListError
from triage.lists.document import Document, Section
from triage.lists.insert import Edit, line_ending
from triage.models import SectionPath, show_path

_ATX = re.compile(r"^ {0,3}(#{1,6})[ \t]+\S")


def make_section(document: Document, path: SectionPath) -> Edit:
    """The edit that puts the heading of `path` after its last sibling, else below its parent. Raises ListError if the
    parent is missing, the section is there already, or the headings around are not Markdown's own (#)."""
    if document.section(path) is not None:
        raise ListError(f"the list has the section {show_path(path)} already")
    name = " ".join(path[-1].split()) if path else ""
    if not name:
        raise ListError("a new section needs a name")
    parent = path[:-1]
    if parent and document.section(parent) is None:
        raise ListError(
            f"{show_path(path)} cannot be made: the list has no section {show_path(parent)}; write it by hand"
        )
    siblings = [s for s in document.sections if s.path[:-1] == parent and s.path != (document.title,)]
    marks = _marks(document, siblings, parent, path)
    at = _place(document, siblings, parent)
    newline = line_ending(document.text, max(0, at - 1))
    before = document.text[:at]
    gap = newline * max(0, 2 - _trailing_breaks(before)) if before else ""
    after = newline if document.text[at:].strip() else ""
    return Edit(at, at, f"{gap}{marks} {name}{newline}{after}")


def _marks(document: Document, siblings: Sequence[Section], parent: SectionPath, path: SectionPath) -> str:
    if not siblings and not parent:
        return "##"
    if siblings:
        found = _ATX.match(document.text[siblings[-1].start : siblings[-1].body])
    else:
        above = document.section(parent)
        found = _ATX.match(document.text[above.start : above.body]) if above else None
    if found is None:
        raise ListError(f"the headings around {show_path(path)} are not written with #; write its heading by hand")
    return found.group(1) if siblings else found.group(1) + "#"


def _place(document: Document, siblings: Sequence[Section], parent: SectionPath) -> int:
    """Behind the last sibling that holds entries (housekeeping such as licences stays last), with all below it."""
    above = document.section(parent)
    if not siblings:
        return above.end if above else len(document.text)
    held = {entry.section[: len(parent) + 1] for entry in document.entries}
    last = max((s for s in siblings if s.path in held), default=siblings[-1], key=lambda s: s.start)
    below = [s.end for s in document.sections if s.path[: len(last.path)] == last.path]
    return max(below)


def _trailing_breaks(text: str) -> int:
    count = 0
    for char in reversed(text):
        if char == "\n":
            count += 1
        elif char not in " \t\r":
            break
    return count
