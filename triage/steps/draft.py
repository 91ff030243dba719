"""Drafts an entry for every paper that was judged: facts by rule, a model's words where they stand the guard."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from triage.config import Llm
from triage.drafting.habits import Habits, learn_habits
from triage.drafting.offline import gather_facts
from triage.errors import TriageError
from triage.lists.document import Document
from triage.lists.house import House, render
from triage.models import Draft, Facts, FullText, Problem, Record, SectionPath
from triage.services import Progress
from triage.storage import Store
from triage.storage.codec import dump

STEP = "draft"
ALGORITHM = "draft-1"
"""Changes when the same paper and list would give another offline draft."""


@dataclass(frozen=True, slots=True)
class DraftReport:
    """What a run of `draft` did: papers drafted, drafts found as good as new, and what went wrong."""

    drafted: int
    kept: int
    problems: tuple[Problem, ...] = ()


def draft(
    store: Store,
    document: Document,
    house: House,
    records: Sequence[Record],
    *,
    model: None = None,
    settings: Llm,
    progress: Progress,
    again: bool = False,
) -> DraftReport:
    """Drafts each of `records` whose newest draft was not made from the same paper, section, list and format;
    with `again` all of them. A paper that cannot be drafted keeps its problem and stops nothing."""
    habits = learn_habits(document.entries)
    drafted, kept, problems = 0, 0, []
    with progress("drafting", len(records)) as advance:
        for record in records:
            try:
                fresh = _draft_one(store, house, habits, record, again)
            except TriageError as error:
                problems.append(Problem(record.paper.id, STEP, str(error)))
                store.papers.set_problem(problems[-1])
            else:
                store.papers.clear_problem(record.paper.id, STEP)
                drafted, kept = drafted + fresh, kept + (not fresh)
            advance()
    return DraftReport(drafted, kept, tuple(problems))


def _draft_one(store: Store, house: House, habits: Habits, record: Record, again: bool) -> bool:
    """Saves a draft of this paper; False if the newest one is as good."""
    paper, section = record.paper, record.judgement.section if record.judgement else ()
    text = store.texts.get(paper.id)
    key = _key(record, text, habits, house, section)
    if record.draft and record.draft.key == key and not again:
        return False
    told = gather_facts(paper, text, habits, section)
    notes = told.notes
    if text and text.source == "abstract" and text.note:
        notes = (f"only the abstract was read: {text.note}", *notes)
    store.drafts.save(Draft(paper.id, section, told.facts, render(house, told.facts, section), notes=notes, key=key))
    return True


_PROBE = Facts(
    title="Title: Of One", authors=("Ada First", "Bo Second", "Cy Third"), venue="Venue", year=2001, day=date(2001, 2, 3),
    arxiv_id="0102.00001", doi="10.1000/1", paper_url="https://a.example/p", code_url="https://a.example/c",
    project_url="https://a.example/j", data_url="https://a.example/d", summary="does one thing", abstract="One. Two.",
    datasets=("One", "Two"), figure_url="https://a.example/f.png", stars=2, marks=("*",),
)  # fmt: skip
_BARE_PROBE = Facts(title="Title", authors=("Ada First",), year=2001, arxiv_id="0102.00001")


def _key(record: Record, text: FullText | None, habits: Habits, house: House, section: SectionPath) -> str:
    """A hash of all that the draft is made from; the format counts by what it does to two probes."""
    shape = [render(house, probe, section) for probe in (_PROBE, _BARE_PROBE)]
    read = f"{text.source} {text.version}" if text else ""
    parts = [ALGORITHM, dump(record.paper), read, repr(section), *shape, habits.fingerprint]
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
