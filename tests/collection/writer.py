"""A process of test_together.py: `writer.py FOLDER ROLE SECONDS` writes into the store as Ada (who rejects), as
Bo (who rejects and takes back) or as a fetch, and prints how often."""

import sys
import time
from datetime import date, timedelta
from pathlib import Path

from triage.collection import Store
from triage.collection.decisions import reviewer
from triage.models import Decision, Judgement, Paper, Verdict

PAPERS = {"Ada": [f"2599.0000{number}" for number in range(10)], "Bo": [f"2599.1000{number}" for number in range(10)]}
PAGE = 50


def decide(store: Store, role: str) -> int:
    """Decides on each paper of this person; gives how many decisions were made."""
    for paper_id in PAPERS[role]:
        store.ledger.decide(Decision(paper_id, Verdict.REJECT))
        if role == "Bo":
            taken = store.ledger.undo()
            assert taken is not None and (taken.paper_id, taken.person) == (paper_id, "Bo"), taken
    return len(PAPERS[role])


def fetch(store: Store, turn: int) -> int:
    """Stores a page of papers in one transaction, as watching does, and judges them; gives how many pages."""
    papers = [Paper(f"2600.{turn:03}{number:02}", f"Frog {number} of page {turn}") for number in range(PAGE)]
    window = store.fetches.begin("q", date(2099, 1, 1), date(2099, 1, 1) + timedelta(days=turn))
    with store.papers.together():
        for paper in papers:
            assert store.papers.twin(paper) is None
            store.papers.save(paper)
    store.fetches.move(window.number, PAGE)
    store.judgements.save(Judgement(paper.id, 0.5, True, ()) for paper in papers)
    return 1


def main(folder: Path, role: str, seconds: float) -> None:
    """Opens the store anew for every turn, as every command does."""
    end = time.monotonic() + seconds
    turn = done = 0
    while time.monotonic() < end:
        with Store(folder, reviewer(role)) as store:
            done += fetch(store, turn) if role == "fetch" else decide(store, role)
        turn += 1
    print(done)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
