"""What the first page and the file itself say of a paper: title, authors, abstract, and where it appeared."""

import re
from collections import Counter
from collections.abc import Sequence

from triage.reading.headings import PlacedHeading, is_abstract, is_known
from triage.reading.layout import Line, RawDocument, Row, usual_size
from triage.reading.text import join_rows

_UPPER_PART = 0.62
"""Share of the page's height in which the title stands."""
_LONGEST = 700
"""Words of an abstract."""
_EDGE, _HEAD, _FOOT = 0.07, 0.15, 0.75
"""Shares of the page's height: where lines of any type are head or foot, and where small type is."""
_IMPRINT, _SIDEWAYS = 300, 20
"""Most characters of a statement, and most statements that run up a page: figures have such texts too."""
_RUN_IN = re.compile(r"^(?:abstract|summary)\s*[-—–.:]+\s*", re.I)
_AFTER = re.compile(
    r"^(?:key ?-?words?|index terms|ccs concepts|categories and subject|general terms|acm reference|"
    r"additional key ?words|msc\b|pacs\b|jel\b|code(?: is)? available|date:|correspondence)",
    re.I,
)
_MARKS = re.compile(r"(?<=\w)[\s]*[*∗†‡§¶⋆]+$")
_MOST_NAMES = 300
_LONGEST_LINE = 300
"""A line of more characters than this is no line of names, and is not looked at."""
_REACH = 0.45
"""Names stand within this share of the page's height below the title."""
_BAND = 3.0
"""Lines whose tops differ by so few points stand beside each other."""
_MAIL = re.compile(r"\{[^{}]{0,300}\}\s?@\s?\S++|(?<!\S)[^\s@]*+@\S*+")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|https?://\S+|orcid\S*", re.IGNORECASE)
_FOOTNOTE_MARKS = re.compile(r"(?<=[^\W\d_.])\s?[\d*∗†‡§¶⋆#⁎✉♠♣♦¹²³⁰-⁹,]*[\d*∗†‡§¶⋆#⁎✉♠♣♦¹²³⁰-⁹]|[*∗†‡§¶⋆⁎✉♠♣♦¹²³⁰-⁹]")
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


def title(rows: Sequence[Row], raw: RawDocument, words: Counter[str]) -> str | None:
    """The largest type in the upper part of the first page; else what the PDF says of itself."""
    height = raw.pages[0].height if raw.pages else 0.0
    upper = [row for row in rows if row.page == 1 and row.y0 < height * _UPPER_PART]
    spoken = [row for row in upper if sum(c.isalpha() for c in row.text) >= 4 and not is_known(row.text)]
    if not spoken:
        return raw.title
    largest = max(row.size for row in spoken)
    first = next(place for place, row in enumerate(upper) if row in spoken and row.size > largest - 0.6)
    lines = [upper[first]]
    for row in upper[first + 1 :]:
        if abs(row.size - upper[first].size) > 0.8 or row.gap > 1.6 * row.size or row.bold != upper[first].bold:
            break
        lines.append(row)
    return _MARKS.sub("", join_rows(lines, words)).strip() or raw.title


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


def abstract(rows: Sequence[Row], found: Sequence[PlacedHeading], words: Counter[str]) -> str | None:
    """The text under "Abstract", or run into that word; without it the longest paragraph before the introduction."""
    starts = [heading.first for heading in found]
    for heading in found:
        if is_abstract(rows[heading.first].text) and heading.page <= 3:
            return _until_heading(rows, heading.last, starts, words, "")
    for place, row in enumerate(rows):
        run_in = _RUN_IN.match(row.text)
        if row.page > 2:
            break
        if run_in or (is_abstract(row.lead) and row.text.casefold().startswith("abstract")):
            opening = row.text[run_in.end() :] if run_in else row.text[len("abstract") :].lstrip(" .:—–-")
            return _until_heading(rows, place + 1, starts, words, opening)
    return _unnamed(rows, starts, words)


def imprint(raw: RawDocument) -> tuple[str, ...]:
    """What the head and foot of the first page and the file itself say of where and when the paper appeared, a line
    each. Anybody may have written it: check it before use."""
    if not raw.pages:
        return ()
    page = raw.pages[0]
    body = usual_size(page.lines, step=1)
    said = [
        line.text[:_IMPRINT]
        for line in page.lines
        if line.size < body + 1.5 and (line.middle < page.height * _HEAD or line.middle > page.height * _FOOT)
        if line.size < body - 0.5 or line.middle < page.height * _EDGE or line.middle > page.height * (1 - _EDGE)
    ]
    of_file = (raw.subject[:_IMPRINT],) if raw.subject else ()
    return tuple(dict.fromkeys([*said, *(text[:_IMPRINT] for text in page.sideways[:_SIDEWAYS]), *of_file]))


def _until_heading(
    rows: Sequence[Row], start: int, starts: Sequence[int], words: Counter[str], opening: str
) -> str | None:
    """The abstract from the row `start` to the next heading, keywords or notes; `opening` stands before its rows."""
    end = min((place for place in starts if place >= start), default=len(rows))
    kept: list[Row] = []
    count = len(opening.split())
    for row in rows[start:end]:
        if _AFTER.match(row.text) or count > _LONGEST:
            break
        if kept and (row.size < kept[0].size - 0.6 or row.size > kept[0].size + 2.5):
            continue
        kept.append(row)
        count += len(row.text.split())
    text = join_rows(kept, words)
    if opening:
        text = f"{opening} {text}" if not opening.endswith("-") else opening[:-1] + text
    return text.strip() or None


def _unnamed(rows: Sequence[Row], starts: Sequence[int], words: Counter[str]) -> str | None:
    """The longest paragraph before the first heading, if it is long enough for an abstract."""
    end = next((place for place in starts if rows[place].page <= 2), 0)
    best: list[Row] = []
    block: list[Row] = []
    for row in rows[:end]:
        if block and (row.gap > row.size or row.column != block[-1].column or abs(row.size - block[-1].size) > 0.6):
            block = []
        block.append(row)
        if sum(len(one.text) for one in block) > sum(len(one.text) for one in best):
            best = list(block)
    text = join_rows(best, words)
    return text if len(text.split()) >= 50 else None


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
    inside = [
        line for line in page.lines if bottom - _BAND <= line.y0 < end - _BAND / 2 and len(line.text) < _LONGEST_LINE
    ]
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
    text = _BRACKETS.sub(" ", _MAIL.sub(" ", text[:_LONGEST_LINE]))
    text = _TITLES.sub("", _FOOTNOTE_MARKS.sub(",", _RUN_ON.sub(", ", text)))
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
