"""Files of records, by the format that their names tell."""

from triage.errors import TriageError
from triage.models import ImportedRecord
from triage.writing import bibtex, csl, ris
from triage.writing.records import BibRecord, ReadFile

_READERS = {".bib": bibtex.read_bib, ".ris": ris.read_ris, ".json": csl.read_csl}
_WORKS = {"bib": bibtex.record_from_bib, "ris": ris.record_from_ris, "csl-json": csl.record_from_csl}

SUFFIXES = tuple(_READERS)
"""How names of files of records end."""


def read_records(name: str, text: str) -> ReadFile:
    """The records of a file of this name: BibTeX or biblatex, RIS, or CSL-JSON. Raises TriageError."""
    for suffix, read in _READERS.items():
        if name.lower().endswith(suffix):
            return read(text)
    raise TriageError(f"{name}: files of records end in {', '.join(SUFFIXES)}")


def work_of(imported: ImportedRecord) -> BibRecord:
    """What an imported record says."""
    return _WORKS[imported.format](imported)
