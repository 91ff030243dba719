"""One line about a paper in the list's own voice, made by rule from the sentence of the abstract that says most.

Every sentence that speaks of the paper's own work is a candidate. It is shortened to the list's length, brought to the
list's voice, and kept if it says something: "a simple yet effective method called BeamScope" says nothing.
"""

import re
from collections.abc import Sequence

from triage.drafting.claims import find_claim
from triage.drafting.sentences import clean, sentences, without_long_words
from triage.drafting.tex import has_own_macro, read_tex
from triage.drafting.voice import Style, learn_style, say

_LONGEST_ABSTRACT = 6000

_CANDIDATES = 5
"""Sentences that are tried, those that speak most plainly of the paper's own work."""

_ENOUGH = 3
"""Content words from which on a line says something."""

_BEYOND = 2
"""Content words that a line should have beside those of the title, which stands right before it."""


def summarise(abstract: str, examples: Sequence[str], title: str = "") -> str | None:
    """One line in the style of `examples` (the list's own one-liners), all of its words from `abstract`; one that tells
    more than `title` if there is one.

    None if the list writes no one-liners, or no sentence of the abstract can be shortened to their length and still
    says something.
    """
    told = [clean(example) for example in examples if example.strip()]
    parts = sentences(without_long_words(clean(read_tex(abstract[:_LONGEST_ABSTRACT]))))
    if not told or not parts:
        return None
    lines = [line for line in _lines(parts, learn_style(told), title) if len(content_words(line)) >= _ENOUGH]
    return next((line for line in lines if _beyond(line, title) >= _BEYOND), next(iter(lines), None))


def _lines(parts: Sequence[str], style: Style, title: str) -> list[str]:
    """The sentences as lines of the list, those that say most likely what the paper does first."""
    ordinary = frozenset(re.findall(r"(?<![\w-])[a-z]+", " ".join(parts)))
    claims = []
    for number, part in enumerate(parts):
        claim = None if has_own_macro(part) else find_claim(part, title, ordinary)
        if claim and claim.worth > 0:
            # Authors say what they do after the first third: before it stands the problem, after it the results.
            claims.append((claim.worth + 1 - abs(number / max(1, len(parts) - 1) - 0.35), claim))
    claims.sort(key=lambda item: -item[0])
    lines = [say(claim, style) for _, claim in claims[:_CANDIDATES]]
    whole = parts[0].rstrip(".") if len(parts) == 1 else ""
    return [line for line in lines if line and len(line.split()) >= 4 and line.rstrip(".") != whole]


_EMPTY_WORDS = frozenset(
    "method approach framework model network technique strategy algorithm system pipeline paradigm solution module "
    "architecture mechanism scheme procedure methodology tool design concept idea insight component contribution stage "
    "step way aspect problem issue challenge limitation gap task work paper study article performance result "
    "experiment extension variant version set number series novel new simple effective efficient powerful robust "
    "general generic unified first key core main major important significant critical principled innovative advanced "
    "comprehensive straightforward promising practical flexible lightweight end-to-end state-of-the-art yet called "
    "named termed dubbed coined based using via with without from into onto over under between among through during "
    "several various different multiple many more most both each other another such same one two three four five six "
    "that this these those which where when while and but for not the are has have can its their our they them also "
    "then thus propose proposes proposed introduce introduces introduced present presents presented develop develops "
    "developed design designs designed describe describes address addresses addressing tackle tackles tackling improve "
    "improves improving better overcome overcomes provide provides offer offers achieve achieves aim aims show shows "
    "consist consists comprise comprises include includes including specifically namely respectively used use uses "
    "integrate integrates combine combines enable enables leverage leverages handle mitigate better well highly "
    "explore explores investigate investigates study studies examine examines conduct conducts".split()
)
_NAMED_SO = re.compile(
    r"\b(?:called|named|termed|dubbed|coined|entitled|titled)\s+(?:as\s+)?([A-Z(][\w()/-]*(?:[\s,]+[A-Z(][\w()/-]*)*)"
)


_CAPITALS = re.compile(r"(?<![\w-])[A-Z][\w-]*+(?:\s[A-Z][\w-]*+)+")
"""A name of several words, which tells as much as one."""


def content_words(line: str) -> set[str]:
    """The words of a line that tell something, by their stems: no names, numbers, or words that fit every paper."""
    text = _CAPITALS.sub(lambda run: run.group().split()[-1], _NAMED_SO.sub(" ", line))
    words = re.findall(r"[A-Za-z][\w'’]*(?:-\w+)*", text)
    found = set()
    for word in words:
        if sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word):
            continue
        low = word.casefold()
        if len(low) > 2 and low not in _EMPTY_WORDS and low.removesuffix("s") not in _EMPTY_WORDS:
            found.add(_stem(low))
    return found


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ions", "ion", "ies", "ers", "er", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _beyond(line: str, title: str) -> int:
    return len(content_words(line) - {_stem(word) for word in re.findall(r"[a-z][\w'’]*(?:-\w+)*", title.casefold())})
