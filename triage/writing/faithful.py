"""Whether a sentence says no more than the papers' sentences that it was written from.

It is strict rather than clever: a sentence that a person would let pass may be turned down, since what takes its place
is the papers' own words. What is looked at are numbers, names, negations, directions, hedges, sweeping words and who is
compared with whom; a sentence that passes may still be wrong in ways that words do not show.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from triage.evidence.source import Evidence

_FEWEST_SHARED = 0.5
"""The share of a sentence's telling words that must stand in its evidence."""

_STOP = frozenset(
    "a an the of for in on to by with without from at as is are was were be been being it its their they them this "
    "that these those and or but not no than then so such into over under between among via using use uses used can "
    "may might could would should will has have had do does did also more most less least very both each other which "
    "who whose where when while whereas however paper papers work works study authors author show shows showed shown "
    "report reports reported propose proposes proposed present presents find finds found describe describes described "
    "introduce introduces introduced method methods approach approaches we our us".split()
)
_NUMBERS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "twice": "2", "thrice": "3", "half": "half", "double": "2",
    "doubles": "2", "triple": "3", "triples": "3", "hundred": "100", "thousand": "1000", "million": "million",
    "billion": "billion", "dozen": "12", "third": "3", "quarter": "4",
}  # fmt: skip
_NEGATIONS = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nothing|cannot|without|fails?|failed|lacks?|lacking|unable|hardly|barely)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:may|might|could|possibl[ey]|potential(?:ly)?|probabl[ey]|likely|perhaps|suggests?|hypothesi[sz]e|"
    r"preliminary|appears?|seems?|sometimes|often|partly|partially|some|in (?:part|most|some|many) cases|tends?)\b",
    re.IGNORECASE,
)
_SWEEPING = re.compile(
    r"\b(?:all|always|every|everywhere|any|never|none|only|entirely|completely|fully|guarantee\w*|prove[sdn]?|first|"
    r"best|worst|state-of-the-art|significant(?:ly)?|dramatic(?:ally)?|substantial(?:ly)?|solve[sd]?|universal(?:ly)?|"
    r"perfect(?:ly)?|eliminate[sd]?|unprecedented|most)\b",
    re.IGNORECASE,
)
_OPPOSITES = tuple(
    (re.compile(rf"\b(?:{one})", re.IGNORECASE), re.compile(rf"\b(?:{other})", re.IGNORECASE))
    for one, other in (
        ("increas|rais|grow|rise", "decreas|reduc|lower|shrink|fall|drop|diminish"),
        ("improv|enhanc|boost|benefit", "degrad|worsen|harm|hurt|impair"),
        (
            "induc|promot|upregulat|activat|stimulat|enabl|facilitat|allow|cause",
            "inhibit|suppress|prevent|block|downregulat|hinder|avoid",
        ),
        ("outperform|surpass|exceed|beat", "underperform|fall short|falls short|lag"),
        (r"higher\b|above\b|larger\b|greater\b|bigger\b", r"lower\b|below\b|smaller\b"),
        (r"more\b", r"less\b|fewer\b"),
        (r"better\b|superior\b|best\b", r"worse\b|inferior\b|worst\b"),
        (r"faster\b|quick", r"slower\b|slow\b"),
        (r"supervised\b", r"(?:un|self-)supervised\b"),
        (r"with\b", r"without\b"),
        (r"sensitive\b", r"(?:in|de)sensitive\b|robust\b"),
        (r"robust", r"fragile\b|brittle\b|sensitive\b"),
        (r"strong", r"weak"),
        (r"positive", r"negative"),
        (r"necessary\b|required\b|needed\b", r"unnecessary\b|optional\b"),
        (r"able\b|possible\b", r"unable\b|impossible\b"),
        (r"before\b", r"after\b"),
        (r"early\b|earlier\b", r"late\b|later\b"),
        (r"succe", r"fail"),
    )
)
_COMPARES = re.compile(
    r"\b(?:outperform\w*|surpass\w*|exceed\w*|beats?|(?:better|worse|higher|lower|larger|smaller|faster|slower|more|"
    r"less|greater|fewer)\b[^.;]{0,60}\bthan|superior to|inferior to|underperform\w*)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:]|,?\s(?:but|while|whereas|although|though|however|yet|and|because|since|which)\s")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")


def objection(text: str, evidence: Sequence[Evidence]) -> str:
    """What speaks against `text` as a sentence on this evidence, in words for whoever wrote it; "" if nothing does."""
    said, sentences = _plain(text), [_plain(one.sentence.text) for one in evidence]
    known = " ".join((*sentences, *_titles(evidence)))
    clause = _nearest_clause(said, sentences)
    return next(_objections(said, known, clause), "")


def _objections(said: str, known: str, clause: str) -> Iterator[str]:
    yield from (f"the number {one} is not in the evidence" for one in _numbers(said) if one not in set(_numbers(known)))
    yield from (f"“{one}” is not in the evidence" for one in _names(said) if one.casefold() not in known.casefold())
    if share(said, known) < _FEWEST_SHARED:
        yield "it says something else than the evidence"
    if bool(_NEGATIONS.search(said)) != bool(_NEGATIONS.search(clause)):
        yield "it denies what the evidence says, or leaves out that the evidence denies it"
    if _HEDGES.search(clause) and not _HEDGES.search(said):
        yield "it is more certain than the evidence, which is careful"
    words = {word.casefold() for word in _SWEEPING.findall(known)}
    yield from (
        f"“{word}” goes further than the evidence" for word in _SWEEPING.findall(said) if word.casefold() not in words
    )
    for one, other in _OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            if _alone(mine, theirs, said) and _alone(theirs, mine, known):
                yield "it turns the direction of what the evidence says"
    if turned := _prefixed(said, known):
        yield f"it says “{turned}” where the evidence says the opposite"
    if _compares_otherwise(said, known):
        yield "it turns round what the evidence compares"


def _alone(word: "re.Pattern[str]", other: "re.Pattern[str]", text: str) -> bool:
    return bool(word.search(text)) and not other.search(text)


_AGAINST = ("un", "de", "dis", "in", "im", "non", "ir", "anti", "mis")
_LEAST_STEM = 5


def _prefixed(said: str, known: str) -> str:
    """A word with a prefix that turns it round ("destabilise"), in one of the two only while the other has it without;
    "" if there is none."""
    mine, theirs = set(_in_order(said, whole=True)), set(_in_order(known, whole=True))
    for here, there in ((mine, theirs), (theirs, mine)):
        bare = {word[:_LEAST_STEM] for word in there}
        same = {word[:_LEAST_STEM] for word in here}
        for word in sorted(here):
            for prefix in _AGAINST:
                stem = word.removeprefix(prefix)[:_LEAST_STEM]
                turned = word.startswith(prefix) and len(word) >= len(prefix) + _LEAST_STEM
                if (
                    turned
                    and stem in bare
                    and stem not in same
                    and not any(one.startswith(prefix + stem) for one in there)
                ):
                    return word
    return ""


def share(text: str, known: str) -> float:
    """The share of the telling words of `text` that stand in `known`, by their first letters; 0 if it has none."""
    telling, there = _telling(text), _telling(known)
    return len(telling & there) / len(telling) if telling else 0.0


def _telling(text: str) -> set[str]:
    return set(_in_order(text))


def _in_order(text: str, *, whole: bool = False) -> list[str]:
    words = (word.casefold() for word in re.split(r"\W+|_", text))
    telling = (word for word in words if len(word) > 2 and word not in _STOP and not word.isdigit())
    return list(telling) if whole else [_stem(word) for word in telling]


def _stem(word: str) -> str:
    return word[:6] if len(word) > 6 else word.rstrip("s")


def _numbers(text: str) -> list[str]:
    """The numbers of a text in one form, those in words too; parts of names (ResNet-50) are not among them."""
    digits = [_one_form(found.group()) for found in _NUMBER.finditer(text)]
    return [*digits, *(_NUMBERS[word] for word in re.findall(r"[a-z]+", text.casefold()) if word in _NUMBERS)]


def _one_form(number: str) -> str:
    plain = number.rstrip(",").replace(",", "")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return re.sub(r"^0+(?=\d)", "", plain)


def _names(text: str) -> list[str]:
    """Words written like names; the first of a sentence only if it has more than a capital at its beginning."""
    words = [found.group() for found in _WORD.finditer(text)]
    parts = [(at, part) for at, word in enumerate(words) for part in re.split(r"[-'’]", word)]
    return [part for at, part in parts if _is_name(part, first=at == 0)]


def _is_name(word: str, *, first: bool) -> bool:
    inside = any(char.isupper() or char.isdigit() for char in word[1:]) and any(char.isalpha() for char in word)
    return inside or (not first and word[:1].isupper() and len(word) > 1)


def _nearest_clause(text: str, sentences: Sequence[str]) -> str:
    """The clause of the evidence that has most words with `text` in common; the whole sentence if it has no clauses."""
    clauses = [clause for sentence in sentences for clause in _CLAUSE.split(sentence) if _telling(clause)]
    telling = _telling(text)
    return max(clauses, key=lambda clause: len(telling & _telling(clause)), default="")


def _compares_otherwise(said: str, known: str) -> bool:
    """Whether what stands right before and right behind a word of comparison has changed places."""
    mine, theirs = _COMPARES.search(said), _COMPARES.search(known)
    if mine is None or theirs is None:
        return False
    before, behind = _around(said, mine)
    first, second = _around(known, theirs)
    return bool(before & (second - first)) and bool(behind & (first - second))


_NEAR = 3
"""Telling words that stand right before or behind."""


def _around(text: str, found: "re.Match[str]") -> tuple[set[str], set[str]]:
    before, behind = _in_order(text[: found.start()])[-_NEAR:], _in_order(text[found.end() :])[:_NEAR]
    return set(before), set(behind)


def _titles(evidence: Sequence[Evidence]) -> Iterator[str]:
    return (_plain(title) for title in dict.fromkeys(one.source.title for one in evidence))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("­", "")
    return re.sub(r"(?<=\w)[-‐]\s*\n\s*(?=[a-z])", "", text).replace("\n", " ").replace("‐", "-").replace("‑", "-")
