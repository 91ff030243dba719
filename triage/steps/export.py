"""Export: papers of the collection as a bibliography, a record each, under keys that never change."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from triage.collection import Store
from triage.drafting.entry import BY_NAME, changed
from triage.errors import StoreError
from triage.models import ExportFormat, Facts, ImportedRecord, Paper, Record, SectionPath, show_path
from triage.writing import bibtex, csl, ris
from triage.writing.files import work_of
from triage.writing.records import BibRecord, display_name, give_key, record_of


def export(store: Store, records: Sequence[Record], form: ExportFormat, *, ascii_only: bool = False) -> str:
    """The papers of these records in this format, one record a paper, in the order given. `ascii_only` holds for bib
    and biblatex: accents are written as LaTeX commands. Papers that have no key get one, for good, as far as the store
    can be written."""
    facts = store.person_facts.of_all()
    known = store.bibliography.imported(record.paper.id for record in records)
    works = described(records, facts, known)
    keys = keys_of(store, works)
    # What a person has corrected since is written from what is known now; the rest stays word for word.
    imported = {one: record for one, record in known.items() if not _CORRECTED & facts.get(one, {}).keys()}
    if form in (ExportFormat.BIB, ExportFormat.BIBLATEX):
        entries = [
            _bib_entry(keys[paper_id], work, imported.get(paper_id), form == ExportFormat.BIBLATEX, ascii_only)
            for paper_id, work in works.items()
        ]
        return "\n".join(entries)
    if form == ExportFormat.RIS:
        return "".join(_ris_entry(keys[paper_id], work, imported.get(paper_id)) for paper_id, work in works.items())
    if form == ExportFormat.CSL:
        return csl.write_csl([_csl_item(keys[one], work, imported.get(one)) for one, work in works.items()])
    rows = [_row(keys[record.paper.id], works[record.paper.id], record) for record in records]
    if form == ExportFormat.JSON:
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    return _csv(rows) if form == ExportFormat.CSV else _markdown(rows)


_CORRECTED = frozenset(("title", "authors", "venue", "year", "doi"))
"""What a person may say of a paper that its record says, too."""


def described(
    records: Sequence[Record], facts: Mapping[str, Mapping[str, str]], imported: Mapping[str, ImportedRecord]
) -> dict[str, BibRecord]:
    """What a bibliography says of each of these papers: by what a person said (`facts`, by paper id), by the record
    that a file brought, else by what the list, the draft and the feed say, in this order."""
    return {
        record.paper.id: _imported_work(imported[record.paper.id], record, facts.get(record.paper.id, {}))
        if record.paper.id in imported
        else _work(record, facts.get(record.paper.id, {}))
        for record in records
    }


def appeared_since(store: Store, records: Sequence[Record], day: date) -> list[Record]:
    """The papers that appeared on that day or later, as far as is known: a year counts as its last day."""
    imported = store.bibliography.imported(record.paper.id for record in records)
    works = described(records, store.person_facts.of_all(), imported)
    return [
        record
        for record in records
        if (record.paper.published or date(works[record.paper.id].year or 1, 12, 31)) >= day
    ]


def _imported_work(imported: ImportedRecord, record: Record, facts: Mapping[str, str]) -> BibRecord:
    work = work_of(imported)
    work = work if work.title else replace(work, title=record.paper.title)
    if not _CORRECTED & facts.keys():
        return work
    said = _work(record, facts)
    return replace(
        work,
        kind=said.kind if "venue" in facts else work.kind,
        title=said.title if "title" in facts else work.title,
        authors=said.authors if "authors" in facts else work.authors,
        container=said.container if "venue" in facts else work.container,
        year=said.year if "year" in facts else work.year,
        doi=said.doi if "doi" in facts else work.doi,
    )


def _work(record: Record, facts: Mapping[str, str]) -> BibRecord:
    venue, year = facts.get("venue"), facts.get("year")
    listed = next((entry for entry in record.entries if entry.venue), None)
    if venue is None and listed is not None:
        venue, year = listed.venue, year or str(listed.year or "")
    elif venue is None and record.draft is not None:
        venue, year = record.draft.facts.venue, year or str(record.draft.facts.year or "")
    if not year and record.entries:
        year = str(next((entry.year for entry in record.entries if entry.year), "") or "")
    paper = _said(record.paper, facts)
    return record_of(paper, venue or None, int(year) if year and year.isdigit() else None)


def _said(paper: Paper, facts: Mapping[str, str]) -> Paper:
    """The paper with what a person said of it."""
    known = Facts(paper.title, paper.authors, doi=paper.doi)
    for name in ("title", "authors", "doi"):
        if name in facts:
            known = changed(known, BY_NAME[name], facts[name])
    return replace(paper, title=known.title, authors=known.authors, doi=known.doi)


def keys_of(store: Store, works: Mapping[str, BibRecord]) -> dict[str, str]:
    """The key of each paper; one that has none gets one, for good. In a store that cannot be written, new keys hold for
    this time alone."""

    def make(paper_id: str, is_taken: Callable[[str], bool]) -> str:
        return give_key(works[paper_id], is_taken)

    try:
        with store.papers.together():
            keys = store.bibliography.with_new(works, make)
            store.bibliography.give(keys)
            return keys
    except StoreError:
        return store.bibliography.with_new(works, make)


def _bib_entry(key: str, work: BibRecord, imported: ImportedRecord | None, biblatex: bool, ascii_only: bool) -> str:
    if imported is not None and imported.format == "bib":
        return bibtex.rewrite_bib(key, imported, biblatex=biblatex, ascii_only=ascii_only)
    return bibtex.write_bib(key, work, biblatex=biblatex, ascii_only=ascii_only)


def _ris_entry(key: str, work: BibRecord, imported: ImportedRecord | None) -> str:
    if imported is not None and imported.format == "ris":
        return ris.rewrite_ris(key, imported)
    return ris.write_ris(key, work)


def _csl_item(key: str, work: BibRecord, imported: ImportedRecord | None) -> dict[str, Any]:
    if imported is not None and imported.format == "csl-json":
        return csl.rewrite_csl(key, imported)
    return csl.csl_item(key, work)


def _row(key: str, work: BibRecord, record: Record) -> dict[str, Any]:
    sections: list[SectionPath] = [entry.section for entry in record.entries]
    if not sections and record.section:
        sections = [record.section]
    return {
        "key": key,
        "id": record.paper.id,
        "type": work.kind,
        "title": work.title,
        "authors": [display_name(name) for name in work.authors],
        "year": work.year,
        "venue": work.container,
        "doi": work.any_doi,
        "arxiv": work.arxiv_id,
        "url": work.any_url,
        "stage": record.stage.value,
        "sections": [show_path(section) for section in dict.fromkeys(sections)],
        "abstract": work.abstract,
    }


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(rows[0]) if rows else ["key"]
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
    return out.getvalue()


def _cell(value: object) -> str:
    """A cell of a table. One that a spreadsheet would take for a formula gets an apostrophe, as it shows text."""
    text = "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    """A heading for each section, and a line for each paper under the first one that it stands in."""
    sections: dict[str, list[str]] = {}
    for row in rows:
        place = row["sections"][0] if row["sections"] else ""
        sections.setdefault(place, []).append(_line(row))
    parts = [
        "\n".join(([f"## {_plain_markdown(name)}", ""] if name else []) + lines) for name, lines in sections.items()
    ]
    return "\n\n".join(parts) + "\n" if parts else ""


def _line(row: Mapping[str, Any]) -> str:
    authors = ", ".join(row["authors"][:3]) + (" et al." if len(row["authors"]) > 3 else "")
    where = " ".join(str(part) for part in (row["venue"], row["year"]) if part)
    said = ". ".join(part for part in (_plain_markdown(authors).rstrip("."), _plain_markdown(where)) if part)
    title = _plain_markdown(row["title"])
    address = row["url"].replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C")
    linked = f"[{title}]({address})" if address.startswith(("http://", "https://")) else title
    return f"- {linked}{'. ' + said if said else ''}. `{row['key']}`"


_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]<>#|"})


def _plain_markdown(text: str) -> str:
    """The text as Markdown shows it, sign for sign."""
    return text.translate(_SIGNS)
