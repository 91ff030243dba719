"""How well a list's format is learned, written again, published into and drafted: `python -m benchmarks.formats DIR…`.

Prints one JSON object on stdout and a table on stderr. What is random (which entries are tried, in which parts they are
learned, the random lists) comes from one seed, which is printed; `--seed N` repeats a run. Comparing, and reading what
was written, is this folder's own code, not that which is measured.

Per list, besides counts:

rendered          share of entries that a template learned from other entries writes to the byte from their own fields
rendered_new      the same by the one template that a new paper in the entry's section gets
gold_entries      entries found, per entry that a person counted (where gold.json tells)
place_ordered     of entries taken out of today's file, the share whose place is asked for and found within one entry of
                  where they stood, in sections with a recognisable order (`placed_ordered` tried)
place_by_key      the same, where any place counts that this order allows
place_other       the same in all other sections (`placed_other` tried)
published         share of sections into which an invented paper is published with nothing else changed, and read again
                  as what it is
draft_similarity  mean normalised edit similarity of entries drafted from metadata alone to those written by hand
draft_similarity_recorded  the same over papers with a feed's record: an arXiv id and authors (draft_recorded of them)
draft_ceiling     draft_similarity, if the facts that metadata lacks (venue, code, …) were copied from the answer

Over random lists, whose entries are known (`--random N` of them): `read`, the share of entries found with section,
title and address; `published` as above, three papers a list.

With `--from-file` each learned format is written as `triage init` does, some of it to triage.toml and the rest to the
store, and read again from there: every figure must be the same.
"""

import argparse
import json
import re
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from secrets import randbelow
from statistics import fmean

from rapidfuzz.distance.Levenshtein import normalized_similarity as similarity

from benchmarks.folders import ListFolder, load_folder
from benchmarks.metadata import Draft, draft_facts, known_facts
from benchmarks.placing import heading_lines, measure_places
from benchmarks.published import Asked, letters, lines_of, problem
from benchmarks.random_lists import random_list, random_paper
from triage.config_file import Learned, Places, new_file
from triage.errors import ListError
from triage.house import format, place
from triage.house.format import House
from triage.house.format_table import from_json, house_from, name_templates, section_notes, settings_of
from triage.lists import document
from triage.lists.document import Document, Entry
from triage.models import Facts, SectionPath

Row = dict[str, float | int]

_FOLDS = 4
_LONG = ("abstract", "bibtex", "details", "summary")
_MOST_SECTIONS = 40


def measure(folder: ListFolder, random: Random, most: int, kept: Callable[[House], House]) -> Row:
    """Every figure for one list; `most` entries are taken out and placed. `kept` is what becomes of a learned format
    before it is used."""
    text = folder.readme or ""
    started = time.perf_counter()
    try:
        read = document.read(text)
    except ListError as error:
        print(f"{folder.name}: {error}", file=sys.stderr)
        return {"entries": 0, "rendered": 0.0, "rendered_new": 0.0, "gold_entries": 0.0, "published": 0.0}
    learned = kept(format.learn(read))
    row: Row = {"entries": len(read.entries), "sections": len(read.taxonomy), "templates": len(learned.templates)}
    row["adopt_seconds"] = time.perf_counter() - started
    counted = folder.counted.get("entry_count")
    if counted:
        row["gold_entries"] = len(read.entries) / counted
    row |= rendered(read, random, kept)
    places = measure_places(read, learned, random, most)
    row |= {"placed_ordered": places.ordered_of, "placed_other": places.other_of}
    if places.ordered_of:
        row["place_ordered"] = places.ordered / places.ordered_of
        row["place_by_key"] = places.by_key / places.ordered_of
    if places.other_of:
        row["place_other"] = places.other / places.other_of
    row |= published(read, learned, random, folder.name)
    row |= drafts(read, learned, folder)
    return row


def from_file(learned: House) -> House:
    """The format as a command reads it after `triage init` wrote it."""
    named = name_templates(learned, {})
    text = new_file(Places("README.md"), Learned("", settings_of(named), section_notes(named)))
    return house_from(tomllib.loads(text)["format"], from_json(named.to_json()))


def as_learned(learned: House) -> House:
    """The format as it is."""
    return learned


def rendered(read: Document, random: Random, kept: Callable[[House], House] = as_learned) -> Row:
    """Learns from three quarters of the entries, drawn at random, and has the others written from their fields; four
    times."""
    entries = list(read.entries)
    random.shuffle(entries)
    folds = min(_FOLDS, len(entries))
    lines = lines_of(read.text)
    by_any = by_new = 0
    for fold in range(folds if folds > 1 else 0):
        others = [entry for place, entry in enumerate(entries) if place % folds != fold]
        learned = kept(format.learn_from(sorted(others, key=lambda entry: entry.start), read.text))
        for entry in entries[fold::folds]:
            first = entry.line - 1
            stands = "".join(lines[first : first + entry.text.count("\n") + 1]).removesuffix("\n").removesuffix("\r")
            if not told_apart(entry):
                continue
            new = format.template_for(learned, entry.section)
            texts = {
                template.text: format.write_entry(learned, template, entry.fields, entry.section)
                for template in learned.templates
                if template.columns == entry.columns
            }
            by_any += any(_bytes(text) == _bytes(stands) for text in texts.values())
            by_new += new.text in texts and _bytes(texts[new.text]) == _bytes(stands)
    count = len(entries)
    told = fmean(len([value for value in entry.fields.values() if value]) for entry in entries)
    return {"rendered": by_any / count, "rendered_new": by_new / count, "fields_per_entry": told}


def told_apart(entry: Entry) -> bool:
    """Whether the fields are fields: two at least, none of which (but for abstracts and the like) holds several lines,
    or a link and more beside it. A field that swallows the entry would write it again, whatever the format."""
    values = {name: value for name, value in entry.fields.items() if value}
    for name, value in values.items():
        if name.rstrip("_0123456789") not in _LONG and (
            "\n" in value or "](" in value or re.search(r"https?://\S+\s+\S|\S\s+https?://", value)
        ):
            return False
    return len(values) > 1


def published(read: Document, learned: House, random: Random, name: str) -> Row:
    """Publishes an invented paper into each section by itself."""
    sections = list(read.taxonomy)
    if len(sections) > _MOST_SECTIONS:
        sections = random.sample(sections, _MOST_SECTIONS)
    good = 0
    for path in sections:
        _, what = publish(read, learned, path, random_paper(random))
        good += what is None
        if what:
            print(f"{name}: publishing into {' > '.join(path)}: {what}", file=sys.stderr)
    return {"published": good / len(sections)}


def publish(read: Document, learned: House, path: SectionPath, facts: Facts) -> tuple[str, str | None]:
    """The text with the paper published into it, and what went wrong."""
    entry = format.render(learned, facts, path)
    after = place.apply(read.text, place.place(read, learned, path, entry, facts))
    address = re.search(rf"https?://[^\s()<>\"']*{facts.arxiv_id}[^\s()<>\"']*", entry)
    shown = address.group() if address else ""
    if not shown and sum("http" in other.text for other in read.entries) > len(read.entries) / 2:
        return after, "the entry has no address, as others have"
    return after, problem(read.text, after, Asked(path, heading_lines(read, path), facts.title, shown))


def random_lists(seed: int, count: int, hard: float = 0.15) -> tuple[Row, list[str]]:
    """Reads `count` random lists and publishes three invented papers into each; the figures, and what went wrong
    where. `hard` is the share of words in titles that need escaping."""
    listed = found = tried = good = 0
    problems: list[str] = []
    for number in range(count):
        random = Random(f"{seed}:{number}")
        made = random_list(random, hard)
        read = document.scan(made.text)
        seen = {(entry.section, letters(entry.title), link) for entry in read.entries for link in entry.links}
        right = [(one.section, letters(one.title), one.url) in seen for one in made.entries]
        listed += len(right)
        found += sum(right) if len(read.entries) == len(right) else 0
        if not all(right) or len(read.entries) != len(right):
            problems.append(
                f"list {number} ({made.form}): {len(read.entries)} entries read, {sum(right)} of {len(right)} right"
            )
        for _ in range(3 if read.entries else 0):
            text, what = publish(
                read, format.learn(read), random.choice(sorted(made.headings)), random_paper(random, hard)
            )
            tried += 1
            good += what is None
            if what:
                problems.append(f"list {number} ({made.form}): {what}")
                break
            read = document.scan(text)
    return {"lists": count, "read": found / max(1, listed), "published": good / max(1, tried)}, problems


def drafts(read: Document, learned: House, folder: ListFolder) -> Row:
    """Entries drafted from metadata, against those written by hand."""
    made: list[Draft] = draft_facts(read, learned, folder)
    if not made:
        return {"draft_n": 0}
    pairs = [(format.render(learned, draft.facts, draft.section), draft.raw) for draft in made]
    best = [(format.render(learned, known_facts(draft), draft.section), draft.raw) for draft in made]
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
    place.apply(read.text, place.place(document.read(read.text), learned, read.taxonomy[0], entry))
    return time.perf_counter() - started


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def mean(rows: Sequence[Row]) -> Row:
    """The mean over the lists that have the figure."""
    counts = ("entries", "sections", "templates", "placed_ordered", "placed_other", "draft_n", "draft_recorded")
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in counts]
    return {name: round(fmean(row[name] for row in rows if name in row), 4) for name in names}


def show(lists: dict[str, Row]) -> None:
    """The table for people, on stderr."""
    columns = (
        "entries gold_entries sections templates fields_per_entry rendered rendered_new placed_ordered place_ordered "
        "place_by_key placed_other place_other published draft_n draft_similarity draft_recorded "
        "draft_similarity_recorded draft_exact draft_ceiling adopt_seconds publish_seconds"
    ).split()
    print(" " * 38 + " ".join(f"{_short(name):>10}" for name in columns), file=sys.stderr)
    for name, row in [*lists.items(), ("mean", mean(list(lists.values())))]:
        cells = (f"{row[c]:>10.3f}" if isinstance(row.get(c), float) else f"{row.get(c, ''):>10}" for c in columns)
        print(f"{name[:37]:<38}" + " ".join(cells), file=sys.stderr)


def _short(name: str) -> str:
    return name.replace("draft_similarity", "similar").replace("placed_", "n_").replace("place_", "pl_")[:10]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures the folders (or Markdown files) named on the command line."""
    parser = argparse.ArgumentParser(description="how well a list's format is learned and written")
    parser.add_argument("paths", nargs="*", type=Path, help="list folders or Markdown files")
    parser.add_argument("--seed", type=int, help="repeat the run that printed this seed (default: a new one)")
    parser.add_argument("--entries", type=int, default=60, metavar="N", help="entries to take out and place, a list")
    parser.add_argument("--random", type=int, default=300, metavar="N", help="random lists to try")
    parser.add_argument("--from-file", action="store_true", help="use formats as read from triage.toml and the store")
    parser.add_argument("--show", type=int, metavar="N", help="print random list number N and stop")
    options = parser.parse_args(arguments)
    seed = randbelow(2**32) if options.seed is None else options.seed
    if options.show is not None:
        print(random_list(Random(f"{seed}:{options.show}")).text, end="")
        return
    print(f"seed {seed}", file=sys.stderr)
    lists: dict[str, Row] = {}
    for path in options.paths:
        folder = load_folder(path)
        if folder.readme is None:
            continue
        name = folder.name if folder.name not in lists else f"{path.parent.name}/{folder.name}"
        kept = from_file if options.from_file else as_learned
        row = measure(replace(folder, name=name), Random(f"{seed}:{name}"), options.entries, kept)
        lists[name] = {key: round(value, 4) for key, value in row.items()}
    if lists:
        show(lists)
    made, problems = random_lists(seed, options.random)
    print("\n".join(problems[:20]), file=sys.stderr)
    print(f"random lists (seed {seed}): {made}", file=sys.stderr)
    report = {"seed": seed, "lists": lists, "mean": mean(list(lists.values())), "random": made}
    print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
