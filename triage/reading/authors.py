"""The authors' names, from between title and abstract of the first page, and from what the PDF says of itself."""

import re
from collections.abc import Sequence

from triage.reading.page import Line, RawDocument
from triage.reading.sections import is_abstract, is_known

_MOST_NAMES = 300
_LONGEST = 300
"""A line of more characters than this is no line of names, and is not looked at."""
_REACH = 0.45
"""Names stand within this share of the page's height below the title."""
_BAND = 3.0
"""Lines whose tops differ by so few points stand beside each other."""

_MAIL = re.compile(r"\{[^{}]{0,300}\}\s?@\s?\S++|(?<!\S)[^\s@]*+@\S*+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|https?://\S+|orcid\S*", re.IGNORECASE)
_MARKS = re.compile(r"(?<=[^\W\d_.])\s?[\d*∗†‡§¶⋆#⁎✉♠♣♦¹²³⁰-⁹,]*[\d*∗†‡§¶⋆#⁎✉♠♣♦¹²³⁰-⁹]|[*∗†‡§¶⋆⁎✉♠♣♦¹²³⁰-⁹]")
_TITLES = re.compile(
    r"(?:,\s*+)?\b(?:(?:Graduate |Student |Senior |Life )*(?:Member|Fellow)|IEEE|Ph\.?\s?D\.?|M\.?\s?D\.?|M\.?Sc\.?|"
    r"MBBS|FRCR|Prof(?:essor)?\.?|Dr\.)(?![\w])",
)
_BETWEEN = re.compile(r"[;,·•|&]|\s(?:and|AND)\s|\s(?:and|AND)$|\s{3,}")
_PLACE_WORDS = """
    universit(?:y|ies|at|ät|é|e|à|a|ät|eit|et|ies|aire) universidade? universitat university's univ hochschule école
    ecole politecnico polytechni(?:c|que) institut(?:e|es|ion|o|et)? inst department dept dep faculty fakultät school
    college academy akademie laborator(?:y|ies|ium|io) labs? cent(?:er|re|rum|ro) hospitals? clinic klinik(?:um)?
    medical medicine research(?:ers)? technolog(?:y|ies|ical) engineering sciences? informatics computing computer
    division section group team chair company corp(?:oration)? inc ltd llc gmbh co council foundation ministry
    intelligence learning systems? google deepmind microsoft nvidia meta facebook amazon apple alibaba tencent baidu
    huawei bytedance samsung adobe openai anthropic ibm intel siemens philips bosch canon inria cnrs csiro kaist mit eth
    epfl usa uk china germany france italy spain japan korea india canada australia switzerland netherlands austria
    sweden denmark norway finland belgium poland israel singapore taiwan brazil portugal greece turkey
    states kingdom republic province street avenue road city
    abstract keywords? equal(?:ly)? contribution corresponding author(?:s|ed)? contact e-?mails? preprint draft version
    submitted received accepted published under review anonymous arxiv doi copyright journal proceedings conference
    workshop transactions letters editors? edited
"""
_LINKING = frozenset("by with from of at in for on the to".split())
_PLACE = re.compile(rf"(?:{'|'.join(_PLACE_WORDS.split())})\.?", re.IGNORECASE)
_RUN_ON = re.compile(r"(?<=[a-z])(?=(?:Universit|Univ\.|Institut|Department|Dept|School|College|Hospital))")
_PARTICLES = frozenset(
    "van von der den de del della di da do dos das du la le el al bin ibn ben ter ten zu af av y e".split()
)
_INITIAL = re.compile(r"[^\W\d_a-z](?:[^\W\d_a-z]|(?:\.-?[^\W\d_a-z]){0,3}\.)?")
_WORD = re.compile(r"[^\W\d_]++(?:['’`.\-‐–][^\W\d_]++)*\.?")
_UNREADABLE = "\ufffd"


def authors(raw: RawDocument, title: str) -> tuple[str, ...]:
    """The authors in the order given, as the first page writes them (names all in capitals as names); () if neither
    the page nor the file names any. What the file says of itself counts where the page bears it out: it is often no
    more than the name of whoever made the file."""
    shown = _on_page(raw, title)
    told = _names(raw.author or "")
    page = " ".join(line.text for line in raw.pages[0].lines).casefold() if raw.pages else ""
    borne_out = bool(told) and all(_surname(name) in page for name in told)
    if borne_out and len(told) >= max(len(shown), 2):
        return told
    return shown or (told if borne_out or (len(told) > 1 and not page) else ())


def _on_page(raw: RawDocument, title: str) -> tuple[str, ...]:
    """The names below the title, in the type of the first of them: affiliations are set in another, or end them."""
    found: list[str] = []
    style: tuple[str, int] | None = None
    for line in _between(raw, title):
        names = [name for part in line.parts or (line.text,) for name in _names(part)]
        own = (line.font, round(line.size))
        if names and (style is None or own == style or line.lead):
            style = style or own
            found += names
        elif found and own == style and _is_place(line.text):
            break
    return tuple(dict.fromkeys(found))[:_MOST_NAMES]


def _between(raw: RawDocument, title: str) -> list[Line]:
    """The lines from the title's end to the abstract, row by row from the left."""
    if not raw.pages:
        return []
    page = raw.pages[0]
    wanted = _letters(title)
    of_title = [line for line in page.lines if len(_letters(line.text)) > 3 and _letters(line.text) in wanted]
    largest = max((line.size for line in of_title), default=0.0)
    bottom = max((line.y1 for line in of_title if line.size > largest - 0.8), default=0.0)
    starts = [line.y0 for line in page.lines if line.y0 > bottom - _BAND and _opens_text(line)]
    end = min([*starts, bottom + _REACH * page.height])
    inside = [line for line in page.lines if bottom - _BAND <= line.y0 < end - _BAND / 2 and len(line.text) < _LONGEST]
    inside.sort(key=lambda line: line.y0)
    rows: list[list[Line]] = []
    for line in inside:
        if rows and line.y0 - rows[-1][0].y0 < _BAND:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x0)]


def _opens_text(line: Line) -> bool:
    """Whether a line begins the abstract or the text, or is a line of it."""
    return (
        is_known(line.text)
        or is_abstract(line.lead)
        or line.text.casefold().startswith("abstract")
        or bool(re.match(r"(?:a b s t r a c t|summary|keywords|index terms)\b", line.text, re.IGNORECASE))
        or (len(line.text.split()) > 9 and sum(word[:1].islower() for word in line.text.split()) > 5)
    )


def _names(text: str) -> tuple[str, ...]:
    """The names in a line of names, perhaps with addresses and marks; () if it holds anything else first."""
    text = _BRACKETS.sub(" ", _MAIL.sub(" ", text[:_LONGEST]))
    text = _TITLES.sub("", _MARKS.sub(",", _RUN_ON.sub(", ", text)))
    found: list[str] = []
    for part in _BETWEEN.split(text):
        words = [word for place, word in enumerate(part.split()) if place or word.casefold() != "and"]
        at = next((place for place, word in enumerate(words) if _names_a_place(word)), len(words))
        if _is_name(words[:at]):
            found.append(_written(words[:at]))
        if at < len(words):
            break
    return tuple(found)


def _is_name(words: Sequence[str]) -> bool:
    if not 2 <= len(words) <= 6 or any(_UNREADABLE in word for word in words[1:]):
        return False
    capitals = _in_capitals(words)
    kinds = ["name" if capitals and word.isalpha() and len(word) > 1 else _kind(word) for word in words]
    full = [word for word, kind in zip(words, kinds, strict=True) if kind == "name"]
    return None not in kinds and bool(full) and kinds[-1] != "particle" and len(kinds) > kinds.count("particle") + 1


def _kind(word: str) -> str | None:
    """What a word is in a name: an initial, a particle or a full part; None if it is nothing of the kind."""
    if word.casefold() in _PARTICLES and not word.isupper():
        return "particle"
    if _INITIAL.fullmatch(word):
        return "initial"
    readable = word.replace(_UNREADABLE, "x")
    capital = not word[:1].islower() and word[:1].isalpha()
    return "name" if capital and len(word) > 1 and _WORD.fullmatch(readable) else None


def _written(words: Sequence[str]) -> str:
    """The name, not in capitals. A letter that the file spells with a sign it does not define is left out."""
    if _in_capitals(words):
        inner = range(1, len(words) - 1)
        words = [
            word.lower() if place in inner and word.casefold() in _PARTICLES else _capitalised(word)
            for place, word in enumerate(words)
        ]
    return " ".join(words).replace(_UNREADABLE, "").strip(" .") + ("." if words[-1] in ("Jr.", "Sr.") else "")


def _in_capitals(words: Sequence[str]) -> bool:
    return all(word.isupper() for word in words) and any(len(word) > 3 for word in words)


def _capitalised(word: str) -> str:
    return "".join(part.capitalize() if part[:1].isalpha() else part for part in re.split(r"([^A-Za-zÀ-ÿ]+)", word))


def _is_place(text: str) -> bool:
    return any(map(_names_a_place, text.split()))


def _names_a_place(word: str) -> bool:
    """Whether a word belongs to an affiliation or a note and to no name."""
    return word in _LINKING or bool(_PLACE.fullmatch(word.strip(".,:;0123456789")))


def _surname(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold()


def _letters(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
