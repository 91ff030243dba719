"""How good drafts are, by rule and with a model: `python -m benchmarks.drafts DIR… [--llm MODEL] [--stream DIR]`.

Prints one JSON object on stdout and a table on stderr; comparing is this folder's own code, not that which drafts. Per
list (a folder, or a Markdown file whose entries meet abstracts in the other arguments), each entry drafted with
everything learned from the other entries alone:

dataset_precision, dataset_recall  against the list's dataset lines, counting the names that the abstract has
dataset_recall_all                 the same counting every name of the line, whether the paper's text has it or not
summary_rougeL, summary_cosine     closeness to the maintainers' one-liner; baselines: first sentence, whole abstract
venue_precision, venue_recall      where the comment names the venue that the maintainers wrote
code_precision                     share of code links that the maintainers have too, where they have one
summaries                          share of the papers that got a one-liner, where the list writes them
refused, lost                      replies refused; papers left without a draft

And per list, over papers that it lacks (`--published N` additions and as many of the stream), drafted, accepted and
published by the commands into a copy of the list, and read back from the file (benchmarks.invented has the rule):

published, unpublished             entries that came into the file; papers that did not
invented                           numbers, names and addresses of these entries that the paper does not have; the
                                   output has them by title (`inventions`)

`venue` at the top is measured on benchmarks/venue_labels.jsonl, whose comments are read from the stream.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.drafts_published import Model, Wanted, measure_published
from benchmarks.folders import ListFolder, Row, load_folder, load_stream, to_paper
from benchmarks.invented import ordinary_words
from benchmarks.overlap import rouge_l
from benchmarks.quiet import quiet
from triage.collection import Store
from triage.config import Llm
from triage.drafting.venue import find_venue
from triage.house.format import House, learn
from triage.identity import title_key
from triage.lists.document import Document, Entry, scan
from triage.llm.client import open_model
from triage.models import Choice, Draft, Judgement, Paper, SectionPath
from triage.protocols import LanguageModel
from triage.search.embedder import open_embedder
from triage.steps.draft import draft

LABELS = Path(__file__).parent / "venue_labels.jsonl"
SECTIONS_OFFERED = 6


@dataclass(frozen=True)
class Case:
    """A listed paper with a known abstract, and what its maintainers wrote of it."""

    paper: Paper
    section: SectionPath
    summary: str = ""
    datasets: tuple[str, ...] = ()
    venue: str = ""
    links: tuple[str, ...] = ()


@dataclass
class Scores:
    """Counts and sums over the cases of one list."""

    named: int = 0
    named_found: int = 0
    line: int = 0
    line_found: int = 0
    given: int = 0
    given_right: int = 0
    rouge: list[float] = field(default_factory=list)
    lines: list[tuple[str, str, str, str]] = field(default_factory=list)
    venue_stated: int = 0
    venue_given: int = 0
    venue_right: int = 0
    code: list[bool] = field(default_factory=list)
    summaries: int = 0
    refused: int = 0
    lost: int = 0
    tokens: int = 0
    seconds: float = 0.0


def cases_of(folder: ListFolder, abstracts: dict[str, Row]) -> list[Case]:
    """Every paper of the list whose abstract is known, with the answers; gold and additions before the README."""
    rows: dict[str, Row] = {}
    for row in [*folder.additions, *folder.gold]:
        rows.setdefault(title_key(row["title"]), {}).update({k: v for k, v in row.items() if v})
    for entry in scan(folder.readme).entries if folder.readme else ():
        rows.setdefault(title_key(entry.title), _row_of(entry))
    found = []
    for key, row in rows.items():
        known = abstracts.get(key)
        if not known or not known.get("abstract"):
            continue
        paper = to_paper({**known, "title": known.get("title") or row["title"]})
        found.append(
            Case(
                paper=paper,
                section=_path(row.get("section")),
                summary=row.get("summary") or "",
                datasets=tuple(_names(row.get("datasets"))),
                venue=str(row.get("venue") or ""),
                links=tuple(row.get("links") or ()),
            )
        )
    return found


def _row_of(entry: Entry) -> Row:
    return {
        "title": entry.title,
        "section": list(entry.section),
        "summary": entry.summary,
        "datasets": list(entry.datasets),
        "venue": entry.venue,
        "links": list(entry.links),
    }


def _path(value: object) -> SectionPath:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(" > "))
    return tuple(str(part) for part in value) if isinstance(value, list | tuple) else ()


def _names(value: object) -> Iterable[str]:
    if isinstance(value, str):
        value = value.replace(". ", ", ").replace(" and ", ", ").split(",")
    return [name.strip() for name in value if str(name).strip()] if isinstance(value, list | tuple) else []


def known_abstracts(folders: Sequence[ListFolder], paths: Sequence[Path]) -> dict[str, Row]:
    """Every row with an abstract, by title; also the abstracts shown in the lists and web pages beside them."""
    rows: dict[str, Row] = {}
    for folder in folders:
        for row in [*folder.gold, *folder.labelled, *folder.papers]:
            if row.get("abstract"):
                rows[title_key(row["title"])] = {**rows.get(title_key(row["title"]), {}), **row}
        for entry in scan(folder.readme).entries if folder.readme else ():
            if entry.fields.get("abstract"):
                row = {"title": entry.title, "abstract": entry.fields["abstract"]}
                rows.setdefault(title_key(entry.title), row)
    return rows


def draft_cases(
    document: Document, house: House, cases: Sequence[Case], model: LanguageModel | None, scores: Scores
) -> list[tuple[Case, Draft | None]]:
    """Each case drafted by a list that never saw it."""
    made = []
    for case in cases:
        others = tuple(e for e in document.entries if title_key(e.title) != title_key(case.paper.title))
        blind = replace(document, entries=others)
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
            store.papers.save(case.paper)
            store.judgements.save([_judgement(case, blind)])
            began = time.perf_counter()
            settings = Llm(max_tokens_per_fetch=10**9)
            report = draft(
                store, blind, house, store.records(), model=model, settings=settings, progress=quiet, trial=0
            )
            scores.seconds += time.perf_counter() - began
            scores.tokens += report.tokens
            scores.refused += report.refused
            made.append((case, store.drafts.get(case.paper.id)))
    return made


def _judgement(case: Case, document: Document) -> Judgement:
    sections = list(document.taxonomy)
    right = next((s for s in sections if s == case.section or s == case.section[1:]), case.section)
    offered = [right, *(s for s in sections if s != right)][:SECTIONS_OFFERED]
    return Judgement(case.paper.id, 0.9, True, tuple(Choice(s, 1 / (2 + i)) for i, s in enumerate(offered)))


def score(case: Case, made: Draft | None, scores: Scores) -> None:
    """Adds one drafted case to the scores."""
    if made is None:
        scores.lost += 1
        return
    text = f"{case.paper.title}\n{case.paper.abstract}\n{case.paper.comment or ''}"
    if case.datasets:
        _score_datasets(case, made, text, scores)
    scores.summaries += made.facts.summary is not None
    if case.summary:
        first = re.split(r"(?<=[.!?])\s", case.paper.abstract.strip(), maxsplit=1)[0]
        scores.lines.append((made.facts.summary or "", case.summary, first, case.paper.abstract))
    if made.facts.code_url and any(_is_code(link) for link in case.links):
        scores.code.append(any(_same_link(made.facts.code_url, link) for link in case.links))
    _score_venue(case, made, scores)


def _score_datasets(case: Case, made: Draft, text: str, scores: Scores) -> None:
    flat = _key(text)
    wanted = [_key(name) for name in case.datasets]
    named = [key for key in wanted if key in flat]
    got = [_key(name) for name in made.facts.datasets]
    scores.line += len(wanted)
    scores.line_found += sum(any(_same_name(key, other) for other in got) for key in wanted)
    scores.named += len(named)
    scores.named_found += sum(any(_same_name(key, other) for other in got) for key in named)
    scores.given += len(got)
    scores.given_right += sum(any(_same_name(key, other) for other in wanted) for key in got)


def _key(name: str) -> str:
    """A name's letters and digits, without case."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _same_name(one: str, other: str) -> bool:
    return one == other or (min(len(one), len(other)) >= 4 and (one.startswith(other) or other.startswith(one)))


def _same_link(one: str, other: str) -> bool:
    return one.casefold().rstrip("/").removesuffix(".git") in other.casefold()


def _is_code(link: str) -> bool:
    """Whether a link of the list leads to a repository (its pictures lie on the same host)."""
    return (
        any(host in link for host in ("github.com", "gitlab.com", "huggingface.co")) and "user-attachments" not in link
    )


def _score_venue(case: Case, made: Draft, scores: Scores) -> None:
    words = _key(case.paper.comment or "")
    wanted = _key(re.sub(r"\b(?:19|20)\d\d\b", "", case.venue))
    stated = len(wanted) > 2 and wanted in words
    if not stated:
        return
    scores.venue_stated += 1
    scores.venue_given += made.facts.venue is not None
    scores.venue_right += _key(made.facts.venue or "").startswith(wanted)


def report(scores: Scores, cases: int, embed: Any) -> Row:
    """The figures of one list."""
    lines = scores.lines
    return {
        "cases": cases,
        "dataset_precision": _share(scores.given_right, scores.given),
        "dataset_recall": _share(scores.named_found, scores.named),
        "dataset_recall_all": _share(scores.line_found, scores.line),
        **_closeness("summary", [(ours, theirs) for ours, theirs, _, _ in lines], embed),
        "venue_precision": _share(scores.venue_right, scores.venue_given),
        "venue_recall": _share(scores.venue_right, scores.venue_stated),
        "code_precision": _share(sum(scores.code), len(scores.code)),
        "summaries": _share(scores.summaries, cases) if scores.summaries else None,
        "refused": scores.refused,
        "lost": scores.lost,
        "tokens": scores.tokens / cases if cases else 0,
        "seconds": scores.seconds / cases if cases else 0,
        "baselines": {
            **_closeness("first_sentence", [(first, theirs) for _, theirs, first, _ in lines], embed),
            **_closeness("abstract", [(abstract, theirs) for _, theirs, _, abstract in lines], embed),
        },
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _closeness(name: str, pairs: Sequence[tuple[str, str]], embed: Any) -> Row:
    if not pairs:
        return {f"{name}_rougeL": None, f"{name}_cosine": None}
    ours, theirs = embed([a or " " for a, _ in pairs]), embed([b for _, b in pairs])
    cosines = np.sum(ours * theirs, axis=1) * np.array([bool(a) for a, _ in pairs])
    return {f"{name}_rougeL": fmean(rouge_l(a, b) for a, b in pairs), f"{name}_cosine": float(np.mean(cosines))}


def measure_venue(streams: Sequence[Path]) -> Row:
    """Precision and recall on the labelled comments; name and year must both be right."""
    labels = {row["id"]: row for row in load_stream([LABELS])}
    comments = {row["id"]: row.get("comment") for row in load_stream(list(streams)) if row["id"] in labels}
    right = given = stated = 0
    for paper_id, comment in comments.items():
        label, found = labels[paper_id], find_venue(comment, None)
        given += found is not None
        stated += label["venue"] is not None
        right += found is not None and (found.name, found.year) == (label["venue"], label["year"])
    return {"precision": _share(right, given), "recall": _share(right, stated), "n": len(comments)}


def run(
    paths: Sequence[Path], model: LanguageModel | None, streams: Sequence[Path], most: int = 0, url: str = ""
) -> Row:
    """Every figure, by list and on the mean of the lists that have it (counts: the sum)."""
    folders = [load_folder(path) for path in paths]
    abstracts = known_abstracts(folders, paths)
    embed = open_embedder("all-MiniLM-L6-v2").embed
    stream = list(load_stream(list(streams[-1:]))) if most else []
    texts = [row["abstract"] for row in (*stream, *abstracts.values()) if row.get("abstract")]
    wanted = Wanted(most, stream, ordinary_words(texts), Model(model.name, url) if model else None)
    lists: dict[str, Row] = {}
    for folder in folders:
        if not folder.readme:
            continue
        document = scan(folder.readme)
        if not document.entries:
            print(f"{folder.name}: no entry is found in it; left out", file=sys.stderr)
            continue
        scores, cases = Scores(), cases_of(folder, abstracts)
        for case, made in draft_cases(document, learn(document), cases, model, scores):
            score(case, made, scores)
        name = folder.name if folder.name not in lists else f"{folder.name} (file)"
        lists[name] = report(scores, len(cases), embed) | measure_published(folder, wanted)
    names = [key for row in lists.values() for key, value in row.items() if isinstance(value, int | float)]
    mean = {key: _mean([row.get(key) for row in lists.values()]) for key in dict.fromkeys(names)}
    mean |= {key: sum(row.get(key, 0) for row in lists.values()) for key in _COUNTS if key in mean}
    return {"lists": lists, "mean": mean, "venue": measure_venue(streams)}


_COUNTS = ("cases", "refused", "lost", "published", "unpublished", "invented")


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def show(result: Row) -> None:
    """The table, on stderr."""
    columns = ["cases", "dataset_precision", "dataset_recall", "summary_rougeL", "summary_cosine", "code_precision"]
    columns += [
        "venue_precision",
        "venue_recall",
        "summaries",
        "refused",
        "lost",
        "published",
        "unpublished",
        "invented",
    ]
    columns += ["tokens", "seconds"]
    print(" " * 44 + " ".join(f"{name[:11]:>11}" for name in columns), file=sys.stderr)
    for name, row in {**result["lists"], "mean": result["mean"]}.items():
        cells = ["" if row.get(c) is None else f"{row[c]:.3f}".rstrip("0").rstrip(".") for c in columns]
        print(f"{name[:43]:44}" + " ".join(f"{cell:>11}" for cell in cells), file=sys.stderr)
        for key, value in (row.get("baselines") or {}).items():
            if value is not None:
                print(f"    {key}: {value:.3f}", file=sys.stderr)
    print(f"venue on labelled comments: {result['venue']}", file=sys.stderr)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drafts", description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="DIR", help="list folders or Markdown files")
    parser.add_argument("--llm", metavar="MODEL", help="also ask this model; its server from OPENAI_BASE_URL")
    parser.add_argument("--stream", type=Path, help="folder of the stream whose comments are labelled")
    parser.add_argument("--published", type=int, default=6, metavar="N", help="publish N additions and N of the stream")
    options = parser.parse_args()
    stream = options.stream or options.paths[0].resolve().parent.parent / "stream"
    model = open_model(options.llm, timeout_seconds=300.0) if options.llm else None
    streams = sorted(stream.glob("*.jsonl*")) if stream.is_dir() else []
    result = run(options.paths, model, streams, options.published, os.environ.get("OPENAI_BASE_URL", ""))
    show(result)
    json.dump(result, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
