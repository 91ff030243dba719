"""Claims on tables of numbers: how many true ones are called wrong, and how many false ones are found out.

`python -m benchmarks.verify_tables DIR` reads DIR/tables.jsonl, rows {caption, columns[], rows[[]], claim, label
(supports | refutes | nei)}, if it is there. If not, it makes 100 true and 100 false claims from the tables of the PDFs
in DIR/../pdfs (`benchmarks.table_claims`).
"""

import argparse
import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.table_claims import Claim, made_from
from triage.models import Table
from triage.reading.reader import open_reader
from triage.verifying.tables.claims import check_table_claim
from triage.verifying.verdict import Support

SECONDS, MEGABYTES = 120, 2048
"""Limits of reading one PDF."""


def tables(folder: Path) -> dict[str, object]:
    """The figures of one folder; {} if it has neither claims nor PDFs beside it."""
    claims = claims_of(folder)
    return measure(claims) if claims else {}


def claims_of(folder: Path) -> list[Claim]:
    """The claims that a folder has, else such as are made from the PDFs beside it."""
    for given in (folder / "tables.jsonl", folder / "tables.jsonl.gz"):
        if given.exists():
            return list(_given(given))
    pdfs = folder.parent / "pdfs"
    return made_from(list(_tables_of(pdfs))) if pdfs.is_dir() else []


def measure(claims: Iterable[Claim]) -> dict[str, object]:
    """`false_alarms`: the share of true claims called unsupported. `caught`: the share of false ones called so.
    `cannot_tell`: how many of each are left open; `nei`: what becomes of claims that the table says nothing about."""
    verdicts: dict[str, Counter[Support]] = defaultdict(Counter)
    for claim in claims:
        verdicts[claim.label][check_table_claim(claim.text, claim.table).support] += 1
    shares = {
        label: {one: count / max(sum(found.values()), 1) for one, count in found.items()}
        for label, found in verdicts.items()
    }

    def share(label: str, support: Support) -> float | None:
        return round(shares[label].get(support, 0.0), 4) if label in shares else None

    result: dict[str, object] = {
        "false_alarms": share("supports", Support.UNSUPPORTED),
        "caught": share("refutes", Support.UNSUPPORTED),
        "cannot_tell": {label: share(label, Support.CANNOT_TELL) for label in ("supports", "refutes")},
        "claims": {label: sum(found.values()) for label, found in sorted(verdicts.items())},
    }
    if "nei" in verdicts:
        result["nei"] = {str(one): round(part, 4) for one, part in sorted(shares["nei"].items())}
    return result


def _given(path: Path) -> Iterator[Claim]:
    whole = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for line in whole.decode("utf-8").split("\n"):
        if not line.strip():
            continue
        row = json.loads(line)
        cells = tuple(tuple(str(cell) for cell in cells) for cells in row["rows"])
        table = Table(str(row.get("caption") or ""), 0, tuple(str(one) for one in row["columns"]), cells)
        yield Claim(table, str(row["claim"]), str(row["label"]))


def _tables_of(folder: Path) -> Iterator[Table]:
    reader = open_reader(SECONDS, MEGABYTES)
    try:
        for path in sorted(folder.glob("*.pdf")):
            yield from reader.read(path, path.stem, 1).tables
    finally:
        reader.close()


def main() -> None:
    """The figures of the folder named on the command line; with --show, claims judged wrongly go to stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    claims = claims_of(options.folder)
    for claim in claims if options.show else ():
        verdict = check_table_claim(claim.text, claim.table)
        if (claim.label == "supports") is (verdict.support is Support.UNSUPPORTED):
            print(f"{claim.label}, judged {verdict.support}: {claim.text} {verdict.reasons}", file=sys.stderr)
    print(json.dumps(measure(claims) if claims else {}))


if __name__ == "__main__":
    main()
