"""outline.toml: an outline as a person reads and edits it, and read back with errors that say what to mend."""

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Array

from triage.errors import ConfigError
from triage.models import PATH_SEPARATOR, show_path
from triage.writing.markup import one_line
from triage.writing.outline import Outline, OutlineSection

_HEAD = """\
# The outline of this survey. Edit it as you like: move papers (by citation key), rename, add, merge or remove sections;
# then run `triage survey` again. It is never overwritten; `triage survey --update` adds papers that it lacks.
# `lists` names the sections of your list whose new papers belong here; `words` is how long a section shall be.
"""


def outline_toml(outline: Outline, titles: Mapping[str, str]) -> str:
    """The outline as the text of outline.toml; `titles` are the papers' titles by key, written behind each as a
    comment."""
    lines = [_HEAD, f"title = {_text(outline.title)}"]
    lines.append(f"words = {outline.words}" if outline.words else "# words = 6000")
    for section in outline.sections:
        lines += _section(section, "section", titles)
    return "\n".join(lines) + "\n"


def _section(section: OutlineSection, name: str, titles: Mapping[str, str]) -> Iterable[str]:
    yield f"\n[[{name}]]"
    yield f"title = {_text(section.title)}"
    if section.lists:
        yield f"lists = [{', '.join(_text(show_path(path)) for path in section.lists)}]"
    if section.words:
        yield f"words = {section.words}"
    if section.papers:
        yield "papers = ["
        yield from (f"  {_text(key)},  # {one_line(titles.get(key, ''))}".rstrip(" #") for key in section.papers)
        yield "]"
    for below in section.sections:
        yield from _section(below, f"{name}.section", titles)


def _text(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)


def read_outline(text: str, file: Path) -> Outline:
    """The outline that the text of `file` says. Raises ConfigError that names the file, the place and the cure."""
    try:
        table = tomlkit.parse(text).unwrap()
    except TOMLKitError as error:
        raise ConfigError(f"{file}: {error}; correct it, or delete the file to have the outline made again") from None
    _check_names(table, ("title", "words", "section"), f"{file}")
    if not isinstance(table.get("title"), str) or not table["title"].strip():
        raise ConfigError(f'{file}: title is missing; write title = "…" in the first lines')
    sections = _sections(table, f"{file}")
    if not sections:
        raise ConfigError(f"{file}: it has no [[section]]; add one, or delete the file to have the outline made again")
    return Outline(one_line(table["title"]), sections, _words(table, f"{file}"))


def _sections(table: Mapping[str, Any], place: str) -> tuple[OutlineSection, ...]:
    found = table.get("section", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ConfigError(f"{place}: section is no table; write [[section]] on a line of its own")
    return tuple(_read_section(one, number, place) for number, one in enumerate(found, 1))


def _read_section(table: Mapping[str, Any], number: int, above: str) -> OutlineSection:
    title = table.get("title")
    if not isinstance(title, str) or not title.strip():
        raise ConfigError(f'{above}: section {number} has no title; write title = "…" below its [[…]]')
    place = f"{above}: section {title!r}"
    _check_names(table, ("title", "lists", "papers", "words", "section"), place)
    lists = tuple(tuple(path.split(PATH_SEPARATOR)) for path in _texts(table, "lists", place))
    papers = tuple(dict.fromkeys(_texts(table, "papers", place)))
    return OutlineSection(one_line(title), papers, _sections(table, place), lists, _words(table, place))


def _check_names(table: Mapping[str, Any], known: Sequence[str], place: str) -> None:
    for name in table:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            cure = f"did you mean {near[0]}?" if near else f"it may hold {', '.join(known)}"
            raise ConfigError(f"{place}: {name} is unknown; {cure}")


def _texts(table: Mapping[str, Any], name: str, place: str) -> list[str]:
    found = table.get(name, [])
    if not isinstance(found, list):
        raise ConfigError(f'{place}: {name} is {found!r}; write a list of texts, {name} = ["…"]')
    for one in found:
        if not isinstance(one, str) or not one.strip():
            raise ConfigError(f"{place}: {name} holds {one!r}; write each in quotation marks")
    return [one.strip() for one in found]


def _words(table: Mapping[str, Any], place: str) -> int | None:
    words = table.get("words")
    if words is not None and (not isinstance(words, int) or isinstance(words, bool) or not 1 <= words <= 1_000_000):
        raise ConfigError(f"{place}: words is {words!r}; write a number of words, such as 500")
    return words


def line_of(text: str, key: str) -> int:
    """The 1-based line of outline.toml that names this citation key; 0 if none does."""
    quoted = (json.dumps(key, ensure_ascii=False), f"'{key}'")
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if any(one in line.partition("#")[0] for one in quoted)), 0)


def with_papers(text: str, went: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]) -> str:
    """The text of outline.toml with these papers added, each to the section of these titles (made, if there is none);
    every other byte stays."""
    document = tomlkit.parse(text)
    for key, path in went.items():
        table: Any = document
        for title in path:
            table = _below(table, title)
        papers = table.get("papers")
        if not isinstance(papers, Array):
            table["papers"] = papers = tomlkit.array().multiline(True)
        papers.add_line(one_line(key), comment=one_line(titles.get(key, "")) or None, indent="  ")
    return str(tomlkit.dumps(document))


def _below(table: Any, title: str) -> Any:
    """The section with this title right below `table`; a new one at its end if there is none."""
    found = table.get("section")
    for one in found or ():
        if one_line(str(one.get("title", ""))) == title:
            return one
    made = tomlkit.table()
    made["title"] = title
    if found is None:
        table["section"] = found = AoT([])
    found.append(made)
    return table["section"][-1]
