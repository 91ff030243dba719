"""What authors say of their own work, told of them: "We propose X" becomes "Braun et al. propose X".

Only the words for the speaker change, and what leads from the sentence before ("Therefore,"); every content word stays.
A sentence that this cannot be done to is left to be quoted.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from triage.drafting.sentences import VERBS, clean, third_person
from triage.writing.records import OTHERS, read_name


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a sentence is about: "Braun et al.", "Braun and Ott", "Braun"; `plural` decides on the verb."""

    name: str
    plural: bool = True


UNKNOWN = "the authors"


def subject_of(authors: Sequence[str]) -> Subject:
    """How a text names these authors: by their last names, more than two by the first one's."""
    people = [read_name(clean(author)) for author in authors]
    names = [
        name
        for one in people
        if (name := " ".join(filter(None, (one.particle, one.family))) or one.literal) and one != OTHERS
    ]
    if not names:
        return Subject(UNKNOWN)
    if len(people) == 1:
        return Subject(names[0], plural=False)
    return Subject(f"{names[0]} and {names[1]}" if len(people) == 2 == len(names) else f"{names[0]} et al.")


_LEAD = re.compile(
    r"^(?:(?:in|with|throughout) (?:this|our|the present) (?:paper|work|study|article|research|survey|report)|here|"
    r"hence|thus|therefore|moreover|furthermore|additionally|in addition|further|also|first|firstly|second|secondly|"
    r"third|finally|lastly|specifically|in particular|particularly|concretely|to this end|to that end|in response|"
    r"accordingly|consequently|as a result|overall|in summary|in conclusion|in short|to summari[sz]e|importantly|"
    r"notably|however|but|and|nevertheless|meanwhile|instead|in contrast|for this(?: purpose)?|as a solution|"
    r"in light of (?:this|these \w+)|for (?:example|instance)|"
    r"motivated by this|to address (?:this|it)|inspired by this|crucially|conversely|ultimately|indeed|similarly|"
    r"interestingly|remarkably|experimentally|by doing so|in doing so|building on (?:this|these \w+)|"
    r"(?:to|in order to) (?:address|tackle|overcome|solve|mitigate|bridge|fill|resolve|alleviate|meet|handle|explore|"
    r"study) "
    r"(?:these|this|those|such|both|it)(?: \w+){0,4}|building up?on (?:this|these)(?: \w+)?)\s?,?\s+(?!to\b|of\b|"
    r"with\b)",
    re.I,
)
_CITED = re.compile(r"\s?\((?:[^()]{0,80}[^()\d])?(?:19|20)\d\d[a-z]?(?:[;,][^()]{0,200})?\)|\s?\[\d[\d,;\s–-]{0,40}\]")
_HOLE = re.compile(
    r"\b(?:in|by|of|from|see|to|with|and|on|than|like|following|as|over) (?:\([A-Z][^()]{0,80}(?:19|20)\d\d|\[\d)"
)
"""Citations that a sentence cannot do without: "the method proposed in (Ott, 2020)"."""
_HERE = re.compile(
    r",?\s(?:outlined |presented |described |proposed )?in this (?:paper|work|study|article)(?=[,;.\s]|$)"
)
_I = re.compile(r"\b(?:I|my|mine)\b")
_WE = re.compile(r"\b[Ww]e\b")
_WORDS = {"we": "they", "our": "their", "ours": "theirs", "us": "them", "ourselves": "themselves"}
_FIRST_PERSON = re.compile(r"\b(?:we|We|our|Our|ours|us|ourselves)\b")
_PAPER = re.compile(
    r"^(?:this|our|the present|the current)\s+(?P<what>(?:[\w-]{1,20}\s+)?(?:paper|work|study|article|survey|review|"
    r"report|thesis))\s+"
    r"(?P<rest>(?:\w{1,15}ly\s+|also\s+|further\s+)?\w+s\s.*)$",
    re.I,
)
_THING = (
    "method|methodology|model|approach|framework|network|system|pipeline|architecture|algorithm|strategy|benchmark|"
    "dataset|results|experiments|evaluation|evaluations|analysis|analyses|findings|solution|technique|study|studies|"
    "contributions|code|experimental results|design|module"
)
_OUR = re.compile(
    rf"^(?P<before>(?:[A-Z][^,]{{5,120}},\s)??)(?:our|the proposed|"
    rf"the present)\s+(?P<thing>(?:[\w-]{{1,20}}\s+){{0,3}}?(?:{_THING}))\b(?P<rest>\s.*|,.*)$",
    re.I,
)
_RESULTS = re.compile(
    r"^(?P<thing>(?:the )?(?:(?:extensive|comprehensive|quantitative|qualitative|experimental|empirical) ){0,3}"
    r"(?:results?|experiments?|evaluations?|analysis|analyses|findings))\s(?P<rest>.*)$",
    re.I,
)
_PASSIVE = re.compile(
    r"^(?:An?|The|Two|Three)\s.{3,200}?\s(?:is|are) (?:proposed|introduced|presented|developed|described)\b"
)
_DOES = re.compile(r"\s[a-z]{2,20}s\s")
_VERB = re.compile(r"^(?P<how>\s(?:(?:then|also|first|further|here|thus|\w{1,20}ly)\s)*)(?P<verb>[a-z]{2,20})\b")
_AUXILIARY = {"are": "is", "were": "was", "have": "has", "do": "does"}
_SECOND_VERB = re.compile(
    rf"\b(?:and|then)\s(?:\w{{1,20}}ly\s)?(?:(?:{'|'.join(VERBS)})\b|"
    r"[a-z]{3,20}\s(?:(?:the|an?|that|how|whether|on|to)\b|[A-Z]))"
)


def retell(text: str, subject: Subject, method: str = "", turn: int = 0) -> str | None:
    """The sentence without its full stop, told of `subject`; None if it does not speak of the authors' own work in a
    way that can be turned. `method` is what they call it; `turn` chooses where there are several ways to tell it."""
    body = without_lead(without_citations(text))
    if not body or _I.search(body) or _HOLE.search(clean(text)):
        return None
    told = _of_we(body, subject) or _of_thing(body, subject, method, turn)
    if told is None:
        return None
    told = _HERE.sub("", told)
    told = _FIRST_PERSON.sub(lambda found: _WORDS[found.group().casefold()], told)
    return told[0].upper() + told[1:] if told else None


def without_lead(text: str) -> str:
    """`text` without what leads over from the sentence before it: "Therefore, in this work, we …" becomes "we …"."""
    before = ""
    while text != before:
        before, text = text, _LEAD.sub("", text, count=1)
    return text


def without_citations(text: str) -> str:
    """`text` on one line, without the citations of others in brackets and without its full stop."""
    return " ".join(_CITED.sub("", clean(text)).split()).rstrip(" .")


def _of_we(body: str, subject: Subject) -> str | None:
    """ "We propose X" and "Using Y, we propose X"."""
    found = _WE.search(body)
    if found is None or not _is_opening(body[: found.start()]):
        return None
    before, rest = body[: found.start()], body[found.end() :]
    if not subject.plural:
        if _SECOND_VERB.search(rest):
            return None
        rest = _VERB.sub(lambda verb: f"{verb['how']}{_singular(verb['verb'])}", rest, count=1)
    return f"{before}{subject.name}{_ALSO.sub('', rest)}"


_ALSO = re.compile(
    r"^\s(?:also|further|furthermore|additionally|then|first|therefore|thus|hence|thereby|instead)(?=\s)"
)


def _is_opening(before: str) -> bool:
    """Whether only a phrase, set off by a comma, stands before "we": not a clause with a subject of its own."""
    if not before.strip():
        return True
    phrase = re.match(
        r"(?i)(?:using|by|to|in|with|through|via|based|building|inspired|motivated|given|for|on|from|unlike|as|"
        r"leveraging|following|beyond|different|differently|instead of|compared|contrary|rather than|despite|drawing|"
        r"among|across|at|while|when|since|although|due)\b",
        before,
    )
    return phrase is not None and before.rstrip().endswith(",") and len(before.split()) <= 20


def _singular(verb: str) -> str:
    if verb in _AUXILIARY:
        return _AUXILIARY[verb]
    return third_person(verb) if verb in VERBS else verb


def _of_thing(body: str, subject: Subject, method: str, turn: int) -> str | None:
    """ "This paper presents X", "Our model learns X", "BeamScope learns X", "An X is proposed"."""
    if found := _PAPER.match(body):
        owner = f"The {found['what']} by {subject.name}" if subject.name != UNKNOWN else f"One {found['what']}"
        return f"{owner} {found['rest']}"
    if (found := _OUR.match(body)) and _is_opening(found["before"]):
        the = "the" if found["before"] else "The"
        return f"{found['before']}{the} {found['thing']} of {subject.name}{_ALSO.sub('', found['rest'])}"
    if found := _RESULTS.match(body):
        opening = ("In the work of", "According to")[turn % 2]
        return f"{opening} {subject.name}, {found['thing'][0].lower()}{found['thing'][1:]} {found['rest']}"
    if method and body.startswith(f"{method} ") and _DOES.match(body, len(method)):
        return f"{method} of {subject.name}{body[len(method) :]}"
    if _PASSIVE.match(body):
        return f"In the work of {subject.name}, {body[0].lower()}{body[1:]}"
    return None
