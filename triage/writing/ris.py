"""RIS, the format of reference managers: records written, and files of others read (by rispy)."""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

from triage.identity import arxiv_id, doi
from triage.models import ImportedRecord
from triage.writing.records import (
    ARTICLE,
    BOOK,
    CHAPTER,
    CONFERENCE,
    OTHER,
    OTHERS,
    PREPRINT,
    REPORT,
    THESIS,
    BibRecord,
    Name,
    ReadFile,
    read_name,
)

_TYPES = {
    ARTICLE: "JOUR", CONFERENCE: "CONF", PREPRINT: "UNPB", BOOK: "BOOK", CHAPTER: "CHAP", THESIS: "THES",
    REPORT: "RPRT", OTHER: "GEN",
}  # fmt: skip
_KINDS = {name: kind for kind, name in _TYPES.items()} | {"CPAPER": CONFERENCE, "JFULL": ARTICLE, "EJOU": ARTICLE}
_ORDER = "ID AU A1 A2 ED TI T1 T2 JO JF BT PY Y1 DA VL IS SP EP PB DO UR AN KW AB N2".split()
_RANK = {tag: rank for rank, tag in enumerate(_ORDER)}


def write_ris(key: str, record: BibRecord) -> str:
    """The record as one RIS entry, from its TY to its ER line and an empty line."""
    first, dash, last = record.pages.replace("–", "-").partition("-")
    fields = [
        ("ID", key),
        *(("AU", _name(name)) for name in record.authors if name != OTHERS),
        *(("A2", _name(name)) for name in record.editors if name != OTHERS),
        ("TI", record.title),
        ("T2", record.container),
        ("PY", str(record.year or "")),
        (
            "DA",
            "/".join(f"{part:02}" for part in (record.year, record.month, record.day) if part) if record.month else "",
        ),
        ("VL", record.volume),
        ("IS", record.number),
        ("SP", first.strip()),
        ("EP", last.lstrip("-").strip() if dash else ""),
        ("PB", record.publisher),
        ("DO", record.any_doi),
        ("UR", record.any_url),
        ("AN", f"arXiv:{record.arxiv_id}" if record.arxiv_id else ""),
        *(("KW", word) for word in record.keywords),
        ("AB", record.abstract),
    ]
    return _entry(_TYPES[record.kind], [(tag, " ".join(text.split())) for tag, text in fields if text.strip()])


def rewrite_ris(key: str, imported: ImportedRecord) -> str:
    """An imported RIS entry again, under its key."""
    others = [(tag, text) for tag, text in imported.fields if tag != "ID"]
    return _entry(imported.kind, sorted([("ID", key), *others], key=lambda field: _RANK.get(field[0], len(_ORDER))))


def _entry(kind: str, fields: Iterable[tuple[str, str]]) -> str:
    return "".join([f"TY  - {kind}\n", *(f"{tag}  - {text}\n" for tag, text in fields), "ER  - \n\n"])


def _day(record: BibRecord) -> str:
    parts = (record.year, record.month, record.day)
    return "/".join(f"{part:02}" for part in parts if part) if record.month else ""


def _name(name: Name) -> str:
    if name.literal:
        return name.literal
    family = " ".join(part for part in (name.particle, name.family) if part)
    return ", ".join(part for part in (family, name.given, name.suffix) if part)


def read_ris(text: str) -> ReadFile:
    """The entries of a RIS file, in order. An entry that never ends, and what stands before the first one, is said with
    its line."""
    from rispy import RisParser
    from rispy.parser import ParseError

    lines = text.removeprefix("\ufeff").splitlines()
    starts = [number for number, line in enumerate(lines, 1) if _TAG.match(line) and line.startswith("TY")]
    records, problems = [], []
    for start, end in itertools.pairwise((*starts, len(lines) + 1)):
        piece = _as_rispy_wants(lines[start - 1 : end - 1])
        tags = {match.group(1): match.group(1) for line in piece if (match := _TAG.match(line))}
        parser = RisParser(mapping=tags, list_tags=[tag for tag in tags if tag != "TY"], delimiter_tags_mapping={})
        try:
            entries = parser.parse_lines(iter(piece))
        except (ParseError, KeyError, StopIteration) as error:
            entries, reason = [], str(error)
        else:
            reason = "it has no ER line"
        if entries:
            records.append(_imported(entries[0], start))
        else:
            problems.append(f"line {start}: the entry cannot be read: {reason}")
    if not starts and text.strip():
        problems.append("line 1: no entry begins with a TY line: this is not a RIS file")
    return ReadFile(tuple(records), tuple(problems))


def _imported(entry: Mapping[str, object], line: int) -> ImportedRecord:
    fields = [
        (tag, " ".join(str(text).split()))
        for tag, texts in entry.items()
        if isinstance(texts, list) and tag not in ("ID", "ER")
        for text in texts
    ]
    ids = entry.get("ID")
    key = " ".join(str(ids[0]).split()) if isinstance(ids, list) and ids else ""
    return ImportedRecord("ris", str(entry.get("TY", "GEN")).strip(), key, tuple(fields), line)


_TAG = re.compile(r"([A-Z][A-Z0-9]) {0,2}-(?: |$)")


def _as_rispy_wants(lines: Sequence[str]) -> list[str]:
    """The lines of an entry with two blanks between tag and hyphen and one behind it, which not every program writes,
    and each value on one line."""
    found: list[str] = []
    for line in lines:
        if _TAG.match(line):
            found.append(_TAG.sub(r"\1  - ", line.rstrip(), count=1))
        elif line.strip() and found:
            found[-1] += " " + line.strip()
    return found


def record_from_ris(imported: ImportedRecord) -> BibRecord:
    """What an imported entry says."""
    found: dict[str, list[str]] = {}
    for tag, text in imported.fields:
        found.setdefault(tag, []).append(text)

    def first(*tags: str) -> str:
        return next((found[tag][0] for tag in tags if found.get(tag)), "")

    year = re.search(r"\d{4}", first("PY", "Y1", "DA"))
    day = re.match(r"\d{4}/(\d{1,2})(?:/(\d{1,2}))?", first("DA", "Y1", "PY"))
    number = next(
        filter(None, (arxiv_id(text) for text in (first("AN"), first("UR", "L1"), first("DO"), first("M1")))), ""
    )
    kind = _KINDS.get(imported.kind, OTHER)
    if number and kind in (OTHER, ARTICLE) and not first("T2", "JO", "JF", "JA", "BT"):
        kind = PREPRINT
    pages = "-".join(part for part in (first("SP"), first("EP")) if part)
    return BibRecord(
        kind=kind,
        title=first("TI", "T1", "CT", "BT"),
        authors=tuple(map(read_name, [*found.get("AU", ()), *found.get("A1", ())])),
        editors=tuple(map(read_name, [*found.get("A2", ()), *found.get("ED", ())])),
        container=first("T2", "JO", "JF", "JA", "BT") if kind != PREPRINT else "",
        year=int(year.group()) if year else None,
        month=int(day.group(1)) if day and 1 <= int(day.group(1)) <= 12 else None,
        day=int(day.group(2)) if day and day.group(2) else None,
        volume=first("VL"),
        number=first("IS"),
        pages=pages,
        publisher=first("PB"),
        doi=doi(first("DO")) or "",
        arxiv_id=number,
        url=first("UR"),
        abstract=first("AB", "N2"),
        keywords=tuple(found.get("KW", ())),
    )
