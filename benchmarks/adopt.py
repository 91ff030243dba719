"""How well lists nobody has prepared are adopted: `python -m benchmarks.adopt DIR… [--only NAME…]`.

Prints one JSON object on stdout, `{mean, halves, lists}`, and every entry read wrong on stderr. Means are over lists
that have the figure. `halves` are the means of the even and of the odd lists by name: look at one half only while you
work.

Against gold.json, which a person read (only lists that have it):

span, title, url, venue, year, code   share of the gold entries whose field is read right; a field that the person was
                                      unsure of may be missing. Of an entry that is not found, nothing is right
counts        1 if the number of entries is within 5 % of the number that the person counted, else 0
not_papers    share of the texts that look like papers and are none, that were taken for papers

By `benchmarks.formats` and `benchmarks.placing`, which say what they mean: rendered, rendered_new, draft, draft_ceiling
and draft_ratio (draft / draft_ceiling), place. `seconds` is the time to read the list and learn its format.

`--reading` leaves out everything but the figures against gold.json; `--half even` or `--half odd` measures that half.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import fmean

from benchmarks import formats
from benchmarks.folders import ListFolder, load_folder
from benchmarks.folders import Row as Gold
from benchmarks.formats import Row
from benchmarks.placing import measure_places
from triage.errors import ListError
from triage.house import format
from triage.lists import document
from triage.lists.document import Document, Entry

FIELDS = ("span", "title", "url", "venue", "year", "code")
_CLOSE = 0.05
_MOST_PLACED = 30
_LINK = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)|<[^<>]+>|https?://\S+")
_YEAR = re.compile(r"(?:\b(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z.]* )?(?:19|20)\d\d|['’]\d\d\b")


def measure(folder: ListFolder, random: Random, writing: bool = True) -> Row:
    """Every figure of one list; without `writing` those against gold.json alone."""
    started = time.perf_counter()
    try:
        read = document.read(folder.readme or "")
    except ListError as error:
        print(f"{folder.name}: {error}", file=sys.stderr)
        return {**reading(document.scan(folder.readme or ""), folder), "rendered": 0.0, "rendered_new": 0.0}
    row = reading(read, folder)
    if not writing:
        return row
    learned = format.learn(read)
    row["seconds"] = time.perf_counter() - started
    written = formats.rendered(read, random)
    row |= {name: written[name] for name in ("rendered", "rendered_new")}
    places = measure_places(read, learned, random, _MOST_PLACED)
    if places.ordered_of:
        row["place"] = places.ordered / places.ordered_of
    drafted = formats.drafts(read, learned, folder)
    if drafted["draft_n"]:
        row |= {"draft": drafted["draft_similarity"], "draft_ceiling": drafted["draft_ceiling"]}
        row["draft_ratio"] = row["draft"] / row["draft_ceiling"]
    return row


def reading(read: Document, folder: ListFolder) -> Row:
    """The figures against what a person read; none if nobody did."""
    gold = folder.counted
    if not gold:
        return {}
    right: dict[str, int] = dict.fromkeys(FIELDS, 0)
    for wanted in gold["entries"]:
        wrong = misread(entry_at(read, wanted["line"]), wanted)
        for name in FIELDS:
            right[name] += name not in wrong
        for name, found in wrong.items():
            said = f"{wanted['line']}-{wanted['last_line']}" if name == "span" else wanted[name]
            print(f"{folder.name}:{wanted['line']}: {name}: {found!r}, not {said!r}", file=sys.stderr)
    row: Row = {name: count / len(gold["entries"]) for name, count in right.items()}
    count = gold["entry_count"]
    row |= {"entries": len(read.entries), "gold_entries": count}
    row["counts"] = float(abs(len(read.entries) - count) <= _CLOSE * count)
    if not row["counts"]:
        print(f"{folder.name}: {len(read.entries)} entries, not {count}", file=sys.stderr)
    if gold["not_papers"]:
        begun = [_words(_LINK.sub("]", entry.text.split("\n")[0])) for entry in read.entries]
        taken = [name for name in gold["not_papers"] if taken_for_paper(name, begun)]
        row["not_papers"] = len(taken) / len(gold["not_papers"])
        for name in taken:
            print(f"{folder.name}: taken for a paper: {name}", file=sys.stderr)
    return row


def entry_at(read: Document, line: int) -> Entry | None:
    """The entry that holds this line (from 1)."""
    for entry in read.entries:
        if entry.line <= line <= entry.line + entry.text.count("\n"):
            return entry
    return None


def misread(entry: Entry | None, gold: Gold) -> dict[str, str | None]:
    """Every field that is not read as the person read it, with what was read instead."""
    if entry is None:
        return dict.fromkeys(FIELDS, None)
    last = entry.line + entry.text.rstrip().count("\n")
    found: dict[str, str | None] = {
        "title": entry.title,
        "url": entry.fields.get("paper") or (entry.links[0] if entry.links else None),
        "venue": entry.venue,
        "year": str(entry.year) if entry.year else None,
        "code": entry.fields.get("code"),
    }
    track = entry.fields.get("track", "")
    wrong = {name: value for name, value in found.items() if not _same(name, value, gold, track)}
    if (entry.line, last) != (gold["line"], gold["last_line"]):
        wrong["span"] = f"{entry.line}-{last}"
    return wrong


def _same(name: str, found: str | None, gold: Mapping[str, str | list[str] | None], track: str) -> bool:
    wanted = gold[name]
    if name in (gold.get("unsure") or ()) and not (found and wanted):
        return True
    said = _bare(name, wanted if isinstance(wanted, str) else None)
    if name == "venue" and found and track:
        return said in (_bare(name, found), _bare(name, f"{found} {track}"))
    return _bare(name, found) == said


def _bare(name: str, value: str | None) -> str:
    """What a field is compared by: an address without protocol and last slash, a venue without its month and year,
    words without marks."""
    text = value or ""
    if name in ("url", "code"):
        return re.sub(r"^https?://(?:www\.)?", "", text.strip()).rstrip("/")
    if name == "year":
        year = re.search(r"(?:19|20)\d\d", text)
        return year.group() if year else text
    return "".join(_words(_YEAR.sub(" ", text) if name == "venue" else text))


def taken_for_paper(name: str, begun: Sequence[Sequence[str]]) -> bool:
    """Whether an entry begins with exactly these words."""
    words = _words(_LINK.sub("]", name)) or _words(name)
    return any(list(other[: len(words)]) == words for other in begun)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def mean(rows: Sequence[Row]) -> Row:
    """The mean over the lists that have the figure; `rendered_least` is the worst list's."""
    names = [*FIELDS, "counts", "not_papers", "rendered", "rendered_new", "draft", "draft_ceiling", "draft_ratio"]
    names += ["place", "seconds"]
    found = {name: [row[name] for row in rows if name in row] for name in names}
    means: Row = {name: round(fmean(values), 4) for name, values in found.items() if values}
    if found["rendered"]:
        means["rendered_least"] = round(min(found["rendered"]), 4)
    return means


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the list folders (or Markdown files) named on the command line."""
    parser = argparse.ArgumentParser(description="how well lists nobody has prepared are adopted")
    parser.add_argument("paths", nargs="+", type=Path, metavar="DIR", help="list folders or Markdown files")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="the lists to measure (default: all)")
    parser.add_argument("--half", choices=("even", "odd"), help="measure every other list by name")
    parser.add_argument("--reading", action="store_true", help="only the figures against gold.json")
    parser.add_argument("--seed", type=int, default=7, help="which entries are tried (default: 7)")
    options = parser.parse_args(arguments)
    folders = [folder for folder in map(load_folder, options.paths) if folder.readme is not None]
    halves: dict[str, list[Row]] = {"even": [], "odd": []}
    lists: dict[str, Row] = {}
    for number, folder in enumerate(sorted(folders, key=lambda folder: folder.name)):
        half = ("even", "odd")[number % 2]
        if (options.only and folder.name not in options.only) or options.half not in (None, half):
            continue
        row = measure(folder, Random(f"{options.seed}:{folder.name}"), not options.reading)
        lists[folder.name] = {name: round(value, 4) for name, value in row.items()}
        halves[half].append(row)
    report = {"mean": mean(list(lists.values())), "halves": {name: mean(rows) for name, rows in halves.items()}}
    print(json.dumps(report | {"lists": lists}, ensure_ascii=False))


if __name__ == "__main__":
    main()
