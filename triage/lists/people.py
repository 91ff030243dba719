"""Lists of authors: read in the ways that lists write them, written in the way that this list does."""

import re
from collections.abc import Sequence

_ET_AL = re.compile(r"(?:(?<![,\s])[,\s]++)?\b(?:et\.?\s*+al\b\.?|and\s++others)[\s.,]*+$", re.IGNORECASE)

_BETWEEN_NAMES = re.compile(r",\s*+(?:and\s++|&\s*+)?|(?<!\s)\s++and\s++|(?:(?<!\s)\s++)?[&;]\s*+")


def split_people(text: str) -> tuple[str, ...]:
    """ "A B, C D", "B, A and D, C", "A B et al." as ("A B", "C D"); affiliations in brackets are left out."""
    shown = re.sub(r"\\?[*_†‡§¹²³⁴]", "", without_affiliations(text))
    shown = _ET_AL.sub("", shown).strip(" .,;")
    if not shown:
        return ()
    by_and = [part.strip() for part in re.split(r"(?<!\s)\s++and\s++|(?:(?<!\s)\s++)?;\s*+", shown) if part.strip()]
    if len(by_and) > 1 and all(part.count(",") == 1 for part in by_and):
        return tuple(_turned(part) for part in by_and)
    if (
        len(by_and) == 1
        and shown.count(",") == 1
        and len(shown.split(",")[0].split()) == 1
        and text.strip().count(" ") <= 3
    ):
        first, second = (part.strip() for part in shown.split(","))
        if " " not in second or len(first.split()) == 1:
            return (f"{second} {first}",)
    names = [part.strip() for part in _BETWEEN_NAMES.split(shown)]
    return tuple(name for name in names if name)


def without_affiliations(text: str) -> str:
    """The text without what stands in round brackets."""
    kept: list[str] = []
    at = 0
    while (start := text.find("(", at)) >= 0 and (end := text.find(")", start)) >= 0:
        kept.append(text[at:start])
        at = end + 1
    return "".join((*kept, text[at:]))


def _turned(name: str) -> str:
    last, _, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip()


def last_first(name: str) -> str:
    """ "Jean de la Tour" as "de la Tour, Jean"; a single word stays."""
    words = name.split()
    if len(words) < 2:
        return name
    cut = len(words) - 1
    while cut > 1 and words[cut - 1][:1].islower():
        cut -= 1
    return f"{' '.join(words[cut:])}, {' '.join(words[:cut])}"


STYLES = ("comma", "comma-and", "bibtex", "et-al", "first-et-al", "semicolon")


def style_of(texts: Sequence[str]) -> str:
    """The style in which most of these texts list authors: one of STYLES."""
    votes = dict.fromkeys(STYLES, 0)
    for text in texts:
        votes[_style(text)] += 1
    return max(votes, key=lambda style: votes[style]) if texts else "comma"


def _style(text: str) -> str:
    parts = re.split(r"(?<!\s)\s++and\s++", text)
    if re.search(r"\bet\.?\s*al\b", text, re.IGNORECASE):
        style = "first-et-al" if text.count(",") <= 1 else "et-al"
    elif len(parts) > 1 and all(part.count(",") == 1 for part in parts if part != "others"):
        style = "bibtex"
    elif ";" in text:
        style = "semicolon"
    else:
        style = "comma-and" if len(parts) > 1 else "comma"
    return style


def write_people(authors: Sequence[str], style: str) -> str:
    """Authors ("First Last" each) in one of STYLES."""
    if style == "bibtex":
        return " and ".join(last_first(name) for name in authors)
    if style == "first-et-al":
        return "".join(authors[:1]) + (" et al." if len(authors) > 1 else "")
    if style == "et-al" and len(authors) > 3:
        return ", ".join(authors[:3]) + ", et al."
    if style == "comma-and" and len(authors) > 1:
        return ", ".join(authors[:-1]) + " and " + authors[-1]
    return ("; " if style == "semicolon" else ", ").join(authors)
