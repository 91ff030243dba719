"""The records of a bibliography against ours: which are found wrong, and which rightly not.

`python -m benchmarks.verify_bib DIR [--part even|odd]` prints one JSON object. DIR holds bib_hallmark.jsonl.gz, rows
with a record as BibTeX (`bibtex`), whether it is right (`label`), and the true record of its work (`twin`).

The store holds the twins of all rows. Each record is read by our reader, looked up among all of them, and compared.

detection      of the false records whose work we have, the share that is not let pass (wrong, another paper, not
               confirmed); `unknown to us` does not count
false_alarms   of the right records whose work we have, the share that is
certain        the same two figures without "not confirmed", which asks a person to look
by_type        detection by kind of error
called         how often each verdict was given, by kind of error
of_all         both figures over all rows, also those whose work we do not have, where `unknown to us` counts as found
rewritten      the share that is not let pass of the true records, written as other bibliographies write them, by what
               was changed; the rewriting is this file's own
twin_found     of the rows with a twin, the share for which the work that was found is that of the twin
seconds        for all records
"""

import argparse
import gzip
import html
import json
import time
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from triage.models import ImportedRecord
from triage.verifying.records import OurWorks, Verdict, check_record
from triage.writing.bibtex import read_bib, record_from_bib
from triage.writing.records import OTHERS, BibRecord, Name, display_name, read_name

CERTAIN = {Verdict.WRONG, Verdict.ANOTHER}
FLAGGED = CERTAIN | {Verdict.UNCONFIRMED}
FILE = "bib_hallmark.jsonl.gz"


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of the file, [] where there is none."""
    path = folder / FILE
    if not path.is_file():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def true_record(twin: Mapping[str, str]) -> BibRecord:
    """A twin as a record of ours."""
    fields = tuple((name, text) for name, text in twin.items() if name not in ("key", "type"))
    return record_from_bib(ImportedRecord("bib", twin["type"], twin["key"], fields))


def store(rows: Iterable[Mapping[str, Any]]) -> dict[str, BibRecord]:
    """The true records of all rows, each once, under names that tell nothing of the rows."""
    twins = {json.dumps(row["twin"], sort_keys=True): row["twin"] for row in rows if row["twin"]}
    return {text: true_record(twin) for text, twin in sorted(twins.items())}


def bibliography(folder: Path, part: str = "") -> dict[str, Any]:
    """The figures on the file in this folder; `part` ("even" or "odd") takes the rows whose id has such a CRC-32."""
    everything = read_rows(folder)
    if not everything:
        return {}
    rows = [row for row in everything if not part or zlib.crc32(row["id"].encode()) % 2 == (part == "odd")]
    works = OurWorks(store(everything))
    started = time.perf_counter()
    results = []
    for row in rows:
        read = read_bib(row["bibtex"])
        verdict = check_record(record_from_bib(read.records[0]), works, date.today(), cut_off=bool(read.problems))
        results.append((row, verdict))
    seconds = time.perf_counter() - started
    called: dict[str, Counter[str]] = defaultdict(Counter)
    for row, verdict in results:
        called[row["error_type"] or "valid"][verdict.verdict.value] += 1
    with_twin = [(row, found.verdict) for row, found in results if row["twin"]]
    kinds = sorted({row["error_type"] for row, _ in with_twin if row["error_type"]})
    found = [json.dumps(row["twin"], sort_keys=True) == verdict.ours for row, verdict in results if row["twin"]]
    return {
        **rates(with_twin, FLAGGED),
        "certain": rates(with_twin, CERTAIN),
        "by_type": {
            kind: rates([one for one in with_twin if one[0]["error_type"] == kind], FLAGGED)["detection"]
            for kind in kinds
        },
        "of_all": rates([(row, one.verdict) for row, one in results], FLAGGED | {Verdict.UNKNOWN}),
        "rewritten": rewritten(works),
        "called": {kind: dict(counts.most_common()) for kind, counts in sorted(called.items())},
        "twin_found": round(sum(found) / len(found), 3),
        "rows": len(rows),
        "seconds": round(seconds, 1),
    }


def rewritten(works: OurWorks) -> dict[str, float]:
    """Of the true records, each written in other ways that are as right, the share that is flagged, by way."""
    found = {}
    for name, rewrite in REWRITES.items():
        changed = [(key, record, rewrite(record)) for key, record in works.records.items()]
        flagged = [
            check_record(other, works, date.today()).verdict in FLAGGED | {Verdict.UNKNOWN}
            for _, record, other in changed
            if other != record
        ]
        found[name] = round(sum(flagged) / max(len(flagged), 1), 3)
    return found


def _initials(name: Name) -> Name:
    return replace(name, given=" ".join(f"{word[0]}." for word in name.given.split()))


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _names(record: BibRecord, change: Callable[[Name], Name]) -> BibRecord:
    return replace(record, authors=tuple(change(name) for name in record.authors))


_FULL_NAMES = {
    "CVPR": "Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition",
    "NeurIPS": "Advances in Neural Information Processing Systems 34",
    "ICML": "Proc. of the 39th International Conference on Machine Learning (ICML)",
    "ICLR": "International Conference on Learning Representations",
    "AAAI": "Proceedings of the AAAI Conference on Artificial Intelligence, vol. 36",
}

REWRITES: dict[str, Callable[[BibRecord], BibRecord]] = {
    "initials": lambda record: _names(record, _initials),
    "no_accents": lambda record: _names(
        record, lambda name: Name(_without_accents(name.family), _without_accents(name.given), name.particle)
    ),
    "no_middle_names": lambda record: _names(record, lambda name: replace(name, given=name.given.split(" ")[0])),
    "homonym_numbers": lambda record: _names(record, lambda name: read_name(f"{display_name(name)} 0001")),
    "family_first": lambda record: _names(record, lambda name: Name(name.given, name.family, name.particle)),
    "and_others": lambda record: (
        replace(record, authors=(*record.authors[:1], OTHERS)) if len(record.authors) > 1 else record
    ),
    "as_arxiv": lambda record: replace(record, kind="article", container="arXiv preprint", doi=""),
    "preprint_year": lambda record: replace(
        record, kind="article", container="CoRR", doi="", year=(record.year or 2000) - (record.kind != "preprint")
    ),
    "full_venue": lambda record: replace(record, container=_FULL_NAMES.get(record.container, record.container)),
    "venue_and_year": lambda record: (
        replace(record, container=f"{record.container} {record.year}") if record.container else record
    ),
    "lower_case": lambda record: replace(record, title=record.title.capitalize()),
    "title_case": lambda record: replace(record, title=record.title.title()),
    "no_subtitle": lambda record: replace(record, title=record.title.split(": ")[0]),
    "no_marks": lambda record: replace(record, title=record.title.replace(":", "").replace("-", " ")),
    "entities": lambda record: replace(record, title=html.escape(record.title)),
    "no_ids": lambda record: replace(record, doi="", arxiv_id="", url=""),
    "other_case_of_doi": lambda record: replace(record, doi=record.doi.upper()),
}
"""Ways in which other bibliographies write the same work."""


def rates(results: list[tuple[dict[str, Any], Verdict]], flagged: set[Verdict]) -> dict[str, float]:
    """Shares of the false and of the right records that are flagged."""
    false = [verdict in flagged for row, verdict in results if row["label"] == "HALLUCINATED"]
    right = [verdict in flagged for row, verdict in results if row["label"] == "VALID"]
    return {
        "detection": round(sum(false) / max(len(false), 1), 3),
        "false_alarms": round(sum(right) / max(len(right), 1), 3),
    }


def main() -> None:
    """Reads the arguments and prints the figures."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--part", choices=("even", "odd"), default="")
    chosen = arguments.parse_args()
    print(json.dumps(bibliography(chosen.folder, chosen.part), indent=1))


if __name__ == "__main__":
    main()
