"""How few keys a reviewer needs who knows the right answers, and how fast the screen answers.

`python -m benchmarks.review DIR…` judges and drafts the papers of each list folder (papers.jsonl) from its README with
the real steps, then works through `triage review` itself with the fewest keys. Then it starts `triage review` in a
terminal on 5,000 drafts and measures the time to the first paint and from each key to its effect.
"""

import argparse
import asyncio
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.folders import ListFolder, load_folder, to_paper
from benchmarks.quiet import quiet
from benchmarks.terminal import time_screen
from triage.collection import Store
from triage.config import Llm
from triage.house.format import learn
from triage.identity import title_key
from triage.lists.document import Document, read
from triage.models import Record, SectionPath, Stage, Verdict
from triage.screens.actions import section_items
from triage.screens.app import ReviewApp
from triage.screens.describe import suggestions
from triage.screens.dialogs import ranked
from triage.screens.review_session import ReviewSession
from triage.search.embedder import DEFAULT_MODEL, open_embedder
from triage.search.vectors import CachedVectors
from triage.steps.draft import draft
from triage.steps.judge import judge
from triage.steps.review import doubtful

_MANY = 5000


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What one list took: papers whose section the list has, of how many; keys pressed; drafts right at once;
    papers put off because what is known of them makes no entry."""

    papers: int
    of: int
    keys: int
    right: int
    refused: int = 0

    def row(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "papers": self.papers,
            "coverage": round(self.papers / self.of, 3) if self.of else None,
            "keys_per_paper": round(self.keys / self.papers, 3) if self.papers else None,
            "section_top1": round(self.right / self.papers, 3) if self.papers else None,
            "refused": self.refused,
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints one JSON object on stdout and a table on stderr."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.review", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--keys", type=int, default=120, help="how many keys to time on the screen")
    asked = parser.parse_args(arguments)
    lists: dict[str, Reviewed] = {}
    for path in asked.folders:
        folder = load_folder(path)
        if folder.readme and folder.papers:
            lists[folder.name] = review_list(folder)
            print(f"{folder.name:<42} {lists[folder.name].row()}", file=sys.stderr)
    papers, keys = sum(one.papers for one in lists.values()), sum(one.keys for one in lists.values())
    with tempfile.TemporaryDirectory() as scratch:
        screen = time_screen(Path(scratch), _MANY, asked.keys)
    result = {
        "keys_per_paper": round(keys / papers, 3) if papers else None,
        "first_paint_s": round(screen.first_paint, 3),
        "key_p95_ms": round(screen.p95 * 1000, 1),
        "key_median_ms": round(screen.median * 1000, 1),
        "drafts": _MANY,
        "papers": papers,
        "section_top1": round(sum(one.right for one in lists.values()) / papers, 3) if papers else None,
        "lists": {name: one.row() for name, one in lists.items()},
    }
    print(json.dumps(result, indent=2))


def review_list(folder: ListFolder) -> Reviewed:
    """Judges, drafts and reviews the papers of one list folder, in a store that is thrown away."""
    document = read(folder.readme or "")
    answers = {to_paper(row).id: _paths(tuple(row["section"]), document) for row in folder.papers}
    with tempfile.TemporaryDirectory() as scratch, Store(Path(scratch)) as store:
        for row in folder.papers:
            if answers[to_paper(row).id]:
                store.papers.save(to_paper(row), origin="person")
        house = learn(document)
        judge(store, document, CachedVectors(open_embedder(DEFAULT_MODEL), store, quiet), quiet)
        draft(store, document, house, store.records(), settings=Llm(), progress=quiet)
        waiting = store.stages(Stage.DRAFTED)
        right = sum(store.record(paper_id).section in answers[paper_id] for paper_id in waiting)
        session = ReviewSession(store, document, house, folder.name)
        keys, refused = asyncio.run(_press(session, answers)) if waiting else (0, 0)
        return Reviewed(len(waiting), len(answers), keys, right, refused)


async def _press(session: ReviewSession, answers: dict[str, set[SectionPath]]) -> tuple[int, int]:
    """Accepts every waiting paper into one of its right sections: how many keys that took, and how many papers were put
    off because what is known of them makes no entry there (a row of papers.jsonl may have no address)."""
    app = ReviewApp(session)
    pressed = refused = 0
    async with app.run_test(size=(120, 40)) as pilot:
        while app.current is not None and app.current not in app.session.done:
            paper_id = app.current
            keys = fewest_keys(session.store.record(paper_id), answers[paper_id], session.document.taxonomy)
            await pilot.press(*keys)
            pressed += len(keys)
            decision = session.store.ledger.of(paper_id)
            if decision is None and paper_id.startswith("title:"):
                await pilot.press("l")
                pressed, refused = pressed + 1, refused + 1
            elif (
                decision is None or decision.verdict is not Verdict.ACCEPT or decision.section not in answers[paper_id]
            ):
                raise RuntimeError(f"{paper_id}: the keys {keys} led to {decision}")
    return pressed, refused


def fewest_keys(record: Record, wanted: set[SectionPath], taxonomy: Sequence[SectionPath]) -> list[str]:
    """The keys that accept the paper into one of these sections."""
    if record.section in wanted:
        return ["a"] if doubtful(record.section, record) else ["enter"]
    for number, path in enumerate(suggestions(record), 1):
        if path in wanted:
            return [str(number)]
    items = section_items(record, taxonomy)
    right = {str(number) for number, path in enumerate(taxonomy) if path in wanted}
    words = [
        w for item in items if item.key in right for w in f"{item.label} {item.hint}".casefold().split() if w.isalnum()
    ]
    typed = {word[:length] for word in words for length in range(1, len(word) + 1)}
    typed |= {f"{one} {other[:3]}" for one in words for other in words}
    for query in sorted(typed, key=lambda text: (len(text), text)):
        if ranked(query, items)[0].key in right:
            return ["s", *("space" if letter == " " else letter for letter in query), "enter", "enter"]
    place = next(number for number, item in enumerate(items) if item.key in right)
    return ["s", *["down"] * place, "enter", "enter"]


def _paths(section: SectionPath, document: Document) -> set[SectionPath]:
    """The list's sections that are this one; a list's title may stand before it or not, and its number
    may be another."""
    wanted = [_name(part) for part in section]
    found: set[SectionPath] = set()
    for path in document.taxonomy:
        parts = [_name(part) for part in path]
        if parts and wanted and (parts == wanted or parts == wanted[-len(parts) :] or wanted == parts[-len(wanted) :]):
            found.add(path)
    return found


def _name(heading: str) -> str:
    """A heading without the number that the list may have changed since."""
    return title_key(re.sub(r"^\W*\d+(?:\.\d+)*\W*", "", heading)) or title_key(heading)


if __name__ == "__main__":
    main()
