"""A text's sentences, and what a sentence says of the paper's own work: "we propose …", "this paper
presents …", "… is introduced"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.evidence.source import sentence_spans
from triage.lists.escape import one_line


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, blanks evened out."""
    flat = " ".join(text.split())
    return [flat[start:end] for start, end in sentence_spans(flat)]


def without_long_words(text: str) -> str:
    """`text` without runs of more than 60 characters that are no words in any language, so that no pattern has to walk
    them again and again."""
    return re.sub(r"[^\s]{61,}", " ", text)


def clean(text: str) -> str:
    """`text` on one line without control, escape, direction or other invisible characters."""
    text = re.sub(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?", "", text)
    return one_line(text)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the authors do (`verb`, in its base form: "propose") and to what (`rest`, the words after it, with the blank
    before them). `worth` tells how likely this is what the paper is about, higher for likelier; 0 or less for results
    and side matters."""

    verb: str
    rest: str
    worth: float


VERBS = tuple(
    "propose introduce present develop design describe devise formulate construct build explore investigate study "
    "examine analyze analyse evaluate show demonstrate provide offer suggest adapt extend employ leverage create "
    "release establish conduct benchmark compare address tackle apply adopt combine integrate learn train use utilize "
    "argue revisit review survey report unify find identify collect curate measure quantify test validate prove derive "
    "discuss outline characterize assess discover reveal perform achieve optimize fine-tune implement "
    "incorporate".split()
)
"""What authors do, in the base form."""


def _past(verb: str) -> str:
    irregular = {"build": "built", "find": "found"}
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return irregular.get(verb, f"{verb}d" if verb.endswith("e") else f"{verb}ed")


_FORMS = {verb: verb for verb in VERBS} | {_past(verb): verb for verb in VERBS}
"""The forms after "we", present and past, each with its base form."""

_VERB = "|".join(_FORMS)
_HOW = r"(?:(?:then|also|first|further|here|thus|therefore|hereby|\w{1,20}ly)\s++){0,6}"
_WE = re.compile(rf"\bwe\s+{_HOW}(?P<verb>{_VERB})\b", re.I)
_WE_AND = re.compile(
    rf"\bwe\s[^.;]{{1,200}}?\b(?:and|thereby)\s+{_HOW}(?P<verb>propose|introduce|present|develop)(?:e?d)?\b", re.I
)
_ONWARDS = re.compile(rf"\s+to\s+{_HOW}(?P<verb>[a-z]+(?:-[a-z]+)*)\b")
_PAPER = re.compile(
    r"\b(?:this|our|the (?:present|current|proposed))\s+(?:\w+\s+)?(?P<what>paper|work|study|article|survey|review|"
    rf"method|framework|approach|model|research|thesis|report)\s+{_HOW}(?P<verb>\w+?(?:es|s))\b",
    re.I,
)
_PASSIVE = re.compile(
    r"^(?P<what>(?:an?|the|two|three)\s.{3,160}?|[A-Z]\S*(?:\s\S+){0,9}?)\s+(?:is|are) (?:proposed|introduced|presented"
    r"|developed)\b(?P<rest>.*)$",
    re.I,
)
_OTHERS = re.compile(r"(?i)\b(?:many|several|various|most|existing|numerous|recent|previous|prior)\b")
_NAMED = re.compile(
    r"(?:(?:First|Specifically|Then|To this end|Concretely),\s+)?(?P<name>[A-Z]\w{0,30}[A-Z0-9][\w-]{0,30})\s+"
    rf"{_HOW}(?P<verb>[a-z]{{2,16}}s)\b"
)
_WEAK = frozenset("show demonstrate evaluate report conduct compare argue find test validate achieve perform".split())
_NEW = re.compile(r"(?i)\b(?:novel|new)\b|\bcalled|termed|named|dubbed|\([A-Z]")
_RESULTS = re.compile(
    r"(?i)\b(?:experiment\w*|outperform\w*|results?|extensive|available (?:at|for)|codes?|surpass\w*|"
    r"(?:new|achiev\w+|reach\w+) (?:a )?(?:new )?state[- ]of[- ]the[- ]art)\b"
)
_NOTHING_DONE = re.compile(
    r"(?i)(?:(?:achieve|outperform|surpass|obtain|yield|reach|lie|remain|perform|maintain|do|has|have|is|are|contain|"
    r"consist|comprise)\b|(?:show|demonstrate) (?:its|superior|competitive|strong|significant|remarkable|promising|"
    r"excellent|robust|the (?:effectiveness|superiority|efficacy|potential)|that (?:it|our|the proposed))\b)"
)


def find_claim(sentence: str, title: str, ordinary: frozenset[str]) -> Claim | None:
    """The claim of this sentence; None if it does not speak of the paper's own work. `title` is the paper's, `ordinary`
    are the words that its abstract writes in lower case."""
    body = re.sub(r"(?:(?<!\s)\s++)?\[[\d,\s-]{1,40}\]|\bhttps?://\S+", "", _without_asides(sentence))
    body = _TO_THIS_END.sub("", _ENUMERATION.split(body)[0])
    found = _of_authors(body) or _of_paper(body) or _passive(body, ordinary) or _of_method(body, title)
    if found is None:
        return None
    worth = found.worth + (1.0 if found.worth == _STRONG and _NEW.search(sentence) else 0.0)
    worth -= 2.0 if _RESULTS.search(sentence) else 0.0
    empty = _NOTHING_DONE.match(f"{found.verb}{found.rest}")
    return Claim(found.verb, _HERE.sub("", found.rest), 0.0 if empty else worth)


_STRONG = 4.0
"""What "we propose" is worth."""


def _of_authors(body: str) -> Claim | None:
    """ "We propose …", or the second part of "we draw on … and propose …"."""
    found = _WE.search(body) or _WE_AND.search(body)
    if found is None:
        return None
    verb, rest = _FORMS[found.group("verb").casefold()], body[found.end() :]
    worth = 1.5 if verb in _WEAK else _STRONG
    if meant := _MEANS.match(rest):
        return Claim("propose", f" {rest[meant.end() :]}", worth)
    onwards = _ONWARDS.match(rest)
    return Claim(onwards.group("verb"), rest[onwards.end() :], worth) if onwards else Claim(verb, rest, worth)


def _of_paper(body: str) -> Claim | None:
    """ "This paper presents …", "our method learns …"."""
    found = _PAPER.search(body)
    if found is None:
        return None
    own_method = found.group("what").casefold() in ("method", "approach", "model", "framework")
    return Claim(_base_form(found.group("verb").casefold()), body[found.end() :], 2.0 if own_method else 3.0)


def _passive(body: str, ordinary: frozenset[str]) -> Claim | None:
    """ "A detector of rust is proposed to …"."""
    found = _PASSIVE.match(_LEAD.sub("", body[:1000]))
    if found is None or _OTHERS.search(found.group("what")):
        return None
    return Claim("propose", f" {_within_a_sentence(found.group('what'), ordinary)}{found.group('rest')}", 2.5)


def _of_method(body: str, title: str) -> Claim | None:
    """ "BeamScope compares …", where the title has the name."""
    found = _NAMED.match(body)
    if found is None or found.group("name").casefold() not in title.casefold():
        return None
    return Claim(_base_form(found.group("verb")), body[found.end() :], 2.0)


_LEAD = re.compile(
    r"^(?:(?:in|with|to|for|by|on|as|given|motivated|inspired|based|building|drawing|specifically|therefore|thus|"
    r"hence|here|accordingly|consequently|additionally|furthermore|moreover|however|finally|towards?)\b[^,]*,\s*)+",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\s+(?:these|this|such|those|the above|the aforementioned)\s+(?:[\w-]+\s+){1,2}"
    r"(?:via|with|through|by (?:proposing|introducing|presenting))\s+(?=an?\s|the\s|[A-Z])"
)
"""Where "we address these challenges with …" comes to the point."""

_HERE = re.compile(
    r"(?:,\s*+|(?<!\s)\s++)?\b(?:in|throughout) (?:this|our|the present) (?:paper|work|study|article|research)\b", re.I
)
_ENUMERATION = re.compile(r"(?:(?<!\s)\s++)?(?::\s*+)?(?:\(|(?<=\s))(?:1|i|a)[.)]\s")
_TO_THIS_END = re.compile(
    r"(?i)(?:,\s++|(?<!\s)\s++)(?:that|which|(?:designed )?to|for)\s+(?:effectively |jointly |explicitly )?"
    r"(?:address|tackl|overcom|solv|mitigat|resolv|handl|bridg|alleviat)(?:es|e|s|ing)?\s+"
    r"(?:it|them|this|(?:both )?(?:these|this|such|those|the above|the aforementioned)\s+(?:[\w-]+\s+)?"
    r"(?:issues?|challenges?|problems?|limitations?|gaps?|tasks?|shortcomings?|drawbacks?|difficulties|concerns))"
    r"(?=\s+(?:by|through|via|with|using)\b|[,.;]|$)"
)
"""A purpose that only a sentence before explains: "to address these challenges"."""


def _within_a_sentence(text: str, ordinary: frozenset[str]) -> str:
    """The beginning of a sentence as it would stand within one: an ordinary word loses its capital, a name keeps it."""
    words = text.split(maxsplit=2)
    first = words[0] if words else ""
    article = first.casefold() in ("a", "an", "the", "two", "three")
    alone = article or len(words) < 2 or not words[1][:1].isupper()
    known = article or first.casefold() in ordinary
    return text[:1].lower() + text[1:] if alone and known and not any(c.isupper() for c in first[1:]) else text


def _without_asides(sentence: str) -> str:
    """Without what stands in brackets after a blank, but for short names: "Diffusion Language Agent (DOLA)" keeps its,
    and "E(3)" is no aside."""
    out: list[str] = []
    start = 0
    for opening, closing in _brackets(sentence):
        if opening < start or not sentence[opening - 1 : opening].isspace():
            continue
        if re.fullmatch(r"[A-Z][\w-]{1,12}", sentence[opening + 1 : closing]):
            continue
        out.append(sentence[start:opening].rstrip())
        start = closing + 1
    return "".join((*out, sentence[start:])).rstrip(" .!?;:")


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Where each outermost pair of round brackets opens and closes."""
    depth, opening = 0, 0
    for place, char in enumerate(text):
        if char == "(":
            opening = place if depth == 0 else opening
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            if depth == 0:
                yield opening, place


def third_person(verb: str) -> str:
    """ "propose" → "proposes", "apply" → "applies", "address" → "addresses"."""
    if verb.endswith("s") and not verb.endswith("ss"):
        return verb
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("ss", "x", "z", "ch", "sh")) else f"{verb}s"


def _base_form(third: str) -> str:
    """The verb of which this is the third person, if it is one that authors use of their work; else the word itself."""
    return next((verb for verb in VERBS if third in (verb, third_person(verb))), third)
