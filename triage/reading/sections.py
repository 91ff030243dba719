"""Section headings by what they say: their number and the names that every paper uses."""

import re

_NUMBER = re.compile(
    r"^(?:(?:appendix|section|chapter|appendice|annex)\s+)?"
    r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}(?=[.)\s])|[A-Z](?:\.\d{1,2}){0,3}(?=[.):\s]))[.):]*\s+(?=\S)",
    re.IGNORECASE,
)
_WORDED = re.compile(r"^(?:appendix|section|chapter|annex)\b", re.I)
_KNOWN = re.compile(
    r"^(?:abstract|introduction|background|related works?|preliminaries|methods?|methodology|experiments?|results?|"
    r"discussions?|conclusions?|concluding remarks|limitations?|acknowledge?ments?|references|bibliography|"
    r"literature cited|appendix|appendices|supplementa(?:ry|l) (?:materials?|information)|supplement|"
    r"ethic(?:s|al)(?: statement| considerations?)?|broader impacts?(?: statement)?|impact statement|"
    r"reproducibility(?: statement)?|data availability(?: statement)?|code availability|funding|"
    r"author contributions?|(?:conflicts?|declaration) of (?:competing )?interests?|competing interests|future work|"
    r"(?:discussions?|conclusions?|results?|limitations?) and (?:discussions?|conclusions?|future works?|limitations?)|"
    r"materials and methods|experiments and results|neurips paper checklist|impact statements?)$",
    re.I,
)
_REFERENCES = re.compile(r"^(?:references?(?: and notes)?|bibliography|literature cited|works cited)$", re.I)
_CAPITAL = re.compile(r"(?<![A-Z])([B-HJ-Z]) ([A-Z]{2,})")
_ARTICLE = re.compile(r"(?<![A-Z])([AI]) ([A-Z]{2,})")
_SPACED = re.compile(r"^(?:[A-Z] ){3,}[A-Z]$")


def number_of(line: str) -> str:
    """The section number that a line begins with ("2.1", "IV", "A.3"), or ""."""
    line = line.strip()
    found = _NUMBER.match(line)
    if not found or not _is_number(found["number"], line) or _KNOWN.match(_closed(line)):
        return ""
    return found["number"]


def bare_title(line: str) -> str:
    """A heading without its number: "2.1. Memory Banks" → "Memory Banks"; letters set apart are put together."""
    line = line.strip()
    found = _NUMBER.match(line) if number_of(line) else None
    line = _closed(line[found.end() :].strip() if found else line)
    return line.rstrip(":").strip() if len(line) > 1 else line


def _closed(line: str) -> str:
    """Letters set apart ("A B S T R A C T") and capitals set apart from small ones ("R ELATED W ORK") put together."""
    if _SPACED.match(line):
        return line.replace(" ", "").capitalize()
    if not line.isupper():
        return line
    closed = _CAPITAL.sub(r"\1\2", line)
    wholly = _ARTICLE.sub(r"\1\2", closed)
    return wholly if closed != line or _KNOWN.match(wholly) else closed


def is_known(line: str) -> bool:
    """Whether this is a heading that papers of every field use, numbered or not."""
    return bool(_KNOWN.match(bare_title(line).rstrip(".:— -")))


def is_references(line: str) -> bool:
    """Whether a heading opens the list of references."""
    return bool(_REFERENCES.match(bare_title(line).rstrip(".:")))


def is_abstract(line: str) -> bool:
    """Whether a heading opens the abstract."""
    return bare_title(line).rstrip(".:—- ").casefold() == "abstract"


def _is_number(number: str, line: str) -> bool:
    """A lone letter or roman numeral counts only as a capital and set off: "A Proofs", "I." yes, "A method" no."""
    if number[0].isdigit():
        return True
    if not number[0].isupper():
        return bool(_WORDED.match(line))
    after = line[line.find(number) + len(number) :]
    if len(number) == 1 and after[:1].isspace() and not _WORDED.match(line):
        following = after.strip()
        return number not in "AI" or line.isupper() or (following[:1].isupper() and not following.split()[0].isupper())
    return True
