"""The bibliography of real lists: what is exported comes back unchanged, every record of a file keeps its meaning.

`python -m benchmarks.bibliography FOLDER… [--entries bib.jsonl.gz] [--tex]` prints one JSON object. A folder holds a
list's README.md and what is known of its papers (papers.jsonl).

round_trip       for each list and format the collection is exported, imported into an empty store and exported again:
                 the share of the checks that hold: the same bytes, and as many records as the collection has papers
compiled, biber  with --tex: of the lists, those for which BibTeX and LuaLaTeX make a document that cites every key
                 without an error, and for which biber says nothing but that authors or years are not known
fields_kept      with --entries, a file of BibTeX entries with their fields, one JSON object a line: the share of fields
                 that have the same meaning after import and export, read by code of its own
export_seconds, import_seconds  for 6,000 invented records
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.folders import load_folder, to_paper
from triage.collection import Store
from triage.collection.papers import LIST, PERSON
from triage.lists.document import scan
from triage.lists.lookup import Lookup
from triage.models import ExportFormat, Paper, Record
from triage.steps.export import export
from triage.steps.import_records import import_records, read_file

FORMATS = {ExportFormat.BIB: ".bib", ExportFormat.RIS: ".ris", ExportFormat.CSL: ".json"}
MANY = 6000


def collection(folder: Path, store: Store) -> None:
    """A store with the entries of a list and what is known of its papers."""
    one = load_folder(folder)
    store.look(Lookup(scan(one.readme or "").entries).read_entries(), {}, "")
    with store.papers.together():
        for row in one.papers:
            paper = to_paper(row)
            twin = store.papers.twin(paper)
            store.papers.save(replace(paper, id=twin.id) if twin else paper, LIST if twin else PERSON)


def again(text: str, form: ExportFormat, folder: Path) -> str:
    """The export of an empty store into which this text was imported."""
    path = folder / f"export{FORMATS[form]}"
    path.write_text(text, encoding="utf-8")
    with tempfile.TemporaryDirectory() as empty, Store(Path(empty)) as store:
        import_records(store, None, read_file(path))
        return export(store, store.records(), form)


def compiled(text: str, folder: Path) -> tuple[bool, list[str]]:
    """Whether LaTeX makes a document that cites every key, and what biber has to say but for facts nobody knows."""
    (folder / "refs.bib").write_text(text, encoding="utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE)
    cited = "\n".join(f"\\cite{{{key}}}" for key in keys)
    (folder / "a.tex").write_text(
        f"\\documentclass{{article}}\\usepackage{{url}}\\begin{{document}}{cited}\n"
        "\\bibliographystyle{plain}\\bibliography{refs}\\end{document}\n"
    )
    latex = ("lualatex", "-interaction=nonstopmode", "a")
    for command in (latex, ("bibtex", "a"), latex, latex):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    items = re.findall(r"\\bibitem\{(.*?)\}", (folder / "a.bbl").read_text(encoding="utf-8", errors="replace"))
    good = done.returncode == 0 and sorted(items) == sorted(keys) and "undefined citations" not in done.stdout
    biber = ("biber", "--tool", "--validate-datamodel", "refs.bib")
    said = subprocess.run(biber, cwd=folder, capture_output=True, text=True, errors="replace", check=False).stdout
    warnings = re.findall(r"^(?:WARN|ERROR) - (.*)$", said, re.MULTILINE)
    unknown = re.compile(r"Missing mandatory field '(?:author|title)'|Missing mandatory field - one of '")
    return good, [warning for warning in warnings if not unknown.search(warning)]


def counted(text: str, form: ExportFormat) -> int:
    """How many records a text holds, by the simplest sign of one."""
    if form == ExportFormat.BIB:
        return len(re.findall(r"^@", text, re.MULTILINE))
    return len(re.findall(r"^TY  - ", text, re.MULTILINE)) if form == ExportFormat.RIS else len(json.loads(text))


def round_trips(folder: Path, tex: bool) -> dict[str, bool]:
    """For each format, whether the list's bibliography comes back the same, and has a record a paper; with `tex`,
    whether LaTeX and biber take it."""
    found = {}
    with tempfile.TemporaryDirectory() as place, Store(Path(place) / "store") as store:
        collection(folder, store)
        records: list[Record] = store.records()
        for form in FORMATS:
            text = export(store, records, form)
            found[f"{form.value} same"] = again(text, form, Path(place)) == text
            found[f"{form.value} count"] = counted(text, form) == len(records)
        if tex and records:
            good, warnings = compiled(export(store, records, ExportFormat.BIB), Path(place))
            found |= {"compiled": good, "biber": not warnings}
            print(folder.name, *warnings[:3], sep="\n  ", file=sys.stderr)
    return found


_ACCENTS = {"'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "c": "\u0327", "v": "\u030c"}


def meaning(text: str) -> str:
    """A value of a BibTeX field without what says nothing: accents composed, braces, blanks, the TeX of signs gone."""
    text = re.sub(
        r"\\(['`^\"~]|[cv](?![a-z]))\s*\{?\\?([A-Za-z])\}?",
        lambda found: found.group(2) + _ACCENTS[found.group(1)],
        text,
    )
    text = re.sub(r"\\([%&_#$])", r"\1", text)
    return re.sub(r"[\s{}]+", "", unicodedata.normalize("NFC", text)).casefold()


def fields_of(text: str) -> dict[str, dict[str, str]]:
    """Every entry of an exported .bib file, which has a field a line, by its key."""
    found: dict[str, dict[str, str]] = {}
    for entry in re.split(r"^@", text, flags=re.MULTILINE)[1:]:
        key = entry.partition("{")[2].partition(",")[0]
        fields = re.findall(r"^  ([\w-]+) = (.*?),?$", entry, re.MULTILINE)
        found[key] = {name.lower(): value for name, value in fields}
    return found


def fields_kept(path: Path) -> tuple[int, int]:
    """Of how many fields of the true entries in this file as many have the same meaning after import and export. Of two
    entries of one paper the first is looked at."""
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    rows = [row for row in rows if row["label"] == "VALID"]
    kept = asked = 0
    with tempfile.TemporaryDirectory() as place, Store(Path(place) / "store") as store:
        file = Path(place) / "true.bib"
        file.write_text("\n\n".join(row["bibtex"] for row in rows), encoding="utf-8")
        report = import_records(store, None, read_file(file))
        found = fields_of(export(store, store.records(), ExportFormat.BIB))
        assert len(found) + report.repeated == len(rows), (len(found), report)
        for row in rows:
            if row["id"] in found:
                same = [
                    meaning(str(value)) == meaning(found[row["id"]].get(name.lower(), ""))
                    for name, value in row["fields"].items()
                ]
                kept, asked = kept + sum(same), asked + len(same)
    return kept, asked


def seconds() -> tuple[float, float]:
    """The seconds that export and import of many invented records take."""
    with tempfile.TemporaryDirectory() as place, Store(Path(place) / "store") as store:
        with store.papers.together():
            for number in range(MANY):
                name = f"{chr(65 + number % 26)}nna Frog{number % 700}"
                paper = Paper(
                    f"24{number % 12 + 1:02}.{number:05}", f"Counting {number} frogs at dusk", "It counts. " * 40
                )
                store.papers.save(replace(paper, authors=(name, "Bo van der Newt")), PERSON)
        records = store.records()
        begin = time.perf_counter()
        text = export(store, records, ExportFormat.BIB)
        exported = time.perf_counter() - begin
        file = Path(place) / "many.bib"
        file.write_text(text, encoding="utf-8")
        with Store(Path(place) / "other") as other:
            begin = time.perf_counter()
            report = import_records(other, None, read_file(file))
            assert len(report.added) == MANY, report
            return exported, time.perf_counter() - begin


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--entries", type=Path)
    parser.add_argument("--tex", action="store_true")
    chosen = parser.parse_args(arguments)
    trips = {folder.name: round_trips(folder, chosen.tex) for folder in chosen.folders}
    failed = [(name, what) for name, found in trips.items() for what, good in found.items() if not good]
    result: dict[str, object] = {"lists": len(trips), "failed": failed}
    for name, words in (("round_trip", ("same", "count")), ("compiled", ("compiled",)), ("biber", ("biber",))):
        checks = [good for found in trips.values() for what, good in found.items() if what.endswith(words)]
        result |= {name: round(sum(checks) / len(checks), 3)} if checks else {}
    if chosen.entries:
        kept, asked = fields_kept(chosen.entries)
        result |= {"fields_kept": round(kept / asked, 4), "fields": asked}
    exported, imported = seconds()
    result |= {"export_seconds": round(exported, 2), "import_seconds": round(imported, 2)}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
