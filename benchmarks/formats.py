"""How well a list's format is learned, written again, inserted and drafted: `python -m benchmarks.formats DIR…`.

Prints one JSON object on stdout and a table on stderr. Per list, besides counts:

rerendered        share of entries written byte for byte from their fields by templates learned on the other half
rerendered_plain  the same without any choice among the list's own variants (which marker, which blank, …)
exact_spans       1.0 if the document's pieces joined are the file
insert_clean      share of entries that, taken out and put back in their place, restore the file byte for byte, and
                  whose fresh insertion leaves every old byte as it was and every old entry readable
insert_place      share that the list's inferred order puts back at the old place (see `_old_place`)
insert_place_now  the same measured against the whole section as it stands today, later additions included
draft_similarity  mean normalised edit similarity of entries drafted from metadata alone to those written by hand
draft_similarity_recorded  the same over papers with a feed's record: an arXiv id and authors (draft_recorded of them)
draft_ceiling     draft_similarity, if the facts that metadata lacks (venue, code, …) were copied from the answer
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean

from rapidfuzz.distance.Levenshtein import normalized_similarity as similarity

from benchmarks.folders import ListFolder, load_folder
from benchmarks.metadata import Draft, draft_facts, known_facts
from triage.lists import document, house, insert, order, proof
from triage.lists.document import Document, Entry
from triage.lists.house import House

Row = dict[str, float | int]
Around = Callable[[], Sequence[Sequence[Entry]]]


def measure(folder: ListFolder) -> Row:
    """Every figure for one list."""
    text = folder.readme or ""
    started = time.perf_counter()
    read = document.read(text)
    learned = house.learn(read)
    adopted = time.perf_counter() - started
    proved = proof.prove(read)
    row: Row = {
        "entries": proved.entries,
        "sections": proved.sections,
        "templates": proved.templates,
        "fields_per_entry": proved.fields_per_entry,
        "rerendered": proved.rerendered,
        "rerendered_plain": proved.by_default,
        "exact_spans": float("".join(read.pieces) == text),
        "insert_clean": insert_clean(read, learned),
        "adopt_seconds": adopted,
    }
    row |= insert_place(read, learned)
    row |= drafts(read, learned, folder)
    return row


def insert_clean(read: Document, learned: House) -> float:
    """See the module's text."""
    good = 0
    for entry in read.entries:
        taken, put_back = insert.take_out(read, entry)
        good += insert.apply(taken, [put_back]) == read.text and _leaves_the_rest(read, learned, entry)
    return good / len(read.entries)


def _leaves_the_rest(read: Document, learned: House, entry: Entry) -> bool:
    edits = insert.place(read, learned, entry.section, entry.text)
    at, lines = edits[0].start, edits[0].replacement
    return (
        all(edit.start == edit.end or edit.replacement.isdigit() for edit in edits)
        and (at == 0 or read.text[at - 1] == "\n" or lines.startswith(("\n", "\r\n")))
        and (lines.endswith("\n") or at == len(read.text))
        and not any(other.start < at < other.end for other in read.entries)
    )


def insert_place(read: Document, learned: House) -> Row:
    """Takes out every entry and asks where the list's order would put it."""
    then = now = 0
    for path, entries in read.by_section.items():
        others = [section for other, section in read.by_section.items() if other != path]
        around: Around = partial(list, others)
        for index, entry in enumerate(entries):
            rest = [*entries[:index], *entries[index + 1 :]]
            first, end = order.group_of(read.text, rest, entry) if rest else (0, 0)
            group = rest[first:end]
            now += not rest or first + order.position(group, entry, order.order_of(group, around)) == index
            mates = [*group[: max(0, index - first)], entry, *group[max(0, index - first) :]]
            inside = first <= index <= end
            then += inside and _old_place(mates, index - first, around)
    count = len(read.entries)
    return {"insert_place": then / count, "insert_place_now": now / count}


def _old_place(entries: Sequence[Entry], index: int, around: Around) -> bool:
    """Whether the entry comes back to its place.

    Equal keys (one year, one date) stand in the order in which they were added, and so do all entries of a section
    that follows no key: there, those that were added after the entry are taken away too, as they were not there yet.
    """
    entry = entries[index]
    rest = [*entries[:index], *entries[index + 1 :]]
    found = order.order_of(rest, around)
    if not rest:
        return True
    if found.key:
        key = order.KEYS[found.key]
        later = entries[:index] if found.descending else entries[index + 1 :]
        gone = {other.start for other in later if key(other) == key(entry)}
    else:
        gone = {other.start for other in (entries[:index] if found.descending else entries[index + 1 :])}
    kept = [other for other in rest if other.start not in gone]
    return order.position(kept, entry, found) == sum(other.start < entry.start for other in kept)


def drafts(read: Document, learned: House, folder: ListFolder) -> Row:
    """Entries drafted from metadata, against those written by hand."""
    made: list[Draft] = draft_facts(read, learned, folder)
    if not made:
        return {"draft_n": 0}
    pairs = [(house.render(learned, draft.facts, draft.section), draft.raw) for draft in made]
    best = [(house.render(learned, known_facts(draft), draft.section), draft.raw) for draft in made]
    recorded = [similarity(*pair) for pair, draft in zip(pairs, made, strict=True) if draft.recorded]
    return {
        "draft_n": len(pairs),
        "draft_similarity": fmean(similarity(mine, raw) for mine, raw in pairs),
        "draft_exact": fmean(float(mine == raw) for mine, raw in pairs),
        "draft_recorded": len(recorded),
        **({"draft_similarity_recorded": fmean(recorded)} if recorded else {}),
        "draft_ceiling": fmean(similarity(mine, raw) for mine, raw in best),
        "publish_seconds": _publish_seconds(read, learned, pairs[0][0]),
    }


def _publish_seconds(read: Document, learned: House, entry: str) -> float:
    started = time.perf_counter()
    insert.apply(read.text, insert.place(document.read(read.text), learned, read.taxonomy[0], entry))
    return time.perf_counter() - started


@dataclass(frozen=True)
class Report:
    """Per list and in the mean."""

    lists: dict[str, Row]

    def mean(self) -> Row:
        """The mean over the lists that have the figure."""
        names = dict.fromkeys(name for row in self.lists.values() for name in row)
        return {
            name: round(fmean(row[name] for row in self.lists.values() if name in row), 4)
            for name in names
            if name not in ("entries", "sections", "templates", "draft_n", "draft_recorded")
        }


def show(report: Report) -> None:
    """The table for people, on stderr."""
    columns = (
        "entries sections templates fields_per_entry rerendered rerendered_plain exact_spans insert_clean insert_place "
        "insert_place_now draft_n draft_similarity draft_recorded draft_similarity_recorded draft_exact draft_ceiling "
        "adopt_seconds publish_seconds"
    ).split()
    print(" " * 42 + " ".join(f"{_short(name):>10}" for name in columns), file=sys.stderr)
    for name, row in [*report.lists.items(), ("mean", report.mean())]:
        cells = (f"{row[c]:>10.3f}" if isinstance(row.get(c), float) else f"{row.get(c, ''):>10}" for c in columns)
        print(f"{name[:41]:<42}" + " ".join(cells), file=sys.stderr)


def _short(name: str) -> str:
    return name.replace("draft_similarity", "similar").replace("rerendered", "rerend")[:10]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the folders (or Markdown files) named on the command line."""
    parser = argparse.ArgumentParser(description="how well a list's format is learned and written")
    parser.add_argument("paths", nargs="+", type=Path, help="list folders or Markdown files")
    lists: dict[str, Row] = {}
    for path in parser.parse_args(arguments).paths:
        folder = load_folder(path)
        if folder.readme is None:
            continue
        name = folder.name if folder.name not in lists else f"{path.parent.name}/{folder.name}"
        lists[name] = {key: round(value, 4) for key, value in measure(replace(folder, name=name)).items()}
    report = Report(lists)
    show(report)
    print(json.dumps({"lists": report.lists, "mean": report.mean()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
