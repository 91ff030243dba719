"""Whether a missing section is noticed: `python -m benchmarks.judge_new_sections DIR… [--stream FILE…] [--cache DIR]`.

Each section with at least five entries is taken out of a list's evidence in turn, heading and entries, and the papers
that came later are judged without it, all of them taken as queued. Prints one JSON object on stdout, `{"lists": {NAME:
figures}, "all": figures}`:

- `sections`, `papers`, `others`: sections taken away that later papers belong in, how many these are (with no other
  section), and how many judgements of other papers they are compared with;
- `ranked`: how often a paper of the missing section has the higher `none_fits` of a pair (0.5 is chance);
- `none_fits`, `none_fits_others`: its means; `noticed`, `false_alarms`: the shares judged to fit nowhere;
- `sections_noticed`: the share of sections with a paper noticed; of these `named`: the share where words of such a
  paper's cluster name the section (a word of its own heading, in whatever ending);
- `companions`, `companions_right`: later papers named as companions, and the share of them of the missing section.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import rankdata

from benchmarks.folders import ListFolder, Row, load_folder, load_stream, to_paper
from benchmarks.judge import say
from benchmarks.judge_sections import known_list, split_in_time
from triage.collection import Store
from triage.judging.clusters import Candidate, find_clusters
from triage.judging.examples import Example
from triage.judging.features import tokens
from triage.judging.judge import Embed
from triage.judging.sections import fit_sections, plain_name
from triage.models import Choice, Cluster, Judgement, Paper, SectionPath
from triage.screens.progress import Silence
from triage.search.embedder import open_embedder
from triage.search.vectors import CachedVectors

LEAST = 5


@dataclass(frozen=True, slots=True)
class Task:
    """What was known of a list, its sections, and the papers that came later with their right sections."""

    known: Sequence[Example]
    sections: Sequence[SectionPath]
    later: Sequence[Paper]
    right: Sequence[frozenset[SectionPath]]


@dataclass(slots=True)
class Tally:
    """What was seen with sections taken away, one item a section; `pairs` are (ranked rightly, of)."""

    strange: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)
    noticed: list[bool] = field(default_factory=list)
    alarms: list[bool] = field(default_factory=list)
    pairs: list[tuple[float, int]] = field(default_factory=list)
    sections: list[bool] = field(default_factory=list)
    named: list[bool] = field(default_factory=list)
    companions: list[bool] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Takes in another tally."""
        for name in self.__slots__:
            getattr(self, name).extend(getattr(other, name))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judge_new_sections", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--stream", nargs="*", type=Path, default=[], metavar="FILE")
    parser.add_argument("--cache", type=Path, help="keeps the vectors here for the next run")
    options = parser.parse_args()
    watch = [to_paper(row).title_and_abstract for row in load_stream(options.stream)]
    every, lists = Tally(), {}
    with tempfile.TemporaryDirectory() as scratch, Store(options.cache or Path(scratch)) as store:
        vectors = CachedVectors(open_embedder(), store, Silence())
        for path in options.folders:
            folder, tally = load_folder(path), Tally()
            for task in tasks(folder):
                for gone in _missing(task):
                    tally.add(measure(task, gone, watch, vectors.embed))
            if tally.sections:
                lists[folder.name] = figures(tally)
                say(f"{folder.name}: {lists[folder.name]}")
            every.add(tally)
    json.dump({"lists": lists, "all": figures(every) if every.sections else {}}, sys.stdout, indent=1)
    sys.stdout.write("\n")


def tasks(folder: ListFolder) -> list[Task]:
    """labelled.jsonl split in time, and papers.jsonl with README.md as the list, whichever there are."""
    made = []
    if folder.labelled:
        known, later = split_in_time(folder)
        sections = sorted({path for example in known for path in example.sections})
        made.append(_task(known, sections, later, [frozenset(map(tuple, row["sections"])) for row in later]))
    if folder.readme and folder.papers:
        known, _, filing = known_list(folder)
        later = [row for row in folder.papers if tuple(row["section"]) in filing]
        made.append(_task(known, filing, later, [frozenset([tuple(row["section"])]) for row in later]))
    return made


def measure(task: Task, gone: SectionPath, watch: Sequence[str], embed: Embed) -> Tally:
    """How the later papers are judged when this section is not there."""
    known = [_without(example, gone) for example in task.known if set(example.sections) != {gone}]
    sections = [path for path in task.sections if path != gone]
    vectors, names = embed([example.text for example in known]), embed([plain_name(path) for path in sections])
    texts = [paper.title_and_abstract for paper in task.later]
    asked = embed(texts)
    spread, none_fits = fit_sections(known, vectors, sections, names).predict(texts, asked)
    candidates = []
    for paper, text, row, chance in zip(task.later, texts, spread, none_fits, strict=True):
        choice = Choice(sections[int(row.argmax())], float(row.max()))
        judged = Judgement(paper.id, 1.0, True, (choice,), none_fits=float(chance))
        candidates.append(Candidate(paper.id, paper.title, text, choice.section, float(chance), judged.fits_nowhere))
    found = find_clusters(candidates, asked, known, vectors, [*watch, *texts])
    return _seen(task, gone, candidates, found)


def figures(tally: Tally) -> dict[str, Any]:
    """The tally as figures (see this module's docstring); those that nothing decides are left out."""
    places = np.array(tally.pairs)
    found: dict[str, Any] = {"sections": len(tally.sections), "papers": len(tally.strange), "others": len(tally.others)}
    if len(places):
        found["ranked"] = round(float(np.average(places[:, 0], weights=places[:, 1])), 3)
    shares: dict[str, Sequence[float]] = {
        "none_fits": tally.strange,
        "none_fits_others": tally.others,
        "noticed": tally.noticed,
        "false_alarms": tally.alarms,
        "sections_noticed": tally.sections,
        "named": tally.named,
        "companions_right": tally.companions,
    }
    found |= {name: round(float(np.mean(values)), 3) for name, values in shares.items() if len(values)}
    return {**found, "companions": len(tally.companions)}


def _task(
    known: Sequence[Example], sections: Sequence[SectionPath], rows: Sequence[Row], right: list[frozenset[SectionPath]]
) -> Task:
    return Task(known, sections, [to_paper(row) for row in rows], right)


def _missing(task: Task) -> list[SectionPath]:
    """The sections to take away: with enough entries, and with later papers that belong nowhere else."""
    asked = {path for right in task.right if len(right) == 1 for path in right}
    held = [sum(path in example.sections for example in task.known) for path in task.sections]
    return [path for path, count in zip(task.sections, held, strict=True) if count >= LEAST and path in asked]


def _without(example: Example, gone: SectionPath) -> Example:
    return replace(example, sections=tuple(path for path in example.sections if path != gone))


def _seen(task: Task, gone: SectionPath, candidates: Sequence[Candidate], found: dict[str, Cluster]) -> Tally:
    tally = Tally()
    members = {one.title for one, right in zip(candidates, task.right, strict=True) if right == {gone}}
    titles = {one.title for one in candidates}
    for one, right in zip(candidates, task.right, strict=True):
        if right == {gone}:
            tally.strange.append(one.none_fits)
            tally.noticed.append(one.fits_nowhere)
            companions = found[one.paper_id].papers if one.paper_id in found else ()
            tally.companions += [title in members for title in companions if title in titles]
        elif gone not in right:
            tally.others.append(one.none_fits)
            tally.alarms.append(one.fits_nowhere)
    tally.sections.append(any(tally.noticed))
    if tally.others:
        tally.pairs.append((_ranked(tally.strange, tally.others), len(tally.strange)))
    clusters = [found[one.paper_id] for one in candidates if one.title in members and one.paper_id in found]
    if clusters:
        tally.named.append(any(_names(cluster, gone) for cluster in clusters))
    return tally


def _ranked(high: Sequence[float], low: Sequence[float]) -> float:
    """How often one of the first is above one of the second, ties half (the area under the ROC curve)."""
    ranks = rankdata([*high, *low])[: len(high)]
    return float((ranks.sum() - len(high) * (len(high) + 1) / 2) / (len(high) * len(low)))


def _names(cluster: Cluster, section: SectionPath) -> bool:
    own = {word[:5] for word in tokens(section[-1]) if not word.isdigit()}
    return any(word[:5] in own for word in tokens(cluster.name))


if __name__ == "__main__":
    main()
