"""One line about a paper in the list's own voice and length, made by rule from the sentence of the abstract that says
most.

Every sentence that speaks of the paper's own work is a candidate. It is shortened to the list's length, brought to the
list's voice, and kept if it says something: "a simple yet effective method called BeamScope" says nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.drafting.sentences import VERBS, Claim, clean, find_claim, sentences, third_person, without_long_words
from triage.drafting.tex import has_own_macro, read_tex


@dataclass(frozen=True, slots=True)
class Style:
    """How a list writes its one-liners. `longest` is the longest decile's length in words; `opening` is "verb"
    ("learns a …"), "we" ("We propose …"), "this" ("This work …") or "noun"."""

    longest: int
    opening: str
    capital: bool
    period: bool


def learn_style(examples: Sequence[str]) -> Style:
    """The style of these one-liners (at least one)."""
    openings = [_opening(example) for example in examples]
    common = max(sorted(set(openings)), key=openings.count)
    share = len(examples) / 2
    return Style(
        longest=longest_length(examples),
        opening=common,
        capital=sum(example[:1].isupper() for example in examples) > share,
        period=sum(example.rstrip().endswith(".") for example in examples) > share,
    )


def longest_length(examples: Sequence[str]) -> int:
    """How many words the longest tenth of these one-liners (at least one) has; 8 at least."""
    lengths = sorted(len(example.split()) for example in examples)
    return max(8, lengths[min(len(lengths) - 1, int(len(lengths) * 0.9))])


def _opening(example: str) -> str:
    words = example.split()
    first = words[0].casefold() if words else ""
    if first == "we":
        return "we"
    if first == "this" or re.match(r"(?i)the (?:paper|authors?|work)\b", example):
        return "this"
    if re.fullmatch(r"[a-z]+(?:-[a-z]+)*[^s\W]s", first) and first not in ("this", "its", "various", "previous"):
        return "verb"
    return "noun"


def say(claim: Claim, style: Style) -> str | None:
    """The claim as a line of the list; None if no part of it that stands alone fits the list's length."""
    text = _cut(_voiced(claim.verb, _own_words(claim.rest, style), style), style.longest).strip(" ,;:.")
    if not text or _FIRST_PERSON.search(text, 3) or _REFERS_BACK.match(text):
        return None
    if style.capital:
        text = text[0].upper() + text[1:]
    return f"{text}." if style.period else text


_CREATING = frozenset("propose introduce present develop design devise describe".split())
"""Verbs that only say that there is something new: a list that names things leaves them out."""


def _voiced(verb: str, rest: str, style: Style) -> str:
    if style.opening == "we":
        return f"We {verb}{rest}"
    if style.opening == "this":
        return f"This work {third_person(verb)}{_agreeing(rest)}"
    if style.opening == "noun" and verb in _CREATING:
        return rest.strip()
    return f"{third_person(verb)}{_agreeing(rest)}"


_VERB = "|".join(VERBS)
_OBJECT = r"(?=\s(?:the|an?|its|it|how|that|their|whether|if|on|new|novel|two|three|several)\b)"
_SURELY_VERBS = (
    "propose|introduce|present|develop|demonstrate|evaluate|provide|employ|explore|investigate|integrate|apply|"
    "establish|conduct|curate|incorporate|examine"
)
_FURTHER = re.compile(rf"(?:,\s*|\s)(?:and|then)\s+(?:then\s+)?(?:(?:{_SURELY_VERBS})\b|(?:{_VERB}){_OBJECT})")
_SECOND = re.compile(rf"\b(and|then) (?:({_SURELY_VERBS})\b|({_VERB}){_OBJECT})")
_AT_ONCE = re.compile(r"^\s+and (?!\w+ly\b)([a-z]{3,})\b(?!-)")


def _agreeing(rest: str) -> str:
    """`rest` with the verbs that "we" governed brought to the third person as well."""
    rest = _AT_ONCE.sub(lambda match: f" and {third_person(match.group(1))}", rest)
    return _SECOND.sub(lambda match: f"{match.group(1)} {third_person(match.group(2) or match.group(3))}", rest)


_FIRST_PERSON = re.compile(r"(?i)\b(?:we|our|us)\b")
_REFERS_BACK = re.compile(
    r"(?i)(?:(?:\w+s|we \w+)\s+)?(?:our|it|its|they|their|them|these|those|such|this (?!work|paper|study|article))\b"
)
_BACKWARD = re.compile(
    r"(?i)\b(?:such an?|these|those|(?:as )?follow(?:s|ing)|this (?!work|paper|study|article)\w+|"
    r"the (?:above|aforementioned)|them|above)\b"
)
_CLAUSE = re.compile(
    r"[,;]\s++|(?<!\s)\s++"
    r"(?:[-–—]++\s++|(?=(?:where|in which|for which|which|and then|and we|while|that we|as we|to)\s))"
)


def _own_words(text: str, style: Style) -> str:
    """`text` up to the clause in which the authors speak of themselves or point back to a sentence that is left out;
    where the list writes no verb, also up to the authors' second one."""
    ends = [found.start() for pattern in (_FIRST_PERSON, _BACKWARD) if (found := pattern.search(text, 1))]
    if style.opening == "noun" and (further := _FURTHER.search(text)):
        ends.append(further.start() + 1)
    if not ends:
        return text
    joints = [joint.start() for joint in _CLAUSE.finditer(text, 0, min(ends) + 1) if joint.start() > 0]
    return text[: joints[-1]] if joints else text


_JOINT = re.compile(
    r",\s+(?:which|where|and|while|thereby|thus|enabling|allowing|so|but|with|by|to|making|leading|achieving)\b|;\s|"
    r"\s[-–—]+\s|:\s"
)
_SMALL = re.compile(r"\s(?:that|which|by|to|for|via|through|while|using|with|in order to|based on)\s")
_DANGLING = re.compile(
    r"(?:\s|^)(?:the|an?|and|or|of|to|in|on|for|with|by|from|at|need|needs|able|aims?|aiming|order|that|which|is|are|"
    r"as|such|eliminating|allowing|enabling|reducing|removing|leading|using|capable|designed|tailored|trained|aimed|"
    r"intended|built|developed|specifically|explicitly|showing|adapts|created|made|consisting|i\.e|e\.g|where|when|"
    r"while|so|its|their|all|along|both|together|only|also|then|thus|thereby|each|more|including|between|into|over|via|"
    r"through|than|but|not|be|been|can|even|particularly|especially|directly|effectively|efficiently|jointly|without)$",
    re.IGNORECASE,
)
_BROKEN_OFF = re.compile(r",\s[^\s,]+(?:\s[^\s,]+)?$")


def _cut(text: str, longest: int) -> str:
    """`text` up to a joint that keeps it within `longest` words: a comma's if it keeps most, else a small word's; ""
    if there is none."""
    text = _undangled(text)
    if len(text.split()) <= longest:
        return text
    commas = _heads(text, _JOINT, longest)
    words = _heads(text, _SMALL, longest)
    best = max(words, key=len, default="")
    good = [head for head in commas if len(head.split()) >= 0.5 * min(longest, len(best.split()) or longest)]
    return max(good, key=len, default=best)


def _heads(text: str, joint: re.Pattern[str], longest: int) -> list[str]:
    """What stands before each joint, if it is a whole: not the beginning of an enumeration or of brackets."""
    heads = []
    for place in joint.finditer(text):
        head = _undangled(text[: place.start()])
        in_a_row = place.group().startswith(", and") and "," in " ".join(head.split()[-8:])
        broken = in_a_row or ": " in head or _BROKEN_OFF.search(head[-60:]) is not None
        if 5 <= len(head.split()) <= longest and head.count("(") == head.count(")") and not broken:
            heads.append(head)
    return heads


def _undangled(text: str) -> str:
    """Without the words at its end that only lead on."""
    text = text.strip(" ,;:")
    while found := _DANGLING.search(text[-24:]):
        text = text[: len(text) - len(found.group())].strip(" ,;:")
    return text


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
    voice = [clean(example) for example in examples if example.strip()]
    parts = sentences(without_long_words(clean(read_tex(abstract[:_LONGEST_ABSTRACT]))))
    if not voice or not parts:
        return None
    lines = [line for line in _lines(parts, learn_style(voice), title) if len(content_words(line)) >= _ENOUGH]
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
