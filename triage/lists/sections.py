"""A section as a person names it: its path, the end of it, or how either begins; or one that is yet to be made."""

import difflib
import re
from collections.abc import Callable, Sequence

from triage.errors import ListError
from triage.identity import title_key
from triage.lists.document import Document
from triage.lists.structure import HOUSEKEEPING
from triage.models import PATH_SEPARATOR, SectionPath, show_path

_SLIP = 0.75
"""A new section's name that is this like a section's (0 to 1) is taken for a slip of the pen."""


def sections_to_fill(document: Document) -> tuple[SectionPath, ...]:
    """Where a person may put a paper: the taxonomy, and every other heading but the list's title and housekeeping."""
    others = (one.path for one in document.sections if one.kind != HOUSEKEEPING and one.path != (document.title,))
    return tuple(dict.fromkeys((*document.taxonomy, *others)))


def match_section(text: str, sections: Sequence[SectionPath], prefixes: bool = True) -> SectionPath:
    """The one section that `text` names: its whole path ("A > B") or the end of it, in any case; blanks, emoji and
    punctuation may be left out; with `prefixes` also what begins so, with or without its number. Raises ListError that
    names the candidates, or the nearest sections."""
    found = _matching(text, sections, prefixes)
    if len(found) == 1:
        return found[0]
    if found:
        raise ListError(f"{text!r} may be any of: {_quoted(found)}; write more of the path")
    near = _nearest(text, sections)
    raise ListError(f"the list has no section {text!r}; " + (f"nearest: {_quoted(near)}" if near else "it has none"))


def name_section(
    text: str, sections: Sequence[SectionPath], proposed: Sequence[SectionPath] = (), free: bool = False
) -> tuple[SectionPath, bool]:
    """The section that `text` names, and whether the list has yet to get it: one of the `sections`, one of those that
    were `proposed`, "+A > B" for any new one; if the list is so young that names are `free`, also "A > B" alone, unless
    it seems to be misspelt. Raises ListError as `match_section`."""
    new = [path for path in dict.fromkeys(proposed) if path and path not in sections]
    named = text.strip().strip("“”\"'").removesuffix("…").strip()
    typed = tuple(part for part in (part.strip() for part in named.removeprefix("+").split(">")) if part)
    if named.startswith("+") and typed and not _matching(named, sections, prefixes=False):
        same = (path for path in sections if title_key(show_path(path)) == title_key(show_path(typed)))
        there = next(same, None)
        return there or typed, there is None
    for known, prefixes in ((sections, False), (new, False), ((*sections, *new), True)):
        if _matching(named, known, prefixes):
            path = match_section(named, known, prefixes)
            return path, path not in sections
    if free and typed and not _misspelt(named, sections):
        return typed, True
    try:
        return match_section(named, sections), False
    except ListError as error:
        raise ListError(f'{error}; for a new section write "+{named}"') from None


def _matching(text: str, sections: Sequence[SectionPath], prefixes: bool) -> list[SectionPath]:
    """The sections that `text` fits best: by the whole path, else by its end, else (with `prefixes`) by a beginning."""
    for form in (_folded, title_key):
        wanted = form(text)
        whole = [path for path in sections if wanted and form(show_path(path)) == wanted]
        ends = [path for path in sections if wanted and wanted in (form(show_path(path[cut:])) for cut in _cuts(path))]
        if whole or ends:
            return list(dict.fromkeys(whole or ends))
    parts = text.split(PATH_SEPARATOR.strip())
    begun = [path for path in sections if prefixes and _begins(path, parts)]
    return list(dict.fromkeys(begun))


def _cuts(path: SectionPath) -> range:
    return range(1, len(path))


def _begins(path: SectionPath, parts: Sequence[str]) -> bool:
    """Whether names at the path's beginning, or at its end, begin like the parts."""
    windows = {path[: len(parts)], path[-len(parts) :]}
    return any(
        len(names) == len(parts) and all(_name_begins(name, part) for name, part in zip(names, parts, strict=True))
        for names in windows
    )


def _name_begins(name: str, part: str) -> bool:
    bare = re.sub(r"^[\W\d_]+(?=[^\W\d_])", "", name)
    forms: tuple[Callable[[str], str], ...] = (_folded, title_key)
    return any(form(part) and form(one).startswith(form(part)) for form in forms for one in (name, bare))


def _misspelt(text: str, sections: Sequence[SectionPath]) -> bool:
    forms = [form for path in sections for form in (_folded(show_path(path)), _folded(path[-1]))]
    return bool(difflib.get_close_matches(_folded(text), forms, 1, _SLIP))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _quoted(paths: Sequence[SectionPath]) -> str:
    return ", ".join(f'"{show_path(path)}"' for path in paths[:4])


def _nearest(text: str, sections: Sequence[SectionPath]) -> list[SectionPath]:
    wanted = _folded(text)

    def likeness(path: SectionPath) -> float:
        forms = {_folded(show_path(path)), _folded(path[-1])}
        return max(difflib.SequenceMatcher(None, wanted, form).ratio() for form in forms)

    return sorted((path for path in dict.fromkeys(sections) if path), key=likeness, reverse=True)[:3]
