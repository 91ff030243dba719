"""One item of a bibliography read as authors, title, year, arXiv id and DOI, in the styles that papers use."""

import re

from triage.identity import arxiv_id, doi
from triage.models import Reference

_LONGEST = 2000
_MARKER = re.compile(r"^(?:\[[^\]]{1,40}\]|\(?\d{1,3}[.)])\s*")
_ARXIV = re.compile(
    r"(?:arxiv\s*+(?:(?:preprint|e-prints?)\s*+)?(?:arxiv\s*+)?(?:[:,]\s*+)?|abs/|arxiv\.org/\w{1,20}/)"
    r"(\d{4}\.\s?\d{4,5}|[a-z-]{1,20}/\d{7})",
    re.I,
)
_QUOTED = re.compile(r"[“\"‘'](?P<title>[^”\"]{12,400}?)[,.?!]?[”\"](?!\w)")
_YEAR_AFTER = re.compile(
    r"^(?P<authors>.{3,}?)[.,]?(?:(?<!\s)\s++)?\((?P<year>(?:19|20)\d\d)[a-z]?(?:,[^)]{0,20})?\)[.:,]?\s*+(?P<rest>.+)$",
    re.DOTALL,
)
_YEAR_SENTENCE = re.compile(r"^(?P<authors>.{3,}?)\.\s++(?P<year>(?:19|20)\d\d)[a-z]?\.\s++(?P<rest>.+)$", re.DOTALL)
_COLON = re.compile(r"^(?P<authors>(?:[^:.]|\.(?=[,:\s-])){3,300}?):\s+(?P<rest>.+)$")
_YEAR = re.compile(r"(?<![\d.:/-])((?:19|20)\d\d)[a-z]?(?![\d/]|-\d)")
_SENTENCE = re.compile(
    r"(?<=[^\sA-Z.][a-z0-9)?!”\"])[.?!]\s+(?=[A-Z0-9“\"(])|(?<=[a-z]{2})\.\s+|(?<=\b[A-Z]{2})\.\s+|[?!]\s+"
)
_AUTHORS_END = re.compile(r"(?<=[^\W\d_][^\W\d_])\.\s+(?=\S)|(?<=et al)\.\s+")
_AND = re.compile(r"(?:,\s++|(?<!\s)\s++)(?:and|&)\s++|(?:(?<!\s)\s++)?;\s*+|,\s*+&\s*+")
_INITIALS = re.compile(r"^(?:[A-Z]\.?[\s-]*){1,4}$")
_CUT_INITIAL = re.compile(r"(?<![^\W_])[A-Z]$")


def parse(item: str) -> Reference:
    """The item as printed, with whatever could be told apart; what is not sure is left out."""
    text = _MARKER.sub("", item[:_LONGEST]).strip()
    found = _ARXIV.search(text)
    identifier = arxiv_id(found[1].replace(" ", "")) if found else None
    authors, rest = _split(text)
    title = _title(text, rest) if authors else None
    return Reference(
        text=text,
        title=title,
        authors=_people(authors),
        year=_year(text, title),
        arxiv_id=identifier,
        doi=doi(text),
    )


def _split(text: str) -> tuple[str, str]:
    """Authors and what follows them."""
    for pattern in (_YEAR_AFTER, _YEAR_SENTENCE):
        found = pattern.match(text)
        if found and len(found["authors"]) < 600 and _are_people(found["authors"]):
            return found["authors"], found["rest"]
    quoted = _QUOTED.search(text)
    if quoted and quoted.start() > 3:
        return text[: quoted.start()].rstrip(" ,."), text[quoted.start() :]
    colon = _COLON.match(text)
    if colon and _are_people(colon["authors"]):
        return colon["authors"], colon["rest"]
    for end in _AUTHORS_END.finditer(text):
        return text[: end.start()], text[end.end() :]
    return "", text


def _are_people(text: str) -> bool:
    """Whether this reads like names: short pieces between commas, most words with a capital."""
    pieces = [piece for piece in re.split(r",|\band\b|&|;", text) if piece.strip()]
    names = [word for piece in pieces for word in piece.split()]
    capital = sum(word[:1].isupper() for word in names)
    return bool(names) and capital >= 0.6 * len(names) and len(names) / len(pieces) <= 5


def _title(text: str, rest: str) -> str | None:
    quoted = _QUOTED.search(text)
    if quoted:
        return quoted["title"].strip()
    end = _SENTENCE.search(rest)
    title = rest[: end.start() + (rest[end.start()] in "?!")] if end else rest.rstrip(".")
    title = title.strip(' .,“”"')
    return title if 8 <= len(title) <= 300 and " " in title else None


def _year(text: str, title: str | None) -> int | None:
    """The last year outside the title."""
    outside = text.replace(title, " ") if title else text
    years = _YEAR.findall(outside)
    return int(years[-1]) if years else None


def _people(text: str) -> tuple[str, ...]:
    """Names as printed; "Doe, J." stays one name."""
    text = re.sub(r"(?:,\s*+|(?<!\s)\s++)?(?:et al\.?|others)$", "", text.strip().rstrip(",.: "))
    text += "." if _CUT_INITIAL.search(text) else ""
    names: list[str] = []
    for part in _AND.split(text):
        for piece in (piece.strip() for piece in part.split(",")):
            if names and _INITIALS.match(piece) and "," not in names[-1] and not _INITIALS.match(names[-1]):
                names[-1] = f"{names[-1]}, {piece}"
            elif piece and len(piece) < 60:
                names.append(piece)
    return tuple(names)
