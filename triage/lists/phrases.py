"""Plain words in an entry: titles, lists of people, venues and dates that carry no marks; stars and emoji."""

import re
from dataclasses import replace

from triage.lists.chunks import Builder, Chunk
from triage.lists.leaves import date_leaf, is_people, venue_leaf
from triage.lists.links import dated_role

_MARK = re.compile(r"(?:[^\w\s\[\](){}<>|`\"'.,;:!?#\\/&=-]|[\ufe0f\u200d])+")


_BROKEN_STARS = re.compile(r"[^\x00-\x7f]{1,24}(?=\s|$)")
"""Emoji that a wrong encoding has turned into letters and signs."""
_EMOJI = re.compile(r"(?:[^\w\s\x00-\x7f\u2010-\u201f\u3001-\u3011\uff00-\uff20…·•—]|\u200d)+")


_SHORTCODES = re.compile(r"(?::[a-z][a-z0-9_+\-]*:\s?)*:[a-z][a-z0-9_+\-]*:")


_ESCAPED = re.compile(r"\\\[([^\[\]\\]{2,60})\\\]")
_A_FEW_NAMES = 200
_INITIAL = re.compile(r"(?:^|[\s.\-])[A-Z]$")


def put_words(text: str, out: Builder, first: bool) -> None:
    core = text.strip()
    broken = _BROKEN_STARS.match(core) if first and not out.chunks else None
    if broken and not broken.group().isalnum():
        begin = text.index(core)
        out.gap(text[:begin])
        out.chunk(Chunk("mark", "{mark}", (("mark", broken.group()),)))
        text = text[begin + broken.end() :]
        core = text.strip()
    if not re.search(r"\w", core) or _SHORTCODES.fullmatch(core):
        _symbols(text, out, first and not out.chunks)
        return
    escaped = _ESCAPED.match(core)
    found = date_leaf(escaped[1]) or venue_leaf(escaped[1]) if escaped else None
    if escaped and found:
        out.gap(text[: text.index(core)])
        out.chunk(Chunk(dated_role(found), f"\\[{found.form}\\]", found.values))
        text = text[text.index(core) + escaped.end() :]
        core = text.strip()
    left = text[: text.index(core)]
    right = text[len(left) + len(core) :]
    lead = re.match(r"[^\w\"'“‘$\\(]+", core)
    if lead:
        _symbols(left + lead.group(), out, first and not out.chunks)
        core = core[lead.end() :]
    else:
        out.gap(left)
    parts = _sentences(core)
    for number, part in enumerate(parts):
        if number % 2:
            out.gap(part.removeprefix("."))
        else:
            stop = number + 1 < len(parts) and parts[number + 1].startswith(".")
            _phrase(part + "." if stop else part, out)
    out.gap(right)


def _sentences(core: str) -> list[str]:
    """ "Title. A. Author, B. Author. Venue, 2024" as its sentences with what stands between them.

    Cut only if one of the later parts is a list of people, a date, or a venue.
    """
    parts = re.split(r"(\.\s++(?=\S{2})|(?<=[?!])\s++|(?<!\s)\s++[|·•]\s++)", core)
    later = [part.rstrip(".") for part in parts[2::2]]
    if not any(is_people(part) or venue_leaf(part) or date_leaf(part) for part in later):
        return [core]
    whole = [parts[0]]
    for gap, part in zip(parts[1::2], parts[2::2], strict=True):
        together = whole[-1] + gap + part
        if gap.startswith(".") and _INITIAL.search(whole[-1][-2:]) and is_people(together[-_A_FEW_NAMES:].rstrip(".")):
            whole[-1] = together
            continue
        known = is_people(part.rstrip(".")) or venue_leaf(part.rstrip(".")) or date_leaf(part.rstrip(".")) or "|" in gap
        if known:
            whole += [gap, part]
        else:
            whole[-1] += gap + part
    return whole


def _phrase(core: str, out: Builder) -> None:
    end = len(core)
    while end and (core[end - 1].isspace() or core[end - 1] in ",;:|/-–—[("):
        end -= 1
    core, tail = core[:end], core[end:]
    chunk = words_chunk(core) if core else None
    if core.endswith(".") and not re.search(r"\bal\.$", core):
        found = words_chunk(core[:-1])
        if found.role in ("authors", "date", "venue", "year"):
            chunk = replace(found, form=found.form + ".")
    if chunk:
        out.chunk(chunk)
    out.gap(tail)


def _symbols(text: str, out: Builder, leading: bool) -> None:
    """Stars and emoji before an entry are a field, any other signs a gap."""
    found = (_MARK if leading else _EMOJI).match(text.lstrip()) or _SHORTCODES.match(text.lstrip())
    if not found:
        out.gap(text)
        return
    begin = len(text) - len(text.lstrip())
    out.gap(text[:begin])
    out.chunk(Chunk("mark", "{mark}", (("mark", found.group()),)))
    out.gap(text[begin + found.end() :])


def words_chunk(core: str) -> Chunk:
    found = date_leaf(core) or venue_leaf(core)
    if found:
        return Chunk(dated_role(found), found.form, found.values)
    if is_people(core):
        return Chunk("authors", "{authors}", (("authors", core),))
    return Chunk("text", "{text}", (("text", core),))
