"""One line about a paper in the list's own voice, made from the abstract's contribution sentence by rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from triage.drafting.sentences import clean, sentences, without_latex, without_long_words

_LONGEST_ABSTRACT = 6000


@dataclass(frozen=True, slots=True)
class Style:
    """How a list writes its one-liners. `longest` is the longest decile's length in words; `typical` the median;
    `opening` is "verb" ("learns a …"), "we" ("We propose …"), "this" ("This work …") or "noun"."""

    typical: int
    longest: int
    opening: str
    capital: bool
    period: bool


def learn_style(examples: Sequence[str]) -> Style:
    """The style of these one-liners (at least one)."""
    lengths = sorted(len(example.split()) for example in examples)
    openings = [_opening(example) for example in examples]
    common = max(sorted(set(openings)), key=openings.count)
    share = len(examples) / 2
    return Style(
        typical=max(6, round(median(lengths))),
        longest=max(8, lengths[min(len(lengths) - 1, int(len(lengths) * 0.9))]),
        opening=common,
        capital=sum(example[:1].isupper() for example in examples) > share,
        period=sum(example.rstrip().endswith(".") for example in examples) > share,
    )


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


_VERBS = (
    "propose introduce present develop design describe devise formulate construct build explore investigate study "
    "examine "
    "analyze analyse evaluate show demonstrate provide offer suggest adapt extend employ leverage create release "
    "establish "
    "conduct benchmark compare address tackle apply adopt combine integrate learn train use utilize argue revisit "
    "review "
    "survey report unify"
).split()
_THIRD = {
    "study": "studies",
    "analyze": "analyzes",
    "address": "addresses",
    "apply": "applies",
    "unify": "unifies",
    "devise": "devises",
    "show": "shows",
    "survey": "surveys",
    "use": "uses",
    "tackle": "tackles",
}
_VERB = "|".join(_VERBS)
_WE = re.compile(
    rf"\bwe\s+(?:(?:then|also|first|further|here|thus|therefore|hereby|\w+ly)\s+)*(?P<verb>{_VERB})\b", re.I
)
_PAPER = re.compile(
    r"\b(?:this|our|the (?:present|current|proposed))\s+(?:\w+\s+)?(?:paper|work|study|article|survey|review|method|"
    r"framework|approach|"
    r"model|research|thesis|report)\s+(?:\w+ly\s+)?(?P<verb>\w+?(?:es|s))\b",
    re.I,
)
_PASSIVE = re.compile(r"\b(?:is|are) (?:proposed|introduced|presented|developed)\b", re.I)
_NAMED = re.compile(
    r"[A-Z]\w*[A-Z0-9][\w-]*,? (?:is|uses|learns|combines|employs|leverages|introduces|builds|consists)\b"
)
_WEAK = frozenset("show demonstrate evaluate report conduct compare argue".split())


def summarise(abstract: str, examples: Sequence[str]) -> str | None:
    """One line in the style of `examples` (the list's own one-liners), all of its words from `abstract`.

    None if the list writes no one-liners, or the abstract has no sentence that can be shortened to their length.
    """
    told = [clean(example) for example in examples if example.strip()]
    parts = sentences(without_long_words(clean(without_latex(abstract[:_LONGEST_ABSTRACT]))))
    if not told or not parts:
        return None
    style = learn_style(told)
    ranked = sorted(range(len(parts)), key=lambda i: -_worth(parts[i], i, len(parts)))
    for i in (i for i in ranked[:3] if _worth(parts[i], i, len(parts)) > 0):
        line = _shorten(parts[i], style)
        if line and len(line.split()) >= 4 and not (len(parts) == 1 and line.rstrip(".") == parts[0].rstrip(".")):
            return line
    return None


def _worth(sentence: str, position: int, total: int) -> float:
    worth = 0.0
    we, paper = _WE.search(sentence), _PAPER.search(sentence)
    if we:
        worth += 1.5 if we.group("verb").casefold() in _WEAK else 4.0
        worth += 1.0 if re.search(r"(?i)\b(?:novel|new)\b|\bcalled|termed|named|dubbed|\([A-Z]", sentence) else 0.0
    elif paper:
        own = re.search(r"(?i)\b(?:method|approach|model|framework)\b", paper.group())
        worth += 2.0 if own else 3.0
    elif _PASSIVE.search(sentence):
        worth += 2.5
    elif _NAMED.match(sentence):
        worth += 2.0
    else:
        return 0.0
    worth -= (
        2.0
        if re.search(
            r"(?i)\b(?:experiment|outperform|results?|state-of-the-art|extensive|available at|code)\b", sentence
        )
        else 0.0
    )
    place = position / max(1, total - 1)
    return worth + 1.0 - abs(place - 0.35)


_LEAD = re.compile(
    r"^(?:(?:in|with|to|for|by|on|as|given|motivated|inspired|based|building|drawing|specifically|therefore|thus|"
    r"hence|here|"
    r"accordingly|consequently|additionally|furthermore|moreover|however|finally|towards?)\b[^,]*,\s*)+",
    re.IGNORECASE,
)


def _shorten(sentence: str, style: Style) -> str | None:
    body = re.sub(
        r"\s*\((?:[^()]|\([^()]*\))*\)",
        lambda m: m.group() if re.fullmatch(r"\s*\([A-Z][\w-]{1,12}\)", m.group()) else "",
        sentence,
    )
    body = re.sub(r"\s*\[[\d,\s-]+\]|\bhttps?://\S+", "", body).rstrip(" .!?;:")
    we, paper = _WE.search(body), _PAPER.search(body)
    if we:
        rest, verb = body[we.end() :], we.group("verb").casefold()
        onwards = re.match(r"\s+to\s+(?P<verb>[a-z]+)\b", rest)
        if onwards:
            rest, verb = rest[onwards.end() :], onwards.group("verb")
    elif paper:
        rest, verb = body[paper.end() :], paper.group("verb").casefold()
    else:
        return _finish(_cut(_LEAD.sub("", body), style.longest), style)
    return _finish(_cut(_voice(verb, rest, style), style.longest), style)


def _voice(verb: str, rest: str, style: Style) -> str:
    base = next((v for v in _VERBS if verb in (v, _third(v))), verb)
    if style.opening == "we":
        return f"We {base}{rest}"
    if style.opening == "this":
        return f"This work {_third(base)}{_agreeing(rest)}"
    if style.opening == "noun" and base in (
        "propose",
        "introduce",
        "present",
        "develop",
        "design",
        "devise",
        "describe",
    ):
        return rest.strip()
    return f"{_third(base)}{_agreeing(rest)}"


_SECOND = re.compile(
    r"\b(and|then) (propose|introduce|present|develop|conduct|demonstrate|evaluate|show|provide|employ|leverage|"
    r"analyze|"
    r"explore|investigate|integrate|combine|apply)\b"
)


def _agreeing(rest: str) -> str:
    """`rest` with the verbs that "we" governed brought to the third person as well."""
    return _SECOND.sub(lambda match: f"{match.group(1)} {_third(match.group(2))}", rest)


def _third(verb: str) -> str:
    if verb in _THIRD:
        return _THIRD[verb]
    return verb if verb.endswith("s") else f"{verb}s"


_JOINT = re.compile(
    r",\s+(?:which|where|and|while|thereby|thus|enabling|allowing|so|but|with|by|to|making|leading|achieving)\b|;\s|"
    r"\s+[-–—]+\s|:\s"
)


def _cut(text: str, longest: int) -> str:
    """`text` up to a joint that keeps it within `longest` words: a comma's if it keeps most, else a small word's; ""
    if there is none."""
    text = text.strip(" ,;:")
    if len(text.split()) <= longest:
        return text
    commas = _heads(text, _JOINT, longest)
    words = _heads(text, _SMALL, longest)
    best = max(words, key=len, default="")
    good = [head for head in commas if len(head.split()) >= 0.5 * min(longest, len(best.split()) or longest)]
    return max(good, key=len, default=best)


_SMALL = re.compile(r"\s+(?:that|which|by|to|for|via|through|while|using|with|in order to|based on)\s")
_DANGLING = re.compile(
    r"(?:\s+|^)(?:the|an?|and|or|of|to|in|on|for|with|by|need|needs|able|aims?|aiming|order|that|which|is|are|as|such|"
    r"eliminating|allowing|enabling|reducing|removing|leading|using|capable|designed|tailored|trained|aimed|intended|"
    r"built|"
    r"developed|specifically|explicitly|showing|adapts|created|made|consisting|i\.e|e\.g|where|when|while|so|its|"
    r"their)$",
    re.IGNORECASE,
)


def _heads(text: str, joint: re.Pattern[str], longest: int) -> list[str]:
    heads = []
    for place in joint.finditer(text):
        head = text[: place.start()].strip(" ,;:")
        while _DANGLING.search(head):
            head = _DANGLING.sub("", head).strip(" ,;:")
        if 5 <= len(head.split()) <= longest and head.count("(") == head.count(")"):
            heads.append(head)
    return heads


def _finish(text: str, style: Style) -> str | None:
    text = text.strip(" ,;:.")
    if not text:
        return None
    first = text.split()[0]
    spelled = re.search(r"\(([A-Z])[\w-]+\)", " ".join(text.split()[:9]))
    named = sum(c.isupper() for c in first) > 1 or any(c.isdigit() for c in first)
    named = named or bool(spelled and spelled.group(1) == first[0])
    if style.capital:
        text = text[0].upper() + text[1:]
    elif not named and first not in ("We", "I"):
        text = text[0].lower() + text[1:]
    return f"{text}." if style.period else text
