"""Small lexical variants that lists mix freely: blanks at a line's end, `\\\\` or `<br>`, what joins two links.

Each is brought to one form for comparing; which variants a list really uses is counted apart, over all places, so
that a list's own habits are choices and a slip that occurs once stays a deviation.
"""

import re
from collections import Counter
from functools import lru_cache

from triage.lists.chunks import Chunk

LINKS = frozenset("paper arxiv code project data demo video model slides supplement bibtex reviews link".split())

_BREAK = re.compile(r"(?:(?<![ \t])[ \t]++)?(?:(?:\\|<br\s*+/?>)[ \t]*+)?(?=\n|\Z)", re.IGNORECASE)
_BAR = re.compile(r"(?:(?<![ \t])[ \t]++)?\|[ \t]*+")
_BLANKS = re.compile(r"[ \t]{1,40}")
_SHAPE = re.compile(
    r"(?P<open>(?:\*\*)?\[++(?:\*\*|`)?)(?P<label>.*?)(?P<middle>(?:\*\*|`)?(?<!\])\]++[ ]?\(<?)\{\w+\}(?P<end>.*)",
    re.DOTALL,
)
_COLON = re.compile(r"(:[*_]*)[ \t]*(?=\{)")


def role_class(role: str) -> str:
    """Links are one class, whatever their label; so are notes; a second field of a kind counts as the first."""
    base = re.sub(r"_\d+$", "", role)
    return "link" if base in LINKS else base


@lru_cache(maxsize=65536)
def gap_key(gap: str, before: str, after: str) -> str:
    """A gap without its free variation; `before` and `after` are role classes."""
    if before == after == "link" and "\n" not in gap and "|" not in gap and len(gap) <= 4:
        return "<joint>"
    if "|" in gap and "\n" not in gap:
        return re.sub(r"(?:(?<![ \t])[ \t]++)?<br\s*+/?>", "<br>", _BAR.sub("|", gap))
    key = _BREAK.sub("", gap) if after == "$" or "\n" in gap else gap
    key = re.sub(r"\n[ \t]*(?=\n)", "\n", key)
    key = re.sub(r"\n{2,}", "\n\n", key)
    return _BLANKS.sub(" ", key) if "\n" not in key else key


def gap_variants(gap: str, before: str, after: str) -> list[tuple[str, str]]:
    """The variants that a gap shows: (kind, as written)."""
    found: list[tuple[str, str]] = []
    if before == after == "link" and "\n" not in gap and "|" not in gap and len(gap) <= 4:
        return [("joint", gap)]
    if "|" in gap and "\n" not in gap:
        return [
            ("bar", "even" if match.group() in (" | ", "| ", " |", "|") else "padded") for match in _BAR.finditer(gap)
        ]
    if "\n" in gap or after == "$":
        found += [
            ("break", match.group()) for match in _BREAK.finditer(gap) if match.end() == len(gap) or match.group()
        ]
        blank = re.search(r"\n[ \t]*(?:\n[ \t]*)+", gap)
        if blank:
            found.append(("paragraph", blank.group().rstrip(" \t")))
    else:
        found += [("blanks", match.group()) for match in _BLANKS.finditer(gap)]
    return found


@lru_cache(maxsize=65536)
def shape_of(form: str, role: str) -> str:
    """A form without its label (links) and without the blanks after a label's colon."""
    if role_class(role) == "link":
        found = _SHAPE.fullmatch(form)
        if found:
            return found["open"] + "…" + found["middle"] + "{}" + found["end"]
    return _COLON.sub(r"\1 ", re.sub(r"\{(\w+?)_\d+((?::\w+)?)\}", r"{\1\2}", form).replace(":stop}", "}"))


def form_variants(chunk: Chunk) -> list[tuple[str, str]]:
    """The variants that a form shows."""
    return [("colon", match.group()) for match in _COLON.finditer(chunk.form)]


def common(seen: Counter[str], least: int) -> frozenset[str]:
    """Those seen often enough to be a habit, and always the most frequent."""
    return frozenset([way for way, count in seen.items() if count >= least] + [way for way, _ in seen.most_common(1)])
