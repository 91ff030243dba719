"""BibTeX and biblatex: records written, and files of others read.

What is written has one form: a field a line, in a fixed order. Values of an imported record stay as their file had
them, TeX included; where the dialect differs, fields and types are renamed.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from triage.drafting.tex import read_tex
from triage.identity import arxiv_id, doi
from triage.models import ImportedRecord
from triage.writing.records import (
    ARTICLE,
    BOOK,
    CHAPTER,
    CONFERENCE,
    OTHER,
    PREPRINT,
    REPORT,
    THESIS,
    BibRecord,
    Name,
    ReadFile,
    read_name,
)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_SPECIAL = {
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
}  # fmt: skip
_SIGNS = re.compile(r"[\\{}~^$&%#_]")
_PIECES = re.compile(r"\w(?:[^\s\-–—/()\[\]]*\w)?|[\\{}~^$&%#_]")


def write_bib(key: str, record: BibRecord, *, biblatex: bool = False, ascii_only: bool = False) -> str:
    """The record as one entry of a .bib file, with its line ending."""
    fields = _biblatex_fields(record) if biblatex else _bibtex_fields(record)
    return _entry(_entry_type(record, biblatex), key, fields, ascii_only)


def rewrite_bib(key: str, imported: ImportedRecord, *, biblatex: bool = False, ascii_only: bool = False) -> str:
    """An imported record of a .bib file as one entry again: its fields as they were, under the names of the dialect."""
    kind, fields = imported.kind, dict(imported.fields)
    lower = {name.lower(): text for name, text in imported.fields}
    if biblatex:
        kind, fields = _to_biblatex(kind, lower)
    elif not lower.keys().isdisjoint(("journaltitle", "eprinttype", "date", "location")):
        kind, fields = _to_bibtex(kind, lower)
    return _entry(kind, key, fields, ascii_only)


def _entry(kind: str, key: str, fields: Mapping[str, str], ascii_only: bool) -> str:
    lines = [f"  {name} = {_value(name, text, ascii_only)}" for name, text in fields.items()]
    return f"@{kind}{{{key},\n" + ",\n".join(lines) + "\n}\n" if lines else f"@{kind}{{{key}\n}}\n"


def _value(name: str, text: str, ascii_only: bool) -> str:
    if name.lower() == "month" and text.lower() in MONTHS:
        return text
    return "{" + (in_ascii(text) if ascii_only else text) + "}"


_TYPES = {ARTICLE: "article", CONFERENCE: "inproceedings", PREPRINT: "misc", BOOK: "book", CHAPTER: "incollection",
          THESIS: "phdthesis", REPORT: "techreport", OTHER: "misc"}  # fmt: skip


def _entry_type(record: BibRecord, biblatex: bool) -> str:
    if biblatex and record.kind in (PREPRINT, THESIS, REPORT):
        return {PREPRINT: "online", THESIS: "thesis", REPORT: "report"}[record.kind]
    return _TYPES[record.kind]


def _bibtex_fields(record: BibRecord) -> dict[str, str]:
    container = {ARTICLE: "journal", CONFERENCE: "booktitle", CHAPTER: "booktitle"}.get(record.kind, "howpublished")
    publisher = {THESIS: "school", REPORT: "institution"}.get(record.kind, "publisher")
    month = MONTHS[record.month - 1] if record.month else ""
    found = {
        **_people_and_title(record),
        container: escape(record.container),
        "year": str(record.year or ""),
        "month": month,
        **_numbers(record, "number"),
        publisher: escape(record.publisher),
        "doi": _verbatim(record.any_doi),
        "url": _verbatim(record.any_url),
    }
    if record.arxiv_id:
        found |= {"eprint": record.arxiv_id, "archivePrefix": "arXiv", "primaryClass": escape(record.arxiv_class)}
    return {name: text for name, text in found.items() if text}


def _biblatex_fields(record: BibRecord) -> dict[str, str]:
    container = {ARTICLE: "journaltitle", CONFERENCE: "booktitle", CHAPTER: "booktitle"}.get(
        record.kind, "howpublished"
    )
    publisher = "institution" if record.kind in (THESIS, REPORT) else "publisher"
    found = {
        **_people_and_title(record),
        container: escape(record.container),
        "date": _date(record),
        **_numbers(record, "number"),
        publisher: escape(record.publisher),
        "doi": _verbatim(record.any_doi),
        "url": _verbatim(record.any_url),
    }
    if record.arxiv_id:
        found |= {"eprint": record.arxiv_id, "eprinttype": "arxiv", "eprintclass": escape(record.arxiv_class)}
    return {name: text for name, text in found.items() if text}


def _people_and_title(record: BibRecord) -> dict[str, str]:
    return {
        "author": " and ".join(map(write_name, record.authors)),
        "editor": " and ".join(map(write_name, record.editors)),
        "title": protect(record.title),
    }


def _numbers(record: BibRecord, number: str) -> dict[str, str]:
    pages = re.sub(r"(?<=\w)\s*[-–—]+\s*(?=\w)", "--", record.pages)
    return {"volume": escape(record.volume), number: escape(record.number), "pages": escape(pages)}


def _date(record: BibRecord) -> str:
    if record.year is None:
        return ""
    parts = [f"{record.year:04}"]
    if record.month:
        parts.append(f"{record.month:02}")
        if record.day:
            parts.append(f"{record.day:02}")
    return "-".join(parts)


def write_name(name: Name) -> str:
    """The name as BibTeX reads it back: "van der Berg, Jr., Jan", "{The ATLAS Collaboration}", "others"."""
    if name.literal:
        return "others" if name.literal == "others" else "{" + escape(name.literal) + "}"
    parts = [" ".join(_unmistakable(part) for part in (name.particle, name.family) if part)]
    parts += [_unmistakable(part) for part in (name.suffix, name.given) if part]
    return ", ".join(parts)


def _unmistakable(part: str) -> str:
    """A part of a name, in braces if it holds what BibTeX reads as the end of a part or of a name."""
    text = escape(part)
    return "{" + text + "}" if "," in text or re.search(r"\band\b", text) else text


def escape(text: str) -> str:
    """Plain text as TeX: what means something to TeX is written so that a reader sees the sign itself."""
    return _SIGNS.sub(lambda sign: _SPECIAL[sign.group()], text)


def protect(title: str) -> str:
    """A title as TeX, in which words with inner capitals and acronyms stand in braces, so that no style lowers them."""

    def piece(match: "re.Match[str]") -> str:
        word = escape(match.group())
        return "{" + word + "}" if any(char.isupper() for char in match.group()[1:]) else word

    return _PIECES.sub(piece, title)


def _verbatim(text: str) -> str:
    """A DOI or an address: not TeX, but without blanks and unpaired braces, which no .bib file can hold."""
    return re.sub(r"[\s{}\\]", lambda sign: "".join(f"%{byte:02X}" for byte in sign.group().encode()), text)


@cache
def _encoder() -> Callable[[str], str]:
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    encode: Callable[[str], str] = UnicodeToLatexEncoder(
        non_ascii_only=True,
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    ).unicode_to_latex
    return encode


def in_ascii(text: str) -> str:
    """TeX in ASCII: accents and signs as LaTeX commands; a character that LaTeX has no command for (Chinese) stays."""
    return text if text.isascii() else _encoder()(unicodedata.normalize("NFC", text).translate(_LONG_UMLAUTS))


_LONG_UMLAUTS = str.maketrans({"ű": r"{\H{u}}", "Ű": r"{\H{U}}"})
"""pylatexenc writes these two with another accent."""


_BLANKS = re.compile(r"\s+")
_NAME = re.compile(r"[^\s#{}\",=]+")


def read_bib(text: str) -> ReadFile:
    """The entries of a .bib file, in order. What cannot be read stops nothing and is said with its line."""
    from bibtexparser import model, splitter

    logging.getLogger("bibtexparser").setLevel(logging.ERROR)
    library = splitter.Splitter(text).split()
    strings = {month: month for month in MONTHS}
    for string in library.strings:
        strings[string.key.lower()] = _joined(string.value, strings)
    records, problems = [], []
    for block in library.blocks:
        entry = getattr(block, "ignore_error_block", block)
        line = (block.start_line or 0) + 1
        if isinstance(entry, model.Entry):
            fields = tuple((field.key, _joined(field.value, strings)) for field in entry.fields)
            records.append(ImportedRecord("bib", entry.entry_type.lower(), entry.key.strip(), fields, line))
        elif isinstance(block, model.ParsingFailedBlock):
            start = " ".join((block.raw or "").split())[:60]
            fields = _by_lines(block.raw or "")
            found = _HEAD.match(block.raw or "")
            if found and fields:
                records.append(ImportedRecord("bib", found.group(1).lower(), found.group(2), fields, line))
                problems.append(f"line {line}: {start}… has braces without a partner; they were left out")
            else:
                problems.append(f"line {line}: {start}… cannot be read as a BibTeX entry; check its braces and commas")
    return ReadFile(tuple(records), tuple(problems))


_HEAD = re.compile(r"\s*@(\w+)\s*\{\s*([^\s,{}]*)\s*,")
_FIELD_NAME = re.compile(r"[\w-]+")


def _by_lines(raw: str) -> tuple[tuple[str, str], ...]:
    """The fields of an entry whose braces do not match, if it has a field on each line."""
    found = []
    for line in raw.splitlines():
        name, equals, value = (part.strip() for part in line.partition("="))
        value = value.removesuffix(",").rstrip()
        if equals and _FIELD_NAME.fullmatch(name) and value[:1] in ("{", '"'):
            found.append((name, _balanced(value[1:].removesuffix("}" if value[0] == "{" else '"'))))
    return tuple(found)


def _balanced(text: str) -> str:
    """The text without the braces that have no partner."""
    opened: list[int] = []
    alone = set()
    for at, char in enumerate(text):
        if char == "{":
            opened.append(at)
        elif char == "}" and opened:
            opened.pop()
        elif char == "}":
            alone.add(at)
    alone.update(opened)
    return "".join(char for at, char in enumerate(text) if at not in alone)


def _joined(raw: object, strings: Mapping[str, str]) -> str:
    """A field's value without its delimiters: `{a}`, `"a"`, `jan`, or several joined by `#`."""
    text, at, parts = str(raw).strip(), 0, []
    while at < len(text):
        if text[at] in '{"':
            end = _closing(text, at)
            parts.append(text[at + 1 : end])
            at = end + 1
        elif found := _NAME.match(text, at):
            parts.append(strings.get(found.group().lower(), found.group()))
            at = found.end()
        else:
            at += 1
    return _BLANKS.sub(" ", "".join(parts)).strip()


def _closing(text: str, start: int) -> int:
    """Where the value that begins at `start` with a brace or a quotation mark ends."""
    depth = 0
    for at in range(start, len(text)):
        char = text[at]
        depth += (char == "{") - (char == "}")
        if depth == 0 and at > start and (char == "}" if text[start] == "{" else char == '"'):
            return at
    return len(text)


_FIELDS_TO_BIBLATEX = {
    "journal": "journaltitle", "archiveprefix": "eprinttype", "primaryclass": "eprintclass", "address": "location",
    "school": "institution",
}  # fmt: skip
_FIELDS_TO_BIBTEX = {"journaltitle": "journal", "eprinttype": "archivePrefix", "eprintclass": "primaryClass",
                     "location": "address"}  # fmt: skip
_TYPES_TO_BIBLATEX = {
    "techreport": "report",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "conference": "inproceedings",
}
_TYPES_TO_BIBTEX = {"report": "techreport", "thesis": "phdthesis", "online": "misc", "electronic": "misc",
                    "dataset": "misc", "software": "misc"}  # fmt: skip


def _to_biblatex(kind: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    found = {_FIELDS_TO_BIBLATEX.get(name, name): text for name, text in fields.items()}
    if "date" not in found and re.fullmatch(r"\d{4}", year := found.get("year", "")):
        month = month_number(found.get("month", ""))
        date = f"{year}-{month:02}" if month else year
        found = {
            ("date" if name == "year" else name): (date if name == "year" else text) for name, text in found.items()
        }
        if month:
            del found["month"]
    if kind in ("phdthesis", "mastersthesis") and "type" not in found:
        found["type"] = kind
    if found.get("eprinttype", "").lower() == "arxiv":
        found["eprinttype"] = "arxiv"
    return _TYPES_TO_BIBLATEX.get(kind, kind), found


def _to_bibtex(kind: str, fields: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    found = {_FIELDS_TO_BIBTEX.get(name, name): text for name, text in fields.items()}
    if "year" not in found and (parts := re.match(r"(\d{4})(?:-(\d\d))?", found.pop("date", ""))):
        found["year"] = parts.group(1)
        if parts.group(2):
            found["month"] = MONTHS[int(parts.group(2)) - 1] if 1 <= int(parts.group(2)) <= 12 else parts.group(2)
    if found.get("archivePrefix", "").lower() == "arxiv":
        found["archivePrefix"] = "arXiv"
    return _TYPES_TO_BIBTEX.get(kind, kind), found


def month_number(text: str) -> int | None:
    """The month that a text names: "jan", "January", "1", "10~mar"; None if none."""
    if found := re.fullmatch(r"0?([1-9]|1[0-2])", text.strip()):
        return int(found.group(1))
    words: Iterable[str] = re.findall(r"[a-z]{3,}", text.lower())
    return next((MONTHS.index(word[:3]) + 1 for word in words if word[:3] in MONTHS), None)


_KINDS = {
    "article": ARTICLE, "inproceedings": CONFERENCE, "conference": CONFERENCE, "incollection": CHAPTER,
    "inbook": CHAPTER, "book": BOOK, "proceedings": BOOK, "phdthesis": THESIS, "mastersthesis": THESIS,
    "thesis": THESIS, "techreport": REPORT, "report": REPORT,
}  # fmt: skip
_ARXIV_IN_TEXT = re.compile(r"arxiv|^corr$", re.IGNORECASE)
_ANY_ID = re.compile(r"\b\d{4}\.\d{4,5}\b|\b[a-z][a-z.-]*/\d{7}\b")


def record_from_bib(imported: ImportedRecord) -> BibRecord:
    """What an imported entry says, as plain text."""
    raw = {name.lower(): text for name, text in imported.fields}
    plain = {name: " ".join(read_tex(text).split()) for name, text in raw.items()}
    number = _arxiv_of(raw, plain)
    date = re.match(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", plain.get("date", ""))
    year = re.search(r"\d{4}", plain.get("year", ""))
    month = int(date.group(2)) if date and date.group(2) else month_number(plain.get("month", ""))
    kind = _KINDS.get(imported.kind, OTHER)
    container = plain.get("journal") or plain.get("journaltitle") or plain.get("booktitle") or ""
    if number and (kind == OTHER or _ARXIV_IN_TEXT.search(container) or (kind == ARTICLE and not container)):
        kind, container = PREPRINT, ""
    return BibRecord(
        kind=kind,
        title=plain.get("title", ""),
        authors=_people(raw.get("author", "")),
        editors=_people(raw.get("editor", "")),
        container=container or (plain.get("howpublished", "") if kind == OTHER else ""),
        year=int(year.group()) if year else int(date.group(1)) if date else None,
        month=month if month and 1 <= month <= 12 else None,
        day=int(date.group(3)) if date and date.group(3) else None,
        volume=plain.get("volume", ""),
        number=plain.get("number", "") or plain.get("issue", ""),
        pages=plain.get("pages", "").replace("–", "-"),
        publisher=plain.get("publisher") or plain.get("school") or plain.get("institution") or "",
        doi=doi(raw.get("doi", "").replace(r"\_", "_")) or "",
        arxiv_id=number,
        arxiv_class=raw.get("primaryclass", "") or raw.get("eprintclass", ""),
        url=raw.get("url", "").replace(r"\_", "_").replace(r"\%", "%").strip(),
        abstract=plain.get("abstract", ""),
        keywords=tuple(part.strip() for part in re.split("[,;]", plain.get("keywords", "")) if part.strip()),
    )


def _arxiv_of(raw: Mapping[str, str], plain: Mapping[str, str]) -> str:
    archive = (raw.get("archiveprefix") or raw.get("eprinttype") or "arxiv").lower()
    if archive == "arxiv" and (found := arxiv_id(raw.get("eprint", "").strip())):
        return found
    for name in ("doi", "url", "ee"):
        text = raw.get(name, "")
        text = f"https://doi.org/{text}" if name == "doi" and text.startswith("10.") else text
        if found := arxiv_id(text):
            return found
    for name in ("journal", "journaltitle", "note", "howpublished", "volume", "booktitle"):
        text = plain.get(name, "")
        if _ARXIV_IN_TEXT.search(text) and (match := _ANY_ID.search(text)):
            return arxiv_id(match.group()) or ""
    volume = re.fullmatch(r"abs/(\d{4}\.\d{4,5})", plain.get("volume", ""))
    return volume.group(1) if volume else ""


_BETWEEN = re.compile(r"(?<!\s)\s++and\s++", re.IGNORECASE)


def _people(text: str) -> tuple[Name, ...]:
    """The names of an author field; what stands in braces as a whole is a body of people, and is not taken apart."""
    found = []
    for part in _split_at_depth_0(text, _BETWEEN):
        if part.startswith("{") and _closing(part, 0) == len(part) - 1:
            found.append(Name(literal=read_tex(part[1:-1])))
        elif part:
            found.append(read_name(read_tex(part)))
    return tuple(found)


def _split_at_depth_0(text: str, between: "re.Pattern[str]") -> list[str]:
    parts, start, depth, at = [], 0, 0, 0
    while at < len(text):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0 and (found := between.match(text, at)):
            parts.append(text[start:at].strip())
            start = at = found.end()
            continue
        at += 1
    return [*parts, text[start:].strip()]
